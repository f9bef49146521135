/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-palette.h"

G_BEGIN_DECLS

/* What hangs on a peg, drawn the same wherever it is shown. */

PangoLayout *peg_tag_create_layout (GtkWidget             *widget,
                                    const char            *text,
                                    double                 scale) G_GNUC_WARN_UNUSED_RESULT;
void         peg_tag_draw          (GtkSnapshot           *snapshot,
                                    const graphene_rect_t *bounds,
                                    PegTag                 tag,
                                    PangoLayout           *initials,
                                    const PegPalette      *palette,
                                    gboolean               rtl);
void         peg_tag_draw_count    (GtkSnapshot           *snapshot,
                                    const graphene_rect_t *bounds,
                                    PangoLayout           *count,
                                    const PegPalette      *palette,
                                    gboolean               rtl,
                                    gboolean               stale);

G_END_DECLS
