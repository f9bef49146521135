/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-window.h"
#include "peg-people-button.h"
#include "peg-status-dot.h"
#include "stage.h"
#include "ui-fixture.h"

/* Walks everything that is shown and fails on whatever can be reached with the
 * keyboard, or pressed, and has no name for a screen reader. */

typedef struct {
  GString *unnamed;
  guint n_controls;
} Walk;

/* What the libraries put inside of their own widgets is named by these: the text
 * of an entry, and what scrolls a status page or a menu. */
static gboolean
is_inner_part (GtkWidget *widget)
{
  return GTK_IS_TEXT (widget) ||
         (GTK_IS_SCROLLED_WINDOW (widget) &&
          (ADW_IS_STATUS_PAGE (gtk_widget_get_parent (widget)) ||
           gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER_MENU) != NULL));
}

static gboolean
is_control (GtkWidget *widget)
{
  if (is_inner_part (widget))
    return FALSE;

  return gtk_widget_get_focusable (widget) || GTK_IS_BUTTON (widget) || GTK_IS_EDITABLE (widget) ||
         GTK_IS_MENU_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget);
}

static gboolean
has_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0')
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (has_text (child))
      return TRUE;
  }

  return FALSE;
}

/* A label that is empty is none. */
static gboolean
has_label (GtkAccessible *accessible)
{
  g_autofree char *differs = NULL;

  if (!gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;

  differs = gtk_test_accessible_check_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "");

  return differs != NULL;
}

/* What GTK makes a name from: a label, what labels it, the text in a button or
 * in a row. A tooltip describes, and GTK 4.8 makes no name from it. */
static gboolean
is_named (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  if (has_label (accessible))
    return TRUE;

  /* GTK says of every button that its child labels it, be it a mere picture. */
  if (!GTK_IS_BUTTON (widget) &&
      gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return TRUE;

  if ((GTK_IS_BUTTON (widget) || GTK_IS_LABEL (widget) || ADW_IS_PREFERENCES_ROW (widget)) &&
      has_text (widget))
    return TRUE;

  /* A button that GTK made for a menu button is named by it. */
  return GTK_IS_BUTTON (widget) && gtk_widget_get_parent (widget) != NULL &&
         GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget)) &&
         is_named (gtk_widget_get_parent (widget));
}

static void
walk (GtkWidget *widget,
      Walk      *result,
      guint      depth)
{
  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_get_visible (widget))
    return;

  if (is_control (widget) && gtk_widget_get_mapped (widget)) {
    result->n_controls++;
    if (!is_named (widget))
      g_string_append_printf (result->unnamed, "\n  %s “%s” in %s", G_OBJECT_TYPE_NAME (widget),
                              gtk_widget_get_css_name (widget),
                              G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    walk (child, result, depth + 1);
}

static void
assert_all_named_in (GtkWidget  *widget,
                     const char *where,
                     guint       at_least)
{
  Walk result = { .unnamed = g_string_new (NULL) };

  walk (widget, &result, 0);
  g_test_message ("%s: %u controls", where, result.n_controls);
  if (result.unnamed->len > 0)
    g_error ("%s: without a name:%s", where, result.unnamed->str);
  g_assert_cmpuint (result.n_controls, >=, at_least);
  g_string_free (result.unnamed, TRUE);
}

static void
assert_all_named (Fixture    *fixture,
                  const char *where,
                  guint       at_least)
{
  assert_all_named_in (GTK_WIDGET (fixture->window), where, at_least);
}

static void
test_every_page (gconstpointer data)
{
  const FakeShopState state = GPOINTER_TO_UINT (data);
  g_autoptr (Fixture) fixture = fixture_new (state, 1120, 720);

  fake_shop_add_notes (fixture->store);
  fixture_show (fixture);
  assert_all_named (fixture, fake_shop_state_name (state), 3);
}

static void
test_details (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);
  const char *keys[] = { FAKE_SHOP_FREE, FAKE_SHOP_OWN, FAKE_SHOP_OTHER, FAKE_SHOP_TROUBLE };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    peg_window_select (fixture->window, keys[i]);
    fake_shop_add_history (fixture->store, keys[i]);
    fixture_show (fixture);
    assert_all_named (fixture, keys[i], 20);
  }
}

static void
test_check_in (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);

  peg_window_select (fixture->window, FAKE_SHOP_OWN);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.check-in", NULL);
  fixture_settle (fixture);
  assert_all_named (fixture, "check-in", 20);
}

static void
test_popovers (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);

  fake_shop_add_notes (fixture->store);
  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, "It did not work", "because");
  fixture_show (fixture);

  fake_shop_add_works (fixture->store);
  fake_shop_add_present (fixture->store);
  fixture_show (fixture);

  gtk_menu_button_popup (fixture_child (fixture_part (fixture, "dot"), PEG_TYPE_STATUS_DOT, "button"));
  fixture_settle (fixture);
  assert_all_named (fixture, "connection", 10);

  gtk_menu_button_popup (fixture_child (fixture_part (fixture, "people"), PEG_TYPE_PEOPLE_BUTTON,
                                        "button"));
  fixture_settle (fixture);
  assert_all_named (fixture, "people", 10);

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.show-notes", NULL);
  fixture_settle (fixture);
  assert_all_named (fixture, "notes", 10);

  peg_window_select (fixture->window, FAKE_SHOP_FREE);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.check-out", NULL);
  fixture_settle (fixture);
  assert_all_named (fixture, "reason", 10);

  gtk_menu_button_popup (fixture_child (fixture->window, PEG_TYPE_WINDOW, "menu_button"));
  fixture_settle (fixture);
  assert_all_named (fixture, "menu", 10);
}

/* What is chosen in the popover of the status dot is not hidden behind it. */
static void
test_dot_closes (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);
  GtkWidget *dot = fixture_part (fixture, "dot");
  GtkWidget *popover = fixture_child (dot, PEG_TYPE_STATUS_DOT, "popover");

  gtk_menu_button_popup (fixture_child (dot, PEG_TYPE_STATUS_DOT, "button"));
  fixture_settle (fixture);
  g_assert_true (gtk_widget_get_visible (popover));

  g_signal_emit_by_name (fixture_child (dot, PEG_TYPE_STATUS_DOT, "disconnect"), "clicked");
  fixture_settle (fixture);
  g_assert_false (gtk_widget_get_visible (popover));
}

static void
test_connection (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);
  g_autoptr (GListModel) windows = NULL;

  fake_shop_add_log (fixture->store);
  fixture_show (fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.connection-details", NULL);
  fixture_settle (fixture);

  windows = G_LIST_MODEL (g_object_ref (gtk_window_get_toplevels ()));
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (PEG_IS_CONNECTION_WINDOW (window)) {
      assert_all_named_in (window, "connection window", 8);
      return;
    }
  }

  g_assert_not_reached ();
}

static void
test_board (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);

  adw_view_stack_set_visible_child_name (fixture_child (fixture->window, PEG_TYPE_WINDOW, "views"),
                                         "out");
  fixture_settle (fixture);
  assert_all_named (fixture, "out", 10);
}

static void
assert_label (PegFileRow *row,
              const char *label)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (row))),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, label);
}

/* A row says all that it shows, and says it anew when that changes. */
static void
test_row_label_follows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 900);
  PegFileRow *row = stage_find_row (GTK_WIDGET (fixture->window), "1234567.mcam");
  PegFileRow *group = stage_find_row (GTK_WIDGET (fixture->window), "12XXXXX");
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  g_assert_nonnull (row);
  g_assert_nonnull (group);
  assert_label (row, "1234567.mcam, BRACKET, LEFT, revision 1.4, Free");
  assert_label (group, "12XXXXX, 11 files, 3 out");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (group))),
                                    GTK_ACCESSIBLE_STATE_EXPANDED, TRUE);

  peg_entry_get_fields (peg_snapshot_find (peg_store_get_shown (fixture->store), FAKE_SHOP_FREE),
                        &fields);
  fields.holder = "Yusuf";
  fields.station = "LB3000";
  fields.flags = PEG_ENTRY_LOCKED;
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);

  assert_label (row, "1234567.mcam, BRACKET, LEFT, revision 1.4, Yusuf has it · LB3000");
  assert_label (group, "12XXXXX, 11 files, 4 out");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < FAKE_SHOP_N_STATES; i++) {
    g_autofree char *path = g_strconcat ("/accessible/page/", fake_shop_state_name (i), NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_every_page);
  }
  g_test_add_func ("/accessible/details", test_details);
  g_test_add_func ("/accessible/check-in", test_check_in);
  g_test_add_func ("/accessible/popovers", test_popovers);
  g_test_add_func ("/accessible/dot-closes", test_dot_closes);
  g_test_add_func ("/accessible/connection", test_connection);
  g_test_add_func ("/accessible/board", test_board);
  g_test_add_func ("/accessible/row-label-follows", test_row_label_follows);

  return g_test_run ();
}
