/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-tile-layout"

#include "peg-config.h"

#include "peg-tile-layout.h"

/**
 * PegTileLayout:
 *
 * Lays children out as tiles of one size, in as many columns as there is room for,
 * in the order of reading, with the room between them that a glove needs.
 */
struct _PegTileLayout
{
  GtkLayoutManager parent_instance;

  PegPhysical *physical;  /* (owned) */
  double width_mm;        /* of a tile, at least */
};

G_DEFINE_FINAL_TYPE (PegTileLayout, peg_tile_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct {
  int width;    /* of a tile, at least, px */
  int height;   /* of a tile, px */
  int gap;
  int n;        /* tiles */
} Tiles;

static void
measure_tiles (PegTileLayout *self,
               GtkWidget     *widget,
               Tiles         *tiles)
{
  tiles->width = peg_physical_px (self->physical, self->width_mm);
  tiles->height = peg_physical_px (self->physical, PEG_PHYSICAL_TARGET_MM);
  tiles->gap = peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);
  tiles->n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    int width, height;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
    tiles->width = MAX (tiles->width, width);
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, tiles->width, &height, NULL, NULL, NULL);
    tiles->height = MAX (tiles->height, height);
    tiles->n++;
  }
}

static int
count_columns (const Tiles *tiles,
               int          width)
{
  return MAX (1, (width + tiles->gap) / (tiles->width + tiles->gap));
}

static GtkSizeRequestMode
peg_tile_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
peg_tile_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  Tiles tiles;
  int columns, rows;

  measure_tiles (PEG_TILE_LAYOUT (manager), widget, &tiles);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = tiles.width;
    *natural = MAX (1, tiles.n) * (tiles.width + tiles.gap) - tiles.gap;
    return;
  }

  columns = for_size < 0 ? MAX (1, tiles.n) : count_columns (&tiles, for_size);
  rows = (tiles.n + columns - 1) / columns;
  *minimum = *natural = MAX (0, rows * (tiles.height + tiles.gap) - tiles.gap);
}

static void
peg_tile_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  Tiles tiles;
  int columns, tile, i = 0;

  measure_tiles (PEG_TILE_LAYOUT (manager), widget, &tiles);
  columns = count_columns (&tiles, width);
  tile = (width - (columns - 1) * tiles.gap) / columns;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    const int column = rtl ? columns - 1 - i % columns : i % columns;
    GtkAllocation allocation;

    if (!gtk_widget_should_layout (child))
      continue;
    allocation.x = column * (tile + tiles.gap);
    allocation.y = i / columns * (tiles.height + tiles.gap);
    allocation.width = tile;
    allocation.height = tiles.height;
    gtk_widget_size_allocate (child, &allocation, -1);
    i++;
  }
}

static void
peg_tile_layout_dispose (GObject *object)
{
  PegTileLayout *self = PEG_TILE_LAYOUT (object);

  if (self->physical != NULL)
    g_signal_handlers_disconnect_by_data (self->physical, self);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_tile_layout_parent_class)->dispose (object);
}

static void
peg_tile_layout_class_init (PegTileLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_tile_layout_dispose;
  layout_class->get_request_mode = peg_tile_layout_get_request_mode;
  layout_class->measure = peg_tile_layout_measure;
  layout_class->allocate = peg_tile_layout_allocate;
}

static void
peg_tile_layout_init (PegTileLayout *self)
{
}

/**
 * peg_tile_layout_new:
 * @physical: what knows the size of things
 * @width_mm: how wide a tile is at least
 *
 * Returns: (transfer full): a layout
 */
GtkLayoutManager *
peg_tile_layout_new (PegPhysical *physical,
                     double       width_mm)
{
  PegTileLayout *self = g_object_new (PEG_TYPE_TILE_LAYOUT, NULL);

  self->physical = g_object_ref (physical);
  self->width_mm = width_mm;
  g_signal_connect_swapped (physical, "notify::pixels-per-mm",
                            G_CALLBACK (gtk_layout_manager_layout_changed), self);

  return GTK_LAYOUT_MANAGER (self);
}
