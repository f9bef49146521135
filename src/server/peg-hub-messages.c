/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-messages.h"

#include "peg-hub-private.h"

#include <string.h>

/* How many missed events are sent one by one; the whole list is shorter than
 * more of them. */
#define MAX_REPLAY 1000

/* Puts @pieces where a message that was written without them says @empty, for the
 * first time. */
static GBytes *
fill_in (GBytes     *message,
         const char *empty,
         GPtrArray  *pieces)
{
  gsize length, before, size = 0;
  const char *text = g_bytes_get_data (message, &length);
  const char *at = g_strstr_len (text, (gssize) length, empty);
  char *whole, *end;

  g_assert (at != NULL);

  before = (gsize) (at - text) + strlen (empty) - 2;
  for (guint i = 0; i < pieces->len; i++)
    size += g_bytes_get_size (g_ptr_array_index (pieces, i));

  whole = end = g_malloc (length + size);
  end = mempcpy (end, text, before);
  for (guint i = 0; i < pieces->len; i++) {
    gsize n;
    const char *piece = g_bytes_get_data (g_ptr_array_index (pieces, i), &n);

    end = mempcpy (end, piece, n);
  }
  end = mempcpy (end, text + before + 2, length - before - 2);

  return g_bytes_new_take (whole, (gsize) (end - whole));
}

/* The whole list, as a message. NULL when it is longer than @most. */
GBytes *
peg_hub_make_list (PegShop    *shop,
                   PegDialect  dialect,
                   gsize       most)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  const PegFileForm form = dialect == PEG_DIALECT_CLASSIC ? PEG_FILE_CLASSIC : PEG_FILE_SHORT;
  PegLedger *ledger = peg_shop_get_ledger (shop);
  PegListing *listing = peg_shop_get_listing (shop);
  g_autoptr (GPtrArray) pieces = NULL;
  g_autoptr (GBytes) around = NULL;
  gsize size = 0;

  message->epoch = g_strdup (peg_ledger_get_epoch (ledger));
  message->seq = peg_ledger_get_seq (ledger);
  message->has_position = TRUE;
  message->server_us = g_get_real_time ();
  around = peg_hub_encode (message, dialect);

  peg_listing_write (listing, peg_ledger_get_prefix (ledger), form, G_MAXINT64);
  pieces = peg_listing_get_pieces (listing, form);
  for (guint i = 0; i < pieces->len; i++)
    size += g_bytes_get_size (g_ptr_array_index (pieces, i));

  return size + g_bytes_get_size (around) <= most ? fill_in (around, "\"payload\":{}", pieces) : NULL;
}

/* What an event says now: the files as they are, so that one that is sent again
 * later is not older than what the client has. */
GBytes *
peg_hub_make_delta (PegShop         *shop,
                    const PegRecord *record)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) removed = g_ptr_array_new ();
  g_autoptr (GBytes) around = NULL;
  GString *files = g_string_new ("[");

  message->epoch = g_strdup (peg_ledger_get_epoch (peg_shop_get_ledger (shop)));
  message->seq = record->seq;
  message->has_position = TRUE;
  message->cause = record->cause;
  message->user = g_strdup (record->by);
  message->server_us = record->at_us;

  for (guint i = 0; i < record->changed->len; i++) {
    if (files->len > 1)
      g_string_append_c (files, ',');
    if (!peg_shop_write_by_row (shop, g_array_index (record->changed, gint64, i), files) &&
        files->len > 1)
      g_string_truncate (files, files->len - 1);
  }
  g_string_append_c (files, ']');
  g_ptr_array_add (pieces, g_string_free_to_bytes (files));

  for (guint i = 0; i < record->removed->len; i++)
    g_ptr_array_add (removed, g_strdup (g_ptr_array_index (record->removed, i)));
  g_ptr_array_add (removed, NULL);
  message->removed = (char **) g_ptr_array_steal (removed, NULL);
  around = peg_hub_encode (message, PEG_DIALECT_PEGBOARD_1);

  return fill_in (around, "\"changed\":[]", pieces);
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
  PegWireMessage *message = peg_wire_message_new (PEG_WIRE_DIGEST);

  message->seq = peg_ledger_get_seq (peg_shop_get_ledger (shop));
  message->hash = peg_shop_make_digest (shop);

  return message;
}
