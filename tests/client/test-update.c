/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Updates, with a portal of the test's own on a bus of its own. */

#include "peg-config.h"

#include "peg-update.h"
#include "tests/await.h"

#include <glib/gstdio.h>
#include <string.h>

#define PORTAL "org.freedesktop.portal.Flatpak"
#define PORTAL_PATH "/org/freedesktop/portal/Flatpak"
#define MONITOR PORTAL ".UpdateMonitor"

#define OLD "0101010101010101010101010101010101010101010101010101010101010101"
#define NEW "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"
#define NEWER "9999999999999999999999999999999999999999999999999999999999999999"

static const char portal_xml[] =
  "<node>"
  "  <interface name='org.freedesktop.portal.Flatpak'>"
  "    <method name='CreateUpdateMonitor'>"
  "      <arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>"
  "    </method>"
  "  </interface>"
  "  <interface name='org.freedesktop.portal.Flatpak.UpdateMonitor'>"
  "    <method name='Close'/>"
  "    <method name='Update'>"
  "      <arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
  "    </method>"
  "    <signal name='UpdateAvailable'><arg type='a{sv}'/></signal>"
  "    <signal name='Progress'><arg type='a{sv}'/></signal>"
  "  </interface>"
  "</node>";

typedef struct {
  GTestDBus *bus;           /* (owned) */
  GDBusConnection *portal;  /* (owned) */
  GDBusConnection *program; /* (owned) */
  GDBusNodeInfo *node;      /* (owned) */
  char *info;               /* (owned): the path of a .flatpak-info */
  char *monitor;            /* (owned) (nullable): the path of the monitor */
  char *refuse;             /* (owned) (nullable): what Update() is refused with */
  gboolean too_old;         /* the portal knows no monitors */
  guint n_updates;
  guint n_closed;
  PegUpdate *update;        /* (owned) (nullable) */
  GPtrArray *failures;      /* (owned) (element-type utf8) */
  guint n_restart;
  guint n_now;
} Fixture;

static void portal_call_cb (GDBusConnection *connection, const char *sender, const char *path,
                            const char *interface, const char *method, GVariant *parameters,
                            GDBusMethodInvocation *invocation, gpointer user_data);

static const GDBusInterfaceVTable vtable = { .method_call = portal_call_cb };

static void
create_monitor (Fixture               *self,
                const char            *sender,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 0);
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token = "t";

  if (self->too_old) {
    g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                   G_DBUS_ERROR_UNKNOWN_METHOD, "No such method");
    return;
  }

  g_variant_lookup (options, "handle_token", "&s", &token);
  g_free (self->monitor);
  self->monitor = g_strdup_printf (PORTAL_PATH "/update_monitor/%s/%s", name, token);
  g_dbus_connection_register_object (self->portal, self->monitor, self->node->interfaces[1], &vtable,
                                     self, NULL, NULL);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", self->monitor));
}

static void
portal_call_cb (GDBusConnection       *connection,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  Fixture *self = user_data;

  if (g_str_equal (method, "CreateUpdateMonitor")) {
    create_monitor (self, sender, parameters, invocation);
    return;
  }

  if (g_str_equal (method, "Close"))
    self->n_closed++;
  else
    self->n_updates++;

  if (self->refuse != NULL && g_str_equal (method, "Update"))
    g_dbus_method_invocation_return_dbus_error (invocation, PORTAL ".Error.NotAllowed", self->refuse);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static GDBusConnection *
connect_bus (Fixture *self)
{
  return g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, NULL, NULL);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GVariant) reply = NULL;
  int fd = g_file_open_tmp ("peg-update-XXXXXX", &self->info, NULL);

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (self->info, "[Instance]\napp-commit=" OLD "\n", -1, NULL));
  self->failures = g_ptr_array_new_with_free_func (g_free);
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->portal = connect_bus (self);
  self->program = connect_bus (self);
  self->node = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  g_assert_cmpuint (g_dbus_connection_register_object (self->portal, PORTAL_PATH,
                                                       self->node->interfaces[0], &vtable, self,
                                                       NULL, NULL), >, 0);
  reply = g_dbus_connection_call_sync (self->portal, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", PORTAL, 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (reply);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  if (self->update != NULL)
    g_object_run_dispose (G_OBJECT (self->update));
  if (self->update != NULL && self->monitor != NULL)
    AWAIT (self->n_closed == 1);
  g_clear_object (&self->update);
  g_dbus_connection_close_sync (self->program, NULL, NULL);
  g_dbus_connection_close_sync (self->portal, NULL, NULL);
  g_clear_object (&self->program);
  g_clear_object (&self->portal);
  g_clear_pointer (&self->node, g_dbus_node_info_unref);
  g_clear_pointer (&self->failures, g_ptr_array_unref);
  g_test_dbus_down (self->bus);
  g_clear_object (&self->bus);
  g_unlink (self->info);
  g_free (self->info);
  g_free (self->monitor);
  g_free (self->refuse);
}

static void
failed_cb (PegUpdate  *update,
           const char *why,
           Fixture    *self)
{
  g_ptr_array_add (self->failures, g_strdup (why));
}

static void
restart_cb (Fixture *self)
{
  self->n_restart++;
}

static void
now_cb (Fixture *self)
{
  self->n_now++;
}

static void
begin (Fixture *self)
{
  self->update = peg_update_new (self->program, self->info);
  g_signal_connect (self->update, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->update, "notify::restart-needed", G_CALLBACK (restart_cb), self);
  g_signal_connect_swapped (self->update, "restart", G_CALLBACK (now_cb), self);
}

static void
tell (Fixture    *self,
      const char *signal,
      const char *info)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed ("(%@a{sv},)",
                                                                         g_variant_new_parsed (info)));

  g_assert_true (g_dbus_connection_emit_signal (self->portal, NULL, self->monitor, MONITOR, signal,
                                                value, NULL));
}

static void
offer (Fixture    *self,
       const char *local,
       const char *remote)
{
  g_autofree char *info =
    g_strdup_printf ("{'running-commit': <'" OLD "'>, 'local-commit': <'%s'>, 'remote-commit': <'%s'>}",
                     local, remote);

  tell (self, "UpdateAvailable", info);
}

#define wait_state(wanted) AWAIT (peg_update_get_state (self->update) == (wanted))

static void
assert_words (Fixture    *self,
              const char *part)
{
  g_autofree char *words = peg_update_dup_words (self->update);

  if (strstr (words, part) == NULL || !g_str_has_prefix (words, "Version " PACKAGE_VERSION))
    g_error ("“%s” is not in “%s”", part, words);
}

/* It is offered, and waits until nobody minds. */
static void
test_update (Fixture       *self,
             gconstpointer  data)
{
  begin (self);
  AWAIT (self->monitor != NULL);
  g_assert_cmpstr (peg_update_get_running_commit (self->update), ==, OLD);
  assert_words (self, "(0101010101)");

  offer (self, OLD, NEW);
  wait_state (PEG_UPDATE_AVAILABLE);
  g_assert_cmpstr (peg_update_get_available_commit (self->update), ==, NEW);
  assert_words (self, "abcdabcdab is available");
  g_assert_cmpuint (self->n_updates, ==, 0);

  peg_update_set_allowed (self->update, TRUE);
  AWAIT (self->n_updates == 1);
  wait_state (PEG_UPDATE_INSTALLING);
  tell (self, "Progress", "{'status': <uint32 0>, 'progress': <uint32 40>}");
  AWAIT (({ guint percent; g_object_get (self->update, "percent", &percent, NULL); percent == 40; }));
  assert_words (self, "40 %");
  g_assert_false (peg_update_get_restart_needed (self->update));

  /* Somebody signs in: what is being installed beside the program goes on. */
  peg_update_set_allowed (self->update, FALSE);
  tell (self, "Progress", "{'status': <uint32 2>, 'progress': <uint32 100>}");
  wait_state (PEG_UPDATE_READY);
  g_assert_true (peg_update_get_restart_needed (self->update));
  g_assert_cmpuint (self->n_restart, ==, 1);
  g_assert_cmpuint (self->failures->len, ==, 0);

  /* The new one is started when they have gone. */
  g_assert_cmpuint (self->n_now, ==, 0);
  peg_update_set_allowed (self->update, TRUE);
  g_assert_cmpuint (self->n_now, ==, 1);
  g_assert_cmpuint (self->n_updates, ==, 1);
}

/* Allowed before anything is offered, and before the monitor is there. */
static void
test_allowed (Fixture       *self,
              gconstpointer  data)
{
  begin (self);
  peg_update_set_allowed (self->update, TRUE);
  AWAIT (self->monitor != NULL);
  offer (self, OLD, NEW);
  AWAIT (self->n_updates == 1);
}

/* What failed is said once, and tried again when there is something newer. */
static void
test_fails (Fixture       *self,
            gconstpointer  data)
{
  begin (self);
  peg_update_set_allowed (self->update, TRUE);
  AWAIT (self->monitor != NULL);

  offer (self, OLD, NEW);
  AWAIT (self->n_updates == 1);
  tell (self, "Progress",
        "{'status': <uint32 3>, 'error': <'x.Failed'>, 'error_message': <'No space left'>}");
  wait_state (PEG_UPDATE_FAILED);
  g_assert_cmpstr (peg_update_get_error (self->update), ==, "No space left");
  assert_words (self, "No space left");

  offer (self, OLD, NEW);
  peg_update_set_allowed (self->update, FALSE);
  peg_update_set_allowed (self->update, TRUE);
  offer (self, OLD, NEWER);
  AWAIT (self->n_updates == 2);
  wait_state (PEG_UPDATE_INSTALLING);
  g_assert_null (peg_update_get_error (self->update));
  g_assert_cmpuint (self->failures->len, ==, 1);
}

static void
test_refused (Fixture       *self,
              gconstpointer  data)
{
  begin (self);
  self->refuse = g_strdup ("Updates must not ask for more permissions");
  peg_update_set_allowed (self->update, TRUE);
  AWAIT (self->monitor != NULL);
  offer (self, OLD, NEW);
  AWAIT (self->failures->len == 1);
  g_assert_cmpstr (self->failures->pdata[0], ==, "Updates must not ask for more permissions");
  g_assert_cmpint (peg_update_get_state (self->update), ==, PEG_UPDATE_FAILED);
}

/* An administrator has installed it; or taken it back. */
static void
test_elsewhere (Fixture       *self,
                gconstpointer  data)
{
  begin (self);
  peg_update_set_allowed (self->update, TRUE);
  AWAIT (self->monitor != NULL);
  offer (self, NEW, NEW);
  wait_state (PEG_UPDATE_READY);
  g_assert_cmpuint (self->n_now, ==, 1);
  offer (self, OLD, OLD);
  wait_state (PEG_UPDATE_CURRENT);
  g_assert_null (peg_update_get_available_commit (self->update));
  g_assert_cmpuint (self->n_updates, ==, 0);
  g_assert_cmpuint (self->n_restart, ==, 2);
}

/* What cannot be understood changes nothing. */
static void
test_nonsense (Fixture       *self,
               gconstpointer  data)
{
  begin (self);
  AWAIT (self->monitor != NULL);
  offer (self, OLD, "../../etc/passwd");
  tell (self, "UpdateAvailable", "{'remote-commit': <42>}");
  tell (self, "UpdateAvailable", "@a{sv} {}");
  tell (self, "Progress", "{'status': <uint32 2>}");
  g_assert_true (g_dbus_connection_emit_signal (self->portal, NULL, self->monitor, MONITOR, "Progress",
                                                g_variant_new ("(s)", "x"), NULL));
  offer (self, OLD, NEW);
  wait_state (PEG_UPDATE_AVAILABLE);
  g_assert_cmpuint (self->n_restart, ==, 0);
}

static void
test_too_old (Fixture       *self,
              gconstpointer  data)
{
  self->too_old = TRUE;
  begin (self);
  peg_update_set_allowed (self->update, TRUE);
  AWAIT (G_OBJECT (self->update)->ref_count == 1);
  g_assert_cmpint (peg_update_get_state (self->update), ==, PEG_UPDATE_CURRENT);
  g_assert_cmpuint (self->failures->len, ==, 0);
}

/* Outside of a Flatpak nobody is asked for anything. */
static void
test_outside (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (PegUpdate) no_bus = peg_update_new (NULL, self->info);

  g_assert_cmpint (peg_update_get_state (no_bus), ==, PEG_UPDATE_OUTSIDE);

  self->update = peg_update_new (self->program, "/nonexistent/.flatpak-info");
  peg_update_set_allowed (self->update, TRUE);
  g_assert_cmpint (peg_update_get_state (self->update), ==, PEG_UPDATE_OUTSIDE);
  g_assert_cmpint (G_OBJECT (self->update)->ref_count, ==, 1);
  assert_words (self, "Version " PACKAGE_VERSION);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/update/" name, Fixture, NULL, set_up, function, tear_down)

  ADD ("update", test_update);
  ADD ("allowed", test_allowed);
  ADD ("fails", test_fails);
  ADD ("refused", test_refused);
  ADD ("elsewhere", test_elsewhere);
  ADD ("nonsense", test_nonsense);
  ADD ("too-old", test_too_old);
  ADD ("outside", test_outside);

  return g_test_run ();
}
