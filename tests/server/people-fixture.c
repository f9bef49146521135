/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "people-fixture.h"

#include "peg-token.h"

static void
write_person (ServerFixture *self,
              const char    *name,
              PegRole        role,
              const char    *hash)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PegLedger) ledger = peg_ledger_open (path, &error);
  const PegPerson person = { (char *) name, role, (char *) hash, 1, g_get_real_time (), 0 };

  g_assert_no_error (error);
  g_assert_true (peg_ledger_write_person (ledger, &person, &error));
  g_assert_no_error (error);
}

char *
people_fixture_add (ServerFixture *self,
                    const char    *name,
                    PegRole        role)
{
  g_autofree char *token = peg_token_make ();
  g_autofree char *hash = peg_token_hash (token);

  write_person (self, name, role, hash);

  return g_steal_pointer (&token);
}

void
people_fixture_remove (ServerFixture *self,
                       const char    *name)
{
  write_person (self, name, PEG_ROLE_VIEWER, NULL);
}
