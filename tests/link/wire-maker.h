/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes texts up. Everything that JSON allows is as likely as it is worth
 * testing, which is not how likely it is. */
typedef struct {
  GRand *rand;
  GString *text;
  gboolean is_tidy; /* as a server of ours writes it */
} WireMaker;

/* What a member is meant to be. */
typedef enum {
  WIRE_VALUE_TEXT,
  WIRE_VALUE_NUMBER,
  WIRE_VALUE_BOOLEAN,
  WIRE_VALUE_LOCK,
  WIRE_VALUE_DATA,
  WIRE_VALUE_TRANSFER,
  WIRE_VALUE_GROUPS,
  WIRE_VALUE_NOTES,
  WIRE_VALUE_TEXTS,
  WIRE_VALUE_FILES,
} WireValue;

typedef struct {
  const char *name;
  WireValue kind;
} WireMember;

void wire_maker_init  (WireMaker *maker,
                       guint32    seed);
void wire_maker_clear (WireMaker *maker);

void wire_maker_begin (WireMaker *maker);
void wire_maker_end   (WireMaker *maker);

gboolean    wire_maker_once_in (WireMaker          *maker,
                                gint32              n);
const char *wire_maker_pick    (WireMaker          *maker,
                                const char * const *from,
                                gsize               n);

#define WIRE_PICK(maker, from) wire_maker_pick (maker, from, G_N_ELEMENTS (from))

void wire_maker_space        (WireMaker        *maker);
void wire_maker_string       (WireMaker        *maker,
                              const char       *text);
void wire_maker_text         (WireMaker        *maker);
void wire_maker_value        (WireMaker        *maker,
                              guint             depth);
void wire_maker_member_value (WireMaker        *maker,
                              WireValue         kind);
void wire_maker_object       (WireMaker        *maker,
                              const WireMember *members,
                              gsize             n_members);
void wire_maker_groups       (WireMaker        *maker);

G_END_DECLS
