/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* How many handshakes are under way at once: as many as the kernel lets wait for
 * pegboardd, and no more, as it would drop the others for a second. */
#define MAX_OPENING 1000

/* How much is read in one go, bytes. */
#define BUFFER (256 * 1024)

/* How much of a message tells what it is. */
#define PREFIX 40

/* How long anything may take, µs, before the benchmark gives up. */
#define CAP_US (300 * G_USEC_PER_SEC)

typedef enum {
  CONNECTING,
  UPGRADING,
  GREETING,
  READY,
} Phase;

/* One socket. Of a message only the beginning is kept. */
typedef struct {
  CrowdAsk *ask; /* (unowned) (nullable): it is for requests */
  int fd;
  guint8 phase;
  guint8 n_header;
  guint8 n_prefix;
  gboolean in_payload;
  guint8 header[16];
  char prefix[PREFIX + 1];
  guint64 left;
} Socket;

struct _CrowdAsk
{
  Crowd *crowd;     /* (unowned) */
  Socket socket;
  char *request;    /* (owned): what is sent when the connection is there */
  GString *head;    /* (owned) */
  GString *body;    /* (owned) (nullable): where it is kept */
  gboolean in_body;
  gboolean is_done;
  guint status;
  gsize length;
  gsize left;
  gint64 sent_us;
  gint64 done_us;
};

struct _Crowd
{
  struct sockaddr_in address;
  int epoll;
  GPtrArray *sockets;  /* (owned) (element-type Socket) */
  GPtrArray *asks;     /* (owned) (element-type CrowdAsk) */
  char *hello;         /* (owned): the masked frame */
  gsize hello_length;
  guint n_opening;
  guint n_ready;
  guint n_heard;
  gint64 first_us;
  gint64 last_us;
  char *buffer;        /* (owned) */
};

static int
connect_socket (Crowd  *self,
                Socket *socket_data)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = socket_data };
  const int on = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    g_error ("socket: %s", g_strerror (errno));
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect (fd, (struct sockaddr *) &self->address, sizeof self->address) < 0 &&
      errno != EINPROGRESS)
    g_error ("connect: %s", g_strerror (errno));
  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));

  return fd;
}

/* What is sent is short: it goes at once, or the server is not there. */
static void
send_all (int         fd,
          const void *data,
          gsize       length)
{
  if (send (fd, data, length, MSG_NOSIGNAL) != (gssize) length)
    g_error ("send: %s", g_strerror (errno));
}

static void
send_upgrade (Socket *socket)
{
  static const char request[] =
    "GET /ws?user=bench HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: pegboard.1\r\n\r\n";

  send_all (socket->fd, request, sizeof request - 1);
  socket->phase = UPGRADING;
}

static void
send_request (Socket *socket)
{
  send_all (socket->fd, socket->ask->request, strlen (socket->ask->request));
  socket->phase = READY;
}

/* A frame of a client has a mask (RFC 6455, 5.3); zero is as good as any here. */
static gsize
make_frame (char       *frame,
            guint8      first,
            const char *text,
            gsize       length)
{
  gsize at = 2;

  frame[0] = (char) first;
  if (length < 126) {
    frame[1] = (char) (0x80 | length);
  } else {
    frame[1] = (char) (0x80 | 126);
    frame[2] = (char) (length >> 8);
    frame[3] = (char) length;
    at = 4;
  }
  memset (frame + at, 0, 4);
  memcpy (frame + at + 4, text, length);

  return at + 4 + length;
}

static void
take_message (Crowd  *self,
              Socket *socket)
{
  socket->prefix[socket->n_prefix] = '\0';
  socket->n_prefix = 0;

  if ((socket->header[0] & 0x0f) == 0x09) {
    char pong[16];

    send_all (socket->fd, pong, make_frame (pong, 0x8a, "", 0));
  } else if (strstr (socket->prefix, "FILES_CHANGED") != NULL) {
    self->last_us = g_get_monotonic_time ();
    if (self->n_heard++ == 0)
      self->first_us = self->last_us;
  } else if (socket->phase == GREETING &&
             (strstr (socket->prefix, "FILE_LIST") != NULL ||
              strstr (socket->prefix, "update_requested") != NULL)) {
    socket->phase = READY;
    self->n_ready++;
    self->n_opening--;
  }
}

/* How long the header of a frame without a mask is, as far as its first two bytes
 * tell. */
static guint
header_length (const Socket *socket)
{
  if (socket->n_header < 2)
    return 2;
  if (socket->header[1] == 126)
    return 4;

  return socket->header[1] == 127 ? 10 : 2;
}

static void
begin_payload (Socket *socket)
{
  guint length = header_length (socket);

  socket->left = length == 2 ? socket->header[1] : 0;
  for (guint i = 2; i < length; i++)
    socket->left = socket->left << 8 | socket->header[i];
  socket->in_payload = TRUE;
}

static void
take_frames (Crowd      *self,
             Socket     *socket,
             const char *data,
             gsize       length)
{
  while (length > 0 || (socket->in_payload && socket->left == 0)) {
    gsize n;

    if (!socket->in_payload) {
      socket->header[socket->n_header++] = (guint8) *data++;
      length--;
      if (socket->n_header == header_length (socket))
        begin_payload (socket);
      continue;
    }

    n = (gsize) MIN (socket->left, length);
    for (gsize i = 0; i < n && socket->n_prefix < PREFIX; i++)
      socket->prefix[socket->n_prefix++] = data[i];
    data += n;
    length -= n;
    socket->left -= n;
    if (socket->left == 0) {
      socket->in_payload = FALSE;
      socket->n_header = 0;
      take_message (self, socket);
    }
  }
}

static void
take_answer (CrowdAsk   *ask,
             const char *data,
             gsize       length)
{
  if (!ask->in_body) {
    const char *end, *member;
    gsize before = ask->head->len;

    g_string_append_len (ask->head, data, (gssize) length);
    end = strstr (ask->head->str, "\r\n\r\n");
    if (end == NULL)
      return;

    ask->in_body = TRUE;
    ask->status = (guint) atoi (ask->head->str + strlen ("HTTP/1.1 "));
    member = strcasestr (ask->head->str, "\r\nContent-Length:");
    ask->left = ask->length = member != NULL
      ? (gsize) g_ascii_strtoull (member + strlen ("\r\nContent-Length:"), NULL, 10) : 0;
    data += (gsize) (end + 4 - ask->head->str) - before;
    length = ask->head->len - (gsize) (end + 4 - ask->head->str);
  }

  if (ask->body != NULL)
    g_string_append_len (ask->body, data, (gssize) length);
  ask->left -= MIN (ask->left, length);
  if (ask->left == 0) {
    ask->is_done = TRUE;
    ask->done_us = g_get_monotonic_time ();
  }
}

static void
take (Crowd      *self,
      Socket     *socket,
      const char *data,
      gsize       length)
{
  if (socket->ask != NULL) {
    take_answer (socket->ask, data, length);
  } else if (socket->phase == UPGRADING) {
    /* The answer comes in one piece: it is short, and nothing follows it yet. */
    if (length < 12 || strncmp (data, "HTTP/1.1 101", 12) != 0 || !g_str_has_suffix (data, "\r\n\r\n"))
      g_error ("The upgrade was refused: %.*s", (int) length, data);
    socket->phase = GREETING;
    send_all (socket->fd, self->hello, self->hello_length);
  } else {
    take_frames (self, socket, data, length);
  }
}

static void
handle (Crowd              *self,
        struct epoll_event *event)
{
  Socket *socket = event->data.ptr;
  gssize n;

  if ((event->events & (EPOLLERR | EPOLLHUP)) && (socket->ask == NULL || !socket->ask->is_done)) {
    int code = 0;
    socklen_t length = sizeof code;

    getsockopt (socket->fd, SOL_SOCKET, SO_ERROR, &code, &length);
    g_error ("The server ended a connection: %s", g_strerror (code));
  }
  if (socket->phase == CONNECTING && (event->events & EPOLLOUT)) {
    if (socket->ask == NULL)
      send_upgrade (socket);
    else
      send_request (socket);
  }
  if ((event->events & EPOLLIN) == 0)
    return;

  do {
    n = recv (socket->fd, self->buffer, BUFFER - 1, 0);
    if (n == 0 && socket->ask != NULL && socket->ask->is_done)
      break;
    if (n == 0 || (n < 0 && errno != EAGAIN))
      g_error ("The server ended a connection");
    if (n > 0) {
      self->buffer[n] = '\0';
      take (self, socket, self->buffer, (gsize) n);
    }
  } while (n == BUFFER - 1);
}

/*
 * crowd_turn:
 * @wait_ms: how long to wait for something to do
 *
 * Does what there is to do.
 */
void
crowd_turn (Crowd *self,
            int    wait_ms)
{
  struct epoll_event events[512];
  int n = epoll_wait (self->epoll, events, G_N_ELEMENTS (events), wait_ms);

  for (int i = 0; i < n; i++)
    handle (self, &events[i]);
}

Crowd *
crowd_new (guint16 port)
{
  Crowd *self = g_new0 (Crowd, 1);

  self->address.sin_family = AF_INET;
  self->address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->address.sin_port = htons (port);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->sockets = g_ptr_array_new_with_free_func (g_free);
  self->asks = g_ptr_array_new ();
  self->buffer = g_malloc (BUFFER);

  return self;
}

/*
 * crowd_open:
 * @n_sockets: how many to open
 * @topics: the JSON array of what they want to hear of
 *
 * Opens sockets, greets on each, and waits until each has its first list.
 *
 * Returns: how long that took, µs
 */
gint64
crowd_open (Crowd      *self,
            guint       n_sockets,
            const char *topics)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"hello\",\"client\":\"bench\",\"topics\":%s}",
                                           topics);
  const gint64 began_us = g_get_monotonic_time ();
  guint wanted = self->sockets->len + n_sockets;

  g_free (self->hello);
  self->hello = g_malloc (strlen (text) + 16);
  self->hello_length = make_frame (self->hello, 0x81, text, strlen (text));

  while (self->n_ready < wanted) {
    while (self->sockets->len < wanted && self->n_opening < MAX_OPENING) {
      Socket *socket = g_new0 (Socket, 1);

      g_ptr_array_add (self->sockets, socket);
      self->n_opening++;
      socket->fd = connect_socket (self, socket);
    }
    crowd_turn (self, 1000);
    if (g_get_monotonic_time () - began_us > CAP_US)
      g_error ("Only %u of %u sockets were opened", self->n_ready, wanted);
  }

  return g_get_monotonic_time () - began_us;
}

/*
 * crowd_close:
 *
 * Ends every socket without a word.
 */
void
crowd_close (Crowd *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    close (((Socket *) g_ptr_array_index (self->sockets, i))->fd);
  g_ptr_array_set_size (self->sockets, 0);
  self->n_ready = self->n_opening = 0;
}

void
crowd_free (Crowd *self)
{
  crowd_close (self);
  for (guint i = 0; i < self->asks->len; i++) {
    CrowdAsk *ask = g_ptr_array_index (self->asks, i);

    if (ask->socket.fd >= 0)
      close (ask->socket.fd);
    g_free (ask->request);
    g_string_free (ask->head, TRUE);
    if (ask->body != NULL)
      g_string_free (ask->body, TRUE);
    g_free (ask);
  }
  g_ptr_array_unref (self->asks);
  g_ptr_array_unref (self->sockets);
  close (self->epoll);
  g_free (self->hello);
  g_free (self->buffer);
  g_free (self);
}

guint
crowd_get_n_opened (Crowd *self)
{
  return self->n_ready;
}

/*
 * crowd_forget_heard:
 *
 * Counts the changes that sockets hear of anew.
 */
void
crowd_forget_heard (Crowd *self)
{
  self->n_heard = 0;
  self->first_us = self->last_us = 0;
}

guint
crowd_get_n_heard (Crowd *self)
{
  return self->n_heard;
}

gint64
crowd_get_first_us (Crowd *self)
{
  return self->first_us;
}

gint64
crowd_get_last_us (Crowd *self)
{
  return self->last_us;
}

/*
 * crowd_ask_new:
 *
 * Returns: (transfer none): a client that asks for one thing after the other
 */
CrowdAsk *
crowd_ask_new (Crowd *self)
{
  CrowdAsk *ask = g_new0 (CrowdAsk, 1);

  ask->crowd = self;
  ask->head = g_string_new (NULL);
  ask->is_done = TRUE;
  ask->socket.ask = ask;
  ask->socket.fd = -1;
  g_ptr_array_add (self->asks, ask);

  return ask;
}

/*
 * crowd_ask_keep:
 *
 * Has the bodies of the answers kept.
 */
void
crowd_ask_keep (CrowdAsk *ask)
{
  if (ask->body == NULL)
    ask->body = g_string_new (NULL);
}

GString *
crowd_ask_get_body (CrowdAsk *ask)
{
  return ask->body;
}

/*
 * crowd_ask_send:
 * @headers: lines that end with CR LF, or nothing
 * @body: (nullable): JSON
 *
 * Sends a request on a connection of its own, as pegboardd wants it with libsoup
 * before 3.3, when the one before it is answered.
 */
void
crowd_ask_send (CrowdAsk   *ask,
                const char *method,
                const char *path,
                const char *headers,
                const char *body)
{
  g_autofree char *type =
    body != NULL ? g_strdup_printf ("Content-Type: application/json\r\nContent-Length: %u\r\n",
                                    (guint) strlen (body)) : g_strdup ("");

  g_assert (ask->is_done);
  g_free (ask->request);
  ask->request = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s\r\n%s", method, path,
                                  headers, type, body != NULL ? body : "");
  g_string_truncate (ask->head, 0);
  if (ask->body != NULL)
    g_string_truncate (ask->body, 0);
  ask->in_body = ask->is_done = FALSE;
  ask->sent_us = g_get_monotonic_time ();
  if (ask->socket.fd >= 0)
    close (ask->socket.fd);
  ask->socket.phase = CONNECTING;
  ask->socket.fd = connect_socket (ask->crowd, &ask->socket);
}

gboolean
crowd_ask_is_done (CrowdAsk *ask)
{
  return ask->is_done;
}

void
crowd_ask_wait (CrowdAsk *ask)
{
  while (!ask->is_done) {
    crowd_turn (ask->crowd, 1000);
    if (g_get_monotonic_time () - ask->sent_us > CAP_US)
      g_error ("A request was not answered");
  }
}

guint
crowd_ask_get_status (CrowdAsk *ask)
{
  return ask->status;
}

gsize
crowd_ask_get_length (CrowdAsk *ask)
{
  return ask->length;
}

/*
 * crowd_ask_get_ms:
 *
 * Returns: how long the last request took, from its first byte to the last one of
 *   the answer, ms
 */
double
crowd_ask_get_ms (CrowdAsk *ask)
{
  return (double) (ask->done_us - ask->sent_us) / 1e3;
}

gint64
crowd_ask_get_sent_us (CrowdAsk *ask)
{
  return ask->sent_us;
}
