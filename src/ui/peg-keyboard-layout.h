/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_KEYBOARD_MIN_COLUMNS:
 * PEG_KEYBOARD_MIN_ROWS:
 *
 * How many keys fit beside and above each other at least.
 */
#define PEG_KEYBOARD_MIN_COLUMNS 6
#define PEG_KEYBOARD_MIN_ROWS 3

/**
 * PEG_KEYBOARD_MOST_ROWS:
 *
 * Digits, three rows of letters, and the row with the space bar.
 */
#define PEG_KEYBOARD_MOST_ROWS 5

/**
 * PegKeyKind:
 * @PEG_KEY_TEXT: writes its text
 * @PEG_KEY_SHIFT: makes the next letter a capital one
 * @PEG_KEY_BACKSPACE: deletes what is before the cursor
 * @PEG_KEY_PAGE: shows other keys
 *
 * What a key does.
 */
typedef enum {
  PEG_KEY_TEXT,
  PEG_KEY_SHIFT,
  PEG_KEY_BACKSPACE,
  PEG_KEY_PAGE,
} PegKeyKind;

/**
 * PegKey:
 * @kind: what it does
 * @text: what it writes, or what is on it
 * @page: of %PEG_KEY_PAGE the page that it shows
 * @row: from the top
 * @start: where it begins, in halves of a column
 * @span: how wide it is, in halves of a column
 *
 * A key of an on-screen keyboard.
 */
typedef struct {
  PegKeyKind kind;
  char *text;
  guint page;
  guint row;
  guint start;
  guint span;
} PegKey;

typedef struct _PegKeyboardLayout PegKeyboardLayout;

PegKeyboardLayout *peg_keyboard_layout_new  (const char        *language,
                                             guint              columns,
                                             guint              rows) G_GNUC_WARN_UNUSED_RESULT;
void               peg_keyboard_layout_free (PegKeyboardLayout *self);

guint         peg_keyboard_layout_get_columns (const PegKeyboardLayout *self);
guint         peg_keyboard_layout_get_rows    (const PegKeyboardLayout *self);
guint         peg_keyboard_layout_get_n_pages (const PegKeyboardLayout *self);
guint         peg_keyboard_layout_get_n_keys  (const PegKeyboardLayout *self,
                                               guint                    page);
const PegKey *peg_keyboard_layout_get_key     (const PegKeyboardLayout *self,
                                               guint                    page,
                                               guint                    position);

guint peg_keyboard_layout_full_columns (const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegKeyboardLayout, peg_keyboard_layout_free)

G_END_DECLS
