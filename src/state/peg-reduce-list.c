/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-entry-sort.h"
#include "peg-snapshot-private.h"

#include <string.h>

/* The tree of a whole list. A hundred thousand files arrive here at once, at the
 * start and after every break of the connection, in the worker thread.
 *
 * Every key is hashed once, which finds what is said twice, what is known and
 * unchanged, and makes the index. A group of which every file is known is the
 * group that is known, in whatever order they are listed; one that differs in
 * little is the old one, changed; only the files of the others are sorted. */

/* The files of one group of the list. */
typedef struct {
  const char *name;
  PegGroup *old;   /* (nullable): the group as it is known */
  guint start;     /* in the order by group */
  guint n;
  guint n_known;   /* of these, unchanged */
  guint n_changed; /* of these, known in this group, and changed */
} Batch;

typedef struct {
  PegSnapshot *self;
  guint n;
  PegEntry **entries; /* (owned) (array length=n): as listed; %NULL: said twice */
  PegEntry **known;   /* (owned) (array length=n): as it was known; %NULL: it is new */
  guint *order;       /* (owned) (array length=n): the places of the entries, by group */
  GArray *batches;    /* (owned) (element-type Batch) */
} Listing;

static void
listing_init (Listing     *self,
              PegSnapshot *snapshot,
              GPtrArray   *listed)
{
  self->self = snapshot;
  self->n = listed->len;
  self->entries = g_new (PegEntry *, listed->len + 1);
  self->known = g_new (PegEntry *, listed->len + 1);
  self->order = g_new (guint, listed->len + 1);
  self->batches = g_array_new (FALSE, FALSE, sizeof (Batch));

  if (listed->len > 0)
    memcpy (self->entries, listed->pdata, listed->len * sizeof (PegEntry *));
}

static void
listing_clear (Listing *self)
{
  g_clear_pointer (&self->entries, g_free);
  g_clear_pointer (&self->known, g_free);
  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->batches, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

static guint
find_batch (Listing    *self,
            GHashTable *by_name,
            const char *name)
{
  gpointer value;
  Batch batch = { .name = name };

  if (g_hash_table_lookup_extended (by_name, name, NULL, &value))
    return GPOINTER_TO_UINT (value);

  batch.old = peg_snapshot_find_group (self->self, name);
  g_array_append_val (self->batches, batch);
  g_hash_table_insert (by_name, (char *) name, GUINT_TO_POINTER (self->batches->len - 1));

  return self->batches->len - 1;
}

/* Finds the batch of every entry. A list names a group with all of its files, so
 * that the batch of the entry before is mostly right.
 * @where: (array): the batch of each */
static void
count_batches (Listing *self,
               guint   *where)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  const char *last_name = NULL;
  guint last = 0;

  for (guint i = 0; i < self->n; i++) {
    const PegEntry *entry = self->entries[i], *known = self->known[i];
    const char *name;
    Batch *batch;

    if (entry == NULL)
      continue;

    name = peg_entry_get_group (entry);
    if (last_name == NULL || !g_str_equal (name, last_name))
      last = find_batch (self, by_name, name);
    last_name = name;

    where[i] = last;
    batch = &g_array_index (self->batches, Batch, last);
    batch->n++;
    batch->n_known += known == entry;
    batch->n_changed += known != NULL && known != entry &&
                        g_str_equal (peg_entry_get_group (known), name);
  }
}

static void
order_by_batch (Listing *self)
{
  g_autofree guint *where = g_new (guint, self->n + 1);
  g_autofree guint *next = NULL;
  guint start = 0;

  count_batches (self, where);
  next = g_new (guint, self->batches->len + 1);

  for (guint i = 0; i < self->batches->len; i++) {
    Batch *batch = &g_array_index (self->batches, Batch, i);

    batch->start = next[i] = start;
    start += batch->n;
  }

  for (guint i = 0; i < self->n; i++) {
    if (self->entries[i] != NULL)
      self->order[next[where[i]]++] = i;
  }
}

static PegGroup *
sort_batch (Listing     *self,
            const Batch *batch)
{
  g_autofree PegEntry **entries = g_new (PegEntry *, batch->n);

  for (guint i = 0; i < batch->n; i++)
    entries[i] = self->entries[self->order[batch->start + i]];
  peg_entries_sort (entries, batch->n);

  return peg_group_new (batch->name, entries, batch->n, self->self->user, batch->old);
}

/* Makes a group of which nothing went from the one that is known. */
static PegGroup *
edit_batch (Listing     *self,
            const Batch *batch)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (PegGroupEdit));

  for (guint i = 0; i < batch->n; i++) {
    const guint place = self->order[batch->start + i];
    const PegGroupEdit gone = { .entry = self->known[place] };
    const PegGroupEdit here = { .entry = self->entries[place], .comes = TRUE };

    if (gone.entry == here.entry)
      continue;

    if (gone.entry != NULL && g_str_equal (peg_entry_get_group (gone.entry), batch->name))
      g_array_append_val (edits, gone);
    g_array_append_val (edits, here);
  }

  g_array_sort (edits, peg_group_edit_compare);

  return peg_group_edit (batch->old, batch->name, &g_array_index (edits, PegGroupEdit, 0),
                         edits->len, self->self->user);
}

static PegGroup *
make_group (Listing     *self,
            const Batch *batch)
{
  const guint n_old = batch->old != NULL ? peg_group_get_n (batch->old) : 0;

  if (batch->n_known == n_old && batch->n_known == batch->n)
    return peg_group_ref (batch->old);

  if (n_old > 0 && batch->n_known + batch->n_changed == n_old &&
      batch->n - batch->n_known < batch->n / 4)
    return edit_batch (self, batch);

  return sort_batch (self, batch);
}

static int
compare_groups (gconstpointer a,
                gconstpointer b)
{
  return peg_group_compare (*(PegGroup * const *) a, *(PegGroup * const *) b);
}

/*
 * peg_reduce_tree_of_list:
 * @listed: (element-type PegEntry): every file, in any order; of several with the
 *   same key the first counts
 * @index: (out) (transfer full): the index by key
 * @paths: (out) (transfer full): the index by path
 *
 * Returns: (transfer full) (element-type PegGroup): the groups of a list, sorted.
 *   Entries, chunks and groups that did not change are those of @self.
 */
GPtrArray *
peg_reduce_tree_of_list (PegSnapshot  *self,
                         GPtrArray    *listed,
                         PegIndex    **index,
                         PegIndex    **paths)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_group_unref);
  g_auto (Listing) listing = { .self = self };
  guint n = 0;

  listing_init (&listing, self, listed);
  *index = peg_index_new_list (self->index, listing.entries, listing.known, listing.n);
  order_by_batch (&listing);

  for (guint i = 0; i < listing.batches->len; i++)
    g_ptr_array_add (groups, make_group (&listing, &g_array_index (listing.batches, Batch, i)));
  g_ptr_array_sort (groups, compare_groups);

  for (guint i = 0; i < listing.n; i++) {
    if (listing.entries[i] != NULL)
      listing.entries[n++] = listing.entries[i];
  }
  *paths = peg_index_new (listing.entries, n, peg_snapshot_path_key);

  return groups;
}
