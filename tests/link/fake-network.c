/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-network.h"

struct _FakeNetwork
{
  GObject parent_instance;
};

static void
network_iface_init (PegNetworkInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeNetwork, fake_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_NETWORK, network_iface_init))

static void
fake_network_class_init (FakeNetworkClass *klass)
{
}

static void
fake_network_init (FakeNetwork *self)
{
}

FakeNetwork *
fake_network_new (void)
{
  return g_object_new (FAKE_TYPE_NETWORK, NULL);
}
