/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client"

#include "peg-config.h"

#include "peg-client.h"

#include "peg-client-private.h"

/* Enough for slow lists beside an upload (docs/architecture.md, “The
 * connection”). */
#define MAX_CONNECTIONS 8

/* The longest silence of a server that works on its repository, with room: after
 * that, nothing comes any more. Whoever asks has a shorter patience. */
#define TIMEOUT_S (11 * 60)

/**
 * PegClient:
 *
 * Asks one server for things over HTTP (docs/protocol.md, “REST”).
 *
 * It decides nothing and tries nothing twice: a request that changes something
 * and got no answer ends with %PEG_LINK_ERROR_UNCERTAIN. Errors are of
 * %PEG_LINK_ERROR and have words for people, made from what the store knows;
 * %G_IO_ERROR_CANCELLED is passed on.
 *
 * For one thread: the one whose main context was the default when it was made.
 */
G_DEFINE_FINAL_TYPE (PegClient, peg_client, G_TYPE_OBJECT)

static void
peg_client_dispose (GObject *object)
{
  PegClient *self = PEG_CLIENT (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->transfers);
  g_clear_object (&self->identity);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_client_parent_class)->dispose (object);
}

static void
peg_client_finalize (GObject *object)
{
  PegClient *self = PEG_CLIENT (object);

  g_clear_pointer (&self->http, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->etag, g_free);

  G_OBJECT_CLASS (peg_client_parent_class)->finalize (object);
}

static void
peg_client_class_init (PegClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_client_dispose;
  object_class->finalize = peg_client_finalize;
}

static void
peg_client_init (PegClient *self)
{
}

/**
 * peg_client_new:
 * @store: what is known, for words
 * @clock: the time, for words
 * @target: whom to ask
 *
 * Returns: (transfer full): a client
 */
PegClient *
peg_client_new (PegStore              *store,
                PegClock              *clock,
                const PegClientTarget *target)
{
  PegClient *self;

  g_return_val_if_fail (PEG_IS_STORE (store), NULL);
  g_return_val_if_fail (PEG_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  self = g_object_new (PEG_TYPE_CLIENT, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->http = g_strdup (target->http);
  self->user = g_strdup (target->user);
  self->station = g_strdup (target->station);
  if (target->identity != NULL)
    self->identity = g_object_ref (target->identity);
  else
    self->identity = peg_identity_new (&(PegIdentityConfig) {
      .token = target->token,
      .ca_file = target->ca_file,
    });
  self->session = peg_identity_make_session (self->identity, MAX_CONNECTIONS, TIMEOUT_S);

  return self;
}

/**
 * peg_client_set_dialect:
 * @self: a client
 * @dialect: how the server talks
 *
 * Decides how files are named to the server.
 */
void
peg_client_set_dialect (PegClient  *self,
                        PegDialect  dialect)
{
  g_return_if_fail (PEG_IS_CLIENT (self));

  self->dialect = dialect;
}

/**
 * peg_client_set_transfers:
 * @self: a client
 * @transfers: (nullable): of the connection to the same server
 *
 * Lets large contents go through the socket, where the server offers it.
 */
void
peg_client_set_transfers (PegClient    *self,
                          PegTransfers *transfers)
{
  g_return_if_fail (PEG_IS_CLIENT (self));

  g_set_object (&self->transfers, transfers);
}

static gpointer
decode_config (PegCall  *call,
               GBytes   *body,
               GError  **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  return peg_wire_decode_config (data, length, error);
}

/**
 * peg_client_get_config_async:
 * @self: a client
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks what the server is.
 */
void
peg_client_get_config_async (PegClient           *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  static const PegAnswer answer = { decode_config, (GDestroyNotify) peg_wire_config_free };
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_get_config_async);

  if (peg_call_begin (task, peg_call_new (self, SOUP_METHOD_GET, "/config", NULL), &answer))
    peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_get_config_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the server is
 */
PegWireConfig *
peg_client_get_config_finish (PegClient     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
decode_history (PegCall  *call,
                GBytes   *body,
                GError  **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  return peg_wire_decode_history (data, length, error);
}

/**
 * peg_client_history_async:
 * @self: a client
 * @entry: a file
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks for the revisions of @entry.
 */
void
peg_client_history_async (PegClient           *self,
                          PegEntry            *entry,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  static const PegAnswer answer = { decode_history, (GDestroyNotify) g_ptr_array_unref };
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (PEG_IS_CLIENT (self));
  g_return_if_fail (entry != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_history_async);

  path = peg_client_dup_path (self, entry, "history");
  if (peg_call_begin (task, peg_call_new (self, SOUP_METHOD_GET, path, entry), &answer))
    peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_history_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PegRevision): the revisions,
 *   newest first
 */
GPtrArray *
peg_client_history_finish (PegClient     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
decode_activity (PegCall  *call,
                 GBytes   *body,
                 GError  **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  return peg_wire_decode_activity (data, length, error);
}

/**
 * peg_client_get_activity_async:
 * @self: a client
 * @limit: the most to ask for
 * @offset: how many of the newest to leave out
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks what was done lately.
 */
void
peg_client_get_activity_async (PegClient           *self,
                               guint                limit,
                               guint                offset,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  static const PegAnswer answer = { decode_activity, (GDestroyNotify) g_ptr_array_unref };
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_get_activity_async);

  path = g_strdup_printf ("/dashboard/activity?limit=%u&offset=%u", limit, offset);
  if (peg_call_begin (task, peg_call_new (self, SOUP_METHOD_GET, path, NULL), &answer))
    peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_get_activity_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PegWireActivity): what was
 *   done, newest first
 */
GPtrArray *
peg_client_get_activity_finish (PegClient     *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
