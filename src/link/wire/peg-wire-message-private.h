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
 * PegWireShape:
 * @PEG_WIRE_SHAPE_PLAIN: a text, a number or a word
 * @PEG_WIRE_SHAPE_OBJECT: an object
 * @PEG_WIRE_SHAPE_ARRAY: an array
 *
 * What a reader looks into. Of an object or an array where it wants none, it only
 * sees that it is one.
 */
typedef enum {
  PEG_WIRE_SHAPE_PLAIN,
  PEG_WIRE_SHAPE_OBJECT,
  PEG_WIRE_SHAPE_ARRAY,
} PegWireShape;

/**
 * PegWireMember:
 * @name: the name on the wire; ASCII without anything that must be escaped
 * @shape: what the reader looks into
 * @members: (nullable): of an object, those that are looked at, ended by one
 *   without a name; %NULL: all
 *
 * A member that a reader looks at.
 */
typedef struct _PegWireMember PegWireMember;

struct _PegWireMember {
  const char *name;
  PegWireShape shape;
  const PegWireMember *members;
};

/**
 * PEG_WIRE_MAX_MEMBERS:
 *
 * How many members of one object may be looked at, and one without a name.
 */
#define PEG_WIRE_MAX_MEMBERS 16

/**
 * PegWireType:
 * @name: `type` on the wire
 * @kind: what it is to us
 * @read: (nullable): for its members; %NULL: there are none
 * @members: (nullable): every member that is looked at, `type` and `timestamp`
 *   too, ended by one without a name: what is not here is not there for @read
 *   (peg_wire_strip()). %NULL: it is never stripped
 *
 * One type of message that one side sends.
 */
typedef struct {
  const char *name;
  PegWireKind kind;
  PegWireReader read;
  const PegWireMember *members;
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

PegWireMessage *peg_wire_read_delta (const char *data,
                                     gsize       length) G_GNUC_WARN_UNUSED_RESULT;

const PegWireType *peg_wire_find_type (const char        *data,
                                       const PegWireType *types);
GString           *peg_wire_strip     (const char        *data,
                                       const PegWireType *type) G_GNUC_WARN_UNUSED_RESULT;

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
PegCause peg_wire_cause_from_nick (const char *nick);

gboolean peg_wire_read_ping_id (PegWireMessage  *message,
                                JsonObject      *object,
                                GError         **error);

G_END_DECLS
