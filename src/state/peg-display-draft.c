/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/* What a person needs to know to tell whether something arrived. */
static char *
uncertain_words (const PegSnapshot   *snapshot,
                 const PegDraft      *draft,
                 const PegDisplayNow *now)
{
  g_autofree char *clock = peg_words_clock (draft->sent_us, now->wall_us);
  const PegEntry *entry = peg_snapshot_find (snapshot, draft->key);
  g_autofree char *revision = NULL;

  if (entry == NULL || !peg_snapshot_is_live (snapshot))
    /* Translators: %s is a time of day, here and below. */
    return g_strdup_printf (_("Sent at %s, no answer. When the server is back, look whether it arrived."),
                            clock);

  revision = peg_display_revision (entry);

  switch (peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot))) {
  case PEG_LOCK_FREE:
    /* Translators: the second %s is a revision like 1.4, or nothing, here and
     * below. */
    return g_strdup_printf (_("Sent at %s, no answer. The server now shows revision %s, and the file is free: look at its history whether it arrived."),
                            clock, revision);
  case PEG_LOCK_OWN:
    return g_strdup_printf (_("Sent at %s, no answer. The server now shows revision %s, and you still have the file: it seems not to have arrived."),
                            clock, revision);
  case PEG_LOCK_OTHER:
    return g_strdup_printf (_("Sent at %s, no answer. The server now shows revision %s, and somebody else has the file: look at its history."),
                            clock, revision);
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_draft:
 * @snapshot: everything
 * @draft: unsent work
 * @now: the clocks
 *
 * Returns: (transfer full): how far it is, and what is to be done, in a sentence
 *   or two
 */
char *
peg_display_draft (const PegSnapshot   *snapshot,
                   const PegDraft      *draft,
                   const PegDisplayNow *now)
{
  g_autofree char *clock = NULL;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (draft != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  if (draft->elsewhere)
    return g_strdup (_("Another program on this computer is sending it."));

  if (peg_snapshot_find_pending (snapshot, draft->key) != NULL)
    return g_strdup (_("Being sent"));

  switch (draft->state) {
  case PEG_DRAFT_QUEUED:
    if (draft->why != NULL)
      return g_strdup (draft->why);
    return g_strdup (peg_snapshot_is_live (snapshot) ? _("Waits for its turn")
                                                     : _("Waits for the server, and is sent when it is back"));
  case PEG_DRAFT_SENT:
    if (draft->why != NULL)
      return g_strdup (draft->why);
    clock = peg_words_clock (draft->sent_us, now->wall_us);
    return g_strdup_printf (_("Sent at %s, no answer yet. The server is asked again when it is back."),
                            clock);
  case PEG_DRAFT_UNCERTAIN:
    return uncertain_words (snapshot, draft, now);
  case PEG_DRAFT_CONFLICT:
    return g_strdup (draft->why != NULL ? draft->why : _("The server refused it."));
  case PEG_DRAFT_ACKED:
  case PEG_DRAFT_EXPIRED:
  case PEG_DRAFT_CANCELLED:
    return g_strdup ("");
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_drafts_waiting:
 * @snapshot: everything
 *
 * Returns: (transfer full) (nullable): how much is unsent, for a button; %NULL:
 *   nothing that takes longer than usual
 */
char *
peg_display_drafts_waiting (const PegSnapshot *snapshot)
{
  const GPtrArray *drafts;
  guint n = 0;
  guint n_asking = 0;

  g_return_val_if_fail (snapshot != NULL, NULL);

  drafts = peg_snapshot_get_drafts (snapshot);
  for (guint i = 0; i < drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);

    /* What is being sent is seen on its row. */
    if (peg_snapshot_find_pending (snapshot, draft->key) != NULL)
      continue;

    n++;
    if (draft->state == PEG_DRAFT_UNCERTAIN || draft->state == PEG_DRAFT_CONFLICT)
      n_asking++;
  }

  if (n == 0)
    return NULL;

  if (n_asking > 0)
    return g_strdup_printf (ngettext ("%u check-in needs you", "%u check-ins need you", n_asking),
                            n_asking);

  return g_strdup_printf (ngettext ("%u check-in waiting", "%u check-ins waiting", n), n);
}
