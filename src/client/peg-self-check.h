/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-site.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegSelfCheckFacts:
 * @compositor: (nullable): the command line of what shows the window, words separated
 *   by spaces; %NULL: it cannot be seen
 * @desktop: (nullable): `XDG_CURRENT_DESKTOP`
 * @session: whether the session of a terminal has started the program
 * @sandboxed: whether it runs in a Flatpak, which sees little of what is around it
 * @wayland: whether it is shown over Wayland
 * @root: whether it runs as root
 * @site_path: (nullable): where site.conf is
 * @site_writable: whether the program could change it
 * @admin_pin: whether there is a PIN for the admin door
 * @wrong: (nullable): what is wrong in site.conf and with the files it names, sentences
 * @environment: (nullable): the names of everything the program was started with
 * @bus_names: (nullable): who is on the session bus
 *
 * What a terminal can see of what is around it. Everything belongs to somebody else.
 */
typedef struct {
  const char *compositor;
  const char *desktop;
  gboolean session;
  gboolean sandboxed;
  gboolean wayland;
  gboolean root;
  const char *site_path;
  gboolean site_writable;
  gboolean admin_pin;
  const char * const *wrong;
  const char * const *environment;
  const char * const *bus_names;
} PegSelfCheckFacts;

char **peg_self_check_judge (const PegSelfCheckFacts *facts) G_GNUC_WARN_UNUSED_RESULT;
char **peg_self_check_list_environment (const char *text,
                                        gboolean    sandboxed) G_GNUC_WARN_UNUSED_RESULT;

void   peg_self_check_run_async  (PegSite              *site,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
char **peg_self_check_run_finish (GAsyncResult         *result,
                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
