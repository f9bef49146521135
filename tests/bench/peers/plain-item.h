/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PLAIN_TYPE_ITEM (plain_item_get_type ())

G_DECLARE_FINAL_TYPE (PlainItem, plain_item, PLAIN, ITEM, GObject)

PlainItem *plain_item_new_group (const char *name);
PlainItem *plain_item_new_file  (JsonObject *file);
void       plain_item_update    (PlainItem  *self,
                                 JsonObject *file);

const char *plain_item_get_key    (PlainItem *self);
const char *plain_item_get_path   (PlainItem *self);
const char *plain_item_get_name   (PlainItem *self);
const char *plain_item_get_holder (PlainItem *self);
GListStore *plain_item_get_files  (PlainItem *self);

G_END_DECLS
