/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define PEG_TYPE_RANDOM (peg_random_get_type ())

G_DECLARE_INTERFACE (PegRandom, peg_random, PEG, RANDOM, GObject)

/**
 * PegRandomInterface:
 * @next: the next number
 *
 * Where random numbers come from.
 */
struct _PegRandomInterface
{
  GTypeInterface parent_iface;

  double (*next) (PegRandom *self);
};

double peg_random_next (PegRandom *self);

#define PEG_TYPE_SYSTEM_RANDOM (peg_system_random_get_type ())

G_DECLARE_FINAL_TYPE (PegSystemRandom, peg_system_random, PEG, SYSTEM_RANDOM, GObject)

PegRandom *peg_system_random_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
