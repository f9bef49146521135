/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-outbox.h"

#include "fake-clock.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define S ((gint64) G_USEC_PER_SEC)

typedef struct {
  char *folder;
  FakeClock *clock;
  PegOutbox *outbox;
} Fixture;

static guint next_id;

static char *
new_id (void)
{
  return g_strdup_printf ("00000000-0000-4000-8000-%012u", ++next_id);
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
reopen (Fixture *fixture)
{
  g_autofree char *folder = peg_outbox_dup_folder (fixture->folder, "http://shop:8420", "ada");

  g_clear_object (&fixture->outbox);
  fixture->outbox = peg_outbox_new (folder, PEG_CLOCK (fixture->clock), new_id);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("pegboard-outbox-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->clock = fake_clock_new ();
  fake_clock_advance (fixture->clock, S);
  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->outbox));
  g_clear_object (&fixture->clock);
  empty (fixture->folder);
  g_clear_pointer (&fixture->folder, g_free);
}

static PegEntry *
new_entry (const char *name,
           const char *holder,
           const char *sha256)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.id = name;
  fields.filename = name;
  fields.path = "p/a.nc";
  fields.holder = holder;
  fields.version = 12;
  fields.token = 7;
  fields.sha256 = sha256;

  return peg_entry_new (&fields);
}

static PegOutboxItem *
add (Fixture    *fixture,
     PegAction   action,
     const char *name,
     GError    **error)
{
  g_autoptr (PegEntry) entry = new_entry (name, "ada", NULL);
  g_autofree char *id = NULL;
  int lock;

  id = peg_outbox_reserve (fixture->outbox, &lock, error);
  if (id == NULL)
    return NULL;

  return peg_outbox_add (fixture->outbox, id, lock,
                         peg_outbox_item_new (action, entry, "because"), error);
}

static PegOutboxItem *
add_check_in (Fixture    *fixture,
              const char *text)
{
  g_autoptr (PegEntry) entry = new_entry ("a.nc", "ada", NULL);
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "mine.nc", NULL);
  g_autofree char *id = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  PegOutboxItem *item;
  int lock;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  file = g_file_new_for_path (path);

  id = peg_outbox_reserve (fixture->outbox, &lock, &error);
  g_assert_no_error (error);
  bytes = peg_outbox_dup_bytes (fixture->outbox, id);
  item = peg_outbox_item_new (PEG_ACTION_CHECK_IN, entry, "deeper");
  g_assert_true (peg_outbox_copy (bytes, file, NULL, &item->size, &item->sha256, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);

  item = peg_outbox_add (fixture->outbox, id, lock, item, &error);
  g_assert_no_error (error);

  return item;
}

static PegOutboxItem *
nth (Fixture *fixture,
     guint    i)
{
  return g_ptr_array_index (peg_outbox_get_all (fixture->outbox), i);
}

static guint
count (Fixture *fixture)
{
  return peg_outbox_get_all (fixture->outbox)->len;
}

static guint
n_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (peg_outbox_get_folder (fixture->outbox), 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* The bytes are there although the person’s file is gone, for this person only,
 * and after the program has ended. */
static void
test_draft (Fixture       *fixture,
            gconstpointer  data)
{
  PegOutboxItem *item = add_check_in (fixture, "G0 X1\n");
  g_autofree char *id = g_strdup (item->id);
  g_autofree char *bytes = peg_outbox_dup_bytes (fixture->outbox, item->id);
  g_autofree char *text = NULL;
  g_autoptr (PegEntry) entry = NULL;
  struct stat info;

  g_assert_true (peg_outbox_set (fixture->outbox, item, PEG_DRAFT_SENT, NULL, NULL));
  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpuint (count (fixture), ==, 1);

  item = nth (fixture, 0);
  g_assert_cmpstr (item->id, ==, id);
  g_assert_cmpint (item->state, ==, PEG_DRAFT_SENT);
  g_assert_cmpint (item->action, ==, PEG_ACTION_CHECK_IN);
  g_assert_cmpstr (item->text, ==, "deeper");
  g_assert_cmpuint (item->version, ==, 12);
  g_assert_cmpuint (item->token, ==, 7);
  g_assert_cmpint (item->size, ==, 6);
  g_assert_cmpint (item->boot_us, ==, 0);
  g_assert_cmpint (item->lock, >=, 0);
  entry = peg_outbox_item_dup_entry (item, "ada");
  g_assert_cmpstr (peg_entry_get_key (entry), ==, "a.nc");
  g_assert_cmpuint (peg_entry_get_token (entry), ==, 7);
  g_assert_cmpuint (peg_entry_get_version (entry), ==, 12);

  g_assert_true (g_file_get_contents (bytes, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "G0 X1\n");
  g_assert_cmpint (g_stat (bytes, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (peg_outbox_get_folder (fixture->outbox), &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);

  g_assert_true (peg_outbox_set (fixture->outbox, item, PEG_DRAFT_ACKED, NULL, NULL));
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* What another program is at is seen, and not touched; when it has ended, in
 * whatever way, it is ours. */
static void
test_elsewhere (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *folder = g_strdup (peg_outbox_get_folder (fixture->outbox));
  PegOutbox *other = peg_outbox_new (folder, PEG_CLOCK (fixture->clock), new_id);

  add_check_in (fixture, "G1\n");
  g_assert_cmpuint (peg_outbox_load (other), ==, 0);
  g_assert_cmpuint (peg_outbox_get_all (other)->len, ==, 1);
  g_assert_cmpint (((PegOutboxItem *) peg_outbox_get_all (other)->pdata[0])->lock, <, 0);

  g_clear_object (&fixture->outbox);
  g_assert_cmpuint (peg_outbox_load (other), ==, 0);
  g_assert_cmpint (((PegOutboxItem *) peg_outbox_get_all (other)->pdata[0])->lock, >=, 0);

  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpint (nth (fixture, 0)->lock, <, 0);
  g_assert_finalize_object (other);
}

/* A program that sends nothing unasked does not keep others from what it only
 * looks at, and reads anew what it claims. */
static void
test_looks (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *folder = g_strdup (peg_outbox_get_folder (fixture->outbox));
  g_autofree char *id = g_strdup (add_check_in (fixture, "G1\n")->id);
  PegOutbox *other = peg_outbox_new (folder, PEG_CLOCK (fixture->clock), new_id);
  PegOutboxItem *item;

  peg_outbox_set_claims (other, FALSE);
  g_assert_cmpuint (peg_outbox_load (other), ==, 0);
  g_assert_true (peg_outbox_find (other, id)->elsewhere);
  g_assert_null (peg_outbox_claim (other, id));

  /* Nobody has it: it is seen, and is free. */
  g_clear_object (&fixture->outbox);
  g_assert_cmpuint (peg_outbox_load (other), ==, 0);
  g_assert_false (peg_outbox_find (other, id)->elsewhere);
  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpint (nth (fixture, 0)->lock, >=, 0);

  g_assert_true (peg_outbox_set (fixture->outbox, nth (fixture, 0), PEG_DRAFT_CONFLICT, "why", NULL));
  g_clear_object (&fixture->outbox);
  item = peg_outbox_claim (other, id);
  g_assert_nonnull (item);
  g_assert_cmpint (item->state, ==, PEG_DRAFT_CONFLICT);

  /* While it is claimed, and not longer. */
  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpint (nth (fixture, 0)->lock, <, 0);
  peg_outbox_let_go (other, id);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpint (nth (fixture, 0)->lock, >=, 0);
  g_assert_finalize_object (other);
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  PegOutboxItem *first = add (fixture, PEG_ACTION_CHECK_OUT, "a.nc", NULL);
  PegOutboxItem *second = add (fixture, PEG_ACTION_RELEASE, "a.nc", NULL);
  PegOutboxItem *other = add (fixture, PEG_ACTION_CHECK_OUT, "b.nc", NULL);

  g_assert_false (peg_outbox_is_blocked (fixture->outbox, first));
  g_assert_true (peg_outbox_is_blocked (fixture->outbox, second));
  g_assert_false (peg_outbox_is_blocked (fixture->outbox, other));

  g_assert_true (peg_outbox_set (fixture->outbox, first, PEG_DRAFT_SENT, NULL, NULL));
  g_assert_true (peg_outbox_is_blocked (fixture->outbox, second));
  g_assert_true (peg_outbox_set (fixture->outbox, first, PEG_DRAFT_ACKED, NULL, NULL));
  g_assert_false (peg_outbox_is_blocked (fixture->outbox, second));

  /* The order is the same after a restart. */
  g_assert_nonnull (add (fixture, PEG_ACTION_CHECK_OUT, "0.nc", NULL));
  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpuint (count (fixture), ==, 3);
  g_assert_cmpint (nth (fixture, 0)->action, ==, PEG_ACTION_RELEASE);
  g_assert_cmpstr (nth (fixture, 1)->filename, ==, "b.nc");
  g_assert_cmpstr (nth (fixture, 2)->filename, ==, "0.nc");
}

static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < PEG_OUTBOX_MAX_ITEMS; i++) {
    g_assert_nonnull (add (fixture, PEG_ACTION_CHECK_OUT, "a.nc", &error));
    g_assert_no_error (error);
  }

  g_assert_null (add (fixture, PEG_ACTION_CHECK_OUT, "a.nc", &error));
  g_assert_error (error, PEG_OUTBOX_ERROR, PEG_OUTBOX_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, "100 unsent actions"));
  g_assert_true (peg_outbox_set (fixture->outbox, nth (fixture, 50), PEG_DRAFT_CANCELLED, NULL, NULL));
  g_assert_nonnull (add (fixture, PEG_ACTION_CHECK_OUT, "a.nc", NULL));
}

/* A disk that does not take it: nothing may be sent. */
static void
test_no_disk (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *block = g_build_filename (fixture->folder, "file", NULL);
  g_autofree char *folder = g_build_filename (block, "outbox", NULL);

  g_assert_true (g_file_set_contents (block, "", 0, NULL));
  g_clear_object (&fixture->outbox);
  fixture->outbox = peg_outbox_new (folder, PEG_CLOCK (fixture->clock), new_id);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_null (add (fixture, PEG_ACTION_CHECK_OUT, "a.nc", &error));
  g_assert_error (error, PEG_OUTBOX_ERROR, PEG_OUTBOX_ERROR_DISK);
  g_assert_nonnull (strstr (error->message, "Nothing was sent"));
}

static void
overwrite (Fixture    *fixture,
           const char *id,
           const char *suffix,
           const char *text)
{
  g_autofree char *name = g_strconcat (id, suffix, NULL);
  g_autofree char *path = g_build_filename (peg_outbox_get_folder (fixture->outbox), name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* What cannot be read is set aside once, with its bytes; the rest goes on. */
static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *first = g_strdup (add_check_in (fixture, "G0\n")->id);
  g_autofree char *bytes = peg_outbox_dup_bytes (fixture->outbox, first);
  g_autofree char *second = g_strdup (add_check_in (fixture, "G1\n")->id);
  g_autofree char *second_bytes = peg_outbox_dup_bytes (fixture->outbox, second);
  g_autofree char *text = NULL;

  add (fixture, PEG_ACTION_CHECK_OUT, "b.nc", NULL);
  overwrite (fixture, first, ".json", "{\"format\":1,\"id\":");
  g_assert_cmpint (g_unlink (second_bytes), ==, 0);
  overwrite (fixture, "00000000-0000-4000-8000-00000000aaaa", ".part", "half of");
  overwrite (fixture, "00000000-0000-4000-8000-00000000bbbb", ".bytes", "nobody’s");
  overwrite (fixture, "../escape", ".json", "{}");

  reopen (fixture);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 2);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_cmpstr (nth (fixture, 0)->filename, ==, "b.nc");
  g_assert_true (g_file_get_contents (bytes, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "G0\n");

  /* Two set aside, a lock for each, the bytes of the first; the check-out. */
  g_assert_cmpuint (n_files (fixture), ==, 2 + 2 + 1 + 2);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpuint (n_files (fixture), ==, 2 + 2 + 1 + 2);
}

/* Whoever only looks leaves everything as it is, and counts what cannot be read. */
static void
test_only_looks (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *first = g_strdup (add_check_in (fixture, "G0\n")->id);
  g_autofree char *second = g_strdup (add_check_in (fixture, "G1\n")->id);
  g_autofree char *folder = g_strdup (peg_outbox_get_folder (fixture->outbox));
  g_autofree char *bytes = peg_outbox_dup_bytes (fixture->outbox, second);
  g_autoptr (PegOutbox) looks = peg_outbox_new (folder, PEG_CLOCK (fixture->clock), new_id);
  g_autofree char *reserved = NULL;
  int lock;

  overwrite (fixture, first, ".json", "{\"format\":1,\"id\":");
  overwrite (fixture, "00000000-0000-4000-8000-00000000aaaa", ".damaged", "");
  overwrite (fixture, "00000000-0000-4000-8000-00000000bbbb", ".bytes", "nobody’s");
  overwrite (fixture, "00000000-0000-4000-8000-00000000cccc", ".part", "half of");

  /* What somebody is at is not lost. */
  reserved = peg_outbox_reserve (fixture->outbox, &lock, NULL);
  overwrite (fixture, reserved, ".bytes", "on its way");
  peg_outbox_set_claims (looks, FALSE);
  g_assert_cmpuint (n_files (fixture), ==, 6 + 3 + 2);
  g_assert_cmpuint (peg_outbox_load (looks), ==, 0);
  g_assert_cmpuint (peg_outbox_get_all (looks)->len, ==, 1);
  g_assert_cmpuint (peg_outbox_get_n_unreadable (looks), ==, 2);

  /* Nobody is at any of it; a check-in without its bytes is not whole. */
  close (lock);
  g_clear_object (&fixture->outbox);
  reopen (fixture);
  g_assert_cmpint (g_unlink (bytes), ==, 0);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (peg_outbox_load (looks), ==, 0);
    g_assert_cmpuint (peg_outbox_get_all (looks)->len, ==, 0);
    g_assert_cmpuint (peg_outbox_get_n_unreadable (looks), ==, 5);
    g_assert_false (peg_outbox_is_bare (looks));
    g_assert_cmpuint (n_files (fixture), ==, 5 + 3 + 2);
  }

  /* Whoever sends does set aside, and what is set aside counts on. */
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 2);
  g_assert_cmpuint (peg_outbox_get_n_unreadable (fixture->outbox), ==, 3);
  g_assert_cmpuint (peg_outbox_load (fixture->outbox), ==, 0);
  g_assert_cmpuint (peg_outbox_get_n_unreadable (fixture->outbox), ==, 3);
  peg_outbox_load (looks);
  g_assert_cmpuint (peg_outbox_get_n_unreadable (looks), ==, 3);
}

/* Only the same bytes, kept later, are the same. */
static void
test_again (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *first = g_strdup (add_check_in (fixture, "G0 X1\n")->id);
  g_autofree char *second = g_strdup (add_check_in (fixture, "G0 X2\n")->id);
  g_autofree char *third = NULL;

  /* As big, of the same file, and later: and yet other bytes. */
  g_assert_false (peg_outbox_has_again (fixture->outbox, first));
  g_assert_false (peg_outbox_has_again (fixture->outbox, "00000000-0000-4000-8000-00000000aaaa"));
  third = g_strdup (add_check_in (fixture, "G0 X1\n")->id);
  g_assert_true (peg_outbox_has_again (fixture->outbox, first));
  g_assert_false (peg_outbox_has_again (fixture->outbox, second));
  g_assert_false (peg_outbox_has_again (fixture->outbox, third));
}

/* A folder that is not there has nothing in it; locks alone are nothing. */
static void
test_bare (Fixture       *fixture,
           gconstpointer  data)
{
  PegOutboxItem *item;

  g_assert_true (peg_outbox_is_bare (fixture->outbox));
  item = add_check_in (fixture, "G0\n");
  peg_outbox_load (fixture->outbox);
  g_assert_false (peg_outbox_is_bare (fixture->outbox));
  g_assert_true (peg_outbox_set (fixture->outbox, item, PEG_DRAFT_ACKED, NULL, NULL));
  overwrite (fixture, "00000000-0000-4000-8000-00000000cccc", ".lock", "");
  peg_outbox_set_claims (fixture->outbox, FALSE);
  peg_outbox_load (fixture->outbox);
  g_assert_true (peg_outbox_is_bare (fixture->outbox));
}

static void
test_copy_fails (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/does/not/exist");
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *id = NULL;
  g_autofree char *bytes = NULL;
  gint64 size;
  int lock;

  id = peg_outbox_reserve (fixture->outbox, &lock, &error);
  g_assert_no_error (error);
  bytes = peg_outbox_dup_bytes (fixture->outbox, id);
  g_assert_false (peg_outbox_copy (bytes, file, NULL, &size, &sha256, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (sha256);
  peg_outbox_abandon (fixture->outbox, id, lock);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* One line a rule. */
typedef struct {
  PegAction action;
  PegDraftState state;
  const char *holder;   /* of the file now; NULL: nobody; "-": there is no file */
  gboolean same;        /* its content is that of the draft */
  PegDialect dialect;
  gint64 age_us;        /* -1: an earlier run */
  gboolean blocked;
  PegOutboxStep step;
} Rule;

#define OUT PEG_ACTION_CHECK_OUT
#define IN PEG_ACTION_CHECK_IN
#define BACK PEG_ACTION_RELEASE
#define NEW PEG_DIALECT_PEGBOARD_1
#define OLD PEG_DIALECT_CLASSIC

static const Rule rules[] = {
  /* Intents: within a minute, in this run, never twice on a classic server. */
  { OUT, PEG_DRAFT_QUEUED, NULL, FALSE, NEW, 1 * S, FALSE, PEG_OUTBOX_SEND },
  { OUT, PEG_DRAFT_QUEUED, NULL, FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_SEND },
  { OUT, PEG_DRAFT_QUEUED, NULL, FALSE, NEW, 1 * S, TRUE, PEG_OUTBOX_WAIT },
  { OUT, PEG_DRAFT_QUEUED, NULL, FALSE, NEW, 60 * S - 1, FALSE, PEG_OUTBOX_SEND },
  { OUT, PEG_DRAFT_QUEUED, NULL, FALSE, NEW, 60 * S, FALSE, PEG_OUTBOX_EXPIRE },
  { OUT, PEG_DRAFT_QUEUED, NULL, FALSE, NEW, -1, FALSE, PEG_OUTBOX_EXPIRE },
  { OUT, PEG_DRAFT_SENT, NULL, FALSE, NEW, -1, FALSE, PEG_OUTBOX_EXPIRE },
  { OUT, PEG_DRAFT_SENT, NULL, FALSE, NEW, 1 * S, FALSE, PEG_OUTBOX_SEND },
  { OUT, PEG_DRAFT_SENT, NULL, FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_EXPIRE },
  { OUT, PEG_DRAFT_SENT, "bo", FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_EXPIRE },
  { OUT, PEG_DRAFT_SENT, "ada", FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_DONE },
  { OUT, PEG_DRAFT_SENT, "ada", FALSE, NEW, -1, FALSE, PEG_OUTBOX_DONE },
  { OUT, PEG_DRAFT_SENT, "-", FALSE, NEW, 1 * S, FALSE, PEG_OUTBOX_EXPIRE },
  { BACK, PEG_DRAFT_SENT, "ada", FALSE, NEW, 1 * S, FALSE, PEG_OUTBOX_SEND },
  { BACK, PEG_DRAFT_SENT, "ada", FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_EXPIRE },
  { BACK, PEG_DRAFT_SENT, NULL, FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_DONE },
  { BACK, PEG_DRAFT_QUEUED, "ada", FALSE, NEW, -1, FALSE, PEG_OUTBOX_EXPIRE },

  /* Drafts wait for ever. */
  { IN, PEG_DRAFT_QUEUED, "ada", FALSE, NEW, -1, FALSE, PEG_OUTBOX_SEND },
  { IN, PEG_DRAFT_QUEUED, "ada", FALSE, NEW, -1, TRUE, PEG_OUTBOX_WAIT },
  { IN, PEG_DRAFT_QUEUED, "bo", FALSE, NEW, -1, FALSE, PEG_OUTBOX_SEND },
  { IN, PEG_DRAFT_QUEUED, "ada", FALSE, OLD, 9000 * S, FALSE, PEG_OUTBOX_SEND },
  { IN, PEG_DRAFT_QUEUED, NULL, FALSE, OLD, -1, FALSE, PEG_OUTBOX_CONFLICT },
  { IN, PEG_DRAFT_QUEUED, "bo", FALSE, OLD, -1, FALSE, PEG_OUTBOX_CONFLICT },
  { IN, PEG_DRAFT_QUEUED, "-", FALSE, OLD, -1, FALSE, PEG_OUTBOX_CONFLICT },
  { IN, PEG_DRAFT_SENT, "ada", FALSE, NEW, -1, FALSE, PEG_OUTBOX_SEND },
  { IN, PEG_DRAFT_SENT, NULL, TRUE, NEW, -1, FALSE, PEG_OUTBOX_DONE },
  { IN, PEG_DRAFT_SENT, "ada", TRUE, NEW, -1, FALSE, PEG_OUTBOX_SEND },
  { IN, PEG_DRAFT_SENT, "ada", FALSE, OLD, 1 * S, FALSE, PEG_OUTBOX_ASK },
  { IN, PEG_DRAFT_SENT, NULL, FALSE, OLD, -1, FALSE, PEG_OUTBOX_ASK },
  { IN, PEG_DRAFT_UNCERTAIN, "ada", FALSE, OLD, -1, FALSE, PEG_OUTBOX_WAIT },
  { IN, PEG_DRAFT_UNCERTAIN, NULL, TRUE, OLD, -1, FALSE, PEG_OUTBOX_DONE },
  { IN, PEG_DRAFT_CONFLICT, "ada", FALSE, NEW, -1, FALSE, PEG_OUTBOX_WAIT },
};

static void
test_rules (void)
{
  const char *sha256 = "abc";

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    const Rule *rule = &rules[i];
    g_autoptr (PegEntry) entry = NULL;
    g_autoptr (PegOutboxItem) item = NULL;

    if (g_strcmp0 (rule->holder, "-") != 0)
      entry = new_entry ("a.nc", rule->holder, rule->same ? sha256 : "def");
    item = g_new0 (PegOutboxItem, 1);
    item->lock = -1;
    item->action = rule->action;
    item->state = rule->state;
    item->sha256 = g_strdup (sha256);
    item->boot_us = rule->age_us < 0 ? 0 : 1000 * S;

    g_test_message ("rule %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (peg_outbox_judge (item, &(PegOutboxFacts) {
      .entry = entry,
      .user = "ada",
      .dialect = rule->dialect,
      .boot_us = 1000 * S + rule->age_us,
      .blocked = rule->blocked,
    }), ==, rule->step);
  }
}

/* What other programs do in the folder is told from what this one does. */
static void
test_own (Fixture       *fixture,
          gconstpointer  data)
{
  PegOutboxItem *item = add (fixture, PEG_ACTION_CHECK_OUT, "a", NULL);
  g_autofree char *name = g_strconcat (item->id, ".json", NULL);
  g_autofree char *path = g_build_filename (peg_outbox_get_folder (fixture->outbox), name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (peg_outbox_is_own_change (fixture->outbox, name));
  g_assert_true (peg_outbox_is_own_change (fixture->outbox, "something.lock"));
  g_assert_true (peg_outbox_is_own_change (fixture->outbox, "gone.json"));

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  g_assert_false (peg_outbox_is_own_change (fixture->outbox, name));

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (peg_outbox_is_own_change (fixture->outbox, name));
}

static void
write_over (const char *path,
            const char *text,
            gboolean    in_place)
{
  const GFileSetContentsFlags flags = in_place ? G_FILE_SET_CONTENTS_NONE
                                               : G_FILE_SET_CONTENTS_CONSISTENT;

  g_assert_true (g_file_set_contents_full (path, text, -1, flags, 0600, NULL));
}

/* After two changes by others, the file may have the inode again that it had when
 * this wrote it, and the same size. */
static void
test_own_inode (Fixture       *fixture,
                gconstpointer  data)
{
  const PegOutboxItem *item = add (fixture, PEG_ACTION_CHECK_OUT, "a.nc", NULL);
  g_autofree char *name = g_strconcat (item->id, ".json", NULL);
  g_autofree char *path = g_build_filename (peg_outbox_get_folder (fixture->outbox), name, NULL);
  g_autofree char *text = NULL;
  GStatBuf before, after;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  text[0] = ' ';

  /* As it happens on a file system that uses inodes again. */
  write_over (path, text, FALSE);
  write_over (path, text, FALSE);
  g_assert_false (peg_outbox_is_own_change (fixture->outbox, name));

  /* And the same, on any: the inode and the size certainly are the same. */
  g_assert_true (peg_outbox_set (fixture->outbox, peg_outbox_find (fixture->outbox, item->id),
                                 PEG_DRAFT_QUEUED, NULL, NULL));
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (peg_outbox_is_own_change (fixture->outbox, name));
  text[0] = ' ';
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  write_over (path, text, TRUE);
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_true (before.st_ino == after.st_ino && before.st_size == after.st_size);
  g_assert_false (peg_outbox_is_own_change (fixture->outbox, name));
}

#define ADD(name, func) \
  g_test_add ("/outbox/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("draft", test_draft);
  ADD ("elsewhere", test_elsewhere);
  ADD ("looks", test_looks);
  ADD ("order", test_order);
  ADD ("own", test_own);
  ADD ("own-inode", test_own_inode);
  ADD ("full", test_full);
  ADD ("no-disk", test_no_disk);
  ADD ("damaged", test_damaged);
  ADD ("only-looks", test_only_looks);
  ADD ("again", test_again);
  ADD ("bare", test_bare);
  ADD ("copy-fails", test_copy_fails);
  g_test_add_func ("/outbox/rules", test_rules);

  return g_test_run ();
}
