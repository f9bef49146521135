/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-print.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* How much of an identity is printed; it is enough to tell a hundred apart. */
#define SHORT_ID 8

static const char *
state_name (PegDraftState state)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (PEG_TYPE_DRAFT_STATE);

  /* Nicks are static strings. */
  return g_enum_get_value (states, (int) state)->value_nick;
}

static PegCtlExit
act (PegCtl       *ctl,
     PegLinkDraft  what,
     const char   *id,
     GFile        *destination)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *kept = NULL;

  peg_link_draft_async (ctl->link, what, id, destination, NULL, peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  if (!peg_link_draft_finish (ctl->link, result, &error))
    return peg_ctl_exit_for (ctl, error);

  return PEG_CTL_DONE;
}

static void
print_draft (PegCtl            *ctl,
             const PegSnapshot *snapshot,
             const PegDraft    *draft,
             PegTable          *table)
{
  const PegDisplayNow now = peg_ctl_now ();
  g_autofree char *words = peg_display_draft (snapshot, draft, &now);
  g_autofree char *id = g_strndup (draft->id, SHORT_ID);
  g_autofree char *when = peg_words_date_time (draft->created_us);

  if (ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("draft");

    peg_ctl_json_string (builder, "id", draft->id);
    peg_ctl_json_string (builder, "state", state_name (draft->state));
    json_builder_set_member_name (builder, "elsewhere");
    json_builder_add_boolean_value (builder, draft->elsewhere);
    peg_ctl_json_string (builder, "file", draft->filename);
    peg_ctl_json_string (builder, "comment", draft->comment);
    json_builder_set_member_name (builder, "size");
    json_builder_add_int_value (builder, draft->size);
    peg_ctl_json_time (builder, "created", draft->created_us);
    peg_ctl_json_time (builder, "sent", draft->sent_us);
    peg_ctl_json_string (builder, "words", words);
    peg_ctl_print_json (builder);
    return;
  }

  peg_table_add (table, NULL, id, draft->filename, when, words, NULL);
}

/**
 * peg_ctl_has_drafts:
 * @ctl: the run, connected
 * @has: (out): whether there is work that the server does not have
 *
 * Returns: %PEG_CTL_DONE, or why it is not known, which was said
 */
PegCtlExit
peg_ctl_has_drafts (PegCtl   *ctl,
                    gboolean *has)
{
  const PegCtlExit result = act (ctl, PEG_LINK_DRAFT_LOOK, NULL, NULL);
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);

  *has = drafts != NULL && drafts->len > 0;

  return result;
}

static PegCtlExit
list (PegCtl *ctl)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);
  g_autoptr (PegTable) table = peg_table_new (4);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);

  for (guint i = 0; i < drafts->len; i++)
    print_draft (ctl, snapshot, g_ptr_array_index (drafts, i), table);
  peg_table_print (table, ctl->colour);

  return PEG_CTL_DONE;
}

/* Finds one by the beginning of its identity, or by the name of its file, where
 * that is unique, and says so if there is none. */
static PegDraft *
find (PegCtl     *ctl,
      const char *name)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);
  g_autofree char *words = NULL;
  PegDraft *found = NULL;
  guint n = 0;

  for (guint i = 0; i < drafts->len; i++) {
    PegDraft *draft = g_ptr_array_index (drafts, i);

    if ((*name != '\0' && g_str_has_prefix (draft->id, name)) ||
        g_str_equal (draft->filename, name) || g_str_equal (draft->key, name)) {
      found = draft;
      n++;
    }
  }

  if (n == 1)
    return peg_draft_ref (found);

  if (n > 1)
    /* Translators: %s is what somebody typed. */
    words = g_strdup_printf (_("“%s” names several drafts; name one by its identity."), name);
  else
    words = g_strdup_printf (_("There is no draft “%s”. “pegctl drafts” lists all."), name);
  peg_ctl_complain (ctl, n > 1 ? "ambiguous" : "not-found", words);

  return NULL;
}

static PegCtlExit
send_one (PegCtl         *ctl,
          const PegDraft *draft)
{
  g_autofree char *words = NULL;
  const PegCtlExit result = act (ctl, PEG_LINK_DRAFT_SEND, draft->id, NULL);

  if (result != PEG_CTL_DONE)
    return result;

  /* Translators: %s is the name of a file. */
  words = g_strdup_printf (_("Checked in %s"), draft->filename);
  peg_ctl_print_done (ctl, "checked-in", NULL, words);

  return PEG_CTL_DONE;
}

/* Sends all that needs no decision. What does is named, and is the reason for
 * another exit status. */
static PegCtlExit
send_all (PegCtl *ctl)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);
  PegCtlExit result = PEG_CTL_DONE;

  for (guint i = 0; i < drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);
    PegCtlExit one = PEG_CTL_REFUSED;

    if (draft->state == PEG_DRAFT_QUEUED || draft->state == PEG_DRAFT_SENT) {
      one = send_one (ctl, draft);
    } else {
      /* Translators: %s is the name of a file. */
      g_autofree char *words = g_strdup_printf (_("“%s” needs you: “pegctl drafts” says why."),
                                                draft->filename);

      peg_ctl_complain (ctl, "undecided", words);
    }
    if (one != PEG_CTL_DONE)
      result = one;
  }

  return result;
}

static PegCtlExit
save (PegCtl         *ctl,
      const PegDraft *draft,
      const char     *output,
      gboolean        force)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *name = NULL;
  g_autofree char *words = NULL;
  PegCtlExit result;

  file = g_file_new_for_commandline_arg (output);
  name = g_file_get_parse_name (file);

  if (!force && g_file_query_exists (file, NULL)) {
    /* Translators: %s is the name of a file on this computer. */
    words = g_strdup_printf (_("“%s” is there already and was left as it is. “--force” replaces it."),
                             name);
    peg_ctl_complain (ctl, "exists", words);
    return PEG_CTL_REFUSED;
  }

  result = act (ctl, PEG_LINK_DRAFT_SAVE, draft->id, file);
  if (result != PEG_CTL_DONE)
    return result;

  /* Translators: the name of a file on the server, and one on this computer. */
  words = g_strdup_printf (_("Saved %s as %s"), draft->filename, name);
  peg_ctl_print_done (ctl, "saved", NULL, words);

  return PEG_CTL_DONE;
}

static PegCtlExit
end (PegCtl         *ctl,
     const PegDraft *draft,
     PegLinkDraft    what)
{
  g_autofree char *words = NULL;
  const PegCtlExit result = act (ctl, what, draft->id, NULL);

  if (result != PEG_CTL_DONE)
    return result;

  if (what == PEG_LINK_DRAFT_DISCARD)
    /* Translators: %s is the name of a file. */
    words = g_strdup_printf (_("Discarded the unsent check-in of %s"), draft->filename);
  else
    words = g_strdup_printf (_("The check-in of %s counts as arrived"), draft->filename);
  peg_ctl_print_done (ctl, what == PEG_LINK_DRAFT_DISCARD ? "discarded" : "arrived", NULL, words);

  return PEG_CTL_DONE;
}

static gboolean
check_arguments (const char *verb,
                 int         argc)
{
  if (g_str_equal (verb, "list"))
    return argc <= 2;
  if (g_str_equal (verb, "send"))
    return argc <= 3;
  if (g_str_equal (verb, "save"))
    return argc == 4;

  return (g_str_equal (verb, "discard") || g_str_equal (verb, "arrived")) && argc == 3;
}

static PegCtlExit
run_drafts (PegCtl *ctl,
            int     argc,
            char  **argv)
{
  gboolean force = FALSE;
  const GOptionEntry options[] = {
    { "force", 'f', 0, G_OPTION_ARG_NONE, &force, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PegDraft) draft = NULL;
  const char *verb;
  PegCtlExit result;

  if (!peg_ctl_parse (&peg_ctl_drafts, options, &argc, &argv))
    return PEG_CTL_USAGE;

  verb = argc > 1 ? argv[1] : "list";
  if (!check_arguments (verb, argc))
    return peg_ctl_usage (&peg_ctl_drafts, _("Say what to do with which draft"));

  result = g_str_equal (verb, "send") ? peg_ctl_go_live (ctl) : peg_ctl_connect (ctl);
  if (result == PEG_CTL_DONE)
    result = act (ctl, PEG_LINK_DRAFT_LOOK, NULL, NULL);
  if (result != PEG_CTL_DONE)
    return result;

  if (g_str_equal (verb, "list"))
    return list (ctl);
  if (argc == 2)
    return send_all (ctl);

  draft = find (ctl, argv[2]);
  if (draft == NULL)
    return PEG_CTL_REFUSED;
  if (g_str_equal (verb, "send"))
    return send_one (ctl, draft);
  if (g_str_equal (verb, "save"))
    return save (ctl, draft, argv[3], force);

  return end (ctl, draft, g_str_equal (verb, "discard") ? PEG_LINK_DRAFT_DISCARD
                                                        : PEG_LINK_DRAFT_ARRIVED);
}

const PegCtlCommand peg_ctl_drafts = {
  "drafts", "[list | send [DRAFT] | save DRAFT OUTPUT | discard DRAFT | arrived DRAFT]",
  N_("List check-ins that the server does not have, send, save or discard them"), run_drafts, NULL,
};
