/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-search-provider"

#include "peg-config.h"

#include "peg-search-provider.h"

#include "peg-display.h"
#include "peg-search.h"

#include <string.h>

/* How long a search waits for the list of a program that was started for it, ms: the
 * list of last time is read in a quarter of a second even in a large shop
 * (docs/benchmarks.md), and the overview must not hang for one that never comes. */
#define WAIT_MS 2000

/* One letter finds nearly everything, and is only the first of a word. */
#define MIN_LENGTH 2

/* After so many files it is looked whether anybody still wants to know. */
#define CHECK_EVERY 4096

/**
 * PegSearchProvider:
 *
 * Answers the overview of GNOME Shell: which files have these words, and who has
 * them. It speaks version 2 of org.gnome.Shell.SearchProvider
 * (https://developer.gnome.org/documentation/tutorials/search-provider.html).
 *
 * It looks at the snapshot as it is, in a thread of its own, and never asks the
 * server. It is not for a terminal that many people share: nothing of the desktop is
 * there to ask.
 */
struct _PegSearchProvider
{
  GObject parent_instance;

  PegStore *store;             /* (owned) (nullable): there is none before the start */
  GDBusConnection *connection; /* (owned) (nullable): it is not exported */
  guint export_id;             /* 0: it is not exported */
  GCancellable *searching;     /* (owned) (nullable): of the latest search */
  GPtrArray *waiting;          /* (owned) (element-type Wait) */
};

typedef enum {
  SIGNAL_WANTED,
  SIGNAL_FIND,
} PegSearchProviderSignal;

static guint signals[SIGNAL_FIND + 1];

G_DEFINE_FINAL_TYPE (PegSearchProvider, peg_search_provider, G_TYPE_OBJECT)

static const char interface_xml[] =
  "<node>"
  "  <interface name='org.gnome.Shell.SearchProvider2'>"
  "    <method name='GetInitialResultSet'>"
  "      <arg type='as' name='terms' direction='in'/>"
  "      <arg type='as' name='results' direction='out'/>"
  "    </method>"
  "    <method name='GetSubsearchResultSet'>"
  "      <arg type='as' name='previous_results' direction='in'/>"
  "      <arg type='as' name='terms' direction='in'/>"
  "      <arg type='as' name='results' direction='out'/>"
  "    </method>"
  "    <method name='GetResultMetas'>"
  "      <arg type='as' name='identifiers' direction='in'/>"
  "      <arg type='aa{sv}' name='metas' direction='out'/>"
  "    </method>"
  "    <method name='ActivateResult'>"
  "      <arg type='s' name='identifier' direction='in'/>"
  "      <arg type='as' name='terms' direction='in'/>"
  "      <arg type='u' name='timestamp' direction='in'/>"
  "    </method>"
  "    <method name='LaunchSearch'>"
  "      <arg type='as' name='terms' direction='in'/>"
  "      <arg type='u' name='timestamp' direction='in'/>"
  "    </method>"
  "  </interface>"
  "</node>";

/* A question that waits for the list. */
typedef struct {
  PegSearchProvider *provider;       /* (unowned): it owns this */
  GDBusMethodInvocation *invocation; /* (owned) (nullable): until it is answered */
  char *words;                       /* (owned) */
  guint timeout_id;                  /* 0: it has passed */
} Wait;

static void
wait_free (Wait *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->invocation != NULL)
    g_dbus_method_invocation_return_value (g_steal_pointer (&self->invocation),
                                           g_variant_new ("(@as)", g_variant_new_strv (NULL, 0)));
  g_free (self->words);
  g_free (self);
}

/* What a thread looks for, and where. */
typedef struct {
  PegSnapshot *snapshot; /* (owned) */
  PegSearch *search;     /* (owned) */
} Job;

static void
job_free (Job *self)
{
  peg_snapshot_unref (self->snapshot);
  peg_search_unref (self->search);
  g_free (self);
}

/* What is called just that comes first; the rest is in the order of the board. */
static void
search_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  const Job *job = task_data;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  guint n_exact = 0, n_seen = 0;

  for (guint i = 0; i < peg_snapshot_get_n_groups (job->snapshot); i++) {
    PegGroup *group = peg_snapshot_get_group (job->snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      const PegEntry *entry = peg_group_get (group, j);

      if (++n_seen % CHECK_EVERY == 0 && g_task_return_error_if_cancelled (task))
        return;
      if (!peg_search_matches (job->search, entry))
        continue;

      if (peg_search_is_exact (job->search, entry))
        g_ptr_array_insert (found, (int) n_exact++, g_strdup (peg_entry_get_key (entry)));
      else if (found->len < PEG_SEARCH_PROVIDER_MAX)
        g_ptr_array_add (found, g_strdup (peg_entry_get_key (entry)));
    }
  }

  g_ptr_array_set_size (found, (int) MIN (found->len, PEG_SEARCH_PROVIDER_MAX));
  g_ptr_array_add (found, NULL);
  g_task_return_pointer (task, g_ptr_array_free (g_steal_pointer (&found), FALSE),
                         (GDestroyNotify) g_strfreev);
}

static void
searched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_auto (GStrv) keys = g_task_propagate_pointer (G_TASK (result), NULL);

  /* A search that another one has overtaken finds nothing. */
  g_dbus_method_invocation_return_value (
    invocation,
    g_variant_new ("(@as)", g_variant_new_strv ((const char * const *) keys, keys != NULL ? -1 : 0)));
}

static void
search (PegSearchProvider     *self,
        const char            *words,
        GDBusMethodInvocation *invocation)
{
  g_autoptr (GTask) task = NULL;
  Job *job = g_new0 (Job, 1);

  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  self->searching = g_cancellable_new ();

  job->snapshot = peg_store_dup_snapshot (self->store);
  job->search = peg_search_new (words);

  task = g_task_new (self, self->searching, searched_cb, invocation);
  g_task_set_source_tag (task, search);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, search_thread);
}

static gboolean
has_list (PegSearchProvider *self)
{
  g_autoptr (PegSnapshot) snapshot = NULL;

  if (self->store == NULL)
    return FALSE;

  snapshot = peg_store_dup_snapshot (self->store);

  return peg_snapshot_has_list (snapshot);
}

static void
snapshot_cb (PegSearchProvider *self)
{
  if (self->waiting->len == 0 || !has_list (self))
    return;

  for (guint i = 0; i < self->waiting->len; i++) {
    Wait *waiting = g_ptr_array_index (self->waiting, i);

    search (self, waiting->words, g_steal_pointer (&waiting->invocation));
  }
  g_ptr_array_set_size (self->waiting, 0);
}

static gboolean
waited_cb (gpointer user_data)
{
  Wait *waiting = user_data;

  waiting->timeout_id = 0;
  g_ptr_array_remove (waiting->provider->waiting, waiting);

  return G_SOURCE_REMOVE;
}

static void
get_results (PegSearchProvider     *self,
             GVariant              *terms,
             GDBusMethodInvocation *invocation)
{
  g_autofree const char **list = g_variant_get_strv (terms, NULL);
  g_autofree char *words = g_strjoinv (" ", (char **) list);
  Wait *waiting;

  if (g_utf8_strlen (words, -1) < MIN_LENGTH) {
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(@as)", g_variant_new_strv (NULL, 0)));
    return;
  }

  if (has_list (self)) {
    search (self, words, invocation);
    return;
  }

  waiting = g_new0 (Wait, 1);
  waiting->provider = self;
  waiting->invocation = invocation;
  waiting->words = g_steal_pointer (&words);
  waiting->timeout_id = g_timeout_add (WAIT_MS, waited_cb, waiting);
  g_source_set_name_by_id (waiting->timeout_id, "[pegboard] waited_cb");
  g_ptr_array_add (self->waiting, waiting);
  g_signal_emit (self, signals[SIGNAL_WANTED], 0);
}

/* What comes from the wire is one line of text and nothing else. */
static char *
clean (const char *text)
{
  GString *line = g_string_new (NULL);

  for (const char *at = text != NULL ? text : ""; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar letter = g_utf8_get_char (at);

    g_string_append_unichar (line, g_unichar_iscntrl (letter) ? ' ' : letter);
  }

  return g_string_free (line, FALSE);
}

static GVariant *
describe (const PegSnapshot *snapshot,
          const PegEntry    *entry)
{
  const PegDisplayNow now = { g_get_monotonic_time (), g_get_real_time () };
  g_autofree char *name = clean (peg_entry_get_filename (entry));
  g_autofree char *words = peg_display_lock_words (snapshot, entry, &now);
  g_autofree char *what = clean (peg_entry_get_description (entry));
  g_autofree char *joined = g_strjoin (*what != '\0' ? " — " : "", words, what, NULL);
  g_autofree char *line = clean (joined);
  g_autofree char *markup = g_markup_escape_text (line, -1);
  g_autoptr (GIcon) icon = g_themed_icon_new (APPLICATION_ID);
  g_autoptr (GVariant) serialized = g_icon_serialize (icon);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (peg_entry_get_key (entry)));
  g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (name));
  /* The overview takes this one for markup. */
  g_variant_builder_add (&builder, "{sv}", "description", g_variant_new_string (markup));
  g_variant_builder_add (&builder, "{sv}", "icon", serialized);

  return g_variant_builder_end (&builder);
}

static GVariant *
get_metas (PegSearchProvider *self,
           GVariant          *identifiers)
{
  g_autofree const char **keys = g_variant_get_strv (identifiers, NULL);
  g_autoptr (PegSnapshot) snapshot = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  if (self->store != NULL)
    snapshot = peg_store_dup_snapshot (self->store);

  for (guint i = 0; snapshot != NULL && keys[i] != NULL && i < PEG_SEARCH_PROVIDER_MAX; i++) {
    const PegEntry *entry = peg_snapshot_find (snapshot, keys[i]);

    /* It may have gone since it was found. */
    if (entry != NULL)
      g_variant_builder_add_value (&builder, describe (snapshot, entry));
  }

  return g_variant_new ("(aa{sv})", &builder);
}

/* A window shows the file as what a person would have typed to find it. */
static void
activate_result (PegSearchProvider *self,
                 const char        *key,
                 guint32            timestamp)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  const PegEntry *entry = NULL;

  if (self->store != NULL) {
    snapshot = peg_store_dup_snapshot (self->store);
    entry = peg_snapshot_find (snapshot, key);
  }

  g_signal_emit (self, signals[SIGNAL_FIND], 0,
                 entry != NULL ? peg_entry_get_filename (entry) : "", timestamp);
}

static void
launch_search (PegSearchProvider *self,
               GVariant          *terms,
               guint32            timestamp)
{
  g_autofree const char **list = g_variant_get_strv (terms, NULL);
  g_autofree char *words = g_strjoinv (" ", (char **) list);

  g_signal_emit (self, signals[SIGNAL_FIND], 0, words, timestamp);
}

static void
call_cb (GDBusConnection       *connection,
         const char            *sender,
         const char            *object_path,
         const char            *interface_name,
         const char            *method_name,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               user_data)
{
  PegSearchProvider *self = user_data;
  g_autoptr (GVariant) words = NULL;
  const char *key;
  guint32 timestamp;

  if (g_str_equal (method_name, "GetInitialResultSet")) {
    words = g_variant_get_child_value (parameters, 0);
    get_results (self, words, invocation);
  } else if (g_str_equal (method_name, "GetSubsearchResultSet")) {
    /* What was found before may have been cut off, so all files are looked at. */
    words = g_variant_get_child_value (parameters, 1);
    get_results (self, words, invocation);
  } else if (g_str_equal (method_name, "GetResultMetas")) {
    words = g_variant_get_child_value (parameters, 0);
    g_dbus_method_invocation_return_value (invocation, get_metas (self, words));
  } else if (g_str_equal (method_name, "ActivateResult")) {
    g_variant_get (parameters, "(&s@asu)", &key, &words, &timestamp);
    activate_result (self, key, timestamp);
    g_dbus_method_invocation_return_value (invocation, NULL);
  } else {
    g_variant_get (parameters, "(@asu)", &words, &timestamp);
    launch_search (self, words, timestamp);
    g_dbus_method_invocation_return_value (invocation, NULL);
  }
}

/**
 * peg_search_provider_export:
 * @self: a search provider
 * @connection: the session bus
 * @object_path: where, as the file in share/gnome-shell/search-providers says
 * @error: return location for an error of the bus
 *
 * Lets others ask from now on. Called before the name on the bus is taken: whoever
 * started the program by that name asks at once.
 *
 * Returns: whether it can be asked
 */
gboolean
peg_search_provider_export (PegSearchProvider  *self,
                            GDBusConnection    *connection,
                            const char         *object_path,
                            GError            **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) node = NULL;

  g_return_val_if_fail (PEG_IS_SEARCH_PROVIDER (self), FALSE);
  g_return_val_if_fail (self->export_id == 0, FALSE);

  node = g_dbus_node_info_new_for_xml (interface_xml, error);
  if (node == NULL)
    return FALSE;

  self->export_id = g_dbus_connection_register_object (connection, object_path, node->interfaces[0],
                                                       &vtable, self, NULL, error);
  if (self->export_id == 0)
    return FALSE;

  self->connection = g_object_ref (connection);

  return TRUE;
}

/**
 * peg_search_provider_unexport:
 * @self: a search provider
 *
 * Lets nobody ask any more; questions that wait find nothing.
 */
void
peg_search_provider_unexport (PegSearchProvider *self)
{
  g_return_if_fail (PEG_IS_SEARCH_PROVIDER (self));

  if (self->export_id != 0)
    g_dbus_connection_unregister_object (self->connection, self->export_id);
  self->export_id = 0;
  g_ptr_array_set_size (self->waiting, 0);
  g_clear_object (&self->connection);
}

/**
 * peg_search_provider_set_store:
 * @self: a search provider
 * @store: (nullable): what is searched; %NULL: nothing any more
 *
 * Says where the files are. Without a list, a question waits for one.
 */
void
peg_search_provider_set_store (PegSearchProvider *self,
                               PegStore          *store)
{
  g_return_if_fail (PEG_IS_SEARCH_PROVIDER (self));

  if (self->store == store)
    return;

  if (self->store != NULL)
    g_signal_handlers_disconnect_by_func (self->store, snapshot_cb, self);
  g_set_object (&self->store, store);
  if (store != NULL)
    g_signal_connect_object (store, "notify::snapshot", G_CALLBACK (snapshot_cb), self,
                             G_CONNECT_SWAPPED);
}

static void
peg_search_provider_dispose (GObject *object)
{
  PegSearchProvider *self = PEG_SEARCH_PROVIDER (object);

  peg_search_provider_unexport (self);
  peg_search_provider_set_store (self, NULL);
  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);

  G_OBJECT_CLASS (peg_search_provider_parent_class)->dispose (object);
}

static void
peg_search_provider_finalize (GObject *object)
{
  PegSearchProvider *self = PEG_SEARCH_PROVIDER (object);

  g_clear_pointer (&self->waiting, g_ptr_array_unref);

  G_OBJECT_CLASS (peg_search_provider_parent_class)->finalize (object);
}

static void
peg_search_provider_class_init (PegSearchProviderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_search_provider_dispose;
  object_class->finalize = peg_search_provider_finalize;

  /**
   * PegSearchProvider::wanted:
   * @self: a search provider
   *
   * Somebody asks, and there is no list yet: whoever can get one should.
   */
  signals[SIGNAL_WANTED] = g_signal_new ("wanted", PEG_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * PegSearchProvider::find:
   * @self: a search provider
   * @words: what to look for, never markup; empty: only show the window
   * @timestamp: of the click, for gtk_window_present_with_time()
   *
   * Somebody wants to see it in a window.
   */
  signals[SIGNAL_FIND] = g_signal_new ("find", PEG_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                       G_TYPE_STRING, G_TYPE_UINT);
}

static void
peg_search_provider_init (PegSearchProvider *self)
{
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) wait_free);
}

/**
 * peg_search_provider_new:
 *
 * Returns: (transfer full): a search provider that nobody can ask yet
 */
PegSearchProvider *
peg_search_provider_new (void)
{
  return g_object_new (PEG_TYPE_SEARCH_PROVIDER, NULL);
}
