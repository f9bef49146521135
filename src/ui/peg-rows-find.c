/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-rows-find"

#include "peg-config.h"

#include "peg-rows-private.h"

/* Which rows there are, and where. */

/**
 * peg_rows_get_n_files:
 * @self: the rows
 *
 * Returns: how many files match, whether or not their groups are open
 */
guint
peg_rows_get_n_files (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), 0);

  return peg_row_table_get_n_files (self->table);
}

static gboolean
find_values (PegRows        *self,
             PegRowKind      kind,
             const char     *group_name,
             const PegEntry *entry,
             guint          *position)
{
  PegGroup *group = peg_snapshot_find_group (self->snapshot, group_name);
  guint old;

  if (group == NULL || !peg_row_table_find (self->table, kind, group, entry, position))
    return FALSE;

  if (self->old == NULL || *position < self->new_end)
    return TRUE;

  /* Not announced yet: it counts only where it was. */
  if (!peg_row_table_find (self->old, kind, group, entry, &old) || old < self->old_end)
    return FALSE;

  *position = old - self->old_end + self->new_end;
  return TRUE;
}

/**
 * peg_rows_find:
 * @self: the rows
 * @key: the key of a file
 * @position: (out): where its row is
 *
 * Returns: whether the file has a row now: it exists, matches, and what it is
 *   in is open
 */
gboolean
peg_rows_find (PegRows    *self,
               const char *key,
               guint      *position)
{
  PegEntry *entry;

  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  entry = peg_snapshot_find (self->snapshot, key);

  return entry != NULL &&
         find_values (self, PEG_ROW_FILE, peg_entry_get_group (entry), entry, position);
}

/**
 * peg_rows_find_row:
 * @self: the rows
 * @row: a row
 * @position: (out): where it is
 *
 * Returns: whether it is visible now
 */
gboolean
peg_rows_find_row (PegRows *self,
                   PegRow  *row,
                   guint   *position)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (PEG_IS_ROW (row), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  if (peg_row_get_kind (row) == PEG_ROW_FILE)
    return peg_rows_find (self, peg_entry_get_key (peg_row_get_entry (row)), position);

  return find_values (self, peg_row_get_kind (row), peg_row_get_group (row),
                      peg_row_get_entry (row), position);
}

/**
 * peg_rows_find_around:
 * @self: the rows
 * @row: a row
 * @position: (out): where its part is, or else its group
 *
 * Returns: whether something that @row is in is visible now
 */
gboolean
peg_rows_find_around (PegRows *self,
                      PegRow  *row,
                      guint   *position)
{
  PegEntry *entry;

  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (PEG_IS_ROW (row), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  entry = peg_row_get_kind (row) == PEG_ROW_FILE ? peg_row_get_entry (row) : NULL;

  return (entry != NULL && peg_entry_get_part (entry) != NULL &&
          find_values (self, PEG_ROW_PART, peg_row_get_group (row), entry, position)) ||
         find_values (self, PEG_ROW_GROUP, peg_row_get_group (row), NULL, position);
}

/**
 * peg_rows_find_found:
 * @self: the rows
 * @exact: whether to take only a file of which somebody typed the whole name
 * @position: (out): where its row is
 *
 * Returns: whether there is such a file: the one that was named, else, without
 *   @exact, the first
 */
gboolean
peg_rows_find_found (PegRows  *self,
                     gboolean  exact,
                     guint    *position)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  if (self->exact != NULL && peg_rows_find (self, peg_entry_get_key (self->exact), position))
    return TRUE;

  for (guint i = 0; !exact && i < peg_row_table_get_n (self->table); i++) {
    PegRowValues values;

    peg_row_table_get (self->table, i, &values);
    if (values.kind == PEG_ROW_FILE) {
      *position = i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * peg_rows_find_parent:
 * @self: the rows
 * @position: a row
 * @parent: (out): the row that it is in
 *
 * Returns: whether it is in one
 */
gboolean
peg_rows_find_parent (PegRows *self,
                      guint    position,
                      guint   *parent)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (self->old == NULL, FALSE);

  return peg_row_table_get_parent (self->table, position, parent);
}

/**
 * peg_rows_get_filter:
 * @self: the rows
 *
 * Returns: which files are shown
 */
PegFilter
peg_rows_get_filter (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), PEG_FILTER_ALL);

  return peg_look_get_filter (self->look);
}

/**
 * peg_rows_get_search:
 * @self: the rows
 *
 * Returns: (transfer none) (nullable): what the files match that are shown
 */
PegSearch *
peg_rows_get_search (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), NULL);

  return peg_look_get_search (self->look);
}

/**
 * peg_rows_is_settled:
 * @self: the rows
 *
 * Returns: whether the rows are those of what is wanted, and of the newest
 *   snapshot
 */
gboolean
peg_rows_is_settled (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), TRUE);

  return self->look == self->wanted && self->tabled == self->snapshot;
}

/**
 * peg_rows_is_replacing:
 * @self: the rows
 *
 * Returns: whether the change that is announced is part of one around
 *   [signal@Peg.Rows::replacing]
 */
gboolean
peg_rows_is_replacing (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);

  return self->replacing;
}

/**
 * peg_rows_is_searched_anew:
 * @self: the rows
 *
 * Returns: whether the change that is announced is what was found for other words,
 *   so that nobody looks at a place in it yet
 */
gboolean
peg_rows_is_searched_anew (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);

  return self->searched_anew;
}

/**
 * peg_rows_set_replaceable:
 * @self: the rows
 * @replaceable: whether somebody moves the view with
 *   [signal@Peg.Rows::replacing]
 *
 * Otherwise every change is told as the runs in which it differs.
 */
void
peg_rows_set_replaceable (PegRows  *self,
                          gboolean  replaceable)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  self->replaceable = replaceable;
}
