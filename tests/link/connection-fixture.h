/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-connection.h"

#include "fake-clock.h"
#include "fake-network.h"
#include "fake-transport.h"

#include <string.h>

G_BEGIN_DECLS

#define S ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)

#define FILE_AT(name, version) \
  "{\"filename\":\"" name "\",\"path\":\"" name "\",\"version\":" #version "}"

#define LIST(epoch, seq) \
  "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"" epoch "\",\"seq\":" #seq \
  ",\"payload\":{\"A\":[" FILE_AT ("base.nc", 1) "]}}"
#define CHANGE(epoch, seq, name) \
  "{\"type\":\"FILES_CHANGED\",\"epoch\":\"" epoch "\",\"seq\":" #seq \
  ",\"changed\":[" FILE_AT (name, 1) "],\"removed\":[],\"cause\":\"added\",\"by\":\"bo\"}"
#define HELLO(epoch, seq, recovered) \
  "{\"type\":\"hello_ok\",\"epoch\":\"" epoch "\",\"seq\":" #seq \
  ",\"recovered\":" #recovered ",\"user\":\"ada\"}"
#define CLASSIC_LIST \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"base.nc\"}]}}"

typedef struct {
  PegStore *store;
  FakeClock *clock;
  FakeRandom *random;
  FakeDialer *dialer;
  FakeNetwork *network;
  PegConnection *connection;
  guint n_probes;       /* how often it wanted to know whether HTTP works */
  guint n_polls;        /* how often it wanted the list over HTTP */
  gboolean conditional; /* the last time, only if it is another */
} Fixture;

void connection_fixture_set_up    (Fixture       *fixture,
                                   gconstpointer  data);
void connection_fixture_tear_down (Fixture       *fixture,
                                   gconstpointer  data);

void connection_start    (Fixture          *fixture,
                          PegBackoffPolicy  policy);
void connection_go_live  (Fixture          *fixture);
void connection_go_classic (Fixture        *fixture);
void connection_fall_back (Fixture         *fixture);
void connection_poll     (Fixture          *fixture,
                          const char       *list);
void connection_poll_for (Fixture          *fixture,
                          gint64            us);

FakeTransport *connection_socket (Fixture    *fixture);
void           connection_say    (Fixture    *fixture,
                                  const char *text);
PegLinkState   connection_state  (Fixture    *fixture);
PegSnapshot   *connection_peek   (Fixture    *fixture);
gint64         connection_wait   (Fixture    *fixture);
guint          connection_count  (Fixture    *fixture,
                                  const char *prefix);

#define assert_state(fixture, expected) \
  g_assert_cmpint (connection_state (fixture), ==, PEG_LINK_##expected)
#define assert_reason(fixture, expected) \
  g_assert_cmpint (peg_snapshot_get_link (connection_peek (fixture))->reason, ==, \
                   PEG_LINK_REASON_##expected)

G_END_DECLS
