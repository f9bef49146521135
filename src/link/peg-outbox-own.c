/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-outbox"

#include "peg-config.h"

#include "peg-outbox.h"

#include "peg-outbox-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* What this wrote, to be told from what other programs wrote. */

/* What this wrote of an action. A file system may give the inode of the file before
 * to the one after next (ext4 does so at once), and its clock ticks only every few
 * milliseconds: neither says for certain who wrote it, but the bytes say whether there
 * is anything new about it. */
typedef struct {
  guint64 inode;
  GBytes *text; /* (owned) */
} PegOutboxWritten;

/*
 * peg_outbox_written_free:
 * @data: (transfer full): what was written of an action
 */
void
peg_outbox_written_free (gpointer data)
{
  PegOutboxWritten *written = data;

  g_bytes_unref (written->text);
  g_free (written);
}

/*
 * peg_outbox_note_written:
 * @path: where the action was written
 * @text: what was written
 *
 * Remembers what this wrote, for peg_outbox_is_own_change().
 */
void
peg_outbox_note_written (PegOutbox  *self,
                         const char *id,
                         const char *path,
                         const char *text,
                         gsize       length)
{
  GStatBuf status;
  PegOutboxWritten *written;

  if (g_stat (path, &status) != 0)
    return;

  written = g_new (PegOutboxWritten, 1);
  written->inode = (guint64) status.st_ino;
  written->text = g_bytes_new (text, length);
  g_hash_table_replace (self->written, g_strdup (id), written);
}

/* Whether a file is what this wrote, to the byte. */
static gboolean
is_written (const PegOutboxWritten *written,
            const char             *path,
            const GStatBuf         *status)
{
  g_autofree char *text = NULL;
  gsize length, expected;
  const char *known = g_bytes_get_data (written->text, &expected);

  if (written->inode != (guint64) status->st_ino || status->st_size != (goffset) expected)
    return FALSE;

  return g_file_get_contents (path, &text, &length, NULL) && length == expected &&
         memcmp (text, known, length) == 0;
}

/**
 * peg_outbox_is_own_change:
 * @self: an outbox
 * @name: the name of something in its folder that changed
 *
 * Every change is written to a new file, which takes the place of the old one. So what
 * other programs wrote is told from what this wrote: by the file, and by its bytes.
 *
 * Returns: whether there is nothing about it that is not known here
 */
gboolean
peg_outbox_is_own_change (PegOutbox  *self,
                          const char *name)
{
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  const PegOutboxWritten *written;
  GStatBuf status;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), TRUE);
  g_return_val_if_fail (name != NULL, TRUE);

  if (!g_str_has_suffix (name, PEG_OUTBOX_ITEM))
    return TRUE;

  id = g_strndup (name, strlen (name) - strlen (PEG_OUTBOX_ITEM));
  path = g_build_filename (self->folder, name, NULL);

  if (g_stat (path, &status) != 0) {
    g_hash_table_remove (self->written, id);
    return peg_outbox_find (self, id) == NULL;
  }

  written = g_hash_table_lookup (self->written, id);

  return written != NULL && is_written (written, path, &status);
}
