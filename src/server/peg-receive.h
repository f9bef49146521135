/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-multipart.h"
#include "peg-objects.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * PEG_RECEIVE_MAX_BYTES:
 *
 * The largest upload, bytes: more than any program, and less than what fills a
 * disk unnoticed.
 */
#define PEG_RECEIVE_MAX_BYTES (G_GINT64_CONSTANT (2) * 1024 * 1024 * 1024)

/**
 * PEG_RECEIVE_MAX_BODY:
 *
 * The largest body that is not an upload, bytes.
 */
#define PEG_RECEIVE_MAX_BODY (64 * 1024)

typedef struct _PegReceive PegReceive;

void          peg_receive_begin         (SoupServerMessage  *message,
                                         PegObjects         *objects);
void          peg_receive_limit         (SoupServerMessage  *message);
void          peg_receive_refuse        (SoupServerMessage  *message);
PegMultipart *peg_receive_end           (SoupServerMessage  *message,
                                         GError            **error);
char         *peg_receive_dup_checksum  (SoupServerMessage  *message) G_GNUC_WARN_UNUSED_RESULT;
PegIncoming  *peg_receive_take_incoming (SoupServerMessage  *message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
