/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PegPalette:
 * @text: of what is read first
 * @dim: of what supports it
 * @surface: behind both
 * @accent: of what is one's own
 * @accent_text: on @accent
 * @plate: of somebody else's tag
 * @plate_text: on @plate
 * @trouble: of what needs a look
 *
 * The colours that are drawn with, as the style has them now.
 */
typedef struct {
  GdkRGBA text;
  GdkRGBA dim;
  GdkRGBA surface;
  GdkRGBA accent;
  GdkRGBA accent_text;
  GdkRGBA plate;
  GdkRGBA plate_text;
  GdkRGBA trouble;
} PegPalette;

void peg_palette_read (PegPalette *self,
                       GtkWidget  *widget);

G_END_DECLS
