/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-cache.h"
#include "peg-link.h"
#include "peg-worker-private.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define S ((gint64) G_USEC_PER_SEC)
#define URL "http://shop:8420"

/* As many as the largest shops have (docs/architecture.md, “Speed”). */
#define MANY 100000

typedef struct {
  char *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("pegboard-cache-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      empty (path);
    else
      g_assert_cmpint (g_unlink (path), ==, 0);
  }

  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  empty (fixture->folder);
  g_clear_pointer (&fixture->folder, g_free);
}

static PegEntry *
full_entry (guint i)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autofree char *name = g_strdup_printf ("%07u_AB%u.mcam", 1000000 + i / 3, i % 90);
  g_autofree char *path = g_strdup_printf ("parts/%u/%s", i / 100, name);
  g_autofree char *id = g_strdup_printf ("f%u", i);
  g_autofree char *sha256 = g_strdup_printf ("%064u", i);

  fields.filename = name;
  fields.id = id;
  fields.path = path;
  fields.description = "BRACKET “LEFT”";
  fields.sha256 = sha256;
  fields.size = i;
  fields.version = i + 1;
  fields.modified_us = 1700000000 * S;
  fields.major = 1;
  fields.minor = (int) (i % 10);

  if (i % 7 == 0) {
    fields.holder = "Dana";
    fields.station = "VF-4";
    fields.reason = "op20 chamfer";
    fields.lock_id = "lock";
    fields.since_us = 1700000001 * S;
    fields.last_seen_us = 1700000002 * S;
    fields.token = i + 5;
    fields.flags = PEG_ENTRY_CHANGED_OUTSIDE;
  }

  return peg_entry_new (&fields);
}

static PegCached *
new_cached (guint n)
{
  PegCached *cached = g_new0 (PegCached, 1);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  cached->url = g_strdup (URL);
  cached->user = g_strdup ("ada");
  cached->name = g_strdup ("Shop North");
  cached->epoch = g_strdup ("e1");
  cached->seq = 4711;
  cached->wall_us = 1700000003 * S;
  cached->offset_us = -90 * S;
  cached->window_ms = 1500;
  cached->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  /* A server may tell nothing but a name. */
  fields.filename = "bare";
  g_ptr_array_add (cached->entries, peg_entry_new (&fields));
  for (guint i = 1; i < n; i++)
    g_ptr_array_add (cached->entries, full_entry (i));

  return cached;
}

static void
assert_same (const PegCached *a,
             const PegCached *b)
{
  g_assert_cmpstr (a->url, ==, b->url);
  g_assert_cmpstr (a->user, ==, b->user);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->epoch, ==, b->epoch);
  g_assert_cmpuint (a->seq, ==, b->seq);
  g_assert_cmpint (a->wall_us, ==, b->wall_us);
  g_assert_cmpint (a->offset_us, ==, b->offset_us);
  g_assert_cmpuint (a->window_ms, ==, b->window_ms);
  g_assert_cmpint (a->placeholder, ==, b->placeholder);
  g_assert_cmpuint (a->entries->len, ==, b->entries->len);

  for (guint i = 0; i < a->entries->len; i++) {
    g_assert_true (peg_entry_equal (a->entries->pdata[i], b->entries->pdata[i]));
    g_assert_cmpint (peg_entry_compare (a->entries->pdata[i], b->entries->pdata[i]), ==, 0);
  }
}

static void
save (Fixture         *fixture,
      const PegCached *cached)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_cache_save (fixture->folder, cached, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (PegCached) cached = new_cached (50);
  g_autoptr (PegCached) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = peg_cache_dup_path (fixture->folder, URL, "ada");
  g_autofree char *aside = NULL;
  struct stat info;

  save (fixture, cached);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  again = peg_cache_load (fixture->folder, URL, "ada", &aside, &error);
  g_assert_no_error (error);
  g_assert_null (aside);
  assert_same (cached, again);
}

/* Neither another person’s nor another server’s is ever found, and a name is no
 * path. */
static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (PegCached) cached = new_cached (2);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = peg_cache_dup_path (fixture->folder, "http://x/../../..", "../../etc");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *a = peg_cache_dup_path (fixture->folder, "ab", "c");
  g_autofree char *b = peg_cache_dup_path (fixture->folder, "a", "bc");

  g_assert_cmpstr (folder, ==, fixture->folder);
  g_assert_cmpstr (a, !=, b);

  save (fixture, cached);
  g_assert_null (peg_cache_load (fixture->folder, URL, "bo", NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  peg_cache_forget (fixture->folder, URL, "ada");
  g_assert_null (peg_cache_load (fixture->folder, URL, "ada", NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* Whatever happens to the bytes: it is noticed, and nothing is read. */
static void
test_damage (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (PegCached) cached = new_cached (9);
  g_autoptr (GBytes) bytes = peg_cache_encode (cached, NULL);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *copy = g_memdup2 (text, length);

  for (gsize i = 0; i < length; i++) {
    g_autoptr (GError) error = NULL;

    copy[i] ^= 0x40;
    g_assert_null (peg_cache_decode (copy, length, &error));
    g_assert_true (g_error_matches (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_DAMAGED) ||
                   g_error_matches (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_NEWER));
    copy[i] ^= 0x40;

    g_clear_error (&error);
    g_assert_null (peg_cache_decode (copy, i, &error));
    g_assert_error (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_DAMAGED);
  }
}

static void
assert_set_aside (Fixture       *fixture,
                  PegCacheError  code)
{
  g_autofree char *path = peg_cache_dup_path (fixture->folder, URL, "ada");
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_cache_load (fixture->folder, URL, "ada", &aside, &error));
  g_assert_error (error, PEG_CACHE_ERROR, (int) code);
  g_assert_nonnull (aside);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_set_aside (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (PegCached) cached = new_cached (9);
  g_autofree char *path = peg_cache_dup_path (fixture->folder, URL, "ada");
  g_autofree char *text = NULL;
  gsize length;

  save (fixture, cached);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));

  g_assert_true (g_file_set_contents (path, text, (gssize) length / 2, NULL));
  assert_set_aside (fixture, PEG_CACHE_ERROR_DAMAGED);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  assert_set_aside (fixture, PEG_CACHE_ERROR_DAMAGED);

  text[8] = 99;
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  assert_set_aside (fixture, PEG_CACHE_ERROR_NEWER);

  g_free (cached->user);
  cached->user = g_strdup ("bo");
  save (fixture, cached);
  g_free (text);
  {
    g_autofree char *other = peg_cache_dup_path (fixture->folder, URL, "bo");

    g_assert_cmpint (g_rename (other, path), ==, 0);
  }
  text = NULL;
  assert_set_aside (fixture, PEG_CACHE_ERROR_FOREIGN);
}

/* What is larger than the limit is not kept, and neither is what was before. */
static void
test_too_big (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PegCached) cached = new_cached (3);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (PEG_CACHE_MAX_BYTES / 64, 'x');
  g_autoptr (PegEntry) entry = NULL;
  g_autofree char *path = peg_cache_dup_path (fixture->folder, URL, "ada");
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  save (fixture, cached);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  fields.filename = "a";
  fields.reason = text;
  fields.holder = "ada";
  entry = peg_entry_new (&fields);
  for (guint i = 0; i < 64; i++)
    g_ptr_array_add (cached->entries, peg_entry_ref (entry));
  g_assert_false (peg_cache_save (fixture->folder, cached, &error));
  g_assert_error (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_TOO_BIG);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static guint
n_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* It is written in parts, which nobody can tell afterwards. */
static void
test_speed (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (PegCached) cached = new_cached (MANY);
  g_autoptr (PegCached) again = NULL;
  g_autofree char *path = peg_cache_dup_path (fixture->folder, URL, "ada");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *content = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;
  gint64 begin_us = g_get_monotonic_time ();
  double written_ms, read_ms;

  save (fixture, cached);
  written_ms = (double) (g_get_monotonic_time () - begin_us) / 1000.0;

  begin_us = g_get_monotonic_time ();
  again = peg_cache_load (fixture->folder, URL, "ada", NULL, &error);
  read_ms = (double) (g_get_monotonic_time () - begin_us) / 1000.0;
  g_assert_no_error (error);
  g_assert_cmpuint (again->entries->len, ==, MANY);
  bytes = peg_cache_encode (cached, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, &length, &error));
  g_assert_cmpmem (content, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpuint (n_files (fixture), ==, 1);

  g_test_message ("%d files: written in %.0f ms, read in %.0f ms", MANY, written_ms, read_ms);
}

/* The worker, with a folder of its own. */
typedef struct {
  FakeServer *server;
  FakeClock *clock;
  FakeRandom *random;
  PegStore *store;
  PegWorker *worker;
} Run;

static void
run_connect (Run *run)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (run->server, "http", "");

  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (run->worker, &(PegWorkerTarget) { .address = &address, .user = "ada" });
}

static void
run_make (Run        *run,
          Fixture    *fixture,
          FakeServer *server)
{
  run->server = server;
  run->clock = fake_clock_new ();
  run->random = fake_random_new (0.5);
  run->store = peg_store_new ();
  run->worker = peg_worker_new (run->store, PEG_CLOCK (run->clock), PEG_RANDOM (run->random));
  peg_worker_set_cache (run->worker, fixture->folder);
}

static void
run_begin (Run        *run,
           Fixture    *fixture,
           FakeServer *server)
{
  run_make (run, fixture, server);
  run_connect (run);
}

static void
run_end (Run *run)
{
  peg_worker_shut_down (run->worker);
  g_assert_cmpuint (fake_clock_n_timers (run->clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&run->worker));
  g_assert_finalize_object (g_steal_pointer (&run->clock));
  g_assert_finalize_object (g_steal_pointer (&run->random));
  g_assert_finalize_object (g_steal_pointer (&run->store));
}

static gboolean
is_live (Run *run)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (run->store);

  return peg_snapshot_is_live (snapshot);
}

static char *
path_for (Fixture    *fixture,
          FakeServer *server)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (server, "http", "");

  g_assert_true (peg_address_parse (&address, url, NULL));

  return peg_cache_dup_path (fixture->folder, address.http, "ada");
}

#define TREE \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"," \
  "\"status\":\"locked\",\"locked_by\":\"bo\"},{\"filename\":\"b.nc\"}]}}"
#define SMALLER "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"}]}}"

/* What was live is kept, and is what the next run shows before it has asked
 * anybody, with the age that it has. */
static void
test_worker (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autofree char *path = path_for (fixture, server);
  g_autoptr (PegSnapshot) snapshot = NULL;
  gint64 wall_us;
  Run run;

  server->greeting = g_strdup (TREE);
  run_begin (&run, fixture, server);
  AWAIT (is_live (&run));
  fake_clock_advance (run.clock, 5 * S - 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  fake_clock_advance (run.clock, 1);
  AWAIT (g_file_test (path, G_FILE_TEST_EXISTS));
  wall_us = peg_clock_get_wall_us (PEG_CLOCK (run.clock));
  g_assert_cmpint (g_unlink (path), ==, 0);

  /* Nothing happened since: nothing is written. */
  fake_clock_advance (run.clock, 20 * S);
  run_end (&run);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  /* What changed before the end is. */
  run_begin (&run, fixture, server);
  AWAIT (is_live (&run));
  run_end (&run);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  run_begin (&run, fixture, server);
  snapshot = peg_store_dup_snapshot (run.store);
  g_assert_false (peg_snapshot_is_live (snapshot));
  g_assert_cmpint (peg_snapshot_get_link (snapshot)->state, ==, PEG_LINK_CONNECTING);
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, 2);
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->out, ==, 1);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), >, 0);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), <=, wall_us);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 0);

  g_free (server->greeting);
  server->greeting = g_strdup (SMALLER);
  AWAIT (is_live (&run));
  g_clear_pointer (&snapshot, peg_snapshot_unref);
  snapshot = peg_store_dup_snapshot (run.store);
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, 1);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 0);
  run_end (&run);
}

static void
run_preload (Run        *run,
             const char *user,
             gboolean    transient)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (run->server, "http", "");

  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_preload (run->worker, &(PegWorkerTarget) {
    .address = &address, .user = user, .transient = transient,
  });
}

/* At the start, what is kept is shown before anything is connected; the connection
 * then goes on with it, and the server’s list takes its place. */
static void
test_preload (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autofree char *path = path_for (fixture, server);
  g_autoptr (PegSnapshot) early = NULL;
  g_autoptr (PegSnapshot) later = NULL;
  g_autoptr (PegSnapshot) other = NULL;
  Run run;

  server->greeting = g_strdup (TREE);
  run_begin (&run, fixture, server);
  AWAIT (is_live (&run));
  run_end (&run);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  run_make (&run, fixture, server);
  run_preload (&run, "ada", FALSE);
  early = peg_store_dup_snapshot (run.store);
  g_assert_cmpint (peg_snapshot_get_link (early)->state, ==, PEG_LINK_CONNECTING);
  g_assert_cmpuint (peg_snapshot_get_counts (early)->all, ==, 2);
  g_assert_cmpint (peg_snapshot_get_as_of_us (early), >, 0);

  /* It is not read again, and nothing of it is thrown away. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  run_connect (&run);
  later = peg_store_dup_snapshot (run.store);
  g_assert_true (peg_snapshot_get_group (later, 0) == peg_snapshot_get_group (early, 0));
  g_assert_cmpint (peg_snapshot_get_link (later)->state, ==, PEG_LINK_CONNECTING);
  AWAIT (is_live (&run));

  /* A server was chosen: too late. */
  run_preload (&run, "bo", FALSE);
  other = peg_store_dup_snapshot (run.store);
  g_assert_cmpstr (peg_snapshot_get_user (other), ==, "ada");
  g_assert_true (peg_snapshot_is_live (other));
  run_end (&run);
}

/* Nothing is shown to one person that was kept for another, nor of a server of
 * which nothing is to be kept. */
static void
test_preload_foreign (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autoptr (PegSnapshot) snapshot = NULL;
  Run run;

  server->greeting = g_strdup (TREE);
  run_begin (&run, fixture, server);
  AWAIT (is_live (&run));
  run_end (&run);

  run_make (&run, fixture, server);
  run_preload (&run, "bo", FALSE);
  snapshot = peg_store_dup_snapshot (run.store);
  g_assert_false (peg_snapshot_has_list (snapshot));
  g_clear_pointer (&snapshot, peg_snapshot_unref);

  /* Somebody else than was thought: nothing of the first is left. */
  run_connect (&run);
  snapshot = peg_store_dup_snapshot (run.store);
  g_assert_cmpstr (peg_snapshot_get_user (snapshot), ==, "ada");
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, 2);
  run_end (&run);
  g_clear_pointer (&snapshot, peg_snapshot_unref);

  run_make (&run, fixture, server);
  run_preload (&run, "ada", TRUE);
  snapshot = peg_store_dup_snapshot (run.store);
  g_assert_false (peg_snapshot_has_list (snapshot));
  run_end (&run);
}

/* After a large list memory is given back, once; after a small one nothing is done. */
static void
test_tidy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autoptr (GString) list = g_string_new ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[");
  guint n;
  Run run;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (list, "%s{\"filename\":\"%u.nc\"}", i > 0 ? "," : "", i);
  g_string_append (list, "]}}");

  server->greeting = g_strdup (TREE);
  run_begin (&run, fixture, server);
  AWAIT (is_live (&run));
  g_assert_cmpuint (run.worker->tidy_timer, ==, 0);

  fake_server_send (server, list->str);
  AWAIT (run.worker->tidy_timer != 0);
  n = fake_clock_n_timers (run.clock);
  fake_clock_advance (run.clock, 2 * S);
  g_assert_cmpuint (run.worker->tidy_timer, ==, 0);
  g_assert_cmpuint (fake_clock_n_timers (run.clock), ==, n - 1);

  /* The next one has a minute. */
  fake_server_send (server, TREE);
  fake_server_send (server, list->str);
  AWAIT (run.worker->tidy_timer != 0);
  fake_clock_advance (run.clock, 10 * S);
  g_assert_cmpuint (run.worker->tidy_timer, !=, 0);
  run_end (&run);
}

/* A damaged tree is said, in words, and everything goes on. */
static void
test_worker_damaged (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autofree char *path = path_for (fixture, server);
  g_autoptr (PegSnapshot) snapshot = NULL;
  const PegNotice *notice;
  Run run;

  g_assert_true (g_file_set_contents (path, "PEGCACHE, or what is left of it", -1, NULL));
  server->greeting = g_strdup (TREE);
  run_begin (&run, fixture, server);
  snapshot = peg_store_dup_snapshot (run.store);
  g_assert_false (peg_snapshot_has_list (snapshot));
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 1);
  notice = peg_snapshot_get_notices (snapshot)->pdata[0];
  g_assert_nonnull (strstr (notice->text, "was damaged"));
  g_assert_nonnull (strstr (notice->text, ".damaged"));

  AWAIT (is_live (&run));
  run_end (&run);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

#define ADD(name, func) \
  g_test_add ("/cache/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("round-trip", test_round_trip);
  ADD ("names", test_names);
  ADD ("damage", test_damage);
  ADD ("set-aside", test_set_aside);
  ADD ("too-big", test_too_big);
  ADD ("speed", test_speed);
  ADD ("worker", test_worker);
  ADD ("worker-damaged", test_worker_damaged);
  ADD ("tidy", test_tidy);
  ADD ("preload", test_preload);
  ADD ("preload/foreign", test_preload_foreign);

  return g_test_run ();
}
