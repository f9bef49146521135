/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-account.h"

#include "fake-server.h"

#include <glib/gstdio.h>

#define LIST "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"}]}}"

/* libsecret 0.20 loses the tag of its file with every write. The address sanitizer
 * asks for its options by this name; to know whose the loss is it has to look
 * deeper than it does by itself, down to the one test that uses libsecret. */
const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:test_libsecret";
}

/* A keyring in memory, which a test can lock or break. */
#define FAKE_TYPE_KEYRING (fake_keyring_get_type ())

G_DECLARE_FINAL_TYPE (FakeKeyring, fake_keyring, FAKE, KEYRING, GObject)

struct _FakeKeyring
{
  GObject parent_instance;

  GHashTable *secrets;  /* (owned) */
  gboolean broken;      /* there is no keyring */
  gboolean slow;        /* forgets a little later */
  gboolean locked;      /* somebody is asked to unlock it */
  GPtrArray *waiting;   /* (owned) (element-type GTask) */
};

static void fake_keyring_iface_init (PegKeyringInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeKeyring, fake_keyring, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_KEYRING, fake_keyring_iface_init))

static gboolean
fail (FakeKeyring *self,
      GTask       *task)
{
  if (!self->broken)
    return FALSE;

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "No such service");
  g_object_unref (task);

  return TRUE;
}

static char *
key_of (const char *server,
        const char *user)
{
  return g_strconcat (server, " ", user, NULL);
}

static void
fake_lookup_async (PegKeyring          *keyring,
                   const char          *server,
                   const char          *user,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  FakeKeyring *self = FAKE_KEYRING (keyring);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = key_of (server, user);

  if (fail (self, task))
    return;

  g_task_set_task_data (task, g_strdup (g_hash_table_lookup (self->secrets, key)), g_free);
  if (self->locked) {
    g_ptr_array_add (self->waiting, task);
    return;
  }

  g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
  g_object_unref (task);
}

static void
fake_unlock (FakeKeyring *self)
{
  self->locked = FALSE;
  for (guint i = 0; i < self->waiting->len; i++)
    g_task_return_pointer (self->waiting->pdata[i],
                           g_strdup (g_task_get_task_data (self->waiting->pdata[i])), g_free);
  g_ptr_array_set_size (self->waiting, 0);
}

static char *
fake_lookup_finish (PegKeyring    *keyring,
                    GAsyncResult  *result,
                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_store_async (PegKeyring          *keyring,
                  const char          *server,
                  const char          *user,
                  const char          *secret,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  FakeKeyring *self = FAKE_KEYRING (keyring);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (fail (self, task))
    return;

  g_hash_table_insert (self->secrets, key_of (server, user), g_strdup (secret));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
clear_later_cb (gpointer user_data)
{
  GTask *task = G_TASK (user_data);

  g_hash_table_remove (FAKE_KEYRING (g_task_get_source_object (task))->secrets,
                       g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);

  return G_SOURCE_REMOVE;
}

static void
fake_clear_async (PegKeyring          *keyring,
                  const char          *server,
                  const char          *user,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  FakeKeyring *self = FAKE_KEYRING (keyring);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = key_of (server, user);

  if (fail (self, task))
    return;

  if (self->locked) {
    g_ptr_array_add (self->waiting, task);
    return;
  }
  if (self->slow) {
    g_task_set_task_data (task, g_steal_pointer (&key), g_free);
    g_idle_add_full (G_PRIORITY_LOW, clear_later_cb, task, g_object_unref);
    return;
  }

  g_hash_table_remove (self->secrets, key);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
fake_finish (PegKeyring    *keyring,
             GAsyncResult  *result,
             GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_keyring_iface_init (PegKeyringInterface *iface)
{
  iface->lookup_async = fake_lookup_async;
  iface->lookup_finish = fake_lookup_finish;
  iface->store_async = fake_store_async;
  iface->store_finish = fake_finish;
  iface->clear_async = fake_clear_async;
  iface->clear_finish = fake_finish;
}

static void
fake_keyring_finalize (GObject *object)
{
  FakeKeyring *self = FAKE_KEYRING (object);

  g_clear_pointer (&self->secrets, g_hash_table_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);

  G_OBJECT_CLASS (fake_keyring_parent_class)->finalize (object);
}

static void
fake_keyring_class_init (FakeKeyringClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_keyring_finalize;
}

static void
fake_keyring_init (FakeKeyring *self)
{
  self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/* A server that knows one token. */
typedef struct {
  FakeServer *server;
  char *url;
  char *key;
  gboolean by_cookie;
  char *seen;       /* (nullable): what the last request to it was signed with */
  guint n_seen;
  FakeKeyring *keyring;
  PegStore *store;
  PegLink *link;
  PegAccount *account;
} Fixture;

static void
answer_cb (FakeServer        *server,
           const FakeRequest *request,
           SoupServerMessage *message,
           gpointer           user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (g_str_equal (request->path, "/auth/login")) {
    if (fixture->by_cookie) {
      soup_message_headers_append (headers, "Set-Cookie", "auth_token=C1; Path=/");
      fake_server_reply (message, 200, "{\"access_token\":\"x\"}");
    } else {
      fake_server_reply (message, 200, "{\"status\":\"success\",\"token\":\"T1\",\"username\":\"ada\"}");
    }
    return;
  }

  if (g_str_equal (request->path, "/config")) {
    const char *bearer = fake_server_get_header (request, "Authorization");
    const char *cookie = fake_server_get_header (request, "Cookie");

    g_free (fixture->seen);
    fixture->seen = g_strdup (bearer != NULL ? bearer : cookie);
    fixture->n_seen++;
  }
  fake_server_reply (message, 200, "{}");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = fake_server_new (NULL, NULL);
  fixture->server->greeting = g_strdup (LIST);
  fixture->server->handler = answer_cb;
  fixture->server->handler_data = fixture;
  fixture->url = fake_server_dup_url (fixture->server, "http", "");
  fixture->key = key_of (fixture->url, "ada");
  fixture->keyring = g_object_new (FAKE_TYPE_KEYRING, NULL);
  fixture->store = peg_store_new ();
  fixture->link = peg_link_new (fixture->store);
  fixture->account = peg_account_new (fixture->store, fixture->link,
                                      PEG_KEYRING (fixture->keyring));
}

/* What is on its way from the thread of the link may hold the last reference for a
 * moment, and no longer. */
#define RELEASE(object) \
  G_STMT_START { \
    gpointer release_weak = (object); \
    g_object_add_weak_pointer (G_OBJECT (release_weak), &release_weak); \
    g_clear_object (&(object)); \
    AWAIT (release_weak == NULL); \
  } G_STMT_END

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_run_dispose (G_OBJECT (fixture->account));
  fake_unlock (fixture->keyring);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  RELEASE (fixture->account);
  RELEASE (fixture->link);
  RELEASE (fixture->keyring);
  g_clear_object (&fixture->store);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_free (fixture->url);
  g_free (fixture->key);
  g_free (fixture->seen);
}

static void
connect_now (Fixture *fixture)
{
  const guint before = fixture->n_seen;
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_account_connect (fixture->account, &(PegLinkConfig) {
                                        .url = fixture->url, .user = "ada",
                                      }, &error));
  g_assert_no_error (error);
  AWAIT (fixture->n_seen > before);
}

static PegSnapshot *
shown (Fixture *fixture)
{
  return peg_store_get_shown (fixture->store);
}

static const char *
secret_of (Fixture *fixture)
{
  return g_hash_table_lookup (fixture->keyring->secrets, fixture->key);
}

/* From no token to one in the keyring, which the next run uses, to none. */
static void
test_life (Fixture       *fixture,
           gconstpointer  data)
{
  connect_now (fixture);
  g_assert_null (fixture->seen);

  peg_account_sign_in (fixture->account, "ada", "pw");
  AWAIT (secret_of (fixture) != NULL);
  g_assert_cmpstr (secret_of (fixture), ==, "T1");

  connect_now (fixture);
  g_assert_cmpstr (fixture->seen, ==, "Bearer T1");

  peg_account_sign_out (fixture->account);
  AWAIT (secret_of (fixture) == NULL);
  AWAIT (!peg_snapshot_get_sign_in (shown (fixture))->held);

  /* Nor is it still known without the keyring. */
  connect_now (fixture);
  g_assert_null (fixture->seen);
}

/* Whoever signs out and quits at once leaves no token behind. */
static void
test_quit (Fixture       *fixture,
           gconstpointer  data)
{
  connect_now (fixture);
  peg_account_sign_in (fixture->account, "ada", "pw");
  AWAIT (secret_of (fixture) != NULL);

  fixture->keyring->slow = TRUE;
  peg_account_sign_out (fixture->account);
  g_assert_nonnull (secret_of (fixture));
  peg_account_flush (fixture->account);
  g_assert_null (secret_of (fixture));
}

/* The next run knows that this server takes nothing but a cookie. */
static void
test_cookie (Fixture       *fixture,
             gconstpointer  data)
{
  fixture->by_cookie = TRUE;
  connect_now (fixture);
  peg_account_sign_in (fixture->account, "ada", "pw");
  AWAIT (secret_of (fixture) != NULL);
  g_assert_cmpstr (secret_of (fixture), ==, "Cookie C1");

  connect_now (fixture);
  g_assert_cmpstr (fixture->seen, ==, "auth_token=C1");
}

static void
test_no_keyring (Fixture       *fixture,
                 gconstpointer  data)
{
  fixture->keyring->broken = TRUE;
  connect_now (fixture);
  g_assert_null (fixture->seen);
  g_assert_cmpuint (peg_snapshot_get_notices (shown (fixture))->len, ==, 0);

  /* Said once, however often it happens. */
  for (guint i = 0; i < 2; i++) {
    peg_account_sign_in (fixture->account, "ada", "pw");
    AWAIT (peg_snapshot_get_sign_in (shown (fixture))->busy);
    AWAIT (peg_snapshot_get_sign_in (shown (fixture))->held &&
           !peg_snapshot_get_sign_in (shown (fixture))->busy);
  }
  AWAIT (peg_snapshot_get_notices (shown (fixture))->len > 0);
  g_assert_cmpuint (peg_snapshot_get_notices (shown (fixture))->len, ==, 1);

  /* It is known until the end. */
  connect_now (fixture);
  g_assert_cmpstr (fixture->seen, ==, "Bearer T1");
}

/* Somebody has to unlock the keyring first: that holds nothing up for long, and
 * what is in it is used once it is there. */
static void
test_locked (Fixture       *fixture,
             gconstpointer  data)
{
  g_hash_table_insert (fixture->keyring->secrets, g_strdup (fixture->key), g_strdup ("T9"));
  fixture->keyring->locked = TRUE;
  peg_account_set_patience_ms (fixture->account, 0);
  connect_now (fixture);
  g_assert_null (fixture->seen);

  fake_unlock (fixture->keyring);
  AWAIT (g_strcmp0 (fixture->seen, "Bearer T9") == 0);
}

/* Two servers in a row: an answer for the first does not come in the way of the
 * second. */
static void
test_overtaken (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_hash_table_insert (fixture->keyring->secrets, g_strdup (fixture->key), g_strdup ("T9"));
  fixture->keyring->locked = TRUE;
  g_assert_true (peg_account_connect (fixture->account, &(PegLinkConfig) {
                                        .url = fixture->url, .user = "ada",
                                      }, &error));
  fixture->keyring->locked = FALSE;
  g_assert_true (peg_account_connect (fixture->account, &(PegLinkConfig) {
                                        .url = fixture->url, .user = "bo",
                                      }, &error));
  AWAIT (fixture->n_seen == 1);
  fake_unlock (fixture->keyring);
  AWAIT (peg_snapshot_is_live (shown (fixture)));
  g_assert_cmpstr (peg_snapshot_get_user (shown (fixture)), ==, "bo");
  g_assert_null (fixture->seen);

  /* Nonsense is said at once. */
  g_assert_false (peg_account_connect (fixture->account, &(PegLinkConfig) {
                                         .url = "ht!tp", .user = "bo",
                                       }, &error));
  g_assert_error (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Long enough for whatever would be connected by mistake to be seen. */
static void
settle (void)
{
  const gint64 end = g_get_monotonic_time () + 300 * G_TIME_SPAN_MILLISECOND;
  guint wake = g_timeout_add (10, wake_cb, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

/* Who signed in while the keyring was locked is not taken back to the token that
 * it has. */
static void
test_late_token (Fixture       *fixture,
                 gconstpointer  data)
{
  g_hash_table_insert (fixture->keyring->secrets, g_strdup (fixture->key), g_strdup ("OLD"));
  fixture->keyring->locked = TRUE;
  peg_account_set_patience_ms (fixture->account, 0);
  connect_now (fixture);
  peg_account_sign_in (fixture->account, "ada", "pw");
  AWAIT (g_strcmp0 (secret_of (fixture), "T1") == 0);

  fake_unlock (fixture->keyring);
  settle ();
  g_assert_cmpstr (fixture->seen, !=, "Bearer OLD");
}

/* Whoever disconnected stays disconnected. */
static void
test_late_disconnected (Fixture       *fixture,
                        gconstpointer  data)
{
  g_hash_table_insert (fixture->keyring->secrets, g_strdup (fixture->key), g_strdup ("OLD"));
  fixture->keyring->locked = TRUE;
  peg_account_set_patience_ms (fixture->account, 0);
  connect_now (fixture);
  AWAIT (peg_snapshot_is_live (shown (fixture)));
  peg_account_disconnect (fixture->account);
  AWAIT (peg_snapshot_get_link (shown (fixture))->state == PEG_LINK_STOPPED);

  fake_unlock (fixture->keyring);
  settle ();
  g_assert_cmpint (peg_snapshot_get_link (shown (fixture))->state, ==, PEG_LINK_STOPPED);
}

/* A token that is known does not make the PIN of a card worth waiting for. */
static void
test_locked_pin (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  connect_now (fixture);
  peg_account_sign_in (fixture->account, "ada", "pw");
  AWAIT (secret_of (fixture) != NULL);
  peg_account_disconnect (fixture->account);
  AWAIT (peg_snapshot_get_link (shown (fixture))->state == PEG_LINK_STOPPED);

  fixture->keyring->locked = TRUE;
  peg_account_set_patience_ms (fixture->account, 0);
  g_assert_true (peg_account_connect (fixture->account, &(PegLinkConfig) {
                                        .url = fixture->url, .user = "ada",
                                        .client_pkcs11 = "pkcs11:token=none",
                                      }, &error));
  g_assert_no_error (error);
  AWAIT (peg_snapshot_get_link (shown (fixture))->state != PEG_LINK_STOPPED);
}

static void
keep_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/* libsecret itself, with its keyring in a file. */
static void
test_libsecret (void)
{
  g_autoptr (PegKeyring) keyring = peg_keyring_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autofree char *secret = NULL;

    g_test_message ("step %u", i);
    if (i == 1)
      peg_keyring_store_async (keyring, "http://shop:8420", "ada", "T1", NULL, keep_cb, &result);
    else if (i == 3)
      peg_keyring_clear_async (keyring, "http://shop:8420", "ada", NULL, keep_cb, &result);
    else
      peg_keyring_lookup_async (keyring, "http://shop:8420", "ada", NULL, keep_cb, &result);
    AWAIT (result != NULL);

    if (i == 1)
      g_assert_true (peg_keyring_store_finish (keyring, result, &error));
    else if (i == 3)
      g_assert_true (peg_keyring_clear_finish (keyring, result, &error));
    else
      secret = peg_keyring_lookup_finish (keyring, result, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (secret, ==, i == 2 ? "T1" : NULL);
  }
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    g_unlink (child);
  }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);

  folder = g_dir_make_tmp ("peg-account-XXXXXX", NULL);
  path = g_build_filename (folder, "keyring", NULL);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);

#define ADD(name, test) g_test_add (name, Fixture, NULL, set_up, test, tear_down)
  ADD ("/account/life", test_life);
  ADD ("/account/quit", test_quit);
  ADD ("/account/cookie", test_cookie);
  ADD ("/account/no-keyring", test_no_keyring);
  ADD ("/account/locked", test_locked);
  ADD ("/account/locked-pin", test_locked_pin);
  ADD ("/account/late-token", test_late_token);
  ADD ("/account/late-disconnected", test_late_disconnected);
  ADD ("/account/overtaken", test_overtaken);
  g_test_add_func ("/account/libsecret", test_libsecret);

  result = g_test_run ();
  remove_folder (folder);

  return result;
}
