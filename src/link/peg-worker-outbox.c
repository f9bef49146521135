/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-link.h"
#include "peg-worker-private.h"

#include <glib/gi18n.h>
#include <unistd.h>

/* When to send again what a server refused for now and did not say when to come
 * back: docs/protocol.md, “Actions”. */
#define REST_US (30 * (gint64) G_USEC_PER_SEC)
#define MAX_REST_US (5 * 60 * (gint64) G_USEC_PER_SEC)
#define MAX_RESTS 4

/* A server that wants more than this has not thought of a shift that ends. */
#define LONGEST_REST_US (60 * 60 * (gint64) G_USEC_PER_SEC)

/* Every action that changes something goes through the outbox: it is on the disk
 * before it is sent, and it leaves only with a proof of its fate, or because a
 * person says so (docs/protocol.md, “Actions”). */

PegOutboxItem *
peg_worker_outbox_item (PegWorkerRun *run)
{
  return run->item != NULL ? peg_outbox_find (run->outbox, run->item) : NULL;
}

/* Keeps how far an action is, and shows it. */
gboolean
peg_worker_outbox_set (PegWorkerRun  *run,
           PegDraftState  state,
           const char    *why,
           GError       **error)
{
  PegOutboxItem *item = peg_worker_outbox_item (run);
  g_autoptr (GError) problem = NULL;

  if (item == NULL)
    return TRUE;

  if (!peg_outbox_set (run->outbox, item, state, why, &problem)) {
    g_info ("The outbox is not as it should be: %s", problem->message);
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }

  if (run->outbox == run->worker->outbox) {
    peg_worker_outbox_publish (run->worker);
    if (peg_worker_outbox_item (run) == NULL && peg_outbox_get_all (run->outbox)->len > 0)
      peg_worker_outbox_resume_later (run->worker, 0);
  }

  return TRUE;
}

static GError *
kept_error (PegWorkerRun *run)
{
  return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT,
                      /* Translators: %s is the name of a file. */
                      _("“%s” is kept and will be checked in when the server is back."),
                      peg_entry_get_filename (run->entry));
}

/* An error of the disk is one of the link to everybody else. */
static GError *
failed_error (const GError *error)
{
  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED, error->message);
}

/* Sends an action that is on the disk, under its own key, and with the version
 * and the token that it had from the beginning. */
void
peg_worker_outbox_send (PegWorkerRun *run)
{
  g_autoptr (GError) error = NULL;

  run->parked = FALSE;
  if (!peg_worker_outbox_set (run, PEG_DRAFT_SENT, NULL, &error)) {
    peg_worker_run_fail (run, failed_error (error));
    return;
  }

  peg_worker_run_ask (run, run->entry);
}

/* Sends it now, or when the connection is there and it is its turn. */
void
peg_worker_outbox_send_or_wait (PegWorkerRun *run)
{
  const gboolean blocked = peg_outbox_is_blocked (run->outbox, peg_worker_outbox_item (run));

  /* Its server may be another than the one that is connected now. */
  if (run->job->kind == PEG_JOB_CHECK_IN &&
      (blocked || !peg_worker_run_is_current (run) || !peg_worker_is_live (run->worker))) {
    peg_worker_outbox_publish (run->worker);
    peg_worker_run_fail (run, kept_error (run));
  } else if (blocked) {
    run->parked = TRUE;
  } else {
    peg_worker_outbox_send (run);
  }
}

static gboolean
keep (PegWorkerRun   *run,
      char           *id,
      PegOutboxItem  *item,
      GError        **error)
{
  item->major = run->job->major;
  if (peg_outbox_add (run->outbox, id, run->lock, item, error) == NULL)
    return FALSE;

  run->lock = -1;
  run->item = id;

  return TRUE;
}

static PegOutboxItem *
new_item (PegWorkerRun *run)
{
  PegAction action = PEG_ACTION_CHECK_OUT;

  peg_job_get_action (run->job->kind, &action);

  return peg_outbox_item_new (action, run->entry, run->job->text);
}

/* The bytes of a check-in, on their way to the disk. */
typedef struct {
  PegWorkerRun *run;
  char *id;              /* (owned) (nullable) */
  char *bytes;           /* (owned) */
  GFile *file;           /* (owned) */
  char *sha256;          /* (owned) (nullable) */
  gint64 size;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_clear_pointer (&copy->id, g_free);
  g_clear_pointer (&copy->bytes, g_free);
  g_clear_object (&copy->file);
  g_clear_pointer (&copy->sha256, g_free);
  g_free (copy);
}

static void
copy_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Copy *copy = task_data;
  GError *error = NULL;

  if (peg_outbox_copy (copy->bytes, copy->file, cancellable, &copy->size, &copy->sha256, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GError *
copy_error (const Copy   *copy,
            const GError *error)
{
  g_autofree char *name = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  name = g_file_get_parse_name (copy->file);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                        /* Translators: %s is the name of a file. */
                        _("“%s” changed while it was being read, so it was not checked in. Close it in other programs and try again."),
                        name);

  return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                      /* Translators: the name of a file, and why it cannot be read. */
                      _("“%s” cannot be read, so nothing was checked in: %s."),
                      name, error->message);
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegWorker) self G_GNUC_UNUSED = PEG_WORKER (g_object_ref (source));
  Copy *copy = g_task_get_task_data (G_TASK (result));
  PegWorkerRun *run = copy->run;
  g_autoptr (GError) error = NULL;
  PegOutboxItem *item;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    peg_outbox_abandon (run->outbox, copy->id, run->lock);
    peg_worker_run_fail (run, copy_error (copy, error));
    return;
  }

  item = new_item (run);
  item->size = copy->size;
  item->sha256 = g_steal_pointer (&copy->sha256);
  if (!keep (run, copy->id, item, &error)) {
    peg_worker_run_fail (run, failed_error (error));
    return;
  }

  /* From now on the person’s file is not needed any more. */
  copy->id = NULL;
  g_set_object (&run->job->file, NULL);
  run->job->file = g_file_new_for_path (copy->bytes);
  peg_worker_outbox_send_or_wait (run);
}

static void
begin_check_in (PegWorkerRun *run,
                char         *id)
{
  Copy *copy = g_new0 (Copy, 1);
  g_autoptr (GTask) task = NULL;

  copy->run = run;
  copy->id = id;
  copy->bytes = peg_outbox_dup_bytes (run->outbox, id);
  copy->file = g_object_ref (run->job->file);

  task = g_task_new (run->worker, run->cancellable, copied_cb, NULL);
  g_task_set_source_tag (task, begin_check_in);
  g_task_set_task_data (task, copy, copy_free);
  g_task_run_in_thread (task, copy_in_thread);
}

/*
 * peg_worker_outbox_begin:
 *
 * Keeps an action, and then sends it, or not yet.
 */
void
peg_worker_outbox_begin (PegWorkerRun *run)
{
  g_autoptr (GError) error = NULL;
  char *id = peg_outbox_reserve (run->outbox, &run->lock, &error);

  if (id == NULL) {
    peg_worker_run_fail (run, failed_error (error));
    return;
  }

  if (run->job->kind == PEG_JOB_CHECK_IN) {
    begin_check_in (run, id);
    return;
  }

  if (!keep (run, id, new_item (run), &error)) {
    g_free (id);
    peg_worker_run_fail (run, failed_error (error));
    return;
  }

  peg_worker_outbox_send_or_wait (run);
}

/*
 * peg_worker_outbox_expire:
 *
 * A check-out or a release is not wanted any more, or nobody is there to want it.
 */
void
peg_worker_outbox_expire (PegWorkerRun *run)
{
  const PegOutboxItem *item = peg_worker_outbox_item (run);
  const gboolean was_sent = item != NULL && item->state == PEG_DRAFT_SENT;

  run->parked = FALSE;
  peg_worker_outbox_set (run, PEG_DRAFT_EXPIRED, NULL, NULL);

  if (was_sent)
    peg_worker_run_fail (run, g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN,
                                           /* Translators: %s is the name of a file. */
                                           _("The connection broke before the server answered about “%s”. It may have worked: look at the list before you try again."),
                                           peg_entry_get_filename (run->entry)));
  else
    peg_worker_run_fail (run, g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                           /* Translators: %s is the name of a file. */
                                           _("What you asked for with “%s” could not be sent in time, so nothing was changed. Try again."),
                                           peg_entry_get_filename (run->entry)));
}

/*
 * peg_worker_outbox_done:
 *
 * The server has done it.
 */
void
peg_worker_outbox_done (PegWorkerRun *run)
{
  if (run->item == NULL)
    return;

  run->worker->outbox_losses = 0;
  peg_worker_outbox_set (run, PEG_DRAFT_ACKED, NULL, NULL);

  if (run->job->task == NULL) {
    /* Translators: %s is the name of a file. */
    g_autofree char *text = g_strdup_printf (_("Checked in %s, which had waited"),
                                             peg_entry_get_filename (run->entry));

    peg_worker_say (run->worker, PEG_NOTICE_DONE, run->job->key, text);
  }
}

static gboolean
is_cancelled (PegWorkerRun *run,
              const GError *error)
{
  return !run->late && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Whether the server may have done it all the same. */
static gboolean
is_open (PegWorkerRun *run,
         const GError *error)
{
  return run->late || g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN);
}

static gboolean
intent_failed (PegWorkerRun  *run,
               const GError  *error)
{
  PegWorker *self = run->worker;

  if (!peg_worker_run_is_current (run) || run->late || is_cancelled (run, error) ||
      !is_open (run, error) || run->outbox != self->outbox) {
    peg_worker_outbox_set (run, PEG_DRAFT_EXPIRED, NULL, NULL);
    return FALSE;
  }

  /* The list knows, or the key finds out; until then it is under way. */
  run->parked = TRUE;
  peg_connection_refresh (self->connection);
  peg_worker_outbox_lost (self);

  return TRUE;
}

/* The server refused it for now. It knows the key, so that it is asked again, when
 * it wants to be, or less and less often. */
static void
rest (PegWorkerRun *run)
{
  PegWorker *self = run->worker;
  PegOutboxItem *item = peg_worker_outbox_item (run);
  gint64 delay_us = run->retry_after_us;

  if (item == NULL)
    return;

  delay_us = MIN (delay_us, LONGEST_REST_US);
  if (delay_us <= 0)
    delay_us = MIN (REST_US << MIN (item->n_busy, MAX_RESTS), MAX_REST_US);
  item->n_busy++;
  item->rest_until_us = peg_clock_get_mono_us (self->clock) + delay_us;
  peg_worker_outbox_resume_later (self, delay_us);
}

/* What is tried again and again is said once. */
static void
say_failed (PegWorkerRun *run,
            const GError *error)
{
  const PegOutboxItem *item = peg_worker_outbox_item (run);
  g_autofree char *text = NULL;

  if (run->job->task != NULL || error->code == PEG_LINK_ERROR_KEPT ||
      (item != NULL && item->n_busy > 1))
    return;

  /* Translators: %s is a sentence that says why something was refused. */
  text = g_strdup_printf (_("%s What you wanted to check in is kept under “Unsent Work”."),
                          error->message);
  peg_worker_say (run->worker, PEG_NOTICE_ERROR, run->job->key, text);
}

/* A check-in that did not work keeps its bytes, whatever the reason. */
static void
check_in_failed (PegWorkerRun  *run,
                 GError       **error)
{
  PegWorker *self = run->worker;
  const gboolean newer = self->connection != NULL &&
                         peg_connection_get_dialect (self->connection) == PEG_DIALECT_PEGBOARD_1;
  const gboolean is_ours = (*error)->domain == PEG_LINK_ERROR;

  /* The program ends, or another server was chosen: it goes on at the next
   * start. */
  if (is_cancelled (run, *error))
    return;

  if (is_open (run, *error) || !is_ours) {
    /* Of another server by now: it is looked for when that one is back. */
    if (run->outbox != self->outbox)
      return;

    if (newer) {
      g_clear_error (error);
      *error = kept_error (run);
      peg_worker_outbox_lost (self);
    } else {
      peg_worker_outbox_set (run, PEG_DRAFT_UNCERTAIN, NULL, NULL);
    }
    return;
  }

  switch ((PegLinkError) (*error)->code) {
  case PEG_LINK_ERROR_OFFLINE:
    peg_worker_outbox_set (run, PEG_DRAFT_QUEUED, NULL, NULL);
    g_clear_error (error);
    *error = kept_error (run);
    /* The socket may be live all the while. */
    if (peg_worker_run_is_current (run))
      peg_worker_outbox_lost (self);
    break;
  case PEG_LINK_ERROR_SIGN_IN:
    peg_worker_outbox_set (run, PEG_DRAFT_QUEUED, (*error)->message, NULL);
    break;
  case PEG_LINK_ERROR_FAILED:
    /* Whether a server that has trouble has done it is not known. */
    peg_worker_outbox_set (run, newer ? PEG_DRAFT_SENT : PEG_DRAFT_UNCERTAIN, (*error)->message, NULL);
    if (newer && run->busy && run->outbox == self->outbox)
      rest (run);
    break;
  case PEG_LINK_ERROR_REFUSED:
  case PEG_LINK_ERROR_NOT_FOUND:
  case PEG_LINK_ERROR_AMBIGUOUS:
  case PEG_LINK_ERROR_UNCERTAIN:
  case PEG_LINK_ERROR_KEPT:
  default:
    peg_worker_outbox_set (run, PEG_DRAFT_CONFLICT, (*error)->message, NULL);
    break;
  }

  say_failed (run, *error);
}

/*
 * peg_worker_outbox_failed:
 * @error: (inout): why it did not work; may be put in other words
 *
 * There was no yes.
 *
 * Returns: whether the run goes on
 */
gboolean
peg_worker_outbox_failed (PegWorkerRun  *run,
                          GError       **error)
{
  PegOutboxItem *item = peg_worker_outbox_item (run);

  if (item == NULL)
    return FALSE;

  /* A server that did it the first time refuses the second, if it has forgotten
   * the key; what it shows proves it. */
  if (g_error_matches (*error, PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED) &&
      run->job->kind == PEG_JOB_CHECK_IN && run->worker->connection != NULL &&
      run->outbox == run->worker->outbox &&
      peg_worker_outbox_judge (run->worker, run->outbox, item) == PEG_OUTBOX_DONE) {
    g_clear_error (error);
    peg_worker_outbox_done (run);
    peg_worker_run_answer (run, NULL);
    peg_worker_run_succeed (run);
    return TRUE;
  }

  if (run->job->kind != PEG_JOB_CHECK_IN)
    return intent_failed (run, *error);

  check_in_failed (run, error);

  return FALSE;
}

