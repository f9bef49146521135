/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-list"

#include "peg-config.h"

#include "peg-wire-list-private.h"

#include "peg-wire-file-private.h"
#include "peg-wire-record-private.h"

#include <string.h>

/* The way over the text of a list, one step at a time: a bracket, a name, a
 * value, a file. A step that needs bytes which have not arrived does nothing, and
 * is done again when they are there. */

const char * const peg_wire_envelope_names[] = { "type", "timestamp", "epoch", "seq" };

/* What came of one step. */
typedef enum {
  STEP_DONE,
  STEP_MORE, /* it needs bytes that have not arrived */
  STEP_FAILED,
} Step;

/* The text that is looked at. */
typedef struct {
  const char *begin;
  const char *at;
  const char *end;
  gboolean is_last; /* nothing follows */
} Text;

static Step
fail_at (PegWireListReader *self,
         const Text        *text,
         PegWireError       code,
         const char        *problem)
{
  peg_wire_set_syntax_error (&self->error, code, problem,
                             self->offset + (gsize) (text->at - text->begin));

  return STEP_FAILED;
}

/**
 * peg_wire_list_set_too_big:
 * @self: a reader
 * @problem: what there is too much of
 *
 * Gives up.
 */
void
peg_wire_list_set_too_big (PegWireListReader *self,
                           const char        *problem)
{
  g_set_error_literal (&self->error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG, problem);
}

static Step
fail_too_big (PegWireListReader *self,
              const char        *problem)
{
  peg_wire_list_set_too_big (self, problem);

  return STEP_FAILED;
}

static void
skip_space (Text *text)
{
  while (text->at < text->end &&
         (*text->at == ' ' || *text->at == '\n' || *text->at == '\r' || *text->at == '\t'))
    text->at++;
}

/* Whether the next character has arrived; at the very end it is a NUL. */
static gboolean
seek (Text *text,
      char *next)
{
  skip_space (text);
  *next = text->at < text->end ? *text->at : '\0';

  return text->at < text->end || text->is_last;
}

static gsize
get_depth (const PegWireListReader *self)
{
  const gsize top = self->form == PEG_WIRE_LIST_MESSAGE ? 1 : 0;

  if (self->state >= PEG_WIRE_LIST_FILE_FIRST)
    return top + 2;
  if (self->state >= PEG_WIRE_LIST_GROUP_FIRST)
    return top + 1;

  return self->state == PEG_WIRE_LIST_BEGIN ? 0 : 1;
}

/* Takes a whole part of the text, whatever it is. */
static Step
take_part (PegWireListReader *self,
           Text              *text,
           PegWireScanPart    part,
           PegEntrySlice     *taken)
{
  gsize used;

  skip_space (text);

  switch (peg_wire_scan_part (part, text->at, (gsize) (text->end - text->at), text->is_last,
                              self->offset + (gsize) (text->at - text->begin), get_depth (self),
                              &used, &self->error)) {
  case PEG_WIRE_SCAN_MORE:
    return STEP_MORE;
  case PEG_WIRE_SCAN_WRONG:
    return STEP_FAILED;
  case PEG_WIRE_SCAN_WHOLE:
  default:
    break;
  }

  if (used > self->max_record)
    return fail_too_big (self, PEG_WIRE_LIST_LONG_PART);
  if (!g_utf8_validate_len (text->at, used, NULL)) {
    peg_wire_set_not_utf8 (&self->error);
    return STEP_FAILED;
  }

  *taken = (PegEntrySlice) { text->at, used };
  text->at += used;

  return STEP_DONE;
}

/* Lets json-glib read a part that is known to be JSON.
 *
 * Returns: (transfer full) (nullable): an array with the value in it */
static JsonNode *
parse_part (const PegEntrySlice  *part,
            GError              **error)
{
  g_autoptr (GString) array = g_string_sized_new (part->length + 2);

  g_string_append_c (array, '[');
  g_string_append_len (array, part->text, (gssize) part->length);
  g_string_append_c (array, ']');

  return peg_wire_json_parse (array->str, array->len, G_MAXSIZE, error);
}

/* Takes the name of a member, and its colon.
 *
 * @name: (out) (transfer full): without its quotation marks and escapes */
static Step
take_name (PegWireListReader  *self,
           Text               *text,
           char              **name)
{
  PegEntrySlice part;
  g_autoptr (JsonNode) array = NULL;
  const Step taken = take_part (self, text, PEG_WIRE_SCAN_NAME, &part);

  if (taken != STEP_DONE)
    return taken;

  /* Behind it are the colon, and perhaps space. */
  while (part.text[part.length - 1] != '"')
    part.length--;

  if (memchr (part.text, '\\', part.length) == NULL) {
    *name = g_strndup (part.text + 1, part.length - 2);
    return STEP_DONE;
  }

  array = parse_part (&part, &self->error);
  if (array == NULL)
    return STEP_FAILED;

  *name = g_strdup (json_array_get_string_element (json_node_get_array (array), 0));

  return STEP_DONE;
}

static void
forget_groups (PegWireListReader *self)
{
  g_ptr_array_set_size (self->entries, 0);
  self->named = 0;
  g_hash_table_remove_all (self->by_name);
  g_array_set_size (self->segments, 0);
  self->is_mixed = FALSE;
}

/* What stands for a value when only its kind counts. */
static char *
dup_stand_in (const PegEntrySlice *value)
{
  if (*value->text == '{')
    return g_strdup ("{}");
  if (*value->text == '[')
    return g_strdup ("[]");

  return g_strndup (value->text, value->length);
}

static Step
step_begin (PegWireListReader *self,
            Text              *text)
{
  PegEntrySlice value;
  char next;
  Step taken;

  if (!seek (text, &next))
    return STEP_MORE;

  if (next == '{') {
    text->at++;
    self->state = self->form == PEG_WIRE_LIST_MESSAGE ? PEG_WIRE_LIST_TOP_FIRST : PEG_WIRE_LIST_GROUP_FIRST;
    return STEP_DONE;
  }

  taken = take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken == STEP_DONE) {
    self->root = dup_stand_in (&value);
    self->state = PEG_WIRE_LIST_END;
  }

  return taken;
}

static Step
step_top_name (PegWireListReader *self,
               Text              *text)
{
  g_autofree char *name = NULL;
  const Step taken = take_name (self, text, &name);

  if (taken != STEP_DONE)
    return taken;

  self->is_payload = strcmp (name, "payload") == 0;
  self->member = -1;
  for (guint i = 0; i < PEG_WIRE_N_ENVELOPE; i++) {
    if (strcmp (name, peg_wire_envelope_names[i]) == 0)
      self->member = (int) i;
  }

  self->state = PEG_WIRE_LIST_TOP_VALUE;

  return STEP_DONE;
}

static Step
step_top_value (PegWireListReader *self,
                Text              *text)
{
  PegEntrySlice value;
  char next;
  Step taken;

  if (!seek (text, &next))
    return STEP_MORE;

  if (self->is_payload && next == '{') {
    text->at++;
    forget_groups (self);
    g_free (self->payload);
    self->payload = g_strdup ("{}");
    self->state = PEG_WIRE_LIST_GROUP_FIRST;
    return STEP_DONE;
  }

  taken = take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken != STEP_DONE)
    return taken;

  if (self->is_payload) {
    forget_groups (self);
    g_free (self->payload);
    self->payload = dup_stand_in (&value);
  } else if (self->member >= 0) {
    g_free (self->envelope[self->member]);
    self->envelope[self->member] = dup_stand_in (&value);
  }

  self->state = PEG_WIRE_LIST_TOP_NEXT;

  return STEP_DONE;
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

static Step
step_group_name (PegWireListReader *self,
                 Text              *text)
{
  g_autofree char *name = NULL;
  const Step taken = take_name (self, text, &name);

  if (taken != STEP_DONE)
    return taken;

  if (self->segments->len >= PEG_WIRE_LIST_MAX_FILES)
    return fail_too_big (self, "More groups than what is taken");

  enter_segment (self, g_steal_pointer (&name));
  self->state = PEG_WIRE_LIST_GROUP_VALUE;

  return STEP_DONE;
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

static Step
step_group_value (PegWireListReader *self,
                  Text              *text)
{
  PegEntrySlice value;
  char next;
  Step taken;

  if (!seek (text, &next))
    return STEP_MORE;

  if (next == '[') {
    text->at++;
    g_array_index (self->segments, PegWireListGroup, self->segment).listed = TRUE;
    self->state = PEG_WIRE_LIST_FILE_FIRST;
    return STEP_DONE;
  }

  taken = take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken != STEP_DONE)
    return taken;

  if (*value.text != 'n')
    note_error (self, PEG_WIRE_ERROR_TYPE, FALSE, "is not an array");
  self->state = PEG_WIRE_LIST_GROUP_NEXT;

  return STEP_DONE;
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
  g_autoptr (JsonNode) array = parse_part (value, error);
  JsonObject *object;

  if (array == NULL)
    return NULL;

  object = json_array_get_object_element (json_node_get_array (array), 0);

  return peg_wire_read_file (object, self->group.text, &file, error);
}

static Step
step_file_slowly (PegWireListReader  *self,
                  Text               *text,
                  PegEntry          **entry)
{
  PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, self->segment);
  PegEntrySlice value;
  const Step taken = take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);

  if (taken != STEP_DONE)
    return taken;

  if (segment->error == NULL) {
    if (*value.text == '{')
      *entry = read_slowly (self, &value, &segment->error);
    else
      note_error (self, PEG_WIRE_ERROR_TYPE, TRUE, "is not an object");
  }

  return STEP_DONE;
}

static Step
step_file (PegWireListReader *self,
           Text              *text)
{
  PegWireListGroup *segment = &g_array_index (self->segments, PegWireListGroup, self->segment);
  PegEntry *entry = NULL;
  const char *behind;
  char next;
  PegWireRecord record = PEG_WIRE_RECORD_UNSURE;

  if (!seek (text, &next))
    return STEP_MORE;

  if (next == '{' && segment->error == NULL)
    record = peg_wire_record_read (text->at, text->end, &self->group, self->scratch, &behind, &entry);

  if (record == PEG_WIRE_RECORD_WHOLE) {
    if ((gsize) (behind - text->at) > self->max_record) {
      peg_entry_unref (entry);
      return fail_too_big (self, PEG_WIRE_LIST_LONG_PART);
    }
    text->at = behind;
  } else if (record == PEG_WIRE_RECORD_MORE && !text->is_last) {
    return STEP_MORE;
  } else {
    const Step taken = step_file_slowly (self, text, &entry);

    if (taken != STEP_DONE)
      return taken;
  }

  self->named += 2 * self->group.length;
  if (self->named > PEG_WIRE_MAX_NAMED) {
    g_clear_pointer (&entry, peg_entry_unref);
    return fail_too_big (self, PEG_WIRE_LONG_NAMES);
  }

  if (self->entries->len >= PEG_WIRE_LIST_MAX_FILES) {
    g_clear_pointer (&entry, peg_entry_unref);
    return fail_too_big (self, "More files than what is taken");
  }

  if (entry != NULL) {
    g_ptr_array_add (self->entries, entry);
    segment->n_files++;
  }

  self->index++;
  self->state = PEG_WIRE_LIST_FILE_NEXT;

  return STEP_DONE;
}

/* After a bracket or brace: its end, or what @self->state + 1 takes. */
static Step
step_first (PegWireListReader *self,
            Text              *text,
            char               closing,
            PegWireListState   outside)
{
  char next;

  if (!seek (text, &next))
    return STEP_MORE;

  if (next == closing) {
    text->at++;
    self->state = outside;
  } else {
    self->state++;
  }

  return STEP_DONE;
}

/* After a value: the end of what it is in, or another. */
static Step
step_next (PegWireListReader *self,
           Text              *text,
           char               closing,
           PegWireListState   outside,
           PegWireListState   another)
{
  char next;

  if (!seek (text, &next))
    return STEP_MORE;

  if (next != closing && next != ',')
    return fail_at (self, text, PEG_WIRE_ERROR_SYNTAX, "no comma where one belongs");

  text->at++;
  self->state = next == ',' ? another : outside;

  return STEP_DONE;
}

static Step
step (PegWireListReader *self,
      Text              *text)
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
    skip_space (text);
    if (text->at == text->end)
      return STEP_MORE;
    return fail_at (self, text, PEG_WIRE_ERROR_SYNTAX, "something behind the end");
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
  Text text = { .begin = data, .at = data, .end = data + length, .is_last = is_last };
  const char *done = data;
  Step result;

  while ((result = step (self, &text)) == STEP_DONE)
    done = text.at;

  /* Every step begins with space, which need not be kept. */
  text.at = done;
  skip_space (&text);
  done = text.at;

  *used = (gsize) (done - data);
  self->offset += *used;

  return result == STEP_MORE;
}
