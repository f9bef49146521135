/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_PART_DIGITS:
 *
 * How many digits a part number has (docs/protocol.md, “Groups”).
 */
#define PEG_PART_DIGITS 7

/**
 * PEG_PART_GROUP_OTHER:
 *
 * The group of a file that has neither a part number nor a folder.
 */
#define PEG_PART_GROUP_OTHER "Miscellaneous"

gboolean peg_part_starts_with_number (const char *filename);

char *peg_part_of    (const char *filename) G_GNUC_WARN_UNUSED_RESULT;
char *peg_part_group (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
