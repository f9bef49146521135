/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-preferences"

#include "peg-config.h"

#include "peg-preferences.h"

#include "peg-site-settings.h"

#include <glib/gi18n.h>

/* As many servers as a person can tell apart in a menu. */
#define MAX_RECENT 6

/**
 * PegPreferences:
 *
 * How somebody wants it, and what the shop lets them want. What the shop has locked
 * comes first, then the command line, then what a person chose, then what the shop
 * laid down without a lock, then what is usual.
 */
struct _PegPreferences
{
  GObject parent_instance;

  PegSite *site;       /* (owned) */
  GSettings *settings; /* (owned) (nullable): when the schema is installed */
  char *server;        /* (owned) (nullable): on the command line */
  char *user;          /* (owned) (nullable): likewise */
  char *station;       /* (owned) (nullable): likewise */

  /* What a configuration of the link borrows. */
  char *used_station;  /* (owned) (nullable) */
  char *used[5];       /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PegPreferences, peg_preferences, G_TYPE_OBJECT)

/* Without an installed schema nothing is remembered, and everything else works. */
static GSettings *
load_settings (PegSite *site)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GError) error = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);

  if (schema == NULL) {
    g_info ("No settings schema: nothing is remembered");
    return NULL;
  }

  if (peg_site_get_path (site) != NULL) {
    GSettings *settings = peg_site_settings_new (site, NULL, &error);

    if (settings != NULL)
      return settings;
    /* The locks hold without them; only the window does not show them. */
    g_message ("What the shop laid down is not in the settings: %s", error->message);
  }

  return g_settings_new_full (schema, NULL, NULL);
}

static void
peg_preferences_finalize (GObject *object)
{
  PegPreferences *self = PEG_PREFERENCES (object);

  g_clear_pointer (&self->site, peg_site_unref);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->used_station, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->used); i++)
    g_clear_pointer (&self->used[i], g_free);

  G_OBJECT_CLASS (peg_preferences_parent_class)->finalize (object);
}

static void
peg_preferences_class_init (PegPreferencesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_preferences_finalize;
}

static void
peg_preferences_init (PegPreferences *self)
{
}

/**
 * peg_preferences_new:
 * @site: what the shop laid down
 * @options: what the command line says, after peg_options_obey()
 *
 * Returns: (transfer full): the preferences of this start
 */
PegPreferences *
peg_preferences_new (PegSite          *site,
                     const PegOptions *options)
{
  PegPreferences *self = g_object_new (PEG_TYPE_PREFERENCES, NULL);

  g_return_val_if_fail (site != NULL, self);
  g_return_val_if_fail (options != NULL, self);

  self->site = peg_site_ref (site);
  self->server = g_strdup (options->server);
  self->user = g_strdup (options->user);
  self->station = g_strdup (options->station);
  self->settings = load_settings (site);

  return self;
}

/**
 * peg_preferences_get_settings:
 * @self: preferences
 *
 * Returns: (nullable): what is remembered; a key of it cannot be written when the shop
 *   has locked it. %NULL without an installed schema
 */
GSettings *
peg_preferences_get_settings (PegPreferences *self)
{
  g_return_val_if_fail (PEG_IS_PREFERENCES (self), NULL);

  return self->settings;
}

/**
 * peg_preferences_dup_text:
 * @self: preferences
 * @key: a key of the settings whose value is a text
 *
 * Returns: (transfer full) (nullable): its value; %NULL: it is empty
 */
char *
peg_preferences_dup_text (PegPreferences *self,
                          const char     *key)
{
  g_autofree char *value = NULL;

  g_return_val_if_fail (PEG_IS_PREFERENCES (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if (self->settings != NULL)
    value = g_settings_get_string (self->settings, key);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

/* The first of its values without an installed schema: that is the default of each. */
static int
get_choice (PegPreferences *self,
            const char     *key)
{
  return self->settings != NULL ? g_settings_get_enum (self->settings, key) : 0;
}

/**
 * peg_preferences_get_reconnect:
 * @self: preferences
 *
 * Returns: whether a start connects to the server of last time
 */
gboolean
peg_preferences_get_reconnect (PegPreferences *self)
{
  g_return_val_if_fail (PEG_IS_PREFERENCES (self), FALSE);

  return self->settings != NULL && g_settings_get_boolean (self->settings, "reconnect-on-start");
}

/* Where the settings are not installed the shop’s word is all there is. */
static char *
dup_laid_down (PegPreferences *self,
               const char     *chosen,
               const char     *setting,
               PegSiteKey      key)
{
  char *text;

  if (peg_site_is_locked (self->site, key))
    return g_strdup (peg_site_get_string (self->site, key));
  if (chosen != NULL && *chosen != '\0')
    return g_strdup (chosen);

  text = peg_preferences_dup_text (self, setting);

  return text != NULL ? text : g_strdup (peg_site_get_string (self->site, key));
}

/**
 * peg_preferences_dup_address:
 * @self: preferences
 *
 * Returns: (transfer full) (nullable): where the server is
 */
char *
peg_preferences_dup_address (PegPreferences *self)
{
  g_return_val_if_fail (PEG_IS_PREFERENCES (self), NULL);

  return dup_laid_down (self, self->server, "server-address", PEG_SITE_SERVER_ADDRESS);
}

/**
 * peg_preferences_dup_user:
 * @self: preferences
 *
 * Returns: (transfer full) (nullable): who the person was last time, or is said to be
 */
char *
peg_preferences_dup_user (PegPreferences *self)
{
  g_return_val_if_fail (PEG_IS_PREFERENCES (self), NULL);

  return self->user != NULL ? g_strdup (self->user) : peg_preferences_dup_text (self, "user-name");
}

/**
 * peg_preferences_dup_station:
 * @self: preferences
 *
 * Returns: (transfer full) (nullable): where this is; on a computer of the shop the name
 *   of the computer when nobody said it. It says nothing about who is there
 */
char *
peg_preferences_dup_station (PegPreferences *self)
{
  char *station;

  g_return_val_if_fail (PEG_IS_PREFERENCES (self), NULL);

  station = dup_laid_down (self, self->station, "station-name", PEG_SITE_STATION_NAME);

  if (station == NULL && peg_site_get_path (self->site) != NULL)
    station = g_strdup (g_get_host_name ());

  return station;
}

/**
 * peg_preferences_dup_refusal:
 * @self: preferences
 * @key: a key of the shop’s configuration
 * @value: (nullable): what somebody wants it to be
 *
 * Returns: (transfer full) (nullable): why it cannot be so, a sentence; %NULL: it can
 */
char *
peg_preferences_dup_refusal (PegPreferences *self,
                             PegSiteKey      key,
                             const char     *value)
{
  g_return_val_if_fail (PEG_IS_PREFERENCES (self), NULL);

  if (!peg_site_is_locked (self->site, key) ||
      g_strcmp0 (peg_site_get_string (self->site, key), value) == 0)
    return NULL;

  if (key == PEG_SITE_SERVER_ADDRESS)
    /* Translators: the path of a file. */
    return g_strdup_printf (_("The shop set the server of this computer in “%s”."),
                            peg_site_get_path (self->site));

  return g_strdup_printf (_("The shop set this in “%s”."), peg_site_get_path (self->site));
}

/* Keeps a text as long as @self, or until it is needed anew. */
static const char *
borrow (char **place,
        char  *text)
{
  g_free (*place);
  *place = text;

  return text;
}

/* The words of the table are in the order of the numbers. */
static PegAuthMode
get_auth_mode (PegPreferences *self)
{
  const PegSiteKeyInfo *info = peg_site_key_get_info (PEG_SITE_SERVER_AUTH_MODE);
  const char *wanted = peg_site_get_string (self->site, PEG_SITE_SERVER_AUTH_MODE);
  g_auto (GStrv) words = g_strsplit (info->words, ";", -1);

  if (self->settings != NULL && !peg_site_is_locked (self->site, PEG_SITE_SERVER_AUTH_MODE))
    return (PegAuthMode) get_choice (self, "auth-mode");

  for (guint i = 0; words[i] != NULL; i++) {
    if (g_strcmp0 (words[i], wanted) == 0)
      return (PegAuthMode) i;
  }

  return PEG_AUTH_HEADER;
}

/**
 * peg_preferences_fill:
 * @self: preferences
 * @config: (inout): a configuration; whatever does not depend on the person and the
 *   server is filled in. It borrows from @self until this is called again
 *
 * Where this is, and how to connect.
 */
void
peg_preferences_fill (PegPreferences *self,
                      PegLinkConfig  *config)
{
  g_return_if_fail (PEG_IS_PREFERENCES (self));
  g_return_if_fail (config != NULL);

  config->station = borrow (&self->used_station, peg_preferences_dup_station (self));
  config->ca_file = borrow (&self->used[0], dup_laid_down (self, NULL, "shop-ca-file",
                                                           PEG_SITE_SERVER_CA_FILE));
  config->client_cert = borrow (&self->used[1], dup_laid_down (self, NULL, "client-certificate-file",
                                                               PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE));
  config->client_key = borrow (&self->used[2], dup_laid_down (self, NULL, "client-key-file",
                                                              PEG_SITE_SERVER_CLIENT_KEY_FILE));
  config->client_pkcs11 = borrow (&self->used[3],
                                  peg_preferences_dup_text (self, "client-pkcs11-certificate"));
  config->client_pkcs11_key = borrow (&self->used[4],
                                      peg_preferences_dup_text (self, "client-pkcs11-key"));
  config->auth_mode = get_auth_mode (self);
  config->policy = (PegBackoffPolicy) get_choice (self, "backoff-policy");
}

/**
 * peg_preferences_remember_text:
 * @self: preferences
 * @key: a key of the settings whose value is a text
 * @value: its value from now on
 *
 * Remembers it, unless the shop has locked it or nothing is remembered.
 */
void
peg_preferences_remember_text (PegPreferences *self,
                               const char     *key,
                               const char     *value)
{
  g_return_if_fail (PEG_IS_PREFERENCES (self));

  if (self->settings != NULL && g_settings_is_writable (self->settings, key))
    g_settings_set_string (self->settings, key, value);
}

/**
 * peg_preferences_remember_server:
 * @self: preferences
 * @address: where the server is
 * @user: who the person is to it
 *
 * Remembers whom the next start connects to.
 */
void
peg_preferences_remember_server (PegPreferences *self,
                                 const char     *address,
                                 const char     *user)
{
  g_auto (GStrv) old = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) recent = NULL;
  guint kept = 1;

  g_return_if_fail (PEG_IS_PREFERENCES (self));

  if (self->settings == NULL)
    return;

  peg_preferences_remember_text (self, "server-address", address);
  peg_preferences_remember_text (self, "user-name", user);

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
