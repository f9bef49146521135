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

G_END_DECLS
