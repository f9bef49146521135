/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-wire-server"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-wire.h"

/* Whatever a server sends: it is read or refused, and what was read can be
 * written in either dialect and read again. */

static void
check_again (const PegWireMessage *message,
             PegDialect            dialect)
{
  gsize length, second_length;
  g_autofree char *text = peg_wire_encode (message, dialect, &length);
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegWireMessage) again = NULL;

  /* Escapes may make it longer than what is taken. */
  if (length > PEG_WIRE_MAX_BYTES)
    return;

  again = peg_wire_decode_server (text, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->kind, ==, message->kind);
  g_assert_cmpuint (again->entries != NULL ? again->entries->len : 0, ==,
                    message->entries != NULL ? message->entries->len : 0);

  second = peg_wire_encode (again, dialect, &second_length);
  g_assert_cmpmem (text, length, second, second_length);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegWireMessage) message = peg_wire_decode_server ((const char *) data, size, &error);

  g_assert_true ((message == NULL) == (error != NULL));

  if (message == NULL) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }

  check_again (message, PEG_DIALECT_CLASSIC);
  check_again (message, PEG_DIALECT_PEGBOARD_1);

  return 0;
}
