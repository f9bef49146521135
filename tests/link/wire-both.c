/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "wire-both.h"

#include "peg-wire-message-private.h"
#include "wire-fixture.h"

#include <string.h>

/* Reads in both ways, the fast one and that of json-glib. */

static PegWireMessage *
read_fast (PegWireListForm   form,
           const char       *data,
           gsize             length,
           gsize             piece,
           GError          **error)
{
  g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (form);

  for (gsize at = 0; at < length; at += piece) {
    /* In memory of its own, so that reading too far is noticed. */
    g_autofree char *copy = g_memdup2 (data + at, MIN (piece, length - at));

    if (!peg_wire_list_reader_feed (reader, copy, MIN (piece, length - at), error))
      return NULL;
  }

  return peg_wire_list_reader_finish (reader, error);
}

static void
check_text (const char *what,
            const char *fast,
            const char *other)
{
  if (g_strcmp0 (fast, other) != 0)
    g_error ("%s is “%s” for the fast reader, “%s” for the other", what, fast, other);
}

static void
check_entry (const PegEntry *fast,
             const PegEntry *other)
{
  PegEntryFields a, b;

  peg_entry_get_fields (fast, &a);
  peg_entry_get_fields (other, &b);

  check_text ("filename", a.filename, b.filename);
  check_text ("id", a.id, b.id);
  check_text ("path", a.path, b.path);
  check_text ("group", a.group, b.group);
  check_text ("part", a.part, b.part);
  check_text ("description", a.description, b.description);
  check_text ("master", a.master, b.master);
  check_text ("holder", a.holder, b.holder);
  check_text ("station", a.station, b.station);
  check_text ("reason", a.reason, b.reason);
  check_text ("lock id", a.lock_id, b.lock_id);
  check_text ("sha256", a.sha256, b.sha256);
  check_text ("key", peg_entry_get_key (fast), peg_entry_get_key (other));
  check_text ("search text", peg_entry_get_search_text (fast), peg_entry_get_search_text (other));
  g_assert_cmpint (a.since_us, ==, b.since_us);
  g_assert_cmpint (a.last_seen_us, ==, b.last_seen_us);
  g_assert_cmpint (a.modified_us, ==, b.modified_us);
  g_assert_cmpint (a.size, ==, b.size);
  g_assert_cmpuint (a.version, ==, b.version);
  g_assert_cmpuint (a.token, ==, b.token);
  g_assert_cmpint (a.major, ==, b.major);
  g_assert_cmpint (a.minor, ==, b.minor);
  g_assert_cmpint (a.flags, ==, b.flags);
  g_assert_true (peg_entry_equal (fast, other));
}

static void
check_messages (const PegWireMessage *fast,
                const PegWireMessage *other)
{
  g_assert_cmpint (fast->kind == PEG_WIRE_FILE_LIST, ==, other->kind == PEG_WIRE_FILE_LIST);
  check_text ("type", fast->type, other->type);
  if (other->kind != PEG_WIRE_FILE_LIST)
    return;

  g_assert_cmpint (fast->server_us, ==, other->server_us);
  check_text ("epoch", fast->epoch, other->epoch);
  g_assert_cmpuint (fast->seq, ==, other->seq);
  g_assert_cmpint (fast->has_position, ==, other->has_position);
  g_assert_cmpint (fast->placeholder, ==, other->placeholder);
  g_assert_cmpuint (fast->entries->len, ==, other->entries->len);

  for (guint i = 0; i < fast->entries->len; i++)
    check_entry (g_ptr_array_index (fast->entries, i), g_ptr_array_index (other->entries, i));
}

/* Whether @other is what a message of another type is to who knows no other. */
static gboolean
is_of_another_type (const PegWireMessage *fast)
{
  return fast != NULL && fast->kind != PEG_WIRE_FILE_LIST;
}

/* Aborts unless both ways come to the same list, or to the same error.
 *
 * @piece: how much at a time
 *
 * Returns: whether it is a list */
gboolean
wire_both_check (PegWireListForm  form,
                 const char      *data,
                 gsize            length,
                 gsize            piece)
{
  g_autoptr (GError) fast_error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (PegWireMessage) fast = read_fast (form, data, length, piece, &fast_error);
  g_autoptr (PegWireMessage) other =
    form == PEG_WIRE_LIST_MESSAGE
      ? peg_wire_decode_json (data, length, PEG_WIRE_MAX_BYTES, peg_wire_server_types, &other_error)
      : peg_wire_decode_groups (data, length, PEG_WIRE_MAX_BYTES, &other_error);

  if (fast != NULL && other != NULL) {
    check_messages (fast, other);
    return fast->kind == PEG_WIRE_FILE_LIST;
  }

  /* A message of another type may have members that are wrong. */
  if (other == NULL && is_of_another_type (fast))
    return FALSE;

  if (fast != NULL || other != NULL)
    g_error ("Refused only by the %s: %s", fast == NULL ? "fast reader" : "other",
             fast == NULL ? fast_error->message : other_error->message);

  /* Of several faults a text that is not UTF-8 may have another that comes
   * first. */
  if (g_utf8_validate_len (data, length, NULL)) {
    g_assert_cmpint (fast_error->code, ==, other_error->code);
    check_text ("The error", fast_error->message, other_error->message);
  }

  return FALSE;
}

/* What is not meant to be JSON is plain text, which has one reader. */
static gboolean
is_plain (const char *data,
          gsize       length)
{
  gsize i = 0;

  while (i < length && g_ascii_isspace (data[i]))
    i++;

  return i < length && strchr ("{[\"-0123456789", data[i]) == NULL;
}

static void
check_decoded (const char           *reader,
               const PegWireMessage *fast,
               const GError         *fast_error,
               const PegWireMessage *other,
               const GError         *other_error)
{
  if ((fast == NULL) != (other == NULL))
    g_error ("Refused only by the %s: %s", fast == NULL ? reader : "other",
             fast == NULL ? fast_error->message : other_error->message);

  if (fast == NULL) {
    check_text ("The error", fast_error->message, other_error->message);
    g_assert_error (fast_error, other_error->domain, other_error->code);
    return;
  }

  check_text ("type", fast->type, other->type);
  wire_assert_messages (fast, other);
  for (guint i = 0; fast->entries != NULL && i < fast->entries->len; i++)
    check_entry (g_ptr_array_index (fast->entries, i), g_ptr_array_index (other->entries, i));
}

/* Long messages are stripped before they are read; here all are. */
static void
check_stripped (const char           *data,
                gsize                 length,
                const PegWireMessage *other,
                const GError         *other_error)
{
  g_autoptr (PegWireMessage) fast = NULL;
  g_autoptr (GError) error = NULL;

  if (peg_wire_json_check (data, length, PEG_WIRE_MAX_BYTES, NULL, &error)) {
    g_autoptr (GString) stripped =
      peg_wire_strip (data, peg_wire_find_type (data, peg_wire_server_types));

    fast = peg_wire_decode_json (stripped->str, stripped->len, PEG_WIRE_MAX_BYTES, peg_wire_server_types,
                                 &error);
  }

  check_decoded ("stripped one", fast, error, other, other_error);
}

/* Aborts unless what a server sent becomes the same, or is refused in the same
 * words, as what json-glib makes of all of it.
 *
 * @kind: (out): what message it is; %PEG_WIRE_UNKNOWN also if it is refused
 *
 * Returns: whether it is taken */
gboolean
wire_both_check_server (const char  *data,
                        gsize        length,
                        PegWireKind *kind)
{
  /* In memory of its own, so that reading too far is noticed. */
  g_autofree char *copy = g_memdup2 (data, length);
  g_autoptr (GError) fast_error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (PegWireMessage) fast = peg_wire_decode_server (copy, length, &fast_error);
  g_autoptr (PegWireMessage) other =
    peg_wire_decode_json (data, length, PEG_WIRE_MAX_BYTES, peg_wire_server_types, &other_error);

  *kind = PEG_WIRE_UNKNOWN;

  if (is_plain (data, length))
    return fast != NULL;

  check_decoded ("fast reader", fast, fast_error, other, other_error);
  check_stripped (copy, length, other, other_error);

  if (fast == NULL)
    return FALSE;

  *kind = fast->kind;

  return TRUE;
}
