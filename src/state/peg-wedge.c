/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wedge"

#include "peg-config.h"

#include "peg-wedge.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* Keys from here on are buttons of mice and remote controls. */
#define N_CODES 256

/* A scanner lifts a key after 1 to 10 ms. The shortest that people were seen to press one
 * is above 30, and their keyboard may be asked but every 8 ms. */
#define TAP_US (25 * G_TIME_SPAN_MILLISECOND)

/* So many keys of which so many were tapped make a burst; one more if they are all the
 * same, for a worn switch can close three times. */
#define BURST_KEYS 3
#define BURST_TAPS 2

/* The clocks of events count milliseconds, and time is lost on the way. */
#define SLACK_US (5 * G_TIME_SPAN_MILLISECOND)

/* No keyboard repeats a key sooner: the least that desktops offer is 100 ms. A key that
 * goes down again before is another keyboard's. */
#define REPEAT_AFTER_US (100 * G_TIME_SPAN_MILLISECOND)

/* What follows a scan that was cut off, this soon, is the rest of it. */
#define REST_US (500 * G_TIME_SPAN_MILLISECOND)

/* What our own codes begin with (docs/scanning.md), and how many keys can have got in
 * front of that. */
#define OUR_PREFIX "PB1/"
#define MAX_TYPED 2

/* Longer than any code that peg_code_parse() reads, so that it says so. */
#define MAX_ITEMS 2048

/* Whether anybody saw a key go down. Nobody is to see it go up if not. */
typedef enum {
  STOP_NOT,
  STOP_HELD,
  STOP_GIVEN_BACK, /* but for the text it stood for */
  STOP_SCANNED,
} Stop;

/* A key that went down, and may have come up. */
typedef struct {
  PegWedgeKey key;
  char character;      /* what a scanner means by it; 0: nothing, such as a digit with Alt */
  gint64 released_us;  /* -1: it is down */
  guint overlaps;      /* how many keys went down while it was down */
} Item;

/**
 * PegWedge:
 *
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

  GArray *items;  /* (owned) (element-type Item): what is held, or the burst */
  gboolean burst;
  gint64 last_us; /* when the burst last showed life */

  gint64 pressed_us[N_CODES]; /* when a key went down; -1: it is up */
  Stop stops[N_CODES];
  guint alt_code;             /* what is being typed with Alt on the keypad */
  guint alt_digits;

  gint64 done_us; /* when a scan was complete */
  gint64 cut_us;  /* when one was cut off */

  GArray *back;   /* (owned) (element-type PegWedgeKey) */
  GString *scan;  /* (owned) */
  PegWedgeStep step;
};

static Item *
get_item (PegWedge *self,
          guint     i)
{
  return &g_array_index (self->items, Item, i);
}

static void
begin_step (PegWedge *self)
{
  g_array_set_size (self->back, 0);
  self->step = (PegWedgeStep) { .verdict = PEG_WEDGE_PASS };
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const PegWedgeKey *key_a = a;
  const PegWedgeKey *key_b = b;

  return key_a->time_us < key_b->time_us ? -1 : key_a->time_us > key_b->time_us;
}

/* What was typed is given back in the order in which it was typed, in whichever order that
 * was found out. */
static const PegWedgeStep *
end_step (PegWedge        *self,
          PegWedgeVerdict  verdict)
{
  g_array_sort (self->back, compare_times);
  self->step.verdict = verdict;
  self->step.back = (const PegWedgeKey *) (gpointer) self->back->data;
  self->step.n_back = self->back->len;

  return &self->step;
}

/* How long it was down; so far, if it still is. */
static gint64
get_dwell_us (const Item *item,
              gint64      now_us)
{
  return (item->released_us >= 0 ? item->released_us : now_us) - item->key.time_us;
}

/* Only a finger rests on a key while others go down. */
static gboolean
is_human (const Item *item,
          gint64      now_us)
{
  return item->overlaps > 0 && get_dwell_us (item, now_us) > TAP_US;
}

/* Only a scanner lifts a key so soon. */
static gboolean
is_tapped (const Item *item)
{
  return item->released_us >= 0 && get_dwell_us (item, 0) <= TAP_US;
}

/* Takes an item out, and gives the key back if it was held. */
static void
give_back (PegWedge *self,
           guint     i)
{
  const PegWedgeKey key = get_item (self, i)->key;

  if (key.types) {
    g_array_append_val (self->back, key);
    self->stops[key.code] = STOP_GIVEN_BACK;
  }
  g_array_remove_index (self->items, i);
}

static void
give_back_first (PegWedge *self,
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
    if (is_human (get_item (self, i), now_us))
      give_back (self, i);
    else if (self->burst)
      i++;
    else
      return;
  }
}

/* The same, while more is to come: in a burst that may turn out to begin with a key that
 * was typed, what was typed later has to wait for that. */
static void
give_back_known_humans (PegWedge *self,
                        gint64    now_us)
{
  const Item *first = self->items->len > 0 ? get_item (self, 0) : NULL;

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
    waits = waits || is_tapped (get_item (self, i));

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
  const guint code = get_item (self, self->items->len - 1)->key.code;
  guint keys = 0;
  guint taps = 0;
  guint more = 1;

  for (guint i = 0; i < self->items->len; i++) {
    const Item *item = get_item (self, i);

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
  return get_item (self, i)->key.time_us - get_item (self, i - 1)->released_us;
}

/* A key that was typed just before the scan began, and lifted just in time: it was down
 * for far longer than any other. The first key of Bluetooth is, too, if it travelled
 * alone; but then it comes up with the bunch that brings the rest, at the same time as
 * the next key goes down, and others go down and up at the same time. */
static gboolean
begins_with_human (PegWedge *self)
{
  const Item *first = get_item (self, 0);
  const gint64 quick_us = self->max_gap_us / 2;
  gboolean bunched = FALSE;

  if (self->items->len < 2 || first->released_us < 0 || get_dwell_us (first, 0) <= TAP_US)
    return FALSE;

  for (guint i = 1; i < self->items->len; i++) {
    const Item *item = get_item (self, i);
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
    const Item *item = get_item (self, i - 1);

    if (item->key.code != get_item (self, i)->key.code) {
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
    if (get_item (self, i)->released_us < 0)
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
    if (get_item (self, i)->character != '\0')
      g_string_append_c (self->scan, get_item (self, i)->character);
  }
}

/* The burst is over. Gives whether it was a scan: else all of it was given back. */
static gboolean
finish (PegWedge *self,
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
    give_back_first (self, (guint) typed);
    write_scan (self);
  }
  if (self->prefix != NULL && g_str_has_prefix (self->scan->str, self->prefix))
    g_string_erase (self->scan, 0, (gssize) strlen (self->prefix));
  while (self->scan->len > 0 && g_ascii_isspace (self->scan->str[self->scan->len - 1]))
    g_string_truncate (self->scan, self->scan->len - 1);

  began_us = self->items->len > 0 ? get_item (self, 0)->key.time_us : now_us;
  self->burst = FALSE;
  self->alt_digits = 0;

  if (self->scan->len < self->min_length) {
    give_back_first (self, self->items->len);
    return FALSE;
  }

  g_array_set_size (self->items, 0);
  self->step.scan = self->scan->str;
  self->step.complete = complete && (self->cut_us < 0 || began_us - self->cut_us > REST_US);
  if (complete)
    self->done_us = ended_us;
  self->cut_us = complete ? -1 : ended_us;
  for (guint i = 0; i < N_CODES; i++)
    self->stops[i] = self->stops[i] == STOP_HELD ? STOP_SCANNED : self->stops[i];

  return TRUE;
}

/* What time alone has decided. */
static void
catch_up (PegWedge *self,
          gint64    now_us)
{
  if (self->burst) {
    if (now_us > get_end_us (self))
      finish (self, now_us, self->suffix == PEG_WEDGE_SUFFIX_NONE);
    return;
  }

  /* What is left may have to wait for less long without what has gone. */
  while (self->items->len > 0 && now_us > get_item (self, 0)->key.time_us + get_hold_us (self))
    give_back (self, 0);
}

/* Another key goes down. */
static void
count_overlaps (PegWedge *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    if (get_item (self, i)->released_us < 0)
      get_item (self, i)->overlaps++;
  }
}

/* Takes a key into what may be a scan, or is one. */
static PegWedgeVerdict
take (PegWedge          *self,
      const PegWedgeKey *key,
      char               character)
{
  Item item = { .key = *key, .character = character, .released_us = -1 };

  count_overlaps (self);
  give_back_known_humans (self, key->time_us);
  if (self->items->len < MAX_ITEMS)
    g_array_append_val (self->items, item);

  if (!self->burst && is_burst (self, key->time_us)) {
    self->burst = TRUE;
    give_back_known_humans (self, key->time_us);
  }

  if (self->burst) {
    self->last_us = key->time_us;
    return PEG_WEDGE_SWALLOW;
  }

  return key->types ? PEG_WEDGE_HOLD : PEG_WEDGE_PASS;
}

static gboolean
is_modifier (guint code)
{
  switch (code) {
    case KEY_LEFTSHIFT:
    case KEY_RIGHTSHIFT:
    case KEY_LEFTCTRL:
    case KEY_RIGHTCTRL:
    case KEY_LEFTALT:
    case KEY_RIGHTALT:
    case KEY_LEFTMETA:
    case KEY_RIGHTMETA:
    case KEY_CAPSLOCK:
    case KEY_NUMLOCK:
    case KEY_SCROLLLOCK:
      return TRUE;

    default:
      return FALSE;
  }
}

/* A Shift that a finger rested on before the scan began is not the scanner's. */
static gboolean
is_shifted_by (PegWedge          *self,
               const PegWedgeKey *key,
               guint              shift)
{
  const gint64 first_us = self->items->len > 0 ? get_item (self, 0)->key.time_us : key->time_us;

  return self->pressed_us[shift] >= 0 &&
         first_us - self->pressed_us[shift] <= 2 * self->max_gap_us;
}

static gboolean
is_shifted (PegWedge          *self,
            const PegWedgeKey *key)
{
  return is_shifted_by (self, key, KEY_LEFTSHIFT) || is_shifted_by (self, key, KEY_RIGHTSHIFT);
}

/* Whether the key is a digit of the keypad while the left Alt is down: scanners can be
 * set up to write characters by their numbers, as on Windows. */
static gboolean
is_alt_digit (PegWedge          *self,
              const PegWedgeKey *key)
{
  return self->pressed_us[KEY_LEFTALT] >= 0 && key->code >= KEY_KP7 && key->code <= KEY_KP0 &&
         g_ascii_isdigit ((char) peg_wedge_decode (key->code, FALSE));
}

/* The number behind Alt is complete. */
static void
take_alt_code (PegWedge          *self,
               const PegWedgeKey *key)
{
  const char character = (char) (self->alt_code & 0x7f);
  Item item = { .key = *key, .character = character, .released_us = key->time_us };

  if (self->alt_digits > 0 && self->items->len > 0 && self->items->len < MAX_ITEMS &&
      g_ascii_isprint (character)) {
    item.key.types = FALSE;
    g_array_append_val (self->items, item);
  }

  self->alt_digits = 0;
}

static gboolean
is_enter (guint code)
{
  return code == KEY_ENTER || code == KEY_KPENTER || code == KEY_LINEFEED;
}

/* Enter and Tab: a human's do what they always do. */
static PegWedgeVerdict
press_end (PegWedge          *self,
           const PegWedgeKey *key)
{
  const gboolean ends = is_enter (key->code) ? self->suffix == PEG_WEDGE_SUFFIX_ENTER
                                             : self->suffix == PEG_WEDGE_SUFFIX_TAB;

  if (self->burst && !ends)
    return take (self, key, is_enter (key->code) ? '\n' : '\t');

  if (self->burst) {
    count_overlaps (self);
    self->last_us = key->time_us;
    return finish (self, key->time_us, TRUE) ? PEG_WEDGE_SWALLOW : PEG_WEDGE_PASS;
  }

  give_back_first (self, self->items->len);

  /* A second suffix of a scanner that was set up to have two. */
  return self->done_us >= 0 && key->time_us - self->done_us <= self->max_gap_us
           ? PEG_WEDGE_SWALLOW
           : PEG_WEDGE_PASS;
}

static PegWedgeVerdict
press (PegWedge          *self,
       const PegWedgeKey *key)
{
  char character;

  if (is_modifier (key->code))
    return PEG_WEDGE_PASS;

  if (is_alt_digit (self, key)) {
    const guint digit = (guint) peg_wedge_decode (key->code, FALSE) - '0';

    self->alt_code = self->alt_digits > 0 ? (self->alt_code * 10 + digit) % 1000 : digit;
    self->alt_digits++;
    return take (self, key, '\0');
  }

  if ((is_enter (key->code) || key->code == KEY_TAB) && !key->command)
    return press_end (self, key);

  character = (char) peg_wedge_decode (key->code, is_shifted (self, key));

  /* Control and a letter is a control character, such as the one between the fields of
   * a GS1 code. */
  if (self->burst && key->command && character != '\0')
    return take (self, key, (char) (character & 0x1f));

  /* No scanner has an AltGr. */
  if (character == '\0' || key->command || self->pressed_us[KEY_RIGHTALT] >= 0) {
    if (!self->burst)
      give_back_first (self, self->items->len);
    return PEG_WEDGE_PASS;
  }

  return take (self, key, character);
}

static void
release (PegWedge          *self,
         const PegWedgeKey *key)
{
  if (key->code == KEY_LEFTALT)
    take_alt_code (self, key);

  for (guint i = self->items->len; i > 0; i--) {
    Item *item = get_item (self, i - 1);

    if (item->key.code == key->code && item->released_us < 0) {
      item->released_us = key->time_us;
      break;
    }
  }

  if (self->burst)
    self->last_us = key->time_us;
  give_back_known_humans (self, key->time_us);
}

static PegWedgeFormat
complete_format (const PegWedgeFormat *format)
{
  PegWedgeFormat full = *format;

  if (full.max_gap_us <= 0)
    full.max_gap_us = PEG_WEDGE_MAX_GAP_US;
  if (full.min_length == 0)
    full.min_length = PEG_WEDGE_MIN_LENGTH;
  if (full.prefix != NULL && *full.prefix == '\0')
    full.prefix = NULL;

  return full;
}

/**
 * peg_wedge_new:
 * @format: how the scanners are set up; copied
 *
 * Returns: (transfer full): a wedge that has seen no keys
 */
PegWedge *
peg_wedge_new (const PegWedgeFormat *format)
{
  PegWedgeFormat full;
  PegWedge *self;

  g_return_val_if_fail (format != NULL, NULL);

  full = complete_format (format);
  self = g_new0 (PegWedge, 1);
  self->prefix = g_strdup (full.prefix);
  self->suffix = full.suffix;
  self->max_gap_us = full.max_gap_us;
  self->min_length = full.min_length;
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  self->back = g_array_new (FALSE, FALSE, sizeof (PegWedgeKey));
  self->scan = g_string_new (NULL);
  peg_wedge_reset (self);

  return self;
}

/**
 * peg_wedge_free:
 * @self: a wedge
 */
void
peg_wedge_free (PegWedge *self)
{
  g_free (self->prefix);
  g_array_unref (self->items);
  g_array_unref (self->back);
  /* It may be a badge. */
  explicit_bzero (self->scan->str, self->scan->allocated_len);
  g_string_free (self->scan, TRUE);
  g_free (self);
}

/**
 * peg_wedge_key:
 * @self: a wedge
 * @key: a key that went down or up, also one that the keyboard repeats
 *
 * All keys are to be told, not only those that write something: what a scanner means
 * depends on Shift, and what a human means on everything.
 *
 * Returns: (transfer none): what to do with it, and with those before
 */
const PegWedgeStep *
peg_wedge_key (PegWedge          *self,
               const PegWedgeKey *key)
{
  PegWedgeVerdict verdict;
  gboolean repeated;

  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  begin_step (self);
  if (key->code >= N_CODES)
    return end_step (self, PEG_WEDGE_PASS);

  catch_up (self, key->time_us);

  if (!key->pressed) {
    verdict = self->stops[key->code] != STOP_NOT ? PEG_WEDGE_SWALLOW : PEG_WEDGE_PASS;
    self->stops[key->code] = STOP_NOT;
    self->pressed_us[key->code] = -1;
    release (self, key);
    return end_step (self, verdict);
  }

  repeated = self->pressed_us[key->code] >= 0 &&
             key->time_us - self->pressed_us[key->code] >= REPEAT_AFTER_US;
  if (repeated)
    return end_step (self, self->stops[key->code] == STOP_SCANNED ? PEG_WEDGE_SWALLOW
                                                                  : PEG_WEDGE_PASS);

  self->pressed_us[key->code] = key->time_us;
  verdict = press (self, key);
  if (verdict != PEG_WEDGE_PASS)
    self->stops[key->code] = self->step.scan != NULL ? STOP_SCANNED : STOP_HELD;

  return end_step (self, verdict);
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

  return get_item (self, 0)->key.time_us + get_hold_us (self) + 1;
}

/**
 * peg_wedge_expire:
 * @self: a wedge
 * @now_us: the time, by the clock of the events
 *
 * Time has passed without a key.
 *
 * Returns: (transfer none): what came of it; the verdict is nobody's
 */
const PegWedgeStep *
peg_wedge_expire (PegWedge *self,
                  gint64    now_us)
{
  g_return_val_if_fail (self != NULL, NULL);

  begin_step (self);
  catch_up (self, now_us);

  return end_step (self, PEG_WEDGE_PASS);
}

/**
 * peg_wedge_reset:
 * @self: a wedge
 *
 * Forgets everything: keys will go elsewhere, and may go up unseen. A scan under way is
 * lost.
 *
 * Returns: (transfer none): what is given back
 */
const PegWedgeStep *
peg_wedge_reset (PegWedge *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  begin_step (self);
  if (!self->burst)
    give_back_first (self, self->items->len);
  g_array_set_size (self->items, 0);

  self->burst = FALSE;
  self->alt_digits = 0;
  self->done_us = -1;
  self->cut_us = -1;
  memset (self->stops, 0, sizeof self->stops);
  for (guint i = 0; i < N_CODES; i++)
    self->pressed_us[i] = -1;

  return end_step (self, PEG_WEDGE_PASS);
}
