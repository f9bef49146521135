/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fault-proxy.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* How much waits on its way before no more is read. */
#define MAX_WAITING (256 * 1024)

/* How often a slow connection lets something through, ms. */
#define DRIP_MS 10

typedef struct _Pair Pair;

/* Bytes that came at the same time. */
typedef struct {
  GByteArray *bytes;
  gsize done;
  gint64 due_us;
} Chunk;

/* One direction of a connection. */
typedef struct {
  Pair *pair;
  GSocket *from; /* (unowned) */
  GSocket *to;   /* (unowned) */
  GQueue chunks;
  gsize waiting;
  guint64 passed;
  guint64 cut_at; /* G_MAXUINT64: never */
  gint64 dripped_us;
  gboolean ended; /* nothing more comes */
  GSource *input;
  GSource *output;
  GSource *timer;
} Pump;

struct _Pair
{
  FaultProxy *proxy;
  Fault fault;
  GSocket *client; /* (owned) */
  GSocket *server; /* (owned) */
  Pump up;         /* from the client */
  Pump down;
};

struct _FaultProxy
{
  guint port;
  guint target;
  GSocket *listener; /* (nullable): nobody listens */
  GSource *source;
  GPtrArray *pairs;
  Fault fault;
  FaultChooser chooser;
  gpointer user_data;
  guint n;
  guint n_cut;
};

static void pump_start (Pump *pump);

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
chunk_free (Chunk *chunk)
{
  g_byte_array_unref (chunk->bytes);
  g_free (chunk);
}

static void
pump_clear (Pump *pump)
{
  clear_source (&pump->input);
  clear_source (&pump->output);
  clear_source (&pump->timer);
  g_queue_clear_full (&pump->chunks, (GDestroyNotify) chunk_free);
}

static void
pair_free (Pair *pair)
{
  pump_clear (&pair->up);
  pump_clear (&pair->down);
  g_clear_object (&pair->client);
  g_clear_object (&pair->server);
  g_free (pair);
}

/* The connection is gone after this. */
static void
pair_end (Pair     *pair,
          gboolean  reset)
{
  const struct linger linger = { .l_onoff = 1, .l_linger = 0 };
  GSocket *sockets[] = { pair->client, pair->server };

  for (guint i = 0; reset && i < G_N_ELEMENTS (sockets); i++)
    setsockopt (g_socket_get_fd (sockets[i]), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);

  g_socket_close (pair->client, NULL);
  g_socket_close (pair->server, NULL);
  g_ptr_array_remove_fast (pair->proxy->pairs, pair);
}

/* How many of @n bytes may go on now. */
static gsize
pump_allowance (Pump  *pump,
                gsize  n)
{
  const Fault *fault = &pump->pair->fault;
  const gint64 now_us = g_get_monotonic_time ();
  gsize drip;

  if (pump->cut_at - pump->passed < n)
    n = (gsize) (pump->cut_at - pump->passed);
  if (fault->kind != FAULT_DRIP)
    return n;

  drip = (gsize) ((guint64) (now_us - pump->dripped_us) * fault->value / G_USEC_PER_SEC);
  if (drip == 0)
    return 0;
  pump->dripped_us = now_us;

  return MIN (n, drip);
}

/* Sends what is due. Gives whether the connection is still there. */
static gboolean
pump_send (Pump *pump)
{
  Chunk *chunk;

  while ((chunk = g_queue_peek_head (&pump->chunks)) != NULL) {
    const gsize n = chunk->due_us > g_get_monotonic_time () ? 0 :
                    pump_allowance (pump, chunk->bytes->len - chunk->done);
    g_autoptr (GError) error = NULL;
    gssize sent;

    if (n == 0)
      break;
    sent = g_socket_send (pump->to, (const char *) chunk->bytes->data + chunk->done, n, NULL,
                          &error);
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    if (sent < 0) {
      pair_end (pump->pair, TRUE);
      return FALSE;
    }

    chunk->done += (gsize) sent;
    pump->waiting -= (gsize) sent;
    pump->passed += (guint64) sent;
    if (chunk->done == chunk->bytes->len)
      chunk_free (g_queue_pop_head (&pump->chunks));
    if (pump->passed == pump->cut_at) {
      pump->pair->proxy->n_cut++;
      pair_end (pump->pair, pump->pair->fault.kind == FAULT_RESET);
      return FALSE;
    }
  }

  if (!pump->ended || pump->waiting > 0)
    return TRUE;

  g_socket_shutdown (pump->to, FALSE, TRUE, NULL);
  if (!pump->pair->up.ended || !pump->pair->down.ended ||
      pump->pair->up.waiting + pump->pair->down.waiting > 0)
    return TRUE;

  pair_end (pump->pair, FALSE);

  return FALSE;
}

static gboolean
writable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  Pump *pump = user_data;

  g_clear_pointer (&pump->output, g_source_unref);
  if (pump_send (pump))
    pump_start (pump);

  return G_SOURCE_REMOVE;
}

static gboolean
timer_cb (gpointer user_data)
{
  Pump *pump = user_data;

  g_clear_pointer (&pump->timer, g_source_unref);
  if (pump_send (pump))
    pump_start (pump);

  return G_SOURCE_REMOVE;
}

static gboolean
is_swallowed (Pump *pump)
{
  const FaultKind kind = pump->pair->fault.kind;

  return kind == FAULT_BLACK_HOLE || (kind == FAULT_HALF_OPEN && pump == &pump->pair->down);
}

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  Pump *pump = user_data;
  char buffer[16384];
  const gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

  /* Whatever happens in there, nobody hears of it out here. */
  if (is_swallowed (pump)) {
    if (n > 0)
      return G_SOURCE_CONTINUE;
    g_clear_pointer (&pump->input, g_source_unref);
    return G_SOURCE_REMOVE;
  }

  if (n < 0) {
    pair_end (pump->pair, TRUE);
    return G_SOURCE_REMOVE;
  }

  if (n == 0) {
    pump->ended = TRUE;
  } else {
    Chunk *chunk = g_new0 (Chunk, 1);

    chunk->bytes = g_byte_array_append (g_byte_array_new (), (const guint8 *) buffer, (guint) n);
    chunk->due_us = g_get_monotonic_time ();
    if (pump->pair->fault.kind == FAULT_DELAY)
      chunk->due_us += (gint64) pump->pair->fault.value * 1000;
    g_queue_push_tail (&pump->chunks, chunk);
    pump->waiting += (gsize) n;
  }

  g_clear_pointer (&pump->input, g_source_unref);
  if (pump_send (pump))
    pump_start (pump);

  return G_SOURCE_REMOVE;
}

static GSource *
watch (GSocket           *socket,
       GIOCondition       condition,
       GSocketSourceFunc  func,
       gpointer           user_data)
{
  GSource *source = g_socket_create_source (socket, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), user_data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

/* Waits for what has to come next: more to read, room to write, or the time. */
static void
pump_start (Pump *pump)
{
  const Chunk *chunk = g_queue_peek_head (&pump->chunks);
  const gboolean slow = pump->pair->fault.kind == FAULT_DRIP ||
                        pump->pair->fault.kind == FAULT_DELAY;

  if (pump->input == NULL && !pump->ended && pump->waiting < MAX_WAITING)
    pump->input = watch (pump->from, G_IO_IN, readable_cb, pump);

  if (chunk == NULL)
    return;

  if (slow && pump->timer == NULL) {
    const gint64 wait_us = chunk->due_us - g_get_monotonic_time ();

    pump->timer = g_timeout_source_new ((guint) MAX (DRIP_MS, wait_us / 1000));
    g_source_set_callback (pump->timer, timer_cb, pump, NULL);
    g_source_attach (pump->timer, g_main_context_get_thread_default ());
  } else if (!slow && pump->output == NULL) {
    pump->output = watch (pump->to, G_IO_OUT, writable_cb, pump);
  }
}

static void
pump_init (Pump    *pump,
           Pair    *pair,
           GSocket *from,
           GSocket *to)
{
  pump->pair = pair;
  pump->from = from;
  pump->to = to;
  pump->cut_at = G_MAXUINT64;
  pump->dripped_us = g_get_monotonic_time ();
  g_queue_init (&pump->chunks);
}

static GSocket *
socket_to (guint port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, (guint16) port);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);

  /* To this computer: it is done, or refused, at once. */
  if (socket == NULL || !g_socket_connect (socket, address, NULL, NULL))
    return NULL;

  return g_steal_pointer (&socket);
}

static void
take (FaultProxy *self,
      GSocket    *client)
{
  Pair *pair = g_new0 (Pair, 1);

  self->n++;
  pair->proxy = self;
  pair->client = client;
  pair->server = socket_to (self->target);
  pair->fault = self->chooser != NULL ? self->chooser (self, self->user_data) : self->fault;
  if (pair->server == NULL) {
    pair_free (pair);
    return;
  }

  g_socket_set_blocking (pair->client, FALSE);
  g_socket_set_blocking (pair->server, FALSE);
  g_socket_set_option (pair->client, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_option (pair->server, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  pump_init (&pair->up, pair, pair->client, pair->server);
  pump_init (&pair->down, pair, pair->server, pair->client);
  if (pair->fault.kind == FAULT_CUT || pair->fault.kind == FAULT_RESET) {
    pair->down.cut_at = pair->fault.value;
    if (pair->fault.from_client > 0)
      pair->up.cut_at = pair->fault.from_client;
  }

  g_ptr_array_add (self->pairs, pair);
  pump_start (&pair->up);
  pump_start (&pair->down);
}

static gboolean
incoming_cb (GSocket      *listener,
             GIOCondition  condition,
             gpointer      user_data)
{
  FaultProxy *self = user_data;
  GSocket *client = g_socket_accept (listener, NULL, NULL);

  if (client != NULL)
    take (self, client);

  return G_SOURCE_CONTINUE;
}

static void
start_listening (FaultProxy *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, (guint16) self->port);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  if (self->listener != NULL)
    return;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->listener, FALSE);
  g_socket_bind (self->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_set_listen_backlog (self->listener, 1024);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (self->listener, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->source = watch (self->listener, G_IO_IN, incoming_cb, self);
}

static void
stop_listening (FaultProxy *self)
{
  clear_source (&self->source);
  if (self->listener != NULL)
    g_socket_close (self->listener, NULL);
  g_clear_object (&self->listener);
}

/* A proxy on the loopback, before what listens on @target; @port 0: any. */
FaultProxy *
fault_proxy_new (guint port,
                 guint target)
{
  FaultProxy *self = g_new0 (FaultProxy, 1);

  self->port = port;
  self->target = target;
  self->pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) pair_free);
  start_listening (self);

  return self;
}

void
fault_proxy_free (FaultProxy *self)
{
  stop_listening (self);
  g_ptr_array_unref (self->pairs);
  g_free (self);
}

/* From now on this happens, to what is connected, too. */
void
fault_proxy_set (FaultProxy *self,
                 Fault       fault)
{
  self->fault = fault;
  self->chooser = NULL;

  for (guint i = self->pairs->len; i > 0; i--) {
    Pair *pair = g_ptr_array_index (self->pairs, i - 1);
    const gboolean cuts = fault.kind == FAULT_CUT || fault.kind == FAULT_RESET;

    pair->fault = fault;
    if (fault.kind == FAULT_REFUSE) {
      pair_end (pair, TRUE);
      continue;
    }

    /* Counted from here. */
    pair->down.cut_at = cuts ? pair->down.passed + MAX (fault.value, 1) : G_MAXUINT64;
    pair->up.cut_at = cuts && fault.from_client > 0 ? pair->up.passed + fault.from_client
                                                    : G_MAXUINT64;
    pump_start (&pair->up);
    pump_start (&pair->down);
  }

  if (fault.kind == FAULT_REFUSE)
    stop_listening (self);
  else
    start_listening (self);
}

/* From now on @chooser says what happens to each new connection. */
void
fault_proxy_choose (FaultProxy   *self,
                    FaultChooser  chooser,
                    gpointer      user_data)
{
  self->chooser = chooser;
  self->user_data = user_data;
}

guint
fault_proxy_get_port (FaultProxy *self)
{
  return self->port;
}

/* How many connections there ever were. */
guint
fault_proxy_get_n (FaultProxy *self)
{
  return self->n;
}

/* How many of them were cut. */
guint
fault_proxy_get_n_cut (FaultProxy *self)
{
  return self->n_cut;
}

/* Reads “delay 300”, “cut 4000”, “pass”. */
gboolean
fault_parse (const char *text,
             Fault      *fault)
{
  static const char * const names[FAULT_N_KINDS] = {
    [FAULT_PASS] = "pass",
    [FAULT_DELAY] = "delay",
    [FAULT_DRIP] = "drip",
    [FAULT_CUT] = "cut",
    [FAULT_RESET] = "reset",
    [FAULT_BLACK_HOLE] = "black-hole",
    [FAULT_HALF_OPEN] = "half-open",
    [FAULT_REFUSE] = "refuse",
  };
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  for (guint i = 0; words[0] != NULL && i < G_N_ELEMENTS (names); i++) {
    if (!g_str_equal (words[0], names[i]))
      continue;

    *fault = (Fault) { .kind = (FaultKind) i };

    return words[1] == NULL ||
           g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXUINT32, &fault->value, NULL);
  }

  return FALSE;
}
