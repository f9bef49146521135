/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ctl"

#include "peg-config.h"

#include "peg-ctl.h"

#include "peg-display.h"
#include "peg-search.h"

#include <glib/gi18n.h>
#include <string.h>

/* A script wants an answer: after this long without one there is no server. */
#define GIVE_UP_AFTER_S 15

/* What a server without WebSockets answers to an upgrade (RFC 9110, 15.5.5 and
 * 15.5.22). */
#define NOT_FOUND 404
#define UPGRADE_REQUIRED 426

/**
 * peg_ctl_usage:
 * @command: a command
 * @wrong: what is wrong with how it was called
 *
 * Says how a command is called.
 *
 * Returns: %PEG_CTL_USAGE
 */
PegCtlExit
peg_ctl_usage (const PegCtlCommand *command,
               const char          *wrong)
{
  g_printerr ("pegctl: %s\n", wrong);
  g_printerr (_("Usage: pegctl %s %s\n"), command->name, command->arguments);

  return PEG_CTL_USAGE;
}

/**
 * peg_ctl_parse:
 * @command: a command
 * @options: the options that it takes
 * @argc: (inout): how many arguments
 * @argv: (inout): the arguments; the options are taken out
 *
 * Reads the options of a command, and says what is wrong with them.
 *
 * Returns: whether they could be read
 */
gboolean
peg_ctl_parse (const PegCtlCommand  *command,
               const GOptionEntry   *options,
               int                  *argc,
               char               ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, options, NULL);

  if (!g_option_context_parse (context, argc, argv, &error)) {
    peg_ctl_usage (command, error->message);
    return FALSE;
  }

  /* “--” ends the options; it is no argument. */
  if (*argc > 1 && g_str_equal ((*argv)[1], "--")) {
    memmove (*argv + 1, *argv + 2, sizeof (char *) * (gsize) (*argc - 1));
    (*argc)--;
  }

  return TRUE;
}

static gboolean
give_up_cb (gpointer user_data)
{
  gboolean *given_up = user_data;

  *given_up = TRUE;

  return G_SOURCE_REMOVE;
}

/**
 * peg_ctl_connect:
 * @ctl: the run
 *
 * Connects, if that was not done yet. Not before a command has read its
 * arguments: whoever called it wrongly need not wait for a server to be told.
 *
 * Returns: %PEG_CTL_DONE, or why not, which was said
 */
PegCtlExit
peg_ctl_connect (PegCtl *ctl)
{
  g_autoptr (GError) error = NULL;

  if (ctl->connected)
    return PEG_CTL_DONE;

  if (!peg_link_connect (ctl->link, &ctl->config, &error)) {
    peg_ctl_complain (ctl, "usage", error->message);
    return PEG_CTL_USAGE;
  }

  ctl->connected = TRUE;

  return PEG_CTL_DONE;
}

/* Whether the first attempt showed that there is no WebSocket, so that it goes on
 * over HTTP if there is a shop at all; the second attempt has tried that, too. */
static gboolean
may_poll (const PegLinkStatus *link)
{
  return link->state == PEG_LINK_WAITING && link->attempt < 2 &&
         (link->close_code == NOT_FOUND || link->close_code == UPGRADE_REQUIRED);
}

/**
 * peg_ctl_go_live:
 * @ctl: the run
 *
 * Connects, and waits until the tree is what the server has, or until an attempt has failed:
 * a script does not wait for a server to come back.
 *
 * Returns: %PEG_CTL_DONE, or why not, which was said
 */
PegCtlExit
peg_ctl_go_live (PegCtl *ctl)
{
  PegCtlExit result = peg_ctl_connect (ctl);
  gboolean given_up = FALSE;
  guint timeout;

  if (result != PEG_CTL_DONE)
    return result;

  result = PEG_CTL_NO_SERVER;
  timeout = g_timeout_add_seconds (GIVE_UP_AFTER_S, give_up_cb, &given_up);
  g_source_set_name_by_id (timeout, "[pegctl] give up");

  for (;;) {
    g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);
    const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
    const gboolean failed = (link->state == PEG_LINK_WAITING && !may_poll (link)) ||
                            link->state == PEG_LINK_SUSPENDED ||
                            link->state == PEG_LINK_ACTION_NEEDED;

    if (peg_snapshot_is_live (snapshot)) {
      result = PEG_CTL_DONE;
      break;
    }

    if (failed || given_up) {
      g_autofree char *why = peg_display_link_why (snapshot);

      result = link->reason == PEG_LINK_REASON_SIGN_IN ? PEG_CTL_SIGN_IN : PEG_CTL_NO_SERVER;
      if (why == NULL)
        /* Translators: %s is the address of a server. */
        why = g_strdup_printf (_("“%s” does not answer."), ctl->server);
      peg_ctl_complain (ctl, result == PEG_CTL_SIGN_IN ? "sign-in" : "no-server", why);
      break;
    }

    g_main_context_iteration (NULL, TRUE);
  }

  if (!given_up)
    g_source_remove (timeout);

  return result;
}

static void
complain_ambiguous (PegCtl     *ctl,
                    const char *name,
                    GPtrArray  *candidates)
{
  g_autoptr (GString) words = g_string_new (NULL);

  /* Translators: %s is the name of a file; a list of paths follows. */
  g_string_printf (words, _("Several files are called “%s”; name one by its path:"), name);
  for (guint i = 0; i < candidates->len; i++)
    g_string_append_printf (words, "%s %s", i > 0 ? "," : "",
                            peg_entry_get_path (g_ptr_array_index (candidates, i)));

  peg_ctl_complain (ctl, "ambiguous", words->str);
}

/* All files of that name: to the letter, else as “ls” understands it. */
static GPtrArray *
list_candidates (const PegSnapshot *snapshot,
                 const char        *name)
{
  g_autoptr (PegSearch) search = peg_search_new (name);
  g_autoptr (GPtrArray) same = g_ptr_array_new ();
  g_autoptr (GPtrArray) alike = g_ptr_array_new ();

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      PegEntry *entry = peg_group_get (group, j);

      if (g_str_equal (peg_entry_get_filename (entry), name))
        g_ptr_array_add (same, entry);
      else if (peg_search_is_exact (search, entry))
        g_ptr_array_add (alike, entry);
    }
  }

  return same->len > 0 ? g_steal_pointer (&same) : g_steal_pointer (&alike);
}

/**
 * peg_ctl_find:
 * @ctl: the run
 * @name: the path of a file, or its name where that is unique
 *
 * Finds a file in what is known, and says so if there is none. A name need not be
 * typed to the letter: `O1234` is `1234.nc`, if no other file may be meant.
 *
 * Returns: (transfer full) (nullable): the file
 */
PegEntry *
peg_ctl_find (PegCtl     *ctl,
              const char *name)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (ctl->store);
  g_autoptr (GPtrArray) candidates = NULL;
  PegEntry *entry = peg_snapshot_find (snapshot, name);

  if (entry != NULL)
    return peg_entry_ref (entry);

  candidates = list_candidates (snapshot, name);
  if (candidates->len == 1)
    return peg_entry_ref (g_ptr_array_index (candidates, 0));

  if (candidates->len > 1) {
    complain_ambiguous (ctl, name, candidates);
  } else {
    /* Translators: %s is what somebody typed as the name of a file. */
    g_autofree char *words = g_strdup_printf (_("There is no file “%s”. “pegctl ls” lists all."),
                                              name);

    peg_ctl_complain (ctl, "not-found", words);
  }

  return NULL;
}

/**
 * peg_ctl_take_file:
 * @ctl: the run
 * @command: the command
 * @argc: how many arguments
 * @argv: the arguments, without options; the second is the file
 * @max_argc: how many there may be
 * @usage: what is wrong if there are too few or too many
 * @entry: (out) (transfer full): the file
 *
 * What every command on a file begins with: goes live and finds the file.
 *
 * Returns: %PEG_CTL_DONE, or why not, which was said
 */
PegCtlExit
peg_ctl_take_file (PegCtl               *ctl,
                   const PegCtlCommand  *command,
                   int                   argc,
                   char                **argv,
                   int                   max_argc,
                   const char           *usage,
                   PegEntry            **entry)
{
  PegCtlExit live;

  if (argc < 2 || argc > max_argc)
    return peg_ctl_usage (command, usage);

  live = peg_ctl_go_live (ctl);
  if (live != PEG_CTL_DONE)
    return live;

  *entry = peg_ctl_find (ctl, argv[1]);

  return *entry != NULL ? PEG_CTL_DONE : PEG_CTL_REFUSED;
}

/**
 * peg_ctl_exit_for:
 * @ctl: the run
 * @error: why an action did not work
 *
 * Says why.
 *
 * Returns: the exit status for it
 */
PegCtlExit
peg_ctl_exit_for (PegCtl       *ctl,
                  const GError *error)
{
  static const struct {
    const char *code;
    PegCtlExit result;
  } exits[] = {
    [PEG_LINK_ERROR_REFUSED] = { "refused", PEG_CTL_REFUSED },
    [PEG_LINK_ERROR_NOT_FOUND] = { "not-found", PEG_CTL_REFUSED },
    [PEG_LINK_ERROR_AMBIGUOUS] = { "ambiguous", PEG_CTL_REFUSED },
    [PEG_LINK_ERROR_SIGN_IN] = { "sign-in", PEG_CTL_SIGN_IN },
    [PEG_LINK_ERROR_OFFLINE] = { "no-server", PEG_CTL_NO_SERVER },
    [PEG_LINK_ERROR_UNCERTAIN] = { "uncertain", PEG_CTL_NO_SERVER },
    [PEG_LINK_ERROR_FAILED] = { "failed", PEG_CTL_REFUSED },
    [PEG_LINK_ERROR_KEPT] = { "kept", PEG_CTL_NO_SERVER },
  };
  const gboolean known = error->domain == PEG_LINK_ERROR &&
                         error->code >= 0 && error->code < (int) G_N_ELEMENTS (exits);
  const guint which = known ? (guint) error->code : PEG_LINK_ERROR_FAILED;

  peg_ctl_complain (ctl, exits[which].code, error->message);

  return exits[which].result;
}

/**
 * peg_ctl_result_cb:
 * @source: who did it
 * @result: what came out
 * @user_data: (type GAsyncResult**): where to keep it
 *
 * Keeps the result of a call for peg_ctl_wait().
 */
void
peg_ctl_result_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/**
 * peg_ctl_wait:
 * @result: where peg_ctl_result_cb() keeps the result
 *
 * Runs the main loop until a call has ended.
 *
 * Returns: (transfer full): its result
 */
GAsyncResult *
peg_ctl_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (result);
}
