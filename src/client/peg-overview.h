/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-search-provider.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

PegSearchProvider *peg_overview_new (GtkApplication   *application,
                                     GDBusConnection  *connection,
                                     const char       *object_path,
                                     GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
