/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-site"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-site.h"

#include <string.h>

/* What a shop laid down, as somebody may have written it: a terminal comes up with it,
 * whatever it is, and every mistake has its line and its words. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GPtrArray) mistakes = NULL;
  g_autoptr (PegSite) site = peg_site_parse ("site.conf", (const char *) data, size, &mistakes);
  guint n_lines = 1;

  for (size_t i = 0; i < size; i++)
    n_lines += data[i] == '\n';

  for (guint i = 0; i < mistakes->len; i++) {
    const PegSiteMistake *mistake = mistakes->pdata[i];

    g_assert_cmpuint (mistake->line, <=, n_lines);
    g_assert_cmpuint (strlen (mistake->what), >, 0);
    g_assert_cmpuint (strlen (mistake->right), >, 0);
    g_assert_true (g_utf8_validate (mistake->what, -1, NULL));
    g_assert_true (g_utf8_validate (mistake->right, -1, NULL));
  }

  /* Whatever holds is in the range of the table. */
  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (i);

    if (info->type == PEG_SITE_TYPE_NUMBER && i != PEG_SITE_KIOSK_WARNING_SECONDS) {
      g_assert_cmpint (peg_site_get_int (site, i), >=, (gint64) info->min);
      g_assert_cmpint (peg_site_get_int (site, i), <=, (gint64) info->max);
    }
    if (info->type == PEG_SITE_TYPE_WORDS || info->type == PEG_SITE_TYPE_KEYS)
      g_assert_nonnull (peg_site_get_strv (site, i));
    g_assert_true (peg_site_get_string (site, i) == NULL ||
                   g_utf8_validate (peg_site_get_string (site, i), -1, NULL));
  }

  g_assert_cmpint (peg_site_get_int (site, PEG_SITE_KIOSK_WARNING_SECONDS), >, 0);
  g_assert_cmpint (peg_site_get_int (site, PEG_SITE_KIOSK_WARNING_SECONDS), <,
                   peg_site_get_int (site, PEG_SITE_KIOSK_SIGN_OUT_SECONDS));

  return 0;
}
