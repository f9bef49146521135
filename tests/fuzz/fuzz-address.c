/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-address"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-address.h"

/* What somebody typed as the address of a server. Whatever is accepted is an
 * address that libsoup accepts, too, and says the same when it is read again. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *raw = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autofree char *text = g_utf8_make_valid (raw, -1);
  g_auto (PegAddress) address = { NULL, NULL, NULL };
  g_auto (PegAddress) again = { NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;

  if (!peg_address_parse (&address, text, &error)) {
    g_assert_nonnull (error);
    return 0;
  }

  g_assert_no_error (error);
  uri = g_uri_parse (address.http, G_URI_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_uri_get_host (uri));
  g_assert_true (g_str_has_prefix (address.socket, "ws"));

  g_assert_true (peg_address_parse (&again, address.http, NULL));
  g_assert_cmpstr (again.http, ==, address.http);
  g_assert_cmpstr (again.socket, ==, address.socket);

  return 0;
}
