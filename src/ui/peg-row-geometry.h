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

/**
 * PegRowSizes:
 * @height: of a row
 * @gap: between two rows
 * @edge: between the edge of a row and what is in it
 * @words: how large the letters are of who has a file
 * @name: likewise, of the name of a file
 * @small: likewise, of what supports both
 * @plate: how high the plate of a tag is
 *
 * How large a row is on a shared terminal, which is read from a distance and
 * touched with gloves: what is large there depends on the screen. A row has two
 * lines. Logical pixels.
 */
typedef struct {
  int height;
  int gap;
  int edge;
  int words;
  int name;
  int small;
  int plate;
} PegRowSizes;

/**
 * PegLargeContent:
 * @width: of the row
 * @depth: how far it is indented, in levels
 * @is_file: whether it is a file and not a group or a part
 * @rtl: whether it runs from right to left
 * @name: the natural width of the name
 * @revision: of the revision, or of the number of files; 0: it has none
 * @description: of the description; 0: it has none
 * @words: of who has the file
 * @more: of what else is said of that
 * @words_column: what is reserved for the words, where there is room
 *
 * What has to find its place in a large row.
 */
typedef struct {
  int width;
  guint depth;
  gboolean is_file;
  gboolean rtl;
  int name;
  int revision;
  int description;
  int words;
  int more;
  int words_column;
} PegLargeContent;

/**
 * PegLargeGeometry:
 * @arrow: opens and closes
 * @name: its name, on the first line
 * @revision: the revision, or the number of files, on the second line
 * @description: what it is, on the second line
 * @tag: the tag, on both
 * @words: who has it, on the first line
 * @more: what else is said of that, on the second line
 *
 * The places of everything in a large row.
 */
typedef struct {
  PegSpan arrow;
  PegSpan name;
  PegSpan revision;
  PegSpan description;
  PegSpan tag;
  PegSpan words;
  PegSpan more;
} PegLargeGeometry;

void peg_row_geometry_large (const PegLargeContent *content,
                             const PegRowSizes     *sizes,
                             PegLargeGeometry      *geometry);

G_END_DECLS
