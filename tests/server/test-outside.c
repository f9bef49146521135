/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-revision.h"
#include "peg-shop-private.h"
#include "shop-fixture.h"

#include <glib/gstdio.h>
#include <utime.h>

static void
test_shop_outside (ShopFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) before = peg_shop_find (self->shop, "Mill/b.nc", NULL);
  g_autoptr (PegEntry) after = NULL;

  peg_test_write (self->root, "a.nc", "(CHANGED)\n");
  peg_test_wait_until (shop_fixture_has_record (self, "changed a.nc"));
  peg_test_write (self->root, "New/n.nc", "(NEW)\n");
  peg_test_wait_until (shop_fixture_has_record (self, "added n.nc"));
  peg_test_move (self->root, "Mill/b.nc", "Mill/c.nc");
  peg_test_wait_until (shop_fixture_has_record (self, "renamed c.nc"));
  after = peg_shop_find (self->shop, "Mill/c.nc", NULL);
  g_assert_cmpstr (peg_entry_get_id (after), ==, peg_entry_get_id (before));
  peg_test_move (self->root, "Mill/c.nc", "Lathe/d.nc");
  peg_test_wait_until (shop_fixture_has_record (self, "renamed d.nc"));
  peg_test_remove (self->root, "a.nc");
  peg_test_wait_until (shop_fixture_has_record (self, "deleted a.nc"));
  peg_test_move (self->root, "Lathe", "Turning");
  peg_test_wait_until (shop_fixture_is_there (self, "Turning/d.nc"));
  g_assert_cmpuint (peg_shop_get_n_files (self->shop), ==, 3);
  g_assert_false (shop_fixture_has_record (self, "deleted d.nc"));
  g_assert_false (shop_fixture_has_record (self, "deleted c.nc"));
}

/* An editor that writes anew and renames over the old file changes it, and does
 * not make another one. */
static void
test_shop_safe_save (ShopFixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) before = peg_shop_find (self->shop, "a.nc", NULL);
  g_autoptr (PegEntry) after = NULL;

  peg_test_move (self->root, "a.nc", "a.nc~");
  peg_test_write (self->root, "a.nc", "(SAVED)\n");
  peg_test_wait_until (shop_fixture_has_record (self, "changed a.nc"));
  after = peg_shop_find (self->shop, "a.nc", NULL);
  g_assert_cmpstr (peg_entry_get_id (after), ==, peg_entry_get_id (before));
  g_assert_cmpuint (peg_entry_get_version (after), >, peg_entry_get_version (before));
  g_assert_cmpuint (self->records->len, ==, 1);
}

/* While nobody looked, everything happened. */
static void
test_shop_compare (ShopFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) before = peg_shop_find (self->shop, "Mill/b.nc", NULL);
  g_autofree char *id = g_strdup (peg_entry_get_id (before));
  g_autoptr (PegEntry) after = NULL;

  shop_fixture_close_shop (self);
  peg_test_write (self->root, "a.nc", "(CHANGED)\n");
  peg_test_move (self->root, "Mill/b.nc", "moved.nc");
  peg_test_remove (self->root, "Lathe/b.nc");
  peg_test_write (self->root, "new.nc", "(NEW)\n");
  shop_fixture_open_shop (self);

  g_assert_cmpuint (self->records->len, ==, 4);
  g_assert_true (shop_fixture_has_record (self, "changed a.nc"));
  g_assert_true (shop_fixture_has_record (self, "renamed moved.nc"));
  g_assert_true (shop_fixture_has_record (self, "deleted b.nc"));
  g_assert_true (shop_fixture_has_record (self, "added new.nc"));
  after = peg_shop_find (self->shop, "moved.nc", NULL);
  g_assert_cmpstr (peg_entry_get_id (after), ==, id);

  /* The same again is no news. */
  shop_fixture_reopen (self);
  g_assert_cmpuint (self->records->len, ==, 4);
  g_assert_cmpuint (peg_ledger_get_seq (peg_shop_get_ledger (self->shop)), ==, 4);
}

/* Two files swap their names while nobody looks: their histories go with them. */
static void
test_shop_swap (ShopFixture       *self,
                gconstpointer  data)
{
  g_autoptr (PegEntry) mill = peg_shop_find (self->shop, "Mill/b.nc", NULL);
  g_autoptr (PegEntry) found = NULL;

  shop_fixture_close_shop (self);
  peg_test_move (self->root, "Mill", "Tmp");
  peg_test_move (self->root, "Lathe", "Mill");
  peg_test_move (self->root, "Tmp", "Lathe");
  shop_fixture_open_shop (self);
  g_assert_cmpuint (peg_shop_get_n_files (self->shop), ==, 3);
  found = peg_shop_find (self->shop, "Lathe/b.nc", NULL);
  g_assert_nonnull (found);
  g_assert_cmpstr (peg_entry_get_description (found), ==, peg_entry_get_description (mill));
}

/* A file that goes and comes back has its history. */
static void
test_shop_comes_back (ShopFixture       *self,
                      gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in G_GNUC_UNUSED = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);

  peg_test_remove (self->root, "a.nc");
  peg_test_wait_until (shop_fixture_has_record (self, "deleted a.nc"));
  peg_test_write (self->root, "a.nc", "(A3)\n");
  peg_test_wait_until (shop_fixture_has_record (self, "added a.nc"));
  assert_history ("a.nc", "1.5 dana (A2)|1.4 - (A, REV 1.4)|");
}

/* A file under revision control that is changed outside gets a revision, so that
 * the change and what was before it are both there. */
static void
test_shop_outside_revision (ShopFixture       *self,
                            gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in G_GNUC_UNUSED = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);

  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  peg_test_wait_until (shop_fixture_has_record (self, "changed a.nc"));
  assert_history ("a.nc", "1.6 - (BY HAND)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");
}

/* Looks at a file as the folder makes the shop do it, and lets no source run. */
static void
look_at (ShopFixture *self,
         const char  *path)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (paths, (gpointer) path);
  g_assert_true (peg_shop_look_again (self->shop, paths, &error));
  g_assert_no_error (error);
}

/* Waits for the thread that reads, and lets no source run. */
static void
wait_stored (ShopFixture *self,
             const char  *text)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  gint64 end_us = g_get_monotonic_time () + PEG_TEST_CAP_US;

  while (!peg_objects_has (peg_shop_get_objects (self->shop), sha256)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_thread_yield ();
  }
}

/* What another program wrote is read in a thread: everybody is answered meanwhile,
 * and what is known of the file changes when its content is known. */
static void
test_shop_read_later (ShopFixture   *self,
                      gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in G_GNUC_UNUSED = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);
  g_autoptr (PegEntry) held G_GNUC_UNUSED = shop_fixture_check_out (self, "Mill/b.nc", "dana", NULL);

  g_ptr_array_set_size (self->records, 0);
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  peg_test_write (self->root, "Mill/b.nc", "(HELD)\n");
  look_at (self, "a.nc");
  look_at (self, "Mill/b.nc");

  /* The thread has done its part, and it is still as it was. */
  wait_stored (self, "(BY HAND)\n");
  g_assert_cmpuint (self->records->len, ==, 0);
  assert_history ("a.nc", "1.5 dana (A2)|1.4 - (A, REV 1.4)|");
  assert_flag ("Mill/b.nc", PEG_ENTRY_CHANGED_OUTSIDE, FALSE);

  peg_test_wait_until (shop_fixture_has_record (self, "changed a.nc") &&
                       shop_fixture_has_record (self, "changed b.nc"));
  assert_history ("a.nc", "1.6 - (BY HAND)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");
  assert_flag ("Mill/b.nc", PEG_ENTRY_CHANGED_OUTSIDE, TRUE);
}

static gboolean
is_newest (ShopFixture *self,
           const char  *text)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autoptr (GPtrArray) revisions = peg_shop_list_history (self->shop, "a.nc", NULL);

  return strcmp (((PegRevision *) g_ptr_array_index (revisions, 0))->hash, sha256) == 0;
}

/* A file that is written again while it is read, or right after, is read again:
 * what is known in the end is what is there. */
static void
test_shop_read_again (ShopFixture   *self,
                      gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);
  const PegReading stale = { .sha256 = (char *) peg_entry_get_sha256 (in), .size = 7, .mtime_ns = 1,
                             .inode = 1 };

  for (guint i = 0; i < 20; i++) {
    g_autofree char *early = g_strdup_printf ("(EARLY %u)\n", i);
    g_autofree char *late = g_strdup_printf ("(LATE %u)\n", i);
    peg_test_write (self->root, "a.nc", early);
    look_at (self, "a.nc");
    if (i % 2 == 0)
      wait_stored (self, early);
    peg_test_write (self->root, "a.nc", late);
    if (i % 4 < 2)
      look_at (self, "a.nc");

    peg_test_wait_until (is_newest (self, late));
  }

  /* What was read of an older file counts for nothing. */
  peg_test_write (self->root, "a.nc", "(LAST)\n");
  g_assert_true (peg_shop_look_at_read (self->shop, "a.nc", &stale, NULL));
  peg_test_wait_until (is_newest (self, "(LAST)\n"));
}

/* A shop that is closed while it reads finds the same at the next start, once. */
static void
test_shop_read_never (ShopFixture   *self,
                      gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in G_GNUC_UNUSED = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);

  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  look_at (self, "a.nc");
  shop_fixture_reopen (self);
  assert_history ("a.nc", "1.6 - (BY HAND)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");

  /* What the closed one had begun comes to nothing. */
  peg_test_write (self->root, "a.nc", "(ONCE MORE)\n");
  peg_test_wait_until (is_newest (self, "(ONCE MORE)\n"));
  assert_history ("a.nc", "1.7 - (ONCE MORE)|1.6 - (BY HAND)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");
}

static void
test_shop_changed_outside (ShopFixture       *self,
                           gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;
  PegUpload *upload;

  g_assert_nonnull (out);
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  peg_test_wait_until (shop_fixture_has_flag (self, "a.nc", PEG_ENTRY_CHANGED_OUTSIDE));
  shop_fixture_assert_holder (self, "a.nc", "dana");

  shop_fixture_assert_refused (self, shop_fixture_make_upload (self, "a.nc", "dana", "(MINE)\n"),
                  PEG_SHOP_ERROR_CHANGED_OUTSIDE);
  shop_fixture_assert_content (self, "a.nc", "(BY HAND)\n");

  shop_fixture_reopen (self);
  assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, TRUE);

  upload = shop_fixture_make_upload (self, "a.nc", "dana", "(MINE)\n");
  upload->force = TRUE;
  in = shop_fixture_send_in (self, upload, NULL);
  g_assert_nonnull (in);
  shop_fixture_assert_content (self, "a.nc", "(MINE)\n");
  assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, FALSE);
  assert_history ("a.nc", "1.6 dana (MINE)|1.5 - (BY HAND)|1.4 - (A, REV 1.4)|");
}

/* The change is not noticed yet when the check-in comes: it is not overwritten
 * all the same. */
static void
test_shop_changed_unnoticed (ShopFixture       *self,
                             gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);

  g_assert_nonnull (out);
  peg_vault_stop (peg_shop_get_vault (self->shop));
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  shop_fixture_assert_refused (self, shop_fixture_make_upload (self, "a.nc", "dana", "(MINE)\n"),
                  PEG_SHOP_ERROR_CHANGED_OUTSIDE);
  shop_fixture_assert_content (self, "a.nc", "(BY HAND)\n");
}

/* The holder saved into the folder, and checks in the same: nothing is in the
 * way. */
static void
test_shop_same_outside (ShopFixture       *self,
                        gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;

  peg_test_write (self->root, "a.nc", "(MINE)\n");
  in = shop_fixture_check_in (self, "a.nc", "dana", "(MINE)\n", NULL);
  g_assert_nonnull (in);
  shop_fixture_assert_content (self, "a.nc", "(MINE)\n");
}

/* A backup or a copy sets the time of a file and leaves its content: nobody is
 * told, so what clients know must stay good for their next request. */
static void
test_shop_quiet (ShopFixture       *self,
                 gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) forced = NULL;
  g_autoptr (PegEntry) touched = NULL;
  g_autoptr (PegEntry) in = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->root, "a.nc", NULL);
  struct utimbuf times = { 1000000000, 1000000000 };
  PegUpload *upload;

  g_assert_nonnull (out);
  g_assert_cmpint (g_utime (path, &times), ==, 0);
  shop_fixture_reopen (self);
  touched = peg_shop_find (self->shop, "a.nc", &error);
  g_assert_no_error (error);
  g_assert_cmpint (peg_entry_get_modified_us (touched), ==, times.modtime * G_USEC_PER_SEC);
  g_assert_cmpuint (peg_entry_get_version (touched), ==, peg_entry_get_version (out));

  upload = shop_fixture_make_upload (self, "a.nc", "dana", "(MINE)\n");
  upload->if_version = peg_entry_get_version (out);
  in = shop_fixture_send_in (self, upload, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (peg_entry_get_version (in), ==, peg_entry_get_version (out) + 1);

  /* Every version that a forced check-in leaves behind was told of, too. */
  g_clear_pointer (&out, peg_entry_unref);
  out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  peg_test_wait_until (shop_fixture_has_flag (self, "a.nc", PEG_ENTRY_CHANGED_OUTSIDE));
  g_clear_pointer (&touched, peg_entry_unref);
  touched = peg_shop_find (self->shop, "a.nc", NULL);
  upload = shop_fixture_make_upload (self, "a.nc", "dana", "(MINE 2)\n");
  upload->force = TRUE;
  forced = shop_fixture_send_in (self, upload, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (peg_entry_get_version (forced), ==, peg_entry_get_version (touched) + 1);
}

/* The store takes every content but this one: a file that is read for it fails as
 * one does that nobody may read, which root, who may read all, cannot be shown. */
static char *
spoil_object (ShopFixture *self,
              const char  *text)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *aside = g_build_filename (self->data, "aside", NULL);
  char *folder = g_strdup_printf ("%s/objects/%.2s", self->data, sha256);

  g_rename (folder, aside);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));

  return folder;
}

static void
mend_object (ShopFixture *self,
             const char  *folder)
{
  g_autofree char *aside = g_build_filename (self->data, "aside", NULL);

  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_rename (aside, folder);
}

/* One file that cannot be read hides no change of another, and the server starts
 * all the same; when it can be read again, it is. */
static void
test_shop_unread (ShopFixture       *self,
                  gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) other = shop_fixture_check_out (self, "Mill/b.nc", "dana", NULL);
  g_autofree char *folder = spoil_object (self, "(NOT READABLE)\n");

  g_assert_nonnull (out);
  g_assert_nonnull (other);
  peg_test_write (self->root, "a.nc", "(NOT READABLE)\n");
  peg_test_write (self->root, "Mill/b.nc", "(BY HAND)\n");
  peg_test_remove (self->root, "Lathe/b.nc");
  peg_test_write (self->root, "new.nc", "(NEW)\n");

  peg_test_wait_until (shop_fixture_has_flag (self, "Mill/b.nc", PEG_ENTRY_CHANGED_OUTSIDE) &&
                       shop_fixture_is_there (self, "new.nc") &&
                       !shop_fixture_is_there (self, "Lathe/b.nc"));
  peg_test_write (self->root, "Mill/c.nc", "(C)\n");
  shop_fixture_reopen (self);
  g_assert_true (shop_fixture_is_there (self, "Mill/c.nc"));
  assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, FALSE);
  shop_fixture_assert_holder (self, "a.nc", "dana");

  mend_object (self, folder);
  peg_vault_rescan (peg_shop_get_vault (self->shop));
  peg_test_wait_until (shop_fixture_has_flag (self, "a.nc", PEG_ENTRY_CHANGED_OUTSIDE));
}

/* An interrupted check-in whose file cannot be read waits, and the others are
 * ended. */
static void
test_shop_unread_recovery (ShopFixture       *self,
                           gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) other = shop_fixture_check_out (self, "Mill/b.nc", "dana", NULL);
  g_autofree char *left_over = g_build_filename (self->root, ".pegboard-tmp", "left", NULL);
  g_autofree char *folder = NULL;

  g_assert_nonnull (out);
  g_assert_nonnull (other);
  self->stop_after = PEG_SHOP_STEP_REPLACED;
  g_assert_null (shop_fixture_check_in (self, "a.nc", "dana", "(NOT READABLE)\n", NULL));
  g_assert_null (shop_fixture_check_in (self, "Mill/b.nc", "dana", "(B2)\n", NULL));
  self->stop_after = -1;
  shop_fixture_close_shop (self);
  folder = spoil_object (self, "(NOT READABLE)\n");
  peg_test_write (self->root, ".pegboard-tmp/left", "(NOT READABLE)\n");
  shop_fixture_open_shop (self);

  shop_fixture_assert_holder (self, "a.nc", "dana");
  shop_fixture_assert_holder (self, "Mill/b.nc", NULL);
  assert_history ("Mill/b.nc", "1.1 dana (B2)|1.0 - (B)|");
  g_assert_true (g_file_test (left_over, G_FILE_TEST_EXISTS));

  mend_object (self, folder);
  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "a.nc", NULL);
  assert_history ("a.nc", "1.5 dana (NOT READABLE)|1.4 - (A, REV 1.4)|");
  g_assert_false (g_file_test (left_over, G_FILE_TEST_EXISTS));
}

static void
test_shop_missing (ShopFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;
  PegWireRequest dana = { .user = (char *) "dana" };
  g_autoptr (PegEntry) other = shop_fixture_check_out (self, "Mill/b.nc", "dana", NULL);

  g_assert_nonnull (out);
  g_assert_nonnull (other);
  peg_test_remove (self->root, "a.nc");
  peg_test_remove (self->root, "Mill/b.nc");
  peg_test_remove (self->root, "Mill");
  peg_test_wait_until (shop_fixture_has_flag (self, "a.nc", PEG_ENTRY_MISSING) &&
                       shop_fixture_has_flag (self, "Mill/b.nc", PEG_ENTRY_MISSING));
  shop_fixture_reopen (self);
  assert_flag ("a.nc", PEG_ENTRY_MISSING, TRUE);
  shop_fixture_assert_holder (self, "a.nc", "dana");

  g_assert_true (peg_shop_release (self->shop, "a.nc", &dana, NULL));
  g_assert_null (peg_shop_find (self->shop, "a.nc", NULL));

  /* What was deleted is there again with the check-in, its folder too. */
  in = shop_fixture_check_in (self, "Mill/b.nc", "dana", "(B2)\n", NULL);
  g_assert_nonnull (in);
  shop_fixture_assert_content (self, "Mill/b.nc", "(B2)\n");
}

static void
test_shop_renamed_while_out (ShopFixture       *self,
                             gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);

  g_assert_nonnull (out);
  peg_test_move (self->root, "a.nc", "z.nc");
  peg_test_wait_until (shop_fixture_has_record (self, "renamed z.nc"));
  shop_fixture_assert_holder (self, "z.nc", "dana");
}

#define add(name, func) \
  g_test_add ("/server/outside/" name, ShopFixture, NULL, shop_fixture_set_up, func, \
              shop_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("outside", test_shop_outside);
  add ("safe-save", test_shop_safe_save);
  add ("compare", test_shop_compare);
  add ("swap", test_shop_swap);
  add ("comes-back", test_shop_comes_back);
  add ("outside-revision", test_shop_outside_revision);
  add ("read-later", test_shop_read_later);
  add ("read-again", test_shop_read_again);
  add ("read-never", test_shop_read_never);
  add ("changed-outside", test_shop_changed_outside);
  add ("changed-unnoticed", test_shop_changed_unnoticed);
  add ("same-outside", test_shop_same_outside);
  add ("quiet", test_shop_quiet);
  add ("unread", test_shop_unread);
  add ("unread-recovery", test_shop_unread_recovery);
  add ("missing", test_shop_missing);
  add ("renamed-while-out", test_shop_renamed_while_out);

  return g_test_run ();
}
