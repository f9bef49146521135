/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-sizes"

#include "peg-config.h"

#include "kiosk-sizes.h"

#include "peg-hold-button.h"

#include <math.h>

/* Measures a live tree of widgets against what is promised of a shared terminal
 * (peg-physical.h):
 *
 * - everything that can be touched is at least 20 mm wide and 20 mm high, as far as it
 *   is in view,
 * - and at least 4 mm from everything else that can be. Rows of one list may touch if
 *   they are 4 mm higher for it: the room between them is then part of them, and a
 *   finger that hits it takes the nearer one,
 * - words that say how something is have capital letters of at least 20′ at the
 *   distance that is configured. ISO 9241-303 measures characters by their capital
 *   letters, and so do we.
 */

/* A pixel that is cut in half is no mistake. */
#define HALF_PX 0.5

const KioskPanel kiosk_panels[KIOSK_N_PANELS] = {
  /* 15 inches, 4:3, as in most operator panels */
  { "1024×768", 1024, 768, 1, 304, 228 },
  /* 12.1 inches, 16:10 */
  { "1280×800", 1280, 800, 1, 261, 163 },
  /* 21.5 inches, 16:9 */
  { "1920×1080", 1920, 1080, 1, 476, 268 },
  /* the same, on its side */
  { "1080×1920", 1080, 1920, 1, 268, 476 },
  /* 27 inches, 16:9, twice as fine */
  { "3840×2160@2", 1920, 1080, 2, 597, 336 },
};

double
kiosk_panel_pixels_per_mm (const KioskPanel *panel)
{
  return peg_physical_from_monitor (panel->width_px, panel->height_px, panel->width_mm,
                                    panel->height_mm);
}

typedef struct {
  GtkWidget *widget;
  graphene_rect_t bounds;     /* as far as it is in view */
  graphene_rect_t whole;
} Target;

static gboolean
is_row (GtkWidget *widget)
{
  return GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_FLOW_BOX_CHILD (widget) ||
         g_str_equal (gtk_widget_get_css_name (widget), "row");
}

static gboolean
is_target (GtkWidget *widget)
{
  if (!gtk_widget_is_sensitive (widget) || !gtk_widget_get_can_target (widget))
    return FALSE;
  if (GTK_IS_LIST_BOX_ROW (widget))
    return gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (widget)) ||
           gtk_list_box_row_get_selectable (GTK_LIST_BOX_ROW (widget));

  return GTK_IS_BUTTON (widget) || GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) ||
         GTK_IS_PASSWORD_ENTRY (widget) || GTK_IS_SPIN_BUTTON (widget) ||
         GTK_IS_TEXT_VIEW (widget) || GTK_IS_SWITCH (widget) || GTK_IS_CHECK_BUTTON (widget) ||
         GTK_IS_EXPANDER (widget) || PEG_IS_HOLD_BUTTON (widget) || is_row (widget) ||
         (GTK_IS_LABEL (widget) && gtk_label_get_current_uri (GTK_LABEL (widget)) != NULL);
}

/* What scrolls hides a part of what is in it. */
static gboolean
clip (GtkWidget       *widget,
      GtkWidget       *root,
      graphene_rect_t *bounds)
{
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL;
       parent = gtk_widget_get_parent (parent)) {
    graphene_rect_t room;

    if ((GTK_IS_SCROLLABLE (parent) || GTK_IS_SCROLLED_WINDOW (parent) || parent == root) &&
        gtk_widget_compute_bounds (parent, root, &room) &&
        !graphene_rect_intersection (bounds, &room, bounds))
      return FALSE;
    if (parent == root)
      break;
  }

  return TRUE;
}

static void
collect (GtkWidget *widget,
         GtkWidget *root,
         GArray    *targets)
{
  Target target = { .widget = widget };

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return;

  if (is_target (widget) && gtk_widget_compute_bounds (widget, root, &target.whole)) {
    target.bounds = target.whole;
    if (clip (widget, root, &target.bounds))
      g_array_append_val (targets, target);
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, root, targets);
}

static GArray *
collect_targets (GtkWidget *root)
{
  GArray *targets = g_array_new (FALSE, FALSE, sizeof (Target));

  collect (root, root, targets);

  return targets;
}

static char *
describe (GtkWidget *widget)
{
  const char *text = NULL;

  if (GTK_IS_BUTTON (widget))
    text = gtk_button_get_label (GTK_BUTTON (widget));
  else if (PEG_IS_HOLD_BUTTON (widget))
    text = peg_hold_button_get_label (PEG_HOLD_BUTTON (widget));
  else if (GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));

  return g_strdup_printf ("%s (%s) “%s”", G_OBJECT_TYPE_NAME (widget),
                          gtk_widget_get_css_name (widget), text != NULL ? text : "");
}

/* What is cut by the edge of what scrolls can be scrolled into view. */
static gboolean
is_cut (const Target *target)
{
  return target->bounds.size.width < target->whole.size.width - (float) HALF_PX ||
         target->bounds.size.height < target->whole.size.height - (float) HALF_PX;
}

static void
check_size (const Target *target,
            PegPhysical  *physical,
            GPtrArray    *mistakes)
{
  const double per_mm = peg_physical_get_pixels_per_mm (physical);
  const double least = PEG_PHYSICAL_TARGET_MM * per_mm - HALF_PX;
  g_autofree char *what = NULL;

  if (is_cut (target) ||
      (target->whole.size.width >= least && target->whole.size.height >= least))
    return;

  what = describe (target->widget);
  g_ptr_array_add (mistakes,
                   g_strdup_printf ("%s is %.1f mm × %.1f mm", what,
                                    target->whole.size.width / per_mm,
                                    target->whole.size.height / per_mm));
}

static double
apart (double a,
       double a_size,
       double b,
       double b_size)
{
  return MAX (0, MAX (b - a - a_size, a - b - b_size));
}

static gboolean
are_roomy_rows (const Target *a,
                const Target *b,
                double        least)
{
  return is_row (a->widget) && is_row (b->widget) &&
         gtk_widget_get_parent (a->widget) == gtk_widget_get_parent (b->widget) &&
         a->whole.size.height >= least && b->whole.size.height >= least;
}

static void
check_gap (const Target *a,
           const Target *b,
           PegPhysical  *physical,
           GPtrArray    *mistakes)
{
  const double per_mm = peg_physical_get_pixels_per_mm (physical);
  const double least = PEG_PHYSICAL_GAP_MM * per_mm - HALF_PX;
  const double x = apart (a->bounds.origin.x, a->bounds.size.width, b->bounds.origin.x,
                          b->bounds.size.width);
  const double y = apart (a->bounds.origin.y, a->bounds.size.height, b->bounds.origin.y,
                          b->bounds.size.height);
  g_autofree char *what_a = NULL;
  g_autofree char *what_b = NULL;

  if (hypot (x, y) >= least || gtk_widget_is_ancestor (b->widget, a->widget) ||
      gtk_widget_is_ancestor (a->widget, b->widget) ||
      are_roomy_rows (a, b,
                      (PEG_PHYSICAL_TARGET_MM + PEG_PHYSICAL_GAP_MM) * per_mm - HALF_PX))
    return;

  what_a = describe (a->widget);
  what_b = describe (b->widget);
  g_ptr_array_add (mistakes, g_strdup_printf ("%s and %s are %.1f mm apart", what_a, what_b,
                                              hypot (x, y) / per_mm));
}

static gboolean
is_word (GtkWidget *widget)
{
  return GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0' &&
         (gtk_widget_has_css_class (widget, "kiosk-word") ||
          gtk_widget_has_css_class (widget, "kiosk-title") ||
          gtk_widget_has_css_class (widget, "kiosk-huge"));
}

/**
 * kiosk_sizes_foreach_word:
 * @root: a widget that is drawn
 * @func: what to do with it, and where it is in @root
 * @user_data: for @func
 *
 * Looks at the words that say how something is.
 */
void
kiosk_sizes_foreach_word (GtkWidget     *root,
                          KioskWordFunc  func,
                          gpointer       user_data)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  g_ptr_array_add (open, root);
  while (open->len > 0) {
    GtkWidget *widget = g_ptr_array_steal_index_fast (open, open->len - 1);
    graphene_rect_t bounds;

    if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
      continue;
    if (is_word (widget) && gtk_widget_compute_bounds (widget, root, &bounds) &&
        clip (widget, root, &bounds))
      func (widget, &bounds, user_data);
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      g_ptr_array_add (open, child);
  }
}

typedef struct {
  PegPhysical *physical;
  GPtrArray *mistakes;    /* (nullable) */
  guint n;
} Words;

static void
check_word (GtkWidget             *label,
            const graphene_rect_t *bounds,
            gpointer               user_data)
{
  Words *words = user_data;
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char *what = NULL;
  PangoRectangle ink;
  double least;

  words->n++;
  if (words->mistakes == NULL)
    return;

  layout = gtk_widget_create_pango_layout (label, "H");
  pango_layout_get_extents (layout, &ink, NULL);
  least = peg_physical_arc_mm (PEG_PHYSICAL_WORD_ARCMIN,
                               peg_physical_get_distance_mm (words->physical)) *
          peg_physical_get_pixels_per_mm (words->physical) - HALF_PX;
  if ((double) ink.height / PANGO_SCALE >= least)
    return;

  what = describe (label);
  g_ptr_array_add (words->mistakes,
                   g_strdup_printf ("%s has capital letters of %.1f px instead of %.1f", what,
                                    (double) ink.height / PANGO_SCALE, least));
}

/**
 * kiosk_sizes_find_mistakes:
 * @root: a widget that is drawn
 * @physical: what knows the size of things
 *
 * Returns: (transfer full) (element-type utf8): what is too small, or too near to
 *   something else
 */
GPtrArray *
kiosk_sizes_find_mistakes (GtkWidget   *root,
                           PegPhysical *physical)
{
  g_autoptr (GArray) targets = collect_targets (root);
  GPtrArray *mistakes = g_ptr_array_new_with_free_func (g_free);
  Words words = { physical, mistakes, 0 };

  for (guint i = 0; i < targets->len; i++) {
    const Target *target = &g_array_index (targets, Target, i);

    check_size (target, physical, mistakes);
    for (guint j = i + 1; j < targets->len; j++)
      check_gap (target, &g_array_index (targets, Target, j), physical, mistakes);
  }
  kiosk_sizes_foreach_word (root, check_word, &words);

  return mistakes;
}

/**
 * kiosk_sizes_assert:
 * @root: a widget that is drawn
 * @physical: what knows the size of things
 * @where: for messages
 *
 * Fails the test, with all mistakes, if there are any.
 */
void
kiosk_sizes_assert (GtkWidget   *root,
                    PegPhysical *physical,
                    const char  *where)
{
  g_autoptr (GPtrArray) mistakes = kiosk_sizes_find_mistakes (root, physical);

  for (guint i = 0; i < mistakes->len; i++)
    g_test_message ("%s: %s", where, (const char *) g_ptr_array_index (mistakes, i));
  g_assert_cmpuint (mistakes->len, ==, 0);
}

/**
 * kiosk_sizes_count_targets:
 * @root: a widget that is drawn
 *
 * Returns: how many things can be touched: a check that found nothing to look at has
 *   not checked anything
 */
guint
kiosk_sizes_count_targets (GtkWidget *root)
{
  g_autoptr (GArray) targets = collect_targets (root);

  return targets->len;
}

/**
 * kiosk_sizes_count_words:
 * @root: a widget that is drawn
 *
 * Returns: how many words there are that say how something is
 */
guint
kiosk_sizes_count_words (GtkWidget *root)
{
  Words words = { 0 };

  kiosk_sizes_foreach_word (root, check_word, &words);

  return words.n;
}
