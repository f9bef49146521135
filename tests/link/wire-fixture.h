/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/* What the tests of the wire share. */

char *wire_load (const char *name,
                 gsize      *length);

PegWireMessage *wire_decode_server (const char *text);
PegWireMessage *wire_decode_client (const char *text);

void wire_assert_error    (const GError *error,
                           PegWireError  code,
                           const char   *way);
void wire_assert_entries  (GPtrArray    *a,
                           GPtrArray    *b);
void wire_assert_messages (const PegWireMessage *a,
                           const PegWireMessage *b);

/* The one entry of a message. */
PegEntry *wire_only_entry (const PegWireMessage *message);

G_END_DECLS
