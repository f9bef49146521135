/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tests/await.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A request that came. */
typedef struct {
  char *method;
  char *path;             /* decoded */
  char *query;            /* (nullable) */
  SoupMessageHeaders *headers;
  GBytes *body;
} FakeRequest;

typedef struct _FakeServer FakeServer;

/* Called for every request but those for a socket. */
typedef void (*FakeHandler) (FakeServer        *server,
                             const FakeRequest *request,
                             SoupServerMessage *message,
                             gpointer           user_data);

/* A shop server on the loopback, as far as a test says what it does. */
struct _FakeServer
{
  SoupServer *server;
  guint port;
  GPtrArray *sockets;     /* (element-type SoupWebsocketConnection): newest last */
  GPtrArray *messages;    /* (element-type utf8): what came over all sockets */
  GPtrArray *requests;    /* (element-type FakeRequest) */
  char *socket_query;     /* (nullable): of the last socket */
  char *greeting;         /* (nullable): sent to every new socket at once */
  guint closed_code;      /* of the last socket that the client closed */
  FakeHandler handler;    /* (nullable): 404 */
  gpointer handler_data;
};

FakeServer *fake_server_new  (const char      *protocol,
                              GTlsCertificate *certificate);
void        fake_server_free (FakeServer      *self);

char *fake_server_dup_url (FakeServer *self,
                           const char *scheme,
                           const char *path);

void fake_server_send  (FakeServer *self,
                        const char *text);
void fake_server_reply (SoupServerMessage *message,
                        guint              status,
                        const char        *body);

SoupWebsocketConnection *fake_server_get_socket (FakeServer *self);
const char              *fake_server_get_header (const FakeRequest *request,
                                                 const char        *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

G_END_DECLS
