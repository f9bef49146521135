/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-badge.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static guint8 *
from_hex (const char *hex,
          gsize      *length)
{
  guint8 *bytes = g_malloc0 (strlen (hex) / 2 + 1);

  *length = strlen (hex) / 2;
  for (gsize i = 0; i < *length; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));

  return bytes;
}

/* RFC 4231, 4: those of which the data stay as they are when they are normalised; and two
 * of “openssl dgst -sha256 -hmac”. */
static const struct {
  const char *key;
  const char *data;
  const char *hash;
} vectors[] = {
  { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
  { "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
  { "6b6579", "3132333435363738", "838dd83ea9ce98969576a01558ce59dab5060f31767aad0dc57934c34845742f" },
  { "6b6579", "3034413242334334", "2a8d4a513df1ff54d6c08d6310ab94734b9c54b17406032a9de57be45035772f" },
};

static void
test_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++) {
    gsize key_length, data_length;
    g_autofree guint8 *key = from_hex (vectors[i].key, &key_length);
    g_autofree guint8 *data = from_hex (vectors[i].data, &data_length);
    g_autofree char *hash = peg_badge_hash (key, key_length, (const char *) data);

    g_assert_cmpstr (hash, ==, vectors[i].hash);
  }
}

static void
test_normalise (void)
{
  const guint8 key[] = "key";
  g_autofree char *hash = peg_badge_hash (key, 3, "04a2b3c4\r\n");
  g_autofree char *same = peg_badge_hash (key, 3, "  04A2B3C4");
  g_autofree char *other = peg_badge_hash (key, 3, "04A2B3C5");
  g_autofree char *other_key = peg_badge_hash (key, 2, "04A2B3C4");
  g_autofree char *normalised = peg_badge_normalise ("\t04a2 b3ä \n");

  g_assert_cmpstr (hash, ==, same);
  g_assert_cmpstr (hash, !=, other);
  g_assert_cmpstr (hash, !=, other_key);
  g_assert_cmpstr (normalised, ==, "04A2 B3ä");
}

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("peg-badge-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "badge.key", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
test_key_file (Fixture       *fixture,
               gconstpointer  user_data)
{
  guint8 key[PEG_BADGE_KEY_BYTES] = { 0 };
  guint8 again[PEG_BADGE_KEY_BYTES] = { 1 };
  g_autoptr (GError) error = NULL;
  struct stat status;

  g_assert_true (peg_badge_key_create (fixture->path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (status.st_size, ==, 2 * PEG_BADGE_KEY_BYTES + 1);

  g_assert_true (peg_badge_key_load (fixture->path, key, &error));
  g_assert_no_error (error);

  /* What is there is not replaced. */
  g_assert_false (peg_badge_key_create (fixture->path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  g_clear_error (&error);
  g_assert_true (peg_badge_key_load (fixture->path, again, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (key, sizeof key, again, sizeof again);

  /* The next one is another. */
  g_unlink (fixture->path);
  g_assert_true (peg_badge_key_create (fixture->path, &error));
  g_assert_true (peg_badge_key_load (fixture->path, again, &error));
  g_assert_cmpint (memcmp (key, again, sizeof key), !=, 0);
}

static void
test_key_mode (Fixture       *fixture,
               gconstpointer  user_data)
{
  static const struct {
    int mode;
    gboolean good;
  } modes[] = {
    { 0400, TRUE }, { 0600, TRUE }, { 0640, TRUE }, { 0440, TRUE },
    { 0660, FALSE }, { 0644, FALSE }, { 0604, FALSE }, { 0602, FALSE }, { 0666, FALSE },
  };
  guint8 key[PEG_BADGE_KEY_BYTES];

  g_assert_true (peg_badge_key_create (fixture->path, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (g_chmod (fixture->path, modes[i].mode), ==, 0);
    g_assert_cmpint (peg_badge_key_load (fixture->path, key, &error), ==, modes[i].good);
    if (!modes[i].good) {
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM);
      g_assert_nonnull (strstr (error->message, fixture->path));
    }
  }
}

static void
test_key_contents (Fixture       *fixture,
                   gconstpointer  user_data)
{
#define HEX "00112233445566778899aabbccddeeff"
  static const struct {
    const char *text;
    gboolean good;
  } files[] = {
    { HEX HEX, TRUE },
    { HEX HEX "\n", TRUE },
    { HEX "00112233445566778899AABBCCDDEEFF\n", TRUE },
    { "", FALSE },
    { HEX, FALSE },
    { HEX HEX "0", FALSE },
    { HEX HEX "\n\n", FALSE },
    { HEX HEX "\nmore", FALSE },
    { HEX "00112233445566778899aabbccddeefg\n", FALSE },
    { " " HEX "00112233445566778899aabbccddeef\n", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;
    guint8 key[PEG_BADGE_KEY_BYTES] = { 0 };

    g_test_message ("“%s”", files[i].text);
    g_assert_true (g_file_set_contents_full (fixture->path, files[i].text, -1,
                                             G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
    g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
    g_assert_cmpint (peg_badge_key_load (fixture->path, key, &error), ==, files[i].good);
    if (files[i].good)
      g_assert_cmpuint (key[PEG_BADGE_KEY_BYTES - 2], ==, 0xee);
    else
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  }
}

static void
test_no_key (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nowhere = g_build_filename (fixture->path, "badge.key", NULL);
  guint8 key[PEG_BADGE_KEY_BYTES];

  g_assert_false (peg_badge_key_load (fixture->path, key, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  g_assert_false (peg_badge_key_load (fixture->folder, key, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);

  g_assert_false (peg_badge_key_create (nowhere, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/badge/vectors", test_vectors);
  g_test_add_func ("/badge/normalise", test_normalise);
  g_test_add ("/badge/key-file", Fixture, NULL, set_up, test_key_file, tear_down);
  g_test_add ("/badge/key-mode", Fixture, NULL, set_up, test_key_mode, tear_down);
  g_test_add ("/badge/key-contents", Fixture, NULL, set_up, test_key_contents, tear_down);
  g_test_add ("/badge/no-key", Fixture, NULL, set_up, test_no_key, tear_down);

  return g_test_run ();
}
