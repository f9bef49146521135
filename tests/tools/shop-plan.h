/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ShopKind:
 * @SHOP_KIND_FANUC: `.nc`
 * @SHOP_KIND_HEIDENHAIN: `.h`
 * @SHOP_KIND_SIEMENS: `.mpf`
 * @SHOP_KIND_OKUMA: `.min`
 * @SHOP_KIND_CAM: `.mcam`, a file that is not text
 * @SHOP_KIND_SETUP: `.txt`
 *
 * What sort of file a planned file is.
 */
typedef enum {
  SHOP_KIND_FANUC,
  SHOP_KIND_HEIDENHAIN,
  SHOP_KIND_SIEMENS,
  SHOP_KIND_OKUMA,
  SHOP_KIND_CAM,
  SHOP_KIND_SETUP,
} ShopKind;

/**
 * ShopFile:
 * @path: relative to the root of the shop, with slashes
 * @name: the last part of @path
 * @group: the group by the rule of docs/protocol.md
 * @part: the seven digits of a part file, or ""
 * @description: what the first comment says; "" for a file that is not text
 * @major: first number of the revision
 * @minor: second number of the revision
 * @kind: the sort of file
 * @modified_s: time of the last change, in seconds since the epoch
 *
 * One file of a made-up shop. The strings are fixed arrays, so that a million
 * files are planned without a million allocations.
 */
typedef struct {
  char path[96];
  const char *name;
  char group[32];
  char part[8];
  char description[64];
  guint major;
  guint minor;
  ShopKind kind;
  gint64 modified_s;
} ShopFile;

/**
 * ShopPlan:
 * @seed: what distinguishes this shop from others of its size
 * @n_files: how many files there are
 *
 * A made-up shop of any size. It holds nothing else: every file is worked out
 * from its number, so files can be asked for in any order.
 */
typedef struct {
  guint64 seed;
  guint n_files;
} ShopPlan;

guint64 shop_random_next   (guint64        *state);

void    shop_plan_get_file (const ShopPlan *plan,
                            guint           index,
                            ShopFile       *file);
void    shop_plan_write    (const ShopPlan *plan,
                            guint           index,
                            const ShopFile *file,
                            gsize           size_bytes,
                            GString        *text);

guint64 shop_plan_random   (const ShopPlan *plan,
                            guint           index,
                            guint           purpose);

G_END_DECLS
