/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wedge-burst"

#include "peg-config.h"

#include "peg-wedge-private.h"

#include <string.h>

/* A scanner lifts a key after 1 to 10 ms, a finger after about 100, and not within 30 as
 * far as we know; its keyboard may be asked but every 8 ms (docs/scanning.md). */
#define TAP_US (25 * G_TIME_SPAN_MILLISECOND)

/* So many keys of which so many were tapped make a burst; one more if they are all the
 * same, for a worn switch can close three times. */
#define BURST_KEYS 3
#define BURST_TAPS 2

/* What follows a scan that was cut off, this soon, is the rest of it. */
#define REST_US (500 * G_TIME_SPAN_MILLISECOND)

/* What our own codes begin with (docs/scanning.md), and how many keys can have got in
 * front of that. */
#define OUR_PREFIX "PB1/"
#define MAX_TYPED 2

/* The clocks of events count milliseconds, and time is lost on the way. */
#define SLACK_US (5 * G_TIME_SPAN_MILLISECOND)

/* Belongs to the items, and moves with them. */
PegWedgeItem *
peg_wedge_get_item (PegWedge *self,
                    guint     i)
{
  return &g_array_index (self->items, PegWedgeItem, i);
}

/* How long it was down; so far, if it still is. */
static gint64
get_dwell_us (const PegWedgeItem *item,
              gint64              now_us)
{
  return (item->released_us >= 0 ? item->released_us : now_us) - item->key.time_us;
}

/* Only a finger rests on a key while others go down. */
static gboolean
is_human (const PegWedgeItem *item,
          gint64              now_us)
{
  return item->overlaps > 0 && get_dwell_us (item, now_us) > TAP_US;
}

/* Only a scanner lifts a key so soon. */
static gboolean
is_tapped (const PegWedgeItem *item)
{
  return item->released_us >= 0 && get_dwell_us (item, 0) <= TAP_US;
}

/* Takes an item out, and gives the key back if it was held. */
static void
give_back (PegWedge *self,
           guint     i)
{
  const PegWedgeKey key = peg_wedge_get_item (self, i)->key;

  if (key.types) {
    g_array_append_val (self->back, key);
    self->stops[key.code] = PEG_WEDGE_STOP_GIVEN_BACK;
  }
  g_array_remove_index (self->items, i);
}

/* The first @n, in whichever burst they were. */
void
peg_wedge_give_back_first (PegWedge *self,
                           guint     n)
{
  for (; n > 0; n--)
    give_back (self, 0);
}

/* Before there is a burst only what is first: who typed “an” is to read “an”, whichever
 * of the two was known to be typed first. */
static void
give_back_humans (PegWedge *self,
                  gint64    now_us)
{
  guint i = 0;

  while (i < self->items->len) {
    if (is_human (peg_wedge_get_item (self, i), now_us))
      give_back (self, i);
    else if (self->burst)
      i++;
    else
      return;
  }
}

/* The same, while more is to come: in a burst that may turn out to begin with a key that
 * was typed, what was typed later has to wait for that. */
void
peg_wedge_give_back_known_humans (PegWedge *self,
                                  gint64    now_us)
{
  const PegWedgeItem *first = self->items->len > 0 ? peg_wedge_get_item (self, 0) : NULL;

  if (self->burst && first != NULL && first->overlaps == 0 && first->released_us >= 0 &&
      !is_tapped (first))
    return;

  give_back_humans (self, now_us);
}

/* For how long a key is held: so that typing feels immediate for twice the gap, which also
 * takes a first key of Bluetooth that travelled alone. Where there was a tap, it is
 * hardly typing, and can wait for the next key but one. */
static gint64
get_hold_us (PegWedge *self)
{
  gboolean waits = FALSE;

  for (guint i = 0; i < self->items->len && self->items->len > 1; i++)
    waits = waits || is_tapped (peg_wedge_get_item (self, i));

  return (waits ? 4 : 2) * self->max_gap_us + SLACK_US;
}

/* Between keys of a burst; Bluetooth needs more than twice. */
static gint64
get_end_us (PegWedge *self)
{
  return self->last_us + 3 * self->max_gap_us + SLACK_US;
}

/* Whether enough keys are a scanner's. */
static gboolean
is_burst (PegWedge *self,
          gint64    now_us)
{
  const guint code = peg_wedge_get_item (self, self->items->len - 1)->key.code;
  guint keys = 0;
  guint taps = 0;
  guint more = 1;

  for (guint i = 0; i < self->items->len; i++) {
    const PegWedgeItem *item = peg_wedge_get_item (self, i);

    if (is_human (item, now_us))
      continue;

    keys++;
    if (is_tapped (item))
      taps++;
    if (item->key.code != code)
      more = 0;
  }

  return keys >= BURST_KEYS + more && taps >= BURST_TAPS + more;
}

/* How long all keys were up before one went down. */
static gint64
get_pause_us (PegWedge *self,
              guint     i)
{
  return peg_wedge_get_item (self, i)->key.time_us - peg_wedge_get_item (self, i - 1)->released_us;
}

/* A key that was typed just before the scan began, and lifted just in time: it was down
 * for far longer than any other. The first key of Bluetooth is, too, if it travelled
 * alone; but then it comes up with the bunch that brings the rest, at the same time as
 * the next key goes down, and others go down and up at the same time. */
static gboolean
begins_with_human (PegWedge *self)
{
  const PegWedgeItem *first = peg_wedge_get_item (self, 0);
  const gint64 quick_us = self->max_gap_us / 2;
  gboolean bunched = FALSE;

  if (self->items->len < 2 || first->released_us < 0 || get_dwell_us (first, 0) <= TAP_US)
    return FALSE;

  for (guint i = 1; i < self->items->len; i++) {
    const PegWedgeItem *item = peg_wedge_get_item (self, i);
    const gint64 dwell_us = get_dwell_us (item, item->key.time_us);

    if (dwell_us >= quick_us || (i > 1 && get_pause_us (self, i) >= quick_us))
      return FALSE;
    bunched = bunched || dwell_us == 0;
  }

  return !bunched || get_pause_us (self, 1) >= quick_us;
}

/* Whether the scanner lifts each key after the next went down, where that is another. */
static gboolean
is_overlapping (PegWedge *self)
{
  guint pairs = 0;
  guint overlapping = 0;

  for (guint i = 1; i < self->items->len; i++) {
    const PegWedgeItem *item = peg_wedge_get_item (self, i - 1);

    if (item->key.code != peg_wedge_get_item (self, i)->key.code) {
      pairs++;
      overlapping += MIN (item->overlaps, 1);
    }
  }

  return overlapping > pairs / 2;
}

/* Keys that are down although the scan is over are a human's, unless the scanner is one
 * that has its last key down then. */
static void
give_back_late (PegWedge *self)
{
  guint i = 0;

  if (is_overlapping (self))
    return;

  while (i < self->items->len) {
    if (peg_wedge_get_item (self, i)->released_us < 0)
      give_back (self, i);
    else
      i++;
  }
}

/* How much is in front of @start, where that is so little that it was typed. */
static gsize
count_typed (PegWedge   *self,
             const char *start)
{
  const char *place = start != NULL ? strstr (self->scan->str, start) : NULL;

  return place != NULL && place - self->scan->str <= MAX_TYPED ? (gsize) (place - self->scan->str)
                                                               : 0;
}

static void
write_scan (PegWedge *self)
{
  g_string_truncate (self->scan, 0);
  for (guint i = 0; i < self->items->len; i++) {
    if (peg_wedge_get_item (self, i)->character != '\0')
      g_string_append_c (self->scan, peg_wedge_get_item (self, i)->character);
  }
}

/* The burst is over. Gives whether it was a scan: else all of it was given back. */
gboolean
peg_wedge_finish (PegWedge *self,
                  gint64    now_us,
                  gboolean  complete)
{
  gint64 began_us;
  gsize typed;
  const gint64 ended_us = self->last_us;

  give_back_humans (self, now_us);
  give_back_late (self);
  if (self->items->len > 0 && begins_with_human (self))
    give_back (self, 0);

  write_scan (self);
  typed = MAX (count_typed (self, self->prefix), count_typed (self, OUR_PREFIX));
  if (self->prefix != NULL && g_str_has_prefix (self->scan->str, self->prefix))
    typed = 0;
  if (typed > 0) {
    peg_wedge_give_back_first (self, (guint) typed);
    write_scan (self);
  }
  if (self->prefix != NULL && g_str_has_prefix (self->scan->str, self->prefix))
    g_string_erase (self->scan, 0, (gssize) strlen (self->prefix));
  while (self->scan->len > 0 && g_ascii_isspace (self->scan->str[self->scan->len - 1]))
    g_string_truncate (self->scan, self->scan->len - 1);

  began_us = self->items->len > 0 ? peg_wedge_get_item (self, 0)->key.time_us : now_us;
  self->burst = FALSE;
  self->alt_digits = 0;

  if (self->scan->len < self->min_length) {
    peg_wedge_give_back_first (self, self->items->len);
    return FALSE;
  }

  g_array_set_size (self->items, 0);
  self->step.scan = self->scan->str;
  self->step.complete = complete && (self->cut_us < 0 || began_us - self->cut_us > REST_US);
  if (complete)
    self->done_us = ended_us;
  self->cut_us = complete ? -1 : ended_us;
  for (guint i = 0; i < PEG_WEDGE_CODES; i++)
    self->stops[i] = self->stops[i] == PEG_WEDGE_STOP_HELD ? PEG_WEDGE_STOP_SCANNED : self->stops[i];

  return TRUE;
}

/**
 * peg_wedge_get_deadline_us:
 * @self: a wedge
 *
 * Returns: when to call peg_wedge_expire(), by the clock of the events, if no key comes
 *   before; %G_MAXINT64: nothing is awaited
 */
gint64
peg_wedge_get_deadline_us (PegWedge *self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  if (self->burst)
    return get_end_us (self) + 1;

  if (self->items->len == 0)
    return G_MAXINT64;

  return peg_wedge_get_item (self, 0)->key.time_us + get_hold_us (self) + 1;
}

/* What time alone has decided. */
void
peg_wedge_catch_up (PegWedge *self,
                    gint64    now_us)
{
  if (self->burst) {
    if (now_us > get_end_us (self))
      peg_wedge_finish (self, now_us, self->suffix == PEG_WEDGE_SUFFIX_NONE);
    return;
  }

  /* What is left may have to wait for less long without what has gone. */
  while (self->items->len > 0 && now_us > peg_wedge_get_item (self, 0)->key.time_us + get_hold_us (self))
    give_back (self, 0);
}

/* Another key goes down. */
void
peg_wedge_count_overlaps (PegWedge *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    if (peg_wedge_get_item (self, i)->released_us < 0)
      peg_wedge_get_item (self, i)->overlaps++;
  }
}

/* Takes a key into what may be a scan, or is one. */
PegWedgeVerdict
peg_wedge_take (PegWedge          *self,
                const PegWedgeKey *key,
                char               character)
{
  PegWedgeItem item = { .key = *key, .character = character, .released_us = -1 };

  peg_wedge_count_overlaps (self);
  peg_wedge_give_back_known_humans (self, key->time_us);
  if (self->items->len < PEG_WEDGE_MAX_ITEMS)
    g_array_append_val (self->items, item);

  if (!self->burst && is_burst (self, key->time_us)) {
    self->burst = TRUE;
    peg_wedge_give_back_known_humans (self, key->time_us);
  }

  if (self->burst) {
    self->last_us = key->time_us;
    return PEG_WEDGE_SWALLOW;
  }

  return key->types ? PEG_WEDGE_HOLD : PEG_WEDGE_PASS;
}
