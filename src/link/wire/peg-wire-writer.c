/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-writer"

#include "peg-config.h"

#include "peg-wire-writer-private.h"

#include <math.h>
#include <string.h>

/**
 * peg_wire_writer_init:
 * @self: a writer
 * @size: how long it will become, about, bytes
 */
void
peg_wire_writer_init (PegWireWriter *self,
                      gsize          size)
{
  self->out = g_string_sized_new (size);
  self->comma = FALSE;
}

/**
 * peg_wire_writer_finish:
 * @self: a writer
 * @length: (out) (optional): how long it is, bytes
 *
 * Returns: (transfer full): what was written
 */
char *
peg_wire_writer_finish (PegWireWriter *self,
                        gsize         *length)
{
  if (length != NULL)
    *length = self->out->len;

  return g_string_free (g_steal_pointer (&self->out), FALSE);
}

static void
append_escaped (GString    *out,
                const char *text)
{
  const char *begin = text;

  g_string_append_c (out, '"');

  for (; *text != '\0'; text++) {
    const guchar c = (guchar) *text;

    if (c >= 0x20 && c != '"' && c != '\\')
      continue;

    g_string_append_len (out, begin, text - begin);
    begin = text + 1;

    switch (c) {
    case '"':
    case '\\':
      g_string_append_c (out, '\\');
      g_string_append_c (out, (char) c);
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\t':
      g_string_append (out, "\\t");
      break;
    default:
      g_string_append_printf (out, "\\u%04x", c);
      break;
    }
  }

  g_string_append_len (out, begin, text - begin);
  g_string_append_c (out, '"');
}

/* What comes before a value. */
static void
begin_value (PegWireWriter *self,
             const char    *member)
{
  if (self->comma)
    g_string_append_c (self->out, ',');
  self->comma = TRUE;

  if (member != NULL) {
    g_string_append_c (self->out, '"');
    g_string_append (self->out, member);
    g_string_append_len (self->out, "\":", 2);
  }
}

/**
 * peg_wire_put_free_name:
 * @self: a writer
 * @name: any text
 *
 * Writes the name of a member that is somebody’s own choice. Its value follows,
 * without a name.
 */
void
peg_wire_put_free_name (PegWireWriter *self,
                        const char    *name)
{
  begin_value (self, NULL);
  append_escaped (self->out, name);
  g_string_append_c (self->out, ':');
  self->comma = FALSE;
}

/**
 * peg_wire_put_open:
 * @self: a writer
 * @member: (nullable): a name
 * @bracket: `{` or `[`
 */
void
peg_wire_put_open (PegWireWriter *self,
                   const char    *member,
                   char           bracket)
{
  begin_value (self, member);
  g_string_append_c (self->out, bracket);
  self->comma = FALSE;
}

/**
 * peg_wire_put_close:
 * @self: a writer
 * @bracket: `}` or `]`
 */
void
peg_wire_put_close (PegWireWriter *self,
                    char           bracket)
{
  g_string_append_c (self->out, bracket);
  self->comma = TRUE;
}

/**
 * peg_wire_put_string:
 * @self: a writer
 * @member: (nullable): a name
 * @value: (nullable): valid UTF-8; %NULL: `null`
 */
void
peg_wire_put_string (PegWireWriter *self,
                     const char    *member,
                     const char    *value)
{
  if (value == NULL) {
    peg_wire_put_null (self, member);
    return;
  }

  begin_value (self, member);
  append_escaped (self->out, value);
}

void
peg_wire_put_number (PegWireWriter *self,
                     const char    *member,
                     guint64        value)
{
  char digits[20];
  gsize at = sizeof digits;

  begin_value (self, member);

  do {
    digits[--at] = (char) ('0' + value % 10);
    value /= 10;
  } while (value > 0);

  g_string_append_len (self->out, digits + at, (gssize) (sizeof digits - at));
}

/**
 * peg_wire_put_double:
 * @self: a writer
 * @member: (nullable): a name
 * @value: a number; JSON has no way to write those that are not finite, so they
 *   become `null`
 */
void
peg_wire_put_double (PegWireWriter *self,
                     const char    *member,
                     double         value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value)) {
    peg_wire_put_null (self, member);
    return;
  }

  begin_value (self, member);
  g_string_append (self->out, g_ascii_dtostr (digits, sizeof digits, value));
}

void
peg_wire_put_boolean (PegWireWriter *self,
                      const char    *member,
                      gboolean       value)
{
  begin_value (self, member);
  g_string_append (self->out, value ? "true" : "false");
}

void
peg_wire_put_null (PegWireWriter *self,
                   const char    *member)
{
  begin_value (self, member);
  g_string_append_len (self->out, "null", 4);
}

/**
 * peg_wire_put_time:
 * @self: a writer
 * @member: (nullable): a name
 * @time_us: µs since 1970; 0: unknown, `null`
 */
void
peg_wire_put_time (PegWireWriter *self,
                   const char    *member,
                   gint64         time_us)
{
  char text[PEG_WIRE_TIME_LENGTH + 1];

  if (time_us == 0) {
    peg_wire_put_null (self, member);
    return;
  }

  peg_wire_write_time (time_us, text);
  begin_value (self, member);
  g_string_append_c (self->out, '"');
  g_string_append_len (self->out, text, PEG_WIRE_TIME_LENGTH);
  g_string_append_c (self->out, '"');
}
