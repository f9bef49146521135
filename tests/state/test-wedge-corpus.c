/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-wedge.h"
#include "wedge-player.h"

#include <linux/input-event-codes.h>
#include <math.h>
#include <string.h>

/* Made-up hours at a terminal, the same in every run: people who type in all ways that
 * are known, scanners of all kinds, and both at once. Every key must go where it belongs.
 *
 * How people type is after V. Dhakal, A. Feit, P. O. Kristensson, A. Oulasvirta,
 * “Observations on Typing from 136 Million Keystrokes”, CHI 2018: 52 words a minute on
 * average, which is 230 ms from key to key, and 120 and more for the fast, or 100 ms; and
 * the faster they are the more keys go down before the last one has come up. For how long
 * keys are down is our assumption: about 100 ms, and never for less than 35.
 * Intervals are skewed, here log-normal. The last two are faster than nearly everybody.
 * What scanners do is from docs/scanning.md.
 */

#define MS G_TIME_SPAN_MILLISECOND

typedef struct {
  guint typed;     /* keys that a human typed */
  guint scans;     /* codes that a scanner read */
  guint swallowed; /* runs in which something that was typed is missing or changed */
  guint leaked;    /* runs in which a code is missing or changed, or went elsewhere */
  gint64 held_us;
} Tally;

typedef struct {
  const char *name;
  double interval_ms;     /* the median */
  double spread;          /* of its logarithm */
  double dwell_ms;
  double dwell_spread_ms;
  double rolls;           /* how many keys of 1 follow within 5 to 20 ms */
  int poll_ms;            /* how often the keyboard is asked */
} Typist;

static const Typist typists[] = {
  { "two fingers", 350, 0.5, 120, 30, 0.00, 8 },
  { "average", 200, 0.45, 116, 24, 0.02, 8 },
  { "fast", 105, 0.4, 98, 20, 0.08, 1 },
  { "very fast", 65, 0.45, 80, 18, 0.15, 1 },
  { "very fast, light", 62, 0.5, 60, 14, 0.20, 10 },
};

typedef struct {
  const char *name;
  double report_ms; /* from one report to the next; a character is two */
  double jitter_ms;
  double pause_ms;  /* besides, from character to character */
  double radio_ms;  /* how often radio (Bluetooth) carries what there is; 0: a cable */
  gboolean shift_alone; /* Shift has a report of its own */
  gboolean overlaps;    /* a key comes up after the next went down */
  gint64 max_gap_ms;    /* what the site has to say of it; 0: nothing */
} Model;

static const Model models[] = {
  { "USB, 1 ms", 1, 0, 0, 0, FALSE, FALSE, 0 },
  { "USB, 1 ms, Shift alone", 1, 0.4, 0, 0, TRUE, FALSE, 0 },
  { "USB, 2 ms", 2, 0.5, 0, 0, FALSE, FALSE, 0 },
  { "USB, 4 ms", 4, 1, 0, 0, TRUE, FALSE, 0 },
  { "USB, 8 ms", 8, 1, 0, 0, FALSE, FALSE, 0 },
  { "USB, 10 ms", 10, 1, 0, 0, FALSE, FALSE, 0 },
  { "50 characters a second", 8, 2, 4, 0, FALSE, FALSE, 0 },
  { "33 characters a second", 8, 0.5, 13, 0, FALSE, FALSE, 0 },
  { "a pause of 20 ms", 2, 0.5, 20, 0, TRUE, FALSE, 0 },
  { "a pause of 40 ms", 2, 1, 40, 0, TRUE, FALSE, 60 },
  { "a key over the next", 2, 0.5, 0, 0, FALSE, TRUE, 0 },
  { "Bluetooth, 7.5 ms", 4, 1, 0, 7.5, FALSE, FALSE, 0 },
  { "Bluetooth, 15 ms", 4, 1, 0, 15, TRUE, FALSE, 0 },
  { "Bluetooth, 30 ms", 4, 1, 0, 30, FALSE, FALSE, 0 },
  { "Bluetooth, 45 ms", 5, 1, 0, 45, FALSE, FALSE, 0 },
  { "Bluetooth, 60 ms", 6, 1, 0, 60, TRUE, FALSE, 0 },
};

static const char * const words[] = {
  "the", "and", "tion", "deburr edge", "tool 12 worn", "changed feed", "ok", "Offset G54 checked",
  "op20", "waiting for material", "minimum", "lollipop", "were", "assess", "12.5", "M6 T12",
  "Werkzeug 7 ersetzt", "see note", "ready!", "1234567", "888", "aaa", "-0.02", "re-run",
};

static double
pick (GRand  *rand,
      double  from,
      double  to)
{
  return g_rand_double_range (rand, from, to);
}

/* Box and Muller. */
static double
pick_normal (GRand  *rand,
             double  mean,
             double  spread)
{
  const double u = pick (rand, 1e-9, 1);

  return mean + spread * sqrt (-2 * log (u)) * cos (2 * G_PI * pick (rand, 0, 1));
}

/* To when the keyboard is asked next. */
static gint64
to_poll_us (double time_ms,
            int    poll_ms)
{
  return (gint64) ceil (time_ms / poll_ms) * poll_ms * MS;
}

/* Types @text from @time_ms on; gives when that is done. */
static double
type (GRand        *rand,
      const Typist *typist,
      const char   *text,
      double        time_ms,
      Keys         *keys)
{
  double up_ms[256] = { 0 };

  for (const char *c = text; *c != '\0'; c++) {
    const double any_dwell_ms = pick_normal (rand, typist->dwell_ms, typist->dwell_spread_ms);
    const double dwell_ms = MAX (35, any_dwell_ms);
    double interval_ms = exp (pick_normal (rand, log (typist->interval_ms), typist->spread));
    gboolean shift;
    const guint code = keys_code_of (*c, &shift);

    if (pick (rand, 0, 1) < typist->rolls)
      interval_ms = pick (rand, 5, 20);
    else
      interval_ms = MAX (interval_ms, 12);

    /* A key has to come up before it goes down again, and that takes a finger time. */
    time_ms = MAX (time_ms + interval_ms, up_ms[code] + 30);
    up_ms[code] = time_ms + dwell_ms;
    if (shift)
      keys_add (keys, KEY_LEFTSHIFT, to_poll_us (time_ms - 50, typist->poll_ms),
                to_poll_us (time_ms + 30, typist->poll_ms), FALSE);
    keys_add (keys, code, to_poll_us (time_ms, typist->poll_ms),
              to_poll_us (time_ms + dwell_ms, typist->poll_ms), shift);
  }

  return time_ms;
}

/* A key goes down or up at @sent_ms; it arrives with the next bunch, if by radio. */
static void
send (const Model *model,
      guint        code,
      gboolean     pressed,
      double       sent_ms,
      double       phase_ms,
      gboolean     shift,
      Keys        *keys)
{
  double time_ms = sent_ms;

  if (model->radio_ms > 0)
    time_ms = ceil ((sent_ms - phase_ms) / model->radio_ms) * model->radio_ms + phase_ms;

  /* Events have whole milliseconds. */
  keys_add_sent (keys, code, pressed, sent_ms, (gint64) floor (time_ms) * MS, shift);
}

/* Scans @text, and presses Enter if @ends; gives when that is done. */
static double
scan (GRand       *rand,
      const Model *model,
      const char  *text,
      gboolean     ends,
      double       time_ms,
      Keys        *keys)
{
  const double phase_ms = model->radio_ms > 0 ? pick (rand, 0, model->radio_ms) : 0;
  g_autofree char *all = g_strconcat (text, ends ? "\n" : "", NULL);

  for (const char *c = all; *c != '\0'; c++) {
    gboolean shift;
    const guint code = keys_code_of (*c, &shift);
    const double jitter_ms = pick (rand, 0, model->jitter_ms + 0.001);
    const double down_ms = time_ms + (shift && model->shift_alone ? model->report_ms : 0) + jitter_ms;
    const double up_ms = down_ms + model->report_ms;
    const double next_ms = up_ms + model->report_ms + model->pause_ms +
                           (shift && model->shift_alone ? model->report_ms : 0);
    gboolean next_shift = FALSE;
    const double lifted_ms = model->overlaps && c[1] != '\0' && keys_code_of (c[1], &next_shift) != code
                               ? next_ms + model->report_ms + 2 * model->jitter_ms
                               : up_ms;
    const double shift_down_ms = model->shift_alone ? time_ms : down_ms - 0.001;
    const double shift_up_ms = model->shift_alone ? up_ms + model->report_ms : up_ms + 0.001;

    if (shift) {
      send (model, KEY_LEFTSHIFT, TRUE, shift_down_ms, phase_ms, FALSE, keys);
      send (model, KEY_LEFTSHIFT, FALSE, shift_up_ms, phase_ms, FALSE, keys);
    }
    send (model, code, TRUE, down_ms, phase_ms, shift, keys);
    send (model, code, FALSE, lifted_ms, phase_ms, FALSE, keys);
    time_ms = next_ms;
  }

  return time_ms + model->radio_ms;
}

static char *
make_text (GRand    *rand,
           gboolean  lower)
{
  GString *text = g_string_new (NULL);
  const int n = g_rand_int_range (rand, 1, 6);

  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
  if (lower)
    g_string_ascii_down (text);

  return g_string_free (text, FALSE);
}

static char *
make_code (GRand *rand)
{
  static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.%$+";
  GString *code = g_string_new (NULL);
  const int kind = g_rand_int_range (rand, 0, 4);
  const int n = kind == 3 ? g_rand_int_range (rand, 8, 13) : g_rand_int_range (rand, 4, 30);

  g_string_append (code, kind == 0 ? "PB1/F/" : kind == 1 ? "PB1/C/" : "");
  for (int i = 0; i < n; i++)
    g_string_append_c (code, kind == 3 ? (char) ('0' + (i < 4 ? 0 : g_rand_int_range (rand, 0, 10)))
                                       : alphabet[g_rand_int_range (rand, 0, strlen (alphabet))]);

  return g_string_free (code, FALSE);
}

static void
count (Tally      *tally,
       const char *what,
       guint       seed,
       Keys       *keys,
       gint64      max_gap_ms,
       const char *text,
       const char *code,
       guint       n_codes)
{
  const PegWedgeFormat format = { .max_gap_us = max_gap_ms * MS };
  g_auto (Played) played = { 0 };
  gboolean read;

  keys_play (keys, &format, &played);
  read = played.scans->len == n_codes && played.cut->len == 0;
  for (guint i = 0; read && i < n_codes; i++)
    read = g_str_equal (g_ptr_array_index (played.scans, i), code);

  tally->typed += (guint) strlen (text);
  tally->scans += n_codes;
  tally->held_us = MAX (tally->held_us, played.held_us);

  if (!g_str_equal (played.typed->str, text)) {
    tally->swallowed++;
    g_test_message ("%s, seed %u: “%s” became “%s”", what, seed, text, played.typed->str);
  }
  if (!read) {
    tally->leaked++;
    g_test_message ("%s, seed %u: “%s” became “%s”", what, seed, code != NULL ? code : "nothing",
                    played.scans->len > 0 ? (char *) g_ptr_array_index (played.scans, 0)
                    : played.cut->len > 0 ? (char *) g_ptr_array_index (played.cut, 0) : "nothing");
  }
}

static void
check (const Tally *tally,
       const char  *what)
{
  g_test_message ("%s: %u keys typed, %u codes scanned, %u runs swallowed, %u runs leaked, "
                  "held for %d ms at most", what, tally->typed, tally->scans, tally->swallowed,
                  tally->leaked, (int) (tally->held_us / MS));
  g_assert_cmpuint (tally->swallowed, ==, 0);
  g_assert_cmpuint (tally->leaked, ==, 0);
}

/* Nobody scans. */
static void
test_typing (void)
{
  Tally tally = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (typists); i++) {
    for (guint seed = 0; seed < 1000; seed++) {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed * 100 + i);
      g_autofree char *words_only = make_text (rand, FALSE);
      g_autofree char *text = g_strconcat (words_only, seed % 3 == 0 ? "\n" : "", NULL);
      g_auto (Keys) keys;

      keys_init (&keys);
      type (rand, &typists[i], text, 100, &keys);
      count (&tally, typists[i].name, seed, &keys, 0, text, NULL, 0);
    }
  }

  check (&tally, "typing");
}

/* Keys that repeat, palms, shortcuts and arrows in a hurry. */
static void
test_other_keys (void)
{
  static const guint arrows[] = { KEY_LEFT, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_BACKSPACE, KEY_ESC, KEY_F5 };
  Tally tally = { 0 };

  for (guint seed = 0; seed < 1000; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autoptr (GString) text = g_string_new (NULL);
    g_auto (Keys) keys;
    double time_ms = 100;

    keys_init (&keys);

    for (guint i = 0; i < 6; i++) {
      const int n = g_rand_int_range (rand, 2, 11);
      gboolean shift;

      switch (g_rand_int_range (rand, 0, 3)) {
        case 0: {
          const double every_ms = pick (rand, 25, 33);
          const double delay_ms = pick (rand, 200, 660);
          const guint code = keys_code_of ("aw0-"[i % 4], &shift);

          keys_add (&keys, code, (gint64) time_ms * MS, (gint64) (time_ms + delay_ms + n * every_ms) * MS,
                    FALSE);
          for (int k = 0; k < n; k++)
            keys_add_repeat (&keys, code, (gint64) (time_ms + delay_ms + k * every_ms) * MS);
          for (int k = 0; k <= n; k++)
            g_string_append_c (text, "aw0-"[i % 4]);
          time_ms += delay_ms + n * every_ms;
          break;
        }

        case 1: {
          /* A palm: in the order of the keys, for they may go down at once. */
          const char *row = "sdfghjklqwe";
          double down_ms = time_ms;

          for (int k = 0; k < n; k++) {
            down_ms += pick (rand, 0, 6);
            keys_add (&keys, keys_code_of (row[k], &shift), (gint64) down_ms * MS,
                      (gint64) (time_ms + 80 + pick (rand, 0, 120)) * MS, FALSE);
            g_string_append_c (text, row[k]);
          }
          time_ms += 210;
          break;
        }

        default:
          for (int k = 0; k < n; k++) {
            keys_add (&keys, arrows[g_rand_int_range (rand, 0, G_N_ELEMENTS (arrows))],
                      (gint64) time_ms * MS, (gint64) (time_ms + pick (rand, 30, 90)) * MS, FALSE);
            time_ms += pick (rand, 15, 80);
          }
          break;
      }

      time_ms += pick (rand, 5, 300);
    }

    count (&tally, "other keys", seed, &keys, 0, text->str, NULL, 0);
  }

  check (&tally, "other keys");
}

/* Nobody types. One code, or the same one three times, 100 ms apart or more. */
static void
test_scanning (void)
{
  Tally tally = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++) {
    for (guint seed = 0; seed < 250; seed++) {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed * 100 + i);
      g_autofree char *code = make_code (rand);
      const guint n = seed % 2 == 0 ? 1 : 3;
      g_auto (Keys) keys;
      double time_ms = 100;

      keys_init (&keys);
      for (guint k = 0; k < n; k++)
        time_ms = scan (rand, &models[i], code, TRUE, time_ms, &keys) + pick (rand, 100, 400);
      count (&tally, models[i].name, seed, &keys, models[i].max_gap_ms, "", code, n);
    }
  }

  check (&tally, "scanning");
}

/* Somebody types, then scans, then types on; hands need time from one to the other. */
static void
test_in_turns (void)
{
  Tally tally = { 0 };

  for (guint seed = 0; seed < 2000; seed++) {
    const Typist *typist = &typists[seed % G_N_ELEMENTS (typists)];
    const Model *model = &models[seed / 5 % G_N_ELEMENTS (models)];
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autofree char *code = make_code (rand);
    g_autofree char *before = make_text (rand, FALSE);
    g_autofree char *after = make_text (rand, FALSE);
    g_autofree char *text = g_strconcat (before, after, "\n", NULL);
    g_autofree char *tail = g_strconcat (after, "\n", NULL);
    g_auto (Keys) keys;
    double time_ms;

    keys_init (&keys);
    time_ms = type (rand, typist, before, 100, &keys) + pick (rand, 200, 600);
    time_ms = scan (rand, model, code, TRUE, time_ms, &keys) + pick (rand, 100, 600);
    type (rand, typist, tail, time_ms, &keys);
    count (&tally, model->name, seed, &keys, model->max_gap_ms, text, code, 1);
  }

  check (&tally, "in turns");
}

/* One person types while another scans, at any moment. */
static void
test_at_once (void)
{
  Tally tally = { 0 };

  for (guint seed = 0; seed < 1000; seed++) {
    const Typist *typist = &typists[seed % 4];
    const Model *model = &models[seed / 4 % 6];
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autofree char *code = g_strdup_printf ("%s%08u", seed % 3 == 0 ? "PB1/F/" : "", g_rand_int (rand));
    g_autofree char *text = make_text (rand, TRUE);
    g_auto (Keys) keys;

    /* The desktop makes one keyboard of two: neither must know the keys of the other. */
    g_strcanon (text, "acdeghijklmnoqrstuvwxyz ", 'x');

    keys_init (&keys);
    type (rand, typist, text, 100, &keys);
    scan (rand, model, code, TRUE, pick (rand, 300, 900), &keys);
    count (&tally, model->name, seed, &keys, model->max_gap_ms, text, code, 1);
  }

  check (&tally, "at once");
}

/* A scan is cut off; somebody types later. Nothing of it is taken for a code. */
static void
test_cut_off (void)
{
  guint wrong = 0;

  for (guint seed = 0; seed < 1000; seed++) {
    const Model *model = &models[seed % G_N_ELEMENTS (models)];
    const PegWedgeFormat format = { .max_gap_us = model->max_gap_ms * MS };
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autofree char *code = make_code (rand);
    g_autofree char *text = make_text (rand, FALSE);
    g_auto (Keys) keys;
    g_auto (Played) played = { 0 };
    double time_ms;

    code[g_rand_int_range (rand, 4, (int) strlen (code) + 1)] = '\0';
    keys_init (&keys);
    time_ms = scan (rand, model, code, FALSE, 100, &keys) + pick (rand, 250, 600);
    type (rand, &typists[seed % G_N_ELEMENTS (typists)], text, time_ms, &keys);
    keys_play (&keys, &format, &played);

    if (!g_str_equal (played.typed->str, text) || played.scans->len != 0 || played.cut->len != 1 ||
        !g_str_equal (g_ptr_array_index (played.cut, 0), code)) {
      wrong++;
      g_test_message ("%s, seed %u: “%s”, “%s” became “%s”, “%s”", model->name, seed, code, text,
                      played.cut->len > 0 ? (char *) g_ptr_array_index (played.cut, 0) : "",
                      played.typed->str);
    }
  }

  g_test_message ("cut off: 1000 runs, %u wrong", wrong);
  g_assert_cmpuint (wrong, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wedge/corpus/typing", test_typing);
  g_test_add_func ("/wedge/corpus/other-keys", test_other_keys);
  g_test_add_func ("/wedge/corpus/scanning", test_scanning);
  g_test_add_func ("/wedge/corpus/in-turns", test_in_turns);
  g_test_add_func ("/wedge/corpus/at-once", test_at_once);
  g_test_add_func ("/wedge/corpus/cut-off", test_cut_off);

  return g_test_run ();
}
