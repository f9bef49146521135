/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-row-words"

#include "peg-config.h"

#include "peg-file-row-private.h"

#include "peg-initials.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>
#include <string.h>

/* What a row says: the texts that are drawn, and what a screen reader is told. */

static gboolean
set_text (PegFileRow     *self,
          PegFileRowText  which,
          const char     *text)
{
  if (text != NULL && *text == '\0')
    text = NULL;

  if (g_strcmp0 (self->texts[which], text) == 0)
    return FALSE;

  g_free (self->texts[which]);
  self->texts[which] = g_strdup (text);
  g_clear_object (&self->layouts[which]);

  return TRUE;
}

/* The words about the lock: on one line, or in a large row on two. */
static void
set_words (PegFileRow *self,
           const char *words)
{
  const char *more = self->sizes != NULL && words != NULL ? strstr (words, " · ") : NULL;
  g_autofree char *first = more != NULL ? g_strndup (words, (gsize) (more - words)) : NULL;

  set_text (self, PEG_FILE_ROW_TEXT_WORDS, more != NULL ? first : words);
  set_text (self, PEG_FILE_ROW_TEXT_MORE, more != NULL ? more + strlen (" · ") : NULL);
}

static PangoAttrList *
find_matches (PegSearch  *search,
              const char *name)
{
  PangoAttrList *attrs = NULL;
  gsize from = 0, start, end;

  while (search != NULL && peg_search_find_in (search, name, from, &start, &end)) {
    PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

    bold->start_index = (guint) start;
    bold->end_index = (guint) end;
    if (attrs == NULL)
      attrs = pango_attr_list_new ();
    pango_attr_list_insert (attrs, bold);
    from = end;
  }

  return attrs;
}

static void
update_matches (PegFileRow *self)
{
  PangoAttrList *matches = NULL;

  if (peg_file_row_is_file (self))
    matches = find_matches (peg_rows_get_search (self->rows), self->texts[PEG_FILE_ROW_TEXT_NAME]);

  if (!pango_attr_list_equal (matches, self->matches))
    g_clear_object (&self->layouts[PEG_FILE_ROW_TEXT_NAME]);

  g_clear_pointer (&self->matches, pango_attr_list_unref);
  self->matches = matches;
}

static void
update_file (PegFileRow *self)
{
  PegSnapshot *snapshot = peg_rows_get_snapshot (self->rows);
  PegEntry *entry = peg_row_get_entry (self->row);
  g_autofree char *revision = peg_display_revision (entry);
  g_autofree char *words = NULL;
  g_autofree char *initials = peg_initials_for (snapshot, entry);
  PegDisplayNow now;

  peg_now_read (self->now, &now);
  words = peg_display_lock_words (snapshot, entry, &now);

  self->tag = peg_display_tag (snapshot, entry);
  self->icon_name = peg_display_type_icon (entry);
  set_text (self, PEG_FILE_ROW_TEXT_NAME, peg_entry_get_filename (entry));
  set_text (self, PEG_FILE_ROW_TEXT_DESCRIPTION, peg_entry_get_description (entry));
  set_text (self, PEG_FILE_ROW_TEXT_REVISION, revision);
  set_words (self, words);
  set_text (self, PEG_FILE_ROW_TEXT_PLATE, initials);
}

/* How old what is said of check-outs is; %NULL: it is true. */
static char *
dup_age (PegFileRow *self)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return peg_display_age (peg_rows_get_snapshot (self->rows), &now);
}

static void
update_group (PegFileRow *self)
{
  const guint n = peg_row_get_n (self->row);
  const guint n_out = peg_row_get_n_out (self->row);
  g_autofree char *count = NULL;
  g_autofree char *plate = g_strdup_printf ("%u", n_out);
  g_autofree char *age = dup_age (self);
  g_autofree char *words = NULL;

  /* On a terminal it stands alone on its line, where there is room to say what it counts. */
  if (self->sizes != NULL)
    /* Translators: %u is a number of files. */
    count = g_strdup_printf (ngettext ("%u file", "%u files", n), n);
  else
    count = g_strdup_printf ("%u", n);

  if (n_out > 0 && age != NULL)
    /* Translators: stands beside a tag with a number: so many files of a group were
     * checked out; %s is “as of 08:41”. */
    words = g_strdup_printf (C_("group", "out %s"), age);
  else if (n_out > 0)
    /* Translators: stands beside a tag with a number: so many files of a group
     * are checked out. */
    words = g_strdup (C_("group", "out"));

  self->tag = n_out > 0 && age != NULL ? PEG_TAG_STALE : PEG_TAG_FREE;
  self->icon_name =
    peg_row_get_kind (self->row) == PEG_ROW_GROUP ? "peg-group-symbolic" : "peg-part-symbolic";
  set_text (self, PEG_FILE_ROW_TEXT_NAME, peg_row_get_name (self->row));
  set_text (self, PEG_FILE_ROW_TEXT_DESCRIPTION, NULL);
  set_text (self, PEG_FILE_ROW_TEXT_REVISION, count);
  set_words (self, words);
  set_text (self, PEG_FILE_ROW_TEXT_PLATE, n_out > 0 ? plate : NULL);
}

/*
 * peg_file_row_refresh:
 *
 * Works out what is drawn, which follows from the row, the snapshot and the
 * clock. Whatever of it is the same is kept.
 */
void
peg_file_row_refresh (PegFileRow *self)
{
  const char *old_icon = self->icon_name;

  if (!self->stale || self->row == NULL)
    return;

  self->stale = FALSE;
  if (peg_file_row_is_file (self))
    update_file (self);
  else
    update_group (self);
  update_matches (self);

  if (g_strcmp0 (old_icon, self->icon_name) != 0)
    g_clear_object (&self->icon);
  g_clear_object (&self->arrow);
}

/*
 * peg_file_row_dup_label:
 *
 * Returns: (transfer full): all that the row shows, in a sentence
 */
char *
peg_file_row_dup_label (PegFileRow *self)
{
  PegDisplayNow now;

  if (!peg_file_row_is_file (self)) {
    g_autofree char *age = dup_age (self);

    return peg_display_group_label (peg_row_get_name (self->row), peg_row_get_n (self->row),
                                    peg_row_get_n_out (self->row), age);
  }

  peg_now_read (self->now, &now);

  return peg_display_row_label (peg_rows_get_snapshot (self->rows), peg_row_get_entry (self->row),
                                &now);
}

static void
say_state (PegFileRow *self,
           GtkWidget  *item)
{
  const int level = (int) peg_row_get_depth (self->row) + 1;
  const int expanded = peg_file_row_is_file (self) ? -1 : peg_row_get_expanded (self->row);

  if (self->said_level != level)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LEVEL, level, -1);
  if (self->said_expanded != expanded && expanded < 0)
    gtk_accessible_reset_state (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_STATE_EXPANDED);
  else if (self->said_expanded != expanded)
    gtk_accessible_update_state (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_STATE_EXPANDED, expanded, -1);

  self->said_level = level;
  self->said_expanded = expanded;
}

/*
 * peg_file_row_say:
 *
 * Says to a screen reader what is drawn. The list item is what has the focus,
 * and GTK 4.8 does not name it after its child.
 */
void
peg_file_row_say (PegFileRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = peg_file_row_dup_label (self);

  peg_quiet_set_name (GTK_ACCESSIBLE (self), label);
  if (item != NULL) {
    peg_quiet_set_name (GTK_ACCESSIBLE (item), label);
    say_state (self, item);
  }
}
