/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl.h"

#include <glib/gi18n.h>

static PegCtlExit
run_check_out (PegCtl *ctl,
               int     argc,
               char  **argv)
{
  g_autofree char *reason = NULL;
  const GOptionEntry options[] = {
    { "message", 'm', 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  GAsyncResult *kept = NULL;
  PegCtlExit taken;

  if (!peg_ctl_parse (&peg_ctl_check_out, options, &argc, &argv))
    return PEG_CTL_USAGE;

  taken = peg_ctl_take_file (ctl, &peg_ctl_check_out, argc, argv, 2,
                             _("Name one file to check out"), &entry);
  if (taken != PEG_CTL_DONE)
    return taken;

  peg_link_check_out_async (ctl->link, peg_entry_get_key (entry), reason, NULL,
                            peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  if (!peg_link_check_out_finish (ctl->link, result, &error))
    return peg_ctl_exit_for (ctl, error);

  /* Translators: %s is the name of a file. */
  words = g_strdup_printf (_("Checked out %s"), argv[1]);
  peg_ctl_print_done (ctl, "checked-out", entry, words);

  return PEG_CTL_DONE;
}

const PegCtlCommand peg_ctl_check_out = {
  "checkout", "[-m REASON] FILE", N_("Take a file, so that nobody else changes it"), run_check_out, NULL,
};

static PegCtlExit
run_release (PegCtl *ctl,
             int     argc,
             char  **argv)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  GAsyncResult *kept = NULL;
  PegCtlExit taken;

  if (!peg_ctl_parse (&peg_ctl_release, options, &argc, &argv))
    return PEG_CTL_USAGE;

  taken = peg_ctl_take_file (ctl, &peg_ctl_release, argc, argv, 2,
                             _("Name one file to release"), &entry);
  if (taken != PEG_CTL_DONE)
    return taken;

  peg_link_release_async (ctl->link, peg_entry_get_key (entry), NULL, peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  if (!peg_link_release_finish (ctl->link, result, &error))
    return peg_ctl_exit_for (ctl, error);

  /* Translators: %s is the name of a file. */
  words = g_strdup_printf (_("Released %s"), argv[1]);
  peg_ctl_print_done (ctl, "released", entry, words);

  return PEG_CTL_DONE;
}

const PegCtlCommand peg_ctl_release = {
  "release", "FILE", N_("Give a file back as it was"), run_release, NULL,
};

static PegCtlExit
run_check_in (PegCtl *ctl,
              int     argc,
              char  **argv)
{
  g_autofree char *comment = NULL;
  gboolean major = FALSE;
  const GOptionEntry options[] = {
    { "message", 'm', 0, G_OPTION_ARG_STRING, &comment, NULL, NULL },
    { "major", 0, 0, G_OPTION_ARG_NONE, &major, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (GFile) source = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  GAsyncResult *kept = NULL;
  PegCtlExit taken;

  if (!peg_ctl_parse (&peg_ctl_check_in, options, &argc, &argv))
    return PEG_CTL_USAGE;

  taken = peg_ctl_take_file (ctl, &peg_ctl_check_in, argc, argv, 3,
                             _("Name the file, and where its new content is"), &entry);
  if (taken != PEG_CTL_DONE)
    return taken;

  source = g_file_new_for_commandline_arg (argc == 3 ? argv[2] : peg_entry_get_filename (entry));
  peg_link_check_in_async (ctl->link, peg_entry_get_key (entry), source, comment, major, NULL,
                           peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  if (!peg_link_check_in_finish (ctl->link, result, &error))
    return peg_ctl_exit_for (ctl, error);

  /* Translators: %s is the name of a file. */
  words = g_strdup_printf (_("Checked in %s"), argv[1]);
  peg_ctl_print_done (ctl, "checked-in", entry, words);

  return PEG_CTL_DONE;
}

const PegCtlCommand peg_ctl_check_in = {
  "checkin", "[-m COMMENT] [--major] FILE [SOURCE]",
  N_("Give a file back with new content, as its next revision"), run_check_in, NULL,
};
