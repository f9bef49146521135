/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-bus-guard.h"

/* Another program of the same user asks a terminal for its actions, over a bus. */

#define ID "io.github.pegboard.Guarded"
#define PATH "/io/github/pegboard/Guarded"

/* No answer takes so long, ms. */
#define PATIENCE_MS 20000

typedef struct {
  GTestDBus *bus;            /* (owned) */
  GApplication *application; /* (owned): has an action, and so has its window */
  GSimpleActionGroup *window; /* (owned) */
  GDBusConnection *other;    /* (owned): of the other program */
  guint window_id;
  guint guard_id;
  guint n;                   /* how often an action was activated */
  GVariant *answer;          /* (owned) (nullable) */
  GError *error;             /* (owned) (nullable) */
  gboolean answered;
} Fixture;

static void
activated_cb (GSimpleAction *action,
              GVariant      *parameter,
              Fixture       *self)
{
  self->n++;
}

static void
changed_cb (GSimpleAction *action,
            GVariant      *state,
            Fixture       *self)
{
  self->n++;
}

static void
add_actions (Fixture    *self,
             GActionMap *map)
{
  g_autoptr (GSimpleAction) release = g_simple_action_new ("release", NULL);
  g_autoptr (GSimpleAction) filter =
    g_simple_action_new_stateful ("filter", NULL, g_variant_new_string ("all"));

  g_signal_connect (release, "activate", G_CALLBACK (activated_cb), self);
  g_signal_connect (filter, "change-state", G_CALLBACK (changed_cb), self);
  g_action_map_add_action (map, G_ACTION (release));
  g_action_map_add_action (map, G_ACTION (filter));
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection;

  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->application = g_application_new (ID, G_APPLICATION_DEFAULT_FLAGS);
  add_actions (self, G_ACTION_MAP (self->application));
  g_assert_true (g_application_register (self->application, NULL, &error));
  g_assert_no_error (error);

  connection = g_application_get_dbus_connection (self->application);
  self->window = g_simple_action_group_new ();
  add_actions (self, G_ACTION_MAP (self->window));
  self->window_id = g_dbus_connection_export_action_group (connection, PATH "/window/1",
                                                           G_ACTION_GROUP (self->window), &error);
  g_assert_no_error (error);
  if (data != NULL)
    self->guard_id = peg_bus_guard_add (connection);

  self->other =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  GDBusConnection *connection = g_application_get_dbus_connection (self->application);

  g_dbus_connection_unexport_action_group (connection, self->window_id);
  if (self->guard_id != 0)
    peg_bus_guard_remove (connection, self->guard_id);
  g_dbus_connection_close_sync (self->other, NULL, NULL);
  g_clear_object (&self->other);
  g_clear_object (&self->window);
  g_clear_object (&self->application);
  g_clear_pointer (&self->answer, g_variant_unref);
  g_clear_error (&self->error);
  g_test_dbus_down (self->bus);
  g_clear_object (&self->bus);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Fixture *self = user_data;

  self->answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &self->error);
  self->answered = TRUE;
}

static void
call (Fixture    *self,
      const char *path,
      const char *interface,
      const char *member,
      const char *parameters)
{
  self->answered = FALSE;
  g_clear_pointer (&self->answer, g_variant_unref);
  g_clear_error (&self->error);
  g_dbus_connection_call (self->other, ID, path, interface, member,
                          parameters != NULL ? g_variant_new_parsed (parameters) : NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE_MS, NULL, called_cb, self);
  while (!self->answered)
    g_main_context_iteration (NULL, TRUE);
}

static const struct {
  const char *path;
  const char *interface;
  const char *member;
  const char *parameters;
} calls[] = {
  { PATH, "org.gtk.Actions", "Activate", "('release', @av [], @a{sv} {})" },
  { PATH, "org.gtk.Actions", "SetState", "('filter', <'mine'>, @a{sv} {})" },
  { PATH, "org.freedesktop.Application", "ActivateAction", "('release', @av [], @a{sv} {})" },
  { PATH "/window/1", "org.gtk.Actions", "Activate", "('release', @av [], @a{sv} {})" },
  { PATH "/window/1", "org.gtk.Actions", "SetState", "('filter', <'mine'>, @a{sv} {})" },
};

/* Without the guard each of them does something: with it, they must not. */
static void
test_open (Fixture       *self,
           gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    call (self, calls[i].path, calls[i].interface, calls[i].member, calls[i].parameters);
    g_assert_no_error (self->error);
    g_assert_cmpuint (self->n, ==, i + 1);
  }
}

static void
test_guarded (Fixture       *self,
              gconstpointer  data)
{
  static const char * const untold[] = { "DescribeAll", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    call (self, calls[i].path, calls[i].interface, calls[i].member, calls[i].parameters);
    g_assert_error (self->error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  }
  for (guint i = 0; untold[i] != NULL; i++) {
    call (self, PATH, "org.gtk.Actions", untold[i], NULL);
    g_assert_error (self->error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  }
  g_assert_cmpuint (self->n, ==, 0);

  /* It still answers, and its own window does what it did. */
  call (self, PATH, "org.gtk.Actions", "List", NULL);
  g_assert_no_error (self->error);
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "release", NULL);
  g_assert_cmpuint (self->n, ==, 1);
}

static void
test_lets (void)
{
  g_assert_false (peg_bus_guard_lets (NULL, "Activate"));
  g_assert_false (peg_bus_guard_lets (NULL, NULL));
  g_assert_false (peg_bus_guard_lets ("org.gtk.Actions", "Describe"));
  g_assert_true (peg_bus_guard_lets ("org.gtk.Actions", "List"));
  g_assert_true (peg_bus_guard_lets ("org.gtk.Application", "Activate"));
  g_assert_true (peg_bus_guard_lets ("org.freedesktop.Application", "Activate"));
  g_assert_true (peg_bus_guard_lets ("org.freedesktop.DBus.Peer", "Ping"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bus-guard/lets", test_lets);
  g_test_add ("/bus-guard/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/bus-guard/guarded", Fixture, GINT_TO_POINTER (1), set_up, test_guarded, tear_down);

  return g_test_run ();
}
