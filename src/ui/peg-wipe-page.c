/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wipe-page"

#include "peg-config.h"

#include "peg-wipe-page.h"

#include "peg-quiet.h"
#include "peg-wipe-corners.h"

#include <glib/gi18n.h>

/**
 * PegWipePage:
 *
 * Covers the screen while the glass is cleaned: nothing that is touched or pressed
 * does anything. It goes by itself when the time is up; before that only two fingers
 * end it that rest in two opposite corners (see #PegWipeCorners), with the action
 * `app.kiosk-wake`.
 *
 * ## CSS nodes
 *
 * `wipe-page`
 *
 * ## Accessibility
 *
 * A status that is named with what to do. The seconds are not spoken.
 */
struct _PegWipePage
{
  GtkWidget parent_instance;

  PegKioskModel *model;     /* (owned) */
  PegNow *now;              /* (owned) */
  PegPhysical *physical;    /* (owned) */

  GtkWidget *box;           /* the only child */
  GtkLabel *seconds;
  PegWipeCorners *corners;  /* (owned) */
  gboolean ended;           /* by the corners: once is enough */
  guint timeout_id;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (PegWipePage, peg_wipe_page, GTK_TYPE_WIDGET)

static gint64
read_us (PegWipePage *self)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return now.mono_us;
}

static void
render (PegWipePage *self)
{
  PegKioskView *view = peg_kiosk_model_get_view (self->model);
  const gint64 left_us = MAX (0, view->phase_until_us - read_us (self));
  const guint left_s = (guint) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  g_autofree char *words = NULL;

  if (view->phase != PEG_KIOSK_WIPE)
    return;

  /* Translators: how many seconds are left. */
  words = g_strdup_printf (_("%u s"), left_s);
  peg_quiet_set_label (self->seconds, words);
}

static gboolean
timeout_cb (gpointer user_data)
{
  peg_wipe_page_tick (user_data);

  return G_SOURCE_CONTINUE;
}

/* Runs while two corners are held. */
static gboolean
held_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  PegWipePage *self = PEG_WIPE_PAGE (widget);
  const double progress = peg_wipe_corners_progress (self->corners, read_us (self));

  gtk_widget_queue_draw (widget);
  if (progress > 0 && progress < 1)
    return G_SOURCE_CONTINUE;

  self->tick_id = 0;
  if (progress >= 1 && !self->ended) {
    self->ended = TRUE;
    gtk_widget_activate_action (widget, "app.kiosk-wake", NULL);
  }

  return G_SOURCE_REMOVE;
}

static void
follow_finger (PegWipePage *self,
               GdkEvent    *event)
{
  GdkEventSequence *finger = gdk_event_get_event_sequence (event);
  double x, y, native_x, native_y;
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));

  if (!gdk_event_get_position (event, &x, &y))
    return;

  gtk_native_get_surface_transform (native, &native_x, &native_y);
  gtk_widget_translate_coordinates (GTK_WIDGET (native), GTK_WIDGET (self),
                                    x - native_x, y - native_y, &x, &y);
  peg_wipe_corners_touch (self->corners, finger, x, y, read_us (self));

  if (self->tick_id == 0 && peg_wipe_corners_progress (self->corners, G_MAXINT64) > 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), held_cb, NULL, NULL);
}

/* Everything that comes is stopped here. */
static gboolean
event_cb (PegWipePage *self,
          GdkEvent    *event)
{
  const GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_TOUCH_BEGIN || type == GDK_TOUCH_UPDATE)
    follow_finger (self, event);
  else if (type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL)
    peg_wipe_corners_lift (self->corners, gdk_event_get_event_sequence (event));

  return GDK_EVENT_STOP;
}

static void
draw_corner (cairo_t *cr,
             double   x,
             double   y,
             double   size,
             double   angle,
             double   progress)
{
  cairo_new_path (cr);
  cairo_arc (cr, x, y, size, angle, angle + G_PI / 2);
  cairo_set_line_width (cr, size / 24);
  cairo_stroke (cr);

  if (progress > 0) {
    cairo_move_to (cr, x, y);
    cairo_arc (cr, x, y, size * progress, angle, angle + G_PI / 2);
    cairo_close_path (cr);
    cairo_fill (cr);
  }
}

static void
peg_wipe_page_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  PegWipePage *self = PEG_WIPE_PAGE (widget);
  const double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const double size = MIN (peg_physical_px (self->physical, PEG_WIPE_CORNERS_MM),
                           MIN (width, height) / 3);
  const double progress = peg_wipe_corners_progress (self->corners, read_us (self));
  cairo_t *cr;
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  cr = gtk_snapshot_append_cairo (snapshot,
                                  &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gdk_cairo_set_source_rgba (cr, &color);
  draw_corner (cr, 0, 0, size, 0, progress);
  draw_corner (cr, width, 0, size, G_PI / 2, progress);
  draw_corner (cr, width, height, size, G_PI, progress);
  draw_corner (cr, 0, height, size, 3 * G_PI / 2, progress);
  cairo_destroy (cr);

  gtk_widget_snapshot_child (widget, self->box, snapshot);
}

static void
peg_wipe_page_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gtk_widget_measure (PEG_WIPE_PAGE (widget)->box, orientation, for_size, minimum, natural,
                      NULL, NULL);
}

static void
peg_wipe_page_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  PegWipePage *self = PEG_WIPE_PAGE (widget);

  peg_wipe_corners_set_size (self->corners, width, height,
                             peg_physical_px (self->physical, PEG_WIPE_CORNERS_MM));
  gtk_widget_size_allocate (self->box, &(GtkAllocation) { 0, 0, width, height }, -1);
}

static void
peg_wipe_page_map (GtkWidget *widget)
{
  PegWipePage *self = PEG_WIPE_PAGE (widget);

  GTK_WIDGET_CLASS (peg_wipe_page_parent_class)->map (widget);

  self->ended = FALSE;
  peg_wipe_corners_clear (self->corners);
  self->timeout_id = g_timeout_add_seconds (1, timeout_cb, self);
  g_source_set_name_by_id (self->timeout_id, "[pegboard] seconds of wiping");
  render (self);
  /* So that keys come here, and end here. */
  gtk_widget_grab_focus (widget);
}

static void
stop (PegWipePage *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
}

static void
peg_wipe_page_unmap (GtkWidget *widget)
{
  stop (PEG_WIPE_PAGE (widget));

  GTK_WIDGET_CLASS (peg_wipe_page_parent_class)->unmap (widget);
}

static void
peg_wipe_page_dispose (GObject *object)
{
  PegWipePage *self = PEG_WIPE_PAGE (object);

  stop (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->model);
  g_clear_object (&self->now);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_wipe_page_parent_class)->dispose (object);
}

static void
peg_wipe_page_finalize (GObject *object)
{
  peg_wipe_corners_free (PEG_WIPE_PAGE (object)->corners);

  G_OBJECT_CLASS (peg_wipe_page_parent_class)->finalize (object);
}

static void
peg_wipe_page_class_init (PegWipePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_wipe_page_dispose;
  object_class->finalize = peg_wipe_page_finalize;
  widget_class->measure = peg_wipe_page_measure;
  widget_class->size_allocate = peg_wipe_page_size_allocate;
  widget_class->snapshot = peg_wipe_page_snapshot;
  widget_class->map = peg_wipe_page_map;
  widget_class->unmap = peg_wipe_page_unmap;

  gtk_widget_class_set_css_name (widget_class, "wipe-page");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
add_label (PegWipePage *self,
           GtkLabel    *label,
           const char  *name)
{
  gtk_widget_add_css_class (GTK_WIDGET (label), name);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (label));
}

static void
peg_wipe_page_init (PegWipePage *self)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();

  self->corners = peg_wipe_corners_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->seconds = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (self->box, "kiosk-gaps");
  gtk_widget_add_css_class (self->box, "kiosk-page");
  gtk_widget_set_valign (self->box, GTK_ALIGN_CENTER);
  add_label (self, GTK_LABEL (gtk_label_new (_("Wipe the glass now"))), "kiosk-title");
  add_label (self, self->seconds, "kiosk-huge");
  add_label (self, GTK_LABEL (gtk_label_new (_("Touching does nothing. To end it sooner, hold two "
                                               "opposite corners."))), "kiosk-text");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (events, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), events);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Wipe the glass now. Touching does nothing."), -1);
}

/**
 * peg_wipe_page_new:
 * @model: what the terminal shows
 * @now: the clocks
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a page for %PEG_KIOSK_WIPE
 */
GtkWidget *
peg_wipe_page_new (PegKioskModel *model,
                   PegNow        *now,
                   PegPhysical   *physical)
{
  PegWipePage *self = g_object_new (PEG_TYPE_WIPE_PAGE, NULL);

  self->model = g_object_ref (model);
  self->now = g_object_ref (now);
  self->physical = g_object_ref (physical);
  g_signal_connect_object (model, "changed", G_CALLBACK (render), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (physical, "notify::pixels-per-mm",
                           G_CALLBACK (gtk_widget_queue_allocate), self, G_CONNECT_SWAPPED);
  render (self);

  return GTK_WIDGET (self);
}

/**
 * peg_wipe_page_tick:
 * @self: the page
 *
 * Reads the clocks. It does so by itself, once a second, while it is shown.
 */
void
peg_wipe_page_tick (PegWipePage *self)
{
  g_return_if_fail (PEG_IS_WIPE_PAGE (self));

  render (self);
}
