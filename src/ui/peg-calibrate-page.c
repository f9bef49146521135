/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-calibrate-page"

#include "peg-config.h"

#include "peg-calibrate-page.h"

#include "peg-key-label.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>
#include <math.h>

/* The corners of a card are rounded with 3.18 mm (ISO/IEC 7810). */
#define CARD_RADIUS_MM 3.18

/* One press of a button: a fifteenth, and half a millimetre of the card's width. */
#define COARSE (1.0 / 15)
#define FINE (0.5 / PEG_CALIBRATE_CARD_WIDTH_MM)

/**
 * PegCalibratePage:
 *
 * Measures the screen with a bank card: the outline of one is made wider and
 * narrower until a card that is held against the glass fits.
 *
 * What was found is told by #PegCalibratePage::calibrated, and with the action
 * `app.kiosk-calibrated`.
 *
 * ## Accessibility
 *
 * Buttons that say what they do. Somebody has to see the card.
 */
struct _PegCalibratePage
{
  GtkWidget parent_instance;

  PegPhysical *physical;    /* (owned) */
  double pixels_per_mm;

  GtkWidget *box;           /* the only child */
  GtkWidget *card;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (PegCalibratePage, peg_calibrate_page, GTK_TYPE_WIDGET)

enum {
  CALIBRATED,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
render (PegCalibratePage *self)
{
  /* Translators: %s is a number; px are pixels. */
  g_autofree char *number = g_strdup_printf ("%.2f", self->pixels_per_mm);
  g_autofree char *words = g_strdup_printf (_("%s px/mm"), number);

  gtk_drawing_area_set_content_width (
    GTK_DRAWING_AREA (self->card),
    (int) ceil (PEG_CALIBRATE_CARD_WIDTH_MM * self->pixels_per_mm) + 4);
  gtk_drawing_area_set_content_height (
    GTK_DRAWING_AREA (self->card),
    (int) ceil (PEG_CALIBRATE_CARD_HEIGHT_MM * self->pixels_per_mm) + 4);
  peg_quiet_set_label (self->words, words);
  gtk_widget_queue_draw (self->card);
}

static void
scale (PegCalibratePage *self,
       double            by)
{
  self->pixels_per_mm = peg_physical_clamp (self->pixels_per_mm * by);
  render (self);
}

static void
much_less_cb (PegCalibratePage *self)
{
  scale (self, 1 - COARSE);
}

static void
less_cb (PegCalibratePage *self)
{
  scale (self, 1 - FINE);
}

static void
more_cb (PegCalibratePage *self)
{
  scale (self, 1 + FINE);
}

static void
much_more_cb (PegCalibratePage *self)
{
  scale (self, 1 + COARSE);
}

static void
done_cb (PegCalibratePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-calibrated", "d",
                              self->pixels_per_mm);
  g_signal_emit (self, signals[CALIBRATED], 0, self->pixels_per_mm);
}

static void
cancel_cb (PegCalibratePage *self)
{
  peg_calibrate_page_reset (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
draw_card (GtkDrawingArea *area,
           cairo_t        *cr,
           int             width,
           int             height,
           gpointer        user_data)
{
  PegCalibratePage *self = user_data;
  const double w = PEG_CALIBRATE_CARD_WIDTH_MM * self->pixels_per_mm;
  const double h = PEG_CALIBRATE_CARD_HEIGHT_MM * self->pixels_per_mm;
  const double r = CARD_RADIUS_MM * self->pixels_per_mm;
  const double x = (width - w) / 2, y = (height - h) / 2;
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 2);
  cairo_arc (cr, x + w - r, y + r, r, -G_PI / 2, 0);
  cairo_arc (cr, x + w - r, y + h - r, r, 0, G_PI / 2);
  cairo_arc (cr, x + r, y + h - r, r, G_PI / 2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
  cairo_stroke (cr);
}

static void
peg_calibrate_page_dispose (GObject *object)
{
  PegCalibratePage *self = PEG_CALIBRATE_PAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_calibrate_page_parent_class)->dispose (object);
}

static void
peg_calibrate_page_class_init (PegCalibratePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_calibrate_page_dispose;

  /**
   * PegCalibratePage::calibrated:
   * @self: the page
   * @pixels_per_mm: CSS pixels in a millimetre
   *
   * Somebody says that the card fits.
   */
  signals[CALIBRATED] = g_signal_new ("calibrated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                      0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);

  /**
   * PegCalibratePage::closed:
   *
   * Everything is to stay as it was.
   */
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "calibrate-page");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_button (PegCalibratePage *self,
            GtkWidget        *box,
            const char       *label,
            const char       *name,
            GCallback         callback)
{
  GtkWidget *button = gtk_button_new ();

  peg_key_label_set (GTK_BUTTON (button), label, name);
  gtk_box_append (GTK_BOX (box), button);
  g_signal_connect_swapped (button, "clicked", callback, self);
}

static GtkWidget *
make_row (PegCalibratePage *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (row, "kiosk-gaps");
  gtk_widget_set_halign (row, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), row);

  return row;
}

static void
peg_calibrate_page_init (PegCalibratePage *self)
{
  GtkWidget *title = gtk_label_new (_("Hold a bank card against the glass. Change the outline until "
                                      "it fits."));
  GtkWidget *row;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->box, "kiosk-gaps");
  gtk_widget_add_css_class (self->box, "kiosk-page");
  gtk_widget_add_css_class (title, "kiosk-text");
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_justify (GTK_LABEL (title), GTK_JUSTIFY_CENTER);
  gtk_box_append (GTK_BOX (self->box), title);

  self->card = gtk_drawing_area_new ();
  gtk_widget_set_vexpand (self->card, TRUE);
  gtk_widget_set_halign (self->card, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->card), draw_card, self, NULL);
  gtk_box_append (GTK_BOX (self->box), self->card);

  self->words = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "kiosk-caption");

  row = make_row (self);
  add_button (self, row, "−−", _("Much smaller"), G_CALLBACK (much_less_cb));
  add_button (self, row, "−", _("A little smaller"), G_CALLBACK (less_cb));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->words));
  add_button (self, row, "+", _("A little larger"), G_CALLBACK (more_cb));
  add_button (self, row, "++", _("Much larger"), G_CALLBACK (much_more_cb));

  row = make_row (self);
  add_button (self, row, _("Cancel"), NULL, G_CALLBACK (cancel_cb));
  add_button (self, row, _("The card fits"), NULL, G_CALLBACK (done_cb));
  gtk_widget_add_css_class (gtk_widget_get_last_child (row), "suggested-action");

  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/**
 * peg_calibrate_page_new:
 * @physical: what knows the size of things, of which the page changes nothing
 *
 * Returns: (transfer floating): a page that begins with what is known now
 */
GtkWidget *
peg_calibrate_page_new (PegPhysical *physical)
{
  PegCalibratePage *self = g_object_new (PEG_TYPE_CALIBRATE_PAGE, NULL);

  self->physical = g_object_ref (physical);
  g_signal_connect_object (physical, "notify::pixels-per-mm",
                           G_CALLBACK (peg_calibrate_page_reset), self, G_CONNECT_SWAPPED);
  peg_calibrate_page_reset (self);

  return GTK_WIDGET (self);
}

/**
 * peg_calibrate_page_reset:
 * @self: the page
 *
 * Begins again with what is known now.
 */
void
peg_calibrate_page_reset (PegCalibratePage *self)
{
  g_return_if_fail (PEG_IS_CALIBRATE_PAGE (self));

  self->pixels_per_mm = peg_physical_get_pixels_per_mm (self->physical);
  render (self);
}

/**
 * peg_calibrate_page_get_pixels_per_mm:
 * @self: the page
 *
 * Returns: what would be true if the card fitted, CSS pixels
 */
double
peg_calibrate_page_get_pixels_per_mm (PegCalibratePage *self)
{
  g_return_val_if_fail (PEG_IS_CALIBRATE_PAGE (self), 0);

  return self->pixels_per_mm;
}
