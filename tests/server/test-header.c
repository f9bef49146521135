/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-header.h"
#include "peg-name.h"

#include <string.h>

typedef struct {
  const char *text;
  const char *description;
  int major;
  int minor;
} Case;

static const Case cases[] = {
  { "%\nO1234 (BRACKET, LEFT, OP20)\n(REV 2.1)\nG90\n", "BRACKET, LEFT, OP20", 2, 1 },
  { "%\r\nO1234\r\n(--- SHAFT ---)\r\n", "SHAFT", -1, -1 },
  { "0 BEGIN PGM 4711 MM\n1 ; FLANSCH D80\n2 ; REV: 3\n", "FLANSCH D80", 3, 0 },
  { "* - GEHAEUSE\nTOOL CALL 1\n", "GEHAEUSE", -1, -1 },
  { ";$PATH=/_N_WKS_DIR\n; NOZZLE REVISION 1.10\nG17\n", "NOZZLE REVISION 1.10", 1, 10 },
  { "(REV 4)\n(DATE 2020-01-01)\n(PUMP BODY)\n", "PUMP BODY", 4, 0 },
  { "(REVERSE SIDE)\n", "REVERSE SIDE", -1, -1 },
  { "(   )\n(1234)\n( a\t  b )\n", "a b", -1, -1 },
  { "(D\xdcSE \xd8 12)\n", "DÜSE Ø 12", -1, -1 },
  { "G90 G54\nM30\n", NULL, -1, -1 },
  { "(open and never closed", "open and never closed", -1, -1 },
  { "", NULL, -1, -1 },
};

static void
test_header_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (PegHeader) header = { NULL, 0, 0 };

    peg_header_read (&header, cases[i].text, strlen (cases[i].text));
    g_assert_cmpstr (header.description, ==, cases[i].description);
    g_assert_cmpint (header.major, ==, cases[i].major);
    g_assert_cmpint (header.minor, ==, cases[i].minor);
  }
}

static void
test_header_binary (void)
{
  g_auto (PegHeader) header = { NULL, 0, 0 };
  static const char data[] = "(TITLE)\n\0\1\2";

  peg_header_read (&header, data, sizeof data - 1);
  g_assert_null (header.description);
}

/* Only the beginning counts, and a character that is cut in two at its end does
 * not make it another encoding. */
static void
test_header_long (void)
{
  g_auto (PegHeader) header = { NULL, 0, 0 };
  g_autoptr (GString) text = g_string_new ("(Düse)\n;");

  while (text->len < PEG_HEADER_BYTES - 1)
    g_string_append_c (text, 'x');
  g_string_append (text, "Ø (REV 9)\n");

  peg_header_read (&header, text->str, text->len);
  g_assert_cmpstr (header.description, ==, "Düse");
  g_assert_cmpint (header.major, ==, -1);
}

static void
test_name_judge (void)
{
  static const struct {
    const char *name;
    PegName verdict;
  } names[] = {
    { "O1234.nc", PEG_NAME_SERVED },
    { "4913", PEG_NAME_SERVED },
    { "a#b", PEG_NAME_SERVED },
    { "#", PEG_NAME_SERVED },
    { "Düse.h", PEG_NAME_SERVED },
    { ".git", PEG_NAME_HIDDEN },
    { "..", PEG_NAME_HIDDEN },
    { "a.nc~", PEG_NAME_TEMPORARY },
    { "a.nc.SWP", PEG_NAME_TEMPORARY },
    { "a.tmp", PEG_NAME_TEMPORARY },
    { "a.nc.part", PEG_NAME_TEMPORARY },
    { "#a.nc#", PEG_NAME_TEMPORARY },
    { "~$list.xlsx", PEG_NAME_TEMPORARY },
    { "D\xdcse.h", PEG_NAME_NOT_UTF8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (peg_name_judge (names[i].name), ==, names[i].verdict);
}

static void
test_name_path (void)
{
  static const char * const good[] = { "a", "a/b.nc", "Mill 3/O1 (x).nc" };
  static const char * const bad[] = {
    "", "/", "/etc/passwd", "..", "../a", "a/..", "a/../b", "a//b", "a/", "./a", "a/.b/c", "a/b~",
    ".pegboard-tmp/x",
  };
  g_autofree char *long_name = g_strnfill (300, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (peg_name_is_path (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (peg_name_is_path (bad[i]));
  g_assert_false (peg_name_is_path (long_name));
}

static void
test_name_person (void)
{
  g_autofree char *long_name = g_strnfill (65, 'x');

  g_assert_true (peg_name_is_person ("Dana"));
  g_assert_true (peg_name_is_person ("Jürgen Müller"));
  g_assert_false (peg_name_is_person (NULL));
  g_assert_false (peg_name_is_person (""));
  g_assert_false (peg_name_is_person ("  "));
  g_assert_false (peg_name_is_person ("a\nb"));
  g_assert_false (peg_name_is_person ("a\x1b[2J"));
  g_assert_false (peg_name_is_person ("\xff"));
  g_assert_false (peg_name_is_person (long_name));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/header/cases", test_header_cases);
  g_test_add_func ("/server/header/binary", test_header_binary);
  g_test_add_func ("/server/header/long", test_header_long);
  g_test_add_func ("/server/name/judge", test_name_judge);
  g_test_add_func ("/server/name/path", test_name_path);
  g_test_add_func ("/server/name/person", test_name_person);

  return g_test_run ();
}
