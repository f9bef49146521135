/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-server-actions"

#include "peg-config.h"

#include "peg-server-actions.h"

#include "peg-demo.h"
#include "peg-say.h"

/**
 * PegServerActions:
 *
 * What a person at a desktop does about servers: choose one, sign in to it, trust its
 * CA, or look at the demo shop. What the shop has locked is not changed by any of it.
 */
struct _PegServerActions
{
  GObject parent_instance;

  PegStore *store;             /* (owned) (nullable): until it is disposed; so are the next */
  PegLink *link;               /* (owned) (nullable) */
  PegAccount *account;         /* (owned) (nullable) */
  PegPreferences *preferences; /* (owned) (nullable) */
  PegWorkingFolder *folder;    /* (owned) (nullable): of this station, when it has one */
  PegDemo *demo;               /* (owned) (nullable): once it was asked for */
  char *demo_user;             /* (owned) (nullable): who looks at the demo shop */
  GCancellable *cancellable;   /* (owned) (not nullable) */
};

G_DEFINE_FINAL_TYPE (PegServerActions, peg_server_actions, G_TYPE_OBJECT)

/* Shows an address that cannot be understood the way every other trouble with a
 * server is shown. */
static void
show_bad_address (PegServerActions *self,
                  const char       *address,
                  const char       *user,
                  PegLinkReason     reason,
                  const GError     *error)
{
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  PegEvent event = {
    .mono_us = g_get_monotonic_time (),
    .wall_us = g_get_real_time (),
  };

  event.kind = PEG_EVENT_SERVER;
  event.server.url = address;
  event.server.user = user;
  peg_store_dispatch (self->store, &event);

  status.state = PEG_LINK_STOPPED;
  status.reason = reason;
  status.detail = error->message;
  event.kind = PEG_EVENT_LINK;
  event.link = &status;
  peg_store_dispatch (self->store, &event);
}

static gboolean
connect_to (PegServerActions *self,
            const char       *address,
            const char       *user,
            gboolean          transient)
{
  g_autoptr (GError) error = NULL;
  gboolean readable;
  PegLinkConfig config = {
    .url = address,
    .user = user,
    .transient = transient,
  };

  peg_preferences_fill (self->preferences, &config);
  if (self->folder != NULL)
    peg_working_folder_set_demo (self->folder, transient);
  if (peg_account_connect (self->account, &config, &error))
    return TRUE;

  /* Either the address cannot be understood, or it may not be used like that. */
  config.auth_mode = PEG_AUTH_HEADER;
  readable = peg_link_check_config (&config, NULL, NULL);
  show_bad_address (self, address, user,
                    readable ? PEG_LINK_REASON_UNSAFE : PEG_LINK_REASON_ADDRESS, error);

  return FALSE;
}

/* What the shop has locked is not changed by whoever asks for it; they are told why. */
static gboolean
may_set (PegServerActions *self,
         PegSiteKey        key,
         const char       *value)
{
  g_autofree char *refusal = peg_preferences_dup_refusal (self->preferences, key, value);

  if (refusal == NULL)
    return TRUE;

  peg_say (self->store, PEG_NOTICE_ERROR, NULL, refusal, NULL);

  return FALSE;
}

static void
connect_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegServerActions *self = PEG_SERVER_ACTIONS (user_data);
  const char *address, *user;

  g_variant_get (parameter, "(&s&s)", &address, &user);

  if (may_set (self, PEG_SITE_SERVER_ADDRESS, address) && connect_to (self, address, user, FALSE))
    peg_preferences_remember_server (self->preferences, address, user);
}

static void
sign_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  const char *user, *password;

  g_variant_get (parameter, "(&s&s)", &user, &password);
  peg_account_sign_in (PEG_SERVER_ACTIONS (user_data)->account, user, password);
}

static void
sign_out_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  peg_account_sign_out (PEG_SERVER_ACTIONS (user_data)->account);
}

/* The server knows the person by another name than the one that was typed. */
static void
user_changed_cb (PegServerActions *self,
                 const char       *user)
{
  peg_preferences_remember_text (self->preferences, "user-name", user);
}

/* Connects anew, with another CA; one that cannot be read is said on the page that
 * asked for it. */
static void
trust_ca_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  PegServerActions *self = PEG_SERVER_ACTIONS (user_data);
  PegSnapshot *snapshot = peg_store_get_shown (self->store);
  const char *path = g_variant_get_string (parameter, NULL);
  g_autofree char *address = g_strdup (peg_snapshot_get_server_url (snapshot));
  g_autofree char *user = g_strdup (peg_snapshot_get_user (snapshot));

  if (!may_set (self, PEG_SITE_SERVER_CA_FILE, path))
    return;

  peg_preferences_remember_text (self->preferences, "shop-ca-file", path);
  if (address != NULL && user != NULL)
    connect_to (self, address, user, FALSE);
}

static void
disconnect_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  peg_account_disconnect (PEG_SERVER_ACTIONS (user_data)->account);
}

static void
reconnect_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  peg_link_retry_now (PEG_SERVER_ACTIONS (user_data)->link);
}

static void
demo_started_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (PegServerActions) self = PEG_SERVER_ACTIONS (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = peg_demo_start_finish (PEG_DEMO (source), result, &error);

  if (address != NULL)
    connect_to (self, address, self->demo_user != NULL ? self->demo_user : g_get_user_name (), TRUE);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    peg_say (self->store, PEG_NOTICE_ERROR, NULL, error->message, NULL);
}

static void
demo_shop_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegServerActions *self = PEG_SERVER_ACTIONS (user_data);

  peg_server_actions_open_demo (self, self->demo_user);
}

static const GActionEntry entries[] = {
  { .name = "connect", .parameter_type = "(ss)", .activate = connect_cb },
  { .name = "disconnect", .activate = disconnect_cb },
  { .name = "sign-in", .parameter_type = "(ss)", .activate = sign_in_cb },
  { .name = "sign-out", .activate = sign_out_cb },
  { .name = "trust-ca", .parameter_type = "s", .activate = trust_ca_cb },
  { .name = "reconnect", .activate = reconnect_cb },
  { .name = "demo-shop", .activate = demo_shop_cb },
};

static void
peg_server_actions_dispose (GObject *object)
{
  PegServerActions *self = PEG_SERVER_ACTIONS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->demo);
  g_clear_object (&self->folder);
  g_clear_object (&self->preferences);
  g_clear_object (&self->account);
  g_clear_object (&self->link);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (peg_server_actions_parent_class)->dispose (object);
}

static void
peg_server_actions_finalize (GObject *object)
{
  PegServerActions *self = PEG_SERVER_ACTIONS (object);

  g_free (self->demo_user);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (peg_server_actions_parent_class)->finalize (object);
}

static void
peg_server_actions_class_init (PegServerActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_server_actions_dispose;
  object_class->finalize = peg_server_actions_finalize;
}

static void
peg_server_actions_init (PegServerActions *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * peg_server_actions_new:
 * @store: where it is told how it goes
 * @link: the link
 * @account: who signs in over it
 * @preferences: what is remembered, and what is locked
 * @folder: (nullable): the working folder of this station
 * @actions: what gets the actions; it must not be used after the result is disposed
 *
 * Returns: (transfer full): the actions; g_object_run_dispose() ends what is under way
 */
PegServerActions *
peg_server_actions_new (PegStore         *store,
                        PegLink          *link,
                        PegAccount       *account,
                        PegPreferences   *preferences,
                        PegWorkingFolder *folder,
                        GActionMap       *actions)
{
  PegServerActions *self = g_object_new (PEG_TYPE_SERVER_ACTIONS, NULL);

  g_return_val_if_fail (PEG_IS_STORE (store), self);
  g_return_val_if_fail (PEG_IS_ACCOUNT (account), self);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->account = g_object_ref (account);
  self->preferences = g_object_ref (preferences);
  g_set_object (&self->folder, folder);
  g_signal_connect_object (account, "user-changed", G_CALLBACK (user_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_action_map_add_action_entries (actions, entries, G_N_ELEMENTS (entries), self);

  return self;
}

/**
 * peg_server_actions_connect:
 * @self: the actions
 * @address: where a server is
 * @user: who this is
 *
 * Connects as the preferences say. An address that makes no sense is shown like every
 * other trouble with a server.
 *
 * Returns: whether it makes sense
 */
gboolean
peg_server_actions_connect (PegServerActions *self,
                            const char       *address,
                            const char       *user)
{
  g_return_val_if_fail (PEG_IS_SERVER_ACTIONS (self), FALSE);

  return connect_to (self, address, user, FALSE);
}

/**
 * peg_server_actions_open_demo:
 * @self: the actions
 * @user: (nullable): who looks at it; %NULL: by the login name
 *
 * Starts the demo shop and connects to it. It is not remembered: its address is another
 * one every time.
 */
void
peg_server_actions_open_demo (PegServerActions *self,
                              const char       *user)
{
  char *name;

  g_return_if_fail (PEG_IS_SERVER_ACTIONS (self));

  if (!may_set (self, PEG_SITE_SERVER_ADDRESS, NULL))
    return;

  name = g_strdup (user);
  g_free (self->demo_user);
  self->demo_user = name;
  if (self->demo == NULL)
    self->demo = peg_demo_new ();

  peg_demo_start_async (self->demo, self->cancellable, demo_started_cb, g_object_ref (self));
}
