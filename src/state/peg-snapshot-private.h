/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-index.h"
#include "peg-snapshot.h"

G_BEGIN_DECLS

/* Only the reducer makes snapshots, and only before anybody else sees them. */
struct _PegSnapshot
{
  /* Who and where */
  char *server_url;     /* (owned) (nullable) */
  char *server_name;    /* (owned) (nullable) */
  char *user;           /* (owned) (nullable) */
  guint choice;         /* the server and the person were chosen so many times; 0: not counted */
  PegSignIn sign_in;    /* (owned) */

  /* The connection */
  PegLinkStatus link;   /* (owned) */
  gint64 outage_us;     /* since when it is not live, monotonic; 0: it is */
  gint64 as_of_us;      /* how old the tree is while not live, µs since 1970 by this computer */

  /* The tree */
  GPtrArray *groups;    /* (owned) (element-type PegGroup): by peg_group_compare() */
  PegIndex *index;      /* (owned) (not nullable): by key */
  PegIndex *paths;      /* (owned) (not nullable): by path, where that is not the key */
  PegCounts counts;
  gboolean has_list;
  gboolean placeholder;
  char *epoch;          /* (owned) (nullable) */
  guint64 seq;

  /* The server's clock: it showed @server_us when ours showed @server_mono_us */
  gint64 server_us;
  gint64 server_mono_us;
  gboolean server_told; /* the server told it; otherwise it is taken to have ours */

  /* What changed last */
  PegCause last_cause;
  char *last_by;        /* (owned) (nullable) */
  gint64 last_change_us;

  /* What is under way, and what is to be said */
  GPtrArray *pending;   /* (owned) (element-type PegPending) */
  GPtrArray *notices;   /* (owned) (element-type PegNotice): oldest first, bounded */
  GPtrArray *notes;     /* (owned) (element-type PegNote) */
  GPtrArray *acknowledged; /* (owned) (element-type utf8): notes that never come back */
  GPtrArray *works;     /* (owned) (element-type PegWork): in the order they began in */

  /* Who is there */
  GPtrArray *present;   /* (owned) (nullable) (element-type GRefString): sorted; %NULL: never told */
  gboolean present_complete; /* whoever is not in it is not there */

  GPtrArray *log;       /* (owned) (element-type GRefString): of the connection, oldest first */
  PegHistory history;   /* (owned) */
  GPtrArray *drafts;    /* (owned) (element-type PegDraft): oldest first */
  PegCopies *copies;    /* (owned) (nullable): %NULL: there is no working folder */
  GHashTable *names;    /* (owned) (nullable) (element-type utf8 utf8): from what the server
                         * calls people to what this station does; %NULL: never told */
};

PegSnapshot *peg_snapshot_copy (const PegSnapshot *self) G_GNUC_WARN_UNUSED_RESULT;

void peg_snapshot_set_tree (PegSnapshot *self,
                            GPtrArray   *groups,
                            PegIndex    *index,
                            PegIndex    *paths);
void peg_counts_add        (PegCounts      *self,
                            const PegGroup *group,
                            int             sign);

const char *peg_snapshot_path_key (const PegEntry *entry);

PegPending *peg_pending_new  (const char *key,
                              PegAction   action,
                              gint64      since_us) G_GNUC_WARN_UNUSED_RESULT;
void        peg_pending_free (PegPending *self);

GPtrArray   *peg_reduce_tree_of_list (PegSnapshot  *self,
                                      GPtrArray    *listed,
                                      PegIndex    **index,
                                      PegIndex    **paths) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_listed  (PegSnapshot    *self,
                                 const PegEvent *event) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_changed (PegSnapshot    *self,
                                 const PegEvent *event) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_notice       (PegSnapshot    *self,
                                      PegNotice      *notice) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_progress     (PegSnapshot    *self,
                                      const PegEvent *event) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_presence     (PegSnapshot    *self,
                                      const PegEvent *event) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_notes        (PegSnapshot    *self,
                                      GPtrArray      *notes) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_acknowledged (PegSnapshot    *self,
                                      const char     *id) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_reduce_transition   (PegSnapshot    *self,
                                      const char     *line) G_GNUC_WARN_UNUSED_RESULT;
void         peg_reduce_forget_present (PegSnapshot  *next);
void         peg_reduce_forget_question (PegSnapshot *next);
PegSnapshot *peg_reduce_user    (PegSnapshot    *self,
                                 const char     *user) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
