/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-hub-stream.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

void peg_hub_socket_watch (SoupWebsocketConnection *connection,
                           PegHubStream            *stream,
                           guint                    ping_s);

G_END_DECLS
