/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hold-button"

#include "peg-config.h"

#include "peg-hold-button.h"

#include "peg-palette.h"

#include <glib/gi18n.h>
#include <math.h>

/* The ring, in parts of the height of the font. */
#define RING 1.5

/**
 * PegHoldButton:
 *
 * A button for what cannot be undone: it must be held until a ring is full. Letting
 * go, sliding off, and whatever else comes between cancels, and nothing happened.
 *
 * On the keyboard Enter or Space is held. Who can hold neither, as with a screen
 * reader, activates it: it then asks, and is activated once more within
 * %PEG_HOLD_BUTTON_ASK_US.
 *
 * ## CSS nodes
 *
 * `hold-button`, with the class `.held` while it is; in it there is a box with a ring
 * and two labels.
 *
 * ## Accessibility
 *
 * A button with the action `hold.activate`; its name says that it wants to be held,
 * and asks the question.
 */
struct _PegHoldButton
{
  GtkWidget parent_instance;

  PegNow *now;            /* (owned) */
  char *label;            /* (owned) */

  GtkWidget *box;
  GtkWidget *ring;
  GtkLabel *title;
  GtkLabel *hint;
  GtkGesture *click;      /* of this widget */

  gint64 since_us;        /* held; 0: it is not */
  gint64 asked_us;        /* 0: nothing was asked */
  guint held_key;         /* 0: none */
  guint tick_id;
  guint ask_id;
  double progress;
};

G_DEFINE_FINAL_TYPE (PegHoldButton, peg_hold_button, GTK_TYPE_WIDGET)

typedef enum {
  PROP_LABEL = 1,
} PegHoldButtonProperty;

static GParamSpec *props[PROP_LABEL + 1];

enum {
  CONFIRMED,
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gint64
read_us (PegHoldButton *self)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return now.mono_us;
}

static void
say (PegHoldButton *self,
     const char    *hint,
     const char    *name)
{
  gtk_label_set_label (self->hint, hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
say_hold (PegHoldButton *self)
{
  /* Translators: a screen reader's name of a button that must be held, such as
   * “Release, hold”. */
  g_autofree char *name = g_strdup_printf (_("%s, hold"), self->label != NULL ? self->label : "");

  /* Translators: below what a button does: it must be held down. */
  say (self, _("Hold"), name);
}

static void
clear_question (PegHoldButton *self)
{
  self->asked_us = 0;
  g_clear_handle_id (&self->ask_id, g_source_remove);
}

/* Ends the hold, if there is one, without any consequence. */
static void
let_go (PegHoldButton *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  self->since_us = 0;
  self->held_key = 0;
  self->progress = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "held");
  gtk_widget_queue_draw (self->ring);
}

static void
cancel (PegHoldButton *self)
{
  if (self->since_us == 0)
    return;

  let_go (self);
  say_hold (self);
}

static void
confirm (PegHoldButton *self)
{
  clear_question (self);
  let_go (self);
  say_hold (self);
  /* What follows may hide this under the finger. That is then lifted unseen, and would be
   * one too many when the next comes. */
  gtk_event_controller_reset (GTK_EVENT_CONTROLLER (self->click));
  g_signal_emit (self, signals[CONFIRMED], 0);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  g_autoptr (PegHoldButton) self = g_object_ref (PEG_HOLD_BUTTON (widget));

  self->progress = (double) (read_us (self) - self->since_us) / PEG_HOLD_BUTTON_HOLD_US;
  gtk_widget_queue_draw (self->ring);

  if (self->progress < 1)
    return G_SOURCE_CONTINUE;

  self->tick_id = 0;
  confirm (self);

  return G_SOURCE_REMOVE;
}

static void
begin (PegHoldButton *self)
{
  if (self->since_us != 0 || !gtk_widget_is_sensitive (GTK_WIDGET (self)))
    return;

  clear_question (self);
  self->since_us = read_us (self);
  self->progress = 0;
  self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  /* A class, as GTK 4.8 resets the gesture once more, while it is being reset, if the
   * state of a widget changes that has just become insensitive. */
  gtk_widget_add_css_class (GTK_WIDGET (self), "held");
  gtk_label_set_label (self->hint, _("Keep holding…"));
  gtk_widget_queue_draw (self->ring);
}

static void
pressed_cb (PegHoldButton *self)
{
  /* What scrolls around it must not take the finger away. */
  gtk_gesture_set_state (self->click, GTK_EVENT_SEQUENCE_CLAIMED);
  begin (self);
}

static void
update_cb (PegHoldButton    *self,
           GdkEventSequence *sequence)
{
  double x, y;

  if (self->since_us != 0 && gtk_gesture_get_point (self->click, sequence, &x, &y) &&
      !gtk_widget_contains (GTK_WIDGET (self), x, y))
    cancel (self);
}

static gboolean
is_key (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter ||
         keyval == GDK_KEY_space || keyval == GDK_KEY_KP_Space;
}

static gboolean
key_pressed_cb (PegHoldButton   *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  if (!is_key (keyval) || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  /* A key that is held comes again and again. */
  if (self->held_key == 0) {
    begin (self);
    self->held_key = keyval;
  }

  return GDK_EVENT_STOP;
}

static void
key_released_cb (PegHoldButton *self,
                 guint          keyval)
{
  if (keyval != self->held_key)
    return;

  self->held_key = 0;
  cancel (self);
}

static gboolean
forget_cb (gpointer user_data)
{
  PegHoldButton *self = user_data;

  self->ask_id = 0;
  self->asked_us = 0;
  say_hold (self);

  return G_SOURCE_REMOVE;
}

/* Activated by something that cannot hold: asks, and takes the second time for a
 * yes. */
static void
ask (PegHoldButton *self)
{
  const gint64 now_us = read_us (self);
  g_autofree char *question = NULL;

  if (!gtk_widget_is_sensitive (GTK_WIDGET (self)))
    return;

  if (self->asked_us != 0 && now_us - self->asked_us <= PEG_HOLD_BUTTON_ASK_US) {
    confirm (self);
    return;
  }

  cancel (self);
  clear_question (self);
  self->asked_us = now_us;
  self->ask_id = g_timeout_add (PEG_HOLD_BUTTON_ASK_US / 1000, forget_cb, self);
  g_source_set_name_by_id (self->ask_id, "[pegboard] end of a question");

  /* Translators: a screen reader asks; %s is what a button does, such as “Release”. */
  question = g_strdup_printf (_("%s? Activate once more within 10 seconds."), self->label);
  say (self, _("Once more: yes"), question);
}

static void
activate_action_cb (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  ask (PEG_HOLD_BUTTON (widget));
}

static void
draw_ring (GtkDrawingArea *area,
           cairo_t        *cr,
           int             width,
           int             height,
           gpointer        user_data)
{
  PegHoldButton *self = user_data;
  const double line = MAX (2.0, MIN (width, height) / 7.0);
  const double radius = (MIN (width, height) - line) / 2.0;
  PegPalette palette;

  peg_palette_read (&palette, GTK_WIDGET (area));

  cairo_set_line_width (cr, line / 3);
  gdk_cairo_set_source_rgba (cr, &palette.text);
  cairo_arc (cr, width / 2.0, height / 2.0, radius, 0, 2 * G_PI);
  cairo_stroke (cr);

  if (self->progress > 0) {
    cairo_set_line_width (cr, line);
    cairo_arc (cr, width / 2.0, height / 2.0, radius, -G_PI / 2,
               -G_PI / 2 + 2 * G_PI * MIN (self->progress, 1));
    cairo_stroke (cr);
  }
}

static void
size_ring (PegHoldButton *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->title));
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  int height;

  pango_layout_set_text (layout, "H", -1);
  pango_layout_get_pixel_size (layout, NULL, &height);
  height = (int) lround (RING * height);
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->ring), height);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->ring), height);
}

static void
peg_hold_button_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (peg_hold_button_parent_class)->css_changed (widget, change);

  size_ring (PEG_HOLD_BUTTON (widget));
}

static void
peg_hold_button_unmap (GtkWidget *widget)
{
  PegHoldButton *self = PEG_HOLD_BUTTON (widget);

  cancel (self);
  if (self->asked_us != 0) {
    clear_question (self);
    say_hold (self);
  }

  GTK_WIDGET_CLASS (peg_hold_button_parent_class)->unmap (widget);
}

static void
peg_hold_button_dispose (GObject *object)
{
  PegHoldButton *self = PEG_HOLD_BUTTON (object);

  clear_question (self);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->now);

  G_OBJECT_CLASS (peg_hold_button_parent_class)->dispose (object);
}

static void
peg_hold_button_finalize (GObject *object)
{
  g_free (PEG_HOLD_BUTTON (object)->label);

  G_OBJECT_CLASS (peg_hold_button_parent_class)->finalize (object);
}

static void
peg_hold_button_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch ((PegHoldButtonProperty) prop_id) {
  case PROP_LABEL:
    g_value_set_string (value, PEG_HOLD_BUTTON (object)->label);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
peg_hold_button_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch ((PegHoldButtonProperty) prop_id) {
  case PROP_LABEL:
    peg_hold_button_set_label (PEG_HOLD_BUTTON (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
peg_hold_button_class_init (PegHoldButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_hold_button_dispose;
  object_class->finalize = peg_hold_button_finalize;
  object_class->get_property = peg_hold_button_get_property;
  object_class->set_property = peg_hold_button_set_property;
  widget_class->css_changed = peg_hold_button_css_changed;
  widget_class->unmap = peg_hold_button_unmap;

  /**
   * PegHoldButton:label:
   *
   * What happens when it was held.
   */
  props[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * PegHoldButton::confirmed:
   *
   * It was held long enough, or the question was answered with yes.
   */
  signals[CONFIRMED] = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  /* What gtk_widget_activate() does: asks. */
  signals[ACTIVATE] =
    g_signal_new_class_handler ("activate", G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (ask),
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_activate_signal (widget_class, signals[ACTIVATE]);
  gtk_widget_class_install_action (widget_class, "hold.activate", NULL, activate_action_cb);

  gtk_widget_class_set_css_name (widget_class, "hold-button");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
make_children (PegHoldButton *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->ring = gtk_drawing_area_new ();
  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->hint = GTK_LABEL (gtk_label_new (NULL));

  gtk_widget_add_css_class (self->box, "kiosk-gaps");
  gtk_widget_set_halign (self->box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->ring, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->ring), draw_ring, self, NULL);

  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->hint, 0);
  gtk_label_set_ellipsize (self->hint, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-text");
  gtk_widget_add_css_class (GTK_WIDGET (self->hint), "kiosk-caption");

  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->hint));
  gtk_box_append (GTK_BOX (self->box), self->ring);
  gtk_box_append (GTK_BOX (self->box), words);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
peg_hold_button_init (PegHoldButton *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  make_children (self);

  self->click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->click), GDK_BUTTON_PRIMARY);
  g_signal_connect_swapped (self->click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (self->click, "released", G_CALLBACK (cancel), self);
  g_signal_connect_swapped (self->click, "cancel", G_CALLBACK (cancel), self);
  g_signal_connect_swapped (self->click, "update", G_CALLBACK (update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (self->click));

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (cancel), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  say_hold (self);
}

/**
 * peg_hold_button_new:
 * @now: the clocks that the hold is measured by
 * @label: what happens, such as “Release”
 *
 * Returns: (transfer floating): a button to be held
 */
GtkWidget *
peg_hold_button_new (PegNow     *now,
                     const char *label)
{
  PegHoldButton *self = g_object_new (PEG_TYPE_HOLD_BUTTON, "label", label, NULL);

  self->now = g_object_ref (now);

  return GTK_WIDGET (self);
}

/**
 * peg_hold_button_set_label:
 * @self: a button to be held
 * @label: what happens; another one cancels a hold: it was for something else
 */
void
peg_hold_button_set_label (PegHoldButton *self,
                           const char    *label)
{
  g_return_if_fail (PEG_IS_HOLD_BUTTON (self));

  if (g_strcmp0 (self->label, label) == 0)
    return;

  cancel (self);
  clear_question (self);
  g_free (self->label);
  self->label = g_strdup (label);
  gtk_label_set_label (self->title, label);
  say_hold (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}

/**
 * peg_hold_button_get_label:
 * @self: a button to be held
 *
 * Returns: (nullable): what happens
 */
const char *
peg_hold_button_get_label (PegHoldButton *self)
{
  g_return_val_if_fail (PEG_IS_HOLD_BUTTON (self), NULL);

  return self->label;
}

/**
 * peg_hold_button_get_progress:
 * @self: a button to be held
 *
 * Returns: how full the ring is, 0 to 1
 */
double
peg_hold_button_get_progress (PegHoldButton *self)
{
  g_return_val_if_fail (PEG_IS_HOLD_BUTTON (self), 0);

  return MIN (self->progress, 1);
}
