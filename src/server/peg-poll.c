/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-poll"

#include "peg-config.h"

#include "peg-poll.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

/* How many descriptors get a turn before others of the main loop do. */
#define MAX_EVENTS 256

typedef struct {
  GSource source;
  PegPoll *poll; /* (unowned): it owns the source */
  gpointer tag;
} PegPollSource;

struct _PegPoll
{
  gatomicrefcount ref_count;
  int fd;             /* (owned) */
  GSource *source;    /* (owned) */
  struct epoll_event events[MAX_EVENTS];
  int n_events;       /* 0: it is not handling any */
};

static void
handle (PegPollWatch *watch,
        guint32       events)
{
  GIOCondition condition = 0;

  if (events & (EPOLLERR | EPOLLHUP))
    condition = G_IO_IN | G_IO_OUT;
  if (events & (EPOLLIN | EPOLLRDHUP))
    condition |= G_IO_IN;
  if (events & EPOLLOUT)
    condition |= G_IO_OUT;

  watch->func (condition, watch->user_data);
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  PegPollSource *self = (PegPollSource *) source;
  PegPoll *poll = peg_poll_ref (self->poll);

  /* A handler may run the main loop: what it would take is still to be handled. */
  if (poll->n_events == 0) {
    poll->n_events = epoll_wait (poll->fd, poll->events, MAX_EVENTS, 0);
    for (int i = 0; i < poll->n_events; i++) {
      /* peg_poll_remove() has taken out what is not watched any more. */
      if (poll->events[i].data.ptr != NULL)
        handle (poll->events[i].data.ptr, poll->events[i].events);
    }
    poll->n_events = 0;
  }
  peg_poll_unref (poll);

  return G_SOURCE_CONTINUE;
}

static gboolean
check (GSource *source)
{
  return g_source_query_unix_fd (source, ((PegPollSource *) source)->tag) != 0;
}

/**
 * peg_poll_new:
 *
 * Returns: (transfer full): a poll without descriptors
 */
PegPoll *
peg_poll_new (void)
{
  static GSourceFuncs funcs = { .check = check, .dispatch = dispatch };
  PegPoll *self = g_new0 (PegPoll, 1);
  PegPollSource *source = (PegPollSource *) g_source_new (&funcs, sizeof (PegPollSource));

  g_atomic_ref_count_init (&self->ref_count);
  self->fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->fd < 0)
    g_error ("Cannot wait for sockets: %s", g_strerror (errno));

  self->source = &source->source;
  source->poll = self;
  source->tag = g_source_add_unix_fd (self->source, self->fd, G_IO_IN);
  g_source_set_static_name (self->source, "[pegboard] sockets");
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

PegPoll *
peg_poll_ref (PegPoll *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
peg_poll_unref (PegPoll *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->fd);
  g_free (self);
}

static struct epoll_event
make_event (PegPollWatch *watch)
{
  return (struct epoll_event) {
    .events = EPOLLIN | EPOLLRDHUP | (watch->with_out ? EPOLLOUT : 0),
    .data.ptr = watch,
  };
}

/**
 * peg_poll_add:
 * @self: a poll
 * @watch: where the descriptor is kept; it stays there until peg_poll_remove()
 * @fd: a descriptor; it stays open as long
 * @func: (scope forever): called whenever @fd can be read, or has an error
 * @user_data: data for @func
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether it is watched
 */
gboolean
peg_poll_add (PegPoll       *self,
              PegPollWatch  *watch,
              int            fd,
              PegPollFunc    func,
              gpointer       user_data,
              GError       **error)
{
  struct epoll_event event;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (watch->fd < 0, FALSE);

  *watch = (PegPollWatch) { .func = func, .user_data = user_data, .fd = fd };
  event = make_event (watch);
  if (epoll_ctl (self->fd, EPOLL_CTL_ADD, fd, &event) < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot watch a socket: %s",
                 g_strerror (errno));
    watch->fd = -1;
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_poll_set_out:
 * @self: a poll
 * @watch: a descriptor that is watched
 * @with_out: whether it is to be told when it can be written to, too
 */
void
peg_poll_set_out (PegPoll      *self,
                  PegPollWatch *watch,
                  gboolean      with_out)
{
  struct epoll_event event;

  g_return_if_fail (self != NULL);

  if (watch->fd < 0 || watch->with_out == with_out)
    return;

  watch->with_out = with_out;
  event = make_event (watch);
  if (epoll_ctl (self->fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_debug ("Cannot watch a socket: %s", g_strerror (errno));
}

/**
 * peg_poll_remove:
 * @self: a poll
 * @watch: a descriptor; one that is not watched is fine
 *
 * Its function is not called again, not even for what is known already.
 */
void
peg_poll_remove (PegPoll      *self,
                 PegPollWatch *watch)
{
  g_return_if_fail (self != NULL);

  if (watch->fd < 0)
    return;

  if (epoll_ctl (self->fd, EPOLL_CTL_DEL, watch->fd, NULL) < 0)
    g_debug ("Cannot forget a socket: %s", g_strerror (errno));
  for (int i = 0; i < self->n_events; i++) {
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
  }
  watch->fd = -1;
}
