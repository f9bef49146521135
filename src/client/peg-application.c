/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-application"

#include "peg-config.h"

#include "peg-application.h"

#include "peg-account.h"
#include "peg-attention.h"
#include "peg-demo.h"
#include "peg-effects.h"
#include "peg-ui.h"
#include "peg-unsent.h"
#include "peg-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

/* As many servers as a person can tell apart in a menu. */
#define MAX_RECENT 6

/**
 * PegApplication:
 *
 * Puts the parts together: the store, the link that fills it, the window that
 * shows it, and the actions between them.
 */
struct _PegApplication
{
  AdwApplication parent_instance;

  GSettings *settings;       /* (owned) (nullable): when the schema is installed */
  PegStore *store;           /* (owned) (nullable): from startup on; so are the next */
  PegLink *link;             /* (owned) (nullable) */
  PegEffects *effects;       /* (owned) (nullable) */
  PegAccount *account;       /* (owned) (nullable) */
  PegDemo *demo;             /* (owned) (nullable): once it was asked for */
  GCancellable *cancellable; /* (owned) (nullable) */
  char *demo_user;           /* (owned) (nullable): who looks at the demo shop */
  char *first_server;        /* (owned) (nullable): that the command line names */
  char *first_user;          /* (owned) (nullable): likewise */
  gboolean first_demo;       /* it asks for the demo shop */
  PegAttention attention;
  guint signals[2];          /* source ids; 0: none */
};

G_DEFINE_FINAL_TYPE (PegApplication, peg_application, ADW_TYPE_APPLICATION)

/* Without an installed schema nothing is remembered, and everything else works. */
static GSettings *
load_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);

  if (schema == NULL) {
    g_info ("No settings schema: nothing is remembered");
    return NULL;
  }

  return g_settings_new_full (schema, NULL, NULL);
}

static char *
get_setting (PegApplication *self,
             const char     *key)
{
  g_autofree char *value = NULL;

  if (self->settings != NULL)
    value = g_settings_get_string (self->settings, key);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

/* The first of its values without an installed schema: that is the default of each. */
static int
get_choice (PegApplication *self,
            const char     *key)
{
  return self->settings != NULL ? g_settings_get_enum (self->settings, key) : 0;
}

static void
say (PegApplication *self,
     PegNoticeLevel  level,
     const char     *text)
{
  g_autoptr (PegNotice) notice =
    peg_notice_new (&(PegNotice) { .level = level, .text = (char *) text });

  peg_store_dispatch (self->store, &(PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
}

static void
remember_server (PegApplication *self,
                 const char     *address,
                 const char     *user)
{
  g_auto (GStrv) old = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) recent = NULL;
  guint kept = 1;

  if (self->settings == NULL)
    return;

  g_settings_set_string (self->settings, "server-address", address);
  g_settings_set_string (self->settings, "user-name", user);

  old = g_settings_get_strv (self->settings, "recent-servers");
  g_strv_builder_add (builder, address);
  for (guint i = 0; old[i] != NULL && kept < MAX_RECENT; i++) {
    if (!g_str_equal (old[i], address)) {
      g_strv_builder_add (builder, old[i]);
      kept++;
    }
  }

  recent = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "recent-servers", (const char * const *) recent);
}

/* Shows an address that cannot be understood the way every other trouble with a
 * server is shown. */
static void
show_bad_address (PegApplication *self,
                  const char     *address,
                  const char     *user,
                  PegLinkReason   reason,
                  const GError   *error)
{
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  PegEvent event = {
    .mono_us = g_get_monotonic_time (),
    .wall_us = g_get_real_time (),
  };

  event.kind = PEG_EVENT_SERVER;
  event.server.url = address;
  event.server.user = user;
  peg_store_dispatch (self->store, &event);

  status.state = PEG_LINK_STOPPED;
  status.reason = reason;
  status.detail = error->message;
  event.kind = PEG_EVENT_LINK;
  event.link = &status;
  peg_store_dispatch (self->store, &event);
}

static gboolean
connect_to (PegApplication *self,
            const char     *address,
            const char     *user,
            gboolean        transient)
{
  g_autofree char *station = get_setting (self, "station-name");
  g_autofree char *ca_file = get_setting (self, "shop-ca-file");
  g_autofree char *client_cert = get_setting (self, "client-certificate-file");
  g_autofree char *client_key = get_setting (self, "client-key-file");
  g_autofree char *client_pkcs11 = get_setting (self, "client-pkcs11-certificate");
  g_autofree char *client_pkcs11_key = get_setting (self, "client-pkcs11-key");
  g_autoptr (GError) error = NULL;
  gboolean readable;
  PegLinkConfig config = {
    .url = address,
    .user = user,
    .station = station,
    .auth_mode = (PegAuthMode) get_choice (self, "auth-mode"),
    .ca_file = ca_file,
    .client_cert = client_cert,
    .client_key = client_key,
    .client_pkcs11 = client_pkcs11,
    .client_pkcs11_key = client_pkcs11_key,
    .policy = (PegBackoffPolicy) get_choice (self, "backoff-policy"),
    .transient = transient,
  };

  if (peg_account_connect (self->account, &config, &error))
    return TRUE;

  /* Either the address cannot be understood, or it may not be used like that. */
  config.auth_mode = PEG_AUTH_HEADER;
  readable = peg_link_check_config (&config, NULL, NULL);
  show_bad_address (self, address, user,
                    readable ? PEG_LINK_REASON_UNSAFE : PEG_LINK_REASON_ADDRESS, error);

  return FALSE;
}

static void
connect_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegApplication *self = PEG_APPLICATION (user_data);
  const char *address, *user;

  g_variant_get (parameter, "(&s&s)", &address, &user);

  if (connect_to (self, address, user, FALSE))
    remember_server (self, address, user);
}

static void
sign_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  const char *user, *password;

  g_variant_get (parameter, "(&s&s)", &user, &password);
  peg_account_sign_in (PEG_APPLICATION (user_data)->account, user, password);
}

static void
sign_out_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  peg_account_sign_out (PEG_APPLICATION (user_data)->account);
}

/* The server knows the person by another name than the one that was typed. */
static void
user_changed_cb (PegApplication *self,
                 const char     *user)
{
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "user-name", user);
}

/* Connects anew, with another CA; one that cannot be read is said on the page that
 * asked for it. */
static void
trust_ca_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  PegApplication *self = PEG_APPLICATION (user_data);
  PegSnapshot *snapshot = peg_store_get_shown (self->store);
  const char *path = g_variant_get_string (parameter, NULL);
  g_autofree char *address = g_strdup (peg_snapshot_get_server_url (snapshot));
  g_autofree char *user = g_strdup (peg_snapshot_get_user (snapshot));

  if (self->settings != NULL)
    g_settings_set_string (self->settings, "shop-ca-file", path);
  if (address != NULL && user != NULL)
    connect_to (self, address, user, FALSE);
}

static void
disconnect_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  peg_account_disconnect (PEG_APPLICATION (user_data)->account);
}

static void
reconnect_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  peg_link_retry_now (PEG_APPLICATION (user_data)->link);
}

static void
demo_started_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (PegApplication) self = PEG_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = peg_demo_start_finish (PEG_DEMO (source), result, &error);

  if (address != NULL)
    connect_to (self, address, self->demo_user != NULL ? self->demo_user : g_get_user_name (), TRUE);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    say (self, PEG_NOTICE_ERROR, error->message);
}

/* The demo shop is not remembered: its address is another one every time. */
static void
demo_shop_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegApplication *self = PEG_APPLICATION (user_data);

  if (self->demo == NULL)
    self->demo = peg_demo_new ();

  peg_demo_start_async (self->demo, self->cancellable, demo_started_cb, g_object_ref (self));
}

static void
color_scheme_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  PegApplication *self = PEG_APPLICATION (user_data);
  const char *scheme = g_variant_get_string (parameter, NULL);
  AdwColorScheme wanted = ADW_COLOR_SCHEME_DEFAULT;

  if (g_str_equal (scheme, "dark"))
    wanted = ADW_COLOR_SCHEME_FORCE_DARK;
  else if (g_str_equal (scheme, "light"))
    wanted = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (!g_str_equal (scheme, "system"))
    return;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), wanted);
  g_simple_action_set_state (action, parameter);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "color-scheme", scheme);
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  if (parent != NULL)
    gtk_window_present (peg_ui_create_about (parent));
}

static void
shortcuts_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  if (parent != NULL)
    gtk_window_present (peg_ui_create_shortcuts (parent));
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (user_data));

  /* Closing saves what a window remembers. */
  while (windows != NULL) {
    GtkWindow *window = windows->data;

    windows = windows->next;
    gtk_window_close (window);
  }
}

static const GActionEntry entries[] = {
  { .name = "connect", .parameter_type = "(ss)", .activate = connect_cb },
  { .name = "disconnect", .activate = disconnect_cb },
  { .name = "sign-in", .parameter_type = "(ss)", .activate = sign_in_cb },
  { .name = "sign-out", .activate = sign_out_cb },
  { .name = "trust-ca", .parameter_type = "s", .activate = trust_ca_cb },
  { .name = "reconnect", .activate = reconnect_cb },
  { .name = "demo-shop", .activate = demo_shop_cb },
  { .name = "color-scheme", .parameter_type = "s", .state = "'system'",
    .activate = color_scheme_cb },
  { .name = "about", .activate = about_cb },
  { .name = "shortcuts", .activate = shortcuts_cb },
  { .name = "quit", .activate = quit_cb },
};

/* Whoever ends the session, or a terminal that is shut down, gets the clean end
 * that closing the window is. */
static gboolean
signal_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);

  return G_SOURCE_CONTINUE;
}

/* What is kept of the server that will be connected to is read while GTK starts and
 * makes the window: on two processors the list is there before the window. */
static void
preload (PegApplication *self)
{
  g_autofree char *address = g_strdup (self->first_server);
  g_autofree char *user = g_strdup (self->first_user);

  if (self->first_demo)
    return;

  if (address == NULL && self->settings != NULL &&
      g_settings_get_boolean (self->settings, "reconnect-on-start")) {
    g_free (user);
    address = get_setting (self, "server-address");
    user = get_setting (self, "user-name");
  } else if (user == NULL) {
    user = g_strdup (g_get_user_name ());
  }

  if (address != NULL && user != NULL)
    peg_link_preload (self->link, &(PegLinkConfig) { .url = address, .user = user });
}

static void
start_link (PegApplication *self)
{
  g_autofree char *trees = g_build_filename (g_get_user_cache_dir (), "pegboard", "trees", NULL);

  self->settings = load_settings ();
  self->store = peg_store_new ();
  peg_store_set_interval_us (self->store, PEG_STORE_FRAME_US);
  self->link = peg_link_new (self->store);
  peg_link_set_cache (self->link, trees);
  preload (self);
}

static void
peg_application_startup (GApplication *application)
{
  PegApplication *self = PEG_APPLICATION (application);
  g_autoptr (PegKeyring) keyring = peg_keyring_new ();
  g_autofree char *scheme = NULL;
  g_autofree char *outbox = g_build_filename (g_get_user_state_dir (), "pegboard", "outbox", NULL);

  start_link (self);

  G_APPLICATION_CLASS (peg_application_parent_class)->startup (application);

  self->cancellable = g_cancellable_new ();
  self->account = peg_account_new (self->store, self->link, keyring);
  g_signal_connect_object (self->account, "user-changed", G_CALLBACK (user_changed_cb), self,
                           G_CONNECT_SWAPPED);
  peg_link_set_outbox (self->link, outbox, TRUE);
  self->effects = peg_effects_new (self->store, self->link, G_ACTION_MAP (self));

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  peg_ui_set_accels (GTK_APPLICATION (self));
  self->signals[0] = g_unix_signal_add (SIGTERM, signal_cb, self);
  self->signals[1] = g_unix_signal_add (SIGINT, signal_cb, self);

  scheme = get_setting (self, "color-scheme");
  if (scheme != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (self), "color-scheme",
                                    g_variant_new_string (scheme));
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

static void
peg_application_activate (GApplication *application)
{
  PegApplication *self = PEG_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL) {
    /* The first page is not the one for somebody who has no server yet. */
    peg_store_show (self->store);
    window = GTK_WINDOW (peg_window_new (GTK_APPLICATION (self), self->store, self->settings));
    gtk_widget_realize (GTK_WIDGET (window));
    g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                             G_CALLBACK (painted_cb), self, 0);
    /* What was read meanwhile. */
    peg_store_show (self->store);
  }

  gtk_window_present (window);
}

/* What is shown without being asked for: the server of last time. */
static void
connect_as_before (PegApplication *self)
{
  g_autofree char *address = get_setting (self, "server-address");
  g_autofree char *user = get_setting (self, "user-name");

  if (address != NULL && user != NULL &&
      g_settings_get_boolean (self->settings, "reconnect-on-start"))
    connect_to (self, address, user, FALSE);
}

static int
peg_application_command_line (GApplication            *application,
                              GApplicationCommandLine *command_line)
{
  PegApplication *self = PEG_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  const gboolean first = gtk_application_get_windows (GTK_APPLICATION (self)) == NULL;
  const char *server = NULL;
  const char *user = NULL;

  g_variant_dict_lookup (options, "server", "&s", &server);
  g_variant_dict_lookup (options, "user", "&s", &user);

  g_application_activate (application);

  if (g_variant_dict_contains (options, "demo")) {
    g_free (self->demo_user);
    self->demo_user = g_strdup (user);
    g_action_group_activate_action (G_ACTION_GROUP (self), "demo-shop", NULL);
  } else if (server != NULL) {
    const char *name = user != NULL ? user : g_get_user_name ();

    /* A window of its own is for now, not for the next start. */
    if (connect_to (self, server, name, FALSE) && !g_variant_dict_contains (options, "standalone"))
      remember_server (self, server, name);
  } else if (first)
    connect_as_before (self);

  return 0;
}

static int
peg_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  PegApplication *self = PEG_APPLICATION (application);

  if (g_variant_dict_contains (options, "version")) {
    g_print ("pegboard %s\n", PACKAGE_VERSION);
    return 0;
  }

  if (g_variant_dict_contains (options, "standalone"))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  g_variant_dict_lookup (options, "server", "s", &self->first_server);
  g_variant_dict_lookup (options, "user", "s", &self->first_user);
  self->first_demo = g_variant_dict_contains (options, "demo");

  return -1;
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
}

static void
peg_application_shutdown (GApplication *application)
{
  PegApplication *self = PEG_APPLICATION (application);

  for (gsize i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);

  if (self->store != NULL)
    say_unsent (self);
  g_cancellable_cancel (self->cancellable);
  if (self->effects != NULL)
    g_object_run_dispose (G_OBJECT (self->effects));
  g_clear_object (&self->effects);
  if (self->account != NULL) {
    peg_account_flush (self->account);
    g_object_run_dispose (G_OBJECT (self->account));
  }
  g_clear_object (&self->account);
  g_clear_object (&self->link);
  g_clear_object (&self->demo);
  g_clear_object (&self->store);
  g_clear_object (&self->settings);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->demo_user, g_free);

  G_APPLICATION_CLASS (peg_application_parent_class)->shutdown (application);
}

static void
peg_application_finalize (GObject *object)
{
  PegApplication *self = PEG_APPLICATION (object);

  g_clear_pointer (&self->first_server, g_free);
  g_clear_pointer (&self->first_user, g_free);

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
  application_class->handle_local_options = peg_application_handle_local_options;
  application_class->shutdown = peg_application_shutdown;
  gtk_application_class->window_added = peg_application_window_added;
}

static void
peg_application_init (PegApplication *self)
{
  static const GOptionEntry options[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, NULL, N_("Where the server is"), N_("ADDRESS") },
    { "user", 'u', 0, G_OPTION_ARG_STRING, NULL, N_("Who you are"), N_("NAME") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the demo shop"), NULL },
    { "standalone", 0, 0, G_OPTION_ARG_NONE, NULL,
      N_("Do not join a Pegboard that runs already"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL },
    G_OPTION_ENTRY_NULL
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (G_APPLICATION (self),
    _("Shows who has which file checked out."));
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
