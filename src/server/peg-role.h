/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PegRole:
 * @PEG_ROLE_NONE: nothing; for what everybody may ask
 * @PEG_ROLE_VIEWER: look and download
 * @PEG_ROLE_MACHINIST: check out, check in and release what is theirs, bring new
 *   files, write notes
 * @PEG_ROLE_LEAD: take a file away from somebody else, too
 * @PEG_ROLE_ADMIN: everything
 *
 * What a person may do. Each role may do what those before it may. The numbers
 * are in the ledger.
 */
typedef enum {
  PEG_ROLE_NONE,
  PEG_ROLE_VIEWER,
  PEG_ROLE_MACHINIST,
  PEG_ROLE_LEAD,
  PEG_ROLE_ADMIN,
} PegRole;

/**
 * PEG_ROLE_NAMES:
 *
 * The roles that a person can have, for a sentence.
 */
#define PEG_ROLE_NAMES "viewer, machinist, lead or admin"

const char *peg_role_to_text   (PegRole     role);
gboolean    peg_role_from_text (const char *text,
                                PegRole    *role);

G_END_DECLS
