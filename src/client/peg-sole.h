/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <glib/gi18n.h>

G_BEGIN_DECLS

/**
 * PEG_SOLE_TAKEN:
 *
 * What somebody is told who starts a second one.
 */
#define PEG_SOLE_TAKEN \
  _("Pegboard is this computer’s terminal already; it opens no second window.")

char    *peg_sole_dup_path (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean peg_sole_claim    (const char  *path,
                            GError     **error);
gboolean peg_sole_is_taken (const char  *path);

G_END_DECLS
