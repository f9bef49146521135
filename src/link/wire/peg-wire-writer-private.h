/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/**
 * PEG_WIRE_TIME_LENGTH:
 *
 * How long a time is, `YYYY-MM-DDTHH:MM:SS.ffffff+00:00`, characters.
 */
#define PEG_WIRE_TIME_LENGTH 32

/**
 * PegWireWriter:
 * @out: what is written so far
 * @comma: whether a comma comes before the next member or element
 *
 * Writes JSON straight into a string. json-glib would need a tree of nodes
 * first, which for the list of every file is a second of work and a hundred
 * megabytes; all that is lost is that the caller must open and close properly.
 */
typedef struct {
  GString *out;
  gboolean comma;
} PegWireWriter;

void  peg_wire_writer_init   (PegWireWriter *self,
                              gsize          size);
char *peg_wire_writer_finish (PegWireWriter *self,
                              gsize         *length) G_GNUC_WARN_UNUSED_RESULT;

/* @member: (nullable): a name that needs no escape; %NULL: an element */
void peg_wire_put_open    (PegWireWriter *self,
                           const char    *member,
                           char           bracket);
void peg_wire_put_close   (PegWireWriter *self,
                           char           bracket);
void peg_wire_put_string  (PegWireWriter *self,
                           const char    *member,
                           const char    *value);
void peg_wire_put_number  (PegWireWriter *self,
                           const char    *member,
                           guint64        value);
void peg_wire_put_double  (PegWireWriter *self,
                           const char    *member,
                           double         value);
void peg_wire_put_boolean (PegWireWriter *self,
                           const char    *member,
                           gboolean       value);
void peg_wire_put_null    (PegWireWriter *self,
                           const char    *member);
void peg_wire_put_time    (PegWireWriter *self,
                           const char    *member,
                           gint64         time_us);

void peg_wire_put_free_name (PegWireWriter *self,
                             const char    *name);

void peg_wire_write_time (gint64  time_us,
                          char   *text);

G_END_DECLS
