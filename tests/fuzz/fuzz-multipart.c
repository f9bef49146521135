/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-multipart"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-multipart.h"

#include <string.h>

/* An upload: the first line is the content type, the rest is the body. However
 * the body is cut into pieces, the same must come out. */

typedef struct {
  GString *file; /* (owned) */
  gboolean done;
} Upload;

static gboolean
take_file (const char  *name,
           const char  *data,
           gsize        length,
           gpointer     user_data,
           GError     **error)
{
  Upload *upload = user_data;

  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_string_append_len (upload->file, data, (gssize) length);

  return TRUE;
}

static void
read_upload (const char *type,
             const char *body,
             gsize       length,
             gsize       piece,
             Upload     *upload)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegMultipart) form = NULL;
  gboolean is_fine = TRUE;
  const char *user;

  upload->file = g_string_new (NULL);
  upload->done = FALSE;
  form = peg_multipart_new (type, take_file, upload, &error);
  if (form == NULL) {
    g_assert_nonnull (error);
    return;
  }

  for (gsize done = 0; done < length && is_fine; done += piece)
    is_fine = peg_multipart_feed (form, body + done, MIN (piece, length - done), &error);

  upload->done = is_fine && peg_multipart_end (form, &error);
  g_assert_true (upload->done == (error == NULL));

  user = peg_multipart_get_field (form, "user");
  g_assert_true (user == NULL || g_utf8_validate (user, -1, NULL));
  user = peg_multipart_get_file_name (form);
  g_assert_true (user == NULL || g_utf8_validate (user, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *line = size > 0 ? memchr (data, '\n', size) : NULL;
  g_autofree char *type = NULL;
  const char *body;
  gsize length;
  Upload whole, pieces;

  if (line == NULL)
    return 0;

  type = g_strndup ((const char *) data, (gsize) (line - (const char *) data));
  body = line + 1;
  length = size - (gsize) (body - (const char *) data);

  read_upload (type, body, length, MAX (length, 1), &whole);
  read_upload (type, body, length, 1 + length % 7, &pieces);

  g_assert_true (whole.done == pieces.done);
  if (whole.done)
    g_assert_true (g_string_equal (whole.file, pieces.file));

  g_string_free (whole.file, TRUE);
  g_string_free (pieces.file, TRUE);

  return 0;
}
