/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *peg_ctl_read_secret (const char *prompt) G_GNUC_WARN_UNUSED_RESULT;
void  peg_ctl_free_secret (char       *secret);

G_END_DECLS
