/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-multipart.h"

#include <string.h>

#define TYPE "multipart/form-data; boundary=\"-b\""

typedef struct {
  GString *file; /* (owned) */
  char *name;    /* (owned) (nullable) */
  guint begins;
} Taken;

static gboolean
take (const char  *name,
      const char  *data,
      gsize        length,
      gpointer     user_data,
      GError     **error)
{
  Taken *taken = user_data;

  if (length == 0)
    taken->begins++;
  g_free (taken->name);
  taken->name = g_strdup (name);
  g_string_append_len (taken->file, data, (gssize) length);

  return TRUE;
}

/* A file that is full of what looks like a boundary and is none. */
static const char file_body[] = "\r\n--\r\n---\r\n---\r\n--b\r\n\r\r\n--- b%\r\n-";

static const char *
get_body (void)
{
  static char *body;

  if (body == NULL)
    body = g_strconcat ("a preamble, skipped\r\n---b\r\n"
                        "Content-Disposition: form-data; name=\"user\"\r\n\r\n"
                        "dana\r\n---b  \r\n"
                        "content-disposition: form-data; filename=\"a\\\"b; name=x.nc\"; name=\"file\"\r\n"
                        "Content-Type: application/octet-stream\r\n\r\n",
                        file_body,
                        "\r\n---b\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n---b--\r\n"
                        "an epilogue, skipped", NULL);

  return body;
}

static void
check (gsize first,
       gsize step)
{
  const char *body = get_body ();
  gsize length = strlen (body), done = 0;
  Taken taken = { g_string_new (NULL), NULL, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PegMultipart) form = peg_multipart_new (TYPE, take, &taken, &error);

  g_assert_no_error (error);

  while (done < length) {
    gsize size = MIN (done == 0 && first > 0 ? first : step, length - done);

    g_assert_true (peg_multipart_feed (form, body + done, size, &error));
    g_assert_no_error (error);
    done += size;
  }
  g_assert_true (peg_multipart_end (form, &error));
  g_assert_no_error (error);

  g_assert_cmpstr (peg_multipart_get_field (form, "user"), ==, "dana");
  g_assert_cmpstr (peg_multipart_get_field (form, "empty"), ==, "");
  g_assert_null (peg_multipart_get_field (form, "file"));
  g_assert_cmpstr (peg_multipart_get_file_name (form), ==, "a\"b; name=x.nc");
  g_assert_cmpstr (taken.name, ==, "file");
  g_assert_cmpstr (taken.file->str, ==, file_body);
  g_assert_cmpuint (taken.begins, ==, 1);

  g_string_free (taken.file, TRUE);
  g_free (taken.name);
}

/* Split in two at every byte, and byte by byte: the pieces that a socket gives
 * must not matter. */
static void
test_multipart_split (void)
{
  gsize length = strlen (get_body ());

  for (gsize first = 1; first < length; first++)
    check (first, length);
  for (gsize step = 1; step < 20; step++)
    check (0, step);
}

static void
test_multipart_type (void)
{
  static const char * const types[] = {
    NULL, "", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\"\"",
    "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (peg_multipart_new (types[i], take, NULL, &error));
    g_assert_error (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TYPE);
  }
}

typedef struct {
  const char *body;
  PegMultipartError code;
} Broken;

static void
test_multipart_broken (void)
{
  static const Broken cases[] = {
    { "", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b", PEG_MULTIPART_ERROR_SYNTAX },
    { "---bx\r\n", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b\r\nContent-Disposition: form-data; name=a\r\n\r\nunfinished", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b\r\nContent-Disposition: form-data\r\n\r\nx\r\n---b--", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b\r\nX: y\r\n\r\nx\r\n---b--", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n---b--", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n---b--", PEG_MULTIPART_ERROR_SYNTAX },
    { "---b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\nx\r\n---b\r\n"
      "Content-Disposition: form-data; name=b; filename=b\r\n\r\nx\r\n---b--", PEG_MULTIPART_ERROR_SYNTAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Taken taken = { g_string_new (NULL), NULL, 0 };
    g_autoptr (PegMultipart) form = peg_multipart_new (TYPE, take, &taken, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_false (peg_multipart_feed (form, cases[i].body, strlen (cases[i].body), &error) &&
                    peg_multipart_end (form, &error));
    g_assert_error (error, PEG_MULTIPART_ERROR, (int) cases[i].code);
    g_string_free (taken.file, TRUE);
    g_free (taken.name);
  }
}

/* What is kept in memory is bounded, however the pieces come. */
static void
test_multipart_too_big (void)
{
  static const char * const begins[] = {
    "---b\r\nContent-Disposition: form-data; name=a\r\n\r\n",
    "---b\r\nContent-Disposition: form-data; name=a; x=",
  };
  g_autofree char *filling = g_strnfill (1000, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (begins); i++) {
    Taken taken = { g_string_new (NULL), NULL, 0 };
    g_autoptr (PegMultipart) form = peg_multipart_new (TYPE, take, &taken, NULL);
    g_autoptr (GError) error = NULL;
    guint pieces = 0;

    g_assert_true (peg_multipart_feed (form, begins[i], strlen (begins[i]), &error));
    while (peg_multipart_feed (form, filling, 1000, &error))
      g_assert_cmpuint (++pieces, <, 100);
    g_assert_error (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TOO_BIG);
    g_string_free (taken.file, TRUE);
    g_free (taken.name);
  }
}

static void
test_multipart_too_many (void)
{
  static const char part[] = "\r\n---b\r\nContent-Disposition: form-data; name=a\r\n\r\nx";
  Taken taken = { g_string_new (NULL), NULL, 0 };
  g_autoptr (PegMultipart) form = peg_multipart_new (TYPE, take, &taken, NULL);
  g_autoptr (GError) error = NULL;
  guint parts = 0;

  while (peg_multipart_feed (form, part, sizeof part - 1, &error))
    g_assert_cmpuint (++parts, <, 100);
  g_assert_error (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TOO_BIG);
  g_string_free (taken.file, TRUE);
  g_free (taken.name);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/multipart/split", test_multipart_split);
  g_test_add_func ("/server/multipart/type", test_multipart_type);
  g_test_add_func ("/server/multipart/broken", test_multipart_broken);
  g_test_add_func ("/server/multipart/too-big", test_multipart_too_big);
  g_test_add_func ("/server/multipart/too-many", test_multipart_too_many);

  return g_test_run ();
}
