/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-fold"

#include "peg-config.h"

#include "peg-fold.h"

/* As narrow as the window can be asked to be, in pixels: the width-request of
 * peg-window.ui. */
#define LEAST_WIDTH 360

/**
 * PegFold:
 *
 * What is in a window that has a wide layout and a narrow one.
 *
 * A window cannot be made smaller than its content, and what changes the layout
 * is that the window is made smaller: while the layout is wide, its own minimum
 * must not keep the window from getting there. For the moment until the narrow
 * layout is there the wide one is cut off at the end.
 *
 * ## CSS nodes
 *
 * `PegFold` has a single CSS node with the name `fold`.
 */
struct _PegFold
{
  GtkWidget parent_instance;

  GtkWidget *child; /* (owned) (nullable) */
  gboolean narrow;
  int needed;       /* by the wide layout when it was last measured, in pixels */
};

G_DEFINE_FINAL_TYPE (PegFold, peg_fold, GTK_TYPE_WIDGET)

typedef enum {
  PROP_CHILD = 1,
} PegFoldProperty;

static GParamSpec *properties[PROP_CHILD + 1];

static int
get_child_width (PegFold *self,
                 int      width)
{
  int least;

  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);

  return MAX (width, least);
}

static void
peg_fold_measure (GtkWidget      *widget,
                  GtkOrientation  orientation,
                  int             for_size,
                  int            *minimum,
                  int            *natural,
                  int            *minimum_baseline,
                  int            *natural_baseline)
{
  PegFold *self = PEG_FOLD (widget);

  if (self->child == NULL || !gtk_widget_should_layout (self->child))
    return;

  if (orientation == GTK_ORIENTATION_VERTICAL) {
    gtk_widget_measure (self->child, orientation,
                        for_size < 0 ? -1 : get_child_width (self, for_size),
                        minimum, natural, NULL, NULL);
    return;
  }

  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (!self->narrow) {
    self->needed = *minimum;
    *minimum = MIN (*minimum, LEAST_WIDTH);
  }
}

static void
peg_fold_size_allocate (GtkWidget *widget,
                        int        width,
                        int        height,
                        int        baseline)
{
  PegFold *self = PEG_FOLD (widget);

  if (self->child != NULL && gtk_widget_should_layout (self->child))
    gtk_widget_allocate (self->child, get_child_width (self, width), height, baseline, NULL);
}

static GtkSizeRequestMode
peg_fold_get_request_mode (GtkWidget *widget)
{
  PegFold *self = PEG_FOLD (widget);

  return self->child != NULL ? gtk_widget_get_request_mode (self->child)
                             : GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
peg_fold_get_property (GObject    *object,
                       guint       property_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  PegFold *self = PEG_FOLD (object);

  switch ((PegFoldProperty) property_id) {
  case PROP_CHILD:
    g_value_set_object (value, self->child);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
peg_fold_set_property (GObject      *object,
                       guint         property_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  PegFold *self = PEG_FOLD (object);

  switch ((PegFoldProperty) property_id) {
  case PROP_CHILD:
    g_clear_pointer (&self->child, gtk_widget_unparent);
    self->child = g_value_get_object (value);
    if (self->child != NULL)
      gtk_widget_set_parent (self->child, GTK_WIDGET (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
peg_fold_dispose (GObject *object)
{
  g_clear_pointer (&PEG_FOLD (object)->child, gtk_widget_unparent);

  G_OBJECT_CLASS (peg_fold_parent_class)->dispose (object);
}

static void
peg_fold_class_init (PegFoldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = peg_fold_get_property;
  object_class->set_property = peg_fold_set_property;
  object_class->dispose = peg_fold_dispose;
  widget_class->measure = peg_fold_measure;
  widget_class->size_allocate = peg_fold_size_allocate;
  widget_class->get_request_mode = peg_fold_get_request_mode;

  /**
   * PegFold:child:
   *
   * What is shown. It is told by others to change its layout.
   */
  properties[PROP_CHILD] =
    g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_css_name (widget_class, "fold");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_fold_init (PegFold *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * peg_fold_set_narrow:
 * @self: a fold
 * @narrow: whether the child has its narrow layout from now on
 *
 * Is to be called before the layout of the child changes.
 */
void
peg_fold_set_narrow (PegFold  *self,
                     gboolean  narrow)
{
  g_return_if_fail (PEG_IS_FOLD (self));

  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * peg_fold_get_needed:
 * @self: a fold
 *
 * Returns: how much room the wide layout needed when it was last measured, in
 *   pixels; 0 when it never was
 */
int
peg_fold_get_needed (PegFold *self)
{
  g_return_val_if_fail (PEG_IS_FOLD (self), 0);

  return self->needed;
}
