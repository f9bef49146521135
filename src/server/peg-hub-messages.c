/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-messages.h"

#include "peg-digest.h"

/* How many missed events are sent one by one; the whole list is shorter than
 * more of them. */
#define MAX_REPLAY 1000

/* What an event says now: the files as they are, so that one that is sent again
 * later is not older than what the client has. */
PegWireMessage *
peg_hub_make_delta (PegShop         *shop,
                    const PegRecord *record)
{
  PegWireMessage *message = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);
  g_autoptr (GPtrArray) removed = g_ptr_array_new ();

  message->epoch = g_strdup (peg_ledger_get_epoch (peg_shop_get_ledger (shop)));
  message->seq = record->seq;
  message->has_position = TRUE;
  message->cause = record->cause;
  message->user = g_strdup (record->by);
  message->server_us = record->at_us;
  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < record->changed->len; i++) {
    PegEntry *entry = peg_shop_find_by_row (shop, g_array_index (record->changed, gint64, i));

    if (entry != NULL)
      g_ptr_array_add (message->entries, entry);
  }

  for (guint i = 0; i < record->removed->len; i++)
    g_ptr_array_add (removed, g_strdup (g_ptr_array_index (record->removed, i)));
  g_ptr_array_add (removed, NULL);
  message->removed = (char **) g_ptr_array_steal (removed, NULL);

  return message;
}

/* The events after @seq, when all of them are kept and not too many. Events that
 * took a path away cannot be sent again later: they go with the files as they are
 * now, and another file may have the path by then. */
GPtrArray *
peg_hub_list_missed (PegShop *shop,
                     guint64  seq)
{
  PegLedger *ledger = peg_shop_get_ledger (shop);
  guint64 last = peg_ledger_get_seq (ledger);
  g_autoptr (GPtrArray) records = NULL;

  if (seq > last || last - seq > MAX_REPLAY)
    return NULL;

  records = peg_ledger_list_after (ledger, seq, MAX_REPLAY, NULL);
  if (records == NULL || records->len != last - seq)
    return NULL;

  for (guint i = 0; i < records->len; i++) {
    const PegRecord *record = g_ptr_array_index (records, i);

    if (record->removed->len > 0 || record->cause == PEG_CAUSE_RENAMED)
      return NULL;
  }

  return g_steal_pointer (&records);
}

/* What a client can compare with what it has. */
PegWireMessage *
peg_hub_make_digest (PegShop *shop)
{
  g_autoptr (GPtrArray) entries = peg_shop_list (shop);
  PegWireMessage *message = peg_wire_message_new (PEG_WIRE_DIGEST);

  message->seq = peg_ledger_get_seq (peg_shop_get_ledger (shop));
  message->hash = peg_digest_entries (entries);

  return message;
}
