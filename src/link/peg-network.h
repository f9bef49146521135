/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_NETWORK (peg_network_get_type ())

G_DECLARE_INTERFACE (PegNetwork, peg_network, PEG, NETWORK, GObject)

/**
 * PegNetworkInterface:
 *
 * What this computer notices of the network and of its own sleep. It only ever
 * says that something has changed: whether there is a network is a question that
 * VPNs and sandboxes answer wrongly.
 */
struct _PegNetworkInterface
{
  GTypeInterface parent_iface;
};

void peg_network_emit_changed (PegNetwork *self);
void peg_network_emit_resumed (PegNetwork *self);

PegNetwork *peg_system_network_new (GMainContext *context) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
