/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-print.h"

#include <glib/gi18n.h>

/* A server of the older kind may never answer a ping. */
#define ROUND_TRIP_MS 1000

/* `null` where the server does not tell. */
static void
add_present (JsonBuilder       *builder,
             const PegSnapshot *snapshot)
{
  const GPtrArray *present = peg_snapshot_get_present (snapshot);

  json_builder_set_member_name (builder, "present");
  if (present == NULL) {
    json_builder_add_null_value (builder);
    return;
  }

  json_builder_begin_array (builder);
  for (guint i = 0; i < present->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (present, i));
  json_builder_end_array (builder);
}

static void
print_json (PegCtl            *ctl,
            const PegSnapshot *snapshot)
{
  g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("status");
  const PegCounts *counts = peg_snapshot_get_counts (snapshot);
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);

  peg_ctl_json_string (builder, "server", peg_snapshot_get_server_url (snapshot));
  peg_ctl_json_string (builder, "name", peg_snapshot_get_server_name (snapshot));
  peg_ctl_json_string (builder, "user", peg_snapshot_get_user (snapshot));
  peg_ctl_json_link (builder, snapshot);

  json_builder_set_member_name (builder, "round_trip_us");
  if (link->rtt_us >= 0)
    json_builder_add_int_value (builder, link->rtt_us);
  else
    json_builder_add_null_value (builder);

  peg_ctl_json_string (builder, "epoch", peg_snapshot_get_epoch (snapshot));
  json_builder_set_member_name (builder, "seq");
  json_builder_add_int_value (builder, (gint64) peg_snapshot_get_seq (snapshot));
  json_builder_set_member_name (builder, "files");
  json_builder_add_int_value (builder, counts->all);
  json_builder_set_member_name (builder, "out");
  json_builder_add_int_value (builder, counts->out);
  json_builder_set_member_name (builder, "mine");
  json_builder_add_int_value (builder, counts->mine);

  add_present (builder, snapshot);
  peg_ctl_print_json (builder);
}

static void
print_table (PegCtl            *ctl,
             const PegSnapshot *snapshot)
{
  g_autoptr (PegTable) table = peg_table_new (2);
  const PegDisplayNow now = peg_ctl_now ();
  const PegCounts *counts = peg_snapshot_get_counts (snapshot);
  const char *name = peg_snapshot_get_server_name (snapshot);
  g_autofree char *present = peg_display_present_words (snapshot);
  g_autofree char *link = peg_display_link_words (snapshot, &now);
  g_autofree char *files = g_strdup_printf (_("%u, %u out, %u of them yours"),
                                            counts->all, counts->out, counts->mine);

  peg_table_add (table, peg_snapshot_is_live (snapshot) ? "\033[32m" : "\033[33m",
                 _("Connection"), link, NULL);
  peg_table_add (table, NULL, _("Server"), peg_snapshot_get_server_url (snapshot), NULL);
  if (name != NULL)
    peg_table_add (table, NULL, _("Shop"), name, NULL);
  peg_table_add (table, NULL, _("You"), peg_snapshot_get_user (snapshot), NULL);
  peg_table_add (table, NULL, _("Files"), files, NULL);
  if (ctl->verbose && present != NULL)
    peg_table_add (table, NULL, _("On the board"), present, NULL);
  peg_table_print (table, ctl->colour);
}

/* The same that “Connection Details” of the window copies. */
static void
print_report (PegCtl            *ctl,
              const PegSnapshot *snapshot)
{
  const PegDisplayNow now = peg_ctl_now ();
  g_autofree char *report = peg_display_link_report (snapshot, &now);
  g_auto (GStrv) lines = g_strsplit (report, "\n", -1);

  /* Each by itself: an end of a line is not printable. */
  for (guint i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'); i++) {
    g_autofree char *line = peg_ctl_printable (lines[i]);

    g_print ("%s\n", line);
  }
}

static gboolean
late_cb (gpointer user_data)
{
  gboolean *late = user_data;

  *late = TRUE;

  return G_SOURCE_REMOVE;
}

/* The round trip is measured when it is live; it is worth a moment. */
static void
wait_for_round_trip (PegCtl *ctl)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add (ROUND_TRIP_MS, late_cb, &late);

  g_source_set_name_by_id (timeout, "[pegctl] round trip");

  while (!late) {
    g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);

    if (peg_snapshot_get_link (snapshot)->rtt_us >= 0)
      break;
    g_main_context_iteration (NULL, TRUE);
  }

  if (!late)
    g_source_remove (timeout);
}

static PegCtlExit
run (PegCtl *ctl,
     int     argc,
     char  **argv)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (PegSnapshot) snapshot = NULL;
  PegCtlExit result;

  if (!peg_ctl_parse (&peg_ctl_status, options, &argc, &argv))
    return PEG_CTL_USAGE;
  if (argc > 1)
    return peg_ctl_usage (&peg_ctl_status, _("“status” takes no arguments"));

  result = peg_ctl_go_live (ctl);
  if (result == PEG_CTL_DONE && ctl->verbose)
    wait_for_round_trip (ctl);
  snapshot = peg_store_dup_snapshot (ctl->store);

  if (ctl->json)
    print_json (ctl, snapshot);
  else if (result == PEG_CTL_DONE)
    print_table (ctl, snapshot);

  if (ctl->verbose && !ctl->json) {
    if (result == PEG_CTL_DONE)
      g_print ("\n");
    print_report (ctl, snapshot);
  }

  return result;
}

const PegCtlCommand peg_ctl_status = {
  "status", "", N_("Say whether the server is there, and how much is out"), run, NULL,
};
