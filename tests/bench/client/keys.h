/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KEYS_EVERY_MS:
 *
 * How often a key is pressed, ms.
 */
#define KEYS_EVERY_MS 20

/**
 * Keys:
 *
 * Somebody who presses Down and Up, on and on, at the X server as a keyboard
 * would, from a thread of their own that nothing holds up; and how long it takes
 * until each was handled and painted.
 */
typedef struct _Keys Keys;

Keys   *keys_new  (GtkWidget *window);
GArray *keys_stop (Keys      *self,
                   guint     *n_lost) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
