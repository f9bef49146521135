/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-demo.h"

static const struct {
  const char *line;
  const char *address;
} lines[] = {
  { "pegboardd: listening on http://127.0.0.1:41234/ (root /srv/a b)", "http://127.0.0.1:41234/" },
  { "pegboardd: listening on http://[::1]:8420/", "http://[::1]:8420/" },
  { "pegboardd: the root is not a folder", NULL },
  { "", NULL },
};

static void
test_ready_line (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *address = peg_demo_parse_ready_line (lines[i].line);

    g_assert_cmpstr (address, ==, lines[i].address);
  }
}

static void
keep_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/* A shop that is not there is said, and nothing is left behind. */
static void
test_no_shop (void)
{
  g_autoptr (PegDemo) demo = peg_demo_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  g_setenv ("PEGBOARD_DATA_DIR", "/nonexistent", TRUE);
  peg_demo_start_async (demo, NULL, keep_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  address = peg_demo_start_finish (demo, result, &error);
  g_assert_null (address);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (g_strstr_len (error->message, -1, "demo shop"));

  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&demo));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/demo/ready-line", test_ready_line);
  g_test_add_func ("/demo/no-shop", test_no_shop);

  return g_test_run ();
}
