/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-lost"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

#include "peg-outbox.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Work in the outboxes of this terminal whose owner cannot sign in here any more: they are
 * no longer in the people file, or the terminal has another server now. Nothing sends it,
 * and nothing clears it, so that it is told until somebody decides.
 *
 * The name of an outbox does not say whose it is (peg_address_dup_file_name()). Who has
 * something in one is noted while they are still known. */

#define KEY_USER "user"
#define KEY_NAME "name"
#define KEY_SERVER "server"

/* Takes a file that is damaged out of the way of the next one: what it says may still
 * be of use to a person.
 *
 * Returns: whether there is room for a new one */
static gboolean
set_owners_aside (PegKioskSession *self,
                  const char      *why)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", self->owners_path, id);

  g_info ("Whose work is kept is damaged, and is set aside as “%s”: %s", aside, why);

  return g_rename (self->owners_path, aside) == 0;
}

/* Returns: (transfer full) (nullable): whose work is kept; %NULL: that is noted, but it
 *   cannot be read, and must not be overwritten */
static GKeyFile *
load_owners (PegKioskSession *self)
{
  g_autoptr (GKeyFile) owners = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  if (self->owners_path == NULL ||
      g_key_file_load_from_file (owners, self->owners_path, G_KEY_FILE_NONE, &error) ||
      g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&owners);

  /* That it cannot be had now says nothing of what is in it. */
  if (error->domain != G_KEY_FILE_ERROR || !set_owners_aside (self, error->message)) {
    g_info ("Whose work is kept is not known: %s", error->message);
    return NULL;
  }

  return g_key_file_new ();
}

static void
save_owners (PegKioskSession *self,
             GKeyFile        *owners)
{
  g_autofree char *folder = g_path_get_dirname (self->owners_path);
  g_autofree char *text = g_key_file_to_data (owners, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (self->owners_path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_info ("Whose work is kept will not be known when they are gone: %s", error->message);
}

/* Returns: (transfer full) (nullable): the name of the outbox of a user of the server that
 *   this terminal has now */
static char *
dup_outbox_name (PegKioskSession *self,
                 const char      *user)
{
  g_autofree char *server = NULL;
  g_autofree char *folder = NULL;
  PegLinkConfig config = { .user = user };

  peg_kiosk_session_fill_config (self, &config);
  if (user == NULL || !peg_link_check_config (&config, &server, NULL))
    return NULL;

  folder = peg_outbox_dup_folder (self->outbox_folder, server, user);

  return g_path_get_basename (folder);
}

/*
 * peg_kiosk_session_note_owner:
 * @person: somebody who has something in their outbox, or nothing any more
 * @has: which of it
 *
 * Remembers whose that is, for when they are not known any more.
 */
void
peg_kiosk_session_note_owner (PegKioskSession       *self,
                              const PegRosterPerson *person,
                              gboolean               has)
{
  g_autoptr (GKeyFile) owners = NULL;
  g_autofree char *outbox = NULL;

  if (self->owners_path == NULL || self->outbox_folder == NULL || self->server == NULL ||
      person == NULL)
    return;

  owners = load_owners (self);
  outbox = dup_outbox_name (self, person->user);
  if (owners == NULL || outbox == NULL)
    return;

  /* Of several people with one user the first is as good as any. */
  if (g_key_file_has_group (owners, outbox) == has)
    return;

  if (has) {
    g_key_file_set_string (owners, outbox, KEY_USER, person->user);
    g_key_file_set_string (owners, outbox, KEY_NAME, person->name);
    g_key_file_set_string (owners, outbox, KEY_SERVER, self->server);
  } else {
    g_key_file_remove_group (owners, outbox, NULL);
  }
  save_owners (self, owners);
}

/* The outboxes of everybody who can sign in here, and of the terminal itself. */
static GHashTable *
list_known (PegKioskSession *self)
{
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *people = peg_roster_get_people (peg_roster_watch_get_roster (self->watch));

  for (guint i = 0; i <= people->len; i++) {
    const PegRosterPerson *person = i < people->len ? g_ptr_array_index (people, i) : NULL;
    char *name = dup_outbox_name (self, person != NULL ? person->user : self->station);

    if (name != NULL)
      g_hash_table_add (known, name);
  }

  return known;
}

/* What is kept where, of whom. */
static char *
kept_words (guint       n,
            const char *name,
            const char *other_server,
            const char *folder)
{
  if (name == NULL)
    /* Translators: how many check-ins, and the folder in which they are. */
    return g_strdup_printf (ngettext ("%u check-in of somebody who is no longer in the people file is kept in %s.",
                                      "%u check-ins of somebody who is no longer in the people file are kept in %s.", n),
                            n, folder);

  if (other_server != NULL)
    /* Translators: how many check-ins, the name of a person, an address, and a folder. */
    return g_strdup_printf (ngettext ("%u check-in of %s for another server, %s, is kept in %s.",
                                      "%u check-ins of %s for another server, %s, are kept in %s.", n),
                            n, name, other_server, folder);

  /* Translators: how many check-ins, the name of a person, and a folder. */
  return g_strdup_printf (ngettext ("%u check-in of %s, who is no longer in the people file, is kept in %s.",
                                    "%u check-ins of %s, who is no longer in the people file, are kept in %s.", n),
                          n, name, folder);
}

/*
 * peg_kiosk_session_dup_kept_of:
 * @n: how many check-ins
 * @name: (nullable): whose
 *
 * Returns: (transfer full): that somebody has to do something about them
 */
char *
peg_kiosk_session_dup_kept_of (guint       n,
                               const char *name)
{
  /* Translators: how many check-ins, and whose. */
  return g_strdup_printf (ngettext ("%u check-in of %s is kept: call your lead",
                                    "%u check-ins of %s are kept: call your lead", n),
                          n, name != NULL ? name : _("somebody who is not known here any more"));
}

static void
add_words (PegKioskSession *self,
           GKeyFile        *owners,
           const char      *outbox,
           guint            n,
           GStrvBuilder    *waiting,
           GStrvBuilder    *lost)
{
  g_autofree char *folder = g_build_filename (self->outbox_folder, outbox, NULL);
  g_autofree char *user = g_key_file_get_string (owners, outbox, KEY_USER, NULL);
  g_autofree char *name = g_key_file_get_string (owners, outbox, KEY_NAME, NULL);
  g_autofree char *server = g_key_file_get_string (owners, outbox, KEY_SERVER, NULL);
  const gboolean other = server != NULL && g_strcmp0 (server, self->server) != 0;
  g_autofree char *kept = kept_words (n, name, other ? server : NULL, folder);
  g_autofree char *quoted_server = peg_words_argument (server != NULL ? server : self->server);
  /* Translators: stands for the name of a user in a command. */
  g_autofree char *quoted_user = user != NULL ? peg_words_argument (user) : g_strdup (C_("command", "NAME"));
  g_autofree char *short_words = peg_kiosk_session_dup_kept_of (n, name);
  g_autofree char *command = NULL;
  g_autofree char *next = NULL;

  g_strv_builder_add (waiting, short_words);

  command = g_strdup_printf ("pegctl --server %s --user %s drafts list", quoted_server,
                             quoted_user);
  /* Translators: %s is a command. */
  next = g_strdup_printf (_("To send, save or discard it, as the user of this terminal: %s"),
                          command);
  g_strv_builder_add (lost, kept);
  g_strv_builder_add (lost, next);
}

/*
 * peg_kiosk_session_look_lost:
 * @waiting: gets a sentence for everybody
 *
 * Looks what is left of people who cannot sign in any more, and says it to whoever looks
 * after the terminal.
 *
 * Returns: how many check-ins that are
 */
guint
peg_kiosk_session_look_lost (PegKioskSession *self,
                             GStrvBuilder    *waiting)
{
  g_autoptr (GDir) dir = g_dir_open (self->outbox_folder, 0, NULL);
  g_autoptr (GHashTable) known = list_known (self);
  g_autoptr (GKeyFile) owners = load_owners (self);
  g_autoptr (GStrvBuilder) lost = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;
  const gboolean noted = owners != NULL && self->owners_path != NULL;
  const char *name;
  guint total = 0;

  if (owners == NULL)
    owners = g_key_file_new ();

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (self->outbox_folder, name, NULL);
    PegKioskLeft left;
    guint n;

    if (g_hash_table_contains (known, name) || !g_file_test (folder, G_FILE_TEST_IS_DIR))
      continue;

    n = peg_kiosk_courier_look (folder, self->clock, &left);
    if (n > 0)
      add_words (self, owners, name, n, waiting, lost);
    else if (left.bare && noted && g_key_file_remove_group (owners, name, NULL))
      save_owners (self, owners);
    total += n;
  }

  if (total > 0)
    g_strv_builder_add (lost, _("Until then this terminal does not update itself."));
  sentences = g_strv_builder_end (lost);
  peg_kiosk_machine_set_lost (self->machine,
                              total > 0 ? (const char * const *) sentences : NULL);

  return total;
}
