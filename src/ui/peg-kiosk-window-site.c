/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-site"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-kiosk-admin-page.h"

#include <glib/gi18n.h>

/* What is far away comes to the middle: the name of a group is above the row that is so
 * many below it. */
#define ROWS_BELOW 1

/* A list that has just come is in its place after a frame or two. After so many the
 * person is on another page. */
#define MAX_FRAMES 8

/* What the shop laid down for this terminal in site.conf, as far as it is seen or
 * heard. */

/**
 * peg_kiosk_window_set_burn_in_s:
 * @self: a window
 * @seconds: how often the status board moves a little
 */
void
peg_kiosk_window_set_burn_in_s (PegKioskWindow *self,
                                guint           seconds)
{
  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  peg_saver_set_burn_in_s (self->saver, seconds);
}

/**
 * peg_kiosk_window_set_sound:
 * @self: a window
 * @sound: whether answers are heard, too
 */
void
peg_kiosk_window_set_sound (PegKioskWindow *self,
                            gboolean        sound)
{
  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  self->silent = !sound;
}

/**
 * peg_kiosk_window_set_touch:
 * @self: a window
 * @touch: whether the screen can be touched: without, there is a real keyboard, and
 *   none is drawn
 */
void
peg_kiosk_window_set_touch (PegKioskWindow *self,
                            gboolean        touch)
{
  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  peg_kiosk_find_set_touch (self->find, touch);
  peg_kiosk_check_in_set_touch (self->check_in, touch);
}

/**
 * peg_kiosk_window_set_badges:
 * @self: a window
 * @badges: whether the terminal knows badges
 * @pin_too: whether a badge is not enough, and needs the PIN
 *
 * Whoever is to sign in is told of the badge.
 */
void
peg_kiosk_window_set_badges (PegKioskWindow *self,
                             gboolean        badges,
                             gboolean        pin_too)
{
  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  self->badges = badges;
  peg_pin_page_set_badges (self->pin, badges, pin_too);
}

/**
 * peg_kiosk_window_set_notes:
 * @self: a window
 * @notes: (array zero-terminated=1): sentences about what does not work on this computer,
 *   for whoever looks after it
 */
void
peg_kiosk_window_set_notes (PegKioskWindow     *self,
                            const char * const *notes)
{
  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  peg_kiosk_admin_page_set_notes (PEG_KIOSK_ADMIN_PAGE (self->admin), notes);
}

/**
 * peg_kiosk_window_set_machine:
 * @self: a window
 * @machine: (nullable): the group of the board that is for the machine that stands here
 *
 * Its group is open when the list appears.
 */
void
peg_kiosk_window_set_machine (PegKioskWindow *self,
                              const char     *machine)
{
  g_autofree char *copy = g_strdup (machine);

  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  g_free (self->machine);
  self->machine = g_steal_pointer (&copy);
  peg_kiosk_window_open_machine (self);
  peg_kiosk_window_render (self);
}

/* Where the group of the machine is in the list. */
static gboolean
find_machine (PegKioskWindow *self,
              guint          *position)
{
  GListModel *rows = G_LIST_MODEL (self->rows);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (rows, i);

    if (peg_row_get_kind (row) == PEG_ROW_GROUP &&
        g_strcmp0 (peg_row_get_name (row), self->machine) == 0) {
      *position = i;
      return TRUE;
    }
  }

  return FALSE;
}

/* A name alone says nothing of what is open below it. */
static gboolean
go_to_machine_cb (GtkWidget     *list,
                  GdkFrameClock *clock,
                  gpointer       user_data)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (gtk_widget_get_root (list));
  guint *frames_left = user_data;
  guint position;

  (*frames_left)--;
  if (gtk_widget_get_height (list) == 0)
    return *frames_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;

  if (find_machine (self, &position))
    peg_file_list_scroll_to (self->list,
                             MIN (position + ROWS_BELOW,
                                  g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - 1));

  return G_SOURCE_REMOVE;
}

/*
 * peg_kiosk_window_open_machine:
 *
 * Opens the group of the machine that stands here, and goes there.
 */
void
peg_kiosk_window_open_machine (PegKioskWindow *self)
{
  GListModel *rows = G_LIST_MODEL (self->rows);
  g_autoptr (PegRow) row = NULL;
  guint *frames_left;
  guint position;

  if (self->machine == NULL || *self->machine == '\0')
    return;

  /* A long list is put in order in another thread. */
  self->opening = !peg_rows_is_settled (self->rows) || g_list_model_get_n_items (rows) == 0;
  if (self->opening)
    return;

  if (!find_machine (self, &position))
    return;

  row = g_list_model_get_item (rows, position);
  if (!peg_row_get_expanded (row))
    peg_rows_set_expanded (self->rows, row, TRUE);

  frames_left = g_new (guint, 1);
  *frames_left = MAX_FRAMES;
  gtk_widget_add_tick_callback (GTK_WIDGET (self->list), go_to_machine_cb, frames_left, g_free);
}

/*
 * peg_kiosk_window_dup_machine_trouble:
 * @snapshot: what is known
 *
 * The groups are made of the names that files have on the server, so the name of a
 * machine that nobody has yet is a name like any other.
 *
 * Returns: (transfer full) (nullable): that no group is called as the machine that stands
 *   here; %NULL: one is, or none is named
 */
char *
peg_kiosk_window_dup_machine_trouble (PegKioskWindow    *self,
                                      const PegSnapshot *snapshot)
{
  if (self->machine == NULL || *self->machine == '\0' ||
      peg_snapshot_get_counts (snapshot)->all == 0 ||
      peg_snapshot_find_group (snapshot, self->machine) != NULL)
    return NULL;

  /* Translators: %s is the name of a machine, like VF-4; “machine” and site.conf stay as
   * they are. */
  return g_strdup_printf (_("No group of the board is called “%s” (“machine” in site.conf)."),
                          self->machine);
}
