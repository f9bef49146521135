/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-scan"

#include "peg-config.h"

#include "peg-scan.h"

#include "peg-beneath.h"
#include "peg-header.h"
#include "peg-name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* How deep folders may lie in each other. Every level holds a descriptor while
 * it is read. */
#define MAX_DEPTH 64

/* Fewer headers than this are read faster than threads are started. */
#define PARALLEL_HEADERS 2000

typedef struct {
  int root;              /* (unowned) */
  const char *root_path; /* (unowned): without symbolic links */
  PegScan *scan;         /* (unowned) */
  GString *path;         /* (owned): of what is looked at */
} Walk;

void
peg_found_free (PegFound *self)
{
  g_free (self->path);
  g_free (self->master);
  g_free (self->description);
  g_free (self);
}

void
peg_scan_free (PegScan *self)
{
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->folders);
  g_free (self);
}

static PegFound *
found_new (const char        *path,
           const struct stat *status)
{
  PegFound *found = g_new0 (PegFound, 1);

  found->path = g_strdup (path);
  found->size = status->st_size;
  found->mtime_ns = (gint64) status->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) +
                    status->st_mtim.tv_nsec;
  found->inode = status->st_ino;
  found->major = found->minor = -1;

  return found;
}

/* Vim tests with an empty file of this name whether it may write. A program may
 * well have this number, but it is not empty. */
static gboolean
is_vim_test (const char        *name,
             const struct stat *status)
{
  return status->st_size == 0 && strcmp (name, "4913") == 0;
}

/* A link to a file inside the root stands for that file; everything else that a
 * link can lead to is not served. The kernel says where it leads: the answer is
 * about the very file that was opened. */
static PegFound *
follow_link (int         folder,
             const char *name,
             const char *path,
             const char *root_path)
{
  peg_autofd target = openat (folder, name, O_PATH | O_CLOEXEC);
  g_autofree char *proc = NULL;
  g_autofree char *real = NULL;
  gsize root_length = strlen (root_path);
  struct stat status, link_status;
  const char *master;
  PegFound *found;

  if (target < 0 || fstat (target, &status) < 0 || !S_ISREG (status.st_mode) ||
      fstatat (folder, name, &link_status, AT_SYMLINK_NOFOLLOW) < 0)
    return NULL;

  proc = g_strdup_printf ("/proc/self/fd/%d", target);
  real = g_file_read_link (proc, NULL);
  if (real == NULL || strncmp (real, root_path, root_length) != 0 || real[root_length] != '/')
    return NULL;

  master = real + root_length + 1;
  if (!peg_name_is_path (master))
    return NULL;

  found = found_new (path, &status);
  found->inode = link_status.st_ino;
  found->master = g_strdup (master);

  return found;
}

static void walk_folder (Walk  *walk,
                         int    fd,
                         guint  depth);

static void
walk_entry (Walk                *walk,
            int                  folder,
            const struct dirent *entry,
            guint                depth)
{
  PegName verdict = peg_name_judge (entry->d_name);
  gsize length = walk->path->len;
  PegFound *found = NULL;
  unsigned char type = entry->d_type;
  struct stat status;

  if (verdict == PEG_NAME_NOT_UTF8)
    walk->scan->not_utf8++;
  if (verdict != PEG_NAME_SERVED)
    return;

  if (length > 0)
    g_string_append_c (walk->path, '/');
  g_string_append (walk->path, entry->d_name);

  if (type == DT_UNKNOWN && fstatat (folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
    type = S_ISDIR (status.st_mode) ? DT_DIR : S_ISLNK (status.st_mode) ? DT_LNK :
           S_ISREG (status.st_mode) ? DT_REG : DT_UNKNOWN;

  if (type == DT_DIR) {
    walk_folder (walk,
                 openat (folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                 depth + 1);
  } else if (type == DT_LNK) {
    found = follow_link (folder, entry->d_name, walk->path->str, walk->root_path);
  } else if (type == DT_REG &&
             fstatat (folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
             S_ISREG (status.st_mode) && !is_vim_test (entry->d_name, &status)) {
    found = found_new (walk->path->str, &status);
  }

  if (found != NULL)
    g_ptr_array_add (walk->scan->files, found);

  g_string_truncate (walk->path, length);
}

/* Takes @fd, which may be -1. */
static void
walk_folder (Walk  *walk,
             int    fd,
             guint  depth)
{
  DIR *folder = fd >= 0 && depth < MAX_DEPTH ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (folder == NULL) {
    peg_fd_clear (&fd);
    walk->scan->unreadable++;
    return;
  }

  g_ptr_array_add (walk->scan->folders, g_strdup (walk->path->str));
  while ((entry = readdir (folder)) != NULL)
    walk_entry (walk, dirfd (folder), entry, depth);

  closedir (folder);
}

/**
 * peg_scan_tree:
 * @root: a descriptor of the shop's folder
 * @root_path: its path, absolute and without symbolic links
 * @under: where below @root to begin; the empty string for all of it
 * @error: return location for an error
 *
 * Looks at everything below a folder. It reads no file. Works on plain
 * descriptors: 100,000 files take a seventh of what they take with
 * #GFileEnumerator (docs/benchmarks.md). May be called in any thread.
 *
 * Returns: (transfer full) (nullable): what is there, or %NULL when the folder
 *   itself cannot be read
 */
PegScan *
peg_scan_tree (int          root,
               const char  *root_path,
               const char  *under,
               GError     **error)
{
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (GString) path = g_string_new (under);
  Walk walk = { root, root_path, NULL, path };
  int fd;

  g_return_val_if_fail (root_path != NULL, NULL);
  g_return_val_if_fail (under != NULL, NULL);

  fd = under[0] == '\0' ? openat (root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                        : peg_beneath_open (root, under, O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot read the folder “%s/%s”: %s", root_path, under, g_strerror (errno));
    return NULL;
  }

  walk.scan = g_new0 (PegScan, 1);
  walk.scan->files = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_found_free);
  walk.scan->folders = g_ptr_array_new_with_free_func (g_free);
  walk_folder (&walk, fd, 0);
  walk.scan->duration_us = g_get_monotonic_time () - begin_us;

  return walk.scan;
}

/**
 * peg_scan_file:
 * @root: a descriptor of the shop's folder
 * @root_path: its path, absolute and without symbolic links
 * @path: a path that peg_name_is_path() has accepted
 * @is_folder: (out): whether @path is a folder
 *
 * Looks at one file.
 *
 * Returns: (transfer full) (nullable): what is there, or %NULL when there is
 *   nothing that is served
 */
PegFound *
peg_scan_file (int          root,
               const char  *root_path,
               const char  *path,
               gboolean    *is_folder)
{
  const char *name;
  peg_autofd parent = -1;
  struct stat status;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (is_folder != NULL, NULL);

  *is_folder = FALSE;

  parent = peg_beneath_open_parent (root, path, &name);
  if (parent < 0 || fstatat (parent, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return NULL;

  *is_folder = S_ISDIR (status.st_mode);

  if (S_ISLNK (status.st_mode))
    return follow_link (parent, name, path, root_path);
  if (!S_ISREG (status.st_mode) || is_vim_test (name, &status))
    return NULL;

  return found_new (path, &status);
}

/**
 * peg_scan_read_header:
 * @root: a descriptor of the shop's folder
 * @found: a file in it
 *
 * Reads the title and the revision of a file from its first
 * %PEG_HEADER_BYTES bytes. A file that cannot be read has none. May be called
 * in any thread.
 */
void
peg_scan_read_header (int       root,
                      PegFound *found)
{
  g_auto (PegHeader) header = { NULL, -1, -1 };
  char buffer[PEG_HEADER_BYTES];
  peg_autofd fd = -1;
  gssize length = 0;

  if (found->size > 0)
    fd = peg_beneath_open (root, found->master != NULL ? found->master : found->path,
                           O_RDONLY | O_NONBLOCK, 0);
  if (fd >= 0)
    length = read (fd, buffer, sizeof buffer);

  peg_header_read (&header, buffer, length > 0 ? (gsize) length : 0);

  g_free (found->description);
  found->description = g_steal_pointer (&header.description);
  found->major = header.major;
  found->minor = header.minor;
  found->header_read = TRUE;
}

static void
read_header_cb (gpointer data,
                gpointer user_data)
{
  GPtrArray *files = user_data;
  guint begin = GPOINTER_TO_UINT (data) - 1;
  int root = GPOINTER_TO_INT (g_ptr_array_index (files, files->len - 1));

  for (guint i = begin; i < MIN (begin + PARALLEL_HEADERS / 4, files->len - 1); i++)
    peg_scan_read_header (root, g_ptr_array_index (files, i));
}

/**
 * peg_scan_read_headers:
 * @root: a descriptor of the shop's folder
 * @files: (element-type PegFound): files in it
 *
 * Reads the headers of many files, with as many threads as there are
 * processors, and returns when all are read.
 */
void
peg_scan_read_headers (int        root,
                       GPtrArray *files)
{
  g_autoptr (GPtrArray) work = NULL;
  GThreadPool *pool;

  if (files->len < PARALLEL_HEADERS) {
    for (guint i = 0; i < files->len; i++)
      peg_scan_read_header (root, g_ptr_array_index (files, i));
    return;
  }

  /* The root rides behind the files. */
  work = g_ptr_array_sized_new (files->len + 1);
  g_ptr_array_extend (work, files, NULL, NULL);
  g_ptr_array_add (work, GINT_TO_POINTER (root));

  pool = g_thread_pool_new (read_header_cb, work, (int) g_get_num_processors (), FALSE, NULL);
  for (guint i = 0; i < files->len; i += PARALLEL_HEADERS / 4)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
}

