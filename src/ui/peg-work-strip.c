/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-work-strip"

#include "peg-config.h"

#include "peg-work-strip.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/* More rows would take the tree's place; the rest is counted. */
#define MAX_ROWS 3

/**
 * PegWorkStrip:
 *
 * What takes long on the server: below everything else, a row for each work
 * with its file, how far it is and for how long still. It takes room of its own
 * and covers nothing; without work it is not there.
 *
 * ## Accessibility
 *
 * `PegWorkStrip` uses the group role. The bar of a row is named after its work.
 */
struct _PegWorkStrip
{
  AdwBin parent_instance;

  GtkBox *box;      /* in the widget tree */
  GtkLabel *more;   /* in the widget tree */
  GPtrArray *rows;  /* (owned) (element-type Row) */
};

/* The widgets of one row; all are in the widget tree. */
typedef struct {
  char *key;        /* (owned) */
  gboolean has_id;
  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *words;
  GtkProgressBar *bar;
  GtkWidget *hide;
} Row;

G_DEFINE_FINAL_TYPE (PegWorkStrip, peg_work_strip, ADW_TYPE_BIN)

static void
row_free (Row *row)
{
  g_free (row->key);
  g_free (row);
}

static void
peg_work_strip_dispose (GObject *object)
{
  PegWorkStrip *self = PEG_WORK_STRIP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (peg_work_strip_parent_class)->dispose (object);
}

static void
peg_work_strip_class_init (PegWorkStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_work_strip_dispose;

  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_work_strip_init (PegWorkStrip *self)
{
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  self->more = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (self->more, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->more), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->more), "dim-label");
  gtk_box_append (self->box, GTK_WIDGET (self->more));
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "peg-works");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("What the Server Is Doing"),
                                  -1);
}

static GtkLabel *
add_label (GtkWidget  *line,
           const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (line), label);

  return GTK_LABEL (label);
}

static Row *
create_row (const PegWork *work)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  row->key = g_strdup (work->key);
  row->has_id = work->has_id;
  row->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  row->title = add_label (line, NULL);
  gtk_label_set_ellipsize (row->title, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (row->title), TRUE);
  row->words = add_label (line, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (row->words), "numeric");

  row->hide = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_add_css_class (row->hide, "flat");
  gtk_widget_add_css_class (row->hide, "circular");
  gtk_widget_set_tooltip_text (row->hide, _("Do Not Show This Any More"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row->hide), "app.hide-work");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row->hide), "(sb)", work->key, work->has_id);
  gtk_box_append (GTK_BOX (line), row->hide);

  row->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_box_append (GTK_BOX (row->box), line);
  gtk_box_append (GTK_BOX (row->box), GTK_WIDGET (row->bar));

  return row;
}

static void
update_row (Row                 *row,
            const PegWork       *work,
            const PegDisplayNow *now)
{
  const gboolean silent = peg_display_work_is_silent (work, now);
  const char *subject = peg_display_work_title (work);
  g_autofree char *words = peg_display_work_words (work, now);
  g_autofree char *title = NULL;
  g_autofree char *hide = NULL;

  if (work->file != NULL && work->text != NULL)
    title = g_strdup_printf ("%s · %s", work->file, work->text);
  else
    title = g_strdup (subject);

  peg_quiet_set_label (row->title, title);
  peg_quiet_set_tooltip (GTK_WIDGET (row->title), title);
  peg_quiet_set_label (row->words, words);
  gtk_progress_bar_set_fraction (row->bar, work->percent >= 0 ? work->percent / 100 : 0);
  gtk_widget_set_visible (row->hide, silent);

  /* Nobody knows any more how far it is. */
  if (silent)
    gtk_widget_add_css_class (GTK_WIDGET (row->bar), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row->bar), "dim-label");

  gtk_accessible_update_property (GTK_ACCESSIBLE (row->bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words,
                                  -1);
  /* Translators: %s is what the server is doing, or the file it is at. */
  hide = g_strdup_printf (_("Do not show “%s” any more"), subject);
  peg_quiet_set_name (GTK_ACCESSIBLE (row->hide), hide);
}

/* Whether the rows are those of the first @n works already. */
static gboolean
has_rows_for (PegWorkStrip *self,
              GPtrArray    *works,
              guint         n)
{
  if (self->rows->len != n)
    return FALSE;

  for (guint i = 0; i < n; i++) {
    const Row *row = g_ptr_array_index (self->rows, i);
    const PegWork *work = g_ptr_array_index (works, i);

    if (row->has_id != work->has_id || !g_str_equal (row->key, work->key))
      return FALSE;
  }

  return TRUE;
}

static void
build_rows (PegWorkStrip *self,
            GPtrArray    *works,
            guint         n)
{
  GtkWidget *last = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    gtk_box_remove (self->box, ((Row *) g_ptr_array_index (self->rows, i))->box);
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; i < n; i++) {
    Row *row = create_row (g_ptr_array_index (works, i));

    gtk_box_insert_child_after (self->box, row->box, last);
    last = row->box;
    g_ptr_array_add (self->rows, row);
  }
}

/**
 * peg_work_strip_update:
 * @self: a strip
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows the long work of @snapshot.
 */
void
peg_work_strip_update (PegWorkStrip        *self,
                       PegSnapshot         *snapshot,
                       const PegDisplayNow *now)
{
  GPtrArray *works = peg_snapshot_get_works (snapshot);
  const guint n = MIN (works->len, MAX_ROWS);

  g_return_if_fail (PEG_IS_WORK_STRIP (self));

  gtk_widget_set_visible (GTK_WIDGET (self), works->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more), works->len > n);

  if (!has_rows_for (self, works, n))
    build_rows (self, works, n);
  for (guint i = 0; i < n; i++)
    update_row (g_ptr_array_index (self->rows, i), g_ptr_array_index (works, i), now);

  if (works->len > n) {
    /* Translators: %u is how many more things the server is doing. */
    g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", works->len - n),
                                             works->len - n);

    peg_quiet_set_label (self->more, more);
  }
}
