/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-frame"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-frame.h"
#include "peg-wire.h"

/* Binary frames, from either side. What is accepted is written again byte for
 * byte, and what its JSON says is the same when it is read again. */

static void
check_info (const PegFrame *frame)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;
  g_auto (PegFrameInfo) again = PEG_FRAME_INFO_INIT;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  PegFrame written;
  gsize length;
  const guint8 *data;

  if (!peg_frame_decode_info (frame, &info, &error)) {
    g_assert_nonnull (error);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_null (info.file);
    return;
  }

  g_assert_no_error (error);
  g_assert_true (info.sha256 == NULL || peg_frame_is_digest (info.sha256));
  g_assert_true (info.have == NULL || peg_frame_is_digest (info.have));
  g_assert_true (info.upload_id == NULL || g_uuid_string_is_valid (info.upload_id));

  /* Escapes may make it longer. */
  bytes = peg_frame_encode_info (frame->kind, frame->transfer, frame->offset, &info);
  if (bytes == NULL)
    return;

  data = g_bytes_get_data (bytes, &length);
  g_assert_true (peg_frame_decode (&written, data, length, &error));
  g_assert_true (peg_frame_decode_info (&written, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpint (info.upload, ==, again.upload);
  g_assert_cmpint (info.size, ==, again.size);
  g_assert_cmpint (info.anew, ==, again.anew);
  g_assert_cmpstr (info.file, ==, again.file);
  g_assert_cmpstr (info.upload_id, ==, again.upload_id);
  g_assert_cmpstr (info.sha256, ==, again.sha256);
  g_assert_cmpstr (info.have, ==, again.have);
  g_assert_cmpstr (info.code, ==, again.code);
  g_assert_cmpstr (info.detail, ==, again.detail);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  PegFrame frame;

  if (!peg_frame_decode (&frame, data, size, &error)) {
    g_assert_error (error, PEG_WIRE_ERROR, error->code);
    return 0;
  }

  g_assert_no_error (error);
  bytes = peg_frame_encode (&frame);
  g_assert_cmpmem (data, size, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  if (frame.kind == PEG_FRAME_BEGIN || frame.kind == PEG_FRAME_READY ||
      frame.kind == PEG_FRAME_ERROR)
    check_info (&frame);

  return 0;
}
