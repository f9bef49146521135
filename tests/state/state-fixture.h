/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

/* Entries and events in few words, for tests. */

PegEntry *fixture_entry (const char *path,
                         const char *holder);
PegEntry *fixture_entry_id (const char *id,
                            const char *path,
                            const char *holder,
                            guint64     version);

GPtrArray *fixture_entries (const char *first,
                            ...) G_GNUC_NULL_TERMINATED;

PegSnapshot *fixture_link    (PegSnapshot  *snapshot,
                              PegLinkState  state,
                              gint64        mono_us,
                              gint64        wall_us);
PegSnapshot *fixture_listed  (PegSnapshot  *snapshot,
                              GPtrArray    *entries);
PegSnapshot *fixture_changed (PegSnapshot  *snapshot,
                              PegEntry     *entry,
                              const char   *removed,
                              guint64       seq);
PegSnapshot *fixture_server  (PegSnapshot  *snapshot,
                              const char   *url,
                              const char   *user);
PegSnapshot *fixture_pending (PegSnapshot  *snapshot,
                              const char   *key,
                              PegAction     action);

/* The tree in one line: “12XXXXX: 1234567.nc=Dana b.nc | Macros: O1.nc”. */
char *fixture_tree (const PegSnapshot *snapshot);

G_END_DECLS
