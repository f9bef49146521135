/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * Peer:
 * @connect: (not nullable): connects to a server, by its address
 * @is_listed: (not nullable): whether the list is on the screen, or will be with
 *   the next frame
 * @is_locked: (not nullable): whether a file is shown as checked out, or will be
 *   with the next frame; by what @add_shown calls it
 * @add_shown: (not nullable): adds the path and the key of the files in the first
 *   rows to an array, one after the other, as the members of a JSON array
 * @window: the window
 * @scrolled: what scrolls the list
 * @data: for the functions
 *
 * A program that shows the list, for run-peers.py to hold beside others.
 */
typedef struct {
  void (*connect) (gpointer    data,
                   const char *url);
  gboolean (*is_listed) (gpointer data);
  gboolean (*is_locked) (gpointer    data,
                         const char *key);
  void (*add_shown) (gpointer  data,
                     GString  *json);
  GtkWidget *window;
  GtkWidget *scrolled;
  gpointer data;
} Peer;

void peer_run (const Peer *peer,
               const char *url);

G_END_DECLS
