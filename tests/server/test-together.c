/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "shop-fixture.h"

#include <sqlite3.h>

/* Check-outs that the ledger keeps together. */

#define N_FILES 30

static void
count_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  guint *answers = user_data;
  g_autoptr (PegEntry) entry = peg_shop_check_out_finish (PEG_SHOP (source), result, NULL);

  answers[entry != NULL ? 0 : 1]++;
}

static char *
make_name (guint i)
{
  return g_strdup_printf ("many/%u.nc", i);
}

/* How many commits there were since the write-ahead log began: a frame of it says at
 * byte 4 how large the database is, when it is the last one of a commit
 * (sqlite.org/fileformat2.html, 4.1). */
static guint
count_commits (ShopFixture *self)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db-wal", NULL);
  g_autofree char *data = NULL;
  gsize length, page;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  page = (gsize) ((guint8) data[8] << 24 | (guint8) data[9] << 16 | (guint8) data[10] << 8 |
                  (guint8) data[11]);
  for (gsize at = 32; at + 24 + page <= length; at += 24 + page) {
    if (memcmp (data + at + 4, "\0\0\0\0", 4) != 0)
      n++;
  }

  return n;
}

static void
add_files (ShopFixture *self)
{
  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *name = make_name (i);

    peg_test_write (self->root, name, name);
  }
  peg_vault_rescan (peg_shop_get_vault (self->shop));
  peg_test_wait_until (peg_shop_get_n_files (self->shop) == N_FILES + 3);
}

static void
ask_for_all (ShopFixture *self,
             const char  *user,
             guint       *answers)
{
  for (guint i = 0; i < N_FILES; i++) {
    PegWireRequest request = { .user = (char *) (i == 7 ? user : "kim") };
    g_autofree char *name = make_name (i);

    peg_shop_check_out_async (self->shop, name, &request, NULL, count_cb, answers);
  }

  /* The main loop stands still until nearly all are read. */
  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *name = make_name (i);
    g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
    gint64 end_us = g_get_monotonic_time () + PEG_TEST_CAP_US;

    while (!peg_objects_has (peg_shop_get_objects (self->shop), hash)) {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      g_thread_yield ();
    }
  }
}

/* Those who ask at once wait for one commit, and each change is told. */
static void
test_together (ShopFixture   *self,
               gconstpointer  data)
{
  guint answers[2] = { 0, 0 };
  guint64 seq;
  guint before;

  add_files (self);
  seq = peg_ledger_get_seq (peg_shop_get_ledger (self->shop));
  before = count_commits (self);
  g_ptr_array_set_size (self->records, 0);
  ask_for_all (self, "dana", answers);
  peg_test_wait_until (answers[0] + answers[1] == N_FILES);

  g_assert_cmpuint (answers[0], ==, N_FILES);
  g_assert_cmpuint (self->records->len, ==, N_FILES);
  g_assert_cmpuint (peg_ledger_get_seq (peg_shop_get_ledger (self->shop)), ==, seq + N_FILES);
  g_assert_cmpuint (count_commits (self) - before, <, N_FILES / 2);

  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "many/7.nc", "dana");
  shop_fixture_assert_holder (self, "many/8.nc", "kim");
}

/* One that the ledger does not take fails alone. */
static void
test_alone (ShopFixture   *self,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  guint answers[2] = { 0, 0 };
  sqlite3 *database;

  add_files (self);
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "CREATE TRIGGER broken BEFORE INSERT ON locks"
                                 " WHEN NEW.holder = 'dana' BEGIN SELECT RAISE(ABORT, 'no'); END",
                                 NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);

  ask_for_all (self, "dana", answers);
  peg_test_wait_until (answers[0] + answers[1] == N_FILES);
  g_assert_cmpuint (answers[0], ==, N_FILES - 1);
  g_assert_cmpuint (answers[1], ==, 1);

  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "many/7.nc", NULL);
  shop_fixture_assert_holder (self, "many/8.nc", "kim");
}

#define add(name, func) \
  g_test_add ("/server/together/" name, ShopFixture, NULL, shop_fixture_set_up, func, \
              shop_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("all", test_together);
  add ("alone", test_alone);

  return g_test_run ();
}
