/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-header"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-header.h"
#include "peg-name.h"

/* The first bytes of a program, and names from the disk and from the wire. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_auto (PegHeader) header = { NULL, -1, -1 };
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autofree char *name = NULL;

  peg_header_read (&header, (const char *) data, size);
  g_assert_true (header.description == NULL ||
                 (header.description[0] != '\0' && g_utf8_validate (header.description, -1, NULL)));
  g_assert_true ((header.major < 0) == (header.minor < 0));

  /* What is accepted as a path has neither a way up nor a hidden part. */
  if (peg_name_is_path (text)) {
    g_autofree char *inside = g_strconcat ("/", text, NULL);

    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_null (g_strstr_len (inside, -1, "/."));
    g_assert_null (g_strstr_len (inside, -1, "//"));
  }

  name = peg_name_to_file_name (text);
  g_assert_true (g_str_is_ascii (name) && name[0] != '.');
  (void) peg_name_is_person (text);

  return 0;
}
