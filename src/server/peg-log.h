/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void peg_log_event (const char *domain,
                    const char *event,
                    ...) G_GNUC_NULL_TERMINATED;

/**
 * PEG_LOG:
 *
 * peg_log_event() for the log domain of the file.
 */
#define PEG_LOG(...) peg_log_event (G_LOG_DOMAIN, __VA_ARGS__, NULL)

void peg_log_set_up (gboolean verbose);

G_END_DECLS
