/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-cache"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-cache.h"

#include <string.h>

/* Where the length and the checksum are; see peg-cache-private.h. */
#define LENGTH_AT 16
#define HEAD_SIZE 32

/* Whatever is on the disk: it is read or refused, and what was read is the same
 * when it is written and read again. */
static void
check (const char *data,
       gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegCached) cached = peg_cache_decode (data, length, &error);
  g_autoptr (PegCached) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) second = NULL;

  g_assert_true ((cached == NULL) == (error != NULL));
  if (cached == NULL)
    return;

  bytes = peg_cache_encode (cached, &error);
  g_assert_no_error (error);
  again = peg_cache_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cached->entries->len, ==, again->entries->len);
  second = peg_cache_encode (again, &error);
  g_assert_true (g_bytes_equal (bytes, second));
}

/* The sum of the writer, so that what lies behind it is tried, too. */
static guint64
checksum (const guint8 *data,
          gsize         length)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  for (; length >= 8; data += 8, length -= 8) {
    guint64 word;

    memcpy (&word, data, 8);
    hash = (hash ^ GUINT64_FROM_LE (word)) * G_GUINT64_CONSTANT (1099511628211);
    hash ^= hash >> 32;
  }
  for (; length > 0; data++, length--)
    hash = (hash ^ *data) * G_GUINT64_CONSTANT (1099511628211);

  return hash;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree guint8 *mended = NULL;
  guint64 numbers[2];

  check ((const char *) data, size);

  if (size < HEAD_SIZE)
    return 0;

  mended = g_memdup2 (data, size);
  numbers[0] = GUINT64_TO_LE (size - HEAD_SIZE);
  numbers[1] = GUINT64_TO_LE (checksum (mended + HEAD_SIZE, size - HEAD_SIZE));
  memcpy (mended + LENGTH_AT, numbers, sizeof numbers);
  check ((const char *) mended, size);

  return 0;
}
