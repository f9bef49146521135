/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

/**
 * PegPage:
 * @PEG_PAGE_CONNECT: asks for a server; what is seen first
 * @PEG_PAGE_CONNECTING: there is no list yet
 * @PEG_PAGE_OFFLINE: there is no list, and no server
 * @PEG_PAGE_CERTIFICATE: the server cannot be trusted
 * @PEG_PAGE_SIGN_IN: the server does not know who this is
 * @PEG_PAGE_SIGN_OUT: asks before unsent work is thrown away
 * @PEG_PAGE_NOT_SET_UP: the server has no shop to show
 * @PEG_PAGE_EMPTY: the shop has no file
 * @PEG_PAGE_FILES: the list
 *
 * What the window is filled with.
 */
typedef enum {
  PEG_PAGE_CONNECT,
  PEG_PAGE_CONNECTING,
  PEG_PAGE_OFFLINE,
  PEG_PAGE_CERTIFICATE,
  PEG_PAGE_SIGN_IN,
  PEG_PAGE_SIGN_OUT,
  PEG_PAGE_NOT_SET_UP,
  PEG_PAGE_EMPTY,
  PEG_PAGE_FILES,
} PegPage;

PegPage     peg_page_choose   (const PegSnapshot *snapshot,
                               gboolean           asked_for_server);
const char *peg_page_get_name (PegPage            page);

G_END_DECLS
