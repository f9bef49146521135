/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-update"

#include "peg-config.h"

#include "peg-update.h"

#include <glib/gi18n.h>
#include <string.h>

/* The portal that installs updates of a Flatpak
 * (https://docs.flatpak.org/en/latest/portal-api-reference.html, version 2 on). It is
 * not the portal of the desktop: flatpak itself brings it. */
#define PORTAL_NAME "org.freedesktop.portal.Flatpak"
#define PORTAL_PATH "/org/freedesktop/portal/Flatpak"
#define PORTAL_INTERFACE "org.freedesktop.portal.Flatpak"
#define MONITOR_INTERFACE "org.freedesktop.portal.Flatpak.UpdateMonitor"

/* What the portal says in “status” of its signal “Progress”. */
enum {
  STATUS_RUNNING = 0,
  STATUS_EMPTY = 1,
  STATUS_DONE = 2,
  STATUS_FAILED = 3,
};

/**
 * PegUpdate:
 *
 * Lets a program in a Flatpak become a newer one, at a time when nobody minds.
 *
 * The portal looks for updates and says what there is. It is installed beside the
 * program that runs, once it is allowed; the next start is the new one, so whoever
 * hears [signal@Peg.Update::restart] ends the program then. What fails is said once
 * and tried again only when something newer still is published.
 */
struct _PegUpdate
{
  GObject parent_instance;

  GDBusConnection *connection; /* (owned) (nullable): %NULL outside of a Flatpak */
  GCancellable *cancellable;   /* (owned): of what the portal was asked */
  char *token;                 /* (owned) (nullable): names the monitor */
  char *monitor;               /* (owned) (nullable): its object path */
  char *running;               /* (owned) (nullable): the commit that runs */
  char *available;             /* (owned) (nullable): the newest one that is offered */
  char *tried;                 /* (owned) (nullable): the last one that was to be installed */
  char *error;                 /* (owned) (nullable): why it could not be, for people */
  guint subscriptions[2];      /* 0: none */
  guint percent;
  PegUpdateState state;
  gboolean allowed;
};

typedef enum {
  PROP_STATE = 1,
  PROP_RESTART_NEEDED,
  PROP_PERCENT,
} PegUpdateProperty;

static GParamSpec *props[PROP_PERCENT + 1];

typedef enum {
  SIGNAL_FAILED,
  SIGNAL_RESTART,
} PegUpdateSignal;

static guint signals[SIGNAL_RESTART + 1];

G_DEFINE_ENUM_TYPE (PegUpdateState, peg_update_state,
                    G_DEFINE_ENUM_VALUE (PEG_UPDATE_OUTSIDE, "outside"),
                    G_DEFINE_ENUM_VALUE (PEG_UPDATE_CURRENT, "current"),
                    G_DEFINE_ENUM_VALUE (PEG_UPDATE_AVAILABLE, "available"),
                    G_DEFINE_ENUM_VALUE (PEG_UPDATE_INSTALLING, "installing"),
                    G_DEFINE_ENUM_VALUE (PEG_UPDATE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (PEG_UPDATE_FAILED, "failed"))

G_DEFINE_FINAL_TYPE (PegUpdate, peg_update, G_TYPE_OBJECT)

static void
set_state (PegUpdate      *self,
           PegUpdateState  state)
{
  const gboolean restart_needed = self->state == PEG_UPDATE_READY;

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (restart_needed != (state == PEG_UPDATE_READY))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RESTART_NEEDED]);
  if (state == PEG_UPDATE_READY && self->allowed)
    g_signal_emit (self, signals[SIGNAL_RESTART], 0);
}

static void
set_percent (PegUpdate *self,
             guint      percent)
{
  if (self->percent == percent)
    return;

  self->percent = percent;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PERCENT]);
}

/* An update that was tried will not become better by being tried again: whoever is
 * told of every attempt stops listening. */
static void
fail (PegUpdate  *self,
      const char *why)
{
  g_free (self->error);
  self->error = g_strdup (why);
  set_state (self, PEG_UPDATE_FAILED);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, self->error);
}

static void
update_called_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (PegUpdate) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) nothing = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                                &error);

  /* How it goes on is told by “Progress”. */
  if (nothing != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_dbus_error_strip_remote_error (error);
  fail (self, error->message);
}

static void
consider (PegUpdate *self)
{
  if (!self->allowed || self->monitor == NULL || self->available == NULL ||
      self->state == PEG_UPDATE_INSTALLING || g_strcmp0 (self->tried, self->available) == 0)
    return;

  g_free (self->tried);
  self->tried = g_strdup (self->available);
  g_clear_pointer (&self->error, g_free);
  set_percent (self, 0);
  set_state (self, PEG_UPDATE_INSTALLING);

  /* No window: nobody is there to be asked anything. */
  g_dbus_connection_call (self->connection, PORTAL_NAME, self->monitor, MONITOR_INTERFACE, "Update",
                          g_variant_new ("(sa{sv})", "", NULL), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          self->cancellable, update_called_cb, g_object_ref (self));
}

/* What a signal of the portal carries; %NULL: it is not one that is known. */
static GVariant *
take_info (GVariant *parameters)
{
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(a{sv})")))
    return NULL;

  return g_variant_get_child_value (parameters, 0);
}

/* A commit is 64 hexadecimal digits; anything else is not shown to anybody. */
static char *
take_commit (GVariant   *info,
             const char *key)
{
  const char *commit;

  if (!g_variant_lookup (info, key, "&s", &commit) || strlen (commit) != 64 ||
      strspn (commit, "0123456789abcdef") != 64)
    return NULL;

  return g_strdup (commit);
}

static void
available_cb (GDBusConnection *connection,
              const char      *sender,
              const char      *path,
              const char      *interface,
              const char      *signal,
              GVariant        *parameters,
              gpointer         user_data)
{
  PegUpdate *self = user_data;
  g_autoptr (GVariant) info = take_info (parameters);
  g_autofree char *local = NULL;
  g_autofree char *remote = NULL;

  if (info == NULL)
    return;

  local = take_commit (info, "local-commit");
  remote = take_commit (info, "remote-commit");
  if (remote == NULL)
    return;

  /* Somebody else may have installed it: what is new then is only not running. */
  if (g_strcmp0 (remote, self->running) == 0) {
    g_clear_pointer (&self->available, g_free);
    set_state (self, PEG_UPDATE_CURRENT);
    return;
  }

  g_free (self->available);
  self->available = g_steal_pointer (&remote);
  if (g_strcmp0 (local, self->available) == 0) {
    g_free (self->tried);
    self->tried = g_strdup (self->available);
    set_state (self, PEG_UPDATE_READY);
    return;
  }

  if (self->state != PEG_UPDATE_INSTALLING && g_strcmp0 (self->tried, self->available) != 0)
    set_state (self, PEG_UPDATE_AVAILABLE);
  consider (self);
}

static void
progress_cb (GDBusConnection *connection,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *signal,
             GVariant        *parameters,
             gpointer         user_data)
{
  PegUpdate *self = user_data;
  g_autoptr (GVariant) info = take_info (parameters);
  const char *message = NULL;
  guint32 status, percent;

  if (self->state != PEG_UPDATE_INSTALLING || info == NULL ||
      !g_variant_lookup (info, "status", "u", &status))
    return;
  if (g_variant_lookup (info, "progress", "u", &percent))
    set_percent (self, MIN (percent, 100));

  switch (status) {
  case STATUS_DONE:
    set_percent (self, 100);
    set_state (self, PEG_UPDATE_READY);
    break;

  case STATUS_EMPTY:
    /* It was withdrawn meanwhile. */
    g_clear_pointer (&self->available, g_free);
    set_state (self, PEG_UPDATE_CURRENT);
    break;

  case STATUS_FAILED:
    g_variant_lookup (info, "error_message", "&s", &message);
    fail (self, message != NULL ? message : _("It is not known why"));
    break;

  case STATUS_RUNNING:
  default:
    break;
  }
}

static void
monitor_created_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (PegUpdate) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) handle = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                               &error);

  if (handle == NULL) {
    /* A flatpak that is too old, or that runs nothing but this program. An administrator
     * updates it, and nobody at the machine can do anything about it. */
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_info ("Updates are not watched for: %s", error->message);
    return;
  }

  g_free (self->monitor);
  g_variant_get (handle, "(o)", &self->monitor);
  consider (self);
}

/* The path of the monitor is known beforehand, so that no signal is lost between its
 * making and the answer that names it: that of the caller and of the token. */
static void
start (PegUpdate *self)
{
  g_autofree char *name = g_strdup (g_dbus_connection_get_unique_name (self->connection) + 1);
  g_autofree char *path = NULL;
  GVariantBuilder options;

  self->token = g_strdup_printf ("pegboard%u", g_random_int ());
  g_strdelimit (name, ".", '_');
  path = g_strdup_printf (PORTAL_PATH "/update_monitor/%s/%s", name, self->token);

  self->subscriptions[0] =
    g_dbus_connection_signal_subscribe (self->connection, PORTAL_NAME, MONITOR_INTERFACE,
                                        "UpdateAvailable", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        available_cb, self, NULL);
  self->subscriptions[1] =
    g_dbus_connection_signal_subscribe (self->connection, PORTAL_NAME, MONITOR_INTERFACE,
                                        "Progress", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        progress_cb, self, NULL);

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (self->token));
  g_dbus_connection_call (self->connection, PORTAL_NAME, PORTAL_PATH, PORTAL_INTERFACE,
                          "CreateUpdateMonitor", g_variant_new ("(a{sv})", &options),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          monitor_created_cb, g_object_ref (self));
}

/* Flatpak says in /.flatpak-info which commit it has started. */
static char *
read_running (const char *flatpak_info)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, flatpak_info, G_KEY_FILE_NONE, NULL))
    return NULL;

  return g_key_file_get_string (file, "Instance", "app-commit", NULL);
}

static void
peg_update_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  PegUpdate *self = PEG_UPDATE (object);

  switch ((PegUpdateProperty) id) {
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;

  case PROP_RESTART_NEEDED:
    g_value_set_boolean (value, self->state == PEG_UPDATE_READY);
    break;

  case PROP_PERCENT:
    g_value_set_uint (value, self->percent);
    break;

  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    break;
  }
}

static void
peg_update_dispose (GObject *object)
{
  PegUpdate *self = PEG_UPDATE (object);

  g_cancellable_cancel (self->cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (self->subscriptions); i++) {
    if (self->subscriptions[i] != 0)
      g_dbus_connection_signal_unsubscribe (self->connection, self->subscriptions[i]);
    self->subscriptions[i] = 0;
  }

  if (self->monitor != NULL)
    g_dbus_connection_call (self->connection, PORTAL_NAME, self->monitor, MONITOR_INTERFACE, "Close",
                            NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  g_clear_pointer (&self->monitor, g_free);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (peg_update_parent_class)->dispose (object);
}

static void
peg_update_finalize (GObject *object)
{
  PegUpdate *self = PEG_UPDATE (object);

  g_clear_object (&self->cancellable);
  g_free (self->token);
  g_free (self->running);
  g_free (self->available);
  g_free (self->tried);
  g_free (self->error);

  G_OBJECT_CLASS (peg_update_parent_class)->finalize (object);
}

static void
peg_update_class_init (PegUpdateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = peg_update_get_property;
  object_class->dispose = peg_update_dispose;
  object_class->finalize = peg_update_finalize;

  /**
   * PegUpdate:state:
   *
   * How far it is.
   */
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PEG_TYPE_UPDATE_STATE,
                                         PEG_UPDATE_OUTSIDE,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PegUpdate:restart-needed:
   *
   * Whether the next start is a newer program than this one.
   */
  props[PROP_RESTART_NEEDED] = g_param_spec_boolean ("restart-needed", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PegUpdate:percent:
   *
   * How much is installed, 0–100.
   */
  props[PROP_PERCENT] = g_param_spec_uint ("percent", NULL, NULL, 0, 100, 0,
                                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * PegUpdate::failed:
   * @self: an update
   * @why: what was said about it, for people
   *
   * An update could not be installed. It is emitted once for each update.
   */
  signals[SIGNAL_FAILED] = g_signal_new ("failed", PEG_TYPE_UPDATE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegUpdate::restart:
   * @self: an update
   *
   * The next start is a newer program, and nobody would mind if it were now: what was
   * installed while somebody was there waits until it is allowed again.
   */
  signals[SIGNAL_RESTART] = g_signal_new ("restart", PEG_TYPE_UPDATE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_update_init (PegUpdate *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * peg_update_new:
 * @connection: (nullable): the session bus; %NULL: there is none
 * @flatpak_info: where Flatpak describes what it runs: `/.flatpak-info` but in a test
 *
 * Watches for updates, inside a Flatpak; does nothing at all anywhere else.
 *
 * Returns: (transfer full): an update
 */
PegUpdate *
peg_update_new (GDBusConnection *connection,
                const char      *flatpak_info)
{
  g_autoptr (PegUpdate) self = g_object_new (PEG_TYPE_UPDATE, NULL);

  g_return_val_if_fail (flatpak_info != NULL, NULL);

  if (connection != NULL && g_dbus_connection_get_unique_name (connection) != NULL &&
      g_file_test (flatpak_info, G_FILE_TEST_EXISTS)) {
    self->connection = g_object_ref (connection);
    self->running = read_running (flatpak_info);
    self->state = PEG_UPDATE_CURRENT;
    start (self);
  }

  return g_steal_pointer (&self);
}

/**
 * peg_update_set_allowed:
 * @self: an update
 * @allowed: whether one may be installed, and started, from now on
 *
 * Says whether anybody would mind. What is being installed already is not stopped: it
 * is installed beside the program that runs, which does not notice.
 */
void
peg_update_set_allowed (PegUpdate *self,
                        gboolean   allowed)
{
  g_return_if_fail (PEG_IS_UPDATE (self));

  if (self->allowed == !!allowed)
    return;

  self->allowed = !!allowed;
  if (self->allowed && self->state == PEG_UPDATE_READY)
    g_signal_emit (self, signals[SIGNAL_RESTART], 0);
  else
    consider (self);
}

/**
 * peg_update_get_state:
 * @self: an update
 *
 * Returns: how far it is
 */
PegUpdateState
peg_update_get_state (PegUpdate *self)
{
  g_return_val_if_fail (PEG_IS_UPDATE (self), PEG_UPDATE_OUTSIDE);

  return self->state;
}

/**
 * peg_update_get_restart_needed:
 * @self: an update
 *
 * Returns: whether the next start is a newer program than this one
 */
gboolean
peg_update_get_restart_needed (PegUpdate *self)
{
  g_return_val_if_fail (PEG_IS_UPDATE (self), FALSE);

  return self->state == PEG_UPDATE_READY;
}

/**
 * peg_update_get_running_commit:
 * @self: an update
 *
 * Returns: (transfer none) (nullable): the commit of the program that runs
 */
const char *
peg_update_get_running_commit (PegUpdate *self)
{
  g_return_val_if_fail (PEG_IS_UPDATE (self), NULL);

  return self->running;
}

/**
 * peg_update_get_available_commit:
 * @self: an update
 *
 * Returns: (transfer none) (nullable): the commit of the newest one; %NULL: none is
 *   newer
 */
const char *
peg_update_get_available_commit (PegUpdate *self)
{
  g_return_val_if_fail (PEG_IS_UPDATE (self), NULL);

  return self->available;
}

/**
 * peg_update_get_error:
 * @self: an update
 *
 * Returns: (transfer none) (nullable): why the last update could not be installed
 */
const char *
peg_update_get_error (PegUpdate *self)
{
  g_return_val_if_fail (PEG_IS_UPDATE (self), NULL);

  return self->error;
}
