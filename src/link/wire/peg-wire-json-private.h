/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * PEG_WIRE_MAX_DEPTH:
 *
 * How deep objects and arrays may lie in one another. The deepest message that
 * is known has five levels (docs/protocol.md, “Limits”).
 */
#define PEG_WIRE_MAX_DEPTH 32

/**
 * PEG_WIRE_MAX_NUMBER:
 *
 * The largest number that counts something: what a double holds exactly, so
 * that a browser reads it too (RFC 8259, 6).
 */
#define PEG_WIRE_MAX_NUMBER G_GUINT64_CONSTANT (9007199254740991)

/**
 * PegWireWhere:
 * @up: (nullable): what it is in; %NULL: the message itself
 * @name: (nullable): the member; %NULL: an element of an array
 * @free_name: whether @name is chosen by the other side, as that of a group is
 * @index: of the element
 *
 * The way to a part of a message. The steps lie on the stack of the functions
 * that take them, so that a way costs nothing until it is needed in an error.
 */
typedef struct _PegWireWhere PegWireWhere;

struct _PegWireWhere {
  const PegWireWhere *up;
  const char *name;
  gboolean free_name;
  guint index;
};

gboolean  peg_wire_json_check (const char  *data,
                               gsize        length,
                               gsize        max_bytes,
                               GArray      *lone,
                               GError     **error);
JsonNode *peg_wire_json_parse (const char  *data,
                               gsize        length,
                               gsize        max_bytes,
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;

JsonObject *peg_wire_json_root (JsonNode  *root,
                                GError   **error);

void peg_wire_set_error (GError             **error,
                         PegWireError         code,
                         const PegWireWhere  *where,
                         const char          *member,
                         const char          *problem);

void peg_wire_set_not_utf8 (GError **error);

JsonNode *peg_wire_get (JsonObject *object,
                        const char *member);

gboolean peg_wire_read_string  (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                const char         **value,
                                GError             **error);
gboolean peg_wire_need_string  (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                const char         **value,
                                GError             **error);
gboolean peg_wire_read_boolean (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                gboolean            *value,
                                GError             **error);
gboolean peg_wire_read_number  (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                guint64             *value,
                                GError             **error);
gboolean peg_wire_need_number  (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                guint64             *value,
                                GError             **error);
gboolean peg_wire_read_time    (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                gint64              *value,
                                GError             **error);
gboolean peg_wire_read_object  (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                JsonObject         **value,
                                GError             **error);
gboolean peg_wire_read_array   (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                JsonArray          **value,
                                GError             **error);
gboolean peg_wire_read_strings (JsonObject          *object,
                                const char          *member,
                                const PegWireWhere  *where,
                                char              ***value,
                                GError             **error);

gboolean peg_wire_parse_time_slice (const char *text,
                                    gsize       length,
                                    gint64     *time_us);

JsonObject *peg_wire_element_object (JsonArray           *array,
                                     const PegWireWhere  *where,
                                     GError             **error);

gboolean peg_wire_scan (const char  *data,
                        gsize        length,
                        GArray      *lone,
                        GError     **error);

/**
 * PegWireScanPart:
 * @PEG_WIRE_SCAN_NAME: the name of a member, with its colon
 * @PEG_WIRE_SCAN_VALUE: a value
 *
 * What can be looked for alone.
 */
typedef enum {
  PEG_WIRE_SCAN_NAME,
  PEG_WIRE_SCAN_VALUE,
} PegWireScanPart;

/**
 * PegWireScanned:
 * @PEG_WIRE_SCAN_WHOLE: it is there, and right
 * @PEG_WIRE_SCAN_MORE: more of the text must arrive to tell
 * @PEG_WIRE_SCAN_WRONG: it is not JSON
 *
 * What was found.
 */
typedef enum {
  PEG_WIRE_SCAN_WHOLE,
  PEG_WIRE_SCAN_MORE,
  PEG_WIRE_SCAN_WRONG,
} PegWireScanned;

PegWireScanned peg_wire_scan_part (PegWireScanPart   part,
                                   const char       *data,
                                   gsize             length,
                                   gboolean          is_last,
                                   gsize             offset,
                                   gsize             depth,
                                   gsize            *used,
                                   GError          **error);

void peg_wire_set_syntax_error (GError       **error,
                                PegWireError   code,
                                const char    *problem,
                                gsize          at);

G_END_DECLS
