/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-pin.h"

#include <glib/gstdio.h>
#include <string.h>

/* From the tests of yescrypt itself (the first line for the native mode in its TESTS-OK). */
#define VECTOR "$y$jD5.7$LdJMENpBABJJ3hIHjB1Bi.$HboGM6qPrsK.StKYGt6KErmUYtioHreJd98oIugoNB6"

/* Made by crypt_ra() of libxcrypt 4.4.33, with few rounds so that tests are fast. */
#define FAST "$y$j75$LdJMENpBABJJ3hIHjB1Bi.$U9UO5FohDhkg.lpZF2NSE2DCaH6CCxYj.SxlwxYjCI9"

static void
test_vectors (void)
{
  g_assert_true (peg_pin_check (VECTOR, "pleaseletmein"));
  g_assert_false (peg_pin_check (VECTOR, "pleaseletmeIn"));
  g_assert_true (peg_pin_check (FAST, "2580"));
  g_assert_false (peg_pin_check (FAST, "2581"));
  g_assert_false (peg_pin_check (FAST, ""));
  g_assert_false (peg_pin_check (FAST, "25800"));
}

static void
test_no_hash (void)
{
  static const char * const texts[] = {
    "", "2580", "*0", "$y$", "$y$j75$", "$1$abc$def", "$6$abc$def", "$y$\xff\xff",
    "$y$j75$LdJMENpBABJJ3hIHjB1Bi.$",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_test_message ("%u", i);
    g_assert_false (peg_pin_check (texts[i], "2580"));
    g_assert_false (peg_pin_check (texts[i], ""));
  }

  g_assert_true (peg_pin_is_hash (FAST));
  g_assert_false (peg_pin_is_hash ("2580"));
  g_assert_false (peg_pin_is_hash ("$1$abc$def"));
}

static void
test_hash (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *one = peg_pin_hash ("2580", &error);
  g_autofree char *other = peg_pin_hash ("2580", &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (one, "$y$"));
  g_assert_null (strstr (one, "2580"));

  /* The same PIN of two people does not look the same. */
  g_assert_cmpstr (one, !=, other);
  g_assert_true (peg_pin_check (one, "2580"));
  g_assert_true (peg_pin_check (other, "2580"));
  g_assert_false (peg_pin_check (one, "2579"));
}

static void
test_good (void)
{
  static const char * const good[] = { "2580", "1357", "902716", "123456789021" };
  static const char * const bad[] = {
    "", "258", "1234567890123", "25a0", "25 80", " 2580", "2580\n", "1111", "1234", "9876", "0123",
    "-2580", "٢٥٨٠",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (peg_pin_is_good (good[i], NULL));

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (peg_pin_is_good (bad[i], &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  }
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  int *right = user_data;

  *right = peg_pin_check_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_async (void)
{
  int right = -1;
  int wrong = -1;

  peg_pin_check_async (FAST, "2580", NULL, done_cb, &right);
  peg_pin_check_async (FAST, "1357", NULL, done_cb, &wrong);
  while (right < 0 || wrong < 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (right, ==, TRUE);
  g_assert_cmpint (wrong, ==, FALSE);
}

static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-pin-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "admin.pin", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;

  g_assert_null (peg_pin_read_file (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  g_file_set_contents (path, "2580\n", -1, NULL);
  g_assert_null (peg_pin_read_file (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);

  g_file_set_contents (path, FAST "\n", -1, NULL);
  hash = peg_pin_read_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hash, ==, FAST);

  g_unlink (path);
  g_rmdir (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pin/vectors", test_vectors);
  g_test_add_func ("/pin/no-hash", test_no_hash);
  g_test_add_func ("/pin/hash", test_hash);
  g_test_add_func ("/pin/good", test_good);
  g_test_add_func ("/pin/async", test_async);
  g_test_add_func ("/pin/file", test_file);

  return g_test_run ();
}
