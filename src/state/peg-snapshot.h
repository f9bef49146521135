/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-event.h"
#include "peg-group.h"

G_BEGIN_DECLS

/**
 * PegSignIn:
 * @held: whether there is a token that says who this is
 * @busy: whether the server was asked for one, and has not answered yet
 * @error: (nullable): why the last attempt did not work, for people
 *
 * How far a person is with signing in.
 */
typedef struct {
  gboolean held;
  gboolean busy;
  char *error;
} PegSignIn;

/**
 * PegCounts:
 * @all: every file
 * @out: checked out, by anybody
 * @mine: checked out by the person at this client
 *
 * How many files there are under each filter; free is what is not out.
 */
typedef struct {
  guint all;
  guint out;
  guint mine;
} PegCounts;

/**
 * PegPending:
 * @key: the entry
 * @action: what was asked of the server
 * @since_us: when, µs of the monotonic clock
 *
 * An action that was sent and has no answer yet.
 */
typedef struct {
  char *key;
  PegAction action;
  gint64 since_us;
} PegPending;

/**
 * PegHistory:
 * @key: (nullable): the entry; %NULL: none was asked for
 * @state: how far it is
 * @revisions: (nullable) (element-type PegRevision): newest first
 * @error: (nullable): why there is none, for people
 *
 * The history of the selected file.
 */
typedef struct {
  char *key;
  PegHistoryState state;
  GPtrArray *revisions;
  char *error;
} PegHistory;

/**
 * PegPresence:
 * @PEG_PRESENCE_UNKNOWN: nobody said
 * @PEG_PRESENCE_HERE: connected to the same server at this moment
 * @PEG_PRESENCE_AWAY: not connected
 *
 * Whether somebody is on the board now.
 */
typedef enum {
  PEG_PRESENCE_UNKNOWN,
  PEG_PRESENCE_HERE,
  PEG_PRESENCE_AWAY,
} PegPresence;

#define PEG_TYPE_SNAPSHOT (peg_snapshot_get_type ())

typedef struct _PegSnapshot PegSnapshot;

GType peg_snapshot_get_type (void);

PegSnapshot *peg_snapshot_new   (void) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_snapshot_ref   (PegSnapshot *self);
void         peg_snapshot_unref (PegSnapshot *self);

PegSnapshot *peg_snapshot_reduce (PegSnapshot    *self,
                                  const PegEvent *event) G_GNUC_WARN_UNUSED_RESULT;

const char          *peg_snapshot_get_server_url  (const PegSnapshot *self);
const char          *peg_snapshot_get_server_name (const PegSnapshot *self);
const PegSignIn     *peg_snapshot_get_sign_in     (const PegSnapshot *self);
const char          *peg_snapshot_get_user        (const PegSnapshot *self);
guint                peg_snapshot_get_choice      (const PegSnapshot *self);
const PegLinkStatus *peg_snapshot_get_link        (const PegSnapshot *self);
gboolean             peg_snapshot_is_live         (const PegSnapshot *self);
gint64               peg_snapshot_get_outage_us   (const PegSnapshot *self);
gint64               peg_snapshot_get_as_of_us    (const PegSnapshot *self);

gboolean    peg_snapshot_has_list       (const PegSnapshot *self);
gboolean    peg_snapshot_is_placeholder (const PegSnapshot *self);
const char *peg_snapshot_get_epoch      (const PegSnapshot *self);
guint64     peg_snapshot_get_seq        (const PegSnapshot *self);
gint64      peg_snapshot_get_server_us  (const PegSnapshot *self,
                                         gint64             mono_us);

guint            peg_snapshot_get_n_groups (const PegSnapshot *self);
PegGroup        *peg_snapshot_get_group    (const PegSnapshot *self,
                                            guint              position);
GPtrArray       *peg_snapshot_get_groups   (const PegSnapshot *self);
PegGroup        *peg_snapshot_find_group   (const PegSnapshot *self,
                                            const char        *name);
PegEntry        *peg_snapshot_find         (const PegSnapshot *self,
                                            const char        *key);
const PegCounts *peg_snapshot_get_counts   (const PegSnapshot *self);

const PegPending *peg_snapshot_find_pending (const PegSnapshot *self,
                                             const char        *key);
guint             peg_snapshot_get_n_pending (const PegSnapshot *self);
GPtrArray        *peg_snapshot_get_notices  (const PegSnapshot *self);
GPtrArray        *peg_snapshot_get_notes    (const PegSnapshot *self);
GPtrArray        *peg_snapshot_get_works    (const PegSnapshot *self);
const PegHistory *peg_snapshot_get_history  (const PegSnapshot *self);
GPtrArray        *peg_snapshot_get_drafts   (const PegSnapshot *self);
const PegDraft   *peg_snapshot_find_draft   (const PegSnapshot *self,
                                             const char        *id);

PegCopies             *peg_snapshot_get_copies        (const PegSnapshot *self);
PegCopyState           peg_snapshot_get_copy          (const PegSnapshot *self,
                                                       const char        *key);
const PegCopyQuestion *peg_snapshot_get_copy_question (const PegSnapshot *self);

const char  *peg_snapshot_get_name     (const PegSnapshot *self,
                                        const char        *user);
GPtrArray   *peg_snapshot_get_present  (const PegSnapshot *self);
PegPresence  peg_snapshot_get_presence (const PegSnapshot *self,
                                        const char        *name);
GPtrArray   *peg_snapshot_get_log      (const PegSnapshot *self);

PegCause    peg_snapshot_get_last_cause     (const PegSnapshot *self);
const char *peg_snapshot_get_last_by        (const PegSnapshot *self);
gint64      peg_snapshot_get_last_change_us (const PegSnapshot *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegSnapshot, peg_snapshot_unref)

G_END_DECLS
