/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-unsent-words"

#include "peg-config.h"

#include "peg-kiosk-unsent-words.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/**
 * peg_kiosk_unsent_get:
 * @snapshot: what is known
 * @view: what is known of the terminal
 *
 * What one person has kept is shown to that person only. For a moment after a badge the
 * connection is still that of the one before; then there is nothing to be shown.
 *
 * Returns: (transfer none) (nullable) (element-type PegDraft): what whoever is signed in
 *   has kept; %NULL: nobody is, or it is not known yet
 */
const GPtrArray *
peg_kiosk_unsent_get (const PegSnapshot  *snapshot,
                      const PegKioskView *view)
{
  g_return_val_if_fail (snapshot != NULL && view != NULL, NULL);

  if (view->person_id == NULL || view->user == NULL ||
      g_strcmp0 (peg_snapshot_get_user (snapshot), view->user) != 0)
    return NULL;

  return peg_snapshot_get_drafts (snapshot);
}

/**
 * peg_kiosk_unsent_name:
 * @what: what is done
 *
 * Returns: (transfer none): what the client calls it, for `app.kiosk-act`
 */
const char *
peg_kiosk_unsent_name (PegKioskUnsent what)
{
  switch (what) {
  case PEG_KIOSK_UNSENT_ARRIVED:
    return "unsent-arrived";
  case PEG_KIOSK_UNSENT_SEND:
    return "unsent-send";
  case PEG_KIOSK_UNSENT_AGAIN:
    return "unsent-again";
  case PEG_KIOSK_UNSENT_SAVE:
    return "unsent-save";
  case PEG_KIOSK_UNSENT_DISCARD:
    return "unsent-discard";
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_kiosk_unsent_title:
 * @what: what is done
 * @draft: with what
 *
 * Returns: (transfer none): what is written on its button
 */
const char *
peg_kiosk_unsent_title (PegKioskUnsent  what,
                        const PegDraft *draft)
{
  switch (what) {
  case PEG_KIOSK_UNSENT_ARRIVED:
    return _("It Arrived");
  case PEG_KIOSK_UNSENT_SEND:
    return draft->state == PEG_DRAFT_UNCERTAIN ? _("Send Again") : _("Send Now");
  case PEG_KIOSK_UNSENT_AGAIN:
    return _("Check In Again");
  case PEG_KIOSK_UNSENT_SAVE:
    return _("Save a Copy");
  case PEG_KIOSK_UNSENT_DISCARD:
    return _("Discard");
  default:
    g_assert_not_reached ();
  }
}

static gboolean
is_busy (const PegSnapshot *snapshot,
         const PegDraft    *draft)
{
  return draft->elsewhere || peg_snapshot_find_pending (snapshot, draft->key) != NULL;
}

/**
 * peg_kiosk_unsent_asks:
 * @draft: what is kept
 *
 * Returns: whether it goes on only when a person decides
 */
gboolean
peg_kiosk_unsent_asks (const PegDraft *draft)
{
  return draft->state == PEG_DRAFT_CONFLICT || draft->state == PEG_DRAFT_UNCERTAIN;
}

/**
 * peg_kiosk_unsent_offers:
 * @snapshot: what is known
 * @draft: what is kept
 * @what: what could be done
 *
 * What is being sent cannot be stopped half-way. What was refused would be refused again,
 * so that it can only be checked in anew.
 *
 * Returns: whether there is a button for it
 */
gboolean
peg_kiosk_unsent_offers (const PegSnapshot *snapshot,
                         const PegDraft    *draft,
                         PegKioskUnsent     what)
{
  if (is_busy (snapshot, draft))
    return FALSE;

  switch (what) {
  case PEG_KIOSK_UNSENT_ARRIVED:
    return draft->state == PEG_DRAFT_UNCERTAIN;
  case PEG_KIOSK_UNSENT_SEND:
    return draft->state != PEG_DRAFT_CONFLICT;
  case PEG_KIOSK_UNSENT_AGAIN:
    return draft->state == PEG_DRAFT_CONFLICT;
  case PEG_KIOSK_UNSENT_SAVE:
  case PEG_KIOSK_UNSENT_DISCARD:
    return TRUE;
  default:
    g_assert_not_reached ();
  }
}

static char *
again_why_not (const PegSnapshot *snapshot,
               const PegDraft    *draft)
{
  const PegEntry *entry = peg_snapshot_find (snapshot, draft->key);

  if (!peg_snapshot_is_live (snapshot))
    return g_strdup (_("Not connected"));
  if (entry == NULL)
    return g_strdup (_("The file is gone from the server."));

  switch (peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot))) {
  case PEG_LOCK_OWN:
    return NULL;
  case PEG_LOCK_OTHER:
    if (peg_entry_get_holder (entry) == NULL)
      return g_strdup (_("Somebody has it"));
    /* Translators: %s is the name of a person. */
    return g_strdup_printf (_("%s has it"),
                            peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry)));
  case PEG_LOCK_FREE:
    return g_strdup (_("Check it out first"));
  default:
    g_assert_not_reached ();
  }
}

static char *
save_why_not (const PegSnapshot *snapshot)
{
  PegCopies *copies = peg_snapshot_get_copies (snapshot);

  if (copies == NULL)
    return g_strdup (_("No working folder is set up"));

  return g_strdup (peg_copies_get_trouble (copies));
}

/**
 * peg_kiosk_unsent_why_not:
 * @snapshot: what is known
 * @view: what is known of the terminal
 * @draft: what is kept
 * @what: what a person would like to do with it
 *
 * Returns: (transfer full) (nullable): why it cannot be done now; %NULL: it can
 */
char *
peg_kiosk_unsent_why_not (const PegSnapshot  *snapshot,
                          const PegKioskView *view,
                          const PegDraft     *draft,
                          PegKioskUnsent      what)
{
  const guint needs = what == PEG_KIOSK_UNSENT_SAVE ? PEG_KIOSK_MAY_COPY : PEG_KIOSK_MAY_CHECK_IN;
  char *why = NULL;

  g_return_val_if_fail (snapshot != NULL && view != NULL && draft != NULL, NULL);

  if (what == PEG_KIOSK_UNSENT_AGAIN)
    why = again_why_not (snapshot, draft);
  else if (what == PEG_KIOSK_UNSENT_SAVE)
    why = save_why_not (snapshot);
  if (why != NULL)
    return why;

  return (view->may & needs) == 0 ? g_strdup (_("Not allowed here")) : NULL;
}

/**
 * peg_kiosk_unsent_word:
 * @snapshot: what is known
 * @draft: what is kept
 *
 * Returns: (transfer none): how it is, in a word or two that are read from afar
 */
const char *
peg_kiosk_unsent_word (const PegSnapshot *snapshot,
                       const PegDraft    *draft)
{
  if (is_busy (snapshot, draft))
    return _("Being sent");

  /* Translators: of a check-in that was not sent: a person has to decide, or it waits for
   * the server and is sent by itself. */
  return peg_kiosk_unsent_asks (draft) ? _("Needs you") : _("Waits");
}

/**
 * peg_kiosk_unsent_when:
 * @draft: what is kept
 * @now: the clocks
 *
 * Returns: (transfer full): when it was checked in, and what was said of it
 */
char *
peg_kiosk_unsent_when (const PegDraft      *draft,
                       const PegDisplayNow *now)
{
  g_autofree char *clock = peg_words_clock (draft->created_us, now->wall_us);

  if (draft->comment == NULL || *draft->comment == '\0')
    /* Translators: %s is a time of day, or a day. */
    return g_strdup_printf (_("Checked in here: %s"), clock);

  /* Translators: a time of day, or a day, and what the person wrote. */
  return g_strdup_printf (_("Checked in here: %s, “%s”"), clock, draft->comment);
}

/**
 * peg_kiosk_unsent_question:
 * @snapshot: what is known
 * @draft: what is kept
 * @what: %PEG_KIOSK_UNSENT_ARRIVED, %PEG_KIOSK_UNSENT_AGAIN or %PEG_KIOSK_UNSENT_DISCARD
 *
 * Returns: (transfer full): what would come of it, for the one who is asked
 */
char *
peg_kiosk_unsent_question (const PegSnapshot *snapshot,
                           const PegDraft    *draft,
                           PegKioskUnsent     what)
{
  const PegEntry *entry = peg_snapshot_find (snapshot, draft->key);
  g_autofree char *revision = entry != NULL ? peg_display_revision (entry) : NULL;

  if (what == PEG_KIOSK_UNSENT_ARRIVED)
    return g_strdup (_("Look at the history of the file first: what is kept here is thrown away."));

  if (what == PEG_KIOSK_UNSENT_DISCARD)
    return g_strdup (_("What is kept here is gone then, and nobody can bring it back."));

  if (revision == NULL || *revision == '\0')
    return g_strdup (_("What you kept becomes the newest revision. What the server has now stays in the history."));

  /* Translators: %s is a revision like 1.4. */
  return g_strdup_printf (_("The server has revision %s. What you kept becomes the one after it, with nothing of what others have changed since. Theirs stays in the history."),
                          revision);
}
