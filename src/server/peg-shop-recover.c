/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-check-in.h"

#include "peg-log.h"
#include "peg-name.h"

#include <string.h>

/* What was sent is kept, and the check-in is over. */
static gboolean
give_up (PegShop          *self,
         const PegIntent  *pending,
         GError          **error)
{
  PEG_LOG ("check-in-undone", "s:path", pending->path, "s:by", pending->who);

  return peg_ledger_add_draft (self->ledger, pending->path, pending->sha256, pending->size,
                               pending->who, "interrupted", error) != 0 &&
         peg_ledger_remove_pending (self->ledger, pending->file, error);
}

/* Whether the check-out that the check-in was to end is still the one that
 * counts. */
static gboolean
is_still_held (const PegFile   *file,
               const PegIntent *pending)
{
  if (file->hold == NULL)
    return FALSE;

  return pending->token != 0 ? file->hold->token == pending->token
                             : strcmp (file->hold->holder, pending->who) == 0;
}

/* One check-in of which it is not known whether it came to its end: the content
 * on the disk tells. When the file was given back or taken by somebody else since,
 * what is on the disk is a change from outside, which the look at the folder keeps,
 * and the check-out of the other one stays. */
static gboolean
recover_one (PegShop          *self,
             const PegIntent  *pending,
             GError          **error)
{
  PegFile *file = peg_shop_lookup_row (self, pending->file);
  g_auto (PegReading) reading = { .sha256 = NULL };

  if (!peg_shop_read_stored (self, pending->path, NULL, &reading, error))
    return FALSE;

  if (file == NULL || g_strcmp0 (reading.sha256, pending->sha256) != 0)
    return give_up (self, pending, error);

  if (is_still_held (file, pending)) {
    PegReading before = { NULL, file->size, file->mtime_ns, file->inode, 0 };

    before.sha256 = file->hold != NULL ? file->hold->base_sha256 : file->sha256;
    PEG_LOG ("check-in-finished", "s:path", pending->path, "s:by", pending->who);
    return peg_shop_keep_check_in (self, file, pending, &before, &reading, PEG_CAUSE_CHECK_IN,
                                   error);
  }

  PEG_LOG ("check-in-overtaken", "s:path", pending->path, "s:by", pending->who);

  return peg_ledger_remove_pending (self->ledger, pending->file, error);
}

/* Ends a check-in that could not be recorded, before its file is given back: it
 * must not be finished after somebody else took the file. @file may be free
 * afterwards. */
gboolean
peg_shop_settle (PegShop  *self,
                 PegFile  *file,
                 GError  **error)
{
  g_autoptr (GPtrArray) list = peg_ledger_list_pending (self->ledger, error);

  if (list == NULL)
    return FALSE;

  for (guint i = 0; i < list->len; i++) {
    const PegIntent *pending = g_ptr_array_index (list, i);
    g_autoptr (GError) own_error = NULL;

    if (pending->file != file->id || recover_one (self, pending, &own_error))
      continue;
    PEG_LOG ("check-in-left", "s:path", pending->path, "s:error", own_error->message);
    if (!give_up (self, pending, error))
      return FALSE;
  }

  return TRUE;
}

/* What lies in the temporary folder was on its way. It may be what was displaced
 * by a check-in, so it goes into the store before it is removed. What cannot be
 * stored now stays for the next start. */
static void
empty_temporary (PegShop *self)
{
  g_autofree char *folder = g_build_filename (peg_vault_get_path (self->vault),
                                              PEG_NAME_TEMPORARY_DIR, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (PEG_NAME_TEMPORARY_DIR, name, NULL);
    g_auto (PegReading) reading = { .sha256 = NULL };
    g_autoptr (GError) error = NULL;

    if (peg_shop_read_stored (self, path, NULL, &reading, &error)) {
      PEG_LOG ("left-over-stored", "s:sha256", reading.sha256);
      peg_shop_remove_temporary (self, name);
    } else {
      PEG_LOG ("left-over-stays", "s:path", path, "s:error", error->message);
    }
  }
}

/* Ends what a power cut interrupted, at start. What cannot be ended now, because
 * the file cannot be read for example, waits for the next start. */
gboolean
peg_shop_recover (PegShop  *self,
                  GError  **error)
{
  g_autoptr (GPtrArray) list = peg_ledger_list_pending (self->ledger, error);

  if (list == NULL)
    return FALSE;

  for (guint i = 0; i < list->len; i++) {
    const PegIntent *pending = g_ptr_array_index (list, i);
    g_autoptr (GError) own_error = NULL;

    if (!recover_one (self, pending, &own_error))
      PEG_LOG ("check-in-left", "s:path", pending->path, "s:error", own_error->message);
  }
  empty_temporary (self);

  return TRUE;
}
