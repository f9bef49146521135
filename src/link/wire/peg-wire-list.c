/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-list"

#include "peg-config.h"

#include "peg-wire-list-private.h"

#include "peg-part.h"
#include "peg-wire-message-private.h"

#include <string.h>

/**
 * PegWireListReader:
 *
 * Reads one list. Takes it in pieces of any length, and keeps of the text only
 * what is not complete yet.
 *
 * The syntax of everything is checked at once, like peg_wire_scan() does it.
 * What is wrong with a member is only noted, and said at the end in the order of
 * the other decoder: a later member of the same name may replace the one that is
 * wrong.
 */
static void
segment_clear (PegWireListGroup *segment)
{
  g_clear_pointer (&segment->name, g_free);
  g_clear_error (&segment->error);
}

static GPtrArray *
new_entries (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
}

/**
 * peg_wire_list_reader_new:
 * @form: where the list comes from
 *
 * Returns: (transfer full): a reader for one list
 */
PegWireListReader *
peg_wire_list_reader_new (PegWireListForm form)
{
  PegWireListReader *self = g_new0 (PegWireListReader, 1);

  self->form = form;
  self->state = PEG_WIRE_LIST_BEGIN;
  self->max_record = form == PEG_WIRE_LIST_BODY ? PEG_WIRE_LIST_MAX_RECORD : PEG_WIRE_MAX_BYTES;
  self->rest = g_byte_array_new ();
  self->entries = new_entries ();
  self->segments = g_array_new (FALSE, TRUE, sizeof (PegWireListGroup));
  g_array_set_clear_func (self->segments, (GDestroyNotify) segment_clear);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->scratch = g_byte_array_new ();

  return self;
}

/**
 * peg_wire_list_reader_free:
 * @self: (nullable) (transfer full): a reader
 */
void
peg_wire_list_reader_free (PegWireListReader *self)
{
  if (self == NULL)
    return;

  g_byte_array_unref (self->rest);
  g_clear_error (&self->error);
  for (guint i = 0; i < PEG_WIRE_N_ENVELOPE; i++)
    g_free (self->envelope[i]);
  g_free (self->payload);
  g_free (self->root);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_hash_table_unref (self->by_name);
  g_array_unref (self->segments);
  g_byte_array_unref (self->scratch);
  g_free (self);
}

/* The begin of something is kept that is not complete. To look at it with every
 * byte that arrives would take the square of its length, so it has to double
 * first.
 *
 * Returns: whether it is short enough */
static gboolean
check_rest (PegWireListReader *self)
{
  self->try_again_at = 2 * (gsize) self->rest->len;

  if (self->rest->len <= self->max_record)
    return TRUE;

  peg_wire_list_set_too_big (self, PEG_WIRE_LIST_LONG_PART);

  return FALSE;
}

/* Completes what was kept with the begin of what arrived.
 *
 * Returns: whether the text can be read so far */
static gboolean
complete_rest (PegWireListReader  *self,
               const char        **data,
               gsize              *length)
{
  while (self->rest->len > 0 && *length > 0) {
    const gsize before = self->rest->len;
    const gsize wanted = MAX (self->try_again_at, before + 512) - before;
    const gsize taken = MIN (wanted, *length);
    gsize used;

    g_byte_array_append (self->rest, (const guint8 *) *data, (guint) taken);

    if (self->rest->len < self->try_again_at) {
      *data += taken;
      *length -= taken;
      return TRUE;
    }

    if (!peg_wire_list_look_at (self, (const char *) self->rest->data, self->rest->len, FALSE, &used))
      return FALSE;

    if (used >= before) {
      /* The rest goes on from where the new bytes lie. */
      *data += used - before;
      *length -= used - before;
      g_byte_array_set_size (self->rest, 0);
      return TRUE;
    }

    *data += taken;
    *length -= taken;
    if (used > 0)
      g_byte_array_remove_range (self->rest, 0, (guint) used);
    if (!check_rest (self))
      return FALSE;
  }

  return TRUE;
}

static gboolean
take_error (PegWireListReader  *self,
            GError            **error)
{
  if (error != NULL)
    *error = g_error_copy (self->error);

  return FALSE;
}

/**
 * peg_wire_list_reader_feed:
 * @self: a reader
 * @data: (array length=length): the next piece of the list
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Reads on. Nothing of @data is needed afterwards.
 *
 * Returns: whether it can be a list so far; if not, it never will be
 */
gboolean
peg_wire_list_reader_feed (PegWireListReader  *self,
                           const char         *data,
                           gsize               length,
                           GError            **error)
{
  const gsize max_bytes = self->form == PEG_WIRE_LIST_BODY ? PEG_WIRE_LIST_MAX_BYTES : PEG_WIRE_MAX_BYTES;
  gsize used;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->error != NULL)
    return take_error (self, error);

  self->total += length;
  if (self->total > max_bytes) {
    g_set_error (&self->error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG,
                 "%" G_GSIZE_FORMAT " bytes are more than the %" G_GSIZE_FORMAT " that are taken",
                 self->total, max_bytes);
    return take_error (self, error);
  }

  if (!complete_rest (self, &data, &length))
    return take_error (self, error);

  if (length > 0) {
    if (!peg_wire_list_look_at (self, data, length, FALSE, &used))
      return take_error (self, error);
    if (used < length) {
      g_byte_array_append (self->rest, (const guint8 *) data + used, (guint) (length - used));
      if (!check_rest (self))
        return take_error (self, error);
    }
  }

  return TRUE;
}

/* The message without its files, read in the other way, which knows no other
 * type than this one: members of others are not kept.
 *
 * Returns: (transfer full): the message, or %NULL with @error set */
static PegWireMessage *
read_envelope (PegWireListReader  *self,
               GError            **error)
{
  g_autoptr (GString) text = g_string_new ("{");
  PegWireType types[2] = { { NULL, PEG_WIRE_UNKNOWN, NULL, NULL } };

  if (self->root != NULL)
    g_string_assign (text, self->root);

  for (guint i = 0; self->root == NULL && i < PEG_WIRE_N_ENVELOPE; i++) {
    if (self->envelope[i] != NULL)
      g_string_append_printf (text, "\"%s\":%s,", peg_wire_envelope_names[i], self->envelope[i]);
  }

  if (self->root == NULL && self->payload != NULL)
    g_string_append_printf (text, "\"payload\":%s,", self->payload);

  if (self->root == NULL) {
    if (text->len > 1)
      g_string_truncate (text, text->len - 1);
    g_string_append_c (text, '}');
  }

  for (const PegWireType *type = peg_wire_server_types; type->name != NULL; type++) {
    if (type->kind == PEG_WIRE_FILE_LIST)
      types[0] = *type;
  }

  return self->form == PEG_WIRE_LIST_MESSAGE
           ? peg_wire_decode_json (text->str, text->len, G_MAXSIZE, types, error)
           : peg_wire_decode_groups (text->str, text->len, G_MAXSIZE, error);
}

/* Puts the files of groups that came twice into the order of the groups. */
static GPtrArray *
sort_entries (PegWireListReader *self)
{
  GPtrArray *sorted = new_entries ();

  for (guint i = 0; i < self->segments->len; i++) {
    const PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, i);

    for (guint j = 0; j < segment->n_files; j++)
      g_ptr_array_add (sorted,
                       peg_entry_ref (g_ptr_array_index (self->entries, segment->start + j)));
  }

  return sorted;
}

/* Says what is wrong with the first group with which something is. */
static gboolean
check_segments (PegWireListReader  *self,
                GError            **error)
{
  for (guint i = 0; i < self->segments->len; i++) {
    PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, i);

    if (segment->error != NULL) {
      g_propagate_error (error, g_steal_pointer (&segment->error));
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
is_placeholder (PegWireListReader *self)
{
  const PegWireListGroup *only = &g_array_index (self->segments, PegWireListGroup, 0);

  return self->segments->len == 1 && only->listed && only->n_files == 0 &&
         strcmp (only->name, PEG_PART_GROUP_OTHER) == 0;
}

/**
 * peg_wire_list_reader_finish:
 * @self: a reader
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Says what the list is, now that all of it was read; it can be done once. All
 * or nothing, like every message (peg_wire_decode_server()).
 *
 * Returns: (transfer full): the message, or %NULL with @error set. A message of
 *   another type is %PEG_WIRE_UNKNOWN, and has no members
 */
PegWireMessage *
peg_wire_list_reader_finish (PegWireListReader  *self,
                             GError            **error)
{
  g_autoptr (PegWireMessage) message = NULL;
  gsize used;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (self->error == NULL && self->total == 0)
    g_set_error_literal (&self->error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX, "There is nothing in it");
  /* An array without anything in it may have no address. */
  if (self->error == NULL)
    peg_wire_list_look_at (self, self->rest->len > 0 ? (const char *) self->rest->data : "",
                           self->rest->len, TRUE, &used);
  if (self->error != NULL) {
    take_error (self, error);
    return NULL;
  }

  message = read_envelope (self, error);
  if (message == NULL || message->kind != PEG_WIRE_FILE_LIST)
    return g_steal_pointer (&message);

  if (!check_segments (self, error))
    return NULL;

  g_clear_pointer (&message->entries, g_ptr_array_unref);
  message->entries = self->is_mixed ? sort_entries (self) : g_steal_pointer (&self->entries);
  message->placeholder = self->segments->len > 0 && is_placeholder (self);

  return g_steal_pointer (&message);
}
