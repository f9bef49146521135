/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-wrong"

#include "peg-config.h"

#include "peg-kiosk-private.h"

/* A wrong PIN costs a second, the next one two, then four…, but never more than a
 * minute: six digits guessed one a minute take a year on average. */
#define MAX_DOUBLINGS 6
#define MAX_DELAY_US (60 * (gint64) G_USEC_PER_SEC)

/* Counts that were kept may be anybody’s. */
#define MAX_WRONG 1000

/* How wrong PINs make the next one wait. */

/*
 * peg_kiosk_pin_after:
 *
 * Returns: when a PIN of that person may be looked at, monotonic; 0: now
 */
gint64
peg_kiosk_pin_after (PegKioskMachine *self,
                     const char      *id)
{
  const PegKioskWrong *wrong = g_hash_table_lookup (self->wrong, id);
  const gint64 after_us = MAX (wrong != NULL ? wrong->after_us : 0, self->wrong_here.after_us);

  return after_us > self->now_us ? after_us : 0;
}

static void
put_off (PegKioskMachine *self,
         PegKioskWrong   *wrong)
{
  const guint doublings = MIN (wrong->n, MAX_DOUBLINGS + 1) - 1;

  wrong->after_us = self->now_us + MIN (G_USEC_PER_SEC * ((gint64) 1 << doublings), MAX_DELAY_US);
}

static PegKioskWrong *
get_wrong (PegKioskMachine *self,
           const char      *id)
{
  PegKioskWrong *wrong = g_hash_table_lookup (self->wrong, id);

  if (wrong == NULL) {
    wrong = g_new0 (PegKioskWrong, 1);
    g_hash_table_insert (self->wrong, g_strdup (id), wrong);
  }

  return wrong;
}

/*
 * peg_kiosk_count_wrong:
 *
 * The next PIN of that person waits longer, here and with every other name; so
 * trying one person after the other is no faster.
 */
void
peg_kiosk_count_wrong (PegKioskMachine *self,
                       const char      *id)
{
  PegKioskWrong *wrong = get_wrong (self, id);

  wrong->n++;
  self->wrong_here.n++;
  put_off (self, wrong);
  put_off (self, &self->wrong_here);
}

/**
 * peg_kiosk_machine_dup_wrong:
 * @self: a terminal
 *
 * Returns: (transfer full): how many wrong PINs there were, `(ua{su})`: a restart must
 *   not make guessing faster
 */
GVariant *
peg_kiosk_machine_dup_wrong (PegKioskMachine *self)
{
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("a{su}"));
  GHashTableIter iter;
  gpointer id, wrong;

  g_hash_table_iter_init (&iter, self->wrong);
  while (g_hash_table_iter_next (&iter, &id, &wrong))
    g_variant_builder_add (builder, "{su}", id, ((const PegKioskWrong *) wrong)->n);

  return g_variant_ref_sink (g_variant_new ("(ua{su})", self->wrong_here.n, builder));
}

/**
 * peg_kiosk_machine_restore_wrong:
 * @self: a terminal
 * @wrong: what peg_kiosk_machine_dup_wrong() gave before a restart; anything else is
 *   ignored
 * @now_us: the time, monotonic
 *
 * Goes on with what was counted; every delay begins anew.
 */
void
peg_kiosk_machine_restore_wrong (PegKioskMachine *self,
                                 GVariant        *wrong,
                                 gint64           now_us)
{
  g_autoptr (GVariantIter) iter = NULL;
  const char *id;
  guint n;

  if (!g_variant_is_of_type (wrong, G_VARIANT_TYPE ("(ua{su})")))
    return;

  self->now_us = MAX (self->now_us, now_us);
  g_variant_get (wrong, "(ua{su})", &n, &iter);
  self->wrong_here.n = MIN (n, MAX_WRONG);
  if (n > 0)
    put_off (self, &self->wrong_here);

  while (g_variant_iter_next (iter, "{&su}", &id, &n)) {
    PegKioskWrong *one = n > 0 ? get_wrong (self, id) : NULL;

    if (one != NULL) {
      one->n = MIN (n, MAX_WRONG);
      put_off (self, one);
    }
  }
}
