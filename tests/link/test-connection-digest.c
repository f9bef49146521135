/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

#include "peg-digest.h"

/* What is shown is compared with what the server has, every hour. */

#define ASK "{\"type\":\"digest\"}"

static GPtrArray *logged;

static GLogWriterOutput
keep_writer (GLogLevelFlags   level,
             const GLogField *fields,
             gsize            n_fields,
             gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (level == G_LOG_LEVEL_MESSAGE && g_str_equal (fields[i].key, "MESSAGE"))
      g_ptr_array_add (logged, g_strdup (fields[i].value));
  }

  return G_LOG_WRITER_HANDLED;
}

/* One line, and no other. */
static void
assert_logged (const char *pattern)
{
  g_assert_cmpuint (logged->len, ==, 1);
  g_assert_true (g_pattern_match_simple (pattern, logged->pdata[0]));
  g_ptr_array_set_size (logged, 0);
}

/* Time passes, and the server answers its pings. */
static void
pass (Fixture *fixture,
      gint64   duration_us)
{
  while (duration_us > 0) {
    const gint64 step_us = MIN (duration_us, 20 * S);

    connection_say (fixture, "pong");
    fake_clock_advance (fixture->clock, step_us);
    duration_us -= step_us;
  }
}

static void
answer (Fixture    *fixture,
        guint64     seq,
        const char *lines)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, lines, -1);
  g_autofree char *text = g_strdup_printf ("{\"type\":\"digest\",\"seq\":%" G_GUINT64_FORMAT
                                           ",\"hash\":\"%s\"}", seq, hash);

  connection_say (fixture, text);
}

static GPtrArray *
new_entries (void)
{
  static const struct {
    const char *path;
    guint64 version;
  } files[] = { { "b/ä.nc", 7 }, { "b/Z.nc", 0 }, { "a.nc", 12 } };
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

    fields.filename = fields.path = files[i].path;
    fields.version = files[i].version;
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }

  return entries;
}

/* The order of the files says nothing, their bytes do. */
static void
test_sum (void)
{
  g_autoptr (GPtrArray) entries = new_entries ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *expected =
    g_compute_checksum_for_string (G_CHECKSUM_SHA256, "a.nc 12\nb/Z.nc 0\nb/ä.nc 7\n", -1);
  g_autofree char *sum = peg_digest_entries (entries);
  g_autofree char *sum_of_none = peg_digest_entries (none);
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *sum_of_snapshot = NULL;

  g_assert_cmpstr (sum, ==, expected);
  g_assert_cmpstr (peg_entry_get_path (entries->pdata[0]), ==, "b/ä.nc");
  g_assert_cmpstr (sum_of_none, ==,
                   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  snapshot = peg_snapshot_reduce (empty, &(PegEvent) {
    .kind = PEG_EVENT_LISTED, .listed = { .entries = entries, .epoch = "e", .seq = 1 },
  });
  sum_of_snapshot = peg_digest_snapshot (snapshot);
  g_assert_cmpstr (sum_of_snapshot, ==, expected);
}

static void
test_same (Fixture       *fixture,
           gconstpointer  data)
{
  connection_go_live (fixture);
  pass (fixture, 3600 * S - 1);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 0);
  pass (fixture, 1);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 1);

  answer (fixture, 1, "base.nc 1\n");
  assert_state (fixture, LIVE);

  pass (fixture, 3600 * S);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 2);
}

/* The list comes anew over the same socket; what happens meanwhile is not lost. */
static void
test_different (Fixture       *fixture,
                gconstpointer  data)
{
  FakeTransport *socket;

  connection_go_live (fixture);
  socket = connection_socket (fixture);
  pass (fixture, 3600 * S);

  answer (fixture, 1, "base.nc 2\n");
  assert_logged ("*differs*e/1*");
  assert_state (fixture, SYNCING);
  g_assert_true (connection_socket (fixture) == socket);
  g_assert_cmpstr (fake_transport_last_sent (socket), ==, "{\"type\":\"request_update\"}");
  g_assert_cmpuint (peg_snapshot_get_counts (connection_peek (fixture))->all, ==, 1);

  connection_say (fixture, CHANGE ("e", 2, "new.nc"));
  assert_state (fixture, SYNCING);
  connection_say (fixture,
                  "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"e\",\"seq\":1,"
                  "\"payload\":{\"A\":[" FILE_AT ("base.nc", 2) "]}}");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (peg_snapshot_get_seq (connection_peek (fixture)), ==, 2);
  g_assert_cmpuint (peg_entry_get_version (peg_snapshot_find (connection_peek (fixture), "base.nc")),
                    ==, 2);
  g_assert_nonnull (peg_snapshot_find (connection_peek (fixture), "new.nc"));

  pass (fixture, 3600 * S);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 2);
  answer (fixture, 2, "base.nc 2\nnew.nc 1\n");
  assert_state (fixture, LIVE);
}

/* A server that does not send its list then is left, without a position. */
static void
test_no_list (Fixture       *fixture,
              gconstpointer  data)
{
  connection_go_live (fixture);
  pass (fixture, 3600 * S);
  answer (fixture, 1, "");
  assert_logged ("*differs*");
  assert_state (fixture, SYNCING);

  fake_clock_advance (fixture->clock, 10 * S);
  assert_state (fixture, WAITING);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), "pegboard.1");
  g_assert_null (strstr (fake_transport_last_sent (connection_socket (fixture)), "resume"));
}

/* One of another event cannot be compared. If the server stays ahead without
 * ever having told why, events are missing. */
static void
test_other_event (Fixture       *fixture,
                  gconstpointer  data)
{
  connection_go_live (fixture);

  /* Unasked, and older. */
  answer (fixture, 0, "");
  answer (fixture, 0, "");
  answer (fixture, 0, "");
  answer (fixture, 0, "");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 3);

  pass (fixture, 3600 * S);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 4);
  answer (fixture, 5, "");
  answer (fixture, 5, "");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 6);
  answer (fixture, 5, "");
  assert_state (fixture, SYNCING);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"replay\",\"from\":2}"), ==, 1);
}

/* To compare costs more than to send: what nobody asked for is compared now and
 * then. */
static void
test_flood (Fixture       *fixture,
            gconstpointer  data)
{
  connection_go_live (fixture);
  answer (fixture, 1, "base.nc 1\n");

  for (guint i = 0; i < 1000; i++)
    answer (fixture, 1, "base.nc 2\n");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (logged->len, ==, 0);

  /* What was asked for always is. */
  pass (fixture, 3600 * S);
  answer (fixture, 1, "base.nc 2\n");
  assert_state (fixture, SYNCING);
  assert_logged ("*differs*e/1*");
}

/* A server of the older kind has no events to count. */
static void
test_classic (Fixture       *fixture,
              gconstpointer  data)
{
  connection_go_classic (fixture);
  pass (fixture, 2 * 3600 * S);
  answer (fixture, 0, "other\n");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (connection_count (fixture, ASK), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  logged = g_ptr_array_new_with_free_func (g_free);
  g_log_set_writer_func (keep_writer, NULL, NULL);

  g_test_add_func ("/connection/digest/sum", test_sum);

#define ADD(name, func) \
  g_test_add ("/connection/digest/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

  ADD ("same", test_same);
  ADD ("different", test_different);
  ADD ("no-list", test_no_list);
  ADD ("other-event", test_other_event);
  ADD ("flood", test_flood);
  ADD ("classic", test_classic);

  result = g_test_run ();
  g_assert_cmpuint (logged->len, ==, 0);
  g_ptr_array_unref (logged);

  return result;
}
