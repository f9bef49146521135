/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "server-fixture.h"

#include "peg-person.h"

G_BEGIN_DECLS

/* People of a server that runs, as “pegboardd user” makes and removes them. */

char *people_fixture_add    (ServerFixture *self,
                             const char    *name,
                             PegRole        role) G_GNUC_WARN_UNUSED_RESULT;
void  people_fixture_remove (ServerFixture *self,
                             const char    *name);

G_END_DECLS
