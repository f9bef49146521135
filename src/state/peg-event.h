/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-action.h"
#include "peg-copy.h"
#include "peg-draft.h"
#include "peg-entry.h"
#include "peg-link-status.h"
#include "peg-notice.h"
#include "peg-revision.h"
#include "peg-work.h"

G_BEGIN_DECLS

/**
 * PegCause:
 * @PEG_CAUSE_UNKNOWN: not told
 * @PEG_CAUSE_CHECK_OUT: somebody checked a file out
 * @PEG_CAUSE_CHECK_IN: somebody checked a file in
 * @PEG_CAUSE_RELEASE: somebody released a file
 * @PEG_CAUSE_ADDED: a file came, from outside
 * @PEG_CAUSE_CHANGED: the content of a file changed, from outside
 * @PEG_CAUSE_RENAMED: a file was renamed, from outside
 * @PEG_CAUSE_DELETED: a file went, from outside
 *
 * Why files changed.
 */
typedef enum {
  PEG_CAUSE_UNKNOWN,
  PEG_CAUSE_CHECK_OUT,
  PEG_CAUSE_CHECK_IN,
  PEG_CAUSE_RELEASE,
  PEG_CAUSE_ADDED,
  PEG_CAUSE_CHANGED,
  PEG_CAUSE_RENAMED,
  PEG_CAUSE_DELETED,
} PegCause;

#define PEG_TYPE_CAUSE (peg_cause_get_type ())

GType peg_cause_get_type (void);

/**
 * PegEventKind:
 * @PEG_EVENT_SERVER: another server, or another person, was chosen; when either
 *   differs from before, everything that is known is forgotten, but for the tree when
 *   only the person does and the tree is everybody’s
 * @PEG_EVENT_LINK: the connection changed its state
 * @PEG_EVENT_HELLO: the server told about itself
 * @PEG_EVENT_LISTED: the server sent every file
 * @PEG_EVENT_CHANGED: the server sent some files
 * @PEG_EVENT_PENDING: an action was sent
 * @PEG_EVENT_SETTLED: an action ended, well or not, or took too long
 * @PEG_EVENT_NOTICE: there is something to be said
 * @PEG_EVENT_NOTES: the notes for this person, all that are not acknowledged
 * @PEG_EVENT_HISTORY: the history of one file is loading, there, or refused
 * @PEG_EVENT_PROGRESS: long work of the server goes on, or has ended
 * @PEG_EVENT_PRESENCE: who is connected, or somebody came or went
 * @PEG_EVENT_ACKNOWLEDGED: the server knows that a note was read
 * @PEG_EVENT_TRANSITION: the connection changed its state, as a line of its log
 * @PEG_EVENT_SIGN_IN: a person signs in or out, or may not
 * @PEG_EVENT_OUTBOX: the work that the server does not have, all of it
 * @PEG_EVENT_COPIES: what is in the station’s working folder, all of it
 * @PEG_EVENT_NAMES: what the people are called whom the server knows by another name
 *
 * What can happen.
 */
typedef enum {
  PEG_EVENT_SERVER,
  PEG_EVENT_LINK,
  PEG_EVENT_HELLO,
  PEG_EVENT_LISTED,
  PEG_EVENT_CHANGED,
  PEG_EVENT_PENDING,
  PEG_EVENT_SETTLED,
  PEG_EVENT_NOTICE,
  PEG_EVENT_NOTES,
  PEG_EVENT_HISTORY,
  PEG_EVENT_PROGRESS,
  PEG_EVENT_PRESENCE,
  PEG_EVENT_ACKNOWLEDGED,
  PEG_EVENT_TRANSITION,
  PEG_EVENT_SIGN_IN,
  PEG_EVENT_OUTBOX,
  PEG_EVENT_COPIES,
  PEG_EVENT_NAMES,
} PegEventKind;

/**
 * PegEvent:
 * @kind: what happened
 * @mono_us: when, µs of the monotonic clock
 * @wall_us: when, µs since 1970 by this computer
 *
 * Something that happened outside. Borrows what it points to; the reducer
 * copies or takes references. Clocks are read by whoever makes the event, never
 * by the reducer.
 */
typedef struct {
  PegEventKind kind;
  gint64 mono_us;
  gint64 wall_us;
  union {
    struct {
      const char *url;  /* the address, for people */
      const char *user; /* (nullable): the name of the person */
      gboolean shared;  /* what is known of the shop is everybody's */
      guint choice;     /* how many were chosen before it; 0: not counted */
    } server;
    const PegLinkStatus *link;
    struct {
      const char *name;       /* (nullable): what the shop is called */
      const char *user;       /* (nullable): who this is, by the server */
      const char *epoch;      /* (nullable): see docs/protocol.md; %NULL: classic */
      guint64 seq;
      gint64 server_us;       /* the server's time, µs since 1970; 0: unknown */
    } hello;
    struct {
      GPtrArray *entries;     /* (element-type PegEntry): in any order */
      const char *epoch;      /* (nullable): %NULL: classic */
      guint64 seq;
      gint64 server_us;
      gboolean from_cache;    /* not from the server: @wall_us is its age */
      gboolean placeholder;   /* the one empty group of a server not set up */
    } listed;
    struct {
      GPtrArray *changed;     /* (element-type PegEntry) */
      const char * const *removed; /* (nullable) (array zero-terminated=1): keys or paths */
      guint64 seq;            /* 0: no position */
      gint64 server_us;
      PegCause cause;
      const char *by;         /* (nullable): whose doing it was */
    } changed;
    struct {
      const char *key;
      PegAction action;
    } pending;
    const char *settled;      /* the key */
    PegNotice *notice;
    GPtrArray *notes;         /* (element-type PegNote) */
    struct {
      const char *key;        /* (nullable): %NULL: forget the history */
      PegHistoryState state;
      GPtrArray *revisions;   /* (nullable) (element-type PegRevision): newest first */
      const char *error;      /* (nullable): for people */
    } history;
    struct {
      const char *id;         /* (nullable): what the server calls the work */
      const char *file;       /* (nullable): which file it is at */
      const char *text;       /* (nullable): what it says */
      double percent;         /* -1: not told */
      gint64 eta_s;           /* seconds left; -1: not told */
      PegWorkState state;
    } progress;
    struct {
      const char * const *all; /* (nullable) (array zero-terminated=1): everybody who is there */
      const char *user;       /* (nullable): who came or went, besides */
      gboolean here;          /* came */
    } presence;
    const char *acknowledged; /* the identity of a note */
    const char *transition;   /* the line */
    struct {
      gboolean held;          /* there is a token */
      gboolean busy;          /* the server was asked, and has not answered yet */
      const char *error;      /* (nullable): why not, for people */
    } sign_in;
    GPtrArray *outbox;        /* (element-type PegDraft): the oldest first */
    PegCopies *copies;        /* (nullable): %NULL: there is no working folder */
    GHashTable *names;        /* (element-type utf8 utf8): from what the server calls them;
                               * not to be modified any more */
  };
} PegEvent;

G_END_DECLS
