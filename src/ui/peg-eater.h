/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PegEater:
 *
 * What is pressed at the moment: fingers, buttons, keys. Pure but for the type of
 * events.
 */
typedef struct _PegEater PegEater;

PegEater *peg_eater_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void      peg_eater_free (PegEater *self);

gboolean peg_eater_eat       (PegEater     *self,
                              GdkEventType  type,
                              gconstpointer finger,
                              guint         number);
gboolean peg_eater_is_eating (PegEater     *self);
void     peg_eater_drop_keys (PegEater     *self);
void     peg_eater_drop      (PegEater     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegEater, peg_eater_free)

G_END_DECLS
