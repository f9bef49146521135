/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-json"

#include "peg-config.h"

#include "peg-wire-json-private.h"

#include <string.h>

/* How much of a name that the other side chose is repeated in an error. */
#define MAX_NAME_CHARS 64

G_DEFINE_QUARK (peg-wire-error-quark, peg_wire_error)

/**
 * peg_wire_set_not_utf8:
 * @error: return location for a #GError
 *
 * Says that a text is not UTF-8, or has a NUL in it.
 */
void
peg_wire_set_not_utf8 (GError **error)
{
  g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX, "Not UTF-8, or with a NUL in it");
}

/**
 * peg_wire_json_check:
 * @data: what arrived
 * @length: of @data, bytes
 * @max_bytes: how much is too much
 * @lone: (nullable) (element-type gsize): see peg_wire_scan()
 * @error: return location for a #GError
 *
 * Looks at a text that somebody else wrote, before it is read.
 *
 * Returns: whether it is JSON that is taken; if not, @error is set to
 *   %PEG_WIRE_ERROR_TOO_BIG, %PEG_WIRE_ERROR_SYNTAX or %PEG_WIRE_ERROR_VALUE
 */
gboolean
peg_wire_json_check (const char  *data,
                     gsize        length,
                     gsize        max_bytes,
                     GArray      *lone,
                     GError     **error)
{
  g_assert (data != NULL || length == 0);

  if (length > max_bytes) {
    g_set_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG,
                 "%" G_GSIZE_FORMAT " bytes are more than the %" G_GSIZE_FORMAT " that are taken",
                 length, max_bytes);
    return FALSE;
  }

  if (length == 0) {
    g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX, "There is nothing in it");
    return FALSE;
  }

  if (!g_utf8_validate_len (data, length, NULL)) {
    peg_wire_set_not_utf8 (error);
    return FALSE;
  }

  return peg_wire_scan (data, length, lone, error);
}

/**
 * peg_wire_json_parse:
 * @data: what arrived
 * @length: of @data, bytes
 * @max_bytes: how much is too much
 * @error: return location for a #GError
 *
 * Reads a JSON text that somebody else wrote. Half a surrogate pair becomes
 * U+FFFD. Of two members with one name the last counts.
 *
 * Returns: (transfer full): the root, or %NULL with @error set like that of
 *   peg_wire_json_check()
 */
JsonNode *
peg_wire_json_parse (const char  *data,
                     gsize        length,
                     gsize        max_bytes,
                     GError     **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GArray) lone = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree char *mended = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!peg_wire_json_check (data, length, max_bytes, lone, error))
    return NULL;

  if (lone->len > 0) {
    mended = g_memdup2 (data, length);
    for (guint i = 0; i < lone->len; i++)
      memcpy (mended + g_array_index (lone, gsize, i), "ufffd", strlen ("ufffd"));
  }

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, mended != NULL ? mended : data, (gssize) length, &local_error)) {
    g_set_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: %s",
                 local_error->message);
    return NULL;
  }

  return json_parser_steal_root (parser);
}

/**
 * peg_wire_json_root:
 * @root: a JSON text
 * @error: return location for a #GError
 *
 * Returns: (transfer none): the object that @root is, or %NULL with @error set
 */
JsonObject *
peg_wire_json_root (JsonNode  *root,
                    GError   **error)
{
  g_assert (root != NULL);

  if (JSON_NODE_HOLDS_OBJECT (root))
    return json_node_get_object (root);

  g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TYPE, "It is not an object");

  return NULL;
}

static void
append_name (GString    *way,
             const char *name,
             gboolean    free_name)
{
  if (!free_name) {
    if (way->len > 0)
      g_string_append_c (way, '.');
    g_string_append (way, name);
  } else {
    const char *end = name;

    for (int i = 0; i < MAX_NAME_CHARS && *end != '\0'; i++)
      end = g_utf8_next_char (end);

    if (way->len > 0)
      g_string_append_c (way, '.');
    g_string_append_c (way, '"');
    g_string_append_len (way, name, end - name);
    g_string_append (way, *end != '\0' ? "…\"" : "\"");
  }
}

static void
append_way (GString            *way,
            const PegWireWhere *where)
{
  if (where == NULL)
    return;

  append_way (way, where->up);

  if (where->name != NULL)
    append_name (way, where->name, where->free_name);
  else
    g_string_append_printf (way, "[%u]", where->index);
}

/**
 * peg_wire_set_error:
 * @error: return location for a #GError
 * @code: what is wrong
 * @where: (nullable): in what
 * @member: (nullable): with which member of it; %NULL: with @where itself
 * @problem: what is wrong with it, the end of a sentence that begins with the
 *   way to it
 */
void
peg_wire_set_error (GError             **error,
                    PegWireError         code,
                    const PegWireWhere  *where,
                    const char          *member,
                    const char          *problem)
{
  g_autoptr (GString) way = g_string_new (NULL);

  append_way (way, where);
  if (member != NULL)
    append_name (way, member, FALSE);

  g_set_error (error, PEG_WIRE_ERROR, (int) code, "%s %s", way->str, problem);
}

/**
 * peg_wire_get:
 * @object: an object
 * @member: a name
 *
 * Returns: (transfer none) (nullable): the value; %NULL also for a `null`
 */
JsonNode *
peg_wire_get (JsonObject *object,
              const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

/* The readers that follow take a member that is missing or null for one that is
 * not set, leave @value at nothing (for numbers and booleans: as it was), and
 * fail only for one of the wrong type. */

/**
 * peg_wire_read_string:
 * @object: an object
 * @member: a name
 * @where: (nullable): the way to @object
 * @value: (out) (transfer none) (nullable): the text; an empty one counts as none
 * @error: return location for a #GError
 */
gboolean
peg_wire_read_string (JsonObject          *object,
                      const char          *member,
                      const PegWireWhere  *where,
                      const char         **value,
                      GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);
  const char *text;

  *value = NULL;

  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is not a string");
    return FALSE;
  }

  text = json_node_get_string (node);
  if (text != NULL && *text != '\0')
    *value = text;

  return TRUE;
}

/**
 * peg_wire_need_string:
 *
 * Like peg_wire_read_string(), for a text that must be there and not be empty.
 */
gboolean
peg_wire_need_string (JsonObject          *object,
                      const char          *member,
                      const PegWireWhere  *where,
                      const char         **value,
                      GError             **error)
{
  if (!peg_wire_read_string (object, member, where, value, error))
    return FALSE;

  if (*value != NULL)
    return TRUE;

  if (peg_wire_get (object, member) == NULL)
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, where, member, "is missing");
  else
    peg_wire_set_error (error, PEG_WIRE_ERROR_VALUE, where, member, "is empty");

  return FALSE;
}

gboolean
peg_wire_read_boolean (JsonObject          *object,
                       const char          *member,
                       const PegWireWhere  *where,
                       gboolean            *value,
                       GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);

  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is neither true nor false");
    return FALSE;
  }

  *value = json_node_get_boolean (node);

  return TRUE;
}

/**
 * peg_wire_read_number:
 * @object: an object
 * @member: a name
 * @where: (nullable): the way to @object
 * @value: (inout): a whole number up to %PEG_WIRE_MAX_NUMBER, however it is
 *   written
 * @error: return location for a #GError
 */
gboolean
peg_wire_read_number (JsonObject          *object,
                      const char          *member,
                      const PegWireWhere  *where,
                      guint64             *value,
                      GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);
  GType type;

  if (node == NULL)
    return TRUE;

  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64) {
    gint64 number = json_node_get_int (node);

    if (number >= 0 && (guint64) number <= PEG_WIRE_MAX_NUMBER) {
      *value = (guint64) number;
      return TRUE;
    }
  } else if (type == G_TYPE_DOUBLE) {
    double number = json_node_get_double (node);

    if (number >= 0 && number <= (double) PEG_WIRE_MAX_NUMBER) {
      *value = (guint64) number;
      if (!((double) *value < number))
        return TRUE;
    }
  } else {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is not a number");
    return FALSE;
  }

  peg_wire_set_error (error, PEG_WIRE_ERROR_VALUE, where, member, "is not a whole number from 0 to 2⁵³ − 1");

  return FALSE;
}

/**
 * peg_wire_need_number:
 *
 * Like peg_wire_read_number(), for a number that must be there.
 */
gboolean
peg_wire_need_number (JsonObject          *object,
                      const char          *member,
                      const PegWireWhere  *where,
                      guint64             *value,
                      GError             **error)
{
  if (peg_wire_get (object, member) == NULL) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, where, member, "is missing");
    return FALSE;
  }

  return peg_wire_read_number (object, member, where, value, error);
}

/**
 * peg_wire_read_time:
 * @object: an object
 * @member: a name
 * @where: (nullable): the way to @object
 * @value: (out): µs since 1970; 0: unknown
 * @error: return location for a #GError
 *
 * Reads a time. One that cannot be read is unknown, no error; so is a number,
 * because of what servers do with it nobody knows the unit.
 */
gboolean
peg_wire_read_time (JsonObject          *object,
                    const char          *member,
                    const PegWireWhere  *where,
                    gint64              *value,
                    GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);
  GType type;

  *value = 0;

  if (node == NULL)
    return TRUE;

  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    return TRUE;

  if (type != G_TYPE_STRING) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is not a time");
    return FALSE;
  }

  if (!peg_wire_parse_time (json_node_get_string (node), value))
    *value = 0;

  return TRUE;
}

gboolean
peg_wire_read_object (JsonObject          *object,
                      const char          *member,
                      const PegWireWhere  *where,
                      JsonObject         **value,
                      GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);

  *value = NULL;

  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is not an object");
    return FALSE;
  }

  *value = json_node_get_object (node);

  return TRUE;
}

gboolean
peg_wire_read_array (JsonObject          *object,
                     const char          *member,
                     const PegWireWhere  *where,
                     JsonArray          **value,
                     GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);

  *value = NULL;

  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is not an array");
    return FALSE;
  }

  *value = json_node_get_array (node);

  return TRUE;
}

/**
 * peg_wire_read_strings:
 * @object: an object
 * @member: a name
 * @where: (nullable): the way to @object
 * @value: (out) (transfer full) (nullable) (array zero-terminated=1): the texts
 * @error: return location for a #GError
 */
gboolean
peg_wire_read_strings (JsonObject          *object,
                       const char          *member,
                       const PegWireWhere  *where,
                       char              ***value,
                       GError             **error)
{
  const PegWireWhere here = { .up = where, .name = member };
  g_autoptr (GPtrArray) texts = NULL;
  JsonArray *array;

  *value = NULL;

  if (!peg_wire_read_array (object, member, where, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    const PegWireWhere element = { .up = &here, .index = i };
    JsonNode *node = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
      peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, &element, NULL, "is not a string");
      return FALSE;
    }

    g_ptr_array_add (texts, g_strdup (json_node_get_string (node)));
  }

  g_ptr_array_add (texts, NULL);
  *value = (char **) g_ptr_array_free (g_steal_pointer (&texts), FALSE);

  return TRUE;
}

/**
 * peg_wire_element_object:
 * @array: an array
 * @where: the way to the element, which tells its index
 * @error: return location for a #GError
 *
 * Returns: (transfer none): the element, or %NULL with @error set if it is not
 *   an object
 */
JsonObject *
peg_wire_element_object (JsonArray           *array,
                         const PegWireWhere  *where,
                         GError             **error)
{
  JsonNode *node = json_array_get_element (array, where->index);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);

  peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, NULL, "is not an object");

  return NULL;
}
