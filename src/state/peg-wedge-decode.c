/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wedge-decode"

#include "peg-config.h"

#include "peg-wedge.h"

#include <linux/input-event-codes.h>

/* The US keyboard, without and with Shift: what a scanner that plays a keyboard plays if
 * nobody told it otherwise (docs/scanning.md). The digits of the keypad are digits whether
 * Num Lock is on or not. */
static const char keys[][2] = {
  [KEY_1] = { '1', '!' },
  [KEY_2] = { '2', '@' },
  [KEY_3] = { '3', '#' },
  [KEY_4] = { '4', '$' },
  [KEY_5] = { '5', '%' },
  [KEY_6] = { '6', '^' },
  [KEY_7] = { '7', '&' },
  [KEY_8] = { '8', '*' },
  [KEY_9] = { '9', '(' },
  [KEY_0] = { '0', ')' },
  [KEY_MINUS] = { '-', '_' },
  [KEY_EQUAL] = { '=', '+' },
  [KEY_Q] = { 'q', 'Q' },
  [KEY_W] = { 'w', 'W' },
  [KEY_E] = { 'e', 'E' },
  [KEY_R] = { 'r', 'R' },
  [KEY_T] = { 't', 'T' },
  [KEY_Y] = { 'y', 'Y' },
  [KEY_U] = { 'u', 'U' },
  [KEY_I] = { 'i', 'I' },
  [KEY_O] = { 'o', 'O' },
  [KEY_P] = { 'p', 'P' },
  [KEY_LEFTBRACE] = { '[', '{' },
  [KEY_RIGHTBRACE] = { ']', '}' },
  [KEY_A] = { 'a', 'A' },
  [KEY_S] = { 's', 'S' },
  [KEY_D] = { 'd', 'D' },
  [KEY_F] = { 'f', 'F' },
  [KEY_G] = { 'g', 'G' },
  [KEY_H] = { 'h', 'H' },
  [KEY_J] = { 'j', 'J' },
  [KEY_K] = { 'k', 'K' },
  [KEY_L] = { 'l', 'L' },
  [KEY_SEMICOLON] = { ';', ':' },
  [KEY_APOSTROPHE] = { '\'', '"' },
  [KEY_GRAVE] = { '`', '~' },
  [KEY_BACKSLASH] = { '\\', '|' },
  [KEY_Z] = { 'z', 'Z' },
  [KEY_X] = { 'x', 'X' },
  [KEY_C] = { 'c', 'C' },
  [KEY_V] = { 'v', 'V' },
  [KEY_B] = { 'b', 'B' },
  [KEY_N] = { 'n', 'N' },
  [KEY_M] = { 'm', 'M' },
  [KEY_COMMA] = { ',', '<' },
  [KEY_DOT] = { '.', '>' },
  [KEY_SLASH] = { '/', '?' },
  [KEY_KPASTERISK] = { '*', '*' },
  [KEY_SPACE] = { ' ', ' ' },
  [KEY_KP7] = { '7', '7' },
  [KEY_KP8] = { '8', '8' },
  [KEY_KP9] = { '9', '9' },
  [KEY_KPMINUS] = { '-', '-' },
  [KEY_KP4] = { '4', '4' },
  [KEY_KP5] = { '5', '5' },
  [KEY_KP6] = { '6', '6' },
  [KEY_KPPLUS] = { '+', '+' },
  [KEY_KP1] = { '1', '1' },
  [KEY_KP2] = { '2', '2' },
  [KEY_KP3] = { '3', '3' },
  [KEY_KP0] = { '0', '0' },
  [KEY_KPDOT] = { '.', '.' },
  [KEY_KPSLASH] = { '/', '/' },
  [KEY_KPEQUAL] = { '=', '=' },
  [KEY_KPCOMMA] = { ',', ',' },
};

/**
 * peg_wedge_decode:
 * @code: a key, as the kernel numbers it (linux/input-event-codes.h)
 * @shift: whether Shift is down
 *
 * Caps Lock does not count: a scanner does not know of it.
 *
 * Returns: what the key writes on a US keyboard; 0: nothing
 */
gunichar
peg_wedge_decode (guint    code,
                  gboolean shift)
{
  return code < G_N_ELEMENTS (keys) ? (gunichar) keys[code][shift ? 1 : 0] : 0;
}

/**
 * peg_wedge_suffix_from_name:
 * @name: “Enter”, “Tab” or “none”, in any case
 * @suffix: (out): which
 *
 * Returns: whether that is one
 */
gboolean
peg_wedge_suffix_from_name (const char     *name,
                            PegWedgeSuffix *suffix)
{
  static const char * const names[] = {
    [PEG_WEDGE_SUFFIX_ENTER] = "Enter",
    [PEG_WEDGE_SUFFIX_TAB] = "Tab",
    [PEG_WEDGE_SUFFIX_NONE] = "none",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_ascii_strcasecmp (name, names[i]) == 0) {
      *suffix = (PegWedgeSuffix) i;
      return TRUE;
    }
  }

  return FALSE;
}
