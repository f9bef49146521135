/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-tag-plate"

#include "peg-config.h"

#include "peg-tag-plate.h"

#include "peg-tag-draw.h"

#define WIDTH 56
#define HEIGHT 34
#define INITIALS_SCALE 1.25

/**
 * PegTagPlate:
 *
 * The tag of one file, larger than in the list.
 *
 * ## CSS nodes
 *
 * `PegTagPlate` has a single CSS node with the name `tag-plate`.
 *
 * ## Accessibility
 *
 * It is presentation: the words beside it say the same.
 */
struct _PegTagPlate
{
  GtkWidget parent_instance;

  PegTag tag;
  int height;          /* 0: %HEIGHT */
  char *initials;      /* (owned) (nullable) */
  PangoLayout *layout; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PegTagPlate, peg_tag_plate, GTK_TYPE_WIDGET)

/* The letters of a plate of another height are larger with it. */
static PangoLayout *
create_layout (PegTagPlate *self)
{
  PangoLayout *layout = peg_tag_create_layout (GTK_WIDGET (self), self->initials, INITIALS_SCALE);
  g_autoptr (PangoAttrList) attrs = NULL;

  if (self->height == 0)
    return layout;

  attrs = pango_attr_list_copy (pango_layout_get_attributes (layout));
  pango_attr_list_change (attrs, pango_attr_scale_new (1));
  pango_attr_list_change (attrs, pango_attr_size_new_absolute (self->height * PANGO_SCALE * 55 / 100));
  pango_layout_set_attributes (layout, attrs);

  return layout;
}

static void
peg_tag_plate_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  PegTagPlate *self = PEG_TAG_PLATE (widget);
  const graphene_rect_t bounds =
    GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                        (float) gtk_widget_get_height (widget));
  PegPalette palette;

  peg_palette_read (&palette, widget);

  if (self->layout == NULL && self->initials != NULL)
    self->layout = create_layout (self);

  peg_tag_draw (snapshot, &bounds, self->tag, self->layout, &palette,
                gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
}

static void
peg_tag_plate_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  PegTagPlate *self = PEG_TAG_PLATE (widget);
  const int height = self->height != 0 ? self->height : HEIGHT;

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? height * WIDTH / HEIGHT : height;
}

static void
peg_tag_plate_css_changed (GtkWidget         *widget,
                           GtkCssStyleChange *change)
{
  PegTagPlate *self = PEG_TAG_PLATE (widget);

  GTK_WIDGET_CLASS (peg_tag_plate_parent_class)->css_changed (widget, change);

  g_clear_object (&self->layout);
  gtk_widget_queue_draw (widget);
}

static void
peg_tag_plate_dispose (GObject *object)
{
  PegTagPlate *self = PEG_TAG_PLATE (object);

  g_clear_object (&self->layout);
  g_clear_pointer (&self->initials, g_free);

  G_OBJECT_CLASS (peg_tag_plate_parent_class)->dispose (object);
}

static void
peg_tag_plate_class_init (PegTagPlateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_tag_plate_dispose;
  widget_class->measure = peg_tag_plate_measure;
  widget_class->snapshot = peg_tag_plate_snapshot;
  widget_class->css_changed = peg_tag_plate_css_changed;

  gtk_widget_class_set_css_name (widget_class, "tag-plate");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
peg_tag_plate_init (PegTagPlate *self)
{
}

/**
 * peg_tag_plate_set:
 * @self: a plate
 * @tag: what hangs on the peg
 * @initials: (nullable): what is written on it
 */
void
peg_tag_plate_set (PegTagPlate *self,
                   PegTag       tag,
                   const char  *initials)
{
  g_return_if_fail (PEG_IS_TAG_PLATE (self));

  if (self->tag == tag && g_strcmp0 (self->initials, initials) == 0)
    return;

  self->tag = tag;
  g_free (self->initials);
  self->initials = g_strdup (initials);
  g_clear_object (&self->layout);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * peg_tag_plate_set_height:
 * @self: a plate
 * @height: how high it is, logical pixels
 */
void
peg_tag_plate_set_height (PegTagPlate *self,
                          int          height)
{
  g_return_if_fail (PEG_IS_TAG_PLATE (self));

  if (self->height == height)
    return;

  self->height = height;
  g_clear_object (&self->layout);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
