/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/**
 * PegWireRecord:
 * @PEG_WIRE_RECORD_WHOLE: it was read
 * @PEG_WIRE_RECORD_MORE: its end has not arrived
 * @PEG_WIRE_RECORD_UNSURE: something in it is unusual or wrong; somebody else
 *   must say what it means
 *
 * What came of reading one FILE.
 */
typedef enum {
  PEG_WIRE_RECORD_WHOLE,
  PEG_WIRE_RECORD_MORE,
  PEG_WIRE_RECORD_UNSURE,
} PegWireRecord;

PegWireRecord peg_wire_record_read (const char           *data,
                                    const char           *end,
                                    const PegEntrySlice  *group,
                                    GByteArray           *scratch,
                                    const char          **behind,
                                    PegEntry            **entry);

/**
 * peg_wire_find_special:
 * @at: where in a string
 * @end: where what has arrived ends
 *
 * Goes over the characters of a string that stand for themselves, eight at a
 * time.
 *
 * Returns: the first byte that is a quotation mark, a backslash, a control
 *   character or not ASCII; @end: there is none
 */
static inline const char *
peg_wire_find_special (const char *at,
                       const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 highs = ones << 7;

  for (; end - at >= (gssize) sizeof (guint64); at += sizeof (guint64)) {
    guint64 bytes, quotes, backslashes, found;

    __builtin_memcpy (&bytes, at, sizeof bytes);
    bytes = GUINT64_FROM_LE (bytes);
    quotes = bytes ^ (ones * '"');
    backslashes = bytes ^ (ones * '\\');

    /* The high bit of every byte that is zero, or below a blank, or high. A
     * borrow makes more of them only above the first, which is the one that
     * counts. */
    found = ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes) |
            ((bytes - ones * 0x20) & ~bytes) | bytes;
    found &= highs;

    if (found != 0)
      return at + __builtin_ctzll (found) / 8;
  }

  for (; at < end; at++) {
    if (*at == '"' || *at == '\\' || (guchar) *at < 0x20 || (guchar) *at >= 0x80)
      break;
  }

  return at;
}

G_END_DECLS
