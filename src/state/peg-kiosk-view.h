/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegKioskPhase:
 * @PEG_KIOSK_LOOK: nobody is signed in; the board can be read
 * @PEG_KIOSK_SIGNED_IN: a person is
 * @PEG_KIOSK_WARNING: a person is, and will be signed out when nothing happens
 * @PEG_KIOSK_ASLEEP: the status board hides everything else
 * @PEG_KIOSK_WIPE: the glass is being cleaned: touches do nothing
 * @PEG_KIOSK_ADMIN: the admin door is open
 *
 * What a shared terminal is doing.
 */
typedef enum {
  PEG_KIOSK_LOOK,
  PEG_KIOSK_SIGNED_IN,
  PEG_KIOSK_WARNING,
  PEG_KIOSK_ASLEEP,
  PEG_KIOSK_WIPE,
  PEG_KIOSK_ADMIN,
} PegKioskPhase;

/**
 * PegKioskSignal:
 * @PEG_KIOSK_SIGNAL_NONE: nothing was answered yet
 * @PEG_KIOSK_SIGNAL_YES: it was understood, and is done, or kept until it can be: a filled
 *   circle with a tick
 * @PEG_KIOSK_SIGNAL_NO: it was not: a square with a cross
 * @PEG_KIOSK_SIGNAL_ASK: it needs something more: a triangle with a question mark
 *
 * The answer to a scan or a badge, told by shape, word and sound.
 */
typedef enum {
  PEG_KIOSK_SIGNAL_NONE,
  PEG_KIOSK_SIGNAL_YES,
  PEG_KIOSK_SIGNAL_NO,
  PEG_KIOSK_SIGNAL_ASK,
} PegKioskSignal;

/**
 * PegKioskMay:
 * @PEG_KIOSK_MAY_CHECK_OUT: check out
 * @PEG_KIOSK_MAY_CHECK_IN: check in
 * @PEG_KIOSK_MAY_RELEASE: release one's own check-out
 * @PEG_KIOSK_MAY_COPY: put a copy into the working folder
 * @PEG_KIOSK_MAY_ADMIN: open the admin door
 *
 * What the person at the terminal may do here; the server has the last word.
 */
typedef enum {
  PEG_KIOSK_MAY_CHECK_OUT = 1 << 0,
  PEG_KIOSK_MAY_CHECK_IN = 1 << 1,
  PEG_KIOSK_MAY_RELEASE = 1 << 2,
  PEG_KIOSK_MAY_COPY = 1 << 3,
  PEG_KIOSK_MAY_ADMIN = 1 << 4,
} PegKioskMay;

/**
 * PegKioskPerson:
 * @id: stable, from the people file; what actions are signed with
 * @name: as the board shows it
 *
 * Somebody who can sign in with a PIN.
 */
typedef struct {
  char *id;
  char *name;
} PegKioskPerson;

/**
 * PegKioskView:
 * @phase: what the terminal is doing
 * @phase_until_us: when the phase ends by itself, monotonic; 0: it does not
 * @person_id: (nullable): who is signed in; %NULL: nobody
 * @person: (nullable): their name
 * @user: (nullable): by which the server knows them: of a #PegSnapshot that names anybody
 *   else nothing personal is shown
 * @role: (nullable): their role, a word for people
 * @sign_out_us: when they will be signed out if nothing happens, monotonic; 0: nobody is
 *   signed in
 * @signing_in: the server is not yet asked in their name
 * @may: a set of #PegKioskMay
 * @pin_id: (nullable): whose PIN is asked for; an empty string: that of the admin
 *   door; %NULL: none is asked for
 * @pin_name: (nullable): their name
 * @pin_after_us: no PIN is looked at before, monotonic; 0: at once
 * @pin_wrong: how many were wrong, one after the other
 * @pin_busy: a PIN is being looked at
 * @people: (element-type PegKioskPerson): who can sign in with a PIN
 * @has_badges: whether any of the people has a badge
 * @signal: the answer to the last scan, badge or PIN
 * @signal_serial: grows with every answer
 * @signal_word: (nullable): the answer, one or two words
 * @signal_detail: (nullable): a sentence about it
 * @safe_code: (nullable): the terminal is in safe mode; what to tell the lead
 * @missing: (array zero-terminated=1) (nullable): why the terminal is not locked down,
 *   sentences; %NULL: it is
 * @station: (nullable): the name of this place
 * @version: (nullable): which version runs, and what there is about a newer one; %NULL:
 *   nothing is known but what is built in
 * @waiting: (array zero-terminated=1) (nullable): whose work waits for the server, a
 *   sentence for each; %NULL: nobody’s
 * @lost: (array zero-terminated=1) (nullable): whose work waits though they cannot sign in
 *   here any more, and what is to be done about it, for whoever looks after the terminal;
 *   %NULL: nobody’s
 *
 * Everything that a shared terminal shows besides the board. Immutable.
 */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;

  /*< public >*/
  PegKioskPhase phase;
  gint64 phase_until_us;
  char *person_id;
  char *person;
  char *user;
  char *role;
  gint64 sign_out_us;
  gboolean signing_in;
  guint may;
  char *pin_id;
  char *pin_name;
  gint64 pin_after_us;
  guint pin_wrong;
  gboolean pin_busy;
  GPtrArray *people;
  gboolean has_badges;
  PegKioskSignal signal;
  guint64 signal_serial;
  char *signal_word;
  char *signal_detail;
  char *safe_code;
  char **missing;
  char *station;
  char *version;
  char **waiting;
  char **lost;
} PegKioskView;

PegKioskView *peg_kiosk_view_new   (const PegKioskView *from) G_GNUC_WARN_UNUSED_RESULT;
PegKioskView *peg_kiosk_view_ref   (PegKioskView       *self);
void          peg_kiosk_view_unref (PegKioskView       *self);
gboolean      peg_kiosk_view_equal (const PegKioskView *a,
                                    const PegKioskView *b,
                                    gint64              slack_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegKioskView, peg_kiosk_view_unref)

#define PEG_TYPE_KIOSK_MODEL (peg_kiosk_model_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskModel, peg_kiosk_model, PEG, KIOSK_MODEL, GObject)

PegKioskModel *peg_kiosk_model_new      (void) G_GNUC_WARN_UNUSED_RESULT;
PegKioskView  *peg_kiosk_model_get_view (PegKioskModel *self);
void           peg_kiosk_model_set_view (PegKioskModel *self,
                                         PegKioskView  *view);

G_END_DECLS
