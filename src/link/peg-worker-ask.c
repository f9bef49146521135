/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-link.h"
#include "peg-worker-private.h"

/* How a job is asked of the server, and what its answer does. */

/* What all actions end with. The reference is the one that was taken before
 * asking; the run is gone afterwards. */
#define DONE_CB(name) \
  static void \
  name##_cb (GObject      *source, \
             GAsyncResult *result, \
             gpointer      user_data) \
  { \
    PegWorkerRun *run = user_data; \
    PegWorker *worker = run->worker; \
    g_autoptr (GError) error = NULL; \
    \
    if (peg_client_##name##_finish (PEG_CLIENT (source), result, &error)) { \
      peg_worker_outbox_done (run); \
      peg_worker_run_answer (run, NULL); \
      peg_worker_run_succeed (run); \
    } else { \
      run->busy = peg_client_is_busy (PEG_CLIENT (source), result, &run->retry_after_us); \
      if (!peg_worker_outbox_failed (run, &error)) \
        peg_worker_run_fail (run, g_steal_pointer (&error)); \
    } \
    g_object_unref (worker); \
  }

DONE_CB (check_out)
DONE_CB (check_in)
DONE_CB (release)
DONE_CB (download)

static void
history_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  PegWorkerRun *run = user_data;
  PegWorker *worker = run->worker;
  g_autoptr (GPtrArray) revisions = NULL;
  g_autoptr (GError) error = NULL;

  revisions = peg_client_history_finish (PEG_CLIENT (source), result, &error);

  if (revisions == NULL) {
    peg_worker_run_fail (run, g_steal_pointer (&error));
  } else {
    if (peg_worker_run_is_current (run))
      peg_worker_dispatch (worker, &(PegEvent) {
        .kind = PEG_EVENT_HISTORY,
        .history = {
          .key = run->job->key,
          .state = PEG_HISTORY_READY,
          .revisions = revisions,
        },
      });
    peg_worker_run_answer_value (run, g_steal_pointer (&revisions),
                                 (GDestroyNotify) g_ptr_array_unref);
    peg_worker_run_succeed (run);
  }
  g_object_unref (worker);
}

static void
acknowledge_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  PegWorkerRun *run = user_data;
  PegWorker *worker = run->worker;
  g_autoptr (GError) error = NULL;

  if (peg_client_acknowledge_finish (PEG_CLIENT (source), result, &error)) {
    peg_worker_dispatch (worker, &(PegEvent) {
      .kind = PEG_EVENT_ACKNOWLEDGED,
      .acknowledged = run->job->key,
    });
    peg_worker_run_answer (run, NULL);
    peg_worker_run_succeed (run);
  } else {
    peg_worker_run_fail (run, g_steal_pointer (&error));
  }
  g_object_unref (worker);
}

/*
 * peg_worker_run_ask:
 * @entry: (nullable): the file that it is about, with the version and the token
 *   that the server is to hold it to
 *
 * Asks the server.
 */
void
peg_worker_run_ask (PegWorkerRun *run,
                    PegEntry     *entry)
{
  PegClient *client = run->worker->client;
  const PegJob *job = run->job;

  /* Until there is an answer. */
  g_object_ref (run->worker);

  switch (job->kind) {
  case PEG_JOB_CHECK_OUT:
    peg_client_check_out_async (client, entry, job->text, run->item, run->cancellable,
                                check_out_cb, run);
    break;
  case PEG_JOB_CHECK_IN:
    peg_client_check_in_async (client, entry, job->file, job->text, job->major, run->item,
                               run->cancellable, check_in_cb, run);
    break;
  case PEG_JOB_RELEASE:
    peg_client_release_async (client, entry, run->item, run->cancellable, release_cb, run);
    break;
  case PEG_JOB_DOWNLOAD:
    peg_client_download_async (client, entry, job->text, job->file, run->cancellable,
                               download_cb, run);
    break;
  case PEG_JOB_HISTORY:
    peg_client_history_async (client, entry, run->cancellable, history_cb, run);
    break;
  case PEG_JOB_ACKNOWLEDGE:
    peg_client_acknowledge_async (client, job->key, run->cancellable, acknowledge_cb, run);
    break;
  case PEG_JOB_DRAFTS:
  case PEG_JOB_DRAFT_SEND:
  case PEG_JOB_DRAFT_ARRIVED:
  case PEG_JOB_DRAFT_SAVE:
  case PEG_JOB_DRAFT_DISCARD:
  default:
    g_assert_not_reached ();
  }
}
