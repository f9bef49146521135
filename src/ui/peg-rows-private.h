/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-look.h"
#include "peg-openness.h"
#include "peg-rows.h"

G_BEGIN_DECLS

/* A table that is being made, and what of. Belongs to one thread at a time. */
typedef struct {
  PegRows *rows;         /* (nullable): who waits for it; only for the main loop */
  PegSnapshot *snapshot; /* (owned) */
  PegLook *look;         /* (owned) */
  PegRowTable *before;   /* (owned): what is shown meanwhile */
  gboolean reuse;        /* whether @before is of the same look */
  char *except;          /* (owned) (nullable): but for this group */

  PegRowTable *table;    /* (owned) (nullable): the answer */
  GArray *runs;          /* (owned) (nullable): in which it differs from @before */
  PegEntry *exact;       /* (owned) (nullable): see peg_look_find_exact() */
} PegRowsJob;

struct _PegRows
{
  GObject parent_instance;

  PegSnapshot *snapshot;  /* (owned) (not nullable): the newest */
  GHashTable *registry;   /* (owned) (element-type utf8 PegRow): who is looked at, weak */

  /* What is shown. */
  PegRowTable *table;     /* (owned) (not nullable) */
  PegSnapshot *tabled;    /* (owned) (not nullable): what it is of */
  PegLook *look;          /* (owned) (not nullable): and how that is looked at */
  PegEntry *exact;        /* (owned) (nullable): see peg_look_find_exact() */

  /* What is wanted. */
  PegFilter filter;
  PegSearch *search;      /* (owned) (nullable): never an empty one */
  PegOpenness browsing;
  PegOpenness looking;
  PegLook *wanted;        /* (owned) (not nullable): is @look, once it is shown */
  PegRowsJob *job;        /* (unowned) (nullable): under way in another thread */

  /* While runs are announced, the rows before them are those of @table and the
   * rows behind them those of @old. */
  PegRowTable *old;       /* (owned) (nullable) */
  guint new_end;
  guint old_end;
  gboolean replacing;
  gboolean searched_anew; /* what is announced was found for other words */
  gboolean replaceable;   /* whether somebody moves the view when they are replaced */
};

void peg_rows_refresh  (PegRows     *self,
                        PegSnapshot *before);
void peg_rows_announce (PegRows     *self,
                        PegRowTable *old,
                        GArray      *runs,
                        PegSnapshot *before);
void peg_rows_notify   (PegRows     *self);

void peg_rows_job_init  (PegRowsJob *job,
                         PegRows    *rows,
                         PegLook    *look,
                         gboolean    reuse,
                         const char *except);
void peg_rows_job_run   (PegRowsJob *job);
void peg_rows_job_clear (PegRowsJob *job);
void peg_rows_job_free  (gpointer    data);

G_END_DECLS
