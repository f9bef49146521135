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

/* `O1234` is how a control shows program 1234: the letter says nothing. */
static char *
fold_word (const char *word)
{
  g_autoptr (GString) folded = g_string_new (NULL);

  if ((word[0] == 'O' || word[0] == 'o') &&
      word[1] != '\0' && strspn (word + 1, "0123456789") == strlen (word + 1))
    word++;

  peg_search_fold (word, folded);

  return g_string_free (g_steal_pointer (&folded), FALSE);
}

static void
search_clear (PegSearch *self)
{
  g_clear_pointer (&self->words, g_strfreev);
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
