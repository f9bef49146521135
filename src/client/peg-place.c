/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-place"

#include "peg-config.h"

#include "peg-place.h"

#include "peg-fd.h"
#include "peg-place-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (peg-place-error-quark, peg_place_error)

/* What is there in every sandbox of Flatpak (flatpak-metadata(5)). */
#define SANDBOX_INFO "/.flatpak-info"

/* How much is read at once, bytes. */
#define BUFFER_BYTES (128 * 1024)

/* How old a file has to be before its times say anything: FAT and old servers of
 * network shares count in steps of two seconds, and a file may be written twice
 * within one. µs. */
#define RACY_US (3 * G_USEC_PER_SEC)

/* Whether it is one component of a path that no program hides. */
static gboolean
is_name (const char *name)
{
  return *name != '\0' && *name != '.' && strchr (name, '/') == NULL && strlen (name) <= 255;
}

/*
 * peg_place_set_error:
 * @name: (nullable): which file; %NULL: the folder itself
 * @saved_errno: what went wrong
 *
 * Says in words what the disk said in numbers.
 */
void
peg_place_set_error (GError     **error,
                     const char  *folder,
                     const char  *name,
                     int          saved_errno)
{
  const char *what = name != NULL ? name : folder;

  switch (saved_errno) {
  case ENOSPC:
  case EDQUOT:
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: the name of a file, and that of a folder, here and
                  * below. */
                 _("“%s” could not be written into the working folder “%s”: the disk is full. Make room there, then send a copy."),
                 what, folder);
    break;
  case EROFS:
  case EACCES:
  case EPERM:
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FOLDER,
                 _("“%s” could not be written into the working folder “%s”: this computer may not write there. Ask whoever set the folder up."),
                 what, folder);
    break;
  case ENAMETOOLONG:
  case EINVAL:
  case EILSEQ:
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 _("The working folder takes no file with the name “%s”: “%s” is on a disk that allows only shorter or simpler names."),
                 what, folder);
    break;
  default:
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: the name of a file, that of a folder, and why. */
                 _("“%s” in the working folder “%s” could not be read or written: %s. Try again, and tell whoever looks after that folder."),
                 what, folder, g_strerror (saved_errno));
    break;
  }
}

/*
 * peg_place_open_folder:
 * @name: (nullable): what is wanted in it
 *
 * Returns: a descriptor; -1 and @error: the folder is not there
 */
int
peg_place_open_folder (const char  *folder,
                       const char  *name,
                       GError     **error)
{
  int fd;

  if (name != NULL && !is_name (name)) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: %s is the name of a file. */
                 _("“%s” is no name that a file in the working folder can have."), name);
    return -1;
  }

  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  /* What a sandbox was not given is not there, although everybody sees it outside. */
  if (fd < 0 && errno == ENOENT && access (SANDBOX_INFO, F_OK) == 0)
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FOLDER,
                 /* Translators: the name of a folder. */
                 _("The working folder “%s” is not there, or this Flatpak may not see it. Whoever looks after the terminal can allow it with “flatpak override --filesystem”."),
                 folder);
  else if (fd < 0)
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FOLDER,
                 /* Translators: the name of a folder, and why. */
                 _("The working folder “%s” cannot be opened: %s. If it is on a network share, see whether that is connected."),
                 folder, g_strerror (errno));

  return fd;
}

/*
 * peg_place_open_file:
 *
 * Opens a regular file for reading. Nothing that is not one is opened, because
 * opening a device or a pipe does something, and a link may lead out of the folder.
 *
 * Returns: a descriptor; -1 and `errno`, which is %EMLINK when it is no regular file
 */
int
peg_place_open_file (int         folder,
                     const char *name)
{
  struct stat status;
  int fd;

  if (fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return -1;

  if (!S_ISREG (status.st_mode)) {
    errno = EMLINK;
    return -1;
  }

  fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ELOOP || errno == ENXIO)
      errno = EMLINK;
    return -1;
  }

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode)) {
    close (fd);
    errno = EMLINK;
    return -1;
  }

  return fd;
}

/*
 * peg_place_hash:
 * @source: read from its start to its end, by position
 * @destination: where the bytes go, too; -1: nowhere
 * @size: (out) (optional): how many they are
 *
 * Returns: (transfer full) (nullable): the SHA-256 of the bytes; %NULL and `errno`
 */
char *
peg_place_hash (int     source,
                int     destination,
                gint64 *size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *buffer = g_malloc (BUFFER_BYTES);
  gint64 position = 0;

  while (TRUE) {
    const ssize_t n = pread (source, buffer, BUFFER_BYTES, position);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return NULL;
    if (n == 0)
      break;
    if (destination >= 0 && !peg_fd_write_all (destination, buffer, (gsize) n))
      return NULL;

    g_checksum_update (checksum, (const guchar *) buffer, n);
    position += n;
  }

  if (size != NULL)
    *size = position;

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * peg_place_hash_file:
 * @fd: a file
 * @size: (out): how long it is, bytes
 *
 * Returns: (transfer full) (nullable): the SHA-256 of all its bytes
 */
char *
peg_place_hash_file (int     fd,
                     gint64 *size)
{
  return peg_place_hash (fd, -1, size);
}

/*
 * peg_place_is_written:
 * @fd: a file, open for reading
 *
 * Asks the kernel, by way of a lease, whether some program on this computer has the
 * file open for writing. A share of another computer cannot tell.
 *
 * Returns: whether one has
 */
gboolean
peg_place_is_written (int fd)
{
  /* Whoever opens the file while the lease is held makes the kernel send a signal,
   * and the one that it sends by itself would end the program. */
  if (fcntl (fd, F_SETSIG, SIGURG) != 0)
    return FALSE;

  if (fcntl (fd, F_SETLEASE, F_RDLCK) != 0)
    return errno == EAGAIN;

  fcntl (fd, F_SETLEASE, F_UNLCK);

  return FALSE;
}

/**
 * peg_place_check:
 * @folder: absolute path of a working folder
 * @error: return location
 *
 * Returns: whether it is a folder that this program may write into
 */
gboolean
peg_place_check (const char  *folder,
                 GError     **error)
{
  const int fd = peg_place_open_folder (folder, NULL, error);
  gboolean writable;

  if (fd < 0)
    return FALSE;

  writable = faccessat (fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
  if (!writable)
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FOLDER,
                 /* Translators: %s is the name of a folder. */
                 _("This computer may not write into the working folder “%s”. Ask whoever set the folder up."),
                 folder);
  close (fd);

  return writable;
}

static gint64
to_us (const struct timespec *time)
{
  return (gint64) time->tv_sec * G_USEC_PER_SEC + time->tv_nsec / 1000;
}

static gboolean
same_time (const struct timespec *a,
           const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static gboolean
stamp_is_same (const PegPlaceStamp *a,
               const PegPlaceStamp *b,
               gint64               now_us)
{
  return a->inode == b->inode && a->size == b->size &&
         same_time (&a->modified, &b->modified) && same_time (&a->changed, &b->changed) &&
         to_us (&b->modified) < now_us - RACY_US && to_us (&b->changed) < now_us - RACY_US;
}

static void
stamp_fill (PegPlaceStamp     *stamp,
            const struct stat *status)
{
  *stamp = (PegPlaceStamp) {
    .inode = (guint64) status->st_ino,
    .size = status->st_size,
    .modified = status->st_mtim,
    .changed = status->st_ctim,
  };
}

static void
set_facts (PegCopyFacts *facts,
           PegCopyThere  there)
{
  g_free (facts->sha256);
  *facts = (PegCopyFacts) { .there = there };
}

static void
look_at_file (int            fd,
              gint64         now_us,
              PegPlaceStamp *stamp,
              PegCopyFacts  *facts)
{
  struct stat status;
  PegPlaceStamp now;

  if (fstat (fd, &status) != 0) {
    set_facts (facts, PEG_COPY_THERE_UNKNOWN);
    return;
  }

  stamp_fill (&now, &status);
  if (facts->sha256 != NULL && stamp_is_same (stamp, &now, now_us))
    return;

  set_facts (facts, PEG_COPY_THERE_FILE);
  facts->sha256 = peg_place_hash (fd, -1, &facts->size);
  facts->modified_us = to_us (&now.modified);
  if (facts->sha256 == NULL)
    set_facts (facts, PEG_COPY_THERE_UNKNOWN);
  *stamp = now;
}

/**
 * peg_place_look:
 * @folder: absolute path of a working folder
 * @name: what to look for in it
 * @now_us: µs since 1970 by this computer
 * @stamp: (inout): what the disk said last time; zeros at first
 * @facts: (inout): what was found last time; zeros at first. Its text is freed and
 *   made anew with g_free() and g_strdup()
 * @error: return location
 *
 * Finds out what is there. A file is read again only if the disk says that it may
 * be another.
 *
 * Returns: whether the folder could be looked into; what cannot be told of the one
 *   file is %PEG_COPY_THERE_UNKNOWN
 */
gboolean
peg_place_look (const char     *folder,
                const char     *name,
                gint64          now_us,
                PegPlaceStamp  *stamp,
                PegCopyFacts   *facts,
                GError        **error)
{
  const int folder_fd = peg_place_open_folder (folder, name, error);
  int fd;

  if (folder_fd < 0) {
    set_facts (facts, PEG_COPY_THERE_UNKNOWN);
    return FALSE;
  }

  fd = peg_place_open_file (folder_fd, name);
  if (fd >= 0) {
    look_at_file (fd, now_us, stamp, facts);
    close (fd);
  } else if (errno == ENOENT) {
    set_facts (facts, PEG_COPY_THERE_NOTHING);
  } else if (errno == EMLINK) {
    set_facts (facts, PEG_COPY_THERE_OTHER);
  } else {
    set_facts (facts, PEG_COPY_THERE_UNKNOWN);
  }
  close (folder_fd);

  return TRUE;
}

static char *
read_file (const char  *folder,
           const char  *name,
           int          fd,
           int          destination,
           gint64      *size,
           GError     **error)
{
  g_autofree char *sha256 = NULL;
  struct stat status;
  PegPlaceStamp before, after;

  if (fstat (fd, &status) == 0) {
    stamp_fill (&before, &status);
    sha256 = peg_place_hash (fd, destination, size);
  }
  if (sha256 == NULL || fstat (fd, &status) != 0) {
    peg_place_set_error (error, folder, name, errno);
    return NULL;
  }

  stamp_fill (&after, &status);
  if (peg_place_is_written (fd) || !stamp_is_same (&before, &after, G_MAXINT64)) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_BUSY,
                 /* Translators: %s is the name of a file. */
                 _("Another program is just writing “%s” in the working folder. Check it in when that is done."),
                 name);
    return NULL;
  }

  return g_steal_pointer (&sha256);
}

/**
 * peg_place_read:
 * @folder: absolute path of a working folder
 * @name: of the file in it
 * @destination: where its bytes go
 * @size: (out): how many they are
 * @error: return location
 *
 * Copies a file out. One that another program is writing would come only half, so
 * that is an error.
 *
 * Returns: (transfer full) (nullable): the SHA-256 of the bytes
 */
char *
peg_place_read (const char  *folder,
                const char  *name,
                int          destination,
                gint64      *size,
                GError     **error)
{
  const int folder_fd = peg_place_open_folder (folder, name, error);
  char *sha256 = NULL;
  int fd;

  if (folder_fd < 0)
    return NULL;

  fd = peg_place_open_file (folder_fd, name);
  if (fd >= 0) {
    sha256 = read_file (folder, name, fd, destination, size, error);
    close (fd);
  } else if (errno == ENOENT) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_NO_FILE,
                 /* Translators: the name of a file, and that of a folder. */
                 _("There is no “%s” in the working folder “%s”, so it cannot be checked in. Put it there, or release the file."),
                 name, folder);
  } else if (errno == EMLINK) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: the name of a file, and that of a folder. */
                 _("“%s” in the working folder “%s” is a folder, a link or a device, and no file. Remove it or rename it."),
                 name, folder);
  } else {
    peg_place_set_error (error, folder, name, errno);
  }
  close (folder_fd);

  return sha256;
}
