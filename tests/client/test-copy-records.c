/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-copy-records.h"

#include <glib/gstdio.h>
#include <string.h>

static GPtrArray *
make_records (void)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_record_free);

  for (int i = 0; i < 5; i++) {
    g_autofree char *key = g_strdup_printf ("a/b\n=%d[]", i);
    g_autofree char *name = g_strdup_printf ("O%d ü.nc", i);
    g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);

    g_ptr_array_add (records, peg_copy_record_new (&(PegCopyRecord) {
      .key = key, .name = name, .sha256 = sha256, .size = i * 1000, .major = i - 1, .minor = 3,
    }));
  }

  return records;
}

/* What is damaged is unknown, which is asked about, and never something else. */
static void
test_records (void)
{
  g_autoptr (GPtrArray) records = make_records ();
  g_autofree char *folder = g_dir_make_tmp ("pegboard-records-XXXXXX", NULL);
  g_autofree char *fresh = g_build_filename (folder, "new", NULL);
  g_autofree char *path = g_build_filename (fresh, "records.conf", NULL);
  g_autofree char *data = NULL;
  gsize length;

  data = peg_copy_records_encode (records, &length);
  g_assert_true (peg_copy_records_save (path, data, length, NULL));
  {
    g_autoptr (GPtrArray) loaded = peg_copy_records_load (path);

    g_assert_cmpuint (loaded->len, ==, 5);
    for (guint i = 0; i < 5; i++) {
      const PegCopyRecord *a = records->pdata[i], *b = loaded->pdata[i];

      g_assert_cmpstr (a->key, ==, b->key);
      g_assert_cmpstr (a->name, ==, b->name);
      g_assert_cmpstr (a->sha256, ==, b->sha256);
      g_assert_cmpint (a->size, ==, b->size);
      g_assert_cmpint (a->major, ==, b->major);
      g_assert_cmpint (a->minor, ==, b->minor);
    }
  }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (fresh), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);

  for (gsize i = 0; i < length; i++) {
    for (guint bit = 0; bit < 8; bit += 3) {
      g_autofree char *damaged = g_memdup2 (data, length);
      g_autoptr (GPtrArray) read = NULL;

      damaged[i] = (char) (damaged[i] ^ (1 << bit));
      read = peg_copy_records_decode (damaged, length);
      for (guint j = 0; j < read->len; j++) {
        const PegCopyRecord *record = read->pdata[j];

        g_assert_null (strchr (record->name, '/'));
        g_assert_true (*record->name != '.' && *record->name != '\0');
        g_assert_cmpuint (strlen (record->sha256), ==, 64);
      }
    }
    {
      g_autoptr (GPtrArray) read = peg_copy_records_decode (data, i);

      g_assert_cmpuint (read->len, <=, 5);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy-records/damage", test_records);

  return g_test_run ();
}
