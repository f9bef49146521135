/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-link"

#include "peg-config.h"

#include "peg-link.h"

#include "peg-link-private.h"

#include <glib/gi18n.h>

/* What can be asked of a server. */

static void
do_run (PegWorker *worker,
        gpointer   data)
{
  peg_worker_run (worker, data);
}

static void
dispatch (PegLink  *self,
          PegEvent *event)
{
  event->mono_us = g_get_monotonic_time ();
  event->wall_us = g_get_real_time ();
  peg_store_dispatch (self->store, event);
}

/* What is shown at once, before the thread has even begun. */
static void
announce (PegLink    *self,
          PegJobKind  kind,
          const char *key)
{
  PegAction action;

  if (peg_job_get_action (kind, &action))
    dispatch (self, &(PegEvent) {
      .kind = PEG_EVENT_PENDING,
      .pending = { .key = key, .action = action },
    });
  else if (kind == PEG_JOB_HISTORY)
    dispatch (self, &(PegEvent) {
      .kind = PEG_EVENT_HISTORY,
      .history = { .key = key, .state = PEG_HISTORY_LOADING },
    });
}

static void
ask (PegLink    *self,
     PegJobKind  kind,
     const char *key,
     const char *text,
     GFile      *file,
     gboolean    major,
     GTask      *task)
{
  announce (self, kind, key);
  peg_link_post (self, do_run, peg_job_new (kind, key, text, file, major, task),
        (GDestroyNotify) peg_job_free);
  g_object_unref (task);
}

static gboolean
finish (PegLink       *self,
        GAsyncResult  *result,
        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * peg_link_check_out_async:
 * @self: a link
 * @key: of a file
 * @reason: (nullable): why it is wanted
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Takes a file. Until the server has answered, the file is shown as pending; who
 * has it then is what the server’s list says. Without a live connection it is
 * refused here and now: who has the file could not be known.
 */
void
peg_link_check_out_async (PegLink             *self,
                          const char          *key,
                          const char          *reason,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_check_out_async);

  snapshot = peg_store_dup_snapshot (self->store);
  if (!peg_snapshot_is_live (snapshot)) {
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE, "%s",
                             _("There is no connection to the server, so nobody can tell whether somebody else has the file. Check it out when the connection is back."));
    g_object_unref (task);
    return;
  }

  ask (self, PEG_JOB_CHECK_OUT, key, reason, NULL, FALSE, task);
}

/**
 * peg_link_check_out_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_link_check_out_finish (PegLink       *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_check_in_async:
 * @self: a link
 * @key: of a file that this person has
 * @file: its new content
 * @comment: what was done
 * @major: whether the first number of the revision grows, instead of the second
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gives a file back with new content. @file is copied before anything is sent,
 * and stays as it is, whatever happens; the copy is kept until the server has it,
 * also when this fails. %PEG_LINK_ERROR_KEPT says that it is sent when the server
 * is back.
 */
void
peg_link_check_in_async (PegLink             *self,
                         const char          *key,
                         GFile               *file,
                         const char          *comment,
                         gboolean             major,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_check_in_async);
  ask (self, PEG_JOB_CHECK_IN, key, comment, file, major, task);
}

/**
 * peg_link_check_in_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server has the new content
 */
gboolean
peg_link_check_in_finish (PegLink       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_release_async:
 * @self: a link
 * @key: of a file that this person has
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gives a file back as it was.
 */
void
peg_link_release_async (PegLink             *self,
                        const char          *key,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_release_async);
  ask (self, PEG_JOB_RELEASE, key, NULL, NULL, FALSE, task);
}

/**
 * peg_link_release_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_link_release_finish (PegLink       *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_download_async:
 * @self: a link
 * @key: of a file
 * @hash: (nullable): which of its revisions; %NULL: the newest
 * @destination: a local file; it is replaced when everything is there, and not
 *   touched before
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Saves the content of a file.
 */
void
peg_link_download_async (PegLink             *self,
                         const char          *key,
                         const char          *hash,
                         GFile               *destination,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (G_IS_FILE (destination));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_download_async);
  ask (self, PEG_JOB_DOWNLOAD, key, hash, destination, FALSE, task);
}

/**
 * peg_link_download_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the file is saved
 */
gboolean
peg_link_download_finish (PegLink       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_history_async:
 * @self: a link
 * @key: of a file
 * @cancellable: (nullable): to stop
 * @callback: (nullable): called when done
 * @user_data: for @callback
 *
 * Asks for the revisions of a file. They go to the store, too.
 */
void
peg_link_history_async (PegLink             *self,
                        const char          *key,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_history_async);
  ask (self, PEG_JOB_HISTORY, key, NULL, NULL, FALSE, task);
}

/**
 * peg_link_history_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PegRevision): the revisions,
 *   newest first
 */
GPtrArray *
peg_link_history_finish (PegLink       *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * peg_link_draft_async:
 * @self: a link
 * @what: what to do
 * @id: (nullable): the identity of a draft; %NULL for %PEG_LINK_DRAFT_LOOK
 * @destination: (nullable): where to save it, for %PEG_LINK_DRAFT_SAVE
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Does something with unsent work; what there is then goes to the store before
 * this is done.
 */
void
peg_link_draft_async (PegLink             *self,
                      PegLinkDraft         what,
                      const char          *id,
                      GFile               *destination,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  static const PegJobKind kinds[] = {
    [PEG_LINK_DRAFT_LOOK] = PEG_JOB_DRAFTS,
    [PEG_LINK_DRAFT_SEND] = PEG_JOB_DRAFT_SEND,
    [PEG_LINK_DRAFT_ARRIVED] = PEG_JOB_DRAFT_ARRIVED,
    [PEG_LINK_DRAFT_SAVE] = PEG_JOB_DRAFT_SAVE,
    [PEG_LINK_DRAFT_DISCARD] = PEG_JOB_DRAFT_DISCARD,
  };
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (id != NULL || what == PEG_LINK_DRAFT_LOOK);
  g_return_if_fail ((destination != NULL) == (what == PEG_LINK_DRAFT_SAVE));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_draft_async);
  ask (self, kinds[what], id != NULL ? id : "", NULL, destination, FALSE, task);
}

/**
 * peg_link_draft_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether it is done
 */
gboolean
peg_link_draft_finish (PegLink       *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_acknowledge_async:
 * @self: a link
 * @note_id: the identity of a note
 * @cancellable: (nullable): to stop
 * @callback: (nullable): called when done
 * @user_data: for @callback
 *
 * Says that a note was read. When the server knows it, the note is gone.
 */
void
peg_link_acknowledge_async (PegLink             *self,
                            const char          *note_id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (note_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_acknowledge_async);
  ask (self, PEG_JOB_ACKNOWLEDGE, note_id, NULL, NULL, FALSE, task);
}

/**
 * peg_link_acknowledge_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server knows it
 */
gboolean
peg_link_acknowledge_finish (PegLink       *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}
