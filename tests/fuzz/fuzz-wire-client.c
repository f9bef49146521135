/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-wire-client"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-wire.h"

/* Whatever a client sends: it is read or refused, and what was read can be
 * written and read again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegWireMessage) message = peg_wire_decode_client ((const char *) data, size, &error);
  g_autoptr (PegWireMessage) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;
  gsize length, second_length;

  g_assert_true ((message == NULL) == (error != NULL));

  if (message == NULL) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }

  text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &length);
  if (length > PEG_WIRE_MAX_BYTES)
    return 0;

  again = peg_wire_decode_client (text, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->kind, ==, message->kind);

  second = peg_wire_encode (again, PEG_DIALECT_PEGBOARD_1, &second_length);
  g_assert_cmpmem (text, length, second, second_length);

  return 0;
}
