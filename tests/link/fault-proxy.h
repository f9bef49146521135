/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a network can do to a connection.
 *
 * FAULT_PASS: nothing
 * FAULT_DELAY: everything comes @value ms later
 * FAULT_DRIP: @value bytes a second, each way
 * FAULT_CUT: the streams end after @value bytes from the server
 * FAULT_RESET: the same, with a reset
 * FAULT_BLACK_HOLE: nothing goes through, and nobody is told
 * FAULT_HALF_OPEN: what the client sends arrives; nothing comes back
 * FAULT_REFUSE: nobody listens; what is connected is reset */
typedef enum {
  FAULT_PASS,
  FAULT_DELAY,
  FAULT_DRIP,
  FAULT_CUT,
  FAULT_RESET,
  FAULT_BLACK_HOLE,
  FAULT_HALF_OPEN,
  FAULT_REFUSE,
} FaultKind;

#define FAULT_N_KINDS (FAULT_REFUSE + 1)

/* @from_client: also cut after so many bytes from the client; 0: never. */
typedef struct {
  FaultKind kind;
  guint64 value;
  guint64 from_client;
} Fault;

typedef struct _FaultProxy FaultProxy;

/* Chooses what happens to the connection that was just made. */
typedef Fault (*FaultChooser) (FaultProxy *self,
                               gpointer    user_data);

FaultProxy *fault_proxy_new  (guint        port,
                              guint        target);
void        fault_proxy_free (FaultProxy  *self);

void  fault_proxy_set       (FaultProxy   *self,
                             Fault         fault);
void  fault_proxy_choose    (FaultProxy   *self,
                             FaultChooser  chooser,
                             gpointer      user_data);
guint fault_proxy_get_port  (FaultProxy   *self);
guint fault_proxy_get_n     (FaultProxy   *self);
guint fault_proxy_get_n_cut (FaultProxy   *self);

gboolean fault_parse (const char *text,
                      Fault      *fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultProxy, fault_proxy_free)

G_END_DECLS
