/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ledger"

#include "peg-config.h"

#include "peg-ledger-private.h"

#include "peg-revision.h"

static PegFile *
read_file (sqlite3_stmt *statement)
{
  PegFile *file = peg_file_new (peg_ledger_text (statement, 1));

  file->id = sqlite3_column_int64 (statement, 0);
  file->master = peg_ledger_dup_text (statement, 2);
  file->description = peg_ledger_dup_text (statement, 3);
  file->sha256 = peg_ledger_dup_text (statement, 4);
  file->size = sqlite3_column_int64 (statement, 5);
  file->mtime_ns = sqlite3_column_int64 (statement, 6);
  file->inode = (guint64) sqlite3_column_int64 (statement, 7);
  file->version = (guint64) sqlite3_column_int64 (statement, 8);
  file->major = sqlite3_column_int (statement, 9);
  file->minor = sqlite3_column_int (statement, 10);
  file->revised = sqlite3_column_int (statement, 11) != 0;

  return file;
}

static PegHold *
read_hold (sqlite3_stmt *statement)
{
  PegHold *hold = g_new0 (PegHold, 1);

  hold->id = peg_ledger_dup_text (statement, 1);
  hold->token = (guint64) sqlite3_column_int64 (statement, 2);
  hold->holder = peg_ledger_dup_text (statement, 3);
  hold->station = peg_ledger_dup_text (statement, 4);
  hold->reason = peg_ledger_dup_text (statement, 5);
  hold->since_us = sqlite3_column_int64 (statement, 6);
  hold->last_seen_us = sqlite3_column_int64 (statement, 7);
  hold->base_sha256 = peg_ledger_dup_text (statement, 8);
  hold->changed_outside = sqlite3_column_int (statement, 9) != 0;
  hold->missing = sqlite3_column_int (statement, 10) != 0;

  return hold;
}

static gboolean
load_holds (PegLedger   *self,
            GHashTable  *by_id,
            GError     **error)
{
  sqlite3_stmt *statement =
    peg_ledger_bind (self,
                     "SELECT file, id, token, holder, station, reason, since_us, last_seen_us,"
                     " base_sha256, changed_outside, missing FROM locks", "");
  int code = SQLITE_ERROR;

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    gint64 id = sqlite3_column_int64 (statement, 0);
    PegFile *file = g_hash_table_lookup (by_id, &id);

    if (file != NULL && file->hold == NULL)
      file->hold = read_hold (statement);
  }

  if (statement != NULL)
    sqlite3_reset (statement);

  return code == SQLITE_DONE || peg_ledger_fail (self, "read who has what", error);
}

/**
 * peg_ledger_load_files:
 * @self: a ledger
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegFile): every file that is
 *   not gone, with its check-out
 */
GPtrArray *
peg_ledger_load_files (PegLedger  *self,
                       GError    **error)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GHashTable) by_id = NULL;
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, NULL);

  files = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_file_free);
  by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  statement = peg_ledger_bind (self,
                               "SELECT id, path, master, description, sha256, size, mtime_ns,"
                               " inode, version, major, minor, revised FROM files"
                               " WHERE gone = 0", "");

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    PegFile *file = read_file (statement);

    g_ptr_array_add (files, file);
    g_hash_table_insert (by_id, &file->id, file);
  }
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_DONE) {
    peg_ledger_fail (self, "read the files", error);
    return NULL;
  }
  if (!load_holds (self, by_id, error))
    return NULL;

  return g_steal_pointer (&files);
}

/**
 * peg_ledger_find_gone:
 * @self: a ledger
 * @path: where a file is that is not known
 *
 * Looks for a file that was once there, so that its history goes on when it
 * comes back.
 *
 * Returns: (transfer full) (nullable): the file as it was when it went
 */
PegFile *
peg_ledger_find_gone (PegLedger  *self,
                      const char *path)
{
  sqlite3_stmt *statement;
  PegFile *file = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  statement = peg_ledger_bind (self,
                               "SELECT id, path, master, description, sha256, size, mtime_ns,"
                               " inode, version, major, minor, revised FROM files"
                               " WHERE gone = 1 AND path = ? ORDER BY id DESC LIMIT 1", "t", path);
  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    file = read_file (statement);
  if (statement != NULL)
    sqlite3_reset (statement);

  return file;
}

/**
 * peg_ledger_add_file:
 * @self: a ledger, in a change
 * @file: a file without a row; it gets one
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_add_file (PegLedger  *self,
                     PegFile    *file,
                     GError    **error)
{
  sqlite3_stmt *statement;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (file->id == 0, FALSE);

  statement = peg_ledger_bind (self,
                               "INSERT INTO files (path, master, description, sha256, size,"
                               " mtime_ns, inode, version, major, minor, revised)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "ttttiiiiiii",
                               file->path, file->master, file->description, file->sha256,
                               file->size, file->mtime_ns, (gint64) file->inode,
                               (gint64) file->version, (gint64) file->major,
                               (gint64) file->minor, (gint64) file->revised);
  if (!peg_ledger_run (self, statement, "add a file", error))
    return FALSE;

  file->id = sqlite3_last_insert_rowid (self->database);

  return TRUE;
}

static gboolean
write_hold (PegLedger      *self,
            const PegFile  *file,
            GError        **error)
{
  const PegHold *hold = file->hold;
  sqlite3_stmt *statement;

  if (hold == NULL)
    statement = peg_ledger_bind (self, "DELETE FROM locks WHERE file = ?", "i", file->id);
  else
    statement = peg_ledger_bind (self,
                                 "INSERT OR REPLACE INTO locks (file, id, token, holder, station,"
                                 " reason, since_us, last_seen_us, base_sha256, changed_outside,"
                                 " missing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 "ititttiitii",
                                 file->id, hold->id, (gint64) hold->token, hold->holder,
                                 hold->station, hold->reason, hold->since_us, hold->last_seen_us,
                                 hold->base_sha256, (gint64) hold->changed_outside,
                                 (gint64) hold->missing);

  return peg_ledger_run (self, statement, "write who has a file", error);
}

/**
 * peg_ledger_write_file:
 * @self: a ledger, in a change
 * @file: a file with a row
 * @error: return location for an error of %G_IO_ERROR
 *
 * Writes everything that is known of a file, its check-out too. A file that was
 * gone is there again.
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_write_file (PegLedger      *self,
                       const PegFile  *file,
                       GError        **error)
{
  sqlite3_stmt *statement;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (file->id != 0, FALSE);

  statement = peg_ledger_bind (self,
                               "UPDATE files SET path = ?, master = ?, description = ?,"
                               " sha256 = ?, size = ?, mtime_ns = ?, inode = ?, version = ?,"
                               " major = ?, minor = ?, revised = ?, gone = 0 WHERE id = ?",
                               "ttttiiiiiiii",
                               file->path, file->master, file->description, file->sha256,
                               file->size, file->mtime_ns, (gint64) file->inode,
                               (gint64) file->version, (gint64) file->major,
                               (gint64) file->minor, (gint64) file->revised, file->id);

  return peg_ledger_run (self, statement, "write a file", error) && write_hold (self, file, error);
}

/**
 * peg_ledger_remove_file:
 * @self: a ledger, in a change
 * @file: a file with a row
 * @error: return location for an error of %G_IO_ERROR
 *
 * Notes that a file is gone. Its row and its revisions stay.
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_remove_file (PegLedger      *self,
                        const PegFile  *file,
                        GError        **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "UPDATE files SET gone = 1 WHERE id = ?",
                                          "i", file->id),
                         "note that a file is gone", error);
}

/**
 * peg_ledger_add_revision:
 * @self: a ledger, in a change
 * @file: the row of the file
 * @revision: what to add; its hash names a content in the store
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_add_revision (PegLedger          *self,
                         gint64              file,
                         const PegRevision  *revision,
                         GError            **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self,
                                          "INSERT INTO revisions (file, major, minor, at_us, who,"
                                          " comment, sha256, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                          "iiiittti", file, (gint64) revision->major,
                                          (gint64) revision->minor, revision->when_us,
                                          revision->who, revision->comment, revision->hash,
                                          revision->size),
                         "write a revision", error);
}

/**
 * peg_ledger_list_revisions:
 * @self: a ledger
 * @file: the row of the file
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegRevision): the revisions,
 *   newest first
 */
GPtrArray *
peg_ledger_list_revisions (PegLedger  *self,
                           gint64      file,
                           GError    **error)
{
  g_autoptr (GPtrArray) revisions = NULL;
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, NULL);

  revisions = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_revision_unref);
  statement = peg_ledger_bind (self,
                               "SELECT major, minor, at_us, who, comment, sha256, size"
                               " FROM revisions WHERE file = ? ORDER BY id DESC", "i", file);

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    PegRevision values = {
      .hash = (char *) peg_ledger_text (statement, 5),
      .who = (char *) peg_ledger_text (statement, 3),
      .comment = (char *) peg_ledger_text (statement, 4),
      .when_us = sqlite3_column_int64 (statement, 2),
      .size = sqlite3_column_int64 (statement, 6),
      .major = sqlite3_column_int (statement, 0),
      .minor = sqlite3_column_int (statement, 1),
    };

    g_ptr_array_add (revisions, peg_revision_new (&values));
  }
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_DONE) {
    peg_ledger_fail (self, "read the revisions", error);
    return NULL;
  }

  return g_steal_pointer (&revisions);
}
