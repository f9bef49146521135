/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-rows-job"

#include "peg-config.h"

#include "peg-rows-private.h"

/* The work of PegRows: whatever looks at files. */

/*
 * peg_rows_job_clear:
 *
 * Lets go of all that a job has, to the job itself.
 */
void
peg_rows_job_clear (PegRowsJob *job)
{
  g_clear_pointer (&job->snapshot, peg_snapshot_unref);
  g_clear_pointer (&job->look, peg_look_unref);
  g_clear_pointer (&job->before, peg_row_table_unref);
  g_clear_pointer (&job->except, g_free);
  g_clear_pointer (&job->table, peg_row_table_unref);
  g_clear_pointer (&job->runs, g_array_unref);
  g_clear_pointer (&job->exact, peg_entry_unref);
}

void
peg_rows_job_free (gpointer data)
{
  peg_rows_job_clear (data);
  g_free (data);
}

/*
 * peg_rows_job_init:
 * @self: the rows
 * @look: how the newest snapshot is to be looked at
 * @reuse: whether that is how the present table was made
 * @except: (nullable): the name of a group of which it is not true
 */
void
peg_rows_job_init (PegRowsJob *job,
                   PegRows    *self,
                   PegLook    *look,
                   gboolean    reuse,
                   const char *except)
{
  *job = (PegRowsJob) {
    .rows = self,
    .snapshot = peg_snapshot_ref (self->snapshot),
    .look = peg_look_ref (look),
    .before = peg_row_table_ref (self->table),
    .reuse = reuse,
    .except = g_strdup (except),
  };
}

/*
 * peg_rows_job_run:
 *
 * Does the work, in any thread: everything it reads never changes.
 */
void
peg_rows_job_run (PegRowsJob *job)
{
  PegEntry *exact;

  job->table = peg_look_make_table (job->look, job->snapshot, job->before, job->reuse, job->except);
  job->runs = peg_row_table_diff (job->before, job->table, PEG_ROWS_MAX_RUNS);

  exact = job->reuse ? NULL : peg_look_find_exact (job->look, job->table);
  job->exact = exact != NULL ? peg_entry_ref (exact) : NULL;
}
