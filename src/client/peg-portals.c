/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-portals"

#include "peg-config.h"

#include "peg-portals.h"

#include <glib/gi18n.h>

/* A sandbox reaches what is outside of it only through portals. Where a session is as small
 * as that of a terminal, they are easily forgotten, and nothing says so: a notification is
 * lost, and an update is never found. */

static const struct {
  const char *name;
  const char *path;
} portals[] = {
  { "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop" },
  { "org.freedesktop.portal.Flatpak", "/org/freedesktop/portal/Flatpak" },
};

typedef struct {
  GDBusConnection *connection; /* (owned) */
  GStrvBuilder *silent;        /* (owned): names */
  int patience_ms;
  guint at;                    /* which is being asked */
} Asking;

static void
asking_free (gpointer data)
{
  Asking *self = data;

  g_object_unref (self->connection);
  g_strv_builder_unref (self->silent);
  g_free (self);
}

static void ask_next (GTask *task);

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (answer == NULL) {
    g_info ("%s: %s", portals[self->at].name, error->message);
    g_strv_builder_add (self->silent, portals[self->at].name);
  }

  self->at++;
  ask_next (g_steal_pointer (&task));
}

/* One after the other: the first starts what the second needs. Takes @task. */
static void
ask_next (GTask *task)
{
  Asking *self = g_task_get_task_data (task);

  if (self->at == G_N_ELEMENTS (portals)) {
    g_task_return_pointer (task, g_strv_builder_end (self->silent), (GDestroyNotify) g_strfreev);
    g_object_unref (task);
    return;
  }

  g_dbus_connection_call (self->connection, portals[self->at].name, portals[self->at].path,
                          "org.freedesktop.DBus.Peer", "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE,
                          self->patience_ms, g_task_get_cancellable (task), answered_cb, task);
}

/**
 * peg_portals_ask_async:
 * @connection: to the session bus
 * @patience_ms: how long to wait for each, ms; see %PEG_PORTALS_PATIENCE_MS
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks whether the portals answer that a sandboxed program needs.
 */
void
peg_portals_ask_async (GDBusConnection     *connection,
                       int                  patience_ms,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;
  Asking *self;

  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  task = g_task_new (NULL, cancellable, callback, user_data);
  self = g_new0 (Asking, 1);
  self->connection = g_object_ref (connection);
  self->silent = g_strv_builder_new ();
  self->patience_ms = patience_ms;
  g_task_set_source_tag (task, peg_portals_ask_async);
  g_task_set_task_data (task, self, asking_free);
  ask_next (task);
}

/**
 * peg_portals_ask_finish:
 * @result: what the callback got
 * @error: return location: only that it was cancelled
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the names of those that do
 *   not answer
 */
char **
peg_portals_ask_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * peg_portals_dup_words:
 * @silent: (array zero-terminated=1): names, from peg_portals_ask_finish()
 *
 * Says what does not work without them, and what to do: a terminal is locked down all the
 * same.
 *
 * Returns: (transfer full) (array zero-terminated=1): sentences
 */
char **
peg_portals_dup_words (const char * const *silent)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (silent != NULL, NULL);

  for (guint i = 0; silent[i] != NULL; i++) {
    g_autofree char *words = NULL;

    /* Translators: %s is the name of a service on the session bus, here and below. */
    if (g_str_has_suffix (silent[i], ".Flatpak"))
      words = g_strdup_printf (_("%s does not answer, so this Flatpak does not update itself. Let the session bus start what the package flatpak brings for it."),
                               silent[i]);
    else
      words = g_strdup_printf (_("%s does not answer, so what is to be told outside of this window is lost. Install xdg-desktop-portal beside the session."),
                               silent[i]);
    g_strv_builder_add (builder, words);
  }

  return g_strv_builder_end (builder);
}
