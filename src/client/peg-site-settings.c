/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site-settings"

#include "peg-config.h"

#include "peg-site-settings.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>
#include <glib/gstdio.h>
#include <string.h>

/* Where everything begins that is in a file of settings. */
#define ROOT "/"

/* The settings of the program in the two files that the backend reads: what holds when
 * a person chose nothing, and what a person cannot choose. */
static void
list_settings (PegSite    *site,
               const char *schema_path,
               GKeyFile   *defaults,
               GString    *locks)
{
  g_autofree char *group = g_strndup (schema_path + 1, strlen (schema_path) - 2);

  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (i);
    const char *text = peg_site_get_string (site, i);
    g_autoptr (GVariant) value = NULL;
    g_autofree char *printed = NULL;

    if (info->setting == NULL || (!peg_site_is_set (site, i) && !peg_site_is_locked (site, i)))
      continue;

    value = g_variant_ref_sink (g_variant_new_string (text != NULL ? text : ""));
    printed = g_variant_print (value, FALSE);
    g_key_file_set_value (defaults, group, info->setting, printed);
    if (peg_site_is_locked (site, i))
      g_string_append_printf (locks, "%s%s\n", schema_path, info->setting);
  }
}

/* The type of the backend has no name in the headers. */
static GSettingsBackend *
open_backend (const char *path,
              const char *folder)
{
  g_autoptr (GSettingsBackend) other = g_keyfile_settings_backend_new (path, ROOT, NULL);

  return g_object_new (G_OBJECT_TYPE (other),
                       "filename", path,
                       "root-path", ROOT,
                       "defaults-dir", folder,
                       NULL);
}

static GSettingsBackend *
write_and_open (PegSite     *site,
                const char  *schema_path,
                const char  *path,
                const char  *folder,
                GError     **error)
{
  g_autoptr (GKeyFile) defaults = g_key_file_new ();
  g_autoptr (GString) locks = g_string_new (NULL);
  g_autofree char *defaults_path = g_build_filename (folder, "defaults", NULL);
  g_autofree char *locks_path = g_build_filename (folder, "locks", NULL);
  GSettingsBackend *backend = NULL;

  list_settings (site, schema_path, defaults, locks);
  if (g_key_file_save_to_file (defaults, defaults_path, error) &&
      g_file_set_contents (locks_path, locks->str, (gssize) locks->len, error))
    backend = open_backend (path, folder);

  /* They are read once. */
  g_remove (defaults_path);
  g_remove (locks_path);

  return backend;
}

/**
 * peg_site_settings_new:
 * @site: what the shop laid down
 * @path: (nullable): the file that has what a person chose; %NULL: the usual one, which
 *   is also the one of a Flatpak
 * @error: return location
 *
 * Opens the settings of the program so that what @site says holds where a person chose
 * nothing, and cannot be chosen where @site has locked it: g_settings_is_writable()
 * tells. They are in a file and not in the database of the desktop, which has its
 * defaults from elsewhere.
 *
 * Returns: (transfer full) (nullable): the settings
 */
GSettings *
peg_site_settings_new (PegSite     *site,
                       const char  *path,
                       GError     **error)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsBackend) backend = NULL;
  g_autofree char *usual = NULL;
  g_autofree char *parent = NULL;
  g_autofree char *folder = NULL;

  g_return_val_if_fail (site != NULL, NULL);

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
  if (schema == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No settings schema");
    return NULL;
  }

  usual = g_build_filename (g_get_user_config_dir (), "glib-2.0", "settings", "keyfile", NULL);
  parent = g_build_filename (g_get_user_runtime_dir (), "pegboard", NULL);
  g_mkdir_with_parents (parent, 0700);
  folder = g_build_filename (parent, "site-XXXXXX", NULL);
  if (g_mkdtemp (folder) == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Cannot make a folder in “%s”", parent);
    return NULL;
  }

  backend = write_and_open (site, g_settings_schema_get_path (schema),
                            path != NULL ? path : usual, folder, error);
  g_rmdir (folder);

  return backend != NULL ? g_settings_new_full (schema, backend, NULL) : NULL;
}
