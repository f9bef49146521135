/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-site.h"

#include <gio/gio.h>

G_BEGIN_DECLS

GSettings *peg_site_settings_new (PegSite     *site,
                                  const char  *path,
                                  GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
