/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-natural.h"

/* The order of names. It is our own and not that of the locale, so that a list
 * looks the same on every terminal of a shop, and so that it needs no key that
 * is stored: names of ASCII are compared as they stand (measured: 20 to 40 ns,
 * against 600 ns for making one g_utf8_collate_key_for_filename()). */

#define ASCII_END 0x80

/* Where a character of ASCII sorts: by its lower case, and the dot before all
 * others, so that “A.nc” comes before “A-2.nc” and “A 2.nc”. */
static inline guint
rank_ascii (guchar c)
{
  if (c == '\0')
    return 0;
  if (c == '.')
    return 1;

  return (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) + 1u;
}

/* Characters one after the other, as they count: taken apart (NFKD), in lower
 * case, without marks, so that “Ü” counts as “u” like in a telephone book
 * (DIN 5007-1). Nothing is allocated. */
typedef struct {
  const char *at;
  gunichar waiting[2 * G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  guint n_waiting;
  guint next_waiting;
  gunichar current; /* 0: the end */
} Unfolded;

static void
unfold (Unfolded *self,
        gunichar  c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  const gsize n = g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));

  self->n_waiting = self->next_waiting = 0;

  for (gsize i = 0; i < n; i++) {
    const gunichar lower = g_unichar_tolower (parts[i]);

    if (g_unichar_combining_class (parts[i]) != 0)
      continue;

    if (lower == 0xdf) { /* ß */
      self->waiting[self->n_waiting++] = 's';
      self->waiting[self->n_waiting++] = 's';
    } else {
      self->waiting[self->n_waiting++] = lower == 0x3c2 ? 0x3c3 : lower; /* ς is σ */
    }
  }
}

static void
advance (Unfolded *self)
{
  while (self->next_waiting == self->n_waiting) {
    const gunichar c = g_utf8_get_char (self->at);

    if (c < ASCII_END) {
      self->current = (guchar) g_ascii_tolower ((char) c);
      self->at += c != 0;
      return;
    }

    unfold (self, c);
    self->at = g_utf8_next_char (self->at);
  }

  self->current = self->waiting[self->next_waiting++];
}

static inline gboolean
is_digit (gunichar c)
{
  return c - '0' < 10;
}

static inline guint
rank (gunichar c)
{
  return c < ASCII_END ? rank_ascii ((guchar) c) : c + 1;
}

/* Compares two numbers, and goes behind them. */
static int
compare_unfolded_numbers (Unfolded *a,
                          Unfolded *b)
{
  int order = 0;

  while (a->current == '0')
    advance (a);
  while (b->current == '0')
    advance (b);

  while (is_digit (a->current) && is_digit (b->current)) {
    if (order == 0)
      order = (int) a->current - (int) b->current;
    advance (a);
    advance (b);
  }

  /* The one with more digits is larger. */
  if (is_digit (a->current) || is_digit (b->current))
    return is_digit (a->current) ? 1 : -1;

  return order;
}

static int
compare_unfolded (const char *first,
                  const char *second)
{
  Unfolded a = { .at = first };
  Unfolded b = { .at = second };

  advance (&a);
  advance (&b);

  while (TRUE) {
    if (is_digit (a.current) && is_digit (b.current)) {
      const int order = compare_unfolded_numbers (&a, &b);

      if (order != 0)
        return order;
      continue;
    }

    if (a.current != b.current)
      return rank (a.current) < rank (b.current) ? -1 : 1;
    if (a.current == 0)
      return 0;

    advance (&a);
    advance (&b);
  }
}

static inline const guchar *
skip_zeros (const guchar *at)
{
  while (*at == '0')
    at++;

  return at;
}

static inline const guchar *
skip_digits (const guchar *at)
{
  while (is_digit (*at))
    at++;

  return at;
}

/**
 * peg_natural_compare:
 * @a: valid UTF-8
 * @b: valid UTF-8
 *
 * Orders two names as people do: numbers by their value, upper and lower case
 * alike, letters with marks like those without. It is the same order on every
 * computer, whatever its locale.
 *
 * Names that differ only in what does not count (case, marks, leading zeros)
 * compare equal; who needs a total order must go on with something else.
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_natural_compare (const char *a,
                     const char *b)
{
  const guchar *p = (const guchar *) a;
  const guchar *q = (const guchar *) b;

  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  while (((*p | *q) & ASCII_END) == 0) {
    if (is_digit (*p) && is_digit (*q)) {
      const guchar *p_number = skip_zeros (p);
      const guchar *q_number = skip_zeros (q);
      const guchar *p_end = skip_digits (p_number);
      const guchar *q_end = skip_digits (q_number);

      /* What follows may be a digit, too, taken apart: “1²” counts as 12. */
      if (((*p_end | *q_end) & ASCII_END) != 0)
        break;
      if (p_end - p_number != q_end - q_number)
        return p_end - p_number < q_end - q_number ? -1 : 1;

      for (; p_number < p_end; p_number++, q_number++) {
        if (*p_number != *q_number)
          return *p_number < *q_number ? -1 : 1;
      }

      p = p_end;
      q = q_end;
      continue;
    }

    if (*p != *q && rank_ascii (*p) != rank_ascii (*q))
      return rank_ascii (*p) < rank_ascii (*q) ? -1 : 1;
    if (*p == '\0')
      return 0;

    p++;
    q++;
  }

  return compare_unfolded (a, b);
}
