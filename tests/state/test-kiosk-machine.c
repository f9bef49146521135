/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-kiosk-machine.h"

#include <string.h>

#define S G_USEC_PER_SEC

/* Where the clock of these tests begins, µs: not at zero, which stands for never. */
#define START (1000 * (gint64) S)

/* How many random inputs the property test makes. */
#define N_INPUTS 100000

static const PegKioskRules usual = {
  .sign_out_us = 120 * S,
  .warning_us = 20 * S,
  .saver_us = 300 * S,
  .wipe_us = 30 * S,
  .admin_us = 60 * S,
  .update_us = 300 * S,
};

#define EVERYTHING \
  (PEG_KIOSK_MAY_CHECK_OUT | PEG_KIOSK_MAY_CHECK_IN | PEG_KIOSK_MAY_RELEASE | PEG_KIOSK_MAY_COPY)

/* A terminal with a clock that only the test moves. */
typedef struct {
  PegKioskMachine *machine;
  PegKioskView *view;
  GPtrArray *effects; /* of the last input */
  gint64 now_us;
} Terminal;

static GPtrArray *
make_people (void)
{
  const PegKioskMember people[] = {
    { (char *) "dana", (char *) "Dana Weber", (char *) "dana", (char *) "machinist", EVERYTHING,
      TRUE, TRUE },
    { (char *) "omar", (char *) "Omar Haddad", (char *) "o.haddad", (char *) "lead",
      EVERYTHING | PEG_KIOSK_MAY_ADMIN, TRUE, FALSE },
    { (char *) "vera", (char *) "Vera Lind", (char *) "vera", (char *) "viewer", 0, FALSE, FALSE },
  };
  GPtrArray *members = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_member_free);

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    g_ptr_array_add (members, peg_kiosk_member_new (&people[i]));

  return members;
}

static void
look (Terminal *t)
{
  g_clear_pointer (&t->view, peg_kiosk_view_unref);
  t->view = peg_kiosk_machine_dup_view (t->machine);
}

static void
begin (Terminal            *t,
       const PegKioskRules *rules)
{
  memset (t, 0, sizeof *t);
  t->now_us = START;
  t->machine = peg_kiosk_machine_new (rules, t->now_us);
  t->effects = peg_kiosk_machine_set_people (t->machine, make_people (), t->now_us);
  look (t);
}

static void
end (Terminal *t)
{
  g_clear_pointer (&t->view, peg_kiosk_view_unref);
  g_clear_pointer (&t->effects, g_ptr_array_unref);
  g_clear_pointer (&t->machine, peg_kiosk_machine_free);
}

static void
put (Terminal      *t,
     PegKioskInput  input)
{
  input.now_us = t->now_us;
  g_clear_pointer (&t->effects, g_ptr_array_unref);
  t->effects = peg_kiosk_machine_step (t->machine, &input);
  look (t);
}

/* Lets time pass, and wakes the machine whenever it wants to be. */
static void
pass (Terminal *t,
      gint64    delay_us)
{
  const gint64 until_us = t->now_us + delay_us;
  gint64 due_us;

  while ((due_us = peg_kiosk_machine_get_due_us (t->machine)) != 0 && due_us <= until_us) {
    g_assert_cmpint (due_us, >, t->now_us);
    t->now_us = due_us;
    put (t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_TICK });
  }
  t->now_us = until_us;
}

static void
badge (Terminal   *t,
       const char *id)
{
  put (t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_BADGE, .person = id });
}

static void
identity (Terminal   *t,
          const char *user)
{
  put (t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_IDENTITY, .person = user });
}

static void
act (Terminal       *t,
     PegKioskAction  action,
     const char     *person)
{
  put (t, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_ACT, .action = action, .key = "1.nc", .text = "why", .person = person,
  });
}

static const PegKioskEffect *
find (Terminal           *t,
      PegKioskEffectKind  kind)
{
  for (guint i = 0; i < t->effects->len; i++) {
    const PegKioskEffect *effect = g_ptr_array_index (t->effects, i);

    if (effect->kind == kind)
      return effect;
  }

  return NULL;
}

static void
test_badge (void)
{
  Terminal t;

  begin (&t, &usual);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_LOOK);
  g_assert_null (t.view->person_id);
  g_assert_cmpuint (t.view->people->len, ==, 2);
  g_assert_true (t.view->has_badges);

  badge (&t, "dana");
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_SIGNED_IN);
  g_assert_cmpstr (t.view->person_id, ==, "dana");
  g_assert_cmpstr (t.view->person, ==, "Dana Weber");
  g_assert_cmpuint (t.view->may, ==, EVERYTHING);
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_YES);
  g_assert_cmpint (t.view->sign_out_us, ==, START + usual.sign_out_us);
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_CONNECT)->person, ==, "dana");
  g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CLOSE));

  /* Another badge needs no sign-out. */
  badge (&t, "omar");
  g_assert_cmpstr (t.view->person_id, ==, "omar");
  g_assert_cmpstr (t.view->user, ==, "o.haddad");
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_CONNECT)->person, ==, "omar");
  g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CLOSE));

  /* One’s own badge stays, and closes nothing. */
  badge (&t, "omar");
  g_assert_cmpstr (t.view->person_id, ==, "omar");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_CONNECT));
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_CLOSE));

  /* A badge that nobody has signs nobody in, and nobody out. */
  badge (&t, NULL);
  g_assert_cmpstr (t.view->person_id, ==, "omar");
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  g_assert_nonnull (t.view->signal_word);
  g_assert_nonnull (t.view->signal_detail);

  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_SIGN_OUT });
  g_assert_null (t.view->person_id);
  g_assert_null (t.view->user);
  g_assert_cmpuint (t.view->may, ==, 0);
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_CONNECT)->person);
  end (&t);
}

static void
test_idle (void)
{
  Terminal t;

  begin (&t, &usual);
  badge (&t, "dana");

  pass (&t, 99 * S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_SIGNED_IN);
  pass (&t, 2 * S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_WARNING);
  g_assert_cmpint (t.view->phase_until_us, ==, START + 120 * S);

  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ANSWER, .yes = TRUE });
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_SIGNED_IN);
  g_assert_cmpint (t.view->sign_out_us, ==, t.now_us + 120 * S);

  pass (&t, 119 * S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_WARNING);
  pass (&t, 1 * S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_LOOK);
  g_assert_null (t.view->person_id);
  g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CLOSE));

  /* Then the board sleeps; a touch only wakes it. */
  pass (&t, 300 * S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_ASLEEP);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ACTIVITY });
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_LOOK);
  g_assert_cmpuint (t.effects->len, ==, 0);

  /* A scan wakes, and counts. */
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_REST });
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_ASLEEP);
  badge (&t, "dana");
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_SIGNED_IN);

  /* Resting signs out. */
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_REST });
  g_assert_null (t.view->person_id);
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_CONNECT)->person);
  end (&t);
}

static void
test_warning_by_card (void)
{
  Terminal t;

  /* The window may tell of a scan as of a key first. */
  for (guint told = 0; told < 2; told++) {
    begin (&t, &usual);
    badge (&t, "dana");
    pass (&t, 110 * S);
    g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_WARNING);
    if (told)
      put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ACTIVITY });
    put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_COMMAND, .text = "no" });
    g_assert_null (t.view->person_id);
    g_assert_null (find (&t, PEG_KIOSK_EFFECT_COMMAND));
    end (&t);
  }

  /* Without a warning the same card is for the window. */
  begin (&t, &usual);
  badge (&t, "dana");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_COMMAND, .text = "no" });
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_COMMAND)->text, ==, "no");
  g_assert_cmpstr (t.view->person_id, ==, "dana");
  end (&t);
}

static void
test_wipe (void)
{
  Terminal t;

  begin (&t, &usual);
  badge (&t, "dana");
  identity (&t, "dana");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_WIPE });
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_WIPE);
  g_assert_cmpint (t.view->phase_until_us, ==, START + 30 * S);

  pass (&t, 10 * S);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ACTIVITY });
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_WIPE);
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));

  pass (&t, 20 * S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_SIGNED_IN);
  end (&t);
}

static void
test_may (void)
{
  Terminal t;

  begin (&t, &usual);

  /* Signed out is look only. */
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, NULL);
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_ASK);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_COMMAND, .text = "check-out" });
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_COMMAND)->text, ==, "sign-in-first");
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_ASK);

  badge (&t, "vera");
  identity (&t, "vera");
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, "vera");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_COMMAND, .text = "release" });
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_COMMAND));

  /* A page that was opened for somebody else. */
  badge (&t, "dana");
  identity (&t, "dana");
  act (&t, PEG_KIOSK_ACTION_CHECK_IN, "omar");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);

  act (&t, PEG_KIOSK_ACTION_CHECK_IN, "dana");
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_ACT)->person, ==, "dana");
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_ACT)->key, ==, "1.nc");
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_YES);

  /* What one person has kept is no other’s to decide. */
  act (&t, PEG_KIOSK_ACTION_UNSENT_DISCARD, "omar");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  act (&t, PEG_KIOSK_ACTION_UNSENT_DISCARD, "dana");
  g_assert_cmpint (find (&t, PEG_KIOSK_EFFECT_ACT)->action, ==, PEG_KIOSK_ACTION_UNSENT_DISCARD);
  g_assert_null (t.view->signal_detail);
  badge (&t, "vera");
  identity (&t, "vera");
  for (guint i = PEG_KIOSK_ACTION_UNSENT_SEND; i <= PEG_KIOSK_ACTION_UNSENT_DISCARD; i++) {
    act (&t, (PegKioskAction) i, "vera");
    g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  }
  end (&t);
}

static void
test_identity (void)
{
  Terminal t;

  begin (&t, &usual);
  badge (&t, "omar");

  /* It waits until the server is asked in that name, which may be another than the
   * one here. */
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, "omar");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  g_assert_cmpstr (t.view->signal_word, ==, "Signing in…");
  g_assert_true (t.view->signing_in);
  identity (&t, "dana");
  g_assert_true (t.view->signing_in);
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  act (&t, PEG_KIOSK_ACTION_RELEASE, "omar");
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  identity (&t, "o.haddad");
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_ACT)->person, ==, "omar");
  g_assert_cmpint (find (&t, PEG_KIOSK_EFFECT_ACT)->action, ==, PEG_KIOSK_ACTION_CHECK_OUT);
  g_assert_false (t.view->signing_in);
  act (&t, PEG_KIOSK_ACTION_RELEASE, "omar");
  g_assert_cmpstr (t.view->signal_word, ==, "Understood");

  /* Who leaves before does not have it done. */
  badge (&t, "dana");
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, "dana");
  badge (&t, "omar");
  identity (&t, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  badge (&t, "dana");
  identity (&t, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));

  /* What was known about the connection does not outlast the person. */
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_SIGN_OUT });
  badge (&t, "dana");
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));

  /* Not for ever. */
  pass (&t, 11 * S);
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  identity (&t, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  end (&t);
}

static void
test_result (void)
{
  Terminal t;
  guint64 serial;

  begin (&t, &usual);
  badge (&t, "dana");
  put (&t, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_RESULT, .person = "dana", .yes = TRUE, .text = "Checked out 1.nc",
  });
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_YES);
  g_assert_cmpstr (t.view->signal_detail, ==, "Checked out 1.nc");
  g_assert_cmpstr (t.view->signal_word, ==, "Done");

  /* What is only kept is never called done. */
  put (&t, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_RESULT, .person = "dana", .yes = TRUE, .kept = TRUE, .text = "It waits",
  });
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_YES);
  g_assert_cmpstr (t.view->signal_word, ==, "Kept");
  put (&t, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_RESULT, .person = "dana", .kept = TRUE, .text = "Refused",
  });
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  g_assert_cmpstr (t.view->signal_word, ==, "Not sent");

  /* What comes late is not told to whoever is next. */
  badge (&t, "omar");
  serial = t.view->signal_serial;
  put (&t, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_RESULT, .person = "dana", .text = "Dana’s check-out was refused",
  });
  g_assert_cmpuint (t.view->signal_serial, ==, serial);
  end (&t);
}

static guint
type_pin (Terminal   *t,
          const char *id)
{
  const PegKioskEffect *effect;

  put (t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN, .person = id });
  effect = find (t, PEG_KIOSK_EFFECT_CHECK_PIN);

  return effect != NULL ? effect->serial : 0;
}

static void
answer_pin (Terminal *t,
            guint     serial,
            gboolean  right)
{
  put (t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN_RESULT, .serial = serial, .yes = right });
}

static void
ask_pin (Terminal   *t,
         const char *id)
{
  put (t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ASK_PIN, .person = id });
}

static void
test_pin (void)
{
  Terminal t;
  guint serial;

  begin (&t, &usual);
  ask_pin (&t, "vera");
  g_assert_null (t.view->pin_id);
  ask_pin (&t, "dana");
  g_assert_cmpstr (t.view->pin_id, ==, "dana");
  g_assert_cmpstr (t.view->pin_name, ==, "Dana Weber");

  serial = type_pin (&t, "dana");
  g_assert_cmpuint (serial, !=, 0);
  g_assert_true (t.view->pin_busy);
  g_assert_cmpuint (type_pin (&t, "dana"), ==, 0);
  answer_pin (&t, serial, TRUE);
  g_assert_cmpstr (t.view->person_id, ==, "dana");
  g_assert_null (t.view->pin_id);

  /* Whoever was faster with a badge is signed in, not who typed. */
  ask_pin (&t, "omar");
  serial = type_pin (&t, "omar");
  badge (&t, "vera");
  answer_pin (&t, serial, TRUE);
  g_assert_cmpstr (t.view->person_id, ==, "vera");

  /* Nor does an answer that is older than the question count. */
  ask_pin (&t, "omar");
  serial = type_pin (&t, "omar");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN_CANCEL });
  ask_pin (&t, "omar");
  answer_pin (&t, serial, TRUE);
  g_assert_cmpstr (t.view->person_id, ==, "vera");
  end (&t);
}

static void
test_delay (void)
{
  static const guint delays_s[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
  g_autoptr (GVariant) wrong = NULL;
  Terminal t;
  guint serial;

  begin (&t, &usual);
  ask_pin (&t, "dana");

  for (guint i = 0; i < G_N_ELEMENTS (delays_s); i++) {
    serial = type_pin (&t, "dana");
    g_assert_cmpuint (serial, !=, 0);
    answer_pin (&t, serial, FALSE);
    g_assert_cmpuint (t.view->pin_wrong, ==, i + 1);
    g_assert_cmpint (t.view->pin_after_us, ==, t.now_us + delays_s[i] * S);
    g_assert_null (t.view->person_id);

    /* Neither another name nor leaving the page makes it faster. */
    ask_pin (&t, "omar");
    g_assert_cmpint (t.view->pin_after_us, ==, t.now_us + delays_s[i] * S);
    g_assert_cmpuint (type_pin (&t, "omar"), ==, 0);
    put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN_CANCEL });
    ask_pin (&t, "dana");
    pass (&t, delays_s[i] * S - 1);
    g_assert_cmpuint (type_pin (&t, "dana"), ==, 0);
    pass (&t, 1);
  }

  /* Not even a restart does. */
  wrong = peg_kiosk_machine_dup_wrong (t.machine);
  end (&t);
  begin (&t, &usual);
  peg_kiosk_machine_restore_wrong (t.machine, wrong, t.now_us);
  ask_pin (&t, "dana");
  g_assert_cmpint (t.view->pin_after_us, ==, t.now_us + 60 * S);
  ask_pin (&t, "omar");
  g_assert_cmpint (t.view->pin_after_us, ==, t.now_us + 60 * S);

  /* One’s own PIN does not buy tries at another’s. */
  pass (&t, 60 * S);
  ask_pin (&t, "omar");
  answer_pin (&t, type_pin (&t, "omar"), TRUE);
  g_assert_cmpstr (t.view->person_id, ==, "omar");
  ask_pin (&t, "dana");
  answer_pin (&t, type_pin (&t, "dana"), FALSE);
  g_assert_cmpint (t.view->pin_after_us, ==, t.now_us + 60 * S);

  /* A PIN that is wrong counts, though nobody waited for the answer. */
  pass (&t, 60 * S);
  ask_pin (&t, "omar");
  serial = type_pin (&t, "omar");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN_CANCEL });
  answer_pin (&t, serial, FALSE);
  ask_pin (&t, "omar");
  g_assert_cmpint (t.view->pin_after_us, >, t.now_us);
  end (&t);
}

static void
test_restore_anything (void)
{
  g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new_string ("no"));
  g_autoptr (GVariant) huge =
    g_variant_ref_sink (g_variant_new_parsed ("(uint32 4294967295, {'dana': uint32 4294967295})"));
  Terminal t;

  begin (&t, &usual);
  peg_kiosk_machine_restore_wrong (t.machine, other, t.now_us);
  ask_pin (&t, "dana");
  g_assert_cmpint (t.view->pin_after_us, ==, 0);
  peg_kiosk_machine_restore_wrong (t.machine, huge, t.now_us);
  look (&t);
  g_assert_cmpint (t.view->pin_after_us, ==, t.now_us + 60 * S);
  end (&t);
}

static void
test_door (void)
{
  Terminal t;

  begin (&t, &usual);

  /* A badge at the door signs nobody in. */
  ask_pin (&t, PEG_KIOSK_ADMIN_DOOR);
  g_assert_cmpstr (t.view->pin_id, ==, "");
  badge (&t, "dana");
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_LOOK);
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  badge (&t, "omar");
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_ADMIN);
  g_assert_cmpint (t.view->phase_until_us, ==, t.now_us + 60 * S);
  g_assert_null (t.view->person_id);

  /* It closes by itself, whatever is touched. */
  for (guint i = 0; i < 59; i++) {
    pass (&t, S);
    put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ACTIVITY });
    g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_ADMIN);
  }
  pass (&t, S);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_LOOK);

  ask_pin (&t, PEG_KIOSK_ADMIN_DOOR);
  answer_pin (&t, type_pin (&t, PEG_KIOSK_ADMIN_DOOR), TRUE);
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_ADMIN);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_CLOSE_DOOR });
  g_assert_cmpint (t.view->phase, ==, PEG_KIOSK_LOOK);

  /* A door without a PIN says so, which is no wrong PIN. */
  ask_pin (&t, PEG_KIOSK_ADMIN_DOOR);
  put (&t, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_PIN_RESULT, .serial = type_pin (&t, PEG_KIOSK_ADMIN_DOOR),
    .text = "There is none",
  });
  g_assert_cmpstr (t.view->signal_detail, ==, "There is none");
  g_assert_cmpint (t.view->pin_after_us, ==, 0);
  end (&t);
}

static void
test_pin_with_badge (void)
{
  PegKioskRules rules = usual;
  Terminal t;

  rules.pin_with_badge = TRUE;
  begin (&t, &rules);
  badge (&t, "dana");
  g_assert_null (t.view->person_id);
  g_assert_cmpstr (t.view->pin_id, ==, "dana");
  answer_pin (&t, type_pin (&t, "dana"), TRUE);
  g_assert_cmpstr (t.view->person_id, ==, "dana");

  /* Whoever was there is gone before the PIN is typed. */
  badge (&t, "omar");
  g_assert_null (t.view->person_id);
  g_assert_cmpstr (t.view->pin_id, ==, "omar");
  badge (&t, "vera");
  g_assert_null (t.view->person_id);
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);

  /* Nor does the badge alone open the door. */
  ask_pin (&t, PEG_KIOSK_ADMIN_DOOR);
  badge (&t, "omar");
  g_assert_cmpint (t.view->phase, !=, PEG_KIOSK_ADMIN);
  end (&t);
}

static void
test_codes (void)
{
  Terminal t;

  begin (&t, &usual);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_FILE, .key = "k1", .text = "1.nc" });
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_SHOW)->key, ==, "k1");
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_YES);

  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_FILE, .text = "2.nc" });
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_SHOW));
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  g_assert_nonnull (strstr (t.view->signal_detail, "2.nc"));

  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_LABEL, .text = "4711", .n = 3 });
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_FIND)->text, ==, "4711");
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_ASK);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_LABEL, .text = "1.nc", .key = "k1", .n = 1 });
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_SHOW)->key, ==, "k1");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_LABEL, .text = "none" });
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);

  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_UNREADABLE, .text = "It is damaged." });
  g_assert_cmpstr (t.view->signal_detail, ==, "It is damaged.");

  /* A printed name proves nothing. */
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PERSON, .person = "dana" });
  g_assert_null (t.view->person_id);
  g_assert_cmpstr (t.view->pin_id, ==, "dana");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_COMMAND, .text = "cancel" });
  g_assert_null (t.view->pin_id);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PERSON, .person = "vera" });
  g_assert_null (t.view->pin_id);
  g_assert_null (t.view->person_id);

  badge (&t, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_COMMAND));
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_COMMAND, .text = "check-in" });
  g_assert_cmpstr (find (&t, PEG_KIOSK_EFFECT_COMMAND)->text, ==, "check-in");
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_REFUSED, .text = "Select a file first." });
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  end (&t);
}

static void
test_people (void)
{
  Terminal t;
  GPtrArray *fewer = make_people ();

  begin (&t, &usual);
  badge (&t, "dana");

  /* Whoever is taken out of the file is out. */
  g_ptr_array_remove_index (fewer, 0);
  g_ptr_array_unref (t.effects);
  t.effects = peg_kiosk_machine_set_people (t.machine, fewer, t.now_us);
  look (&t);
  g_assert_null (t.view->person_id);
  g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CLOSE));
  badge (&t, "dana");
  g_assert_null (t.view->person_id);
  end (&t);
}

/* What the people file allows is looked at when something is done, and a PIN counts only
 * if the file is still the one that it was compared with. */
static void
test_people_meanwhile (void)
{
  PegKioskMember dana = {
    (char *) "dana", (char *) "Dana Weber", (char *) "dana", (char *) "viewer", 0, FALSE, FALSE,
  };
  GPtrArray *fewer = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_member_free);
  Terminal t;

  begin (&t, &usual);
  badge (&t, "dana");
  act (&t, PEG_KIOSK_ACTION_CHECK_OUT, "dana");
  g_clear_pointer (&t.effects, g_ptr_array_unref);
  g_ptr_array_add (fewer, peg_kiosk_member_new (&dana));
  t.effects = peg_kiosk_machine_set_people (t.machine, fewer, t.now_us);
  identity (&t, "dana");
  g_assert_null (find (&t, PEG_KIOSK_EFFECT_ACT));
  g_assert_cmpint (t.view->signal, ==, PEG_KIOSK_SIGNAL_NO);
  end (&t);

  begin (&t, &usual);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ASK_PIN, .person = "omar" });
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN, .person = "omar" });
  g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CHECK_PIN));
  g_clear_pointer (&t.effects, g_ptr_array_unref);
  t.effects = peg_kiosk_machine_set_people (t.machine, make_people (), t.now_us);
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN_RESULT, .serial = 1, .yes = TRUE });
  g_assert_null (t.view->person_id);
  g_assert_false (t.view->pin_busy);
  end (&t);
}

static void
test_update (void)
{
  Terminal t;

  begin (&t, &usual);
  pass (&t, 299 * S);
  g_assert_false (peg_kiosk_machine_may_update (t.machine));
  pass (&t, 2 * S);
  g_assert_true (peg_kiosk_machine_may_update (t.machine));

  /* Not while work waits, or somebody is there. */
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_WAITING, .n = 1 });
  g_assert_false (peg_kiosk_machine_may_update (t.machine));
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_WAITING });
  g_assert_true (peg_kiosk_machine_may_update (t.machine));
  badge (&t, "dana");
  g_assert_false (peg_kiosk_machine_may_update (t.machine));
  put (&t, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_SIGN_OUT });
  g_assert_false (peg_kiosk_machine_may_update (t.machine));
  end (&t);
}

/* The link, as it really is: what it is told to become it becomes in that order, some
 * time later. */
typedef struct {
  GQueue *wanted; /* (element-type utf8): users */
  char *reached;
} Link;

static const char *
user_of (const char *id)
{
  if (id == NULL)
    return "VF-4";

  return g_str_equal (id, "omar") ? "o.haddad" : id;
}

/* What the machine wants done is held against what the people at the terminal did. */
static void
check_effects (Terminal   *t,
               Link       *link,
               const char *began)
{
  const char *connected = t->view->person_id;

  for (guint i = 0; i < t->effects->len; i++) {
    const PegKioskEffect *effect = g_ptr_array_index (t->effects, i);

    if (effect->kind == PEG_KIOSK_EFFECT_CONNECT) {
      g_queue_push_tail (link->wanted, g_strdup (user_of (effect->person)));
      connected = effect->person;
      g_assert_nonnull (find (t, PEG_KIOSK_EFFECT_CLOSE));
    } else if (effect->kind == PEG_KIOSK_EFFECT_ACT) {
      const char *last = g_queue_peek_tail (link->wanted);

      /* Whoever began it is there, and the server is asked in their name: also if the
       * link is late, since it does everything in order. */
      g_assert_cmpstr (effect->person, ==, effect->text);
      g_assert_cmpstr (effect->person, ==, began);
      g_assert_cmpstr (effect->person, ==, t->view->person_id);
      g_assert_cmpstr (last != NULL ? last : link->reached, ==, user_of (effect->person));
    }
  }

  g_assert_cmpstr (connected, ==, t->view->person_id);
}

static const char *
pick (GRand              *random,
      const char * const *from,
      guint               n)
{
  return from[g_rand_int_range (random, 0, (gint32) n)];
}

static PegKioskInput
make_input (GRand      *random,
            Terminal   *t,
            guint       pin,
            const char *page)
{
  static const char * const people[] = { "dana", "omar", "vera", NULL };
  static const char * const pins[] = { "dana", "omar", "" };
  static const char * const cards[] = { "check-out", "check-in", "release", "cancel", "yes", "no" };
  static const PegKioskInputKind kinds[] = {
    PEG_KIOSK_INPUT_TICK, PEG_KIOSK_INPUT_ACTIVITY, PEG_KIOSK_INPUT_BADGE, PEG_KIOSK_INPUT_BADGE,
    PEG_KIOSK_INPUT_PERSON, PEG_KIOSK_INPUT_FILE, PEG_KIOSK_INPUT_LABEL, PEG_KIOSK_INPUT_COMMAND,
    PEG_KIOSK_INPUT_UNREADABLE, PEG_KIOSK_INPUT_ASK_PIN, PEG_KIOSK_INPUT_PIN,
    PEG_KIOSK_INPUT_PIN_RESULT, PEG_KIOSK_INPUT_PIN_CANCEL, PEG_KIOSK_INPUT_SIGN_OUT,
    PEG_KIOSK_INPUT_ANSWER, PEG_KIOSK_INPUT_WIPE, PEG_KIOSK_INPUT_REST, PEG_KIOSK_INPUT_WAKE,
    PEG_KIOSK_INPUT_CLOSE_DOOR, PEG_KIOSK_INPUT_ACT, PEG_KIOSK_INPUT_ACT, PEG_KIOSK_INPUT_ACT,
    PEG_KIOSK_INPUT_ACT, PEG_KIOSK_INPUT_RESULT, PEG_KIOSK_INPUT_REFUSED,
  };
  PegKioskInput input = {
    .kind = kinds[g_rand_int_range (random, 0, G_N_ELEMENTS (kinds))],
    .person = pick (random, people, G_N_ELEMENTS (people)),
    .key = "1.nc",
    .text = "words",
    .n = (guint) g_rand_int_range (random, 0, 4),
    .yes = g_rand_boolean (random),
    .action = (PegKioskAction) g_rand_int_range (random, 0, PEG_KIOSK_ACTION_UNSENT_DISCARD + 1),
    .serial = pin,
  };

  switch ((int) input.kind) {
  case PEG_KIOSK_INPUT_COMMAND:
    input.text = pick (random, cards, G_N_ELEMENTS (cards));
    break;
  case PEG_KIOSK_INPUT_ASK_PIN:
    input.person = pick (random, pins, G_N_ELEMENTS (pins));
    break;
  case PEG_KIOSK_INPUT_PIN:
    input.person = t->view->pin_id;
    break;
  case PEG_KIOSK_INPUT_ACT:
    /* A page that may have been open for a while; its text is signed by its owner. */
    input.person = page;
    input.text = page != NULL ? page : "nobody";
    break;
  default:
    break;
  }

  return input;
}

static void
test_never_mixed (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261121);
  g_autofree char *page = NULL;
  g_autofree char *began = NULL;
  Link link = { .wanted = g_queue_new () };
  guint pin = 0, acts = 0, switches = 0;
  Terminal t;

  begin (&t, &usual);
  link.reached = g_strdup ("VF-4");

  for (guint i = 0; i < N_INPUTS; i++) {
    g_autofree char *before = g_strdup (t.view->person_id);
    PegKioskInput input;

    /* Mostly soon, sometimes long after. */
    t.now_us += g_rand_int_range (random, 0, 20) == 0
                  ? g_rand_int_range (random, 0, 200 * S) : g_rand_int_range (random, 0, S);

    /* Somebody opens a page, and may act on it much later. */
    if (g_rand_int_range (random, 0, 4) == 0) {
      g_free (page);
      page = g_strdup (t.view->person_id);
    }

    /* The link gets on with it, and says so; now and then it says what is old. */
    if (g_rand_int_range (random, 0, 3) == 0 && !g_queue_is_empty (link.wanted)) {
      g_free (link.reached);
      link.reached = g_queue_pop_head (link.wanted);
    }
    if (g_rand_int_range (random, 0, 3) == 0) {
      identity (&t, link.reached);
      check_effects (&t, &link, began);
      acts += find (&t, PEG_KIOSK_EFFECT_ACT) != NULL;
      g_free (before);
      before = g_strdup (t.view->person_id);
    }

    input = make_input (random, &t, pin, page);
    if (input.kind == PEG_KIOSK_INPUT_ACT && g_strcmp0 (page, t.view->person_id) == 0) {
      g_free (began);
      began = g_strdup (page);
    }
    put (&t, input);
    if (find (&t, PEG_KIOSK_EFFECT_CHECK_PIN) != NULL)
      pin = find (&t, PEG_KIOSK_EFFECT_CHECK_PIN)->serial;
    check_effects (&t, &link, began);
    acts += find (&t, PEG_KIOSK_EFFECT_ACT) != NULL;

    /* Nothing personal outlasts the person. */
    if (g_strcmp0 (before, t.view->person_id) != 0) {
      switches++;
      g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CLOSE));
      g_assert_nonnull (find (&t, PEG_KIOSK_EFFECT_CONNECT));
    }
    if (t.view->person_id == NULL)
      g_assert_cmpuint (t.view->may, ==, 0);
  }

  /* It was not only idle. */
  g_test_message ("%u switches, %u actions", switches, acts);
  g_assert_cmpuint (switches, >, N_INPUTS / 50);
  g_assert_cmpuint (acts, >, N_INPUTS / 100);

  g_queue_free_full (link.wanted, g_free);
  g_free (link.reached);
  end (&t);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-machine/badge", test_badge);
  g_test_add_func ("/kiosk-machine/idle", test_idle);
  g_test_add_func ("/kiosk-machine/warning-by-card", test_warning_by_card);
  g_test_add_func ("/kiosk-machine/wipe", test_wipe);
  g_test_add_func ("/kiosk-machine/may", test_may);
  g_test_add_func ("/kiosk-machine/identity", test_identity);
  g_test_add_func ("/kiosk-machine/result", test_result);
  g_test_add_func ("/kiosk-machine/pin", test_pin);
  g_test_add_func ("/kiosk-machine/delay", test_delay);
  g_test_add_func ("/kiosk-machine/restore-anything", test_restore_anything);
  g_test_add_func ("/kiosk-machine/door", test_door);
  g_test_add_func ("/kiosk-machine/pin-with-badge", test_pin_with_badge);
  g_test_add_func ("/kiosk-machine/codes", test_codes);
  g_test_add_func ("/kiosk-machine/people", test_people);
  g_test_add_func ("/kiosk-machine/people/meanwhile", test_people_meanwhile);
  g_test_add_func ("/kiosk-machine/update", test_update);
  g_test_add_func ("/kiosk-machine/never-mixed", test_never_mixed);

  return g_test_run ();
}
