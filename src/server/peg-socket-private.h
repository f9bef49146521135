/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-socket.h"

G_BEGIN_DECLS

/* What the files of a socket share: peg-socket.c has its life, peg-socket-read.c
 * takes frames apart, peg-socket-write.c sends them. */

#define PEG_SOCKET_OP_CLOSE 8
#define PEG_SOCKET_OP_PING 9
#define PEG_SOCKET_OP_PONG 10

/* The longest payload of a control frame, and of the head of a frame without a mask
 * (RFC 6455, 5.5 and 5.2), bytes. */
#define PEG_SOCKET_MAX_CONTROL 125
#define PEG_SOCKET_MAX_HEAD 10

/* Close codes (RFC 6455, 7.4.1). */
#define PEG_SOCKET_CLOSE_PROTOCOL 1002
#define PEG_SOCKET_CLOSE_NO_STATUS 1005
#define PEG_SOCKET_CLOSE_ABNORMAL 1006
#define PEG_SOCKET_CLOSE_NOT_TEXT 1007
#define PEG_SOCKET_CLOSE_TOO_BIG 1009

typedef enum {
  PEG_SOCKET_OPEN,
  PEG_SOCKET_CLOSING, /* a close frame goes out, or has gone */
  PEG_SOCKET_ENDED,   /* the connection is over, its owner is told next */
} PegSocketState;

struct _PegSocket
{
  const PegSocketFuncs *funcs; /* (unowned) */
  gpointer user_data;          /* (unowned) */
  PegPoll *poll;               /* (owned) */
  PegPollWatch watch;
  GIOStream *stream;           /* (owned) */
  GSocket *socket;             /* (unowned): of the stream */
  guint state : 2;
  guint is_tls : 1;
  guint has_failed : 1;        /* the client broke the rules: what it says is not heard */
  guint close_sent : 1;
  guint close_received : 1;
  guint ping_due : 1;
  guint is_blocked : 1;        /* as the owner was told */
  guint8 fragments_kind;       /* of the message that comes in pieces; 0: none does */
  guint8 n_head;               /* of the frame that goes out */
  guint8 n_ping;               /* bytes of @ping */
  guint8 head[PEG_SOCKET_MAX_HEAD];
  gushort close_code;          /* that the client gave */
  guint n_pings;               /* that came while something waited */
  GByteArray *incoming;        /* (owned) (nullable): a frame that is not whole yet */
  GByteArray *fragments;       /* (owned) (nullable): a message likewise */
  const guint8 *ping;          /* (unowned) (nullable): payload of a ping; while frames are taken */
  GBytes *payload;             /* (owned) (nullable): of the frame that goes out */
  gsize at;                    /* how much of it has gone, its head counts */
  GBytes *pong;                /* (owned) (nullable): goes next */
  GBytes *close;               /* (owned) (nullable): goes after everything else */
  gint64 moved_us;             /* when the kernel last took something, monotonic */
  guint end_id;                /* source id; 0: it is not over */
  guint again_id;              /* source id; 0: there is no more to be read now */
  guint close_id;              /* source id; 0: nobody waits for its end */
};

/* Life */

void peg_socket_end         (PegSocket *self);
void peg_socket_fail        (PegSocket *self,
                             gushort    code);
void peg_socket_limit_close (PegSocket *self);

/* Reading */

void peg_socket_read (PegSocket *self);

/* Writing */

void    peg_socket_push       (PegSocket *self);
GBytes *peg_socket_make_close (gushort     code,
                               const char *reason) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
