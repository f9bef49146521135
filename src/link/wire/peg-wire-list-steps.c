/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-list"

#include "peg-config.h"

#include "peg-wire-list-private.h"

#include "peg-wire-file-private.h"
#include "peg-wire-list-text-private.h"
#include "peg-wire-record-private.h"

#include <string.h>

/* The way over the text of a list, one step at a time: a bracket, a name, a
 * value, a file. A step that needs bytes which have not arrived does nothing, and
 * is done again when they are there. */

const char * const peg_wire_envelope_names[] = { "type", "timestamp", "epoch", "seq" };

static void
forget_groups (PegWireListReader *self)
{
  g_ptr_array_set_size (self->entries, 0);
  self->named = 0;
  g_hash_table_remove_all (self->by_name);
  g_array_set_size (self->segments, 0);
  self->is_mixed = FALSE;
}

static PegWireStep
step_begin (PegWireListReader *self,
            PegWireListText   *text)
{
  PegEntrySlice value;
  char next;
  PegWireStep taken;

  if (!peg_wire_list_seek (text, &next))
    return PEG_WIRE_STEP_MORE;

  if (next == '{') {
    text->at++;
    self->state = self->form == PEG_WIRE_LIST_MESSAGE ? PEG_WIRE_LIST_TOP_FIRST : PEG_WIRE_LIST_GROUP_FIRST;
    return PEG_WIRE_STEP_DONE;
  }

  taken = peg_wire_list_take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken == PEG_WIRE_STEP_DONE) {
    self->root = peg_wire_list_dup_stand_in (&value);
    self->state = PEG_WIRE_LIST_END;
  }

  return taken;
}

static PegWireStep
step_top_name (PegWireListReader *self,
               PegWireListText   *text)
{
  g_autofree char *name = NULL;
  const PegWireStep taken = peg_wire_list_take_name (self, text, &name);

  if (taken != PEG_WIRE_STEP_DONE)
    return taken;

  self->is_payload = strcmp (name, "payload") == 0;
  self->member = -1;
  for (guint i = 0; i < PEG_WIRE_N_ENVELOPE; i++) {
    if (strcmp (name, peg_wire_envelope_names[i]) == 0)
      self->member = (int) i;
  }

  self->state = PEG_WIRE_LIST_TOP_VALUE;

  return PEG_WIRE_STEP_DONE;
}

static PegWireStep
step_top_value (PegWireListReader *self,
                PegWireListText   *text)
{
  PegEntrySlice value;
  char next;
  PegWireStep taken;

  if (!peg_wire_list_seek (text, &next))
    return PEG_WIRE_STEP_MORE;

  if (self->is_payload && next == '{') {
    text->at++;
    forget_groups (self);
    g_free (self->payload);
    self->payload = g_strdup ("{}");
    self->state = PEG_WIRE_LIST_GROUP_FIRST;
    return PEG_WIRE_STEP_DONE;
  }

  taken = peg_wire_list_take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken != PEG_WIRE_STEP_DONE)
    return taken;

  if (self->is_payload) {
    forget_groups (self);
    g_free (self->payload);
    self->payload = peg_wire_list_dup_stand_in (&value);
  } else if (self->member >= 0) {
    g_free (self->envelope[self->member]);
    self->envelope[self->member] = peg_wire_list_dup_stand_in (&value);
  }

  self->state = PEG_WIRE_LIST_TOP_NEXT;

  return PEG_WIRE_STEP_DONE;
}

/* Makes a group the current one. Of two with the same name the last counts, in
 * the place of the first. */
static void
enter_segment (PegWireListReader *self,
               char              *name)
{
  PegWireListGroup *segment;
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, name));

  if (known == 0) {
    const PegWireListGroup fresh = { .name = name };

    g_array_append_val (self->segments, fresh);
    known = self->segments->len;
    g_hash_table_insert (self->by_name, name, GUINT_TO_POINTER (known));
  } else {
    g_free (name);
    self->is_mixed = TRUE;
  }

  self->segment = known - 1;
  segment = &g_array_index (self->segments, PegWireListGroup, self->segment);
  g_clear_error (&segment->error);
  segment->listed = FALSE;
  segment->start = self->entries->len;
  segment->n_files = 0;

  self->group = (PegEntrySlice) { segment->name, strlen (segment->name) };
  self->index = 0;
}

static PegWireStep
step_group_name (PegWireListReader *self,
                 PegWireListText   *text)
{
  g_autofree char *name = NULL;
  const PegWireStep taken = peg_wire_list_take_name (self, text, &name);

  if (taken != PEG_WIRE_STEP_DONE)
    return taken;

  if (self->segments->len >= PEG_WIRE_LIST_MAX_FILES)
    return peg_wire_list_fail_too_big (self, "More groups than what is taken");

  enter_segment (self, g_steal_pointer (&name));
  self->state = PEG_WIRE_LIST_GROUP_VALUE;

  return PEG_WIRE_STEP_DONE;
}

/* Notes what is wrong with the current group, or with a file in it. */
static void
note_error (PegWireListReader *self,
            PegWireError       code,
            gboolean           is_file,
            const char        *problem)
{
  PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, self->segment);
  const PegWireWhere payload = { .name = "payload" };
  const PegWireWhere group = {
    .up = self->form == PEG_WIRE_LIST_MESSAGE ? &payload : NULL,
    .name = segment->name, .free_name = TRUE,
  };
  const PegWireWhere file = { .up = &group, .index = self->index };

  if (segment->error == NULL)
    peg_wire_set_error (&segment->error, code, is_file ? &file : &group, NULL, problem);
}

static PegWireStep
step_group_value (PegWireListReader *self,
                  PegWireListText   *text)
{
  PegEntrySlice value;
  char next;
  PegWireStep taken;

  if (!peg_wire_list_seek (text, &next))
    return PEG_WIRE_STEP_MORE;

  if (next == '[') {
    text->at++;
    g_array_index (self->segments, PegWireListGroup, self->segment).listed = TRUE;
    self->state = PEG_WIRE_LIST_FILE_FIRST;
    return PEG_WIRE_STEP_DONE;
  }

  taken = peg_wire_list_take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken != PEG_WIRE_STEP_DONE)
    return taken;

  if (*value.text != 'n')
    note_error (self, PEG_WIRE_ERROR_TYPE, FALSE, "is not an array");
  self->state = PEG_WIRE_LIST_GROUP_NEXT;

  return PEG_WIRE_STEP_DONE;
}

/* Lets json-glib read one file that the fast way left alone. */
static PegEntry *
read_slowly (PegWireListReader    *self,
             const PegEntrySlice  *value,
             GError              **error)
{
  const PegWireWhere payload = { .name = "payload" };
  const PegWireWhere group = {
    .up = self->form == PEG_WIRE_LIST_MESSAGE ? &payload : NULL,
    .name = self->group.text, .free_name = TRUE,
  };
  const PegWireWhere file = { .up = &group, .index = self->index };
  g_autoptr (JsonNode) array = peg_wire_list_parse_part (value, error);
  JsonObject *object;

  if (array == NULL)
    return NULL;

  object = json_array_get_object_element (json_node_get_array (array), 0);

  return peg_wire_read_file (object, self->group.text, &file, error);
}

static PegWireStep
step_file_slowly (PegWireListReader  *self,
                  PegWireListText    *text,
                  PegEntry          **entry)
{
  PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, self->segment);
  PegEntrySlice value;
  const PegWireStep taken = peg_wire_list_take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);

  if (taken != PEG_WIRE_STEP_DONE)
    return taken;

  if (segment->error == NULL) {
    if (*value.text == '{')
      *entry = read_slowly (self, &value, &segment->error);
    else
      note_error (self, PEG_WIRE_ERROR_TYPE, TRUE, "is not an object");
  }

  return PEG_WIRE_STEP_DONE;
}

static PegWireStep
step_file (PegWireListReader *self,
           PegWireListText   *text)
{
  PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, self->segment);
  PegEntry *entry = NULL;
  const char *behind;
  char next;
  PegWireRecord record = PEG_WIRE_RECORD_UNSURE;

  if (!peg_wire_list_seek (text, &next))
    return PEG_WIRE_STEP_MORE;

  if (next == '{' && segment->error == NULL)
    record = peg_wire_record_read (text->at, text->end, &self->group, self->scratch, &behind, &entry);

  if (record == PEG_WIRE_RECORD_WHOLE) {
    if ((gsize) (behind - text->at) > self->max_record) {
      peg_entry_unref (entry);
      return peg_wire_list_fail_too_big (self, PEG_WIRE_LIST_LONG_PART);
    }
    text->at = behind;
  } else if (record == PEG_WIRE_RECORD_MORE && !text->is_last) {
    return PEG_WIRE_STEP_MORE;
  } else {
    const PegWireStep taken = step_file_slowly (self, text, &entry);

    if (taken != PEG_WIRE_STEP_DONE)
      return taken;
  }

  self->named += 2 * self->group.length;
  if (self->named > PEG_WIRE_MAX_NAMED) {
    g_clear_pointer (&entry, peg_entry_unref);
    return peg_wire_list_fail_too_big (self, PEG_WIRE_LONG_NAMES);
  }

  if (self->entries->len >= PEG_WIRE_LIST_MAX_FILES) {
    g_clear_pointer (&entry, peg_entry_unref);
    return peg_wire_list_fail_too_big (self, "More files than what is taken");
  }

  if (entry != NULL) {
    g_ptr_array_add (self->entries, entry);
    segment->n_files++;
  }

  self->index++;
  self->state = PEG_WIRE_LIST_FILE_NEXT;

  return PEG_WIRE_STEP_DONE;
}

/* After a bracket or brace: its end, or what @self->state + 1 takes. */
static PegWireStep
step_first (PegWireListReader *self,
            PegWireListText   *text,
            char               closing,
            PegWireListState   outside)
{
  char next;

  if (!peg_wire_list_seek (text, &next))
    return PEG_WIRE_STEP_MORE;

  if (next == closing) {
    text->at++;
    self->state = outside;
  } else {
    self->state++;
  }

  return PEG_WIRE_STEP_DONE;
}

/* After a value: the end of what it is in, or another. */
static PegWireStep
step_next (PegWireListReader *self,
           PegWireListText   *text,
           char               closing,
           PegWireListState   outside,
           PegWireListState   another)
{
  char next;

  if (!peg_wire_list_seek (text, &next))
    return PEG_WIRE_STEP_MORE;

  if (next != closing && next != ',')
    return peg_wire_list_fail_at (self, text, PEG_WIRE_ERROR_SYNTAX, "no comma where one belongs");

  text->at++;
  self->state = next == ',' ? another : outside;

  return PEG_WIRE_STEP_DONE;
}

static PegWireStep
step (PegWireListReader *self,
      PegWireListText   *text)
{
  const PegWireListState around = self->form == PEG_WIRE_LIST_MESSAGE ? PEG_WIRE_LIST_TOP_NEXT : PEG_WIRE_LIST_END;

  switch (self->state) {
  case PEG_WIRE_LIST_BEGIN:
    return step_begin (self, text);
  case PEG_WIRE_LIST_TOP_FIRST:
    return step_first (self, text, '}', PEG_WIRE_LIST_END);
  case PEG_WIRE_LIST_TOP_NAME:
    return step_top_name (self, text);
  case PEG_WIRE_LIST_TOP_VALUE:
    return step_top_value (self, text);
  case PEG_WIRE_LIST_TOP_NEXT:
    return step_next (self, text, '}', PEG_WIRE_LIST_END, PEG_WIRE_LIST_TOP_NAME);
  case PEG_WIRE_LIST_GROUP_FIRST:
    return step_first (self, text, '}', around);
  case PEG_WIRE_LIST_GROUP_NAME:
    return step_group_name (self, text);
  case PEG_WIRE_LIST_GROUP_VALUE:
    return step_group_value (self, text);
  case PEG_WIRE_LIST_GROUP_NEXT:
    return step_next (self, text, '}', around, PEG_WIRE_LIST_GROUP_NAME);
  case PEG_WIRE_LIST_FILE_FIRST:
    return step_first (self, text, ']', PEG_WIRE_LIST_GROUP_NEXT);
  case PEG_WIRE_LIST_FILE_VALUE:
    return step_file (self, text);
  case PEG_WIRE_LIST_FILE_NEXT:
    return step_next (self, text, ']', PEG_WIRE_LIST_GROUP_NEXT, PEG_WIRE_LIST_FILE_VALUE);
  case PEG_WIRE_LIST_END:
    peg_wire_list_skip_space (text);
    if (text->at == text->end)
      return PEG_WIRE_STEP_MORE;
    return peg_wire_list_fail_at (self, text, PEG_WIRE_ERROR_SYNTAX, "something behind the end");
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_wire_list_look_at:
 * @self: a reader
 * @data: (array length=length): the text from where it was left on
 * @length: of @data, bytes
 * @is_last: whether nothing follows
 * @used: (out): how much of @data is done with
 *
 * Goes as far as it can.
 *
 * Returns: whether the text can be read so far; if not, the reader has its error
 */
gboolean
peg_wire_list_look_at (PegWireListReader *self,
                       const char        *data,
                       gsize              length,
                       gboolean           is_last,
                       gsize             *used)
{
  PegWireListText text = { .begin = data, .at = data, .end = data + length, .is_last = is_last };
  const char *done = data;
  PegWireStep result;

  while ((result = step (self, &text)) == PEG_WIRE_STEP_DONE)
    done = text.at;

  /* Every step begins with space, which need not be kept. */
  text.at = done;
  peg_wire_list_skip_space (&text);
  done = text.at;

  *used = (gsize) (done - data);
  self->offset += *used;

  return result == PEG_WIRE_STEP_MORE;
}
