/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-user"

#include "peg-config.h"

#include "peg-user-command.h"

#include "peg-name.h"
#include "peg-person.h"
#include "peg-settings.h"
#include "peg-token.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is wrong on the command line, as of the server (pegboardd(1)). */
#define EXIT_USAGE 2

static const char description[] =
  "Commands:\n"
  "  add NAME [--role ROLE]   Let somebody in, and print their token\n"
  "  list                     Show who may come in\n"
  "  role NAME ROLE           Let somebody do more, or less\n"
  "  token NAME               Make a new token; the old one is worth nothing then\n"
  "  remove NAME              Let somebody in no more\n"
  "\n"
  "ROLE is one of viewer (looks and downloads), machinist (checks out and in),\n"
  "lead (takes files away from others, too) and admin (everything).\n"
  "\n"
  "Say --data, --root or --config as for the server. It may run meanwhile, and\n"
  "knows within seconds. As soon as there is one person everybody must sign in.\n"
  "\n"
  "Example:\n"
  "  pegboardd user add dana --role lead --config /etc/pegboard/pegboardd.conf\n";

typedef struct {
  PegSettings *settings; /* (owned) */
  PegLedger *ledger;     /* (owned) (nullable) */
  PegPerson *person;     /* (owned) (nullable): who it is about, once looked up */
  const char *command;
  const char *name;      /* (nullable) */
  const char *role_text; /* (nullable) */
} Command;

static void
command_clear (Command *self)
{
  g_clear_pointer (&self->person, peg_person_free);
  g_clear_pointer (&self->ledger, peg_ledger_free);
  g_clear_pointer (&self->settings, peg_settings_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Command, command_clear)

/* A ledger that root makes or writes to is one that the server may not open. */
static gboolean
check_owner (const char  *data,
             GError     **error)
{
  struct stat status;
  struct passwd *owner;

  if (g_stat (data, &status) < 0 || status.st_uid == geteuid ())
    return TRUE;

  owner = getpwuid (status.st_uid);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "The data folder “%s” belongs to %s. Say this as that user: runuser -u %s -- "
               "pegboardd user …", data, owner != NULL ? owner->pw_name : "another user",
               owner != NULL ? owner->pw_name : "USER");

  return FALSE;
}

static gboolean
set_usage (GError     **error,
           const char  *words)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s. “pegboardd user --help” says more.", words);

  return FALSE;
}

static gboolean
read_role (const char  *text,
           PegRole     *role,
           GError     **error)
{
  if (peg_role_from_text (text, role))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "“%s” is no role. A role is " PEG_ROLE_NAMES ".", text);

  return FALSE;
}

/* Finds who it is about. Who was removed is as good as nobody. */
static gboolean
find_person (Command  *self,
             GError  **error)
{
  g_autoptr (GError) own_error = NULL;

  self->person = peg_ledger_find_person (self->ledger, self->name, &own_error);
  if (own_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&own_error));
    return FALSE;
  }

  if (self->person == NULL || self->person->token_hash == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "There is nobody called “%s”. “pegboardd user list” shows who there is.", self->name);
    return FALSE;
  }

  return TRUE;
}

static gboolean
write_person (Command  *self,
              GError  **error)
{
  return peg_ledger_write_person (self->ledger, self->person, error) &&
         peg_ledger_commit (self->ledger, error);
}

/* Gives the person a new token, and prints it after it is kept: the token alone
 * on standard output, so that a script can take it, and the words beside it. */
static gboolean
give_token (Command  *self,
            GError  **error)
{
  g_autofree char *token = peg_token_make ();

  g_free (self->person->token_hash);
  self->person->token_hash = peg_token_hash (token);
  self->person->token_us = MAX (g_get_real_time (), self->person->token_us + 1);
  if (!write_person (self, error))
    return FALSE;

  fprintf (stderr, "The token of “%s” (%s). It is shown this once; whoever has it is “%s”.\n",
           self->name, peg_role_to_text (self->person->role), self->name);
  printf ("%s\n", token);

  return TRUE;
}

static gboolean
add (Command  *self,
     GError  **error)
{
  g_autoptr (GError) own_error = NULL;
  g_autofree char *stripped = g_strstrip (g_strdup (self->name));
  PegRole role = PEG_ROLE_MACHINIST;

  if (!peg_name_is_person (self->name) || strcmp (stripped, self->name) != 0)
    return set_usage (error, "This cannot be the name of a person: it is empty, too long, or has "
                      "blanks around it");
  if (self->role_text != NULL && !read_role (self->role_text, &role, error))
    return FALSE;

  if (!peg_ledger_begin (self->ledger, error))
    return FALSE;
  self->person = peg_ledger_find_person (self->ledger, self->name, &own_error);
  if (own_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&own_error));
    return FALSE;
  }
  if (self->person != NULL && self->person->token_hash != NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 "There is a “%s” already. For another token: pegboardd user token; for another "
                 "role: pegboardd user role.", self->name);
    return FALSE;
  }

  if (self->person == NULL) {
    self->person = g_new0 (PegPerson, 1);
    self->person->name = g_strdup (self->name);
    self->person->created_us = g_get_real_time ();
  }
  self->person->role = role;

  return give_token (self, error);
}

static gboolean
set_role (Command  *self,
          GError  **error)
{
  PegRole role;

  if (!read_role (self->role_text, &role, error) || !peg_ledger_begin (self->ledger, error) ||
      !find_person (self, error))
    return FALSE;

  self->person->role = role;
  if (!write_person (self, error))
    return FALSE;

  fprintf (stderr, "“%s” is %s now.\n", self->name, self->role_text);

  return TRUE;
}

static gboolean
renew (Command  *self,
       GError  **error)
{
  return peg_ledger_begin (self->ledger, error) && find_person (self, error) &&
         give_token (self, error);
}

static gboolean
remove_person (Command  *self,
               GError  **error)
{
  if (!peg_ledger_begin (self->ledger, error) || !find_person (self, error))
    return FALSE;

  g_clear_pointer (&self->person->token_hash, g_free);
  self->person->token_us = MAX (g_get_real_time (), self->person->token_us + 1);
  if (!write_person (self, error))
    return FALSE;

  fprintf (stderr, "“%s” cannot come in any more. What they have checked out stays so until a lead "
           "takes it back.\n", self->name);

  return TRUE;
}

static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  return time_us != 0 && time != NULL ? g_date_time_format (time, "%F %R") : g_strdup ("never");
}

static gboolean
list (Command  *self,
      GError  **error)
{
  g_autoptr (GPtrArray) people = peg_ledger_list_people (self->ledger, error);
  guint n = 0;

  if (people == NULL)
    return FALSE;

  for (guint i = 0; i < people->len; i++) {
    const PegPerson *person = g_ptr_array_index (people, i);
    g_autofree char *created = format_time (person->created_us);
    g_autofree char *seen = format_time (person->seen_us);

    if (person->token_hash == NULL)
      continue;
    printf ("%s\t%s\tadded %s\tseen %s\n", person->name, peg_role_to_text (person->role), created,
            seen);
    n++;
  }

  if (n == 0 && people->len > 0)
    fprintf (stderr, "Nobody can come in: everybody was removed. Add somebody.\n");
  else if (n == 0)
    fprintf (stderr, "There are no people: the server believes the name that it is told.\n");

  return TRUE;
}

static const struct {
  const char *name;
  int n_words; /* behind the command */
  gboolean (*run) (Command *self, GError **error);
} commands[] = {
  { "add", 1, add },
  { "list", 0, list },
  { "role", 2, set_role },
  { "token", 1, renew },
  { "remove", 1, remove_person },
};

static gboolean
read_words (Command    *self,
            char      **words,
            GError    **error)
{
  guint n = g_strv_length (words);

  if (n == 0)
    return set_usage (error, "Say what to do: add, list, role, token or remove");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (words[0], commands[i].name) != 0)
      continue;
    if ((int) n - 1 != commands[i].n_words)
      return set_usage (error, n - 1 < (guint) commands[i].n_words
                                 ? "Something is missing behind the command"
                                 : "There is too much behind the command");
    if (self->role_text != NULL && commands[i].run != add)
      return set_usage (error, "--role is for “add”");
    self->command = commands[i].name;
    self->name = n > 1 ? words[1] : NULL;
    if (n > 2)
      self->role_text = words[2];
    return TRUE;
  }

  return set_usage (error, "There is no such command");
}

static gboolean
run (Command  *self,
     GError  **error)
{
  g_autofree char *path = NULL;
  gboolean done = FALSE;

  if (!peg_settings_find_data (self->settings, error) ||
      !check_owner (self->settings->data, error))
    return FALSE;

  path = g_build_filename (self->settings->data, "ledger.db", NULL);
  self->ledger = peg_ledger_open (path, error);
  if (self->ledger == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (self->command == commands[i].name)
      done = commands[i].run (self, error);
  }
  peg_ledger_rollback (self->ledger);

  return done;
}

/**
 * peg_user_command_run:
 * @arguments: the command line, without the word `user`
 *
 * Does what `pegboardd user …` says (pegboardd(1)).
 *
 * Returns: the exit status of the program
 */
int
peg_user_command_run (char **arguments)
{
  g_auto (Command) self = { .settings = g_new0 (PegSettings, 1) };
  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND [NAME] [ROLE]");
  g_auto (GStrv) words = g_strdupv (arguments);
  g_autofree char *config = NULL;
  g_autofree char *role = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &self.settings->data, "The data folder of the server", "DIR" },
    { "root", 'r', 0, G_OPTION_ARG_FILENAME, &self.settings->root, "The folder that it serves", "DIR" },
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config, "The file of its settings", "FILE" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &role, "What a new person may do (machinist)", "ROLE" },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("pegboardd user");
  g_option_context_set_summary (context, "Says who may come in, and what they may do.");
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);

  if (!g_option_context_parse_strv (context, &words, &error) ||
      (config != NULL && !peg_settings_read_file (self.settings, config, &error))) {
    fprintf (stderr, "pegboardd user: %s\n", error->message);
    return EXIT_USAGE;
  }

  self.role_text = role;
  if (!read_words (&self, words + 1, &error) || !run (&self, &error)) {
    fprintf (stderr, "pegboardd user: %s\n", error->message);
    return error->domain == G_OPTION_ERROR ? EXIT_USAGE : EXIT_FAILURE;
  }

  return EXIT_SUCCESS;
}
