/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-count.h"
#include "peg-filter-bar.h"
#include "ui-fixture.h"

/* Numbers that change while somebody looks at them. */

#define CAP_US (20 * G_USEC_PER_SEC)

static void
iterate_until_drawn (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  const gint64 before = gdk_frame_clock_get_frame_counter (clock);
  const gint64 cap_us = g_get_monotonic_time () + CAP_US;

  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
  while (gdk_frame_clock_get_frame_counter (clock) < before + 2) {
    g_assert_cmpint (g_get_monotonic_time (), <, cap_us);
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
    g_main_context_iteration (NULL, TRUE);
  }
}

static GBytes *
draw (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  const int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const gsize size = (gsize) (4 * width * height);
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guchar *pixels = g_malloc (size);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (
    gtk_native_get_renderer (gtk_widget_get_native (widget)), node, &bounds);
  gdk_texture_download (texture, pixels, (gsize) (4 * width));

  return g_bytes_new_take (pixels, size);
}

/* Besides, nothing tells a count from the label that it stands for. */
static void
test_looks (void)
{
  static const guint numbers[] = { 0, 7, 1111, 48210, G_MAXUINT };
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (NULL), *count = peg_count_new ();

  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "peg-count");
  gtk_widget_add_css_class (count, "peg-count");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), count);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *text = g_strdup_printf ("%u", numbers[i]);
    g_autoptr (GBytes) wanted = NULL;
    g_autoptr (GBytes) drawn = NULL;

    gtk_label_set_text (GTK_LABEL (label), text);
    peg_count_set (PEG_COUNT (count), numbers[i]);
    iterate_until_drawn (window);

    g_assert_cmpint (gtk_widget_get_height (count), ==, gtk_widget_get_height (label));
    wanted = draw (label);
    drawn = draw (count);
    g_assert_true (g_bytes_equal (drawn, wanted));
  }

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Another number is only drawn, unless it needs other room. */
static void
test_room (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *count = peg_count_new ();
  guint n_layouts = 0;

  peg_count_set (PEG_COUNT (count), 88);
  gtk_window_set_child (GTK_WINDOW (window), count);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect_swapped (gtk_native_get_surface (GTK_NATIVE (window)), "layout",
                            G_CALLBACK (count_cb), &n_layouts);

  /* A window that is new is measured more than once. */
  do {
    n_layouts = 0;
    for (guint i = 0; i < 10; i++)
      iterate_until_drawn (window);
  } while (n_layouts > 0);

  for (guint n = 10; n < 20; n++) {
    peg_count_set (PEG_COUNT (count), n);
    iterate_until_drawn (window);
  }
  g_assert_cmpuint (n_layouts, ==, 0);

  peg_count_set (PEG_COUNT (count), 100000);
  iterate_until_drawn (window);
  g_assert_cmpuint (n_layouts, >, 0);

  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
is_told (Fixture *fixture)
{
  g_autoptr (PegSnapshot) newest = peg_store_dup_snapshot (fixture->store);

  return peg_store_get_shown (fixture->store) == newest;
}

static void
set_out (Fixture  *fixture,
         gboolean  out)
{
  PegEntryFields fields;

  fixture_get_fields (fixture, FAKE_SHOP_TROUBLE, &fields);
  fields.holder = out ? "Marek Nowak" : NULL;
  fields.flags = out ? PEG_ENTRY_LOCKED : PEG_ENTRY_PLAIN;
  fake_shop_change (fixture->store, &fields);
  fixture_wait (fixture, is_told);
}

static const char *
get_title (Fixture *fixture)
{
  return adw_view_stack_page_get_title (fixture_part (fixture, "out_view"));
}

static gboolean
is_five (Fixture *fixture)
{
  return g_str_equal (get_title (fixture), "Out Now 5");
}

static gboolean
is_six (Fixture *fixture)
{
  return g_str_equal (get_title (fixture), "Out Now 6");
}

/* The number in the title follows at once; in a flood now and then, and in the end
 * it is right. */
static void
test_title (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);
  const gint64 since_us = g_get_monotonic_time ();
  guint n_titles = 0;
  gboolean out;

  g_assert_cmpstr (get_title (fixture), ==, "Out Now 6");
  set_out (fixture, FALSE);
  g_assert_cmpstr (get_title (fixture), ==, "Out Now 5");

  g_signal_connect_swapped (fixture_part (fixture, "out_view"), "notify::title",
                            G_CALLBACK (count_cb), &n_titles);
  for (guint i = 0; i < 20; i++) {
    set_out (fixture, TRUE);
    set_out (fixture, FALSE);
  }

  /* Whatever stands there now, something else is true in the end. */
  out = is_five (fixture);
  set_out (fixture, out);
  fixture_wait (fixture, out ? is_six : is_five);

  /* Four at once, and then four a second. */
  g_assert_cmpuint (n_titles, <=, 5 + (guint) ((g_get_monotonic_time () - since_us) * 4 / G_USEC_PER_SEC));
  gtk_test_accessible_assert_property (
    GTK_ACCESSIBLE (fixture_child (fixture_part (fixture, "filters"), PEG_TYPE_FILTER_BAR, "out")),
    GTK_ACCESSIBLE_PROPERTY_LABEL, out ? "Files that are checked out: 6"
                                              : "Files that are checked out: 5");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/count/looks", test_looks);
  g_test_add_func ("/count/room", test_room);
  g_test_add_func ("/count/title", test_title);

  return g_test_run ();
}
