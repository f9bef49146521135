/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-words"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-part.h"
#include "peg-revision.h"
#include "peg-search.h"
#include "peg-wire.h"
#include "peg-words.h"

/* The small readers of text: revisions, times, what is looked for, names. They
 * are only ever given UTF-8 that was checked. */

static void
check_numbers (const char *text)
{
  int major, minor;
  gint64 time_us;

  if (peg_revision_parse (text, &major, &minor)) {
    g_assert_cmpint (major, >=, 0);
    g_assert_cmpint (minor, >=, 0);
  } else {
    g_assert_cmpint (major, ==, -1);
    g_assert_cmpint (minor, ==, -1);
  }

  if (peg_wire_parse_time (text, &time_us)) {
    g_autofree char *written = peg_wire_format_time (time_us);
    gint64 again_us;

    g_assert_true (peg_wire_parse_time (written, &again_us));
    /* A zone can take the first and the last day out of the four-digit years. */
    if (ABS (time_us) < G_GINT64_CONSTANT (62000000000) * G_USEC_PER_SEC)
      g_assert_cmpint (again_us, ==, time_us);
  }
}

static void
check_names (const char *text)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (PegSearch) search = peg_search_new (text);
  g_autoptr (GString) folded = g_string_new (NULL);
  g_autofree char *initials = peg_words_initials (text);
  g_autofree char *group = peg_part_group (text);
  g_autofree char *part = peg_part_of (text);

  g_assert_true (initials == NULL || g_utf8_validate (initials, -1, NULL));
  g_assert_true (g_utf8_validate (group, -1, NULL));
  g_assert_true (part == NULL || g_utf8_validate (part, -1, NULL));

  peg_search_fold (text, folded);
  g_assert_true (g_utf8_validate (folded->str, (gssize) folded->len, NULL));

  fields.filename = text;
  fields.description = text;
  fields.holder = text;
  entry = peg_entry_new (&fields);
  (void) peg_search_matches (search, entry);
  g_assert_true (peg_filter_matches (PEG_FILTER_MINE, entry, text));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = NULL;

  if (!g_utf8_validate_len ((const char *) data, size, NULL))
    return 0;

  text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  check_numbers (text);
  check_names (text);

  return 0;
}
