/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-palette"

#include "peg-config.h"

#include "peg-palette.h"

#include <adwaita.h>

/* GTK 4.8 gives a widget that draws for itself no other way to the colours of
 * the style than its style context; newer versions have gtk_widget_get_color(),
 * which knows no names. It is asked here and nowhere else. */
static void
look_up (GtkStyleContext *context,
         const char      *name,
         GdkRGBA         *color)
{
  if (!gtk_style_context_lookup_color (context, name, color))
    g_debug ("The style has no colour “%s”", name);
}

/**
 * peg_palette_read:
 * @self: (out): the colours
 * @widget: what draws with them
 *
 * Reads the colours of the style: named ones, so that dark style and high
 * contrast need nothing of their own.
 */
void
peg_palette_read (PegPalette *self,
                  GtkWidget  *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  const gboolean contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());

  gtk_style_context_get_color (context, &self->text);
  self->dim = self->text;
  /* As libadwaita's “dim-label” does. */
  self->dim.alpha *= contrast ? 0.9f : 0.6f;

  self->surface = self->accent = self->accent_text = self->text;
  self->plate = self->plate_text = self->trouble = self->text;
  look_up (context, "view_bg_color", &self->surface);
  look_up (context, "peg_own_color", &self->accent);
  look_up (context, "peg_own_text_color", &self->accent_text);
  look_up (context, "peg_other_color", &self->plate);
  look_up (context, "peg_other_text_color", &self->plate_text);
  look_up (context, "peg_trouble_color", &self->trouble);
}
