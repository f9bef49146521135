/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-worker.h"

/**
 * peg_job_new:
 * @kind: what is asked for
 * @key: of the file, or the identity of the note
 * @text: (nullable): the reason, the comment, the revision
 * @file: (nullable): the new content, or where to save it
 * @major: whether the first number of the revision grows
 * @task: (nullable): where the result goes; %NULL: nobody waits for it
 *
 * Returns: (transfer full): a job
 */
PegJob *
peg_job_new (PegJobKind  kind,
             const char *key,
             const char *text,
             GFile      *file,
             gboolean    major,
             GTask      *task)
{
  PegJob *job = g_new0 (PegJob, 1);

  job->kind = kind;
  job->key = g_strdup (key);
  job->text = g_strdup (text);
  job->file = file != NULL ? g_object_ref (file) : NULL;
  job->major = major;
  job->task = task != NULL ? g_object_ref (task) : NULL;

  return job;
}

/**
 * peg_job_free:
 * @job: (nullable): a job
 *
 * Frees a job.
 */
void
peg_job_free (PegJob *job)
{
  if (job == NULL)
    return;

  g_clear_pointer (&job->key, g_free);
  g_clear_pointer (&job->text, g_free);
  g_clear_object (&job->file);
  g_clear_object (&job->task);
  g_free (job);
}

/**
 * peg_job_get_action:
 * @kind: what is asked for
 * @action: (out): what it does to a file
 *
 * Returns: whether it changes a file on the server
 */
gboolean
peg_job_get_action (PegJobKind  kind,
                    PegAction  *action)
{
  switch (kind) {
  case PEG_JOB_CHECK_OUT:
    *action = PEG_ACTION_CHECK_OUT;
    return TRUE;
  case PEG_JOB_CHECK_IN:
    *action = PEG_ACTION_CHECK_IN;
    return TRUE;
  case PEG_JOB_RELEASE:
    *action = PEG_ACTION_RELEASE;
    return TRUE;
  case PEG_JOB_DOWNLOAD:
  case PEG_JOB_HISTORY:
  case PEG_JOB_ACKNOWLEDGE:
  case PEG_JOB_DRAFTS:
  case PEG_JOB_DRAFT_SEND:
  case PEG_JOB_DRAFT_ARRIVED:
  case PEG_JOB_DRAFT_SAVE:
  case PEG_JOB_DRAFT_DISCARD:
    return FALSE;
  default:
    g_assert_not_reached ();
  }
}
