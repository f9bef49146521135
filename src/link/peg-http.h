/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link-status.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What the socket and the requests have in common. */

SoupSession *peg_http_session_new (const char   *ca_file,
                                   guint         max_conns_per_host,
                                   guint         timeout_s,
                                   GError      **error) G_GNUC_WARN_UNUSED_RESULT;
SoupMessage *peg_http_message_new (const char   *method,
                                   const char   *uri,
                                   const char   *token) G_GNUC_WARN_UNUSED_RESULT;

PegLinkReason peg_http_reason      (const GError *error);
gint64        peg_http_retry_after_us (SoupMessage  *message);

void   peg_http_read_async  (SoupSession          *session,
                             SoupMessage          *message,
                             gsize                 max_bytes,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
GBytes *peg_http_read_finish (SoupSession          *session,
                             GAsyncResult         *result,
                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PEG_HTTP_MAX_REFUSAL_BYTES:
 *
 * What is taken of an answer that is no success, bytes (docs/protocol.md,
 * “Limits”).
 */
#define PEG_HTTP_MAX_REFUSAL_BYTES (16 * 1024 * 1024)

/**
 * PegHttpTake:
 * @user_data: whoever takes it
 * @data: a piece of an answer
 * @length: of @data, bytes
 * @error: return location
 *
 * Takes the pieces of an answer.
 *
 * Returns: whether the next may come
 */
typedef gboolean (*PegHttpTake) (gpointer     user_data,
                                 const char  *data,
                                 gsize        length,
                                 GError     **error);

void   peg_http_feed_async  (SoupSession          *session,
                             SoupMessage          *message,
                             gsize                 max_bytes,
                             PegHttpTake           take,
                             gpointer              take_data,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
GBytes *peg_http_feed_finish (SoupSession         *session,
                             GAsyncResult         *result,
                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_http_is_loopback (const char *uri);

void    peg_http_drain_async  (GInputStream         *stream,
                               gsize                 max_bytes,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
void    peg_http_drain_to     (GInputStream         *stream,
                               gsize                 max_bytes,
                               GTask                *task);
GBytes *peg_http_drain_finish (GInputStream         *stream,
                               GAsyncResult         *result,
                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
