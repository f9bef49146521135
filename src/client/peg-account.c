/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-account"

#include "peg-config.h"

#include "peg-account.h"

#include <glib/gi18n.h>
#include <string.h>

/* How long a locked keyring may hold up a connection, ms: a server without a
 * sign-in needs nothing from it. What it gives later is used then. */
#define PATIENCE_MS 3000

/* What stands in the keyring before a token that is shown as a cookie. A token has
 * no space. */
#define COOKIE_MARK "Cookie "

/**
 * PegAccount:
 *
 * Who a person is at a server, from one run to the next: between the link, which
 * gets tokens, and the keyring, which keeps them. Without a keyring it keeps them
 * until the program ends, and says so once.
 */
struct _PegAccount
{
  GObject parent_instance;

  PegStore *store;           /* (owned) (not nullable) */
  PegLink *link;             /* (owned) (not nullable) */
  PegKeyring *keyring;       /* (owned) (not nullable) */
  GHashTable *kept;          /* (owned): server and user → secret, of this run */
  GCancellable *cancellable; /* (owned) (not nullable): of what is asked of the keyring */
  guint serial;              /* of the connection that is wanted */
  guint patience_ms;
  guint patience_id;
  char *server;              /* (owned) (nullable): that was chosen last */
  char *user;                /* (owned) (nullable): of it */
  guint clearing;            /* secrets that the keyring was asked to forget */
  gboolean said;             /* that there is no keyring */
};

typedef enum {
  SIGNAL_USER_CHANGED,
} PegAccountSignal;

static guint signals[SIGNAL_USER_CHANGED + 1];

G_DEFINE_FINAL_TYPE (PegAccount, peg_account, G_TYPE_OBJECT)

/* A connection that waits for the keyring. */
typedef struct {
  PegAccount *account; /* (owned) */
  guint serial;
  char *server;        /* (owned) */
  char *secret;        /* (owned) (nullable) */
  char *pin;           /* (owned) (nullable) */
  PegLinkConfig config;
  char *texts[8];      /* (owned) (nullable): those of @config */
  char **topics;       /* (owned) (nullable): of @config */
  gboolean connected;  /* without what the keyring may have */
} Wish;

static void
wish_free (Wish *wish)
{
  g_clear_object (&wish->account);
  g_clear_pointer (&wish->server, g_free);
  g_clear_pointer (&wish->secret, g_free);
  g_clear_pointer (&wish->pin, g_free);
  g_clear_pointer (&wish->topics, g_strfreev);
  for (gsize i = 0; i < G_N_ELEMENTS (wish->texts); i++)
    g_free (wish->texts[i]);
  g_free (wish);
}

static Wish *
wish_new (PegAccount          *self,
          const PegLinkConfig *config)
{
  Wish *wish = g_new0 (Wish, 1);
  const char *texts[] = {
    config->url, config->user, config->station, config->ca_file, config->client_cert,
    config->client_key, config->client_pkcs11, config->client_pkcs11_key,
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (texts) == G_N_ELEMENTS (wish->texts));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    wish->texts[i] = g_strdup (texts[i]);
  wish->topics = g_strdupv ((char **) config->topics);

  wish->account = g_object_ref (self);
  wish->serial = self->serial;
  wish->config = *config;
  wish->config.url = wish->texts[0];
  wish->config.user = wish->texts[1];
  wish->config.station = wish->texts[2];
  wish->config.ca_file = wish->texts[3];
  wish->config.client_cert = wish->texts[4];
  wish->config.client_key = wish->texts[5];
  wish->config.client_pkcs11 = wish->texts[6];
  wish->config.client_pkcs11_key = wish->texts[7];
  wish->config.topics = (const char * const *) wish->topics;

  return wish;
}

static char *
make_key (const char *server,
          const char *user)
{
  return g_strconcat (server, "\n", user, NULL);
}

/* What a keyring that is unlocked late still has is not wanted any more. A wish that
 * was not granted yet, perhaps for another server, still is. */
static void
drop_late (PegAccount *self)
{
  if (self->patience_id == 0)
    self->serial++;
}

/* Connects with what there is. */
static void
grant (Wish *wish)
{
  PegAccount *self = wish->account;
  PegLinkConfig config = wish->config;
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_free (self->server);
  self->server = g_strdup (wish->server);
  g_free (self->user);
  self->user = g_strdup (wish->config.user);

  config.token = wish->secret;
  config.client_pin = wish->pin;
  if (wish->secret != NULL && g_str_has_prefix (wish->secret, COOKIE_MARK)) {
    config.token = wish->secret + strlen (COOKIE_MARK);
    if (config.auth_mode == PEG_AUTH_HEADER)
      config.auth_mode = PEG_AUTH_COOKIE;
  }

  if (peg_link_connect (self->link, &config, &error))
    return;

  /* It was checked but for what came from the keyring. */
  g_info ("What the keyring has is not used: %s", error->message);
  config.token = NULL;
  if (!peg_link_connect (self->link, &config, NULL))
    g_info ("Not connected");
}

static gboolean
patience_cb (gpointer user_data)
{
  Wish *wish = user_data;

  wish->account->patience_id = 0;
  wish->connected = TRUE;
  g_info ("The keyring takes its time; connecting without it");
  grant (wish);

  return G_SOURCE_REMOVE;
}

static void
finish (Wish *wish)
{
  if (wish->serial == wish->account->serial &&
      (!wish->connected || wish->secret != NULL || wish->pin != NULL))
    grant (wish);

  wish_free (wish);
}

static void
pin_found_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Wish *wish = user_data;
  g_autoptr (GError) error = NULL;

  wish->pin = peg_keyring_lookup_finish (PEG_KEYRING (source), result, &error);
  if (error != NULL)
    g_info ("No PIN from the keyring: %s", error->message);
  finish (wish);
}

static void
find_pin (Wish *wish)
{
  PegAccount *self = wish->account;
  const char *uri = wish->config.client_pkcs11;

  if (uri == NULL || *uri == '\0' || wish->serial != self->serial)
    finish (wish);
  else
    peg_keyring_lookup_async (self->keyring, uri, PEG_ACCOUNT_PIN, self->cancellable,
                              pin_found_cb, wish);
}

static void
token_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Wish *wish = user_data;
  g_autoptr (GError) error = NULL;

  wish->secret = peg_keyring_lookup_finish (PEG_KEYRING (source), result, &error);
  if (error != NULL)
    g_info ("No token from the keyring: %s", error->message);
  find_pin (wish);
}

/**
 * peg_account_set_patience_ms:
 * @self: an account
 * @patience_ms: how long a locked keyring may hold up a connection, ms
 *
 * For tests, which wait for nothing.
 */
void
peg_account_set_patience_ms (PegAccount *self,
                             guint       patience_ms)
{
  g_return_if_fail (PEG_IS_ACCOUNT (self));

  self->patience_ms = patience_ms;
}

/**
 * peg_account_connect:
 * @self: an account
 * @config: what to connect to, and as whom; its token is looked for in the
 *   keyring
 * @error: return location
 *
 * Like peg_link_connect(), as soon as the keyring has answered.
 *
 * Returns: whether the configuration makes sense
 */
gboolean
peg_account_connect (PegAccount           *self,
                     const PegLinkConfig  *config,
                     GError              **error)
{
  g_autofree char *server = NULL;
  g_autofree char *key = NULL;
  const char *kept;
  Wish *wish;

  g_return_val_if_fail (PEG_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (config != NULL, FALSE);

  if (!peg_link_check_config (config, &server, error))
    return FALSE;

  self->serial++;
  g_clear_handle_id (&self->patience_id, g_source_remove);

  wish = wish_new (self, config);
  wish->server = g_steal_pointer (&server);
  key = make_key (wish->server, config->user);
  kept = g_hash_table_lookup (self->kept, key);

  self->patience_id = g_timeout_add (self->patience_ms, patience_cb, wish);
  g_source_set_name_by_id (self->patience_id, "[peg] keyring");

  /* The PIN of a card may have to be waited for all the same. */
  if (kept != NULL) {
    wish->secret = g_strdup (kept);
    find_pin (wish);
    return TRUE;
  }

  peg_keyring_lookup_async (self->keyring, wish->server, config->user, self->cancellable,
                            token_found_cb, wish);

  return TRUE;
}

/**
 * peg_account_disconnect:
 * @self: an account
 *
 * Like peg_link_disconnect(); nor does a keyring that answers later connect.
 */
void
peg_account_disconnect (PegAccount *self)
{
  g_return_if_fail (PEG_IS_ACCOUNT (self));

  self->serial++;
  g_clear_handle_id (&self->patience_id, g_source_remove);
  peg_link_disconnect (self->link);
}

static void
say_not_kept (PegAccount   *self,
              const GError *error)
{
  g_autoptr (PegNotice) notice = NULL;

  if (self->said)
    return;

  self->said = TRUE;
  notice = peg_notice_new (&(PegNotice) {
    .level = PEG_NOTICE_INFO,
    .text = (char *) _("This computer has no keyring that is open, so you stay signed in until Pegboard is closed."),
    .detail = error->message,
  });
  peg_store_dispatch (self->store, &(PegEvent) {
    .kind = PEG_EVENT_NOTICE,
    .mono_us = g_get_monotonic_time (),
    .wall_us = g_get_real_time (),
    .notice = notice,
  });
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegAccount) self = PEG_ACCOUNT (user_data);
  g_autoptr (GError) error = NULL;

  if (!peg_keyring_store_finish (PEG_KEYRING (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say_not_kept (self, error);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (PegAccount) self = PEG_ACCOUNT (user_data);
  g_autoptr (GError) error = NULL;

  if (!peg_keyring_clear_finish (PEG_KEYRING (source), result, &error))
    g_info ("The keyring could not be asked to forget a token: %s", error->message);
  self->clearing--;
}

static void
forget (PegAccount *self,
        const char *user)
{
  g_autofree char *key = make_key (self->server, user);

  g_hash_table_remove (self->kept, key);
  self->clearing++;
  peg_keyring_clear_async (self->keyring, self->server, user, NULL, cleared_cb,
                           g_object_ref (self));
}

static void
token_changed_cb (PegAccount *self,
                  const char *token,
                  const char *user,
                  guint       mode)
{
  g_autofree char *key = NULL;
  g_autofree char *secret = NULL;

  if (self->server == NULL)
    return;

  drop_late (self);
  if (token == NULL) {
    forget (self, user);
    return;
  }

  key = make_key (self->server, user);
  g_free (self->user);
  self->user = g_strdup (user);
  secret = g_strconcat (mode == PEG_AUTH_COOKIE ? COOKIE_MARK : "", token, NULL);
  g_hash_table_insert (self->kept, g_steal_pointer (&key), g_strdup (secret));
  peg_keyring_store_async (self->keyring, self->server, user, secret, self->cancellable, stored_cb,
                           g_object_ref (self));
  g_signal_emit (self, signals[SIGNAL_USER_CHANGED], 0, user);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* The store has the words. */
  if (!peg_link_sign_in_finish (PEG_LINK (source), result, &error))
    g_info ("Not signed in");
}

/**
 * peg_account_sign_in:
 * @self: an account
 * @user: a name
 * @password: the password, or the token, that goes with it
 *
 * Signs in to the server that was chosen last. How it goes is told by the store.
 */
void
peg_account_sign_in (PegAccount *self,
                     const char *user,
                     const char *password)
{
  g_return_if_fail (PEG_IS_ACCOUNT (self));

  drop_late (self);
  peg_link_sign_in_async (self->link, user, password, self->cancellable, signed_in_cb, NULL);
}

/**
 * peg_account_sign_out:
 * @self: an account
 *
 * Forgets everything that was known to this person, also in the keyring. That is
 * asked here: whoever quits next does not live to hear from the link that the token
 * is gone.
 */
void
peg_account_sign_out (PegAccount *self)
{
  g_return_if_fail (PEG_IS_ACCOUNT (self));

  self->serial++;
  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (self->server != NULL && self->user != NULL)
    forget (self, self->user);
  peg_link_sign_out (self->link);
}

static gboolean
flushed_cb (gpointer user_data)
{
  gboolean *late = user_data;

  *late = TRUE;

  return G_SOURCE_CONTINUE;
}

/**
 * peg_account_flush:
 * @self: an account
 *
 * Waits, but not for long, until the keyring has forgotten what it was asked to
 * forget. For the end of a program.
 */
void
peg_account_flush (PegAccount *self)
{
  gboolean late = FALSE;
  guint id;

  g_return_if_fail (PEG_IS_ACCOUNT (self));

  id = g_timeout_add (self->patience_ms, flushed_cb, &late);
  while (self->clearing > 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
secret_free (gpointer data)
{
  char *secret = data;

  memset (secret, 0, strlen (secret));
  g_free (secret);
}

static void
peg_account_dispose (GObject *object)
{
  PegAccount *self = PEG_ACCOUNT (object);

  self->serial++;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->keyring);
  g_clear_object (&self->link);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (peg_account_parent_class)->dispose (object);
}

static void
peg_account_finalize (GObject *object)
{
  PegAccount *self = PEG_ACCOUNT (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user, g_free);

  G_OBJECT_CLASS (peg_account_parent_class)->finalize (object);
}

static void
peg_account_class_init (PegAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_account_dispose;
  object_class->finalize = peg_account_finalize;

  /**
   * PegAccount::user-changed:
   * @self: the account
   * @user: the name by which the server knows the person
   *
   * Somebody has signed in, perhaps under another name than before.
   */
  signals[SIGNAL_USER_CHANGED] =
    g_signal_new ("user-changed", PEG_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
peg_account_init (PegAccount *self)
{
  self->patience_ms = PATIENCE_MS;
  self->cancellable = g_cancellable_new ();
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, secret_free);
}

/**
 * peg_account_new:
 * @store: where it says that there is no keyring
 * @link: what tokens are for
 * @keyring: where they are kept
 *
 * Returns: (transfer full): an account
 */
PegAccount *
peg_account_new (PegStore   *store,
                 PegLink    *link,
                 PegKeyring *keyring)
{
  PegAccount *self;

  g_return_val_if_fail (PEG_IS_STORE (store), NULL);
  g_return_val_if_fail (PEG_IS_LINK (link), NULL);
  g_return_val_if_fail (PEG_IS_KEYRING (keyring), NULL);

  self = g_object_new (PEG_TYPE_ACCOUNT, NULL);
  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->keyring = g_object_ref (keyring);
  g_signal_connect_swapped (link, "token-changed", G_CALLBACK (token_changed_cb), self);

  return self;
}
