/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-say"

#include "peg-config.h"

#include "peg-say.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/**
 * peg_say:
 * @store: where it is shown from
 * @level: how much it matters
 * @key: (nullable): of the file that it is about
 * @text: what to say, a sentence
 * @undo: (nullable): the action that takes back what was done; its parameter is @key,
 *   which there is then
 *
 * Says something to the person at this client.
 */
void
peg_say (PegStore       *store,
         PegNoticeLevel  level,
         const char     *key,
         const char     *text,
         const char     *undo)
{
  g_autoptr (PegNotice) notice = NULL;
  g_autofree char *action = NULL;

  if (undo != NULL) {
    g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_string (key));

    action = g_action_print_detailed_name (undo, target);
  }

  notice = peg_notice_new (&(PegNotice) {
    .level = level,
    .text = (char *) text,
    .key = (char *) key,
    .action = action,
    .action_label = undo != NULL ? (char *) _("Undo") : NULL,
  });
  peg_store_dispatch (store, &(PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
}
