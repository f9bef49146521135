/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-check-in.h"

#include "peg-log.h"

#include <string.h>

/* Notes in the ledger what is about to happen and, when the file was changed
 * outside and goes anyway, that what is there now is a revision too. */
static gboolean
note (PegShop           *self,
      PegFile           *file,
      const PegCheckIn  *check_in,
      PegIntent        **pending,
      GError           **error)
{
  g_autoptr (PegShopChange) change = peg_shop_change_begin (self, error);
  g_autoptr (PegFile) next = peg_file_copy (file);
  gboolean was_changed = file->hold->changed_outside && check_in->reading.sha256 != NULL;

  if (change == NULL)
    return FALSE;

  if (was_changed) {
    PegReading base = { file->hold->base_sha256, -1, file->hold->since_us * 1000, 0, 0 };

    if (!peg_shop_keep_first (self, next, &base, error) || !peg_shop_keep_outside (self, next, error))
      return FALSE;
    next->hold->changed_outside = FALSE;
    g_free (next->hold->base_sha256);
    next->hold->base_sha256 = g_strdup (check_in->reading.sha256);
    if (!peg_shop_change_write_quietly (change, peg_file_copy (next), error))
      return FALSE;
  }

  *pending = peg_check_in_make_intent (check_in, next);

  return peg_ledger_add_pending (self->ledger, *pending, error) &&
         peg_shop_change_commit (change, error);
}

/* Whether the check-in is still right. */
static gboolean
may_check_in (PegShop           *self,
              PegFile           *file,
              const PegCheckIn  *check_in,
              GError           **error)
{
  const PegUpload *upload = check_in->upload;
  const char *new_hash = peg_incoming_get_hash (upload->incoming);

  if (file == NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_MISSING,
                 "“%s” is gone from the shop", check_in->path);
  } else if (file->hold == NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_CHECKED_OUT,
                 "“%s” is not checked out any more", file->filename);
  } else if (strcmp (file->hold->holder, upload->user) != 0) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN,
                 "“%s” is checked out by %s", file->filename, file->hold->holder);
  } else if (upload->token != 0 && upload->token != file->hold->token) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STALE_TOKEN,
                 "“%s” was checked out again since your check-out", file->filename);
  } else if (upload->if_version != 0 && upload->if_version != file->version) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_VERSION,
                 "“%s” changed since you last saw it", file->filename);
  } else if (check_in->reading.sha256 == NULL ? !file->hold->missing
                                              : !peg_reading_matches (&check_in->reading, file)) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BUSY,
                 "“%s” is being written by another program", file->filename);
  } else if (file->hold->changed_outside && !upload->force &&
             g_strcmp0 (check_in->reading.sha256, new_hash) != 0) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_CHANGED_OUTSIDE,
                 "Somebody changed “%s” on the disk while you had it", file->filename);
  } else {
    return TRUE;
  }

  return FALSE;
}

/* Looks at the folder now, when what was read is newer than what is known. */
static gboolean
catch_up (PegShop           *self,
          const PegCheckIn  *check_in,
          GError           **error)
{
  PegFile *file = peg_shop_lookup_row (self, check_in->row);

  if (file == NULL)
    return TRUE;

  if (check_in->reading.sha256 == NULL ? (file->hold == NULL || !file->hold->missing)
                                       : !peg_reading_matches (&check_in->reading, file))
    return peg_shop_look_at_read (self, check_in->path, &check_in->reading, error);

  return TRUE;
}

static gboolean
put_in_place (PegShop     *self,
              PegCheckIn  *check_in,
              GError     **error)
{
  g_autoptr (PegIntent) pending = NULL;
  PegFile *file;

  if (!peg_check_in_step (self, check_in, PEG_SHOP_STEP_STAGED, error) ||
      !catch_up (self, check_in, error))
    return FALSE;

  file = peg_shop_lookup_row (self, check_in->row);
  if (!may_check_in (self, file, check_in, error) ||
      !note (self, file, check_in, &pending, error) ||
      !peg_check_in_step (self, check_in, PEG_SHOP_STEP_NOTED, error))
    return FALSE;

  if (!peg_check_in_replace (self, check_in, error)) {
    if (!check_in->replaced && !peg_ledger_remove_pending (self->ledger, check_in->row, NULL))
      PEG_LOG ("pending-left", "s:path", check_in->path);
    return FALSE;
  }
  g_clear_pointer (&check_in->temporary, g_free);

  return peg_check_in_step (self, check_in, PEG_SHOP_STEP_REPLACED, error) &&
         peg_check_in_record (self, check_in, file, pending, &check_in->reading,
                              PEG_CAUSE_CHECK_IN, error) &&
         peg_check_in_step (self, check_in, PEG_SHOP_STEP_KEPT, error);
}

static void
staged_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  PegShop *self = PEG_SHOP (source);
  PegCheckIn *check_in = g_task_get_task_data (task);
  PegFile *file;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) ||
      !put_in_place (self, check_in, &error)) {
    peg_check_in_fail (self, task, check_in, error);
    return;
  }

  file = peg_shop_lookup_row (self, check_in->row);
  g_task_return_pointer (task,
                         peg_entry_ref (peg_file_get_entry (file,
                                                            peg_ledger_get_prefix (self->ledger))),
                         (GDestroyNotify) peg_entry_unref);
}

/**
 * peg_shop_check_in_async:
 * @self: a shop
 * @upload: (transfer full): what is checked in
 * @cancellable: (nullable): not used after the content is complete
 * @callback: (scope async): called when it is kept or refused
 * @user_data: data for @callback
 *
 * Checks a file in. In this order, so that a power cut at any moment leaves the
 * old or the new content and never loses one that was acknowledged: the new and
 * the old content go into the store, a copy of the new one is written beside the
 * file, the ledger notes what is about to happen, the copy takes the place of
 * the file, and the ledger gets the revision. What is refused is kept as a draft.
 */
void
peg_shop_check_in_async (PegShop             *self,
                         PegUpload           *upload,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  PegCheckIn *check_in;
  PegFile *file;

  g_return_if_fail (PEG_IS_SHOP (self));
  g_return_if_fail (upload != NULL && upload->incoming != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_shop_check_in_async);
  check_in = g_new0 (PegCheckIn, 1);
  check_in->upload = upload;
  check_in->once = g_steal_pointer (&self->once);
  g_task_set_task_data (task, check_in, (GDestroyNotify) peg_check_in_free);

  file = peg_shop_check_person (upload->user, &error) ? peg_shop_lookup (self, upload->name, &error)
                                                      : NULL;
  if (file == NULL) {
    g_task_return_error (task, error);
    return;
  }

  check_in->row = file->id;
  check_in->path = g_strdup (file->path);
  peg_reading_hint (&check_in->hint, file);
  peg_check_in_stage (self, task, check_in, staged_cb);
}

PegEntry *
peg_shop_check_in_finish (PegShop       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
