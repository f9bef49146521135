/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-ledger.h"
#include "peg-once.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Answers to HTTP requests. */

void peg_answer_json   (SoupServerMessage *message,
                        guint              status,
                        char              *body);
void peg_answer_detail (SoupServerMessage *message,
                        guint              status,
                        const char        *detail,
                        const char        *code);
void peg_answer_done   (SoupServerMessage *message,
                        PegEntry          *entry);
void peg_answer_error  (SoupServerMessage *message,
                        const GError      *error);
void peg_answer_file   (SoupServerMessage *message,
                        int                fd,
                        const char        *filename,
                        const char        *etag);
void peg_answer_stream (SoupServerMessage *message,
                        int                fd,
                        gint64             from,
                        gint64             length);

/* Answers that are remembered by their `Idempotency-Key`. */

gboolean peg_answer_again    (SoupServerMessage *message,
                              PegLedger         *ledger,
                              GHashTable        *under_way,
                              const char        *user);

const PegOnce *peg_answer_get_once (SoupServerMessage *message);

G_END_DECLS
