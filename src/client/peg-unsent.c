/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-unsent"

#include "peg-config.h"

#include "peg-unsent.h"

#include <glib/gi18n.h>

/**
 * peg_unsent_dup_words:
 * @snapshot: what is known when the program ends
 *
 * What a person who quits should know of the work that did not reach the server.
 *
 * Returns: (transfer full) (nullable): a sentence; %NULL: there is none
 */
char *
peg_unsent_dup_words (const PegSnapshot *snapshot)
{
  guint n;

  g_return_val_if_fail (snapshot != NULL, NULL);

  n = peg_snapshot_get_drafts (snapshot)->len;
  if (n == 0)
    return NULL;

  return g_strdup_printf (ngettext ("%u check-in was not sent. It is kept, and goes on when Pegboard is started again.",
                                    "%u check-ins were not sent. They are kept, and go on when Pegboard is started again.",
                                    n),
                          n);
}
