/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "wedge-player.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* What a key writes is in its cookie; keys that were added later come later if their
 * times are the same. */

void
keys_init (Keys *keys)
{
  keys->keys = g_array_new (FALSE, FALSE, sizeof (SentKey));
}

void
keys_clear (Keys *keys)
{
  g_array_unref (keys->keys);
}

guint
keys_code_of (char      character,
              gboolean *shift)
{
  if (character == '\n' || character == '\t') {
    *shift = FALSE;
    return character == '\n' ? KEY_ENTER : KEY_TAB;
  }

  for (int level = 0; level < 2; level++) {
    /* Not the keypad. */
    for (guint code = 1; code <= KEY_SPACE; code++) {
      if (code != KEY_KPASTERISK && peg_wedge_decode (code, level == 1) == (gunichar) character) {
        *shift = level == 1;
        return code;
      }
    }
  }

  g_assert_not_reached ();
}

static guint64
written_by (guint    code,
            gboolean shift)
{
  if (code == KEY_ENTER || code == KEY_KPENTER)
    return '\n';

  return code == KEY_TAB ? '\t' : peg_wedge_decode (code, shift);
}

void
keys_add_sent (Keys     *keys,
               guint     code,
               gboolean  pressed,
               double    sent_ms,
               gint64    time_us,
               gboolean  shift)
{
  const SentKey sent = {
    .key = {
      .code = code,
      .pressed = pressed,
      .types = peg_wedge_decode (code, FALSE) != 0,
      .time_us = time_us,
      .cookie = pressed ? written_by (code, shift) : 0,
    },
    .sent_ms = sent_ms,
  };

  g_array_append_val (keys->keys, sent);
}

void
keys_add (Keys     *keys,
          guint     code,
          gint64    down_us,
          gint64    up_us,
          gboolean  shift)
{
  keys_add_sent (keys, code, TRUE, (double) down_us / 1000, down_us, shift);
  keys_add_sent (keys, code, FALSE, (double) up_us / 1000, up_us, FALSE);
}

void
keys_add_repeat (Keys   *keys,
                 guint   code,
                 gint64  time_us)
{
  keys_add_sent (keys, code, TRUE, (double) time_us / 1000, time_us, FALSE);
}

static void
take_step (const PegWedgeStep *step,
           gint64              now_us,
           Played             *played)
{
  for (guint i = 0; i < step->n_back; i++) {
    g_string_append_c (played->typed, (char) step->back[i].cookie);
    played->held_us = MAX (played->held_us, now_us - step->back[i].time_us);
  }

  if (step->scan != NULL)
    g_ptr_array_add (step->complete ? played->scans : played->cut, g_strdup (step->scan));
}

/* Lets time pass, up to @now_us. */
static void
pass_time (PegWedge *wedge,
           gint64    now_us,
           Played   *played)
{
  for (;;) {
    const gint64 deadline_us = peg_wedge_get_deadline_us (wedge);

    if (deadline_us >= now_us)
      return;
    take_step (peg_wedge_expire (wedge, deadline_us), deadline_us, played);
    /* What is overdue must not be due again. */
    g_assert_cmpint (peg_wedge_get_deadline_us (wedge), >, deadline_us);
  }
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const SentKey *key_a = a;
  const SentKey *key_b = b;

  if (key_a->key.time_us != key_b->key.time_us)
    return key_a->key.time_us < key_b->key.time_us ? -1 : 1;

  return key_a->sent_ms < key_b->sent_ms ? -1 : key_a->sent_ms > key_b->sent_ms;
}

void
keys_play (Keys                 *keys,
           const PegWedgeFormat *format,
           Played               *played)
{
  g_autoptr (PegWedge) wedge = peg_wedge_new (format);

  *played = (Played) {
    .typed = g_string_new (NULL),
    .scans = g_ptr_array_new_with_free_func (g_free),
    .cut = g_ptr_array_new_with_free_func (g_free),
  };

  /* A merge sort: it keeps the order of those at the same time. */
  g_array_sort (keys->keys, compare_times);

  for (guint i = 0; i < keys->keys->len; i++) {
    const PegWedgeKey *key = &g_array_index (keys->keys, SentKey, i).key;
    const PegWedgeStep *step;

    pass_time (wedge, key->time_us, played);
    step = peg_wedge_key (wedge, key);
    take_step (step, key->time_us, played);
    if (step->verdict == PEG_WEDGE_PASS && key->cookie != 0)
      g_string_append_c (played->typed, (char) key->cookie);
  }

  pass_time (wedge, G_MAXINT64, played);
}

void
played_clear (Played *played)
{
  g_string_free (played->typed, TRUE);
  g_ptr_array_unref (played->scans);
  g_ptr_array_unref (played->cut);
}
