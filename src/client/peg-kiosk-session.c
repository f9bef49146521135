/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-session"

#include "peg-config.h"

#include "peg-kiosk-session.h"

#include "peg-kiosk-session-private.h"

#include <string.h>

/* A view whose times differ by less is not shown anew. */
#define SLACK_US (G_USEC_PER_SEC / 2)

/* Two clocks are not read at the same instant; what is longer is sleep. */
#define SLEPT_US G_USEC_PER_SEC

/* How long the admin door is open. */
#define DOOR_US (60 * (gint64) G_USEC_PER_SEC)

/**
 * PegKioskSession:
 *
 * Between #PegKioskMachine, which decides, and everything that it decides about: the
 * link, the people file, the actions of the application, and the window, which it
 * knows only by its actions.
 */
G_DEFINE_FINAL_TYPE (PegKioskSession, peg_kiosk_session, G_TYPE_OBJECT)

typedef enum {
  SIGNAL_WINDOW_ACTION,
  SIGNAL_UPDATE_ALLOWED,
} PegKioskSessionSignal;

static guint signals[SIGNAL_UPDATE_ALLOWED + 1];

void
peg_kiosk_asked_free (PegKioskAsked *self)
{
  g_clear_pointer (&self->person, g_free);
  g_clear_pointer (&self->key, g_free);
  g_free (self);
}

static void
act_on_window (PegKioskSession *self,
               const char      *name,
               const char      *text)
{
  g_autoptr (GVariant) parameter =
    text != NULL ? g_variant_ref_sink (g_variant_new_string (text)) : NULL;

  g_signal_emit (self, signals[SIGNAL_WINDOW_ACTION], 0, name, parameter);
}

static guint64
last_serial (PegKioskSession *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const GPtrArray *notices = peg_snapshot_get_notices (snapshot);

  return notices->len > 0 ? ((const PegNotice *) g_ptr_array_index (notices, notices->len - 1))->serial
                          : 0;
}

/* The only way from here to the server. */
static void
act (PegKioskSession      *self,
     const PegKioskEffect *effect)
{
  GActionGroup *group = G_ACTION_GROUP (self->actions);
  const char *text = effect->text != NULL ? effect->text : "";

  g_clear_pointer (&self->asked, peg_kiosk_asked_free);
  if (effect->action >= PEG_KIOSK_ACTION_UNSENT_SEND && peg_kiosk_session_decide (self, effect))
    return;

  self->asked = g_new0 (PegKioskAsked, 1);
  self->asked->person = g_strdup (effect->person);
  self->asked->key = g_strdup (effect->key);
  self->asked->since = last_serial (self);
  self->asked->action = effect->action;

  switch (effect->action) {
  case PEG_KIOSK_ACTION_CHECK_OUT:
    g_action_group_activate_action (group, "check-out", g_variant_new ("(ss)", effect->key, text));
    break;
  case PEG_KIOSK_ACTION_CHECK_IN:
    g_action_group_activate_action (group, "check-in-here",
                                    g_variant_new ("(ssb)", effect->key, text, effect->major));
    break;
  case PEG_KIOSK_ACTION_RELEASE:
    g_action_group_activate_action (group, "release", g_variant_new_string (effect->key));
    break;
  case PEG_KIOSK_ACTION_COPY:
    g_action_group_activate_action (group, "copy-here", g_variant_new_string (effect->key));
    break;
  case PEG_KIOSK_ACTION_UNSENT_SAVE:
    g_action_group_activate_action (group, "save-draft-here", g_variant_new_string (text));
    break;
  case PEG_KIOSK_ACTION_UNSENT_SEND:
  case PEG_KIOSK_ACTION_UNSENT_ARRIVED:
  case PEG_KIOSK_ACTION_UNSENT_AGAIN:
  case PEG_KIOSK_ACTION_UNSENT_DISCARD:
  default:
    g_assert_not_reached ();
  }
}

static void
do_effect (PegKioskSession      *self,
           const PegKioskEffect *effect)
{
  switch (effect->kind) {
  case PEG_KIOSK_EFFECT_CLOSE:
    g_clear_pointer (&self->asked, peg_kiosk_asked_free);
    act_on_window (self, "win.kiosk-reset", NULL);
    break;
  case PEG_KIOSK_EFFECT_CONNECT:
    peg_kiosk_session_connect (self, effect->person);
    peg_kiosk_session_left_soon (self);
    break;
  case PEG_KIOSK_EFFECT_CHECK_PIN:
    peg_kiosk_session_check_pin (self, effect->person, effect->serial);
    break;
  case PEG_KIOSK_EFFECT_SHOW:
    act_on_window (self, "win.kiosk-show", effect->key);
    break;
  case PEG_KIOSK_EFFECT_FIND:
    act_on_window (self, "win.kiosk-find", effect->text);
    break;
  case PEG_KIOSK_EFFECT_COMMAND:
    act_on_window (self, "win.kiosk-command", effect->text);
    break;
  case PEG_KIOSK_EFFECT_ACT:
    act (self, effect);
    break;
  case PEG_KIOSK_EFFECT_SIGNAL:
    /* The window shows it, and makes it heard. */
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
publish (PegKioskSession *self)
{
  PegKioskView *view = peg_kiosk_machine_dup_view (self->machine);
  const gboolean may_update = peg_kiosk_machine_may_update (self->machine);

  if (peg_kiosk_view_equal (view, peg_kiosk_model_get_view (self->model), SLACK_US))
    peg_kiosk_view_unref (view);
  else
    peg_kiosk_model_set_view (self->model, view);

  if (may_update != self->may_update) {
    self->may_update = may_update;
    g_signal_emit (self, signals[SIGNAL_UPDATE_ALLOWED], 0, may_update);
  }
}

static void
due_cb (gpointer user_data)
{
  PegKioskSession *self = user_data;

  self->timer = 0;
  peg_kiosk_session_step (self, &(PegKioskInput) { .kind = PEG_KIOSK_INPUT_TICK });
}

/* Sleeps until something happens by itself, and not at all if nothing will. */
static void
wait (PegKioskSession *self)
{
  const gint64 due_us = peg_kiosk_machine_get_due_us (self->machine);

  peg_clock_cancel (self->clock, &self->timer);
  if (due_us != 0)
    self->timer = peg_clock_add (self->clock, "[peg] kiosk",
                                 due_us - peg_clock_get_mono_us (self->clock), due_cb, self);
}

/* The view comes before the effects: what is done next is done by a window that knows
 * who is there. */
static void
carry_out (PegKioskSession *self,
           GPtrArray       *effects)
{
  g_autoptr (GPtrArray) owned = effects;

  publish (self);
  for (guint i = 0; i < owned->len; i++)
    do_effect (self, g_ptr_array_index (owned, i));
  wait (self);
}

/* The clock that everything here goes by stands still while the computer sleeps. Who was
 * there then need not be who wakes it. */
static void
notice_sleep (PegKioskSession *self,
              gint64           now_us)
{
  const gint64 slept_us = peg_clock_get_boot_us (self->clock) - now_us;
  const gboolean slept = slept_us - self->slept_us > SLEPT_US;

  self->slept_us = slept_us;
  if (slept)
    carry_out (self, peg_kiosk_machine_step (self->machine, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_SIGN_OUT, .now_us = now_us,
    }));
}

/*
 * peg_kiosk_session_step:
 * @input: what happened; its time is filled in
 */
void
peg_kiosk_session_step (PegKioskSession *self,
                        PegKioskInput   *input)
{
  g_autoptr (PegKioskSession) guard G_GNUC_UNUSED = g_object_ref (self);

  input->now_us = peg_clock_get_mono_us (self->clock);
  /* What the connection says is of whoever it was made for; what people do comes after. */
  if (input->kind != PEG_KIOSK_INPUT_IDENTITY)
    notice_sleep (self, input->now_us);
  carry_out (self, peg_kiosk_machine_step (self->machine, input));
}

static void
people_changed_cb (PegKioskSession *self)
{
  peg_kiosk_session_tell_names (self);
  carry_out (self, peg_kiosk_machine_set_people (self->machine,
                                                 peg_kiosk_session_list_members (self),
                                                 peg_clock_get_mono_us (self->clock)));
  if (self->started)
    peg_kiosk_session_left_soon (self);
}

static void
peg_kiosk_session_dispose (GObject *object)
{
  PegKioskSession *self = PEG_KIOSK_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  peg_kiosk_session_remove_actions (self);
  if (self->clock != NULL)
    peg_clock_cancel (self->clock, &self->timer);
  if (self->clock != NULL)
    peg_clock_cancel (self->clock, &self->left_timer);
  g_clear_handle_id (&self->drop_id, g_source_remove);
  if (self->courier != NULL)
    g_signal_handlers_disconnect_by_data (self->courier, self);
  g_clear_object (&self->courier);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  if (self->watch != NULL)
    g_signal_handlers_disconnect_by_data (self->watch, self);
  g_clear_object (&self->watch);
  g_clear_object (&self->link);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_kiosk_session_parent_class)->dispose (object);
}

static void
peg_kiosk_session_finalize (GObject *object)
{
  PegKioskSession *self = PEG_KIOSK_SESSION (object);

  explicit_bzero (self->key, sizeof self->key);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->model);
  g_clear_pointer (&self->machine, peg_kiosk_machine_free);
  g_clear_pointer (&self->site, peg_site_unref);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->wrong_path, g_free);
  g_clear_pointer (&self->outbox_folder, g_free);
  g_clear_pointer (&self->owners_path, g_free);
  g_clear_pointer (&self->tried, g_hash_table_unref);
  g_clear_pointer (&self->pin, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->asked, peg_kiosk_asked_free);

  G_OBJECT_CLASS (peg_kiosk_session_parent_class)->finalize (object);
}

static void
peg_kiosk_session_class_init (PegKioskSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_kiosk_session_dispose;
  object_class->finalize = peg_kiosk_session_finalize;

  /**
   * PegKioskSession::window-action:
   * @self: the session
   * @name: of an action of the window
   * @parameter: (nullable): for it
   *
   * The window is to do something.
   */
  signals[SIGNAL_WINDOW_ACTION] =
    g_signal_new ("window-action", PEG_TYPE_KIOSK_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);

  /**
   * PegKioskSession::update-allowed:
   * @self: the session
   * @allowed: whether another version may take over from now on
   *
   * Nobody is there, or somebody is again.
   */
  signals[SIGNAL_UPDATE_ALLOWED] =
    g_signal_new ("update-allowed", PEG_TYPE_KIOSK_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
peg_kiosk_session_init (PegKioskSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->model = peg_kiosk_model_new ();
  self->tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gint64
get_us (PegSite    *site,
        PegSiteKey  key)
{
  return peg_site_get_int (site, key) * G_USEC_PER_SEC;
}

static PegKioskMachine *
make_machine (const PegKioskConfig *config,
              gint64                now_us)
{
  PegSite *site = config->site;

  return peg_kiosk_machine_new (&(PegKioskRules) {
    .sign_out_us = get_us (site, PEG_SITE_KIOSK_SIGN_OUT_SECONDS),
    .warning_us = get_us (site, PEG_SITE_KIOSK_WARNING_SECONDS),
    .saver_us = get_us (site, PEG_SITE_KIOSK_SCREENSAVER_SECONDS),
    .wipe_us = get_us (site, PEG_SITE_KIOSK_WIPE_SECONDS),
    .update_us = get_us (site, PEG_SITE_KIOSK_UPDATE_IDLE_SECONDS),
    .admin_us = DOOR_US,
    .pin_with_badge = peg_site_get_boolean (site, PEG_SITE_POLICY_PIN_WITH_BADGE),
  }, now_us);
}

static char *
dup_first (const char *first,
           const char *second,
           const char *third)
{
  if (first != NULL && *first != '\0')
    return g_strdup (first);

  return g_strdup (second != NULL && *second != '\0' ? second : third);
}

/**
 * peg_kiosk_session_new:
 * @store: what is known of the shop
 * @link: the way to the server
 * @actions: of the application; those of a terminal are added
 * @config: what the terminal is like
 *
 * Returns: (transfer full): a session, with nobody signed in
 */
PegKioskSession *
peg_kiosk_session_new (PegStore             *store,
                       PegLink              *link,
                       GActionMap           *actions,
                       const PegKioskConfig *config)
{
  PegKioskSession *self;
  g_autoptr (GError) error = NULL;
  const char *key_file;

  g_return_val_if_fail (PEG_IS_STORE (store), NULL);
  g_return_val_if_fail (PEG_IS_LINK (link), NULL);
  g_return_val_if_fail (G_IS_ACTION_MAP (actions), NULL);
  g_return_val_if_fail (config != NULL && config->site != NULL, NULL);

  self = g_object_new (PEG_TYPE_KIOSK_SESSION, NULL);
  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->actions = actions;
  self->site = peg_site_ref (config->site);
  self->clock = config->clock != NULL ? g_object_ref (config->clock) : peg_system_clock_new ();
  self->slept_us = peg_clock_get_boot_us (self->clock) - peg_clock_get_mono_us (self->clock);
  self->demo = config->demo;
  if (!self->demo)
    self->server = dup_first (config->server,
                              peg_site_get_string (config->site, PEG_SITE_SERVER_ADDRESS), NULL);
  self->station = dup_first (config->station,
                             peg_site_get_string (config->site, PEG_SITE_STATION_NAME),
                             g_get_host_name ());
  self->machine = make_machine (config, peg_clock_get_mono_us (self->clock));
  peg_kiosk_machine_set_station (self->machine, self->station);
  peg_kiosk_machine_set_safe_code (self->machine, config->safe_code);
  if (config->state_folder != NULL)
    self->wrong_path = g_build_filename (config->state_folder, "wrong-pins", NULL);
  if (config->state_folder != NULL)
    self->owners_path = g_build_filename (config->state_folder, "owners", NULL);
  self->outbox_folder = g_strdup (config->outbox_folder);
  peg_kiosk_session_load_wrong (self);

  key_file = peg_site_get_string (self->site, PEG_SITE_BADGES_KEY_FILE);
  self->has_key = peg_badge_key_load (key_file, self->key, &error);
  if (!self->has_key)
    g_info ("No badge is known: %s", error->message);

  self->watch = peg_roster_watch_new (peg_site_get_string (self->site, PEG_SITE_BADGES_PEOPLE_FILE));
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (people_changed_cb), self);
  g_signal_connect_swapped (self->store, "notify::snapshot", G_CALLBACK (peg_kiosk_session_hear), self);
  peg_kiosk_session_add_actions (self);
  people_changed_cb (self);

  return self;
}

/**
 * peg_kiosk_session_get_model:
 * @self: a session
 *
 * Returns: (transfer none): what the window shows
 */
PegKioskModel *
peg_kiosk_session_get_model (PegKioskSession *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_SESSION (self), NULL);

  return self->model;
}

/**
 * peg_kiosk_session_start:
 * @self: a session
 *
 * Connects, as the terminal.
 */
void
peg_kiosk_session_start (PegKioskSession *self)
{
  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));

  self->started = TRUE;
  peg_kiosk_session_connect (self, NULL);
  peg_kiosk_session_left_soon (self);
}

/**
 * peg_kiosk_session_set_server:
 * @self: a session
 * @server: the address
 *
 * Connects to another server, as the terminal.
 */
void
peg_kiosk_session_set_server (PegKioskSession *self,
                              const char      *server)
{
  g_autofree char *copy = g_strdup (server);

  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));
  g_return_if_fail (server != NULL);

  g_free (self->server);
  self->server = g_steal_pointer (&copy);
  peg_kiosk_session_connect (self, NULL);
}

/**
 * peg_kiosk_session_activity:
 * @self: a session
 *
 * Somebody touched the screen, or a key.
 */
void
peg_kiosk_session_activity (PegKioskSession *self)
{
  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));

  peg_kiosk_session_step (self, &(PegKioskInput) { .kind = PEG_KIOSK_INPUT_ACTIVITY });
}

/**
 * peg_kiosk_session_scanned:
 * @self: a session
 * @text: what a scanner, or a badge reader, read
 */
void
peg_kiosk_session_scanned (PegKioskSession *self,
                           const char      *text)
{
  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));
  g_return_if_fail (text != NULL);

  peg_kiosk_session_see (self, text);
}

/**
 * peg_kiosk_session_refused:
 * @self: a session
 * @why: why not, a sentence
 *
 * The window cannot do what a card asked for.
 */
void
peg_kiosk_session_refused (PegKioskSession *self,
                           const char      *why)
{
  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));

  peg_kiosk_session_step (self, &(PegKioskInput) { .kind = PEG_KIOSK_INPUT_REFUSED, .text = why });
}

/**
 * peg_kiosk_session_set_version:
 * @self: a session
 * @version: (nullable): which version runs, and what there is about a newer one
 */
void
peg_kiosk_session_set_version (PegKioskSession *self,
                               const char      *version)
{
  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));

  peg_kiosk_machine_set_version (self->machine, version);
  publish (self);
}

/**
 * peg_kiosk_session_set_missing:
 * @self: a session
 * @missing: (nullable): why the terminal is not locked down, sentences
 */
void
peg_kiosk_session_set_missing (PegKioskSession    *self,
                               const char * const *missing)
{
  g_return_if_fail (PEG_IS_KIOSK_SESSION (self));

  peg_kiosk_machine_set_missing (self->machine, missing);
  publish (self);
}

/**
 * peg_kiosk_session_may_update:
 * @self: a session
 *
 * Returns: whether another version may take over now
 */
gboolean
peg_kiosk_session_may_update (PegKioskSession *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_SESSION (self), FALSE);

  return self->may_update;
}
