/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-settings"

#include "peg-config.h"

#include "peg-settings.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Which folders a server works with. */

/* The data folder of a shop, when none is named: where systemd says, else by the
 * path of the shop's folder in the person's own data. */
static char *
choose_data (const char *root)
{
  const char *state = g_getenv ("STATE_DIRECTORY");
  g_autofree char *hash = NULL;

  if (state != NULL && state[0] == '/')
    return g_strndup (state, strcspn (state, ":"));

  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);
  hash[16] = '\0';

  return g_build_filename (g_get_user_data_dir (), "pegboard", hash, NULL);
}

static char *
resolve (const char  *path,
         GError     **error)
{
  char *real = realpath (path, NULL);
  char *copy;

  if (real == NULL) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot use the folder “%s”: %s",
                 path, g_strerror (errno));
    return NULL;
  }
  copy = g_strdup (real);
  free (real);

  return copy;
}

/* The data folder must not be served: it may lie in the shop's folder only where
 * it is hidden. The other way round the shop would be part of the data. */
static gboolean
check_apart (PegSettings  *self,
             GError      **error)
{
  gsize length = strlen (self->root);
  g_auto (GStrv) parts = NULL;

  if (strcmp (self->root, "/") != 0 && strncmp (self->data, self->root, length) == 0 &&
      (self->data[length] == '/' || self->data[length] == '\0')) {
    parts = g_strsplit (self->data + length, "/", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
      if (parts[i][0] == '.')
        return TRUE;
    }
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "The data folder “%s” lies in the shop’s folder and would be served. Choose "
                 "another one with --data.", self->data);
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_settings_find_data:
 * @self: settings
 * @error: return location for an error that says what to do
 *
 * Finds the folder that is served, where one is named, and the data folder. That
 * is made when it is missing.
 *
 * Returns: whether both are there
 */
gboolean
peg_settings_find_data (PegSettings  *self,
                        GError      **error)
{
  g_autofree char *root = NULL;
  g_autofree char *data = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->root != NULL) {
    root = resolve (self->root, error);
    if (root == NULL)
      return FALSE;
    g_free (self->root);
    self->root = g_steal_pointer (&root);
  }

  if (self->data == NULL && self->root != NULL)
    self->data = choose_data (self->root);
  if (self->data == NULL) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "Say which data folder: --data DIR, or --root or --config as for the server");
    return FALSE;
  }
  if (g_mkdir_with_parents (self->data, 0700) < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot make the data folder “%s”: %s", self->data, g_strerror (errno));
    return FALSE;
  }
  data = resolve (self->data, error);
  if (data == NULL)
    return FALSE;
  g_free (self->data);
  self->data = g_steal_pointer (&data);

  return self->root == NULL || check_apart (self, error);
}
