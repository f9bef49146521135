/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_NAME_TEMPORARY_DIR:
 *
 * The folder below the root in which new content waits for its turn. Hidden, so
 * that it is never served, and on the same file system as what it replaces, so
 * that a rename is atomic.
 */
#define PEG_NAME_TEMPORARY_DIR ".pegboard-tmp"

/**
 * PegName:
 * @PEG_NAME_SERVED: a program
 * @PEG_NAME_HIDDEN: begins with a point
 * @PEG_NAME_TEMPORARY: what an editor or a download leaves behind for a moment
 * @PEG_NAME_NOT_UTF8: cannot be said in JSON
 *
 * What the name of a file says about it.
 */
typedef enum {
  PEG_NAME_SERVED,
  PEG_NAME_HIDDEN,
  PEG_NAME_TEMPORARY,
  PEG_NAME_NOT_UTF8,
} PegName;

PegName  peg_name_judge         (const char *name);
gboolean peg_name_is_path       (const char *path);
gboolean peg_name_is_person     (const char *person);
char    *peg_name_to_file_name  (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
