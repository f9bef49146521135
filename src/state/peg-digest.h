/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

char *peg_digest_entries  (GPtrArray         *entries) G_GNUC_WARN_UNUSED_RESULT;
char *peg_digest_snapshot (const PegSnapshot *snapshot) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
