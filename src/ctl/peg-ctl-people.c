/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl.h"
#include "peg-ctl-print.h"
#include "peg-ctl-secret.h"

#include "peg-badge.h"
#include "peg-code.h"
#include "peg-pin.h"
#include "peg-roster-edit.h"
#include "peg-roster.h"
#include "peg-site.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* One run. */
typedef struct {
  PegCtl *ctl;
  PegSite *site;          /* (owned) */
  char *site_path;        /* (owned) (nullable) */
  char *people_file;      /* (owned) */
  char *key_file;         /* (owned) */
  char *name;             /* (owned) (nullable) */
  char *user;             /* (owned) (nullable) */
  char *role;             /* (owned) (nullable) */
  char *token_file;       /* (owned) (nullable) */
  gboolean pin;
  gboolean badge;
} People;

static void
people_clear (People *self)
{
  g_clear_pointer (&self->site, peg_site_unref);
  g_clear_pointer (&self->site_path, g_free);
  g_clear_pointer (&self->people_file, g_free);
  g_clear_pointer (&self->key_file, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->role, g_free);
  g_clear_pointer (&self->token_file, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (People, people_clear)

static PegCtlExit
refuse (People       *self,
        const GError *error)
{
  peg_ctl_complain (self->ctl, "refused", error->message);

  return PEG_CTL_REFUSED;
}

/* What the shop laid down says where the files are, unless the command line does. */
static gboolean
find_files (People  *self,
            GError **error)
{
  const gboolean named = self->site_path != NULL;
  const char *path = named ? self->site_path : PEG_SITE_PATH;

  if (named && !g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 /* Translators: %s is the path of a file. */
                 _("There is no “%s”. Name a configuration that is there with --site, or leave that out."),
                 path);
    return FALSE;
  }

  if (named || g_file_test (path, G_FILE_TEST_EXISTS))
    self->site = peg_site_load (path, NULL, error);
  else
    self->site = peg_site_new_empty ();
  if (self->site == NULL)
    return FALSE;

  if (self->people_file == NULL)
    self->people_file = g_strdup (peg_site_get_string (self->site, PEG_SITE_BADGES_PEOPLE_FILE));
  if (self->key_file == NULL)
    self->key_file = g_strdup (peg_site_get_string (self->site, PEG_SITE_BADGES_KEY_FILE));

  return TRUE;
}

static void
say (People     *self,
     const char *type,
     const char *words)
{
  peg_ctl_print_done (self->ctl, type, NULL, words);
}

static char *
make_pin (GError **error)
{
  char *pin = peg_ctl_read_secret (_("PIN: "));
  char *again = NULL;
  char *hash = NULL;

  if (pin == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("There was no PIN."));
  else if (peg_pin_is_good (pin, error)) {
    again = isatty (STDIN_FILENO) ? peg_ctl_read_secret (_("The same again: ")) : g_strdup (pin);
    if (g_strcmp0 (pin, again) == 0)
      hash = peg_pin_hash (pin, error);
    else
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("These were two different PINs. Nothing was changed."));
  }
  peg_ctl_free_secret (pin);
  peg_ctl_free_secret (again);

  return hash;
}

/* Reads a badge, as a reader types it, and gives its keyed hash. */
static char *
make_badge (People  *self,
            GError **error)
{
  const PegCodeFormat format = {
    .badge = peg_site_get_string (self->site, PEG_SITE_BADGES_FORMAT),
  };
  guint8 key[PEG_BADGE_KEY_BYTES];
  char *text = NULL;
  char *hash = NULL;
  PegCode *code;

  /* Before anybody is asked to hold a badge somewhere. */
  if (!peg_badge_key_load (self->key_file, key, error)) {
    g_prefix_error (error, "%s ", _("“pegctl people key” makes the key that badges need."));
    return NULL;
  }

  text = peg_ctl_read_secret (_("Hold the badge to the reader, or type its number: "));
  code = text != NULL ? peg_code_parse (text, &format, NULL) : NULL;
  if (code != NULL && code->kind == PEG_CODE_BADGE)
    hash = peg_badge_hash (key, sizeof key, code->value);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s is a pattern, for example [0-9]{8,12}. */
                 _("That is no badge of this shop: badges look like %s ([Badges] format in site.conf)."),
                 format.badge);

  if (code != NULL)
    explicit_bzero (code->value, strlen (code->value));
  g_clear_pointer (&code, peg_code_free);
  peg_ctl_free_secret (text);
  explicit_bzero (key, sizeof key);

  return hash;
}

static gboolean
add_badge (People     *self,
           GKeyFile   *keys,
           const char *id,
           GError    **error)
{
  g_autofree char *hash = make_badge (self, error);
  g_autofree char *text = g_key_file_to_data (keys, NULL, NULL);
  g_autoptr (PegRoster) roster = peg_roster_parse (text, strlen (text));
  const PegRosterPerson *owner = peg_roster_find_badge (roster, hash);
  g_auto (GStrv) old = NULL;
  g_autoptr (GPtrArray) badges = g_ptr_array_new ();

  if (hash == NULL)
    return FALSE;

  if (owner != NULL && !g_str_equal (owner->id, id)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 /* Translators: %s is a person. */
                 _("This badge is that of [%s]. “pegctl people badge-remove” takes it away from them."),
                 owner->id);
    return FALSE;
  }

  old = g_key_file_get_string_list (keys, id, "badges", NULL, NULL);
  for (guint i = 0; old != NULL && old[i] != NULL; i++)
    g_ptr_array_add (badges, old[i]);
  if (owner == NULL)
    g_ptr_array_add (badges, hash);
  g_key_file_set_string_list (keys, id, "badges", (const char * const *) badges->pdata,
                              badges->len);

  return TRUE;
}

static gboolean
add_pin (GKeyFile    *keys,
         const char  *id,
         GError     **error)
{
  g_autofree char *hash = make_pin (error);

  if (hash == NULL)
    return FALSE;

  g_key_file_set_string (keys, id, "pin", hash);

  return TRUE;
}

static gboolean
check_person (People     *self,
              const char *id,
              GError    **error)
{
  if (!peg_roster_is_id (id)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s is what somebody typed. */
                 _("“%s” cannot stand for a person: use the name by which the server knows them, without “/” and brackets."),
                 id);
    return FALSE;
  }

  if (self->role != NULL && !peg_roster_is_role (self->role)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s is what somebody typed. */
                 _("“%s” is no role. There are viewer, machinist, lead and admin."), self->role);
    return FALSE;
  }

  if (self->token_file != NULL && !g_path_is_absolute (self->token_file)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: %s is a path. */
                 _("“%s” is no absolute path. Terminals read it from wherever they are started."),
                 self->token_file);
    return FALSE;
  }

  return TRUE;
}

static void
set_unless_null (GKeyFile   *keys,
                 const char *id,
                 const char *key,
                 const char *value)
{
  if (value != NULL)
    g_key_file_set_string (keys, id, key, value);
}

static PegCtlExit
add (People     *self,
     const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) keys = NULL;
  g_autofree char *words = NULL;
  gboolean is_new;

  if (!check_person (self, id, &error))
    return refuse (self, error);
  keys = peg_roster_edit_load (self->people_file, &error);
  if (keys == NULL)
    return refuse (self, error);

  is_new = !g_key_file_has_group (keys, id);
  if (is_new) {
    g_key_file_set_string (keys, id, "name", self->name != NULL ? self->name : id);
    g_key_file_set_string (keys, id, "role", self->role != NULL ? self->role : "machinist");
  }
  set_unless_null (keys, id, "name", self->name);
  set_unless_null (keys, id, "user", self->user);
  set_unless_null (keys, id, "role", self->role);
  set_unless_null (keys, id, "token-file", self->token_file);

  if ((self->pin && !add_pin (keys, id, &error)) ||
      (self->badge && !add_badge (self, keys, id, &error)) ||
      !peg_roster_edit_save (keys, self->people_file, &error))
    return refuse (self, error);

  /* Translators: %s is a person. */
  words = is_new ? g_strdup_printf (_("Added %s"), id)
                 /* Translators: %s is a person. */
                 : g_strdup_printf (_("Changed %s"), id);
  say (self, is_new ? "added" : "changed", words);

  return PEG_CTL_DONE;
}

static PegCtlExit
refuse_unknown (People     *self,
                const char *id)
{
  /* Translators: %s is what somebody typed. */
  g_autofree char *words = g_strdup_printf (_("There is nobody called “%s”. “pegctl people list” shows who there is."), id);

  peg_ctl_complain (self->ctl, "not-found", words);

  return PEG_CTL_REFUSED;
}

static PegCtlExit
remove_person (People     *self,
               const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) keys = peg_roster_edit_load (self->people_file, &error);
  g_autofree char *words = NULL;

  if (keys == NULL)
    return refuse (self, error);

  if (!g_key_file_remove_group (keys, id, NULL))
    return refuse_unknown (self, id);

  if (!peg_roster_edit_save (keys, self->people_file, &error))
    return refuse (self, error);

  /* Translators: %s is a person. */
  words = g_strdup_printf (_("Removed %s"), id);
  say (self, "removed", words);

  return PEG_CTL_DONE;
}

/* A badge that was lost is not there to be read: all of that person’s go. */
static PegCtlExit
remove_badges (People     *self,
               const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) keys = peg_roster_edit_load (self->people_file, &error);
  g_autofree char *words = NULL;

  if (keys == NULL)
    return refuse (self, error);

  if (!g_key_file_has_group (keys, id))
    return refuse_unknown (self, id);

  g_key_file_remove_key (keys, id, "badges", NULL);
  if (!peg_roster_edit_save (keys, self->people_file, &error))
    return refuse (self, error);

  /* Translators: %s is a person. */
  words = g_strdup_printf (_("No badge is that of %s any more"), id);
  say (self, "changed", words);

  return PEG_CTL_DONE;
}

static void
print_person (People                *self,
              const PegRosterPerson *person,
              PegTable              *table)
{
  const guint n_badges = g_strv_length (person->badges);
  g_autofree char *badges = NULL;

  if (self->ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("person");

    peg_ctl_json_string (builder, "id", person->id);
    peg_ctl_json_string (builder, "name", person->name);
    peg_ctl_json_string (builder, "user", person->user);
    peg_ctl_json_string (builder, "role", person->role);
    json_builder_set_member_name (builder, "badges");
    json_builder_add_int_value (builder, n_badges);
    json_builder_set_member_name (builder, "pin");
    json_builder_add_boolean_value (builder, person->pin != NULL);
    json_builder_set_member_name (builder, "token");
    json_builder_add_boolean_value (builder, person->token != NULL || person->token_file != NULL);
    peg_ctl_print_json (builder);
    return;
  }

  /* Translators: how many badges somebody has. */
  badges = g_strdup_printf (ngettext ("%u badge", "%u badges", n_badges), n_badges);
  peg_table_add (table, NULL, person->id, person->name, peg_roster_role_word (person->role), badges,
                 person->pin != NULL ? _("PIN") : "", NULL);
}

/* A shop begins without anybody, and that is no mistake. */
static PegCtlExit
say_nobody (People *self)
{
  g_autofree char *words = NULL;

  if (self->ctl->json)
    return PEG_CTL_DONE;

  /* Translators: %s is the path of a file; what is in Latin letters is typed. */
  words = g_strdup_printf (_("Nobody is in “%s” yet. Add somebody: pegctl people add dana --name \"Dana Whitfield\" --pin --badge"),
                           self->people_file);
  say (self, "nobody", words);

  return PEG_CTL_DONE;
}

static PegCtlExit
list (People *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegRoster) roster = peg_roster_load (self->people_file, &error);
  g_autoptr (PegTable) table = peg_table_new (5);
  GPtrArray *people, *mistakes;

  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return say_nobody (self);
  if (roster == NULL)
    return refuse (self, error);

  people = peg_roster_get_people (roster);
  if (people->len == 0 && peg_roster_get_mistakes (roster)->len == 0)
    return say_nobody (self);
  for (guint i = 0; i < people->len; i++)
    print_person (self, g_ptr_array_index (people, i), table);
  if (!self->ctl->json)
    peg_table_print (table, self->ctl->colour);

  mistakes = peg_roster_get_mistakes (roster);
  for (guint i = 0; i < mistakes->len; i++) {
    const PegRosterMistake *mistake = g_ptr_array_index (mistakes, i);
    g_autofree char *words = g_strdup_printf ("%s:%u: %s", self->people_file, mistake->line,
                                              mistake->text);

    peg_ctl_complain (self->ctl, "mistake", words);
  }

  return mistakes->len == 0 ? PEG_CTL_DONE : PEG_CTL_REFUSED;
}

static PegCtlExit
make_key (People *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (!peg_badge_key_create (self->key_file, &error))
    return refuse (self, error);

  /* Translators: %s is a path. */
  words = g_strdup_printf (_("Made “%s”. Without it no badge is known: keep a copy where it is safe, and let the user of the terminal read it"),
                           self->key_file);
  say (self, "made", words);

  return PEG_CTL_DONE;
}

static PegCtlExit
set_admin_pin (People *self)
{
  const char *path = peg_site_get_string (self->site, PEG_SITE_KIOSK_ADMIN_PIN_FILE);
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *line = NULL;
  g_autofree char *words = NULL;

  if (path == NULL || *path == '\0') {
    /* Translators: %s is the path of a file; what is in Latin letters stays as it is. */
    words = g_strdup_printf (peg_site_get_path (self->site) != NULL
                               ? _("“%s” does not say where the PIN of the admin door is kept. Write “admin-pin-file=/etc/pegboard/admin.pin” below [Kiosk] there, and run this again.")
                               : _("There is no “%s” yet that says where the PIN of the admin door is kept. Write one with “[Kiosk]” and below it “admin-pin-file=/etc/pegboard/admin.pin”, and run this again."),
                             peg_site_get_path (self->site) != NULL ? peg_site_get_path (self->site)
                                                                    : PEG_SITE_PATH);
    peg_ctl_complain (self->ctl, "refused", words);
    return PEG_CTL_REFUSED;
  }

  hash = make_pin (&error);
  if (hash == NULL)
    return refuse (self, error);

  line = g_strconcat (hash, "\n", NULL);
  if (!peg_roster_write (path, line, &error))
    return refuse (self, error);

  /* Translators: %s is a path. */
  words = g_strdup_printf (_("The PIN of the admin door is in “%s” now"), path);
  say (self, "changed", words);

  return PEG_CTL_DONE;
}

static gboolean
check_arguments (const char *verb,
                 int         argc)
{
  static const char * const alone[] = { "list", "key", "admin-pin", NULL };
  static const char * const named[] = { "add", "remove", "badge-remove", NULL };

  return (g_strv_contains (alone, verb) && argc <= 2) ||
         (g_strv_contains (named, verb) && argc == 3);
}

static PegCtlExit
run_people (PegCtl *ctl,
            int     argc,
            char  **argv)
{
  g_auto (People) self = { .ctl = ctl };
  const GOptionEntry options[] = {
    { "site", 0, 0, G_OPTION_ARG_FILENAME, &self.site_path, NULL, NULL },
    { "people-file", 0, 0, G_OPTION_ARG_FILENAME, &self.people_file, NULL, NULL },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &self.key_file, NULL, NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &self.name, NULL, NULL },
    { "user", 0, 0, G_OPTION_ARG_STRING, &self.user, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING, &self.role, NULL, NULL },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &self.token_file, NULL, NULL },
    { "pin", 0, 0, G_OPTION_ARG_NONE, &self.pin, NULL, NULL },
    { "badge", 0, 0, G_OPTION_ARG_NONE, &self.badge, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  const char *verb;

  if (!peg_ctl_parse (&peg_ctl_people, options, &argc, &argv))
    return PEG_CTL_USAGE;

  verb = argc > 1 ? argv[1] : "list";
  if (!check_arguments (verb, argc))
    return peg_ctl_usage (&peg_ctl_people, _("Say what to do with whom"));
  if (!find_files (&self, &error))
    return refuse (&self, error);

  if (g_str_equal (verb, "add"))
    return add (&self, argv[2]);
  if (g_str_equal (verb, "remove"))
    return remove_person (&self, argv[2]);
  if (g_str_equal (verb, "badge-remove"))
    return remove_badges (&self, argv[2]);
  if (g_str_equal (verb, "key"))
    return make_key (&self);
  if (g_str_equal (verb, "admin-pin"))
    return set_admin_pin (&self);

  return list (&self);
}

const PegCtlCommand peg_ctl_people = {
  "people", "[list | add ID [OPTION…] | remove ID | badge-remove ID | key | admin-pin]",
  N_("Say who signs in at a shared terminal, with which badge and PIN"), run_people,
  /* Translators: what is in Latin letters is typed, and stays as it is. */
  N_("Begin with these two:\n"
     "  pegctl people key\n"
     "  pegctl people add dana --name \"Dana Whitfield\" --pin --badge\n"
     "Options of “add”, which changes whoever is there already:\n"
     "  --name NAME          what people call them; else ID\n"
     "  --user NAME          how the server knows them; else ID\n"
     "  --role ROLE          viewer, machinist, lead or admin; machinist when new\n"
     "  --pin                ask for their PIN: 4 to 12 digits\n"
     "  --badge              ask for a badge of theirs\n"
     "  --token-file FILE    their token for the server, as terminals see the file\n"
     "Where the files are, else as in /etc/pegboard/site.conf:\n"
     "  --site FILE          another configuration\n"
     "  --people-file FILE   the people\n"
     "  --key-file FILE      the key of the badges\n"),
};
