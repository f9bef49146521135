/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_CONNECT_PAGE (peg_connect_page_get_type ())

G_DECLARE_FINAL_TYPE (PegConnectPage, peg_connect_page, PEG, CONNECT_PAGE, AdwBin)

void peg_connect_page_fill       (PegConnectPage      *self,
                                  const char          *address,
                                  const char          *user);
void peg_connect_page_set_recent (PegConnectPage      *self,
                                  const char * const  *addresses);
void peg_connect_page_lock       (PegConnectPage      *self,
                                  const char          *address);
void peg_connect_page_update     (PegConnectPage      *self,
                                  PegSnapshot         *snapshot,
                                  const PegDisplayNow *now);

G_END_DECLS
