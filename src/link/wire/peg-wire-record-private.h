/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-cursor-private.h"

G_BEGIN_DECLS

PegWireRecord peg_wire_record_read (const char           *data,
                                    const char           *end,
                                    const PegEntrySlice  *group,
                                    GByteArray           *scratch,
                                    const char          **behind,
                                    PegEntry            **entry);

G_END_DECLS
