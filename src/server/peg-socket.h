/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-poll.h"

G_BEGIN_DECLS

/**
 * PegSocketKind:
 * @PEG_SOCKET_FRAMES: messages in whole frames, as peg_socket_add_frame() makes them;
 *   only sent
 * @PEG_SOCKET_TEXT: UTF-8
 * @PEG_SOCKET_BINARY: any bytes
 *
 * What a message is. The values are the opcodes of RFC 6455, 5.2.
 */
typedef enum {
  PEG_SOCKET_FRAMES = 0,
  PEG_SOCKET_TEXT = 1,
  PEG_SOCKET_BINARY = 2,
} PegSocketKind;

/**
 * PegSocketFuncs:
 * @message: a message has come, whole; texts are valid UTF-8
 * @flow: peg_socket_is_clear() or peg_socket_is_flooded() has changed, or the client
 *   began to close it. Where it is clear now something may be sent
 * @closed: it is gone, and may be freed; nothing is called after it
 *
 * What a socket tells its owner. None of them is called while peg_socket_send() or
 * peg_socket_close() runs, except @flow, and that only to say that something waits.
 */
typedef struct {
  void (*message) (PegSocketKind  kind,
                   GBytes        *bytes,
                   gpointer       user_data);
  void (*flow)    (gpointer       user_data);
  void (*closed)  (gpointer       user_data);
} PegSocketFuncs;

/**
 * PegSocket:
 *
 * The server's end of a WebSocket (RFC 6455), after the upgrade. It has no queue:
 * it takes one message at a time, and is not clear until the kernel has all of it.
 *
 * Why not #SoupWebsocketConnection: that one copies every message into a frame and
 * a queue of its own, keeps two sources and a timer for each socket, and cannot say
 * when it is done. Here one message for everybody is one block of memory, a socket
 * that can take it costs one sendmsg(2), and a quiet one costs nothing: a change
 * for 5,000 sockets needs half of the time, and a turn of the main loop does not
 * get longer with them (tests/bench/server).
 */
typedef struct _PegSocket PegSocket;

PegSocket *peg_socket_new   (PegPoll              *poll,
                             GIOStream            *stream,
                             gboolean              is_tls,
                             const PegSocketFuncs *funcs,
                             gpointer              user_data) G_GNUC_WARN_UNUSED_RESULT;
void       peg_socket_begin (PegSocket            *self);
void       peg_socket_free  (PegSocket            *self);

void peg_socket_add_frame (GByteArray    *frames,
                           PegSocketKind  kind,
                           GBytes        *bytes);

void     peg_socket_send  (PegSocket     *self,
                           PegSocketKind  kind,
                           GBytes        *bytes);
void     peg_socket_ping  (PegSocket     *self);
void     peg_socket_close (PegSocket     *self,
                           gushort        code,
                           const char    *reason);

gboolean peg_socket_is_open        (PegSocket *self);
gboolean peg_socket_is_clear       (PegSocket *self);
gboolean peg_socket_is_flooded     (PegSocket *self);
gint64   peg_socket_get_moved_us   (PegSocket *self);
gushort  peg_socket_get_close_code (PegSocket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegSocket, peg_socket_free)

G_END_DECLS
