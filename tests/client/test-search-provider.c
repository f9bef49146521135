/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The search provider as the overview of GNOME Shell sees it: over a bus. */

#include "peg-config.h"

#include "peg-search-provider.h"

#include "fake-shop.h"
#include "tests/await.h"

#define PATH "/io/github/pegboard/Pegboard/SearchProvider"

typedef struct {
  GTestDBus *bus;              /* (owned) */
  GDBusConnection *connection; /* (owned): of the program */
  GDBusConnection *shell;      /* (owned): of whoever asks */
  PegStore *store;             /* (owned) */
  PegSearchProvider *provider; /* (owned) */
  GVariant *answer;            /* (owned) (nullable) */
  GError *error;               /* (owned) (nullable) */
  gboolean answered;
  guint n_wanted;
  char *words;                 /* (owned) (nullable): that were to be found */
  guint timestamp;
} Fixture;

static void
wanted_cb (Fixture *self)
{
  self->n_wanted++;
}

static void
find_cb (PegSearchProvider *provider,
         const char        *words,
         guint              timestamp,
         Fixture           *self)
{
  g_free (self->words);
  self->words = g_strdup (words);
  self->timestamp = timestamp;
}

static GDBusConnection *
connect_bus (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);

  g_assert_no_error (error);

  return connection;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->connection = connect_bus (self);
  self->shell = connect_bus (self);

  self->provider = peg_search_provider_new ();
  g_signal_connect_swapped (self->provider, "wanted", G_CALLBACK (wanted_cb), self);
  g_signal_connect (self->provider, "find", G_CALLBACK (find_cb), self);
  g_assert_true (peg_search_provider_export (self->provider, self->connection, PATH, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_object_run_dispose (G_OBJECT (self->provider));
  g_clear_object (&self->provider);
  g_clear_object (&self->store);
  g_dbus_connection_close_sync (self->shell, NULL, NULL);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_clear_object (&self->shell);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->answer, g_variant_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->words, g_free);
  g_test_dbus_down (self->bus);
  g_clear_object (&self->bus);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Fixture *self = user_data;

  g_clear_pointer (&self->answer, g_variant_unref);
  self->answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &self->error);
  self->answered = TRUE;
}

static void
ask (Fixture    *self,
     const char *method,
     GVariant   *parameters)
{
  self->answered = FALSE;
  g_clear_error (&self->error);
  g_dbus_connection_call (self->shell, g_dbus_connection_get_unique_name (self->connection), PATH,
                          "org.gnome.Shell.SearchProvider2", method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, 15000, NULL, called_cb, self);
}

/* What a method that gives keys gives. */
static char *
ask_keys (Fixture    *self,
          const char *method,
          const char *parameters)
{
  g_autofree const char **keys = NULL;
  g_autoptr (GVariant) list = NULL;

  ask (self, method, g_variant_new_parsed (parameters));
  AWAIT (self->answered);
  g_assert_no_error (self->error);
  list = g_variant_get_child_value (self->answer, 0);
  keys = g_variant_get_strv (list, NULL);

  return g_strjoinv ("|", (char **) keys);
}

static void
give_list (Fixture *self)
{
  self->store = fake_shop_new (FAKE_SHOP_LIVE);
  peg_search_provider_set_store (self->provider, self->store);
}

static void
test_results (Fixture       *self,
              gconstpointer  data)
{
  g_autofree char *some = NULL;
  g_autofree char *fewer = NULL;
  g_autofree char *none = NULL;
  g_autofree char *letter = NULL;
  g_autofree char *exact = NULL;

  give_list (self);

  some = ask_keys (self, "GetInitialResultSet", "(['1234567'],)");
  g_assert_nonnull (strstr (some, FAKE_SHOP_FREE));
  g_assert_nonnull (strstr (some, FAKE_SHOP_OTHER));
  fewer = ask_keys (self, "GetSubsearchResultSet", "(['x'], ['1234567', 'ab12'])");
  g_assert_cmpstr (fewer, ==, FAKE_SHOP_OTHER);
  none = ask_keys (self, "GetInitialResultSet", "(['no', 'such', 'file'],)");
  g_assert_cmpstr (none, ==, "");
  letter = ask_keys (self, "GetInitialResultSet", "(['1'],)");
  g_assert_cmpstr (letter, ==, "");
  exact = ask_keys (self, "GetInitialResultSet", "(['1234567_AB12.nc'],)");
  g_assert_true (g_str_has_prefix (exact, FAKE_SHOP_OTHER));
  g_assert_cmpuint (self->n_wanted, ==, 0);
}

/* Thousands of files, all of which have the word, and the one that is meant last. */
static void
test_many (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autofree char *keys = NULL;
  g_auto (GStrv) split = NULL;

  give_list (self);
  for (guint i = 0; i < 20000; i++) {
    g_autofree char *path = g_strdup_printf ("Mill/part-%05u.nc", i);
    g_autofree char *name = g_path_get_basename (path);
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

    fields.path = path;
    fields.filename = name;
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }
  fake_shop_list (self->store, g_steal_pointer (&entries));

  keys = ask_keys (self, "GetInitialResultSet", "(['part-19999.nc'],)");
  g_assert_cmpstr (keys, ==, "Mill/part-19999.nc");
  g_clear_pointer (&keys, g_free);
  keys = ask_keys (self, "GetInitialResultSet", "(['part'],)");
  split = g_strsplit (keys, "|", -1);
  g_assert_cmpuint (g_strv_length (split), ==, PEG_SEARCH_PROVIDER_MAX);
}

/* Whatever a server calls a file, the overview shows it as text, on one line. */
static void
test_metas (Fixture       *self,
            gconstpointer  data)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (GVariant) metas = NULL;
  g_autoptr (GVariant) meta = NULL;
  g_autoptr (GVariant) icon = NULL;
  const char *id, *name, *description;

  give_list (self);
  fields.path = "Mill/<b>&.nc";
  fields.filename = "<b>&.nc";
  fields.description = "<span size='99999'>& %s\nsecond line";
  fake_shop_change (self->store, &fields);

  ask (self, "GetResultMetas", g_variant_new_parsed ("(['Mill/<b>&.nc', 'gone.nc', %s],)",
                                                     FAKE_SHOP_OTHER));
  AWAIT (self->answered);
  g_assert_no_error (self->error);

  metas = g_variant_get_child_value (self->answer, 0);
  g_assert_cmpuint (g_variant_n_children (metas), ==, 2);
  meta = g_variant_get_child_value (metas, 0);
  g_assert_true (g_variant_lookup (meta, "id", "&s", &id));
  g_assert_true (g_variant_lookup (meta, "name", "&s", &name));
  g_assert_true (g_variant_lookup (meta, "description", "&s", &description));
  icon = g_variant_lookup_value (meta, "icon", NULL);
  g_assert_cmpstr (id, ==, "Mill/<b>&.nc");
  g_assert_cmpstr (name, ==, "<b>&.nc");
  g_assert_cmpstr (description, ==,
                   "Free — &lt;span size=&apos;99999&apos;&gt;&amp; %s second line");
  g_assert_nonnull (icon);
}

static void
test_activate (Fixture       *self,
               gconstpointer  data)
{
  give_list (self);

  ask (self, "ActivateResult", g_variant_new_parsed ("(%s, ['x'], uint32 7)", FAKE_SHOP_OTHER));
  AWAIT (self->answered);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->words, ==, "1234567_AB12.nc");
  g_assert_cmpuint (self->timestamp, ==, 7);

  ask (self, "ActivateResult", g_variant_new_parsed ("('gone.nc', ['x'], uint32 8)"));
  AWAIT (self->answered);
  g_assert_cmpstr (self->words, ==, "");

  ask (self, "LaunchSearch", g_variant_new_parsed ("(['valve', 'body'], uint32 9)"));
  AWAIT (self->answered);
  g_assert_cmpstr (self->words, ==, "valve body");
  g_assert_cmpuint (self->timestamp, ==, 9);
}

/* Asked right after the start: the answer comes with the list. */
static void
test_waits (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (GVariant) list = NULL;

  ask (self, "GetInitialResultSet", g_variant_new_parsed ("(['ab12'],)"));
  AWAIT (self->n_wanted == 1);
  g_assert_false (self->answered);

  self->store = fake_shop_new (FAKE_SHOP_FIRST_RUN);
  peg_search_provider_set_store (self->provider, self->store);
  g_assert_false (self->answered);
  fake_shop_list (self->store, fake_shop_entries ());

  AWAIT (self->answered);
  g_assert_no_error (self->error);
  list = g_variant_get_child_value (self->answer, 0);
  g_assert_cmpuint (g_variant_n_children (list), >=, 1);
}

/* A shop that is not reached finds nothing, and the overview does not hang. */
static void
test_waits_in_vain (Fixture       *self,
                    gconstpointer  data)
{
  g_autofree char *none = ask_keys (self, "GetInitialResultSet", "(['ab12'],)");

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpuint (self->n_wanted, ==, 1);
}

/* Who asks when the program ends gets an answer, too. */
static void
test_ends (Fixture       *self,
           gconstpointer  data)
{
  ask (self, "GetInitialResultSet", g_variant_new_parsed ("(['ab12'],)"));
  AWAIT (self->n_wanted == 1);
  peg_search_provider_unexport (self->provider);
  AWAIT (self->answered);
  g_assert_no_error (self->error);

  ask (self, "GetInitialResultSet", g_variant_new_parsed ("(['ab12'],)"));
  AWAIT (self->answered);
  g_assert_error (self->error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) \
  g_test_add ("/search-provider/" name, Fixture, NULL, set_up, function, tear_down)

  ADD ("results", test_results);
  ADD ("many", test_many);
  ADD ("metas", test_metas);
  ADD ("activate", test_activate);
  ADD ("waits", test_waits);
  ADD ("waits-in-vain", test_waits_in_vain);
  ADD ("ends", test_ends);

  return g_test_run ();
}
