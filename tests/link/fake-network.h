/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-network.h"

G_BEGIN_DECLS

/* A network that changes when a test says so. */
#define FAKE_TYPE_NETWORK (fake_network_get_type ())

G_DECLARE_FINAL_TYPE (FakeNetwork, fake_network, FAKE, NETWORK, GObject)

FakeNetwork *fake_network_new (void);

G_END_DECLS
