/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-code"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-code.h"
#include "peg-code128.h"
#include "peg-wedge.h"

#include <string.h>

/* What is scanned is what somebody printed. A line break parts a code from what becomes a
 * value, and that from keys. */

static void
check_code (const char *text)
{
  const PegCodeFormat format = { .badge = "[0-9]{8,12}" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PegCode) code = peg_code_parse (text, &format, &error);

  g_assert_true ((code == NULL) == (error != NULL));
  if (code == NULL)
    return;

  g_assert_true (g_utf8_validate (code->value, -1, NULL));
  g_assert_cmpuint (strlen (code->value), >, 0);

  if (code->kind < PEG_CODE_BADGE) {
    g_autofree char *written = peg_code_format (code->kind, code->value);
    g_autoptr (PegCode) again = written != NULL ? peg_code_parse (written, &format, NULL) : NULL;

    g_assert_nonnull (again);
    g_assert_cmpint (again->kind, ==, code->kind);
    g_assert_cmpstr (again->value, ==, code->value);
  }
}

static void
check_value (const char *value)
{
  g_autofree char *code = peg_code_format (PEG_CODE_FILE, value);
  g_autofree char *widths = code != NULL ? peg_code128_encode (code) : NULL;
  g_autoptr (PegCode) read = code != NULL ? peg_code_parse (code, NULL, NULL) : NULL;

  g_assert_true ((code == NULL) == (widths == NULL));
  g_assert_true ((code == NULL) == (read == NULL));
  if (read != NULL)
    g_assert_cmpstr (read->value, ==, value);
}

/* Two bytes are a key: which, whether down, and how long after the last. Every key that is
 * held comes back, or belongs to a scan. */
static void
check_keys (const guint8 *bytes,
            gsize         length)
{
  const PegWedgeFormat format = { .suffix = PEG_WEDGE_SUFFIX_ENTER };
  g_autoptr (PegWedge) wedge = peg_wedge_new (&format);
  gint64 time_us = 0;
  gsize held = 0, back = 0;

  for (gsize i = 0; i + 1 < length; i += 2) {
    const PegWedgeKey key = {
      .code = bytes[i] & 0x7f,
      .pressed = (bytes[i] & 0x80) == 0,
      .types = peg_wedge_decode (bytes[i] & 0x7f, FALSE) != 0,
      .time_us = time_us += bytes[i + 1] * 500,
    };
    const PegWedgeStep *step;
    gint64 deadline_us;

    while ((deadline_us = peg_wedge_get_deadline_us (wedge)) < key.time_us) {
      back += peg_wedge_expire (wedge, deadline_us)->n_back;
      g_assert_cmpint (peg_wedge_get_deadline_us (wedge), >, deadline_us);
    }
    step = peg_wedge_key (wedge, &key);
    back += step->n_back;
    held += key.pressed && step->verdict != PEG_WEDGE_PASS;
    g_assert_cmpuint (back, <=, held);
  }

  peg_wedge_reset (wedge);
  g_assert_cmpint (peg_wedge_get_deadline_us (wedge), ==, G_MAXINT64);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);

  for (guint i = 0; lines[i] != NULL; i++) {
    check_code (lines[i]);
    check_value (lines[i]);
  }
  check_keys (data, size);

  return 0;
}
