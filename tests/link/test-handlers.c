/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* Who hears of which message, and what is said of those of which nobody does. */

typedef struct {
  PegHandlers *handlers;
  GString *heard;
  guint ids[3];
} Table;

static void
hear_a_cb (const PegWireMessage *message,
           GBytes               *text,
           gpointer              user_data)
{
  Table *table = user_data;

  g_string_append_printf (table->heard, "a:%s ", message->type);
}

static void
hear_b_cb (const PegWireMessage *message,
           GBytes               *text,
           gpointer              user_data)
{
  Table *table = user_data;

  g_string_append_printf (table->heard, "b:%s ", message->type);
}

/* Goes, and takes another one along. */
static void
leave_cb (const PegWireMessage *message,
          GBytes               *text,
          gpointer              user_data)
{
  Table *table = user_data;

  g_string_append (table->heard, "leave ");
  g_assert_true (peg_handlers_remove (table->handlers, table->ids[2]));
  g_assert_true (peg_handlers_remove (table->handlers, table->ids[1]));
  peg_handlers_add (table->handlers, "x", hear_b_cb, table);
}

static guint
tell (Table      *table,
      const char *type)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_UNKNOWN);
  g_autoptr (GBytes) text = g_bytes_new_static ("{}", 2);

  message->type = g_strdup (type);

  return peg_handlers_dispatch (table->handlers, message, text);
}

static void
assert_heard (Table      *table,
              const char *expected)
{
  g_assert_cmpstr (table->heard->str, ==, expected);
  g_string_truncate (table->heard, 0);
}

static void
test_table (void)
{
  Table table = { peg_handlers_new (), g_string_new (NULL), { 0 } };

  g_assert_cmpuint (tell (&table, "x"), ==, 0);
  g_assert_cmpuint (tell (&table, NULL), ==, 0);

  table.ids[0] = peg_handlers_add (table.handlers, "x", hear_a_cb, &table);
  table.ids[1] = peg_handlers_add (table.handlers, "x", hear_b_cb, &table);
  peg_handlers_add (table.handlers, "y", hear_b_cb, &table);
  g_assert_cmpuint (table.ids[0], !=, 0);
  g_assert_cmpuint (table.ids[0], !=, table.ids[1]);

  g_assert_cmpuint (tell (&table, "x"), ==, 2);
  assert_heard (&table, "b:x a:x ");
  g_assert_cmpuint (tell (&table, "y"), ==, 1);
  assert_heard (&table, "b:y ");

  /* Whoever is called may change the table. */
  table.ids[2] = peg_handlers_add (table.handlers, "x", leave_cb, &table);
  g_assert_cmpuint (tell (&table, "x"), ==, 2);
  assert_heard (&table, "leave a:x ");
  g_assert_cmpuint (tell (&table, "x"), ==, 2);
  assert_heard (&table, "b:x a:x ");

  g_assert_true (peg_handlers_remove (table.handlers, table.ids[0]));
  g_assert_false (peg_handlers_remove (table.handlers, table.ids[0]));
  g_assert_cmpuint (tell (&table, "x"), ==, 1);

  peg_handlers_free (table.handlers);
  g_string_free (table.heard, TRUE);
}

static void
heard_cb (const PegWireMessage *message,
          GBytes               *text,
          gpointer              user_data)
{
  GString *heard = user_data;

  g_string_append_len (heard, g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text));
}

/* Others hear of what they alone know, and of what the connection knows, too. */
static void
test_others (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  guint own, known;

  connection_go_live (fixture);
  own = peg_connection_add_handler (fixture->connection, "spindle", heard_cb, heard);
  known = peg_connection_add_handler (fixture->connection, "FILES_CHANGED", heard_cb, heard);

  connection_say (fixture, "{\"type\":\"spindle\",\"rpm\":900}");
  g_assert_cmpstr (heard->str, ==, "{\"type\":\"spindle\",\"rpm\":900}");

  g_string_truncate (heard, 0);
  connection_say (fixture, CHANGE ("e", 2, "new.nc"));
  g_assert_cmpstr (heard->str, ==, CHANGE ("e", 2, "new.nc"));
  g_assert_cmpuint (peg_snapshot_get_counts (connection_peek (fixture))->all, ==, 2);

  /* One that is held back is kept by the connection, when all have heard. */
  connection_say (fixture, CHANGE ("e", 4, "later.nc"));
  connection_say (fixture, CHANGE ("e", 3, "late.nc"));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (peg_snapshot_get_counts (connection_peek (fixture))->all, ==, 4);

  g_string_truncate (heard, 0);
  peg_connection_remove_handler (fixture->connection, own);
  peg_connection_remove_handler (fixture->connection, known);
  connection_say (fixture, "{\"type\":\"spindle\"}");
  connection_say (fixture, CHANGE ("e", 5, "newest.nc"));
  g_assert_cmpstr (heard->str, ==, "");
  g_assert_cmpuint (peg_snapshot_get_counts (connection_peek (fixture))->all, ==, 5);
}

static guint n_complaints;

static GLogWriterOutput
count_writer (GLogLevelFlags   level,
              const GLogField *fields,
              gsize            n_fields,
              gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE") &&
        g_str_has_prefix (fields[i].value, "Ignored a message"))
      n_complaints++;
  }

  return G_LOG_WRITER_HANDLED;
}

/* Once for each type, and not for ever new ones. */
static void
test_unknown (Fixture       *fixture,
              gconstpointer  data)
{
  connection_go_live (fixture);
  g_log_set_writer_func (count_writer, NULL, NULL);

  for (guint i = 0; i < 3; i++) {
    connection_say (fixture, "{\"type\":\"who knows\"}");
    connection_say (fixture, "{\"type\":\"what else\",\"x\":null}");
  }
  g_assert_cmpuint (n_complaints, ==, 2);

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"made up %u\"}", i);

    connection_say (fixture, text);
  }
  g_assert_cmpuint (n_complaints, ==, 64);
  assert_state (fixture, LIVE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/handlers/table", test_table);
  g_test_add ("/handlers/others", Fixture, NULL,
              connection_fixture_set_up, test_others, connection_fixture_tear_down);
  g_test_add ("/handlers/unknown", Fixture, NULL,
              connection_fixture_set_up, test_unknown, connection_fixture_tear_down);

  return g_test_run ();
}
