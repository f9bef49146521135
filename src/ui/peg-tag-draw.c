/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-tag-draw"

#include "peg-config.h"

#include "peg-tag-draw.h"

#include <math.h>

/* The proportions of a plate, as parts of its height. */
#define CORNER 0.22
#define HOLE_AT 0.36
#define HOLE 0.12
#define RING 0.27

typedef struct {
  double x;
  double y;
  double width;
  double height;
  gboolean rtl;
} Plate;

static double
hole_x (const Plate *plate)
{
  const double from_edge = plate->height * HOLE_AT;

  return plate->rtl ? plate->x + plate->width - from_edge : plate->x + from_edge;
}

/* The outline: square at the end of the text, round at the end of the hole. */
static void
trace_plate (cairo_t     *cr,
             const Plate *plate,
             double       inset)
{
  const double x = plate->x + inset, y = plate->y + inset;
  const double w = plate->width - 2 * inset, h = plate->height - 2 * inset;
  const double small = plate->height * CORNER - inset / 2;
  const double large = h * 0.44;
  const double left = plate->rtl ? small : large;
  const double right = plate->rtl ? large : small;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + w - right, y + right, right, -G_PI_2, 0);
  cairo_arc (cr, x + w - right, y + h - right, right, 0, G_PI_2);
  cairo_arc (cr, x + left, y + h - left, left, G_PI_2, G_PI);
  cairo_arc (cr, x + left, y + left, left, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static void
trace_hole (cairo_t     *cr,
            const Plate *plate)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, hole_x (plate), plate->y + plate->height / 2, plate->height * HOLE, 0, 2 * G_PI);
}

static void
set_color (cairo_t       *cr,
           const GdkRGBA *color,
           float          alpha)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}

static void
draw_filled (cairo_t       *cr,
             const Plate   *plate,
             const GdkRGBA *color,
             float          alpha)
{
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  trace_plate (cr, plate, 0);
  trace_hole (cr, plate);
  set_color (cr, color, alpha);
  cairo_fill (cr);
}

static void
draw_outline (cairo_t       *cr,
              const Plate   *plate,
              const GdkRGBA *color,
              double         line)
{
  cairo_set_line_width (cr, line);
  set_color (cr, color, 1);
  trace_plate (cr, plate, line / 2);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  trace_hole (cr, plate);
  cairo_fill (cr);
}

static void
draw_hatched (cairo_t       *cr,
              const Plate   *plate,
              const GdkRGBA *color)
{
  const double step = plate->height * 0.3;

  cairo_save (cr);
  trace_plate (cr, plate, 0);
  cairo_clip (cr);
  set_color (cr, color, 0.14f);
  cairo_paint (cr);
  set_color (cr, color, 0.5f);
  cairo_set_line_width (cr, plate->height * 0.08);
  for (double x = plate->x - plate->height; x < plate->x + plate->width; x += step) {
    cairo_move_to (cr, x, plate->y + plate->height);
    cairo_line_to (cr, x + plate->height, plate->y);
  }
  cairo_stroke (cr);
  cairo_restore (cr);

  draw_outline (cr, plate, color, MAX (plate->height * 0.08, 1.5));
}

static void
draw_ring (cairo_t       *cr,
           const Plate   *plate,
           const GdkRGBA *color)
{
  const double line = MAX (plate->height * 0.075, 1.5);

  cairo_new_path (cr);
  cairo_arc (cr, plate->x + plate->width / 2, plate->y + plate->height / 2,
             plate->height * RING - line / 2, 0, 2 * G_PI);
  cairo_set_line_width (cr, line);
  set_color (cr, color, 1);
  cairo_stroke (cr);
}

static void
draw_dots (cairo_t       *cr,
           const Plate   *plate,
           const GdkRGBA *color)
{
  const double radius = plate->height * 0.07;
  const double step = radius * 3.4;
  const double middle = plate->x + plate->width / 2 +
                        (plate->rtl ? -1 : 1) * plate->height * 0.16;

  set_color (cr, color, 1);
  for (int i = -1; i <= 1; i++) {
    cairo_new_sub_path (cr);
    cairo_arc (cr, middle + i * step, plate->y + plate->height / 2, radius, 0, 2 * G_PI);
  }
  cairo_fill (cr);
}

static void
draw_dashed (cairo_t       *cr,
             const Plate   *plate,
             const GdkRGBA *color)
{
  const double dashes[] = { plate->height * 0.16, plate->height * 0.12 };

  cairo_set_dash (cr, dashes, 2, 0);
  draw_outline (cr, plate, color, MAX (plate->height * 0.075, 1.5));
}

/* In the room beside the hole, in the middle of its ink: capitals and digits
 * have nothing below the base line. */
static void
draw_text (cairo_t       *cr,
           const Plate   *plate,
           PangoLayout   *layout,
           const GdkRGBA *color)
{
  const double taken = plate->height * (HOLE_AT + HOLE);
  const double start = plate->rtl ? plate->x : plate->x + taken;
  const double room = plate->width - taken - plate->height * 0.08;
  PangoRectangle ink, logical;

  if (layout == NULL)
    return;

  pango_layout_get_pixel_extents (layout, &ink, &logical);
  set_color (cr, color, 1);
  cairo_move_to (cr,
                 round (start + (room - logical.width) / 2) - logical.x,
                 round (plate->y + (plate->height - ink.height) / 2 - ink.y));
  pango_cairo_show_layout (cr, layout);
}

/**
 * peg_tag_create_layout:
 * @widget: what draws it
 * @text: what is written on the plate
 * @scale: how large, compared with the text of @widget
 *
 * Returns: (transfer full): the text for peg_tag_draw()
 */
PangoLayout *
peg_tag_create_layout (GtkWidget  *widget,
                       const char *text,
                       double      scale)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attrs = pango_attr_list_new ();

  pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_attr_list_insert (attrs, pango_attr_scale_new (scale));
  pango_layout_set_attributes (layout, attrs);

  return layout;
}

/**
 * peg_tag_draw:
 * @snapshot: where to draw
 * @bounds: the plate
 * @tag: what hangs on the peg
 * @initials: (nullable): what is written on it
 * @palette: the colours
 * @rtl: whether the hole is on the right
 *
 * Draws an empty peg, which is a ring, or a tag: a plate with a hole and the
 * initials of who has the file. Every kind has a shape of its own and reads
 * without colour: filled for a check-out that is known, dashed for one that was
 * true once, hatched for one that is in trouble, three dots for one under way.
 */
void
peg_tag_draw (GtkSnapshot           *snapshot,
              const graphene_rect_t *bounds,
              PegTag                 tag,
              PangoLayout           *initials,
              const PegPalette      *palette,
              gboolean               rtl)
{
  const Plate plate = {
    bounds->origin.x, bounds->origin.y, bounds->size.width, bounds->size.height, rtl,
  };
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, bounds);

  switch (tag) {
  case PEG_TAG_FREE:
    draw_ring (cr, &plate, &palette->dim);
    break;
  case PEG_TAG_OWN:
    draw_filled (cr, &plate, &palette->accent, 1);
    draw_text (cr, &plate, initials, &palette->accent_text);
    break;
  case PEG_TAG_OTHER:
    draw_filled (cr, &plate, &palette->plate, 1);
    draw_text (cr, &plate, initials, &palette->plate_text);
    break;
  case PEG_TAG_PENDING:
    draw_outline (cr, &plate, &palette->accent, MAX (plate.height * 0.075, 1.5));
    draw_dots (cr, &plate, &palette->accent);
    break;
  case PEG_TAG_STALE:
    draw_dashed (cr, &plate, &palette->dim);
    draw_text (cr, &plate, initials, &palette->text);
    break;
  case PEG_TAG_TROUBLE:
    draw_hatched (cr, &plate, &palette->trouble);
    draw_text (cr, &plate, initials, &palette->text);
    break;
  default:
    g_assert_not_reached ();
  }

  cairo_destroy (cr);
}

/**
 * peg_tag_draw_count:
 * @snapshot: where to draw
 * @bounds: the plate
 * @count: a number
 * @palette: the colours
 * @rtl: whether the hole is on the right
 * @stale: whether it was true once
 *
 * Draws the plate of a group in which something is out; dashed, like a tag, for
 * what was true once.
 */
void
peg_tag_draw_count (GtkSnapshot           *snapshot,
                    const graphene_rect_t *bounds,
                    PangoLayout           *count,
                    const PegPalette      *palette,
                    gboolean               rtl,
                    gboolean               stale)
{
  const Plate plate = {
    bounds->origin.x, bounds->origin.y, bounds->size.width, bounds->size.height, rtl,
  };
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, bounds);

  if (stale)
    draw_dashed (cr, &plate, &palette->dim);
  else
    draw_filled (cr, &plate, &palette->text, 0.15f);
  draw_text (cr, &plate, count, &palette->text);
  cairo_destroy (cr);
}
