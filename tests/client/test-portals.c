/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-portals.h"

#include <string.h>

/* Portals that are there, are not, and are there but do not answer. */

#define DESKTOP "org.freedesktop.portal.Desktop"
#define FLATPAK "org.freedesktop.portal.Flatpak"

/* Longer than an answer takes that comes, ms; the one that never does is waited for so
 * long. */
#define PATIENCE_MS 300

typedef struct {
  GTestDBus *bus;          /* (owned) */
  GDBusConnection *asker;  /* (owned) */
  GDBusConnection *portal; /* (owned) */
  char **silent;           /* (owned) (nullable) */
  gboolean answered;
} Fixture;

static GDBusConnection *
connect_bus (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);

  g_assert_no_error (error);

  return connection;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->asker = connect_bus (self);
  self->portal = connect_bus (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_dbus_connection_close_sync (self->asker, NULL, NULL);
  g_dbus_connection_close_sync (self->portal, NULL, NULL);
  g_clear_object (&self->asker);
  g_clear_object (&self->portal);
  g_clear_pointer (&self->silent, g_strfreev);
  g_test_dbus_down (self->bus);
  g_clear_object (&self->bus);
}

static void
own (Fixture    *self,
     const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  answer = g_dbus_connection_call_sync (self->portal, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "RequestName", g_variant_new ("(su)", name, 0), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->silent, g_strfreev);
  self->silent = peg_portals_ask_finish (result, &error);
  g_assert_no_error (error);
  self->answered = TRUE;
}

static char *
ask (Fixture *self)
{
  self->answered = FALSE;
  peg_portals_ask_async (self->asker, PATIENCE_MS, NULL, asked_cb, self);
  while (!self->answered)
    g_main_context_iteration (NULL, TRUE);

  return g_strjoinv (" ", self->silent);
}

static void
test_there (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *nobody = ask (self);
  g_autofree char *one = NULL;
  g_autofree char *both = NULL;

  g_assert_cmpstr (nobody, ==, DESKTOP " " FLATPAK);
  own (self, DESKTOP);
  one = ask (self);
  g_assert_cmpstr (one, ==, FLATPAK);
  own (self, FLATPAK);
  both = ask (self);
  g_assert_cmpstr (both, ==, "");
}

/* Takes what comes, and says nothing. */
static GDBusMessage *
swallow_cb (GDBusConnection *connection,
            GDBusMessage    *message,
            gboolean         incoming,
            gpointer         user_data)
{
  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;

  g_object_unref (message);

  return NULL;
}

static void
test_hangs (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *hanging = NULL;

  own (self, DESKTOP);
  own (self, FLATPAK);
  g_dbus_connection_add_filter (self->portal, swallow_cb, NULL, NULL);
  hanging = ask (self);
  g_assert_cmpstr (hanging, ==, DESKTOP " " FLATPAK);
}

/* What does not work, and what to do. */
static void
test_words (void)
{
  const char * const silent[] = { DESKTOP, FLATPAK, NULL };
  g_auto (GStrv) words = peg_portals_dup_words (silent);

  g_assert_cmpuint (g_strv_length (words), ==, 2);
  g_assert_true (g_str_has_prefix (words[0], DESKTOP " does not answer"));
  g_assert_nonnull (strstr (words[0], "xdg-desktop-portal"));
  g_assert_nonnull (strstr (words[1], "does not update itself"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/portals/words", test_words);
  g_test_add ("/portals/there", Fixture, NULL, set_up, test_there, tear_down);
  g_test_add ("/portals/hangs", Fixture, NULL, set_up, test_hangs, tear_down);

  return g_test_run ();
}
