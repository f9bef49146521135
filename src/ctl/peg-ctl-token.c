/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ctl-token"

#include "peg-config.h"

#include "peg-ctl-token.h"

#include "peg-address.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A token is a few thousand bytes at most. */
#define MAX_BYTES 16384

/**
 * peg_ctl_token_dup_path:
 * @server: a server, as peg_link_check_config() writes it
 * @user: a person
 *
 * Each server has a file of its own for each person, so that no token is ever
 * shown to another server. The file’s name says neither.
 *
 * Returns: (transfer full): where `pegctl login` keeps the token, unless it is
 *   told another place
 */
char *
peg_ctl_token_dup_path (const char *server,
                        const char *user)
{
  g_autofree char *name = peg_address_dup_file_name (server, user, ".token");

  return g_build_filename (g_get_user_state_dir (), "pegboard", name, NULL);
}

static gboolean
check_mode (int          fd,
            const char  *path,
            GError     **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                 /* Translators: %s is the name of a file, here and below. */
                 _("The token file “%s” is no plain file. Name another."), path);
    return FALSE;
  }

  if (info.st_uid != geteuid () || (info.st_mode & 077) != 0) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                 _("Others can read or change the token file “%s”, so it is not used. Make it yours alone: chmod 600."),
                 path);
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_ctl_token_read:
 * @path: a file
 * @error: return location
 *
 * Reads a token from a file that nobody else can read.
 *
 * Returns: (transfer full) (nullable): the token, its first line
 */
char *
peg_ctl_token_read (const char  *path,
                    GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  char buffer[MAX_BYTES + 1];
  gssize length;

  if (fd < 0) {
    const int reason = errno;

    g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (reason),
                 /* Translators: the name of a file, and what is wrong with it. */
                 _("The token file “%s” cannot be read: %s. “pegctl login” makes one."),
                 path, g_strerror (reason));
    return NULL;
  }

  if (!check_mode (fd, path, error)) {
    close (fd);
    return NULL;
  }

  length = read (fd, buffer, MAX_BYTES);
  close (fd);
  buffer[MAX (length, 0)] = '\0';
  buffer[strcspn (buffer, "\r\n")] = '\0';
  g_strstrip (buffer);

  if (*buffer == '\0') {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                 _("There is no token in “%s”. “pegctl login” makes one."), path);
    return NULL;
  }

  return g_strdup (buffer);
}

/**
 * peg_ctl_token_write:
 * @path: a file
 * @token: (nullable): a token; %NULL: the file is removed
 * @error: return location
 *
 * Writes a token into a file that nobody else can read; not for a moment.
 *
 * Returns: whether it is there, or gone
 */
gboolean
peg_ctl_token_write (const char  *path,
                     const char  *token,
                     GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *line = NULL;

  if (token == NULL) {
    if (g_unlink (path) == 0 || errno == ENOENT)
      return TRUE;

    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                 /* Translators: the name of a file, and why not. */
                 _("The token file “%s” cannot be removed: %s. Remove it yourself."),
                 path, g_strerror (errno));
    return FALSE;
  }

  /* A folder that others can see into shows them nothing but a name. */
  g_mkdir_with_parents (folder, 0700);
  line = g_strconcat (token, "\n", NULL);

  return g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
