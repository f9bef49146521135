/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-keyboard-layout"

#include "peg-config.h"

#include "peg-keyboard-layout.h"

/**
 * PegKeyboardLayout:
 *
 * Which keys an on-screen keyboard has, and where, for a language and the room that
 * there is. Pure.
 *
 * Where a whole row of letters fits, it is the keyboard that people know from their
 * desk. Where it does not, the keys keep their size: they are sorted by the alphabet
 * and spread over as many pages as it takes.
 */
struct _PegKeyboardLayout
{
  guint columns;
  guint rows;
  GPtrArray *pages;   /* (owned) (element-type GPtrArray(PegKey)) */
};

/* What is written on the keyboards of a language. */
typedef struct {
  const char *language;     /* as at the beginning of the name of a locale */
  guint columns;            /* of the widest row */
  const char *rows[3];
  const char *alphabet;
  const char *name;         /* (nullable): of the letters, where there are Latin ones, too */
} Letters;

static const Letters latin = {
  "en", 10,
  { "qwertyuiop", "asdfghjkl", "zxcvbnm" },
  "abcdefghijklmnopqrstuvwxyz", NULL,
};

static const Letters others[] = {
  { "de", 11,
    { "qwertzuiopü", "asdfghjklöä", "yxcvbnmß" },
    "abcdefghijklmnopqrstuvwxyzäöüß", NULL },
  { "uk", 12,
    { "йцукенгшщзхї", "фівапролджє", "ґячсмитьбю" },
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "АБВ" },
};

static const char digits[] = "1234567890";

/* What is in names and part numbers, before what is in sentences. */
static const char marks[] = "-_.";
static const char * const symbols[] = { "/+()#@&=:;", ",!?'\"%*<>\\", "[]{}~^|$€§" };

static const Letters *
find_letters (const char *language)
{
  for (guint i = 0; language != NULL && i < G_N_ELEMENTS (others); i++) {
    if (g_str_has_prefix (language, others[i].language) && !g_ascii_isalpha (language[2]))
      return &others[i];
  }

  return &latin;
}

static void
key_free (gpointer data)
{
  PegKey *key = data;

  g_free (key->text);
  g_free (key);
}

static GPtrArray *
add_page (PegKeyboardLayout *self)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (key_free);

  g_ptr_array_add (self->pages, page);

  return page;
}

static PegKey *
add_key (GPtrArray  *page,
         PegKeyKind  kind,
         const char *text,
         gssize      length,
         guint       row,
         guint      *start,
         guint       span)
{
  PegKey *key = g_new0 (PegKey, 1);

  key->kind = kind;
  key->text = length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length);
  key->row = row;
  key->start = *start;
  key->span = span;
  *start += span;
  g_ptr_array_add (page, key);

  return key;
}

static void
add_text (GPtrArray  *page,
          const char *text,
          guint       row,
          guint      *start)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    add_key (page, PEG_KEY_TEXT, c, g_utf8_next_char (c) - c, row, start, 2);
}

/* A row of single keys in the middle. */
static void
add_row (PegKeyboardLayout *self,
         GPtrArray         *page,
         const char        *text,
         guint              row)
{
  const guint n = (guint) g_utf8_strlen (text, -1);
  guint start = self->columns - MIN (n, self->columns);

  add_text (page, text, row, &start);
}

static void
add_page_key (GPtrArray  *page,
              const char *text,
              guint       shows,
              guint       row,
              guint      *start,
              guint       span)
{
  add_key (page, PEG_KEY_PAGE, text, -1, row, start, span)->page = shows;
}

/* The row with the space bar of a whole keyboard. */
static void
add_full_bar (PegKeyboardLayout *self,
              GPtrArray         *page,
              const char        *more,
              guint              more_page,
              const char        *script,
              guint              script_page)
{
  const guint row = self->rows - 1;
  const guint tail = 2;
  guint start = 0;

  add_page_key (page, more, more_page, row, &start, 3);
  if (script != NULL)
    add_page_key (page, script, script_page, row, &start, 3);
  add_text (page, "-_", row, &start);
  add_key (page, PEG_KEY_TEXT, " ", -1, row, &start, 2 * self->columns - start - tail);
  add_text (page, ".", row, &start);
}

static void
add_full_letters (PegKeyboardLayout *self,
                  const Letters     *letters,
                  const char        *script,
                  guint              script_page,
                  guint              more_page)
{
  GPtrArray *page = add_page (self);
  guint n = (guint) g_utf8_strlen (letters->rows[2], -1);
  guint row = 0, start = 0, side;

  if (self->rows > 4)
    add_row (self, page, digits, row++);
  add_row (self, page, letters->rows[0], row++);
  add_row (self, page, letters->rows[1], row++);

  /* Shift and backspace share what the letters leave, up to two columns each. */
  side = MIN (self->columns - n, 4);
  start = self->columns - n - side;
  add_key (page, PEG_KEY_SHIFT, "", -1, row, &start, side);
  add_text (page, letters->rows[2], row, &start);
  add_key (page, PEG_KEY_BACKSPACE, "", -1, row, &start, side);

  add_full_bar (self, page, "123", more_page, script, script_page);
}

static void
add_full_symbols (PegKeyboardLayout *self,
                  const char        *letters)
{
  GPtrArray *page = add_page (self);
  const guint row = self->rows - 1;
  guint start = 0;

  /* What there is no room for is what nobody needs. */
  add_row (self, page, digits, 0);
  for (guint i = 0; i < G_N_ELEMENTS (symbols) && i + 1 < row; i++)
    add_row (self, page, symbols[i], i + 1);

  add_page_key (page, letters, 0, row, &start, 3);
  add_text (page, "-_", row, &start);
  add_key (page, PEG_KEY_TEXT, " ", -1, row, &start, 2 * self->columns - start - 5);
  add_text (page, ".", row, &start);
  add_key (page, PEG_KEY_BACKSPACE, "", -1, row, &start, 3);
}

static void
make_full (PegKeyboardLayout *self,
           const Letters     *letters)
{
  const gboolean two = letters->name != NULL;
  const guint more = two ? 2 : 1;

  add_full_letters (self, letters, two ? "ABC" : NULL, 1, more);
  if (two)
    add_full_letters (self, &latin, letters->name, 0, more);
  add_full_symbols (self, two ? letters->name : "ABC");
}

/* Writes “text” over as many pages as it takes, as evenly as it goes; on the page
 * before, if all of it fits there. */
static void
add_group (PegKeyboardLayout *self,
           const char        *text)
{
  const guint room = self->columns * (self->rows - 1);
  const guint n = (guint) g_utf8_strlen (text, -1);
  GPtrArray *page = self->pages->len > 0 ? g_ptr_array_index (self->pages, self->pages->len - 1)
                                         : NULL;
  const guint n_pages = (n + room - 1) / room;
  const guint on_page = (n + n_pages - 1) / n_pages;
  const char *c = text;

  for (guint i = 0; i < n; i++, c = g_utf8_next_char (c)) {
    guint start;

    if (page == NULL || (i == 0 && page->len + n > room) || (i > 0 && i % on_page == 0))
      page = add_page (self);
    start = page->len % self->columns * 2;
    add_key (page, PEG_KEY_TEXT, c, g_utf8_next_char (c) - c, page->len / self->columns,
             &start, 2);
  }
}

/* As people call it: by what it begins with, “abc”. */
static char *
name_page (GPtrArray *page)
{
  GString *name = g_string_new (NULL);

  for (guint i = 0; i < MIN (page->len, 3); i++)
    g_string_append (name, ((const PegKey *) g_ptr_array_index (page, i))->text);

  return g_string_free (name, FALSE);
}

/* The row with the space bar of a keyboard with pages. */
static void
add_paged_bar (PegKeyboardLayout *self,
               guint              position,
               const char        *next)
{
  GPtrArray *page = g_ptr_array_index (self->pages, position);
  const guint row = self->rows - 1;
  guint start = 0;

  add_key (page, PEG_KEY_SHIFT, "", -1, row, &start, 2);
  add_page_key (page, next, (position + 1) % self->pages->len, row, &start, 3);
  add_key (page, PEG_KEY_TEXT, " ", -1, row, &start, 2 * self->columns - start - 3);
  add_key (page, PEG_KEY_BACKSPACE, "", -1, row, &start, 3);
}

static void
make_paged (PegKeyboardLayout *self,
            const Letters     *letters)
{
  g_autoptr (GPtrArray) page_names = g_ptr_array_new_with_free_func (g_free);

  add_group (self, letters->alphabet);
  if (letters->name != NULL)
    add_group (self, latin.alphabet);
  add_group (self, digits);
  add_group (self, marks);
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    add_group (self, symbols[i]);

  for (guint i = 0; i < self->pages->len; i++)
    g_ptr_array_add (page_names, name_page (g_ptr_array_index (self->pages, i)));
  for (guint i = 0; i < self->pages->len; i++)
    add_paged_bar (self, i, g_ptr_array_index (page_names, (i + 1) % self->pages->len));
}

/**
 * peg_keyboard_layout_full_columns:
 * @language: (nullable): the name of a locale, such as “de_AT.UTF-8”
 *
 * Returns: how many columns a whole keyboard of that language has
 */
guint
peg_keyboard_layout_full_columns (const char *language)
{
  return find_letters (language)->columns;
}

/**
 * peg_keyboard_layout_new:
 * @language: (nullable): the name of a locale, such as “de_AT.UTF-8”; one that is not
 *   known is taken for English
 * @columns: how many keys fit beside each other
 * @rows: how many fit above each other
 *
 * Returns: (transfer full): the keys
 */
PegKeyboardLayout *
peg_keyboard_layout_new (const char *language,
                         guint       columns,
                         guint       rows)
{
  PegKeyboardLayout *self = g_new0 (PegKeyboardLayout, 1);
  const Letters *letters = find_letters (language);

  self->columns = MAX (columns, PEG_KEYBOARD_MIN_COLUMNS);
  self->rows = CLAMP (rows, PEG_KEYBOARD_MIN_ROWS, PEG_KEYBOARD_MOST_ROWS);
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  if (self->columns >= letters->columns && self->rows >= 4) {
    self->columns = letters->columns;
    make_full (self, letters);
  } else {
    make_paged (self, letters);
  }

  return self;
}

/**
 * peg_keyboard_layout_free:
 * @self: (transfer full): a layout
 */
void
peg_keyboard_layout_free (PegKeyboardLayout *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->pages);
  g_free (self);
}

/**
 * peg_keyboard_layout_get_columns:
 * @self: a layout
 *
 * Returns: into how many columns of one width the room is divided
 */
guint
peg_keyboard_layout_get_columns (const PegKeyboardLayout *self)
{
  return self->columns;
}

/**
 * peg_keyboard_layout_get_rows:
 * @self: a layout
 *
 * Returns: the same for rows
 */
guint
peg_keyboard_layout_get_rows (const PegKeyboardLayout *self)
{
  return self->rows;
}

/**
 * peg_keyboard_layout_get_n_pages:
 * @self: a layout
 *
 * Returns: how many pages there are, of which one is shown at a time
 */
guint
peg_keyboard_layout_get_n_pages (const PegKeyboardLayout *self)
{
  return self->pages->len;
}

/**
 * peg_keyboard_layout_get_n_keys:
 * @self: a layout
 * @page: a page
 *
 * Returns: how many keys are on it
 */
guint
peg_keyboard_layout_get_n_keys (const PegKeyboardLayout *self,
                                guint                    page)
{
  g_return_val_if_fail (page < self->pages->len, 0);

  return ((GPtrArray *) g_ptr_array_index (self->pages, page))->len;
}

/**
 * peg_keyboard_layout_get_key:
 * @self: a layout
 * @page: a page
 * @position: which of its keys
 *
 * Returns: (transfer none): the key
 */
const PegKey *
peg_keyboard_layout_get_key (const PegKeyboardLayout *self,
                             guint                    page,
                             guint                    position)
{
  g_return_val_if_fail (position < peg_keyboard_layout_get_n_keys (self, page), NULL);

  return g_ptr_array_index ((GPtrArray *) g_ptr_array_index (self->pages, page), position);
}
