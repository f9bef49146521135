/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-state"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/* What there is to be seen when there is no list. */

static void
set_state (PegKioskWindow *self,
           const char     *title,
           const char     *text)
{
  peg_quiet_set_label (self->state_title, title);
  peg_quiet_set_label (self->state_text, text);
}

/*
 * peg_kiosk_window_render_state:
 *
 * Shows the page instead of the list, when there is none. Nobody at a terminal can choose
 * a server, a file or a password: each page says who can.
 */
void
peg_kiosk_window_render_state (PegKioskWindow      *self,
                               PegSnapshot         *snapshot,
                               const PegDisplayNow *now)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  const char *url = peg_snapshot_get_server_url (snapshot);
  g_autofree char *why = peg_kiosk_words_link_why (snapshot);
  g_autofree char *words = peg_display_link_words (snapshot, now);
  g_autofree char *text = NULL;

  peg_quiet_set_icon (self->state_icon, peg_display_dot_icon (peg_display_dot (link->state)));

  switch (self->page) {
  case PEG_PAGE_CONNECT:
  case PEG_PAGE_SIGN_OUT:
    if (why != NULL)
      text = g_strdup_printf (_("%s\nCall your lead: the address of the server is set by them."), why);
    else
      text = g_strdup (_("Call your lead: the address of the server is set by them."));
    set_state (self, _("No Server"), text);
    break;
  case PEG_PAGE_CONNECTING:
    set_state (self, _("Connecting"), url != NULL ? url : "");
    break;
  case PEG_PAGE_OFFLINE:
    text = g_strdup_printf (_("%s\n%s\nIt goes on trying. If this stays, call your lead."),
                            why != NULL ? why : "", words);
    set_state (self, _("Offline"), g_strchug (text));
    break;
  case PEG_PAGE_CERTIFICATE:
    text = g_strdup_printf (_("%s\nCall your lead."), why != NULL ? why : words);
    set_state (self, _("Not Trusted"), text);
    break;
  case PEG_PAGE_SIGN_IN:
    set_state (self, _("Not Allowed In"),
               _("The server does not know this terminal.\nCall your lead: it needs a new token."));
    break;
  case PEG_PAGE_NOT_SET_UP:
    set_state (self, _("No Shop Yet"), _("The server has no folder of programs to show.\nCall your lead."));
    break;
  case PEG_PAGE_EMPTY:
    set_state (self, _("Nothing Here"), _("The shop has no programs yet.\nThey appear as soon as somebody adds one."));
    break;
  case PEG_PAGE_FILES:
    break;
  default:
    g_assert_not_reached ();
  }
}
