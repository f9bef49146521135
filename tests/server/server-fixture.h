/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-hub.h"
#include "peg-server-test.h"
#include "peg-server.h"

#include <libsoup/soup.h>
#include <string.h>

G_BEGIN_DECLS

/* A server on a folder of its own, in this process, and clients of it. */

typedef struct {
  char *folder;           /* (owned) */
  char *root;             /* (owned) */
  char *data;             /* (owned) */
  PegLimits limits;       /* of the server when it starts */
  const char *jwt_secret_file; /* (nullable): of the next server */
  char **origins;         /* (unowned) (nullable): likewise */
  const char *tls_file;   /* (nullable): certificate and key of the next server */
  PegServer *server;      /* (owned) (nullable) */
  char *uri;              /* (owned): ends with a slash */
  SoupSession *session;   /* (owned) */
  SoupMessage *message;   /* (owned) (nullable): the last request */
  GBytes *body;           /* (owned) (nullable): its answer */
  gboolean answered;
  gint64 received;        /* bytes of a large answer */
  gint64 now_us;          /* what the clock of the server's limits says once it is held */
  gsize raw_length;
  char buffer[65536];
} ServerFixture;

/* A socket, and what came over it. */
typedef struct {
  SoupWebsocketConnection *connection; /* (owned) (nullable) */
  GPtrArray *texts;                    /* (owned) (element-type utf8) */
  gboolean is_closed;
} ServerSocket;

void server_fixture_start (ServerFixture *self);
void server_fixture_stop (ServerFixture *self);
void server_fixture_hold_clock (ServerFixture *self);
void server_fixture_drop (ServerFixture *self);
void server_fixture_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data);
void server_fixture_set_up (ServerFixture *self, gconstpointer data);
void server_fixture_tear_down (ServerFixture *self, gconstpointer data);
void server_fixture_prepare (ServerFixture *self, const char *method, const char *path);
const char *server_fixture_ask (ServerFixture *self);
const char *server_fixture_get (ServerFixture *self, const char *path);
guint server_fixture_upgrade (ServerFixture *self, const char *origin);
const char *server_fixture_post (ServerFixture *self, const char *path, const char *json);
char *server_fixture_get_raw (ServerFixture *self, const char *path);
void server_fixture_set_form (ServerFixture *self, const char *user, GBytes *content, const char *field, const char *value);
const char *server_fixture_check_in (ServerFixture *self, const char *path, const char *user, const char *text);
const char *server_fixture_get_header (ServerFixture *self, const char *name);
ServerSocket *server_socket_open (ServerFixture *self, gboolean classic, const char *user);
const char *server_socket_find (ServerSocket *socket, const char *part);
void server_socket_say (ServerSocket *socket, const char *text);
void server_socket_free (ServerSocket *socket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerSocket, server_socket_free)

#define assert_status(expected) \
  g_assert_cmpuint (soup_message_get_status (self->message), ==, expected)

#define assert_has(text, part) \
  G_STMT_START { \
    const char *peg_text = (text); \
    if (strstr (peg_text, part) == NULL) \
      g_error ("“%s” is not in “%s”", part, peg_text); \
  } G_STMT_END

#define wait_text(socket, part) \
  peg_test_wait_until (server_socket_find (socket, part) != NULL)

G_END_DECLS
