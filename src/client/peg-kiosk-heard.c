/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-heard"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

/* What the store tells a shared terminal: in whose name the server is asked, what became
 * of what somebody asked for, and how much waits. */

/* The people file says whose name it is to be; the server, which says so only once it
 * answers, whose token it is. Nothing is asked for while they differ. */
static void
look_for_identity (PegKioskSession   *self,
                   const PegSnapshot *snapshot)
{
  const gboolean same = g_strcmp0 (peg_snapshot_get_user (snapshot), self->user) == 0;

  /* Of an earlier connection, in the same name or not, nothing is to be concluded. */
  if (peg_snapshot_get_choice (snapshot) != peg_link_get_choice (self->link) ||
      self->told_identity == same || (same && !peg_link_state_is_settled (peg_snapshot_get_link (snapshot)->state)))
    return;

  self->told_identity = same;
  if (!same)
    g_info ("The server does not say “%s”, so nothing is done in that name: look whose token it is",
            self->user);
  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_IDENTITY, .person = same ? self->user : NULL,
  });
}

/* Returns: (nullable): what is kept of a check-in of that file */
static const PegDraft *
find_kept (const PegSnapshot *snapshot,
           const char        *key)
{
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);

  for (guint i = drafts->len; i > 0; i--) {
    const PegDraft *draft = g_ptr_array_index (drafts, i - 1);

    if (g_str_equal (draft->key, key))
      return draft;
  }

  return NULL;
}

/* Tells the person what became of it: what is only kept is not done. */
static void
tell_result (PegKioskSession     *self,
             const PegSnapshot   *snapshot,
             const PegNotice     *notice,
             const PegKioskAsked *asked)
{
  const gboolean check_in = asked->action == PEG_KIOSK_ACTION_CHECK_IN;
  const PegDraft *draft = check_in ? find_kept (snapshot, asked->key) : NULL;
  const gboolean refused = notice->level == PEG_NOTICE_ERROR;
  const gboolean asks = draft != NULL && (draft->state == PEG_DRAFT_CONFLICT ||
                                          draft->state == PEG_DRAFT_UNCERTAIN);
  g_autofree char *text = refused && draft != NULL ? peg_kiosk_session_dup_kept_words (notice->text)
                                                   : g_strdup (notice->text);

  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_RESULT,
    .person = asked->person,
    .text = text,
    .yes = !refused && !asks,
    .kept = refused ? draft != NULL : check_in && notice->level == PEG_NOTICE_INFO,
  });
}

/* What became of what somebody asked for last. */
static void
look_for_result (PegKioskSession   *self,
                 const PegSnapshot *snapshot)
{
  const GPtrArray *notices = peg_snapshot_get_notices (snapshot);

  for (guint i = 0; self->asked != NULL && i < notices->len; i++) {
    const PegNotice *notice = g_ptr_array_index (notices, i);
    g_autoptr (PegKioskAsked) asked = NULL;

    if (notice->serial <= self->asked->since || g_strcmp0 (notice->key, self->asked->key) != 0)
      continue;

    asked = g_steal_pointer (&self->asked);
    tell_result (self, snapshot, notice, asked);
  }
}

/* Whoever is signed in may be taken out of the people file before anything of theirs is
 * sent. */
static void
note_owner (PegKioskSession   *self,
            const PegSnapshot *snapshot)
{
  GPtrArray *people = peg_roster_get_people (peg_roster_watch_get_roster (self->watch));

  if (self->n_drafts == 0 || g_strcmp0 (peg_snapshot_get_user (snapshot), self->user) != 0)
    return;

  for (guint i = 0; i < people->len; i++) {
    const PegRosterPerson *person = g_ptr_array_index (people, i);

    if (g_strcmp0 (person->user, self->user) == 0)
      peg_kiosk_session_note_owner (self, person, TRUE);
  }
}

/*
 * peg_kiosk_session_count_waiting:
 *
 * Counts what waits for the server, of everybody.
 */
void
peg_kiosk_session_count_waiting (PegKioskSession *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  self->n_drafts = peg_snapshot_get_drafts (snapshot)->len;
  note_owner (self, snapshot);
  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_WAITING, .n = self->n_drafts + self->n_left,
  });
}

static void
look_for_live (PegKioskSession   *self,
               const PegSnapshot *snapshot)
{
  const gboolean was_live = self->was_live;

  self->was_live = peg_snapshot_is_live (snapshot);
  if (self->was_live && !was_live)
    peg_kiosk_session_left_live (self);
}

/*
 * peg_kiosk_session_hear:
 *
 * Something was heard from the server, or of the connection.
 */
void
peg_kiosk_session_hear (PegKioskSession *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  look_for_identity (self, snapshot);
  look_for_result (self, snapshot);
  if (peg_snapshot_get_drafts (snapshot)->len != self->n_drafts)
    peg_kiosk_session_count_waiting (self);
  look_for_live (self, snapshot);
}
