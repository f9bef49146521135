/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-step"

#include "peg-config.h"

#include "peg-kiosk-private.h"

#include <glib/gi18n.h>

/* How long an action waits for the connection to change its identity. It takes a turn
 * of the link’s thread, whether or not there is a server. */
#define HELD_US (10 * (gint64) G_USEC_PER_SEC)

/* A scan and the keys that it came as are one thing to whoever holds the scanner. */
#define SAME_MOMENT_US (100 * 1000)

/* What a shared terminal does about what happens. */

static void
touch (PegKioskMachine *self)
{
  self->active_us = self->now_us;
}

static void
wake (PegKioskMachine *self)
{
  self->asleep = FALSE;
  self->wipe_until_us = 0;
  touch (self);
}

static guint
may_for (PegKioskAction action)
{
  switch (action) {
  case PEG_KIOSK_ACTION_CHECK_OUT:
    return PEG_KIOSK_MAY_CHECK_OUT;
  case PEG_KIOSK_ACTION_CHECK_IN:
  case PEG_KIOSK_ACTION_UNSENT_SEND:
  case PEG_KIOSK_ACTION_UNSENT_ARRIVED:
  case PEG_KIOSK_ACTION_UNSENT_AGAIN:
  case PEG_KIOSK_ACTION_UNSENT_DISCARD:
    return PEG_KIOSK_MAY_CHECK_IN;
  case PEG_KIOSK_ACTION_RELEASE:
    return PEG_KIOSK_MAY_RELEASE;
  case PEG_KIOSK_ACTION_COPY:
  case PEG_KIOSK_ACTION_UNSENT_SAVE:
    return PEG_KIOSK_MAY_COPY;
  default:
    g_assert_not_reached ();
  }
}

/* Whether whoever is there may do that; if not, it is said. */
static gboolean
check_may (PegKioskMachine *self,
           PegKioskAction   action)
{
  const PegKioskMember *member = peg_kiosk_find_member (self, self->person);

  if (member == NULL) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_ASK, _("Badge first"),
                      g_strdup (_("Show your badge, or sign in with your PIN. Then do that again.")));
    return FALSE;
  }

  if ((member->may & may_for (action)) != 0)
    return TRUE;

  peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not allowed"),
                    /* Translators: the name of a person, and their role. */
                    g_strdup_printf (_("%s, as %s, may not do that at this terminal. Ask your lead."),
                                     member->name, member->role));

  return FALSE;
}

static void
greet (PegKioskMachine      *self,
       const PegKioskMember *member)
{
  peg_kiosk_change_person (self, member->id);
  peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, member->name,
                    g_strdup (_("Signed in.")));
}

static void
ask_pin (PegKioskMachine *self,
         const char      *id)
{
  touch (self);
  g_free (self->pin);
  self->pin = g_strdup (id);
  self->stale = self->checking != NULL;
}

static void
open_door (PegKioskMachine *self)
{
  g_clear_pointer (&self->pin, g_free);
  self->door_until_us = self->now_us + self->rules.admin_us;
  peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Open"),
                    g_strdup (_("The settings of this terminal are open for a minute.")));
}

static gboolean
is_door (const char *id)
{
  return g_strcmp0 (id, PEG_KIOSK_ADMIN_DOOR) == 0;
}

static void
see_badge (PegKioskMachine *self,
           const char      *id)
{
  const PegKioskMember *member = peg_kiosk_find_member (self, id);

  if (member == NULL) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Unknown badge"),
                      g_strdup (_("Nobody here has this badge. Ask your lead to add it.")));
    return;
  }

  /* At the door it opens the door, and signs nobody in. */
  if (is_door (self->pin) && !self->rules.pin_with_badge) {
    if ((member->may & PEG_KIOSK_MAY_ADMIN) != 0)
      open_door (self);
    else
      peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not allowed"),
                        /* Translators: %s is the name of a person. */
                        g_strdup_printf (_("The badge of %s does not open the settings of this terminal."),
                                         member->name));
    return;
  }

  self->door_until_us = 0;
  if (self->rules.pin_with_badge && g_strcmp0 (self->person, id) != 0) {
    /* Whoever was there is not any more. */
    peg_kiosk_change_person (self, NULL);
    if (member->has_pin)
      ask_pin (self, id);
    peg_kiosk_answer (self, member->has_pin ? PEG_KIOSK_SIGNAL_ASK : PEG_KIOSK_SIGNAL_NO,
                      member->has_pin ? _("PIN") : _("No PIN"),
                      member->has_pin
                        ? g_strdup (_("Type your PIN, too."))
                        : g_strdup (_("This terminal wants a PIN with the badge, and you have none. Ask your lead.")));
    return;
  }

  greet (self, member);
}

/* Such a code can be printed by anybody. */
static void
see_person (PegKioskMachine *self,
            const char      *id)
{
  const PegKioskMember *member = peg_kiosk_find_member (self, id);

  if (member == NULL) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Unknown"),
                      g_strdup (_("This code names somebody who is not known here.")));
  } else if (!member->has_pin) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Use your badge"),
                      g_strdup (_("This code says who you are, but proves nothing, and you have no PIN.")));
  } else {
    ask_pin (self, id);
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_ASK, _("PIN"), g_strdup (_("Type your PIN.")));
  }
}

static void
see_file (PegKioskMachine     *self,
          const PegKioskInput *input)
{
  if (input->key == NULL) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not on the board"),
                      /* Translators: %s is the name of a file, or of a part. */
                      g_strdup_printf (_("There is no “%s” on the board."), input->text));
    return;
  }

  peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_SHOW)->key = g_strdup (input->key);
  peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Found"), g_strdup (input->text));
}

static void
see_label (PegKioskMachine     *self,
           const PegKioskInput *input)
{
  if (input->n <= 1) {
    see_file (self, input);
    return;
  }

  peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_FIND)->text = g_strdup (input->text);
  peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_ASK, _("Which one?"),
                    /* Translators: how many files, always more than one, and what was scanned. */
                    g_strdup_printf (ngettext ("%u file fits “%s”.", "%u files fit “%s”.", input->n),
                                     input->n, input->text));
}

/* Whether the answer to the warning is yes. */
static void
answer_warning (PegKioskMachine *self,
                gboolean         yes)
{
  if (!yes)
    peg_kiosk_change_person (self, NULL);
}

static gboolean
is_warned (PegKioskMachine *self)
{
  return self->person != NULL && self->rules.sign_out_us > 0 &&
         self->active_us + self->rules.sign_out_us - self->rules.warning_us <= self->now_us;
}

static void
see_command (PegKioskMachine *self,
             const char      *word,
             gboolean         warned)
{
  PegKioskAction action;

  if (self->pin != NULL && g_str_equal (word, "cancel")) {
    g_clear_pointer (&self->pin, g_free);
    self->stale = self->checking != NULL;
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Cancelled"), NULL);
    return;
  }

  if (warned && (g_str_equal (word, "yes") || g_str_equal (word, "no"))) {
    answer_warning (self, g_str_equal (word, "yes"));
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES,
                      self->person != NULL ? _("Signed in") : _("Signed out"), NULL);
    return;
  }

  if (peg_kiosk_action_parse (word, &action) && !check_may (self, action)) {
    /* Whoever was asked for a badge finds the file for which they show it. */
    if (self->person == NULL)
      peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_COMMAND)->text = g_strdup ("sign-in-first");
    return;
  }

  peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Understood"), NULL);
  peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_COMMAND)->text = g_strdup (word);
}

static void
take_pin (PegKioskMachine *self,
          const char      *id)
{
  PegKioskEffect *effect;

  touch (self);
  if (self->pin == NULL || g_strcmp0 (self->pin, id) != 0 || self->checking != NULL)
    return;

  if (peg_kiosk_pin_after (self, self->pin) != 0) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Wait"),
                      g_strdup (_("After a wrong PIN the next one has to wait.")));
    return;
  }

  self->checking = g_strdup (self->pin);
  self->stale = FALSE;
  self->serial++;
  effect = peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_CHECK_PIN);
  effect->person = g_strdup (self->pin);
  effect->serial = self->serial;
}

/* It counts as wrong even when nobody waits for it any more: otherwise leaving the
 * page would make guessing free. */
static void
take_pin_result (PegKioskMachine     *self,
                 const PegKioskInput *input)
{
  g_autofree char *id = NULL;
  const PegKioskMember *member;

  if (self->checking == NULL || input->serial != self->serial)
    return;

  id = g_steal_pointer (&self->checking);
  member = peg_kiosk_find_member (self, id);
  if (!input->yes && input->text != NULL) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not possible"), g_strdup (input->text));
    return;
  }
  if (!input->yes) {
    peg_kiosk_count_wrong (self, id);
    if (!self->stale)
      peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Wrong PIN"),
                        g_strdup (_("That is not the PIN. Try again in a moment.")));
    return;
  }

  g_hash_table_remove (self->wrong, id);
  self->wrong_here = (PegKioskWrong) { 0 };
  if (self->stale || g_strcmp0 (self->pin, id) != 0)
    return;

  if (is_door (id))
    open_door (self);
  else if (member != NULL)
    greet (self, member);
}

/* A check-in is kept first, whether the server is there or not, and what is done with
 * what is kept needs none. */
static gboolean
asks_server (PegKioskAction action)
{
  return action == PEG_KIOSK_ACTION_CHECK_OUT || action == PEG_KIOSK_ACTION_RELEASE ||
         action == PEG_KIOSK_ACTION_COPY;
}

static void
act (PegKioskMachine     *self,
     const PegKioskInput *input)
{
  if (self->asleep || self->wipe_until_us != 0)
    return;

  touch (self);
  if (self->person != NULL && g_strcmp0 (self->person, input->person) != 0) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not done"),
                      g_strdup (_("Somebody else has signed in since. Open the page again.")));
    return;
  }

  if (!check_may (self, input->action))
    return;

  if (self->held != NULL) {
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("One at a time"),
                      g_strdup (_("What you asked for before is not on its way yet.")));
    return;
  }

  self->held = g_new0 (PegKioskHeld, 1);
  self->held->person = g_strdup (input->person);
  self->held->key = g_strdup (input->key);
  self->held->text = g_strdup (input->text);
  self->held->major = input->yes;
  self->held->action = input->action;
  self->held->until_us = self->now_us + HELD_US;
  if (!asks_server (input->action))
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Understood"), NULL);
  else if (g_strcmp0 (self->identity, peg_kiosk_find_member (self, self->person)->user) == 0)
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Understood"),
                      g_strdup (_("Asking the server…")));
  else
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Signing in…"),
                      g_strdup (_("The server is asked as soon as it knows who you are.")));
}

/*
 * peg_kiosk_begin_held:
 *
 * What was asked for goes on its way, once the server is asked in the name of whoever
 * asked for it, who is still there.
 */
void
peg_kiosk_begin_held (PegKioskMachine *self)
{
  const PegKioskMember *member;
  PegKioskEffect *effect;
  PegKioskHeld *held = self->held;

  if (held == NULL)
    return;

  member = peg_kiosk_find_member (self, held->person);
  if (member == NULL || g_strcmp0 (self->person, held->person) != 0 ||
      g_strcmp0 (self->identity, member->user) != 0)
    return;

  /* The people file may be another one since it was asked for. */
  if (!check_may (self, held->action)) {
    g_clear_pointer (&self->held, peg_kiosk_held_free);
    return;
  }

  effect = peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_ACT);
  effect->person = g_steal_pointer (&held->person);
  effect->key = g_steal_pointer (&held->key);
  effect->text = g_steal_pointer (&held->text);
  effect->major = held->major;
  effect->action = held->action;
  g_clear_pointer (&self->held, peg_kiosk_held_free);
}

/* A code of any kind wakes the terminal, and counts. */
static void
scan (PegKioskMachine     *self,
      const PegKioskInput *input)
{
  /* A window may tell of the scan first as of any other key. */
  const gboolean warned = is_warned (self) ||
                          self->now_us - self->warned_us < SAME_MOMENT_US;

  wake (self);

  switch ((int) input->kind) {
  case PEG_KIOSK_INPUT_BADGE:
    see_badge (self, input->person);
    break;
  case PEG_KIOSK_INPUT_PERSON:
    see_person (self, input->person);
    break;
  case PEG_KIOSK_INPUT_FILE:
    see_file (self, input);
    break;
  case PEG_KIOSK_INPUT_LABEL:
    see_label (self, input);
    break;
  case PEG_KIOSK_INPUT_COMMAND:
    see_command (self, input->text, warned);
    break;
  case PEG_KIOSK_INPUT_UNREADABLE:
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Unknown code"), g_strdup (input->text));
    break;
  default:
    g_assert_not_reached ();
  }
}

/* What changes nothing but what is shown. */
static void
arrange (PegKioskMachine     *self,
         const PegKioskInput *input)
{
  switch ((int) input->kind) {
  case PEG_KIOSK_INPUT_ACTIVITY:
    if (self->wipe_until_us != 0)
      break;
    self->asleep = FALSE;
    if (is_warned (self))
      self->warned_us = self->now_us;
    touch (self);
    break;
  case PEG_KIOSK_INPUT_WIPE:
    touch (self);
    self->wipe_until_us = self->now_us + self->rules.wipe_us;
    break;
  case PEG_KIOSK_INPUT_REST:
    peg_kiosk_change_person (self, NULL);
    self->door_until_us = 0;
    self->asleep = TRUE;
    break;
  case PEG_KIOSK_INPUT_WAKE:
    wake (self);
    break;
  case PEG_KIOSK_INPUT_CLOSE_DOOR:
    touch (self);
    self->door_until_us = 0;
    break;
  default:
    g_assert_not_reached ();
  }
}

/* What is only kept is not done, and not lost either. */
static const char *
result_word (const PegKioskInput *input)
{
  if (input->kept)
    /* Translators: headings of what became of a check-in: it is kept and will be sent by
     * itself; it was not sent and waits for a decision. */
    return input->yes ? _("Kept") : _("Not sent");

  return input->yes ? _("Done") : _("Not done");
}

static void
take_result (PegKioskMachine     *self,
             const PegKioskInput *input)
{
  /* It is not for whoever came after. */
  if (self->person == NULL || g_strcmp0 (self->person, input->person) != 0)
    return;

  peg_kiosk_answer (self, input->yes ? PEG_KIOSK_SIGNAL_YES : PEG_KIOSK_SIGNAL_NO,
                    result_word (input), g_strdup (input->text));
}

static void
sign_out (PegKioskMachine *self)
{
  const gboolean was_there = self->person != NULL;

  peg_kiosk_change_person (self, NULL);
  self->door_until_us = 0;
  if (was_there)
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_YES, _("Signed out"), NULL);
}

static void
ask_for_pin (PegKioskMachine *self,
             const char      *id)
{
  const PegKioskMember *member = peg_kiosk_find_member (self, id);

  wake (self);
  if (is_door (id) || (member != NULL && member->has_pin))
    ask_pin (self, id);
}

/*
 * peg_kiosk_apply:
 * @input: what happened
 */
void
peg_kiosk_apply (PegKioskMachine     *self,
                 const PegKioskInput *input)
{
  switch (input->kind) {
  case PEG_KIOSK_INPUT_TICK:
    break;
  case PEG_KIOSK_INPUT_BADGE:
  case PEG_KIOSK_INPUT_PERSON:
  case PEG_KIOSK_INPUT_FILE:
  case PEG_KIOSK_INPUT_LABEL:
  case PEG_KIOSK_INPUT_COMMAND:
  case PEG_KIOSK_INPUT_UNREADABLE:
    scan (self, input);
    break;
  case PEG_KIOSK_INPUT_ASK_PIN:
    ask_for_pin (self, input->person);
    break;
  case PEG_KIOSK_INPUT_PIN:
    take_pin (self, input->person);
    break;
  case PEG_KIOSK_INPUT_PIN_RESULT:
    take_pin_result (self, input);
    break;
  case PEG_KIOSK_INPUT_PIN_CANCEL:
    touch (self);
    g_clear_pointer (&self->pin, g_free);
    self->stale = self->checking != NULL;
    break;
  case PEG_KIOSK_INPUT_SIGN_OUT:
    sign_out (self);
    break;
  case PEG_KIOSK_INPUT_ANSWER:
    answer_warning (self, input->yes || !is_warned (self));
    touch (self);
    break;
  case PEG_KIOSK_INPUT_ACTIVITY:
  case PEG_KIOSK_INPUT_WIPE:
  case PEG_KIOSK_INPUT_REST:
  case PEG_KIOSK_INPUT_WAKE:
  case PEG_KIOSK_INPUT_CLOSE_DOOR:
    arrange (self, input);
    break;
  case PEG_KIOSK_INPUT_ACT:
    act (self, input);
    break;
  case PEG_KIOSK_INPUT_RESULT:
    take_result (self, input);
    break;
  case PEG_KIOSK_INPUT_REFUSED:
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not possible"), g_strdup (input->text));
    break;
  case PEG_KIOSK_INPUT_IDENTITY:
    g_free (self->identity);
    self->identity = g_strdup (input->person);
    break;
  case PEG_KIOSK_INPUT_WAITING:
    self->n_waiting = input->n;
    break;
  default:
    g_assert_not_reached ();
  }
}
