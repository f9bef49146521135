/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PegNoticeLevel:
 * @PEG_NOTICE_DONE: something was done; can be overlooked
 * @PEG_NOTICE_INFO: somebody or the server has something to say
 * @PEG_NOTICE_ERROR: something did not work
 *
 * How much a notice matters.
 */
typedef enum {
  PEG_NOTICE_DONE,
  PEG_NOTICE_INFO,
  PEG_NOTICE_ERROR,
} PegNoticeLevel;

/**
 * PegNotice:
 * @serial: grows by one with every notice of a run; set by the reducer
 * @level: how much it matters
 * @text: one sentence or two, in the person's language: what happened, to what,
 *   and what to do next
 * @detail: (nullable): what else is known, shown behind “Details”
 * @key: (nullable): the entry that it is about
 * @action: (nullable): a detailed action name (see g_action_print_detailed_name())
 *   that it offers, for example to undo what was done
 * @action_label: (nullable): what the button for @action says
 *
 * Something to be said once. Immutable after peg_notice_new().
 */
typedef struct {
  guint64 serial;
  PegNoticeLevel level;
  char *text;
  char *detail;
  char *key;
  char *action;
  char *action_label;
} PegNotice;

PegNotice *peg_notice_new   (const PegNotice *values) G_GNUC_WARN_UNUSED_RESULT;
PegNotice *peg_notice_ref   (PegNotice       *self);
void       peg_notice_unref (PegNotice       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegNotice, peg_notice_unref)

/**
 * PegNote:
 * @id: the identity; a note is repeated until it is acknowledged
 * @sender: (nullable): who wrote it
 * @text: what they wrote
 * @when_us: when, µs since 1970 by the server; 0: unknown
 *
 * A note from one person to another (`NEW_MESSAGES`, docs/protocol.md).
 * Immutable after peg_note_new().
 */
typedef struct {
  char *id;
  char *sender;
  char *text;
  gint64 when_us;
} PegNote;

PegNote *peg_note_new   (const PegNote *values) G_GNUC_WARN_UNUSED_RESULT;
PegNote *peg_note_ref   (PegNote       *self);
void     peg_note_unref (PegNote       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegNote, peg_note_unref)

G_END_DECLS
