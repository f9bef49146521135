/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-find"

#include "peg-config.h"

#include "peg-kiosk-find.h"

#include "peg-keyboard.h"
#include "peg-kiosk-button.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegKioskFind:
 *
 * Where one types what one looks for, with a keyboard of its own below. How much is
 * found is said while one types; the list comes after.
 */
struct _PegKioskFind
{
  AdwBin parent_instance;

  GtkEditable *entry;
  GtkLabel *count;
  GtkWidget *keyboard;
};

G_DEFINE_FINAL_TYPE (PegKioskFind, peg_kiosk_find, ADW_TYPE_BIN)

enum {
  SIGNAL_CHANGED,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
changed_cb (PegKioskFind *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
show_cb (PegKioskFind *self)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
clear_cb (PegKioskFind *self)
{
  gtk_editable_set_text (self->entry, "");
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static gboolean
peg_kiosk_find_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PEG_KIOSK_FIND (widget)->entry));
}

static void
peg_kiosk_find_class_init (PegKioskFindClass *klass)
{
  GTK_WIDGET_CLASS (klass)->grab_focus = peg_kiosk_find_grab_focus;

  /**
   * PegKioskFind::changed:
   *
   * Something else is looked for.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", PEG_TYPE_KIOSK_FIND, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * PegKioskFind::closed:
   *
   * What was found is to be seen.
   */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", PEG_TYPE_KIOSK_FIND, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_kiosk_find_init (PegKioskFind *self)
{
}

/**
 * peg_kiosk_find_new:
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
peg_kiosk_find_new (PegPhysical *physical)
{
  PegKioskFind *self = g_object_new (PEG_TYPE_KIOSK_FIND, NULL);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *clear = peg_kiosk_button_new (_("Clear"));
  GtkWidget *show = peg_kiosk_button_new (_("Show"));

  peg_kiosk_button_keep_words (PEG_KIOSK_BUTTON (clear));
  peg_kiosk_button_keep_words (PEG_KIOSK_BUTTON (show));
  self->entry = GTK_EDITABLE (gtk_entry_new ());
  /* What somebody typed is not brought back by somebody else. */
  gtk_editable_set_enable_undo (self->entry, FALSE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("Part, file or name"));
  gtk_widget_set_hexpand (GTK_WIDGET (self->entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Find"), -1);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (show_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (clear, "clicked", G_CALLBACK (clear_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (show, "clicked", G_CALLBACK (show_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (show, "suggested-action");

  self->count = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->count), "kiosk-near");
  gtk_widget_add_css_class (GTK_WIDGET (self->count), "kiosk-numbers");
  gtk_widget_set_vexpand (GTK_WIDGET (self->count), TRUE);
  gtk_label_set_ellipsize (self->count, PANGO_ELLIPSIZE_END);

  gtk_widget_add_css_class (line, "kiosk-gaps");
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->entry));
  gtk_box_append (GTK_BOX (line), clear);
  gtk_box_append (GTK_BOX (line), show);

  self->keyboard = peg_keyboard_new (physical);
  peg_keyboard_set_target (PEG_KEYBOARD (self->keyboard), self->entry);
  gtk_widget_add_css_class (page, "kiosk-gaps");
  gtk_box_append (GTK_BOX (page), line);
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->count));
  gtk_box_append (GTK_BOX (page), self->keyboard);
  adw_bin_set_child (ADW_BIN (self), page);

  return GTK_WIDGET (self);
}

/**
 * peg_kiosk_find_set_touch:
 * @self: the page
 * @touch: whether there is a keyboard on the screen
 */
void
peg_kiosk_find_set_touch (PegKioskFind *self,
                          gboolean      touch)
{
  g_return_if_fail (PEG_IS_KIOSK_FIND (self));

  gtk_widget_set_visible (self->keyboard, touch);
}

/**
 * peg_kiosk_find_open:
 * @self: the page
 * @digits: whether what one looks for mostly begins with digits
 *
 * Begins anew, as the page is shown.
 */
void
peg_kiosk_find_open (PegKioskFind *self,
                     gboolean      digits)
{
  g_return_if_fail (PEG_IS_KIOSK_FIND (self));

  peg_keyboard_begin (PEG_KEYBOARD (self->keyboard), digits);
}

/**
 * peg_kiosk_find_get_words:
 * @self: the page
 *
 * Returns: (transfer none): what is looked for
 */
const char *
peg_kiosk_find_get_words (PegKioskFind *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_FIND (self), NULL);

  return gtk_editable_get_text (self->entry);
}

/**
 * peg_kiosk_find_set_words:
 * @self: the page
 * @words: what is looked for
 */
void
peg_kiosk_find_set_words (PegKioskFind *self,
                          const char   *words)
{
  g_return_if_fail (PEG_IS_KIOSK_FIND (self));

  gtk_editable_set_text (self->entry, words);
  gtk_editable_set_position (self->entry, -1);
}

/**
 * peg_kiosk_find_set_count:
 * @self: the page
 * @n_files: how many files are found
 */
void
peg_kiosk_find_set_count (PegKioskFind *self,
                          guint         n_files)
{
  g_autofree char *words = NULL;

  g_return_if_fail (PEG_IS_KIOSK_FIND (self));

  words = n_files > 0 ? g_strdup_printf (ngettext ("%u file found", "%u files found", n_files), n_files)
                      : g_strdup (_("Nothing found"));
  peg_quiet_set_label (self->count, words);
}
