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

/* So many keys, one after the other, make a burst; one more if they are all the same,
 * for a worn switch can close three times. */
#define BURST_KEYS 3
#define BURST_SAME_KEYS 4

/* And so many if each is still down when the next one comes, as some scanners have it. */
#define BURST_OVERLAPPING_KEYS 6

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
 * Fingers are slow to let go: a key stays down for some 100 ms, and for hardly ever less
 * than 40. So when a human is as fast as a scanner, the keys overlap: a key is still down
 * when the next and the next but one go down. A scanner lifts every key before it presses
 * the next one. Radio (Bluetooth) delays keys and bunches them, but never changes their
 * order. So a burst is three keys in a row, each lifted before the next, within the time
 * that keys can be held back without being felt; or six which overlap by one only.
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

static const PegWedgeStep *
end_step (PegWedge        *self,
          PegWedgeVerdict  verdict)
{
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

/* Only a finger rests on a key while two others go down, or for long while one does. */
static gboolean
is_human (PegWedge   *self,
          const Item *item,
          gint64      now_us)
{
  return item->overlaps >= 2 ||
         (item->overlaps == 1 && get_dwell_us (item, now_us) > self->max_gap_us);
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
    if (is_human (self, get_item (self, i), now_us))
      give_back (self, i);
    else if (self->burst)
      i++;
    else
      return;
  }
}

/* Until when a key is held: so that typing feels immediate for twice the gap, which also
 * takes a first key of Bluetooth that travelled alone. What is lifted like a scanner's,
 * and was followed by another key, is hardly a finger's, and can wait. */
static gint64
get_limit_us (PegWedge *self,
              guint     i)
{
  const Item *item = get_item (self, i);
  const gboolean tapped = i + 1 < self->items->len && item->overlaps == 0 &&
                          item->released_us >= 0 && get_dwell_us (item, 0) <= self->max_gap_us;

  return item->key.time_us + (tapped ? 4 : 2) * self->max_gap_us + SLACK_US;
}

/* Between keys of a burst; Bluetooth needs more than twice. */
static gint64
get_end_us (PegWedge *self)
{
  return self->last_us + 3 * self->max_gap_us + SLACK_US;
}

/* Whether enough keys behind each other are a scanner's. */
static gboolean
is_burst (PegWedge *self,
          gint64    now_us)
{
  guint clean = 0;
  guint overlapping = 0;
  guint same = 0;
  gboolean still_clean = TRUE;
  guint last_code = 0;

  for (guint i = self->items->len; i > 0; i--) {
    const Item *item = get_item (self, i - 1);

    if (is_human (self, item, now_us))
      continue;

    if (overlapping == 0)
      last_code = item->key.code;
    if (overlapping > 0 && item->overlaps > 0)
      still_clean = FALSE;

    overlapping++;
    if (still_clean) {
      clean++;
      if (item->key.code == last_code)
        same++;
    }
  }

  return clean >= (same == clean ? BURST_SAME_KEYS : BURST_KEYS) ||
         overlapping >= BURST_OVERLAPPING_KEYS;
}

/* How long all keys were up before one went down. */
static gint64
get_pause_us (PegWedge *self,
              guint     i)
{
  return get_item (self, i)->key.time_us - get_item (self, i - 1)->released_us;
}

/* A key that was typed just before the scan began, and lifted just in time: it was down
 * for long, and up before the next one for longer than any other. Bluetooth can make the
 * first key long, too, but then the rest follows at once. */
static gboolean
begins_with_human (PegWedge *self)
{
  const Item *first = get_item (self, 0);
  const gint64 quick_us = self->max_gap_us / 2;

  if (self->items->len < 2 || first->released_us < 0 ||
      get_dwell_us (first, 0) <= self->max_gap_us || get_pause_us (self, 1) < quick_us)
    return FALSE;

  for (guint i = 1; i < self->items->len; i++) {
    const Item *item = get_item (self, i);

    if (get_dwell_us (item, item->key.time_us) >= quick_us ||
        (i > 1 && get_pause_us (self, i) >= quick_us))
      return FALSE;
  }

  return TRUE;
}

/* A key that was down when the suffix came, in a scan without another one like it. */
static void
give_back_late (PegWedge *self)
{
  guint late = 0;
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++) {
    if (get_item (self, i)->overlaps > 0) {
      late = i;
      n++;
    }
  }

  if (n == 1 && get_item (self, late)->released_us < 0)
    give_back (self, late);
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
  guint n = 0;

  if (self->burst) {
    if (now_us > get_end_us (self))
      finish (self, now_us, self->suffix == PEG_WEDGE_SUFFIX_NONE);
    return;
  }

  for (guint i = 0; i < self->items->len; i++) {
    if (now_us > get_limit_us (self, i))
      n = i + 1;
  }
  give_back_first (self, n);
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
  give_back_humans (self, key->time_us);
  if (self->items->len < MAX_ITEMS)
    g_array_append_val (self->items, item);

  if (!self->burst && is_burst (self, key->time_us)) {
    self->burst = TRUE;
    give_back_humans (self, key->time_us);
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
  return code == KEY_ENTER || code == KEY_KPENTER;
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
  give_back_humans (self, key->time_us);
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
  gint64 deadline_us = G_MAXINT64;

  g_return_val_if_fail (self != NULL, G_MAXINT64);

  if (self->burst)
    return get_end_us (self) + 1;

  for (guint i = 0; i < self->items->len; i++)
    deadline_us = MIN (deadline_us, get_limit_us (self, i) + 1);

  return deadline_us;
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
