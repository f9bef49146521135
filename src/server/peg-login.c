/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-login"

#include "peg-config.h"

#include "peg-login.h"

/* How long a wrong attempt counts towards the first wait, µs. */
#define WINDOW_US G_TIME_SPAN_MINUTE

/* How long the first wait is, s; each further one is twice as long. */
#define FIRST_WAIT_S 30

/* After how long without a wrong attempt all is forgotten, µs. */
#define FORGET_US G_TIME_SPAN_HOUR

/* How many wrong attempts within the window bring the first wait. Tokens have 256
 * bits: these are not against guessing, which is hopeless, but against a program
 * that tries for ever, and for the shop that sees in its log that somebody does. */
static const guint limits[] = {
  [PEG_LOGIN_ADDRESS] = 5,
  [PEG_LOGIN_NAME] = 5,
  [PEG_LOGIN_TOKEN] = 30,
  [PEG_LOGIN_TOKEN_NAME] = 30,
};

typedef struct {
  guint n_wrong;        /* within the window */
  guint n_waits;        /* how many waits there were */
  gint64 window_us;     /* when the window began */
  gint64 wrong_us;      /* the last wrong attempt */
  gint64 wait_until_us; /* 0: none was waited for yet */
} Tries;

struct _PegLogin
{
  GHashTable *tries; /* (owned): kind and key → Tries, owned */
};

static char *
make_key (PegLoginKind  kind,
          const char   *key)
{
  return g_strdup_printf ("%d %s", (int) kind, key != NULL ? key : "");
}

/**
 * peg_login_new:
 *
 * Returns: (transfer full): nobody was wrong yet
 */
PegLogin *
peg_login_new (void)
{
  PegLogin *self = g_new0 (PegLogin, 1);

  self->tries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
peg_login_free (PegLogin *self)
{
  g_hash_table_unref (self->tries);
  g_free (self);
}

/**
 * peg_login_get_wait_s:
 * @self: a limiter
 * @kind: what is counted
 * @key: (nullable): the address or the name
 * @now_us: the time, monotonic, µs
 *
 * Returns: for how long no attempt is looked at, s, at least 1; 0: now
 */
guint
peg_login_get_wait_s (PegLogin     *self,
                      PegLoginKind  kind,
                      const char   *key,
                      gint64        now_us)
{
  g_autofree char *full = NULL;
  const Tries *tries;

  g_return_val_if_fail (self != NULL, 0);

  full = make_key (kind, key);
  tries = g_hash_table_lookup (self->tries, full);
  if (tries == NULL || tries->wait_until_us <= now_us)
    return 0;

  return (guint) ((tries->wait_until_us - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static gboolean
is_old (gpointer key,
        gpointer value,
        gpointer user_data)
{
  const Tries *tries = value;
  const gint64 *now_us = user_data;

  return *now_us - tries->wrong_us >= FORGET_US && tries->wait_until_us <= *now_us;
}

static void
make_room (PegLogin *self,
           gint64    now_us)
{
  GHashTableIter iter;
  gpointer key, value, oldest = NULL;
  gint64 oldest_us = G_MAXINT64;

  if (g_hash_table_size (self->tries) < PEG_LOGIN_MAX_KEYS ||
      g_hash_table_foreach_remove (self->tries, is_old, &now_us) > 0)
    return;

  g_hash_table_iter_init (&iter, self->tries);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Tries *tries = value;

    if (tries->wrong_us < oldest_us) {
      oldest_us = tries->wrong_us;
      oldest = key;
    }
  }
  g_hash_table_remove (self->tries, oldest);
}

/**
 * peg_login_wrong:
 * @self: a limiter
 * @kind: what is counted
 * @key: (nullable): the address or the name
 * @now_us: the time, monotonic, µs
 *
 * Counts a wrong attempt. Several within a minute bring a wait of 30 s; after it
 * every further one brings a wait twice as long as the last, up to
 * %PEG_LOGIN_MAX_WAIT_S, until an hour went by without any.
 */
void
peg_login_wrong (PegLogin     *self,
                 PegLoginKind  kind,
                 const char   *key,
                 gint64        now_us)
{
  g_autofree char *full = NULL;
  Tries *tries;
  guint wait_s;

  g_return_if_fail (self != NULL);

  full = make_key (kind, key);
  tries = g_hash_table_lookup (self->tries, full);
  if (tries == NULL) {
    make_room (self, now_us);
    tries = g_new0 (Tries, 1);
    tries->window_us = now_us;
    g_hash_table_insert (self->tries, g_steal_pointer (&full), tries);
  } else if (now_us - tries->wrong_us >= FORGET_US) {
    *tries = (Tries) { .window_us = now_us };
  } else if (now_us - tries->window_us >= WINDOW_US) {
    tries->window_us = now_us;
    tries->n_wrong = 0;
  }

  tries->wrong_us = now_us;
  tries->n_wrong++;
  if (tries->n_wrong < limits[kind] && tries->n_waits == 0)
    return;

  wait_s = MIN (FIRST_WAIT_S << MIN (tries->n_waits, 16), PEG_LOGIN_MAX_WAIT_S);
  tries->n_waits++;
  tries->wait_until_us = now_us + (gint64) wait_s * G_USEC_PER_SEC;
}

/**
 * peg_login_right:
 * @self: a limiter
 * @kind: what is counted
 * @key: (nullable): the address or the name
 *
 * Forgets what was wrong before.
 */
void
peg_login_right (PegLogin     *self,
                 PegLoginKind  kind,
                 const char   *key)
{
  g_autofree char *full = NULL;

  g_return_if_fail (self != NULL);

  full = make_key (kind, key);
  g_hash_table_remove (self->tries, full);
}

/**
 * peg_login_wrong_token:
 * @self: a limiter
 * @address: (nullable): where the token came from
 * @name: (nullable): whose it is said to be; %NULL: nobody said
 * @now_us: the time, monotonic, µs
 *
 * Counts a wrong token, in a request or over a socket, unless there were too many
 * before. One that is right is let in all the same.
 *
 * Returns: for how long no attempt is looked at, s; 0: it was counted
 */
guint
peg_login_wrong_token (PegLogin   *self,
                       const char *address,
                       const char *name,
                       gint64      now_us)
{
  guint wait_s = peg_login_get_wait_s (self, PEG_LOGIN_TOKEN, address, now_us);

  if (name != NULL)
    wait_s = MAX (wait_s, peg_login_get_wait_s (self, PEG_LOGIN_TOKEN_NAME, name, now_us));
  if (wait_s > 0)
    return wait_s;

  peg_login_wrong (self, PEG_LOGIN_TOKEN, address, now_us);
  if (name != NULL)
    peg_login_wrong (self, PEG_LOGIN_TOKEN_NAME, name, now_us);

  return 0;
}

guint
peg_login_get_n_keys (PegLogin *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->tries);
}
