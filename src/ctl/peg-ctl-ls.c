/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-print.h"
#include "peg-search.h"

#include <glib/gi18n.h>

typedef struct {
  gboolean out;
  gboolean mine;
  gboolean free;
  gboolean names;
} Options;

static const char *
shown_path (const PegEntry *entry)
{
  const char *path = peg_entry_get_path (entry);

  return path != NULL ? path : peg_entry_get_filename (entry);
}

static void
print_entry (PegCtl            *ctl,
             const PegSnapshot *snapshot,
             const PegEntry    *entry,
             gboolean           names,
             PegTable          *table)
{
  if (names) {
    g_autofree char *name = peg_ctl_printable (shown_path (entry));

    g_print ("%s\n", name);
  } else if (ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("file");

    peg_ctl_json_file (builder, snapshot, entry);
    peg_ctl_print_json (builder);
  } else {
    const PegDisplayNow now = peg_ctl_now ();
    g_autofree char *revision = peg_display_revision (entry);
    g_autofree char *lock = peg_display_lock_words (snapshot, entry, &now);
    const char *description = peg_entry_get_description (entry);

    peg_table_add (table, peg_ctl_tag_colour (peg_display_tag (snapshot, entry)),
                   shown_path (entry), description != NULL ? description : "", revision, lock,
                   NULL);
  }
}

static PegFilter
chosen_filter (const Options *chosen)
{
  if (chosen->mine)
    return PEG_FILTER_MINE;
  if (chosen->out)
    return PEG_FILTER_OUT;

  return chosen->free ? PEG_FILTER_FREE : PEG_FILTER_ALL;
}

/* In the order of the tree, but before all others those of which somebody typed
 * the whole name. */
static GPtrArray *
list_matches (const PegSnapshot *snapshot,
              PegFilter          filter,
              const PegSearch   *search)
{
  const char *user = peg_snapshot_get_user (snapshot);
  GPtrArray *entries = g_ptr_array_new ();
  int n_exact = 0;

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      PegEntry *entry = peg_group_get (group, j);

      if (!peg_filter_matches (filter, entry, user) || !peg_search_matches (search, entry))
        continue;

      if (peg_search_is_exact (search, entry))
        g_ptr_array_insert (entries, n_exact++, entry);
      else
        g_ptr_array_add (entries, entry);
    }
  }

  return entries;
}

static PegCtlExit
run (PegCtl *ctl,
     int     argc,
     char  **argv)
{
  Options chosen = { 0 };
  const GOptionEntry options[] = {
    { "out", 'o', 0, G_OPTION_ARG_NONE, &chosen.out, NULL, NULL },
    { "mine", 'm', 0, G_OPTION_ARG_NONE, &chosen.mine, NULL, NULL },
    { "free", 'f', 0, G_OPTION_ARG_NONE, &chosen.free, NULL, NULL },
    { "names", 'n', 0, G_OPTION_ARG_NONE, &chosen.names, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PegTable) table = peg_table_new (4);
  g_autoptr (PegSearch) search = NULL;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *words = NULL;
  PegCtlExit result;

  if (!peg_ctl_parse (&peg_ctl_ls, options, &argc, &argv))
    return PEG_CTL_USAGE;
  if (chosen.out + chosen.mine + chosen.free > 1)
    return peg_ctl_usage (&peg_ctl_ls, _("Choose one of --out, --mine and --free"));

  result = peg_ctl_go_live (ctl);
  if (result != PEG_CTL_DONE)
    return result;

  words = g_strjoinv (" ", argv + 1);
  search = peg_search_new (words);
  snapshot = peg_store_dup_snapshot (ctl->store);
  entries = list_matches (snapshot, chosen_filter (&chosen), search);
  for (guint i = 0; i < entries->len; i++)
    print_entry (ctl, snapshot, g_ptr_array_index (entries, i), chosen.names, table);

  peg_table_print (table, ctl->colour);

  return PEG_CTL_DONE;
}

const PegCtlCommand peg_ctl_ls = {
  "ls", "[--out | --mine | --free] [--names] [WORD…]",
  N_("List files, and who has them"), run, NULL,
};
