/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-site"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

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

  if (self->machine == NULL || *self->machine == '\0')
    return;

  /* A long list is put in order in another thread. */
  self->opening = !peg_rows_is_settled (self->rows) || g_list_model_get_n_items (rows) == 0;
  if (self->opening)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (rows, i);

    if (peg_row_get_kind (row) != PEG_ROW_GROUP ||
        g_strcmp0 (peg_row_get_name (row), self->machine) != 0)
      continue;

    if (!peg_row_get_expanded (row))
      peg_rows_set_expanded (self->rows, row, TRUE);
    peg_file_list_scroll_to (self->list, i);
    return;
  }
}
