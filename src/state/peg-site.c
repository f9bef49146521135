/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site"

#include "peg-config.h"

#include "peg-site.h"

#include "peg-site-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

PegSiteMistake *
peg_site_mistake_new (guint  line,
                      char  *what,
                      char  *right)
{
  PegSiteMistake *self = g_new0 (PegSiteMistake, 1);

  self->line = line;
  self->what = what;
  self->right = right;

  return self;
}

void
peg_site_mistake_free (PegSiteMistake *self)
{
  g_free (self->what);
  g_free (self->right);
  g_free (self);
}

/**
 * peg_site_mistake_dup_text:
 * @self: a mistake
 * @path: the file that it is in
 *
 * Returns: (transfer full): one line for people: where it is, what is wrong, and what
 *   would be right
 */
char *
peg_site_mistake_dup_text (const PegSiteMistake *self,
                           const char           *path)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (self->line == 0)
    return g_strdup_printf ("%s: %s %s", path, self->what, self->right);

  return g_strdup_printf ("%s:%u: %s %s", path, self->line, self->what, self->right);
}

PegSite *
peg_site_new (const char *path)
{
  PegSite *self = g_atomic_rc_box_new0 (PegSite);

  self->path = g_strdup (path);
  self->wrong = g_new0 (char *, 1);

  return self;
}

/* What the file does not say, or says wrongly, is as usual. */
void
peg_site_fill_usual (PegSite *self)
{
  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (i);
    PegSiteEntry *entry = &self->entries[i];

    if (entry->line > 0)
      continue;
    if (info->usual[0] != '\0') {
      if (!peg_site_value_read (&entry->value, i, info->usual, NULL, NULL))
        g_assert_not_reached ();
    } else if (info->type == PEG_SITE_TYPE_KEYS) {
      entry->value.words = g_new0 (char *, 1);
    }
  }
}

/**
 * peg_site_new_empty:
 *
 * Returns: (transfer full): what holds where no shop has laid down anything
 */
PegSite *
peg_site_new_empty (void)
{
  PegSite *self = peg_site_new (NULL);

  peg_site_fill_usual (self);

  return self;
}

/* A device or a pipe could be read for ever. */
static gboolean
is_file (const char  *path,
         GError     **error)
{
  GStatBuf status;

  /* Why it is not there is said by who reads it. */
  if (g_stat (path, &status) != 0 || S_ISREG (status.st_mode))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("“%s” is not a file."), path);

  return FALSE;
}

/**
 * peg_site_load:
 * @path: where the file is
 * @mistakes: (out) (transfer full) (optional) (element-type PegSiteMistake): see
 *   peg_site_parse()
 * @error: return location; the file cannot be read at all
 *
 * Returns: (transfer full) (nullable): the configuration
 */
PegSite *
peg_site_load (const char  *path,
               GPtrArray  **mistakes,
               GError     **error)
{
  g_autofree char *data = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  if (!is_file (path, error) || !g_file_get_contents (path, &data, &length, error))
    return NULL;

  return peg_site_parse (path, data, length, mistakes);
}

PegSite *
peg_site_ref (PegSite *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  PegSite *self = data;

  for (guint i = 0; i < PEG_SITE_N_KEYS; i++)
    peg_site_value_clear (&self->entries[i].value);
  g_free (self->path);
  g_strfreev (self->wrong);
}

void
peg_site_unref (PegSite *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, clear);
}

/**
 * peg_site_get_path:
 * @self: a configuration
 *
 * Returns: (nullable): where its file is; %NULL: there is none
 */
const char *
peg_site_get_path (PegSite *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

/**
 * peg_site_get_string:
 * @self: a configuration
 * @key: a key whose value is a text: no number, switch or list
 *
 * Returns: (nullable): its value; %NULL: it is empty
 */
const char *
peg_site_get_string (PegSite    *self,
                     PegSiteKey  key)
{
  const char *text;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail ((guint) key < PEG_SITE_N_KEYS, NULL);

  text = self->entries[key].value.text;

  return text != NULL && *text != '\0' ? text : NULL;
}

/**
 * peg_site_get_int:
 * @self: a configuration
 * @key: a key whose value is a whole number
 *
 * Returns: its value, within the range and in the unit of the table
 */
gint64
peg_site_get_int (PegSite    *self,
                  PegSiteKey  key)
{
  return (gint64) peg_site_get_double (self, key);
}

/**
 * peg_site_get_double:
 * @self: a configuration
 * @key: a key whose value is a number
 *
 * Returns: its value, within the range and in the unit of the table
 */
double
peg_site_get_double (PegSite    *self,
                     PegSiteKey  key)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail ((guint) key < PEG_SITE_N_KEYS, 0);

  return self->entries[key].value.number;
}

/**
 * peg_site_get_boolean:
 * @self: a configuration
 * @key: a key whose value is true or false
 *
 * Returns: its value
 */
gboolean
peg_site_get_boolean (PegSite    *self,
                      PegSiteKey  key)
{
  return peg_site_get_double (self, key) > 0;
}

/**
 * peg_site_get_strv:
 * @self: a configuration
 * @key: a key whose value is a list
 *
 * Returns: (array zero-terminated=1): what is in it
 */
const char * const *
peg_site_get_strv (PegSite    *self,
                   PegSiteKey  key)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail ((guint) key < PEG_SITE_N_KEYS, NULL);

  return (const char * const *) self->entries[key].value.words;
}

/**
 * peg_site_get_wrong:
 * @self: a configuration
 *
 * Returns: (array zero-terminated=1): what is wrong in its file, a line each, for whoever
 *   looks after the computer
 */
const char * const *
peg_site_get_wrong (PegSite *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char * const *) self->wrong;
}

/**
 * peg_site_get_line:
 * @self: a configuration
 * @key: a key
 *
 * Returns: the line of the file that says it, counted from 1; 0: the file does not
 */
guint
peg_site_get_line (PegSite    *self,
                   PegSiteKey  key)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail ((guint) key < PEG_SITE_N_KEYS, 0);

  return self->entries[key].line;
}

/**
 * peg_site_is_set:
 * @self: a configuration
 * @key: a key
 *
 * Returns: whether the file says it, in a way that is understood
 */
gboolean
peg_site_is_set (PegSite    *self,
                 PegSiteKey  key)
{
  return peg_site_get_line (self, key) > 0;
}

/**
 * peg_site_is_locked:
 * @self: a configuration
 * @key: a key
 *
 * Returns: whether nothing but the file may say it. A key can be locked without being
 *   set: then what is usual holds
 */
gboolean
peg_site_is_locked (PegSite    *self,
                    PegSiteKey  key)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail ((guint) key < PEG_SITE_N_KEYS, FALSE);

  return self->entries[key].locked;
}
