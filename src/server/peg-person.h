/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-ledger.h"
#include "peg-role.h"

G_BEGIN_DECLS

/**
 * PegPerson:
 * @name: what they are called; the same everywhere
 * @role: what they may do
 * @token_hash: (nullable): the hash of their token, see peg_token_hash();
 *   %NULL: they were removed, and cannot come in
 * @created_us: when they were added, µs since 1970
 * @token_us: when their token was made, µs since 1970; what was signed for them
 *   before is worth nothing
 * @seen_us: when they were last here, µs since 1970; 0: never
 *
 * Somebody who may come in. Who was removed is kept without a token: their name
 * is in the history, and a shop that had people never believes names again.
 */
typedef struct {
  char *name;
  PegRole role;
  char *token_hash;
  gint64 created_us;
  gint64 token_us;
  gint64 seen_us;
} PegPerson;

void peg_person_free (PegPerson *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegPerson, peg_person_free)

GPtrArray *peg_ledger_list_people  (PegLedger        *self,
                                    GError          **error) G_GNUC_WARN_UNUSED_RESULT;
PegPerson *peg_ledger_find_person  (PegLedger        *self,
                                    const char       *name,
                                    GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_ledger_write_person (PegLedger        *self,
                                    const PegPerson  *person,
                                    GError          **error);
gboolean   peg_ledger_see_person   (PegLedger        *self,
                                    const char       *name,
                                    gint64            seen_us,
                                    GError          **error);
gint64     peg_ledger_get_changes  (PegLedger        *self);

/* Sessions that were ended before their time */

gboolean peg_ledger_end_session      (PegLedger   *self,
                                      const char  *id,
                                      gint64       until_s,
                                      gint64       now_s,
                                      GError     **error);
gboolean peg_ledger_is_session_ended (PegLedger   *self,
                                      const char  *id);

G_END_DECLS
