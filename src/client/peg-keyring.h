/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_KEYRING (peg_keyring_get_type ())

G_DECLARE_INTERFACE (PegKeyring, peg_keyring, PEG, KEYRING, GObject)

/**
 * PegKeyringInterface:
 * @lookup_async: see peg_keyring_lookup_async()
 * @lookup_finish: see peg_keyring_lookup_finish()
 * @store_async: see peg_keyring_store_async()
 * @store_finish: see peg_keyring_store_finish()
 * @clear_async: see peg_keyring_clear_async()
 * @clear_finish: see peg_keyring_clear_finish()
 *
 * What a test puts in the place of the keyring of the desktop.
 */
struct _PegKeyringInterface
{
  GTypeInterface parent_iface;

  void     (*lookup_async)  (PegKeyring           *self,
                             const char           *server,
                             const char           *user,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
  char    *(*lookup_finish) (PegKeyring           *self,
                             GAsyncResult         *result,
                             GError              **error);
  void     (*store_async)   (PegKeyring           *self,
                             const char           *server,
                             const char           *user,
                             const char           *secret,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
  gboolean (*store_finish)  (PegKeyring           *self,
                             GAsyncResult         *result,
                             GError              **error);
  void     (*clear_async)   (PegKeyring           *self,
                             const char           *server,
                             const char           *user,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
  gboolean (*clear_finish)  (PegKeyring           *self,
                             GAsyncResult         *result,
                             GError              **error);
};

PegKeyring *peg_keyring_new (void) G_GNUC_WARN_UNUSED_RESULT;

void     peg_keyring_lookup_async  (PegKeyring           *self,
                                    const char           *server,
                                    const char           *user,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
char    *peg_keyring_lookup_finish (PegKeyring           *self,
                                    GAsyncResult         *result,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void     peg_keyring_store_async   (PegKeyring           *self,
                                    const char           *server,
                                    const char           *user,
                                    const char           *secret,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean peg_keyring_store_finish  (PegKeyring           *self,
                                    GAsyncResult         *result,
                                    GError              **error);
void     peg_keyring_clear_async   (PegKeyring           *self,
                                    const char           *server,
                                    const char           *user,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean peg_keyring_clear_finish  (PegKeyring           *self,
                                    GAsyncResult         *result,
                                    GError              **error);

G_END_DECLS
