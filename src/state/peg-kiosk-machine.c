/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-machine"

#include "peg-config.h"

#include "peg-kiosk-machine.h"

#include "peg-kiosk-private.h"

#include <glib/gi18n.h>

/* After how long a PIN that nobody types is not asked for any more. */
#define PIN_PAGE_US (60 * (gint64) G_USEC_PER_SEC)

/**
 * PegKioskMachine:
 *
 * Decides what a shared terminal does. It knows no clock, no window and no server:
 * inputs with their time go in, effects and a #PegKioskView come out.
 *
 * There is one rule behind all others: what is asked of the server is asked in the
 * name of whoever began it, or not at all. An action names the person that its page
 * was opened for; it is refused when somebody else is signed in by then, and it waits
 * until the connection has changed its identity, too.
 */

/**
 * peg_kiosk_member_new:
 * @values: what is to be in it; everything is copied
 *
 * Returns: (transfer full): somebody who can sign in
 */
PegKioskMember *
peg_kiosk_member_new (const PegKioskMember *values)
{
  PegKioskMember *self = g_new0 (PegKioskMember, 1);

  *self = *values;
  self->id = g_strdup (values->id);
  self->name = g_strdup (values->name);
  self->user = g_strdup (values->user);
  self->role = g_strdup (values->role);

  return self;
}

/**
 * peg_kiosk_member_free:
 * @self: (transfer full): somebody
 */
void
peg_kiosk_member_free (PegKioskMember *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->role, g_free);
  g_free (self);
}

/**
 * peg_kiosk_effect_free:
 * @self: (transfer full): an effect
 */
void
peg_kiosk_effect_free (PegKioskEffect *self)
{
  g_clear_pointer (&self->person, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->text, g_free);
  g_free (self);
}

void
peg_kiosk_held_free (PegKioskHeld *self)
{
  g_clear_pointer (&self->person, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->text, g_free);
  g_free (self);
}

/**
 * peg_kiosk_action_parse:
 * @word: `check-out`, `check-in`, `release`, `copy`, or one of those with a kept check-in:
 *   `unsent-send`, `unsent-arrived`, `unsent-again`, `unsent-save` and `unsent-discard`
 * @action: (out): what it means
 *
 * Returns: whether it is one of them
 */
gboolean
peg_kiosk_action_parse (const char     *word,
                        PegKioskAction *action)
{
  static const char * const words[] = {
    [PEG_KIOSK_ACTION_CHECK_OUT] = "check-out",
    [PEG_KIOSK_ACTION_CHECK_IN] = "check-in",
    [PEG_KIOSK_ACTION_RELEASE] = "release",
    [PEG_KIOSK_ACTION_COPY] = "copy",
    [PEG_KIOSK_ACTION_UNSENT_SEND] = "unsent-send",
    [PEG_KIOSK_ACTION_UNSENT_ARRIVED] = "unsent-arrived",
    [PEG_KIOSK_ACTION_UNSENT_AGAIN] = "unsent-again",
    [PEG_KIOSK_ACTION_UNSENT_SAVE] = "unsent-save",
    [PEG_KIOSK_ACTION_UNSENT_DISCARD] = "unsent-discard",
  };

  g_return_val_if_fail (word != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_str_equal (words[i], word)) {
      *action = (PegKioskAction) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * peg_kiosk_machine_new:
 * @rules: how it behaves
 * @now_us: the time, monotonic
 *
 * Returns: (transfer full): a terminal at which nobody is signed in
 */
PegKioskMachine *
peg_kiosk_machine_new (const PegKioskRules *rules,
                       gint64               now_us)
{
  PegKioskMachine *self = g_new0 (PegKioskMachine, 1);

  self->rules = *rules;
  self->rules.warning_us = MIN (rules->warning_us, rules->sign_out_us);
  self->now_us = now_us;
  self->active_us = now_us;
  self->warned_us = G_MININT64 / 2;
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_member_free);
  self->wrong = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * peg_kiosk_machine_free:
 * @self: (transfer full): a terminal
 */
void
peg_kiosk_machine_free (PegKioskMachine *self)
{
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->effects, g_ptr_array_unref);
  g_clear_pointer (&self->person, g_free);
  g_clear_pointer (&self->identity, g_free);
  g_clear_pointer (&self->held, peg_kiosk_held_free);
  g_clear_pointer (&self->pin, g_free);
  g_clear_pointer (&self->checking, g_free);
  g_clear_pointer (&self->wrong, g_hash_table_unref);
  g_clear_pointer (&self->word, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->safe_code, g_free);
  g_clear_pointer (&self->missing, g_strfreev);
  g_clear_pointer (&self->waiting, g_strfreev);
  g_clear_pointer (&self->lost, g_strfreev);
  g_free (self);
}

/**
 * peg_kiosk_machine_set_station:
 * @self: a terminal
 * @station: (nullable): the name of the place
 */
void
peg_kiosk_machine_set_station (PegKioskMachine *self,
                               const char      *station)
{
  g_free (self->station);
  self->station = g_strdup (station);
}

/**
 * peg_kiosk_machine_set_safe_code:
 * @self: a terminal
 * @safe_code: (nullable): what to tell the lead, if it is in safe mode
 */
void
peg_kiosk_machine_set_safe_code (PegKioskMachine *self,
                                 const char      *safe_code)
{
  g_free (self->safe_code);
  self->safe_code = g_strdup (safe_code);
}

/**
 * peg_kiosk_machine_set_version:
 * @self: a terminal
 * @version: (nullable): which version runs, and what there is about a newer one
 */
void
peg_kiosk_machine_set_version (PegKioskMachine *self,
                               const char      *version)
{
  g_free (self->version);
  self->version = g_strdup (version);
}

/**
 * peg_kiosk_machine_set_missing:
 * @self: a terminal
 * @missing: (nullable): why it is not locked down, sentences
 */
void
peg_kiosk_machine_set_missing (PegKioskMachine    *self,
                               const char * const *missing)
{
  g_strfreev (self->missing);
  self->missing = g_strdupv ((char **) missing);
}

/**
 * peg_kiosk_machine_set_waiting:
 * @self: a terminal
 * @waiting: (nullable): whose work waits for the server, sentences
 */
void
peg_kiosk_machine_set_waiting (PegKioskMachine    *self,
                               const char * const *waiting)
{
  g_strfreev (self->waiting);
  self->waiting = g_strdupv ((char **) waiting);
}

/**
 * peg_kiosk_machine_set_lost:
 * @self: a terminal
 * @lost: (nullable): whose work waits though they cannot sign in any more, and what is to
 *   be done about it, sentences
 */
void
peg_kiosk_machine_set_lost (PegKioskMachine    *self,
                            const char * const *lost)
{
  g_strfreev (self->lost);
  self->lost = g_strdupv ((char **) lost);
}

const PegKioskMember *
peg_kiosk_find_member (PegKioskMachine *self,
                       const char      *id)
{
  for (guint i = 0; id != NULL && i < self->members->len; i++) {
    const PegKioskMember *member = g_ptr_array_index (self->members, i);

    if (g_str_equal (member->id, id))
      return member;
  }

  return NULL;
}

PegKioskEffect *
peg_kiosk_add_effect (PegKioskMachine    *self,
                      PegKioskEffectKind  kind)
{
  PegKioskEffect *effect = g_new0 (PegKioskEffect, 1);

  effect->kind = kind;
  g_ptr_array_add (self->effects, effect);

  return effect;
}

/*
 * peg_kiosk_answer:
 * @word: one or two words
 * @detail: (transfer full) (nullable): a sentence
 */
void
peg_kiosk_answer (PegKioskMachine *self,
                  PegKioskSignal   signal,
                  const char      *word,
                  char            *detail)
{
  g_free (self->word);
  g_free (self->detail);
  self->signal = signal;
  self->signal_serial++;
  self->word = g_strdup (word);
  self->detail = detail;
  peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_SIGNAL);
}

/*
 * peg_kiosk_change_person:
 * @id: (nullable): who is there from now on; may be who was there
 *
 * The only place where that changes. Whatever the one before had begun ends here.
 */
void
peg_kiosk_change_person (PegKioskMachine *self,
                         const char      *id)
{
  self->active_us = self->now_us;
  g_clear_pointer (&self->pin, g_free);
  self->stale = self->checking != NULL;

  if (g_strcmp0 (self->person, id) == 0)
    return;

  /* A word about one person is not for the next. */
  self->signal = PEG_KIOSK_SIGNAL_NONE;
  g_clear_pointer (&self->word, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->held, peg_kiosk_held_free);
  g_clear_pointer (&self->identity, g_free);
  g_free (self->person);
  self->person = g_strdup (id);
  peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_CLOSE);
  peg_kiosk_add_effect (self, PEG_KIOSK_EFFECT_CONNECT)->person = g_strdup (id);
}

/* When the person is signed out if nothing happens; 0: never, or nobody is there. */
static gint64
sign_out_due (PegKioskMachine *self)
{
  return self->person != NULL && self->rules.sign_out_us > 0
           ? self->active_us + self->rules.sign_out_us : 0;
}

static gint64
warning_due (PegKioskMachine *self)
{
  const gint64 due_us = sign_out_due (self);

  return due_us != 0 ? due_us - self->rules.warning_us : 0;
}

static gint64
saver_due (PegKioskMachine *self)
{
  return self->person == NULL && !self->asleep && self->rules.saver_us > 0
           ? self->active_us + self->rules.saver_us : 0;
}

static gint64
update_due (PegKioskMachine *self)
{
  return self->person == NULL && self->n_waiting == 0 && self->rules.update_us > 0
           ? self->active_us + self->rules.update_us : 0;
}

static gint64
pin_page_due (PegKioskMachine *self)
{
  return self->pin != NULL ? self->active_us + PIN_PAGE_US : 0;
}

static gboolean
is_over (PegKioskMachine *self,
         gint64           due_us)
{
  return due_us != 0 && due_us <= self->now_us;
}

/* What ends by itself. */
static void
let_time_pass (PegKioskMachine *self)
{
  if (is_over (self, self->wipe_until_us)) {
    self->wipe_until_us = 0;
    self->active_us = self->now_us;
  }
  if (is_over (self, self->door_until_us))
    self->door_until_us = 0;
  if (is_over (self, pin_page_due (self))) {
    g_clear_pointer (&self->pin, g_free);
    self->stale = self->checking != NULL;
  }
  if (self->held != NULL && is_over (self, self->held->until_us)) {
    g_clear_pointer (&self->held, peg_kiosk_held_free);
    peg_kiosk_answer (self, PEG_KIOSK_SIGNAL_NO, _("Not done"),
                      g_strdup (_("The connection did not change to your name in time, so nothing was sent. Try again.")));
  }
  if (is_over (self, sign_out_due (self)) && self->wipe_until_us == 0)
    peg_kiosk_change_person (self, NULL);
  if (is_over (self, saver_due (self)) && self->wipe_until_us == 0 && self->door_until_us == 0)
    self->asleep = TRUE;
}

/**
 * peg_kiosk_machine_step:
 * @self: a terminal
 * @input: what happened
 *
 * Returns: (transfer full) (element-type PegKioskEffect): what is to be done, in that
 *   order
 */
GPtrArray *
peg_kiosk_machine_step (PegKioskMachine     *self,
                        const PegKioskInput *input)
{
  g_return_val_if_fail (self != NULL && self->effects == NULL, NULL);
  g_return_val_if_fail (input != NULL, NULL);

  self->effects = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_effect_free);
  self->now_us = MAX (self->now_us, input->now_us);

  let_time_pass (self);
  peg_kiosk_apply (self, input);
  peg_kiosk_begin_held (self);

  return g_steal_pointer (&self->effects);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const PegKioskMember *one = *(PegKioskMember * const *) a;
  const PegKioskMember *other = *(PegKioskMember * const *) b;

  return g_utf8_collate (one->name, other->name);
}

/**
 * peg_kiosk_machine_set_people:
 * @self: a terminal
 * @members: (transfer full) (element-type PegKioskMember): who can sign in
 * @now_us: the time, monotonic
 *
 * The people file is another one. Who is not in it any more is signed out.
 *
 * Returns: (transfer full) (element-type PegKioskEffect): what is to be done
 */
GPtrArray *
peg_kiosk_machine_set_people (PegKioskMachine *self,
                              GPtrArray       *members,
                              gint64           now_us)
{
  g_autofree char *user = NULL;
  const PegKioskMember *member = peg_kiosk_find_member (self, self->person);

  g_return_val_if_fail (self->effects == NULL, NULL);

  if (member != NULL)
    user = g_strdup (member->user);

  g_ptr_array_unref (self->members);
  self->members = members;
  g_ptr_array_sort (members, compare_names);

  self->effects = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_effect_free);
  self->now_us = MAX (self->now_us, now_us);
  member = peg_kiosk_find_member (self, self->person);
  if (self->person != NULL && (member == NULL || g_strcmp0 (member->user, user) != 0))
    peg_kiosk_change_person (self, NULL);
  /* What a PIN is just compared with may have been taken back. */
  self->stale = self->checking != NULL;
  if (self->pin != NULL && *self->pin != '\0' && peg_kiosk_find_member (self, self->pin) == NULL)
    g_clear_pointer (&self->pin, g_free);

  return g_steal_pointer (&self->effects);
}

/* The earlier of two times, of which 0 is none. */
static void
consider (PegKioskMachine *self,
          gint64          *due_us,
          gint64           other_us)
{
  if (other_us > self->now_us && (*due_us == 0 || other_us < *due_us))
    *due_us = other_us;
}

/**
 * peg_kiosk_machine_get_due_us:
 * @self: a terminal
 *
 * Returns: when it wants to be told the time next, monotonic; 0: never
 */
gint64
peg_kiosk_machine_get_due_us (PegKioskMachine *self)
{
  gint64 due_us = 0;

  consider (self, &due_us, sign_out_due (self));
  consider (self, &due_us, warning_due (self));
  consider (self, &due_us, saver_due (self));
  consider (self, &due_us, update_due (self));
  consider (self, &due_us, pin_page_due (self));
  consider (self, &due_us, self->wipe_until_us);
  consider (self, &due_us, self->door_until_us);
  if (self->held != NULL)
    consider (self, &due_us, self->held->until_us);
  if (self->pin != NULL)
    consider (self, &due_us, peg_kiosk_pin_after (self, self->pin));

  return due_us;
}

/**
 * peg_kiosk_machine_may_update:
 * @self: a terminal
 *
 * Returns: whether another version may take over now: nobody is signed in, nobody was
 *   here for a while, and no work waits for the server
 */
gboolean
peg_kiosk_machine_may_update (PegKioskMachine *self)
{
  return is_over (self, update_due (self)) && self->door_until_us == 0 && self->pin == NULL;
}

static void
fill_phase (PegKioskMachine *self,
            PegKioskView    *view)
{
  const gint64 warning_us = warning_due (self);

  if (self->door_until_us != 0) {
    view->phase = PEG_KIOSK_ADMIN;
    view->phase_until_us = self->door_until_us;
  } else if (self->wipe_until_us != 0) {
    view->phase = PEG_KIOSK_WIPE;
    view->phase_until_us = self->wipe_until_us;
  } else if (self->asleep) {
    view->phase = PEG_KIOSK_ASLEEP;
  } else if (self->person == NULL) {
    view->phase = PEG_KIOSK_LOOK;
  } else if (is_over (self, warning_us)) {
    view->phase = PEG_KIOSK_WARNING;
    view->phase_until_us = sign_out_due (self);
  } else {
    view->phase = PEG_KIOSK_SIGNED_IN;
    view->phase_until_us = warning_us;
  }
}

static void
fill_pin (PegKioskMachine *self,
          PegKioskView    *view)
{
  const PegKioskMember *asked = peg_kiosk_find_member (self, self->pin);
  const PegKioskWrong *wrong;

  if (self->pin == NULL)
    return;

  wrong = g_hash_table_lookup (self->wrong, self->pin);
  view->pin_id = self->pin;
  view->pin_name = asked != NULL ? asked->name : NULL;
  view->pin_after_us = peg_kiosk_pin_after (self, self->pin);
  view->pin_wrong = wrong != NULL ? wrong->n : 0;
  view->pin_busy = self->checking != NULL;
}

/**
 * peg_kiosk_machine_dup_view:
 * @self: a terminal
 *
 * Returns: (transfer full): what is to be shown
 */
PegKioskView *
peg_kiosk_machine_dup_view (PegKioskMachine *self)
{
  const PegKioskMember *member = peg_kiosk_find_member (self, self->person);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_free);
  PegKioskView view = {
    .person_id = self->person,
    .sign_out_us = sign_out_due (self),
    .signal = self->signal,
    .signal_serial = self->signal_serial,
    .signal_word = self->word,
    .signal_detail = self->detail,
    .station = self->station,
    .version = self->version,
    .safe_code = self->safe_code,
    .missing = self->missing,
    .waiting = self->waiting,
    .lost = self->lost,
  };

  for (guint i = 0; i < self->members->len; i++) {
    const PegKioskMember *one = g_ptr_array_index (self->members, i);
    PegKioskPerson *person = one->has_pin ? g_new0 (PegKioskPerson, 1) : NULL;

    view.has_badges = view.has_badges || one->has_badge;
    if (person != NULL) {
      *person = (PegKioskPerson) { one->id, one->name };
      g_ptr_array_add (people, person);
    }
  }
  view.people = people;

  if (member != NULL) {
    view.person = member->name;
    view.user = member->user;
    view.role = member->role;
    view.may = member->may;
    view.signing_in = g_strcmp0 (self->identity, member->user) != 0;
  }
  fill_phase (self, &view);
  fill_pin (self, &view);

  return peg_kiosk_view_new (&view);
}
