/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-application"

#include "peg-config.h"

#include "peg-application.h"

#include "peg-account.h"
#include "peg-attention.h"
#include "peg-bus-guard.h"
#include "peg-check-config.h"
#include "peg-desktop.h"
#include "peg-effects.h"
#include "peg-kiosk-lock.h"
#include "peg-kiosk.h"
#include "peg-overview.h"
#include "peg-preferences.h"
#include "peg-server-actions.h"
#include "peg-site-look.h"
#include "peg-safe.h"
#include "peg-sole.h"
#include "peg-start.h"
#include "peg-unsent.h"
#include "peg-watchdog.h"
#include "peg-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

/* How long the bus may take to answer at the end, ms. */
#define FLUSH_MS 1000

/**
 * PegApplication:
 *
 * Puts the parts together: the store, the link that fills it, the window that
 * shows it, and the actions between them.
 */
struct _PegApplication
{
  AdwApplication parent_instance;

  PegStart *start;           /* (owned) (nullable): of this process itself */
  PegPreferences *preferences; /* (owned) (nullable): from startup on; so are the next */
  PegStore *store;           /* (owned) (nullable) */
  PegLink *link;             /* (owned) (nullable) */
  PegEffects *effects;       /* (owned) (nullable) */
  PegWorkingFolder *folder;  /* (owned) (nullable): of this station, when it has one */
  PegAccount *account;       /* (owned) (nullable) */
  PegServerActions *server;  /* (owned) (nullable): but on a shared terminal */
  PegKiosk *kiosk;           /* (owned) (nullable): on a shared terminal, once it is shown */
  PegWatchdog *watchdog;     /* (owned) (nullable): likewise */
  PegSearchProvider *overview; /* (owned) (nullable): but on a shared terminal */
  GCancellable *cancellable; /* (owned) (nullable) */
  PegAttention attention;
  guint guard_id;            /* on a shared terminal with a bus; 0: none */
  guint signals[2];          /* source ids; 0: none */
};

G_DEFINE_FINAL_TYPE (PegApplication, peg_application, ADW_TYPE_APPLICATION)

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegApplication *self = PEG_APPLICATION (user_data);
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  /* The window of a terminal cannot be closed, and remembers nothing. */
  if (self->start->is_kiosk) {
    g_application_quit (G_APPLICATION (self));
    return;
  }

  /* Closing saves what a window remembers. */
  while (windows != NULL) {
    GtkWindow *window = windows->data;

    windows = windows->next;
    gtk_window_close (window);
  }
}

static const GActionEntry entries[] = {
  { .name = "quit", .activate = quit_cb },
};

/* Whoever ends the session, or a terminal that is shut down, gets the clean end
 * that closing the window is. */
static gboolean
signal_cb (gpointer user_data)
{
  quit_cb (NULL, NULL, user_data);

  return G_SOURCE_CONTINUE;
}

/* What is kept of the server that will be connected to is read while GTK starts and
 * makes the window: on two processors the list is there before the window. */
static void
preload (PegApplication *self)
{
  g_autofree char *address = peg_preferences_dup_address (self->preferences);
  g_autofree char *user = peg_preferences_dup_user (self->preferences);

  /* Who asks for the demo shop does not see another one before it, and on a terminal
   * nobody is there yet. */
  if (self->start->options->demo || self->start->is_kiosk)
    return;
  if (self->start->options->server == NULL && !peg_preferences_get_reconnect (self->preferences))
    return;

  if (self->start->options->server != NULL && self->start->options->user == NULL) {
    g_free (user);
    user = g_strdup (g_get_user_name ());
  }
  if (address != NULL && user != NULL)
    peg_link_preload (self->link, &(PegLinkConfig) { .url = address, .user = user });
}

static void
start_link (PegApplication *self)
{
  g_autofree char *trees = g_build_filename (g_get_user_cache_dir (), "pegboard", "trees", NULL);
  g_autoptr (GError) error = NULL;

  /* In safe mode, what was kept may be what crashed us; the server has it again. */
  if (self->start->options->safe_code != NULL && !peg_safe_put_aside (trees, &error))
    g_message ("%s", error->message);

  self->preferences = peg_preferences_new (self->start->site, self->start->options);
  self->store = peg_store_new ();
  peg_store_set_interval_us (self->store, PEG_STORE_FRAME_US);
  self->link = peg_link_new (self->store);
  peg_link_set_cache (self->link, trees);
  preload (self);
}

/* Where the machine of this station reads its programs from. */
static void
start_folder (PegApplication *self)
{
  self->folder = peg_working_folder_new_for_site (self->store, self->link, self->start->site);
  if (self->folder == NULL)
    return;

  /* The demo shop is not what a machine runs, on a terminal either. */
  if (self->start->is_kiosk)
    peg_working_folder_set_demo (self->folder, self->start->options->demo);
  peg_working_folder_add_actions (self->folder, G_ACTION_MAP (self));
  peg_effects_set_working_folder (self->effects, self->folder);
}

static void
peg_application_startup (GApplication *application)
{
  PegApplication *self = PEG_APPLICATION (application);
  g_autoptr (PegKeyring) keyring = peg_keyring_new ();
  g_autofree char *outbox = g_build_filename (g_get_user_state_dir (), "pegboard", "outbox", NULL);

  start_link (self);

  G_APPLICATION_CLASS (peg_application_parent_class)->startup (application);

  self->cancellable = g_cancellable_new ();
  self->account = peg_account_new (self->store, self->link, keyring);
  peg_link_set_outbox (self->link, outbox, TRUE);
  self->effects = peg_effects_new (self->store, self->link, G_ACTION_MAP (self));
  if (self->overview != NULL)
    peg_search_provider_set_store (self->overview, self->store);
  start_folder (self);

  /* A terminal has no such actions, nor a key that would call one: what can be done there
   * is said by the terminal itself. */
  if (self->start->is_kiosk) {
    peg_desktop_take_scheme (peg_site_get_string (self->start->site, PEG_SITE_KIOSK_COLOR_SCHEME));
  } else {
    g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
    self->server = peg_server_actions_new (self->store, self->link, self->account, self->preferences,
                                           self->folder, G_ACTION_MAP (self));
    peg_desktop_add_actions (GTK_APPLICATION (self), self->preferences);
  }
  self->signals[0] = g_unix_signal_add (SIGTERM, signal_cb, self);
  self->signals[1] = g_unix_signal_add (SIGINT, signal_cb, self);
}

/* A window that somebody works in is looked at. Who comes back to it wants to see
 * what is so now; and where the server has to be asked for it, it is asked less
 * often meanwhile. */
static void
is_active_cb (GtkWindow      *window,
              GParamSpec     *pspec,
              PegApplication *self)
{
  gboolean looking = FALSE;
  PegAttentionChange change;

  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    looking = looking || gtk_window_is_active (link->data);

  if (self->folder != NULL)
    peg_working_folder_set_active (self->folder, looking);

  change = peg_attention_update (&self->attention, looking, g_get_monotonic_time ());
  if (self->link == NULL || change == PEG_ATTENTION_SAME)
    return;

  peg_link_set_watched (self->link, looking);
  if (change == PEG_ATTENTION_BACK_AFTER_LONG)
    peg_link_hint (self->link);
}

static void
peg_application_window_added (GtkApplication *application,
                              GtkWindow      *window)
{
  GTK_APPLICATION_CLASS (peg_application_parent_class)->window_added (application, window);

  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (is_active_cb), application, 0);
}

/* The moment that the start is measured by: the list is on the screen. */
static void
painted_cb (GdkFrameClock  *clock,
            PegApplication *self)
{
  if (self->store == NULL || !peg_snapshot_has_list (peg_store_get_shown (self->store)))
    return;

  g_debug ("The list is painted");
  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
}

/* The files that site.conf names have been looked at, too. */
static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegApplication) self = PEG_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) wrong = peg_site_look_finish (result, &error);
  g_autoptr (GPtrArray) notices = NULL;

  if (wrong == NULL || self->store == NULL)
    return;

  notices = peg_start_dup_notices (self->start, (const char * const *) wrong);
  for (guint i = 0; i < notices->len; i++)
    peg_store_dispatch (self->store, &(PegEvent) { .kind = PEG_EVENT_NOTICE,
                                                   .notice = notices->pdata[i] });
}

static void
open_window (PegApplication *self)
{
  GtkWindow *window;

  /* The first page is not the one for somebody who has no server yet. */
  peg_store_show (self->store);
  if (self->start->is_kiosk) {
    self->kiosk = peg_kiosk_new (GTK_APPLICATION (self), self->store, self->link,
                                 self->start->site, self->start->options);
    window = gtk_application_get_active_window (GTK_APPLICATION (self));
    /* Not before: the fonts of a computer that is new may take longer. */
    self->watchdog = peg_watchdog_new (NULL, PEG_WATCHDOG_LIMIT_US, peg_watchdog_bite, NULL);
  } else {
    window = GTK_WINDOW (peg_window_new (GTK_APPLICATION (self), self->store,
                                         peg_preferences_get_settings (self->preferences)));
    /* The stripes of libadwaita: nobody takes it for the release. */
    if (IS_DEVELOPMENT)
      gtk_widget_add_css_class (GTK_WIDGET (window), "devel");
  }

  gtk_widget_realize (GTK_WIDGET (window));
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                           G_CALLBACK (painted_cb), self, 0);
  /* A terminal says it with everything else that is missing there. */
  if (!self->start->is_kiosk)
    peg_site_look_async (self->start->site, PEG_SITE_LOOK_PATIENCE_MS, self->cancellable, looked_cb,
                         g_object_ref (self));
  /* What was read meanwhile. */
  peg_store_show (self->store);
}

static void
show_window (PegApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  /* The window of a terminal is not disturbed. */
  if (window != NULL && self->start->is_kiosk)
    return;

  if (window == NULL)
    open_window (self);

  gtk_window_present (gtk_application_get_active_window (GTK_APPLICATION (self)));
}

/* What is shown without being asked for: the server of last time. */
static void
connect_as_before (PegApplication *self)
{
  g_autofree char *address = peg_preferences_dup_address (self->preferences);
  g_autofree char *user = peg_preferences_dup_user (self->preferences);

  /* A terminal has its own ways to its server. */
  if (self->server == NULL)
    return;

  if (address != NULL && user != NULL && peg_preferences_get_reconnect (self->preferences))
    peg_server_actions_connect (self->server, address, user);
}

/* Somebody is to see the board who did not say which. */
static void
want_board (PegApplication *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  if (peg_snapshot_get_server_url (snapshot) == NULL)
    connect_as_before (self);
}

/* The desktop starts it over D-Bus, without a command line. */
static void
peg_application_activate (GApplication *application)
{
  PegApplication *self = PEG_APPLICATION (application);

  show_window (self);
  want_board (self);
}

static gboolean
peg_application_dbus_register (GApplication     *application,
                               GDBusConnection  *connection,
                               const char       *object_path,
                               GError          **error)
{
  PegApplication *self = PEG_APPLICATION (application);

  if (!G_APPLICATION_CLASS (peg_application_parent_class)->dbus_register (application, connection,
                                                                          object_path, error))
    return FALSE;

  /* Nothing of a desktop is there to ask a terminal, and nobody else is to. */
  if (self->start != NULL && self->start->is_kiosk)
    self->guard_id = peg_bus_guard_add (connection);
  if (self->start == NULL || self->start->is_kiosk)
    return TRUE;

  self->overview = peg_overview_new (GTK_APPLICATION (self), connection, object_path, error);
  if (self->overview == NULL)
    return FALSE;

  g_signal_connect_object (self->overview, "wanted", G_CALLBACK (want_board), self,
                           G_CONNECT_SWAPPED);

  return TRUE;
}

static void
peg_application_dbus_unregister (GApplication    *application,
                                 GDBusConnection *connection,
                                 const char      *object_path)
{
  PegApplication *self = PEG_APPLICATION (application);

  if (self->overview != NULL)
    peg_search_provider_unexport (self->overview);
  if (self->guard_id != 0)
    peg_bus_guard_remove (connection, self->guard_id);
  self->guard_id = 0;

  G_APPLICATION_CLASS (peg_application_parent_class)->dbus_unregister (application, connection,
                                                                       object_path);
}

/* Two that cannot be one: a terminal is joined by nobody, and joins nobody. */
static gboolean
refuse_to_join (PegApplication          *self,
                GApplicationCommandLine *command_line,
                const PegOptions        *options)
{
  if (!g_application_command_line_get_is_remote (command_line))
    return FALSE;

  if (self->start->is_kiosk)
    g_application_command_line_printerr (command_line, "%s\n", PEG_SOLE_TAKEN);
  else if (options->kiosk)
    g_application_command_line_printerr (command_line, "%s\n",
      _("Pegboard is open in a window already. Close it, and start the terminal again."));
  else
    return FALSE;

  return TRUE;
}

static int
peg_application_command_line (GApplication            *application,
                              GApplicationCommandLine *command_line)
{
  PegApplication *self = PEG_APPLICATION (application);
  g_autoptr (PegOptions) options =
    peg_options_new (g_application_command_line_get_options_dict (command_line));
  g_auto (GStrv) refusals = peg_options_obey (options, self->start->site);
  const gboolean first = gtk_application_get_windows (GTK_APPLICATION (self)) == NULL;

  if (refuse_to_join (self, command_line, options))
    return 1;

  for (guint i = 0; refusals[i] != NULL; i++)
    g_application_command_line_printerr (command_line, "%s\n", refusals[i]);

  show_window (self);

  /* A terminal has its own ways to its server. */
  if (self->start->is_kiosk)
    return 0;

  if (options->demo) {
    peg_server_actions_open_demo (self->server, options->user);
  } else if (options->server != NULL) {
    const char *name = options->user != NULL ? options->user : g_get_user_name ();

    /* A window of its own is for now, not for the next start. */
    if (peg_server_actions_connect (self->server, options->server, name) && !options->standalone)
      peg_preferences_remember_server (self->preferences, options->server, name);
  } else if (first)
    connect_as_before (self);

  return 0;
}

static int
peg_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  PegApplication *self = PEG_APPLICATION (application);
  g_autoptr (GError) error = NULL;
  g_autofree char *config = NULL;

  if (g_variant_dict_contains (options, "version")) {
    g_print ("pegboard %s\n", PACKAGE_VERSION);
    return 0;
  }
  if (g_variant_dict_lookup (options, "check-config", "^ay", &config))
    return peg_check_config (config);

  self->start = peg_start_new (options);
  if (self->start->is_kiosk)
    peg_kiosk_lock_prepare ();

  if (!peg_start_claim (self->start, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }

  if (self->start->options->standalone)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

/* In a Flatpak all that goes to the bus goes through a process that ends when this one
 * does, whether or not it has passed everything on. Once the bus has answered, it has. */
static void
flush_bus (GApplication *application)
{
  GDBusConnection *connection = g_application_get_dbus_connection (application);
  g_autoptr (GVariant) id G_GNUC_UNUSED = NULL;

  if (connection != NULL)
    id = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus", "GetId", NULL, NULL,
                                      G_DBUS_CALL_FLAGS_NONE, FLUSH_MS, NULL, NULL);
}

/* Whoever quits during a check-in must not wonder what became of it. A question
 * would keep a terminal from shutting down. */
static void
say_unsent (PegApplication *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *text = peg_unsent_dup_words (snapshot);

  if (text == NULL)
    return;

  notification = g_notification_new (_("Unsent Work"));
  g_notification_set_body (notification, text);
  g_application_send_notification (G_APPLICATION (self), "unsent", notification);
  flush_bus (G_APPLICATION (self));
}

static void
peg_application_shutdown (GApplication *application)
{
  PegApplication *self = PEG_APPLICATION (application);

  for (gsize i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);

  /* The way out runs no main loop. */
  g_clear_pointer (&self->watchdog, peg_watchdog_free);
  if (self->store != NULL)
    say_unsent (self);
  g_cancellable_cancel (self->cancellable);
  if (self->overview != NULL)
    g_object_run_dispose (G_OBJECT (self->overview));
  g_clear_object (&self->overview);
  if (self->kiosk != NULL)
    g_object_run_dispose (G_OBJECT (self->kiosk));
  g_clear_object (&self->kiosk);
  if (self->server != NULL)
    g_object_run_dispose (G_OBJECT (self->server));
  g_clear_object (&self->server);
  if (self->effects != NULL)
    g_object_run_dispose (G_OBJECT (self->effects));
  g_clear_object (&self->effects);
  if (self->folder != NULL)
    g_object_run_dispose (G_OBJECT (self->folder));
  g_clear_object (&self->folder);
  if (self->account != NULL) {
    peg_account_flush (self->account);
    g_object_run_dispose (G_OBJECT (self->account));
  }
  g_clear_object (&self->account);
  g_clear_object (&self->link);
  g_clear_object (&self->store);
  g_clear_object (&self->preferences);
  g_clear_object (&self->cancellable);

  G_APPLICATION_CLASS (peg_application_parent_class)->shutdown (application);
}

static void
peg_application_finalize (GObject *object)
{
  PegApplication *self = PEG_APPLICATION (object);

  g_clear_pointer (&self->start, peg_start_free);

  /* One that only called another has had no shutdown. */
  g_clear_object (&self->overview);

  G_OBJECT_CLASS (peg_application_parent_class)->finalize (object);
}

static void
peg_application_class_init (PegApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  GtkApplicationClass *gtk_application_class = GTK_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = peg_application_finalize;
  application_class->startup = peg_application_startup;
  application_class->activate = peg_application_activate;
  application_class->command_line = peg_application_command_line;
  application_class->dbus_register = peg_application_dbus_register;
  application_class->dbus_unregister = peg_application_dbus_unregister;
  application_class->handle_local_options = peg_application_handle_local_options;
  application_class->shutdown = peg_application_shutdown;
  gtk_application_class->window_added = peg_application_window_added;
}

static void
peg_application_init (PegApplication *self)
{
  peg_options_add (G_APPLICATION (self));
}

/**
 * peg_application_new:
 *
 * Returns: (transfer full): the application
 */
PegApplication *
peg_application_new (void)
{
  return g_object_new (PEG_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/io/github/pegboard/Pegboard",
                       NULL);
}
