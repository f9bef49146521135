/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

/* How the files of a made-up shop are grouped: as shops do it, or all in one
 * group. */
typedef enum {
  BENCH_SHOP_MANY_GROUPS,
  BENCH_SHOP_ONE_GROUP,
} BenchShopKind;

GPtrArray *bench_shop_list   (BenchShopKind  kind,
                              guint          n_files) G_GNUC_WARN_UNUSED_RESULT;
PegEntry  *bench_shop_change (PegEntry      *entry,
                              const char    *holder) G_GNUC_WARN_UNUSED_RESULT;

PegSnapshot *bench_shop_listed  (PegSnapshot *before,
                                 GPtrArray   *list) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *bench_shop_changed (PegSnapshot *before,
                                 PegEntry    *entry,
                                 guint64      seq) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
