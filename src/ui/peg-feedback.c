/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-feedback"

#include "peg-config.h"

#include "peg-feedback.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/* How large the shape is, mm: it is to be told from another one across an aisle. */
#define SHAPE_MM 42.0

/* And beside its word, where something else is to be pressed. */
#define EDGE_MM 12.0

/* How many characters a line of the sentence has, over everything and at the edge. */
#define LINE_CHARS 32
#define EDGE_CHARS 40

/* How long it stays. What went well needs a glance, what did not wants to be read. */
#define YES_US (2500 * 1000)
#define OTHER_US (7 * G_USEC_PER_SEC)

/* Nobody has seen it sooner, and pressed something since: what is pressed before belongs to
 * what was answered, like the second key that a scanner sends at the end of a code. */
#define SEEN_US (400 * 1000)

/**
 * PegFeedback:
 *
 * Shows the answer to a scan, a badge or a PIN: a shape, a word, and a sentence. A
 * filled circle with a tick is yes, a square with a cross is no, and a triangle with
 * a question mark wants something more. It lies over everything else, takes no touch from
 * what is below, and goes by itself, or when somebody goes on.
 *
 * ## CSS nodes
 *
 * `feedback`, with one of the classes `.yes`, `.no` and `.ask`, and `.edge` unless it is in the
 * middle.
 *
 * ## Accessibility
 *
 * An alert, named with the word and the sentence.
 */
struct _PegFeedback
{
  GtkWidget parent_instance;

  PegKioskModel *model;   /* (owned) */
  PegNow *now;            /* (owned) */
  PegPhysical *physical;  /* (owned) */

  GtkWidget *box;         /* the only child */
  GtkWidget *shape;
  GtkLabel *word;
  GtkLabel *detail;

  char *person;           /* (owned) (nullable): who was here when it was shown */
  PegKioskSignal kind;
  guint64 serial;         /* of what was shown last */
  gint64 since_us;        /* when that was, monotonic */
  PegFeedbackPlace place;
  gint64 until_us;        /* 0: nothing is shown */
  guint timeout_id;
};

G_DEFINE_FINAL_TYPE (PegFeedback, peg_feedback, GTK_TYPE_WIDGET)

static void
hide (PegFeedback *self)
{
  self->until_us = 0;
  peg_quiet_set_label (self->word, "");
  peg_quiet_set_label (self->detail, "");
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static gboolean
timeout_cb (gpointer user_data)
{
  PegFeedback *self = user_data;

  self->timeout_id = 0;
  peg_feedback_tick (self);

  return G_SOURCE_REMOVE;
}

static void
set_timeout (PegFeedback *self,
             gint64       us)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->timeout_id = g_timeout_add ((guint) (us / 1000) + 1, timeout_cb, self);
  g_source_set_name_by_id (self->timeout_id, "[pegboard] end of an answer");
}

static const char *
class_of (PegKioskSignal kind)
{
  switch (kind) {
  case PEG_KIOSK_SIGNAL_YES:
    return "yes";
  case PEG_KIOSK_SIGNAL_NO:
    return "no";
  case PEG_KIOSK_SIGNAL_ASK:
    return "ask";
  case PEG_KIOSK_SIGNAL_NONE:
  default:
    g_assert_not_reached ();
  }
}

/* The client says the word; without one the shape is not left alone. */
static const char *
word_of (PegKioskView *view)
{
  if (view->signal_word != NULL && *view->signal_word != '\0')
    return view->signal_word;

  switch (view->signal) {
  case PEG_KIOSK_SIGNAL_YES:
    return _("Done");
  case PEG_KIOSK_SIGNAL_NO:
    return _("Not done");
  case PEG_KIOSK_SIGNAL_ASK:
    return _("What next?");
  case PEG_KIOSK_SIGNAL_NONE:
  default:
    g_assert_not_reached ();
  }
}

/* In a corner there is only room for the shape and the word. */
static void
show_detail (PegFeedback *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->detail),
                          self->place != PEG_FEEDBACK_CORNER &&
                          *gtk_label_get_text (self->detail) != '\0');
}

static void
show (PegFeedback  *self,
      PegKioskView *view)
{
  const gint64 stay_us = view->signal == PEG_KIOSK_SIGNAL_YES ? YES_US : OTHER_US;
  const char *word = word_of (view);
  const char *detail = view->signal_detail != NULL ? view->signal_detail : "";
  g_autofree char *name = g_strdup_printf (*detail != '\0' ? "%s. %s" : "%s%s", word, detail);
  PegDisplayNow now;

  g_free (self->person);
  self->person = g_strdup (view->person_id);
  if (self->kind != PEG_KIOSK_SIGNAL_NONE)
    gtk_widget_remove_css_class (GTK_WIDGET (self), class_of (self->kind));
  self->kind = view->signal;
  gtk_widget_add_css_class (GTK_WIDGET (self), class_of (self->kind));

  peg_quiet_set_label (self->word, word);
  peg_quiet_set_label (self->detail, detail);
  show_detail (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_queue_draw (self->shape);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);

  peg_now_read (self->now, &now);
  self->since_us = now.mono_us;
  self->until_us = now.mono_us + stay_us;
  set_timeout (self, stay_us);
}

static void
render (PegFeedback *self)
{
  PegKioskView *view = peg_kiosk_model_get_view (self->model);

  if (view->signal_serial == self->serial)
    return;

  self->serial = view->signal_serial;
  if (view->signal == PEG_KIOSK_SIGNAL_NONE)
    hide (self);
  else
    show (self, view);
}

static void
draw_tick (cairo_t *cr)
{
  cairo_arc (cr, 0.5, 0.5, 0.5, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_move_to (cr, 0.27, 0.52);
  cairo_line_to (cr, 0.44, 0.69);
  cairo_line_to (cr, 0.75, 0.34);
  cairo_stroke (cr);
}

static void
draw_cross (cairo_t *cr)
{
  cairo_rectangle (cr, 0.04, 0.04, 0.92, 0.92);
  cairo_fill (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_move_to (cr, 0.3, 0.3);
  cairo_line_to (cr, 0.7, 0.7);
  cairo_move_to (cr, 0.7, 0.3);
  cairo_line_to (cr, 0.3, 0.7);
  cairo_stroke (cr);
}

/* The question mark is drawn, too: a font's would have another size in each font. */
static void
draw_question (cairo_t *cr)
{
  cairo_move_to (cr, 0.5, 0.04);
  cairo_line_to (cr, 1.0, 0.94);
  cairo_line_to (cr, 0.0, 0.94);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_set_line_width (cr, 0.075);
  cairo_arc (cr, 0.5, 0.47, 0.105, G_PI, 2.35 * G_PI);
  cairo_curve_to (cr, 0.53, 0.6, 0.5, 0.61, 0.5, 0.7);
  cairo_stroke (cr);
  cairo_arc (cr, 0.5, 0.82, 0.05, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
draw_shape (GtkDrawingArea *area,
            cairo_t        *cr,
            int             width,
            int             height,
            gpointer        user_data)
{
  PegFeedback *self = user_data;
  const double size = MIN (width, height);
  GdkRGBA color;

  if (self->kind == PEG_KIOSK_SIGNAL_NONE)
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &color);
  cairo_push_group (cr);
  cairo_translate (cr, (width - size) / 2, (height - size) / 2);
  cairo_scale (cr, size, size);
  cairo_set_line_width (cr, 0.12);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  gdk_cairo_set_source_rgba (cr, &color);

  if (self->kind == PEG_KIOSK_SIGNAL_YES)
    draw_tick (cr);
  else if (self->kind == PEG_KIOSK_SIGNAL_NO)
    draw_cross (cr);
  else
    draw_question (cr);

  cairo_pop_group_to_source (cr);
  cairo_paint (cr);
}

static void
resize (PegFeedback *self)
{
  const int size = peg_physical_px (self->physical, self->place != PEG_FEEDBACK_OVER ? EDGE_MM : SHAPE_MM);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->shape), size);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->shape), size);
}

static void
peg_feedback_dispose (GObject *object)
{
  PegFeedback *self = PEG_FEEDBACK (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->person, g_free);
  g_clear_object (&self->model);
  g_clear_object (&self->now);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_feedback_parent_class)->dispose (object);
}

static void
peg_feedback_class_init (PegFeedbackClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_feedback_dispose;

  gtk_widget_class_set_css_name (widget_class, "feedback");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
peg_feedback_init (PegFeedback *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->shape = gtk_drawing_area_new ();
  self->word = GTK_LABEL (gtk_label_new (NULL));
  self->detail = GTK_LABEL (gtk_label_new (NULL));

  gtk_widget_add_css_class (self->box, "kiosk-gaps");
  gtk_widget_set_halign (self->shape, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->shape), draw_shape, self, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->word), "kiosk-title");
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), "kiosk-text");
  gtk_label_set_wrap (self->word, TRUE);
  gtk_label_set_justify (self->word, GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap (self->detail, TRUE);
  gtk_label_set_wrap_mode (self->detail, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (self->detail, GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (self->detail, LINE_CHARS);
  gtk_box_append (GTK_BOX (self->box), self->shape);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->word));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->detail));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * peg_feedback_new:
 * @model: what the terminal shows
 * @now: the clocks
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): an overlay that shows answers from now on
 */
GtkWidget *
peg_feedback_new (PegKioskModel *model,
                  PegNow        *now,
                  PegPhysical   *physical)
{
  PegFeedback *self = g_object_new (PEG_TYPE_FEEDBACK, NULL);

  self->model = g_object_ref (model);
  self->now = g_object_ref (now);
  self->physical = g_object_ref (physical);
  self->serial = peg_kiosk_model_get_view (model)->signal_serial;
  resize (self);

  g_signal_connect_object (model, "changed", G_CALLBACK (render), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (physical, "notify::pixels-per-mm", G_CALLBACK (resize), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * peg_feedback_tick:
 * @self: an overlay
 *
 * Reads the clocks, and goes if it is time. It does so by itself.
 */
void
peg_feedback_tick (PegFeedback *self)
{
  PegDisplayNow now;

  g_return_if_fail (PEG_IS_FEEDBACK (self));

  if (self->until_us == 0)
    return;

  peg_now_read (self->now, &now);
  if (now.mono_us >= self->until_us)
    hide (self);
  else
    set_timeout (self, self->until_us - now.mono_us);
}

/**
 * peg_feedback_seen:
 * @self: an overlay
 *
 * Somebody goes on: they press something, or another page opens. What they have had time
 * to see is not in the way any more.
 */
void
peg_feedback_seen (PegFeedback *self)
{
  PegDisplayNow now;

  g_return_if_fail (PEG_IS_FEEDBACK (self));

  if (self->until_us == 0)
    return;

  peg_now_read (self->now, &now);
  if (now.mono_us - self->since_us >= SEEN_US)
    hide (self);
}

static void
render_place (PegFeedback *self)
{
  const gboolean over = self->place == PEG_FEEDBACK_OVER;
  GtkWidget *word = GTK_WIDGET (self->word);
  GtkWidget *detail = GTK_WIDGET (self->detail);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box),
                                  over ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_halign (GTK_WIDGET (self),
                         self->place == PEG_FEEDBACK_CORNER ? GTK_ALIGN_START : GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), over ? GTK_ALIGN_CENTER : GTK_ALIGN_START);
  gtk_widget_remove_css_class (word, over ? "kiosk-word" : "kiosk-title");
  gtk_widget_add_css_class (word, over ? "kiosk-title" : "kiosk-word");
  gtk_widget_remove_css_class (detail, over ? "kiosk-caption" : "kiosk-text");
  gtk_widget_add_css_class (detail, over ? "kiosk-text" : "kiosk-caption");
  gtk_label_set_max_width_chars (self->detail, over ? LINE_CHARS : EDGE_CHARS);
  if (over)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "edge");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "edge");
  show_detail (self);
  resize (self);
}

/**
 * peg_feedback_set_place:
 * @self: an overlay
 * @place: where it is not in the way
 */
void
peg_feedback_set_place (PegFeedback      *self,
                        PegFeedbackPlace  place)
{
  g_return_if_fail (PEG_IS_FEEDBACK (self));

  if (self->place == place)
    return;

  self->place = place;
  render_place (self);
}

/**
 * peg_feedback_forget:
 * @self: the overlay
 *
 * What was said to somebody who is gone is not read by the next. What is said to
 * whoever is here stays.
 */
void
peg_feedback_forget (PegFeedback *self)
{
  PegKioskView *view;

  g_return_if_fail (PEG_IS_FEEDBACK (self));

  view = peg_kiosk_model_get_view (self->model);
  if (self->until_us != 0 && g_strcmp0 (self->person, view->person_id) != 0)
    hide (self);
}

/**
 * peg_feedback_take_back:
 * @self: the overlay
 *
 * What was said does not hold any more: whoever was asked for something has answered
 * that they do not want to.
 */
void
peg_feedback_take_back (PegFeedback *self)
{
  g_return_if_fail (PEG_IS_FEEDBACK (self));

  if (self->until_us != 0)
    hide (self);
}
