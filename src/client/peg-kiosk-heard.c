/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-heard"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

/* What the store tells a shared terminal: in whose name the server is asked, what became
 * of what somebody asked for, and how much waits. */

/* Whether the connection is what it will be for a while: there, or not to be had. */
static gboolean
is_settled (const PegSnapshot *snapshot)
{
  switch (peg_snapshot_get_link (snapshot)->state) {
  case PEG_LINK_CONNECTING:
  case PEG_LINK_AUTHENTICATING:
  case PEG_LINK_SYNCING:
    return FALSE;
  case PEG_LINK_STOPPED:
  case PEG_LINK_LIVE:
  case PEG_LINK_POLLING:
  case PEG_LINK_WAITING:
  case PEG_LINK_SUSPENDED:
  case PEG_LINK_ACTION_NEEDED:
  default:
    return TRUE;
  }
}

/* The people file says whose name it is to be; the server, which says so only once it
 * answers, whose token it is. Nothing is asked for while they differ. */
static void
look_for_identity (PegKioskSession   *self,
                   const PegSnapshot *snapshot)
{
  const gboolean same = g_strcmp0 (peg_snapshot_get_user (snapshot), self->user) == 0;

  /* Of an earlier connection, in the same name or not, nothing is to be concluded. */
  if (peg_snapshot_get_choice (snapshot) != peg_link_get_choice (self->link) ||
      self->told_identity == same || (same && !is_settled (snapshot)))
    return;

  self->told_identity = same;
  if (!same)
    g_info ("The server does not say “%s”, so nothing is done in that name: look whose token it is",
            self->user);
  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_IDENTITY, .person = same ? self->user : NULL,
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
    g_autofree char *person = NULL;

    if (notice->serial <= self->asked->since || g_strcmp0 (notice->key, self->asked->key) != 0)
      continue;

    person = g_steal_pointer (&self->asked->person);
    g_clear_pointer (&self->asked, peg_kiosk_asked_free);
    peg_kiosk_session_step (self, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_RESULT, .person = person, .text = notice->text,
      .yes = notice->level != PEG_NOTICE_ERROR,
    });
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
  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_WAITING, .n = self->n_drafts + self->n_left,
  });
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
}
