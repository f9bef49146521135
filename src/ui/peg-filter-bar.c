/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-filter-bar"

#include "peg-config.h"

#include "peg-filter-bar.h"

#include "peg-count.h"
#include "peg-quiet.h"
#include "peg-search.h"

#include <glib/gi18n.h>

/**
 * PegFilterBar:
 *
 * Which files the list shows, with how many there are of each kind. Its buttons
 * activate `win.filter`.
 */
struct _PegFilterBar
{
  AdwBin parent_instance;

  GtkWidget *all;
  GtkWidget *out;
  GtkWidget *mine;
  GtkWidget *free;
  PegCount *counts[PEG_FILTER_FREE + 1]; /* (unowned): children of the buttons */
};

G_DEFINE_FINAL_TYPE (PegFilterBar, peg_filter_bar, ADW_TYPE_BIN)

static void
peg_filter_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PEG_TYPE_FILTER_BAR);

  G_OBJECT_CLASS (peg_filter_bar_parent_class)->dispose (object);
}

static void
peg_filter_bar_class_init (PegFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_filter_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-filter-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PegFilterBar, all);
  gtk_widget_class_bind_template_child (widget_class, PegFilterBar, out);
  gtk_widget_class_bind_template_child (widget_class, PegFilterBar, mine);
  gtk_widget_class_bind_template_child (widget_class, PegFilterBar, free);
}

static void
fill_button (PegFilterBar *self,
             PegFilter     filter,
             GtkWidget    *button,
             const char   *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *count = peg_count_new ();

  gtk_widget_add_css_class (count, "peg-count");
  gtk_box_append (GTK_BOX (box), gtk_label_new (title));
  gtk_box_append (GTK_BOX (box), count);
  gtk_button_set_child (GTK_BUTTON (button), box);
  self->counts[filter] = PEG_COUNT (count);
}

static void
peg_filter_bar_init (PegFilterBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  fill_button (self, PEG_FILTER_ALL, self->all, C_("filter", "All"));
  fill_button (self, PEG_FILTER_OUT, self->out, C_("filter", "Out"));
  fill_button (self, PEG_FILTER_MINE, self->mine, C_("filter", "Mine"));
  fill_button (self, PEG_FILTER_FREE, self->free, C_("filter", "Free"));
}

static void
set_count (PegFilterBar *self,
           PegFilter     filter,
           GtkWidget    *button,
           const char   *title,
           guint         n)
{
  g_autofree char *label = g_strdup_printf ("%s %u", title, n);

  peg_count_set (self->counts[filter], n);
  peg_quiet_set_name (GTK_ACCESSIBLE (button), label);
}

/**
 * peg_filter_bar_update:
 * @self: a filter bar
 * @counts: how many files there are of each kind
 */
void
peg_filter_bar_update (PegFilterBar    *self,
                       const PegCounts *counts)
{
  g_return_if_fail (PEG_IS_FILTER_BAR (self));

  set_count (self, PEG_FILTER_ALL, self->all, _("All files:"), counts->all);
  set_count (self, PEG_FILTER_OUT, self->out, _("Files that are checked out:"), counts->out);
  set_count (self, PEG_FILTER_MINE, self->mine, _("Files that I have:"), counts->mine);
  set_count (self, PEG_FILTER_FREE, self->free, _("Files that are free:"),
             counts->all - counts->out);
}
