/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void     peg_hub_socket_watch   (SoupWebsocketConnection *connection);
gboolean peg_hub_socket_is_full (SoupWebsocketConnection *connection);

G_END_DECLS
