/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-row-large"

#include "peg-config.h"

#include "peg-file-row-private.h"

#include "peg-tag-draw.h"

#include <glib/gi18n.h>
#include <math.h>

/* How a row looks on a shared terminal: two lines, in letters that are read from a
 * distance. */

/* Where the two lines stand, as parts of the height of a row: on these the letters
 * of both are clear of each other, and of the edges. */
#define FIRST_LINE 0.52
#define SECOND_LINE 0.86

/* Where one line stands that has nothing below it. */
#define ONLY_LINE 0.66

/* How much of the colour of the text is in what stands below it: it supports, and is
 * read all the same. */
#define SUPPORT 0.8f

/* How large the letters on a plate are, compared with its height. */
#define INITIALS_SHARE 0.55

static gboolean
is_rtl (PegFileRow *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

/*
 * peg_file_row_insert_size:
 *
 * Says how large the letters of a text are.
 */
void
peg_file_row_insert_size (PegFileRow     *self,
                          PegFileRowText  which,
                          PangoAttrList  *attrs)
{
  int size;

  switch (which) {
  case PEG_FILE_ROW_TEXT_WORDS:
    size = self->sizes->words;
    break;
  case PEG_FILE_ROW_TEXT_NAME:
    size = self->sizes->name;
    break;
  case PEG_FILE_ROW_TEXT_PLATE:
    size = (int) (self->sizes->plate * INITIALS_SHARE);
    pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
    break;
  case PEG_FILE_ROW_TEXT_DESCRIPTION:
  case PEG_FILE_ROW_TEXT_REVISION:
  case PEG_FILE_ROW_TEXT_MORE:
    size = self->sizes->small;
    break;
  case PEG_FILE_ROW_N_TEXTS:
  default:
    g_assert_not_reached ();
  }

  pango_attr_list_insert (attrs, pango_attr_size_new_absolute (size * PANGO_SCALE));
}

static int
measure_column (PegFileRow *self)
{
  g_autoptr (PangoLayout) layout = NULL;
  g_autoptr (PangoAttrList) attrs = NULL;

  if (self->words_column != 0 && self->revision_column != 0)
    return self->words_column;

  /* Translators: as wide as what usually says who has a file. */
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), _("Marek Nowak"));
  attrs = pango_attr_list_new ();
  peg_file_row_insert_size (self, PEG_FILE_ROW_TEXT_WORDS, attrs);
  pango_layout_set_attributes (layout, attrs);
  pango_layout_get_pixel_size (layout, &self->words_column, NULL);
  self->revision_column = 1;

  return self->words_column;
}

/* Draws a text with its base line at @y. */
static void
draw_text (PegFileRow     *self,
           GtkSnapshot    *snapshot,
           PegFileRowText  which,
           const PegSpan  *span,
           double          y,
           const GdkRGBA  *color)
{
  PangoLayout *layout = self->layouts[which];
  int width;
  double x;

  if (span->width <= 0 || self->texts[which] == NULL)
    return;

  pango_layout_set_width (layout, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width > span->width)
    pango_layout_set_width (layout, span->width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, NULL);
  x = is_rtl (self) ? span->x + span->width - width : span->x;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) x,
                                                (float) floor (y - pango_layout_get_baseline (layout) / (double) PANGO_SCALE)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_arrow (PegFileRow    *self,
            GtkSnapshot   *snapshot,
            const PegSpan *span)
{
  GtkIconTheme *theme =
    gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  const float y = floorf ((float) (gtk_widget_get_height (GTK_WIDGET (self)) - span->width) / 2);

  if (self->arrow == NULL)
    self->arrow = GDK_PAINTABLE (gtk_icon_theme_lookup_icon (
      theme, peg_row_get_expanded (self->row) ? "pan-down-symbolic" : "pan-end-symbolic", NULL,
      span->width, gtk_widget_get_scale_factor (GTK_WIDGET (self)),
      gtk_widget_get_direction (GTK_WIDGET (self)), 0));

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) span->x, y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->arrow), snapshot,
                                            span->width, span->width, &self->palette.text, 1);
  gtk_snapshot_restore (snapshot);
}

static void
draw_plate (PegFileRow    *self,
            GtkSnapshot   *snapshot,
            const PegSpan *span)
{
  const float height = (float) self->sizes->plate;
  const float y = floorf (((float) gtk_widget_get_height (GTK_WIDGET (self)) - height) / 2);
  const graphene_rect_t bounds =
    GRAPHENE_RECT_INIT ((float) span->x, y, (float) span->width, height);
  PangoLayout *layout = self->layouts[PEG_FILE_ROW_TEXT_PLATE];
  PegPalette palette = self->palette;

  palette.dim = palette.text;
  if (layout != NULL)
    pango_layout_set_width (layout, -1);
  if (peg_file_row_is_file (self))
    peg_tag_draw (snapshot, &bounds, self->tag, layout, &palette, is_rtl (self));
  else if (self->texts[PEG_FILE_ROW_TEXT_PLATE] != NULL)
    peg_tag_draw_count (snapshot, &bounds, layout, &palette, is_rtl (self),
                        self->tag == PEG_TAG_STALE);
}

/**
 * peg_file_row_get_large_geometry:
 * @self: a row widget of a shared terminal that shows a row
 * @geometry: (out): where everything in it is
 */
void
peg_file_row_get_large_geometry (PegFileRow       *self,
                                 PegLargeGeometry *geometry)
{
  PegLargeContent content;

  g_return_if_fail (PEG_IS_FILE_ROW (self) && self->row != NULL && self->sizes != NULL);
  g_return_if_fail (geometry != NULL);

  peg_file_row_refresh (self);
  peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_PLATE);

  content = (PegLargeContent) {
    .width = gtk_widget_get_width (GTK_WIDGET (self)),
    .depth = peg_row_get_depth (self->row),
    .is_file = peg_file_row_is_file (self),
    .rtl = is_rtl (self),
    .name = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_NAME),
    .revision = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_REVISION),
    .description = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_DESCRIPTION),
    .words = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_WORDS),
    .more = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_MORE),
    .words_column = measure_column (self),
  };

  peg_row_geometry_large (&content, self->sizes, geometry);
}

/*
 * peg_file_row_draw_large:
 *
 * Draws the row.
 */
void
peg_file_row_draw_large (PegFileRow  *self,
                         GtkSnapshot *snapshot)
{
  const GdkRGBA *text = &self->palette.text;
  GdkRGBA support = *text;
  const double height = gtk_widget_get_height (GTK_WIDGET (self));
  const gboolean more = self->texts[PEG_FILE_ROW_TEXT_MORE] != NULL;
  const double first = height * FIRST_LINE, second = height * SECOND_LINE;
  PegLargeGeometry geometry;

  support.alpha *= SUPPORT;
  peg_file_row_get_large_geometry (self, &geometry);

  if (geometry.arrow.width > 0)
    draw_arrow (self, snapshot, &geometry.arrow);

  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_NAME, &geometry.name, first, text);
  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_REVISION, &geometry.revision, second, &support);
  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_DESCRIPTION, &geometry.description, second,
             &support);
  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_WORDS, &geometry.words,
             more ? first : height * ONLY_LINE, text);
  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_MORE, &geometry.more, second, text);
  draw_plate (self, snapshot, &geometry.tag);
}
