/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-limits.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_SETTINGS_LISTEN:
 *
 * Where pegboardd listens when nothing is said: for this computer only.
 */
#define PEG_SETTINGS_LISTEN "127.0.0.1:8420"

/**
 * PegSettings:
 * @root: the shop's folder
 * @data: (nullable): the data folder; %NULL: chosen by
 *   peg_settings_check()
 * @listen: the address and port
 * @name: (nullable): what the shop is called
 * @tls_cert: (nullable): the file of the certificate
 * @tls_key: (nullable): the file of its key
 * @jwt_secret_file: (nullable): the file of a secret that others sign tokens with
 * @serve_repo: (nullable): the folder of a Flatpak repository to hand out
 * @insecure: whether to listen to other computers without TLS or sign-in
 * @verbose: whether to log more
 * @new_epoch: whether clients must forget their positions
 * @version: whether to print the version and end
 * @address: (nullable): @listen, understood
 * @limits: what clients may cost
 * @origins: (nullable): the sites whose pages may ask, besides the server's own
 *
 * What pegboardd was told to do.
 */
typedef struct {
  char *root;
  char *data;
  char *listen;
  char *name;
  char *tls_cert;
  char *tls_key;
  char *jwt_secret_file;
  char *serve_repo;
  gboolean insecure;
  gboolean verbose;
  gboolean new_epoch;
  gboolean version;
  GInetSocketAddress *address;
  PegLimits limits;
  char **origins;
} PegSettings;

PegSettings *peg_settings_new       (void) G_GNUC_WARN_UNUSED_RESULT;
PegSettings *peg_settings_parse     (char         ***arguments,
                                     GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     peg_settings_read      (PegSettings    *self,
                                     const char     *data,
                                     gsize           length,
                                     GError        **error);
gboolean     peg_settings_read_file (PegSettings    *self,
                                     const char     *path,
                                     GError        **error);
gboolean     peg_settings_find_data (PegSettings    *self,
                                     GError        **error);
gboolean     peg_settings_check     (PegSettings    *self,
                                     GError        **error);
void         peg_settings_free      (PegSettings    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegSettings, peg_settings_free)

G_END_DECLS
