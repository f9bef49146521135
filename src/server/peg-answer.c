/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-answer"

#include "peg-config.h"

#include "peg-answer.h"

#include "peg-fd.h"
#include "peg-log.h"
#include "peg-multipart.h"
#include "peg-receive.h"
#include "peg-shop.h"
#include "peg-staging.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* How much of a file is in memory at once. */
#define CHUNK (128 * 1024)

/* The longest key that is remembered; a UUID has 36 characters. */
#define MAX_KEY 128

typedef struct {
  SoupServerMessage *message; /* (unowned): it owns the download */
  int fd;                     /* (owned) */
  gint64 left;                /* bytes that are still to be sent */
  char *buffer;               /* (owned) */
} Download;

typedef struct {
  PegLedger *ledger;     /* (unowned) */
  GHashTable *under_way; /* (owned): keys whose answer is not known yet */
  PegOnce *once;         /* (owned) */
} Remember;

static void
download_free (Download *self)
{
  peg_fd_clear (&self->fd);
  g_free (self->buffer);
  g_free (self);
}

static void
remember_free (Remember *self)
{
  g_hash_table_remove (self->under_way, self->once->key);
  g_hash_table_unref (self->under_way);
  peg_once_free (self->once);
  g_free (self);
}

/* What of the headers belongs to an answer that is given again. */
static const char * const kept_headers[] = { "Pegboard-Token", "Pegboard-Version" };

static char *
dup_headers (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kept_headers); i++) {
    const char *value = soup_message_headers_get_one (headers, kept_headers[i]);

    if (value != NULL)
      g_string_append_printf (text, "%s: %s\n", kept_headers[i], value);
  }

  return g_string_free (text, FALSE);
}

static void
restore_headers (SoupServerMessage *message,
                 const char        *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *colon = strstr (lines[i], ": ");

    if (colon != NULL) {
      *colon = '\0';
      soup_message_headers_replace (headers, lines[i], colon + 2);
    }
  }
}

/**
 * peg_answer_json:
 * @message: a request
 * @status: the HTTP status
 * @body: (transfer full): JSON
 *
 * Answers a request, and remembers the answer when it has an idempotency key.
 * A failure of the server is not remembered, nor that a file was busy: it may
 * work the next time. An answer to a change was kept with the change already.
 */
void
peg_answer_json (SoupServerMessage *message,
                 guint              status,
                 char              *body)
{
  Remember *remember = g_object_get_data (G_OBJECT (message), "peg-remember");

  if (remember != NULL) {
    if (status < SOUP_STATUS_INTERNAL_SERVER_ERROR && status != SOUP_STATUS_LOCKED) {
      g_autofree char *headers = dup_headers (message);

      peg_ledger_add_answer (remember->ledger, remember->once->key, remember->once->request,
                             status, body, headers, NULL);
    }
    g_object_set_data (G_OBJECT (message), "peg-remember", NULL);
  }

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body,
                                    strlen (body));
}

/**
 * peg_answer_done:
 * @message: a request that changed something
 * @entry: (nullable): the file after it; %NULL: nothing is said of it
 *
 * Answers as peg_once_keep() keeps it.
 */
void
peg_answer_done (SoupServerMessage *message,
                 PegEntry          *entry)
{
  g_autofree char *headers = NULL;

  if (entry != NULL) {
    headers = peg_once_make_headers (peg_entry_get_version (entry), peg_entry_get_token (entry));
    restore_headers (message, headers);
  }

  peg_answer_json (message, SOUP_STATUS_OK, g_strdup (PEG_ONCE_BODY));
}

/**
 * peg_answer_detail:
 * @message: a request
 * @status: the HTTP status, of an error
 * @detail: what happened, for a person
 * @code: the same for a program
 */
void
peg_answer_detail (SoupServerMessage *message,
                   guint              status,
                   const char        *detail,
                   const char        *code)
{
  /* The same client sends the content once more, under the same key. */
  if (g_strcmp0 (code, "no_upload") == 0)
    g_object_set_data (G_OBJECT (message), "peg-remember", NULL);

  peg_answer_json (message, status, peg_wire_encode_detail (detail, code));
}

static guint
status_of_shop_error (PegShopError error)
{
  switch (error) {
  case PEG_SHOP_ERROR_NOT_FOUND:
  case PEG_SHOP_ERROR_MISSING:
    return SOUP_STATUS_NOT_FOUND;
  case PEG_SHOP_ERROR_BAD_NAME:
  case PEG_SHOP_ERROR_BAD_USER:
    return SOUP_STATUS_UNPROCESSABLE_ENTITY;
  case PEG_SHOP_ERROR_VERSION:
    return SOUP_STATUS_PRECONDITION_FAILED;
  case PEG_SHOP_ERROR_BUSY:
    return SOUP_STATUS_LOCKED;
  case PEG_SHOP_ERROR_UNCERTAIN:
  case PEG_SHOP_ERROR_STOPPED:
    return SOUP_STATUS_INTERNAL_SERVER_ERROR;
  case PEG_SHOP_ERROR_AMBIGUOUS:
  case PEG_SHOP_ERROR_TAKEN:
  case PEG_SHOP_ERROR_NOT_CHECKED_OUT:
  case PEG_SHOP_ERROR_STALE_TOKEN:
  case PEG_SHOP_ERROR_CHANGED_OUTSIDE:
  case PEG_SHOP_ERROR_LINK:
  case PEG_SHOP_ERROR_EXISTS:
    return SOUP_STATUS_CONFLICT;
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_answer_error:
 * @message: a request
 * @error: why it was refused
 *
 * Answers with the status that fits. What the client did wrong is said in full;
 * what went wrong inside is said in full in the log only.
 */
void
peg_answer_error (SoupServerMessage *message,
                  const GError      *error)
{
  if (error->domain == PEG_SHOP_ERROR) {
    peg_answer_detail (message, status_of_shop_error ((PegShopError) error->code), error->message,
                       peg_shop_error_to_code ((PegShopError) error->code));
  } else if (error->domain == PEG_MULTIPART_ERROR) {
    peg_answer_detail (message,
                       error->code == PEG_MULTIPART_ERROR_TOO_BIG ? SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE
                                                                  : SOUP_STATUS_BAD_REQUEST,
                       error->message, "bad_upload");
  } else if (error->domain == PEG_STAGING_ERROR) {
    peg_answer_detail (message, SOUP_STATUS_NOT_FOUND, error->message,
                       peg_staging_error_to_code ((PegStagingError) error->code));
  } else if (error->domain == PEG_WIRE_ERROR) {
    peg_answer_detail (message, SOUP_STATUS_UNPROCESSABLE_ENTITY, error->message, "bad_request");
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)) {
    PEG_LOG ("disk-full", "s:error", error->message);
    peg_answer_detail (message, SOUP_STATUS_INSUFFICIENT_STORAGE,
                       "The server’s disk is full. Nothing was changed; tell whoever looks after "
                       "the server.", "disk_full");
  } else {
    PEG_LOG ("failed", "s:error", error->message);
    peg_answer_detail (message, SOUP_STATUS_INTERNAL_SERVER_ERROR,
                       "The server could not do it; its log says why. Nothing was lost.", "failed");
  }
}

/* A name for `Content-Disposition`: what is plain ASCII as it is, and all of it
 * as RFC 8187 says. */
static void
set_disposition (SoupMessageHeaders *headers,
                 const char         *filename)
{
  g_autofree char *escaped = g_uri_escape_string (filename, NULL, FALSE);
  g_autofree char *plain = g_str_to_ascii (filename, "C");
  g_autofree char *value = NULL;

  for (char *c = plain; *c != '\0'; c++) {
    if (!g_ascii_isprint (*c) || *c == '"' || *c == '\\' || *c == '/')
      *c = '_';
  }
  value = g_strdup_printf ("attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, escaped);
  soup_message_headers_replace (headers, "Content-Disposition", value);
}

static void
send_chunk (Download *self)
{
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  gssize length = 0;

  if (self->left > 0) {
    length = read (self->fd, self->buffer, (gsize) MIN (self->left, CHUNK));

    /* Somebody made the file shorter while it is sent. The length was promised:
     * only a broken connection tells the client that it does not have it all. */
    if (length <= 0) {
      GSocket *socket = soup_server_message_get_socket (self->message);

      if (socket != NULL)
        shutdown (g_socket_get_fd (socket), SHUT_RDWR);
      self->left = 0;
    }
  }

  if (length > 0) {
    self->left -= length;
    soup_message_body_append (body, SOUP_MEMORY_COPY, self->buffer, (gsize) length);
  } else {
    soup_message_body_complete (body);
  }
  soup_server_message_unpause (self->message);
}

static void
wrote_chunk_cb (SoupServerMessage *message,
                Download          *download)
{
  send_chunk (download);
}

/**
 * peg_answer_stream:
 * @message: a request whose status and headers are set
 * @fd: a descriptor of a file; taken over
 * @from: where to begin, bytes
 * @length: how much to send, bytes
 *
 * Sends a part of a file, of which never more than a piece is in memory. To a request
 * that wants only the headers it sends no more.
 */
void
peg_answer_stream (SoupServerMessage *message,
                   int                fd,
                   gint64             from,
                   gint64             length)
{
  peg_autofd own_fd = fd;
  Download *download;

  soup_message_headers_set_content_length (soup_server_message_get_response_headers (message), length);
  if (soup_server_message_get_method (message) == SOUP_METHOD_HEAD)
    return;

  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);

  download = g_new0 (Download, 1);
  download->message = message;
  /* One that cannot be read from there is one that is too short: see send_chunk(). */
  if (from > 0 && lseek (own_fd, from, SEEK_SET) < 0)
    g_debug ("Cannot skip: %s", g_strerror (errno));
  download->fd = peg_fd_steal (&own_fd);
  download->left = length;
  download->buffer = g_malloc (CHUNK);
  g_object_set_data_full (G_OBJECT (message), "peg-download", download,
                          (GDestroyNotify) download_free);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), download);
  send_chunk (download);
}

/**
 * peg_answer_file:
 * @message: a request
 * @fd: a descriptor of a file; taken over
 * @filename: what the file is called
 * @etag: (nullable): names the content, with quotes
 *
 * Answers with a file, of which never more than a piece is in memory.
 */
void
peg_answer_file (SoupServerMessage *message,
                 int                fd,
                 const char        *filename,
                 const char        *etag)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *known = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                    "If-None-Match");
  peg_autofd own_fd = fd;
  struct stat status;

  if (fstat (own_fd, &status) < 0) {
    peg_answer_detail (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, g_strerror (errno), "failed");
    return;
  }

  if (etag != NULL)
    soup_message_headers_replace (headers, "ETag", etag);
  if (etag != NULL && g_strcmp0 (known, etag) == 0) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, "application/octet-stream", NULL);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  set_disposition (headers, filename);
  peg_answer_stream (message, peg_fd_steal (&own_fd), 0, status.st_size);
}

/**
 * peg_answer_again:
 * @message: a request that changes something
 * @ledger: where answers are remembered
 * @under_way: keys whose answer is not known yet
 * @user: (nullable): who asks, where that is known: nobody gets what another one
 *   was answered
 *
 * Answers a request that was answered before, by its `Idempotency-Key`
 * (docs/protocol.md), or sees to it that the answer will be remembered.
 *
 * Returns: whether the request is answered
 */
gboolean
peg_answer_again (SoupServerMessage *message,
                  PegLedger         *ledger,
                  GHashTable        *under_way,
                  const char        *user)
{
  const char *given = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                    "Idempotency-Key");
  g_autofree char *key = NULL;
  g_autofree char *request = NULL;
  g_autofree char *old_request = NULL;
  g_autofree char *body = NULL;
  g_autofree char *kept = NULL;
  Remember *remember;
  guint status;

  if (given == NULL || given[0] == '\0' || strlen (given) > MAX_KEY ||
      !g_utf8_validate (given, -1, NULL))
    return FALSE;

  key = g_strdup_printf ("%s %s%s%s", given, g_uri_get_path (soup_server_message_get_uri (message)),
                         user != NULL ? " " : "", user != NULL ? user : "");

  request = peg_receive_dup_checksum (message);
  body = peg_ledger_find_answer (ledger, key, &old_request, &status, &kept);
  if (body != NULL && old_request != NULL && strcmp (request, old_request) != 0) {
    peg_answer_detail (message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                       "Another request had this Idempotency-Key already: use a new one for "
                       "everything that is new", "key_reused");
    return TRUE;
  }
  if (body != NULL) {
    if (kept != NULL)
      restore_headers (message, kept);
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Idempotency-Replayed", "true");
    peg_answer_json (message, status, g_steal_pointer (&body));
    return TRUE;
  }

  if (g_hash_table_contains (under_way, key)) {
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Retry-After", "1");
    peg_answer_detail (message, SOUP_STATUS_CONFLICT,
                       "The same request is being worked on already", "under_way");
    return TRUE;
  }

  remember = g_new0 (Remember, 1);
  remember->ledger = ledger;
  remember->under_way = g_hash_table_ref (under_way);
  remember->once = peg_once_new (key, request);
  g_hash_table_add (under_way, g_steal_pointer (&key));
  g_object_set_data_full (G_OBJECT (message), "peg-remember", remember,
                          (GDestroyNotify) remember_free);

  return FALSE;
}

/**
 * peg_answer_get_once:
 * @message: a request that peg_answer_again() has seen
 *
 * Returns: (transfer none) (nullable): what its change is to be kept with
 */
const PegOnce *
peg_answer_get_once (SoupServerMessage *message)
{
  Remember *remember = g_object_get_data (G_OBJECT (message), "peg-remember");

  return remember != NULL ? remember->once : NULL;
}
