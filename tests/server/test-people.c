/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-person.h"
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

  return g_test_run ();
}
