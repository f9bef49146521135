/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Binary frames (docs/protocol.md, “Binary frames”). */

/**
 * PEG_FRAME_HEADER_BYTES:
 *
 * How long the head of every frame is.
 */
#define PEG_FRAME_HEADER_BYTES 20

/**
 * PEG_FRAME_MAX_CHUNK:
 *
 * The most bytes of a content in one frame. What is offered may be less.
 */
#define PEG_FRAME_MAX_CHUNK (64 * 1024)

/**
 * PEG_FRAME_MAX_INFO:
 *
 * The longest JSON in a frame, bytes: a path and two checksums are far shorter.
 */
#define PEG_FRAME_MAX_INFO 8192

/**
 * PEG_FRAME_DIGEST_BYTES:
 *
 * How long a SHA-256 is.
 */
#define PEG_FRAME_DIGEST_BYTES 32

/**
 * PegFrameKind:
 * @PEG_FRAME_BEGIN: the client wants a content, or has one; JSON
 * @PEG_FRAME_READY: the server says where it goes on from; JSON
 * @PEG_FRAME_CHUNK: some bytes of the content
 * @PEG_FRAME_ACK: everything before the offset was taken
 * @PEG_FRAME_END: that was all; the SHA-256 of it
 * @PEG_FRAME_DONE: it is all there, and has this SHA-256
 * @PEG_FRAME_ERROR: the transfer has ended; JSON
 *
 * What a frame says. The values are those on the wire.
 */
typedef enum {
  PEG_FRAME_BEGIN = 1,
  PEG_FRAME_READY,
  PEG_FRAME_CHUNK,
  PEG_FRAME_ACK,
  PEG_FRAME_END,
  PEG_FRAME_DONE,
  PEG_FRAME_ERROR,
} PegFrameKind;

/**
 * PegFrame:
 * @kind: what it says
 * @transfer: which transfer of this socket it is about; never 0
 * @offset: where in the content, bytes
 * @payload: (array length=length) (nullable): what it carries; borrowed
 * @length: of @payload, bytes
 *
 * One frame.
 */
typedef struct {
  PegFrameKind kind;
  guint32 transfer;
  guint64 offset;
  const guint8 *payload;
  gsize length;
} PegFrame;

GBytes   *peg_frame_encode       (const PegFrame  *frame) G_GNUC_WARN_UNUSED_RESULT;
void      peg_frame_write_header (const PegFrame  *frame,
                                  guint8          *header);
gboolean  peg_frame_decode       (PegFrame        *frame,
                                  const guint8    *data,
                                  gsize            length,
                                  GError         **error);

/**
 * PegFrameInfo:
 * @upload: `BEGIN`: whether the client has the content, not the server
 * @file: (nullable): `BEGIN`: the path of the file that is wanted
 * @upload_id: (nullable): `BEGIN`: what the client calls an upload, a UUID
 * @size: of the whole content, bytes; -1: not told
 * @sha256: (nullable): `BEGIN`: which revision is wanted. `READY`: of the whole
 *   content for a download, of what is there already for an upload
 * @have: (nullable): `BEGIN`: of which content the client has a part already
 * @anew: `BEGIN`: what is there of the upload is no good
 * @code: (nullable): `ERROR`: for programs
 * @detail: (nullable): `ERROR`: for people
 *
 * The JSON that some frames carry. Everything is owned; begin with
 * %PEG_FRAME_INFO_INIT.
 */
typedef struct {
  gboolean upload;
  char *file;
  char *upload_id;
  gint64 size;
  char *sha256;
  char *have;
  gboolean anew;
  char *code;
  char *detail;
} PegFrameInfo;

#define PEG_FRAME_INFO_INIT { .size = -1 }

void peg_frame_info_clear (PegFrameInfo *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PegFrameInfo, peg_frame_info_clear)

GBytes   *peg_frame_encode_info (PegFrameKind         kind,
                                 guint32              transfer,
                                 guint64              offset,
                                 const PegFrameInfo  *info) G_GNUC_WARN_UNUSED_RESULT;
gboolean  peg_frame_decode_info (const PegFrame      *frame,
                                 PegFrameInfo        *info,
                                 GError             **error);

gboolean peg_frame_is_digest (const char *text);

G_END_DECLS
