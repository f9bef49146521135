/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * feeder FILES: a server that costs next to nothing, so that what is measured is
 * the client. It speaks as much of pegboard.1 (docs/protocol.md) as a client needs
 * to be live, to one socket at a time, and does what it is told on its standard
 * input, a word and numbers on a line; each is answered with a line that begins
 * with the same word. Times are µs of the monotonic clock, which all processes of
 * a computer share.
 *
 *   port                 → port PORT                 (by itself, at first)
 *   hold                 → hold                      no list by itself until “list”
 *   list                 → list FIRST LAST BYTES     sends the list; when its bytes went
 *   toggle INDEX         → toggle SEQ                changes a lock, and tells nobody
 *   delta INDEX          → delta TIME SEQ            changes a lock, and tells
 *   stream RATE SECONDS  → stream SEQ LATE_MS LAST   tells of so many changes a second
 *   flood N              → flood FIRST LAST          small messages of every kind
 *   big KIND             → big FIRST LAST            one message of 16 MiB
 *   state                → state SEQ HASH
 */

#include "peg-config.h"

#include "feeder-shop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

/* The most that a message may have (src/link/wire/peg-wire.h). */
#define MAX_MESSAGE (16 * 1024 * 1024)

/* How much of a flood is written at once. */
#define BATCH_BYTES (64 * 1024)

typedef struct {
  GMutex mutex;              /* guards what follows, and writing to the socket */
  FeederShop *shop;          /* (owned) */
  GSocketConnection *socket; /* (owned) (nullable) */
  gboolean held;
  gboolean telling;          /* the list was asked for on the standard input */
} Feeder;

static Feeder feeder;

G_GNUC_PRINTF (1, 2) static void
say (const char *format,
     ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static gboolean
write_all (GSocketConnection *connection,
           const void        *data,
           gsize              length)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                    data, length, NULL, NULL, NULL);
}

/* RFC 6455, 5.2. */
static void
add_head (GString *out,
          guint8   opcode,
          guint64  length)
{
  g_string_append_c (out, (char) (0x80 | opcode));
  if (length < 126) {
    g_string_append_c (out, (char) length);
  } else if (length < 65536) {
    g_string_append_c (out, 126);
    g_string_append_c (out, (char) (length >> 8));
    g_string_append_c (out, (char) (length & 0xff));
  } else {
    const guint64 big = GUINT64_TO_BE (length);

    g_string_append_c (out, 127);
    g_string_append_len (out, (const char *) &big, sizeof big);
  }
}

static void
add_text (GString    *out,
          const char *text,
          gsize       length)
{
  add_head (out, 1, length);
  g_string_append_len (out, text, (gssize) length);
}

/* Called with the mutex held, like all that writes. */
static void
send_text (const char *text,
           gsize       length)
{
  g_autoptr (GString) out = g_string_sized_new (length + 16);

  if (feeder.socket == NULL)
    return;

  add_text (out, text, length);
  write_all (feeder.socket, out->str, out->len);
}

static void
send_list (void)
{
  g_autoptr (GBytes) list = feeder_shop_dup_list (feeder.shop);
  gsize length;
  const char *data = g_bytes_get_data (list, &length);
  g_autoptr (GString) text = NULL;
  gint64 first_us;

  if (length + 256 > MAX_MESSAGE) {
    send_text ("{\"type\":\"update_requested\"}", strlen ("{\"type\":\"update_requested\"}"));
    return;
  }

  text = g_string_sized_new (length + 256);
  g_string_append_printf (text, "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"" FEEDER_EPOCH "\","
                          "\"seq\":%" G_GUINT64_FORMAT ",\"payload\":",
                          feeder_shop_get_seq (feeder.shop));
  g_string_append_len (text, data, (gssize) length);
  g_string_append_c (text, '}');

  first_us = g_get_monotonic_time ();
  send_text (text->str, text->len);
  if (feeder.telling)
    say ("list %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GSIZE_FORMAT, first_us,
         g_get_monotonic_time (), length);
  feeder.telling = FALSE;
}

/* What a member of a short message is, as far as it is a number. */
static guint64
get_number (const char *text,
            const char *member)
{
  const char *found = strstr (text, member);

  return found != NULL ? g_ascii_strtoull (found + strlen (member), NULL, 10) : G_MAXUINT64;
}

static void
answer_hello (const char *text)
{
  const guint64 seq = feeder_shop_get_seq (feeder.shop);
  const char *resume = strstr (text, "\"resume\"");
  const gboolean recovered = resume != NULL && strstr (resume, "\"" FEEDER_EPOCH "\"") != NULL &&
                             get_number (resume, "\"seq\":") == seq;
  g_autofree char *hello =
    g_strdup_printf ("{\"type\":\"hello_ok\",\"epoch\":\"" FEEDER_EPOCH "\",\"seq\":%" G_GUINT64_FORMAT
                     ",\"recovered\":%s,\"name\":\"Bench\",\"ping_ms\":25000,"
                     "\"retry_window_ms\":1000,\"poll_ms\":2000}",
                     seq, recovered ? "true" : "false");

  send_text (hello, strlen (hello));
  if (!recovered && !feeder.held)
    send_list ();
}

static void
answer_ping (const char *text)
{
  g_autofree char *pong =
    g_strdup_printf ("{\"type\":\"pong\",\"id\":%" G_GUINT64_FORMAT "}",
                     get_number (text, "\"id\":"));

  send_text (pong, strlen (pong));
}

static void
take_text (const char *text)
{
  g_mutex_lock (&feeder.mutex);
  if (strstr (text, "\"hello\"") != NULL)
    answer_hello (text);
  else if (strstr (text, "\"ping\"") != NULL)
    answer_ping (text);
  else if (strstr (text, "\"request_update\"") != NULL || strstr (text, "\"replay\"") != NULL)
    send_list ();
  g_mutex_unlock (&feeder.mutex);
}

static gboolean
read_exactly (GInputStream *input,
              void         *buffer,
              gsize         length)
{
  gsize n;

  return g_input_stream_read_all (input, buffer, length, &n, NULL, NULL) && n == length;
}

/* Takes what the client says until it goes. What it says is short. */
static void
listen_to (GInputStream *input)
{
  guint8 head[8];
  char text[4096];

  while (read_exactly (input, head, 2)) {
    const guint8 opcode = head[0] & 0x0f;
    gsize length = head[1] & 0x7f;
    guint8 mask[4];

    if (length == 126) {
      if (!read_exactly (input, head, 2))
        return;
      length = ((gsize) head[0] << 8) | head[1];
    }
    if (length >= sizeof text || !read_exactly (input, mask, 4) ||
        !read_exactly (input, text, length))
      return;
    for (gsize i = 0; i < length; i++)
      text[i] = (char) (text[i] ^ mask[i % 4]);
    text[length] = '\0';

    if (opcode == 8)
      return;
    if (opcode == 1)
      take_text (text);
  }
}

static void
serve_socket (GSocketConnection *connection,
              const char        *head)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  const char *key = strcasestr (head, "Sec-WebSocket-Key: ");
  g_autofree char *accept = NULL;
  g_autofree char *answer = NULL;
  guint8 digest[20];
  gsize length = sizeof digest;

  if (key == NULL)
    return;
  key += strlen ("Sec-WebSocket-Key: ");
  g_checksum_update (checksum, (const guchar *) key, (gssize) strcspn (key, "\r"));
  g_checksum_update (checksum, (const guchar *) GUID, -1);
  g_checksum_get_digest (checksum, digest, &length);
  accept = g_base64_encode (digest, length);
  answer = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            "Connection: Upgrade\r\nSec-WebSocket-Protocol: pegboard.1\r\n"
                            "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
  if (!write_all (connection, answer, strlen (answer)))
    return;

  g_mutex_lock (&feeder.mutex);
  g_set_object (&feeder.socket, connection);
  g_mutex_unlock (&feeder.mutex);

  listen_to (g_io_stream_get_input_stream (G_IO_STREAM (connection)));

  g_mutex_lock (&feeder.mutex);
  if (feeder.socket == connection)
    g_clear_object (&feeder.socket);
  g_mutex_unlock (&feeder.mutex);
}

static void
serve_list (GSocketConnection *connection)
{
  g_autoptr (GBytes) list = NULL;
  g_autofree char *head = NULL;
  gboolean telling;
  gint64 first_us;
  gsize length;
  const char *data;

  g_mutex_lock (&feeder.mutex);
  list = feeder_shop_dup_list (feeder.shop);
  telling = feeder.telling;
  feeder.telling = FALSE;
  data = g_bytes_get_data (list, &length);
  head = g_strdup_printf ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\nPegboard-Epoch: " FEEDER_EPOCH "\r\n"
                          "Pegboard-Seq: %" G_GUINT64_FORMAT "\r\n\r\n",
                          length, feeder_shop_get_seq (feeder.shop));
  g_mutex_unlock (&feeder.mutex);

  first_us = g_get_monotonic_time ();
  if (write_all (connection, head, strlen (head)))
    write_all (connection, data, length);
  if (telling)
    say ("list %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GSIZE_FORMAT, first_us,
         g_get_monotonic_time (), length);
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char head[8192];
  gsize length = 0;

  do {
    const gssize n = g_input_stream_read (input, head + length, sizeof head - 1 - length, NULL,
                                          NULL);

    if (n <= 0)
      return TRUE;
    length += (gsize) n;
    head[length] = '\0';
  } while (strstr (head, "\r\n\r\n") == NULL);

  g_socket_set_option (g_socket_connection_get_socket (connection), 6, 1, 1, NULL);
  if (g_str_has_prefix (head, "GET /ws")) {
    serve_socket (connection, head);
  } else if (g_str_has_prefix (head, "GET /files ")) {
    serve_list (connection);
  } else {
    static const char answer[] =
      "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    write_all (connection, answer, strlen (answer));
  }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  return TRUE;
}

static void
do_delta (guint index)
{
  g_autoptr (GString) text = g_string_sized_new (512);
  gint64 now_us;

  g_mutex_lock (&feeder.mutex);
  feeder_shop_toggle (feeder.shop, index);
  feeder_shop_add_delta (feeder.shop, index, text);
  now_us = g_get_monotonic_time ();
  send_text (text->str, text->len);
  g_mutex_unlock (&feeder.mutex);

  say ("delta %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT, now_us, feeder_shop_get_seq (feeder.shop));
}

/* On time by the clock, however long a turn takes; a client that does not read
 * makes it late, because nothing here waits to be sent. */
static void
do_stream (guint rate,
           guint seconds)
{
  g_autoptr (GString) text = g_string_sized_new (512);
  g_autoptr (GString) out = g_string_sized_new (BATCH_BYTES);
  const guint64 n = (guint64) rate * seconds;
  const gint64 began_us = g_get_monotonic_time ();
  guint64 sent = 0;
  gint64 late_us = 0;

  while (sent < n) {
    const gint64 passed_us = g_get_monotonic_time () - began_us;
    const guint64 due = MIN ((guint64) passed_us * rate / G_USEC_PER_SEC, n);

    g_string_truncate (out, 0);
    g_mutex_lock (&feeder.mutex);
    late_us = MAX (late_us, passed_us - (gint64) (sent * G_USEC_PER_SEC / rate));
    while (sent < due && out->len < BATCH_BYTES) {
      const guint index = (guint) (sent * 7919 % feeder_shop_get_n (feeder.shop));

      feeder_shop_toggle (feeder.shop, index);
      g_string_truncate (text, 0);
      feeder_shop_add_delta (feeder.shop, index, text);
      add_text (out, text->str, text->len);
      sent++;
    }
    if (feeder.socket != NULL && out->len > 0)
      write_all (feeder.socket, out->str, out->len);
    g_mutex_unlock (&feeder.mutex);

    /* Until more is due: so many a second is what is measured. */
    if (sent >= due)
      g_usleep (1000);
  }

  say ("stream %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
       feeder_shop_get_seq (feeder.shop), late_us / 1000, g_get_monotonic_time ());
}

/* Everything small that a server may say: what is known and changes what is shown,
 * what is known and says nothing new, what is not known, what makes no sense. */
static void
do_flood (guint n)
{
  static const char *const kinds[] = {
    "{\"type\":\"no_such_type\",\"n\":%u}",
    "{\"type\":\"pong\",\"id\":%u}",
    "{\"type\":\"user_connected\",\"username\":\"u%u\"}",
    "{\"type\":\"notification\",\"message\":\"Flood %u\",\"level\":\"warning\"}",
    "{\"type\":\"processing_progress\",\"id\":1,\"progress\":%u,\"current_file\":\"a.nc\"}",
    "{\"type\":\"FILES_CHANGED\",\"epoch\":\"" FEEDER_EPOCH "\",\"seq\":0,\"changed\":[],\"removed\":[\"u%u\"]}",
    "[%u",
    "{\"type\":\"user_disconnected\",\"username\":\"u%u\"}",
  };
  g_autoptr (GString) out = g_string_sized_new (BATCH_BYTES + 256);
  const gint64 first_us = g_get_monotonic_time ();

  for (guint i = 0; i < n; i++) {
    const guint kind = i % G_N_ELEMENTS (kinds);
    char text[192];
    const char *hole = strchr (kinds[kind], '%');
    const int length = g_snprintf (text, sizeof text, "%.*s%u%s", (int) (hole - kinds[kind]),
                                   kinds[kind], i % 100, hole + 2);

    add_text (out, text, (gsize) length);
    if (out->len >= BATCH_BYTES || i == n - 1) {
      g_mutex_lock (&feeder.mutex);
      if (feeder.socket != NULL)
        write_all (feeder.socket, out->str, out->len);
      g_mutex_unlock (&feeder.mutex);
      g_string_truncate (out, 0);
    }
  }

  say ("flood %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, first_us, g_get_monotonic_time ());
}

/* As long as a message may be: a text to be shown, or what nobody knows. */
static void
do_big (const char *kind)
{
  const gboolean notification = g_str_equal (kind, "notification");
  const char *before = notification ? "{\"type\":\"notification\",\"message\":\""
                                    : "{\"type\":\"no_such_type\",\"a\":[";
  const char *after = notification ? "\"}" : "0]}";
  const char *piece = notification ? "lorem ipsum " : "{\"b\":[1]},";
  g_autoptr (GString) text = g_string_sized_new (MAX_MESSAGE + 16);
  gint64 first_us;

  g_string_append (text, before);
  while (text->len + strlen (piece) + strlen (after) <= MAX_MESSAGE)
    g_string_append (text, piece);
  g_string_append (text, after);

  first_us = g_get_monotonic_time ();
  g_mutex_lock (&feeder.mutex);
  send_text (text->str, text->len);
  g_mutex_unlock (&feeder.mutex);

  say ("big %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, first_us, g_get_monotonic_time ());
}

static guint
get_index (const char *word)
{
  return word != NULL ? (guint) (g_ascii_strtoull (word, NULL, 10) % feeder_shop_get_n (feeder.shop))
                      : 0;
}

static guint
get_guint (const char *word)
{
  return word != NULL ? (guint) g_ascii_strtoull (word, NULL, 10) : 0;
}

static void
do_quickly (char **words)
{
  g_mutex_lock (&feeder.mutex);
  if (g_str_equal (words[0], "hold")) {
    feeder.held = TRUE;
    say ("hold");
  } else if (g_str_equal (words[0], "list")) {
    g_autoptr (GBytes) ready G_GNUC_UNUSED = feeder_shop_dup_list (feeder.shop);

    feeder.held = FALSE;
    feeder.telling = TRUE;
    send_list ();
  } else if (g_str_equal (words[0], "toggle")) {
    feeder_shop_toggle (feeder.shop, get_index (words[1]));
    say ("toggle %" G_GUINT64_FORMAT, feeder_shop_get_seq (feeder.shop));
  } else if (g_str_equal (words[0], "state")) {
    say ("state %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, feeder_shop_get_seq (feeder.shop),
         feeder_shop_get_hash (feeder.shop));
  }
  g_mutex_unlock (&feeder.mutex);
}

static void
obey (char *line)
{
  g_auto (GStrv) words = g_strsplit (g_strstrip (line), " ", 0);

  if (words[0] == NULL)
    return;

  if (g_str_equal (words[0], "delta"))
    do_delta (get_index (words[1]));
  else if (g_str_equal (words[0], "stream") && words[1] != NULL)
    do_stream (get_guint (words[1]), get_guint (words[2]));
  else if (g_str_equal (words[0], "flood"))
    do_flood (get_guint (words[1]));
  else if (g_str_equal (words[0], "big") && words[1] != NULL)
    do_big (words[1]);
  else
    do_quickly (words);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (16);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GThread) thread G_GNUC_UNUSED = NULL;
  char line[256];

  if (argc != 2) {
    g_printerr ("Usage: feeder FILES\n");
    return 2;
  }

  feeder.shop = feeder_shop_new ((guint) g_ascii_strtoull (argv[1], NULL, 10));
  g_bytes_unref (feeder_shop_dup_list (feeder.shop));
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error))
    g_error ("%s", error->message);

  g_signal_connect (service, "run", G_CALLBACK (run_cb), NULL);
  say ("port %u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));

  /* The loop takes the connections; this thread takes what it is told. */
  thread = g_thread_new ("accept", (GThreadFunc) (gpointer) g_main_loop_run,
                         g_main_loop_new (NULL, FALSE));
  while (fgets (line, sizeof line, stdin) != NULL)
    obey (line);

  /* Whoever told us what to do has gone. */
  exit (EXIT_SUCCESS);
}
