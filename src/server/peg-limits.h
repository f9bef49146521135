/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegLimits:
 * @max_clients: how many sockets there may be at once
 * @max_per_address: how many of them from one address
 * @requests_per_s: how many requests one address may make in a second, an upgrade
 *   counting as one; three times as many at once
 * @messages_per_s: how many messages one socket may send in a second; four times
 *   as many at once
 * @max_behind: how much may wait for one socket, bytes; what waits beyond it is
 *   dropped, and the whole list follows instead
 * @stall_ms: how long a socket may take nothing while something waits for it
 * @ping_s: how often a socket is pinged
 *
 * How much the server lets others cost it (docs/admin.md, “Limits”).
 */
typedef struct {
  guint max_clients;
  guint max_per_address;
  guint requests_per_s;
  guint messages_per_s;
  guint max_behind;
  guint stall_ms;
  guint ping_s;
} PegLimits;

/**
 * PEG_LIMITS_INIT:
 *
 * The values that are used when nothing else is said. A whole shop may come from
 * one address, that of a router or of a proxy: 10,000 clients that lost their
 * server spread over ten seconds (docs/protocol.md, “hello_ok”), 1,000 a second,
 * each with a socket, a list and its settings. That must never be refused, so one
 * address may make 4,000 requests a second, and have 12,000 sockets; the rest of
 * 15,000 is left for all others.
 */
#define PEG_LIMITS_INIT \
  { \
    .max_clients = 15000, \
    .max_per_address = 12000, \
    .requests_per_s = 4000, \
    .messages_per_s = 50, \
    .max_behind = 4 * 1024 * 1024, \
    .stall_ms = 30000, \
    .ping_s = 25, \
  }

/**
 * PegClock:
 * @user_data: the data that was given with the function
 *
 * Returns: the time, monotonic, µs
 */
typedef gint64 (*PegClock) (gpointer user_data);

/**
 * PegBucket:
 * @tokens: what is left to spend
 * @at_us: when that was; 0: it is full
 *
 * How much somebody may do, which fills again as time goes by.
 */
typedef struct {
  double tokens;
  gint64 at_us;
} PegBucket;

gboolean peg_bucket_take (PegBucket *self,
                          guint      per_s,
                          guint      burst,
                          gint64     now_us,
                          guint     *wait_s);

typedef struct _PegGate PegGate;

PegGate *peg_gate_new  (const PegLimits *limits,
                        PegClock         clock,
                        gpointer         user_data) G_GNUC_WARN_UNUSED_RESULT;
void     peg_gate_free (PegGate         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegGate, peg_gate_free)

gboolean peg_gate_take_request (PegGate      *self,
                                GInetAddress *address,
                                guint        *wait_s);
gboolean peg_gate_has_room     (PegGate      *self,
                                GInetAddress *address,
                                guint        *wait_s);
void     peg_gate_enter        (PegGate      *self,
                                GInetAddress *address);
void     peg_gate_leave        (PegGate      *self,
                                GInetAddress *address);
void     peg_gate_set_clock    (PegGate      *self,
                                PegClock      clock,
                                gpointer      user_data);
gint64   peg_gate_get_time     (PegGate      *self);
guint    peg_gate_get_size     (PegGate      *self);

G_END_DECLS
