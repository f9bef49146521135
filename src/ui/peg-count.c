/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-count"

#include "peg-config.h"

#include "peg-count.h"

#include "peg-palette.h"

#include <math.h>

/**
 * PegCount:
 *
 * A number that changes often, and looks like a label.
 *
 * ## Why it is fast
 *
 * A label of GTK 4.8 that gets another text has the whole window measured anew,
 * and on X11 the window then asks the display for its monitor and the room on it:
 * a third of what one change in the shop cost (0.7 ms of 2.1, measured with
 * 100,000 files). All digits are equally wide here, so that another number mostly
 * needs the same room, and is only drawn; the window is measured when it does not.
 *
 * ## CSS nodes
 *
 * `PegCount` has a single CSS node with the name `label`.
 *
 * ## Accessibility
 *
 * It is presentation: what it stands in has a name that says the number.
 */
struct _PegCount
{
  GtkWidget parent_instance;

  guint n;
  int width;           /* that was asked for, in pixels */
  PangoLayout *layout; /* (owned) (nullable) */
  GdkRGBA color;
  gboolean has_color;
};

G_DEFINE_FINAL_TYPE (PegCount, peg_count, GTK_TYPE_WIDGET)

static PangoLayout *
ensure_layout (PegCount *self)
{
  char text[16];
  PangoAttrList *attrs;

  if (self->layout != NULL)
    return self->layout;

  g_snprintf (text, sizeof text, "%u", self->n);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  attrs = pango_attr_list_new ();
  pango_attr_list_insert (attrs, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (self->layout, attrs);
  pango_attr_list_unref (attrs);

  return self->layout;
}

static void
peg_count_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  PegCount *self = PEG_COUNT (widget);
  int width, height;

  pango_layout_get_pixel_size (ensure_layout (self), &width, &height);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    self->width = width;
    *minimum = *natural = width;
  } else {
    *minimum = *natural = height;
    *minimum_baseline = *natural_baseline =
      PANGO_PIXELS (pango_layout_get_baseline (self->layout));
  }
}

static void
peg_count_snapshot (GtkWidget   *widget,
                    GtkSnapshot *snapshot)
{
  PegCount *self = PEG_COUNT (widget);
  PangoLayout *layout = ensure_layout (self);
  int width, height;
  double x, y;

  if (!self->has_color) {
    PegPalette palette;

    peg_palette_read (&palette, widget);
    self->color = palette.text;
    self->has_color = TRUE;
  }

  /* In the middle, as a label. */
  pango_layout_get_pixel_size (layout, &width, &height);
  x = floor ((gtk_widget_get_width (widget) - width) / 2.0);
  y = floor ((gtk_widget_get_height (widget) - height) / 2.0);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, &self->color);
  gtk_snapshot_restore (snapshot);
}

static void
peg_count_css_changed (GtkWidget         *widget,
                       GtkCssStyleChange *change)
{
  PegCount *self = PEG_COUNT (widget);

  /* Has the window measured, if the font is another. */
  GTK_WIDGET_CLASS (peg_count_parent_class)->css_changed (widget, change);

  g_clear_object (&self->layout);
  self->has_color = FALSE;
  gtk_widget_queue_draw (widget);
}

static void
peg_count_dispose (GObject *object)
{
  g_clear_object (&PEG_COUNT (object)->layout);

  G_OBJECT_CLASS (peg_count_parent_class)->dispose (object);
}

static void
peg_count_class_init (PegCountClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_count_dispose;
  widget_class->measure = peg_count_measure;
  widget_class->snapshot = peg_count_snapshot;
  widget_class->css_changed = peg_count_css_changed;

  gtk_widget_class_set_css_name (widget_class, "label");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
peg_count_init (PegCount *self)
{
}

/**
 * peg_count_new:
 *
 * Returns: (transfer floating): a count of nothing, “0”
 */
GtkWidget *
peg_count_new (void)
{
  return g_object_new (PEG_TYPE_COUNT, NULL);
}

/**
 * peg_count_set:
 * @self: a count
 * @n: the number that it shows
 */
void
peg_count_set (PegCount *self,
               guint     n)
{
  int width;

  g_return_if_fail (PEG_IS_COUNT (self));

  if (self->n == n)
    return;

  self->n = n;
  g_clear_object (&self->layout);
  pango_layout_get_pixel_size (ensure_layout (self), &width, NULL);

  if (width == self->width)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  else
    gtk_widget_queue_resize (GTK_WIDGET (self));
}
