/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-transport.h"

G_BEGIN_DECLS

/* A socket of which a test is the other side. */
#define FAKE_TYPE_TRANSPORT (fake_transport_get_type ())

G_DECLARE_FINAL_TYPE (FakeTransport, fake_transport, FAKE, TRANSPORT, GObject)

struct _FakeTransport
{
  GObject parent_instance;

  char *uri;
  char **protocols;
  GPtrArray *sent;    /* (element-type utf8) */
  GPtrArray *frames;  /* (element-type GBytes): messages of bytes that were sent */
  gboolean is_open;
  guint closed_code;  /* by the client; 0: it did not close */
  char *closed_reason;
};

void fake_transport_open  (FakeTransport   *self,
                           const char      *protocol);
void fake_transport_say   (FakeTransport   *self,
                           const char      *text);
void fake_transport_say_bytes (FakeTransport *self,
                               GBytes        *bytes);
void fake_transport_close (FakeTransport   *self,
                           guint            code);
void fake_transport_fail  (FakeTransport   *self,
                           PegLinkReason    reason,
                           guint            http_status,
                           gint64           retry_after_us);

const char *fake_transport_last_sent (FakeTransport *self);

#define FAKE_TYPE_DIALER (fake_dialer_get_type ())

G_DECLARE_FINAL_TYPE (FakeDialer, fake_dialer, FAKE, DIALER, GObject)

struct _FakeDialer
{
  GObject parent_instance;

  GPtrArray *transports; /* (element-type FakeTransport): newest last */
};

FakeDialer    *fake_dialer_new      (void);
FakeTransport *fake_dialer_get_last (FakeDialer *self);

G_END_DECLS
