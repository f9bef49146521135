/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-row-draw"

#include "peg-config.h"

#include "peg-file-row-private.h"

#include "peg-tag-draw.h"

#include <glib/gi18n.h>
#include <math.h>

/* How a row looks: its texts laid out, put into their places, and drawn. */

/* How high the plate of a tag is, and how large the letters on it are. */
#define PLATE_HEIGHT 20
#define PLATE_HEIGHT_TOUCH 26
#define INITIALS_SCALE 0.8

static gboolean
is_rtl (PegFileRow *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static GdkPaintable *
look_up_icon (PegFileRow *self,
              const char *name)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));

  return GDK_PAINTABLE (gtk_icon_theme_lookup_icon (theme, name, NULL, 16,
                                                    gtk_widget_get_scale_factor (widget),
                                                    gtk_widget_get_direction (widget),
                                                    0));
}

static PangoLayout *
create_layout (PegFileRow     *self,
               PegFileRowText  which)
{
  const gboolean heading = which == PEG_FILE_ROW_TEXT_NAME && !peg_file_row_is_file (self);
  PangoLayout *layout;
  PangoAttrList *attrs;

  if (which == PEG_FILE_ROW_TEXT_PLATE && self->sizes == NULL)
    return peg_tag_create_layout (GTK_WIDGET (self), self->texts[which], INITIALS_SCALE);

  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->texts[which]);
  attrs = which == PEG_FILE_ROW_TEXT_NAME && self->matches != NULL
            ? pango_attr_list_copy (self->matches)
            : pango_attr_list_new ();

  if (self->sizes != NULL)
    peg_file_row_insert_size (self, which, attrs);
  if (heading)
    pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD));
  if (which == PEG_FILE_ROW_TEXT_REVISION || which == PEG_FILE_ROW_TEXT_WORDS)
    pango_attr_list_insert (attrs, pango_attr_font_features_new ("tnum=1"));
  if (which == PEG_FILE_ROW_TEXT_WORDS && peg_file_row_is_file (self) && self->tag == PEG_TAG_OWN)
    pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD));

  pango_layout_set_attributes (layout, attrs);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, which == PEG_FILE_ROW_TEXT_NAME ? PANGO_ELLIPSIZE_MIDDLE
                                                         : PANGO_ELLIPSIZE_END);
  pango_attr_list_unref (attrs);

  return layout;
}

/*
 * peg_file_row_measure_text:
 *
 * Returns: how wide a text would like to be; 0: there is none
 */
int
peg_file_row_measure_text (PegFileRow     *self,
                           PegFileRowText  which)
{
  int width;

  if (self->texts[which] == NULL)
    return 0;

  if (self->layouts[which] == NULL)
    self->layouts[which] = create_layout (self, which);

  pango_layout_set_width (self->layouts[which], -1);
  pango_layout_get_pixel_size (self->layouts[which], &width, NULL);

  return width;
}

static int
measure_sample (PegFileRow *self,
                const char *sample)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), sample);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);

  return width;
}

/* Columns are as wide as what usually stands in them, so that they are at the
 * same place in every row. */
static void
measure_columns (PegFileRow *self)
{
  if (self->revision_column != 0)
    return;

  self->revision_column = measure_sample (self, "88.88");
  /* Translators: as wide as what usually says who has a file, and since when. */
  self->words_column = measure_sample (self, _("Dana · VF-4 · 23 h 59 min"));
}

static void
draw_layout (PegFileRow    *self,
             GtkSnapshot   *snapshot,
             PangoLayout   *layout,
             const PegSpan *span,
             const GdkRGBA *color)
{
  int width, height;
  double x, y;

  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width > span->width)
    pango_layout_set_width (layout, span->width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = is_rtl (self) ? span->x + span->width - width : span->x;
  y = floor ((gtk_widget_get_height (GTK_WIDGET (self)) - height) / 2.0);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_text (PegFileRow     *self,
           GtkSnapshot    *snapshot,
           PegFileRowText  which,
           const PegSpan  *span,
           const GdkRGBA  *color)
{
  if (span->width > 0 && self->texts[which] != NULL)
    draw_layout (self, snapshot, self->layouts[which], span, color);
}

/* Where the last part of the words begins, with what separates it: how long
 * somebody has had the file, or what is wrong with it. */
static const char *
find_last_part (const char *words)
{
  return words != NULL ? g_strrstr (words, " · ") : NULL;
}

/* Draws the words about the lock. Where they are too long, it is the name and
 * the station that are cut; what stands behind them says more in less room. */
static void
draw_words (PegFileRow    *self,
            GtkSnapshot   *snapshot,
            const PegSpan *span,
            const GdkRGBA *color)
{
  const PegFileRowText which = PEG_FILE_ROW_TEXT_WORDS;
  const char *words = self->texts[which];
  const char *last = find_last_part (words);
  PangoLayout *whole = self->layouts[which];
  PegSpan first_span = *span, last_span = *span;
  g_autoptr (PangoLayout) first_layout = NULL;
  g_autoptr (PangoLayout) last_layout = NULL;

  if (last == NULL || peg_file_row_measure_text (self, which) <= span->width) {
    draw_text (self, snapshot, which, span, color);
    return;
  }

  first_layout = pango_layout_copy (whole);
  pango_layout_set_text (first_layout, words, (int) (last - words));
  last_layout = pango_layout_copy (whole);
  pango_layout_set_text (last_layout, last, -1);
  pango_layout_get_pixel_size (last_layout, &last_span.width, NULL);
  last_span.width = MIN (last_span.width, span->width * 3 / 4);
  first_span.width -= last_span.width;
  if (is_rtl (self))
    first_span.x += last_span.width;
  else
    last_span.x += first_span.width;

  draw_layout (self, snapshot, first_layout, &first_span, color);
  draw_layout (self, snapshot, last_layout, &last_span, color);
}

static void
draw_icon (PegFileRow    *self,
           GtkSnapshot   *snapshot,
           GdkPaintable  *icon,
           const PegSpan *span,
           const GdkRGBA *color)
{
  const float y = floorf ((float) (gtk_widget_get_height (GTK_WIDGET (self)) - span->width) / 2);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) span->x, y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot,
                                            span->width, span->width, color, 1);
  gtk_snapshot_restore (snapshot);
}

static void
draw_plate (PegFileRow    *self,
            GtkSnapshot   *snapshot,
            const PegSpan *span)
{
  const float height = self->touch ? PLATE_HEIGHT_TOUCH : PLATE_HEIGHT;
  const float y = floorf (((float) gtk_widget_get_height (GTK_WIDGET (self)) - height) / 2);
  const graphene_rect_t bounds =
    GRAPHENE_RECT_INIT ((float) span->x, y, (float) span->width, height);

  if (peg_file_row_is_file (self))
    peg_tag_draw (snapshot, &bounds, self->tag, self->layouts[PEG_FILE_ROW_TEXT_PLATE], &self->palette,
                  is_rtl (self));
  else if (self->texts[PEG_FILE_ROW_TEXT_PLATE] != NULL)
    peg_tag_draw_count (snapshot, &bounds, self->layouts[PEG_FILE_ROW_TEXT_PLATE], &self->palette,
                        is_rtl (self), self->tag == PEG_TAG_STALE);
}

/*
 * peg_file_row_snapshot:
 *
 * Draws the row.
 */
void
peg_file_row_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  PegFileRow *self = PEG_FILE_ROW (widget);
  const GdkRGBA *text = &self->palette.text, *dim = &self->palette.dim;
  PegRowGeometry geometry;

  if (self->row == NULL)
    return;

  peg_file_row_refresh (self);
  if (!self->has_palette)
    peg_palette_read (&self->palette, widget);
  self->has_palette = TRUE;

  if (self->sizes != NULL) {
    peg_file_row_draw_large (self, snapshot);
    return;
  }

  peg_file_row_get_geometry (self, &geometry);

  if (geometry.arrow.width > 0) {
    if (self->arrow == NULL)
      self->arrow = look_up_icon (self, peg_row_get_expanded (self->row) ? "pan-down-symbolic"
                                                                         : "pan-end-symbolic");
    draw_icon (self, snapshot, self->arrow, &geometry.arrow, text);
  }

  if (self->icon == NULL)
    self->icon = look_up_icon (self, self->icon_name);
  draw_icon (self, snapshot, self->icon, &geometry.icon, dim);

  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_NAME, &geometry.name, text);
  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_DESCRIPTION, &geometry.description, dim);
  draw_text (self, snapshot, PEG_FILE_ROW_TEXT_REVISION, &geometry.revision, dim);
  draw_words (self, snapshot, &geometry.words,
              peg_file_row_is_file (self) && self->tag != PEG_TAG_FREE ? text : dim);
  draw_plate (self, snapshot, &geometry.tag);
}

/**
 * peg_file_row_get_geometry:
 * @self: a row widget that shows a row
 * @geometry: (out): where everything in it is
 */
void
peg_file_row_get_geometry (PegFileRow     *self,
                           PegRowGeometry *geometry)
{
  PegRowContent content;

  g_return_if_fail (PEG_IS_FILE_ROW (self) && self->row != NULL);
  g_return_if_fail (geometry != NULL);

  peg_file_row_refresh (self);
  measure_columns (self);
  peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_PLATE);

  content = (PegRowContent) {
    .width = gtk_widget_get_width (GTK_WIDGET (self)),
    .depth = peg_row_get_depth (self->row),
    .is_file = peg_file_row_is_file (self),
    .touch = self->touch,
    .rtl = is_rtl (self),
    .name = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_NAME),
    .description = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_DESCRIPTION),
    .revision = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_REVISION),
    .words = peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_WORDS),
    .revision_column = self->revision_column,
    .words_column = self->words_column,
  };

  peg_row_geometry (&content, geometry);
}
