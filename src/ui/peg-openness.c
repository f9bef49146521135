/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-openness"

#include "peg-config.h"

#include "peg-openness.h"

/*
 * peg_openness_init:
 * @open: whether all is open
 *
 * Begins; ends with peg_openness_clear().
 */
void
peg_openness_init (PegOpenness *self,
                   gboolean     open)
{
  self->open = open;
  self->exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
peg_openness_clear (PegOpenness *self)
{
  g_clear_pointer (&self->exceptions, g_hash_table_unref);
}

/*
 * peg_openness_set_all:
 * @open: whether all is open now, without exceptions
 */
void
peg_openness_set_all (PegOpenness *self,
                      gboolean     open)
{
  self->open = open;
  g_hash_table_remove_all (self->exceptions);
}

/*
 * peg_openness_set:
 * @id: of a group or a part
 * @open: whether that one is open
 */
void
peg_openness_set (PegOpenness *self,
                  const char  *id,
                  gboolean     open)
{
  if (open == self->open)
    g_hash_table_remove (self->exceptions, id);
  else
    g_hash_table_add (self->exceptions, g_strdup (id));
}
