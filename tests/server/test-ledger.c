/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ledger.h"
#include "peg-revision.h"
#include "peg-server-test.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

typedef struct {
  char *folder; /* (owned) */
  char *path;   /* (owned) */
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
  peg_test_remove_folder (self->folder);
  g_free (self->path);
}

static PegLedger *
open_ledger (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  PegLedger *ledger = peg_ledger_open (self->path, &error);

  g_assert_no_error (error);

  return ledger;
}

static guint64
add_record (PegLedger *ledger,
            gboolean   commit)
{
  g_autoptr (PegRecord) record = peg_record_new (PEG_CAUSE_CHANGED);
  g_autoptr (GError) error = NULL;
  gint64 row = 7;

  record->by = g_strdup ("dana");
  record->filename = g_strdup ("a.nc");
  g_array_append_val (record->changed, row);
  row = 8;
  g_array_append_val (record->changed, row);
  g_ptr_array_add (record->removed, g_strdup ("with a\nline break"));
  g_assert_true (peg_ledger_begin (ledger, &error));
  g_assert_true (peg_ledger_add_record (ledger, record, &error));
  if (commit)
    g_assert_true (peg_ledger_commit (ledger, &error));
  else
    peg_ledger_rollback (ledger);
  g_assert_no_error (error);

  return record->seq;
}

/* Positions have no holes, also when a change is undone, and go on after a
 * restart. */
static void
test_ledger_seq (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *epoch = g_strdup (peg_ledger_get_epoch (ledger));
  PegRecord *record;

  g_assert_cmpuint (peg_ledger_get_seq (ledger), ==, 0);
  g_assert_cmpuint (add_record (ledger, TRUE), ==, 1);
  g_assert_cmpuint (add_record (ledger, FALSE), ==, 2);
  g_assert_cmpuint (peg_ledger_get_seq (ledger), ==, 1);
  g_assert_cmpuint (add_record (ledger, TRUE), ==, 2);

  g_clear_pointer (&ledger, peg_ledger_free);
  ledger = open_ledger (self);
  g_assert_cmpstr (peg_ledger_get_epoch (ledger), ==, epoch);
  g_assert_cmpuint (peg_ledger_get_seq (ledger), ==, 2);
  g_assert_cmpuint (add_record (ledger, TRUE), ==, 3);

  records = peg_ledger_list_after (ledger, 1, 100, NULL);
  g_assert_cmpuint (records->len, ==, 2);
  record = g_ptr_array_index (records, 0);
  g_assert_cmpuint (record->seq, ==, 2);
  g_assert_cmpint (record->cause, ==, PEG_CAUSE_CHANGED);
  g_assert_cmpstr (record->by, ==, "dana");
  g_assert_cmpuint (record->changed->len, ==, 2);
  g_assert_cmpint (g_array_index (record->changed, gint64, 1), ==, 8);
  g_assert_cmpuint (record->removed->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (record->removed, 0), ==, "with a\nline break");
}

static void
test_ledger_prune (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (GPtrArray) records = NULL;

  for (guint i = 0; i < 10; i++)
    add_record (ledger, TRUE);
  g_assert_true (peg_ledger_prune (ledger, 3, g_get_real_time (), NULL));

  records = peg_ledger_list_after (ledger, 0, 100, NULL);
  g_assert_cmpuint (records->len, ==, 3);
  g_assert_cmpuint (((PegRecord *) g_ptr_array_index (records, 0))->seq, ==, 8);
  g_assert_cmpuint (add_record (ledger, TRUE), ==, 11);
}

/* What is older than 30 days goes; the position stays, also when all of it does. */
static void
test_ledger_prune_old (Fixture       *self,
                       gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegLedger) again = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gint64 now_us = g_get_real_time ();

  for (guint i = 0; i < 10; i++)
    add_record (ledger, TRUE);
  g_assert_true (peg_ledger_prune (ledger, 1000, now_us + 29 * G_TIME_SPAN_DAY, NULL));
  records = peg_ledger_list_after (ledger, 0, 100, NULL);
  g_assert_cmpuint (records->len, ==, 10);

  g_assert_true (peg_ledger_prune (ledger, 1000, now_us + 31 * G_TIME_SPAN_DAY, NULL));
  g_clear_pointer (&records, g_ptr_array_unref);
  records = peg_ledger_list_after (ledger, 0, 100, NULL);
  g_assert_cmpuint (records->len, ==, 1);

  g_clear_pointer (&ledger, peg_ledger_free);
  again = open_ledger (self);
  g_assert_cmpuint (peg_ledger_get_seq (again), ==, 10);
}

static PegFile *
add_file (PegLedger  *ledger,
          const char *path)
{
  PegFile *file = peg_file_new (path);
  g_autoptr (GError) error = NULL;

  file->size = 12;
  file->mtime_ns = 1234567890123456789;
  file->inode = 99;
  file->description = g_strdup ("TITLE");
  g_assert_true (peg_ledger_begin (ledger, &error));
  g_assert_true (peg_ledger_add_file (ledger, file, &error));
  g_assert_true (peg_ledger_commit (ledger, &error));
  g_assert_no_error (error);

  return file;
}

/* Who has a file survives a restart, with everything that is known of it. */
static void
test_ledger_locks (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegFile) file = add_file (ledger, "Mill/a.nc");
  g_autoptr (GPtrArray) files = NULL;
  const PegFile *found;
  guint64 first;

  g_assert_true (peg_ledger_begin (ledger, NULL));
  first = peg_ledger_next_token (ledger, NULL);
  file->hold = g_new0 (PegHold, 1);
  file->hold->id = g_strdup ("lock");
  file->hold->holder = g_strdup ("dana");
  file->hold->station = g_strdup ("VF-4");
  file->hold->since_us = 5;
  file->hold->token = first;
  file->hold->missing = TRUE;
  g_assert_true (peg_ledger_write_file (ledger, file, NULL));
  g_assert_true (peg_ledger_commit (ledger, NULL));

  g_clear_pointer (&ledger, peg_ledger_free);
  ledger = open_ledger (self);
  files = peg_ledger_load_files (ledger, NULL);
  g_assert_cmpuint (files->len, ==, 1);
  found = g_ptr_array_index (files, 0);
  g_assert_cmpint (found->id, ==, file->id);
  g_assert_cmpstr (found->path, ==, "Mill/a.nc");
  g_assert_cmpstr (found->filename, ==, "a.nc");
  g_assert_cmpint (found->mtime_ns, ==, 1234567890123456789);
  g_assert_cmpstr (found->description, ==, "TITLE");
  g_assert_nonnull (found->hold);
  g_assert_cmpstr (found->hold->holder, ==, "dana");
  g_assert_cmpstr (found->hold->station, ==, "VF-4");
  g_assert_null (found->hold->reason);
  g_assert_cmpuint (found->hold->token, ==, first);
  g_assert_true (found->hold->missing);
  g_assert_false (found->hold->changed_outside);

  g_assert_true (peg_ledger_begin (ledger, NULL));
  g_assert_cmpuint (peg_ledger_next_token (ledger, NULL), >, first);
  g_assert_true (peg_ledger_commit (ledger, NULL));
}

/* A file that goes keeps its row, and gives its path free. */
static void
test_ledger_gone (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegFile) file = add_file (ledger, "a.nc");
  g_autoptr (PegFile) again = NULL;
  g_autoptr (PegFile) other = NULL;
  g_autoptr (GPtrArray) files = NULL;

  g_assert_null (peg_ledger_find_gone (ledger, "a.nc"));
  g_assert_true (peg_ledger_begin (ledger, NULL));
  g_assert_true (peg_ledger_remove_file (ledger, file, NULL));
  g_assert_true (peg_ledger_commit (ledger, NULL));

  files = peg_ledger_load_files (ledger, NULL);
  g_assert_cmpuint (files->len, ==, 0);
  again = peg_ledger_find_gone (ledger, "a.nc");
  g_assert_nonnull (again);
  g_assert_cmpint (again->id, ==, file->id);

  other = add_file (ledger, "a.nc");
  g_assert_cmpint (other->id, !=, file->id);
}

/* Two files cannot be at the same place, whatever a mistake elsewhere does. */
static void
test_ledger_unique (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegFile) first = add_file (ledger, "a.nc");
  g_autoptr (PegFile) other = peg_file_new ("a.nc");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (first);
  g_assert_true (peg_ledger_begin (ledger, NULL));
  g_assert_false (peg_ledger_add_file (ledger, other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  peg_ledger_rollback (ledger);
}

static void
test_ledger_revisions (Fixture       *self,
                       gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegFile) file = add_file (ledger, "a.nc");
  g_autoptr (GPtrArray) revisions = NULL;
  const PegRevision *newest;

  g_assert_true (peg_ledger_begin (ledger, NULL));
  for (int i = 0; i < 12; i++) {
    PegRevision revision = { .hash = (char *) "h", .who = (char *) "dana", .when_us = i, .size = i,
                             .major = 1, .minor = i };

    g_assert_true (peg_ledger_add_revision (ledger, file->id, &revision, NULL));
  }
  g_assert_true (peg_ledger_commit (ledger, NULL));

  revisions = peg_ledger_list_revisions (ledger, file->id, NULL);
  g_assert_cmpuint (revisions->len, ==, 12);
  newest = g_ptr_array_index (revisions, 0);
  g_assert_cmpint (newest->minor, ==, 11);
  g_assert_null (newest->comment);

  /* A revision of a file that does not exist is a mistake. */
  g_assert_true (peg_ledger_begin (ledger, NULL));
  g_assert_false (peg_ledger_add_revision (ledger, 12345, newest, NULL));
  peg_ledger_rollback (ledger);
}

/* A backup that was copied back is another file: positions start anew, and tokens
 * do not go back. */
static void
test_ledger_restored (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autofree char *epoch = g_strdup (peg_ledger_get_epoch (ledger));
  g_autofree char *prefix = g_strdup (peg_ledger_get_prefix (ledger));
  g_autofree char *copy = g_build_filename (self->folder, "copy.db", NULL);
  g_autofree char *contents = NULL;
  gsize length;
  guint64 token;

  g_assert_true (peg_ledger_begin (ledger, NULL));
  token = peg_ledger_next_token (ledger, NULL);
  g_assert_true (peg_ledger_commit (ledger, NULL));
  g_clear_pointer (&ledger, peg_ledger_free);

  g_assert_true (g_file_get_contents (self->path, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (copy, contents, (gssize) length, NULL));
  peg_test_move (self->folder, "copy.db", "ledger.db");

  ledger = open_ledger (self);
  g_assert_cmpstr (peg_ledger_get_epoch (ledger), !=, epoch);
  g_assert_cmpstr (peg_ledger_get_prefix (ledger), ==, prefix);
  g_assert_true (peg_ledger_begin (ledger, NULL));
  g_assert_cmpuint (peg_ledger_next_token (ledger, NULL), >, token);
  peg_ledger_rollback (ledger);
}

/* A backup that is copied over the ledger is the same file. What it does not know
 * is found out all the same. */
static void
test_ledger_restored_in_place (Fixture       *self,
                               gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autofree char *epoch = g_strdup (peg_ledger_get_epoch (ledger));
  g_autofree char *marker = g_build_filename (self->folder, "epoch.state", NULL);
  g_autofree char *contents = NULL;
  g_autofree char *next_epoch = NULL;
  gsize length;

  for (guint i = 0; i < 3; i++)
    add_record (ledger, TRUE);
  g_clear_pointer (&ledger, peg_ledger_free);
  g_assert_true (g_file_get_contents (self->path, &contents, &length, NULL));

  /* Nothing was restored: the epoch stays, also where the marker was lost, or a
   * power cut left it empty or behind. */
  for (guint i = 0; i < 4; i++) {
    if (i == 1)
      peg_test_remove (self->folder, "epoch.state");
    if (i == 2)
      peg_test_write (self->folder, "epoch.state", "");
    if (i == 3) {
      g_autofree char *behind = g_strdup_printf ("%s 1\n", epoch);

      peg_test_write (self->folder, "epoch.state", behind);
    }
    ledger = open_ledger (self);
    g_assert_cmpstr (peg_ledger_get_epoch (ledger), ==, epoch);
    g_clear_pointer (&ledger, peg_ledger_free);
    g_assert_true (g_file_test (marker, G_FILE_TEST_EXISTS));
  }

  ledger = open_ledger (self);
  add_record (ledger, TRUE);
  g_clear_pointer (&ledger, peg_ledger_free);
  g_assert_true (g_file_set_contents_full (self->path, contents, (gssize) length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));

  ledger = open_ledger (self);
  g_assert_cmpuint (peg_ledger_get_seq (ledger), ==, 3);
  next_epoch = g_strdup (peg_ledger_get_epoch (ledger));
  g_assert_cmpstr (next_epoch, !=, epoch);
  g_clear_pointer (&ledger, peg_ledger_free);

  /* Once, and not at every start. */
  ledger = open_ledger (self);
  g_assert_cmpstr (peg_ledger_get_epoch (ledger), ==, next_epoch);
}

/* How many clients come back is known to the next server, and to one whose marker
 * was written by an older one it is not. */
static void
test_ledger_clients (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autofree char *epoch = g_strdup (peg_ledger_get_epoch (ledger));
  g_autofree char *older = g_strdup_printf ("%s %020u\n", epoch, 1);
  g_autofree char *damaged = g_strdup_printf ("%s %020u 99999999999\n", epoch, 1);

  g_assert_cmpuint (peg_ledger_get_n_clients (ledger), ==, 0);
  peg_ledger_note_n_clients (ledger, 4000);
  add_record (ledger, TRUE);
  peg_ledger_note_n_clients (ledger, 417);
  g_clear_pointer (&ledger, peg_ledger_free);

  for (guint i = 0; i < 2; i++) {
    ledger = open_ledger (self);
    g_assert_cmpuint (peg_ledger_get_n_clients (ledger), ==, 417);
    g_assert_cmpstr (peg_ledger_get_epoch (ledger), ==, epoch);
    g_clear_pointer (&ledger, peg_ledger_free);
  }

  peg_test_write (self->folder, "epoch.state", older);
  ledger = open_ledger (self);
  g_assert_cmpuint (peg_ledger_get_n_clients (ledger), ==, 0);
  g_assert_cmpstr (peg_ledger_get_epoch (ledger), ==, epoch);
  g_clear_pointer (&ledger, peg_ledger_free);

  peg_test_write (self->folder, "epoch.state", damaged);
  ledger = open_ledger (self);
  g_assert_cmpuint (peg_ledger_get_n_clients (ledger), ==, PEG_LEDGER_MAX_CLIENTS);
}

static void
test_ledger_newer (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (GError) error = NULL;
  sqlite3 *database;

  g_clear_pointer (&ledger, peg_ledger_free);
  g_assert_cmpint (sqlite3_open (self->path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "PRAGMA user_version = 1000", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);

  g_assert_null (peg_ledger_open (self->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* A server of the first format left a check-in: it wrote no token down. */
static void
test_ledger_older (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegFile) file = peg_file_new ("a.nc");
  g_autoptr (GPtrArray) list = NULL;
  PegIntent noted = { .path = (char *) "a.nc", .sha256 = (char *) "x", .who = (char *) "dana",
                      .temporary = (char *) "t", .token = 7 };
  sqlite3 *database;

  g_assert_true (peg_ledger_add_file (ledger, file, NULL));
  noted.file = file->id;
  g_assert_true (peg_ledger_add_pending (ledger, &noted, NULL));
  list = peg_ledger_list_pending (ledger, NULL);
  g_assert_cmpuint (((PegIntent *) g_ptr_array_index (list, 0))->token, ==, 7);
  g_clear_pointer (&list, g_ptr_array_unref);
  g_clear_pointer (&ledger, peg_ledger_free);

  g_assert_cmpint (sqlite3_open (self->path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database,
                                 "ALTER TABLE pending DROP COLUMN token;"
                                 "ALTER TABLE pending DROP COLUMN key;"
                                 "ALTER TABLE pending DROP COLUMN request;"
                                 "ALTER TABLE answers DROP COLUMN headers;"
                                 "ALTER TABLE answers DROP COLUMN request;"
                                 "DROP TABLE people; DROP TABLE ended_sessions;"
                                 "PRAGMA user_version = 1",
                                 NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);

  ledger = open_ledger (self);
  list = peg_ledger_list_pending (ledger, NULL);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpstr (((PegIntent *) g_ptr_array_index (list, 0))->who, ==, "dana");
  g_assert_cmpuint (((PegIntent *) g_ptr_array_index (list, 0))->token, ==, 0);
}

static void
test_ledger_not_a_database (Fixture       *self,
                            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  peg_test_write (self->folder, "ledger.db",
                  "This is not a database, and it is long enough to be seen as none.");
  g_assert_null (peg_ledger_open (self->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_ledger_notes (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autoptr (PegNote) note =
    peg_note_new (&(PegNote) { (char *) "n1", (char *) "eve", (char *) "Bring it back", 5 });
  g_autoptr (GPtrArray) notes = NULL;

  g_assert_true (peg_ledger_add_note (ledger, "dana", note, NULL));
  notes = peg_ledger_list_notes (ledger, "dana", NULL);
  g_assert_cmpuint (notes->len, ==, 1);
  g_assert_cmpstr (((PegNote *) g_ptr_array_index (notes, 0))->text, ==, "Bring it back");
  g_clear_pointer (&notes, g_ptr_array_unref);

  /* Nobody acknowledges the notes of somebody else. */
  g_assert_true (peg_ledger_remove_note (ledger, "eve", "n1", NULL));
  notes = peg_ledger_list_notes (ledger, "dana", NULL);
  g_assert_cmpuint (notes->len, ==, 1);
  g_clear_pointer (&notes, g_ptr_array_unref);

  g_assert_true (peg_ledger_remove_note (ledger, "dana", "n1", NULL));
  notes = peg_ledger_list_notes (ledger, "dana", NULL);
  g_assert_cmpuint (notes->len, ==, 0);
}

static void
test_ledger_answers (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autofree char *headers = NULL;
  g_autofree char *request = NULL;
  g_autofree char *body = NULL;
  guint status = 0;

  g_assert_null (peg_ledger_find_answer (ledger, "key", &request, &status, &headers));
  g_assert_null (headers);
  g_assert_true (peg_ledger_add_answer (ledger, "key", "asked", 409, "first", "A: b\n", NULL));
  g_assert_true (peg_ledger_add_answer (ledger, "key", "other", 200, "second", NULL, NULL));
  body = peg_ledger_find_answer (ledger, "key", &request, &status, &headers);
  g_assert_cmpstr (headers, ==, "A: b\n");
  g_assert_cmpstr (body, ==, "first");
  g_assert_cmpstr (request, ==, "asked");
  g_assert_cmpuint (status, ==, 409);

  /* It is forgotten after a day, and not before. */
  for (guint i = 0; i < 2; i++) {
    gint64 then_us = g_get_real_time () + (i == 0 ? 23 : 25) * G_TIME_SPAN_HOUR;

    g_assert_true (peg_ledger_prune (ledger, 1000, then_us, NULL));
    g_free (body);
    g_free (headers);
    g_free (request);
    body = peg_ledger_find_answer (ledger, "key", &request, &status, &headers);
    g_assert_true ((body == NULL) == (i == 1));
  }
}

/* How often the write-ahead log was begun anew (sqlite.org/fileformat2.html, 4.1):
 * each time all of it is in the database. */
static guint32
count_resets (Fixture *self)
{
  g_autofree char *path = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *data = NULL;
  guint32 count;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL) || length < 32)
    return 0;
  memcpy (&count, data + 12, sizeof count);

  return GUINT32_FROM_BE (count);
}

/* Whether all of the log is in the database: how many pages it has and how many of
 * them were brought in stand in the index of it (sqlite.org/walformat.html, 2.1). */
static gboolean
is_brought_in (Fixture *self)
{
  g_autofree char *path = g_strconcat (self->path, "-shm", NULL);
  g_autofree char *data = NULL;
  guint32 n_pages, n_brought_in;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL) || length < 100)
    return FALSE;
  memcpy (&n_pages, data + 16, sizeof n_pages);
  memcpy (&n_brought_in, data + 96, sizeof n_brought_in);

  return n_brought_in == n_pages;
}

static goffset
get_log_size (Fixture *self)
{
  g_autofree char *path = g_strconcat (self->path, "-wal", NULL);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

static void
commit_text (PegLedger  *ledger,
             const char *text)
{
  g_autoptr (PegRecord) record = peg_record_new (PEG_CAUSE_CHANGED);

  record->message = g_strdup (text);
  g_assert_true (peg_ledger_begin (ledger, NULL));
  g_assert_true (peg_ledger_add_record (ledger, record, NULL));
  g_assert_true (peg_ledger_commit (ledger, NULL));
}

/* After a thousand pages, each with its head, the log is brought in. With 4,000 of
 * them a commit would do it. */
#define BEGIN_BYTES (1000 * (4096 + 24))

/* The log does not grow for ever, although no commit brings it into the database:
 * nothing is committed while the test waits. The commit that follows finds all of it
 * there and begins it anew; one that comes in the moment in which the thread lets go
 * of it does not, and it is for the next thousand. */
static void
test_ledger_checkpoint (Fixture       *self,
                        gconstpointer  data)
{
  g_autoptr (PegLedger) ledger = open_ledger (self);
  g_autofree char *text = g_strnfill (64 * 1024, 'x');
  guint32 first;

  commit_text (ledger, text);
  first = count_resets (self);
  g_assert_false (is_brought_in (self));

  for (guint round = 1; count_resets (self) == first; round++) {
    g_assert_cmpuint (round, <=, 2);
    while (get_log_size (self) <= round * BEGIN_BYTES)
      commit_text (ledger, text);
    peg_test_wait_until (is_brought_in (self));
    commit_text (ledger, text);
  }
  g_assert_cmpint (get_log_size (self), <, 3 * BEGIN_BYTES);
}

#define add(name, func) \
  g_test_add ("/server/ledger/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("seq", test_ledger_seq);
  add ("prune", test_ledger_prune);
  add ("prune-old", test_ledger_prune_old);
  add ("locks", test_ledger_locks);
  add ("gone", test_ledger_gone);
  add ("unique", test_ledger_unique);
  add ("revisions", test_ledger_revisions);
  add ("restored", test_ledger_restored);
  add ("restored-in-place", test_ledger_restored_in_place);
  add ("clients", test_ledger_clients);
  add ("older", test_ledger_older);
  add ("newer", test_ledger_newer);
  add ("not-a-database", test_ledger_not_a_database);
  add ("notes", test_ledger_notes);
  add ("checkpoint", test_ledger_checkpoint);
  add ("answers", test_ledger_answers);

  return g_test_run ();
}
