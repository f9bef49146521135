/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

G_BEGIN_DECLS

/**
 * KioskPanel:
 * @name: for messages
 * @width_px: CSS pixels: what is there divided by @scale
 * @height_px: the same
 * @scale: of the display
 * @width_mm: of what lights up
 * @height_mm: the same
 *
 * A screen that a terminal is promised to work on.
 */
typedef struct {
  const char *name;
  int width_px;
  int height_px;
  int scale;
  int width_mm;
  int height_mm;
} KioskPanel;

#define KIOSK_N_PANELS 5

extern const KioskPanel kiosk_panels[KIOSK_N_PANELS];

double kiosk_panel_pixels_per_mm (const KioskPanel *panel);

GPtrArray *kiosk_sizes_find_mistakes (GtkWidget   *root,
                                      PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;
void       kiosk_sizes_assert        (GtkWidget   *root,
                                      PegPhysical *physical,
                                      const char  *where);
guint      kiosk_sizes_count_targets (GtkWidget   *root);
guint      kiosk_sizes_count_words   (GtkWidget   *root);

typedef void (*KioskWordFunc) (GtkWidget             *label,
                               const graphene_rect_t *bounds,
                               gpointer               user_data);

void       kiosk_sizes_foreach_word  (GtkWidget     *root,
                                      KioskWordFunc  func,
                                      gpointer       user_data);

G_END_DECLS
