/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-place-write"

#include "peg-config.h"

#include "peg-place.h"

#include "peg-place-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a file comes into the working folder.
 *
 * The bytes are written to a hidden file there, and checked. Where nothing may be, it
 * takes the name only if nothing has it. Where something known is, both change places
 * in one step, and what came out is looked at: if it is not what was known, it stays
 * in PEG_PLACE_KEPT, where it already is. So at every instant there is a whole file
 * under the name, and whatever was there is somewhere.
 *
 * Not every network share can do that. NFS knows neither kind of rename, but links; SMB
 * knows the first; some know nothing. There what was known is moved away first, and the
 * name is free for an instant. */

/* How unfinished files begin. Such a file holds nothing that the server does not have,
 * so it may always be removed. */
#define NEW_PREFIX ".pegboard-new-"

/* How many names are tried for what is kept. */
#define MAX_KEPT 1000

/* How much of its name what is kept has at most, bytes. */
#define MAX_STEM 160

/* One file on its way. */
typedef struct {
  const PegPlaceWrite *write;
  int folder;        /* the working folder */
  int kept_folder;   /* -1: not needed yet */
  int from;          /* the folder that the new bytes are in */
  char *from_name;   /* (owned): under which name; %NULL: they are in their place */
  char *kept_name;   /* (owned) (nullable): of what was replaced, in kept_folder */
} Way;

static gboolean
occupied (const Way  *way,
          GError    **error)
{
  g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED,
               /* Translators: %s is the name of a file. */
               _("There is another “%s” in the working folder."), way->write->name);

  return FALSE;
}

static gboolean
failed (const Way  *way,
        GError    **error)
{
  peg_place_set_error (error, way->write->folder, way->write->name, errno);

  return FALSE;
}

static gboolean
is_not_supported (int saved_errno)
{
  return saved_errno == EINVAL || saved_errno == ENOSYS || saved_errno == EOPNOTSUPP;
}

/* The last resort: a name is taken by making an empty file, which fails where there is
 * one, and that is replaced if it still is what was made. */
static int
move_by_claim (int         from,
               const char *from_name,
               int         to,
               const char *to_name)
{
  const int fd = openat (to, to_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  struct stat mine, there;
  gboolean is_mine;

  if (fd < 0)
    return -1;

  is_mine = fstat (fd, &mine) == 0;
  close (fd);
  is_mine = is_mine && fstatat (to, to_name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
            there.st_ino == mine.st_ino && there.st_size == 0;
  if (!is_mine) {
    errno = EEXIST;
    return -1;
  }

  return renameat (from, from_name, to, to_name);
}

/* Moves a file to a name that nothing has. Fails with %EEXIST where something has. */
static int
move_to_free (int         from,
              const char *from_name,
              int         to,
              const char *to_name)
{
  if (renameat2 (from, from_name, to, to_name, RENAME_NOREPLACE) == 0)
    return 0;
  if (!is_not_supported (errno))
    return -1;

  if (linkat (from, from_name, to, to_name, 0) == 0)
    return unlinkat (from, from_name, 0);
  if (errno == EEXIST)
    return -1;

  return move_by_claim (from, from_name, to, to_name);
}

/* Writes the bytes to a hidden file beside the place. */
static gboolean
make_new (Way     *way,
          GError **error)
{
  const PegPlaceWrite *write = way->write;
  g_autofree char *sha256 = NULL;
  g_autofree char *random = g_uuid_string_random ();
  struct stat old;
  gboolean done;
  int fd;

  way->from = way->folder;
  way->from_name = g_strconcat (NEW_PREFIX, write->tag, "-", random, NULL);
  fd = openat (way->folder, way->from_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               0666);
  if (fd < 0) {
    failed (way, error);
    g_clear_pointer (&way->from_name, g_free);
    return FALSE;
  }

  /* What takes a file’s place may be read by the same people. */
  if (write->known != NULL && fstatat (way->folder, write->name, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
      fchmod (fd, old.st_mode & 0777) != 0)
    g_debug ("The mode of a file stays as it is: %s", g_strerror (errno));

  sha256 = peg_place_hash (write->source, fd, NULL);
  done = sha256 != NULL && fsync (fd) == 0;
  if (!done)
    failed (way, error);
  if (close (fd) != 0 && done)
    done = failed (way, error);
  if (!done)
    return FALSE;

  if (!g_str_equal (sha256, write->sha256)) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: %s is the name of a file. */
                 _("“%s” did not come the way the server has it, so it was not written into the working folder. Try again."),
                 write->name);
    return FALSE;
  }

  return TRUE;
}

static gboolean
open_kept (Way     *way,
           GError **error)
{
  if (way->kept_folder >= 0)
    return TRUE;

  if (mkdirat (way->folder, PEG_PLACE_KEPT, 0777) != 0 && errno != EEXIST)
    return failed (way, error);

  way->kept_folder = openat (way->folder, PEG_PLACE_KEPT,
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (way->kept_folder < 0) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FOLDER,
                 /* Translators: the name of a folder in another, and that of the other. */
                 _("“%s” in the working folder “%s” has to be a folder, for what is replaced. Remove what is there under that name."),
                 PEG_PLACE_KEPT, way->write->folder);
    return FALSE;
  }

  return TRUE;
}

/* A name that says what it was, and until when; the ending is what it was. */
static char *
make_kept_name (const PegPlaceWrite *write,
                guint                attempt)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (write->now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *when = g_date_time_format (local, "%Y-%m-%d %H.%M.%S");
  const char *dot = strrchr (write->name, '.');
  const char *ending = dot != NULL && strlen (dot) < 20 ? dot : "";
  gsize length = strlen (write->name) - strlen (ending);
  g_autofree char *number = attempt > 0 ? g_strdup_printf (" (%u)", attempt + 1) : g_strdup ("");
  g_autofree char *stem = NULL;

  if (length > MAX_STEM) {
    length = MAX_STEM;
    while (length > 0 && (write->name[length] & 0xc0) == 0x80)
      length--;
  }
  stem = g_strndup (write->name, length);

  return g_strconcat (stem, " ", when, number, ending, NULL);
}

/* Moves something into the folder of what is kept.
 *
 * Returns: (transfer full) (nullable): its name there */
static char *
move_to_kept (Way        *way,
              int         from,
              const char *from_name)
{
  for (guint i = 0; i < MAX_KEPT; i++) {
    g_autofree char *name = make_kept_name (way->write, i);

    if (move_to_free (from, from_name, way->kept_folder, name) == 0)
      return g_steal_pointer (&name);
    if (errno != EEXIST)
      return NULL;
  }

  return NULL;
}

/* Whether what is under that name is what may be replaced. */
static gboolean
is_known (int         folder,
          const char *name,
          const char *known,
          gboolean   *written)
{
  const int fd = peg_place_open_file (folder, name);
  g_autofree char *sha256 = NULL;

  if (fd < 0)
    return FALSE;

  sha256 = peg_place_hash (fd, -1, NULL);
  *written = peg_place_is_written (fd);
  close (fd);

  return g_strcmp0 (sha256, known) == 0;
}

static gboolean
put_where_nothing_is (Way     *way,
                      GError **error)
{
  if (move_to_free (way->from, way->from_name, way->folder, way->write->name) != 0)
    return errno == EEXIST ? occupied (way, error) : failed (way, error);

  g_clear_pointer (&way->from_name, g_free);

  return TRUE;
}

/* What was replaced is in the folder of what is kept. It leaves it only when the server
 * has it, and nobody is writing it. */
static void
drop_known (Way *way)
{
  gboolean written = FALSE;

  if (!way->write->keep &&
      is_known (way->kept_folder, way->kept_name, way->write->known, &written) && !written &&
      unlinkat (way->kept_folder, way->kept_name, 0) == 0)
    g_clear_pointer (&way->kept_name, g_free);
}

/* Without an exchange: what is there goes, and then the new comes. */
static gboolean
put_after_moving (Way     *way,
                  GError **error)
{
  way->kept_name = move_to_kept (way, way->folder, way->write->name);
  if (way->kept_name == NULL && errno != ENOENT)
    return failed (way, error);

  if (!put_where_nothing_is (way, error)) {
    /* Back to where it was, if that is still free; else it is kept. */
    if (way->kept_name != NULL &&
        move_to_free (way->kept_folder, way->kept_name, way->folder, way->write->name) == 0)
      g_clear_pointer (&way->kept_name, g_free);
    return FALSE;
  }

  if (way->kept_name != NULL)
    drop_known (way);

  return TRUE;
}

static gboolean
put_over (Way     *way,
          GError **error)
{
  const PegPlaceWrite *write = way->write;
  gboolean written = FALSE;
  char *name;

  if (!is_known (way->folder, write->name, write->known, &written)) {
    struct stat status;

    if (fstatat (way->folder, write->name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
      return put_where_nothing_is (way, error);
    return occupied (way, error);
  }

  if (written) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_BUSY,
                 /* Translators: %s is the name of a file. */
                 _("Another program is just writing “%s” in the working folder. Send a copy when that is done."),
                 write->name);
    return FALSE;
  }

  if (!open_kept (way, error))
    return FALSE;

  /* The new bytes go to where the old are to be kept, so that the exchange itself puts
   * those there: whoever ends this program in between loses nothing. */
  name = move_to_kept (way, way->from, way->from_name);
  if (name == NULL)
    return failed (way, error);
  g_free (way->from_name);
  way->from = way->kept_folder;
  way->from_name = name;

  if (renameat2 (way->from, way->from_name, way->folder, write->name, RENAME_EXCHANGE) == 0) {
    way->kept_name = g_steal_pointer (&way->from_name);
    drop_known (way);
    return TRUE;
  }

  if (errno == ENOENT)
    return put_where_nothing_is (way, error);
  if (!is_not_supported (errno))
    return failed (way, error);

  return put_after_moving (way, error);
}

/* Some network shares cannot, and need not. */
static void
sync_folder (int fd)
{
  if (fd >= 0 && fsync (fd) != 0)
    g_debug ("A folder could not be synced: %s", g_strerror (errno));
}

/**
 * peg_place_write:
 * @write: what to write where
 * @kept: (out) (optional) (transfer full) (nullable): what was replaced, relative to the
 *   working folder; %NULL: nothing, or only what the server has
 * @error: return location
 *
 * Writes a file into the working folder: whole or not at all, and only over what is
 * known. %PEG_PLACE_ERROR_OCCUPIED says that something else is there.
 *
 * Returns: whether it is there
 */
gboolean
peg_place_write (const PegPlaceWrite  *write,
                 char                **kept,
                 GError              **error)
{
  Way way = { .write = write, .folder = -1, .kept_folder = -1, .from = -1 };
  gboolean done;

  way.folder = peg_place_open_folder (write->folder, write->name, error);
  if (way.folder < 0)
    return FALSE;

  done = make_new (&way, error) &&
         (write->known != NULL ? put_over (&way, error) : put_where_nothing_is (&way, error));

  if (way.from_name != NULL)
    unlinkat (way.from, way.from_name, 0);
  sync_folder (way.kept_folder);
  sync_folder (way.folder);
  if (kept != NULL)
    *kept = way.kept_name != NULL ? g_build_filename (PEG_PLACE_KEPT, way.kept_name, NULL) : NULL;

  g_free (way.from_name);
  g_free (way.kept_name);
  if (way.kept_folder >= 0)
    close (way.kept_folder);
  close (way.folder);

  return done;
}

/**
 * peg_place_sweep:
 * @folder: absolute path of a working folder
 * @tag: the tag of this station
 *
 * Removes the unfinished files that this station left behind when it was switched off.
 * They hold nothing that the server does not have.
 */
void
peg_place_sweep (const char *folder,
                 const char *tag)
{
  g_autofree char *prefix = g_strconcat (NEW_PREFIX, tag, "-", NULL);
  DIR *directory = opendir (folder);
  const struct dirent *found;

  if (directory == NULL)
    return;

  while ((found = readdir (directory)) != NULL) {
    if (g_str_has_prefix (found->d_name, prefix))
      unlinkat (dirfd (directory), found->d_name, 0);
  }
  closedir (directory);
}
