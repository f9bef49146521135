/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"

G_BEGIN_DECLS

/**
 * PEG_KIOSK_ADMIN_DOOR:
 *
 * Stands for the admin door where a person could stand.
 */
#define PEG_KIOSK_ADMIN_DOOR ""

/**
 * PegKioskRules:
 * @sign_out_us: after how long without a touch or a scan a person is signed out
 * @warning_us: how long before that they are warned
 * @saver_us: after how long the status board hides the rest, when nobody is signed in
 * @wipe_us: how long the glass may be wiped
 * @admin_us: how long the admin door is open
 * @update_us: after how long a new version may take over, when nobody is signed in
 * @pin_with_badge: a badge alone is not enough
 *
 * How a shared terminal behaves. Times in µs; 0: never.
 */
typedef struct {
  gint64 sign_out_us;
  gint64 warning_us;
  gint64 saver_us;
  gint64 wipe_us;
  gint64 admin_us;
  gint64 update_us;
  gboolean pin_with_badge;
} PegKioskRules;

/**
 * PegKioskMember:
 * @id: from the people file
 * @name: as the board shows it
 * @user: by which the server knows them
 * @role: a word for people
 * @may: a set of #PegKioskMay
 * @has_pin: whether they can sign in with a PIN
 * @has_badge: whether a badge is theirs
 *
 * Somebody who can sign in.
 */
typedef struct {
  char *id;
  char *name;
  char *user;
  char *role;
  guint may;
  gboolean has_pin;
  gboolean has_badge;
} PegKioskMember;

PegKioskMember *peg_kiosk_member_new  (const PegKioskMember *values) G_GNUC_WARN_UNUSED_RESULT;
void            peg_kiosk_member_free (PegKioskMember       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegKioskMember, peg_kiosk_member_free)

/**
 * PegKioskInputKind:
 * @PEG_KIOSK_INPUT_TICK: nothing but time
 * @PEG_KIOSK_INPUT_ACTIVITY: a touch, a key, a pointer that is pressed
 * @PEG_KIOSK_INPUT_BADGE: the badge of @person; %NULL: nobody's
 * @PEG_KIOSK_INPUT_PERSON: a printed code that names @person, but proves nothing
 * @PEG_KIOSK_INPUT_FILE: the code of the file @key, which people call @text; %NULL:
 *   it is not on the board
 * @PEG_KIOSK_INPUT_LABEL: the label of a part, @text, which @n files fit; of one the
 *   @key
 * @PEG_KIOSK_INPUT_COMMAND: a command card: @text
 * @PEG_KIOSK_INPUT_UNREADABLE: a code that is none; @text says why
 * @PEG_KIOSK_INPUT_ASK_PIN: the PIN of @person, or of the admin door, is to be asked for
 * @PEG_KIOSK_INPUT_PIN: it was typed
 * @PEG_KIOSK_INPUT_PIN_RESULT: that with @serial was right (@yes), or wrong; with @text
 *   it could not be looked at, which that says
 * @PEG_KIOSK_INPUT_PIN_CANCEL: somebody does not want to type it
 * @PEG_KIOSK_INPUT_SIGN_OUT: somebody wants to be signed out
 * @PEG_KIOSK_INPUT_ANSWER: @yes to the warning, or no
 * @PEG_KIOSK_INPUT_WIPE: the glass is going to be wiped
 * @PEG_KIOSK_INPUT_REST: the status board is wanted now
 * @PEG_KIOSK_INPUT_WAKE: it is not wanted any more, or the glass is clean
 * @PEG_KIOSK_INPUT_CLOSE_DOOR: the admin door is to be closed
 * @PEG_KIOSK_INPUT_ACT: @person, as the page showed them, wants @action for @key, with
 *   @text and @yes, which is whether it is major
 * @PEG_KIOSK_INPUT_RESULT: what @person began has worked (@yes), or not; @text says it.
 *   With @kept it is not done, but kept: @yes, it is sent by itself; or the person decides
 * @PEG_KIOSK_INPUT_REFUSED: the window cannot do what was asked for; @text says why
 * @PEG_KIOSK_INPUT_IDENTITY: the server is asked in the name of @person from now on;
 *   %NULL: of nobody that is known here
 * @PEG_KIOSK_INPUT_WAITING: @n actions wait for the server, of everybody
 *
 * What can happen to a shared terminal.
 */
typedef enum {
  PEG_KIOSK_INPUT_TICK,
  PEG_KIOSK_INPUT_ACTIVITY,
  PEG_KIOSK_INPUT_BADGE,
  PEG_KIOSK_INPUT_PERSON,
  PEG_KIOSK_INPUT_FILE,
  PEG_KIOSK_INPUT_LABEL,
  PEG_KIOSK_INPUT_COMMAND,
  PEG_KIOSK_INPUT_UNREADABLE,
  PEG_KIOSK_INPUT_ASK_PIN,
  PEG_KIOSK_INPUT_PIN,
  PEG_KIOSK_INPUT_PIN_RESULT,
  PEG_KIOSK_INPUT_PIN_CANCEL,
  PEG_KIOSK_INPUT_SIGN_OUT,
  PEG_KIOSK_INPUT_ANSWER,
  PEG_KIOSK_INPUT_WIPE,
  PEG_KIOSK_INPUT_REST,
  PEG_KIOSK_INPUT_WAKE,
  PEG_KIOSK_INPUT_CLOSE_DOOR,
  PEG_KIOSK_INPUT_ACT,
  PEG_KIOSK_INPUT_RESULT,
  PEG_KIOSK_INPUT_REFUSED,
  PEG_KIOSK_INPUT_IDENTITY,
  PEG_KIOSK_INPUT_WAITING,
} PegKioskInputKind;

/**
 * PegKioskAction:
 * @PEG_KIOSK_ACTION_CHECK_OUT: check out
 * @PEG_KIOSK_ACTION_CHECK_IN: check in what is in the working folder
 * @PEG_KIOSK_ACTION_RELEASE: release
 * @PEG_KIOSK_ACTION_COPY: put a copy into the working folder
 * @PEG_KIOSK_ACTION_UNSENT_SEND: send a kept check-in, or send it again
 * @PEG_KIOSK_ACTION_UNSENT_ARRIVED: forget it, because the server has it
 * @PEG_KIOSK_ACTION_UNSENT_AGAIN: check its bytes in anew, as a revision after the newest
 * @PEG_KIOSK_ACTION_UNSENT_SAVE: put its bytes beside the others into the working folder
 * @PEG_KIOSK_ACTION_UNSENT_DISCARD: throw it away
 *
 * What a person can do with a file here, and with a check-in of it that the server does
 * not have; @text of the input is the identity of that.
 */
typedef enum {
  PEG_KIOSK_ACTION_CHECK_OUT,
  PEG_KIOSK_ACTION_CHECK_IN,
  PEG_KIOSK_ACTION_RELEASE,
  PEG_KIOSK_ACTION_COPY,
  PEG_KIOSK_ACTION_UNSENT_SEND,
  PEG_KIOSK_ACTION_UNSENT_ARRIVED,
  PEG_KIOSK_ACTION_UNSENT_AGAIN,
  PEG_KIOSK_ACTION_UNSENT_SAVE,
  PEG_KIOSK_ACTION_UNSENT_DISCARD,
} PegKioskAction;

gboolean peg_kiosk_action_parse (const char     *word,
                                 PegKioskAction *action);

/**
 * PegKioskInput:
 * @kind: what it is
 * @now_us: when, monotonic; never less than before
 * @person: see #PegKioskInputKind
 * @key: likewise
 * @text: likewise
 * @n: likewise
 * @yes: likewise
 * @kept: likewise
 * @serial: likewise
 * @action: likewise
 *
 * Something that happened. Everything is borrowed.
 */
typedef struct {
  PegKioskInputKind kind;
  gint64 now_us;
  const char *person;
  const char *key;
  const char *text;
  guint n;
  gboolean yes;
  gboolean kept;
  guint serial;
  PegKioskAction action;
} PegKioskInput;

/**
 * PegKioskEffectKind:
 * @PEG_KIOSK_EFFECT_CLOSE: what is personal is to be closed
 * @PEG_KIOSK_EFFECT_CONNECT: the server is to be asked in the name of @person; %NULL: of
 *   the terminal
 * @PEG_KIOSK_EFFECT_CHECK_PIN: the PIN that was typed for @person is to be looked at;
 *   the answer bears @serial
 * @PEG_KIOSK_EFFECT_SHOW: the file @key is to be selected
 * @PEG_KIOSK_EFFECT_FIND: @text is to be searched
 * @PEG_KIOSK_EFFECT_COMMAND: @text, as if the button had been pressed; “sign-in-first”:
 *   what is selected is for whoever signs in next
 * @PEG_KIOSK_EFFECT_ACT: @action, in the name of @person
 * @PEG_KIOSK_EFFECT_SIGNAL: there is another answer, to be heard
 *
 * What a shared terminal is to do.
 */
typedef enum {
  PEG_KIOSK_EFFECT_CLOSE,
  PEG_KIOSK_EFFECT_CONNECT,
  PEG_KIOSK_EFFECT_CHECK_PIN,
  PEG_KIOSK_EFFECT_SHOW,
  PEG_KIOSK_EFFECT_FIND,
  PEG_KIOSK_EFFECT_COMMAND,
  PEG_KIOSK_EFFECT_ACT,
  PEG_KIOSK_EFFECT_SIGNAL,
} PegKioskEffectKind;

/**
 * PegKioskEffect:
 * @kind: what is to be done
 * @person: (nullable): in whose name
 * @key: (nullable): of a file
 * @text: (nullable): see #PegKioskEffectKind
 * @major: of a check-in
 * @serial: of a PIN
 * @action: what is asked of the server
 *
 * Something that is to be done.
 */
typedef struct {
  PegKioskEffectKind kind;
  char *person;
  char *key;
  char *text;
  gboolean major;
  guint serial;
  PegKioskAction action;
} PegKioskEffect;

void peg_kiosk_effect_free (PegKioskEffect *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegKioskEffect, peg_kiosk_effect_free)

typedef struct _PegKioskMachine PegKioskMachine;

PegKioskMachine *peg_kiosk_machine_new  (const PegKioskRules *rules,
                                         gint64               now_us) G_GNUC_WARN_UNUSED_RESULT;
void             peg_kiosk_machine_free (PegKioskMachine     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegKioskMachine, peg_kiosk_machine_free)

void          peg_kiosk_machine_set_station   (PegKioskMachine     *self,
                                               const char          *station);
void          peg_kiosk_machine_set_version   (PegKioskMachine     *self,
                                               const char          *version);
void          peg_kiosk_machine_set_safe_code (PegKioskMachine     *self,
                                               const char          *safe_code);
void          peg_kiosk_machine_set_missing   (PegKioskMachine     *self,
                                               const char * const  *missing);
void          peg_kiosk_machine_set_waiting   (PegKioskMachine     *self,
                                               const char * const  *waiting);
void          peg_kiosk_machine_set_lost      (PegKioskMachine     *self,
                                               const char * const  *lost);
GPtrArray    *peg_kiosk_machine_set_people    (PegKioskMachine     *self,
                                               GPtrArray           *members,
                                               gint64               now_us) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray    *peg_kiosk_machine_step          (PegKioskMachine     *self,
                                               const PegKioskInput *input) G_GNUC_WARN_UNUSED_RESULT;
gint64        peg_kiosk_machine_get_due_us    (PegKioskMachine     *self);
gboolean      peg_kiosk_machine_may_update    (PegKioskMachine     *self);
PegKioskView *peg_kiosk_machine_dup_view      (PegKioskMachine     *self) G_GNUC_WARN_UNUSED_RESULT;

GVariant     *peg_kiosk_machine_dup_wrong     (PegKioskMachine     *self) G_GNUC_WARN_UNUSED_RESULT;
void          peg_kiosk_machine_restore_wrong (PegKioskMachine     *self,
                                               GVariant            *wrong,
                                               gint64               now_us);

G_END_DECLS
