/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "kiosk-bed.h"

G_BEGIN_DECLS

/* Fingers on the mouse and the keyboard of the X server: what they do goes the way of
 * all events. Each function returns when it has been handled. */

void input_point   (Bed       *bed,
                    GtkWidget *widget);
void input_button  (Bed       *bed,
                    gboolean   down);
void input_click   (Bed       *bed,
                    GtkWidget *widget);
void input_key     (Bed       *bed,
                    guint      keyval,
                    gboolean   down);
void input_type    (Bed       *bed,
                    guint      keyval);

G_END_DECLS
