/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site"

#include "peg-config.h"

#include "peg-site-private.h"

#include "peg-words.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What is there in every sandbox of Flatpak (flatpak-metadata(5)). */
#define SANDBOX_INFO "/.flatpak-info"

/* A certificate with all that signed it is a few kilobytes. */
#define MAX_PEM (1024 * 1024)

static void
complain (GPtrArray *mistakes,
          guint      line,
          char      *what,
          char      *right)
{
  g_ptr_array_add (mistakes, peg_site_mistake_new (line, what, right));
}

static void
check_folder (GPtrArray  *mistakes,
              guint       line,
              const char *path,
              gboolean    is_folder)
{
  g_autofree char *shown = peg_site_dup_shown (path);

  if (!is_folder)
    complain (mistakes, line, g_strdup_printf (_("“%s” is not a folder."), shown),
              g_strdup (_("Write the path of a folder.")));
  else if (g_access (path, W_OK | X_OK) != 0)
    complain (mistakes, line, g_strdup_printf (_("Nothing can be written into “%s” by this user."), shown),
              g_strdup (_("Let the user that Pegboard runs as write there.")));
}

/* What must be in a file that is in PEM form (RFC 7468). */
static const char *
get_pem_mark (PegSiteKey key)
{
  if (key == PEG_SITE_SERVER_CA_FILE || key == PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE)
    return "-----BEGIN CERTIFICATE-----";
  if (key == PEG_SITE_SERVER_CLIENT_KEY_FILE)
    return "PRIVATE KEY-----";

  return NULL;
}

static void
check_contents (GPtrArray  *mistakes,
                guint       line,
                PegSiteKey  key,
                const char *path)
{
  const char *mark = get_pem_mark (key);
  g_autofree char *shown = peg_site_dup_shown (path);
  g_autofree char *data = NULL;
  gsize length;

  if (mark == NULL || !g_file_get_contents (path, &data, &length, NULL) ||
      g_strstr_len (data, (gssize) length, mark) != NULL)
    return;

  if (key == PEG_SITE_SERVER_CLIENT_KEY_FILE)
    complain (mistakes, line, g_strdup_printf (_("There is no private key in “%s”."), shown),
              g_strdup (_("The file has to be in PEM form.")));
  else
    complain (mistakes, line, g_strdup_printf (_("There is no certificate in “%s”."), shown),
              g_strdup (_("The file has to be in PEM form.")));
}

static void
check_file (GPtrArray      *mistakes,
            guint           line,
            PegSiteKey      key,
            const char     *path,
            const GStatBuf *status)
{
  g_autofree char *shown = peg_site_dup_shown (path);
  g_autofree char *quoted = peg_words_argument (shown);

  if (!S_ISREG (status->st_mode)) {
    complain (mistakes, line, g_strdup_printf (_("“%s” is not a file."), shown),
              g_strdup (_("Write the path of a file.")));
    return;
  }

  if (peg_site_key_get_info (key)->type == PEG_SITE_TYPE_SECRET && (status->st_mode & 0007) != 0)
    complain (mistakes, line, g_strdup_printf (_("Every user of this computer can read or change “%s”, which is a secret."), shown),
              /* Translators: a command, with the path of a file. */
              g_strdup_printf (_("Run: chmod o= %s"), quoted));

  if (g_access (path, R_OK) != 0)
    complain (mistakes, line, g_strdup_printf (_("“%s” cannot be read by this user."), shown),
              /* Translators: a command, with the path of a file, both times. */
              g_strdup_printf (_("Let the user that Pegboard runs as read it, on a terminal: chgrp pegboard-kiosk %s && chmod g+r %s"),
                               quoted, quoted));
  else if (status->st_size == 0)
    complain (mistakes, line, g_strdup_printf (_("“%s” is empty."), shown),
              g_strdup (_("Is it another file?")));
  else if (status->st_size <= MAX_PEM)
    check_contents (mistakes, line, key, path);
}

/* A sandbox does not see what is there outside of it. */
static const char *
say_what_is_there (PegSiteKey  key,
                   PegSiteType type)
{
  /* What makes the file is no path that somebody would guess. */
  switch ((guint) key) {
  case PEG_SITE_BADGES_PEOPLE_FILE:
    return _("Make it with the first person: pegctl people add dana --pin --badge");
  case PEG_SITE_BADGES_KEY_FILE:
    return _("Make it: pegctl people key. Where the shop has one, copy that.");
  case PEG_SITE_KIOSK_ADMIN_PIN_FILE:
    return _("Make it: pegctl people admin-pin");
  default:
    break;
  }

  if (type != PEG_SITE_TYPE_FOLDER)
    return _("Write the path of a file that is there.");
  if (g_access (SANDBOX_INFO, F_OK) == 0)
    return _("Make the folder, and allow this Flatpak to see it with “flatpak override --filesystem”.");

  return _("Make the folder, or write the path of one that is there.");
}

/**
 * peg_site_check_files:
 * @self: a configuration
 *
 * Looks at the files and folders that @self names. One that is on a file system that
 * does not answer holds up whoever waits for it.
 *
 * Returns: (transfer full) (element-type PegSiteMistake): what is wrong with them
 */
GPtrArray *
peg_site_check_files (PegSite *self)
{
  g_autoptr (GPtrArray) mistakes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) peg_site_mistake_free);

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteType type = peg_site_key_get_info (i)->type;
    const guint line = peg_site_get_line (self, i);
    const char *path;
    GStatBuf status;

    if (line == 0 || (type != PEG_SITE_TYPE_FILE && type != PEG_SITE_TYPE_SECRET &&
                      type != PEG_SITE_TYPE_FOLDER))
      continue;

    path = peg_site_get_string (self, i);
    if (g_stat (path, &status) != 0) {
      g_autofree char *shown = peg_site_dup_shown (path);

      complain (mistakes, line, g_strdup_printf (_("There is no “%s”."), shown),
                g_strdup (say_what_is_there (i, type)));
    } else if (type == PEG_SITE_TYPE_FOLDER) {
      check_folder (mistakes, line, path, S_ISDIR (status.st_mode));
    } else {
      check_file (mistakes, line, i, path, &status);
    }
  }

  return g_steal_pointer (&mistakes);
}
