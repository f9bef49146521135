/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-admin"

#include "peg-config.h"

#include "peg-admin.h"

#include "peg-display.h"

#include <arpa/inet.h>
#include <glib/gi18n.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

/* A server of a shop that needs longer is not one to work with. */
#define PROBE_TIMEOUT_S 5

/* Of HTTP (RFC 9110, 4.2.1), where the address names none. */
#define DEFAULT_PORT 80

#define STATUS_KEY "peg-admin-status"

/**
 * PegAdmin:
 *
 * What whoever looks after a terminal can do behind its admin door: `app.kiosk-admin`
 * with “exit”, “restart”, “server-test”, “network”, “logs” and “close”. Nothing comes
 * of it while the door is closed, whoever asks: the action can be reached over the
 * session bus. What there is to read afterwards is the state of
 * `app.kiosk-admin-report`.
 *
 * It does not open the door, which is what PINs and badges are for.
 */
struct _PegAdmin
{
  GObject parent_instance;

  GApplication *application; /* not owned: it outlives this */
  PegKioskModel *model;      /* (owned) */
  PegStore *store;           /* (owned) */
  PegLink *link;             /* (owned) (nullable) */
  GSimpleAction *report;     /* (owned): its state is what is to be read */
  GCancellable *cancellable; /* (owned): of the test that runs */
  gint64 began_us;           /* when it did */
};

G_DEFINE_FINAL_TYPE (PegAdmin, peg_admin, G_TYPE_OBJECT)

static void
say (PegAdmin   *self,
     const char *text)
{
  g_simple_action_set_state (self->report, g_variant_new_string (text));
}

static void
end (GApplication *application,
     int           status)
{
  g_object_set_data (G_OBJECT (application), STATUS_KEY, GINT_TO_POINTER (status));
  g_application_quit (application);
}

static char *
dup_address (PegAdmin *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  return g_strdup (peg_snapshot_get_server_url (snapshot));
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (PegAdmin) self = user_data;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  g_autofree char *words = NULL;
  g_autofree char *text = NULL;
  PegDisplayNow now = { g_get_monotonic_time (), g_get_real_time () };
  const char *address = peg_snapshot_get_server_url (snapshot);

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (connection == NULL) {
    /* Translators: an address, and what went wrong. */
    text = g_strdup_printf (_("%s does not answer: %s"), address, error->message);
  } else {
    words = peg_display_link_words (snapshot, &now);
    /* Translators: an address, a number of milliseconds, and how the connection is. */
    text = g_strdup_printf (_("%s answers after %d ms.\nThe board: %s"), address,
                            (int) ((now.mono_us - self->began_us) / 1000), words);
  }

  say (self, text);
}

/* People write addresses with and without “https://”. */
static GSocketConnectable *
parse_address (const char  *address,
               GError     **error)
{
  if (strstr (address, "://") != NULL)
    return g_network_address_parse_uri (address, DEFAULT_PORT, error);

  return g_network_address_parse (address, DEFAULT_PORT, error);
}

static void
test_server (PegAdmin *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) place = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = dup_address (self);
  g_autofree char *text = NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  if (address == NULL) {
    say (self, _("No server is set. Name one as “address” in site.conf."));
    return;
  }

  place = parse_address (address, &error);
  if (place == NULL) {
    say (self, error->message);
    return;
  }

  /* Translators: an address. */
  text = g_strdup_printf (_("Asking %s…"), address);
  say (self, text);
  self->began_us = g_get_monotonic_time ();
  g_socket_client_set_timeout (client, PROBE_TIMEOUT_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, place, self->cancellable, connected_cb,
                                 g_object_ref (self));
  if (self->link != NULL)
    peg_link_retry_now (self->link);
}

static void
add_interface (GString              *text,
               const struct ifaddrs *interface)
{
  char host[NI_MAXHOST];
  socklen_t size;

  if (interface->ifa_addr == NULL || (interface->ifa_flags & IFF_LOOPBACK) != 0)
    return;

  if (interface->ifa_addr->sa_family == AF_INET)
    size = sizeof (struct sockaddr_in);
  else if (interface->ifa_addr->sa_family == AF_INET6)
    size = sizeof (struct sockaddr_in6);
  else
    return;

  if (getnameinfo (interface->ifa_addr, size, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
    return;

  g_string_append_printf (text, "%s: %s%s\n", interface->ifa_name, host,
                          (interface->ifa_flags & IFF_RUNNING) != 0 ? "" : _(" (no cable)"));
}

static void
tell_network (PegAdmin *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) == 0) {
    for (const struct ifaddrs *next = interfaces; next != NULL; next = next->ifa_next)
      add_interface (text, next);
    freeifaddrs (interfaces);
  }

  if (text->len == 0)
    g_string_append_printf (text, "%s\n",
      _("This computer has no address in any network. Look at the cable."));
  g_string_append (text, g_network_monitor_get_network_available (monitor)
                           ? _("There is a way out of this computer.")
                           : _("There is no way out of this computer."));
  say (self, text->str);
}

/* What the connection went through, and which program this is. */
static void
tell_log (PegAdmin *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegDisplayNow now = { g_get_monotonic_time (), g_get_real_time () };
  g_autofree char *report = peg_display_link_report (snapshot, &now);

  say (self, report);
}

static void
admin_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  PegAdmin *self = PEG_ADMIN (user_data);
  const char *what = g_variant_get_string (parameter, NULL);

  if (peg_kiosk_model_get_view (self->model)->phase != PEG_KIOSK_ADMIN) {
    g_debug ("The admin door is closed: nothing comes of “%s”", what);
    return;
  }

  if (g_str_equal (what, "exit"))
    end (self->application, 0);
  else if (g_str_equal (what, "restart"))
    peg_admin_restart (self->application);
  else if (g_str_equal (what, "server-test"))
    test_server (self);
  else if (g_str_equal (what, "network"))
    tell_network (self);
  else if (g_str_equal (what, "logs"))
    tell_log (self);
  else if (g_str_equal (what, "close"))
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "kiosk-close-door", NULL);
}

/* It is read, and nobody else may write it. */
static void
change_state_cb (GSimpleAction *action,
                 GVariant      *state,
                 gpointer       user_data)
{
  g_debug ("Somebody wants to write the report of the admin door");
}

/* What was read behind the door is not for those in front of it. */
static void
changed_cb (PegAdmin *self)
{
  if (peg_kiosk_model_get_view (self->model)->phase != PEG_KIOSK_ADMIN) {
    g_cancellable_cancel (self->cancellable);
    say (self, "");
  }
}

static void
peg_admin_dispose (GObject *object)
{
  PegAdmin *self = PEG_ADMIN (object);

  if (self->application != NULL) {
    g_action_map_remove_action (G_ACTION_MAP (self->application), "kiosk-admin");
    g_action_map_remove_action (G_ACTION_MAP (self->application), "kiosk-admin-report");
    self->application = NULL;
  }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->model);
  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_clear_object (&self->report);

  G_OBJECT_CLASS (peg_admin_parent_class)->dispose (object);
}

static void
peg_admin_class_init (PegAdminClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_admin_dispose;
}

static void
peg_admin_init (PegAdmin *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * peg_admin_new:
 * @application: an application with actions, which gets `kiosk-admin` and
 *   `kiosk-admin-report` until this is disposed of
 * @model: says whether the door is open
 * @store: what is known of the server
 * @link: (nullable): the link to it
 *
 * Returns: (transfer full): what is behind the door
 */
PegAdmin *
peg_admin_new (GApplication  *application,
               PegKioskModel *model,
               PegStore      *store,
               PegLink       *link)
{
  g_autoptr (GSimpleAction) action = NULL;
  PegAdmin *self;

  g_return_val_if_fail (G_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PEG_IS_KIOSK_MODEL (model), NULL);
  g_return_val_if_fail (PEG_IS_STORE (store), NULL);

  self = g_object_new (PEG_TYPE_ADMIN, NULL);
  self->application = application;
  self->model = g_object_ref (model);
  self->store = g_object_ref (store);
  self->link = link != NULL ? g_object_ref (link) : NULL;

  action = g_simple_action_new ("kiosk-admin", G_VARIANT_TYPE_STRING);
  g_signal_connect_object (action, "activate", G_CALLBACK (admin_cb), self, 0);
  self->report = g_simple_action_new_stateful ("kiosk-admin-report", NULL,
                                               g_variant_new_string (""));
  g_signal_connect (self->report, "change-state", G_CALLBACK (change_state_cb), NULL);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (self->report));
  g_signal_connect_object (model, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * peg_admin_restart:
 * @application: an application that runs
 *
 * Ends the program, for whoever started it to start it again.
 */
void
peg_admin_restart (GApplication *application)
{
  g_return_if_fail (G_IS_APPLICATION (application));

  end (application, PEG_ADMIN_RESTART_STATUS);
}

/**
 * peg_admin_get_status:
 * @application: an application that has run
 *
 * Returns: with what status the program is to end: 0, or %PEG_ADMIN_RESTART_STATUS
 */
int
peg_admin_get_status (GApplication *application)
{
  g_return_val_if_fail (G_IS_APPLICATION (application), 0);

  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (application), STATUS_KEY));
}
