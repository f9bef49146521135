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
  self->out->str[self->out->len] = '\0';

  if (length != NULL)
    *length = self->out->len;

  return g_string_free (g_steal_pointer (&self->out), FALSE);
}

/* g_string_append_len() without its call and its NUL, which one function puts
 * at the very end. Most of the time of a long list is spent here. */
static inline void
append (GString    *out,
        const char *text,
        gsize       length)
{
  if (G_UNLIKELY (out->allocated_len - out->len <= length)) {
    g_string_append_len (out, text, (gssize) length);
    return;
  }

  memcpy (out->str + out->len, text, length);
  out->len += length;
}

static inline void
append_c (GString *out,
          char     c)
{
  append (out, &c, 1);
}

static void
append_escaped (GString    *out,
                const char *text)
{
  static const char digits[] = "0123456789abcdef";
  const char *begin = text;

  append_c (out, '"');

  for (; *text != '\0'; text++) {
    const guchar c = (guchar) *text;

    if (c >= 0x20 && c != '"' && c != '\\')
      continue;

    append (out, begin, (gsize) (text - begin));
    begin = text + 1;

    switch (c) {
    case '"':
    case '\\':
      append_c (out, '\\');
      append_c (out, (char) c);
      break;
    case '\n':
      append (out, "\\n", 2);
      break;
    case '\t':
      append (out, "\\t", 2);
      break;
    default:
      append (out, "\\u00", 4);
      append_c (out, digits[c >> 4]);
      append_c (out, digits[c & 15]);
      break;
    }
  }

  append (out, begin, (gsize) (text - begin));
  append_c (out, '"');
}

/* What comes before a value. */
static void
begin_value (PegWireWriter *self,
             const char    *member)
{
  if (self->comma)
    append_c (self->out, ',');
  self->comma = TRUE;

  if (member != NULL) {
    append_c (self->out, '"');
    append (self->out, member, strlen (member));
    append (self->out, "\":", 2);
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
  append_c (self->out, ':');
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
  append_c (self->out, bracket);
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
  append_c (self->out, bracket);
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

  append (self->out, digits + at, sizeof digits - at);
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
  g_ascii_dtostr (digits, sizeof digits, value);
  append (self->out, digits, strlen (digits));
}

void
peg_wire_put_boolean (PegWireWriter *self,
                      const char    *member,
                      gboolean       value)
{
  begin_value (self, member);
  append (self->out, value ? "true" : "false", value ? 4 : 5);
}

void
peg_wire_put_null (PegWireWriter *self,
                   const char    *member)
{
  begin_value (self, member);
  append (self->out, "null", 4);
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
  append_c (self->out, '"');
  append (self->out, text, PEG_WIRE_TIME_LENGTH);
  append_c (self->out, '"');
}
