/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-json-private.h"
#include "peg-wire-list-private.h"

G_BEGIN_DECLS

/* What came of one step. */
typedef enum {
  PEG_WIRE_STEP_DONE,
  PEG_WIRE_STEP_MORE, /* it needs bytes that have not arrived */
  PEG_WIRE_STEP_FAILED,
} PegWireStep;

/* The text that is looked at. */
typedef struct {
  const char *begin;
  const char *at;
  const char *end;
  gboolean is_last; /* nothing follows */
} PegWireListText;

static inline void
peg_wire_list_skip_space (PegWireListText *text)
{
  while (text->at < text->end &&
         (*text->at == ' ' || *text->at == '\n' || *text->at == '\r' || *text->at == '\t'))
    text->at++;
}

/* Whether the next character has arrived; at the very end it is a NUL. */
static inline gboolean
peg_wire_list_seek (PegWireListText *text,
                    char            *next)
{
  peg_wire_list_skip_space (text);
  *next = text->at < text->end ? *text->at : '\0';

  return text->at < text->end || text->is_last;
}

PegWireStep peg_wire_list_fail_at      (PegWireListReader      *self,
                                        const PegWireListText  *text,
                                        PegWireError            code,
                                        const char             *problem);
PegWireStep peg_wire_list_fail_too_big (PegWireListReader      *self,
                                        const char             *problem);

PegWireStep peg_wire_list_take_part (PegWireListReader  *self,
                                     PegWireListText    *text,
                                     PegWireScanPart     part,
                                     PegEntrySlice      *taken);
PegWireStep peg_wire_list_take_name (PegWireListReader  *self,
                                     PegWireListText    *text,
                                     char              **name);

JsonNode *peg_wire_list_parse_part   (const PegEntrySlice  *part,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;
char     *peg_wire_list_dup_stand_in (const PegEntrySlice  *value) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
