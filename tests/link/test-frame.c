/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-frame"

#include "peg-config.h"

#include "peg-frame.h"
#include "peg-wire.h"

#include <string.h>

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define UUID "5b0f5ad2-5b0e-4d8c-9d5b-0e4d8c9d5b0e"

/* The layout of docs/protocol.md, “Binary frames”, byte for byte. */
static void
test_layout (void)
{
  static const guint8 expected[] = {
    'P', 1, 3, 0,
    0x01, 0x02, 0x03, 0x04,
    0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55,
    0, 0, 0, 2,
    'G', '1',
  };
  const PegFrame frame = {
    .kind = PEG_FRAME_CHUNK,
    .transfer = 0x01020304,
    .offset = G_GUINT64_CONSTANT (0x1122334455),
    .payload = (const guint8 *) "G1",
    .length = 2,
  };
  g_autoptr (GBytes) bytes = peg_frame_encode (&frame);
  g_autoptr (GError) error = NULL;
  PegFrame again;

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   expected, sizeof expected);
  g_assert_true (peg_frame_decode (&again, expected, sizeof expected, &error));
  g_assert_no_error (error);
  g_assert_cmpint (again.kind, ==, PEG_FRAME_CHUNK);
  g_assert_cmpuint (again.transfer, ==, frame.transfer);
  g_assert_cmpuint (again.offset, ==, frame.offset);
  g_assert_cmpmem (again.payload, again.length, "G1", 2);
}

/* What each kind may carry, at its limits. */
static void
test_lengths (void)
{
  static const struct {
    PegFrameKind kind;
    gsize least;
    gsize most;
  } cases[] = {
    { PEG_FRAME_BEGIN, 2, PEG_FRAME_MAX_INFO },
    { PEG_FRAME_READY, 2, PEG_FRAME_MAX_INFO },
    { PEG_FRAME_CHUNK, 1, PEG_FRAME_MAX_CHUNK },
    { PEG_FRAME_ACK, 0, 0 },
    { PEG_FRAME_END, 32, 32 },
    { PEG_FRAME_DONE, 0, 0 },
    { PEG_FRAME_ERROR, 2, PEG_FRAME_MAX_INFO },
  };
  g_autofree guint8 *data = g_malloc0 (PEG_FRAME_HEADER_BYTES + PEG_FRAME_MAX_CHUNK + 1);
  PegFrame frame;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const gsize limits[] = { cases[i].least, cases[i].most };

    for (guint j = 0; j < G_N_ELEMENTS (limits); j++) {
      guint32 length = GUINT32_TO_BE ((guint32) limits[j]);

      peg_frame_write_header (&(PegFrame) {
        .kind = cases[i].kind, .transfer = 1, .length = limits[j],
      }, data);
      g_assert_true (peg_frame_decode (&frame, data, PEG_FRAME_HEADER_BYTES + limits[j], NULL));

      length = GUINT32_TO_BE ((guint32) limits[j] + 1);
      memcpy (data + 16, &length, 4);
      if (j == 1)
        g_assert_false (peg_frame_decode (&frame, data, PEG_FRAME_HEADER_BYTES + limits[j] + 1,
                                          NULL));

      length = GUINT32_TO_BE ((guint32) limits[j] - 1);
      memcpy (data + 16, &length, 4);
      if (j == 0 && limits[j] > 0)
        g_assert_false (peg_frame_decode (&frame, data, PEG_FRAME_HEADER_BYTES + limits[j] - 1,
                                          NULL));
    }
  }
}

/* One byte changed in a frame that was fine: everything in the head counts. */
static void
test_strict (void)
{
  static const struct {
    guint at;
    guint8 value;
  } cases[] = {
    { 0, 'Q' }, { 1, 0 }, { 1, 2 }, { 2, 0 }, { 2, 8 }, { 2, 255 }, { 3, 1 }, { 3, 255 },
    { 7, 0 }, { 8, 255 }, { 8, 0x20 }, { 9, 0x20 }, { 16, 1 }, { 19, 1 }, { 19, 3 },
  };
  const PegFrame frame = {
    .kind = PEG_FRAME_CHUNK, .transfer = 1, .payload = (const guint8 *) "G1", .length = 2,
  };
  g_autoptr (GBytes) bytes = peg_frame_encode (&frame);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  PegFrame read;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    const guint8 before = data[cases[i].at];

    g_test_message ("byte %u is %u", cases[i].at, cases[i].value);
    data[cases[i].at] = cases[i].value;
    g_assert_false (peg_frame_decode (&read, data, 22, &error));
    g_assert_error (error, PEG_WIRE_ERROR, error->code);
    data[cases[i].at] = before;
    g_assert_true (peg_frame_decode (&read, data, 22, NULL));
  }

  for (gsize length = 0; length < 22; length++) {
    g_autofree guint8 *part = length > 0 ? g_memdup2 (data, length) : NULL;

    g_assert_false (peg_frame_decode (&read, part, length, NULL));
  }
}

static gboolean
decode_json (PegFrameKind   kind,
             const char    *json,
             PegFrameInfo  *info,
             GError       **error)
{
  const PegFrame frame = {
    .kind = kind, .transfer = 1, .payload = (const guint8 *) json, .length = strlen (json),
  };

  return peg_frame_decode_info (&frame, info, error);
}

static void
test_info (void)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;
  g_auto (PegFrameInfo) upload = PEG_FRAME_INFO_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (decode_json (PEG_FRAME_BEGIN,
                              "{\"op\":\"download\",\"file\":\"A/b.nc\",\"have\":\"" DIGEST "\","
                              "\"later\":1,\"sha256\":null}", &info, &error));
  g_assert_no_error (error);
  g_assert_false (info.upload);
  g_assert_cmpstr (info.file, ==, "A/b.nc");
  g_assert_cmpstr (info.have, ==, DIGEST);
  g_assert_null (info.sha256);
  g_assert_cmpint (info.size, ==, -1);

  g_assert_true (decode_json (PEG_FRAME_BEGIN,
                              "{\"op\":\"upload\",\"upload_id\":\"" UUID "\",\"size\":0,"
                              "\"anew\":true}", &upload, &error));
  g_assert_no_error (error);
  g_assert_true (upload.upload && upload.anew);
  g_assert_cmpint (upload.size, ==, 0);
}

static void
test_info_bad (void)
{
  static const struct {
    PegFrameKind kind;
    const char *json;
  } cases[] = {
    { PEG_FRAME_BEGIN, "{}" },
    { PEG_FRAME_BEGIN, "[]" },
    { PEG_FRAME_BEGIN, "{\"op\":\"move\",\"file\":\"a\"}" },
    { PEG_FRAME_BEGIN, "{\"op\":\"download\"}" },
    { PEG_FRAME_BEGIN, "{\"op\":\"upload\",\"upload_id\":\"" UUID "\"}" },
    { PEG_FRAME_BEGIN, "{\"op\":\"upload\",\"size\":5}" },
    { PEG_FRAME_BEGIN, "{\"op\":\"upload\",\"size\":5,\"upload_id\":\"../../etc/passwd\"}" },
    { PEG_FRAME_BEGIN, "{\"op\":\"upload\",\"size\":-5,\"upload_id\":\"" UUID "\"}" },
    { PEG_FRAME_BEGIN, "{\"op\":\"download\",\"file\":7}" },
    { PEG_FRAME_READY, "{\"sha256\":\"abc\"}" },
    { PEG_FRAME_READY, "{\"sha256\":\"" DIGEST "0\"}" },
    { PEG_FRAME_READY, "{\"size\":\"5\"}" },
    { PEG_FRAME_ERROR, "{\"code\":[]}" },
    { PEG_FRAME_ERROR, "{\"code\":\"x\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].json);
    g_assert_false (decode_json (cases[i].kind, cases[i].json, &info, &error));
    g_assert_error (error, PEG_WIRE_ERROR, error->code);
    g_assert_null (info.file);
  }
}

/* A path may be too long for a frame; then HTTP has to do. */
static void
test_info_too_long (void)
{
  g_autofree char *path = g_strnfill (PEG_FRAME_MAX_INFO, 'a');
  const PegFrameInfo info = { .size = -1, .file = path };

  g_assert_null (peg_frame_encode_info (PEG_FRAME_BEGIN, 1, 0, &info));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/frame/layout", test_layout);
  g_test_add_func ("/frame/lengths", test_lengths);
  g_test_add_func ("/frame/strict", test_strict);
  g_test_add_func ("/frame/info", test_info);
  g_test_add_func ("/frame/info-bad", test_info_bad);
  g_test_add_func ("/frame/info-too-long", test_info_too_long);

  return g_test_run ();
}
