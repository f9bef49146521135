/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ledger"

#include "peg-config.h"

#include "peg-ledger-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/**
 * PegLedger:
 *
 * The database of one data folder. WAL, so that a reader such as a backup never
 * stops a writer; `synchronous=FULL`, so that a commit survives a power cut.
 */

/* One script for every version; `user_version` tells how many have run. A script
 * that was released is never changed. */
static const char * const migrations[] = {
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"
  "CREATE TABLE files ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, master TEXT, description TEXT,"
  "  sha256 TEXT, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,"
  "  version INTEGER NOT NULL, major INTEGER NOT NULL, minor INTEGER NOT NULL,"
  "  revised INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0) STRICT;"
  "CREATE UNIQUE INDEX files_path ON files (path) WHERE gone = 0;"
  "CREATE INDEX files_gone ON files (path) WHERE gone = 1;"
  "CREATE TABLE locks ("
  "  file INTEGER PRIMARY KEY REFERENCES files, id TEXT NOT NULL, token INTEGER NOT NULL,"
  "  holder TEXT NOT NULL, station TEXT, reason TEXT, since_us INTEGER NOT NULL,"
  "  last_seen_us INTEGER NOT NULL, base_sha256 TEXT, changed_outside INTEGER NOT NULL,"
  "  missing INTEGER NOT NULL) STRICT;"
  "CREATE TABLE revisions ("
  "  id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files, major INTEGER NOT NULL,"
  "  minor INTEGER NOT NULL, at_us INTEGER NOT NULL, who TEXT, comment TEXT,"
  "  sha256 TEXT NOT NULL, size INTEGER NOT NULL) STRICT;"
  "CREATE INDEX revisions_file ON revisions (file, id);"
  "CREATE TABLE events ("
  "  seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, cause INTEGER NOT NULL, who TEXT,"
  "  file INTEGER, filename TEXT, message TEXT, sha256 TEXT, major INTEGER NOT NULL,"
  "  minor INTEGER NOT NULL, changed TEXT NOT NULL, removed TEXT NOT NULL) STRICT;"
  "CREATE TABLE pending ("
  "  file INTEGER PRIMARY KEY REFERENCES files, path TEXT NOT NULL, sha256 TEXT NOT NULL,"
  "  size INTEGER NOT NULL, major INTEGER NOT NULL, minor INTEGER NOT NULL, who TEXT NOT NULL,"
  "  comment TEXT, temporary TEXT NOT NULL) STRICT;"
  "CREATE TABLE drafts ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, sha256 TEXT NOT NULL,"
  "  size INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;"
  "CREATE TABLE notes ("
  "  id TEXT PRIMARY KEY, recipient TEXT NOT NULL, sender TEXT, text TEXT NOT NULL,"
  "  at_us INTEGER NOT NULL) STRICT;"
  "CREATE INDEX notes_recipient ON notes (recipient, at_us);"
  "CREATE TABLE answers ("
  "  key TEXT PRIMARY KEY, at_us INTEGER NOT NULL, status INTEGER NOT NULL,"
  "  body TEXT NOT NULL) STRICT, WITHOUT ROWID;",

  "ALTER TABLE pending ADD COLUMN token INTEGER NOT NULL DEFAULT 0;",

  "ALTER TABLE answers ADD COLUMN headers TEXT;",

  "CREATE TABLE people ("
  "  name TEXT PRIMARY KEY, role INTEGER NOT NULL, token_hash TEXT UNIQUE,"
  "  created_us INTEGER NOT NULL, token_us INTEGER NOT NULL,"
  "  seen_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE ended_sessions ("
  "  id TEXT PRIMARY KEY, until_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;",

  "ALTER TABLE answers ADD COLUMN request TEXT;"
  "ALTER TABLE pending ADD COLUMN key TEXT;"
  "ALTER TABLE pending ADD COLUMN request TEXT;",
};

/* The sentence is for the administrator, who has the log. */
gboolean
peg_ledger_fail (PegLedger   *self,
                 const char  *what,
                 GError     **error)
{
  int code = sqlite3_errcode (self->database);

  g_set_error (error, G_IO_ERROR,
               code == SQLITE_FULL ? G_IO_ERROR_NO_SPACE :
               code == SQLITE_BUSY ? G_IO_ERROR_BUSY : G_IO_ERROR_FAILED,
               "The ledger cannot %s: %s", what, sqlite3_errmsg (self->database));

  return FALSE;
}

/* Finds or prepares a statement and fills it in: `i` takes a gint64, `t` a text
 * that may be NULL and must live until the statement has run. @sql must be a
 * literal. Returns NULL when the statement cannot be prepared. */
sqlite3_stmt *
peg_ledger_bind (PegLedger  *self,
                 const char *sql,
                 const char *types,
                 ...)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  va_list arguments;

  if (statement == NULL) {
    if (sqlite3_prepare_v3 (self->database, sql, -1, SQLITE_PREPARE_PERSISTENT,
                            &statement, NULL) != SQLITE_OK)
      return NULL;
    g_hash_table_insert (self->statements, (gpointer) sql, statement);
  }

  sqlite3_reset (statement);
  va_start (arguments, types);
  for (int i = 0; types[i] != '\0'; i++) {
    if (types[i] == 'i')
      sqlite3_bind_int64 (statement, i + 1, va_arg (arguments, gint64));
    else
      sqlite3_bind_text (statement, i + 1, va_arg (arguments, const char *), -1, SQLITE_STATIC);
  }
  va_end (arguments);

  return statement;
}

/* Runs a statement that gives no rows. */
gboolean
peg_ledger_run (PegLedger     *self,
                sqlite3_stmt  *statement,
                const char    *what,
                GError       **error)
{
  gboolean done = statement != NULL && sqlite3_step (statement) == SQLITE_DONE;

  if (!done)
    peg_ledger_fail (self, what, error);
  if (statement != NULL) {
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
  }

  return done;
}

const char *
peg_ledger_text (sqlite3_stmt *statement,
                 int           column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

char *
peg_ledger_dup_text (sqlite3_stmt *statement,
                     int           column)
{
  return g_strdup (peg_ledger_text (statement, column));
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static gboolean
execute (PegLedger   *self,
         const char  *sql,
         const char  *what,
         GError     **error)
{
  if (sqlite3_exec (self->database, sql, NULL, NULL, NULL) != SQLITE_OK)
    return peg_ledger_fail (self, what, error);

  return TRUE;
}

static gint64
read_number (PegLedger  *self,
             const char *sql)
{
  sqlite3_stmt *statement = peg_ledger_bind (self, sql, "");
  gint64 number = 0;

  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return number;
}

static char *
dup_meta (PegLedger  *self,
          const char *key)
{
  sqlite3_stmt *statement = peg_ledger_bind (self, "SELECT value FROM meta WHERE key = ?", "t", key);
  char *value = NULL;

  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    value = peg_ledger_dup_text (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return value;
}

static gboolean
set_meta (PegLedger   *self,
          const char  *key,
          const char  *value,
          GError     **error)
{
  return peg_ledger_run (self,
                         peg_ledger_bind (self,
                                          "INSERT INTO meta VALUES (?, ?)"
                                          " ON CONFLICT DO UPDATE SET value = excluded.value",
                                          "tt", key, value),
                         "write", error);
}

static gboolean
run_migrations (PegLedger  *self,
                GError    **error)
{
  gint64 version = read_number (self, "PRAGMA user_version");

  if (version > (gint64) G_N_ELEMENTS (migrations)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "The data folder was written by a newer pegboardd (format %" G_GINT64_FORMAT
                 ", this one knows %u). Install the newer one again.",
                 version, (guint) G_N_ELEMENTS (migrations));
    return FALSE;
  }

  for (; version < (gint64) G_N_ELEMENTS (migrations); version++) {
    g_autofree char *sql = g_strdup_printf ("%s PRAGMA user_version = %d;", migrations[version],
                                            (int) version + 1);

    if (!execute (self, sql, "be brought up to date", error))
      return FALSE;
  }

  return TRUE;
}

/* The version is read within the change: the server and `pegboardd user` may
 * open a ledger at the same time. */
static gboolean
migrate (PegLedger  *self,
         GError    **error)
{
  if (!execute (self, "BEGIN IMMEDIATE", "be brought up to date", error))
    return FALSE;

  if (!run_migrations (self, error) || !execute (self, "COMMIT", "be brought up to date", error)) {
    sqlite3_exec (self->database, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
  }

  return TRUE;
}

/* The file that the database is in. A backup that was copied back is another
 * file, and knows nothing of what clients have seen since it was made. */
static char *
dup_identity (const char *path)
{
  struct stat status;

  if (g_stat (path, &status) < 0)
    return g_strdup ("");

  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                          (guint64) status.st_dev, (guint64) status.st_ino);
}

static gboolean
read_meta (PegLedger   *self,
           const char  *path,
           GError     **error)
{
  /* The marker first: a server that has the ledger open, too, may go on. */
  PegMarker marker = peg_ledger_read_marker (path);
  g_autofree char *marked_epoch G_GNUC_UNUSED = marker.epoch;
  g_autofree char *identity = dup_identity (path);
  g_autofree char *old_identity = dup_meta (self, "identity");

  self->n_clients = marker.n_clients;
  self->epoch = dup_meta (self, "epoch");
  self->prefix = dup_meta (self, "prefix");

  if (self->prefix == NULL) {
    self->prefix = g_strdup_printf ("%06x", g_random_int () & 0xffffff);
    if (!set_meta (self, "prefix", self->prefix, error))
      return FALSE;
  }

  self->seq = (guint64) read_number (self, "SELECT coalesce(max(seq), 0) FROM events");
  self->next_seq = self->seq;

  if (self->epoch == NULL || g_strcmp0 (identity, old_identity) != 0 ||
      !peg_ledger_agrees (self, &marker)) {
    if (!peg_ledger_new_epoch (self, error) || !set_meta (self, "identity", identity, error))
      return FALSE;
  }

  peg_ledger_open_marker (self, path);

  return TRUE;
}

/**
 * peg_ledger_open:
 * @path: the file of the database
 * @error: return location for an error of %G_IO_ERROR
 *
 * Opens the ledger, makes it when it is not there, and brings an older one up to
 * date.
 *
 * Returns: (transfer full) (nullable): the ledger
 */
PegLedger *
peg_ledger_open (const char  *path,
                 GError     **error)
{
  g_autoptr (PegLedger) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (PegLedger, 1);
  self->marker_fd = -1;
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);

  if (sqlite3_open_v2 (path, &self->database,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
                       NULL) != SQLITE_OK) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Cannot open the ledger “%s”: %s",
                 path, sqlite3_errmsg (self->database));
    return NULL;
  }

  sqlite3_busy_timeout (self->database, 5000);
  if (!execute (self,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                "be set up", error) ||
      !migrate (self, error) || !read_meta (self, path, error))
    return NULL;
  peg_ledger_begin_checkpoints (self, path);

  return g_steal_pointer (&self);
}

void
peg_ledger_free (PegLedger *self)
{
  peg_ledger_end_checkpoints (self);
  g_hash_table_unref (self->statements);
  sqlite3_close (self->database);
  peg_ledger_close_marker (self);
  g_free (self->epoch);
  g_free (self->prefix);
  g_free (self->path);
  g_free (self);
}

/**
 * peg_ledger_get_epoch:
 * @self: a ledger
 *
 * Returns: (transfer none): the name of the run of positions; another one means
 *   that no position from before can be relied on
 */
const char *
peg_ledger_get_epoch (PegLedger *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->epoch;
}

/**
 * peg_ledger_get_prefix:
 * @self: a ledger
 *
 * Returns: (transfer none): what the ids of files begin with, so that two shops
 *   never use the same ones
 */
const char *
peg_ledger_get_prefix (PegLedger *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->prefix;
}

/**
 * peg_ledger_get_seq:
 * @self: a ledger
 *
 * Returns: the position of the last committed event; 0: there was none
 */
guint64
peg_ledger_get_seq (PegLedger *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->seq;
}

gboolean
peg_ledger_begin (PegLedger  *self,
                  GError    **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (!self->in_transaction, FALSE);

  self->next_seq = self->seq;
  self->in_transaction = execute (self, "BEGIN IMMEDIATE", "begin a change", error);

  return self->in_transaction;
}

/**
 * peg_ledger_commit:
 * @self: a ledger
 * @error: return location for an error of %G_IO_ERROR
 *
 * Ends a change. When it cannot, the change is undone.
 *
 * Returns: whether the change is on the disk
 */
gboolean
peg_ledger_commit (PegLedger  *self,
                   GError    **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->in_transaction, FALSE);

  if (!execute (self, "COMMIT", "keep a change", error)) {
    peg_ledger_rollback (self);
    return FALSE;
  }

  self->in_transaction = FALSE;
  if (self->seq != self->next_seq) {
    self->seq = self->next_seq;
    peg_ledger_write_marker (self);
  }

  return TRUE;
}

/**
 * peg_ledger_rollback:
 * @self: a ledger
 *
 * Undoes a change that was begun; without one it does nothing.
 */
void
peg_ledger_rollback (PegLedger *self)
{
  g_return_if_fail (self != NULL);

  if (self->in_transaction)
    sqlite3_exec (self->database, "ROLLBACK", NULL, NULL, NULL);

  self->in_transaction = FALSE;
  self->next_seq = self->seq;
}

/**
 * peg_ledger_new_epoch:
 * @self: a ledger
 * @error: return location for an error of %G_IO_ERROR
 *
 * Tells clients that positions from before are worth nothing, and makes fencing
 * tokens jump ahead of all that were given out: they follow the clock from here.
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_new_epoch (PegLedger  *self,
                      GError    **error)
{
  g_autofree char *epoch = g_uuid_string_random ();
  g_autofree char *old = dup_meta (self, "token");
  gint64 token = MAX (old != NULL ? g_ascii_strtoll (old, NULL, 10) : 0,
                      g_get_real_time () / 1000);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, token);

  if (!set_meta (self, "epoch", epoch, error) || !set_meta (self, "token", text, error))
    return FALSE;

  g_free (self->epoch);
  self->epoch = g_steal_pointer (&epoch);
  peg_ledger_write_marker (self);

  return TRUE;
}

/**
 * peg_ledger_next_token:
 * @self: a ledger, in a change
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: a fencing token larger than all before; 0 when it cannot be kept
 */
guint64
peg_ledger_next_token (PegLedger  *self,
                       GError    **error)
{
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  guint64 token;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (self->in_transaction, 0);

  old = dup_meta (self, "token");
  token = (old != NULL ? g_ascii_strtoull (old, NULL, 10) : 0) + 1;
  text = g_strdup_printf ("%" G_GUINT64_FORMAT, token);

  return set_meta (self, "token", text, error) ? token : 0;
}
