/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "ui-fixture.h"

#include <string.h>

/* The strip of unsent work, and what it asks of the application. */

#define ID "00000000-0000-4000-8000-000000000001"
#define OTHER_ID "00000000-0000-4000-8000-000000000002"

static void
set_drafts (Fixture       *fixture,
            PegDraftState  state,
            guint          n)
{
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
      .id = (char *) (i == 0 ? ID : OTHER_ID),
      .action = PEG_ACTION_CHECK_IN,
      .state = state,
      .key = (char *) (i == 0 ? FAKE_SHOP_OWN : FAKE_SHOP_OTHER),
      .filename = (char *) (i == 0 ? "1234567_C1.nc" : "1234567_AB12.nc"),
      .created_us = G_USEC_PER_SEC,
      .sent_us = G_USEC_PER_SEC,
      .size = 12,
    }));

  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
  fixture_show (fixture);
}

/* The first of a type in a widget whose text has the words. */
static GtkWidget *
find (GtkWidget  *widget,
      GType       type,
      const char *words)
{
  const char *text = NULL;

  if (!gtk_widget_get_visible (widget))
    return NULL;

  if (GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_BUTTON (widget))
    text = gtk_button_get_label (GTK_BUTTON (widget));
  if (text != NULL && g_type_is_a (G_OBJECT_TYPE (widget), type) && strstr (text, words) != NULL)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type, words);

    if (found != NULL)
      return found;
  }

  return NULL;
}

static gboolean
says (Fixture    *fixture,
      const char *words)
{
  return find (fixture_part (fixture, "drafts"), GTK_TYPE_LABEL, words) != NULL;
}

static void
click (Fixture    *fixture,
       const char *words)
{
  GtkWidget *button = find (fixture_part (fixture, "drafts"), GTK_TYPE_BUTTON, words);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  fixture_settle (fixture);
}

static void
open_strip (Fixture *fixture)
{
  GtkWidget *toggle = find (fixture_part (fixture, "drafts"), GTK_TYPE_TOGGLE_BUTTON, "Unsent");

  g_assert_nonnull (toggle);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), TRUE);
  fixture_settle (fixture);
}

static void
test_nothing (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);

  g_assert_false (gtk_widget_get_visible (fixture_part (fixture, "drafts")));
  set_drafts (fixture, PEG_DRAFT_QUEUED, 2);
  g_assert_true (gtk_widget_get_visible (fixture_part (fixture, "drafts")));
  g_assert_true (says (fixture, "2 check-ins waiting"));
  set_drafts (fixture, PEG_DRAFT_QUEUED, 0);
  g_assert_false (gtk_widget_get_visible (fixture_part (fixture, "drafts")));
}

static void
test_waiting (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_SUSPENDED, 1000, 700);

  set_drafts (fixture, PEG_DRAFT_QUEUED, 1);
  g_assert_true (says (fixture, "1 check-in waiting"));
  g_assert_false (says (fixture, "Waits for the server"));
  open_strip (fixture);
  g_assert_true (says (fixture, "Waits for the server, and is sent when it is back"));
  click (fixture, "Send _Now");
  g_assert_true (fixture_was_asked (fixture, "draft-send '" ID "'"));
}

/* A person is asked, with what is known. */
static void
test_uncertain (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);

  set_drafts (fixture, PEG_DRAFT_UNCERTAIN, 1);
  g_assert_true (says (fixture, "1 check-in needs you"));
  open_strip (fixture);
  g_assert_true (says (fixture, "you still have the file"));
  click (fixture, "Send _Again");
  g_assert_true (fixture_was_asked (fixture, "draft-send '" ID "'"));
  click (fixture, "It _Arrived");
  g_assert_true (fixture_was_asked (fixture, "draft-arrived '" ID "'"));
}

/* Nothing is thrown away by one click. */
static void
test_discard (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);

  set_drafts (fixture, PEG_DRAFT_CONFLICT, 1);
  open_strip (fixture);
  g_assert_null (find (fixture_part (fixture, "drafts"), GTK_TYPE_BUTTON, "Send"));
  click (fixture, "_Discard…");
  g_assert_false (fixture_was_asked (fixture, "draft-discard '" ID "'"));
  click (fixture, "_Keep It");
  g_assert_false (fixture_was_asked (fixture, "draft-discard '" ID "'"));
  click (fixture, "_Discard…");
  click (fixture, "_Discard for Good");
  g_assert_true (fixture_was_asked (fixture, "draft-discard '" ID "'"));
}

static void
test_save (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);

  fixture->pick = g_file_new_for_path ("/tmp/copy.nc");
  set_drafts (fixture, PEG_DRAFT_CONFLICT, 1);
  open_strip (fixture);
  click (fixture, "_Save a Copy…");
  g_assert_cmpstr (fixture->pick_suggestion, ==, "1234567_C1.nc");
  g_assert_true (fixture_was_asked (fixture, "draft-save ('" ID "', '/tmp/copy.nc')"));
}

/* What is under way is seen on its row, and has no buttons. */
static void
test_busy (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);

  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_PENDING,
    .pending = { .key = FAKE_SHOP_OWN, .action = PEG_ACTION_CHECK_IN },
  });
  set_drafts (fixture, PEG_DRAFT_SENT, 1);
  g_assert_false (gtk_widget_get_visible (fixture_part (fixture, "drafts")));
  set_drafts (fixture, PEG_DRAFT_SENT, 2);
  g_assert_true (says (fixture, "1 check-in waiting"));
  open_strip (fixture);
  g_assert_true (says (fixture, "Being sent"));
}

/* A check-in can wait for the server, a check-out cannot; and one is enough. */
static void
test_offline (void)
{
  g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_SUSPENDED);
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (store);
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  g_autofree char *out = NULL;
  g_autofree char *in = NULL;
  g_autofree char *twice = NULL;
  PegEntry *own = peg_snapshot_find (snapshot, FAKE_SHOP_OWN);
  PegDisplayNow now;

  fake_shop_now (&now);
  out = peg_display_why_not (snapshot, peg_snapshot_find (snapshot, FAKE_SHOP_FREE),
                             PEG_ACTION_CHECK_OUT, &now);
  g_assert_nonnull (strstr (out, "would be a guess"));
  in = peg_display_why_not (snapshot, own, PEG_ACTION_CHECK_IN, &now);
  g_assert_null (in);

  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) ID,
    .action = PEG_ACTION_CHECK_IN,
    .key = (char *) peg_entry_get_key (own),
    .filename = (char *) "1234567_C1.nc",
  }));
  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
  g_clear_pointer (&snapshot, peg_snapshot_unref);
  snapshot = peg_store_dup_snapshot (store);
  twice = peg_display_why_not (snapshot, own, PEG_ACTION_CHECK_IN, &now);
  g_assert_nonnull (strstr (twice, "waits already"));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/drafts/nothing", test_nothing);
  g_test_add_func ("/drafts/waiting", test_waiting);
  g_test_add_func ("/drafts/uncertain", test_uncertain);
  g_test_add_func ("/drafts/discard", test_discard);
  g_test_add_func ("/drafts/save", test_save);
  g_test_add_func ("/drafts/busy", test_busy);
  g_test_add_func ("/drafts/offline", test_offline);

  return g_test_run ();
}
