/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-guard"

#include "peg-config.h"

#include "peg-row-table.h"
#include "peg-rows.h"
#include "peg-snapshot.h"
#include "peg-socket.h"
#include "peg-wire.h"
#include "peg-wire-rest.h"
#include "shop-plan.h"

#include <gio/gio.h>
#include <sys/socket.h>

/* Walks every hot path once, over a shop that is always the same, for
 * run-guard.py to count the instructions of: each function path_…() is one path,
 * and valgrind counts inside of these and nowhere else. What a path needs is made
 * outside of it. None of them looks at a clock, or at anything random. */

#define N_FILES 10000
#define N_CHANGES 1000
#define N_DRAWN_CHANGES 100
#define SEED 1

/* All that is sent to one socket fits into its buffer in the kernel: 208 KiB, of which
 * a message takes about 2 (socket(7), SO_SNDBUF). */
#define N_SOCKETS 20
#define N_SENT_CHANGES 50

/* A function that valgrind finds by its name. */
#define PATH G_GNUC_NO_INLINE static

static const char *const keys[] = { "1", "12", "123", "o1", "o12", "dana", "da", "adapter", "zzz" };

typedef struct {
  char *text;       /* (owned) */
  gsize length;
} Text;

typedef struct {
  GPtrArray *entries;        /* (owned): the shop */
  Text list;                 /* (owned): the shop as a message */
  Text changes[N_CHANGES];   /* (owned): messages, each of one check-out */
  PegWireMessage *listed;    /* (owned): the shop, read again */
  PegWireMessage *again;     /* (owned): and with one lock changed */
  PegWireMessage *changed[N_CHANGES]; /* (owned) */
  PegSnapshot *empty;        /* (owned) */
  PegSnapshot *snapshot;     /* (owned): of the shop */
  PegSnapshot *steps[N_CHANGES + 1];  /* (owned): after each change */
  PegRowTable *closed;       /* (owned) */
  PegRowTable *open;         /* (owned) */
  PegPoll *poll;             /* (owned) */
  PegSocket *sockets[N_SOCKETS]; /* (owned): of the server */
  GSocket *clients[N_SOCKETS];   /* (owned): the other ends */
} Guard;

static PegEntry *
plan_entry (guint       i,
            const char *holder,
            guint64     version)
{
  const ShopPlan plan = { .seed = SEED, .n_files = N_FILES };
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autofree char *id = g_strdup_printf ("%u", i + 1);
  ShopFile file;

  shop_plan_get_file (&plan, i, &file);
  fields.id = id;
  fields.filename = file.name;
  fields.path = file.path;
  fields.group = file.group;
  fields.part = file.part[0] != '\0' ? file.part : NULL;
  fields.description = file.description[0] != '\0' ? file.description : NULL;
  fields.sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  fields.size = 512;
  fields.version = version;
  fields.modified_us = file.modified_s * G_USEC_PER_SEC;
  fields.major = (int) file.major;
  fields.minor = (int) file.minor;

  if (holder != NULL) {
    fields.flags |= PEG_ENTRY_LOCKED;
    fields.holder = holder;
    fields.lock_id = "7";
    fields.token = version;
    fields.since_us = fields.modified_us + G_USEC_PER_SEC;
  }

  return peg_entry_new (&fields);
}

/* Every twentieth is out, one of them by the person at this client. */
static GPtrArray *
plan_entries (guint changed)
{
  static const char *const people[] = { "Dana", "jsmith", "Müller", "o.ivanenko", "li" };
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < N_FILES; i++) {
    const gboolean is_out = (i % 20 == 0) != (i == changed);

    g_ptr_array_add (entries, plan_entry (i, is_out ? people[i / 20 % G_N_ELEMENTS (people)] : NULL,
                                          i == changed ? 2 : 1));
  }

  return entries;
}

static Text
encode_list (GPtrArray *entries)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  Text text;

  message->entries = g_ptr_array_ref (entries);
  message->epoch = g_strdup ("guard");
  message->seq = 1;
  message->has_position = TRUE;
  text.text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &text.length);

  return text;
}

static PegWireMessage *
decode (const Text *text)
{
  g_autoptr (GError) error = NULL;
  PegWireMessage *message = peg_wire_decode_server (text->text, text->length, &error);

  g_assert_no_error (error);

  return message;
}

static PegSnapshot *
reduce_list (PegSnapshot          *snapshot,
             const PegWireMessage *message,
             guint64               seq)
{
  return peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .mono_us = (gint64) seq,
    .wall_us = (gint64) seq,
    .listed = { .entries = message->entries, .epoch = message->epoch, .seq = seq },
  });
}

/* The paths, in the order in which main() walks them. */

PATH void
path_encode_list (Guard *guard)
{
  guard->list = encode_list (guard->entries);
}

PATH void
path_encode_body (Guard *guard)
{
  g_autofree char *body G_GNUC_UNUSED = NULL;
  gsize length;

  body = peg_wire_encode_files (guard->entries, PEG_DIALECT_PEGBOARD_1, &length);
}

PATH void
path_decode_list (Guard *guard)
{
  guard->listed = decode (&guard->list);
}

PATH void
path_reduce_list (Guard *guard)
{
  guard->snapshot = reduce_list (guard->empty, guard->listed, 1);
}

PATH void
path_reduce_again (Guard *guard)
{
  g_autoptr (PegSnapshot) next G_GNUC_UNUSED = reduce_list (guard->snapshot, guard->again, 2);
}

/* What the server writes once for everybody. */
PATH void
path_encode_change (Guard *guard)
{
  for (guint i = 0; i < N_CHANGES; i++) {
    g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);

    message->entries = g_ptr_array_ref (guard->changed[i]->entries);
    message->cause = PEG_CAUSE_CHECK_OUT;
    message->user = g_strdup ("Dana");
    message->epoch = g_strdup ("guard");
    message->seq = i + 2;
    message->has_position = TRUE;
    guard->changes[i].text =
      peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &guard->changes[i].length);
  }
}

/* To everybody. */
PATH void
path_send_change (Guard *guard)
{
  for (guint i = 0; i < N_SENT_CHANGES; i++) {
    const Text *text = &guard->changes[i];
    g_autoptr (GBytes) bytes = g_bytes_new (text->text, text->length);

    for (guint j = 0; j < N_SOCKETS; j++)
      peg_socket_send (guard->sockets[j], PEG_SOCKET_TEXT, bytes);
  }
}

PATH void
path_decode_change (Guard *guard)
{
  for (guint i = 0; i < N_CHANGES; i++) {
    peg_wire_message_free (guard->changed[i]);
    guard->changed[i] = decode (&guard->changes[i]);
  }
}

PATH void
path_reduce_change (Guard *guard)
{
  guard->steps[0] = peg_snapshot_ref (guard->snapshot);

  for (guint i = 0; i < N_CHANGES; i++) {
    guard->steps[i + 1] = peg_snapshot_reduce (guard->steps[i], &(PegEvent) {
      .kind = PEG_EVENT_CHANGED,
      .changed = {
        .changed = guard->changed[i]->entries,
        .seq = i + 2,
        .cause = PEG_CAUSE_CHECK_OUT,
        .by = "Dana",
      },
    });
  }
}

static PegRowTable *
make_table (PegSnapshot *snapshot,
            gboolean     open,
            const char  *words,
            PegRowTable *reuse)
{
  g_autoptr (PegSearch) search = words != NULL ? peg_search_new (words) : NULL;
  g_autoptr (GHashTable) exceptions = g_hash_table_new (g_str_hash, g_str_equal);

  return peg_row_table_new (snapshot, &(PegRowView) {
    .search = search,
    .filter = PEG_FILTER_ALL,
    .user = "Dana",
    .open = open,
    .exceptions = exceptions,
  }, reuse, NULL);
}

PATH void
path_table_closed (Guard *guard)
{
  guard->closed = make_table (guard->snapshot, FALSE, NULL, NULL);
}

PATH void
path_table_expand (Guard *guard)
{
  guard->open = make_table (guard->snapshot, TRUE, NULL, NULL);
}

/* One group after the other is opened, in a tree that is closed. */
PATH void
path_table_group (Guard *guard)
{
  const guint n = peg_snapshot_get_n_groups (guard->snapshot);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GHashTable) exceptions = g_hash_table_new (g_str_hash, g_str_equal);
    const char *name = peg_group_get_name (peg_snapshot_get_group (guard->snapshot, i));
    g_autofree char *id = peg_row_make_id (PEG_ROW_GROUP, name, NULL);
    g_autoptr (PegRowTable) table = NULL;
    g_autoptr (GArray) runs G_GNUC_UNUSED = NULL;

    g_hash_table_add (exceptions, id);
    table = peg_row_table_new (guard->snapshot, &(PegRowView) {
      .filter = PEG_FILTER_ALL,
      .user = "Dana",
      .exceptions = exceptions,
    }, guard->closed, name);
    runs = peg_row_table_diff (guard->closed, table, PEG_ROWS_MAX_RUNS);
    g_assert_cmpuint (peg_row_table_get_n (table), >, peg_row_table_get_n (guard->closed));
  }
}

PATH void
path_table_diff (Guard *guard)
{
  g_autoptr (GArray) closing G_GNUC_UNUSED =
    peg_row_table_diff (guard->open, guard->closed, PEG_ROWS_MAX_RUNS);
  g_autoptr (GArray) opening G_GNUC_UNUSED =
    peg_row_table_diff (guard->closed, guard->open, PEG_ROWS_MAX_RUNS);
}

PATH void
path_table_change (Guard *guard)
{
  g_autoptr (PegRowTable) table = peg_row_table_ref (guard->open);

  for (guint i = 0; i < N_DRAWN_CHANGES; i++) {
    g_autoptr (PegRowTable) next = make_table (guard->steps[i + 1], TRUE, NULL, table);
    g_autoptr (GArray) runs G_GNUC_UNUSED = peg_row_table_diff (table, next, PEG_ROWS_MAX_RUNS);

    peg_row_table_unref (table);
    table = g_steal_pointer (&next);
  }
}

PATH void
path_search_keys (Guard *guard)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (PegRowTable) table G_GNUC_UNUSED =
      make_table (guard->snapshot, TRUE, keys[i], NULL);
  }
}

/* Types and interned words cost once, in whichever path is the first. */
static void
warm_up (Guard *guard)
{
  Text text = encode_list (guard->entries);
  g_autofree char *owned G_GNUC_UNUSED = text.text;
  g_autoptr (GPtrArray) few = g_ptr_array_new ();
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (PegRowTable) table = NULL;
  Text first;

  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (few, g_ptr_array_index (guard->entries, i));
  first = encode_list (few);
  message = decode (&first);
  g_free (first.text);

  snapshot = reduce_list (guard->empty, message, 1);
  table = make_table (snapshot, TRUE, "1", NULL);
}

static void
message_cb (PegSocketKind  kind,
            GBytes        *bytes,
            gpointer       user_data)
{
}

static void
flow_cb (gpointer user_data)
{
}

static void
closed_cb (gpointer user_data)
{
}

static void
open_sockets (Guard *guard)
{
  static const PegSocketFuncs funcs = { message_cb, flow_cb, closed_cb };

  guard->poll = peg_poll_new ();
  for (guint i = 0; i < N_SOCKETS; i++) {
    g_autoptr (GSocket) socket = NULL;
    g_autoptr (GSocketConnection) connection = NULL;
    int fds[2];

    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    socket = g_socket_new_from_fd (fds[0], NULL);
    guard->clients[i] = g_socket_new_from_fd (fds[1], NULL);
    g_socket_set_blocking (socket, FALSE);
    connection = g_socket_connection_factory_create_connection (socket);
    /* Where libsoup leaves it for whoever takes a connection over. */
    g_object_set_data (G_OBJECT (connection), "GSocket", socket);
    guard->sockets[i] = peg_socket_new (guard->poll, G_IO_STREAM (connection), FALSE, &funcs, NULL);
    peg_socket_begin (guard->sockets[i]);
  }
}

static void
guard_init (Guard *guard)
{
  g_autoptr (PegSnapshot) blank = peg_snapshot_new ();

  guard->entries = plan_entries (N_FILES);
  guard->empty = peg_snapshot_reduce (blank, &(PegEvent) {
    .kind = PEG_EVENT_SERVER,
    .server = { .url = "http://127.0.0.1", .user = "Dana" },
  });
  open_sockets (guard);
}

/* Check-outs all over the shop, one after the other. */
static void
make_changes (Guard *guard)
{
  for (guint i = 0; i < N_CHANGES; i++) {
    GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

    g_ptr_array_add (entries, plan_entry ((i * 7919) % N_FILES, "Dana", i + 2));
    guard->changed[i] = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);
    guard->changed[i]->entries = entries;
  }
}

static void
guard_clear (Guard *guard)
{
  g_ptr_array_unref (guard->entries);
  g_free (guard->list.text);
  for (guint i = 0; i < N_CHANGES; i++) {
    g_free (guard->changes[i].text);
    peg_wire_message_free (guard->changed[i]);
  }
  for (guint i = 0; i <= N_CHANGES; i++)
    peg_snapshot_unref (guard->steps[i]);
  peg_wire_message_free (guard->listed);
  peg_wire_message_free (guard->again);
  peg_row_table_unref (guard->closed);
  peg_row_table_unref (guard->open);
  peg_snapshot_unref (guard->snapshot);
  peg_snapshot_unref (guard->empty);
  for (guint i = 0; i < N_SOCKETS; i++) {
    peg_socket_free (guard->sockets[i]);
    g_object_unref (guard->clients[i]);
  }
  peg_poll_unref (guard->poll);
}

int
main (void)
{
  g_autofree Guard *guard = g_new0 (Guard, 1);
  g_autoptr (GPtrArray) again = plan_entries (4321);

  guard_init (guard);
  warm_up (guard);

  path_encode_list (guard);
  path_encode_body (guard);
  path_decode_list (guard);
  path_reduce_list (guard);

  /* Entries of its own, all equal but one, as a second list brings them. */
  guard->again = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  guard->again->entries = g_steal_pointer (&again);
  guard->again->epoch = g_strdup ("guard");
  path_reduce_again (guard);

  make_changes (guard);
  path_encode_change (guard);
  path_send_change (guard);
  path_decode_change (guard);
  path_reduce_change (guard);

  path_table_closed (guard);
  path_table_expand (guard);
  path_table_group (guard);
  path_table_diff (guard);
  path_table_change (guard);
  path_search_keys (guard);

  g_assert_cmpuint (peg_row_table_get_n_files (guard->open), ==, N_FILES);
  g_assert_cmpuint (peg_row_table_get_n (guard->open), >, N_FILES);
  g_assert_cmpuint (peg_row_table_get_n (guard->closed), ==,
                    peg_snapshot_get_n_groups (guard->snapshot));
  g_assert_cmpuint (peg_snapshot_get_counts (guard->steps[N_CHANGES])->all, ==, N_FILES);
  for (guint i = 0; i < N_SOCKETS; i++)
    g_assert_true (peg_socket_is_clear (guard->sockets[i]));
  guard_clear (guard);

  return 0;
}
