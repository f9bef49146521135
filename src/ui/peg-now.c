/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-now"

#include "peg-config.h"

#include "peg-now.h"

/**
 * PegNow:
 *
 * The clocks that widgets read: those of this computer, or ones that stand
 * still for tests and pictures.
 */
struct _PegNow
{
  GObject parent_instance;

  gboolean is_fixed;
  PegDisplayNow fixed;
};

G_DEFINE_FINAL_TYPE (PegNow, peg_now, G_TYPE_OBJECT)

static void
peg_now_class_init (PegNowClass *klass)
{
}

static void
peg_now_init (PegNow *self)
{
}

/**
 * peg_now_new:
 *
 * Returns: (transfer full): the clocks of this computer
 */
PegNow *
peg_now_new (void)
{
  return g_object_new (PEG_TYPE_NOW, NULL);
}

/**
 * peg_now_new_fixed:
 * @fixed: what they show
 *
 * Returns: (transfer full): clocks that stand still
 */
PegNow *
peg_now_new_fixed (const PegDisplayNow *fixed)
{
  PegNow *self = peg_now_new ();

  peg_now_fix (self, fixed);

  return self;
}

/**
 * peg_now_fix:
 * @self: the clocks
 * @fixed: what they show from now on
 */
void
peg_now_fix (PegNow              *self,
             const PegDisplayNow *fixed)
{
  g_return_if_fail (PEG_IS_NOW (self));
  g_return_if_fail (fixed != NULL);

  self->is_fixed = TRUE;
  self->fixed = *fixed;
}

/**
 * peg_now_read:
 * @self: the clocks
 * @now: (out): what they show
 */
void
peg_now_read (PegNow        *self,
              PegDisplayNow *now)
{
  g_return_if_fail (PEG_IS_NOW (self));
  g_return_if_fail (now != NULL);

  if (self->is_fixed)
    *now = self->fixed;
  else
    *now = (PegDisplayNow) { .mono_us = g_get_monotonic_time (), .wall_us = g_get_real_time () };
}
