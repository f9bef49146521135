/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-notice.h"
#include "peg-options.h"
#include "peg-site.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegStart:
 * @options: what the command line says, without what the shop does not let it
 * @refusals: (array zero-terminated=1): what the shop did not let it, sentences
 * @site: what the shop laid down
 * @is_kiosk: this is to be a shared terminal
 *
 * What a process was started for. Everything is owned, and does not change.
 */
typedef struct {
  PegOptions *options;
  char **refusals;
  PegSite *site;
  gboolean is_kiosk;
} PegStart;

PegStart  *peg_start_new         (GVariantDict   *dict) G_GNUC_WARN_UNUSED_RESULT;
void       peg_start_free        (PegStart       *self);
gboolean   peg_start_claim       (const PegStart *self,
                                  GError        **error);
GPtrArray *peg_start_dup_notices (const PegStart     *self,
                                  const char * const *wrong) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegStart, peg_start_free)

G_END_DECLS
