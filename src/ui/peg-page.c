/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-page"

#include "peg-config.h"

#include "peg-page.h"

/**
 * peg_page_choose:
 * @snapshot: what is known
 * @asked_for_server: whether the person wants to choose a server
 *
 * A list, however old, is shown whenever there is one; the banner says what is
 * wrong with it.
 *
 * Returns: what the window is to be filled with
 */
PegPage
peg_page_choose (const PegSnapshot *snapshot,
                 gboolean           asked_for_server)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);

  if (asked_for_server || peg_snapshot_get_server_url (snapshot) == NULL)
    return PEG_PAGE_CONNECT;

  if (peg_snapshot_has_list (snapshot)) {
    if (peg_snapshot_is_placeholder (snapshot))
      return PEG_PAGE_NOT_SET_UP;

    return peg_snapshot_get_counts (snapshot)->all == 0 ? PEG_PAGE_EMPTY : PEG_PAGE_FILES;
  }

  switch (link->state) {
  case PEG_LINK_STOPPED:
    return PEG_PAGE_CONNECT;
  case PEG_LINK_ACTION_NEEDED:
    if (peg_link_reason_is_certificate (link->reason))
      return PEG_PAGE_CERTIFICATE;
    if (link->reason == PEG_LINK_REASON_SIGN_IN)
      return PEG_PAGE_SIGN_IN;
    return PEG_PAGE_CONNECT;
  case PEG_LINK_WAITING:
  case PEG_LINK_SUSPENDED:
    return PEG_PAGE_OFFLINE;
  case PEG_LINK_CONNECTING:
  case PEG_LINK_AUTHENTICATING:
  case PEG_LINK_SYNCING:
  case PEG_LINK_LIVE:
  case PEG_LINK_POLLING:
    /* An attempt after one that failed is no news: the page stays, and does
     * not flicker with every attempt. */
    return link->attempt > 0 && !peg_link_state_is_live (link->state) ? PEG_PAGE_OFFLINE
                                                                      : PEG_PAGE_CONNECTING;
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_page_get_name:
 * @page: a page
 *
 * Returns: (transfer none): its name in the stack of the window
 */
const char *
peg_page_get_name (PegPage page)
{
  switch (page) {
  case PEG_PAGE_CONNECT:
    return "connect";
  case PEG_PAGE_CONNECTING:
    return "connecting";
  case PEG_PAGE_OFFLINE:
    return "offline";
  case PEG_PAGE_CERTIFICATE:
    return "certificate";
  case PEG_PAGE_SIGN_IN:
    return "sign-in";
  case PEG_PAGE_SIGN_OUT:
    return "sign-out";
  case PEG_PAGE_NOT_SET_UP:
    return "not-set-up";
  case PEG_PAGE_EMPTY:
    return "empty";
  case PEG_PAGE_FILES:
    return "files";
  default:
    g_assert_not_reached ();
  }
}
