/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-words"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-natural.h"
#include "peg-part.h"
#include "peg-revision.h"
#include "peg-search.h"
#include "peg-wire-json-private.h"
#include "peg-words.h"

#include <string.h>

/* The small readers of text: revisions, times, what is looked for, names. They
 * are only ever given UTF-8 that was checked. */

static void
check_numbers (const char *text)
{
  int major, minor;
  gint64 time_us, slice_us;

  /* The quick look at a time comes to the same. */
  g_assert_cmpint (peg_wire_parse_time_slice (text, strlen (text), &slice_us), ==,
                   peg_wire_parse_time (text, &time_us));
  g_assert_cmpint (slice_us, ==, time_us);

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
  g_autofree char *quick = NULL;
  gsize quick_length;

  g_assert_true (initials == NULL || g_utf8_validate (initials, -1, NULL));
  g_assert_true (g_utf8_validate (group, -1, NULL));
  g_assert_true (part == NULL || g_utf8_validate (part, -1, NULL));

  peg_search_fold (text, folded);
  g_assert_true (g_utf8_validate (folded->str, (gssize) folded->len, NULL));
  quick = g_malloc (strlen (text) + 1);
  quick_length = peg_search_fold_fast (text, strlen (text), quick);
  if (quick_length != PEG_SEARCH_SLOW)
    g_assert_cmpmem (quick, quick_length, folded->str, folded->len);

  fields.filename = text;
  fields.description = text;
  fields.holder = text;
  entry = peg_entry_new (&fields);
  (void) peg_search_matches (search, entry);
  g_assert_true (peg_filter_matches (PEG_FILTER_MINE, entry, text));
}

/* An order, whichever of two names comes first. A line break parts them. */
static void
check_order (const char *text)
{
  g_auto (GStrv) names = g_strsplit (text, "\n", 3);

  for (guint i = 0; names[i] != NULL; i++) {
    g_assert_cmpint (peg_natural_compare (names[i], names[i]), ==, 0);

    for (guint j = 0; names[j] != NULL; j++) {
      const int order = peg_natural_compare (names[i], names[j]);

      g_assert_cmpint (CLAMP (order, -1, 1), ==,
                       -CLAMP (peg_natural_compare (names[j], names[i]), -1, 1));

      for (guint k = 0; names[k] != NULL; k++) {
        if (order <= 0 && peg_natural_compare (names[j], names[k]) <= 0)
          g_assert_cmpint (peg_natural_compare (names[i], names[k]), <=, 0);
      }
    }
  }
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
  check_order (text);
  check_names (text);

  return 0;
}
