/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-json-private.h"

G_BEGIN_DECLS

/**
 * PegWireReader:
 * @message: gets what is read
 * @object: the message as it arrived
 * @error: return location for a #GError
 *
 * Reads the members that belong to one type of message.
 *
 * Returns: whether they could be read
 */
typedef gboolean (*PegWireReader) (PegWireMessage  *message,
                                   JsonObject      *object,
                                   GError         **error);

/**
 * PegWireType:
 * @name: `type` on the wire
 * @kind: what it is to us
 * @read: (nullable): for its members; %NULL: there are none
 *
 * One type of message that one side sends.
 */
typedef struct {
  const char *name;
  PegWireKind kind;
  PegWireReader read;
} PegWireType;

/* What each side sends, ended by one without a name. */
extern const PegWireType peg_wire_server_types[];
extern const PegWireType peg_wire_client_types[];

PegWireMessage *peg_wire_decode_json   (const char         *data,
                                        gsize               length,
                                        gsize               max_bytes,
                                        const PegWireType  *types,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;
PegWireMessage *peg_wire_decode_groups (const char         *data,
                                        gsize               length,
                                        gsize               max_bytes,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_wire_dup_string   (JsonObject  *object,
                                const char  *member,
                                char       **value,
                                GError     **error);
gboolean peg_wire_dup_needed   (JsonObject  *object,
                                const char  *member,
                                char       **value,
                                GError     **error);
gboolean peg_wire_read_notes   (PegWireMessage  *message,
                                JsonObject      *object,
                                const char      *member,
                                GError         **error);
gboolean peg_wire_read_ping_id (PegWireMessage  *message,
                                JsonObject      *object,
                                GError         **error);

G_END_DECLS
