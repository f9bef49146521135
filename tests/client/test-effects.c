/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-effects.h"

#include <string.h>

static const struct {
  const char *filename;
  const char *safe;
} names[] = {
  { "O1234.nc", "O1234.nc" },
  { "Düse Ø12.nc", "Düse Ø12.nc" },
  { "../../etc/passwd", "_._.._etc_passwd" },
  { "..", "_." },
  { ".bashrc", "_bashrc" },
  { "/etc/passwd", "_etc_passwd" },
  { "a\\b", "a_b" },
  { "a\nb\tc", "a_b_c" },
  { "a\xe2\x80\xae" "cn.exe", "a_cn.exe" },
  { "\xff.nc", "\xef\xbf\xbd.nc" },
  { "", "_" },
};

static void
test_safe_names (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *safe = peg_effects_safe_name (names[i].filename);

    g_assert_cmpstr (safe, ==, names[i].safe);
  }
}

/* A name that is too long keeps its ending and stays valid, wherever it is cut. */
static void
test_long_names (void)
{
  for (guint offset = 0; offset < 4; offset++) {
    g_autoptr (GString) name = g_string_new (NULL);
    g_autofree char *safe = NULL;

    for (guint i = 0; i < offset; i++)
      g_string_append_c (name, 'x');
    for (guint i = 0; i < 300; i++)
      g_string_append (name, "Ø");
    g_string_append (name, ".nc");

    safe = peg_effects_safe_name (name->str);
    g_assert_cmpuint (strlen (safe), <, 255);
    g_assert_true (g_str_has_suffix (safe, "Ø.nc"));
    g_assert_true (g_utf8_validate (safe, -1, NULL));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/effects/safe-names", test_safe_names);
  g_test_add_func ("/effects/long-names", test_long_names);

  return g_test_run ();
}
