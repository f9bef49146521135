/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-left"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* When to look again while something waits; and how soon after the person changed: what
 * was being checked in takes a moment to get to the disk. */
#define LOOK_AGAIN_US (60 * (gint64) G_USEC_PER_SEC)
#define LOOK_SOON_US (2 * (gint64) G_USEC_PER_SEC)

/* What people left at the terminal that the server does not have. */

static void
due_cb (gpointer user_data)
{
  PegKioskSession *self = user_data;

  self->left_timer = 0;
  g_hash_table_remove_all (self->tried);
  peg_kiosk_session_look_left (self);
}

static void
look_later (PegKioskSession *self,
            gint64           delay_us)
{
  peg_clock_cancel (self->clock, &self->left_timer);
  self->left_timer = peg_clock_add (self->clock, "[peg] left", delay_us, due_cb, self);
}

/* Its own signal cannot be the end of it. */
static gboolean
drop_cb (gpointer user_data)
{
  PegKioskSession *self = user_data;

  self->drop_id = 0;
  g_clear_object (&self->courier);
  peg_kiosk_session_look_left (self);

  return G_SOURCE_REMOVE;
}

static void
done_cb (PegKioskSession *self)
{
  if (self->drop_id == 0)
    self->drop_id = g_idle_add (drop_cb, self);
}

static void
send_courier (PegKioskSession       *self,
              const PegRosterPerson *person)
{
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;
  PegLinkConfig config = { .user = person->user };

  token = peg_roster_person_read_token (person, &error);
  if (error != NULL)
    return;

  peg_kiosk_session_fill_config (self, &config);
  config.token = token;
  self->courier = peg_kiosk_courier_new (&config, self->outbox_folder, self->clock);
  g_signal_connect_swapped (self->courier, "done", G_CALLBACK (done_cb), self);
  if (token != NULL)
    explicit_bzero (token, strlen (token));
}

static char *
dup_words (const PegRosterPerson *person,
           guint                  n,
           gboolean               undecided)
{
  if (undecided)
    /* Translators: how many check-ins, and whose. */
    return g_strdup_printf (ngettext ("%u check-in of %s needs a decision",
                                      "%u check-ins of %s need a decision", n),
                            n, person->name);

  /* Translators: how many check-ins, and whose. */
  return g_strdup_printf (ngettext ("%u check-in of %s waits for the server",
                                    "%u check-ins of %s wait for the server", n),
                          n, person->name);
}

/* Whoever shares a user shares what is kept: it is told once, of the first of them. */
static gboolean
is_first_of_user (GPtrArray *people,
                  guint      i)
{
  const PegRosterPerson *person = g_ptr_array_index (people, i);

  for (guint j = 0; j < i; j++) {
    const PegRosterPerson *other = g_ptr_array_index (people, j);

    if (g_strcmp0 (other->user, person->user) == 0)
      return FALSE;
  }

  return TRUE;
}

/* Sends it in the name of a user, with the token of one of the people who share it: of
 * each in turn, as long as it is still there. */
static void
send_for (PegKioskSession *self,
          GPtrArray       *people,
          const char      *user)
{
  for (guint i = 0; i < people->len && self->courier == NULL; i++) {
    const PegRosterPerson *person = g_ptr_array_index (people, i);

    if (g_strcmp0 (person->user, user) == 0 &&
        g_hash_table_add (self->tried, g_strdup (person->id)))
      send_courier (self, person);
  }
}

static void
add_words (GStrvBuilder *waiting,
           char         *words)
{
  g_autofree char *owned = words;

  g_strv_builder_add (waiting, owned);
}

/* Looks what one person has left, or some who share a user.
 *
 * Returns: how much of it nobody else counts */
static guint
look_at (PegKioskSession       *self,
         GPtrArray             *people,
         const PegRosterPerson *person,
         GStrvBuilder          *waiting)
{
  PegLinkConfig config = { .user = person->user };
  const gboolean here = g_strcmp0 (person->user, self->user) == 0;
  PegKioskLeft left;
  guint n;

  peg_kiosk_session_fill_config (self, &config);
  n = peg_kiosk_courier_count (&config, self->outbox_folder, self->clock, &left);
  /* Whose work it is stays known for as long as there is anything that may be work. */
  if (n > 0 || (left.bare && !here))
    peg_kiosk_session_note_owner (self, person, n > 0);
  if (left.n_unreadable > 0)
    add_words (waiting, peg_kiosk_session_dup_kept_of (left.n_unreadable, person->name));

  /* What can be read of whoever is there is sent, and counted, by their own connection. */
  if (here)
    return left.n_unreadable;

  if (left.n_waiting > 0) {
    add_words (waiting, dup_words (person, left.n_waiting, FALSE));
    send_for (self, people, person->user);
  }
  if (left.n_undecided > 0)
    add_words (waiting, dup_words (person, left.n_undecided, TRUE));

  return n;
}

/* What can be read of the terminal itself is sent, and counted, by its own connection; what
 * cannot be is told of like that of anybody else.
 *
 * Returns: how much that is */
static guint
look_at_station (PegKioskSession *self,
                 GPtrArray       *people,
                 GStrvBuilder    *waiting)
{
  PegLinkConfig config = { .user = self->station };
  PegKioskLeft left;

  for (guint i = 0; i < people->len; i++) {
    if (g_strcmp0 (((const PegRosterPerson *) g_ptr_array_index (people, i))->user, self->station) == 0)
      return 0;
  }

  peg_kiosk_session_fill_config (self, &config);
  peg_kiosk_courier_count (&config, self->outbox_folder, self->clock, &left);
  if (left.n_unreadable > 0)
    add_words (waiting, peg_kiosk_session_dup_kept_of (left.n_unreadable, self->station));

  return left.n_unreadable;
}

/*
 * peg_kiosk_session_look_left:
 *
 * Looks what is left of whom, says it, and has the first of it sent in the name of
 * whose it is. What cannot be read is told of, too, and by nobody touched.
 */
void
peg_kiosk_session_look_left (PegKioskSession *self)
{
  GPtrArray *people = peg_roster_get_people (peg_roster_watch_get_roster (self->watch));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) waiting = NULL;
  guint total = 0;

  if (self->outbox_folder == NULL || self->server == NULL || !self->started || self->demo)
    return;

  for (guint i = 0; i < people->len; i++) {
    if (is_first_of_user (people, i))
      total += look_at (self, people, g_ptr_array_index (people, i), builder);
  }

  total += look_at_station (self, people, builder);
  total += peg_kiosk_session_look_lost (self, builder);
  waiting = g_strv_builder_end (builder);
  self->n_left = total;
  peg_kiosk_machine_set_waiting (self->machine,
                                 total > 0 ? (const char * const *) waiting : NULL);
  peg_kiosk_session_count_waiting (self);

  peg_clock_cancel (self->clock, &self->left_timer);
  if (total > 0)
    look_later (self, LOOK_AGAIN_US);
}

/*
 * peg_kiosk_session_left_soon:
 *
 * The person changed: looks what the one before has left.
 */
void
peg_kiosk_session_left_soon (PegKioskSession *self)
{
  if (self->outbox_folder != NULL)
    look_later (self, LOOK_SOON_US);
}

/*
 * peg_kiosk_session_left_live:
 *
 * The server is there again: what waited for it may be gone by now, and need not wait any
 * longer.
 */
void
peg_kiosk_session_left_live (PegKioskSession *self)
{
  if (self->n_left == 0)
    return;

  g_hash_table_remove_all (self->tried);
  if (self->courier != NULL)
    peg_kiosk_courier_hurry (self->courier);
  peg_kiosk_session_look_left (self);
  /* Whoever was there a moment ago may still be getting something to the disk. */
  peg_kiosk_session_left_soon (self);
}
