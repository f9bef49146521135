/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-strip"

#include "peg-config.h"

#include "peg-wire-message-private.h"

#include <string.h>

/* A message without what nobody reads in it. json-glib makes nodes of everything:
 * of 16 MiB of members that mean nothing, some millions, in 2.8 s and more. To go
 * over them takes 56 ms (tests/bench/wire).
 *
 * All of this is about a text that peg_wire_json_check() has found right, so
 * nothing is checked here, not even where it ends. */

static const char *
skip_space (const char *at)
{
  while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
    at++;

  return at;
}

static const char *
skip_string (const char *at)
{
  for (at++; *at != '"'; at++) {
    if (*at == '\\')
      at++;
  }

  return at + 1;
}

/* @at: where an object or an array begins */
static const char *
skip_container (const char *at)
{
  gsize depth = 0;

  do {
    switch (*at) {
    case '"':
      at = skip_string (at);
      continue;
    case '{':
    case '[':
      depth++;
      break;
    case '}':
    case ']':
      depth--;
      break;
    default:
      break;
    }
    at++;
  } while (depth > 0);

  return at;
}

static const char *
skip_value (const char *at)
{
  if (*at == '"')
    return skip_string (at);
  if (*at == '{' || *at == '[')
    return skip_container (at);

  /* What is in an object has something behind it. */
  while (*at != ',' && *at != '}' && (guchar) *at > ' ')
    at++;

  return at;
}

static guint
read_hex (const char *at)
{
  guint unit = 0;

  for (int i = 0; i < 4; i++)
    unit = unit * 16 + (guint) g_ascii_xdigit_value (at[i]);

  return unit;
}

/* Whether a string is @word, which is ASCII without anything that must be
 * escaped; it may be escaped all the same.
 *
 * @at: its quotation mark */
static gboolean
is_word (const char *at,
         const char *word)
{
  for (at++; *at != '"'; word++) {
    guint c = (guchar) *at;

    if (c == '\\' && at[1] != 'u')
      return FALSE;

    if (c == '\\') {
      c = read_hex (at + 2);
      at += 6;
    } else {
      at++;
    }

    if (c != (guchar) *word)
      return FALSE;
  }

  return *word == '\0';
}

/* A member as it stands in the text. */
typedef struct {
  const char *name;  /* with its quotation marks */
  const char *value;
  const char *end;   /* of the value */
} Member;

/* Goes to the next member of an object.
 *
 * @at: (inout): the brace that the object begins with, or the end of a value in
 *   it
 *
 * Returns: whether there is one; if not, @at is behind the object */
static gboolean
next_member (const char **at,
             Member      *member)
{
  const char *next = skip_space (*at);

  if (*next != '}')
    next = skip_space (next + 1);

  if (*next == '}') {
    *at = next + 1;
    return FALSE;
  }

  member->name = next;
  member->value = skip_space (skip_space (skip_string (next)) + 1);
  member->end = skip_value (member->value);
  *at = member->end;

  return TRUE;
}

/**
 * peg_wire_find_type:
 * @data: a text that peg_wire_json_check() has found right
 * @types: what there may be, ended by one without a name
 *
 * Finds out what a message is. Of several members with the name `type` the last
 * counts.
 *
 * Returns: (nullable): which of @types it is; %NULL: none of them, or no message
 */
const PegWireType *
peg_wire_find_type (const char        *data,
                    const PegWireType *types)
{
  const char *at = skip_space (data);
  const char *value = NULL;
  Member member;

  if (*at != '{')
    return NULL;

  while (next_member (&at, &member)) {
    if (is_word (member.name, "type"))
      value = member.value;
  }

  for (; value != NULL && *value == '"' && types->name != NULL; types++) {
    if (is_word (value, types->name))
      return types;
  }

  return NULL;
}

static void put_object (GString             *text,
                        const char          *at,
                        const PegWireMember *members);

/* Who wants something else than an object or an array says that it is of the
 * wrong type, whatever is in it. */
static void
put_value (GString             *text,
           const Member        *from,
           const PegWireMember *member)
{
  if (*from->value == '{' && member->shape != PEG_WIRE_SHAPE_OBJECT)
    g_string_append (text, "{}");
  else if (*from->value == '[' && member->shape != PEG_WIRE_SHAPE_ARRAY)
    g_string_append (text, "[]");
  else if (*from->value == '{' && member->members != NULL)
    put_object (text, from->value, member->members);
  else
    g_string_append_len (text, from->value, from->end - from->value);
}

/* Of several members with one name only the last counts. */
static void
put_object (GString             *text,
            const char          *at,
            const PegWireMember *members)
{
  Member found[PEG_WIRE_MAX_MEMBERS] = { { NULL, NULL, NULL } };
  char before = '{';
  Member from;

  while (next_member (&at, &from)) {
    for (guint i = 0; members[i].name != NULL; i++) {
      if (is_word (from.name, members[i].name))
        found[i] = from;
    }
  }

  for (guint i = 0; members[i].name != NULL; i++) {
    if (found[i].value == NULL)
      continue;

    g_string_append_printf (text, "%c\"%s\":", before, members[i].name);
    put_value (text, &found[i], &members[i]);
    before = ',';
  }

  g_string_append (text, before == '{' ? "{}" : "}");
}

/**
 * peg_wire_strip:
 * @data: a text that peg_wire_json_check() has found right
 * @type: (nullable): what message it is, from peg_wire_find_type(); one that
 *   tells its members
 *
 * Leaves out of a message every member that the reader of its type does not look
 * at. What is left means the same, and what is wrong with it is the same.
 *
 * Returns: (transfer full): JSON
 */
GString *
peg_wire_strip (const char        *data,
                const PegWireType *type)
{
  static const PegWireMember of_unknown[] = {
    { "type", PEG_WIRE_SHAPE_PLAIN, NULL },
    { NULL, PEG_WIRE_SHAPE_PLAIN, NULL },
  };
  const char *begin = skip_space (data);
  GString *text;

  g_assert (type == NULL || type->members != NULL);

  /* It is no message, whatever is in it. */
  if (*begin != '{')
    return g_string_new ("[]");

  text = g_string_new (NULL);
  put_object (text, begin, type != NULL ? type->members : of_unknown);

  return text;
}
