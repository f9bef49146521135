/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-store.h"

G_BEGIN_DECLS

void peg_say (PegStore       *store,
              PegNoticeLevel  level,
              const char     *key,
              const char     *text,
              const char     *undo);

G_END_DECLS
