/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "pegctl"

#include "peg-config.h"

#include "peg-ctl.h"
#include "peg-ctl-token.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_SERVER "http://127.0.0.1:8420"

static const PegCtlCommand * const commands[] = {
  &peg_ctl_status,
  &peg_ctl_ls,
  &peg_ctl_watch,
  &peg_ctl_check_out,
  &peg_ctl_check_in,
  &peg_ctl_release,
  &peg_ctl_history,
  &peg_ctl_get,
  &peg_ctl_drafts,
  &peg_ctl_cards,
  &peg_ctl_people,
  &peg_ctl_login,
  &peg_ctl_logout,
};

typedef struct {
  char *server;
  char *user;
  char *station;
  char *ca_file;
  char *token_file;
  char *auth_mode;
  char *client_cert;
  char *client_key;
  char *client_pkcs11;
  char *client_pkcs11_key;
  gboolean json;
  gboolean verbose;
  gboolean version;
  gboolean help; /* for one command */
} Options;

static void
options_clear (Options *options)
{
  g_clear_pointer (&options->server, g_free);
  g_clear_pointer (&options->user, g_free);
  g_clear_pointer (&options->station, g_free);
  g_clear_pointer (&options->ca_file, g_free);
  g_clear_pointer (&options->token_file, g_free);
  g_clear_pointer (&options->auth_mode, g_free);
  g_clear_pointer (&options->client_cert, g_free);
  g_clear_pointer (&options->client_key, g_free);
  g_clear_pointer (&options->client_pkcs11, g_free);
  g_clear_pointer (&options->client_pkcs11_key, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static char *
commands_help (void)
{
  GString *help = g_string_new (_("Commands:"));

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (help, "\n  %-9s %s\n            pegctl %s %s",
                            commands[i]->name, _(commands[i]->summary),
                            commands[i]->name, commands[i]->arguments);

  g_string_append (help, _("\n\nExit status: 0 done, 1 refused, 2 usage, 3 no server, 4 sign in\n"));

  return g_string_free (help, FALSE);
}

static gboolean
parse_options (Options  *options,
               int      *argc,
               char   ***argv,
               GError  **error)
{
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &options->server,
      N_("Where the server is; else $PEGBOARD_SERVER"), N_("ADDRESS") },
    { "user", 'u', 0, G_OPTION_ARG_STRING, &options->user,
      N_("Who you are; else $PEGBOARD_USER, or the login name"), N_("NAME") },
    { "station", 0, 0, G_OPTION_ARG_STRING, &options->station,
      N_("Where you are, for example a machine"), N_("NAME") },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file,
      N_("The shop’s own CA"), N_("FILE") },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &options->token_file,
      N_("Where the token is; else $PEGBOARD_TOKEN is it"), N_("FILE") },
    { "auth", 0, 0, G_OPTION_ARG_STRING, &options->auth_mode,
      N_("How the token is sent: header, message, cookie, query"), N_("WAY") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &options->client_cert,
      N_("The certificate of this computer"), N_("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options->client_key,
      N_("Its private key, unless that is in the same file"), N_("FILE") },
    { "pkcs11", 0, 0, G_OPTION_ARG_STRING, &options->client_pkcs11,
      N_("A certificate on a card instead; $PEGBOARD_PIN is the PIN"), N_("URI") },
    { "pkcs11-key", 0, 0, G_OPTION_ARG_STRING, &options->client_pkcs11_key,
      N_("Its private key, unless the same URI finds it"), N_("URI") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->json,
      N_("Print JSON, one object a line"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, N_("Print more"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("Print the version"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("COMMAND [ARGUMENT…]"));
  g_autofree char *help = commands_help ();

  g_option_context_set_summary (context, _("Shows and changes who has which file checked out."));
  g_option_context_set_description (context, help);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);

  return g_option_context_parse (context, argc, argv, error);
}

static const PegCtlCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i]->name, name))
      return commands[i];
  }

  return NULL;
}

/* The options that say how to print may stand behind the command, too: people
 * write “pegctl ls --json”, and “pegctl ls --help”. */
static void
take_late_options (Options *options,
                   int     *argc,
                   char   **argv)
{
  int to = 1;

  for (int from = 1; from < *argc; from++) {
    if (g_str_equal (argv[from], "--json")) {
      options->json = TRUE;
    } else if (g_str_equal (argv[from], "-v") || g_str_equal (argv[from], "--verbose")) {
      options->verbose = TRUE;
    } else if (g_str_equal (argv[from], "-h") || g_str_equal (argv[from], "--help")) {
      options->help = TRUE;
    } else if (g_str_equal (argv[from], "--")) {
      while (from < *argc)
        argv[to++] = argv[from++];
    } else {
      argv[to++] = argv[from];
    }
  }

  argv[to] = NULL;
  *argc = to;
}

static void
print_help (const PegCtlCommand *command)
{
  g_print (_("Usage: pegctl %s %s\n"), command->name, command->arguments);
  g_print ("%s\n", _(command->summary));
  if (command->more != NULL)
    g_print ("\n%s\n", _(command->more));
  g_print (_("“man pegctl” says more, “pegctl --help” lists the other commands.\n"));
}

static const char *
first_set (const char *a,
           const char *b,
           const char *c)
{
  if (a != NULL && *a != '\0')
    return a;
  if (b != NULL && *b != '\0')
    return b;

  return c;
}

static char *
dup_path (const char *path)
{
  return path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

static gboolean
parse_auth_mode (const char   *text,
                 PegAuthMode  *mode)
{
  static const char * const names[] = {
    [PEG_AUTH_HEADER] = "header",
    [PEG_AUTH_MESSAGE] = "message",
    [PEG_AUTH_QUERY] = "query",
    [PEG_AUTH_COOKIE] = "cookie",
  };

  *mode = PEG_AUTH_HEADER;
  if (text == NULL)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (names[i], text)) {
      *mode = (PegAuthMode) i;
      return TRUE;
    }
  }

  g_printerr (_("pegctl: --auth is one of “header”, “message”, “cookie” and “query”.\n"));

  return FALSE;
}

/* From the file that was named, the environment, or the file of “pegctl login” for
 * this server and this person; never from the command line, which everybody on
 * the computer can read. */
static gboolean
find_token (const Options        *options,
            const PegLinkConfig  *config,
            char                **token)
{
  const char *given = g_getenv ("PEGBOARD_TOKEN");
  g_autofree char *server = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (options->token_file != NULL) {
    *token = peg_ctl_token_read (options->token_file, &error);
    if (*token == NULL)
      g_printerr ("pegctl: %s\n", error->message);
    return *token != NULL;
  }

  *token = NULL;
  if (given != NULL && *given != '\0') {
    *token = g_strdup (given);
    return TRUE;
  }

  if (!peg_link_check_config (config, &server, NULL))
    return TRUE;

  path = peg_ctl_token_dup_path (server, config->user);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  *token = peg_ctl_token_read (path, &error);
  if (*token == NULL)
    g_printerr ("pegctl: %s\n", error->message);

  return *token != NULL;
}

static PegCtlExit
run_command (const PegCtlCommand *command,
             Options             *options,
             int                  argc,
             char               **argv)
{
  const gboolean makes_token = command == &peg_ctl_login;
  g_autoptr (PegStore) store = peg_store_new ();
  g_autoptr (PegLink) link = peg_link_new (store);
  g_autofree char *outbox = NULL;
  g_autofree char *ca_file = dup_path (options->ca_file);
  g_autofree char *client_cert = dup_path (options->client_cert);
  g_autofree char *client_key = dup_path (options->client_key);
  g_autofree char *token = NULL;
  PegLinkConfig config = {
    .url = first_set (options->server, g_getenv ("PEGBOARD_SERVER"), DEFAULT_SERVER),
    .user = first_set (options->user, g_getenv ("PEGBOARD_USER"), g_get_user_name ()),
    .station = first_set (options->station, g_getenv ("PEGBOARD_STATION"), NULL),
    .ca_file = ca_file,
    .client_cert = client_cert,
    .client_key = client_key,
    .client_pkcs11 = options->client_pkcs11,
    .client_pkcs11_key = options->client_pkcs11_key,
    .client_pin = g_getenv ("PEGBOARD_PIN"),
  };
  PegCtl ctl = {
    .store = store,
    .link = link,
    .json = options->json,
    .verbose = options->verbose,
    .colour = isatty (STDOUT_FILENO) && g_getenv ("NO_COLOR") == NULL,
    .server = config.url,
    .token_file = options->token_file,
  };

  outbox = g_build_filename (g_get_user_state_dir (), "pegboard", "outbox", NULL);
  peg_link_set_outbox (link, outbox, FALSE);
  if (!parse_auth_mode (options->auth_mode, &config.auth_mode))
    return PEG_CTL_USAGE;
  if (!makes_token && !find_token (options, &config, &token) && command != &peg_ctl_logout)
    return PEG_CTL_USAGE;

  config.token = token;
  if (token != NULL && g_str_has_prefix (token, PEG_CTL_TOKEN_COOKIE)) {
    config.token = token + strlen (PEG_CTL_TOKEN_COOKIE);
    config.auth_mode = PEG_AUTH_COOKIE;
  }
  ctl.config = config;

  return command->run (&ctl, argc, argv);
}

int
main (int   argc,
      char *argv[])
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;
  const PegCtlCommand *command;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("pegctl");

  if (!parse_options (&options, &argc, &argv, &error)) {
    g_printerr ("pegctl: %s\n", error->message);
    g_printerr (_("“pegctl --help” says how it is called.\n"));
    return PEG_CTL_USAGE;
  }

  if (options.version) {
    g_print ("pegctl %s\n", PACKAGE_VERSION);
    return PEG_CTL_DONE;
  }

  if (argc < 2) {
    g_printerr (_("pegctl: Say what to do; “pegctl --help” lists the commands.\n"));
    return PEG_CTL_USAGE;
  }

  command = find_command (argv[1]);
  if (command == NULL) {
    g_printerr (_("pegctl: There is no command “%s”; “pegctl --help” lists them.\n"), argv[1]);
    return PEG_CTL_USAGE;
  }

  argc--;
  argv++;
  take_late_options (&options, &argc, argv);

  if (options.help) {
    print_help (command);
    return PEG_CTL_DONE;
  }

  return run_command (command, &options, argc, argv);
}
