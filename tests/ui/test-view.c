/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-file-list.h"
#include "peg-file-row.h"
#include "stage.h"

#include <math.h>

/* The list never jumps: what somebody looks at stays where it is, whatever comes
 * and goes around it. */

#define N_GROUPS 40
#define N_FILES 100

typedef struct {
  GtkWidget *window;
  PegFileList *list;
  GtkWidget *view;
  GtkWidget *scroller;
  GtkAdjustment *adjustment;
  PegRows *rows;
  PegSelection *selection;
} Fixture;

/* Until the rows are those that are wanted, and drawn. */
static void
settle (Fixture *fixture)
{
  stage_wait ((StageCondition) peg_rows_is_settled, fixture->rows);
  stage_settle (fixture->window);
}

static PegEntry *
create_entry (guint       group_number,
              const char *name,
              gboolean    out)
{
  g_autofree char *group = g_strdup_printf ("G%02u", group_number);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.group = group;
  fields.filename = name;
  fields.description = "BRACKET";
  fields.holder = out ? "Dana" : NULL;
  fields.flags = out ? PEG_ENTRY_LOCKED : PEG_ENTRY_PLAIN;

  return peg_entry_new (&fields);
}

static void
set_up (Fixture *fixture)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (PegNow) now = peg_now_new ();

  for (guint i = 0; i < N_GROUPS; i++) {
    for (guint j = 0; j < N_FILES; j++) {
      g_autofree char *name = g_strdup_printf ("F%02u-%04u.nc", i, 2 * j);

      g_ptr_array_add (entries, create_entry (i, name, FALSE));
    }
  }
  snapshot = peg_snapshot_reduce (empty, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = entries },
  });

  *fixture = (Fixture) { .rows = peg_rows_new () };
  fixture->selection = peg_selection_new (fixture->rows);
  peg_rows_set_snapshot (fixture->rows, snapshot);
  fixture->list = g_object_new (PEG_TYPE_FILE_LIST, NULL);
  peg_file_list_set_model (fixture->list, fixture->rows, fixture->selection, now);
  fixture->view = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (fixture->list),
                                                             PEG_TYPE_FILE_LIST, "view"));
  fixture->scroller = gtk_widget_get_parent (fixture->view);
  fixture->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->view));

  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->list));
  gtk_window_present (GTK_WINDOW (fixture->window));
  settle (fixture);
  peg_rows_expand_all (fixture->rows);
  settle (fixture);
}

static void
tear_down (Fixture *fixture)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->selection);
  g_assert_finalize_object (fixture->rows);
}

static PegRow *
get_row (GtkWidget *item)
{
  return peg_file_row_get_row (PEG_FILE_ROW (gtk_widget_get_first_child (item)));
}

/* Where a row is on the screen; NAN: it has no widget. */
static double
get_y (Fixture    *fixture,
       const char *id)
{
  for (GtkWidget *item = gtk_widget_get_first_child (fixture->view); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    graphene_rect_t bounds;

    /* What is not on the screen keeps the place where it last was. */
    if (gtk_widget_get_mapped (item) && get_row (item) != NULL &&
        g_str_equal (peg_row_get_id (get_row (item)), id) &&
        gtk_widget_compute_bounds (item, fixture->view, &bounds))
      return (double) bounds.origin.y;
  }

  return NAN;
}

/* The first row that can be seen whole. */
static char *
dup_top (Fixture *fixture)
{
  for (GtkWidget *item = gtk_widget_get_first_child (fixture->view); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    graphene_rect_t bounds;

    if (gtk_widget_get_mapped (item) && get_row (item) != NULL &&
        gtk_widget_compute_bounds (item, fixture->view, &bounds) &&
        bounds.origin.y >= 0 && bounds.origin.y < 40)
      return g_strdup (peg_row_get_id (get_row (item)));
  }

  g_assert_not_reached ();
}

static void
scroll (Fixture *fixture,
        double   part)
{
  gtk_adjustment_set_value (fixture->adjustment,
                            floor (gtk_adjustment_get_upper (fixture->adjustment) * part) + 7);
  settle (fixture);
}

static void
apply (Fixture            *fixture,
       GPtrArray          *changed,
       const char * const *removed)
{
  g_autoptr (PegSnapshot) next =
    peg_snapshot_reduce (peg_rows_get_snapshot (fixture->rows), &(PegEvent) {
      .kind = PEG_EVENT_CHANGED,
      .changed = { .changed = changed, .removed = removed },
    });

  peg_rows_set_snapshot (fixture->rows, next);
}

/* Files come, go or change in one group. */
static void
add_or_remove (Fixture *fixture,
               guint    group,
               guint    first,
               guint    n,
               gboolean add)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (GStrvBuilder) removed = g_strv_builder_new ();
  g_auto (GStrv) keys = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("F%02u-%04u.nc", group, 2 * (first + i) + 1);
    PegEntry *entry = create_entry (group, name, FALSE);

    g_ptr_array_add (changed, entry);
    g_strv_builder_add (removed, peg_entry_get_key (entry));
  }

  keys = g_strv_builder_end (removed);
  if (!add)
    g_ptr_array_set_size (changed, 0);
  apply (fixture, changed, add ? NULL : (const char * const *) keys);
}

/* Rows come, change and go above and below. */
static void
test_at_rest (void)
{
  static const double parts[] = { 0.15, 0.5, 0.9 };
  Fixture fixture;

  set_up (&fixture);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    for (guint round = 0; round < 12; round++) {
      g_autofree char *top = NULL;
      const guint n = round % 4 == 3 ? 50 : 1 + round % 3;
      double y;

      scroll (&fixture, parts[i]);
      top = dup_top (&fixture);
      y = get_y (&fixture, top);

      add_or_remove (&fixture, 1, round, n, TRUE);
      add_or_remove (&fixture, N_GROUPS - 2, round, n, TRUE);
      settle (&fixture);
      g_assert_cmpfloat_with_epsilon (get_y (&fixture, top), y, 0.5);

      add_or_remove (&fixture, 1, round, n, FALSE);
      add_or_remove (&fixture, N_GROUPS - 2, round, n, FALSE);
      settle (&fixture);
      g_assert_cmpfloat_with_epsilon (get_y (&fixture, top), y, 0.5);
    }
  }

  tear_down (&fixture);
}

/* So much comes at once that all rows are replaced. */
static void
test_replaced (void)
{
  Fixture fixture;

  set_up (&fixture);

  for (guint round = 0; round < 6; round++) {
    g_autofree char *top = NULL;
    double y;

    scroll (&fixture, 0.2 + 0.1 * round);
    top = dup_top (&fixture);
    y = get_y (&fixture, top);

    /* More than the runs that are told one by one. */
    for (guint group = 0; group < N_GROUPS; group += 2)
      add_or_remove (&fixture, group, 3 * round, 3, round % 2 == 0);
    settle (&fixture);
    g_assert_cmpfloat_with_epsilon (get_y (&fixture, top), y, 0.5);
  }

  tear_down (&fixture);
}

/* What is selected and has the focus stays in its place when much around it goes,
 * and stays selected and focused. */
static void
test_focus_stays (void)
{
  Fixture fixture;
  g_autoptr (PegSearch) search = peg_search_new ("0100");
  g_autofree char *id = NULL;
  GtkWidget *focus;
  guint position;
  double y;

  set_up (&fixture);
  g_assert_true (peg_rows_find (fixture.rows, "G20/F20-0100.nc", &position));
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (fixture.selection), position, TRUE);
  peg_file_list_scroll_to (fixture.list, position - 5);
  settle (&fixture);
  peg_file_list_scroll_to (fixture.list, position + 5);
  settle (&fixture);
  id = g_strdup (peg_row_get_id (peg_selection_get_row (fixture.selection)));
  for (GtkWidget *item = gtk_widget_get_first_child (fixture.view); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    if (get_row (item) == peg_selection_get_row (fixture.selection))
      g_assert_true (gtk_widget_grab_focus (item));
  }
  settle (&fixture);
  y = get_y (&fixture, id);
  g_assert_false (isnan (y));

  peg_rows_set_search (fixture.rows, search);
  settle (&fixture);
  g_assert_cmpfloat_with_epsilon (get_y (&fixture, id), y, 0.5);
  focus = gtk_root_get_focus (GTK_ROOT (fixture.window));
  g_assert_nonnull (focus);
  g_assert_cmpstr (peg_row_get_id (get_row (focus)), ==, id);
  g_assert_cmpstr (peg_row_get_id (peg_selection_get_row (fixture.selection)), ==, id);
  g_assert_true ((gtk_widget_get_state_flags (focus) & GTK_STATE_FLAG_SELECTED) != 0);

  peg_rows_set_search (fixture.rows, NULL);
  settle (&fixture);
  g_assert_cmpfloat_with_epsilon (get_y (&fixture, id), y, 0.5);
  focus = gtk_root_get_focus (GTK_ROOT (fixture.window));
  g_assert_cmpstr (peg_row_get_id (get_row (focus)), ==, id);

  /* Where it is not any more, what it was in takes its place. */
  peg_rows_collapse_all (fixture.rows);
  settle (&fixture);
  g_assert_false (isnan (get_y (&fixture, "gG20")));
  focus = gtk_root_get_focus (GTK_ROOT (fixture.window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, fixture.view));

  tear_down (&fixture);
}

/* What is seen of a fling: where the row is that was in the middle in the frame
 * before. */
typedef struct {
  Fixture *fixture;
  char *id;        /* (owned) (nullable) */
  double y;
  guint n_frames;
  double moved;
  double most;     /* by which a row moved down between two frames */
} Watch;

static void
watch_cb (Watch *watch)
{
  GtkWidget *picked;

  watch->n_frames++;

  if (watch->id != NULL) {
    const double y = get_y (watch->fixture, watch->id);

    g_assert_false (isnan (y));
    watch->moved += watch->y - y;
    watch->most = MAX (watch->most, y - watch->y);
    g_clear_pointer (&watch->id, g_free);
  }

  picked = gtk_widget_pick (watch->fixture->view, 100, 250, GTK_PICK_DEFAULT);
  while (picked != NULL && gtk_widget_get_parent (picked) != watch->fixture->view)
    picked = gtk_widget_get_parent (picked);
  if (picked != NULL) {
    watch->id = g_strdup (peg_row_get_id (get_row (picked)));
    watch->y = get_y (watch->fixture, watch->id);
  }
}

/* Like the kinetic scrolling of GTK: it knows where it began, and sets where it
 * should be by now. */
typedef struct {
  Fixture *fixture;
  double from;
  guint frame;
  gboolean done;
} Fling;

static gboolean
fling_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       user_data)
{
  Fling *fling = user_data;

  fling->frame++;
  fling->done = fling->frame == 40;
  gtk_adjustment_set_value (fling->fixture->adjustment, fling->from + 15 * fling->frame);

  return !fling->done;
}

/* Rows come and go above while the list flies: it flies on, and never back. */
static void
test_fling (void)
{
  Fixture fixture;
  Watch watch = { 0 };
  Fling fling = { .fixture = &fixture };
  double before;

  set_up (&fixture);
  scroll (&fixture, 0.4);
  watch.fixture = &fixture;
  g_signal_connect_swapped (gtk_widget_get_frame_clock (fixture.window), "after-paint",
                            G_CALLBACK (watch_cb), &watch);
  settle (&fixture);

  fling.from = gtk_adjustment_get_value (fixture.adjustment);
  gtk_widget_add_tick_callback (fixture.scroller, fling_cb, &fling, NULL);
  for (guint round = 0; round < 8; round++) {
    const guint until = fling.frame + 4;

    while (fling.frame < until)
      g_main_context_iteration (NULL, TRUE);
    add_or_remove (&fixture, 1, 4 * round, 4, TRUE);
  }
  while (!fling.done)
    g_main_context_iteration (NULL, TRUE);
  settle (&fixture);

  /* It went on, by as much as without any of them, and never back. */
  g_assert_cmpfloat (watch.most, <, 1);
  g_assert_cmpfloat_with_epsilon (watch.moved, 40 * 15, 1);

  /* And where it ended it stays. */
  before = gtk_adjustment_get_value (fixture.adjustment);
  watch.moved = 0;
  add_or_remove (&fixture, 1, 60, 5, TRUE);
  settle (&fixture);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (fixture.adjustment),
                                  before + 5 * (gtk_adjustment_get_upper (fixture.adjustment) /
                                                g_list_model_get_n_items (G_LIST_MODEL (fixture.rows))),
                                  1);
  g_assert_cmpfloat_with_epsilon (watch.moved, 0, 0.5);

  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture.window), &watch);
  g_free (watch.id);
  tear_down (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  g_test_add_func ("/view/at-rest", test_at_rest);
  g_test_add_func ("/view/replaced", test_replaced);
  g_test_add_func ("/view/focus-stays", test_focus_stays);
  g_test_add_func ("/view/fling", test_fling);

  return g_test_run ();
}
