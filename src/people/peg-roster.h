/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_ROSTER_MAX_BYTES:
 *
 * A people file that is larger is none.
 */
#define PEG_ROSTER_MAX_BYTES (4 * 1024 * 1024)

/**
 * PegRosterPerson:
 * @id: of this person, from the people file
 * @name: as the board shows it
 * @user: by which the server knows them
 * @role: `viewer`, `machinist`, `lead` or `admin`
 * @badges: (array zero-terminated=1): keyed hashes of their badges
 * @pin: (nullable): the hash of their PIN
 * @token: (nullable): proves to the server who they are
 * @token_file: (nullable): where that is instead
 *
 * Somebody who works at a shared terminal. Immutable.
 */
typedef struct {
  char *id;
  char *name;
  char *user;
  char *role;
  char **badges;
  char *pin;
  char *token;
  char *token_file;
} PegRosterPerson;

char *peg_roster_person_read_token (const PegRosterPerson  *self,
                                    GError                **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PegRosterMistake:
 * @line: counted from 1; 0: the whole file
 * @text: what is wrong, and what to do
 *
 * Something in a people file that is left out.
 */
typedef struct {
  guint line;
  char *text;
} PegRosterMistake;

/**
 * PegRoster:
 *
 * Everybody in a people file. Immutable, counted by references.
 */
typedef struct _PegRoster PegRoster;

PegRoster *peg_roster_new_empty (void) G_GNUC_WARN_UNUSED_RESULT;
PegRoster *peg_roster_parse     (const char  *data,
                                 gsize        length) G_GNUC_WARN_UNUSED_RESULT;
PegRoster *peg_roster_load      (const char  *path,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
PegRoster *peg_roster_ref       (PegRoster   *self);
void       peg_roster_unref     (PegRoster   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegRoster, peg_roster_unref)

GPtrArray             *peg_roster_get_people   (PegRoster  *self);
GPtrArray             *peg_roster_get_mistakes (PegRoster  *self);
const PegRosterPerson *peg_roster_find         (PegRoster  *self,
                                                const char *id);
const PegRosterPerson *peg_roster_find_badge   (PegRoster  *self,
                                                const char *hash);

gboolean    peg_roster_is_id     (const char *text);
gboolean    peg_roster_is_badge  (const char *text);
gboolean    peg_roster_is_role   (const char *text);
const char *peg_roster_role_word (const char *role);

G_END_DECLS
