/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-copies"

#include "peg-config.h"

#include "ui-fixture.h"

#include "peg-copy-panel.h"
#include "stage.h"

#include <string.h>

/* What the window of a station shows of its working folder. */

#define A ((char *) "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
#define B ((char *) "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
#define KEY ((char *) FAKE_SHOP_OWN)
#define NAME "1234567_C1.nc"

static void
tell (Fixture               *fixture,
      const char            *sha256,
      const char            *trouble,
      const PegCopyQuestion *question)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = NULL;
  const PegCopyRecord record = { KEY, (char *) NAME, A, 10, 1, 4 };
  const PegCopyFacts facts = { PEG_COPY_THERE_FILE, (char *) sha256, 10, 5 };

  if (sha256 != NULL)
    g_ptr_array_add (all, peg_copy_new (&record, &facts));
  copies = peg_copies_new ("/srv/dnc/VF-4", trouble, all, question);
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
  fixture_show (fixture);
}

/* Selects the file, and its details. */
static PegCopyPanel *
select_own (Fixture *fixture)
{
  peg_window_select (fixture->window, KEY);
  fixture_settle (fixture);

  return fixture_detail (fixture, "copy");
}

static const char *
text_of (PegCopyPanel *panel,
         const char   *name)
{
  return gtk_label_get_text (fixture_child (panel, PEG_TYPE_COPY_PANEL, name));
}

static void
test_row (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegFileRow *row = stage_find_row (fixture_part (fixture, "list"), NAME);
  g_autofree char *before = NULL;
  int height;

  g_assert_nonnull (row);
  before = g_strdup (peg_file_row_get_words (row));
  g_assert_true (g_str_has_prefix (before, "Yours"));
  height = gtk_widget_get_height (GTK_WIDGET (row));

  tell (fixture, B, NULL, NULL);
  g_assert_nonnull (strstr (peg_file_row_get_words (row), "· Old, changed"));
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (row)), ==, height);

  tell (fixture, NULL, NULL, NULL);
  g_assert_cmpstr (peg_file_row_get_words (row), ==, before);
}

static void
test_panel (void)
{
  const PegCopyQuestion question = {
    .key = KEY, .filename = (char *) NAME, .name = (char *) NAME,
    .found = PEG_COPY_FOUND_FOREIGN, .size = 3400, .modified_us = 5, .major = 1, .minor = 5,
  };
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);
  PegCopyPanel *panel = select_own (fixture);
  GtkWidget *answers = fixture_child (panel, PEG_TYPE_COPY_PANEL, "answers");
  GtkWidget *copy = fixture_child (panel, PEG_TYPE_COPY_PANEL, "copy");

  /* Without such a folder there is nothing of it. */
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (panel)));

  tell (fixture, NULL, NULL, NULL);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (panel)));
  g_assert_nonnull (strstr (text_of (panel, "sentence"), "no copy of it in the working folder, /srv/dnc/VF-4"));
  g_assert_false (gtk_widget_get_visible (answers));
  g_signal_emit_by_name (copy, "clicked");
  g_assert_true (fixture_was_asked (fixture, "copy-here '" FAKE_SHOP_OWN "'"));

  tell (fixture, B, NULL, &question);
  g_assert_true (gtk_widget_get_visible (answers));
  g_assert_nonnull (strstr (text_of (panel, "question"), "did not come from the server"));
  g_assert_false (gtk_widget_get_visible (copy));
  g_signal_emit_by_name (gtk_widget_get_last_child (answers), "clicked");
  g_assert_true (fixture_was_asked (fixture, "copy-answer ('" FAKE_SHOP_OWN "', true)"));
  g_signal_emit_by_name (gtk_widget_get_first_child (answers), "clicked");
  g_assert_true (fixture_was_asked (fixture, "copy-answer ('" FAKE_SHOP_OWN "', false)"));

  tell (fixture, B, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (answers));
  g_assert_nonnull (strstr (text_of (panel, "sentence"), "changed there"));

  /* A share that is not there: nothing can be sent, and why is said. */
  tell (fixture, B, "The share is away.", NULL);
  g_assert_cmpstr (text_of (panel, "sentence"), ==, "The share is away.");
  g_assert_false (gtk_widget_get_sensitive (copy));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copies/row", test_row);
  g_test_add_func ("/copies/panel", test_panel);

  return g_test_run ();
}
