/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-selection.h"
#include "peg-window.h"

G_BEGIN_DECLS

/**
 * StageCost:
 * @main_ms: what the thread of the main loop worked, CPU
 * @longest_ms: of it, the longest turn of the main loop
 * @wall_ms: how long it took, by the clock; a hint, where other programs run
 * @frames: how many frames were drawn
 *
 * What something cost, from its cause to the end of the frame that shows it.
 */
typedef struct {
  double main_ms;
  double longest_ms;
  double wall_ms;
  guint frames;
} StageCost;

/**
 * Stage:
 *
 * A window over a made-up shop, and the meters. Read what is in it, do not write.
 */
typedef struct {
  AdwApplication *application;
  PegStore *store;
  PegWindow *window;
  PegRows *rows;             /* (unowned): of @window */
  PegSelection *selection;   /* (unowned): of @window */
  GtkEditable *search_entry; /* (unowned): of @window */
  GtkWidget *scroller;       /* (unowned): around the list view */
  GtkWidget *view;           /* (unowned): the list view */
  GtkAdjustment *position;   /* (unowned): how far the list is scrolled */
  GPtrArray *entries;        /* (element-type PegEntry): the files, newest version */
  GArray *frames;            /* (nullable) (element-type gdouble): CPU ms of each frame */

  /* Inner matters of the stage. */
  GPtrArray *sent;
  GThread *link;
  GAsyncQueue *to_link;
  GAsyncQueue *from_link;
  guint n_frames;
  guint n_searches;
  double frame_ms;
} Stage;

Stage *stage_new  (guint  n_files);
void   stage_free (Stage *self);

PegEntry *stage_change_lock (Stage    *self,
                             PegEntry *entry) G_GNUC_WARN_UNUSED_RESULT;
void      stage_send        (Stage    *self,
                             PegEvent *event);
void      stage_list        (Stage    *self);
void      stage_type        (Stage      *self,
                             const char *text);

void stage_begin  (Stage     *self);
void stage_end    (Stage     *self,
                   StageCost *cost);
void stage_settle (Stage     *self);

void stage_record_frames (Stage *self);

G_END_DECLS
