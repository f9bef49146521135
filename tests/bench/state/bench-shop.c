/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "bench-shop.h"

#include "shop-plan.h"

/* One file in this many is checked out. */
#define OUT_EVERY 50

static PegEntry *
make_entry (const ShopFile *file,
            const char     *group,
            guint           i)
{
  g_autofree char *id = g_strdup_printf ("f%07x", i);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.id = id;
  fields.path = file->path;
  fields.filename = file->name;
  fields.group = group != NULL ? group : file->group;
  fields.description = *file->description != '\0' ? file->description : NULL;
  fields.major = (int) file->major;
  fields.minor = (int) file->minor;
  fields.modified_us = file->modified_s * G_USEC_PER_SEC;
  fields.size = 1000 + i % 50000;
  fields.version = i + 1;
  if (i % OUT_EVERY == 0) {
    fields.holder = i % (2 * OUT_EVERY) == 0 ? "Dana" : "Ivo";
    fields.since_us = fields.modified_us;
    fields.token = i + 1;
  }

  return peg_entry_new (&fields);
}

static void
add_group (gpointer key,
           gpointer value,
           gpointer user_data)
{
  GPtrArray *list = user_data, *entries = value;

  g_ptr_array_extend_and_steal (list, entries);
}

/* Makes every entry anew, in the order of the list: so they lie in memory when a
 * list was read. */
static void
settle (GPtrArray *list)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < list->len; i++) {
    PegEntryFields fields;

    peg_entry_get_fields (list->pdata[i], &fields);
    g_ptr_array_add (old, list->pdata[i]);
    list->pdata[i] = peg_entry_new (&fields);
  }
}

/*
 * bench_shop_list:
 * @kind: how the files are grouped
 * @n_files: how many there are
 *
 * Returns: (transfer full) (element-type PegEntry): a new record of every file:
 *   group by group, and within a group in no order, as servers list them
 */
GPtrArray *
bench_shop_list (BenchShopKind kind,
                 guint         n_files)
{
  const ShopPlan plan = { .seed = 4, .n_files = n_files };
  GPtrArray *list = g_ptr_array_new_full (n_files, (GDestroyNotify) peg_entry_unref);
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n_files; i++) {
    /* A step that is prime visits every file once, in no order. */
    const guint number = (guint) ((guint64) i * 1000003 % n_files);
    GPtrArray *entries;
    ShopFile file;
    PegEntry *entry;

    shop_plan_get_file (&plan, number, &file);
    entry = make_entry (&file, kind == BENCH_SHOP_ONE_GROUP ? "All" : NULL, number);
    entries = g_hash_table_lookup (groups, peg_entry_get_group (entry));
    if (entries == NULL) {
      entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
      g_hash_table_insert (groups, g_strdup (peg_entry_get_group (entry)), entries);
    }
    g_ptr_array_add (entries, entry);
  }

  g_hash_table_foreach (groups, add_group, list);
  settle (list);

  return list;
}

/*
 * bench_shop_change:
 * @holder: (nullable): who has it now
 *
 * Returns: (transfer full): the next record of @entry
 */
PegEntry *
bench_shop_change (PegEntry   *entry,
                   const char *holder)
{
  PegEntryFields fields;

  peg_entry_get_fields (entry, &fields);
  fields.holder = holder;
  fields.flags = holder != NULL ? fields.flags | PEG_ENTRY_LOCKED : fields.flags & ~(guint) PEG_ENTRY_LOCKED;
  fields.version += 10000000;

  return peg_entry_new (&fields);
}

PegSnapshot *
bench_shop_listed (PegSnapshot *before,
                   GPtrArray   *list)
{
  return peg_snapshot_reduce (before, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .mono_us = 1000,
    .wall_us = 1000,
    .listed = { .entries = list, .epoch = "8c2f", .seq = 7 },
  });
}

PegSnapshot *
bench_shop_changed (PegSnapshot *before,
                    PegEntry    *entry,
                    guint64      seq)
{
  gpointer changed[] = { entry };
  GPtrArray array = { .pdata = changed, .len = 1 };

  return peg_snapshot_reduce (before, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .mono_us = 2000,
    .wall_us = 2000,
    .changed = { .changed = &array, .seq = seq, .cause = PEG_CAUSE_CHECK_OUT, .by = "Dana" },
  });
}
