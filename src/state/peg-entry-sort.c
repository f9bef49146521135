/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-entry-sort.h"

#include "peg-part.h"

#include <stdlib.h>
#include <string.h>

/* Sorting a hundred thousand entries by peg_entry_compare() costs 60 ms, nearly
 * all of it for fetching names from all over the memory, 17 times each. So the
 * beginning of part and name is packed once into 16 bytes that compare like them,
 * and only what is the same in these is compared in full: 15 ms. */

#define KEY_BYTES 16

typedef struct {
  guint64 high;
  guint64 low;
  PegEntry *entry;
} SortKey;

typedef enum {
  ENCODED,
  ENCODED_PERHAPS, /* right unless two parts are the same number */
  NOT_ENCODED,
} Encoding;

typedef struct {
  guchar bytes[KEY_BYTES];
  guint n;
} KeyWriter;

static inline void
put (KeyWriter *writer,
     guint      byte)
{
  if (writer->n < KEY_BYTES)
    writer->bytes[writer->n++] = (guchar) byte;
}

static inline void
put_last (KeyWriter *writer,
          guint      byte)
{
  put (writer, byte);
  while (writer->n < KEY_BYTES)
    put (writer, 0);
}

/* A number is how many digits it has, without leading zeros, and two digits to a
 * byte. The first byte lies where digits lie among the other characters. */
static const guchar *
put_number (KeyWriter    *writer,
            const guchar *at)
{
  guint n = 0;

  while (*at == '0')
    at++;
  while (g_ascii_isdigit (at[n]))
    n++;

  if (n >= 9) {
    put_last (writer, '1' + 9);
    return at + n;
  }

  put (writer, '1' + n);
  for (guint i = 0; i < n; i += 2)
    put (writer, (guint) (at[i] - '0') << 4 | (i + 1 < n ? at[i + 1] - (guint) '0' : 0));

  return at + n;
}

/* Appends the bytes of @text, which compare like peg_natural_compare() does. What
 * is not ASCII has no bytes: it counts like the letters that it is made of. */
static gboolean
put_text (KeyWriter  *writer,
          const char *text)
{
  const guchar *at = (const guchar *) text;

  while (writer->n < KEY_BYTES) {
    if (*at >= 0x80)
      return FALSE;

    if (g_ascii_isdigit (*at)) {
      at = put_number (writer, at);
      if (*at >= 0x80)
        return FALSE;
      continue;
    }

    put (writer, *at == '\0' ? 0 : *at == '.' ? 1 : (guchar) g_ascii_tolower ((char) *at) + 1u);
    if (*at == '\0')
      break;
    at++;
  }

  return TRUE;
}

static Encoding
encode (SortKey  *key,
        PegEntry *entry)
{
  const char *part = peg_entry_get_part (entry);
  KeyWriter writer = { .n = 0 };
  Encoding encoding = ENCODED;
  guint64 words[2];

  put (&writer, part != NULL ? 1 : 2);

  if (part != NULL) {
    if (!put_text (&writer, part))
      return NOT_ENCODED;
    if (!peg_part_starts_with_number (part) || part[PEG_PART_DIGITS] != '\0')
      encoding = ENCODED_PERHAPS;
  }

  if (!put_text (&writer, peg_entry_get_filename (entry)))
    return NOT_ENCODED;

  memcpy (words, writer.bytes, sizeof words);
  *key = (SortKey) { GUINT64_FROM_BE (words[0]), GUINT64_FROM_BE (words[1]), entry };

  return encoding;
}

static int
compare_entries (const void *a,
                 const void *b)
{
  return peg_entry_compare (*(PegEntry * const *) a, *(PegEntry * const *) b);
}

static inline gboolean
key_is_less (const SortKey *a,
             const SortKey *b)
{
  return a->high != b->high ? a->high < b->high : a->low < b->low;
}

static int
compare_keys (const void *a,
              const void *b)
{
  return key_is_less (a, b) ? -1 : key_is_less (b, a);
}

static gboolean
is_sorted (PegEntry * const *entries,
           guint             n)
{
  for (guint i = 1; i < n; i++) {
    if (peg_entry_compare (entries[i - 1], entries[i]) > 0)
      return FALSE;
  }

  return TRUE;
}

/* Returns: whether the order is right */
static gboolean
sort_by_key (PegEntry **entries,
             guint      n)
{
  g_autofree SortKey *keys = g_new (SortKey, n);
  Encoding worst = ENCODED;
  guint end;

  for (guint i = 0; i < n; i++) {
    worst = MAX (worst, encode (&keys[i], entries[i]));
    if (worst == NOT_ENCODED)
      return FALSE;
  }

  qsort (keys, n, sizeof (SortKey), compare_keys);
  for (guint i = 0; i < n; i++)
    entries[i] = keys[i].entry;

  for (guint i = 0; i < n; i = end) {
    for (end = i + 1; end < n && !key_is_less (&keys[i], &keys[end]);)
      end++;
    if (end - i > 1)
      qsort (entries + i, end - i, sizeof (PegEntry *), compare_entries);
  }

  return worst == ENCODED || is_sorted (entries, n);
}

/**
 * peg_entries_sort:
 * @entries: (array length=n): entries of one group
 * @n: how many
 *
 * Sorts entries by peg_entry_compare().
 */
void
peg_entries_sort (PegEntry **entries,
                  guint      n)
{
  g_return_if_fail (entries != NULL || n == 0);

  if (!is_sorted (entries, n) && !sort_by_key (entries, n))
    qsort (entries, n, sizeof (PegEntry *), compare_entries);
}
