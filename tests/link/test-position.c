/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-position.h"

static PegWireMessage *
change (const char *epoch,
        guint64     seq)
{
  PegWireMessage *message = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);

  message->epoch = g_strdup (epoch);
  message->seq = seq;
  message->has_position = TRUE;

  return message;
}

static void
test_judge (void)
{
  PegPosition position;

  peg_position_init (&position);

  g_assert_cmpint (peg_position_judge_change (&position, "e", 1), ==, PEG_POSITION_HOLD);
  g_assert_cmpint (peg_position_judge_list (&position, "e", 1), ==, PEG_POSITION_APPLY);

  peg_position_set (&position, "e", 7);
  g_assert_cmpint (peg_position_judge_change (&position, "e", 6), ==, PEG_POSITION_DROP);
  g_assert_cmpint (peg_position_judge_change (&position, "e", 7), ==, PEG_POSITION_DROP);
  g_assert_cmpint (peg_position_judge_change (&position, "e", 8), ==, PEG_POSITION_APPLY);
  g_assert_cmpint (peg_position_judge_change (&position, "e", 9), ==, PEG_POSITION_HOLD);
  g_assert_cmpint (peg_position_judge_change (&position, "f", 8), ==, PEG_POSITION_LOST);
  g_assert_cmpint (peg_position_judge_change (&position, NULL, 8), ==, PEG_POSITION_LOST);

  g_assert_cmpint (peg_position_judge_list (&position, "e", 6), ==, PEG_POSITION_DROP);
  g_assert_cmpint (peg_position_judge_list (&position, "e", 7), ==, PEG_POSITION_APPLY);
  g_assert_cmpint (peg_position_judge_list (&position, "f", 1), ==, PEG_POSITION_APPLY);

  peg_position_clear (&position);
}

static guint64
take (PegPosition *position)
{
  g_autoptr (PegWireMessage) next = peg_position_take_next (position);

  if (next == NULL)
    return 0;

  peg_position_advance (position, next->seq);

  return next->seq;
}

static void
test_hold (void)
{
  PegPosition position;

  peg_position_init (&position);
  peg_position_set (&position, "e", 1);

  g_assert_true (peg_position_hold (&position, change ("e", 4)));
  g_assert_true (peg_position_hold (&position, change ("e", 3)));
  g_assert_true (peg_position_hold (&position, change ("e", 3)));
  g_assert_true (peg_position_hold (&position, change ("e", 6)));
  g_assert_cmpuint (take (&position), ==, 0);

  /* What was missing came. */
  peg_position_advance (&position, 2);
  g_assert_cmpuint (take (&position), ==, 3);
  g_assert_cmpuint (take (&position), ==, 4);
  g_assert_cmpuint (take (&position), ==, 0);
  g_assert_cmpuint (position.held->len, ==, 1);

  /* A list that is newer than what was held back. */
  peg_position_set (&position, "e", 9);
  g_assert_cmpuint (take (&position), ==, 0);
  g_assert_cmpuint (position.held->len, ==, 0);

  /* What belongs to another history goes with it. */
  g_assert_true (peg_position_hold (&position, change ("e", 12)));
  peg_position_set (&position, "f", 11);
  g_assert_cmpuint (take (&position), ==, 0);
  g_assert_cmpuint (position.held->len, ==, 0);

  peg_position_clear (&position);
}

static void
test_bound (void)
{
  PegPosition position;

  peg_position_init (&position);
  peg_position_set (&position, "e", 1);

  for (guint i = 0; i < PEG_POSITION_MAX_HELD; i++)
    g_assert_true (peg_position_hold (&position, change ("e", 3 + i)));
  g_assert_false (peg_position_hold (&position, change ("e", 1000)));
  g_assert_cmpuint (position.held->len, ==, PEG_POSITION_MAX_HELD);

  peg_position_forget (&position);
  g_assert_cmpuint (position.held->len, ==, 0);
  g_assert_false (position.known);

  peg_position_clear (&position);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/position/judge", test_judge);
  g_test_add_func ("/position/hold", test_hold);
  g_test_add_func ("/position/bound", test_bound);

  return g_test_run ();
}
