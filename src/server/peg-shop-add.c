/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-check-in.h"

#include "peg-beneath.h"
#include "peg-name.h"

#include <errno.h>

static gboolean
put_new_in_place (PegShop     *self,
                  PegCheckIn  *check_in,
                  GError     **error)
{
  g_autoptr (PegIntent) pending = NULL;
  g_autoptr (PegFile) file = peg_ledger_find_gone (self->ledger, check_in->path);
  const PegUpload *upload = check_in->upload;

  if (check_in->reading.sha256 != NULL ||
      g_hash_table_contains (self->by_path, check_in->path)) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_EXISTS,
                 "There is a file “%s” already. Check it out to change it.", check_in->path);
    return FALSE;
  }

  if (file == NULL)
    file = peg_file_new (check_in->path);
  pending = peg_check_in_make_intent (check_in, file);

  /* A file that was there before goes on where it was. */
  if (!file->revised) {
    pending->major = upload->new_major > 0 ? upload->new_major : 1;
    pending->minor = upload->new_major > 0 ? upload->new_minor : 0;
  }

  if (!peg_check_in_step (self, check_in, PEG_SHOP_STEP_STAGED, error) ||
      !peg_check_in_replace (self, check_in, error))
    return FALSE;
  g_clear_pointer (&check_in->temporary, g_free);

  return peg_check_in_step (self, check_in, PEG_SHOP_STEP_REPLACED, error) &&
         peg_check_in_record (self, check_in, file, pending, NULL, PEG_CAUSE_ADDED, error) &&
         peg_check_in_step (self, check_in, PEG_SHOP_STEP_KEPT, error);
}

static void
new_staged_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  PegShop *self = PEG_SHOP (source);
  PegCheckIn *check_in = g_task_get_task_data (task);
  GError *error = NULL;
  PegEntry *entry = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error) &&
      put_new_in_place (self, check_in, &error))
    entry = peg_shop_find (self, check_in->path, &error);

  if (entry == NULL)
    peg_check_in_fail (self, task, check_in, error);
  else
    g_task_return_pointer (task, entry, (GDestroyNotify) peg_entry_unref);
}

/**
 * peg_shop_add_async:
 * @self: a shop
 * @upload: (transfer full): what is added; `name` is its path, `new_major` and
 *   `new_minor` are the numbers of its first revision; 0 and 0: 1.0
 * @cancellable: (nullable): not used after the content is complete
 * @callback: (scope async): called when it is kept or refused
 * @user_data: data for @callback
 *
 * Adds a new file. Folders that are not there are made.
 */
void
peg_shop_add_async (PegShop             *self,
                    PegUpload           *upload,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  PegCheckIn *check_in;

  g_return_if_fail (PEG_IS_SHOP (self));
  g_return_if_fail (upload != NULL && upload->incoming != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_shop_add_async);
  check_in = g_new0 (PegCheckIn, 1);
  check_in->upload = upload;
  check_in->once = g_steal_pointer (&self->once);
  check_in->path = g_strdup (upload->name);
  g_task_set_task_data (task, check_in, (GDestroyNotify) peg_check_in_free);

  if (!peg_shop_check_person (upload->user, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (!g_utf8_validate (upload->name, -1, NULL) || !peg_name_is_path (upload->name)) {
    g_task_return_new_error (task, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME,
                             "A file in the shop cannot have this name: it is hidden, temporary, "
                             "or leads elsewhere");
    return;
  }

  peg_check_in_stage (self, task, check_in, new_staged_cb);
}

PegEntry *
peg_shop_add_finish (PegShop       *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * peg_shop_add_link:
 * @self: a shop
 * @path: the path of the link
 * @master: the path of what it stands for, or its name where only one has it
 * @user: who adds it
 * @error: return location for an error
 *
 * Adds a file that stands for another one: a symbolic link.
 *
 * Returns: whether it is there
 */
gboolean
peg_shop_add_link (PegShop     *self,
                   const char  *path,
                   const char  *master,
                   const char  *user,
                   GError     **error)
{
  g_autoptr (GString) target = g_string_new (NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  peg_autofd parent = -1;
  const char *name;
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), FALSE);

  if (!peg_shop_check_person (user, error))
    return FALSE;
  file = peg_shop_lookup (self, master, error);
  if (file == NULL)
    return FALSE;
  if (!g_utf8_validate (path, -1, NULL) || !peg_name_is_path (path)) {
    g_set_error_literal (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME,
                         "A link in the shop cannot have this name");
    return FALSE;
  }

  for (const char *c = path; *c != '\0'; c++) {
    if (*c == '/')
      g_string_append (target, "../");
  }
  g_string_append (target, file->path);

  parent = peg_beneath_make_parent (peg_vault_get_fd (self->vault), path, &name);
  if (parent < 0 || symlinkat (target->str, parent, name) < 0) {
    g_set_error (error, errno == EEXIST ? PEG_SHOP_ERROR : G_IO_ERROR,
                 errno == EEXIST ? (int) PEG_SHOP_ERROR_EXISTS
                                 : (int) g_io_error_from_errno (errno),
                 "Cannot make the link “%s”: %s", path, g_strerror (errno));
    return FALSE;
  }

  g_ptr_array_add (paths, (gpointer) path);

  return peg_shop_look_again (self, paths, error);
}
