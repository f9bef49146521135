/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ledger"

#include "peg-config.h"

#include "peg-ledger-private.h"

/* After how many pages of the write-ahead log they are brought into the database: as
 * many as SQLite has (sqlite.org/wal.html, 2.2). */
#define BEGIN_PAGES 1000

/* With how many of them a commit does it itself: commits that follow each other
 * without a pause leave the thread no moment to come to the end, and only a log of
 * which all is in the database is begun anew. 16 MB. */
#define MAX_PAGES 4000

/* Brings the log into the database, as far as nobody reads what was before. */
static gboolean
checkpoint (sqlite3    *database,
            const char *name)
{
  int n_pages = -1;

  /* A connection that never read has not opened the log: it says that all is well,
   * has done nothing, and gives -1 for its length (sqlite.org/c3ref/
   * wal_checkpoint_v2.html). */
  return sqlite3_wal_checkpoint_v2 (database, name, SQLITE_CHECKPOINT_PASSIVE, &n_pages,
                                    NULL) == SQLITE_OK &&
         n_pages >= 0;
}

/* A connection of its own: the writer goes on meanwhile. */
static gpointer
checkpoint_thread (gpointer data)
{
  PegLedger *self = data;
  sqlite3 *database = NULL;

  if (sqlite3_open_v2 (self->path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                       NULL) != SQLITE_OK ||
      sqlite3_exec (database, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) != SQLITE_OK ||
      !checkpoint (database, NULL))
    g_debug ("Cannot bring the log into the ledger now: %s", sqlite3_errmsg (database));
  sqlite3_close (database);
  g_atomic_int_set (&self->is_checkpointing, FALSE);

  return NULL;
}

/* Where somebody reads for long the log cannot be begun anew. It is tried again when
 * as much has come, and not with every commit. */
static int
committed_cb (void       *data,
              sqlite3    *database,
              const char *name,
              int         n_pages)
{
  PegLedger *self = data;

  if (n_pages < self->begun_pages)
    self->begun_pages = 0;
  if (n_pages < self->begun_pages + BEGIN_PAGES)
    return SQLITE_OK;

  if (n_pages >= MAX_PAGES) {
    self->begun_pages = n_pages;
    peg_ledger_end_checkpoints (self);
    if (!checkpoint (database, name))
      g_debug ("Cannot bring the log into the ledger now: %s", sqlite3_errmsg (database));
    return SQLITE_OK;
  }
  if (g_atomic_int_get (&self->is_checkpointing))
    return SQLITE_OK;

  self->begun_pages = n_pages;
  peg_ledger_end_checkpoints (self);
  g_atomic_int_set (&self->is_checkpointing, TRUE);
  self->checkpoint = g_thread_try_new ("ledger", checkpoint_thread, self, NULL);
  if (self->checkpoint == NULL)
    g_atomic_int_set (&self->is_checkpointing, FALSE);

  return SQLITE_OK;
}

/* Has the write-ahead log brought into the database in another thread. Within a
 * commit it would take up to a few hundred ms every thousand pages, for which
 * everybody waited. It says nothing of what survives a power cut: the log is flushed
 * with every commit as before. */
void
peg_ledger_begin_checkpoints (PegLedger  *self,
                              const char *path)
{
  self->path = g_strdup (path);
  sqlite3_wal_hook (self->database, committed_cb, self);
}

/* Waits for what is under way. */
void
peg_ledger_end_checkpoints (PegLedger *self)
{
  g_clear_pointer (&self->checkpoint, g_thread_join);
}
