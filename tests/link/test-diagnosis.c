/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-diagnosis.h"

#define S ((gint64) G_USEC_PER_SEC)

/* One end: by what, how long after opening (-1: it never did), heard, live. */
typedef struct {
  PegTransportEnd end;
  gint64 life_s;
  gboolean heard;
  gboolean was_live;
} End;

#define FAILED(why) { { .reason = PEG_LINK_REASON_##why }, -1, FALSE, FALSE }
#define STATUS(number) \
  { { .http_status = (number), .reason = PEG_LINK_REASON_NOT_A_SERVER }, -1, FALSE, FALSE }
#define DIED(number, life, heard, live) \
  { { .was_open = TRUE, .code = (number) }, life, heard, live }

static const struct {
  const char *name;
  End ends[4];
  gint64 every_s;    /* how long between them */
  guint suspects_at; /* after how many; 0: never */
} cases[] = {
  { "time-outs", { FAILED (TIMEOUT), FAILED (TIMEOUT), FAILED (TIMEOUT), FAILED (TIMEOUT) }, 15, 3 },
  { "resets", { FAILED (LOST), FAILED (LOST), FAILED (LOST), FAILED (LOST) }, 1, 3 },
  { "another status", { STATUS (400), STATUS (400), STATUS (400), STATUS (400) }, 1, 3 },
  { "there is none", { STATUS (404), STATUS (404), STATUS (404), STATUS (404) }, 1, 1 },
  { "there never will be", { STATUS (426), STATUS (426), STATUS (426), STATUS (426) }, 1, 1 },
  { "nobody is there",
    { FAILED (REFUSED), FAILED (REFUSED), FAILED (REFUSED), FAILED (REFUSED) }, 1, 0 },
  { "the network is not",
    { FAILED (UNREACHABLE), FAILED (NO_HOST), FAILED (UNREACHABLE), FAILED (NO_HOST) }, 1, 0 },
  { "a busy server", { STATUS (503), STATUS (429), STATUS (503), STATUS (503) }, 1, 0 },
  { "not in a row", { FAILED (LOST), FAILED (LOST), FAILED (REFUSED), FAILED (LOST) }, 1, 0 },
  { "short lives, not in a row with others",
    { DIED (1006, 1, FALSE, FALSE), FAILED (REFUSED), DIED (1006, 4, FALSE, FALSE),
      DIED (1006, 1, FALSE, FALSE) }, 1, 4 },
  { "longer lives",
    { DIED (1006, 5, FALSE, FALSE), FAILED (REFUSED), DIED (1006, 6, FALSE, FALSE),
      DIED (1006, 6, FALSE, FALSE) }, 10, 0 },
  { "lives with a message",
    { DIED (1006, 1, TRUE, FALSE), FAILED (REFUSED), DIED (1006, 1, TRUE, FALSE),
      DIED (1006, 1, TRUE, FALSE) }, 10, 0 },
  { "live ones", { DIED (1006, 9, TRUE, TRUE), DIED (1006, 9, TRUE, TRUE),
                   DIED (1006, 9, TRUE, TRUE), DIED (1006, 9, TRUE, TRUE) }, 10, 0 },
  { "misunderstandings", { DIED (1002, 9, TRUE, TRUE), DIED (1003, 9, TRUE, TRUE),
                           DIED (1007, 9, TRUE, TRUE), DIED (1010, 9, TRUE, TRUE) }, 29, 3 },
  { "rarer ones", { DIED (1002, 9, TRUE, TRUE), DIED (1003, 9, TRUE, TRUE),
                    DIED (1007, 9, TRUE, TRUE), DIED (1010, 9, TRUE, TRUE) }, 30, 0 },
  { "too big, twice", { DIED (1009, 9, TRUE, TRUE), DIED (1009, 9, TRUE, TRUE),
                        DIED (1009, 9, TRUE, TRUE), DIED (1009, 9, TRUE, TRUE) }, 599, 2 },
  { "too big, rarely", { DIED (1009, 9, TRUE, TRUE), DIED (1009, 9, TRUE, TRUE),
                         DIED (1009, 9, TRUE, TRUE), DIED (1009, 9, TRUE, TRUE) }, 600, 0 },
  { "a restart", { DIED (1012, 9, TRUE, TRUE), DIED (1001, 1, TRUE, FALSE),
                   DIED (1013, 1, TRUE, FALSE), DIED (1012, 1, TRUE, FALSE) }, 1, 0 },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegDiagnosis diagnosis = { 0 };
    gint64 now_us = 1000 * S;

    g_test_message ("%s", cases[i].name);
    g_assert_false (peg_diagnosis_suspects (&diagnosis));

    for (guint j = 0; j < G_N_ELEMENTS (cases[i].ends); j++) {
      const End *end = &cases[i].ends[j];
      const PegCloseContext context = { 0 };
      const PegSocketLife life = {
        .opened_us = end->life_s < 0 ? 0 : now_us - end->life_s * S,
        .heard = end->heard,
        .was_live = end->was_live,
      };
      PegVerdict verdict;

      peg_close_judge (&end->end, &context, &verdict);
      peg_diagnosis_note_end (&diagnosis, &verdict, &life, now_us);
      g_assert_cmpint (peg_diagnosis_suspects (&diagnosis), ==,
                       cases[i].suspects_at != 0 && j + 1 >= cases[i].suspects_at);
      now_us += cases[i].every_s * S;
    }

    peg_diagnosis_note_live (&diagnosis);
    g_assert_false (peg_diagnosis_suspects (&diagnosis));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/cases", test_cases);

  return g_test_run ();
}
