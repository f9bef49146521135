/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link.h"
#include "peg-window.h"

G_BEGIN_DECLS

/**
 * Board:
 * @store: what is known
 * @link: what tells it
 * @window: what shows it
 *
 * The client in this process: the real window over the real store and the real
 * link, put together as the program does.
 */
typedef struct {
  AdwApplication *application; /* (owned) */
  PegStore *store;             /* (owned) */
  PegLink *link;               /* (owned) */
  PegWindow *window;           /* (unowned): of the application */
} Board;

typedef gboolean (*BoardCondition) (Board    *self,
                                    gpointer  data);

Board   *board_new         (void);
void     board_free        (Board          *self);
void     board_connect     (Board          *self,
                            const char     *url);
void     board_wait        (Board          *self,
                            BoardCondition  condition,
                            gpointer        data);
gint64   board_wait_painted (Board         *self,
                            BoardCondition  condition,
                            gpointer        data);
void     board_rest        (Board          *self,
                            guint           ms);
gboolean board_is_waiting  (Board          *self,
                            gpointer        nothing);
gboolean board_shows_files (Board          *self,
                            gpointer        n_files);
gboolean board_is_open     (Board          *self,
                            gpointer        nothing);
gboolean board_has_seq     (Board          *self,
                            gpointer        seq);
guint64  board_get_hash    (Board          *self);
guint    board_get_shown   (Board          *self,
                            guint          *indices,
                            guint           max);

double   board_other_cpu_ms (void);

G_END_DECLS
