/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-address.h"

static const struct {
  const char *text;
  const char *http;
  const char *socket;
  const char *label;
} good[] = {
  { "shop", "http://shop:8420", "ws://shop:8420/ws", "shop:8420" },
  { "  shop \n", "http://shop:8420", "ws://shop:8420/ws", "shop:8420" },
  { "shop:8000", "http://shop:8000", "ws://shop:8000/ws", "shop:8000" },
  { "shop:80", "http://shop", "ws://shop/ws", "http://shop" },
  { "shop/pdm", "http://shop:8420/pdm", "ws://shop:8420/pdm/ws", "shop:8420/pdm" },
  { "shop:8000/ws", "http://shop:8000", "ws://shop:8000/ws", "shop:8000" },
  { "http://shop", "http://shop", "ws://shop/ws", "http://shop" },
  { "http://shop/", "http://shop", "ws://shop/ws", "http://shop" },
  { "HTTP://shop:8000/", "http://shop:8000", "ws://shop:8000/ws", "shop:8000" },
  { "https://shop.example", "https://shop.example", "wss://shop.example/ws",
    "https://shop.example" },
  { "https://shop.example:443/a/b/", "https://shop.example/a/b", "wss://shop.example/a/b/ws",
    "https://shop.example/a/b" },
  { "ws://shop:8000/ws", "http://shop:8000", "ws://shop:8000/ws", "shop:8000" },
  { "wss://shop/ws/", "https://shop", "wss://shop/ws", "https://shop" },
  { "192.168.1.5", "http://192.168.1.5:8420", "ws://192.168.1.5:8420/ws", "192.168.1.5:8420" },
  { "[::1]", "http://[::1]:8420", "ws://[::1]:8420/ws", "[::1]:8420" },
  { "[fe80::1]:8000", "http://[fe80::1]:8000", "ws://[fe80::1]:8000/ws", "[fe80::1]:8000" },
  { "fe80::1", "http://[fe80::1]:8420", "ws://[fe80::1]:8420/ws", "[fe80::1]:8420" },
  { "https://[::1]", "https://[::1]", "wss://[::1]/ws", "https://[::1]" },
  { "räuber.example", "http://xn--ruber-gra.example:8420", "ws://xn--ruber-gra.example:8420/ws",
    "xn--ruber-gra.example:8420" },
  { "shop_floor-2.local", "http://shop_floor-2.local:8420", "ws://shop_floor-2.local:8420/ws",
    "shop_floor-2.local:8420" },
};

static const char * const bad[] = {
  "", "   ", ":", ":8420", "shop:", "shop:x", "shop:0", "shop:65536", "shop:-1", "shop:+80",
  "shop:8420:1", "two words", "shop\nfloor", "ftp://shop", "http://", "https:///x", "http://http://shop",
  "ada@shop", "ada:secret@shop", "shop?token=x", "shop#x", "shop\\pdm", "<b>", "\"shop\"",
  "[::1", "[shop]", "[]", "[127.0.0.1]", "::1]", "[::1]x", "a::b::c", "-shop", ".shop", "a..b",
  "shop!", "1.2.3.4.5", "999.1.1.1", "1234", "\xff\xfe",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_auto (PegAddress) address = { 0 };
    g_autoptr (GError) error = NULL;

    g_test_message ("“%s”", good[i].text);
    g_assert_true (peg_address_parse (&address, good[i].text, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (address.http, ==, good[i].http);
    g_assert_cmpstr (address.socket, ==, good[i].socket);
    g_assert_cmpstr (address.label, ==, good[i].label);
  }
}

static void
test_again (void)
{
  /* What is shown can be typed again. */
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_auto (PegAddress) address = { 0 };

    g_assert_true (peg_address_parse (&address, good[i].label, NULL));
    g_assert_cmpstr (address.http, ==, good[i].http);
    g_assert_cmpstr (address.label, ==, good[i].label);
  }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (PegAddress) address = { 0 };
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_false (peg_address_parse (&address, bad[i], &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_null (address.http);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/address/good", test_good);
  g_test_add_func ("/address/again", test_again);
  g_test_add_func ("/address/bad", test_bad);

  return g_test_run ();
}
