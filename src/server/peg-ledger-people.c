/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ledger"

#include "peg-config.h"

#include "peg-person.h"

#include "peg-ledger-private.h"

#define COLUMNS "name, role, token_hash, created_us, token_us, seen_us"

void
peg_person_free (PegPerson *self)
{
  g_free (self->name);
  g_free (self->token_hash);
  g_free (self);
}

static PegPerson *
read_person (sqlite3_stmt *statement)
{
  PegPerson *person = g_new0 (PegPerson, 1);

  person->name = peg_ledger_dup_text (statement, 0);
  person->role = (PegRole) CLAMP (sqlite3_column_int (statement, 1), PEG_ROLE_VIEWER, PEG_ROLE_ADMIN);
  person->token_hash = peg_ledger_dup_text (statement, 2);
  person->created_us = sqlite3_column_int64 (statement, 3);
  person->token_us = sqlite3_column_int64 (statement, 4);
  person->seen_us = sqlite3_column_int64 (statement, 5);

  return person;
}

/**
 * peg_ledger_list_people:
 * @self: a ledger
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type PegPerson): everybody, also
 *   who was removed, by name
 */
GPtrArray *
peg_ledger_list_people (PegLedger  *self,
                        GError    **error)
{
  g_autoptr (GPtrArray) people = NULL;
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, NULL);

  people = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_person_free);
  statement = peg_ledger_bind (self, "SELECT " COLUMNS " FROM people ORDER BY name", "");

  while (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (people, read_person (statement));
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_DONE) {
    peg_ledger_fail (self, "read the people", error);
    return NULL;
  }

  return g_steal_pointer (&people);
}

/**
 * peg_ledger_find_person:
 * @self: a ledger
 * @name: their name
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): that person, also who was removed; %NULL
 *   without @error set when there never was one
 */
PegPerson *
peg_ledger_find_person (PegLedger   *self,
                        const char  *name,
                        GError     **error)
{
  PegPerson *person = NULL;
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, NULL);

  statement = peg_ledger_bind (self, "SELECT " COLUMNS " FROM people WHERE name = ?", "t", name);
  if (statement != NULL && (code = sqlite3_step (statement)) == SQLITE_ROW)
    person = read_person (statement);
  if (statement != NULL)
    sqlite3_reset (statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    peg_ledger_fail (self, "read the people", error);

  return person;
}

/**
 * peg_ledger_write_person:
 * @self: a ledger
 * @person: how they are from now on
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_write_person (PegLedger        *self,
                         const PegPerson  *person,
                         GError          **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self,
                                          "INSERT OR REPLACE INTO people (" COLUMNS ")"
                                          " VALUES (?, ?, ?, ?, ?, ?)",
                                          "titiii", person->name, (gint64) person->role,
                                          person->token_hash, person->created_us, person->token_us,
                                          person->seen_us),
                         "keep a person", error);
}

/**
 * peg_ledger_see_person:
 * @self: a ledger
 * @name: somebody
 * @seen_us: when they were here, µs since 1970
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_see_person (PegLedger   *self,
                       const char  *name,
                       gint64       seen_us,
                       GError     **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "UPDATE people SET seen_us = ? WHERE name = ?", "it",
                                          seen_us, name),
                         "note who was here", error);
}

/**
 * peg_ledger_get_changes:
 * @self: a ledger
 *
 * Tells cheaply, without reading a table, whether another process has written to
 * the ledger: `pegboardd user` does, while the server runs.
 *
 * Returns: a number that is another one after that
 */
gint64
peg_ledger_get_changes (PegLedger *self)
{
  sqlite3_stmt *statement;
  gint64 number = 0;

  g_return_val_if_fail (self != NULL, 0);

  statement = peg_ledger_bind (self, "PRAGMA data_version", "");
  if (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  if (statement != NULL)
    sqlite3_reset (statement);

  return number;
}

/**
 * peg_ledger_end_session:
 * @self: a ledger
 * @id: the session
 * @until_s: when it would have ended, s since 1970
 * @now_s: the time, s since 1970; what ended before is forgotten
 * @error: return location for an error of %G_IO_ERROR
 *
 * Remembers that a session was ended by signing out.
 *
 * Returns: whether it is written
 */
gboolean
peg_ledger_end_session (PegLedger   *self,
                        const char  *id,
                        gint64       until_s,
                        gint64       now_s,
                        GError     **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_ledger_run (self,
                         peg_ledger_bind (self, "DELETE FROM ended_sessions WHERE until_s < ?", "i",
                                          now_s),
                         "forget old sessions", error) &&
         peg_ledger_run (self,
                         peg_ledger_bind (self, "INSERT OR IGNORE INTO ended_sessions VALUES (?, ?)",
                                          "ti", id, until_s),
                         "end a session", error);
}

/**
 * peg_ledger_is_session_ended:
 * @self: a ledger
 * @id: a session
 *
 * Returns: whether it was ended by signing out; also when that cannot be read
 */
gboolean
peg_ledger_is_session_ended (PegLedger  *self,
                             const char *id)
{
  sqlite3_stmt *statement;
  int code = SQLITE_ERROR;

  g_return_val_if_fail (self != NULL, TRUE);

  statement = peg_ledger_bind (self, "SELECT 1 FROM ended_sessions WHERE id = ?", "t", id);
  if (statement != NULL) {
    code = sqlite3_step (statement);
    sqlite3_reset (statement);
  }

  return code != SQLITE_DONE;
}
