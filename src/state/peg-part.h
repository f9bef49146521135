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

/**
 * PEG_PART_GROUP_LENGTH:
 *
 * How long the group of a part number is, `12XXXXX`, bytes without the NUL.
 */
#define PEG_PART_GROUP_LENGTH 7

gboolean peg_part_starts_with_number (const char *filename);

char *peg_part_of    (const char *filename) G_GNUC_WARN_UNUSED_RESULT;
char *peg_part_group (const char *path) G_GNUC_WARN_UNUSED_RESULT;

gboolean    peg_part_is_number  (const char *text,
                                 gsize       length);
const char *peg_part_find_group (const char *path,
                                 gsize       length,
                                 char       *buffer,
                                 gsize      *group_length);

G_END_DECLS
