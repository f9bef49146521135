/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-geometry"

#include "peg-config.h"

#include "peg-row-geometry.h"

#define ICON 16
#define TAG 34
#define TAG_TOUCH 44
#define GAP 12

/* A description of fewer pixels than this says nothing. */
#define LEAST_DESCRIPTION 48

/* In what part of the room for both the description begins. */
#define NAME_SHARE 0.46

typedef struct {
  int edge;
  int indent;
  int arrow;
  int tag;
} Measures;

static Measures
get_measures (const PegRowContent *content)
{
  const gboolean compact = content->width < PEG_ROW_COMPACT_WIDTH;

  return (Measures) {
    .edge = content->touch ? 18 : 12,
    .indent = compact ? 12 : 18,
    .arrow = content->touch ? 28 : 20,
    .tag = content->touch ? TAG_TOUCH : TAG,
  };
}

static int
get_name_x (const Measures *measures,
            guint           depth)
{
  return measures->edge + (int) depth * measures->indent + measures->arrow + ICON + GAP - 2;
}

static void
mirror (PegSpan *span,
        int      width)
{
  span->x = width - span->x - span->width;
}

/* The tag and the words at the end of the row: a column of the same width in
 * every row. Where the row is too narrow for words of the usual length, it grows
 * for them if the name leaves room; for longer words it never does, since one
 * long name would push the columns of its row out of line. */
static int
get_lock_column (const PegRowContent *content,
                 const Measures      *measures)
{
  const int fixed = measures->tag + GAP - 2;
  const int most = content->width < PEG_ROW_COMPACT_WIDTH ? content->width / 3
                                                          : content->width * 2 / 5;

  return MAX (MIN (fixed + content->words_column, most), fixed + 40);
}

static int
get_lock_width (const PegRowContent *content,
                const Measures      *measures,
                int                  taken)
{
  const int fixed = measures->tag + GAP - 2;
  const int free_room = content->width - measures->edge - taken;

  return MAX (get_lock_column (content, measures), MIN (fixed + MIN (content->words, content->words_column), free_room));
}

/* Where descriptions begin in every row, whatever else is in it. */
static int
get_description_x (const PegRowContent *content,
                   const Measures      *measures,
                   int                  revision)
{
  const int first = get_name_x (measures, 2);
  const int last = content->width - measures->edge - get_lock_column (content, measures) - GAP -
                   (revision > 0 ? revision + GAP : 0);

  return first + (int) ((last - first) * NAME_SHARE);
}

/**
 * peg_row_geometry:
 * @content: what has to find its place
 * @geometry: (out): where it goes
 *
 * Lays out a row. Columns are at the same place in all rows of one width. Where
 * the room is short, first the description gives way, then the words about the
 * lock, and the name last, which keeps its beginning and its end. Words that are
 * longer than usual are cut at their column, and the description stays.
 */
void
peg_row_geometry (const PegRowContent *content,
                  PegRowGeometry      *geometry)
{
  const Measures measures = get_measures (content);
  const gboolean compact = content->width < PEG_ROW_COMPACT_WIDTH;
  const int name_x = get_name_x (&measures, content->depth);
  int revision = content->is_file ? content->revision_column : content->revision;
  int lock, end, room;

  if (compact && content->is_file)
    revision = 0;

  lock = get_lock_width (content, &measures,
                         name_x + content->name + GAP + (revision > 0 ? revision + GAP : 0));

  *geometry = (PegRowGeometry) {
    .arrow = { measures.edge + (int) content->depth * measures.indent, content->is_file ? 0 : ICON },
    .icon = { name_x - ICON - GAP + 2, ICON },
    .tag = { content->width - measures.edge - lock, measures.tag },
  };

  geometry->words.x = geometry->tag.x + measures.tag + GAP - 2;
  geometry->words.width = MAX (MIN (content->words, content->width - measures.edge - geometry->words.x), 0);

  end = geometry->tag.x - GAP;
  if (revision > 0) {
    /* Numbers end at the same place. */
    geometry->revision.width = MIN (content->revision, revision);
    geometry->revision.x = end - geometry->revision.width;
    end -= revision + GAP;
  }

  room = MAX (end - name_x, 0);
  geometry->name = (PegSpan) { name_x, MIN (content->name, room) };

  if (content->description > 0) {
    geometry->description.x = MAX (get_description_x (content, &measures, revision),
                                   name_x + geometry->name.width + GAP);
    geometry->description.width = MIN (content->description, end - geometry->description.x);
    if (geometry->description.width < MIN (content->description, LEAST_DESCRIPTION))
      geometry->description.width = 0;
  }

  if (content->rtl) {
    mirror (&geometry->arrow, content->width);
    mirror (&geometry->icon, content->width);
    mirror (&geometry->name, content->width);
    mirror (&geometry->description, content->width);
    mirror (&geometry->revision, content->width);
    mirror (&geometry->tag, content->width);
    mirror (&geometry->words, content->width);
  }
}
