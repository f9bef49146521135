/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ledger"

#include "peg-config.h"

#include "peg-ledger-private.h"

/* How long an answer is remembered, µs (docs/protocol.md, “Idempotency-Key”:
 * 24 h). */
#define ANSWER_AGE_US (24 * G_GINT64_CONSTANT (3600000000))

PegRecord *
peg_record_new (PegCause cause)
{
  PegRecord *self = g_new0 (PegRecord, 1);

  self->cause = cause;
  self->at_us = g_get_real_time ();
  self->major = self->minor = -1;
  self->changed = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->removed = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
peg_record_free (PegRecord *self)
{
  g_free (self->by);
  g_free (self->filename);
  g_free (self->message);
  g_free (self->sha256);
  g_array_unref (self->changed);
  g_ptr_array_unref (self->removed);
  g_free (self);
}

void
peg_intent_free (PegIntent *self)
{
  g_free (self->path);
  g_free (self->sha256);
  g_free (self->who);
  g_free (self->comment);
  g_free (self->temporary);
  g_free (self->key);
  g_free (self->request);
  g_free (self);
}

/* Rows as decimal numbers with blanks between them, paths with NUL-free line
 * breaks escaped: a path may hold a line break. */
static char *
join_changed (GArray *changed)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changed->len; i++)
    g_string_append_printf (text, "%" G_GINT64_FORMAT " ", g_array_index (changed, gint64, i));

  return g_string_free (text, FALSE);
}

static void
split_changed (const char *text,
               GArray     *changed)
{
  char *end = (char *) text;

  while (*end != '\0') {
    gint64 id = g_ascii_strtoll (text, &end, 10);

    if (end == text)
      break;
    g_array_append_val (changed, id);
    text = end + (*end == ' ' ? 1 : 0);
    end = (char *) text;
  }
}

static char *
join_removed (GPtrArray *removed)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < removed->len; i++) {
    g_autofree char *escaped = g_uri_escape_string (g_ptr_array_index (removed, i), "/ ", TRUE);

    g_string_append (text, escaped);
    g_string_append_c (text, '\n');
  }

  return g_string_free (text, FALSE);
}

static void
split_removed (const char *text,
               GPtrArray  *removed)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *path = lines[i][0] != '\0' ? g_uri_unescape_string (lines[i], NULL) : NULL;

    if (path != NULL)
      g_ptr_array_add (removed, path);
  }
}

/**
 * peg_ledger_add_record:
 * @self: a ledger, in a change
 * @record: what happened; it gets its position
 * @error: return location for an error of %G_IO_ERROR
 *
 * Adds an event. Positions have no holes: one that was given out in a change
 * that was undone is given out again.
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_add_record (PegLedger  *self,
                       PegRecord  *record,
                       GError    **error)
{
  g_autofree char *changed = NULL;
  g_autofree char *removed = NULL;
  sqlite3_stmt *statement;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->in_transaction, FALSE);

  changed = join_changed (record->changed);
  removed = join_removed (record->removed);
  record->seq = self->next_seq + 1;
  statement = peg_ledger_bind (self, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                               "iiititttiitt", (gint64) record->seq, record->at_us,
                               (gint64) record->cause, record->by, record->file, record->filename,
                               record->message, record->sha256, (gint64) record->major,
                               (gint64) record->minor, changed, removed);
  if (!peg_ledger_run (self, statement, "write an event", error))
    return FALSE;

  self->next_seq = record->seq;

  return TRUE;
}

static GPtrArray *
read_records (PegLedger     *self,
              sqlite3_stmt  *statement,
              GError       **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) peg_record_free);
  int code = SQLITE_ERROR;

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    PegRecord *record = peg_record_new ((PegCause) sqlite3_column_int (statement, 2));

    record->seq = (guint64) sqlite3_column_int64 (statement, 0);
    record->at_us = sqlite3_column_int64 (statement, 1);
    record->by = peg_ledger_dup_text (statement, 3);
    record->file = sqlite3_column_int64 (statement, 4);
    record->filename = peg_ledger_dup_text (statement, 5);
    record->message = peg_ledger_dup_text (statement, 6);
    record->sha256 = peg_ledger_dup_text (statement, 7);
    record->major = sqlite3_column_int (statement, 8);
    record->minor = sqlite3_column_int (statement, 9);
    split_changed (peg_ledger_text (statement, 10), record->changed);
    split_removed (peg_ledger_text (statement, 11), record->removed);
    g_ptr_array_add (records, record);
  }
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_DONE) {
    peg_ledger_fail (self, "read the events", error);
    return NULL;
  }

  return g_steal_pointer (&records);
}

/**
 * peg_ledger_list_after:
 * @self: a ledger
 * @seq: a position
 * @limit: how many events at most
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegRecord): the events after
 *   @seq, oldest first. When the first is not @seq + 1, older ones are not kept
 *   any more.
 */
GPtrArray *
peg_ledger_list_after (PegLedger  *self,
                       guint64     seq,
                       guint       limit,
                       GError    **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return read_records (self,
                       peg_ledger_bind (self,
                                        "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
                                        "ii", (gint64) seq, (gint64) limit),
                       error);
}

/**
 * peg_ledger_list_activity:
 * @self: a ledger
 * @limit: how many events at most
 * @offset: how many of the newest to leave out
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegRecord): what was done,
 *   newest first
 */
GPtrArray *
peg_ledger_list_activity (PegLedger  *self,
                          guint       limit,
                          guint       offset,
                          GError    **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return read_records (self,
                       peg_ledger_bind (self,
                                        "SELECT * FROM events ORDER BY seq DESC LIMIT ? OFFSET ?",
                                        "ii", (gint64) limit, (gint64) offset),
                       error);
}

/**
 * peg_ledger_prune:
 * @self: a ledger
 * @keep: how many of the newest events to keep
 * @now_us: the time, µs since 1970: what is older than 30 days goes too
 * @error: return location for an error of %G_IO_ERROR
 *
 * Forgets old events and answers. Revisions and drafts are never forgotten.
 *
 * Returns: whether it could
 */
gboolean
peg_ledger_prune (PegLedger  *self,
                  guint       keep,
                  gint64      now_us,
                  GError    **error)
{

  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "DELETE FROM events WHERE seq <= ?", "i",
                                          (gint64) self->seq - (gint64) keep),
                         "forget old events", error) &&
         /* Positions have no holes: an event that a wrong clock made young keeps
          * all after it. The newest one stays, as the position is counted on from
          * it. */
         peg_ledger_run (self,
                         peg_ledger_bind (self, "DELETE FROM events WHERE seq < coalesce("
                                          " (SELECT min(seq) FROM events WHERE at_us >= ?),"
                                          " (SELECT max(seq) FROM events))", "i",
                                          now_us - PEG_LEDGER_KEEP_US),
                         "forget old events", error) &&
         peg_ledger_run (self,
                         peg_ledger_bind (self, "DELETE FROM answers WHERE at_us < ?", "i",
                                          now_us - ANSWER_AGE_US),
                         "forget old answers", error);
}

/**
 * peg_ledger_add_pending:
 * @self: a ledger, in a change
 * @pending: a check-in that is about to replace a file
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_add_pending (PegLedger         *self,
                        const PegIntent  *pending,
                        GError           **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self,
                                          "INSERT OR REPLACE INTO pending"
                                          " (file, path, sha256, size, major, minor, who,"
                                          " comment, temporary, token, key, request)"
                                          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                          "ittiiitttitt",
                                          pending->file, pending->path, pending->sha256,
                                          pending->size, (gint64) pending->major,
                                          (gint64) pending->minor, pending->who,
                                          pending->comment, pending->temporary,
                                          (gint64) pending->token, pending->key,
                                          pending->request),
                         "note a check-in", error);
}

gboolean
peg_ledger_remove_pending (PegLedger  *self,
                           gint64      file,
                           GError    **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "DELETE FROM pending WHERE file = ?", "i", file),
                         "end a check-in", error);
}

/**
 * peg_ledger_list_pending:
 * @self: a ledger
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegIntent): the check-ins of
 *   which it is not known whether they came to their end
 */
GPtrArray *
peg_ledger_list_pending (PegLedger  *self,
                         GError    **error)
{
  g_autoptr (GPtrArray) list = NULL;
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_intent_free);
  statement = peg_ledger_bind (self, "SELECT file, path, sha256, size, major, minor, who,"
                               " comment, temporary, token, key, request FROM pending", "");

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    PegIntent *pending = g_new0 (PegIntent, 1);

    pending->file = sqlite3_column_int64 (statement, 0);
    pending->path = peg_ledger_dup_text (statement, 1);
    pending->sha256 = peg_ledger_dup_text (statement, 2);
    pending->size = sqlite3_column_int64 (statement, 3);
    pending->major = sqlite3_column_int (statement, 4);
    pending->minor = sqlite3_column_int (statement, 5);
    pending->who = peg_ledger_dup_text (statement, 6);
    pending->comment = peg_ledger_dup_text (statement, 7);
    pending->temporary = peg_ledger_dup_text (statement, 8);
    pending->token = (guint64) sqlite3_column_int64 (statement, 9);
    pending->key = peg_ledger_dup_text (statement, 10);
    pending->request = peg_ledger_dup_text (statement, 11);
    g_ptr_array_add (list, pending);
  }
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_DONE) {
    peg_ledger_fail (self, "read the check-ins under way", error);
    return NULL;
  }

  return g_steal_pointer (&list);
}

/**
 * peg_ledger_add_draft:
 * @self: a ledger
 * @path: of the file that it was meant for
 * @sha256: the content; it is in the store
 * @size: bytes
 * @who: who uploaded it
 * @why: the code of the refusal
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: the number of the draft; 0 when it could not be written
 */
gint64
peg_ledger_add_draft (PegLedger   *self,
                      const char  *path,
                      const char  *sha256,
                      gint64       size,
                      const char  *who,
                      const char  *why,
                      GError     **error)
{
  sqlite3_stmt *statement;

  g_return_val_if_fail (self != NULL, 0);

  statement = peg_ledger_bind (self,
                               "INSERT INTO drafts (path, sha256, size, who, why, at_us)"
                               " VALUES (?, ?, ?, ?, ?, ?)", "ttitti", path, sha256, size, who,
                               why, g_get_real_time ());
  if (!peg_ledger_run (self, statement, "keep a draft", error))
    return 0;

  return sqlite3_last_insert_rowid (self->database);
}

gboolean
peg_ledger_add_note (PegLedger      *self,
                     const char     *recipient,
                     const PegNote  *note,
                     GError        **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "INSERT INTO notes VALUES (?, ?, ?, ?, ?)",
                                          "tttti", note->id, recipient, note->sender, note->text,
                                          note->when_us),
                         "keep a note", error);
}

/**
 * peg_ledger_list_notes:
 * @self: a ledger
 * @recipient: for whom
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegNote): the notes that
 *   @recipient has not acknowledged, oldest first
 */
GPtrArray *
peg_ledger_list_notes (PegLedger   *self,
                       const char  *recipient,
                       GError     **error)
{
  g_autoptr (GPtrArray) notes = NULL;
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, NULL);

  notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  statement = peg_ledger_bind (self,
                               "SELECT id, sender, text, at_us FROM notes WHERE recipient = ?"
                               " ORDER BY at_us, id", "t", recipient);

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    PegNote values = {
      .id = (char *) peg_ledger_text (statement, 0),
      .sender = (char *) peg_ledger_text (statement, 1),
      .text = (char *) peg_ledger_text (statement, 2),
      .when_us = sqlite3_column_int64 (statement, 3),
    };

    g_ptr_array_add (notes, peg_note_new (&values));
  }
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_DONE) {
    peg_ledger_fail (self, "read the notes", error);
    return NULL;
  }

  return g_steal_pointer (&notes);
}

gboolean
peg_ledger_remove_note (PegLedger   *self,
                        const char  *recipient,
                        const char  *id,
                        GError     **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "DELETE FROM notes WHERE id = ? AND recipient = ?",
                                          "tt", id, recipient),
                         "forget a note", error);
}

/**
 * peg_ledger_add_answer:
 * @self: a ledger
 * @key: the idempotency key of a request, with who asked and what for
 * @request: (nullable): what was asked, as a checksum
 * @status: the status of the answer
 * @body: the body of the answer
 * @headers: (nullable): the headers that belong to it, a line each
 * @error: return location for an error of %G_IO_ERROR
 *
 * Remembers what was answered, so that the same request gets the same answer
 * (docs/protocol.md, “Idempotency-Key”). The first answer stays.
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_add_answer (PegLedger   *self,
                       const char  *key,
                       const char  *request,
                       guint        status,
                       const char  *body,
                       const char  *headers,
                       GError     **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "INSERT OR IGNORE INTO answers"
                                          " (key, at_us, status, body, headers, request)"
                                          " VALUES (?, ?, ?, ?, ?, ?)", "tiittt", key,
                                          g_get_real_time (), (gint64) status, body, headers,
                                          request),
                         "remember an answer", error);
}

/**
 * peg_ledger_find_answer:
 * @self: a ledger
 * @key: as in peg_ledger_add_answer()
 * @request: (out) (transfer full) (nullable): what was asked
 * @status: (out): the status of the answer
 * @headers: (out) (transfer full) (nullable): its headers, a line each
 *
 * Returns: (transfer full) (nullable): the body of the answer; %NULL when there
 *   was none in the last 24 hours
 */
char *
peg_ledger_find_answer (PegLedger  *self,
                        const char *key,
                        char      **request,
                        guint      *status,
                        char      **headers)
{
  sqlite3_stmt *statement;
  char *body = NULL;

  *headers = *request = NULL;
  g_return_val_if_fail (self != NULL, NULL);

  statement = peg_ledger_bind (self,
                               "SELECT status, body, headers, request FROM answers"
                               " WHERE key = ? AND at_us >= ?",
                               "ti", key, g_get_real_time () - ANSWER_AGE_US);
  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW) {
    *status = (guint) sqlite3_column_int (statement, 0);
    body = peg_ledger_dup_text (statement, 1);
    *headers = peg_ledger_dup_text (statement, 2);
    *request = peg_ledger_dup_text (statement, 3);
  }
  if (statement != NULL)
    sqlite3_reset (statement);

  return body;
}
