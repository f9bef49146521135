/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-list.h"

G_BEGIN_DECLS

gboolean wire_both_check (PegWireListForm  form,
                          const char      *data,
                          gsize            length,
                          gsize            piece);
gboolean wire_both_check_server (const char  *data,
                                 gsize        length,
                                 PegWireKind *kind);

G_END_DECLS
