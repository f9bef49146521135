/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-role"

#include "peg-config.h"

#include "peg-role.h"

static const char * const names[] = {
  [PEG_ROLE_NONE] = NULL,
  [PEG_ROLE_VIEWER] = "viewer",
  [PEG_ROLE_MACHINIST] = "machinist",
  [PEG_ROLE_LEAD] = "lead",
  [PEG_ROLE_ADMIN] = "admin",
};

/**
 * peg_role_to_text:
 * @role: a role
 *
 * Returns: (transfer none) (nullable): its name on the wire, in tokens and on the
 *   command line; %NULL for %PEG_ROLE_NONE
 */
const char *
peg_role_to_text (PegRole role)
{
  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (names), NULL);

  return names[role];
}

/**
 * peg_role_from_text:
 * @text: (nullable): what somebody calls a role
 * @role: (out): the role; left as it was when there is none of this name
 *
 * Returns: whether there is a role of this name
 */
gboolean
peg_role_from_text (const char *text,
                    PegRole    *role)
{
  for (guint i = PEG_ROLE_VIEWER; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (text, names[i]) == 0) {
      *role = (PegRole) i;
      return TRUE;
    }
  }

  return FALSE;
}
