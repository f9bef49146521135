/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ctl-login"

#include "peg-config.h"

#include "peg-ctl.h"

#include "peg-ctl-secret.h"
#include "peg-ctl-token.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
token_cb (PegLink    *link,
          const char *token,
          const char *user,
          guint       mode,
          char      **kept)
{
  g_free (*kept);
  *kept = NULL;
  if (token != NULL)
    *kept = g_strconcat (mode == PEG_AUTH_COOKIE ? PEG_CTL_TOKEN_COOKIE : "", token, NULL);
}

static char *
dup_path (PegCtl *ctl)
{
  g_autofree char *server = NULL;

  if (ctl->token_file != NULL)
    return g_strdup (ctl->token_file);
  if (!peg_link_check_config (&ctl->config, &server, NULL))
    return NULL;

  return peg_ctl_token_dup_path (server, ctl->config.user);
}

static PegCtlExit
keep (PegCtl     *ctl,
      const char *token)
{
  g_autofree char *path = dup_path (ctl);
  g_autoptr (GError) error = NULL;

  if (!peg_ctl_token_write (path, token, &error)) {
    peg_ctl_complain (ctl, "failed", error->message);
    return PEG_CTL_REFUSED;
  }

  if (ctl->json)
    return PEG_CTL_DONE;
  if (token != NULL)
    /* Translators: the name of a person, the address of a server, the name of a
     * file. */
    g_print (_("Signed in as %s at %s; the token is in “%s”.\n"), ctl->config.user, ctl->server,
             path);
  else
    /* Translators: the address of a server. */
    g_print (_("Signed out at %s.\n"), ctl->server);

  return PEG_CTL_DONE;
}

static PegCtlExit
run_login (PegCtl *ctl,
           int     argc,
           char  **argv)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_autofree char *password = NULL;
  g_autofree char *prompt = NULL;
  g_autofree char *token = NULL;
  g_autoptr (GAsyncResult) kept = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PegCtlExit connected;

  if (!peg_ctl_parse (&peg_ctl_login, options, &argc, &argv))
    return PEG_CTL_USAGE;
  if (argc > 1)
    return peg_ctl_usage (&peg_ctl_login, _("“login” takes no arguments; the password is asked for"));

  ctl->config.token = NULL;
  connected = peg_ctl_connect (ctl);
  if (connected != PEG_CTL_DONE)
    return connected;
  peg_link_disconnect (ctl->link);

  /* Translators: the name of a person, and the address of a server. */
  prompt = g_strdup_printf (_("Password or token of %s at %s: "), ctl->config.user, ctl->server);
  password = peg_ctl_read_secret (prompt);
  if (password == NULL)
    return peg_ctl_usage (&peg_ctl_login, _("There was no password"));

  g_signal_connect (ctl->link, "token-changed", G_CALLBACK (token_cb), &token);
  peg_link_sign_in_async (ctl->link, ctl->config.user, password, NULL, peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  memset (password, 0, strlen (password));

  if (!peg_link_sign_in_finish (ctl->link, result, &error))
    return peg_ctl_exit_for (ctl, error);

  while (token == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (ctl->link, &token);

  return keep (ctl, token);
}

static PegCtlExit
run_logout (PegCtl *ctl,
            int     argc,
            char  **argv)
{
  gboolean discard = FALSE;
  gboolean has_drafts = FALSE;
  const GOptionEntry options[] = {
    { "discard", 0, 0, G_OPTION_ARG_NONE, &discard, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  PegCtlExit connected;

  if (!peg_ctl_parse (&peg_ctl_logout, options, &argc, &argv))
    return PEG_CTL_USAGE;
  if (argc > 1)
    return peg_ctl_usage (&peg_ctl_logout, _("“logout” takes no arguments"));

  if (ctl->config.token != NULL) {
    connected = peg_ctl_connect (ctl);
    if (connected == PEG_CTL_DONE && !discard)
      connected = peg_ctl_has_drafts (ctl, &has_drafts);
    if (connected != PEG_CTL_DONE)
      return connected;
    if (has_drafts) {
      peg_ctl_complain (ctl, "drafts", _("There is work that was not sent yet, and it would be lost. “pegctl drafts” lists it; “pegctl logout --discard” throws it away."));
      return PEG_CTL_REFUSED;
    }
    peg_link_sign_out (ctl->link);
  }

  return keep (ctl, NULL);
}

const PegCtlCommand peg_ctl_login = {
  "login", "", N_("Sign in, and keep the token"), run_login, NULL,
};

const PegCtlCommand peg_ctl_logout = {
  "logout", "[--discard]", N_("Sign out, and throw the token away"), run_logout, NULL,
};
