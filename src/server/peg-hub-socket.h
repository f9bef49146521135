/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void peg_hub_socket_watch (GIOStream *stream);

G_END_DECLS
