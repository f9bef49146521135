/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-transport.h"

#include <string.h>

static void transport_iface_init (PegTransportInterface *iface);
static void dialer_iface_init    (PegDialerInterface    *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeTransport, fake_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_TRANSPORT, transport_iface_init))

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeDialer, fake_dialer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_DIALER, dialer_iface_init))

static void
transport_open (PegTransport       *transport,
                const char         *uri,
                const char * const *protocols)
{
  FakeTransport *self = FAKE_TRANSPORT (transport);

  g_assert_null (self->uri);
  self->uri = g_strdup (uri);
  self->protocols = g_strdupv ((char **) protocols);
}

static gboolean
transport_send_text (PegTransport *transport,
                     const char   *text)
{
  FakeTransport *self = FAKE_TRANSPORT (transport);

  if (!self->is_open)
    return FALSE;

  g_ptr_array_add (self->sent, g_strdup (text));

  return TRUE;
}

static gboolean
transport_send_binary (PegTransport *transport,
                       GBytes       *bytes)
{
  FakeTransport *self = FAKE_TRANSPORT (transport);

  if (!self->is_open)
    return FALSE;

  g_ptr_array_add (self->frames, g_bytes_ref (bytes));

  return TRUE;
}

static void
transport_close (PegTransport *transport,
                 guint         code,
                 const char   *reason)
{
  FakeTransport *self = FAKE_TRANSPORT (transport);

  self->is_open = FALSE;
  self->closed_code = code;
  g_free (self->closed_reason);
  self->closed_reason = g_strdup (reason);
}

static void
transport_iface_init (PegTransportInterface *iface)
{
  iface->open = transport_open;
  iface->send_text = transport_send_text;
  iface->send_binary = transport_send_binary;
  iface->close = transport_close;
}

static void
fake_transport_finalize (GObject *object)
{
  FakeTransport *self = FAKE_TRANSPORT (object);

  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->protocols, g_strfreev);
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_clear_pointer (&self->frames, g_ptr_array_unref);
  g_clear_pointer (&self->closed_reason, g_free);

  G_OBJECT_CLASS (fake_transport_parent_class)->finalize (object);
}

static void
fake_transport_class_init (FakeTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_transport_finalize;
}

static void
fake_transport_init (FakeTransport *self)
{
  self->sent = g_ptr_array_new_with_free_func (g_free);
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

void
fake_transport_open (FakeTransport *self,
                     const char    *protocol)
{
  self->is_open = TRUE;
  peg_transport_emit_opened (PEG_TRANSPORT (self), protocol);
}

void
fake_transport_say (FakeTransport *self,
                    const char    *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  peg_transport_emit_message (PEG_TRANSPORT (self), bytes);
}

void
fake_transport_say_bytes (FakeTransport *self,
                          GBytes        *bytes)
{
  peg_transport_emit_binary (PEG_TRANSPORT (self), bytes);
}

void
fake_transport_close (FakeTransport *self,
                      guint          code)
{
  self->is_open = FALSE;
  peg_transport_emit_closed (PEG_TRANSPORT (self), &(PegTransportEnd) {
    .was_open = TRUE,
    .code = code,
    .detail = "by the test",
  });
}

void
fake_transport_fail (FakeTransport *self,
                     PegLinkReason  reason,
                     guint          http_status,
                     gint64         retry_after_us)
{
  peg_transport_emit_closed (PEG_TRANSPORT (self), &(PegTransportEnd) {
    .reason = reason,
    .http_status = http_status,
    .retry_after_us = retry_after_us,
  });
}

const char *
fake_transport_last_sent (FakeTransport *self)
{
  return self->sent->len > 0 ? self->sent->pdata[self->sent->len - 1] : "";
}

static PegTransport *
dialer_make_transport (PegDialer *dialer)
{
  FakeTransport *transport = g_object_new (FAKE_TYPE_TRANSPORT, NULL);

  g_ptr_array_add (FAKE_DIALER (dialer)->transports, g_object_ref (transport));

  return PEG_TRANSPORT (transport);
}

static void
dialer_iface_init (PegDialerInterface *iface)
{
  iface->make_transport = dialer_make_transport;
}

static void
fake_dialer_finalize (GObject *object)
{
  g_clear_pointer (&FAKE_DIALER (object)->transports, g_ptr_array_unref);

  G_OBJECT_CLASS (fake_dialer_parent_class)->finalize (object);
}

static void
fake_dialer_class_init (FakeDialerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_dialer_finalize;
}

static void
fake_dialer_init (FakeDialer *self)
{
  self->transports = g_ptr_array_new_with_free_func (g_object_unref);
}

FakeDialer *
fake_dialer_new (void)
{
  return g_object_new (FAKE_TYPE_DIALER, NULL);
}

FakeTransport *
fake_dialer_get_last (FakeDialer *self)
{
  g_assert_cmpuint (self->transports->len, >, 0);

  return self->transports->pdata[self->transports->len - 1];
}
