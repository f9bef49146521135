/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "conformance.h"

/* RFC 6455 from raw bytes: what is text, and how a connection is closed. */

/* 5.6 and 8.1; the sequences are those of RFC 3629, 3 and 4. */
static void
test_utf8_valid (void)
{
  static const ConformanceCase cases[] = {
    { "two bytes", B ("\x81\x04gr\xc3\xb6"), B ("\x81\x04gr\xc3\xb6"), 0, 0 },
    { "a word in Greek", B ("\x81\x0b\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"),
      B ("\x81\x0b\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"), 0, 0 },
    { "U+0080", B ("\x81\x02\xc2\x80"), B ("\x81\x02\xc2\x80"), 0, 0 },
    { "U+07FF", B ("\x81\x02\xdf\xbf"), B ("\x81\x02\xdf\xbf"), 0, 0 },
    { "U+0800", B ("\x81\x03\xe0\xa0\x80"), B ("\x81\x03\xe0\xa0\x80"), 0, 0 },
    { "U+D7FF", B ("\x81\x03\xed\x9f\xbf"), B ("\x81\x03\xed\x9f\xbf"), 0, 0 },
    { "U+E000", B ("\x81\x03\xee\x80\x80"), B ("\x81\x03\xee\x80\x80"), 0, 0 },
    { "U+FEFF", B ("\x81\x03\xef\xbb\xbf"), B ("\x81\x03\xef\xbb\xbf"), 0, 0 },
    { "U+FFFD", B ("\x81\x03\xef\xbf\xbd"), B ("\x81\x03\xef\xbf\xbd"), 0, 0 },
    { "U+FFFE", B ("\x81\x03\xef\xbf\xbe"), B ("\x81\x03\xef\xbf\xbe"), 0, 0 },
    { "U+FFFF", B ("\x81\x03\xef\xbf\xbf"), B ("\x81\x03\xef\xbf\xbf"), 0, 0 },
    { "U+10000", B ("\x81\x04\xf0\x90\x80\x80"), B ("\x81\x04\xf0\x90\x80\x80"), 0, 0 },
    { "U+1FFFF", B ("\x81\x04\xf0\x9f\xbf\xbf"), B ("\x81\x04\xf0\x9f\xbf\xbf"), 0, 0 },
    { "U+10FFFF", B ("\x81\x04\xf4\x8f\xbf\xbf"), B ("\x81\x04\xf4\x8f\xbf\xbf"), 0, 0 },
    { "U+0000", B ("\x81\x01\0"), B ("\x81\x01\0"), 0, 0 },
    { "U+007F", B ("\x81\x01\x7f"), B ("\x81\x01\x7f"), 0, 0 },

    { "two bytes in two pieces", B ("\x01\x03gr\xc3\x80\x03\xb6\xc3\x9f"),
      B ("\x81\x06gr\xc3\xb6\xc3\x9f"), 0, 0 },
    { "four bytes in four pieces", B ("\x01\x01\xf0\x00\x01\x9f\x00\x01\x94\x80\x01\xa7"),
      B ("\x81\x04\xf0\x9f\x94\xa7"), 0, 0 },
    { "four bytes around a ping", B ("\x01\x02\xf0\x9f\x89\x01\xff\x80\x02\x94\xa7"),
      B ("\x8a\x01\xff\x81\x04\xf0\x9f\x94\xa7"), 0, 0 },
    { "four bytes around an empty piece", B ("\x01\x02\xf0\x9f\x00\x00\x80\x02\x94\xa7"),
      B ("\x81\x04\xf0\x9f\x94\xa7"), 0, 0 },
    { "a binary need not be text", B ("\x82\x03\xff\xc3\x80"), B ("\x82\x03\xff\xc3\x80"), 0, 0 },
    { "nor one in pieces", B ("\x02\x01\xff\x80\x01\xc3"), B ("\x82\x02\xff\xc3"), 0, 0 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

#define BAD(name, bytes) { name, B (bytes), B (""), 1007, 1007 }

static void
test_utf8_invalid (void)
{
  static const ConformanceCase cases[] = {
    BAD ("a continuation alone", "\x81\x01\x80"),
    BAD ("the last continuation alone", "\x81\x01\xbf"),
    BAD ("the first of two bytes alone", "\x81\x01\xce"),
    BAD ("the first of two bytes, then ASCII", "\x81\x02\xce" "a"),
    BAD ("two of three bytes", "\x81\x02\xe1\xbd"),
    BAD ("three of four bytes", "\x81\x03\xf0\x9f\x94"),
    BAD ("0xFE", "\x81\x01\xfe"),
    BAD ("0xFF", "\x81\x01\xff"),
    BAD ("overlong, two bytes", "\x81\x02\xc0\xaf"),
    BAD ("overlong, two bytes, the longest", "\x81\x02\xc1\xbf"),
    BAD ("overlong, three bytes", "\x81\x03\xe0\x80\xaf"),
    BAD ("overlong, three bytes, the longest", "\x81\x03\xe0\x9f\xbf"),
    BAD ("overlong, four bytes", "\x81\x04\xf0\x80\x80\xaf"),
    BAD ("overlong, four bytes, the longest", "\x81\x04\xf0\x8f\xbf\xbf"),
    BAD ("overlong zero", "\x81\x02\xc0\x80"),
    BAD ("five bytes", "\x81\x05\xf8\x88\x80\x80\x80"),
    BAD ("six bytes", "\x81\x06\xfc\x84\x80\x80\x80\x80"),
    BAD ("the first surrogate", "\x81\x03\xed\xa0\x80"),
    BAD ("the last surrogate", "\x81\x03\xed\xbf\xbf"),
    BAD ("a pair of surrogates", "\x81\x06\xed\xa0\xbd\xed\xb4\xa7"),
    BAD ("U+110000", "\x81\x04\xf4\x90\x80\x80"),
    BAD ("U+13FFFF", "\x81\x04\xf4\xbf\xbf\xbf"),
    BAD ("0xF5", "\x81\x04\xf5\x80\x80\x80"),
    BAD ("good, bad, good", "\x81\x05ok\xff!!"),
    BAD ("cut short at the end of the message", "\x01\x03gr\xc3\x80\x00"),
    BAD ("wrong in the second piece", "\x01\x03gr\xc3\x80\x01" "a"),
    BAD ("a surrogate in two pieces", "\x01\x01\xed\x80\x02\xa0\x80"),
    BAD ("wrong in the first piece", "\x01\x01\xff\x80\x01" "a"),
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

static void
test_utf8_after (void)
{
  static const ConformanceCase cases[] = {
    { "what came before is delivered", B ("\x81\x02ok\x81\x01\xff\x81\x02no"), B ("\x81\x02ok"),
      1007, 1007 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

/* 7.4: every code that may come over the wire, and some that may not. */
static void
test_close_codes (void)
{
  static const guint good[] = {
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
    3000, 3001, 3999, 4000, 4100, 4200, 4401, 4999,
  };
  static const guint bad[] = {
    0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535,
  };

  for (guint i = 0; i < G_N_ELEMENTS (good) + G_N_ELEMENTS (bad); i++) {
    const gboolean is_good = i < G_N_ELEMENTS (good);
    const guint code = is_good ? good[i] : bad[i - G_N_ELEMENTS (good)];
    const char frame[] = { (char) 0x88, 2, (char) (code >> 8), (char) (code & 0xff) };
    g_autofree char *name = g_strdup_printf ("%s code %u", is_good ? "a" : "an impossible", code);
    const ConformanceCase item = {
      .name = name,
      .sent = { frame, sizeof frame },
      .answer = B (""),
      .code = is_good ? code : 1002,
      /* libsoup answers codes from after its time as if they were wrong. */
      .wire = is_good && (code < 1012 || code > 1014) ? code : 1002,
    };

    conformance_run (&item, 1);
  }
}

#define X25 "xxxxxxxxxxxxxxxxxxxxxxxxx"
#define X123 X25 X25 X25 X25 "xxxxxxxxxxxxxxxxxxxxxxx"

/* 5.5.1: what else is in a close frame, and what comes after it. */
static void
test_close (void)
{
  static const ConformanceCase cases[] = {
    { "nothing", B ("\x88\x00"), B (""), 1005, 1000 },
    { "half a code", B ("\x88\x01\x03"), B (""), 1002, 1002 },
    { "a reason", B ("\x88\x07\x03\xe8" "adieu"), B (""), 1000, 1000 },
    { "the longest reason", B ("\x88\x7d\x03\xe8" X123), B (""), 1000, 1000 },
    { "a reason in Greek", B ("\x88\x04\x03\xe8\xce\xba"), B (""), 1000, 1000 },
    { "a reason that is no text", B ("\x88\x04\x03\xe8\xce\xce"), B (""), 1002, 1002 },
    { "a reason that is cut short", B ("\x88\x03\x03\xe8\xce"), B (""), 1002, 1002 },
    { "a text before it", B ("\x81\x02ok\x88\x02\x03\xe9"), B ("\x81\x02ok"), 1001, 1001 },
    { "a ping before it", B ("\x89\x01?\x88\x02\x03\xe9"), B ("\x8a\x01?"), 1001, 1001 },
    { "a text after it", B ("\x88\x02\x03\xe9\x81\x02no"), B (""), 1001, 1001 },
    { "a ping after it", B ("\x88\x02\x03\xe9\x89\x01?"), B (""), 1001, 1001 },
    { "another after it", B ("\x88\x02\x03\xe9\x88\x02\x03\xe8"), B (""), 1001, 1001 },
    { "rubbish after it", B ("\x88\x02\x03\xe9\xff\xff\xff\xff"), B (""), 1001, 1001 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/conformance-text/utf8-valid", test_utf8_valid);
  g_test_add_func ("/conformance-text/utf8-invalid", test_utf8_invalid);
  g_test_add_func ("/conformance-text/utf8-after", test_utf8_after);
  g_test_add_func ("/conformance-text/close-codes", test_close_codes);
  g_test_add_func ("/conformance-text/close", test_close);

  return g_test_run ();
}
