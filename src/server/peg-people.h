/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-person.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PEG_PEOPLE_SESSION_S:
 *
 * How long a sign-in counts, s: a shift, and whatever comes after it. Clients ask
 * for a new one before (docs/protocol.md, “Signing in”).
 */
#define PEG_PEOPLE_SESSION_S (12 * 3600)

/**
 * PegPeopleError:
 * @PEG_PEOPLE_ERROR_WRONG: nobody has this token, or not any more
 * @PEG_PEOPLE_ERROR_EXPIRED: it was right once, and its time is over
 *
 * Why somebody is not let in. The messages are for that person.
 */
typedef enum {
  PEG_PEOPLE_ERROR_WRONG,
  PEG_PEOPLE_ERROR_EXPIRED,
} PegPeopleError;

#define PEG_PEOPLE_ERROR (peg_people_error_quark ())

GQuark peg_people_error_quark (void);

/**
 * PegCallerKind:
 * @PEG_CALLER_TOKEN: they sent the token that `pegboardd user` made
 * @PEG_CALLER_SESSION: they signed in with it before
 * @PEG_CALLER_FOREIGN: they sent a token that somebody else signed with the
 *   secret that both know
 *
 * How somebody proved who they are.
 */
typedef enum {
  PEG_CALLER_TOKEN,
  PEG_CALLER_SESSION,
  PEG_CALLER_FOREIGN,
} PegCallerKind;

/**
 * PegCaller:
 * @kind: how they proved it
 * @name: who it is
 * @role: what they may do
 * @generation: when their token was made, µs since 1970; 0: somebody else says
 *   who they are
 * @session_id: (nullable): of a session
 * @expires_s: until when it counts, s since 1970; 0: for ever
 *
 * Somebody who proved who they are.
 */
typedef struct {
  PegCallerKind kind;
  char *name;
  PegRole role;
  gint64 generation;
  char *session_id;
  gint64 expires_s;
} PegCaller;

PegCaller *peg_caller_copy (const PegCaller *self) G_GNUC_WARN_UNUSED_RESULT;
void       peg_caller_free (PegCaller       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegCaller, peg_caller_free)

#define PEG_TYPE_PEOPLE (peg_people_get_type ())

G_DECLARE_FINAL_TYPE (PegPeople, peg_people, PEG, PEOPLE, GObject)

PegPeople *peg_people_new (PegLedger  *ledger,
                           GBytes     *session_secret,
                           GBytes     *foreign_secret,
                           GError    **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean   peg_people_is_on         (PegPeople        *self);
void       peg_people_look_again    (PegPeople        *self);
PegCaller *peg_people_check         (PegPeople        *self,
                                     const char       *token,
                                     gint64            now_us,
                                     GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_people_is_current    (PegPeople        *self,
                                     const PegCaller  *caller,
                                     gint64            now_us);
PegRole    peg_people_get_role      (PegPeople        *self,
                                     const PegCaller  *caller);
char      *peg_people_make_session  (PegPeople        *self,
                                     const PegCaller  *caller,
                                     gint64            now_us) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_people_end_session   (PegPeople        *self,
                                     const PegCaller  *caller,
                                     gint64            now_us,
                                     GError          **error);

G_END_DECLS
