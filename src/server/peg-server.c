/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-server"

#include "peg-config.h"

#include "peg-server.h"

#include "peg-fd.h"
#include "peg-log.h"
#include "peg-routes.h"
#include "peg-secret.h"
#include "peg-serve-repo.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

/* How long sockets may take to close when the server stops. */
#define CLOSE_MS 1000

/* How long the server waits for changes that are under way when it stops: for the
 * largest upload to be flushed to a slow disk, and well below the 90 s after which
 * systemd kills it (systemd.service(5), TimeoutStopSec). */
#define CHANGES_MS 30000

/* How often old events and answers are forgotten, s. */
#define PRUNE_S 3600

/* How many descriptors are left for files, downloads and requests. */
#define OTHER_DESCRIPTORS 512

/* How often it is looked whether they have. */
#define CLOSE_TICK_MS 20

/* How many connections may wait to be taken; the kernel may allow fewer
 * (listen(2), net.core.somaxconn). As many as the clients of a large shop that come
 * back within a second (docs/protocol.md, “hello_ok”). */
#define BACKLOG 1024

/**
 * PegServer:
 *
 * Puts the parts together: one shop, one hub, the routes, and the sockets that
 * they are reached by; and beside them, or alone, the repository of the program.
 */
struct _PegServer
{
  GObject parent_instance;

  int lock_fd;              /* (owned): of the lock of the data folder */
  int root_fd;              /* (owned): of the shop's folder, locked as well */
  PegShop *shop;            /* (owned) (nullable): only a repository is served */
  PegPeople *people;        /* (owned) (nullable): likewise */
  PegHub *hub;              /* (owned) (nullable): likewise */
  PegRoutes *routes;        /* (owned) (nullable): likewise */
  PegServeRepo *repo;       /* (owned) (nullable): none is served */
  SoupServer *soup;         /* (owned) */
  PegServerStopped stopped; /* (nullable) */
  gpointer stopped_data;    /* (unowned) */
  gint64 stop_us;           /* when it was told to stop, monotonic */
  guint prune_id;           /* source id; 0: the shop is not open */
  guint stop_id;            /* source id; 0: it is not stopping */
};

G_DEFINE_FINAL_TYPE (PegServer, peg_server, G_TYPE_OBJECT)

static gboolean
lock_data (PegServer    *self,
           const char   *data,
           GError      **error)
{
  g_autofree char *path = g_build_filename (data, "lock", NULL);
  g_autofree char *pid = g_strdup_printf ("%d\n", (int) getpid ());

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot write to the data folder “%s”: %s", data, g_strerror (errno));
    return FALSE;
  }

  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) < 0) {
    char other[16] = "";

    if (pread (self->lock_fd, other, sizeof other - 1, 0) > 0)
      g_strdelimit (other, "\n", '\0');
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 "Another pegboardd (process %s) uses the data folder “%s” already. Stop it first, "
                 "or choose another folder with --data.", other[0] != '\0' ? other : "?", data);
    return FALSE;
  }

  if (ftruncate (self->lock_fd, 0) < 0 ||
      pwrite (self->lock_fd, pid, strlen (pid), 0) < 0)
    g_debug ("Cannot write the process id: %s", g_strerror (errno));

  return TRUE;
}

/* Two servers with data folders of their own would give one file to two people. A
 * file system that cannot lock a folder goes without. */
static gboolean
lock_root (PegServer    *self,
           const char   *root,
           GError      **error)
{
  self->root_fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (self->root_fd < 0 || flock (self->root_fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               "Another pegboardd serves the folder “%s” already. Stop it first, or choose another "
               "folder with --root.", root);

  return FALSE;
}

static gboolean
open_shop (PegServer          *self,
           const PegSettings  *settings,
           GError            **error)
{
  g_autoptr (PegVault) vault = peg_vault_new (settings->root, error);

  if (vault == NULL)
    return FALSE;

  self->shop = peg_shop_new (vault, settings->data);
  if (!peg_shop_open (self->shop, error))
    return FALSE;

  return !settings->new_epoch || peg_ledger_new_epoch (peg_shop_get_ledger (self->shop), error);
}

/* Without a sign-in whoever connects could be anybody. Where other computers reach
 * the server that takes a word of whoever runs it; with one, TLS keeps what signs
 * in from those on the way, which the settings have seen to. */
static gboolean
open_people (PegServer          *self,
             const PegSettings  *settings,
             GError            **error)
{
  g_autofree char *path = g_build_filename (settings->data, "session.key", NULL);
  g_autoptr (GBytes) session_secret = peg_secret_read_or_make (path, error);
  g_autoptr (GBytes) foreign_secret = NULL;

  if (session_secret == NULL)
    return FALSE;
  if (settings->jwt_secret_file != NULL) {
    foreign_secret = peg_secret_read (settings->jwt_secret_file, error);
    if (foreign_secret == NULL)
      return FALSE;
  }

  self->people = peg_people_new (peg_shop_get_ledger (self->shop), session_secret, foreign_secret,
                                 error);
  if (self->people == NULL)
    return FALSE;

  if (!peg_people_is_on (self->people) && !settings->insecure &&
      !g_inet_address_get_is_loopback (g_inet_socket_address_get_address (settings->address))) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "Other computers could reach “%s”, and nobody would have to sign in: there are no "
                 "people yet. Add the first one with “pegboardd user add NAME --data %s”, listen on "
                 "127.0.0.1, or say --insecure in a network where everybody may do everything.",
                 settings->listen, settings->data);
    return FALSE;
  }

  return TRUE;
}

static gboolean
prune_cb (gpointer user_data)
{
  PegServer *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!peg_ledger_prune (peg_shop_get_ledger (self->shop), PEG_LEDGER_KEEP_EVENTS,
                         g_get_real_time (), &error))
    PEG_LOG ("failed", "s:error", error->message);
  peg_staging_sweep (peg_shop_get_staging (self->shop), g_get_real_time () / G_USEC_PER_SEC);

  return G_SOURCE_CONTINUE;
}

/* Every socket is a descriptor, and the shells of most systems give 1,024 of them.
 * Returns how many sockets there may be. */
static guint
raise_descriptors (guint wanted)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return wanted;

  if (limit.rlim_cur < wanted + OTHER_DESCRIPTORS) {
    limit.rlim_cur = MIN (limit.rlim_max, wanted + OTHER_DESCRIPTORS);
    if (setrlimit (RLIMIT_NOFILE, &limit) < 0)
      g_debug ("Cannot raise the number of descriptors: %s", g_strerror (errno));
    getrlimit (RLIMIT_NOFILE, &limit);
  }

  if (limit.rlim_cur >= wanted + OTHER_DESCRIPTORS)
    return wanted;

  wanted = limit.rlim_cur > 2 * OTHER_DESCRIPTORS ? (guint) limit.rlim_cur - OTHER_DESCRIPTORS
                                                  : (guint) limit.rlim_cur / 2;
  PEG_LOG ("few-descriptors", "i:clients", (gint64) wanted,
           "s:detail", "The system allows no more open files; see ulimit -n, LimitNOFILE");

  return wanted;
}

/* Lets more connections wait to be taken than the ten that GLib lets. What comes
 * on top is dropped by the kernel, and whoever sent it tries again after 1 s, 3 s,
 * 7 s (tcp(7), tcp_syn_retries): a shop whose network was away comes all at once. */
static void
widen_queue (PegServer *self)
{
  GSList *listeners = soup_server_get_listeners (self->soup);

  for (GSList *link = listeners; link != NULL; link = link->next) {
    if (listen (g_socket_get_fd (link->data), BACKLOG) != 0)
      g_debug ("The queue of connections stays short: %s", g_strerror (errno));
  }

  g_slist_free (listeners);
}

static gboolean
listen_on (PegServer          *self,
           const PegSettings  *settings,
           GError            **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (settings->tls_cert != NULL) {
    certificate = g_tls_certificate_new_from_files (settings->tls_cert, settings->tls_key, error);
    if (certificate == NULL) {
      g_prefix_error (error, "Cannot use the certificate “%s”: ", settings->tls_cert);
      return FALSE;
    }
    soup_server_set_tls_certificate (self->soup, certificate);
  }

  if (!soup_server_listen (self->soup, G_SOCKET_ADDRESS (settings->address),
                           certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0, error)) {
    g_prefix_error (error, "Cannot listen on “%s”: ", settings->listen);
    return FALSE;
  }

  widen_queue (self);

  return TRUE;
}

static void
peg_server_dispose (GObject *object)
{
  PegServer *self = PEG_SERVER (object);

  g_clear_handle_id (&self->prune_id, g_source_remove);
  g_clear_handle_id (&self->stop_id, g_source_remove);
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
  g_clear_pointer (&self->routes, peg_routes_free);
  g_clear_pointer (&self->repo, peg_serve_repo_free);
  g_clear_object (&self->hub);
  g_clear_object (&self->people);
  g_clear_object (&self->shop);
  g_clear_object (&self->soup);
  peg_fd_clear (&self->lock_fd);
  peg_fd_clear (&self->root_fd);

  G_OBJECT_CLASS (peg_server_parent_class)->dispose (object);
}

static void
peg_server_class_init (PegServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_server_dispose;
}

static void
peg_server_init (PegServer *self)
{
  self->lock_fd = -1;
  self->root_fd = -1;
}

static void
add_routes (PegServer         *self,
            const PegSettings *settings)
{
  PegLimits limits = settings->limits;
  gboolean local_only;

  limits.max_clients = raise_descriptors (limits.max_clients);
  self->hub = peg_hub_new (self->shop, settings->name, &limits);
  peg_hub_set_people (self->hub, self->people);
  local_only = settings->tls_cert == NULL &&
               g_inet_address_get_is_loopback (g_inet_socket_address_get_address (settings->address));
  self->routes = peg_routes_new (self->soup, self->shop, self->hub, settings->name, settings->origins,
                                 local_only);
  peg_routes_set_people (self->routes, self->people, settings->tls_cert != NULL);
}

/**
 * peg_server_new:
 * @settings: settings that were checked
 * @error: return location for an error that says what to do
 *
 * Opens the shop, the repository, or both, and listens.
 *
 * Returns: (transfer full) (nullable): a server that answers
 */
PegServer *
peg_server_new (PegSettings  *settings,
                GError      **error)
{
  g_autoptr (PegServer) self = NULL;

  g_return_val_if_fail (settings != NULL && settings->address != NULL, NULL);

  self = g_object_new (PEG_TYPE_SERVER, NULL);
  if (settings->root != NULL &&
      (!lock_data (self, settings->data, error) || !lock_root (self, settings->root, error) ||
       !open_shop (self, settings, error) || !open_people (self, settings, error)))
    return NULL;

  /* Paths stay escaped, so that an escaped slash is not a slash. */
  self->soup = soup_server_new ("server-header", "pegboardd/" PACKAGE_VERSION,
                                "raw-paths", TRUE,
                                NULL);
  if (settings->root != NULL)
    add_routes (self, settings);
  if (settings->serve_repo != NULL) {
    self->repo = peg_serve_repo_new (settings->serve_repo, settings->name, error);
    if (self->repo == NULL)
      return NULL;
    peg_serve_repo_attach (self->repo, self->soup);
  }
  if (!listen_on (self, settings, error))
    return NULL;

  if (self->shop != NULL) {
    self->prune_id = g_timeout_add_seconds (PRUNE_S, prune_cb, self);
    g_source_set_name_by_id (self->prune_id, "[pegboard] prune_cb");
  }

  return g_steal_pointer (&self);
}

/**
 * peg_server_dup_uri:
 * @self: a server
 *
 * Returns: (transfer full): where it is reached
 */
char *
peg_server_dup_uri (PegServer *self)
{
  GSList *uris;
  char *text;

  g_return_val_if_fail (PEG_IS_SERVER (self), NULL);

  uris = soup_server_get_uris (self->soup);
  text = uris != NULL ? g_uri_to_string (uris->data) : g_strdup ("");
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return text;
}

/**
 * peg_server_get_shop:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): the shop that it serves
 */
PegShop *
peg_server_get_shop (PegServer *self)
{
  g_return_val_if_fail (PEG_IS_SERVER (self), NULL);

  return self->shop;
}

/**
 * peg_server_get_hub:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): its sockets; %NULL: it serves no shop
 */
PegHub *
peg_server_get_hub (PegServer *self)
{
  g_return_val_if_fail (PEG_IS_SERVER (self), NULL);

  return self->hub;
}

/**
 * peg_server_get_people:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): who may come in; %NULL: it serves no shop
 */
PegPeople *
peg_server_get_people (PegServer *self)
{
  g_return_val_if_fail (PEG_IS_SERVER (self), NULL);

  return self->people;
}

/**
 * peg_server_is_changing:
 * @self: a server
 *
 * Returns: whether somebody waits for an answer to a change
 */
gboolean
peg_server_is_changing (PegServer *self)
{
  g_return_val_if_fail (PEG_IS_SERVER (self), FALSE);

  return self->routes != NULL && peg_routes_is_changing (self->routes);
}

static gboolean
stop_cb (gpointer user_data)
{
  PegServer *self = user_data;
  gint64 waited_ms = (g_get_monotonic_time () - self->stop_us) / 1000;

  if ((self->hub != NULL && peg_hub_get_n_clients (self->hub) > 0 && waited_ms < CLOSE_MS) ||
      (peg_server_is_changing (self) && waited_ms < CHANGES_MS))
    return G_SOURCE_CONTINUE;

  self->stop_id = 0;
  soup_server_disconnect (self->soup);
  self->stopped (self->stopped_data);

  return G_SOURCE_REMOVE;
}

/**
 * peg_server_stop:
 * @self: a server
 * @stopped: called when everything is closed: after a second at the latest, or when
 *   the changes that are under way have been answered
 * @user_data: data for @stopped
 *
 * Tells every client that the server goes, begins nothing new, ends what it has
 * begun, and stops. A second call is ignored.
 */
void
peg_server_stop (PegServer        *self,
                 PegServerStopped  stopped,
                 gpointer          user_data)
{
  g_return_if_fail (PEG_IS_SERVER (self));
  g_return_if_fail (stopped != NULL);

  if (self->stop_id != 0)
    return;

  self->stopped = stopped;
  self->stopped_data = user_data;
  self->stop_us = g_get_monotonic_time ();
  if (self->routes != NULL) {
    peg_routes_stop (self->routes);
    peg_hub_close_all (self->hub, PEG_HUB_CLOSE_RESTART, "The server stops");
  }
  self->stop_id = g_timeout_add (CLOSE_TICK_MS, stop_cb, self);
  g_source_set_name_by_id (self->stop_id, "[pegboard] stop_cb");
}

/**
 * peg_server_tell_systemd:
 * @state: for example `READY=1`
 *
 * Tells systemd how far the service is (sd_notify(3)): one datagram to the socket
 * that `NOTIFY_SOCKET` names, and nothing where there is none.
 */
void
peg_server_tell_systemd (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length = path != NULL ? strlen (path) : 0;
  peg_autofd fd = -1;

  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return;

  memcpy (address.sun_path, path, length);
  if (path[0] == '@')
    address.sun_path[0] = '\0';

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
                        (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length)) < 0)
    g_debug ("Cannot tell systemd: %s", g_strerror (errno));
}
