/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "kiosk-sizes.h"
#include "peg-file-row-private.h"
#include "peg-kiosk-style.h"

#include <math.h>

/* Every page of the window of a shared terminal on every screen that it is promised
 * for: what can be touched is large enough, nothing is cut off, and everything that
 * the keyboard reaches has a name. */

typedef struct {
  const char *name;
  FakeShopState state;
  const char *select;   /* (nullable) */
  gboolean signed_in;
  const char *action;   /* (nullable) */
  const char *parameter;
  const char *door;     /* (nullable): what is pressed behind the admin door; %NULL: it is
                         * closed; an empty string: nothing */
} Page;

static const Page pages[] = {
  { "board", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, NULL },
  { "free", FAKE_SHOP_LIVE, FAKE_SHOP_FREE, TRUE, NULL, NULL, NULL },
  { "own", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, TRUE, NULL, NULL, NULL },
  { "other", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, TRUE, NULL, NULL, NULL },
  { "long", FAKE_SHOP_LIVE, FAKE_SHOP_LONG, TRUE, NULL, NULL, NULL },
  { "details", FAKE_SHOP_LIVE, FAKE_SHOP_LONG, TRUE, "win.kiosk-page", "details", NULL },
  { "find", FAKE_SHOP_LIVE, NULL, FALSE, "win.kiosk-page", "find", NULL },
  { "nothing", FAKE_SHOP_LIVE, NULL, FALSE, "win.kiosk-find", "O7788", NULL },
  { "out", FAKE_SHOP_LIVE, NULL, FALSE, "win.kiosk-page", "out", NULL },
  { "terminal", FAKE_SHOP_LIVE, NULL, FALSE, "win.kiosk-page", "terminal", NULL },
  { "check-in", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, TRUE, "win.kiosk-command", "check-in", NULL },
  { "release", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, TRUE, "win.kiosk-command", "release", NULL },
  { "refused", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, TRUE, "win.kiosk-command", "check-out", NULL },
  { "kept", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, TRUE, NULL, NULL, NULL },
  { "unsent", FAKE_SHOP_LIVE, NULL, TRUE, "win.kiosk-page", "unsent", NULL },
  { "suspended", FAKE_SHOP_SUSPENDED, FAKE_SHOP_OWN, TRUE, NULL, NULL, NULL },
  { "offline", FAKE_SHOP_OFFLINE, NULL, FALSE, NULL, NULL, NULL },
  { "certificate", FAKE_SHOP_CERTIFICATE, NULL, FALSE, NULL, NULL, NULL },
  { "not-set-up", FAKE_SHOP_NOT_SET_UP, NULL, FALSE, NULL, NULL, NULL },
  { "admin", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, "" },
  { "admin-kept", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, "" },
  { "admin-lost", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, "Unsent Work" },
  { "network", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, "Network" },
  { "self-check", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, "Self-Check" },
  { "calibrate", FAKE_SHOP_LIVE, NULL, FALSE, NULL, NULL, "Calibrate" },
};

/* Where the person has check-ins that were not sent. */
static const char * const with_drafts[] = { "kept", "unsent", NULL };

/* What is kept of somebody who is gone. */
static const char * const lost[] = { KIOSK_LOST, NULL };

static void
open_door (KioskFixture *fixture,
           const char   *button,
           gboolean      is_kept)
{
  PegKioskView values;
  PegDisplayNow now;

  peg_now_read (fixture->now, &now);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ADMIN;
  values.phase_until_us = now.mono_us + 60 * G_USEC_PER_SEC;
  values.lost = is_kept ? (char **) lost : NULL;
  values.version = (char *) "Version 0.4.0 (1a2b3c4d); 5e6f7a8b is available and will be "
                            "installed when nobody is signed in";
  kiosk_fixture_set_view (fixture, &values);
  if (*button != '\0')
    kiosk_fixture_press (fixture, button);
}

static KioskFixture *
open_page (const KioskPanel *panel,
           const Page       *page)
{
  KioskFixture *fixture = kiosk_fixture_new (page->state, panel->width_px, panel->height_px,
                                             kiosk_panel_pixels_per_mm (panel));

  if (g_strv_contains (with_drafts, page->name)) {
    fake_shop_add_drafts (fixture->store);
    kiosk_fixture_show (fixture);
  }
  if (page->signed_in)
    kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  if (page->select != NULL)
    kiosk_fixture_do (fixture, "win.kiosk-show", page->select);
  if (page->action != NULL)
    kiosk_fixture_do (fixture, page->action, page->parameter);
  if (page->door != NULL)
    open_door (fixture, page->door, g_str_has_prefix (page->name, "admin-"));

  return fixture;
}

/* A label that is not to be cut, and is. */
static void
assert_whole (GtkWidget  *widget,
              const char *where)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_LABEL (widget) && gtk_label_get_ellipsize (GTK_LABEL (widget)) == PANGO_ELLIPSIZE_NONE) {
    int minimum;

    gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (widget), &minimum,
                        NULL, NULL, NULL);
    if (gtk_widget_get_height (widget) < minimum)
      g_error ("%s: “%s” is cut", where, gtk_label_get_text (GTK_LABEL (widget)));
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_whole (child, where);
}

static gboolean
is_named (GtkWidget *widget)
{
  g_autofree char *differs = NULL;

  if (GTK_IS_TEXT (widget))
    return TRUE;
  if (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY) &&
      !GTK_IS_BUTTON (widget))
    return TRUE;
  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;

  differs = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                GTK_ACCESSIBLE_PROPERTY_LABEL, "");

  return differs != NULL;
}

static void
assert_named (GtkWidget  *widget,
              const char *where)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if ((gtk_widget_get_focusable (widget) || GTK_IS_BUTTON (widget) || GTK_IS_ENTRY (widget)) &&
      !GTK_IS_WINDOW (widget) && !is_named (widget))
    g_error ("%s: %s “%s” in %s has no name", where, G_OBJECT_TYPE_NAME (widget),
             gtk_widget_get_css_name (widget), G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_named (child, where);
}

static void
assert_no_tooltips (GtkWidget  *widget,
                    const char *where)
{
  if (gtk_widget_get_has_tooltip (widget) && gtk_widget_get_mapped (widget))
    g_error ("%s: %s says something to whoever hovers", where, G_OBJECT_TYPE_NAME (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_no_tooltips (child, where);
}

static void
test_panel (gconstpointer data)
{
  const KioskPanel *panel = data;

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (KioskFixture) fixture = open_page (panel, &pages[i]);
    g_autofree char *where = g_strdup_printf ("%s on %s", pages[i].name, panel->name);
    GtkWidget *window = GTK_WIDGET (fixture->window);
    int width, height;

    g_test_message ("%s", where);
    gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
    gtk_widget_measure (window, GTK_ORIENTATION_VERTICAL, panel->width_px, &height, NULL, NULL, NULL);
    g_assert_cmpint (width, <=, panel->width_px);
    g_assert_cmpint (height, <=, panel->height_px);

    kiosk_sizes_assert (window, fixture->physical, where);
    g_assert_cmpuint (kiosk_sizes_count_targets (window), >=, 2);
    /* Behind the admin door nothing has to be read from far away. */
    if (pages[i].door == NULL)
      g_assert_cmpuint (kiosk_sizes_count_words (window), >=, 1);
    assert_whole (window, where);
    assert_named (window, where);
    assert_no_tooltips (window, where);
  }
}

/* The words of a row are drawn, and no label: measured as they are drawn. */
static void
test_row_letters (gconstpointer data)
{
  const KioskPanel *panel = data;
  g_autoptr (KioskFixture) fixture = open_page (panel, &pages[0]);
  GtkWidget *row = kiosk_fixture_find (fixture, PEG_TYPE_FILE_ROW, NULL);
  const double per_mm = kiosk_panel_pixels_per_mm (panel);
  const double capital = peg_kiosk_style_capital (gtk_widget_get_pango_context (row));
  const int font = peg_kiosk_style_word_px (fixture->physical, capital);
  PegLargeGeometry geometry;

  g_assert_cmpfloat (font * capital, >=, peg_physical_arc_mm (20, 1500) * per_mm - 0.5);
  g_assert_cmpint (gtk_widget_get_height (row), >=, (int) floor (20 * per_mm));
  peg_file_row_get_large_geometry (PEG_FILE_ROW (row), &geometry);
  g_assert_cmpint (geometry.name.width, >, 0);
  g_assert_cmpint (geometry.words.x + geometry.words.width, <=, gtk_widget_get_width (row));
}

static guint
assert_counts (GtkWidget  *widget,
               const char *where)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;

  if (PEG_IS_FILE_ROW (widget)) {
    PegFileRow *row = PEG_FILE_ROW (widget);
    PegRow *shown = peg_file_row_get_row (row);
    PegLargeGeometry geometry;

    if (shown == NULL || peg_row_get_kind (shown) == PEG_ROW_FILE)
      return 0;
    peg_file_row_get_large_geometry (row, &geometry);
    if (!g_str_has_suffix (row->texts[PEG_FILE_ROW_TEXT_REVISION],
                           peg_row_get_n (shown) == 1 ? " file" : " files"))
      g_error ("%s: a group says “%s”", where, row->texts[PEG_FILE_ROW_TEXT_REVISION]);
    g_assert_cmpint (geometry.revision.width, >=,
                     peg_file_row_measure_text (row, PEG_FILE_ROW_TEXT_REVISION));
    return 1;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += assert_counts (child, where);

  return n;
}

/* The number below the name of a group says what it counts, and is not cut. */
static void
test_counts (gconstpointer data)
{
  const KioskPanel *panel = data;
  g_autoptr (KioskFixture) fixture = open_page (panel, &pages[0]);

  g_assert_cmpuint (assert_counts (GTK_WIDGET (fixture->window), panel->name), >, 0);
}

/* Rings are the only edges that are all white, or on a bright button as dark as the page. */
static gboolean
is_ring (const GskRenderNode *node)
{
  const GdkRGBA *color = gsk_border_node_get_colors (node);

  return color->alpha > 0.99 &&
         ((color->red > 0.99 && color->green > 0.99 && color->blue > 0.99) ||
          (color->red < 0.12 && color->green < 0.13 && color->blue < 0.14));
}

static guint
count_rings (GskRenderNode *node)
{
  guint n = 0;

  switch ((guint) gsk_render_node_get_node_type (node)) {
  case GSK_BORDER_NODE:
    return is_ring (node) ? 1 : 0;
  case GSK_CONTAINER_NODE:
    for (guint i = 0; i < gsk_container_node_get_n_children (node); i++)
      n += count_rings (gsk_container_node_get_child (node, i));
    return n;
  case GSK_TRANSFORM_NODE:
    return count_rings (gsk_transform_node_get_child (node));
  case GSK_CLIP_NODE:
    return count_rings (gsk_clip_node_get_child (node));
  case GSK_ROUNDED_CLIP_NODE:
    return count_rings (gsk_rounded_clip_node_get_child (node));
  case GSK_OPACITY_NODE:
    return count_rings (gsk_opacity_node_get_child (node));
  case GSK_DEBUG_NODE:
    return count_rings (gsk_debug_node_get_child (node));
  default:
    return 0;
  }
}

static guint
count_rings_in (KioskFixture *fixture)
{
  g_autoptr (GdkPaintable) paintable =
    gtk_widget_paintable_new (GTK_WIDGET (fixture->window));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  guint n;

  kiosk_fixture_settle (fixture);
  gdk_paintable_snapshot (paintable, snapshot,
                          gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_to_node (snapshot);
  g_assert_nonnull (node);
  n = count_rings (node);
  gsk_render_node_unref (node);

  return n;
}

/* Wherever Tab goes, there is a ring around that, and around nothing else. */
static void
test_ring (gconstpointer data)
{
  const Page *page = data;
  g_autoptr (KioskFixture) fixture = open_page (&kiosk_panels[1], page);
  GtkWindow *window = GTK_WINDOW (fixture->window);

  for (guint i = 0; i < 10; i++) {
    guint n;

    gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
    gtk_window_set_focus_visible (window, TRUE);
    n = count_rings_in (fixture);
    if (n != 1)
      g_error ("%s: with the focus on %s there are %u rings", page->name,
               G_OBJECT_TYPE_NAME (gtk_window_get_focus (window)), n);
  }
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < KIOSK_N_PANELS; i++) {
    g_autofree char *path = g_strconcat ("/kiosk-window/sizes/", kiosk_panels[i].name, NULL);
    g_autofree char *counts = g_strconcat ("/kiosk-window/counts/", kiosk_panels[i].name, NULL);
    g_autofree char *rows = g_strconcat ("/kiosk-window/letters/", kiosk_panels[i].name, NULL);

    g_test_add_data_func (path, &kiosk_panels[i], test_panel);
    g_test_add_data_func (rows, &kiosk_panels[i], test_row_letters);
    g_test_add_data_func (counts, &kiosk_panels[i], test_counts);
  }

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autofree char *path = g_strconcat ("/kiosk-window/ring/", pages[i].name, NULL);

    g_test_add_data_func (path, &pages[i], test_ring);
  }

  return g_test_run ();
}
