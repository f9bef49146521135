/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire"

#include "peg-config.h"

#include "peg-wire.h"

#include <string.h>

static void
test_list (void)
{
  static const char text[] =
    "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"12XXXXX\":[{\"filename\":\"1234567.mcam\","
    "\"status\":\"locked\",\"locked_by\":\"dana\",\"locked_at\":\"2026-11-20T23:39:02Z\"}]}}";
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (PegWireMessage) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  gsize length;

  message = peg_wire_decode_server (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpint (message->kind, ==, PEG_WIRE_FILE_LIST);
  g_assert_cmpuint (message->entries->len, ==, 1);
  g_assert_cmpstr (peg_entry_get_holder (message->entries->pdata[0]), ==, "dana");

  out = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &length);
  again = peg_wire_decode_server (out, length, &error);
  g_assert_no_error (error);
  g_assert_true (peg_entry_equal (message->entries->pdata[0], again->entries->pdata[0]));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/list", test_list);

  return g_test_run ();
}
