/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PegOpenness:
 * @open: whether groups and parts are open
 * @exceptions: (element-type utf8 utf8): the ids of those of which it is not true
 *
 * What is open in a tree: all or nothing, but for some.
 */
typedef struct {
  gboolean open;
  GHashTable *exceptions;
} PegOpenness;

void peg_openness_init    (PegOpenness *self,
                           gboolean     open);
void peg_openness_clear   (PegOpenness *self);
void peg_openness_set_all (PegOpenness *self,
                           gboolean     open);
void peg_openness_set     (PegOpenness *self,
                           const char  *id,
                           gboolean     open);

G_END_DECLS
