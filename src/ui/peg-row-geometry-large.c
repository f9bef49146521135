/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-geometry-large"

#include "peg-config.h"

#include "peg-row-geometry.h"

/* How wide a plate is, compared with its height: room for a hole and two letters. */
#define PLATE_SHAPE 1.7

/* The part of a row that the words may take, however long they are. */
#define WORDS_SHARE 0.36

/* A row that is this much wider than it is high has room to show what is in what. */
#define ROOMY 12

static void
mirror (PegSpan *span,
        int      width)
{
  span->x = width - span->x - span->width;
}

static void
mirror_all (PegLargeGeometry *geometry,
            int               width)
{
  mirror (&geometry->arrow, width);
  mirror (&geometry->name, width);
  mirror (&geometry->revision, width);
  mirror (&geometry->description, width);
  mirror (&geometry->tag, width);
  mirror (&geometry->words, width);
  mirror (&geometry->more, width);
}

/* The column of the words has one width in all rows. Words that are longer grow
 * into what the name leaves. */
static int
get_words_width (const PegLargeContent *content,
                 int                    left,
                 int                    right)
{
  const int column = MIN (content->words_column, (int) (content->width * WORDS_SHARE));
  const int wanted = MAX (content->words, content->more);
  const int free_room = right - left - content->name;

  return MAX (column, MIN (wanted, free_room));
}

/**
 * peg_row_geometry_large:
 * @content: what has to find its place
 * @sizes: how large a row is
 * @geometry: (out): where it goes
 *
 * Lays out a row of two lines: at the beginning what the file is, at the end who
 * has it. Where the room is short the description gives way first, then the name,
 * which keeps its beginning and its end; the words about the lock have a column
 * that no name can take.
 */
void
peg_row_geometry_large (const PegLargeContent *content,
                        const PegRowSizes     *sizes,
                        PegLargeGeometry      *geometry)
{
  const int gap = sizes->edge;
  const int plate = (int) (sizes->plate * PLATE_SHAPE);
  const gboolean roomy = content->width > ROOMY * sizes->height;
  const int arrow = content->is_file && !roomy ? 0 : sizes->name * 3 / 4;
  const int begin = sizes->edge + (int) content->depth * sizes->edge;
  const int left = begin + (arrow > 0 ? arrow + gap / 2 : 0);
  const int end = content->width - sizes->edge;
  const int words = get_words_width (content, left, end - plate - 2 * gap);
  int room;

  *geometry = (PegLargeGeometry) {
    .arrow = { begin, content->is_file ? 0 : arrow },
    .tag = { end - words - gap - plate, plate },
    .words = { end - words, MIN (content->words, words) },
    .more = { end - words, MIN (content->more, words) },
  };

  room = MAX (geometry->tag.x - gap - left, 0);
  geometry->name = (PegSpan) { left, MIN (content->name, room) };
  geometry->revision = (PegSpan) { left, MIN (content->revision, room) };
  geometry->description.x = left + (content->revision > 0 ? content->revision + gap : 0);
  geometry->description.width = CLAMP (content->description, 0,
                                       MAX (left + room - geometry->description.x, 0));

  if (content->rtl)
    mirror_all (geometry, content->width);
}
