/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-random.h"

/**
 * PegRandom:
 *
 * Random numbers, so that a test can choose them. They spread clients over time
 * and are no secrets.
 */
G_DEFINE_INTERFACE (PegRandom, peg_random, G_TYPE_OBJECT)

static void
peg_random_default_init (PegRandomInterface *iface)
{
}

/**
 * peg_random_next:
 * @self: random numbers
 *
 * Returns: the next one, from 0 up to, not including, 1
 */
double
peg_random_next (PegRandom *self)
{
  g_return_val_if_fail (PEG_IS_RANDOM (self), 0.0);

  return PEG_RANDOM_GET_IFACE (self)->next (self);
}

/**
 * PegSystemRandom:
 *
 * Random numbers that differ on every computer and in every run.
 */
struct _PegSystemRandom
{
  GObject parent_instance;

  GRand *rand; /* (owned) (not nullable) */
};

static double
peg_system_random_next (PegRandom *random)
{
  return g_rand_double (PEG_SYSTEM_RANDOM (random)->rand);
}

static void
random_iface_init (PegRandomInterface *iface)
{
  iface->next = peg_system_random_next;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PegSystemRandom, peg_system_random, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_RANDOM, random_iface_init))

static void
peg_system_random_finalize (GObject *object)
{
  PegSystemRandom *self = PEG_SYSTEM_RANDOM (object);

  g_clear_pointer (&self->rand, g_rand_free);

  G_OBJECT_CLASS (peg_system_random_parent_class)->finalize (object);
}

static void
peg_system_random_class_init (PegSystemRandomClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_system_random_finalize;
}

static void
peg_system_random_init (PegSystemRandom *self)
{
  self->rand = g_rand_new ();
}

/**
 * peg_system_random_new:
 *
 * Returns: (transfer full): random numbers, for one thread
 */
PegRandom *
peg_system_random_new (void)
{
  return g_object_new (PEG_TYPE_SYSTEM_RANDOM, NULL);
}
