/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-bus-guard"

#include "peg-config.h"

#include "peg-bus-guard.h"

/* GApplication gives all its actions, and those of its windows, to everybody on the session
 * bus. On a terminal that would be check-outs in the name of whoever is signed in, and PINs
 * as fast as a program can type them, from any other program of the same user. Nothing there
 * has to activate them: the window does so in its own process. */

/* What changes something, or tells what is shown, under either name that the interfaces have
 * (org.gtk.Actions; org.freedesktop.Application of the Desktop Entry Specification). */
static const char * const refused[] = {
  "Activate", "SetState", "Describe", "DescribeAll", "ActivateAction", NULL,
};

/**
 * peg_bus_guard_lets:
 * @interface: (nullable): of a method
 * @member: (nullable): its name
 *
 * A pure function. That a program is asked to show itself, which is `Activate` of
 * `org.gtk.Application` and `org.freedesktop.Application`, is for the program to answer.
 *
 * Returns: whether somebody else may call it
 */
gboolean
peg_bus_guard_lets (const char *interface,
                    const char *member)
{
  if (member == NULL)
    return FALSE;

  if (g_strcmp0 (interface, "org.freedesktop.Application") == 0)
    return !g_str_equal (member, "ActivateAction");

  /* A call may leave the interface out (D-Bus specification, “Method Calls”). */
  if (interface == NULL || g_str_equal (interface, "org.gtk.Actions"))
    return !g_strv_contains (refused, member);

  return TRUE;
}

/* Runs in a thread of GDBus. */
static GDBusMessage *
filter_cb (GDBusConnection *connection,
           GDBusMessage    *message,
           gboolean         incoming,
           gpointer         user_data)
{
  g_autoptr (GDBusMessage) owned = message;
  g_autoptr (GDBusMessage) answer = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      peg_bus_guard_lets (g_dbus_message_get_interface (message),
                          g_dbus_message_get_member (message)))
    return g_steal_pointer (&owned);

  if ((g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0) {
    answer = g_dbus_message_new_method_error_literal (message,
                                                      "org.freedesktop.DBus.Error.AccessDenied",
                                                      "A terminal takes this from nobody.");
    g_dbus_connection_send_message (connection, answer, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  }

  return NULL;
}

/**
 * peg_bus_guard_add:
 * @connection: of the program to the session bus
 *
 * Lets nobody else activate an action of this process. To be called before it has a name on
 * the bus.
 *
 * Returns: an id, for peg_bus_guard_remove()
 */
guint
peg_bus_guard_add (GDBusConnection *connection)
{
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), 0);

  return g_dbus_connection_add_filter (connection, filter_cb, NULL, NULL);
}

/**
 * peg_bus_guard_remove:
 * @connection: what peg_bus_guard_add() got
 * @id: what it returned
 */
void
peg_bus_guard_remove (GDBusConnection *connection,
                      guint            id)
{
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));
  g_return_if_fail (id != 0);

  g_dbus_connection_remove_filter (connection, id);
}
