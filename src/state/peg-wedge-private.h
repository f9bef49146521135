/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wedge.h"

G_BEGIN_DECLS

/* Keys from here on are buttons of mice and remote controls. */
#define PEG_WEDGE_CODES 256

/* Longer than any code that peg_code_parse() reads, so that it says so. */
#define PEG_WEDGE_MAX_ITEMS 2048

/* Whether anybody saw a key go down. Nobody is to see it go up if not. */
typedef enum {
  PEG_WEDGE_STOP_NOT,
  PEG_WEDGE_STOP_HELD,
  PEG_WEDGE_STOP_GIVEN_BACK, /* but for the text it stood for */
  PEG_WEDGE_STOP_SCANNED,
} PegWedgeStop;

/* A key that went down, and may have come up. */
typedef struct {
  PegWedgeKey key;
  char character;      /* what a scanner means by it; 0: nothing, such as a digit with Alt */
  gint64 released_us;  /* -1: it is down */
  guint overlaps;      /* how many keys went down while it was down */
} PegWedgeItem;

/*
 * Tells what a scanner types from what a human types, by when keys go down and up.
 *
 * Fingers can be as fast as a scanner from one key to the next, but they are slow to let
 * go: a key stays down for some 100 ms, and the keys of a fast typist overlap. A scanner
 * taps: it lifts a key within a few milliseconds, and before it presses the next. Radio
 * (Bluetooth) delays keys and bunches them, so that some look long and others look like
 * nothing, but it never changes their order. So a burst is three keys, two of which were
 * tapped, within the time that keys can be held back without being felt.
 *
 * Until a burst is certain, keys are held back, and given back to the text field if it
 * was none. From then on, all belongs to the scan until its suffix, or until nothing
 * comes; but for a key that overlaps like a human's, which is given back even then.
 */
struct _PegWedge
{
  char *prefix; /* (owned) (nullable) */
  PegWedgeSuffix suffix;
  gint64 max_gap_us;
  guint min_length;

  GArray *items;  /* (owned) (element-type PegWedgeItem): what is held, or the burst */
  gboolean burst;
  gint64 last_us; /* when the burst last showed life */

  gint64 pressed_us[PEG_WEDGE_CODES]; /* when a key went down; -1: it is up */
  PegWedgeStop stops[PEG_WEDGE_CODES];
  guint alt_code;             /* what is being typed with Alt on the keypad */
  guint alt_digits;

  gint64 done_us; /* when a scan was complete */
  gint64 cut_us;  /* when one was cut off */

  GArray *back;   /* (owned) (element-type PegWedgeKey) */
  GString *scan;  /* (owned) */
  PegWedgeStep step;
};

/* Keys that are held or a burst, and what becomes of them: peg-wedge-burst.c. */
PegWedgeItem    *peg_wedge_get_item               (PegWedge          *self,
                                                   guint              i);
void             peg_wedge_give_back_first        (PegWedge          *self,
                                                   guint              n);
void             peg_wedge_give_back_known_humans (PegWedge          *self,
                                                   gint64             now_us);
void             peg_wedge_count_overlaps         (PegWedge          *self);
PegWedgeVerdict  peg_wedge_take                   (PegWedge          *self,
                                                   const PegWedgeKey *key,
                                                   char               character);
gboolean         peg_wedge_finish                 (PegWedge          *self,
                                                   gint64             now_us,
                                                   gboolean           complete);
void             peg_wedge_catch_up               (PegWedge          *self,
                                                   gint64             now_us);

G_END_DECLS
