/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-site.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_SITE_LOOK_PATIENCE_MS:
 *
 * How long a start waits for the files that are named in site.conf, ms. A share that is
 * there answers in less, one that is not answers never.
 */
#define PEG_SITE_LOOK_PATIENCE_MS 3000

void   peg_site_look_async  (PegSite              *site,
                             guint                 patience_ms,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
char **peg_site_look_finish (GAsyncResult         *result,
                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
