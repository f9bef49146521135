/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-print.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The colours of a terminal (ECMA-48, 8.3.117); the words beside them say the
 * same. */
#define COLOUR_END "\033[0m"

/* One very long name does not push the other columns off the screen. */
#define MAX_WIDTH 44

struct _PegTable
{
  guint n_columns;
  GPtrArray *rows; /* (owned) (element-type GStrv): the colour, then the cells */
};

PegTable *
peg_table_new (guint n_columns)
{
  PegTable *self = g_new0 (PegTable, 1);

  self->n_columns = n_columns;
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  return self;
}

void
peg_table_free (PegTable *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/**
 * peg_ctl_printable:
 * @text: (nullable): anything
 *
 * Makes text from elsewhere safe for a terminal: what could move the cursor or
 * give commands to it becomes a replacement character.
 *
 * Returns: (transfer full): one line of printable text
 */
char *
peg_ctl_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *safe = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);
    const GUnicodeType type = g_unichar_type (letter);

    if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE ||
        type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
      letter = 0xfffd;

    g_string_append_unichar (safe, letter);
  }

  return g_string_free (safe, FALSE);
}

/**
 * peg_table_add:
 * @self: a table
 * @colour: (nullable): a sequence that begins a colour
 * @...: the cells, as many as there are columns, then %NULL
 *
 * Adds a row. The cells may be anything; they are made printable.
 */
void
peg_table_add (PegTable   *self,
               const char *colour,
               ...)
{
  GPtrArray *cells = g_ptr_array_new ();
  va_list args;

  g_ptr_array_add (cells, g_strdup (colour != NULL ? colour : ""));

  va_start (args, colour);
  for (guint i = 0; i < self->n_columns; i++) {
    const char *cell = va_arg (args, const char *);

    if (cell == NULL)
      break;
    g_ptr_array_add (cells, peg_ctl_printable (cell));
  }
  va_end (args);

  g_ptr_array_add (cells, NULL);
  g_ptr_array_add (self->rows, g_ptr_array_free (cells, FALSE));
}

/* How many columns of a terminal a text takes. */
static guint
text_width (const char *text)
{
  guint width = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);

    if (g_unichar_iszerowidth (letter))
      continue;
    width += g_unichar_iswide (letter) ? 2 : 1;
  }

  return width;
}

/**
 * peg_table_print:
 * @self: a table
 * @colours: whether to print colours
 *
 * Prints all rows to the standard output. The last column is not filled up, so
 * that lines do not end in spaces.
 */
void
peg_table_print (PegTable *self,
                 gboolean  colours)
{
  g_autofree guint *widths = g_new0 (guint, self->n_columns);

  for (guint i = 0; i < self->rows->len; i++) {
    char **cells = g_ptr_array_index (self->rows, i);

    for (guint j = 0; j < self->n_columns && cells[j + 1] != NULL; j++)
      widths[j] = MAX (widths[j], MIN (text_width (cells[j + 1]), MAX_WIDTH));
  }

  for (guint i = 0; i < self->rows->len; i++) {
    char **cells = g_ptr_array_index (self->rows, i);
    const gboolean colour = colours && *cells[0] != '\0';
    g_autoptr (GString) line = g_string_new (NULL);

    for (guint j = 0; j < self->n_columns && cells[j + 1] != NULL; j++) {
      const gboolean last = j + 1 == self->n_columns || cells[j + 2] == NULL;

      if (colour && j + 1 == self->n_columns)
        g_string_append (line, cells[0]);
      g_string_append (line, cells[j + 1]);
      if (colour && j + 1 == self->n_columns)
        g_string_append (line, COLOUR_END);

      for (guint k = text_width (cells[j + 1]); !last && k < widths[j] + 2; k++)
        g_string_append_c (line, ' ');
    }

    g_print ("%s\n", line->str);
  }
}

/**
 * peg_ctl_now:
 *
 * Returns: the clocks
 */
PegDisplayNow
peg_ctl_now (void)
{
  return (PegDisplayNow) { g_get_monotonic_time (), g_get_real_time () };
}

/**
 * peg_ctl_tag_colour:
 * @tag: what hangs on a peg
 *
 * Returns: (transfer none) (nullable): what begins its colour on a terminal
 */
const char *
peg_ctl_tag_colour (PegTag tag)
{
  switch (tag) {
  case PEG_TAG_FREE:
    return NULL;
  case PEG_TAG_OWN:
    return "\033[36m";
  case PEG_TAG_OTHER:
    return "\033[1m";
  case PEG_TAG_PENDING:
  case PEG_TAG_STALE:
    return "\033[2m";
  case PEG_TAG_TROUBLE:
    return "\033[33m";
  default:
    g_assert_not_reached ();
  }
}

/* JSON: one object a line; the members are documented in pegctl(1). */

/**
 * peg_ctl_json_new:
 * @type: what kind of object it is
 *
 * Returns: (transfer full): an object that was begun; end it with
 *   peg_ctl_print_json()
 */
JsonBuilder *
peg_ctl_json_new (const char *type)
{
  JsonBuilder *builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  peg_ctl_json_string (builder, "type", type);

  return builder;
}

/**
 * peg_ctl_print_json:
 * @builder: an object that was begun
 *
 * Ends the object and prints it on a line. The line is written at once: whoever
 * reads it over a pipe waits for it.
 */
void
peg_ctl_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);

  fputs (line, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

/**
 * peg_ctl_json_string:
 * @builder: where to add
 * @member: the name
 * @value: (nullable): the value
 */
void
peg_ctl_json_string (JsonBuilder *builder,
                     const char  *member,
                     const char  *value)
{
  json_builder_set_member_name (builder, member);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/**
 * peg_ctl_json_time:
 * @builder: where to add
 * @member: the name
 * @time_us: µs since 1970; 0 becomes `null`
 *
 * Adds a time as ISO 8601 in UTC.
 */
void
peg_ctl_json_time (JsonBuilder *builder,
                   const char  *member,
                   gint64       time_us)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  if (time_us != 0 && seconds != NULL)
    text = g_date_time_format_iso8601 (seconds);

  peg_ctl_json_string (builder, member, text);
}

/**
 * peg_ctl_json_file:
 * @builder: where to add
 * @snapshot: what is known
 * @entry: a file of it
 *
 * Adds the members of a file.
 */
void
peg_ctl_json_file (JsonBuilder       *builder,
                   const PegSnapshot *snapshot,
                   const PegEntry    *entry)
{
  g_autofree char *revision = peg_display_revision (entry);
  const char *user = peg_snapshot_get_user (snapshot);
  const PegLock lock = peg_entry_get_lock (entry, user);
  const char *path = peg_entry_get_path (entry);

  peg_ctl_json_string (builder, "path", path != NULL ? path : peg_entry_get_filename (entry));
  peg_ctl_json_string (builder, "name", peg_entry_get_filename (entry));
  peg_ctl_json_string (builder, "group", peg_entry_get_group (entry));
  peg_ctl_json_string (builder, "part", peg_entry_get_part (entry));
  peg_ctl_json_string (builder, "description", peg_entry_get_description (entry));
  peg_ctl_json_string (builder, "revision", *revision != '\0' ? revision : NULL);

  json_builder_set_member_name (builder, "size");
  if (peg_entry_get_size (entry) >= 0)
    json_builder_add_int_value (builder, peg_entry_get_size (entry));
  else
    json_builder_add_null_value (builder);

  peg_ctl_json_time (builder, "modified", peg_entry_get_modified_us (entry));
  peg_ctl_json_string (builder, "lock",
                       lock == PEG_LOCK_FREE ? "free" : lock == PEG_LOCK_OWN ? "own" : "other");
  peg_ctl_json_string (builder, "holder", peg_entry_get_holder (entry));
  peg_ctl_json_string (builder, "station", peg_entry_get_station (entry));
  peg_ctl_json_time (builder, "since", peg_entry_get_since_us (entry));
  peg_ctl_json_string (builder, "reason", peg_entry_get_reason (entry));

  json_builder_set_member_name (builder, "changed_outside");
  json_builder_add_boolean_value (builder,
    (peg_entry_get_flags (entry) & PEG_ENTRY_CHANGED_OUTSIDE) != 0);
  json_builder_set_member_name (builder, "missing");
  json_builder_add_boolean_value (builder,
    (peg_entry_get_flags (entry) & PEG_ENTRY_MISSING) != 0);
}

/**
 * peg_ctl_json_link:
 * @builder: where to add
 * @snapshot: what is known
 *
 * Adds the members of the connection.
 */
void
peg_ctl_json_link (JsonBuilder       *builder,
                   const PegSnapshot *snapshot)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  g_autoptr (GEnumClass) states = g_type_class_ref (PEG_TYPE_LINK_STATE);
  g_autoptr (GEnumClass) reasons = g_type_class_ref (PEG_TYPE_LINK_REASON);
  g_autofree char *why = peg_display_link_why (snapshot);

  peg_ctl_json_string (builder, "state",
                       g_enum_get_value (states, (int) link->state)->value_nick);
  json_builder_set_member_name (builder, "live");
  json_builder_add_boolean_value (builder, peg_snapshot_is_live (snapshot));
  peg_ctl_json_string (builder, "reason",
                       g_enum_get_value (reasons, (int) link->reason)->value_nick);
  peg_ctl_json_string (builder, "why", why);
  json_builder_set_member_name (builder, "attempt");
  json_builder_add_int_value (builder, link->attempt);
  peg_ctl_json_time (builder, "as_of", peg_snapshot_get_as_of_us (snapshot));
}

/**
 * peg_ctl_print_done:
 * @ctl: the run
 * @type: what was done, for JSON
 * @entry: (nullable): to which file
 * @words: the same for people
 *
 * Says that something was done.
 */
void
peg_ctl_print_done (PegCtl         *ctl,
                    const char     *type,
                    const PegEntry *entry,
                    const char     *words)
{
  g_autofree char *printable = NULL;

  if (ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new (type);
    g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);

    if (entry != NULL)
      peg_ctl_json_file (builder, snapshot, entry);
    peg_ctl_print_json (builder);
    return;
  }

  printable = peg_ctl_printable (words);
  g_print ("%s\n", printable);
}

/**
 * peg_ctl_complain:
 * @ctl: the run
 * @code: what went wrong, for programs
 * @words: what happened, to what, and what to do next
 *
 * Says on the standard error that something did not work; with `--json` as an
 * object.
 */
void
peg_ctl_complain (PegCtl     *ctl,
                  const char *code,
                  const char *words)
{
  g_autofree char *printable = peg_ctl_printable (words);

  if (ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("error");
    g_autoptr (JsonNode) root = NULL;
    g_autofree char *line = NULL;

    peg_ctl_json_string (builder, "code", code);
    peg_ctl_json_string (builder, "message", words);
    json_builder_end_object (builder);
    root = json_builder_get_root (builder);
    line = json_to_string (root, FALSE);
    g_printerr ("%s\n", line);
    return;
  }

  g_printerr ("pegctl: %s\n", printable);
}
