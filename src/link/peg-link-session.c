/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-link-session"

#include "peg-config.h"

#include "peg-link.h"

#include "peg-link-private.h"
#include "peg-worker-private.h"

/* Who a link is, as the rest of a program sees it. */

typedef enum {
  SIGNAL_TOKEN_CHANGED,
} PegLinkSignal;

static guint signals[SIGNAL_TOKEN_CHANGED + 1];

/* Where the news of another token go: from the link’s thread to that in which the
 * link was made, if it is still there. */
typedef struct {
  GWeakRef link;
  GMainContext *context; /* (owned) */
} Listener;

typedef struct {
  GWeakRef link; /* it may go before the news arrive */
  char *server;  /* (owned) (nullable): where the token is good */
  char *token;   /* (owned) (nullable) */
  char *user;    /* (owned) (nullable) */
  char *asker;   /* (owned) (nullable): in whose name it was got */
  PegAuthMode mode;
} News;

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  g_weak_ref_clear (&listener->link);
  g_main_context_unref (listener->context);
  g_free (listener);
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_weak_ref_clear (&news->link);
  g_clear_pointer (&news->server, g_free);
  g_clear_pointer (&news->token, g_free);
  g_clear_pointer (&news->user, g_free);
  g_clear_pointer (&news->asker, g_free);
  g_free (news);
}

/*
 * peg_link_install_session_signals:
 */
void
peg_link_install_session_signals (PegLinkClass *klass)
{
  /**
   * PegLink::token-changed:
   * @self: the link
   * @token: (nullable): the token from now on; %NULL: there is none any more
   * @user: whose it is, or was
   * @mode: how it is shown, a #PegAuthMode
   *
   * Somebody signed in or out, or the server gave another token. Whoever wants it
   * next time keeps it where it is safe. Emitted in the main context that was the
   * thread’s default when the link was made.
   */
  signals[SIGNAL_TOKEN_CHANGED] =
    g_signal_new ("token-changed", PEG_TYPE_LINK, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_UINT);
}

static PegLinkTarget *
copy_as (PegLinkTarget *target,
         const News    *news)
{
  const PegIdentityConfig *identity = &target->identity;
  PegLinkTarget *copy = peg_link_target_new (&(PegLinkConfig) {
    .user = news->user != NULL ? news->user : target->user,
    .station = target->station,
    .auth_mode = news->mode,
    .token = news->token,
    .ca_file = identity->ca_file,
    .client_cert = identity->client_cert,
    .client_key = identity->client_key,
    .client_pkcs11 = identity->client_pkcs11,
    .client_pkcs11_key = identity->client_pkcs11_key,
    .client_pin = identity->client_pin,
    .policy = target->policy,
    /* No token: somebody signed out, and whoever is next chooses anew. */
    .topics = news->token != NULL ? (const char * const *) target->topics : NULL,
    .transient = target->transient,
    .shared = target->shared,
  });

  copy->address = (PegAddress) {
    .http = g_strdup (target->address.http),
    .socket = g_strdup (target->address.socket),
    .label = g_strdup (target->address.label),
  };

  return copy;
}

static gboolean
news_cb (gpointer user_data)
{
  News *news = user_data;
  g_autoptr (PegLink) self = g_weak_ref_get (&news->link);
  g_autoptr (PegLinkTarget) target = NULL;

  /* A token of one server is never shown to another that was chosen meanwhile, and
   * that of one person never becomes that of the next. */
  if (self == NULL || self->target == NULL ||
      g_strcmp0 (news->server, self->target->address.http) != 0 ||
      g_strcmp0 (news->asker, self->target->user) != 0)
    return G_SOURCE_REMOVE;

  target = copy_as (self->target, news);

  /* Whoever signs in under another name is somebody else. */
  if (g_strcmp0 (target->user, self->target->user) != 0) {
    peg_link_connect_target (self, peg_link_target_ref (target));
  } else {
    peg_link_target_unref (self->target);
    self->target = peg_link_target_ref (target);
  }

  g_signal_emit (self, signals[SIGNAL_TOKEN_CHANGED], 0, news->token, target->user,
                 (guint) news->mode);

  return G_SOURCE_REMOVE;
}

static void
token_changed_cb (PegWorker  *worker,
                  const char *token,
                  const char *user,
                  guint       mode,
                  Listener   *listener)
{
  g_autoptr (PegLink) link = g_weak_ref_get (&listener->link);
  g_autoptr (GSource) source = NULL;
  News *news;

  if (link == NULL)
    return;

  news = g_new0 (News, 1);
  g_weak_ref_init (&news->link, link);
  news->server = g_strdup (worker->url);
  news->token = g_strdup (token);
  news->user = g_strdup (user);
  news->asker = g_strdup (worker->user);
  news->mode = (PegAuthMode) mode;

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[peg] token");
  g_source_set_callback (source, news_cb, news, news_free);
  g_source_attach (source, listener->context);
}

/*
 * peg_link_watch_token:
 *
 * Passes on what the worker tells of its token.
 */
void
peg_link_watch_token (PegLink *self)
{
  Listener *listener = g_new0 (Listener, 1);

  g_weak_ref_init (&listener->link, self);
  listener->context = g_main_context_ref_thread_default ();

  g_signal_connect_data (self->worker, "token-changed", G_CALLBACK (token_changed_cb), listener,
                         (GClosureNotify) (GCallback) listener_free, 0);
}

/* A sign-in on its way from one thread to the other. */
typedef struct {
  char *user;     /* (owned) */
  char *password; /* (owned) */
  GTask *task;    /* (owned) */
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  g_free (sign_in->user);
  g_free (sign_in->password);
  g_clear_object (&sign_in->task);
  g_free (sign_in);
}

static void
do_sign_in (PegWorker *worker,
            gpointer   data)
{
  SignIn *sign_in = data;

  peg_worker_sign_in (worker, sign_in->user, sign_in->password, g_steal_pointer (&sign_in->task));
  sign_in_free (sign_in);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  PegLink *self = PEG_LINK (source);
  g_autofree char *user = g_task_propagate_pointer (G_TASK (result), &error);

  if (user == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else {
    peg_link_retry_now (self);
    g_task_return_boolean (task, TRUE);
  }
}

/**
 * peg_link_sign_in_async:
 * @self: a link that was given a server with peg_link_connect()
 * @user: a name
 * @password: the password, or the token, that goes with it
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks the server for a token, and connects with it. The token is told by
 * #PegLink::token-changed; how far it is, by the store.
 */
void
peg_link_sign_in_async (PegLink             *self,
                        const char          *user,
                        const char          *password,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  SignIn *sign_in;
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (user != NULL && password != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_sign_in_async);

  sign_in = g_new0 (SignIn, 1);
  sign_in->user = g_strdup (user);
  sign_in->password = g_strdup (password);
  sign_in->task = g_task_new (self, cancellable, signed_in_cb, task);
  peg_link_post (self, do_sign_in, sign_in, sign_in_free);
}

/**
 * peg_link_sign_in_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server knows the person now
 */
gboolean
peg_link_sign_in_finish (PegLink       *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
do_sign_out (PegWorker *worker,
             gpointer   data)
{
  peg_worker_sign_out (worker);
}

/**
 * peg_link_sign_out:
 * @self: a link
 *
 * Forgets everything that was known to this person: the token, the cookies, the
 * tree, and what was under way; and tells the server, without waiting for it.
 * Nothing is connected until peg_link_connect().
 */
void
peg_link_sign_out (PegLink *self)
{
  g_return_if_fail (PEG_IS_LINK (self));

  peg_link_post (self, do_sign_out, NULL, NULL);
}
