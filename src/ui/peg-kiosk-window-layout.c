/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-layout"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include <math.h>

/* What there is room for, in millimetres: a screen of many pixels may be a small one. */

/* Below this height a keyboard and what it writes into take turns. */
#define COMPACT_MM 220.0

/* How high a capital letter of the name of a file is, in minutes of arc: what ISO
 * 9241-303 wants at least. And of what stands below it, mm: that is read by whoever
 * stands before the glass. */
#define NAME_ARCMIN 16.0
#define SMALL_MM 3.6

#define PLATE_MM 9.0
#define EDGE_MM 3.0

/* The letters of a row of one height have this much of it at most. */
#define MOST_OF_ROW 0.42

/* What is read by whoever stands before the glass and touches it: 20′ at 70 cm, and a
 * little more where there is room. */
#define NEAR_MM 4.0
#define NEAR_ROOMY_MM 5.0

/* The letters of what a button does; wider ones would not fit on a panel of 10.4″. */
#define TITLE_MM 5.2

/* How high a big button is: a title and a line below it. */
#define BIG_MM 24.0

/*
 * peg_kiosk_window_load_style:
 *
 * Loads what kiosk.css does not have, above it.
 */
void
peg_kiosk_window_load_style (PegKioskWindow *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));

  self->colors = gtk_css_provider_new ();
  self->sizes = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (self->colors,
                                       "/io/github/pegboard/Pegboard/kiosk-window.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (self->colors),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 3);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (self->sizes),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 3);
}

/*
 * peg_kiosk_window_drop_style:
 *
 * The other way round.
 */
void
peg_kiosk_window_drop_style (PegKioskWindow *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));

  if (self->colors == NULL)
    return;

  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (self->colors));
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (self->sizes));
  g_clear_object (&self->colors);
  g_clear_object (&self->sizes);
}

static void
load_sizes (PegKioskWindow *self,
            double          per_mm,
            double          capital)
{
  g_autofree char *css = NULL;
  const int gap = self->row_sizes.gap;

  css = g_strdup_printf (".peg-kiosk .kiosk-near { font-size: %dpx; }\n"
                         ".peg-kiosk .kiosk-button-title { font-size: %dpx; }\n"
                         ".peg-kiosk button.kiosk-big { min-height: %dpx; }\n"
                         ".peg-kiosk .peg-board .heading { font-size: %dpx; }\n"
                         ".peg-kiosk .peg-board .dim-label { font-size: %dpx; }\n"
                         ".peg-kiosk .peg-board .numeric { font-size: %dpx; }\n"
                         ".peg-kiosk .peg-board > row { padding: %dpx 0; }\n"
                         ".peg-kiosk .peg-board-row { padding: %dpx %dpx; }\n",
                         (int) ceil ((self->compact ? NEAR_MM : NEAR_ROOMY_MM) * per_mm / capital),
                         (int) ceil (TITLE_MM * per_mm / capital),
                         (int) ceil (BIG_MM * per_mm),
                         self->row_sizes.name, self->row_sizes.small, self->row_sizes.words,
                         gap / 2, gap / 4, gap);
  gtk_css_provider_load_from_data (self->sizes, css, -1);
}

/*
 * peg_kiosk_window_measure:
 *
 * Makes all sizes anew that no style knows, when the screen is another, or was
 * measured.
 */
void
peg_kiosk_window_measure (PegKioskWindow *self)
{
  PegPhysical *physical = self->physical;
  const double per_mm = peg_physical_get_pixels_per_mm (physical);
  const double distance = peg_physical_get_distance_mm (physical);
  const double capital =
    peg_kiosk_style_capital (gtk_widget_get_pango_context (GTK_WIDGET (self)));
  const int words = peg_kiosk_style_word_px (physical, capital);
  const int words_capital = (int) ceil (words * capital);
  const int target = (int) ceil (PEG_PHYSICAL_TARGET_MM * per_mm);

  self->row_sizes = (PegRowSizes) {
    .gap = (int) ceil (PEG_PHYSICAL_GAP_MM * per_mm),
    .edge = (int) ceil (EDGE_MM * per_mm),
    .words = words,
    .name = (int) ceil (peg_physical_arc_mm (NAME_ARCMIN, distance) * per_mm / capital),
    .small = (int) ceil (SMALL_MM * per_mm / capital),
    .plate = (int) ceil (PLATE_MM * per_mm),
  };
  self->row_sizes.height = MAX (target, (int) ceil (words_capital / MOST_OF_ROW));

  load_sizes (self, per_mm, capital);
  peg_file_list_set_sizes (self->list, &self->row_sizes);
  peg_board_set_large (self->board, self->row_sizes.plate);
  peg_kiosk_bar_set_physical (self->bar, physical);
  gtk_image_set_pixel_size (self->state_icon, target);
  gtk_image_set_pixel_size (self->notice_icon, target / 2);
  peg_kiosk_window_schedule_arrange (self);
}

static gboolean
arrange_cb (gpointer user_data)
{
  PegKioskWindow *self = user_data;
  const double per_mm = peg_physical_get_pixels_per_mm (self->physical);
  const gboolean compact = self->height > 0 && self->height < COMPACT_MM * per_mm;

  self->arrange_id = 0;
  if (self->compact == compact)
    return G_SOURCE_REMOVE;

  self->compact = compact;
  peg_kiosk_check_in_set_compact (self->check_in, self->compact);
  peg_kiosk_window_measure (self);

  return G_SOURCE_REMOVE;
}

/*
 * peg_kiosk_window_schedule_arrange:
 *
 * Shows what there is room for, a little later: what is visible must not change
 * while it is being placed.
 */
void
peg_kiosk_window_schedule_arrange (PegKioskWindow *self)
{
  if (self->arrange_id != 0)
    return;

  self->arrange_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange_cb, self, NULL);
  g_source_set_name_by_id (self->arrange_id, "[peg] kiosk arrange");
}

static gboolean
focus_cb (gpointer user_data)
{
  PegKioskWindow *self = user_data;
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  self->focus_id = 0;
  /* What a key does while it sleeps is to wake it, and nothing else. */
  if (gtk_widget_get_visible (GTK_WIDGET (self->saver)))
    return G_SOURCE_REMOVE;
  if (gtk_widget_get_visible (self->warning)) {
    gtk_widget_grab_focus (self->stay);
    return G_SOURCE_REMOVE;
  }
  if (focus != NULL && gtk_widget_get_mapped (focus) && gtk_widget_is_ancestor (focus, page))
    return G_SOURCE_REMOVE;

  if (self->page == PEG_PAGE_FILES && self->place == PEG_KIOSK_PLACE_BOARD)
    peg_file_list_focus (self->list);
  else if (!PEG_IS_KIOSK_FIND (page) && !PEG_IS_KIOSK_CHECK_IN (page))
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (page);

  return G_SOURCE_REMOVE;
}

static void
let_go (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = NULL;

  if (!gtk_widget_get_mapped (widget))
    return;

  controllers = gtk_widget_observe_controllers (widget);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_GESTURE (controller) && gtk_gesture_is_active (GTK_GESTURE (controller)))
      gtk_event_controller_reset (controller);
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    let_go (child);
}

/*
 * peg_kiosk_window_let_go:
 *
 * Something else is there now: whoever has a finger on what was there before, and
 * lifts it, has not pressed anything.
 */
void
peg_kiosk_window_let_go (PegKioskWindow *self)
{
  let_go (GTK_WIDGET (self->screens));
}

/*
 * peg_kiosk_window_schedule_focus:
 *
 * Gives the focus to what is there, soon: a list takes it when it has rows.
 */
void
peg_kiosk_window_schedule_focus (PegKioskWindow *self)
{
  if (self->focus_id != 0)
    return;

  self->focus_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_cb, self, NULL);
  g_source_set_name_by_id (self->focus_id, "[peg] kiosk focus");
}
