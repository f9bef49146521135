/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-ledger.h"

G_BEGIN_DECLS

/**
 * PegOnce:
 * @key: the idempotency key of a request, with who asked and what for
 * @request: what was asked, as a checksum
 *
 * What makes a change happen once, however often it is asked for. Its answer is
 * kept together with the change, or not at all.
 */
typedef struct {
  char *key;
  char *request;
} PegOnce;

PegOnce *peg_once_new  (const char    *key,
                        const char    *request) G_GNUC_WARN_UNUSED_RESULT;
PegOnce *peg_once_copy (const PegOnce *self) G_GNUC_WARN_UNUSED_RESULT;
void     peg_once_free (PegOnce       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegOnce, peg_once_free)

/**
 * PEG_ONCE_BODY:
 *
 * The body of the answer to a change that was made (docs/protocol.md, “REST”).
 */
#define PEG_ONCE_BODY "{\"status\":\"success\"}"

char     *peg_once_make_headers (guint64         version,
                                 guint64         token) G_GNUC_WARN_UNUSED_RESULT;
gboolean  peg_once_keep         (const PegOnce  *self,
                                 PegLedger      *ledger,
                                 const PegFile  *file,
                                 GError        **error);

G_END_DECLS
