/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site"

#include "peg-config.h"

#include "peg-site-private.h"

#include "peg-address.h"
#include "peg-code.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* As much of a mistake as fits into a sentence, characters. */
#define MAX_SHOWN 60

/* Why a value is not taken, on the way from where it is found out. */
typedef struct {
  char *what;
  char *right;
} Refusal;

/* Takes both; @right may be %NULL: then it is said what the key wants. */
static gboolean
refuse (Refusal *refusal,
        char    *what,
        char    *right)
{
  refusal->what = what;
  refusal->right = right;

  return FALSE;
}

char *
peg_site_dup_shown (const char *text)
{
  g_autofree char *clipped = peg_words_clip (text, MAX_SHOWN);

  for (char *at = clipped; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  }

  return g_steal_pointer (&clipped);
}

/* Numbers are written with a point, whatever the language. */
static char *
dup_number (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.10g", number));
}

static char *
dup_wanted_number (const PegSiteKeyInfo *info)
{
  g_autofree char *min = dup_number (info->min);
  g_autofree char *max = dup_number (info->max);

  if (info->type == PEG_SITE_TYPE_DECIMAL)
    /* Translators: the first %s is the name of a key, then two numbers. */
    return g_strdup_printf (_("Write %2$s, or a number from 1 to %3$s with a point, for example %1$s=3.8."),
                            info->name, min, max);

  /* Translators: the name of a key, what is usual, the smallest and the largest number. */
  return g_strdup_printf (_("Write a whole number from %3$s to %4$s without a unit, for example %1$s=%2$s."),
                          info->name, info->usual, min, max);
}

static char *
dup_wanted_words (const PegSiteKeyInfo *info)
{
  g_auto (GStrv) words = g_strsplit (info->words, ";", -1);
  g_autofree char *list = g_strjoinv (", ", words);

  if (info->type == PEG_SITE_TYPE_CHOICE)
    /* Translators: a list of words. */
    return g_strdup_printf (_("Write one of: %s."), list);

  /* Translators: the words there are, the name of a key, and what is usual. */
  return g_strdup_printf (_("The roles are: %s. Separate them with “;”, for example %s=%s."),
                          list, info->name, info->usual);
}

/* What would be right for a key. */
static char *
dup_wanted (const PegSiteKeyInfo *info)
{
  switch (info->type) {
  case PEG_SITE_TYPE_NUMBER:
  case PEG_SITE_TYPE_DECIMAL:
    return dup_wanted_number (info);
  case PEG_SITE_TYPE_CHOICE:
  case PEG_SITE_TYPE_WORDS:
    return dup_wanted_words (info);
  case PEG_SITE_TYPE_SWITCH:
    /* Translators: the name of a key, twice. */
    return g_strdup_printf (_("Write %s=true or %s=false."), info->name, info->name);
  case PEG_SITE_TYPE_FILE:
  case PEG_SITE_TYPE_SECRET:
  case PEG_SITE_TYPE_FOLDER:
    /* Translators: the name of a key. */
    return g_strdup_printf (_("Write the whole path, from the “/” on, for example %s=/etc/pegboard/…."), info->name);
  case PEG_SITE_TYPE_ADDRESS:
    return g_strdup (_("Write a name, NAME:PORT, or an http, https, ws or wss address, for example address=https://shop:8420."));
  case PEG_SITE_TYPE_PATTERN:
    /* Translators: the name of a key, and what is usual. */
    return g_strdup_printf (_("Write a regular expression, for example %s=%s."), info->name, info->usual);
  case PEG_SITE_TYPE_STROKES:
    return g_strdup_printf (_("Write at most %u characters of ASCII, or nothing."), (guint) info->max);
  case PEG_SITE_TYPE_KEYS:
    return g_strdup (_("Write keys of this file as Group/key, separated by “;”, for example keys=Server/address;Station/name."));
  case PEG_SITE_TYPE_TEXT:
  default:
    return g_strdup_printf (_("Write one line of at most %u characters."), (guint) info->max);
  }
}

static gboolean
read_number (PegSiteValue         *self,
             const PegSiteKeyInfo *info,
             Refusal              *refusal)
{
  g_autofree char *shown = peg_site_dup_shown (self->text);
  char *end = NULL;

  /* Only digits and a point: “0x10”, “1e3” and “inf” are numbers for a computer. */
  if (*self->text == '\0' || strspn (self->text, "-+.0123456789") != strlen (self->text))
    /* Translators: the name of a key and its value. */
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is not a number."), info->name, shown), NULL);

  self->number = g_ascii_strtod (self->text, &end);
  if (*end != '\0' || self->text[0] == '+')
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is not a number."), info->name, shown), NULL);

  if (info->type == PEG_SITE_TYPE_NUMBER && strchr (self->text, '.') != NULL)
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is not a whole number."), info->name, shown), NULL);
  /* There is no screen whose pixels are larger than that. */
  if (self->number < info->min ||
      (info->type == PEG_SITE_TYPE_DECIMAL && self->number > 0 && self->number < 1))
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is too small."), info->name, shown), NULL);
  if (self->number > info->max)
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is too large."), info->name, shown), NULL);

  return TRUE;
}

static gboolean
read_choice (PegSiteValue         *self,
             const PegSiteKeyInfo *info,
             Refusal              *refusal)
{
  g_auto (GStrv) words = g_strsplit (info->words, ";", -1);
  g_autofree char *shown = peg_site_dup_shown (self->text);

  if (g_strv_contains ((const char * const *) words, self->text))
    return TRUE;

  return refuse (refusal, g_strdup_printf (_("“%s=%s” is none of the words that %s can be."),
                                           info->name, shown, info->name), NULL);
}

static gboolean
read_switch (PegSiteValue         *self,
             const PegSiteKeyInfo *info,
             Refusal              *refusal)
{
  g_autofree char *shown = peg_site_dup_shown (self->text);

  self->number = g_str_equal (self->text, "true");
  if (self->number > 0 || g_str_equal (self->text, "false"))
    return TRUE;

  return refuse (refusal, g_strdup_printf (_("“%s=%s” is neither true nor false."), info->name, shown),
                 NULL);
}

static gboolean
read_address (PegSiteValue         *self,
              const PegSiteKeyInfo *info,
              Refusal              *refusal)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *shown = peg_site_dup_shown (self->text);

  if (peg_address_parse (&address, self->text, NULL))
    return TRUE;

  return refuse (refusal, g_strdup_printf (_("“%s” is not the address of a server."), shown), NULL);
}

static gboolean
read_path (PegSiteValue         *self,
           const PegSiteKeyInfo *info,
           Refusal              *refusal)
{
  g_autofree char *shown = peg_site_dup_shown (self->text);

  if (strstr (self->text, "://") != NULL)
    return refuse (refusal, g_strdup_printf (_("“%s” is an address, not a path."), shown), NULL);
  if (self->text[0] == '~')
    return refuse (refusal, g_strdup_printf (_("“%s” begins with “~”, which is nobody’s home here: nothing is put in its place."),
                                             shown), NULL);
  if (self->text[0] != '/')
    return refuse (refusal, g_strdup_printf (_("“%s” is a relative path: from which folder would it count?"),
                                             shown), NULL);

  return TRUE;
}

static gboolean
read_pattern (PegSiteValue         *self,
              const PegSiteKeyInfo *info,
              Refusal              *refusal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = g_regex_new (self->text, 0, 0, &error);
  g_autofree char *shown = peg_site_dup_shown (self->text);

  if (regex != NULL)
    peg_code_check_badge_format (self->text, &error);
  if (error != NULL)
    /* Translators: a regular expression, and what GLib says about it. */
    return refuse (refusal, g_strdup_printf (_("“%s” is not a regular expression: %s."), shown,
                                             error->message), NULL);
  if (g_regex_match (regex, "", G_REGEX_MATCH_ANCHORED, NULL))
    return refuse (refusal, g_strdup_printf (_("“%s” also fits a badge without a number."), shown), NULL);

  return TRUE;
}

/* Names that people have for keys, or for no key at all. */
static gboolean
is_key_name (const char *text)
{
  static const char * const names[] = { "enter", "return", "cr", "lf", "tab", "none", "stx" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_ascii_strcasecmp (text, names[i]) == 0)
      return TRUE;
  }

  return FALSE;
}

static gboolean
read_strokes (PegSiteValue         *self,
              const PegSiteKeyInfo *info,
              Refusal              *refusal)
{
  g_autofree char *shown = peg_site_dup_shown (self->text);

  for (const char *at = self->text; *at != '\0'; at++) {
    if (!g_ascii_isprint (*at))
      return refuse (refusal, g_strdup_printf (_("“%s=%s” has a character that no reader types."),
                                               info->name, shown), NULL);
  }

  if (is_key_name (self->text))
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is not the name of a key here; it would mean these letters."),
                                             info->name, shown), NULL);

  return TRUE;
}

/* Somebody who separates with something else writes one long word. */
static gboolean
check_separators (PegSiteValue         *self,
                  const PegSiteKeyInfo *info,
                  Refusal              *refusal)
{
  g_autofree char *shown = peg_site_dup_shown (self->text);

  for (guint i = 0; self->words[i] != NULL; i++) {
    if (self->words[i][0] == '\0')
      return refuse (refusal, g_strdup_printf (_("“%s=%s” has nothing between two “;”."),
                                               info->name, shown), NULL);
    if (strpbrk (self->words[i], ",:| \t") != NULL)
      return refuse (refusal, g_strdup_printf (_("“%s=%s” is not separated with “;”."), info->name,
                                               shown), NULL);
  }

  return TRUE;
}

static gboolean
read_words (PegSiteValue         *self,
            const PegSiteKeyInfo *info,
            Refusal              *refusal)
{
  g_auto (GStrv) known = g_strsplit (info->words, ";", -1);

  if (!check_separators (self, info, refusal))
    return FALSE;

  for (guint i = 0; self->words[i] != NULL; i++) {
    const char *nearest;
    g_autofree char *shown = peg_site_dup_shown (self->words[i]);

    if (g_strv_contains ((const char * const *) known, self->words[i])) {
      for (guint k = 0; k < i; k++) {
        if (g_str_equal (self->words[k], self->words[i]))
          return refuse (refusal, g_strdup_printf (_("“%s” is in “%s” twice."), shown, info->name), NULL);
      }
      continue;
    }

    nearest = peg_site_find_near (self->words[i], (const char * const *) known);
    return refuse (refusal, g_strdup_printf (_("There is no role “%s”."), shown),
                   nearest != NULL ? g_strdup_printf (_("Did you mean “%s”?"), nearest) : NULL);
  }

  return TRUE;
}

static gboolean
read_keys (PegSiteValue         *self,
           const PegSiteKeyInfo *info,
           Refusal              *refusal)
{
  if (!check_separators (self, info, refusal))
    return FALSE;

  for (guint i = 0; self->words[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (self->words[i], "/", 2);
    g_autofree char *shown = peg_site_dup_shown (self->words[i]);
    PegSiteKey key;

    if (parts[0] == NULL || parts[1] == NULL)
      return refuse (refusal, g_strdup_printf (_("“%s” does not say of which group the key is."), shown),
                     NULL);
    if (!peg_site_key_find (parts[0], parts[1], &key))
      return refuse (refusal, g_strdup_printf (_("There is no key “%s” that could be locked."), shown), NULL);
    for (guint k = 0; k < i; k++) {
      if (g_str_equal (self->words[k], self->words[i]))
        return refuse (refusal, g_strdup_printf (_("“%s” is in “%s” twice."), shown, info->name), NULL);
    }
    if (key == PEG_SITE_LOCK_KEYS)
      return refuse (refusal, g_strdup (_("The list of locked keys needs no lock: only this file has it.")),
                     NULL);
  }

  return TRUE;
}

static gboolean
read_typed (PegSiteValue         *self,
            const PegSiteKeyInfo *info,
            Refusal              *refusal)
{
  switch (info->type) {
  case PEG_SITE_TYPE_NUMBER:
  case PEG_SITE_TYPE_DECIMAL:
    return read_number (self, info, refusal);
  case PEG_SITE_TYPE_SWITCH:
    return read_switch (self, info, refusal);
  case PEG_SITE_TYPE_CHOICE:
    return read_choice (self, info, refusal);
  case PEG_SITE_TYPE_FILE:
  case PEG_SITE_TYPE_SECRET:
  case PEG_SITE_TYPE_FOLDER:
    return read_path (self, info, refusal);
  case PEG_SITE_TYPE_PATTERN:
    return read_pattern (self, info, refusal);
  case PEG_SITE_TYPE_STROKES:
    return read_strokes (self, info, refusal);
  case PEG_SITE_TYPE_WORDS:
    return read_words (self, info, refusal);
  case PEG_SITE_TYPE_KEYS:
    return read_keys (self, info, refusal);
  case PEG_SITE_TYPE_ADDRESS:
    return read_address (self, info, refusal);
  case PEG_SITE_TYPE_TEXT:
  default:
    return TRUE;
  }
}

/* What no value can be. */
static gboolean
check_text (PegSiteValue         *self,
            const PegSiteKeyInfo *info,
            Refusal              *refusal)
{
  g_autofree char *shown = peg_site_dup_shown (self->text);

  for (const char *at = self->text; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at))
      return refuse (refusal, g_strdup_printf (_("“%s=%s” has a character that cannot be seen."),
                                               info->name, shown), NULL);
  }

  if (self->text[0] == '"' && self->text[1] != '\0' && g_str_has_suffix (self->text, "\""))
    return refuse (refusal, g_strdup_printf (_("The quotation marks of “%s=%s” would be part of the value."),
                                             info->name, shown),
                   g_strdup (_("Leave them out.")));

  if (info->max > 0 && info->type != PEG_SITE_TYPE_NUMBER && info->type != PEG_SITE_TYPE_DECIMAL &&
      g_utf8_strlen (self->text, -1) > (glong) info->max)
    return refuse (refusal, g_strdup_printf (_("“%s=%s” is too long."), info->name, shown), NULL);

  return TRUE;
}

/* Nothing behind the “=” is what holds without the key. Only what reads a list or a
 * reader’s keys understands nothing as something. */
static gboolean
check_empty (PegSiteValue         *self,
             const PegSiteKeyInfo *info,
             Refusal              *refusal)
{
  if (self->text[0] != '\0' || info->type == PEG_SITE_TYPE_STROKES ||
      info->type == PEG_SITE_TYPE_WORDS || info->type == PEG_SITE_TYPE_KEYS)
    return TRUE;

  return refuse (refusal, g_strdup_printf (_("“%s=” has no value."), info->name), NULL);
}

/**
 * peg_site_value_read:
 * @self: (out caller-allocates): the value; to be cleared, whatever comes of it
 * @key: which key it is of
 * @raw: how it is written
 * @what: (out) (transfer full) (optional): what is wrong with it
 * @right: (out) (transfer full) (optional): what would be right
 *
 * Returns: whether it is understood, and can be so
 */
gboolean
peg_site_value_read (PegSiteValue  *self,
                     PegSiteKey     key,
                     const char    *raw,
                     char         **what,
                     char         **right)
{
  const PegSiteKeyInfo *info = peg_site_key_get_info (key);
  const gboolean is_list = info->type == PEG_SITE_TYPE_WORDS || info->type == PEG_SITE_TYPE_KEYS;
  Refusal refusal = { 0 };
  gboolean good;

  *self = (PegSiteValue) { 0 };
  self->text = is_list ? g_strdup (raw) : peg_site_dup_plain (raw);
  if (is_list)
    self->words = peg_site_split (raw);

  if (self->text == NULL || (is_list && self->words == NULL)) {
    g_autofree char *shown = peg_site_dup_shown (raw);

    good = refuse (&refusal, g_strdup_printf (_("“%s=%s” has a “\\” that stands for nothing."),
                                              info->name, shown),
                   g_strdup (_("Write “\\\\” for one “\\”.")));
  } else {
    good = check_empty (self, info, &refusal) && check_text (self, info, &refusal) &&
           read_typed (self, info, &refusal);
  }

  if (!good && refusal.right == NULL)
    refusal.right = strstr (raw, " #") != NULL
                      ? g_strdup (_("A comment needs a line of its own."))
                      : dup_wanted (info);

  if (what != NULL)
    *what = g_steal_pointer (&refusal.what);
  if (right != NULL)
    *right = g_steal_pointer (&refusal.right);
  g_free (refusal.what);
  g_free (refusal.right);

  return good;
}

void
peg_site_value_clear (PegSiteValue *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->words, g_strfreev);
}

/* How many letters have to be changed, added, left out or swapped with their neighbour
 * to get from one word to the other (optimal string alignment), whatever the case. */
static guint
count_changes (const char *a,
               const char *b)
{
  const gsize rows = strlen (a), columns = strlen (b);
  g_autofree guint *table = g_new (guint, (rows + 1) * (columns + 1));
  const gsize width = columns + 1;

  for (gsize i = 0; i <= rows; i++) {
    for (gsize k = 0; k <= columns; k++) {
      guint *cell = &table[i * width + k];
      gboolean same;

      if (i == 0 || k == 0) {
        *cell = (guint) (i + k);
        continue;
      }

      same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[k - 1]);
      *cell = MIN (cell[-1] + 1, cell[-(gssize) width] + 1);
      *cell = MIN (*cell, cell[-(gssize) width - 1] + (same ? 0 : 1));
      if (i > 1 && k > 1 && g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[k - 2]) &&
          g_ascii_tolower (a[i - 2]) == g_ascii_tolower (b[k - 1]))
        *cell = MIN (*cell, cell[-2 * (gssize) width - 2] + 1);
    }
  }

  return table[rows * width + columns];
}

const char *
peg_site_find_near (const char         *word,
                    const char * const *words)
{
  const char *best = NULL;
  guint best_changes = G_MAXUINT;

  /* Longer than any word there is: comparing would only take time. */
  if (strlen (word) > MAX_SHOWN)
    return NULL;

  for (guint i = 0; words[i] != NULL; i++) {
    const guint changes = count_changes (word, words[i]);

    /* More than a third of a word is another word. */
    if (changes < best_changes && changes <= 1 + strlen (words[i]) / 3) {
      best = words[i];
      best_changes = changes;
    }
  }

  return best;
}
