/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-list"

#include "peg-config.h"

#include "peg-wire-list.h"

#include "peg-part.h"
#include "peg-wire-file-private.h"
#include "peg-wire-message-private.h"
#include "peg-wire-record-private.h"

#include <string.h>

/* Where the reader is. */
typedef enum {
  STATE_BEGIN,       /* before everything */
  STATE_TOP_FIRST,   /* in the message: a member, or its end */
  STATE_TOP_NAME,    /* a member */
  STATE_TOP_VALUE,   /* its value */
  STATE_TOP_NEXT,    /* a comma, or the end */
  STATE_GROUP_FIRST, /* the same in the groups */
  STATE_GROUP_NAME,
  STATE_GROUP_VALUE,
  STATE_GROUP_NEXT,
  STATE_FILE_FIRST,  /* in a group: a file, or its end */
  STATE_FILE_VALUE,
  STATE_FILE_NEXT,
  STATE_END,         /* behind everything */
} State;

/* What came of one step. */
typedef enum {
  STEP_DONE,
  STEP_MORE, /* it needs bytes that have not arrived */
  STEP_FAILED,
} Step;

/* The members of the message that count, besides `payload`. */
static const char * const envelope_names[] = { "type", "timestamp", "epoch", "seq" };

/* A group as the message has it. */
typedef struct {
  char *name;      /* (owned) */
  guint start;     /* its files, in the order sent */
  guint n_files;
  gboolean listed; /* it was an array, not null */
  GError *error;   /* (owned) (nullable): the first thing that is wrong in it */
} Segment;

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
struct _PegWireListReader
{
  PegWireListForm form;
  State state;
  gsize max_record;

  GByteArray *rest;    /* (owned): the begin of what is not complete */
  gsize try_again_at;  /* how long @rest must be before it is looked at again */
  gsize offset;        /* of what is looked at, in the text */
  gsize total;         /* all that was fed */
  GError *error;       /* (owned) (nullable): the text cannot be read at all */

  char *envelope[G_N_ELEMENTS (envelope_names)]; /* (owned) (nullable): as sent */
  int member;          /* which of them comes next; -1: none that counts */
  gboolean is_payload; /* the payload comes next */
  char *payload;       /* (owned) (nullable): what stands for it */
  char *root;          /* (owned) (nullable): what stands for all, if it is no object */

  GPtrArray *entries;  /* (owned) (element-type PegEntry) */
  GArray *segments;    /* (owned) (element-type Segment): as first named */
  GHashTable *by_name; /* (owned): name → index in @segments, plus one */
  guint segment;       /* the current one */
  PegEntrySlice group; /* its name */
  guint index;         /* of the next file in it */
  gboolean is_mixed;   /* a group came twice, so @entries are not in order */
  GByteArray *scratch; /* (owned) */
};

static void
segment_clear (Segment *segment)
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
  self->state = STATE_BEGIN;
  self->max_record = form == PEG_WIRE_LIST_BODY ? PEG_WIRE_LIST_MAX_RECORD : PEG_WIRE_MAX_BYTES;
  self->rest = g_byte_array_new ();
  self->entries = new_entries ();
  self->segments = g_array_new (FALSE, TRUE, sizeof (Segment));
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
  for (guint i = 0; i < G_N_ELEMENTS (envelope_names); i++)
    g_free (self->envelope[i]);
  g_free (self->payload);
  g_free (self->root);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_hash_table_unref (self->by_name);
  g_array_unref (self->segments);
  g_byte_array_unref (self->scratch);
  g_free (self);
}

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

static Step
fail_with (PegWireListReader *self,
           PegWireError       code,
           const char        *problem)
{
  g_set_error_literal (&self->error, PEG_WIRE_ERROR, (int) code, problem);

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

  if (self->state >= STATE_FILE_FIRST)
    return top + 2;
  if (self->state >= STATE_GROUP_FIRST)
    return top + 1;

  return self->state == STATE_BEGIN ? 0 : 1;
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
    return fail_with (self, PEG_WIRE_ERROR_TOO_BIG, "One part of the list is longer than what is taken");
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
    self->state = self->form == PEG_WIRE_LIST_MESSAGE ? STATE_TOP_FIRST : STATE_GROUP_FIRST;
    return STEP_DONE;
  }

  taken = take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken == STEP_DONE) {
    self->root = dup_stand_in (&value);
    self->state = STATE_END;
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
  for (guint i = 0; i < G_N_ELEMENTS (envelope_names); i++) {
    if (strcmp (name, envelope_names[i]) == 0)
      self->member = (int) i;
  }

  self->state = STATE_TOP_VALUE;

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
    self->state = STATE_GROUP_FIRST;
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

  self->state = STATE_TOP_NEXT;

  return STEP_DONE;
}

/* Makes a group the current one. Of two with the same name the last counts, in
 * the place of the first. */
static void
enter_segment (PegWireListReader *self,
               char              *name)
{
  Segment *segment;
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, name));

  if (known == 0) {
    const Segment fresh = { .name = name };

    g_array_append_val (self->segments, fresh);
    known = self->segments->len;
    g_hash_table_insert (self->by_name, name, GUINT_TO_POINTER (known));
  } else {
    g_free (name);
    self->is_mixed = TRUE;
  }

  self->segment = known - 1;
  segment = &g_array_index (self->segments, Segment, self->segment);
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
    return fail_with (self, PEG_WIRE_ERROR_TOO_BIG, "More groups than what is taken");

  enter_segment (self, g_steal_pointer (&name));
  self->state = STATE_GROUP_VALUE;

  return STEP_DONE;
}

/* Notes what is wrong with the current group, or with a file in it. */
static void
note_error (PegWireListReader *self,
            PegWireError       code,
            gboolean           is_file,
            const char        *problem)
{
  Segment *segment = &g_array_index (self->segments, Segment, self->segment);
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
    g_array_index (self->segments, Segment, self->segment).listed = TRUE;
    self->state = STATE_FILE_FIRST;
    return STEP_DONE;
  }

  taken = take_part (self, text, PEG_WIRE_SCAN_VALUE, &value);
  if (taken != STEP_DONE)
    return taken;

  if (*value.text != 'n')
    note_error (self, PEG_WIRE_ERROR_TYPE, FALSE, "is not an array");
  self->state = STATE_GROUP_NEXT;

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
step_file_slowly (PegWireListReader *self,
                  Text              *text,
                  PegEntry         **entry)
{
  Segment *segment = &g_array_index (self->segments, Segment, self->segment);
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
  Segment *segment = &g_array_index (self->segments, Segment, self->segment);
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
      return fail_with (self, PEG_WIRE_ERROR_TOO_BIG, "One part of the list is longer than what is taken");
    }
    text->at = behind;
  } else if (record == PEG_WIRE_RECORD_MORE && !text->is_last) {
    return STEP_MORE;
  } else {
    const Step taken = step_file_slowly (self, text, &entry);

    if (taken != STEP_DONE)
      return taken;
  }

  if (self->entries->len >= PEG_WIRE_LIST_MAX_FILES) {
    g_clear_pointer (&entry, peg_entry_unref);
    return fail_with (self, PEG_WIRE_ERROR_TOO_BIG, "More files than what is taken");
  }

  if (entry != NULL) {
    g_ptr_array_add (self->entries, entry);
    segment->n_files++;
  }

  self->index++;
  self->state = STATE_FILE_NEXT;

  return STEP_DONE;
}

/* After a bracket or brace: its end, or what @self->state + 1 takes. */
static Step
step_first (PegWireListReader *self,
            Text              *text,
            char               closing,
            State              outside)
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
           State              outside,
           State              another)
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
  const State around = self->form == PEG_WIRE_LIST_MESSAGE ? STATE_TOP_NEXT : STATE_END;

  switch (self->state) {
  case STATE_BEGIN:
    return step_begin (self, text);
  case STATE_TOP_FIRST:
    return step_first (self, text, '}', STATE_END);
  case STATE_TOP_NAME:
    return step_top_name (self, text);
  case STATE_TOP_VALUE:
    return step_top_value (self, text);
  case STATE_TOP_NEXT:
    return step_next (self, text, '}', STATE_END, STATE_TOP_NAME);
  case STATE_GROUP_FIRST:
    return step_first (self, text, '}', around);
  case STATE_GROUP_NAME:
    return step_group_name (self, text);
  case STATE_GROUP_VALUE:
    return step_group_value (self, text);
  case STATE_GROUP_NEXT:
    return step_next (self, text, '}', around, STATE_GROUP_NAME);
  case STATE_FILE_FIRST:
    return step_first (self, text, ']', STATE_GROUP_NEXT);
  case STATE_FILE_VALUE:
    return step_file (self, text);
  case STATE_FILE_NEXT:
    return step_next (self, text, ']', STATE_GROUP_NEXT, STATE_FILE_VALUE);
  case STATE_END:
    skip_space (text);
    if (text->at == text->end)
      return STEP_MORE;
    return fail_at (self, text, PEG_WIRE_ERROR_SYNTAX, "something behind the end");
  default:
    g_assert_not_reached ();
  }
}

/* Goes as far as it can.
 *
 * Returns: whether the text can be read so far */
static gboolean
look_at (PegWireListReader *self,
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

/* The begin of something is kept that is not complete. To look at it with every
 * byte that arrives would take the square of its length, so it has to double
 * first.
 *
 * Returns: whether it is short enough */
static gboolean
check_rest (PegWireListReader *self)
{
  self->try_again_at = 2 * (gsize) self->rest->len;

  return self->rest->len <= self->max_record ||
         fail_with (self, PEG_WIRE_ERROR_TOO_BIG,
                    "One part of the list is longer than what is taken") == STEP_DONE;
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

    if (!look_at (self, (const char *) self->rest->data, self->rest->len, FALSE, &used))
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
    if (!look_at (self, data, length, FALSE, &used))
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
  PegWireType types[2] = { { NULL, PEG_WIRE_UNKNOWN, NULL } };

  if (self->root != NULL)
    g_string_assign (text, self->root);

  for (guint i = 0; self->root == NULL && i < G_N_ELEMENTS (envelope_names); i++) {
    if (self->envelope[i] != NULL)
      g_string_append_printf (text, "\"%s\":%s,", envelope_names[i], self->envelope[i]);
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
    const Segment *segment = &g_array_index (self->segments, Segment, i);

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
    Segment *segment = &g_array_index (self->segments, Segment, i);

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
  const Segment *only = &g_array_index (self->segments, Segment, 0);

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
    fail_with (self, PEG_WIRE_ERROR_SYNTAX, "There is nothing in it");
  if (self->error == NULL)
    look_at (self, (const char *) self->rest->data, self->rest->len, TRUE, &used);
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
