/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-keyring"

#include "peg-config.h"

#include "peg-keyring.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

/**
 * PegKeyring:
 *
 * Keeps a secret for each person at each server, where nobody else can read it.
 */
G_DEFINE_INTERFACE (PegKeyring, peg_keyring, G_TYPE_OBJECT)

#define PEG_TYPE_SECRET_KEYRING (peg_secret_keyring_get_type ())

G_DECLARE_FINAL_TYPE (PegSecretKeyring, peg_secret_keyring, PEG, SECRET_KEYRING, GObject)

/*
 * PegSecretKeyring:
 *
 * The keyring of the desktop, or, in a sandbox, the one that its portal gives.
 *
 * libsecret is never told to stop: while it waits for the portal it disconnects from the
 * cancellable within “cancelled”, which waits for itself for ever (libsecret 0.20,
 * g_cancellable_disconnect()). What was cancelled is known by its task, and what comes
 * later is thrown away.
 */
struct _PegSecretKeyring
{
  GObject parent_instance;
};

static void keyring_iface_init (PegKeyringInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegSecretKeyring, peg_secret_keyring, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_KEYRING, keyring_iface_init))

/* What other programs see when they look at the keyring; never changed, or what
 * is kept would be lost. */
static const SecretSchema schema = {
  .name = "io.github.pegboard.Pegboard.Token",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = {
    { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
};

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, secret, (GDestroyNotify) secret_password_free);
}

static void
peg_secret_keyring_lookup_async (PegKeyring          *self,
                                 const char          *server,
                                 const char          *user,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, peg_secret_keyring_lookup_async);
  secret_password_lookup (&schema, NULL, looked_up_cb, task,
                          "server", server,
                          "user", user,
                          NULL);
}

static char *
peg_secret_keyring_lookup_finish (PegKeyring    *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
peg_secret_keyring_store_async (PegKeyring          *self,
                                const char          *server,
                                const char          *user,
                                const char          *secret,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  /* Translators: how a secret is called in the keyring: the name of a person and
   * the address of a server. */
  g_autofree char *label = g_strdup_printf (_("Pegboard: %s at %s"), user, server);

  g_task_set_source_tag (task, peg_secret_keyring_store_async);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, NULL,
                         stored_cb, task,
                         "server", server,
                         "user", user,
                         NULL);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;

  /* That there was nothing to be cleared is as good. */
  secret_password_clear_finish (result, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
peg_secret_keyring_clear_async (PegKeyring          *self,
                                const char          *server,
                                const char          *user,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, peg_secret_keyring_clear_async);
  secret_password_clear (&schema, NULL, cleared_cb, task,
                         "server", server,
                         "user", user,
                         NULL);
}

static gboolean
peg_secret_keyring_finish (PegKeyring    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
keyring_iface_init (PegKeyringInterface *iface)
{
  iface->lookup_async = peg_secret_keyring_lookup_async;
  iface->lookup_finish = peg_secret_keyring_lookup_finish;
  iface->store_async = peg_secret_keyring_store_async;
  iface->store_finish = peg_secret_keyring_finish;
  iface->clear_async = peg_secret_keyring_clear_async;
  iface->clear_finish = peg_secret_keyring_finish;
}

static void
peg_secret_keyring_class_init (PegSecretKeyringClass *klass)
{
}

static void
peg_secret_keyring_init (PegSecretKeyring *self)
{
}

static void
peg_keyring_default_init (PegKeyringInterface *iface)
{
}

/**
 * peg_keyring_new:
 *
 * Returns: (transfer full): the keyring of the desktop
 */
PegKeyring *
peg_keyring_new (void)
{
  return g_object_new (PEG_TYPE_SECRET_KEYRING, NULL);
}

/**
 * peg_keyring_lookup_async:
 * @self: a keyring
 * @server: a server
 * @user: a person
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Looks for the secret of @user at @server. The desktop may ask to unlock the
 * keyring, so this may take as long as a person does.
 */
void
peg_keyring_lookup_async (PegKeyring          *self,
                          const char          *server,
                          const char          *user,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (PEG_IS_KEYRING (self));
  g_return_if_fail (server != NULL && user != NULL);

  PEG_KEYRING_GET_IFACE (self)->lookup_async (self, server, user, cancellable, callback, user_data);
}

/**
 * peg_keyring_lookup_finish:
 * @self: a keyring
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the secret; %NULL without an error: there
 *   is none
 */
char *
peg_keyring_lookup_finish (PegKeyring    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (PEG_IS_KEYRING (self), NULL);

  return PEG_KEYRING_GET_IFACE (self)->lookup_finish (self, result, error);
}

/**
 * peg_keyring_store_async:
 * @self: a keyring
 * @server: a server
 * @user: a person
 * @secret: what proves who that is
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Keeps @secret in the place of any other for @user at @server.
 */
void
peg_keyring_store_async (PegKeyring          *self,
                         const char          *server,
                         const char          *user,
                         const char          *secret,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (PEG_IS_KEYRING (self));
  g_return_if_fail (server != NULL && user != NULL && secret != NULL);

  PEG_KEYRING_GET_IFACE (self)->store_async (self, server, user, secret, cancellable,
                                             callback, user_data);
}

/**
 * peg_keyring_store_finish:
 * @self: a keyring
 * @result: the result
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
peg_keyring_store_finish (PegKeyring    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (PEG_IS_KEYRING (self), FALSE);

  return PEG_KEYRING_GET_IFACE (self)->store_finish (self, result, error);
}

/**
 * peg_keyring_clear_async:
 * @self: a keyring
 * @server: a server
 * @user: a person
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Throws away the secret of @user at @server.
 */
void
peg_keyring_clear_async (PegKeyring          *self,
                         const char          *server,
                         const char          *user,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (PEG_IS_KEYRING (self));
  g_return_if_fail (server != NULL && user != NULL);

  PEG_KEYRING_GET_IFACE (self)->clear_async (self, server, user, cancellable, callback, user_data);
}

/**
 * peg_keyring_clear_finish:
 * @self: a keyring
 * @result: the result
 * @error: return location
 *
 * Returns: whether it is gone
 */
gboolean
peg_keyring_clear_finish (PegKeyring    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (PEG_IS_KEYRING (self), FALSE);

  return PEG_KEYRING_GET_IFACE (self)->clear_finish (self, result, error);
}
