/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-initials"

#include "peg-config.h"

#include "peg-initials.h"

#include "peg-words.h"

/**
 * peg_initials_for:
 * @snapshot: what is known
 * @entry: a file of it
 *
 * Returns: (transfer full) (nullable): what is written on the tag of @entry:
 *   the initials of who has it, “?” where nobody says who; %NULL: it has no tag
 */
char *
peg_initials_for (const PegSnapshot *snapshot,
                  const PegEntry    *entry)
{
  const char *user = peg_snapshot_get_user (snapshot);
  const char *holder = peg_entry_get_holder (entry);

  if (!peg_entry_is_locked (entry))
    return NULL;

  if (holder == NULL && peg_entry_get_lock (entry, user) == PEG_LOCK_OWN)
    holder = user;

  return holder != NULL ? peg_words_initials (peg_snapshot_get_name (snapshot, holder))
                        : g_strdup ("?");
}
