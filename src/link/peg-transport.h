/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link-status.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Close codes (RFC 6455, 7.4.1, and the registry that it founds). */
#define PEG_CLOSE_NORMAL 1000
#define PEG_CLOSE_GOING_AWAY 1001
#define PEG_CLOSE_PROTOCOL_ERROR 1002
#define PEG_CLOSE_UNSUPPORTED_DATA 1003
#define PEG_CLOSE_NO_STATUS 1005
#define PEG_CLOSE_ABNORMAL 1006
#define PEG_CLOSE_BAD_DATA 1007
#define PEG_CLOSE_POLICY 1008
#define PEG_CLOSE_TOO_BIG 1009
#define PEG_CLOSE_NO_EXTENSION 1010
#define PEG_CLOSE_SERVER_ERROR 1011
#define PEG_CLOSE_SERVICE_RESTART 1012
#define PEG_CLOSE_TRY_LATER 1013
#define PEG_CLOSE_BAD_GATEWAY 1014

/**
 * PegTransportEnd:
 * @was_open: whether the socket had opened
 * @code: the close code; %PEG_CLOSE_ABNORMAL when the connection just ended; 0:
 *   it never opened
 * @http_status: what the server answered instead of opening a socket; 0: nothing
 * @reason: why it did not open, as far as the transport can tell;
 *   %PEG_LINK_REASON_NONE when it had opened
 * @detail: (nullable): what the other side or a library said, for “Details”
 * @retry_after_us: how long the server asked to stay away; 0: it did not
 *
 * How a transport ended. Borrowed for the time of the signal.
 */
typedef struct {
  gboolean was_open;
  guint code;
  guint http_status;
  PegLinkReason reason;
  const char *detail;
  gint64 retry_after_us;
} PegTransportEnd;

#define PEG_TYPE_TRANSPORT (peg_transport_get_type ())

G_DECLARE_INTERFACE (PegTransport, peg_transport, PEG, TRANSPORT, GObject)

/**
 * PegTransportInterface:
 * @open: starts to open the socket
 * @send_text: sends a message
 * @send_text_bytes: (nullable): sends a message that may hold U+0000
 * @send_binary: (nullable): sends a message of bytes
 * @close: closes the socket, without waiting
 *
 * One socket, for one attempt.
 */
struct _PegTransportInterface
{
  GTypeInterface parent_iface;

  void     (*open)      (PegTransport       *self,
                         const char         *uri,
                         const char * const *protocols);
  gboolean (*send_text) (PegTransport       *self,
                         const char         *text);
  void     (*close)     (PegTransport       *self,
                         guint               code,
                         const char         *reason);

  gboolean (*send_text_bytes) (PegTransport *self,
                               GBytes       *text);
  gboolean (*send_binary)     (PegTransport *self,
                               GBytes       *bytes);
};

void     peg_transport_open      (PegTransport       *self,
                                  const char         *uri,
                                  const char * const *protocols);
gboolean peg_transport_send_text (PegTransport       *self,
                                  const char         *text);
void     peg_transport_close     (PegTransport       *self,
                                  guint               code,
                                  const char         *reason);

gboolean peg_transport_send_text_bytes (PegTransport *self,
                                        GBytes       *text);
gboolean peg_transport_send_binary     (PegTransport *self,
                                        GBytes       *bytes);

void peg_transport_emit_opened  (PegTransport          *self,
                                 const char            *protocol);
void peg_transport_emit_message (PegTransport          *self,
                                 GBytes                *text);
void peg_transport_emit_binary  (PegTransport          *self,
                                 GBytes                *bytes);
void peg_transport_emit_closed  (PegTransport          *self,
                                 const PegTransportEnd *end);

#define PEG_TYPE_DIALER (peg_dialer_get_type ())

G_DECLARE_INTERFACE (PegDialer, peg_dialer, PEG, DIALER, GObject)

/**
 * PegDialerInterface:
 * @make_transport: makes a transport
 *
 * Where transports come from: a fresh one for every attempt.
 */
struct _PegDialerInterface
{
  GTypeInterface parent_iface;

  PegTransport *(*make_transport) (PegDialer *self);
};

PegTransport *peg_dialer_make_transport (PegDialer *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
