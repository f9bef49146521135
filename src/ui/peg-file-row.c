/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-row"

#include "peg-config.h"

#include "peg-file-row.h"

#include "peg-file-row-private.h"

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
G_DEFINE_FINAL_TYPE (PegFileRow, peg_file_row, GTK_TYPE_WIDGET)

typedef enum {
  PROP_ROW = 1,
  PROP_TOUCH,
} PegFileRowProperty;

static GParamSpec *props[PROP_TOUCH + 1];

static gboolean
say_cb (gpointer user_data)
{
  PegFileRow *self = user_data;

  self->say_id = 0;
  if (self->row != NULL)
    peg_file_row_say (self);

  return G_SOURCE_REMOVE;
}

/* Something that is drawn, or said, has changed. What is drawn is worked out when
 * it is drawn: of 205 live rows 20 are seen. What a screen reader gets is needed
 * for all of them, but no frame waits for it, only whoever has the focus. */
static void
update (PegFileRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (self->row == NULL)
    return;

  self->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));

  if (item != NULL && gtk_widget_has_focus (item)) {
    g_clear_handle_id (&self->say_id, g_source_remove);
    say_cb (self);
  } else if (self->say_id == 0) {
    self->say_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, say_cb, self, NULL);
    g_source_set_name_by_id (self->say_id, "[peg] say");
  }
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
    *minimum = *natural = self->sizes != NULL ? self->sizes->height
                                              : self->touch ? PEG_ROW_HEIGHT_TOUCH : PEG_ROW_HEIGHT;
  else
    *minimum = *natural = 240;
}

static void
drop_layouts (PegFileRow *self)
{
  for (guint i = 0; i < PEG_FILE_ROW_N_TEXTS; i++)
    g_clear_object (&self->layouts[i]);
}

static void
peg_file_row_css_changed (GtkWidget         *widget,
                          GtkCssStyleChange *change)
{
  PegFileRow *self = PEG_FILE_ROW (widget);

  GTK_WIDGET_CLASS (peg_file_row_parent_class)->css_changed (widget, change);

  /* What changed is not told; fonts may have, and rarely does anything else. */
  drop_layouts (self);
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
  drop_layouts (self);
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
  g_autofree char *label = NULL;
  PegRowGeometry geometry;

  if (self->row == NULL || !peg_file_row_is_file (self))
    return FALSE;

  peg_file_row_refresh (self);
  peg_file_row_get_geometry (self, &geometry);
  if (geometry.name.width >= peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_NAME) &&
      geometry.description.width >= peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_DESCRIPTION) &&
      geometry.words.width >= peg_file_row_measure_text (self, PEG_FILE_ROW_TEXT_WORDS))
    return FALSE;

  label = peg_file_row_dup_label (self);
  gtk_tooltip_set_text (tooltip, label);

  return TRUE;
}

static void
peg_file_row_dispose (GObject *object)
{
  PegFileRow *self = PEG_FILE_ROW (object);

  g_clear_handle_id (&self->say_id, g_source_remove);
  for (guint i = 0; i < PEG_FILE_ROW_N_TEXTS; i++)
    g_clear_pointer (&self->texts[i], g_free);
  drop_layouts (self);
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
  self->said_expanded = -1;
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
  drop_layouts (self);

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
 * peg_file_row_set_sizes:
 * @self: a row widget
 * @sizes: (nullable) (transfer none): how large it is, which outlives it, and may
 *   have changed; %NULL: as on a desktop
 *
 * Makes it a large row of two lines, without a tooltip: nobody hovers there.
 */
void
peg_file_row_set_sizes (PegFileRow        *self,
                        const PegRowSizes *sizes)
{
  g_return_if_fail (PEG_IS_FILE_ROW (self));

  self->sizes = sizes;
  drop_layouts (self);
  self->revision_column = 0;
  drop_icons (self);

  gtk_widget_set_has_tooltip (GTK_WIDGET (self), sizes == NULL);
  gtk_widget_set_margin_top (GTK_WIDGET (self), sizes != NULL ? sizes->gap / 2 : 0);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), sizes != NULL ? sizes->gap - sizes->gap / 2 : 0);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  update (self);
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

  if (self->row != NULL && peg_file_row_is_file (self))
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

  /* The whole of a large row does what its arrow says. */
  if (self->row == NULL || peg_file_row_is_file (self) || self->sizes != NULL)
    return FALSE;

  peg_file_row_get_geometry (self, &geometry);

  /* The icon beside it means the same, and is easier to hit. */
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
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

  peg_file_row_refresh (self);

  return self->texts[PEG_FILE_ROW_TEXT_WORDS];
}
