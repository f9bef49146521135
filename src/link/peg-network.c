/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-network"

#include "peg-config.h"

#include "peg-network.h"

/* The interface of systemd-logind that tells of sleep (org.freedesktop.login1(5),
 * “PrepareForSleep”): TRUE before, FALSE after. */
#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_INTERFACE "org.freedesktop.login1.Manager"

G_DEFINE_INTERFACE (PegNetwork, peg_network, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  SIGNAL_RESUMED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
peg_network_default_init (PegNetworkInterface *iface)
{
  /**
   * PegNetwork::changed:
   * @self: the network
   *
   * A cable, an address, a route: something is not as it was.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", PEG_TYPE_NETWORK, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegNetwork::resumed:
   * @self: the network
   *
   * The computer has slept, and does not any more.
   */
  signals[SIGNAL_RESUMED] =
    g_signal_new ("resumed", PEG_TYPE_NETWORK, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

/**
 * peg_network_emit_changed:
 * @self: a network
 *
 * For those who implement the interface: says that something has changed.
 */
void
peg_network_emit_changed (PegNetwork *self)
{
  g_return_if_fail (PEG_IS_NETWORK (self));

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * peg_network_emit_resumed:
 * @self: a network
 *
 * For those who implement the interface: says that a sleep is over.
 */
void
peg_network_emit_resumed (PegNetwork *self)
{
  g_return_if_fail (PEG_IS_NETWORK (self));

  g_signal_emit (self, signals[SIGNAL_RESUMED], 0);
}

#define PEG_TYPE_SYSTEM_NETWORK (peg_system_network_get_type ())

G_DECLARE_FINAL_TYPE (PegSystemNetwork, peg_system_network, PEG, SYSTEM_NETWORK, GObject)

/*
 * PegSystemNetwork:
 *
 * What the desktop and logind tell. They tell it in the thread in which this was
 * made; the signals are emitted in the context that was asked for.
 */
struct _PegSystemNetwork
{
  GObject parent_instance;

  GMainContext *context;    /* (owned) (not nullable) */
  GNetworkMonitor *monitor; /* (owned) (not nullable) */
  GDBusConnection *bus;     /* (owned) (nullable): once there is one */
  guint subscription;
};

static void
network_iface_init (PegNetworkInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PegSystemNetwork, peg_system_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_NETWORK, network_iface_init))

static gboolean
emit_changed_cb (gpointer user_data)
{
  peg_network_emit_changed (PEG_NETWORK (user_data));

  return G_SOURCE_REMOVE;
}

static gboolean
emit_resumed_cb (gpointer user_data)
{
  peg_network_emit_resumed (PEG_NETWORK (user_data));

  return G_SOURCE_REMOVE;
}

/* Never at once, even if this thread may: the other one may not have begun. */
static void
emit_elsewhere (PegSystemNetwork *self,
                GSourceFunc       func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[peg] network");
  g_source_set_callback (source, func, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static void
network_changed_cb (GNetworkMonitor  *monitor,
                    gboolean          available,
                    PegSystemNetwork *self)
{
  emit_elsewhere (self, emit_changed_cb);
}

static void
prepare_for_sleep_cb (GDBusConnection *connection,
                      const char      *sender,
                      const char      *path,
                      const char      *interface,
                      const char      *signal,
                      GVariant        *parameters,
                      gpointer         user_data)
{
  gboolean begins = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &begins);

  if (!begins)
    emit_elsewhere (PEG_SYSTEM_NETWORK (user_data), emit_resumed_cb);
}

static void
bus_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (PegSystemNetwork) self = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;

  self->bus = g_bus_get_finish (result, &error);

  /* The connection looks at its clocks as well; this only makes it faster. */
  if (self->bus == NULL || g_dbus_connection_is_closed (self->bus)) {
    g_debug ("No system bus: %s", error != NULL ? error->message : "it has gone");
    return;
  }

  /* By default, a program ends itself when the bus does. */
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->subscription =
    g_dbus_connection_signal_subscribe (self->bus, LOGIND_NAME, LOGIND_INTERFACE,
                                        "PrepareForSleep", LOGIND_PATH, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, prepare_for_sleep_cb, self,
                                        NULL);
}

static void
peg_system_network_dispose (GObject *object)
{
  PegSystemNetwork *self = PEG_SYSTEM_NETWORK (object);

  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;

  g_clear_object (&self->monitor);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (peg_system_network_parent_class)->dispose (object);
}

static void
peg_system_network_class_init (PegSystemNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_system_network_dispose;
}

static void
peg_system_network_init (PegSystemNetwork *self)
{
}

/**
 * peg_system_network_new:
 * @context: (nullable): where the signals are emitted; %NULL: the thread's default
 *
 * Listens to the desktop's network monitor, and to logind over the system bus.
 * Where one of them is missing, it is silent. To be made, and to be let go of, in
 * the thread that iterates the main context.
 *
 * Returns: (transfer full): the network of this computer
 */
PegNetwork *
peg_system_network_new (GMainContext *context)
{
  PegSystemNetwork *self = g_object_new (PEG_TYPE_SYSTEM_NETWORK, NULL);

  self->context = context != NULL ? g_main_context_ref (context)
                                  : g_main_context_ref_thread_default ();
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  g_signal_connect (self->monitor, "network-changed", G_CALLBACK (network_changed_cb), self);
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, bus_cb, g_object_ref (self));

  return PEG_NETWORK (self);
}
