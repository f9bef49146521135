/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-jwt.h"
#include "peg-people.h"
#include "peg-secret.h"
#include "peg-server-test.h"
#include "peg-token.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

typedef struct {
  char *folder; /* (owned) */
  char *path;   /* (owned): of the ledger */
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = peg_test_make_folder ();
  self->path = g_build_filename (self->folder, "ledger.db", NULL);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_free (self->path);
  peg_test_remove_folder (self->folder);
}

static void
test_people_roles (void)
{
  PegRole role = PEG_ROLE_NONE;

  for (guint i = PEG_ROLE_VIEWER; i <= PEG_ROLE_ADMIN; i++) {
    g_assert_true (peg_role_from_text (peg_role_to_text ((PegRole) i), &role));
    g_assert_cmpuint (role, ==, i);
  }
  g_assert_null (peg_role_to_text (PEG_ROLE_NONE));
  g_assert_false (peg_role_from_text ("Admin", &role));
  g_assert_false (peg_role_from_text ("", &role));
  g_assert_false (peg_role_from_text (NULL, &role));
  g_assert_cmpuint (role, ==, PEG_ROLE_ADMIN);
}

/* What is typed in another way is the same token; one wrong character is none. */
static void
test_people_token (void)
{
  for (guint i = 0; i < 200; i++) {
    g_autofree char *token = peg_token_make ();
    g_autofree char *other = peg_token_make ();
    g_autofree char *typed = g_ascii_strdown (token, -1);
    g_autofree char *hash = peg_token_hash (token);
    g_autofree char *hash_typed = NULL;
    gsize at = 4 + (gsize) g_random_int_range (0, (gint32) strlen (token) - 4);

    g_assert_true (g_str_has_prefix (token, "peg_"));
    g_assert_cmpuint (strlen (hash), ==, 64);
    g_strdelimit (typed, "-", ' ');
    for (char *c = typed + 4; *c != '\0'; c++)
      *c = *c == '0' ? 'o' : *c == '1' ? 'l' : *c;
    hash_typed = peg_token_hash (typed);
    g_assert_cmpstr (hash_typed, ==, hash);
    g_assert_cmpstr (token, !=, other);

    if (token[at] != '-') {
      token[at] = token[at] == 'Z' ? 'Y' : 'Z';
      g_assert_null (peg_token_hash (token));
    }
  }
}

static void
test_people_bad_tokens (void)
{
  g_autofree char *token = peg_token_make ();
  g_autofree char *short_one = g_strndup (token, strlen (token) - 1);
  g_autofree char *long_one = g_strconcat (token, "0", NULL);
  g_autofree char *endless = g_strnfill (100000, '0');
  g_autofree char *prefixed = g_strconcat ("peg_", endless, NULL);
  const char *bad[] = { NULL, "", "peg_", "peg", token + 4, short_one, long_one, prefixed,
                        "peg_\xff\xfe", "peg_!!!!" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (peg_token_hash (bad[i]));
}

static void
test_people_equal (void)
{
  guint8 a[32], b[32];

  peg_secret_fill (a, sizeof a);
  memcpy (b, a, sizeof a);
  g_assert_true (peg_constant_time_equal (a, b, sizeof a));
  for (guint i = 0; i < sizeof a * 8; i++) {
    b[i / 8] = (guint8) (b[i / 8] ^ 1 << i % 8);
    g_assert_false (peg_constant_time_equal (a, b, sizeof a));
    b[i / 8] = (guint8) (b[i / 8] ^ 1 << i % 8);
  }
  g_assert_true (peg_constant_time_equal (a, "", 0));
}

static void
test_people_secret (Fixture       *self,
                    gconstpointer  data)
{
  static const struct {
    const char *text;
    int mode;
    GIOErrorEnum code; /* 0: it is taken */
  } cases[] = {
    { "0123456789abcdef0123456789abcdef", 0600, 0 },
    { "0123456789abcdef0123456789abcdef\n", 0640, 0 },
    { "0123456789abcdef0123456789abcdef", 0400, 0 },
    { "0123456789abcdef0123456789abcdef", 0604, G_IO_ERROR_PERMISSION_DENIED },
    { "0123456789abcdef0123456789abcdef", 0644, G_IO_ERROR_PERMISSION_DENIED },
    { "0123456789abcdef0123456789abcdef", 0660, G_IO_ERROR_PERMISSION_DENIED },
    { "0123456789abcdef0123456789abcde\n", 0600, G_IO_ERROR_INVALID_DATA },
    { "", 0600, G_IO_ERROR_INVALID_DATA },
  };
  g_autofree char *path = g_build_filename (self->folder, "secret", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_secret_read (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) secret = NULL;

    g_clear_error (&error);
    g_remove (path);
    peg_test_write (self->folder, "secret", cases[i].text);
    g_assert_cmpint (g_chmod (path, cases[i].mode), ==, 0);
    secret = peg_secret_read (path, &error);
    if (cases[i].code == 0) {
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (secret), ==, 32);
    } else {
      g_assert_null (secret);
      g_assert_error (error, G_IO_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, path));
    }
  }
}

/* The server's own secret is made once, for its user alone. */
static void
test_people_own_secret (Fixture       *self,
                        gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->folder, "session.key", NULL);
  g_autofree char *other_path = g_build_filename (self->folder, "other.key", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) made = peg_secret_read_or_make (path, &error);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) other = NULL;
  GStatBuf status;

  g_assert_no_error (error);
  again = peg_secret_read_or_make (path, &error);
  other = peg_secret_read_or_make (other_path, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (made, again));
  g_assert_false (g_bytes_equal (made, other));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_people_ledger (Fixture       *self,
                    gconstpointer  data)
{
  PegPerson values = { (char *) "dana", PEG_ROLE_LEAD, (char *) "00ff", 10, 20, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PegLedger) ledger = peg_ledger_open (self->path, &error);
  g_autoptr (PegLedger) other = NULL;
  g_autoptr (PegPerson) found = NULL;
  g_autoptr (PegPerson) nobody = NULL;
  g_autoptr (GPtrArray) people = NULL;
  gint64 changes;

  g_assert_no_error (error);
  other = peg_ledger_open (self->path, &error);
  g_assert_no_error (error);
  changes = peg_ledger_get_changes (ledger);

  /* Another process writes, while this one has the ledger open. */
  g_assert_true (peg_ledger_write_person (other, &values, &error));
  g_assert_cmpint (peg_ledger_get_changes (ledger), !=, changes);
  changes = peg_ledger_get_changes (ledger);
  g_assert_true (peg_ledger_see_person (ledger, "dana", 30, &error));
  g_assert_cmpint (peg_ledger_get_changes (ledger), ==, changes);

  found = peg_ledger_find_person (ledger, "dana", &error);
  nobody = peg_ledger_find_person (ledger, "Dana", &error);
  g_assert_no_error (error);
  g_assert_null (nobody);
  g_assert_cmpstr (found->name, ==, "dana");
  g_assert_cmpstr (found->token_hash, ==, "00ff");
  g_assert_cmpuint (found->role, ==, PEG_ROLE_LEAD);
  g_assert_cmpint (found->created_us, ==, 10);
  g_assert_cmpint (found->token_us, ==, 20);
  g_assert_cmpint (found->seen_us, ==, 30);

  values.name = (char *) "ada";
  values.token_hash = NULL;
  g_assert_true (peg_ledger_write_person (ledger, &values, &error));
  people = peg_ledger_list_people (ledger, &error);
  g_assert_cmpuint (people->len, ==, 2);
  g_assert_null (((PegPerson *) g_ptr_array_index (people, 0))->token_hash);
}

static void
test_people_sessions (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegLedger) ledger = peg_ledger_open (self->path, &error);

  g_assert_false (peg_ledger_is_session_ended (ledger, "s"));
  g_assert_true (peg_ledger_end_session (ledger, "s", 100, 50, &error));
  g_assert_true (peg_ledger_end_session (ledger, "s", 100, 50, &error));
  g_assert_true (peg_ledger_is_session_ended (ledger, "s"));

  /* It would be over by now anyway, and takes no more room. */
  g_assert_true (peg_ledger_end_session (ledger, "t", 300, 101, &error));
  g_assert_false (peg_ledger_is_session_ended (ledger, "s"));
  g_assert_true (peg_ledger_is_session_ended (ledger, "t"));
}

/* Two ledgers on one file: the server’s, and that of “pegboardd user”. */
typedef struct {
  PegLedger *ledger;  /* (owned) */
  PegLedger *command; /* (owned) */
  GBytes *own;        /* (owned) */
  GBytes *foreign;    /* (owned) */
  PegPeople *people;  /* (owned) */
  char *token;        /* (owned): of dana, a machinist */
  guint n_changed;
} Shop;

#define NOW_S G_GINT64_CONSTANT (1795217942)
#define NOW_US (NOW_S * G_USEC_PER_SEC)

static char *
write_person (PegLedger  *ledger,
              const char *name,
              PegRole     role,
              gint64      token_us)
{
  g_autofree char *token = token_us != 0 ? peg_token_make () : NULL;
  g_autofree char *hash = peg_token_hash (token);
  const PegPerson person = { (char *) name, role, hash, 1, token_us, 0 };

  g_assert_true (peg_ledger_write_person (ledger, &person, NULL));

  return g_steal_pointer (&token);
}

static void
changed_cb (PegPeople *people,
            Shop      *shop)
{
  shop->n_changed++;
}

static void
shop_open (Shop    *self,
           Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  *self = (Shop) { 0 };
  self->ledger = peg_ledger_open (fixture->path, &error);
  self->command = peg_ledger_open (fixture->path, &error);
  g_assert_no_error (error);
  self->token = write_person (self->command, "dana", PEG_ROLE_MACHINIST, 5);
  self->own = g_bytes_new_static ("an own secret of thirty-two bytes", 32);
  self->foreign = g_bytes_new_static ("a shared secret of 32 bytes.....", 32);
  self->people = peg_people_new (self->ledger, self->own, self->foreign, &error);
  g_assert_no_error (error);
  g_signal_connect (self->people, "changed", G_CALLBACK (changed_cb), self);
}

static void
shop_clear (Shop *self)
{
  g_assert_finalize_object (self->people);
  g_bytes_unref (self->own);
  g_bytes_unref (self->foreign);
  peg_ledger_free (self->command);
  peg_ledger_free (self->ledger);
  g_free (self->token);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shop, shop_clear)

static char *
sign_foreign (Shop       *self,
              const char *user,
              const char *role,
              gint64      expires_s)
{
  const PegJwt claims = { .user = (char *) user, .role = (char *) role, .expires_s = expires_s };

  return peg_jwt_sign (&claims, self->foreign);
}

static void
test_people_who (Fixture       *self,
                 gconstpointer  data)
{
  g_auto (Shop) shop = { 0 };
  g_autoptr (PegCaller) caller = NULL;
  g_autoptr (PegCaller) copy = NULL;
  g_autofree char *other = peg_token_make ();
  g_autoptr (GError) error = NULL;
  const char *wrong[] = { "", "peg_", other, "dana", "a.b.c", "Bearer x" };

  shop_open (&shop, self);
  g_assert_true (peg_people_is_on (shop.people));
  caller = peg_people_check (shop.people, shop.token, NOW_US, &error);
  g_assert_no_error (error);
  copy = peg_caller_copy (caller);
  g_assert_cmpstr (copy->name, ==, "dana");
  g_assert_cmpuint (copy->role, ==, PEG_ROLE_MACHINIST);
  g_assert_cmpint (copy->expires_s, ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_assert_null (peg_people_check (shop.people, wrong[i], NOW_US, &error));
    g_assert_error (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_WRONG);
    g_clear_error (&error);
  }
}

/* A session counts for its time, and ends with the token that it was made of, with
 * the person, and with a sign-out. */
static void
test_people_session (Fixture       *self,
                     gconstpointer  data)
{
  const gint64 end_us = NOW_US + (PEG_PEOPLE_SESSION_S + PEG_JWT_LEEWAY_S) * (gint64) G_USEC_PER_SEC;
  g_auto (Shop) shop = { 0 };
  g_autoptr (PegCaller) dana = NULL;
  g_autoptr (PegCaller) first = NULL;
  g_autoptr (PegCaller) second = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *renewed = NULL;
  g_autoptr (GError) error = NULL;

  shop_open (&shop, self);
  dana = peg_people_check (shop.people, shop.token, NOW_US, &error);
  one = peg_people_make_session (shop.people, dana, NOW_US);
  two = peg_people_make_session (shop.people, dana, NOW_US);
  g_assert_cmpstr (one, !=, two);

  first = peg_people_check (shop.people, one, end_us - 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (first->expires_s, ==, NOW_S + PEG_PEOPLE_SESSION_S);
  g_assert_true (peg_people_is_current (shop.people, first, end_us - 1));
  g_assert_false (peg_people_is_current (shop.people, first, end_us));
  g_assert_null (peg_people_check (shop.people, one, end_us, &error));
  g_assert_error (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_EXPIRED);
  g_clear_error (&error);

  g_assert_true (peg_people_end_session (shop.people, first, NOW_US, &error));
  g_assert_cmpuint (shop.n_changed, ==, 1);
  g_assert_false (peg_people_is_current (shop.people, first, NOW_US));
  g_assert_null (peg_people_check (shop.people, one, NOW_US, &error));
  g_assert_error (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_WRONG);
  g_clear_error (&error);
  second = peg_people_check (shop.people, two, NOW_US, &error);
  g_assert_no_error (error);

  renewed = write_person (shop.command, "dana", PEG_ROLE_MACHINIST, 6);
  g_assert_null (peg_people_check (shop.people, two, NOW_US, &error));
  g_assert_error (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_WRONG);
  g_assert_false (peg_people_is_current (shop.people, second, NOW_US));
}

/* Whatever “pegboardd user” does counts at once, and the sockets are told. */
static void
test_people_changes (Fixture       *self,
                     gconstpointer  data)
{
  g_auto (Shop) shop = { 0 };
  g_autoptr (PegCaller) before = NULL;
  g_autoptr (PegCaller) after = NULL;
  g_autofree char *nothing = NULL;
  g_autoptr (PegPerson) dana = NULL;

  shop_open (&shop, self);
  before = peg_people_check (shop.people, shop.token, NOW_US, NULL);
  dana = peg_ledger_find_person (shop.command, "dana", NULL);
  dana->role = PEG_ROLE_LEAD;
  g_assert_true (peg_ledger_write_person (shop.command, dana, NULL));
  after = peg_people_check (shop.people, shop.token, NOW_US, NULL);
  g_assert_cmpuint (after->role, ==, PEG_ROLE_LEAD);
  g_assert_cmpuint (shop.n_changed, ==, 1);
  g_assert_true (peg_people_is_current (shop.people, before, NOW_US));

  nothing = write_person (shop.command, "dana", PEG_ROLE_LEAD, 0);
  peg_people_look_again (shop.people);
  g_assert_cmpuint (shop.n_changed, ==, 2);
  g_assert_false (peg_people_is_current (shop.people, before, NOW_US));
  g_assert_null (peg_people_check (shop.people, shop.token, NOW_US, NULL));

  /* Nobody is left, and still nobody is believed. */
  g_assert_true (peg_people_is_on (shop.people));
}

static void
test_people_foreign (Fixture       *self,
                     gconstpointer  data)
{
  static const struct {
    const char *user;
    const char *role;
    PegRole expected; /* NONE: not let in */
  } cases[] = {
    { "eve", NULL, PEG_ROLE_VIEWER },
    { "eve", "machinist", PEG_ROLE_MACHINIST },
    { "eve", "god", PEG_ROLE_VIEWER },
    { "dana", "admin", PEG_ROLE_MACHINIST },
    { "kim", "admin", PEG_ROLE_NONE },
    { NULL, "admin", PEG_ROLE_NONE },
    { "a\nb", "admin", PEG_ROLE_NONE },
  };
  g_auto (Shop) shop = { 0 };
  g_autofree char *nothing = NULL;
  g_autofree char *late = NULL;
  g_autoptr (PegPeople) closed = NULL;
  g_autoptr (GError) error = NULL;

  shop_open (&shop, self);
  nothing = write_person (shop.command, "kim", PEG_ROLE_ADMIN, 0);
  closed = peg_people_new (shop.ledger, shop.own, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *token = sign_foreign (&shop, cases[i].user, cases[i].role, NOW_S + 10);
    g_autoptr (PegCaller) caller = peg_people_check (shop.people, token, NOW_US, NULL);

    g_assert_true ((caller != NULL) == (cases[i].expected != PEG_ROLE_NONE));
    if (caller != NULL) {
      g_assert_cmpstr (caller->name, ==, cases[i].user);
      g_assert_cmpuint (caller->role, ==, cases[i].expected);
      g_assert_true (peg_people_is_current (shop.people, caller, NOW_US));
    }
    g_assert_null (peg_people_check (closed, token, NOW_US, NULL));
  }

  late = sign_foreign (&shop, "eve", NULL, NOW_S - PEG_JWT_LEEWAY_S);
  g_assert_null (peg_people_check (shop.people, late, NOW_US, &error));
  g_assert_error (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_EXPIRED);
}

/* A shop without people believes names, until the first person is added. */
static void
test_people_none (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = peg_ledger_open (self->path, NULL);
  g_autoptr (PegLedger) command = peg_ledger_open (self->path, NULL);
  g_autoptr (GBytes) own = g_bytes_new_static ("an own secret of thirty-two bytes", 32);
  PegPeople *people = peg_people_new (ledger, own, NULL, NULL);
  PegPeople *shared = peg_people_new (ledger, own, own, NULL);
  g_autofree char *token = NULL;

  g_assert_false (peg_people_is_on (people));
  g_assert_true (peg_people_is_on (shared));
  token = write_person (command, "dana", PEG_ROLE_VIEWER, 5);
  peg_people_look_again (people);
  g_assert_true (peg_people_is_on (people));
  g_assert_finalize_object (people);
  g_assert_finalize_object (shared);
}

/* It is kept when somebody was here, and not at every request. */
static void
test_people_seen (Fixture       *self,
                  gconstpointer  data)
{
  g_auto (Shop) shop = { 0 };
  const gint64 times_s[] = { 0, 1, 299, 300 };

  shop_open (&shop, self);
  for (guint i = 0; i < G_N_ELEMENTS (times_s); i++) {
    g_autoptr (PegCaller) caller = peg_people_check (shop.people, shop.token,
                                                     NOW_US + times_s[i] * G_USEC_PER_SEC, NULL);
    g_autoptr (PegPerson) person = peg_ledger_find_person (shop.command, "dana", NULL);

    g_assert_nonnull (caller);
    g_assert_cmpint (person->seen_us, ==, NOW_US + (i < 3 ? 0 : 300 * (gint64) G_USEC_PER_SEC));
  }
}

#define add(name, func) \
  g_test_add ("/server/people/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/people/roles", test_people_roles);
  g_test_add_func ("/server/people/token", test_people_token);
  g_test_add_func ("/server/people/bad-tokens", test_people_bad_tokens);
  g_test_add_func ("/server/people/equal", test_people_equal);
  add ("secret", test_people_secret);
  add ("own-secret", test_people_own_secret);
  add ("ledger", test_people_ledger);
  add ("sessions", test_people_sessions);
  add ("who", test_people_who);
  add ("session", test_people_session);
  add ("changes", test_people_changes);
  add ("foreign", test_people_foreign);
  add ("none", test_people_none);
  add ("seen", test_people_seen);

  return g_test_run ();
}
