/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-beneath.h"
#include "peg-server-test.h"
#include "peg-vault.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static guint n_synced;

/* Stands before the C library's, to count. */
int
fsync (int fd)
{
  n_synced++;

  return (int) syscall (SYS_fsync, fd);
}

typedef struct {
  char *folder;     /* (owned): holds the shop and what is outside */
  char *root;       /* (owned) */
  PegVault *vault;  /* (owned) */
  GHashTable *seen; /* (owned): paths that were touched */
  guint n_scans;
} Fixture;

static void
touched_cb (PegVault  *vault,
            GPtrArray *paths,
            Fixture   *self)
{
  for (guint i = 0; i < paths->len; i++)
    g_hash_table_add (self->seen, g_strdup (g_ptr_array_index (paths, i)));
}

static void
scanned_cb (PegVault *vault,
            PegScan  *scan,
            Fixture  *self)
{
  self->n_scans++;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  self->folder = peg_test_make_folder ();
  self->root = g_build_filename (self->folder, "root", NULL);
  peg_test_write (self->folder, "outside/secret.nc", "secret");
  peg_test_write (self->root, "a.nc", "(A)\n");
  peg_test_write (self->root, "Mill/b.nc", "(B)\n");
  peg_test_write (self->root, "Mill/deep/er/c.nc", "(C)\n");

  self->vault = peg_vault_new (self->root, &error);
  g_assert_no_error (error);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect (self->vault, "touched", G_CALLBACK (touched_cb), self);
  g_signal_connect (self->vault, "scanned", G_CALLBACK (scanned_cb), self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  peg_vault_stop (self->vault);
  peg_test_wait_until (G_OBJECT (self->vault)->ref_count == 1);
  g_assert_finalize_object (self->vault);
  g_hash_table_unref (self->seen);
  g_free (self->root);
  peg_test_remove_folder (self->folder);
}

static void
make_link (Fixture    *self,
           const char *target,
           const char *path)
{
  g_autofree char *full = g_build_filename (self->root, path, NULL);

  g_assert_cmpint (symlink (target, full), ==, 0);
}

static PegScan *
scan (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  PegScan *result = peg_scan_tree (peg_vault_get_fd (self->vault), peg_vault_get_path (self->vault),
                                   "", &error);

  g_assert_no_error (error);

  return result;
}

static PegFound *
find (PegScan    *result,
      const char *path)
{
  for (guint i = 0; i < result->files->len; i++) {
    PegFound *found = g_ptr_array_index (result->files, i);

    if (strcmp (found->path, path) == 0)
      return found;
  }

  return NULL;
}

static void
test_vault_scan (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (PegScan) result = NULL;
  PegFound *found;

  peg_test_write (self->root, ".hidden", "x");
  peg_test_write (self->root, ".git/config", "x");
  peg_test_write (self->root, "b.nc~", "x");
  peg_test_write (self->root, "Mill/.b.nc.swp", "x");
  peg_test_write (self->root, "~$list.xlsx", "x");
  peg_test_write (self->root, "D\xdcSE.nc", "x");
  peg_test_write (self->root, "4913", "");

  result = scan (self);
  g_assert_cmpuint (result->files->len, ==, 3);
  g_assert_cmpuint (result->folders->len, ==, 4);
  g_assert_cmpuint (result->not_utf8, ==, 1);
  found = find (result, "Mill/deep/er/c.nc");
  g_assert_nonnull (found);
  g_assert_cmpint (found->size, ==, 4);
  g_assert_null (found->master);
  peg_scan_read_header (peg_vault_get_fd (self->vault), found);
  g_assert_cmpstr (found->description, ==, "C");
}

static void
test_vault_4913 (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (PegScan) result = NULL;

  peg_test_write (self->root, "4913", "(A REAL PROGRAM)");
  result = scan (self);
  g_assert_nonnull (find (result, "4913"));
}

/* A link to a program of the shop stands for it. One that leads out, to a folder,
 * to what is hidden, or nowhere, is not served. */
static void
test_vault_links (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (PegScan) result = NULL;
  g_autofree char *secret = g_build_filename (self->folder, "outside", "secret.nc", NULL);
  g_autofree char *look_alike = g_strconcat (self->root, "-not", NULL);
  PegFound *found;

  peg_test_write (look_alike, "x.nc", "x");
  peg_test_write (self->root, ".hidden", "x");
  make_link (self, "Mill/b.nc", "good.nc");
  make_link (self, "../a.nc", "Mill/good.nc");
  make_link (self, "../outside/secret.nc", "out.nc");
  make_link (self, secret, "absolute.nc");
  make_link (self, "../root-not/x.nc", "look-alike.nc");
  make_link (self, "../outside", "folder");
  make_link (self, "Mill", "inner-folder");
  make_link (self, "nowhere", "dangling.nc");
  make_link (self, ".hidden", "hidden.nc");
  make_link (self, "loop.nc", "loop.nc");
  make_link (self, "/dev/zero", "device.nc");

  result = scan (self);
  g_assert_cmpuint (result->files->len, ==, 5);
  found = find (result, "good.nc");
  g_assert_nonnull (found);
  g_assert_cmpstr (found->master, ==, "Mill/b.nc");
  found = find (result, "Mill/good.nc");
  g_assert_nonnull (found);
  g_assert_cmpstr (found->master, ==, "a.nc");
}

static void
check_beneath (Fixture *self)
{
  static const char * const bad[] = {
    "../outside/secret.nc", "Mill/../../outside/secret.nc", "/etc/passwd", "", "/", ".", "..",
    "a.nc/", "Mill//b.nc", "folder/secret.nc", "out.nc", "Mill/../a.nc", "./a.nc",
  };
  int root = peg_vault_get_fd (self->vault);
  peg_autofd good = peg_beneath_open (root, "Mill/deep/er/c.nc", O_RDONLY, 0);

  g_assert_cmpint (good, >=, 0);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    peg_autofd fd = peg_beneath_open (root, bad[i], O_RDONLY, 0);

    if (fd >= 0)
      g_error ("“%s” was opened", bad[i]);
  }
}

/* Both ways of opening refuse the same. */
static void
test_vault_beneath (Fixture       *self,
                    gconstpointer  data)
{
  make_link (self, "../outside", "folder");
  make_link (self, "../outside/secret.nc", "out.nc");

  check_beneath (self);
  peg_beneath_use_openat2 (FALSE);
  check_beneath (self);
  peg_beneath_use_openat2 (TRUE);
}

static void
watch (Fixture *self)
{
  g_autoptr (PegScan) result = scan (self);

  peg_vault_watch (self->vault, result->folders);
}

#define wait_for(path) \
  peg_test_wait_until (g_hash_table_contains (self->seen, path)); \
  g_hash_table_remove_all (self->seen)

static void
test_vault_watch (Fixture       *self,
                  gconstpointer  data)
{
  watch (self);
  g_assert_false (peg_vault_is_limited (self->vault));

  peg_test_write (self->root, "new.nc", "x");
  wait_for ("new.nc");
  peg_test_write (self->root, "Mill/deep/er/c.nc", "changed");
  wait_for ("Mill/deep/er/c.nc");
  peg_test_remove (self->root, "a.nc");
  wait_for ("a.nc");

  peg_test_move (self->root, "Mill/b.nc", "Mill/d.nc");
  peg_test_wait_until (g_hash_table_contains (self->seen, "Mill/d.nc"));
  g_assert_true (g_hash_table_contains (self->seen, "Mill/b.nc"));
  g_hash_table_remove_all (self->seen);

  peg_test_move (self->root, "Mill/d.nc", "d.nc");
  peg_test_wait_until (g_hash_table_contains (self->seen, "d.nc") &&
                       g_hash_table_contains (self->seen, "Mill/d.nc"));
}

/* What an editor leaves for a moment is not worth a look. */
static void
test_vault_watch_ignores (Fixture       *self,
                          gconstpointer  data)
{
  watch (self);

  peg_test_write (self->root, ".a.nc.swp", "x");
  peg_test_write (self->root, "a.nc~", "x");
  peg_test_write (self->root, "Mill/a.tmp", "x");
  peg_test_write (self->root, "last.nc", "x");
  peg_test_wait_until (g_hash_table_contains (self->seen, "last.nc"));
  g_assert_cmpuint (g_hash_table_size (self->seen), ==, 1);
}

static int
no_watches_left (const char *path)
{
  return ENOSPC;
}

/* Without watches the folder is scanned again and again. */
static void
test_vault_limited (Fixture       *self,
                    gconstpointer  data)
{
  peg_vault_set_probe (self->vault, no_watches_left);
  peg_vault_set_rescan (self->vault, 10);
  watch (self);
  g_assert_true (peg_vault_is_limited (self->vault));
  peg_test_wait_until (self->n_scans >= 3);
}

/* With watches it is scanned once after the start, and when somebody asks. */
static void
test_vault_rescan (Fixture       *self,
                   gconstpointer  data)
{
  watch (self);
  peg_vault_rescan (self->vault);
  peg_vault_rescan (self->vault);
  peg_vault_rescan (self->vault);
  peg_test_wait_until (self->n_scans == 2);
}

static void
test_vault_no_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_vault_new ("/nowhere/at/all", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Every folder that is made is put on the disk, and none that was there. */
static void
test_vault_make_parent (Fixture       *self,
                        gconstpointer  data)
{
  peg_autofd root = open (self->root, O_PATH | O_DIRECTORY | O_CLOEXEC);

  for (guint i = 0; i < 2; i++) {
    const char *name;
    peg_autofd parent = -1;

    n_synced = 0;
    parent = peg_beneath_make_parent (root, "new/and/deeper/x.nc", &name);
    g_assert_cmpint (parent, >=, 0);
    g_assert_cmpstr (name, ==, "x.nc");
    g_assert_cmpuint (n_synced, ==, i == 0 ? 3 : 0);
  }
}

#define add(name, func) \
  g_test_add ("/server/vault/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("scan", test_vault_scan);
  add ("4913", test_vault_4913);
  add ("links", test_vault_links);
  add ("beneath", test_vault_beneath);
  add ("watch", test_vault_watch);
  add ("watch-ignores", test_vault_watch_ignores);
  add ("limited", test_vault_limited);
  add ("rescan", test_vault_rescan);
  add ("make-parent", test_vault_make_parent);
  g_test_add_func ("/server/vault/no-folder", test_vault_no_folder);

  return g_test_run ();
}
