/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-row"

#include "peg-config.h"

#include "peg-file-row.h"

#include "peg-initials.h"
#include "peg-palette.h"
#include "peg-tag-draw.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <math.h>

/* How high the plate of a tag is, and how large the letters on it are. */
#define PLATE_HEIGHT 20
#define PLATE_HEIGHT_TOUCH 26
#define INITIALS_SCALE 0.8

typedef enum {
  TEXT_NAME,
  TEXT_DESCRIPTION,
  TEXT_REVISION,
  TEXT_WORDS,
  TEXT_PLATE,
  N_TEXTS,
} Text;

/**
 * PegFileRow:
 *
 * One row of the list: icon, name, description, revision, tag and the words
 * about the lock; or arrow, icon, name and count of a group or a part.
 *
 * It is one widget that draws texts which it keeps, because the list view has
 * about 205 of them alive and binds them again on every change of the list.
 *
 * ## CSS nodes
 *
 * `PegFileRow` has a single CSS node with the name `file-row`.
 *
 * ## Accessibility
 *
 * `PegFileRow` uses the group role. Its label, which is also given to the list
 * item around it, is all that the row shows.
 */
struct _PegFileRow
{
  GtkWidget parent_instance;

  PegRows *rows;         /* (owned) (not nullable) */
  PegNow *now;           /* (owned) (not nullable) */
  PegRow *row;           /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) (not nullable): of @row */

  char *texts[N_TEXTS];          /* (owned) (nullable) */
  PangoLayout *layouts[N_TEXTS]; /* (owned) (nullable): until what they show changes */
  PangoAttrList *matches;        /* (owned) (nullable): what was found in the name */
  const char *icon_name;         /* (nullable): a constant */
  GdkPaintable *icon;            /* (owned) (nullable) */
  GdkPaintable *arrow;           /* (owned) (nullable) */
  PegTag tag;
  int revision_column;
  int words_column;

  PegPalette palette;
  gboolean has_palette;
  gboolean touch;
};

G_DEFINE_FINAL_TYPE (PegFileRow, peg_file_row, GTK_TYPE_WIDGET)

typedef enum {
  PROP_ROW = 1,
  PROP_TOUCH,
} PegFileRowProperty;

static GParamSpec *props[PROP_TOUCH + 1];

static gboolean
is_file (PegFileRow *self)
{
  return peg_row_get_kind (self->row) == PEG_ROW_FILE;
}

static gboolean
is_rtl (PegFileRow *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static gboolean
set_text (PegFileRow *self,
          Text        which,
          const char *text)
{
  if (text != NULL && *text == '\0')
    text = NULL;

  if (g_strcmp0 (self->texts[which], text) == 0)
    return FALSE;

  g_free (self->texts[which]);
  self->texts[which] = g_strdup (text);
  g_clear_object (&self->layouts[which]);

  return TRUE;
}

static PangoAttrList *
find_matches (PegSearch  *search,
              const char *name)
{
  PangoAttrList *attrs = NULL;
  gsize from = 0, start, end;

  while (search != NULL && peg_search_find_in (search, name, from, &start, &end)) {
    PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

    bold->start_index = (guint) start;
    bold->end_index = (guint) end;
    if (attrs == NULL)
      attrs = pango_attr_list_new ();
    pango_attr_list_insert (attrs, bold);
    from = end;
  }

  return attrs;
}

static void
update_matches (PegFileRow *self)
{
  PangoAttrList *matches = NULL;

  if (is_file (self))
    matches = find_matches (peg_rows_get_search (self->rows), self->texts[TEXT_NAME]);

  if (!pango_attr_list_equal (matches, self->matches))
    g_clear_object (&self->layouts[TEXT_NAME]);

  g_clear_pointer (&self->matches, pango_attr_list_unref);
  self->matches = matches;
}

static char *
update_file (PegFileRow *self)
{
  PegSnapshot *snapshot = peg_rows_get_snapshot (self->rows);
  PegEntry *entry = peg_row_get_entry (self->row);
  g_autofree char *revision = peg_display_revision (entry);
  g_autofree char *words = NULL;
  g_autofree char *initials = peg_initials_for (snapshot, entry);
  PegDisplayNow now;

  peg_now_read (self->now, &now);
  words = peg_display_lock_words (snapshot, entry, &now);

  self->tag = peg_display_tag (snapshot, entry);
  self->icon_name = peg_display_type_icon (entry);
  set_text (self, TEXT_NAME, peg_entry_get_filename (entry));
  set_text (self, TEXT_DESCRIPTION, peg_entry_get_description (entry));
  set_text (self, TEXT_REVISION, revision);
  set_text (self, TEXT_WORDS, words);
  set_text (self, TEXT_PLATE, initials);

  return peg_display_row_label (snapshot, entry, &now);
}

static char *
update_group (PegFileRow *self)
{
  const guint n = peg_row_get_n (self->row);
  const guint n_out = peg_row_get_n_out (self->row);
  g_autofree char *count = g_strdup_printf ("%u", n);
  g_autofree char *plate = g_strdup_printf ("%u", n_out);

  self->tag = PEG_TAG_FREE;
  self->icon_name =
    peg_row_get_kind (self->row) == PEG_ROW_GROUP ? "peg-group-symbolic" : "peg-part-symbolic";
  set_text (self, TEXT_NAME, peg_row_get_name (self->row));
  set_text (self, TEXT_DESCRIPTION, NULL);
  set_text (self, TEXT_REVISION, count);
  /* Translators: stands beside a tag with a number: so many files of a group
   * are checked out. */
  set_text (self, TEXT_WORDS, n_out > 0 ? C_("group", "out") : NULL);
  set_text (self, TEXT_PLATE, n_out > 0 ? plate : NULL);

  return peg_display_group_label (peg_row_get_name (self->row), n, n_out);
}

/* Says to a screen reader what is drawn. The list item is what has the focus,
 * and GTK 4.8 does not name it after its child. */
static void
update_accessible (PegFileRow *self,
                   const char *label)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);

  if (parent == NULL)
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (parent),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_LEVEL,
                                  (int) peg_row_get_depth (self->row) + 1,
                                  -1);
  if (is_file (self))
    gtk_accessible_reset_state (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_STATE_EXPANDED);
  else
    gtk_accessible_update_state (GTK_ACCESSIBLE (parent),
                                 GTK_ACCESSIBLE_STATE_EXPANDED,
                                 peg_row_get_expanded (self->row),
                                 -1);
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

/* What is drawn follows from the row, the snapshot and the clock; whatever of
 * it is the same is kept. */
static void
update (PegFileRow *self)
{
  const char *old_icon = self->icon_name;
  g_autofree char *label = NULL;

  if (self->row == NULL)
    return;

  label = is_file (self) ? update_file (self) : update_group (self);
  update_matches (self);
  update_accessible (self, label);
  if (g_strcmp0 (old_icon, self->icon_name) != 0)
    g_clear_object (&self->icon);
  g_clear_object (&self->arrow);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static PangoLayout *
create_layout (PegFileRow *self,
               Text        which)
{
  const gboolean heading = which == TEXT_NAME && !is_file (self);
  PangoLayout *layout;
  PangoAttrList *attrs;

  if (which == TEXT_PLATE)
    return peg_tag_create_layout (GTK_WIDGET (self), self->texts[which], INITIALS_SCALE);

  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->texts[which]);
  attrs = which == TEXT_NAME && self->matches != NULL
            ? pango_attr_list_copy (self->matches)
            : pango_attr_list_new ();

  if (heading)
    pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD));
  if (which == TEXT_REVISION || which == TEXT_WORDS)
    pango_attr_list_insert (attrs, pango_attr_font_features_new ("tnum=1"));
  if (which == TEXT_WORDS && is_file (self) && self->tag == PEG_TAG_OWN)
    pango_attr_list_insert (attrs, pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD));

  pango_layout_set_attributes (layout, attrs);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, which == TEXT_NAME ? PANGO_ELLIPSIZE_MIDDLE
                                                         : PANGO_ELLIPSIZE_END);
  pango_attr_list_unref (attrs);

  return layout;
}

static int
get_natural_width (PegFileRow *self,
                   Text        which)
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
draw_text (PegFileRow    *self,
           GtkSnapshot   *snapshot,
           Text           which,
           const PegSpan *span,
           const GdkRGBA *color)
{
  PangoLayout *layout = self->layouts[which];
  int width, height;
  double x;

  if (span->width <= 0 || self->texts[which] == NULL)
    return;

  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width > span->width)
    pango_layout_set_width (layout, span->width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = is_rtl (self) ? span->x + span->width - width : span->x;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) x,
                                                floorf ((float) (gtk_widget_get_height (GTK_WIDGET (self)) - height) / 2)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
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

  if (is_file (self))
    peg_tag_draw (snapshot, &bounds, self->tag, self->layouts[TEXT_PLATE], &self->palette,
                  is_rtl (self));
  else if (self->texts[TEXT_PLATE] != NULL)
    peg_tag_draw_count (snapshot, &bounds, self->layouts[TEXT_PLATE], &self->palette,
                        is_rtl (self));
}

static void
peg_file_row_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  PegFileRow *self = PEG_FILE_ROW (widget);
  const GdkRGBA *text = &self->palette.text, *dim = &self->palette.dim;
  PegRowGeometry geometry;

  if (self->row == NULL)
    return;

  if (!self->has_palette)
    peg_palette_read (&self->palette, widget);
  self->has_palette = TRUE;

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

  draw_text (self, snapshot, TEXT_NAME, &geometry.name, text);
  draw_text (self, snapshot, TEXT_DESCRIPTION, &geometry.description, dim);
  draw_text (self, snapshot, TEXT_REVISION, &geometry.revision, dim);
  draw_text (self, snapshot, TEXT_WORDS, &geometry.words,
             is_file (self) && self->tag != PEG_TAG_FREE ? text : dim);
  draw_plate (self, snapshot, &geometry.tag);
}

static void
peg_file_row_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  PegFileRow *self = PEG_FILE_ROW (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = self->touch ? PEG_ROW_HEIGHT_TOUCH : PEG_ROW_HEIGHT;
  else
    *minimum = *natural = 240;
}

static void
peg_file_row_css_changed (GtkWidget         *widget,
                          GtkCssStyleChange *change)
{
  PegFileRow *self = PEG_FILE_ROW (widget);

  GTK_WIDGET_CLASS (peg_file_row_parent_class)->css_changed (widget, change);

  /* What changed is not told; fonts may have, and rarely does anything else. */
  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_object (&self->layouts[i]);
  self->revision_column = 0;
  self->has_palette = FALSE;
  gtk_widget_queue_draw (widget);
}

static void
drop_icons (PegFileRow *self)
{
  g_clear_object (&self->icon);
  g_clear_object (&self->arrow);
}

static void
peg_file_row_direction_changed (GtkWidget        *widget,
                                GtkTextDirection  previous)
{
  PegFileRow *self = PEG_FILE_ROW (widget);

  GTK_WIDGET_CLASS (peg_file_row_parent_class)->direction_changed (widget, previous);

  drop_icons (self);
  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_object (&self->layouts[i]);
}

/* The tooltip is what a screen reader gets, where the row is too short for it. */
static gboolean
peg_file_row_query_tooltip (GtkWidget  *widget,
                            int         x,
                            int         y,
                            gboolean    keyboard,
                            GtkTooltip *tooltip)
{
  PegFileRow *self = PEG_FILE_ROW (widget);
  PegSnapshot *snapshot = peg_rows_get_snapshot (self->rows);
  g_autofree char *label = NULL;
  PegRowGeometry geometry;
  PegDisplayNow now;

  if (self->row == NULL || !is_file (self))
    return FALSE;

  peg_file_row_get_geometry (self, &geometry);
  if (geometry.name.width >= get_natural_width (self, TEXT_NAME) &&
      geometry.description.width >= get_natural_width (self, TEXT_DESCRIPTION) &&
      geometry.words.width >= get_natural_width (self, TEXT_WORDS))
    return FALSE;

  peg_now_read (self->now, &now);
  label = peg_display_row_label (snapshot, peg_row_get_entry (self->row), &now);
  gtk_tooltip_set_text (tooltip, label);

  return TRUE;
}

static void
peg_file_row_dispose (GObject *object)
{
  PegFileRow *self = PEG_FILE_ROW (object);

  for (guint i = 0; i < N_TEXTS; i++) {
    g_clear_object (&self->layouts[i]);
    g_clear_pointer (&self->texts[i], g_free);
  }
  drop_icons (self);
  g_clear_pointer (&self->matches, pango_attr_list_unref);
  g_clear_object (&self->signals);
  g_clear_object (&self->row);
  g_clear_object (&self->rows);
  g_clear_object (&self->now);

  G_OBJECT_CLASS (peg_file_row_parent_class)->dispose (object);
}

static void
peg_file_row_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  PegFileRow *self = PEG_FILE_ROW (object);

  switch ((PegFileRowProperty) prop_id) {
  case PROP_ROW:
    g_value_set_object (value, self->row);
    break;
  case PROP_TOUCH:
    g_value_set_boolean (value, self->touch);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
peg_file_row_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  PegFileRow *self = PEG_FILE_ROW (object);

  switch ((PegFileRowProperty) prop_id) {
  case PROP_ROW:
    peg_file_row_set_row (self, g_value_get_object (value));
    break;
  case PROP_TOUCH:
    peg_file_row_set_touch (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
peg_file_row_class_init (PegFileRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_file_row_dispose;
  object_class->get_property = peg_file_row_get_property;
  object_class->set_property = peg_file_row_set_property;

  widget_class->measure = peg_file_row_measure;
  widget_class->snapshot = peg_file_row_snapshot;
  widget_class->css_changed = peg_file_row_css_changed;
  widget_class->direction_changed = peg_file_row_direction_changed;
  widget_class->query_tooltip = peg_file_row_query_tooltip;

  /**
   * PegFileRow:row:
   *
   * What to show.
   */
  props[PROP_ROW] =
    g_param_spec_object ("row", NULL, NULL,
                         PEG_TYPE_ROW,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * PegFileRow:touch:
   *
   * Whether it is high enough for a finger.
   */
  props[PROP_TOUCH] =
    g_param_spec_boolean ("touch", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  gtk_widget_class_set_css_name (widget_class, "file-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_file_row_init (PegFileRow *self)
{
  self->signals = g_signal_group_new (PEG_TYPE_ROW);
  g_signal_group_connect_swapped (self->signals, "notify::stamp", G_CALLBACK (update), self);

  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (drop_icons), NULL);
}

/**
 * peg_file_row_new:
 * @rows: where the rows to show come from
 * @now: the clocks
 *
 * Returns: (transfer floating): a new row widget
 */
GtkWidget *
peg_file_row_new (PegRows *rows,
                  PegNow  *now)
{
  PegFileRow *self;

  g_return_val_if_fail (PEG_IS_ROWS (rows), NULL);
  g_return_val_if_fail (PEG_IS_NOW (now), NULL);

  self = g_object_new (PEG_TYPE_FILE_ROW, NULL);
  self->rows = g_object_ref (rows);
  self->now = g_object_ref (now);

  return GTK_WIDGET (self);
}

/**
 * peg_file_row_get_row:
 * @self: a row widget
 *
 * Returns: (transfer none) (nullable): what it shows
 */
PegRow *
peg_file_row_get_row (PegFileRow *self)
{
  g_return_val_if_fail (PEG_IS_FILE_ROW (self), NULL);

  return self->row;
}

/**
 * peg_file_row_set_row:
 * @self: a row widget
 * @row: (nullable): what to show
 */
void
peg_file_row_set_row (PegFileRow *self,
                      PegRow     *row)
{
  g_return_if_fail (PEG_IS_FILE_ROW (self));
  g_return_if_fail (row == NULL || PEG_IS_ROW (row));

  if (self->row == row)
    return;

  /* Another row may be of another kind, with other attributes. */
  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_object (&self->layouts[i]);

  g_set_object (&self->row, row);
  g_signal_group_set_target (self->signals, row);
  update (self);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROW]);
}

gboolean
peg_file_row_get_touch (PegFileRow *self)
{
  g_return_val_if_fail (PEG_IS_FILE_ROW (self), FALSE);

  return self->touch;
}

void
peg_file_row_set_touch (PegFileRow *self,
                        gboolean    touch)
{
  g_return_if_fail (PEG_IS_FILE_ROW (self));

  if (self->touch == touch)
    return;

  self->touch = touch;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOUCH]);
}

/**
 * peg_file_row_tick:
 * @self: a row widget
 *
 * Time has passed: shows ages anew.
 */
void
peg_file_row_tick (PegFileRow *self)
{
  g_return_if_fail (PEG_IS_FILE_ROW (self));

  if (self->row != NULL && is_file (self))
    update (self);
}

/**
 * peg_file_row_is_arrow:
 * @self: a row widget
 * @x: a place in it
 *
 * Returns: whether a click at @x opens or closes what is in the row
 */
gboolean
peg_file_row_is_arrow (PegFileRow *self,
                       double      x)
{
  PegRowGeometry geometry;

  g_return_val_if_fail (PEG_IS_FILE_ROW (self), FALSE);

  if (self->row == NULL || is_file (self))
    return FALSE;

  peg_file_row_get_geometry (self, &geometry);

  /* The icon beside it means the same, and is easier to hit. */
  if (is_rtl (self))
    return x >= geometry.icon.x - 4;

  return x < geometry.icon.x + geometry.icon.width + 4;
}

/**
 * peg_file_row_get_words:
 * @self: a row widget
 *
 * Returns: (transfer none) (nullable): the words about the lock, as they are
 *   drawn
 */
const char *
peg_file_row_get_words (PegFileRow *self)
{
  g_return_val_if_fail (PEG_IS_FILE_ROW (self), NULL);

  return self->texts[TEXT_WORDS];
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

  measure_columns (self);
  get_natural_width (self, TEXT_PLATE);

  content = (PegRowContent) {
    .width = gtk_widget_get_width (GTK_WIDGET (self)),
    .depth = peg_row_get_depth (self->row),
    .is_file = is_file (self),
    .touch = self->touch,
    .rtl = is_rtl (self),
    .name = get_natural_width (self, TEXT_NAME),
    .description = get_natural_width (self, TEXT_DESCRIPTION),
    .revision = get_natural_width (self, TEXT_REVISION),
    .words = get_natural_width (self, TEXT_WORDS),
    .revision_column = self->revision_column,
    .words_column = self->words_column,
  };

  peg_row_geometry (&content, geometry);
}
