/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-attention.h"

#define S ((gint64) G_USEC_PER_SEC)

static void
test_attention (void)
{
  static const struct {
    gboolean looking;
    gint64 at_us;
    PegAttentionChange change;
  } steps[] = {
    { TRUE, 10 * S, PEG_ATTENTION_SAME },
    { FALSE, 20 * S, PEG_ATTENTION_LEFT },
    { FALSE, 60 * S, PEG_ATTENTION_SAME },
    { TRUE, 80 * S - 1, PEG_ATTENTION_BACK },
    { TRUE, 200 * S, PEG_ATTENTION_SAME },
    { FALSE, 300 * S, PEG_ATTENTION_LEFT },
    { TRUE, 360 * S, PEG_ATTENTION_BACK_AFTER_LONG },
    { FALSE, 361 * S, PEG_ATTENTION_LEFT },
    { TRUE, 362 * S, PEG_ATTENTION_BACK },
  };
  PegAttention attention = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_cmpint (peg_attention_update (&attention, steps[i].looking, steps[i].at_us), ==,
                     steps[i].change);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/attention", test_attention);

  return g_test_run ();
}
