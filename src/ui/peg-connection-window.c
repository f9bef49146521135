/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection-window"

#include "peg-config.h"

#include "peg-connection-window.h"

#include <glib/gi18n.h>

/**
 * PegConnectionWindow:
 *
 * What there is to know of the connection, for whoever looks after it: the
 * facts, what it went through, and a button that copies all of it.
 */
struct _PegConnectionWindow
{
  AdwWindow parent_instance;

  GtkWidget *copy;
  AdwToastOverlay *toasts;
  GtkGrid *facts;
  GtkWidget *log_heading;
  GtkLabel *log;

  char *report; /* (owned) (nullable): what is shown, as text */
};

G_DEFINE_FINAL_TYPE (PegConnectionWindow, peg_connection_window, ADW_TYPE_WINDOW)

static void
copy_cb (PegConnectionWindow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          self->report != NULL ? self->report : "");
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
peg_connection_window_dispose (GObject *object)
{
  PegConnectionWindow *self = PEG_CONNECTION_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_CONNECTION_WINDOW);
  g_clear_pointer (&self->report, g_free);

  G_OBJECT_CLASS (peg_connection_window_parent_class)->dispose (object);
}

static void
peg_connection_window_class_init (PegConnectionWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_connection_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-connection-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PegConnectionWindow, copy);
  gtk_widget_class_bind_template_child (widget_class, PegConnectionWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PegConnectionWindow, facts);
  gtk_widget_class_bind_template_child (widget_class, PegConnectionWindow, log_heading);
  gtk_widget_class_bind_template_child (widget_class, PegConnectionWindow, log);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
peg_connection_window_init (PegConnectionWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * peg_connection_window_new:
 * @parent: the window that it belongs to
 *
 * Returns: (transfer floating): a window that shows nothing yet
 */
GtkWidget *
peg_connection_window_new (GtkWindow *parent)
{
  return g_object_new (PEG_TYPE_CONNECTION_WINDOW,
                       "transient-for", parent,
                       "destroy-with-parent", TRUE,
                       NULL);
}

static GtkWidget *
create_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);

  return label;
}

static void
fill_facts (PegConnectionWindow *self,
            char               **facts)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);

  for (int i = 0; facts[2 * i] != NULL; i++) {
    GtkWidget *label = create_label (facts[2 * i]);
    GtkWidget *value = create_label (facts[2 * i + 1]);

    gtk_label_set_wrap (GTK_LABEL (label), FALSE);
    gtk_widget_add_css_class (label, "dim-label");
    gtk_label_set_selectable (GTK_LABEL (value), TRUE);
    gtk_widget_set_hexpand (value, TRUE);
    gtk_widget_add_css_class (value, "numeric");
    gtk_accessible_update_relation (GTK_ACCESSIBLE (value),
                                    GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                    -1);
    gtk_grid_attach (self->facts, label, 0, i, 1, 1);
    gtk_grid_attach (self->facts, value, 1, i, 1, 1);
  }
}

/**
 * peg_connection_window_update:
 * @self: the window
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows the connection of @snapshot. What somebody has selected to copy stays
 * selected as long as nothing changes.
 */
void
peg_connection_window_update (PegConnectionWindow *self,
                              PegSnapshot         *snapshot,
                              const PegDisplayNow *now)
{
  const GPtrArray *log = peg_snapshot_get_log (snapshot);
  g_autofree char *report = peg_display_link_report (snapshot, now);
  g_auto (GStrv) facts = NULL;
  g_autoptr (GString) lines = NULL;

  g_return_if_fail (PEG_IS_CONNECTION_WINDOW (self));

  if (g_strcmp0 (self->report, report) == 0)
    return;

  facts = peg_display_link_facts (snapshot, now);
  fill_facts (self, facts);

  /* Whoever opens it asks for what happened last. */
  lines = g_string_new (NULL);
  for (guint i = log->len; i > 0; i--)
    g_string_append_printf (lines, "%s%s", i < log->len ? "\n" : "",
                            (const char *) g_ptr_array_index (log, i - 1));
  gtk_label_set_text (self->log, lines->str);
  gtk_widget_set_visible (GTK_WIDGET (self->log), log->len > 0);
  gtk_widget_set_visible (self->log_heading, log->len > 0);

  g_free (self->report);
  self->report = g_steal_pointer (&report);
}
