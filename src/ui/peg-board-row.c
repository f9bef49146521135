/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-board-row"

#include "peg-config.h"

#include "peg-board-row.h"

#include "peg-initials.h"
#include "peg-quiet.h"
#include "peg-tag-plate.h"
#include "peg-words.h"

#include <glib/gi18n.h>

/**
 * PegBoardRow:
 *
 * One tag of the board: who has it, which file, what for, and for how long.
 *
 * ## Accessibility
 *
 * `PegBoardRow` uses the group role; its label, and that of the list item
 * around it, is what peg_display_row_label() says, and whether the holder is on
 * the board.
 */
struct _PegBoardRow
{
  AdwBin parent_instance;

  PegTagPlate *plate;
  GtkLabel *name;
  GtkLabel *description;
  GtkLabel *words;
  GtkLabel *age;
};

G_DEFINE_FINAL_TYPE (PegBoardRow, peg_board_row, ADW_TYPE_BIN)

static void
peg_board_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PEG_TYPE_BOARD_ROW);

  G_OBJECT_CLASS (peg_board_row_parent_class)->dispose (object);
}

static void
peg_board_row_class_init (PegBoardRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_board_row_dispose;

  g_type_ensure (PEG_TYPE_TAG_PLATE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-board-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PegBoardRow, plate);
  gtk_widget_class_bind_template_child (widget_class, PegBoardRow, name);
  gtk_widget_class_bind_template_child (widget_class, PegBoardRow, description);
  gtk_widget_class_bind_template_child (widget_class, PegBoardRow, words);
  gtk_widget_class_bind_template_child (widget_class, PegBoardRow, age);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_board_row_init (PegBoardRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
peg_board_row_new (void)
{
  return g_object_new (PEG_TYPE_BOARD_ROW, NULL);
}

/* Who, where and what for; the age has a column of its own. */
static char *
get_words (PegSnapshot *snapshot,
           PegEntry    *entry)
{
  const PegLock lock = peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot));
  const char *holder = peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry));
  const char *station = peg_entry_get_station (entry);
  const char *reason = peg_entry_get_reason (entry);
  const char *presence = peg_display_presence (snapshot, entry);
  GString *words = g_string_new (NULL);

  if (lock == PEG_LOCK_OWN)
    g_string_append (words, C_("file", "Yours"));
  else
    g_string_append (words, holder != NULL ? holder : C_("file", "Taken"));

  if (station != NULL && *station != '\0')
    g_string_append_printf (words, " · %s", station);

  if (presence != NULL)
    g_string_append_printf (words, " · %s", presence);

  if (reason != NULL && *reason != '\0') {
    /* Translators: what somebody said why they check a file out. */
    g_autofree char *quoted = g_strdup_printf (_("“%s”"), reason);

    g_string_append_printf (words, " · %s", quoted);
  }

  return g_string_free (words, FALSE);
}

static char *
get_age (PegSnapshot         *snapshot,
         PegEntry            *entry,
         const PegDisplayNow *now)
{
  const gint64 since_us = peg_entry_get_since_us (entry);
  const gint64 server_us = peg_snapshot_get_server_us (snapshot, now->mono_us);

  if (!peg_snapshot_is_live (snapshot)) {
    g_autofree char *clock = NULL;

    if (peg_snapshot_get_as_of_us (snapshot) == 0)
      return NULL;
    clock = peg_words_clock (peg_snapshot_get_as_of_us (snapshot), now->wall_us);
    /* Translators: %s is a time of day; how old what is shown is. */
    return g_strdup_printf (_("as of %s"), clock);
  }

  if (since_us == 0 || server_us == 0)
    return NULL;

  return peg_words_age (server_us - since_us);
}

static char *
get_label (PegSnapshot         *snapshot,
           PegEntry            *entry,
           const PegDisplayNow *now)
{
  g_autofree char *label = peg_display_row_label (snapshot, entry, now);
  const char *presence = peg_display_presence (snapshot, entry);

  return presence != NULL ? g_strdup_printf ("%s, %s", label, presence)
                          : g_steal_pointer (&label);
}

/**
 * peg_board_row_update:
 * @self: a board row
 * @snapshot: what is known
 * @entry: a file of it
 * @now: the clocks
 *
 * Shows @entry.
 */
void
peg_board_row_update (PegBoardRow         *self,
                      PegSnapshot         *snapshot,
                      PegEntry            *entry,
                      const PegDisplayNow *now)
{
  const char *description = peg_entry_get_description (entry);
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *initials = NULL;
  g_autofree char *words = NULL;
  g_autofree char *age = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (PEG_IS_BOARD_ROW (self));

  initials = peg_initials_for (snapshot, entry);
  words = get_words (snapshot, entry);
  age = get_age (snapshot, entry, now);
  label = get_label (snapshot, entry, now);

  peg_tag_plate_set (self->plate, peg_display_tag (snapshot, entry), initials);
  peg_quiet_set_label (self->name, peg_entry_get_filename (entry));
  peg_quiet_set_label (self->description, description != NULL ? description : "");
  peg_quiet_set_label (self->words, words);
  peg_quiet_set_label (self->age, age != NULL ? age : "");

  peg_quiet_set_name (GTK_ACCESSIBLE (self), label);
  if (parent != NULL)
    peg_quiet_set_name (GTK_ACCESSIBLE (parent), label);
}

/**
 * peg_board_row_set_plate:
 * @self: a board row
 * @height: how high its tag is, logical pixels
 */
void
peg_board_row_set_plate (PegBoardRow *self,
                         int          height)
{
  g_return_if_fail (PEG_IS_BOARD_ROW (self));

  peg_tag_plate_set_height (self->plate, height);
}
