/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "failing-disk.h"
#include "peg-place.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes into a folder on a disk that fails, or with the program killed, at each call
 * that changes something. */

/* 2026-11-21 11:45:03 UTC. */
#define NOW_US (1795261503 * (gint64) G_USEC_PER_SEC)

#define NEW "(NEW)\nG0 X1\nM30\n%\n"
#define OLD "(OLD)\nM30\n%\n"
#define FOREIGN "(SOMEBODY ELSE'S)\nM30\n"

typedef struct {
  char *folder;
  char *path;
  int source;
  char *new_sha256;
  char *old_sha256;
} Fixture;

static char *
hash (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *source = NULL;

  disk = DISK_FULL_FEATURED;
  fixture->folder = g_dir_make_tmp ("pegboard-place-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "O1234.nc", NULL);
  fixture->new_sha256 = hash (NEW);
  fixture->old_sha256 = hash (OLD);

  source = g_build_filename (g_get_tmp_dir (), "pegboard-place-source-XXXXXX", NULL);
  fixture->source = g_mkstemp (source);
  g_unlink (source);
  g_assert_cmpint (write (fixture->source, NEW, strlen (NEW)), ==, strlen (NEW));
}

static void
empty (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_unlink (child) != 0) {
      empty (child);
      g_rmdir (child);
    }
  }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_chmod (fixture->folder, 0700);
  empty (fixture->folder);
  g_rmdir (fixture->folder);
  close (fixture->source);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->new_sha256);
  g_free (fixture->old_sha256);
}

static gboolean
put (Fixture     *fixture,
     const char  *known,
     gboolean     keep,
     char       **kept,
     GError     **error)
{
  return peg_place_write (&(PegPlaceWrite) {
    .folder = fixture->folder, .name = "O1234.nc", .source = fixture->source,
    .sha256 = fixture->new_sha256, .known = known, .keep = keep, .tag = "abc", .now_us = NOW_US,
  }, kept, error);
}

static void
write_text (const char *path,
            const char *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_text (const char *path,
             const char *text)
{
  g_autofree char *found = NULL;

  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
}

/* How many files under @path say exactly @text; @half: how many of them say less than a
 * whole text; @unfinished: how many are on their way. */
static guint
count (const char *path,
       const char *text,
       guint      *half,
       guint      *unfinished)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_autofree char *found = NULL;

    if (g_str_has_prefix (name, ".pegboard-new-")) {
      (*unfinished)++;
    } else if (g_file_test (child, G_FILE_TEST_IS_DIR)) {
      n += count (child, text, half, unfinished);
    } else if (g_file_get_contents (child, &found, NULL, NULL)) {
      n += g_str_equal (found, text);
      *half += !g_str_equal (found, NEW) && !g_str_equal (found, OLD) &&
               !g_str_equal (found, FOREIGN);
    }
  }

  return n;
}

static void
test_new (Fixture       *fixture,
          gconstpointer  data)
{
  for (disk = 0; disk < N_DISKS; disk++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *kept = NULL;
    guint half = 0, unfinished = 0;

    g_assert_true (put (fixture, NULL, FALSE, &kept, &error));
    g_assert_no_error (error);
    g_assert_null (kept);
    assert_text (fixture->path, NEW);
    g_assert_cmpuint (count (fixture->folder, NEW, &half, &unfinished), ==, 1);
    g_assert_cmpuint (half + unfinished, ==, 0);
    empty (fixture->folder);
  }
}

/* Where nothing may be, nothing is replaced, whatever the disk can do. */
static void
test_occupied (Fixture       *fixture,
               gconstpointer  data)
{
  for (disk = 0; disk < N_DISKS; disk++) {
    const char * const known[] = { NULL, fixture->old_sha256 };

    for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
      g_autoptr (GError) error = NULL;
      guint half = 0, unfinished = 0;

      write_text (fixture->path, FOREIGN);
      g_assert_false (put (fixture, known[i], FALSE, NULL, &error));
      g_assert_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED);
      assert_text (fixture->path, FOREIGN);
      g_assert_cmpuint (count (fixture->folder, NEW, &half, &unfinished), ==, 0);
      g_assert_cmpuint (half + unfinished, ==, 0);
    }
    empty (fixture->folder);
  }
}

static void
test_known (Fixture       *fixture,
            gconstpointer  data)
{
  for (disk = 0; disk < N_DISKS; disk++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *kept = NULL;
    g_autofree char *again = NULL;
    g_autofree char *path = NULL;
    guint half = 0, unfinished = 0;
    struct stat status;

    write_text (fixture->path, OLD);
    g_chmod (fixture->path, 0640);
    g_assert_true (put (fixture, fixture->old_sha256, FALSE, &kept, &error));
    g_assert_no_error (error);
    g_assert_null (kept);
    assert_text (fixture->path, NEW);
    g_assert_cmpint (stat (fixture->path, &status), ==, 0);
    g_assert_cmpint (status.st_mode & 0777, ==, 0640);
    g_assert_cmpuint (count (fixture->folder, OLD, &half, &unfinished), ==, 0);

    /* A person said that it may be replaced: then it is kept, under a name that says
     * until when, and never in place of what was kept before. */
    write_text (fixture->path, FOREIGN);
    again = hash (FOREIGN);
    g_assert_true (put (fixture, again, TRUE, &kept, &error));
    g_assert_true (g_str_has_prefix (kept, ".pegboard-kept/O1234 2026-11-2"));
    g_assert_true (g_str_has_suffix (kept, ".nc"));
    path = g_build_filename (fixture->folder, kept, NULL);
    assert_text (path, FOREIGN);
    write_text (fixture->path, FOREIGN);
    g_clear_pointer (&kept, g_free);
    g_assert_true (put (fixture, again, TRUE, &kept, &error));
    g_assert_cmpuint (count (fixture->folder, FOREIGN, &half, &unfinished), ==, 2);
    g_assert_cmpuint (count (fixture->folder, NEW, &half, &unfinished), ==, 1);
    g_assert_cmpuint (half + unfinished, ==, 0);
    empty (fixture->folder);
  }
}

typedef enum {
  THERE_NOTHING,
  THERE_KNOWN,
  THERE_ALLOWED, /* known because a person said so: it is kept */
  N_THERE,
} There;

/* One write into a folder with @there in it, during which the disk fails with @error, or
 * the program ends, at the n-th call that changes something.
 *
 * Returns: whether it came that far */
static gboolean
write_with (Fixture *fixture,
            There    there,
            int      error_number,
            int      n)
{
  const char *before = there == THERE_ALLOWED ? FOREIGN : OLD;
  g_autofree char *known = there != THERE_NOTHING ? hash (before) : NULL;
  guint half = 0, unfinished = 0, n_new, n_before;
  gboolean at_place;
  int status;
  pid_t child;

  if (there != THERE_NOTHING)
    write_text (fixture->path, before);

  child = fork ();
  if (child == 0) {
    gboolean done;

    disk_strike_after (n, error_number);
    done = put (fixture, known, there == THERE_ALLOWED, NULL, NULL);
    _exit (!disk_has_struck () ? 3 : done ? 1 : 2);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));

  n_before = there != THERE_NOTHING ? count (fixture->folder, before, &half, &unfinished) : 1;
  half = unfinished = 0;
  n_new = count (fixture->folder, NEW, &half, &unfinished);
  at_place = g_file_test (fixture->path, G_FILE_TEST_EXISTS);

  /* Half a file is nowhere. Where a name can be taken in no other way, an empty one may
   * be there for an instant. */
  if (disk != DISK_NO_LINKS)
    g_assert_cmpuint (half, ==, 0);
  else if (half > 0 && at_place)
    g_assert_cmpuint (half, ==, 1);

  /* What a person made is always there. What the server has is there unless the new is. */
  if (there == THERE_ALLOWED)
    g_assert_cmpuint (n_before, >=, 1);
  else
    g_assert_cmpuint (n_before + n_new, >=, 1);
  if (there != THERE_NOTHING && disk == DISK_FULL_FEATURED)
    g_assert_true (at_place);
  if (WEXITSTATUS (status) == 1)
    assert_text (fixture->path, NEW);

  peg_place_sweep (fixture->folder, "abc");
  unfinished = 0;
  count (fixture->folder, NEW, &half, &unfinished);
  g_assert_cmpuint (unfinished, ==, 0);
  empty (fixture->folder);

  return WEXITSTATUS (status) != 3;
}

static void
test_faults (Fixture       *fixture,
             gconstpointer  data)
{
  const int errors[] = { 0, EIO, ENOSPC, EACCES };
  guint n_points = 0;

  for (disk = 0; disk < N_DISKS; disk++) {
    for (There there = 0; there < N_THERE; there++) {
      for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
        int n = 0;

        while (write_with (fixture, there, errors[i], n))
          n++;
        g_assert_cmpint (n, >=, 5);
        n_points += (guint) n;
      }
    }
  }

  g_test_message ("%u points", n_points);
}

/* Somebody else changes the file all the time, by exchanging it as careful programs do.
 * Nothing that they made may be lost: it is in their hands, at its place, or kept. */
typedef struct {
  Fixture *fixture;
  GHashTable *made;
  GHashTable *taken;
  gint stop;
} Rival;

static gpointer
rival_thread (gpointer data)
{
  Rival *rival = data;
  g_autofree char *mine = g_build_filename (rival->fixture->folder, "rival.tmp", NULL);

  for (guint i = 0; !g_atomic_int_get (&rival->stop); i++) {
    g_autofree char *text = g_strdup_printf ("rival %u\n", i);
    char *taken = NULL;

    g_assert_true (g_file_set_contents_full (mine, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
    if (__real_renameat2 (AT_FDCWD, mine, AT_FDCWD, rival->fixture->path, RENAME_EXCHANGE) == 0) {
      g_hash_table_add (rival->made, g_strdup (text));
      if (g_file_get_contents (mine, &taken, NULL, NULL))
        g_hash_table_add (rival->taken, taken);
    }
    g_thread_yield ();
  }
  g_unlink (mine);

  return NULL;
}

static void
collect (const char *path,
         GHashTable *texts)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    char *found = NULL;

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      collect (child, texts);
    else if (g_file_get_contents (child, &found, NULL, NULL))
      g_hash_table_add (texts, found);
  }
}

static void
test_rival (Fixture       *fixture,
            gconstpointer  data)
{
  Rival rival = { .fixture = fixture };
  GHashTableIter iter;
  GThread *thread;
  gpointer text;
  guint n_replaced = 0;

  rival.made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rival.taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  write_text (fixture->path, OLD);
  thread = g_thread_new ("rival", rival_thread, &rival);

  for (guint i = 0; i < 400; i++) {
    PegPlaceStamp stamp = { 0 };
    PegCopyFacts facts = { 0 };

    g_assert_true (peg_place_look (fixture->folder, "O1234.nc", NOW_US, &stamp, &facts, NULL));
    n_replaced += put (fixture, facts.sha256, TRUE, NULL, NULL);
    /* What came from here may go, but not what takes its place at the last moment. */
    put (fixture, fixture->new_sha256, FALSE, NULL, NULL);
    g_free (facts.sha256);
  }
  g_atomic_int_set (&rival.stop, TRUE);
  g_thread_join (thread);

  collect (fixture->folder, rival.taken);
  g_hash_table_iter_init (&iter, rival.made);
  while (g_hash_table_iter_next (&iter, &text, NULL)) {
    if (!g_hash_table_contains (rival.taken, text))
      g_error ("Lost: %s", (const char *) text);
  }

  g_test_message ("%u made by the rival, %u times replaced", g_hash_table_size (rival.made),
                  n_replaced);
  g_assert_cmpuint (g_hash_table_size (rival.made), >, 10);
  g_hash_table_unref (rival.made);
  g_hash_table_unref (rival.taken);
}

static gboolean
says (const GError *error,
      const char   *words)
{
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in: %s", words, error->message);

  return TRUE;
}

/* Whatever is in the way is said, and left alone. */
static void
test_in_the_way (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *outside = g_build_filename (g_get_tmp_dir (), "pegboard-outside.nc", NULL);
  g_autofree char *kept = g_build_filename (fixture->folder, ".pegboard-kept", NULL);
  g_autoptr (GError) error = NULL;
  PegPlaceStamp stamp = { 0 };
  PegCopyFacts facts = { 0 };
  char *sha256;
  gint64 size;

  /* A link out of the folder is neither followed nor replaced. */
  write_text (outside, OLD);
  g_assert_cmpint (symlink (outside, fixture->path), ==, 0);
  g_assert_false (put (fixture, fixture->old_sha256, FALSE, NULL, &error));
  g_assert_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED);
  assert_text (outside, OLD);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_SYMLINK));
  g_clear_error (&error);
  g_assert_false (put (fixture, NULL, FALSE, NULL, &error));
  g_assert_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED);
  g_clear_error (&error);
  sha256 = peg_place_read (fixture->folder, "O1234.nc", -1, &size, &error);
  g_assert_null (sha256);
  says (error, "is a folder, a link or a device");
  g_clear_error (&error);
  g_assert_true (peg_place_look (fixture->folder, "O1234.nc", NOW_US, &stamp, &facts, NULL));
  g_assert_cmpint (facts.there, ==, PEG_COPY_THERE_OTHER);
  g_unlink (fixture->path);
  g_unlink (outside);

  /* So are a folder, and a pipe, which would wait for somebody to write. */
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_false (put (fixture, fixture->old_sha256, FALSE, NULL, &error));
  g_assert_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED);
  g_clear_error (&error);
  g_rmdir (fixture->path);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_assert_true (peg_place_look (fixture->folder, "O1234.nc", NOW_US, &stamp, &facts, NULL));
  g_assert_cmpint (facts.there, ==, PEG_COPY_THERE_OTHER);
  g_assert_false (put (fixture, fixture->old_sha256, FALSE, NULL, &error));
  g_clear_error (&error);
  g_unlink (fixture->path);

  /* What is kept must not leave the folder either. */
  write_text (fixture->path, OLD);
  g_assert_cmpint (symlink (g_get_tmp_dir (), kept), ==, 0);
  g_assert_false (put (fixture, fixture->old_sha256, TRUE, NULL, &error));
  says (error, "has to be a folder");
  assert_text (fixture->path, OLD);
  g_clear_error (&error);
  g_unlink (kept);

  /* Not what the server said. */
  g_free (fixture->new_sha256);
  fixture->new_sha256 = hash (FOREIGN);
  g_assert_false (put (fixture, fixture->old_sha256, FALSE, NULL, &error));
  says (error, "did not come the way the server has it");
  assert_text (fixture->path, OLD);
}

/* No name leads out of the folder. */
static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  const char * const names[] = { "..", ".", "", "../x", "a/b", "/etc/passwd", ".hidden" };
  g_autoptr (GString) longest = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    PegPlaceStamp stamp = { 0 };
    PegCopyFacts facts = { 0 };
    gint64 size;

    g_assert_false (peg_place_write (&(PegPlaceWrite) {
      .folder = fixture->folder, .name = names[i], .source = fixture->source,
      .sha256 = fixture->new_sha256, .tag = "abc", .now_us = NOW_US,
    }, NULL, &error));
    says (error, "is no name");
    g_clear_error (&error);
    g_assert_false (peg_place_look (fixture->folder, names[i], NOW_US, &stamp, &facts, NULL));
    g_assert_null (peg_place_read (fixture->folder, names[i], -1, &size, NULL));
  }

  for (guint i = 0; i < 300; i++)
    g_string_append_c (longest, 'x');
  g_assert_false (peg_place_write (&(PegPlaceWrite) {
    .folder = fixture->folder, .name = longest->str, .source = fixture->source,
    .sha256 = fixture->new_sha256, .tag = "abc", .now_us = NOW_US,
  }, NULL, &error));
  says (error, "is no name");
}

/* Each is a sentence that says what to do. */
static void
test_sentences (Fixture       *fixture,
                gconstpointer  data)
{
  const struct {
    int error_number;
    const char *words;
  } table[] = {
    { ENOSPC, "the disk is full. Make room" },
    { EDQUOT, "the disk is full" },
    { EROFS, "may not write there. Ask" },
    { EACCES, "may not write there" },
    { ENAMETOOLONG, "only shorter or simpler names" },
    { EILSEQ, "only shorter or simpler names" },
    { EIO, "Input/output error" },
  };
  g_autofree char *gone = g_build_filename (fixture->folder, "gone", NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    disk_strike_after (0, table[i].error_number);
    g_assert_false (put (fixture, NULL, FALSE, NULL, &error));
    says (error, table[i].words);
    says (error, "O1234.nc");
    g_clear_error (&error);
  }
  disk_recover ();

  g_assert_false (peg_place_check (gone, &error));
  says (error, "cannot be opened: No such file or directory. If it is on a network share");
  g_clear_error (&error);
  g_assert_true (peg_place_check (fixture->folder, &error));
}

/* Half of what another program is writing is not checked in. */
static void
test_read (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy", NULL);
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  gint64 size = 0;
  int writer, to;

  write_text (fixture->path, OLD);
  to = g_open (copy, O_WRONLY | O_CREAT, 0600);
  sha256 = peg_place_read (fixture->folder, "O1234.nc", to, &size, &error);
  close (to);
  g_assert_cmpstr (sha256, ==, fixture->old_sha256);
  g_assert_cmpint (size, ==, strlen (OLD));
  assert_text (copy, OLD);

  writer = g_open (fixture->path, O_WRONLY, 0);
  g_assert_null (peg_place_read (fixture->folder, "O1234.nc", -1, &size, &error));
  g_assert_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (put (fixture, fixture->old_sha256, FALSE, NULL, &error));
  g_assert_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_BUSY);
  close (writer);
}

/* A file that says the same of itself is not read again, unless it is so new that it
 * could have been written twice. */
static void
test_look (Fixture       *fixture,
           gconstpointer  data)
{
  const gint64 later_us = g_get_real_time () + 60 * (gint64) G_USEC_PER_SEC;
  g_autofree char *new_sha256 = hash ("(NOW)\nM30\n%\n");
  PegPlaceStamp stamp = { 0 };
  PegCopyFacts facts = { 0 };
  g_autofree char *first = NULL;

  write_text (fixture->path, OLD);
  g_assert_true (peg_place_look (fixture->folder, "O1234.nc", later_us, &stamp, &facts, NULL));
  g_assert_cmpstr (facts.sha256, ==, fixture->old_sha256);
  first = facts.sha256;
  g_assert_true (peg_place_look (fixture->folder, "O1234.nc", later_us, &stamp, &facts, NULL));
  g_assert_true (facts.sha256 == first);

  /* The same length, and put back to the same time. */
  {
    const int fd = g_open (fixture->path, O_WRONLY, 0);
    const struct timespec times[] = { stamp.modified, stamp.modified };

    g_assert_cmpint (pwrite (fd, "(NOW)\nM30\n%\n", strlen (OLD), 0), ==, strlen (OLD));
    g_assert_cmpint (futimens (fd, times), ==, 0);
    close (fd);
  }
  first = NULL;
  g_assert_true (peg_place_look (fixture->folder, "O1234.nc", later_us, &stamp, &facts, NULL));
  g_assert_cmpstr (facts.sha256, ==, new_sha256);

  g_unlink (fixture->path);
  g_assert_true (peg_place_look (fixture->folder, "O1234.nc", later_us, &stamp, &facts, NULL));
  g_assert_cmpint (facts.there, ==, PEG_COPY_THERE_NOTHING);
  g_assert_null (facts.sha256);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/place/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("new", test_new);
  ADD ("occupied", test_occupied);
  ADD ("known", test_known);
  ADD ("faults", test_faults);
  ADD ("rival", test_rival);
  ADD ("in-the-way", test_in_the_way);
  ADD ("names", test_names);
  ADD ("sentences", test_sentences);
  ADD ("read", test_read);
  ADD ("look", test_look);

  return g_test_run ();
}
