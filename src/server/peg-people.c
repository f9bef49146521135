/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-people"

#include "peg-config.h"

#include "peg-people.h"

#include "peg-jwt.h"
#include "peg-log.h"
#include "peg-name.h"
#include "peg-secret.h"
#include "peg-token.h"

#include <string.h>

/* How often it is looked whether `pegboardd user` changed something, ms. It costs
 * one read of shared memory; a request looks, too, so this is for the sockets. */
#define LOOK_MS 1000

/* How exactly it is kept when somebody was last here, µs. */
#define SEEN_US (5 * G_TIME_SPAN_MINUTE)

/* How long a hash of a token is, characters. */
#define HASH_CHARS 64

/**
 * PegPeople:
 *
 * Who may come in: the people of the ledger, whose rows `pegboardd user` may
 * change while the server runs, and those for whom somebody signs who shares a
 * secret with the server.
 */
struct _PegPeople
{
  GObject parent_instance;

  PegLedger *ledger;      /* (unowned): it lives longer */
  GBytes *session_secret; /* (owned) */
  GBytes *foreign_secret; /* (owned) (nullable) */
  GPtrArray *people;      /* (owned) (element-type PegPerson) */
  gint64 changes;         /* of the ledger when @people were read */
  gboolean is_on;         /* whether there is a sign-in */
  guint look_id;          /* source id */
};

G_DEFINE_FINAL_TYPE (PegPeople, peg_people, G_TYPE_OBJECT)

G_DEFINE_QUARK (peg-people-error-quark, peg_people_error)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

PegCaller *
peg_caller_copy (const PegCaller *self)
{
  PegCaller *copy = g_new (PegCaller, 1);

  *copy = *self;
  copy->name = g_strdup (self->name);
  copy->session_id = g_strdup (self->session_id);

  return copy;
}

void
peg_caller_free (PegCaller *self)
{
  g_free (self->name);
  g_free (self->session_id);
  g_free (self);
}

static PegPerson *
find (PegPeople  *self,
      const char *name)
{
  for (guint i = 0; i < self->people->len; i++) {
    PegPerson *person = g_ptr_array_index (self->people, i);

    if (strcmp (person->name, name) == 0)
      return person;
  }

  return NULL;
}

/* A shop that ever had people does not believe names again while it runs, not
 * even when all of them were removed: that would open it to everybody. */
static gboolean
read_people (PegPeople  *self,
             GError    **error)
{
  gint64 changes = peg_ledger_get_changes (self->ledger);
  GPtrArray *people = peg_ledger_list_people (self->ledger, error);

  if (people == NULL)
    return FALSE;

  g_clear_pointer (&self->people, g_ptr_array_unref);
  self->people = people;
  self->changes = changes;
  self->is_on = self->is_on || people->len > 0 || self->foreign_secret != NULL;

  return TRUE;
}

static gboolean
look_cb (gpointer user_data)
{
  peg_people_look_again (user_data);

  return G_SOURCE_CONTINUE;
}

static void
peg_people_finalize (GObject *object)
{
  PegPeople *self = PEG_PEOPLE (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_clear_pointer (&self->session_secret, g_bytes_unref);
  g_clear_pointer (&self->foreign_secret, g_bytes_unref);

  G_OBJECT_CLASS (peg_people_parent_class)->finalize (object);
}

static void
peg_people_class_init (PegPeopleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_people_finalize;

  /**
   * PegPeople::changed:
   * @self: the people
   *
   * Somebody came, went, or may do something else than before.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
peg_people_init (PegPeople *self)
{
}

/**
 * peg_people_new:
 * @ledger: the ledger; it must live longer
 * @session_secret: the server's own secret, which its sessions are signed with
 * @foreign_secret: (nullable): a secret that others sign tokens with
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): the people
 */
PegPeople *
peg_people_new (PegLedger  *ledger,
                GBytes     *session_secret,
                GBytes     *foreign_secret,
                GError    **error)
{
  g_autoptr (PegPeople) self = NULL;

  g_return_val_if_fail (ledger != NULL && session_secret != NULL, NULL);

  self = g_object_new (PEG_TYPE_PEOPLE, NULL);
  self->ledger = ledger;
  self->session_secret = g_bytes_ref (session_secret);
  self->foreign_secret = foreign_secret != NULL ? g_bytes_ref (foreign_secret) : NULL;
  if (!read_people (self, error))
    return NULL;

  self->look_id = g_timeout_add (LOOK_MS, look_cb, self);
  g_source_set_name_by_id (self->look_id, "[pegboard] look_cb");

  return g_steal_pointer (&self);
}

/**
 * peg_people_is_on:
 * @self: the people
 *
 * Returns: whether there is a sign-in; otherwise the server believes the name
 *   that it is told
 */
gboolean
peg_people_is_on (PegPeople *self)
{
  g_return_val_if_fail (PEG_IS_PEOPLE (self), TRUE);

  return self->is_on;
}

/**
 * peg_people_look_again:
 * @self: the people
 *
 * Takes over what another process changed in the ledger.
 */
void
peg_people_look_again (PegPeople *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (PEG_IS_PEOPLE (self));

  if (peg_ledger_get_changes (self->ledger) == self->changes)
    return;

  if (!read_people (self, &error)) {
    PEG_LOG ("failed", "s:error", error->message);
    return;
  }
  PEG_LOG ("people-changed", "i:people", (gint64) self->people->len);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static PegCaller *
make_caller (PegCallerKind    kind,
             const PegPerson *person)
{
  PegCaller *caller = g_new0 (PegCaller, 1);

  caller->kind = kind;
  caller->name = g_strdup (person->name);
  caller->role = person->role;
  caller->generation = person->token_us;

  return caller;
}

static void
set_wrong (GError     **error,
           const char  *words)
{
  g_set_error_literal (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_WRONG, words);
}

/* Whose token it is. Every hash is looked at, whoever it is. */
static PegCaller *
check_token (PegPeople   *self,
             const char  *token,
             GError     **error)
{
  g_autofree char *hash = peg_token_hash (token);
  const PegPerson *found = NULL;

  if (hash == NULL) {
    set_wrong (error, "There is a mistake in this token. Copy it once more, from “peg_” to its end.");
    return NULL;
  }

  for (guint i = 0; i < self->people->len; i++) {
    const PegPerson *person = g_ptr_array_index (self->people, i);

    if (person->token_hash != NULL && strlen (person->token_hash) == HASH_CHARS &&
        peg_constant_time_equal (person->token_hash, hash, HASH_CHARS))
      found = person;
  }

  if (found == NULL) {
    set_wrong (error, "Nobody has this token any more. Ask whoever looks after the server for a new "
                      "one.");
    return NULL;
  }

  return make_caller (PEG_CALLER_TOKEN, found);
}

static PegCaller *
check_session (PegPeople     *self,
               const PegJwt  *session,
               GError       **error)
{
  const PegPerson *person = session->user != NULL ? find (self, session->user) : NULL;
  PegCaller *caller;

  if (person == NULL || person->token_hash == NULL || person->token_us != session->generation ||
      session->id == NULL || peg_ledger_is_session_ended (self->ledger, session->id)) {
    set_wrong (error, "This sign-in was ended. Sign in again.");
    return NULL;
  }

  caller = make_caller (PEG_CALLER_SESSION, person);
  caller->session_id = g_strdup (session->id);
  caller->expires_s = session->expires_s;

  return caller;
}

/* Who signs for others says who they are. What they may do is said here, for who
 * is known here; for others it is said by the token, and nothing but looking when
 * that does not say it. */
static PegCaller *
check_foreign (PegPeople     *self,
               const PegJwt  *token,
               GError       **error)
{
  const PegPerson *person;
  PegCaller *caller;

  if (!peg_name_is_person (token->user)) {
    set_wrong (error, "The token does not say whom it is for");
    return NULL;
  }

  person = find (self, token->user);
  if (person != NULL && person->token_hash == NULL) {
    set_wrong (error, "You may not come in any more. Ask whoever looks after the server.");
    return NULL;
  }

  caller = g_new0 (PegCaller, 1);
  caller->kind = PEG_CALLER_FOREIGN;
  caller->name = g_strdup (token->user);
  caller->expires_s = token->expires_s;
  caller->role = PEG_ROLE_VIEWER;
  if (person != NULL)
    caller->role = person->role;
  else
    peg_role_from_text (token->role, &caller->role);

  return caller;
}

static PegCaller *
check_signed (PegPeople   *self,
              const char  *token,
              gint64       now_us,
              GError     **error)
{
  g_autoptr (GError) own_error = NULL;
  gint64 now_s = now_us / G_USEC_PER_SEC;
  g_autoptr (PegJwt) session = peg_jwt_verify (token, self->session_secret, now_s, &own_error);
  g_autoptr (PegJwt) foreign = NULL;

  if (session != NULL)
    return check_session (self, session, error);

  if (self->foreign_secret != NULL &&
      g_error_matches (own_error, PEG_JWT_ERROR, PEG_JWT_ERROR_SIGNATURE)) {
    g_clear_error (&own_error);
    foreign = peg_jwt_verify (token, self->foreign_secret, now_s, &own_error);
    if (foreign != NULL)
      return check_foreign (self, foreign, error);
  }

  g_set_error_literal (error, PEG_PEOPLE_ERROR,
                       g_error_matches (own_error, PEG_JWT_ERROR, PEG_JWT_ERROR_EXPIRED)
                         ? PEG_PEOPLE_ERROR_EXPIRED : PEG_PEOPLE_ERROR_WRONG,
                       own_error->message);

  return NULL;
}

/* Failing to note it is no reason to keep somebody out. */
static void
see (PegPeople       *self,
     const PegCaller *caller,
     gint64           now_us)
{
  PegPerson *person = find (self, caller->name);

  if (person == NULL || now_us - person->seen_us < SEEN_US)
    return;

  person->seen_us = now_us;
  peg_ledger_see_person (self->ledger, person->name, now_us, NULL);
}

/**
 * peg_people_check:
 * @self: the people
 * @token: what somebody says is a token
 * @now_us: the time, µs since 1970
 * @error: return location for an error of %PEG_PEOPLE_ERROR
 *
 * Takes the token of a person, a session that was made of one, and, where a
 * secret is shared, what another program signed.
 *
 * Returns: (transfer full) (nullable): who it is
 */
PegCaller *
peg_people_check (PegPeople   *self,
                  const char  *token,
                  gint64       now_us,
                  GError     **error)
{
  PegCaller *caller;

  g_return_val_if_fail (PEG_IS_PEOPLE (self), NULL);
  g_return_val_if_fail (token != NULL, NULL);

  peg_people_look_again (self);

  if (g_ascii_strncasecmp (token, PEG_TOKEN_PREFIX, strlen (PEG_TOKEN_PREFIX)) == 0)
    caller = check_token (self, token, error);
  else
    caller = check_signed (self, token, now_us, error);

  if (caller != NULL)
    see (self, caller, now_us);

  return caller;
}

/**
 * peg_people_is_current:
 * @self: the people
 * @caller: who somebody proved to be a while ago
 * @now_us: the time, µs since 1970
 *
 * Returns: whether they could still prove it
 */
gboolean
peg_people_is_current (PegPeople       *self,
                       const PegCaller *caller,
                       gint64           now_us)
{
  const PegPerson *person;

  g_return_val_if_fail (PEG_IS_PEOPLE (self), FALSE);

  if (caller->expires_s != 0 &&
      now_us / G_USEC_PER_SEC >= caller->expires_s + PEG_JWT_LEEWAY_S)
    return FALSE;

  person = find (self, caller->name);
  if (caller->kind == PEG_CALLER_FOREIGN)
    return person == NULL || person->token_hash != NULL;

  return person != NULL && person->token_hash != NULL && person->token_us == caller->generation &&
         (caller->session_id == NULL ||
          !peg_ledger_is_session_ended (self->ledger, caller->session_id));
}

/**
 * peg_people_get_role:
 * @self: the people
 * @caller: who somebody proved to be a while ago
 *
 * Returns: what they may do now
 */
PegRole
peg_people_get_role (PegPeople       *self,
                     const PegCaller *caller)
{
  const PegPerson *person;

  g_return_val_if_fail (PEG_IS_PEOPLE (self), PEG_ROLE_NONE);

  person = find (self, caller->name);

  return person != NULL ? person->role : caller->role;
}

/**
 * peg_people_make_session:
 * @self: the people
 * @caller: who signed in, with the token of a person or a session
 * @now_us: the time, µs since 1970
 *
 * Makes what a client sends from now on instead of the token. It ends by itself,
 * and at once when the person gets another token or is removed; the role is not
 * in it, so that another one counts at once, too.
 *
 * Returns: (transfer full): a token that counts for %PEG_PEOPLE_SESSION_S
 */
char *
peg_people_make_session (PegPeople       *self,
                         const PegCaller *caller,
                         gint64           now_us)
{
  g_autofree char *id = g_uuid_string_random ();
  gint64 now_s = now_us / G_USEC_PER_SEC;
  const PegJwt session = {
    .user = caller->name,
    .issuer = (char *) PEG_JWT_AUDIENCE,
    .id = id,
    .generation = caller->generation,
    .issued_s = now_s,
    .expires_s = now_s + PEG_PEOPLE_SESSION_S,
  };

  g_return_val_if_fail (PEG_IS_PEOPLE (self), NULL);
  g_return_val_if_fail (caller->kind != PEG_CALLER_FOREIGN, NULL);

  return peg_jwt_sign (&session, self->session_secret);
}

/**
 * peg_people_end_session:
 * @self: the people
 * @caller: who signs out
 * @now_us: the time, µs since 1970
 * @error: return location for an error of %G_IO_ERROR
 *
 * Ends a session. The token of a person goes on: `pegboardd user token` makes
 * another one.
 *
 * Returns: whether it is ended, or there was none to end
 */
gboolean
peg_people_end_session (PegPeople        *self,
                        const PegCaller  *caller,
                        gint64            now_us,
                        GError          **error)
{
  g_return_val_if_fail (PEG_IS_PEOPLE (self), FALSE);

  if (caller->session_id == NULL)
    return TRUE;

  if (!peg_ledger_end_session (self->ledger, caller->session_id,
                               caller->expires_s + PEG_JWT_LEEWAY_S, now_us / G_USEC_PER_SEC, error))
    return FALSE;

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  return TRUE;
}
