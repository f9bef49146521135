/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegPollFunc:
 * @condition: %G_IO_IN, %G_IO_OUT or both; an error is both
 * @user_data: the data that was given with the function
 *
 * Something can be done with a descriptor.
 */
typedef void (*PegPollFunc) (GIOCondition condition,
                             gpointer     user_data);

/**
 * PegPollWatch:
 *
 * A descriptor that is watched, in a place that its owner keeps. All of it is
 * private.
 */
typedef struct {
  PegPollFunc func;
  gpointer user_data; /* (unowned) */
  int fd;             /* -1: it is not watched */
  gboolean with_out;
} PegPollWatch;

/**
 * PegPoll:
 *
 * Waits for thousands of descriptors behind a single one, with epoll(7), in the
 * main context of the thread that it was made in.
 *
 * Why not a source each: a #GMainContext looks at every source twice in every turn
 * of the loop, and poll(2) at every descriptor. With 5,000 idle sockets a turn cost
 * 1.5 ms before anything was done in it, and taking in 5,000 sockets 13 s; behind
 * one descriptor idle sockets cost nothing (tests/bench/server).
 */
typedef struct _PegPoll PegPoll;

PegPoll *peg_poll_new   (void) G_GNUC_WARN_UNUSED_RESULT;
PegPoll *peg_poll_ref   (PegPoll *self) G_GNUC_WARN_UNUSED_RESULT;
void     peg_poll_unref (PegPoll *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegPoll, peg_poll_unref)

gboolean peg_poll_add     (PegPoll       *self,
                           PegPollWatch  *watch,
                           int            fd,
                           PegPollFunc    func,
                           gpointer       user_data,
                           GError       **error);
void     peg_poll_set_out (PegPoll       *self,
                           PegPollWatch  *watch,
                           gboolean       with_out);
void     peg_poll_remove  (PegPoll       *self,
                           PegPollWatch  *watch);

G_END_DECLS
