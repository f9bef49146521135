/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "kiosk-fixture.h"

G_BEGIN_DECLS

/* Pictures of the window of a shared terminal for tests/tools/check-looks.py. */

void kiosk_looks_take (const char *folder);

G_END_DECLS
