/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Crowd:
 *
 * Many clients of one server in one thread, on plain non-blocking sockets: what
 * makes the load must cost little beside what bears it. It speaks as much of
 * WebSocket (RFC 6455) and HTTP/1.1 as pegboardd answers with.
 */
typedef struct _Crowd Crowd;

/**
 * CrowdAsk:
 *
 * A client that asks for one thing after the other over HTTP.
 */
typedef struct _CrowdAsk CrowdAsk;

Crowd *crowd_new  (guint16  port);
void   crowd_free (Crowd   *self);

gint64 crowd_open          (Crowd      *self,
                            guint       n_sockets,
                            const char *topics);
void   crowd_close         (Crowd      *self);
guint  crowd_get_n_opened  (Crowd      *self);
void   crowd_forget_heard  (Crowd      *self);
guint  crowd_get_n_heard   (Crowd      *self);
gint64 crowd_get_first_us  (Crowd      *self);
gint64 crowd_get_last_us   (Crowd      *self);
void   crowd_turn          (Crowd      *self,
                            int         wait_ms);

CrowdAsk *crowd_ask_new         (Crowd      *self);
void      crowd_ask_send        (CrowdAsk   *ask,
                                 const char *method,
                                 const char *path,
                                 const char *headers,
                                 const char *body);
gboolean  crowd_ask_is_done     (CrowdAsk   *ask);
void      crowd_ask_wait        (CrowdAsk   *ask);
guint     crowd_ask_get_status  (CrowdAsk   *ask);
gsize     crowd_ask_get_length  (CrowdAsk   *ask);
double    crowd_ask_get_ms      (CrowdAsk   *ask);
gint64    crowd_ask_get_sent_us (CrowdAsk   *ask);
void      crowd_ask_keep        (CrowdAsk   *ask);
GString  *crowd_ask_get_body    (CrowdAsk   *ask);

G_END_DECLS
