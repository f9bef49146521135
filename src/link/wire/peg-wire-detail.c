/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-detail"

#include "peg-config.h"

#include "peg-wire-rest.h"

#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

/* How much of an error body is given back, characters. */
#define MAX_CHARS 500

/* The members in which servers put the text of an error. */
static const char * const members[] = { "detail", "msg", "message", "error" };

/* How deep a text is looked for in what should be a text. */
#define MAX_LOOK_DEPTH 4

static void
append_text (GString    *text,
             const char *more)
{
  if (*more == '\0')
    return;

  if (text->len > 0)
    g_string_append (text, "; ");
  g_string_append (text, more);
}

static void
collect (JsonNode *node,
         int       depth,
         GString  *text)
{
  if (node == NULL || depth > MAX_LOOK_DEPTH)
    return;

  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array) && text->len < 4 * MAX_CHARS; i++)
      collect (json_array_get_element (array, i), depth + 1, text);
  } else if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *object = json_node_get_object (node);
    gsize before = text->len;

    for (guint i = 0; i < G_N_ELEMENTS (members) && text->len == before; i++)
      collect (peg_wire_get (object, members[i]), depth + 1, text);
  } else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING) {
    append_text (text, json_node_get_string (node));
  }
}

/* Takes what is not for people off a text: blanks around it, control
 * characters, and what is too much of it. */
static char *
clean (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  glong n_chars = 0;

  for (; *text != '\0' && n_chars < MAX_CHARS; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);
    gboolean blank = g_unichar_isspace (c) || g_unichar_iscntrl (c);

    if (blank && (out->len == 0 || out->str[out->len - 1] == ' '))
      continue;

    g_string_append_unichar (out, blank ? ' ' : c);
    n_chars++;
  }

  if (*text != '\0')
    g_string_append (out, "…");

  g_strchomp (out->str);

  return *out->str != '\0' ? g_strdup (out->str) : NULL;
}

/**
 * peg_wire_decode_detail:
 * @data: (array length=length): the body of an answer with an error status
 * @length: of @data, bytes
 * @code: (out) (optional) (nullable) (transfer full): the error’s code
 *   (docs/protocol.md, “REST”); %NULL: none
 *
 * Looks for the text in an error body: `detail` as a text, as an array of what
 * is wrong with each member, as plain text. A page of HTML says nothing, and is
 * left alone.
 *
 * Returns: (transfer full) (nullable): the text on one line, or %NULL
 */
char *
peg_wire_decode_detail (const char  *data,
                        gsize        length,
                        char       **code)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = data, *end = data + length;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (code != NULL)
    *code = NULL;

  while (at < end && g_ascii_isspace (*at))
    at++;

  if (at == end || *at == '<' || length > PEG_WIRE_MAX_BYTES || !g_utf8_validate_len (data, length, NULL))
    return NULL;

  root = peg_wire_json_parse (data, length, PEG_WIRE_MAX_BYTES, NULL);

  if (root != NULL) {
    collect (root, 0, text);

    if (code != NULL && JSON_NODE_HOLDS_OBJECT (root)) {
      const char *value = NULL;

      (void) peg_wire_read_string (json_node_get_object (root), "code", NULL, &value, NULL);
      *code = g_strdup (value);
    }
  } else if (*at != '{' && *at != '[') {
    g_string_append_len (text, at, end - at);
  }

  return clean (text->str);
}

/**
 * peg_wire_encode_detail:
 * @detail: what went wrong, for people
 * @code: (nullable): the same for programs
 *
 * Returns: (transfer full): an error body
 */
char *
peg_wire_encode_detail (const char *detail,
                        const char *code)
{
  PegWireWriter writer;

  g_return_val_if_fail (detail != NULL, NULL);

  peg_wire_writer_init (&writer, 128);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_string (&writer, "detail", detail);
  if (code != NULL)
    peg_wire_put_string (&writer, "code", code);
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}
