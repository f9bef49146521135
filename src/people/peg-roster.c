/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-roster"

#include "peg-config.h"

#include "peg-roster.h"

#include "peg-pin.h"

#include <glib/gi18n.h>
#include <string.h>

/* Of a keyed hash: HMAC-SHA-256 in hexadecimal digits. */
#define HASH_LENGTH 64

/* Longer than any name on a badge. */
#define MAX_NAME 100
#define MAX_ID 64

/* A token is a line. */
#define MAX_TOKEN_FILE 65536

struct _PegRoster
{
  gatomicrefcount ref_count;

  GPtrArray *people;    /* (owned) (element-type PegRosterPerson): as in the file */
  GPtrArray *mistakes;  /* (owned) (element-type PegRosterMistake): likewise */
  GHashTable *by_id;    /* (owned): id → PegRosterPerson */
  GHashTable *by_badge; /* (owned): hash → PegRosterPerson */
};

static void
person_free (gpointer data)
{
  PegRosterPerson *person = data;

  g_clear_pointer (&person->id, g_free);
  g_clear_pointer (&person->name, g_free);
  g_clear_pointer (&person->user, g_free);
  g_clear_pointer (&person->role, g_free);
  g_clear_pointer (&person->badges, g_strfreev);
  g_clear_pointer (&person->pin, g_free);
  if (person->token != NULL)
    explicit_bzero (person->token, strlen (person->token));
  g_clear_pointer (&person->token, g_free);
  g_clear_pointer (&person->token_file, g_free);
  g_free (person);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegRosterPerson, person_free)

static void
mistake_free (gpointer data)
{
  PegRosterMistake *mistake = data;

  g_free (mistake->text);
  g_free (mistake);
}

static void G_GNUC_PRINTF (3, 4)
complain (PegRoster  *self,
          guint       line,
          const char *format,
          ...)
{
  PegRosterMistake *mistake = g_new0 (PegRosterMistake, 1);
  va_list args;

  mistake->line = line;
  va_start (args, format);
  mistake->text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->mistakes, mistake);
}

/**
 * peg_roster_is_id:
 * @text: a text
 *
 * Returns: whether it can stand for a person in a people file
 */
gboolean
peg_roster_is_id (const char *text)
{
  gsize length;

  g_return_val_if_fail (text != NULL, FALSE);

  length = strlen (text);
  if (length == 0 || length > MAX_ID || !g_utf8_validate (text, (gssize) length, NULL) ||
      g_ascii_isspace (text[0]) || g_ascii_isspace (text[length - 1]))
    return FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (*p == '[' || *p == ']' || *p == '/' || g_unichar_iscntrl (g_utf8_get_char (p)))
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_roster_is_badge:
 * @text: a text
 *
 * Returns: whether it is the keyed hash of a badge
 */
gboolean
peg_roster_is_badge (const char *text)
{
  return strlen (text) == HASH_LENGTH && strspn (text, "0123456789abcdef") == HASH_LENGTH;
}

/* The roles of a server, docs/admin.md. */
static const struct {
  const char *role;
  const char *word;
} roles[] = {
  { "viewer", N_("viewer") },
  { "machinist", N_("machinist") },
  { "lead", N_("lead") },
  { "admin", N_("administrator") },
};

/**
 * peg_roster_is_role:
 * @text: a text
 *
 * Returns: whether it is a role
 */
gboolean
peg_roster_is_role (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    if (g_str_equal (roles[i].role, text))
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_roster_role_word:
 * @role: a role
 *
 * Returns: a word for people
 */
const char *
peg_roster_role_word (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    if (g_str_equal (roles[i].role, role))
      return _(roles[i].word);
  }

  return role;
}

/* The part of a file that is about one person. */
typedef struct {
  PegRoster *roster;
  GKeyFile *keys;
  const char *id;
  const char *text; /* from its first line on */
  gsize length;
  guint line;       /* of the first line */
} Part;

/* The line on which a key is. */
static guint
find_line (const Part *part,
           const char *key)
{
  const char *end = part->text + part->length;
  const gsize length = strlen (key);
  guint line = part->line;

  for (const char *p = part->text; p < end; line++) {
    const char *next = memchr (p, '\n', (gsize) (end - p));

    while (p < end && (*p == ' ' || *p == '\t'))
      p++;
    if ((gsize) (end - p) > length && strncmp (p, key, length) == 0 &&
        strchr (" \t=", p[length]) != NULL)
      return line;
    if (next == NULL)
      break;
    p = next + 1;
  }

  return part->line;
}

static char *
get (const Part *part,
     const char *key)
{
  g_autofree char *value = g_key_file_get_string (part->keys, part->id, key, NULL);

  if (value != NULL)
    g_strstrip (value);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

static void
check_keys (const Part *part)
{
  static const char * const known[] = {
    "name", "user", "role", "badges", "pin", "token", "token-file", NULL
  };
  g_auto (GStrv) keys = g_key_file_get_keys (part->keys, part->id, NULL, NULL);

  for (char **key = keys; key != NULL && *key != NULL; key++) {
    if (!g_strv_contains (known, *key))
      complain (part->roster, find_line (part, *key),
                /* Translators: a key, and the person in whose section it is. */
                _("“%s” means nothing in [%s], and is left out. There are name, user, role, badges, pin, token and token-file."),
                *key, part->id);
  }
}

static void
read_badges (const Part      *part,
             PegRosterPerson *person)
{
  g_auto (GStrv) badges = g_key_file_get_string_list (part->keys, part->id, "badges", NULL, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **badge = badges; badge != NULL && *badge != NULL; badge++) {
    const PegRosterPerson *other;

    g_strstrip (*badge);
    other = g_hash_table_lookup (part->roster->by_badge, *badge);
    if (!peg_roster_is_badge (*badge))
      complain (part->roster, find_line (part, "badges"),
                /* Translators: %s is a person. */
                _("A badge of [%s] is no keyed hash of 64 hexadecimal digits, and is left out. Add it with “pegctl people add %s --badge”."),
                part->id, part->id);
    else if (other != NULL)
      complain (part->roster, find_line (part, "badges"),
                /* Translators: two persons. */
                _("A badge of [%s] belongs to [%s] already, and is left out. A badge has one owner."),
                part->id, other->id);
    else
      g_strv_builder_add (builder, *badge);
  }

  person->badges = g_strv_builder_end (builder);
}

static void
read_secrets (const Part      *part,
              PegRosterPerson *person)
{
  person->pin = get (part, "pin");
  if (person->pin != NULL && !peg_pin_is_hash (person->pin)) {
    complain (part->roster, find_line (part, "pin"),
              /* Translators: %s is a person. */
              _("The PIN of [%s] is not hashed, or not with yescrypt, and is left out. Set it with “pegctl people add %s --pin”."),
              part->id, part->id);
    g_clear_pointer (&person->pin, g_free);
  }

  person->token = get (part, "token");
  person->token_file = get (part, "token-file");
  if (person->token_file != NULL && !g_path_is_absolute (person->token_file)) {
    complain (part->roster, find_line (part, "token-file"),
              /* Translators: a path, and a person. */
              _("“%s” in [%s] is no absolute path, and is left out. Begin it with “/”."),
              person->token_file, part->id);
    g_clear_pointer (&person->token_file, g_free);
  }
}

static gboolean
is_name (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > MAX_NAME)
    return FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return FALSE;
  }

  return *text != '\0';
}

static PegRosterPerson *
read_person (const Part *part)
{
  g_autoptr (PegRosterPerson) person = g_new0 (PegRosterPerson, 1);

  person->id = g_strdup (part->id);
  person->name = get (part, "name");
  person->user = get (part, "user");
  person->role = get (part, "role");

  if (person->name == NULL)
    person->name = g_strdup (part->id);
  if (person->user == NULL)
    person->user = g_strdup (part->id);
  if (!is_name (person->name) || !is_name (person->user)) {
    complain (part->roster, find_line (part, "name"),
              /* Translators: %s is a person. */
              _("The name of [%s] is too long, or has signs in it that nobody can read. The person is left out."),
              part->id);
    return NULL;
  }
  if (person->role == NULL)
    person->role = g_strdup ("machinist");
  if (!peg_roster_is_role (person->role)) {
    complain (part->roster, find_line (part, "role"),
              /* Translators: what stands there as a role, and a person. */
              _("“%s” of [%s] is no role, so the person is left out. Write viewer, machinist, lead or admin."),
              person->role, part->id);
    return NULL;
  }

  check_keys (part);
  read_badges (part, person);
  read_secrets (part, person);

  return g_steal_pointer (&person);
}

static void
add_person (PegRoster       *self,
            PegRosterPerson *person)
{
  g_ptr_array_add (self->people, person);
  g_hash_table_insert (self->by_id, person->id, person);
  for (char **badge = person->badges; *badge != NULL; badge++)
    g_hash_table_insert (self->by_badge, *badge, person);
}

/* One section, from its header on. */
static void
read_part (PegRoster  *self,
           const char *text,
           gsize       length,
           guint       line)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_auto (GStrv) groups = NULL;
  g_autoptr (GError) error = NULL;
  PegRosterPerson *person;

  if (!g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, &error)) {
    complain (self, line,
              /* Translators: %s is what a library says about it, in English. */
              _("This section cannot be read, and is left out: %s. Each line is key=value."),
              error->message);
    return;
  }

  groups = g_key_file_get_groups (keys, NULL);
  if (groups[0] == NULL)
    return;

  if (!peg_roster_is_id (groups[0])) {
    complain (self, line, _("What is in the brackets cannot stand for a person: it is empty, too long, has blanks around it, or a “/”. The person is left out."));
  } else if (g_hash_table_contains (self->by_id, groups[0])) {
    complain (self, line,
              /* Translators: %s is a person. */
              _("There is another [%s] above; this one is left out. Put them into one section."), groups[0]);
  } else {
    person = read_person (&(Part) { self, keys, groups[0], text, length, line });
    if (person != NULL)
      add_person (self, person);
  }
}

/**
 * peg_roster_new_empty:
 *
 * Returns: (transfer full): nobody
 */
PegRoster *
peg_roster_new_empty (void)
{
  PegRoster *self = g_new0 (PegRoster, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->people = g_ptr_array_new_with_free_func (person_free);
  self->mistakes = g_ptr_array_new_with_free_func (mistake_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_badge = g_hash_table_new (g_str_hash, g_str_equal);

  return self;
}

/**
 * peg_roster_parse:
 * @data: the text of a people file; may be anything
 * @length: its length, bytes
 *
 * Reads every section on its own, so that one mistake keeps out one person and not
 * the whole shift.
 *
 * Returns: (transfer full): everybody who could be read
 */
PegRoster *
peg_roster_parse (const char *data,
                  gsize       length)
{
  PegRoster *self = peg_roster_new_empty ();
  const char *end = data + length;
  const char *start = NULL;
  guint line = 1, start_line = 0;

  if (length > PEG_ROSTER_MAX_BYTES || memchr (data, '\0', length) != NULL ||
      !g_utf8_validate (data, (gssize) length, NULL)) {
    complain (self, 0, _("This is no people file: it is too large, or no UTF-8 text. “pegctl people add” makes one."));
    return self;
  }

  for (const char *p = data; p < end; line++) {
    const char *next = memchr (p, '\n', (gsize) (end - p));

    if (*p == '[') {
      if (start != NULL)
        read_part (self, start, (gsize) (p - start), start_line);
      start = p;
      start_line = line;
    } else if (start == NULL && !g_ascii_isspace (*p) && *p != '#') {
      complain (self, line, _("This line stands before the first person, and is left out. Begin with “[name]”."));
    }
    p = next != NULL ? next + 1 : end;
  }
  if (start != NULL)
    read_part (self, start, (gsize) (end - start), start_line);

  return self;
}

/**
 * peg_roster_load:
 * @path: of a people file
 * @error: return location
 *
 * Returns: (transfer full) (nullable): everybody who could be read; %NULL: the file
 *   itself could not be
 */
PegRoster *
peg_roster_load (const char  *path,
                 GError     **error)
{
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, error))
    return NULL;

  return peg_roster_parse (data, length);
}

/**
 * peg_roster_ref:
 * @self: a roster
 *
 * Returns: (transfer full): @self
 */
PegRoster *
peg_roster_ref (PegRoster *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * peg_roster_unref:
 * @self: (transfer full): a roster
 */
void
peg_roster_unref (PegRoster *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->by_badge);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->mistakes);
  g_ptr_array_unref (self->people);
  g_free (self);
}

/**
 * peg_roster_get_people:
 * @self: a roster
 *
 * Returns: (transfer none) (element-type PegRosterPerson): everybody, as in the file
 */
GPtrArray *
peg_roster_get_people (PegRoster *self)
{
  return self->people;
}

/**
 * peg_roster_get_mistakes:
 * @self: a roster
 *
 * Returns: (transfer none) (element-type PegRosterMistake): what was left out
 */
GPtrArray *
peg_roster_get_mistakes (PegRoster *self)
{
  return self->mistakes;
}

/**
 * peg_roster_find:
 * @self: a roster
 * @id: (nullable): of somebody
 *
 * Returns: (transfer none) (nullable): them
 */
const PegRosterPerson *
peg_roster_find (PegRoster  *self,
                 const char *id)
{
  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

/**
 * peg_roster_find_badge:
 * @self: a roster
 * @hash: (nullable): the keyed hash of a badge
 *
 * Returns: (transfer none) (nullable): whose it is
 */
const PegRosterPerson *
peg_roster_find_badge (PegRoster  *self,
                       const char *hash)
{
  return hash != NULL ? g_hash_table_lookup (self->by_badge, hash) : NULL;
}

/**
 * peg_roster_person_read_token:
 * @self: somebody
 * @error: return location
 *
 * Returns: (transfer full) (nullable): their token; %NULL without @error set: they
 *   have none, which is enough for a server that lets everybody in
 */
char *
peg_roster_person_read_token (const PegRosterPerson  *self,
                              GError                **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (self->token_file == NULL)
    return g_strdup (self->token);

  if (!g_file_get_contents (self->token_file, &text, &length, error))
    return NULL;

  if (length > MAX_TOKEN_FILE || strlen (text) != length || *g_strstrip (text) == '\0') {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 /* Translators: %s is the path of a file. */
                 _("There is no token in “%s”. Put the line into it that “pegboardd user token” prints."),
                 self->token_file);
    return NULL;
  }

  return g_steal_pointer (&text);
}
