/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-client.h"

#include "fake-clock.h"
#include "fake-server.h"
#include "raw-server.h"

G_BEGIN_DECLS

typedef struct {
  FakeServer *server;
  FakeClock *clock;
  PegStore *store;
  PegClient *client;
  PegEntry *entry;  /* checked out by “ada”, with everything that a lock has */
  char *folder;
  GFile *file;      /* in it; does not exist */
} Fixture;

/* What a call ended with. */
typedef struct {
  gboolean done;
  gpointer value;
  GError *error;
} Outcome;

void outcome_clear (Outcome *outcome);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* Answers everything alike. */
typedef struct {
  guint status;
  const char *body;
} Canned;

void client_fixture_set_up    (Fixture       *fixture,
                               gconstpointer  data);
void client_fixture_tear_down (Fixture       *fixture,
                               gconstpointer  data);

PegClient         *client_new        (Fixture    *fixture,
                                      const char *http);
void               client_list       (Fixture    *fixture,
                                      PegEntry   *entry);
void               client_can        (Fixture    *fixture,
                                      Canned     *canned);
const FakeRequest *client_last       (Fixture    *fixture);

#define CLIENT_OUTCOME_CB(name, type) \
  static void \
  name##_cb (GObject      *source, \
             GAsyncResult *result, \
             gpointer      user_data) \
  { \
    Outcome *outcome = user_data; \
    \
    outcome->value = type peg_client_##name##_finish (PEG_CLIENT (source), result, \
                                                      &outcome->error); \
    outcome->done = TRUE; \
  }

G_END_DECLS
