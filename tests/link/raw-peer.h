/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The other side of one WebSocket, byte by byte: answers the handshake, sends
 * what a test gives it, and keeps what the client sends. */
typedef struct {
  GSocketService *service;
  guint port;
  const char *extra;             /* (nullable): more lines for the head of the answer */
  gsize head_cut;                /* the stream ends after so many bytes of the head; 0: not */
  gboolean head_whole;           /* there were no more of them */
  gboolean octets;               /* every octet is sent by itself */
  GSocketConnection *connection; /* (nullable): the one that came last */
  GString *head;                 /* what the client asked */
  gboolean open;                 /* the handshake was answered */
  gboolean ended;                /* the client has ended the stream */
  guint n_accepted;
  GByteArray *incoming;          /* the client's frames, as they came */
  GByteArray *outgoing;          /* what waits to be sent */
  gsize sent;
  GSource *input;
  GSource *output;
} RawPeer;

RawPeer *raw_peer_new  (void);
void     raw_peer_free (RawPeer *self);

void raw_peer_send (RawPeer       *self,
                    gconstpointer  data,
                    gsize          length);
void raw_peer_end  (RawPeer       *self,
                    gboolean       reset);

GByteArray *raw_peer_dup_frames (RawPeer *self,
                                 gboolean *closed);

void raw_frame_append (GByteArray    *frames,
                       guint8         first,
                       gconstpointer  data,
                       gsize          length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawPeer, raw_peer_free)

G_END_DECLS
