/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-receive"

#include "peg-config.h"

#include "peg-receive.h"

#include <sys/socket.h>

/* The field that holds the content (docs/protocol.md, “REST”). */
#define FILE_FIELD "file"

/* How much of what is too much is read and thrown away, so that the refusal
 * arrives: a client that still sends when the connection ends does not see it
 * (RFC 9112, 9.6). Whoever goes on beyond this is cut off. */
#define DRAIN_MAX (4 * 1024 * 1024)

struct _PegReceive
{
  PegMultipart *multipart; /* (owned) (nullable): %NULL: not a form */
  PegObjects *objects;     /* (owned) (nullable): %NULL: only counts */
  PegIncoming *incoming;   /* (owned) (nullable): the content, once it begins */
  GChecksum *checksum;     /* (owned) (nullable): of the content; %NULL: nobody asks */
  GError *error;           /* (owned) (nullable): what was wrong first */
  gint64 length;           /* bytes so far */
  gint64 limit;            /* how many may come */
};

static void
receive_free (PegReceive *self)
{
  g_clear_pointer (&self->multipart, peg_multipart_free);
  g_clear_pointer (&self->incoming, peg_incoming_free);
  g_clear_pointer (&self->objects, peg_objects_unref);
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
take_file (const char  *name,
           const char  *data,
           gsize        length,
           gpointer     user_data,
           GError     **error)
{
  PegReceive *self = user_data;

  if (g_strcmp0 (name, FILE_FIELD) != 0) {
    g_set_error (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_SYNTAX,
                 "The content must be in the field “" FILE_FIELD "”");
    return FALSE;
  }

  if (self->checksum != NULL)
    g_checksum_update (self->checksum, (const guchar *) data, (gssize) length);

  if (self->incoming == NULL)
    self->incoming = peg_incoming_new (self->objects, error);

  return self->incoming != NULL &&
         (length == 0 || peg_incoming_write (self->incoming, data, length, error));
}

static void
got_chunk_cb (SoupServerMessage *message,
              GBytes            *chunk,
              PegReceive        *self)
{
  gconstpointer data;
  gsize length;

  data = g_bytes_get_data (chunk, &length);
  self->length += (gint64) length;

  if (self->length > self->limit + DRAIN_MAX) {
    GSocket *socket = soup_server_message_get_socket (message);

    if (socket != NULL)
      shutdown (g_socket_get_fd (socket), SHUT_RDWR);
    return;
  }

  if (self->error != NULL)
    return;

  if (self->length > self->limit) {
    g_set_error (&self->error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TOO_BIG,
                 "This is larger than %" G_GINT64_FORMAT " bytes", self->limit);
    soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  } else if (self->multipart != NULL) {
    peg_multipart_feed (self->multipart, data, length, &self->error);
  }

  /* What is wrong is not kept, and the rest is not read into memory. */
  if (self->error != NULL)
    g_clear_pointer (&self->incoming, peg_incoming_free);
}

static PegReceive *
attach (SoupServerMessage *message,
        gint64             limit)
{
  PegReceive *self = g_new0 (PegReceive, 1);

  self->limit = limit;
  g_object_set_data_full (G_OBJECT (message), "peg-receive", self, (GDestroyNotify) receive_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), self);

  return self;
}

/**
 * peg_receive_begin:
 * @message: a request whose headers have come
 * @objects: where the content goes
 *
 * Receives an upload piece by piece into the store's anteroom.
 */
void
peg_receive_begin (SoupServerMessage *message,
                   PegObjects        *objects)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  PegReceive *self = attach (message, PEG_RECEIVE_MAX_BYTES);

  self->objects = peg_objects_ref (objects);
  self->multipart = peg_multipart_new (soup_message_headers_get_one (headers, "Content-Type"),
                                       take_file, self, &self->error);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  if (soup_message_headers_get_one (headers, "Idempotency-Key") != NULL)
    self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
}

/**
 * peg_receive_limit:
 * @message: a request whose headers have come
 *
 * Sees to it that a body which is not an upload stays small.
 */
void
peg_receive_limit (SoupServerMessage *message)
{
  attach (message, PEG_RECEIVE_MAX_BODY);
}

/**
 * peg_receive_refuse:
 * @message: a request whose headers have come, and that is refused already
 *
 * Sees to it that nothing of the body is kept, and that whoever sends a long one
 * all the same is cut off.
 */
void
peg_receive_refuse (SoupServerMessage *message)
{
  attach (message, 0);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

/**
 * peg_receive_end:
 * @message: a request whose body has come
 * @error: return location for an error
 *
 * Returns: (transfer none) (nullable): the form; %NULL with @error set when
 *   something was wrong, %NULL without when it was no upload
 */
PegMultipart *
peg_receive_end (SoupServerMessage  *message,
                 GError            **error)
{
  PegReceive *self = g_object_get_data (G_OBJECT (message), "peg-receive");

  if (self == NULL)
    return NULL;

  if (self->error == NULL && self->multipart != NULL)
    peg_multipart_end (self->multipart, &self->error);

  if (self->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&self->error));
    return NULL;
  }

  return self->multipart;
}

/**
 * peg_receive_dup_checksum:
 * @message: a request whose body has come
 *
 * Tells requests apart that have the same key. Two uploads are the same when their
 * fields and contents are: what stands between them is made anew each time.
 *
 * Returns: (transfer full): a checksum of what is asked
 */
char *
peg_receive_dup_checksum (SoupServerMessage *message)
{
  PegReceive *self = g_object_get_data (G_OBJECT (message), "peg-receive");
  g_autoptr (GChecksum) checksum = NULL;
  g_autoptr (GBytes) body = NULL;

  if (self != NULL && self->multipart != NULL && self->checksum != NULL) {
    checksum = g_checksum_copy (self->checksum);
    peg_multipart_sum_fields (self->multipart, checksum);
  } else {
    checksum = g_checksum_new (G_CHECKSUM_SHA256);
    body = soup_message_body_flatten (soup_server_message_get_request_body (message));
    g_checksum_update (checksum, g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body));
  }

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * peg_receive_take_incoming:
 * @message: a request whose form was fine
 *
 * Returns: (transfer full) (nullable): the content that came; %NULL: none
 */
PegIncoming *
peg_receive_take_incoming (SoupServerMessage *message)
{
  PegReceive *self = g_object_get_data (G_OBJECT (message), "peg-receive");

  return self != NULL ? g_steal_pointer (&self->incoming) : NULL;
}
