/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-wire-list"

#include "peg-config.h"

#include "fuzz.h"
#include "wire-both.h"

/* Whatever is sent for a list, or for any message: the fast reader and json-glib
 * come to the same, and so does the fast one when it gets a list in pieces. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *text = (const char *) data;
  PegWireKind kind;

  if (size == 0)
    return 0;

  wire_both_check (PEG_WIRE_LIST_MESSAGE, text, size, size);
  wire_both_check (PEG_WIRE_LIST_BODY, text, size, size);

  wire_both_check_server (text, size, &kind);

  /* Where the pieces end depends on the input, so that it can be found. */
  wire_both_check (PEG_WIRE_LIST_MESSAGE, text, size, 1 + data[size / 2] % 64);
  wire_both_check (PEG_WIRE_LIST_BODY, text, size, 1 + data[size / 2] % 64);

  return 0;
}
