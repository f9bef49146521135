/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

guint    peg_bus_guard_add    (GDBusConnection *connection);
gboolean peg_bus_guard_lets   (const char      *interface,
                               const char      *member);
void     peg_bus_guard_remove (GDBusConnection *connection,
                               guint            id);

G_END_DECLS
