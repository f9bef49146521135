/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-saver"

#include "peg-config.h"

#include "peg-saver.h"

#include "peg-eater.h"
#include "peg-saver-board.h"
#include "peg-scanner.h"
#include "peg-saver-facts.h"

#include <glib/gi18n.h>
#include <math.h>

/* How far from its place the picture wanders, and how far that is from the edge, mm. */
#define SHIFT_MM 6.0
#define MARGIN_MM 12.0

/* From how much room on everything is written larger, mm: 20 inches and more. */
#define LARGE_WIDTH_MM 380.0
#define LARGE_HEIGHT_MM 220.0

#define BURN_IN_S 60
#define MINUTE_US (60 * G_USEC_PER_SEC)

/**
 * PegSaver:
 *
 * What a terminal shows that nobody uses: a dark board with the connection, how many
 * files are out, which one for the longest time, what is not as it should be, and the
 * time. The picture wanders a little, so that nothing burns in.
 *
 * It lies over everything else, and shows and hides itself: it is there while the
 * phase of its #PegKioskModel is %PEG_KIOSK_ASLEEP.
 *
 * ## The gesture that wakes
 *
 * What wakes the terminal must not do anything else. The first press, of a finger, a
 * button or a key, activates `app.kiosk-wake`, and the board is seen at once; but the
 * saver stays, without a picture, until everything is let go that was pressed
 * meanwhile, and nothing of it reaches anything else. What wakes it otherwise, as a
 * scan does, counts.
 *
 * It eats at the window, and not where it lies: before the first frame in which it is
 * seen, a finger would find what is below.
 *
 * ## What it costs
 *
 * It draws once a minute, when it wanders, and when what it shows changes.
 *
 * ## CSS nodes
 *
 * `saver`, with the class `.kiosk-saver` while there is a picture.
 *
 * ## Accessibility
 *
 * A status. The labels on the board can be read.
 */
struct _PegSaver
{
  GtkWidget parent_instance;

  PegKioskModel *model;   /* (owned) */
  PegNow *now;            /* (owned) */
  PegPhysical *physical;  /* (owned) */
  PegSnapshot *snapshot;  /* (owned) (nullable) */
  guint burn_in_s;

  GtkWidget *board;       /* the only child */
  GtkEventController *mouth;  /* (nullable): of the window that it is in, which owns it */

  gboolean asleep;
  gint64 step;            /* of the wandering */
  PegEater *eater;        /* (owned) */
  GtkWidget *focus;       /* (nullable): had it before; a weak pointer */
  guint timeout_id;
  guint hide_id;
};

G_DEFINE_FINAL_TYPE (PegSaver, peg_saver, GTK_TYPE_WIDGET)

static void
render (PegSaver *self)
{
  PegKioskView *view = peg_kiosk_model_get_view (self->model);
  PegDisplayNow now;
  gint64 step;

  if (!self->asleep)
    return;

  peg_now_read (self->now, &now);
  peg_saver_board_update (PEG_SAVER_BOARD (self->board), self->snapshot, view->station, &now);

  step = self->burn_in_s > 0 ? now.wall_us / (self->burn_in_s * G_USEC_PER_SEC) : 0;
  if (self->step != step) {
    self->step = step;
    gtk_widget_queue_allocate (GTK_WIDGET (self));
  }
}

static gboolean timeout_cb (gpointer user_data);

/* Wakes up with the next minute, or the next step, whichever comes first. */
static void
set_timeout (PegSaver *self)
{
  const gint64 step_us = self->burn_in_s > 0 ? self->burn_in_s * G_USEC_PER_SEC : MINUTE_US;
  PegDisplayNow now;
  gint64 left_us;

  peg_now_read (self->now, &now);
  left_us = MIN (MINUTE_US - now.wall_us % MINUTE_US, step_us - now.wall_us % step_us);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->timeout_id = g_timeout_add ((guint) (left_us / 1000) + 1, timeout_cb, self);
  g_source_set_name_by_id (self->timeout_id, "[pegboard] minute of the status board");
}

static gboolean
timeout_cb (gpointer user_data)
{
  PegSaver *self = user_data;

  self->timeout_id = 0;
  peg_saver_tick (self);
  set_timeout (self);

  return G_SOURCE_REMOVE;
}

/* Gives back what it took: unless somebody else has it by now, as a page that came up
 * with the wake. */
static void
restore_focus (PegSaver *self)
{
  GtkWidget *focus = self->focus;

  if (focus != NULL && gtk_widget_get_mapped (focus) && gtk_widget_has_focus (GTK_WIDGET (self)))
    gtk_widget_grab_focus (focus);
  g_clear_weak_pointer (&self->focus);
}

static gboolean
hide_cb (gpointer user_data)
{
  PegSaver *self = user_data;

  self->hide_id = 0;
  if (!self->asleep && !peg_eater_is_eating (self->eater)) {
    restore_focus (self);
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  }

  return G_SOURCE_REMOVE;
}

/* Not at once: the event that is under way must find the saver, even if it was
 * something else that woke the terminal on account of it. */
static void
hide_soon (PegSaver *self)
{
  if (self->hide_id != 0)
    return;

  self->hide_id = g_idle_add (hide_cb, self);
  g_source_set_name_by_id (self->hide_id, "[pegboard] end of the status board");
}

static void
fall_asleep (PegSaver *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  self->asleep = TRUE;
  g_clear_handle_id (&self->hide_id, g_source_remove);
  if (focus != GTK_WIDGET (self))
    g_set_weak_pointer (&self->focus, focus);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk-saver");
  gtk_widget_set_visible (self->board, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  render (self);
  set_timeout (self);
}

static void
wake_up (PegSaver *self)
{
  self->asleep = FALSE;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "kiosk-saver");
  gtk_widget_set_visible (self->board, FALSE);
  hide_soon (self);
}

static void
changed_cb (PegSaver *self)
{
  const gboolean asleep = peg_kiosk_model_get_view (self->model)->phase == PEG_KIOSK_ASLEEP;

  if (asleep && !self->asleep)
    fall_asleep (self);
  else if (!asleep && self->asleep)
    wake_up (self);
  else
    render (self);
}

/* What is somebody's doing, and not the window system's own business, which is what has
 * the focus and where a pointer has come in. */
static gboolean
is_input (GdkEventType type)
{
  switch ((guint) type) {
  case GDK_ENTER_NOTIFY:
  case GDK_LEAVE_NOTIFY:
  case GDK_FOCUS_CHANGE:
  case GDK_PROXIMITY_IN:
  case GDK_PROXIMITY_OUT:
  case GDK_GRAB_BROKEN:
    return FALSE;
  default:
    return TRUE;
  }
}

static gboolean
event_cb (PegSaver *self,
          GdkEvent *event)
{
  const GdkEventType type = gdk_event_get_event_type (event);
  gconstpointer finger = gdk_event_get_event_sequence (event);
  guint number = 0;

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return GDK_EVENT_PROPAGATE;

  if (type == GDK_BUTTON_PRESS || type == GDK_BUTTON_RELEASE)
    number = gdk_button_event_get_button (event);
  else if (type == GDK_KEY_PRESS || type == GDK_KEY_RELEASE)
    number = gdk_key_event_get_keycode (event);

  if (peg_eater_eat (self->eater, type, finger, number) && self->asleep)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-wake", NULL);
  if (!self->asleep && !peg_eater_is_eating (self->eater))
    hide_soon (self);

  return is_input (type) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
focus_left_cb (PegSaver *self)
{
  peg_eater_drop_keys (self->eater);
  if (!self->asleep && !peg_eater_is_eating (self->eater))
    hide_soon (self);
}

static void
peg_saver_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  PegSaver *self = PEG_SAVER (widget);

  /* It takes the room that there is, and needs none. */
  gtk_widget_measure (self->board, orientation, -1, NULL, natural, NULL, NULL);
  *minimum = 0;
}

/* A large screen is seen from farther away. It does not change while it is shown. */
static void
set_large (PegSaver *self,
           int       width,
           int       height)
{
  const gboolean large = width >= peg_physical_px (self->physical, LARGE_WIDTH_MM) &&
                         height >= peg_physical_px (self->physical, LARGE_HEIGHT_MM);

  if (large == gtk_widget_has_css_class (self->board, "kiosk-large"))
    return;

  if (large)
    gtk_widget_add_css_class (self->board, "kiosk-large");
  else
    gtk_widget_remove_css_class (self->board, "kiosk-large");
}

static void
peg_saver_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  PegSaver *self = PEG_SAVER (widget);
  const int margin = peg_physical_px (self->physical, MARGIN_MM);
  const double reach = peg_physical_get_pixels_per_mm (self->physical) * SHIFT_MM;
  int least_width, least_height;
  double x, y;

  if (!gtk_widget_should_layout (self->board))
    return;

  set_large (self, width, height);

  gtk_widget_measure (self->board, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL,
                      NULL);
  least_width = MAX (least_width, width - 2 * margin);
  gtk_widget_measure (self->board, GTK_ORIENTATION_VERTICAL, least_width, &least_height, NULL,
                      NULL, NULL);
  least_height = MAX (least_height, height - 2 * margin);

  peg_saver_shift (self->step, &x, &y);
  gtk_widget_size_allocate (self->board,
                            &(GtkAllocation) { margin + (int) lround (reach * x),
                                               margin + (int) lround (reach * y),
                                               least_width, least_height },
                            -1);
}

static void
peg_saver_root (GtkWidget *widget)
{
  PegSaver *self = PEG_SAVER (widget);

  GTK_WIDGET_CLASS (peg_saver_parent_class)->root (widget);

  self->mouth = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_name (self->mouth, "peg-saver");
  gtk_event_controller_set_propagation_phase (self->mouth, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->mouth, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (gtk_widget_get_root (widget)), self->mouth);
}

static void
peg_saver_unroot (GtkWidget *widget)
{
  PegSaver *self = PEG_SAVER (widget);

  gtk_widget_remove_controller (GTK_WIDGET (gtk_widget_get_root (widget)), self->mouth);
  self->mouth = NULL;

  GTK_WIDGET_CLASS (peg_saver_parent_class)->unroot (widget);
}

static void
peg_saver_unmap (GtkWidget *widget)
{
  PegSaver *self = PEG_SAVER (widget);

  peg_eater_drop (self->eater);

  GTK_WIDGET_CLASS (peg_saver_parent_class)->unmap (widget);
}

static void
peg_saver_dispose (GObject *object)
{
  PegSaver *self = PEG_SAVER (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->hide_id, g_source_remove);
  g_clear_weak_pointer (&self->focus);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->physical != NULL)
    g_signal_handlers_disconnect_by_data (self->physical, self);
  g_clear_pointer (&self->board, gtk_widget_unparent);
  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  g_clear_object (&self->model);
  g_clear_object (&self->now);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_saver_parent_class)->dispose (object);
}

static void
peg_saver_finalize (GObject *object)
{
  peg_eater_free (PEG_SAVER (object)->eater);

  G_OBJECT_CLASS (peg_saver_parent_class)->finalize (object);
}

/* A scanner might have typed what woke it: that is known only now, and belongs to the
 * gesture like everything else. */
static void
insert_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
}

static void
peg_saver_class_init (PegSaverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_saver_dispose;
  object_class->finalize = peg_saver_finalize;
  widget_class->measure = peg_saver_measure;
  widget_class->size_allocate = peg_saver_size_allocate;
  widget_class->root = peg_saver_root;
  widget_class->unroot = peg_saver_unroot;
  widget_class->unmap = peg_saver_unmap;

  gtk_widget_class_install_action (widget_class, PEG_SCANNER_TYPE_ACTION, "s", insert_cb);
  gtk_widget_class_set_css_name (widget_class, "saver");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
peg_saver_init (PegSaver *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->eater = peg_eater_new ();
  self->burn_in_s = BURN_IN_S;

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "none");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Status board. Touch it, or press a key, to go on."), -1);
}

/**
 * peg_saver_new:
 * @model: what the terminal shows
 * @now: the clocks
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a status board, to lie over everything else
 */
GtkWidget *
peg_saver_new (PegKioskModel *model,
               PegNow        *now,
               PegPhysical   *physical)
{
  PegSaver *self = g_object_new (PEG_TYPE_SAVER, NULL);

  self->model = g_object_ref (model);
  self->now = g_object_ref (now);
  self->physical = g_object_ref (physical);
  self->board = peg_saver_board_new ();
  /* What a finger was put on is followed until it is lifted. That must not be the board,
   * which goes as soon as the terminal wakes. */
  gtk_widget_set_can_target (self->board, FALSE);
  gtk_widget_set_parent (self->board, GTK_WIDGET (self));
  g_signal_connect_swapped (model, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (physical, "notify::pixels-per-mm",
                            G_CALLBACK (gtk_widget_queue_resize), self);
  changed_cb (self);

  return GTK_WIDGET (self);
}

/**
 * peg_saver_set_snapshot:
 * @self: a status board
 * @snapshot: what is known
 */
void
peg_saver_set_snapshot (PegSaver    *self,
                        PegSnapshot *snapshot)
{
  PegSnapshot *before;

  g_return_if_fail (PEG_IS_SAVER (self));
  g_return_if_fail (snapshot != NULL);

  if (self->snapshot == snapshot)
    return;

  before = g_steal_pointer (&self->snapshot);
  self->snapshot = peg_snapshot_ref (snapshot);
  g_clear_pointer (&before, peg_snapshot_unref);
  render (self);
}

/**
 * peg_saver_set_burn_in_s:
 * @self: a status board
 * @seconds: how often the picture moves; 0: never
 */
void
peg_saver_set_burn_in_s (PegSaver *self,
                         guint     seconds)
{
  g_return_if_fail (PEG_IS_SAVER (self));

  self->burn_in_s = seconds;
  if (self->asleep)
    set_timeout (self);
}

/**
 * peg_saver_is_eating:
 * @self: a status board
 *
 * Returns: whether something is pressed since it slept, so that it still covers
 *   everything
 */
gboolean
peg_saver_is_eating (PegSaver *self)
{
  g_return_val_if_fail (PEG_IS_SAVER (self), FALSE);

  return peg_eater_is_eating (self->eater);
}

/**
 * peg_saver_tick:
 * @self: a status board
 *
 * Reads the clocks. It does so by itself.
 */
void
peg_saver_tick (PegSaver *self)
{
  g_return_if_fail (PEG_IS_SAVER (self));

  render (self);
}
