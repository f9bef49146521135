/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-outbox"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-outbox.h"

/* Whatever is in the outbox: it is read or refused, what was read is the same
 * when it is written and read again, and there is something to do with it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegOutboxItem) item = peg_outbox_item_decode ((const char *) data, size, &error);
  g_autoptr (PegOutboxItem) again = NULL;
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (PegDraft) draft = NULL;
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;
  gsize length;

  g_assert_true ((item == NULL) == (error != NULL));
  if (item == NULL) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }

  /* It becomes a name in the folder. */
  g_assert_true (g_uuid_string_is_valid (item->id));

  text = peg_outbox_item_encode (item, &length);
  again = peg_outbox_item_decode (text, length, &error);
  g_assert_no_error (error);
  second = peg_outbox_item_encode (again, NULL);
  g_assert_cmpstr (text, ==, second);

  entry = peg_outbox_item_dup_entry (item, "ada");
  g_assert_cmpstr (peg_entry_get_key (entry), ==, item->key);
  draft = peg_outbox_item_dup_draft (item);
  g_assert_cmpstr (draft->id, ==, item->id);

  for (PegDialect dialect = PEG_DIALECT_CLASSIC; dialect <= PEG_DIALECT_PEGBOARD_1; dialect++) {
    const PegOutboxStep step = peg_outbox_judge (item, &(PegOutboxFacts) {
      .entry = entry,
      .user = "ada",
      .dialect = dialect,
      .boot_us = 1,
    });

    /* Nothing that a person asked for in an earlier run is done unasked, unless
     * it is a check-in. */
    if (item->action != PEG_ACTION_CHECK_IN)
      g_assert_cmpint (step, !=, PEG_OUTBOX_SEND);
  }

  return 0;
}
