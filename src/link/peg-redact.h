/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What goes over the wire, for a log, without what proves who somebody is. */

char *peg_redact_line (const char *line) G_GNUC_WARN_UNUSED_RESULT;

void peg_redact_log_session (SoupSession *session);

G_END_DECLS
