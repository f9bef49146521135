/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where things go in a row. Pure arithmetic, in logical pixels. */

/**
 * PEG_ROW_HEIGHT, PEG_ROW_HEIGHT_TOUCH:
 *
 * How high every row is, for a mouse and for a finger. One height for all rows:
 * GtkListView 4.8 jumps where they differ (GTK issue 2971).
 */
#define PEG_ROW_HEIGHT 36
#define PEG_ROW_HEIGHT_TOUCH 56

/**
 * PEG_ROW_COMPACT_WIDTH:
 *
 * Below this width a row leaves out the revision and indents less.
 */
#define PEG_ROW_COMPACT_WIDTH 480

/**
 * PegRowContent:
 * @width: of the row
 * @depth: how far it is indented, in levels
 * @is_file: whether it is a file and not a group or a part
 * @touch: whether it is for fingers
 * @rtl: whether it runs from right to left
 * @name: the natural width of the name
 * @description: of the description; 0: it has none
 * @revision: of the revision, or of the number of files
 * @words: of the words about the lock
 * @revision_column: what is reserved for a revision
 * @words_column: what is reserved for the words, where there is room
 *
 * What has to find its place in a row.
 */
typedef struct {
  int width;
  guint depth;
  gboolean is_file;
  gboolean touch;
  gboolean rtl;
  int name;
  int description;
  int revision;
  int words;
  int revision_column;
  int words_column;
} PegRowContent;

/**
 * PegSpan:
 * @x: its left edge
 * @width: 0: it is not shown
 *
 * The place of one thing in a row.
 */
typedef struct {
  int x;
  int width;
} PegSpan;

/**
 * PegRowGeometry:
 * @arrow: opens and closes
 * @icon: what kind of thing it is
 * @name: its name
 * @description: what it is
 * @revision: the revision, or the number of files
 * @tag: the tag
 * @words: the words about the lock
 *
 * The places of everything in a row.
 */
typedef struct {
  PegSpan arrow;
  PegSpan icon;
  PegSpan name;
  PegSpan description;
  PegSpan revision;
  PegSpan tag;
  PegSpan words;
} PegRowGeometry;

void peg_row_geometry (const PegRowContent *content,
                       PegRowGeometry      *geometry);

G_END_DECLS
