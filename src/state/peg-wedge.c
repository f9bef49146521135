/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wedge"

#include "peg-config.h"

#include "peg-wedge-private.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* No keyboard repeats a key sooner: the least that desktops offer is 100 ms. A key that
 * goes down again before is another keyboard's. */
#define REPEAT_AFTER_US (100 * G_TIME_SPAN_MILLISECOND)

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
  const gint64 first_us = self->items->len > 0 ? peg_wedge_get_item (self, 0)->key.time_us : key->time_us;

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
  PegWedgeItem item = { .key = *key, .character = character, .released_us = key->time_us };

  if (self->alt_digits > 0 && self->items->len > 0 && self->items->len < PEG_WEDGE_MAX_ITEMS &&
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
    return peg_wedge_take (self, key, is_enter (key->code) ? '\n' : '\t');

  if (self->burst) {
    peg_wedge_count_overlaps (self);
    self->last_us = key->time_us;
    return peg_wedge_finish (self, key->time_us, TRUE) ? PEG_WEDGE_SWALLOW : PEG_WEDGE_PASS;
  }

  peg_wedge_give_back_first (self, self->items->len);

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
    return peg_wedge_take (self, key, '\0');
  }

  if ((is_enter (key->code) || key->code == KEY_TAB) && !key->command)
    return press_end (self, key);

  character = (char) peg_wedge_decode (key->code, is_shifted (self, key));

  /* Control and a letter is a control character, such as the one between the fields of
   * a GS1 code. */
  if (self->burst && key->command && character != '\0')
    return peg_wedge_take (self, key, (char) (character & 0x1f));

  /* No scanner has an AltGr. */
  if (character == '\0' || key->command || self->pressed_us[KEY_RIGHTALT] >= 0) {
    if (!self->burst)
      peg_wedge_give_back_first (self, self->items->len);
    return PEG_WEDGE_PASS;
  }

  return peg_wedge_take (self, key, character);
}

static void
release (PegWedge          *self,
         const PegWedgeKey *key)
{
  if (key->code == KEY_LEFTALT)
    take_alt_code (self, key);

  for (guint i = self->items->len; i > 0; i--) {
    PegWedgeItem *item = peg_wedge_get_item (self, i - 1);

    if (item->key.code == key->code && item->released_us < 0) {
      item->released_us = key->time_us;
      break;
    }
  }

  if (self->burst)
    self->last_us = key->time_us;
  peg_wedge_give_back_known_humans (self, key->time_us);
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
  self->items = g_array_new (FALSE, FALSE, sizeof (PegWedgeItem));
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
  if (key->code >= PEG_WEDGE_CODES)
    return end_step (self, PEG_WEDGE_PASS);

  peg_wedge_catch_up (self, key->time_us);

  if (!key->pressed) {
    verdict = self->stops[key->code] != PEG_WEDGE_STOP_NOT ? PEG_WEDGE_SWALLOW : PEG_WEDGE_PASS;
    self->stops[key->code] = PEG_WEDGE_STOP_NOT;
    self->pressed_us[key->code] = -1;
    release (self, key);
    return end_step (self, verdict);
  }

  repeated = self->pressed_us[key->code] >= 0 &&
             key->time_us - self->pressed_us[key->code] >= REPEAT_AFTER_US;
  if (repeated)
    return end_step (self, self->stops[key->code] == PEG_WEDGE_STOP_SCANNED ? PEG_WEDGE_SWALLOW
                                                                  : PEG_WEDGE_PASS);

  self->pressed_us[key->code] = key->time_us;
  verdict = press (self, key);
  if (verdict != PEG_WEDGE_PASS)
    self->stops[key->code] = self->step.scan != NULL ? PEG_WEDGE_STOP_SCANNED : PEG_WEDGE_STOP_HELD;

  return end_step (self, verdict);
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
  peg_wedge_catch_up (self, now_us);

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
    peg_wedge_give_back_first (self, self->items->len);
  g_array_set_size (self->items, 0);

  self->burst = FALSE;
  self->alt_digits = 0;
  self->done_us = -1;
  self->cut_us = -1;
  memset (self->stops, 0, sizeof self->stops);
  for (guint i = 0; i < PEG_WEDGE_CODES; i++)
    self->pressed_us[i] = -1;

  return end_step (self, PEG_WEDGE_PASS);
}
