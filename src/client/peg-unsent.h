/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

char *peg_unsent_dup_words (const PegSnapshot *snapshot) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
