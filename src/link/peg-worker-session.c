/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker-session"

#include "peg-config.h"

#include "peg-worker-private.h"

#include "peg-claims.h"
#include "peg-link.h"

#include <glib/gi18n.h>

/* The token of a worker: how it is got, kept fresh, and given up. */

/* When the server could not be asked for another token: it may be back soon, and
 * a fifth of the token’s life is left. */
#define REFRESH_AGAIN_US (60 * (gint64) G_USEC_PER_SEC)

/* So that a server that gives out tokens for a second is not asked without end. */
#define REFRESH_AT_LEAST_US (10 * (gint64) G_USEC_PER_SEC)

typedef struct {
  PegWorker *worker; /* (owned) */
  char *user;        /* (owned) (nullable) */
  GTask *task;       /* (owned) (nullable) */
} Asking;

static void
asking_free (Asking *asking)
{
  g_clear_object (&asking->worker);
  g_clear_pointer (&asking->user, g_free);
  g_clear_object (&asking->task);
  g_free (asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void
show (PegWorker  *self,
      gboolean    busy,
      const char *error)
{
  peg_worker_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_SIGN_IN,
    .sign_in = {
      .held = self->identity != NULL && peg_identity_get_token (self->identity) != NULL,
      .busy = busy,
      .error = error,
    },
  });
}

static void refresh (PegWorker *self);

static void
refresh_due_cb (gpointer user_data)
{
  PegWorker *self = PEG_WORKER (user_data);

  self->refresh_timer = 0;
  refresh (self);
}

static void
schedule_refresh (PegWorker *self,
                  guint64    expires_in_s)
{
  const char *token = peg_identity_get_token (self->identity);
  gint64 delay_us = -1;

  peg_clock_cancel (self->clock, &self->refresh_timer);

  if (token != NULL)
    delay_us = peg_claims_refresh_in_us (token, expires_in_s, peg_clock_get_wall_us (self->clock));

  if (delay_us >= 0)
    self->refresh_timer = peg_clock_add (self->clock, "[peg] refresh",
                                         MAX (delay_us, REFRESH_AT_LEAST_US),
                                         refresh_due_cb, self);
}

static void
refreshed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (PegWorker) self = g_steal_pointer (&user_data);
  g_autoptr (PegWireSession) session = NULL;
  g_autoptr (GError) error = NULL;

  session = peg_client_session_finish (PEG_CLIENT (source), result, &error);

  /* Another server, or another token, was chosen meanwhile. */
  if (self->client != PEG_CLIENT (source) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->refreshing = FALSE;

  if (session != NULL) {
    g_info ("The token was renewed");
    schedule_refresh (self, session->expires_s);
    peg_worker_emit_token (self, NULL);
    peg_connection_take_token (self->connection, session->token);
    return;
  }

  g_info ("The token cannot be renewed: %s", error->message);
  if (g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE) ||
      g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED) ||
      g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED)) {
    peg_clock_cancel (self->clock, &self->refresh_timer);
    self->refresh_timer = peg_clock_add (self->clock, "[peg] refresh", REFRESH_AGAIN_US,
                                         refresh_due_cb, self);
  } else {
    self->no_refresh = TRUE;
  }
  peg_connection_take_token (self->connection, NULL);
}

static void
refresh (PegWorker *self)
{
  if (self->refreshing)
    return;

  if (self->no_refresh || peg_identity_get_token (self->identity) == NULL) {
    peg_connection_take_token (self->connection, NULL);
    return;
  }

  self->refreshing = TRUE;
  peg_client_refresh_async (self->client, self->asides, refreshed_cb, g_object_ref (self));
}

/*
 * peg_worker_need_token_cb:
 *
 * The server refuses the token: it may give another one for it.
 */
void
peg_worker_need_token_cb (PegConnection *connection,
                          PegWorker     *self)
{
  refresh (self);
}

/*
 * peg_worker_begin_session:
 *
 * A server was chosen: its token, if there is one, is kept fresh from now on.
 */
void
peg_worker_begin_session (PegWorker *self)
{
  peg_worker_end_session (self);
  schedule_refresh (self, 0);
  show (self, FALSE, NULL);
}

/*
 * peg_worker_end_session:
 *
 * Nothing is done about the token any more.
 */
void
peg_worker_end_session (PegWorker *self)
{
  peg_clock_cancel (self->clock, &self->refresh_timer);
  self->refreshing = FALSE;
  self->no_refresh = FALSE;
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Asking) asking = user_data;
  g_autoptr (PegWireSession) session = NULL;
  g_autoptr (GError) error = NULL;
  PegWorker *self = asking->worker;

  session = peg_client_session_finish (PEG_CLIENT (source), result, &error);

  if (session != NULL && self->client != PEG_CLIENT (source)) {
    g_clear_pointer (&session, peg_wire_session_free);
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Another server was chosen");
  }

  if (session == NULL) {
    if (self->client == PEG_CLIENT (source))
      show (self, FALSE, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                           ? NULL : error->message);
    g_task_return_error (asking->task, g_steal_pointer (&error));
    return;
  }

  self->refreshing = FALSE;
  self->no_refresh = FALSE;
  schedule_refresh (self, session->expires_s);
  show (self, FALSE, NULL);
  peg_connection_take_token (self->connection, session->token);
  g_task_return_pointer (asking->task,
                         g_strdup (session->user != NULL ? session->user : asking->user), g_free);
  peg_worker_emit_token (self, session->user != NULL ? session->user : asking->user);
}

/*
 * peg_worker_sign_in:
 * @user: a name
 * @password: the password, or the token, that goes with it
 * @task: (transfer full): gets the name by which the server knows the person
 *
 * Signs in to the server that was chosen last. Whoever asked connects anew.
 */
void
peg_worker_sign_in (PegWorker  *self,
                    const char *user,
                    const char *password,
                    GTask      *task)
{
  Asking *asking;

  if (self->client == NULL) {
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE, "%s",
                             _("Choose a server first, then sign in."));
    g_object_unref (task);
    return;
  }

  asking = g_new0 (Asking, 1);
  asking->worker = g_object_ref (self);
  asking->user = g_strdup (user);
  asking->task = task;

  show (self, TRUE, NULL);
  peg_client_sign_in_async (self->client, user, password, g_task_get_cancellable (task),
                            signed_in_cb, asking);
}

/*
 * peg_worker_sign_out:
 *
 * Tells the server, without waiting for it, and forgets everything that was known
 * to this person: token, cookies, topics, tree, also on the disk, and what was under
 * way.
 */
void
peg_worker_sign_out (PegWorker *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  peg_worker_end_session (self);
  peg_connection_stop (self->connection);
  peg_connection_forget (self->connection);
  peg_worker_cancel_asides (self);
  peg_worker_cancel_jobs (self, TRUE);
  peg_worker_outbox_forget (self);
  peg_worker_cache_forget (self);

  if (self->client != NULL)
    peg_client_sign_out (self->client);

  /* Another server is the only thing that makes the store forget. */
  peg_worker_tidy_note (self, PEG_EVENT_SERVER);
  peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_SERVER });
  peg_worker_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_SERVER,
    .server = {
      .url = peg_snapshot_get_server_url (snapshot),
      .user = peg_snapshot_get_user (snapshot),
    },
  });
  show (self, FALSE, NULL);
  if (self->identity != NULL)
    peg_worker_emit_token (self, NULL);
}
