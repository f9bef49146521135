/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_HEADER_BYTES:
 *
 * How much of a program is read for its header, bytes. One disk block is as
 * fast to read as one line, and no header seen in a shop was longer.
 */
#define PEG_HEADER_BYTES 2048

/**
 * PegHeader:
 * @description: (nullable) (owned): the title, valid UTF-8
 * @major: first number of the revision; -1: none is named
 * @minor: second number of the revision
 *
 * What a program says about itself in its first lines.
 */
typedef struct {
  char *description;
  int major;
  int minor;
} PegHeader;

void peg_header_read  (PegHeader  *self,
                       const char *data,
                       gsize       length);
void peg_header_clear (PegHeader  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PegHeader, peg_header_clear)

G_END_DECLS
