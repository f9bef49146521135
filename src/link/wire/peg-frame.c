/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-frame"

#include "peg-config.h"

#include "peg-frame.h"

#include "peg-wire.h"
#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

#include <string.h>

/* The first two bytes: “P”, and the version of the layout. */
#define MAGIC 0x50
#define VERSION 1

/* The shortest JSON object. */
#define MIN_INFO 2

/* Where the parts of the head begin. */
#define AT_KIND 2
#define AT_RESERVED 3
#define AT_TRANSFER 4
#define AT_OFFSET 8
#define AT_LENGTH 16

static void
put_32 (guint8  *where,
        guint32  value)
{
  value = GUINT32_TO_BE (value);
  memcpy (where, &value, sizeof value);
}

static guint32
get_32 (const guint8 *where)
{
  guint32 value;

  memcpy (&value, where, sizeof value);

  return GUINT32_FROM_BE (value);
}

/* What a frame of each kind may carry. */
static gboolean
is_length_of (guint kind,
              gsize length)
{
  switch (kind) {
  case PEG_FRAME_BEGIN:
  case PEG_FRAME_READY:
  case PEG_FRAME_ERROR:
    return length >= MIN_INFO && length <= PEG_FRAME_MAX_INFO;
  case PEG_FRAME_CHUNK:
    return length >= 1 && length <= PEG_FRAME_MAX_CHUNK;
  case PEG_FRAME_ACK:
  case PEG_FRAME_DONE:
    return length == 0;
  case PEG_FRAME_END:
    return length == PEG_FRAME_DIGEST_BYTES;
  default:
    return FALSE;
  }
}

/**
 * peg_frame_write_header:
 * @frame: a frame; its payload is not looked at, only its length
 * @header: (array fixed-size=20) (out caller-allocates): where to
 *
 * Writes the head of a frame, for a payload that is in its place already.
 */
void
peg_frame_write_header (const PegFrame *frame,
                        guint8         *header)
{
  const guint64 offset = GUINT64_TO_BE (frame->offset);

  g_return_if_fail (frame->transfer != 0);
  g_return_if_fail (is_length_of (frame->kind, frame->length));

  header[0] = MAGIC;
  header[1] = VERSION;
  header[AT_KIND] = (guint8) frame->kind;
  header[AT_RESERVED] = 0;
  put_32 (header + AT_TRANSFER, frame->transfer);
  memcpy (header + AT_OFFSET, &offset, sizeof offset);
  put_32 (header + AT_LENGTH, (guint32) frame->length);
}

/**
 * peg_frame_encode:
 * @frame: a frame
 *
 * Returns: (transfer full): the frame as it goes over the wire
 */
GBytes *
peg_frame_encode (const PegFrame *frame)
{
  guint8 *data;

  g_return_val_if_fail (frame != NULL, NULL);

  data = g_malloc (PEG_FRAME_HEADER_BYTES + frame->length);
  peg_frame_write_header (frame, data);
  if (frame->length > 0)
    memcpy (data + PEG_FRAME_HEADER_BYTES, frame->payload, frame->length);

  return g_bytes_new_take (data, PEG_FRAME_HEADER_BYTES + frame->length);
}

static gboolean
refuse (GError       **error,
        PegWireError   code,
        const char    *problem)
{
  g_set_error (error, PEG_WIRE_ERROR, code, "The frame %s", problem);

  return FALSE;
}

/**
 * peg_frame_decode:
 * @frame: (out caller-allocates): where to
 * @data: (array length=length) (nullable): a message of bytes
 * @length: of @data
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Reads a frame. Whatever is not exactly what docs/protocol.md says is refused:
 * a frame that is nearly right is no frame of ours. The payload stays where it
 * is; nothing is allocated.
 *
 * Returns: whether it is a frame
 */
gboolean
peg_frame_decode (PegFrame      *frame,
                  const guint8  *data,
                  gsize          length,
                  GError       **error)
{
  guint64 offset;

  g_return_val_if_fail (frame != NULL, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  if (length < PEG_FRAME_HEADER_BYTES)
    return refuse (error, PEG_WIRE_ERROR_SYNTAX, "is shorter than its head");
  if (data[0] != MAGIC || data[1] != VERSION || data[AT_RESERVED] != 0)
    return refuse (error, PEG_WIRE_ERROR_SYNTAX, "is none of pegboard.1");
  if (get_32 (data + AT_LENGTH) != length - PEG_FRAME_HEADER_BYTES)
    return refuse (error, PEG_WIRE_ERROR_SYNTAX, "is not as long as it says");
  if (!is_length_of (data[AT_KIND], length - PEG_FRAME_HEADER_BYTES))
    return refuse (error, PEG_WIRE_ERROR_VALUE, "is of no kind that has this length");
  if (get_32 (data + AT_TRANSFER) == 0)
    return refuse (error, PEG_WIRE_ERROR_VALUE, "is about no transfer");

  memcpy (&offset, data + AT_OFFSET, sizeof offset);
  offset = GUINT64_FROM_BE (offset);
  if (offset > PEG_WIRE_MAX_NUMBER - PEG_FRAME_MAX_CHUNK)
    return refuse (error, PEG_WIRE_ERROR_VALUE, "is beyond the end of everything");

  *frame = (PegFrame) {
    .kind = (PegFrameKind) data[AT_KIND],
    .transfer = get_32 (data + AT_TRANSFER),
    .offset = offset,
    .payload = length > PEG_FRAME_HEADER_BYTES ? data + PEG_FRAME_HEADER_BYTES : NULL,
    .length = length - PEG_FRAME_HEADER_BYTES,
  };

  return TRUE;
}

/**
 * peg_frame_info_clear:
 * @self: some JSON of a frame
 *
 * Frees what is in it.
 */
void
peg_frame_info_clear (PegFrameInfo *self)
{
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->upload_id, g_free);
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self->have, g_free);
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->detail, g_free);
}

/**
 * peg_frame_is_digest:
 * @text: anything
 *
 * Returns: whether it is a SHA-256 in lower-case hexadecimal
 */
gboolean
peg_frame_is_digest (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return strlen (text) == 2 * PEG_FRAME_DIGEST_BYTES &&
         strspn (text, "0123456789abcdef") == 2 * PEG_FRAME_DIGEST_BYTES;
}

static void
put_unless_null (PegWireWriter *writer,
                 const char    *member,
                 const char    *value)
{
  if (value != NULL)
    peg_wire_put_string (writer, member, value);
}

/**
 * peg_frame_encode_info:
 * @kind: one that carries JSON
 * @transfer: which transfer
 * @offset: where in the content
 * @info: what to say; all texts are valid UTF-8
 *
 * Returns: (transfer full) (nullable): the frame; %NULL: it would be too long,
 *   which only a path can make it
 */
GBytes *
peg_frame_encode_info (PegFrameKind        kind,
                       guint32             transfer,
                       guint64             offset,
                       const PegFrameInfo *info)
{
  g_autofree char *json = NULL;
  PegWireWriter writer;
  gsize length;

  g_return_val_if_fail (info != NULL, NULL);

  peg_wire_writer_init (&writer, 256);
  peg_wire_put_open (&writer, NULL, '{');
  if (kind == PEG_FRAME_BEGIN)
    peg_wire_put_string (&writer, "op", info->upload ? "upload" : "download");
  put_unless_null (&writer, "file", info->file);
  put_unless_null (&writer, "upload_id", info->upload_id);
  if (info->size >= 0)
    peg_wire_put_number (&writer, "size", (guint64) info->size);
  put_unless_null (&writer, "sha256", info->sha256);
  put_unless_null (&writer, "have", info->have);
  if (info->anew)
    peg_wire_put_boolean (&writer, "anew", TRUE);
  put_unless_null (&writer, "code", info->code);
  put_unless_null (&writer, "detail", info->detail);
  peg_wire_put_close (&writer, '}');
  json = peg_wire_writer_finish (&writer, &length);

  if (length > PEG_FRAME_MAX_INFO)
    return NULL;

  return peg_frame_encode (&(PegFrame) {
    .kind = kind,
    .transfer = transfer,
    .offset = offset,
    .payload = (const guint8 *) json,
    .length = length,
  });
}

static gboolean
read_text (JsonObject  *object,
           const char  *member,
           char       **value,
           GError     **error)
{
  const char *text;

  if (!peg_wire_read_string (object, member, NULL, &text, error))
    return FALSE;

  *value = g_strdup (text);

  return TRUE;
}

static gboolean
read_digest (JsonObject  *object,
             const char  *member,
             char       **value,
             GError     **error)
{
  if (!read_text (object, member, value, error))
    return FALSE;

  if (*value == NULL || peg_frame_is_digest (*value))
    return TRUE;

  peg_wire_set_error (error, PEG_WIRE_ERROR_VALUE, NULL, member, "is no SHA-256");

  return FALSE;
}

static gboolean
read_begin (JsonObject    *object,
            PegFrameInfo  *info,
            GError       **error)
{
  const char *op;

  if (!peg_wire_need_string (object, "op", NULL, &op, error))
    return FALSE;

  info->upload = strcmp (op, "upload") == 0;
  if (!info->upload && strcmp (op, "download") != 0) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_VALUE, NULL, "op", "is neither upload nor download");
    return FALSE;
  }

  if (!info->upload && info->file == NULL) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, NULL, "file", "is missing");
    return FALSE;
  }

  if (info->upload && (info->upload_id == NULL || info->size < 0)) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, NULL,
                        info->upload_id == NULL ? "upload_id" : "size", "is missing");
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_frame_decode_info:
 * @frame: a frame that carries JSON
 * @info: where to; it is empty
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Reads the JSON of a frame, all or nothing.
 *
 * Returns: whether it makes sense
 */
gboolean
peg_frame_decode_info (const PegFrame  *frame,
                       PegFrameInfo    *info,
                       GError         **error)
{
  g_auto (PegFrameInfo) read = PEG_FRAME_INFO_INIT;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  guint64 size = 0;

  g_return_val_if_fail (frame != NULL, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  root = peg_wire_json_parse ((const char *) frame->payload, frame->length, PEG_FRAME_MAX_INFO,
                              error);
  object = root != NULL ? peg_wire_json_root (root, error) : NULL;

  if (object == NULL ||
      !read_text (object, "file", &read.file, error) ||
      !read_text (object, "upload_id", &read.upload_id, error) ||
      !peg_wire_read_number (object, "size", NULL, &size, error) ||
      !read_digest (object, "sha256", &read.sha256, error) ||
      !read_digest (object, "have", &read.have, error) ||
      !peg_wire_read_boolean (object, "anew", NULL, &read.anew, error) ||
      !read_text (object, "code", &read.code, error) ||
      !read_text (object, "detail", &read.detail, error))
    return FALSE;

  if (peg_wire_get (object, "size") != NULL)
    read.size = (gint64) size;

  if (read.upload_id != NULL && !g_uuid_string_is_valid (read.upload_id)) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_VALUE, NULL, "upload_id", "is no UUID");
    return FALSE;
  }

  if (frame->kind == PEG_FRAME_BEGIN && !read_begin (object, &read, error))
    return FALSE;

  *info = read;
  read = (PegFrameInfo) PEG_FRAME_INFO_INIT;

  return TRUE;
}
