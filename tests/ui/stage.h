/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-file-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What every test with a window needs: an application, frames, clocks that are moved by
 * hand, actions that only write down what is asked of them, and pictures. */

/* No test waits longer than this for what must come. */
#define STAGE_PATIENCE_S 20

typedef struct {
  const char *name;
  const char *type;   /* (nullable): of its parameter */
} StageAction;

typedef gboolean (*StageCondition) (gpointer user_data);

AdwApplication *stage_dup_application (void) G_GNUC_WARN_UNUSED_RESULT;

void     stage_add_actions (GActionMap        *map,
                            const StageAction *actions,
                            guint              n_actions,
                            GPtrArray         *asked);
gboolean stage_was_asked   (GPtrArray         *asked,
                            const char        *what);

void stage_wait    (StageCondition  condition,
                    gpointer        user_data);
void stage_settle  (GtkWidget      *window);
void stage_pass_us (PegNow         *now,
                    gint64          us);

PegFileRow *stage_find_row (GtkWidget  *widget,
                            const char *name);

void stage_save_picture (GtkWidget  *widget,
                         const char *path);

G_END_DECLS
