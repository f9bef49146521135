/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-keyfile"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-settings.h"

#include <string.h>

/* A file of settings, as somebody may have written it: it is understood, or
 * somebody is told why not. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (PegSettings) settings = peg_settings_new ();
  g_autoptr (GError) error = NULL;

  if (!peg_settings_read (settings, (const char *) data, size, &error)) {
    g_assert_nonnull (error);
    g_assert_cmpint ((int) strlen (error->message), >, 0);
    return 0;
  }

  g_assert_no_error (error);
  g_assert_true (settings->name == NULL || g_utf8_validate (settings->name, -1, NULL));

  /* Nobody is let in by a word that is not exactly this one. */
  if (settings->insecure)
    g_assert_nonnull (g_strstr_len ((const char *) data, (gssize) size, "true"));

  return 0;
}
