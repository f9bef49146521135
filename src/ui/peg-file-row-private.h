/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-file-row.h"
#include "peg-palette.h"

G_BEGIN_DECLS

/* The texts that a row draws. */
typedef enum {
  PEG_FILE_ROW_TEXT_NAME,
  PEG_FILE_ROW_TEXT_DESCRIPTION,
  PEG_FILE_ROW_TEXT_REVISION,
  PEG_FILE_ROW_TEXT_WORDS,
  PEG_FILE_ROW_TEXT_PLATE,
  PEG_FILE_ROW_TEXT_MORE, /* of large rows: what follows the first of the words */
  PEG_FILE_ROW_N_TEXTS,
} PegFileRowText;

struct _PegFileRow
{
  GtkWidget parent_instance;

  PegRows *rows;         /* (owned) (not nullable) */
  PegNow *now;           /* (owned) (not nullable) */
  PegRow *row;           /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) (not nullable): of @row */

  char *texts[PEG_FILE_ROW_N_TEXTS];          /* (owned) (nullable) */
  PangoLayout *layouts[PEG_FILE_ROW_N_TEXTS]; /* (owned) (nullable): until what they show changes */
  PangoAttrList *matches;        /* (owned) (nullable): what was found in the name */
  const char *icon_name;         /* (nullable): a constant */
  GdkPaintable *icon;            /* (owned) (nullable) */
  GdkPaintable *arrow;           /* (owned) (nullable) */
  PegTag tag;
  int revision_column;
  int words_column;

  PegPalette palette;
  gboolean has_palette;
  gboolean touch;
  const PegRowSizes *sizes;      /* (nullable): of a large row */

  gboolean stale;                /* whether the texts are not those of @row */
  guint say_id;                  /* until a screen reader has been told */
  int said_level;                /* what it was told; 0: nothing */
  int said_expanded;             /* likewise; -1: nothing */
};

static inline gboolean
peg_file_row_is_file (PegFileRow *self)
{
  return peg_row_get_kind (self->row) == PEG_ROW_FILE;
}

/* peg-file-row-words.c */
void  peg_file_row_refresh   (PegFileRow *self);
char *peg_file_row_dup_label (PegFileRow *self) G_GNUC_WARN_UNUSED_RESULT;
void  peg_file_row_say       (PegFileRow *self);

/* peg-file-row-draw.c and peg-file-row-large.c */
void peg_file_row_snapshot     (GtkWidget      *widget,
                                GtkSnapshot    *snapshot);
void peg_file_row_insert_size  (PegFileRow     *self,
                                PegFileRowText  which,
                                PangoAttrList  *attrs);
void peg_file_row_draw_large   (PegFileRow     *self,
                                GtkSnapshot    *snapshot);
int  peg_file_row_measure_text (PegFileRow     *self,
                                PegFileRowText  which);

G_END_DECLS
