/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-link.h"
#include "peg-worker-private.h"

#include <glib/gi18n.h>

/* What is in the outbox, is shown, and goes on when the connection is back. */

/* How often to look whether another program has ended, while there is one; how
 * long after a change by another program to look. */
#define ELSEWHERE_US (30 * (gint64) G_USEC_PER_SEC)
#define AFTER_CHANGE_US (2 * (gint64) G_USEC_PER_SEC)

/* How long to wait after an answer was lost, and how often to double that: up to
 * a minute. */
#define AFTER_LOSS_US (2 * (gint64) G_USEC_PER_SEC)
#define MAX_LOSSES 5

void
peg_worker_say (PegWorker      *self,
     PegNoticeLevel  level,
     const char     *key,
     const char     *text)
{
  g_autoptr (PegNotice) notice = NULL;

  notice = peg_notice_new (&(PegNotice) {
    .level = level,
    .text = (char *) text,
    .key = (char *) key,
  });
  peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
}

gboolean
peg_worker_is_live (PegWorker *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  return peg_snapshot_is_live (snapshot);
}

static PegWorkerRun *
find_run (PegWorker  *self,
          const char *id)
{
  for (guint i = 0; i < self->running->len; i++) {
    PegWorkerRun *run = g_ptr_array_index (self->running, i);

    if (!run->answered && g_strcmp0 (run->item, id) == 0)
      return run;
  }

  return NULL;
}

/*
 * peg_worker_outbox_publish:
 *
 * Shows what is in the outbox. Check-outs and releases that are under way are
 * seen on their rows.
 */
void
peg_worker_outbox_publish (PegWorker *self)
{
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  gboolean elsewhere = FALSE;

  if (self->outbox != NULL) {
    GPtrArray *items = peg_outbox_get_all (self->outbox);

    for (guint i = 0; i < items->len; i++) {
      const PegOutboxItem *item = g_ptr_array_index (items, i);

      if (item->action == PEG_ACTION_CHECK_IN)
        g_ptr_array_add (drafts, peg_outbox_item_dup_draft (item));
      elsewhere = elsewhere || item->elsewhere;
    }
  }

  peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
  if (elsewhere && self->outbox_resumes)
    peg_worker_outbox_resume_later (self, ELSEWHERE_US);
}

/*
 * peg_worker_outbox_judge:
 *
 * Returns: what to do with an action now
 */
PegOutboxStep
peg_worker_outbox_judge (PegWorker           *self,
       PegOutbox           *outbox,
       const PegOutboxItem *item)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  /* Where people take turns, the token can turn out to be another’s. Elsewhere a server
   * may write the name of the same person in another way. */
  if (self->shared && g_strcmp0 (peg_snapshot_get_user (snapshot), self->user) != 0)
    return PEG_OUTBOX_WAIT;

  return peg_outbox_judge (item, &(PegOutboxFacts) {
    .entry = peg_snapshot_find (snapshot, item->key),
    .user = peg_snapshot_get_user (snapshot),
    .dialect = peg_connection_get_dialect (self->connection),
    .boot_us = peg_clock_get_boot_us (self->clock),
    .blocked = peg_outbox_is_blocked (outbox, item),
  });
}

/* Sends a check-in of an earlier run, or one that a person wants to be sent. */
static PegWorkerRun *
adopt (PegWorker     *self,
       PegOutboxItem *item,
       GTask         *task)
{
  g_autofree char *bytes = peg_outbox_dup_bytes (self->outbox, item->id);
  g_autoptr (GFile) file = g_file_new_for_path (bytes);
  PegWorkerRun *run;

  run = peg_worker_run_new (self, peg_job_new (PEG_JOB_CHECK_IN, item->key, item->text, file,
                                               item->major, task));
  run->outbox = g_object_ref (self->outbox);
  run->item = g_strdup (item->id);
  run->entry = peg_outbox_item_dup_entry (item, self->user);
  peg_worker_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_PENDING,
    .pending = { .key = item->key, .action = PEG_ACTION_CHECK_IN },
  });

  return run;
}

static void
item_done (PegWorker     *self,
           PegOutboxItem *item,
           PegWorkerRun  *run)
{
  g_autofree char *text = NULL;

  if (run != NULL) {
    run->parked = FALSE;
    peg_worker_outbox_done (run);
    peg_worker_run_answer (run, NULL);
    peg_worker_run_succeed (run);
    return;
  }

  if (item->action == PEG_ACTION_CHECK_IN) {
    /* Translators: %s is the name of a file. */
    text = g_strdup_printf (_("Checked in %s: the server has had it since before the connection broke"),
                            item->filename);
    peg_worker_say (self, PEG_NOTICE_DONE, item->key, text);
  }
  peg_outbox_set (self->outbox, item, PEG_DRAFT_ACKED, NULL, NULL);
}

static void
item_expired (PegWorker     *self,
              PegOutboxItem *item,
              PegWorkerRun  *run)
{
  if (run != NULL) {
    peg_worker_outbox_expire (run);
    return;
  }

  if (item->action == PEG_ACTION_CHECK_OUT) {
    /* Translators: %s is the name of a file. */
    g_autofree char *text = g_strdup_printf (_("The check-out of %s that was under way when Pegboard ended was not repeated."),
                                             item->filename);

    peg_worker_say (self, PEG_NOTICE_INFO, item->key, text);
  }
  peg_outbox_set (self->outbox, item, PEG_DRAFT_EXPIRED, NULL, NULL);
}

static void
item_conflict (PegWorker     *self,
               PegOutboxItem *item)
{
  /* Translators: %s is the name of a file. */
  g_autofree char *text = g_strdup_printf (_("“%s” is not checked out to you any more. Your copy was not sent; it is kept under “Unsent Work”."),
                                           item->filename);

  peg_outbox_set (self->outbox, item, PEG_DRAFT_CONFLICT, text, NULL);
  peg_worker_say (self, PEG_NOTICE_ERROR, item->key, text);
}

static void
item_uncertain (PegWorker     *self,
                PegOutboxItem *item)
{
  /* Translators: %s is the name of a file. */
  g_autofree char *text = g_strdup_printf (_("The server never answered about the check-in of %s. Look under “Unsent Work” whether it arrived."),
                                           item->filename);

  peg_outbox_set (self->outbox, item, PEG_DRAFT_UNCERTAIN, NULL, NULL);
  peg_worker_say (self, PEG_NOTICE_INFO, item->key, text);
}

static void
resume_one (PegWorker     *self,
            PegOutboxItem *item)
{
  PegWorkerRun *run = find_run (self, item->id);
  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  if (item->lock < 0 || (run != NULL && !run->parked))
    return;

  if (!self->outbox_resumes && item->boot_us == 0)
    return;

  if (item->rest_until_us > now_us) {
    peg_worker_outbox_resume_later (self, item->rest_until_us - now_us);
    return;
  }

  switch (peg_worker_outbox_judge (self, self->outbox, item)) {
  case PEG_OUTBOX_SEND:
    peg_worker_outbox_send (run != NULL ? run : adopt (self, item, NULL));
    break;
  case PEG_OUTBOX_DONE:
    item_done (self, item, run);
    break;
  case PEG_OUTBOX_EXPIRE:
    item_expired (self, item, run);
    break;
  case PEG_OUTBOX_CONFLICT:
    item_conflict (self, item);
    break;
  case PEG_OUTBOX_ASK:
    item_uncertain (self, item);
    break;
  case PEG_OUTBOX_WAIT:
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
load (PegWorker *self)
{
  g_autofree char *text = NULL;
  const guint n_damaged = peg_outbox_load (self->outbox);

  if (n_damaged > 0) {
    text = g_strdup_printf (ngettext ("An unsent action on this computer is damaged and was set aside. If it was a check-in, its bytes are still in “%s”.",
                                      "Some unsent actions on this computer are damaged and were set aside. The bytes of check-ins are still in “%s”.",
                                      n_damaged),
                            peg_outbox_get_folder (self->outbox));
    peg_worker_say (self, PEG_NOTICE_ERROR, NULL, text);
  }
}

static void
resume_cb (gpointer user_data)
{
  PegWorker *self = PEG_WORKER (user_data);
  g_auto (GStrv) ids = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GPtrArray *items;

  self->outbox_timer = 0;
  if (self->outbox == NULL)
    return;

  load (self);
  peg_worker_outbox_publish (self);
  if (!peg_worker_is_live (self))
    return;

  items = peg_outbox_get_all (self->outbox);
  for (guint i = 0; i < items->len; i++)
    g_strv_builder_add (builder, ((PegOutboxItem *) g_ptr_array_index (items, i))->id);
  ids = g_strv_builder_end (builder);

  for (guint i = 0; ids[i] != NULL; i++) {
    PegOutboxItem *item = peg_outbox_find (self->outbox, ids[i]);

    if (item != NULL)
      resume_one (self, item);
  }
  peg_worker_outbox_publish (self);
}

/*
 * peg_worker_outbox_resume_later:
 * @delay_us: in how long; never at once, so that it may be called from anywhere
 *
 * Looks what has become of everything. Of several times the earliest counts.
 */
void
peg_worker_outbox_resume_later (PegWorker *self,
                                gint64     delay_us)
{
  const gint64 due_us = peg_clock_get_mono_us (self->clock) + MAX (delay_us, 1);

  if (self->outbox_timer != 0 && self->outbox_due_us <= due_us)
    return;

  peg_clock_cancel (self->clock, &self->outbox_timer);
  self->outbox_due_us = due_us;
  self->outbox_timer = peg_clock_add (self->clock, "[peg] outbox", MAX (delay_us, 1), resume_cb,
                                      self);
}

/*
 * peg_worker_outbox_lost:
 *
 * An answer was lost on the way. The push is given time; a server that breaks
 * the connection again and again is asked less and less often.
 */
void
peg_worker_outbox_lost (PegWorker *self)
{
  peg_worker_outbox_resume_later (self, AFTER_LOSS_US << MIN (self->outbox_losses, MAX_LOSSES));
  self->outbox_losses++;
}

static void
changed_cb (GFileMonitor      *monitor,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event,
            PegWorker         *self)
{
  g_autofree char *name = g_file_get_basename (file);

  /* What this program wrote itself it knows, and when to go on with it. */
  if (self->outbox != NULL && !peg_outbox_is_own_change (self->outbox, name))
    peg_worker_outbox_resume_later (self, AFTER_CHANGE_US);
}

static GError *
gone_error (void)
{
  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND,
                              _("This is not among the unsent work any more."));
}

static GError *
busy_error (const PegOutboxItem *item)
{
  /* Translators: %s is the name of a file. */
  return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED,
                      _("“%s” is being sent just now. Wait until that is over."), item->filename);
}

/* A person wants it to be sent, or to be sent again. */
static void
draft_send (PegWorkerRun  *run,
            PegOutboxItem *item)
{
  PegWorker *self = run->worker;
  PegWorkerRun *sending = adopt (self, item, run->job->task);

  peg_worker_run_free_early (run);
  if (item->state == PEG_DRAFT_UNCERTAIN)
    peg_worker_outbox_set (sending, PEG_DRAFT_QUEUED, NULL, NULL);
  peg_worker_outbox_send_or_wait (sending);
}

static void
draft_end (PegWorkerRun  *run,
           PegOutboxItem *item,
           PegDraftState  state)
{
  PegWorker *self = run->worker;

  peg_outbox_set (self->outbox, item, state, NULL, NULL);
  peg_worker_outbox_publish (self);
  peg_worker_run_answer (run, NULL);
  peg_worker_run_succeed (run);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  PegWorkerRun *run = user_data;
  g_autoptr (PegWorker) self G_GNUC_UNUSED = run->worker;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_parse_name (run->job->file);

  if (g_file_copy_finish (G_FILE (source), result, &error)) {
    peg_worker_run_answer (run, NULL);
    peg_worker_run_succeed (run);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    peg_worker_run_fail (run, g_steal_pointer (&error));
  } else {
    peg_worker_run_fail (run, g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                                           /* Translators: the name of a file, and why it cannot be written. */
                                           _("The copy could not be saved as “%s”: %s."),
                                           name, error->message));
  }
}

static void
draft_save (PegWorkerRun  *run,
            PegOutboxItem *item)
{
  g_autofree char *bytes = peg_outbox_dup_bytes (run->worker->outbox, item->id);
  g_autoptr (GFile) file = g_file_new_for_path (bytes);

  /* Until there is an answer. */
  g_object_ref (run->worker);
  g_file_copy_async (file, run->job->file,
                     G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS,
                     g_task_get_priority (run->job->task), run->cancellable,
                     NULL, NULL, saved_cb, run);
}

/*
 * peg_worker_draft:
 *
 * Does what a person wants with what is in the outbox.
 */
void
peg_worker_draft (PegWorkerRun *run)
{
  PegWorker *self = run->worker;
  PegOutboxItem *item = NULL;
  const PegWorkerRun *busy;

  if (self->outbox != NULL) {
    load (self);
    peg_worker_outbox_publish (self);
    item = peg_outbox_find (self->outbox, run->job->key);
  }

  if (run->job->kind == PEG_JOB_DRAFTS) {
    peg_worker_run_answer (run, NULL);
    peg_worker_run_succeed (run);
    return;
  }

  if (item == NULL || item->action != PEG_ACTION_CHECK_IN) {
    peg_worker_run_fail (run, gone_error ());
    return;
  }

  /* What is being sent can be read, and nothing else. */
  busy = find_run (self, item->id);
  if (run->job->kind != PEG_JOB_DRAFT_SAVE) {
    PegOutboxItem *claimed = busy == NULL ? peg_outbox_claim (self->outbox, item->id) : NULL;

    if (claimed == NULL) {
      peg_worker_run_fail (run, busy_error (item));
      return;
    }
    item = claimed;
  }

  switch ((int) run->job->kind) {
  case PEG_JOB_DRAFT_SEND:
    draft_send (run, item);
    break;
  case PEG_JOB_DRAFT_ARRIVED:
    draft_end (run, item, PEG_DRAFT_ACKED);
    break;
  case PEG_JOB_DRAFT_SAVE:
    draft_save (run, item);
    break;
  case PEG_JOB_DRAFT_DISCARD:
    draft_end (run, item, PEG_DRAFT_CANCELLED);
    break;
  default:
    g_assert_not_reached ();
  }
}

/*
 * peg_worker_outbox_forget:
 *
 * The person signs out: throws away what waits. What is being sent this moment
 * cannot be called back.
 */
void
peg_worker_outbox_forget (PegWorker *self)
{
  GPtrArray *items;

  if (self->outbox == NULL)
    return;

  items = peg_outbox_get_all (self->outbox);
  for (guint i = items->len; i > 0; i--) {
    PegOutboxItem *item = g_ptr_array_index (items, i - 1);

    if (find_run (self, item->id) != NULL)
      continue;
    item = peg_outbox_claim (self->outbox, item->id);
    if (item != NULL)
      peg_outbox_set (self->outbox, item, PEG_DRAFT_CANCELLED, NULL, NULL);
  }

  peg_worker_outbox_publish (self);
}

/*
 * peg_worker_outbox_note:
 * @kind: what the connection told the store
 *
 * When the connection is live again, what could not be sent can be.
 */
void
peg_worker_outbox_note (PegWorker    *self,
                        PegEventKind  kind)
{
  gboolean live;

  if (self->outbox == NULL || kind != PEG_EVENT_LINK)
    return;

  live = peg_worker_is_live (self);
  if (live && !self->was_live && peg_outbox_get_all (self->outbox)->len > 0)
    peg_worker_outbox_resume_later (self, 0);
  self->was_live = live;
}

/*
 * peg_worker_outbox_open:
 * @same: it is the server, and the person, of before
 *
 * Looks what is left of earlier runs.
 */
void
peg_worker_outbox_open (PegWorker *self,
                        gboolean   same)
{
  g_autofree char *folder = NULL;
  g_autoptr (GFile) file = NULL;

  if (!same || self->transient)
    peg_worker_outbox_close (self);
  if (self->outbox_folder == NULL || self->transient)
    return;

  self->was_live = FALSE;
  if (self->outbox == NULL) {
    folder = peg_outbox_dup_folder (self->outbox_folder, self->url, self->user);
    self->outbox = peg_outbox_new (folder, self->clock, NULL);
    peg_outbox_set_claims (self->outbox, self->outbox_resumes);
  }

  if (self->outbox_monitor == NULL && self->outbox_resumes) {
    /* For a folder that is not there, GLib looks every four seconds whether it is
     * now. */
    g_mkdir_with_parents (peg_outbox_get_folder (self->outbox), 0700);
    file = g_file_new_for_path (peg_outbox_get_folder (self->outbox));
    self->outbox_monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, NULL);
    if (self->outbox_monitor != NULL)
      g_signal_connect (self->outbox_monitor, "changed", G_CALLBACK (changed_cb), self);
  }

  load (self);
  peg_worker_outbox_publish (self);
}

/*
 * peg_worker_outbox_close:
 *
 * Another server is chosen, or the program ends. What is under way keeps the
 * outbox for as long as it needs it.
 */
void
peg_worker_outbox_close (PegWorker *self)
{
  peg_clock_cancel (self->clock, &self->outbox_timer);
  if (self->outbox_monitor != NULL) {
    g_signal_handlers_disconnect_by_data (self->outbox_monitor, self);
    g_file_monitor_cancel (self->outbox_monitor);
  }
  g_clear_object (&self->outbox_monitor);
  g_clear_object (&self->outbox);
}
