/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-actions"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

#include <string.h>

/* What the window of a shared terminal may ask for. */

static void
step (gpointer       user_data,
      PegKioskInput  input)
{
  peg_kiosk_session_step (PEG_KIOSK_SESSION (user_data), &input);
}

static void
sign_out_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_SIGN_OUT });
}

static void
stay_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_ANSWER, .yes = TRUE });
}

static void
ask_pin_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  step (user_data, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_ASK_PIN, .person = g_variant_get_string (parameter, NULL),
  });
}

/* The digits stay here; what decides does not need them. */
static void
pin_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  PegKioskSession *self = PEG_KIOSK_SESSION (user_data);
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);
  g_autofree char *id = g_strdup (view->pin_id);

  if (id == NULL)
    return;

  self->pin = g_variant_dup_string (parameter, NULL);
  step (self, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN, .person = id });
  if (self->pin != NULL)
    explicit_bzero (self->pin, strlen (self->pin));
  g_clear_pointer (&self->pin, g_free);
}

static void
pin_cancel_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_PIN_CANCEL });
}

static void
wipe_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_WIPE });
}

static void
rest_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_REST });
}

static void
wake_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_WAKE });
}

static void
answer_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  step (user_data, (PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_ANSWER,
    .yes = g_str_equal (g_variant_get_string (parameter, NULL), "yes"),
  });
}

static void
close_door_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  step (user_data, (PegKioskInput) { .kind = PEG_KIOSK_INPUT_CLOSE_DOOR });
}

static void
act_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  const char *word, *key, *text, *person;
  PegKioskInput input = { .kind = PEG_KIOSK_INPUT_ACT };

  g_variant_get (parameter, "(&s&s&sb&s)", &word, &key, &text, &input.yes, &person);
  if (!peg_kiosk_action_parse (word, &input.action))
    return;

  input.key = key;
  input.text = text;
  input.person = *person != '\0' ? person : NULL;
  step (user_data, input);
}

static const GActionEntry entries[] = {
  { .name = "kiosk-sign-out", .activate = sign_out_cb },
  { .name = "kiosk-stay", .activate = stay_cb },
  { .name = "kiosk-ask-pin", .parameter_type = "s", .activate = ask_pin_cb },
  { .name = "kiosk-pin", .parameter_type = "s", .activate = pin_cb },
  { .name = "kiosk-pin-cancel", .activate = pin_cancel_cb },
  { .name = "kiosk-wipe", .activate = wipe_cb },
  { .name = "kiosk-rest", .activate = rest_cb },
  { .name = "kiosk-wake", .activate = wake_cb },
  { .name = "kiosk-answer", .parameter_type = "s", .activate = answer_cb },
  { .name = "kiosk-close-door", .activate = close_door_cb },
  { .name = "kiosk-act", .parameter_type = "(sssbs)", .activate = act_cb },
};

/*
 * peg_kiosk_session_add_actions:
 *
 * Adds the actions of a shared terminal to the application.
 */
void
peg_kiosk_session_add_actions (PegKioskSession *self)
{
  g_action_map_add_action_entries (self->actions, entries, G_N_ELEMENTS (entries), self);
}

/*
 * peg_kiosk_session_remove_actions:
 *
 * Takes them away again, before the session goes.
 */
void
peg_kiosk_session_remove_actions (PegKioskSession *self)
{
  for (guint i = 0; self->actions != NULL && i < G_N_ELEMENTS (entries); i++)
    g_action_map_remove_action (self->actions, entries[i].name);
  self->actions = NULL;
}
