/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-search.h"

#include <string.h>

/**
 * PegSearch:
 *
 * What somebody typed into the search, prepared for asking many entries.
 *
 * Every word must be found in the name, the path, the description or the
 * holder. Upper and lower case are the same, leading zeros do not count, and a
 * program number may be typed as the control shows it: `O1234` finds
 * `1234.nc`, `01234.min` and `O1234`.
 */
struct _PegSearch
{
  char **words; /* (owned) (array zero-terminated=1): folded */
  char *whole;  /* (owned): all that was typed, as one */
};

G_DEFINE_ENUM_TYPE (PegFilter, peg_filter,
                    G_DEFINE_ENUM_VALUE (PEG_FILTER_ALL, "all"),
                    G_DEFINE_ENUM_VALUE (PEG_FILTER_OUT, "out"),
                    G_DEFINE_ENUM_VALUE (PEG_FILTER_MINE, "mine"),
                    G_DEFINE_ENUM_VALUE (PEG_FILTER_FREE, "free"))

G_DEFINE_BOXED_TYPE (PegSearch, peg_search, peg_search_ref, peg_search_unref)

static void
fold_case (const char *text,
           GString    *folded)
{
  g_autofree char *lower = NULL;
  g_autofree char *composed = NULL;
  const char *c;

  for (c = text; *c != '\0' && (guchar) *c < 0x80; c++)
    ;

  if (*c == '\0') {
    for (c = text; *c != '\0'; c++)
      g_string_append_c (folded, g_ascii_tolower (*c));
    return;
  }

  lower = g_utf8_casefold (text, -1);
  composed = g_utf8_normalize (lower, -1, G_NORMALIZE_ALL_COMPOSE);
  g_string_append (folded, composed != NULL ? composed : lower);
}

/**
 * peg_search_fold:
 * @text: valid UTF-8
 * @folded: where to append
 *
 * Appends @text in the form in which texts are compared: folded in case, and
 * every run of digits without its leading zeros.
 */
void
peg_search_fold (const char *text,
                 GString    *folded)
{
  gsize start, to;
  gboolean in_number = FALSE;

  g_return_if_fail (text != NULL);
  g_return_if_fail (folded != NULL);

  start = folded->len;
  fold_case (text, folded);
  to = start;

  for (gsize from = start; from < folded->len; from++) {
    char c = folded->str[from];

    if (c == '0' && !in_number && g_ascii_isdigit (folded->str[from + 1]))
      continue;

    in_number = g_ascii_isdigit (c);
    folded->str[to++] = c;
  }

  g_string_truncate (folded, to);
}

/**
 * peg_search_fold_fast:
 * @text: valid UTF-8
 * @length: of @text, bytes
 * @folded: (out): gets the folded text, at most @length bytes, no NUL
 *
 * Does the work of peg_search_fold() for ASCII and the letters of Western
 * Europe (U+00C0 to U+00FF), which is one pass over the bytes without any
 * allocation: measured at a twentieth of the time. Whatever else there may be,
 * it leaves to peg_search_fold().
 *
 * Returns: how long the folded text is, bytes; %PEG_SEARCH_SLOW: ask
 *   peg_search_fold()
 */
gsize
peg_search_fold_fast (const char *text,
                      gsize       length,
                      char       *folded)
{
  const guchar *at = (const guchar *) text;
  const guchar *end = at + length;
  char *to = folded;
  gboolean in_number = FALSE;

  for (; at < end; at++) {
    guchar c = *at;

    if (c < 0x80) {
      if (c == '0' && !in_number && at + 1 < end && g_ascii_isdigit (at[1]))
        continue;

      in_number = c - (guint) '0' < 10;
      *to++ = (char) (c - (guint) 'A' < 26 ? c + ('a' - 'A') : c);
      continue;
    }

    if (c != 0xc3 || end - at < 2)
      return PEG_SEARCH_SLOW;

    c = *++at;
    in_number = FALSE;

    if (c == 0x9f) { /* ß */
      *to++ = 's';
      *to++ = 's';
    } else {
      *to++ = (char) 0xc3;
      *to++ = (char) (c < 0x9f && c != 0x97 ? c + 0x20 : c); /* × is no letter */
    }
  }

  return (gsize) (to - folded);
}

/* `O1234` is how a control shows program 1234, and `O1234.nc` what is made of it:
 * the letter says nothing. */
static const char *
skip_letter (const char *word)
{
  gsize digits;

  if (word[0] != 'O' && word[0] != 'o')
    return word;

  digits = strspn (word + 1, "0123456789");

  return digits > 0 && (word[1 + digits] == '\0' || word[1 + digits] == '.') ? word + 1 : word;
}

static char *
fold_word (const char *word)
{
  g_autoptr (GString) folded = g_string_new (NULL);

  peg_search_fold (skip_letter (word), folded);

  return g_string_free (g_steal_pointer (&folded), FALSE);
}

static void
search_clear (PegSearch *self)
{
  g_clear_pointer (&self->words, g_strfreev);
  g_clear_pointer (&self->whole, g_free);
}

/**
 * peg_search_new:
 * @words: (nullable): what was typed; anything that is not valid UTF-8 is
 *   replaced
 *
 * Returns: (transfer full): a new search
 */
PegSearch *
peg_search_new (const char *words)
{
  g_autofree char *valid = g_utf8_make_valid (words != NULL ? words : "", -1);
  g_auto (GStrv) split = g_strsplit_set (valid, " \t\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  PegSearch *self = g_atomic_rc_box_new0 (PegSearch);

  for (guint i = 0; split[i] != NULL; i++) {
    g_autofree char *word = NULL;

    if (*split[i] == '\0')
      continue;

    word = fold_word (split[i]);
    g_strv_builder_add (builder, word);
  }

  self->words = g_strv_builder_end (builder);
  self->whole = fold_word (g_strstrip (valid));

  return self;
}

PegSearch *
peg_search_ref (PegSearch *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_search_unref (PegSearch *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) search_clear);
}

/**
 * peg_search_is_empty:
 * @self: a search
 *
 * Returns: whether every entry matches because nothing was asked for
 */
gboolean
peg_search_is_empty (const PegSearch *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->words[0] == NULL;
}

/**
 * peg_search_matches:
 * @self: a search
 * @entry: an entry
 *
 * Returns: whether every word of @self is found in @entry
 */
gboolean
peg_search_matches (const PegSearch *self,
                    const PegEntry  *entry)
{
  const char *text;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);

  text = peg_entry_get_search_text (entry);

  for (guint i = 0; self->words[i] != NULL; i++) {
    if (strstr (text, self->words[i]) == NULL)
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_search_narrows:
 * @self: a search
 * @other: a search
 *
 * Returns: whether whatever matches @self matches @other, too, because every
 *   word of @other is within one of @self: somebody goes on typing
 */
gboolean
peg_search_narrows (const PegSearch *self,
                    const PegSearch *other)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  for (guint i = 0; other->words[i] != NULL; i++) {
    gboolean within = FALSE;

    for (guint j = 0; self->words[j] != NULL && !within; j++)
      within = strstr (self->words[j], other->words[i]) != NULL;
    if (!within)
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_search_is_exact:
 * @self: a search
 * @entry: an entry
 *
 * Returns: whether all that was typed is the name of @entry, with or without
 *   what follows its last dot: whoever types a whole name means that file
 */
gboolean
peg_search_is_exact (const PegSearch *self,
                     const PegEntry  *entry)
{
  g_autofree char *slow = NULL;
  char quick[256];
  const char *word;
  char *name = quick, *dot;
  gsize length;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);

  if (*self->whole == '\0')
    return FALSE;

  /* It is asked of every file that was found, with every key: nothing is allocated
   * for usual names. */
  word = skip_letter (peg_entry_get_filename (entry));
  length = strlen (word);
  length = length < sizeof quick ? peg_search_fold_fast (word, length, quick) : PEG_SEARCH_SLOW;
  if (length == PEG_SEARCH_SLOW)
    name = slow = fold_word (peg_entry_get_filename (entry));
  else
    quick[length] = '\0';

  if (g_str_equal (name, self->whole))
    return TRUE;

  dot = strrchr (name, '.');
  if (dot == NULL || dot == name)
    return FALSE;
  *dot = '\0';

  return g_str_equal (name, self->whole);
}

/* How many bytes at @text, which lies within @whole, are what @word stands for;
 * 0: they are not. Walks the text in the way in which peg_search_fold() reads
 * it, so that what is found can be marked where it stands. */
static gsize
match_length (const char *whole,
              const char *text,
              const char *word)
{
  const char *t = text;
  gboolean in_number = t > whole && g_ascii_isdigit (t[-1]);

  while (*word != '\0') {
    if (*t == '0' && !in_number && g_ascii_isdigit (t[1])) {
      t++;
      continue;
    }

    in_number = g_ascii_isdigit (*t);

    if ((guchar) *t < 0x80) {
      if (*t == '\0' || g_ascii_tolower (*t) != *word)
        return 0;
      t++;
      word++;
    } else {
      g_autofree char *folded = g_utf8_casefold (t, g_utf8_next_char (t) - t);

      if (!g_str_has_prefix (word, folded))
        return 0;
      t = g_utf8_next_char (t);
      word += strlen (folded);
    }
  }

  return (gsize) (t - text);
}

/**
 * peg_search_find_in:
 * @self: a search
 * @text: valid UTF-8, for example the name of a file
 * @from: the byte to start at
 * @start: (out): the first byte of what was found
 * @end: (out): the byte after it
 *
 * Finds the next place in @text that one of the words of @self stands for, so
 * that it can be shown why something was found.
 *
 * Returns: whether there is one
 */
gboolean
peg_search_find_in (const PegSearch *self,
                    const char      *text,
                    gsize            from,
                    gsize           *start,
                    gsize           *end)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (start != NULL && end != NULL, FALSE);

  for (const char *t = text + from; *t != '\0'; t = g_utf8_next_char (t)) {
    gsize longest = 0;

    for (guint i = 0; self->words[i] != NULL; i++)
      longest = MAX (longest, match_length (text, t, self->words[i]));

    if (longest > 0) {
      *start = (gsize) (t - text);
      *end = *start + longest;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * peg_filter_matches:
 * @filter: which files to show
 * @entry: an entry
 * @user: (nullable): the person at this client
 *
 * Returns: whether @entry is shown under @filter
 */
gboolean
peg_filter_matches (PegFilter       filter,
                    const PegEntry *entry,
                    const char     *user)
{
  g_return_val_if_fail (entry != NULL, FALSE);

  switch (filter) {
  case PEG_FILTER_ALL:
    return TRUE;
  case PEG_FILTER_OUT:
    return peg_entry_is_locked (entry);
  case PEG_FILTER_MINE:
    return peg_entry_get_lock (entry, user) == PEG_LOCK_OWN;
  case PEG_FILTER_FREE:
    return !peg_entry_is_locked (entry);
  default:
    g_assert_not_reached ();
  }
}
