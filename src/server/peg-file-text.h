/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-file.h"

G_BEGIN_DECLS

/**
 * PegFileForm:
 * @PEG_FILE_CLASSIC: as classic servers send it
 * @PEG_FILE_LONG: with the members of `pegboard.1`
 * @PEG_FILE_SHORT: the same, without what is so when nothing is said
 * @PEG_FILE_N_FORMS: how many there are
 *
 * How a FILE is written (docs/protocol.md, “FILE”).
 */
typedef enum {
  PEG_FILE_CLASSIC,
  PEG_FILE_LONG,
  PEG_FILE_SHORT,
  PEG_FILE_N_FORMS,
} PegFileForm;

void peg_file_write (const PegFile *self,
                     const char    *prefix,
                     PegFileForm    form,
                     GString       *out);

G_END_DECLS
