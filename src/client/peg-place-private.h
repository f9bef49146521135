/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-place.h"

G_BEGIN_DECLS

int      peg_place_open_folder (const char  *folder,
                                const char  *name,
                                GError     **error);
int      peg_place_open_file   (int          folder,
                                const char  *name);
char    *peg_place_hash        (int          source,
                                int          destination,
                                gint64      *size) G_GNUC_WARN_UNUSED_RESULT;
gboolean peg_place_is_written  (int          fd);
void     peg_place_set_error   (GError     **error,
                                const char  *folder,
                                const char  *name,
                                int          saved_errno);

G_END_DECLS
