/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-file-list.h"
#include "peg-file-row.h"
#include "peg-view-keeper.h"

G_BEGIN_DECLS

struct _PegFileList
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkListView *view;
  GtkDropTarget *drop;
  GtkShortcutController *shortcuts;
  GtkWidget *menu;         /* (owned) (nullable): a popover, child of this widget */

  PegRows *rows;           /* (owned) (nullable) */
  PegSelection *selection; /* (owned) (nullable) */
  PegNow *now;             /* (owned) (nullable) */
  PegViewKeeper *keeper;   /* (owned) (nullable) */
  GPtrArray *widgets;      /* (owned) (element-type PegFileRow): the live ones, weak */
  const PegRowSizes *sizes; /* (nullable): of large rows */
  gboolean touch;
};

void peg_file_list_toggle (PegFileList *self,
                           PegRow      *row);

/* peg-file-list-pointer.c */
void peg_file_list_bind_pointer (GtkWidgetClass *widget_class);
void peg_file_list_pop_up_at    (PegFileList    *self,
                                 PegFileRow     *row,
                                 double          x,
                                 double          y);

G_END_DECLS
