/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-style"

#include "peg-config.h"

#include "peg-kiosk-style.h"

#include <adwaita.h>
#include <math.h>

/* The font that is measured is this large, pixels: hinting plays no role there. */
#define MEASURE_PX 1000

/* What is read from near: the sentence beside a word. The least that ISO 9241-303
 * lets pass. */
#define TEXT_ARCMIN 16.0
#define CAPTION_ARCMIN 12.0

/* Numbers and words that the whole screen is for. */
#define TITLE_ARCMIN 32.0
#define HUGE_ARCMIN 60.0

/**
 * PegKioskStyle:
 *
 * Makes a widget, and all that is in it, look as a shared terminal does: gives it
 * the style class `peg-kiosk`, loads kiosk.css for its colours, and makes all sizes
 * from a #PegPhysical, in this one place.
 *
 * ## Style classes inside
 *
 * `kiosk-word` is a word that says how something is, at least 20′ high;
 * `kiosk-text` a sentence, `kiosk-caption` what nobody needs from afar,
 * `kiosk-title` the heading of a page, `kiosk-huge` what fills the screen.
 * `kiosk-bad` and `kiosk-ask` colour a word that has a shape beside it. @root itself
 * has the class `kiosk-contrast` while high contrast is wanted.
 */
struct _PegKioskStyle
{
  GObject parent_instance;

  GtkWidget *root;          /* (nullable): a weak pointer */
  PegPhysical *physical;    /* (owned) */
  GdkDisplay *display;      /* (owned) */
  GtkCssProvider *colors;   /* (owned) */
  GtkCssProvider *sizes;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (PegKioskStyle, peg_kiosk_style, G_TYPE_OBJECT)

/**
 * peg_kiosk_style_capital:
 * @context: of the widget that is written in
 *
 * Fonts differ in how much of their size a capital letter takes: from two thirds to
 * three quarters.
 *
 * Returns: the height of a capital letter, in parts of the size of the font
 */
double
peg_kiosk_style_capital (PangoContext *context)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  PangoFontDescription *font =
    pango_font_description_copy (pango_context_get_font_description (context));
  PangoRectangle ink;

  pango_font_description_set_absolute_size (font, MEASURE_PX * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, "H", -1);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  pango_font_description_free (font);

  /* A font that cannot be measured is taken for one of the small ones. */
  return ink.height > 0 ? CLAMP ((double) ink.height / MEASURE_PX, 0.4, 1.0) : 0.66;
}

static int
font_px (double pixels_per_mm,
         double distance_mm,
         double capital,
         double arcmin)
{
  return (int) ceil (peg_physical_arc_mm (arcmin, distance_mm) * pixels_per_mm / capital - 1e-6);
}

/**
 * peg_kiosk_style_word_px:
 * @physical: what knows the size of things
 * @capital: as from peg_kiosk_style_capital()
 *
 * Returns: the size of the font of the style class `kiosk-word`, CSS pixels
 */
int
peg_kiosk_style_word_px (PegPhysical *physical,
                         double       capital)
{
  return font_px (peg_physical_get_pixels_per_mm (physical),
                  peg_physical_get_distance_mm (physical), capital, PEG_PHYSICAL_WORD_ARCMIN);
}

/**
 * peg_kiosk_style_make_css:
 * @pixels_per_mm: CSS pixels in a millimetre
 * @distance_mm: how far away the eyes are
 * @capital: as from peg_kiosk_style_capital()
 *
 * Returns: (transfer full): all sizes of a shared terminal
 */
char *
peg_kiosk_style_make_css (double pixels_per_mm,
                          double distance_mm,
                          double capital)
{
  const int target = (int) ceil (PEG_PHYSICAL_TARGET_MM * pixels_per_mm - 1e-6);
  const int gap = (int) ceil (PEG_PHYSICAL_GAP_MM * pixels_per_mm - 1e-6);
  const int ring = MAX (3, (int) lround (1.0 * pixels_per_mm));
  const int word = font_px (pixels_per_mm, distance_mm, capital, PEG_PHYSICAL_WORD_ARCMIN);
  const int text = font_px (pixels_per_mm, distance_mm, capital, TEXT_ARCMIN);
  const int caption = font_px (pixels_per_mm, distance_mm, capital, CAPTION_ARCMIN);
  const int title = font_px (pixels_per_mm, distance_mm, capital, TITLE_ARCMIN);
  const int large = font_px (pixels_per_mm, distance_mm, capital, HUGE_ARCMIN);
  GString *css = g_string_new (NULL);

  g_string_append_printf (css, ".peg-kiosk { font-size: %dpx; }\n", text);
  g_string_append_printf (css, ".peg-kiosk .kiosk-text { font-size: %dpx; }\n", text);
  g_string_append_printf (css, ".peg-kiosk .kiosk-word { font-size: %dpx; }\n", word);
  g_string_append_printf (css, ".peg-kiosk .kiosk-caption { font-size: %dpx; }\n", caption);
  g_string_append_printf (css, ".peg-kiosk .kiosk-title { font-size: %dpx; }\n", title);
  g_string_append_printf (css, ".peg-kiosk .kiosk-huge { font-size: %dpx; }\n", large);

  /* The border of two pixels can be touched, too. */
  g_string_append_printf (css,
                          ".peg-kiosk button, .peg-kiosk entry, .peg-kiosk hold-button,"
                          " .peg-kiosk switch, .peg-kiosk link {"
                          " min-width: %dpx; min-height: %dpx; padding: 0 %dpx;"
                          " border-radius: %dpx; }\n",
                          target - 4, target - 4, gap, gap / 2);
  g_string_append_printf (css, ".peg-kiosk hold-button { padding: %dpx %dpx; }\n", gap / 2, gap);
  /* Keys are laid out by what they are on. */
  g_string_append_printf (css,
                          ".peg-kiosk .peg-keys > button { padding: 0; min-width: 0;"
                          " min-height: 0; font-size: %dpx; -gtk-icon-size: %dpx; }\n",
                          MIN (word, target / 2), target / 2);
  g_string_append_printf (css, ".peg-kiosk row { min-height: %dpx; }\n", target);
  g_string_append_printf (css, ".peg-kiosk box.kiosk-gaps { border-spacing: %dpx; }\n", gap);
  g_string_append_printf (css, ".peg-kiosk .kiosk-page { padding: %dpx; }\n", gap);
  g_string_append_printf (css, ".peg-kiosk feedback { padding: %dpx; border-radius: %dpx; }\n",
                          2 * gap, gap);
  g_string_append_printf (css, ".peg-kiosk feedback.edge { padding: %dpx; }\n", gap / 4);
  /* A shape is as high as the capital letters beside it, and a little more. */
  g_string_append_printf (css, ".peg-kiosk saver-board image { -gtk-icon-size: %dpx; }\n",
                          word * 3 / 4);
  g_string_append_printf (css,
                          ".peg-kiosk saver-board.kiosk-large image { -gtk-icon-size: %dpx; }\n",
                          title * 3 / 4);
  g_string_append_printf (css, ".peg-kiosk .kiosk-large .kiosk-word { font-size: %dpx; }\n", title);
  g_string_append_printf (css, ".peg-kiosk .kiosk-large .kiosk-caption { font-size: %dpx; }\n", text);
  g_string_append_printf (css, ".peg-kiosk .kiosk-large .kiosk-huge { font-size: %dpx; }\n", 2 * large);
  g_string_append_printf (css, ".peg-kiosk .kiosk-stale { padding: 0 %dpx; }\n", gap);
  g_string_append_printf (css,
                          ".peg-kiosk *:focus:focus-visible,"
                          " .peg-kiosk entry:focus-within:focus-visible { outline-width: %dpx;"
                          " outline-offset: -%dpx; }\n",
                          ring, ring);

  return g_string_free (css, FALSE);
}

static void
update (PegKioskStyle *self)
{
  g_autofree char *css = NULL;

  if (self->root == NULL)
    return;

  css = peg_kiosk_style_make_css (
    peg_physical_get_pixels_per_mm (self->physical),
    peg_physical_get_distance_mm (self->physical),
    peg_kiosk_style_capital (gtk_widget_get_pango_context (self->root)));
  gtk_css_provider_load_from_data (self->sizes, css, -1);
}

static void
update_contrast (PegKioskStyle *self)
{
  if (self->root == NULL)
    return;

  if (adw_style_manager_get_high_contrast (adw_style_manager_get_default ()))
    gtk_widget_add_css_class (self->root, "kiosk-contrast");
  else
    gtk_widget_remove_css_class (self->root, "kiosk-contrast");
}

static void
peg_kiosk_style_dispose (GObject *object)
{
  PegKioskStyle *self = PEG_KIOSK_STYLE (object);

  if (self->display != NULL) {
    gtk_style_context_remove_provider_for_display (self->display,
                                                   GTK_STYLE_PROVIDER (self->colors));
    gtk_style_context_remove_provider_for_display (self->display,
                                                   GTK_STYLE_PROVIDER (self->sizes));
  }
  g_clear_weak_pointer (&self->root);
  g_signal_handlers_disconnect_by_data (adw_style_manager_get_default (), self);
  if (self->physical != NULL)
    g_signal_handlers_disconnect_by_data (self->physical, self);
  g_clear_object (&self->physical);
  g_clear_object (&self->display);
  g_clear_object (&self->colors);
  g_clear_object (&self->sizes);

  G_OBJECT_CLASS (peg_kiosk_style_parent_class)->dispose (object);
}

static void
peg_kiosk_style_class_init (PegKioskStyleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_kiosk_style_dispose;
}

static void
peg_kiosk_style_init (PegKioskStyle *self)
{
  self->colors = gtk_css_provider_new ();
  self->sizes = gtk_css_provider_new ();
}

/**
 * peg_kiosk_style_new:
 * @root: a window, or what stands for it
 * @physical: what knows the size of things
 *
 * Returns: (transfer full): the style of @root, as long as it is kept; it follows
 *   @physical
 */
PegKioskStyle *
peg_kiosk_style_new (GtkWidget   *root,
                     PegPhysical *physical)
{
  PegKioskStyle *self;

  g_return_val_if_fail (GTK_IS_WIDGET (root), NULL);
  g_return_val_if_fail (PEG_IS_PHYSICAL (physical), NULL);

  self = g_object_new (PEG_TYPE_KIOSK_STYLE, NULL);
  g_set_weak_pointer (&self->root, root);
  self->physical = g_object_ref (physical);
  self->display = g_object_ref (gtk_widget_get_display (root));

  gtk_css_provider_load_from_resource (self->colors,
                                       "/io/github/pegboard/Pegboard/kiosk.css");
  /* Above the style of the application, which says how large a button is. */
  gtk_style_context_add_provider_for_display (self->display, GTK_STYLE_PROVIDER (self->colors),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  gtk_style_context_add_provider_for_display (self->display, GTK_STYLE_PROVIDER (self->sizes),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 2);
  gtk_widget_add_css_class (root, "peg-kiosk");

  g_signal_connect_swapped (physical, "notify::pixels-per-mm", G_CALLBACK (update), self);
  g_signal_connect_swapped (physical, "notify::distance-mm", G_CALLBACK (update), self);
  g_signal_connect_swapped (adw_style_manager_get_default (), "notify::high-contrast",
                            G_CALLBACK (update_contrast), self);
  update_contrast (self);
  update (self);

  return self;
}
