/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-store.h"

G_BEGIN_DECLS

/* A small made-up shop in every state that the window can show, for tests and
 * pictures. The person at the window is FAKE_SHOP_USER. */

#define FAKE_SHOP_USER "Lena"
#define FAKE_SHOP_URL "http://shop-north:8420"

/* Files of the shop that tests and pictures ask for by name. */
#define FAKE_SHOP_FREE "1234567.mcam"
#define FAKE_SHOP_OWN "VF-4/1234567_C1.nc"
#define FAKE_SHOP_OTHER "VF-4/1234567_AB12.nc"
#define FAKE_SHOP_TROUBLE "DMU-50/4299100.h"
#define FAKE_SHOP_LONG "Fixtures/VACUUM-PLATE-600x400-WITH-EDGE-STOPS-AND-SPARE-SEAL-GROOVES_OP10-ROUGHING.nc"
#define FAKE_SHOP_LINK "LB3000/4201187_B2.min"

/* What fake_shop_add_drafts() adds. */
#define FAKE_SHOP_DRAFT_REFUSED "00000000-0000-4000-8000-000000000001"
#define FAKE_SHOP_DRAFT_UNCERTAIN "00000000-0000-4000-8000-000000000002"
#define FAKE_SHOP_DRAFT_WAITING "00000000-0000-4000-8000-000000000003"
#define FAKE_SHOP_DRAFT_NAME "Radius of the pocket corrected"

typedef enum {
  FAKE_SHOP_FIRST_RUN,
  FAKE_SHOP_REFUSED,
  FAKE_SHOP_CONNECTING,
  FAKE_SHOP_CONNECTING_CACHED,
  FAKE_SHOP_LIVE,
  FAKE_SHOP_SLOWER,
  FAKE_SHOP_WAITING,
  FAKE_SHOP_RETRYING,
  FAKE_SHOP_SUSPENDED,
  FAKE_SHOP_STOPPED,
  FAKE_SHOP_OFFLINE,
  FAKE_SHOP_CERTIFICATE,
  FAKE_SHOP_SIGN_IN,
  FAKE_SHOP_SIGN_IN_CACHED,
  FAKE_SHOP_NOT_SET_UP,
  FAKE_SHOP_EMPTY,
  FAKE_SHOP_N_STATES,
} FakeShopState;

void      fake_shop_now  (PegDisplayNow *now);
PegStore *fake_shop_new  (FakeShopState  state) G_GNUC_WARN_UNUSED_RESULT;

const char *fake_shop_state_name (FakeShopState state);

void fake_shop_dispatch     (PegStore            *store,
                             PegEvent             event);
void fake_shop_link         (PegStore            *store,
                             PegLinkState         state,
                             PegLinkReason        reason);
void fake_shop_list         (PegStore            *store,
                             GPtrArray           *entries);
void fake_shop_change       (PegStore            *store,
                             const PegEntryFields *fields);
void fake_shop_remove       (PegStore            *store,
                             const char          *key);
void fake_shop_pending      (PegStore            *store,
                             const char          *key,
                             PegAction            action);
void fake_shop_notice       (PegStore            *store,
                             PegNoticeLevel       level,
                             const char          *text,
                             const char          *detail);
void fake_shop_add_notes    (PegStore            *store);
void fake_shop_add_works    (PegStore            *store);
void fake_shop_add_present  (PegStore            *store);
void fake_shop_add_drafts   (PegStore            *store);
void fake_shop_take         (PegStore            *store,
                             const char          *key,
                             const char          *holder);
void fake_shop_add_log      (PegStore            *store);
void fake_shop_add_history  (PegStore            *store,
                             const char          *key);
void fake_shop_show         (PegStore            *store);

GPtrArray *fake_shop_entries (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
