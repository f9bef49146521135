/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-server-test.h"
#include "peg-shop.h"

#include <string.h>

G_BEGIN_DECLS

/* A shop on a folder of its own, without a network. */

typedef struct {
  char *folder;       /* (owned) */
  char *root;         /* (owned) */
  char *data;         /* (owned) */
  PegShop *shop;      /* (owned) (nullable) */
  GPtrArray *records; /* (owned) (element-type utf8): what was announced */
  gint64 stop_after;  /* the step after which the power is cut; -1: never */
  GAsyncResult *result; /* (owned) (nullable) */
} ShopFixture;

void shop_fixture_reopen (ShopFixture *self);
void shop_fixture_set_up (ShopFixture *self, gconstpointer data);
void shop_fixture_tear_down (ShopFixture *self, gconstpointer data);
void shop_fixture_open_shop (ShopFixture *self);
void shop_fixture_close_shop (ShopFixture *self);
PegEntry *shop_fixture_check_out (ShopFixture *self, const char *name, const char *user, GError **error);
PegUpload *shop_fixture_make_upload (ShopFixture *self, const char *name, const char *user, const char *text);
PegEntry *shop_fixture_send_in (ShopFixture *self, PegUpload *upload, GError **error);
PegEntry *shop_fixture_check_in (ShopFixture *self, const char *name, const char *user, const char *text, GError **error);
void shop_fixture_assert_content (ShopFixture *self, const char *path, const char *text);
void shop_fixture_assert_holder (ShopFixture *self, const char *name, const char *holder);
char *shop_fixture_dup_history (ShopFixture *self, const char *name);
gboolean shop_fixture_has_record (ShopFixture *self, const char *text);
gboolean shop_fixture_is_there (ShopFixture *self, const char *name);
gboolean shop_fixture_has_flag (ShopFixture *self, const char *name, PegEntryFlags flag);
guint shop_fixture_count_drafts (ShopFixture *self);
void shop_fixture_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data);
void shop_fixture_assert_refused (ShopFixture *self, PegUpload *upload, int code);

#define assert_history(name, expected) \
  G_STMT_START { \
    g_autofree char *history = shop_fixture_dup_history (self, name); \
    g_assert_cmpstr (history, ==, expected); \
  } G_STMT_END

#define assert_flag(name, flag, expected) \
  G_STMT_START { \
    g_autoptr (PegEntry) flagged = peg_shop_find (self->shop, name, NULL); \
    g_assert_nonnull (flagged); \
    g_assert_cmpint ((peg_entry_get_flags (flagged) & (flag)) != 0, ==, expected); \
  } G_STMT_END

G_END_DECLS
