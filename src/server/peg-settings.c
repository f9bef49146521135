/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-settings"

#include "peg-config.h"

#include "peg-settings.h"

#include <string.h>

#define GROUP "server"

/* No limit is larger than that. */
#define MAX_NUMBER 1000000

static const char description[] =
  "Examples:\n"
  "  pegboardd --root /srv/nc\n"
  "      Serve a folder to this computer, on port 8420.\n"
  "  pegboardd --root /srv/nc --name \"Smith & Sons\" --listen 127.0.0.1:0\n"
  "      Choose a free port, and print it.\n"
  "  pegboardd --config /etc/pegboard/pegboardd.conf\n"
  "      Read the settings from a file:\n"
  "        [server]\n"
  "        root=/srv/nc\n"
  "        name=Smith & Sons\n"
  "        listen=127.0.0.1:8420\n"
  "      Its other keys are data, tls-cert, tls-key, jwt-secret-file, insecure,\n"
  "      serve-repo, allow-origins, max-clients, max-clients-per-address,\n"
  "      max-requests and max-messages. What the command line says wins over the file.\n"
  "  pegboardd user add dana --root /srv/nc\n"
  "      Let somebody in; pegboardd user --help says more. As soon as there is one\n"
  "      person everybody must sign in.\n";

/* GKeyFile warns of a mistake in the program when a text ends in half an escape
 * and has a wrong one before it. */
static gboolean
check_escapes (GKeyFile    *file,
               const char  *key,
               GError     **error)
{
  g_autofree char *raw = g_key_file_get_value (file, GROUP, key, error);
  gsize length, n = 0;

  if (raw == NULL)
    return FALSE;

  length = strlen (raw);
  while (n < length && raw[length - n - 1] == '\\')
    n++;
  if (n % 2 == 0)
    return TRUE;

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
               "“%s” ends in a single “\\”", key);

  return FALSE;
}

/* GKeyFile gives what it could read of a text besides the error; here it is one
 * or the other.
 *
 * Returns: (transfer full) (nullable): the text; %NULL: @error is set */
static char *
read_text (GKeyFile    *file,
           const char  *key,
           GError     **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = NULL;

  if (!check_escapes (file, key, error))
    return NULL;

  text = g_key_file_get_string (file, GROUP, key, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }

  return g_steal_pointer (&text);
}

/* A text that is there and cannot be read is not as good as none. */
static gboolean
take_unless_set (char       **setting,
                 GKeyFile    *file,
                 const char  *key,
                 GError     **error)
{
  if (*setting != NULL || !g_key_file_has_key (file, GROUP, key, NULL))
    return TRUE;

  *setting = read_text (file, key, error);

  return *setting != NULL;
}

/* The numbers of @limits by the keys of a file of settings. */
#define N_NUMBERS 4

static const char * const number_keys[N_NUMBERS] = {
  "max-clients", "max-clients-per-address", "max-requests", "max-messages",
};

static void
list_numbers (PegLimits *limits,
              guint     *numbers[N_NUMBERS])
{
  numbers[0] = &limits->max_clients;
  numbers[1] = &limits->max_per_address;
  numbers[2] = &limits->requests_per_s;
  numbers[3] = &limits->messages_per_s;
}

/* What is as it is without being said is taken from the file. */
static gboolean
read_limits (PegSettings  *self,
             GKeyFile     *file,
             GError      **error)
{
  PegLimits usual = PEG_LIMITS_INIT;
  guint *numbers[N_NUMBERS], *usual_numbers[N_NUMBERS];

  list_numbers (&self->limits, numbers);
  list_numbers (&usual, usual_numbers);

  for (guint i = 0; i < N_NUMBERS; i++) {
    g_autofree char *text = NULL;
    guint64 number;

    if (*numbers[i] != *usual_numbers[i] ||
        !g_key_file_has_key (file, GROUP, number_keys[i], NULL))
      continue;

    text = read_text (file, number_keys[i], error);
    if (text == NULL)
      return FALSE;
    if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_NUMBER, &number, NULL)) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s=%s” is not a number from 1 to %u", number_keys[i], text, MAX_NUMBER);
      return FALSE;
    }
    *numbers[i] = (guint) number;
  }

  return TRUE;
}

/* The command line may have said anything. */
static gboolean
check_limits (PegSettings  *self,
              GError      **error)
{
  guint *numbers[N_NUMBERS];

  list_numbers (&self->limits, numbers);
  for (guint i = 0; i < N_NUMBERS; i++) {
    if (*numbers[i] < 1 || *numbers[i] > MAX_NUMBER) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s must be a number from 1 to %u", number_keys[i], MAX_NUMBER);
      return FALSE;
    }
  }

  return TRUE;
}

/* Browsers name a site by scheme, name and port, and by nothing else (RFC 6454,
 * 6.2): whoever writes more would wait for ever for a page to match. */
static gboolean
check_origins (PegSettings  *self,
               GError      **error)
{
  for (guint i = 0; self->origins != NULL && self->origins[i] != NULL; i++) {
    g_autoptr (GUri) uri = NULL;

    if (g_str_has_suffix (self->origins[i], "/"))
      self->origins[i][strlen (self->origins[i]) - 1] = '\0';

    uri = g_uri_parse (self->origins[i], G_URI_FLAGS_NONE, NULL);
    if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0' ||
        (strcmp (g_uri_get_scheme (uri), "http") != 0 && strcmp (g_uri_get_scheme (uri), "https") != 0) ||
        g_uri_get_path (uri)[0] != '\0' || g_uri_get_query (uri) != NULL ||
        g_uri_get_fragment (uri) != NULL || g_uri_get_userinfo (uri) != NULL) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” does not name a site. Write it as the browser does: scheme, name and "
                   "port, for example https://board.example.com", self->origins[i]);
      return FALSE;
    }
  }

  return TRUE;
}

/* Reads a setting that is yes or no. Whatever is neither is said: a shop that
 * wrote “insecure=off” must not be told by its guests what that came to. */
static gboolean
read_switch (GKeyFile    *file,
             const char  *key,
             gboolean    *value,
             GError     **error)
{
  g_autofree char *text = NULL;

  if (!g_key_file_has_key (file, GROUP, key, NULL))
    return TRUE;

  text = read_text (file, key, error);
  if (text == NULL)
    return FALSE;

  g_strchomp (text);
  if (!g_str_equal (text, "true") && !g_str_equal (text, "false")) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "“%s=%s” is neither true nor false", key, text);
    return FALSE;
  }
  *value = *value || g_str_equal (text, "true");

  return TRUE;
}

static gboolean
read_texts (PegSettings  *self,
            GKeyFile     *file,
            GError      **error)
{
  return take_unless_set (&self->root, file, "root", error) &&
         take_unless_set (&self->data, file, "data", error) &&
         take_unless_set (&self->listen, file, "listen", error) &&
         take_unless_set (&self->name, file, "name", error) &&
         take_unless_set (&self->tls_cert, file, "tls-cert", error) &&
         take_unless_set (&self->tls_key, file, "tls-key", error) &&
         take_unless_set (&self->jwt_secret_file, file, "jwt-secret-file", error) &&
         take_unless_set (&self->serve_repo, file, "serve-repo", error);
}

static gboolean
read_origins (PegSettings  *self,
              GKeyFile     *file,
              GError      **error)
{
  g_autoptr (GError) problem = NULL;

  if (self->origins != NULL || !g_key_file_has_key (file, GROUP, "allow-origins", NULL))
    return TRUE;

  if (!check_escapes (file, "allow-origins", error))
    return FALSE;

  self->origins = g_key_file_get_string_list (file, GROUP, "allow-origins", NULL, &problem);
  if (problem == NULL)
    return TRUE;

  g_clear_pointer (&self->origins, g_strfreev);
  g_propagate_error (error, g_steal_pointer (&problem));

  return FALSE;
}

/**
 * peg_settings_read:
 * @self: settings; what is set already wins
 * @data: (array length=length): what is in a file of settings
 * @length: how long it is
 * @error: return location for an error
 *
 * Returns: whether it could be read, and has nothing in it that is unknown or
 *   cannot be understood
 */
gboolean
peg_settings_read (PegSettings  *self,
                   const char   *data,
                   gsize         length,
                   GError      **error)
{
  static const char * const known[] = {
    "root", "data", "listen", "name", "tls-cert", "tls-key",
    "jwt-secret-file", "serve-repo", "insecure", "allow-origins",
    "max-clients", "max-clients-per-address", "max-requests", "max-messages", NULL,
  };
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) keys = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  /* GKeyFile takes the rest of such a line for nothing. */
  if (length > 0 && memchr (data, '\0', length) != NULL) {
    g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                         "It is not text: there is a NUL in it");
    return FALSE;
  }

  /* An empty file is an error, too: it has no settings. */
  if (!g_key_file_load_from_data (file, length > 0 ? data : "", length, G_KEY_FILE_NONE, error))
    return FALSE;

  keys = g_key_file_get_keys (file, GROUP, NULL, error);
  if (keys == NULL)
    return FALSE;

  for (guint i = 0; keys[i] != NULL; i++) {
    if (!g_strv_contains (known, keys[i])) {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                   "There is no setting “%s”", keys[i]);
      return FALSE;
    }
  }

  return read_texts (self, file, error) &&
         read_switch (file, "insecure", &self->insecure, error) &&
         read_origins (self, file, error) &&
         read_limits (self, file, error);
}

/**
 * peg_settings_read_file:
 * @self: settings; what is set already wins over the file
 * @path: a file of settings
 * @error: return location for an error
 *
 * Returns: whether the file could be read, and has nothing unknown in it
 */
gboolean
peg_settings_read_file (PegSettings  *self,
                        const char   *path,
                        GError      **error)
{
  g_autofree char *data = NULL;
  gsize length;

  if (g_file_get_contents (path, &data, &length, error) &&
      peg_settings_read (self, data, length, error))
    return TRUE;

  g_prefix_error (error, "Cannot read the settings “%s”: ", path);

  return FALSE;
}

/**
 * peg_settings_new:
 *
 * Returns: (transfer full): settings that say nothing yet
 */
PegSettings *
peg_settings_new (void)
{
  static const PegLimits limits = PEG_LIMITS_INIT;
  PegSettings *self = g_new0 (PegSettings, 1);

  self->limits = limits;

  return self;
}

/**
 * peg_settings_parse:
 * @arguments: (inout): the command line, with the program's name
 * @error: return location for an error
 *
 * Reads the command line, and the file that it names. `--help` prints and exits.
 *
 * Returns: (transfer full) (nullable): the settings, not checked yet
 */
PegSettings *
peg_settings_parse (char   ***arguments,
                    GError  **error)
{
  g_autoptr (PegSettings) self = peg_settings_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *config = NULL;
  const GOptionEntry entries[] = {
    { "root", 'r', 0, G_OPTION_ARG_FILENAME, &self->root, "The folder with the programs", "DIR" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &self->data,
      "Where the server keeps its own data, such as old revisions", "DIR" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &self->listen,
      "Where to listen (" PEG_SETTINGS_LISTEN "); port 0 is any that is free", "ADDR:PORT" },
    { "name", 'n', 0, G_OPTION_ARG_STRING, &self->name, "What the shop is called (the name of the folder)", "NAME" },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_cert, "The certificate, PEM", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_key, "The key of the certificate, PEM", "FILE" },
    { "jwt-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &self->jwt_secret_file,
      "Let in whom another program signs tokens for, with this secret", "FILE" },
    { "serve-repo", 0, 0, G_OPTION_ARG_FILENAME, &self->serve_repo,
      "Hand out the Flatpak repository in this folder, below /repo/", "DIR" },
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config, "Read the settings from a file", "FILE" },
    { "allow-origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->origins,
      "A site whose pages may ask, such as https://board.example.com; may be repeated", "URL" },
    { "max-clients", 0, 0, G_OPTION_ARG_INT, &self->limits.max_clients,
      "How many sockets there may be at once (15000)", "N" },
    { "max-clients-per-address", 0, 0, G_OPTION_ARG_INT, &self->limits.max_per_address,
      "How many of them from one address (12000)", "N" },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &self->insecure,
      "Listen to other computers without TLS, or without anybody signing in", NULL },
    { "new-epoch", 0, 0, G_OPTION_ARG_NONE, &self->new_epoch,
      "Make every client fetch the whole list; after a backup was restored", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &self->verbose, "Log more", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version and end", NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_summary (context,
                                "Keeps the programs of a machine shop, and knows who has which.");
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);

  if (!g_option_context_parse_strv (context, arguments, error))
    return NULL;

  if ((*arguments)[0] != NULL && (*arguments)[1] != NULL) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                 "“%s” is not understood; --help says what is", (*arguments)[1]);
    return NULL;
  }
  if (config != NULL && !peg_settings_read_file (self, config, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
peg_settings_free (PegSettings *self)
{
  g_free (self->root);
  g_free (self->data);
  g_free (self->listen);
  g_free (self->name);
  g_free (self->tls_cert);
  g_free (self->tls_key);
  g_free (self->jwt_secret_file);
  g_free (self->serve_repo);
  g_strfreev (self->origins);
  g_clear_object (&self->address);
  g_free (self);
}

static gboolean
check_listen (PegSettings  *self,
              GError      **error)
{
  g_autofree char *host = NULL;
  const char *colon;
  guint64 port;

  if (self->listen == NULL)
    self->listen = g_strdup (PEG_SETTINGS_LISTEN);

  colon = strrchr (self->listen, ':');
  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL)) {
    host = g_strndup (self->listen, (gsize) (colon - self->listen));
    if (host[0] == '[' && g_str_has_suffix (host, "]")) {
      memmove (host, host + 1, strlen (host));
      host[strlen (host) - 1] = '\0';
    }
    if (strcmp (host, "localhost") == 0) {
      g_free (host);
      host = g_strdup ("127.0.0.1");
    }
    self->address = G_INET_SOCKET_ADDRESS (g_inet_socket_address_new_from_string (host, (guint) port));
  }

  if (self->address == NULL) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "“%s” is no address to listen on. Write one like 127.0.0.1:8420 or [::1]:8420.",
                 self->listen);
    return FALSE;
  }

  if (!g_inet_address_get_is_loopback (g_inet_socket_address_get_address (self->address)) &&
      !self->insecure && self->tls_cert == NULL) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "Other computers could reach “%s”, and whoever is on the way could read what is "
                 "sent. Give --tls-cert and --tls-key, listen on 127.0.0.1, or say --insecure in a "
                 "network where everybody may do everything.", self->listen);
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_settings_check:
 * @self: settings
 * @error: return location for an error that says what to do
 *
 * Checks settings, fills in what was left out, and makes the data folder.
 *
 * Returns: whether a server can be started with them
 */
gboolean
peg_settings_check (PegSettings  *self,
                    GError      **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->root == NULL && self->serve_repo == NULL) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "Say which folder to serve: pegboardd --root DIR. --help says more.");
    return FALSE;
  }

  if ((self->tls_cert == NULL) != (self->tls_key == NULL)) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "TLS needs both, --tls-cert and --tls-key");
    return FALSE;
  }
  if (!check_listen (self, error) || !check_limits (self, error) || !check_origins (self, error) ||
      (self->root != NULL && !peg_settings_find_data (self, error)))
    return FALSE;

  if (self->name == NULL)
    self->name = g_filename_display_basename (self->root != NULL ? self->root : self->serve_repo);

  return TRUE;
}
