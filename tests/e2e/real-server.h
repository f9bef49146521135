/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "tests/await.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define REAL_SERVER_FILES 20

/* A pegboardd of the test's own, on a folder with a few files, and somebody who
 * keeps changing them over HTTP. */
typedef struct {
  char *program;
  char *folder;
  guint port;
  GSubprocess *process;
  GDataInputStream *output;
  SoupSession *session;
  GRand *random;
  guint n_busy;      /* how many requests are under way */
  guint n_changes;   /* how many were made */
  guint n_allowed;   /* how many may be made */
  gboolean changing;
  GQueue waiting;    /* people who wait until more are allowed */
} RealServer;

RealServer *real_server_new   (const char *program,
                               guint32     seed);
void        real_server_free  (RealServer *self);
void        real_server_start (RealServer *self);
void        real_server_stop  (RealServer *self);

void       real_server_change (RealServer *self,
                               guint       n_people);
void       real_server_allow  (RealServer *self,
                               guint       n_changes);
GPtrArray *real_server_list   (RealServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RealServer, real_server_free)

/* The clock of this computer, on which nobody waits before trying again. */
PegClock *hasty_clock_new (void);

G_END_DECLS
