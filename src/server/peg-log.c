/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-log"

#include "peg-config.h"

#include "peg-log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean show_debug;

static void
append_text (GString    *line,
             const char *text)
{
  g_autofree char *escaped = NULL;
  g_autofree char *valid = NULL;

  if (text == NULL) {
    g_string_append (line, "-");
    return;
  }

  /* A name from the disk or from the wire must not write lines of its own. */
  valid = g_utf8_make_valid (text, -1);
  if (valid[0] != '\0' && strpbrk (valid, " \"=\\\t\r\n") == NULL) {
    g_string_append (line, valid);
    return;
  }
  escaped = g_strescape (valid, NULL);
  g_string_append_printf (line, "\"%s\"", escaped);
}

/**
 * peg_log_event:
 * @domain: the log domain
 * @event: what happened, a word or some with dashes
 * @...: pairs of a key and a value, %NULL at the end. The key begins with its
 *   type: `s:path` takes a string, `i:files` a #gint64.
 *
 * Writes one line that a person and a program can read: `event=… key=value …`.
 * Never give it a token, a password or a header.
 */
void
peg_log_event (const char *domain,
               const char *event,
               ...)
{
  g_autoptr (GString) line = g_string_new ("event=");
  va_list arguments;
  const char *key;

  g_string_append (line, event);

  va_start (arguments, event);
  while ((key = va_arg (arguments, const char *)) != NULL) {
    g_string_append_printf (line, " %s=", key + 2);
    if (key[0] == 'i')
      g_string_append_printf (line, "%" G_GINT64_FORMAT, va_arg (arguments, gint64));
    else
      append_text (line, va_arg (arguments, const char *));
  }
  va_end (arguments);

  g_log_structured (domain, G_LOG_LEVEL_INFO,
                    "PEG_EVENT", event,
                    "MESSAGE", "%s", line->str);
}

static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *time = NULL;
  const char *domain = "-", *message = "";

  if (level == G_LOG_LEVEL_DEBUG && !show_debug)
    return G_LOG_WRITER_HANDLED;

  if (g_log_writer_is_journald (fileno (stderr)))
    return g_log_writer_journald (level, fields, n_fields, user_data);

  for (gsize i = 0; i < n_fields; i++) {
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      domain = fields[i].value;
    else if (strcmp (fields[i].key, "MESSAGE") == 0)
      message = fields[i].value;
  }

  now = g_date_time_new_now_local ();
  time = g_date_time_format (now, "%F %T");
  fprintf (stderr, "%s %s %s\n", time, domain, message);

  return G_LOG_WRITER_HANDLED;
}

/**
 * peg_log_set_up:
 * @verbose: whether to write what is for those who look for a mistake, too
 *
 * Sends the log to the journal when systemd gave us one, else to standard error.
 */
void
peg_log_set_up (gboolean verbose)
{
  show_debug = verbose;
  g_log_set_writer_func (write_log, NULL, NULL);
}
