/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-beep"

#include "peg-config.h"

#include "peg-beep.h"

/* Far enough apart to be heard as two. */
#define SECOND_AFTER_MS 180

static PegBeepFunc beep_func;
static gpointer beep_data;

static void
beep_once (GtkWidget *widget)
{
  GtkNative *native;

  if (beep_func != NULL) {
    beep_func (widget, beep_data);
    return;
  }

  /* Not gtk_widget_error_bell(): that is silent where people have turned off the
   * sound of mistakes, which this is not. */
  native = gtk_widget_get_native (widget);
  if (native != NULL && gtk_native_get_surface (native) != NULL)
    gdk_surface_beep (gtk_native_get_surface (native));
  else
    gdk_display_beep (gtk_widget_get_display (widget));
}

static gboolean
second_cb (gpointer user_data)
{
  GWeakRef *widget_ref = user_data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (widget_ref);

  if (widget != NULL)
    beep_once (widget);

  return G_SOURCE_REMOVE;
}

static void
free_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/**
 * peg_beep:
 * @widget: where it was answered, such as the window
 * @kind: what to say
 *
 * Answers by sound: one beep for yes, two for no. The computer's own beep is all there
 * is: the sandbox has no way to the sound server. Whether there is to be a sound at all
 * (site.conf, [Kiosk] sound) is for the caller to ask.
 */
void
peg_beep (GtkWidget   *widget,
          PegBeepKind  kind)
{
  GWeakRef *widget_ref;
  guint id;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  beep_once (widget);
  if (kind == PEG_BEEP_YES)
    return;

  widget_ref = g_new0 (GWeakRef, 1);
  g_weak_ref_init (widget_ref, widget);
  id = g_timeout_add_full (G_PRIORITY_DEFAULT, SECOND_AFTER_MS, second_cb, widget_ref, free_ref);
  g_source_set_name_by_id (id, "[peg] second beep");
}

/**
 * peg_beep_set_func:
 * @func: (nullable) (scope forever): what makes a beep; %NULL: the computer
 * @user_data: for @func
 *
 * Has something else beep: a test listens.
 */
void
peg_beep_set_func (PegBeepFunc func,
                   gpointer    user_data)
{
  beep_func = func;
  beep_data = user_data;
}
