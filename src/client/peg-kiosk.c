/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk"

#include "peg-config.h"

#include "peg-kiosk.h"

#include "peg-admin.h"
#include "peg-demo.h"
#include "peg-kiosk-session.h"
#include "peg-kiosk-window.h"
#include "peg-portals.h"
#include "peg-safe.h"
#include "peg-self-check.h"
#include "peg-update.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Of the file in the state folder that has what a calibration found out. */
#define CALIBRATION "calibration"

/* What is there in every sandbox of Flatpak (flatpak-metadata(5)). */
#define FLATPAK_INFO "/.flatpak-info"

/**
 * PegKiosk:
 *
 * A terminal that a shift shares: one window over the whole screen, and everything
 * that it needs around it. Who is signed in is decided by #PegKioskSession.
 */
struct _PegKiosk
{
  GObject parent_instance;

  PegStore *store;           /* (owned) (nullable): until it is disposed */
  GActionMap *actions;       /* (unowned) (nullable): the application, until it is disposed */
  PegKioskSession *session;  /* (owned) (nullable): until it is disposed; so are the next */
  PegKioskWindow *window;    /* (unowned) (nullable): GTK’s */
  PegPhysical *physical;     /* (owned) (nullable) */
  PegDemo *demo;             /* (owned) (nullable): the shop that is shown instead */
  PegAdmin *admin;           /* (owned) (nullable) */
  PegUpdate *update;         /* (owned) (nullable): with a session bus */
  PegSafe *safe;             /* (owned) (nullable) */
  GVariant *before;          /* (owned) (nullable): what was looked at before a crash, until
                              * it is looked at again */
  GCancellable *cancellable; /* (owned) (not nullable) */
  char *state_folder;        /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PegKiosk, peg_kiosk, G_TYPE_OBJECT)

static void
window_action_cb (PegKiosk   *self,
                  const char *name,
                  GVariant   *parameter)
{
  if (self->window != NULL &&
      !gtk_widget_activate_action_variant (GTK_WIDGET (self->window), name, parameter))
    g_info ("The window has no action “%s”", name);
}

static void
update_allowed_cb (PegKiosk *self,
                   gboolean  allowed)
{
  if (self->update != NULL)
    peg_update_set_allowed (self->update, allowed);
}

/* Outside a sandbox somebody else installs what is new, and knows about it. */
static void
update_changed_cb (PegKiosk *self)
{
  g_autofree char *words = NULL;

  if (peg_update_get_state (self->update) != PEG_UPDATE_OUTSIDE)
    words = peg_update_dup_words (self->update);
  peg_kiosk_session_set_version (self->session, words);
}

/* The window gives a reason where the terminal had said yes. */
static void
refused_cb (PegKiosk   *self,
            const char *why)
{
  peg_kiosk_session_refused (self->session, why);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) missing = peg_self_check_run_finish (result, &error);
  PegKiosk *self;

  if (error != NULL)
    return;

  self = PEG_KIOSK (user_data);
  peg_kiosk_session_set_missing (self->session, (const char * const *) missing);
}

static void
portals_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) silent = peg_portals_ask_finish (result, &error);
  g_auto (GStrv) notes = NULL;
  PegKiosk *self;

  if (error != NULL)
    return;

  self = PEG_KIOSK (user_data);
  notes = peg_portals_dup_words ((const char * const *) silent);
  if (self->window != NULL)
    peg_kiosk_window_set_notes (self->window, (const char * const *) notes);
}

static char *
dup_calibration_path (PegKiosk *self)
{
  return g_build_filename (self->state_folder, CALIBRATION, NULL);
}

static void
calibrated_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  PegKiosk *self = PEG_KIOSK (user_data);
  const double pixels_per_mm = peg_physical_clamp (g_variant_get_double (parameter));
  g_autofree char *path = dup_calibration_path (self);
  g_autoptr (GError) error = NULL;
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* The action can be reached over the session bus. */
  if (peg_kiosk_model_get_view (peg_kiosk_session_get_model (self->session))->phase !=
      PEG_KIOSK_ADMIN)
    return;

  peg_physical_set_calibrated (self->physical, pixels_per_mm);
  g_mkdir_with_parents (self->state_folder, 0700);
  if (!g_file_set_contents (path, g_ascii_dtostr (text, sizeof text, pixels_per_mm), -1, &error))
    g_info ("How large a millimetre is will be forgotten: %s", error->message);
}

static const GActionEntry entries[] = {
  { .name = "kiosk-calibrated", .parameter_type = "d", .activate = calibrated_cb },
};

/* What was measured here counts more than what the shop laid down for many. */
static PegPhysical *
make_physical (PegKiosk *self,
               PegSite  *site)
{
  PegPhysical *physical = peg_physical_new ();
  double pixels_per_mm = peg_site_get_double (site, PEG_SITE_STATION_PIXELS_PER_MM);
  g_autofree char *path = dup_calibration_path (self);
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL) && g_ascii_strtod (text, NULL) > 0)
    pixels_per_mm = g_ascii_strtod (text, NULL);
  if (pixels_per_mm > 0)
    peg_physical_set_calibrated (physical, pixels_per_mm);
  peg_physical_set_distance_mm (physical,
                                peg_site_get_double (site, PEG_SITE_STATION_DISTANCE_MM));

  return physical;
}

static void
attach_scanner (PegKiosk *self,
                PegSite  *site)
{
  PegWedgeFormat format = {
    .prefix = peg_site_get_string (site, PEG_SITE_BADGES_PREFIX),
    .max_gap_us = peg_site_get_int (site, PEG_SITE_BADGES_MAX_GAP_MS) * 1000,
    .min_length = (guint) peg_site_get_int (site, PEG_SITE_BADGES_MIN_LENGTH),
  };
  const char *suffix = peg_site_get_string (site, PEG_SITE_BADGES_SUFFIX);

  if (suffix != NULL && !peg_wedge_suffix_from_name (suffix, &format.suffix))
    g_info ("“%s” is no key that a scanner presses; taking Enter", suffix);

  peg_kiosk_window_listen (self->window, &format);
}

static void
make_window (PegKiosk       *self,
             GtkApplication *application,
             PegStore       *store,
             PegSite        *site)
{
  self->physical = make_physical (self, site);
  self->window = peg_kiosk_window_new (application, store,
                                       peg_kiosk_session_get_model (self->session), NULL,
                                       self->physical);
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  g_signal_connect_object (self->window, "activity", G_CALLBACK (peg_kiosk_session_activity),
                           self->session, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "scanned", G_CALLBACK (peg_kiosk_session_scanned),
                           self->session, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "refused", G_CALLBACK (refused_cb), self,
                           G_CONNECT_SWAPPED);
  peg_kiosk_window_set_burn_in_s (self->window,
                                  (guint) peg_site_get_int (site, PEG_SITE_KIOSK_BURN_IN_SECONDS));
  peg_kiosk_window_set_sound (self->window, peg_site_get_boolean (site, PEG_SITE_KIOSK_SOUND));
  peg_kiosk_window_set_touch (self->window, peg_site_get_boolean (site, PEG_SITE_STATION_TOUCH));
  peg_kiosk_window_set_machine (self->window, peg_site_get_string (site, PEG_SITE_STATION_MACHINE));
  /* Without their key no badge is known here. */
  peg_kiosk_window_set_badges (self->window,
                               g_access (peg_site_get_string (site, PEG_SITE_BADGES_KEY_FILE),
                                         R_OK) == 0,
                               peg_site_get_boolean (site, PEG_SITE_POLICY_PIN_WITH_BADGE));
  attach_scanner (self, site);
}

static GVariant *
view_cb (gpointer user_data)
{
  PegKiosk *self = PEG_KIOSK (user_data);

  /* What is not shown again yet must not be forgotten by a second crash. */
  if (self->before != NULL || self->window == NULL)
    return NULL;

  return peg_kiosk_window_dup_view_state (self->window);
}

/* After a crash, as soon as there is something to look at. */
static void
restore_cb (PegKiosk *self)
{
  g_autoptr (GVariant) before = NULL;

  if (self->before == NULL || self->window == NULL ||
      !peg_snapshot_has_list (peg_store_get_shown (self->store)))
    return;

  before = g_steal_pointer (&self->before);
  peg_kiosk_window_restore_view_state (self->window, before);
}

/* A crash is nobody’s fault who stands here: they find what they looked at, only that
 * nobody is signed in. */
static void
make_safe (PegKiosk *self)
{
  g_autofree char *path = g_build_filename (self->state_folder, "view", NULL);

  self->safe = peg_safe_new (path);
  self->before = peg_safe_dup_view (self->safe);
  peg_safe_watch (self->safe, view_cb, self);
  g_signal_connect_object (self->window, "activity", G_CALLBACK (peg_safe_note), self->safe,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "scanned", G_CALLBACK (peg_safe_note), self->safe,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "notify::snapshot", G_CALLBACK (restore_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  restore_cb (self);
}

static void
peg_kiosk_dispose (GObject *object)
{
  PegKiosk *self = PEG_KIOSK (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; self->actions != NULL && i < G_N_ELEMENTS (entries); i++)
    g_action_map_remove_action (self->actions, entries[i].name);
  self->actions = NULL;
  g_clear_weak_pointer (&self->window);
  if (self->safe != NULL)
    peg_safe_end (self->safe);
  g_clear_object (&self->safe);
  g_clear_pointer (&self->before, g_variant_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->update);
  g_clear_object (&self->admin);
  g_clear_object (&self->demo);
  if (self->session != NULL)
    g_object_run_dispose (G_OBJECT (self->session));
  g_clear_object (&self->session);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_kiosk_parent_class)->dispose (object);
}

static void
peg_kiosk_finalize (GObject *object)
{
  PegKiosk *self = PEG_KIOSK (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->state_folder, g_free);

  G_OBJECT_CLASS (peg_kiosk_parent_class)->finalize (object);
}

static void
peg_kiosk_class_init (PegKioskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_kiosk_dispose;
  object_class->finalize = peg_kiosk_finalize;
}

static void
peg_kiosk_init (PegKiosk *self)
{
  self->cancellable = g_cancellable_new ();
  self->state_folder = g_build_filename (g_get_user_state_dir (), "pegboard", "kiosk", NULL);
}

static void
demo_started_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = peg_demo_start_finish (PEG_DEMO (source), result, &error);
  g_autofree char *text = NULL;
  PegKiosk *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = PEG_KIOSK (user_data);
  if (self->session == NULL)
    return;
  if (address != NULL) {
    peg_kiosk_session_set_server (self->session, address);
    return;
  }

  /* Translators: %s is a sentence about what went wrong. */
  text = g_strdup_printf (_("The demo shop cannot be opened: %s"), error->message);
  g_message ("%s", text);
  peg_kiosk_session_refused (self->session, text);
}

/* Who tries a terminal out looks at the demo shop as everybody does who has no badge. */
static void
start_demo (PegKiosk *self)
{
  self->demo = peg_demo_new ();
  peg_demo_start_async (self->demo, self->cancellable, demo_started_cb, self);
}

/**
 * peg_kiosk_new:
 * @application: the application; its window is created
 * @store: what is shown
 * @link: the link to the server
 * @site: what the shop laid down
 * @options: what the command line says
 *
 * Connects as the terminal, with nobody signed in.
 *
 * Returns: (transfer full): the terminal
 */
PegKiosk *
peg_kiosk_new (GtkApplication   *application,
               PegStore         *store,
               PegLink          *link,
               PegSite          *site,
               const PegOptions *options)
{
  PegKiosk *self;
  GDBusConnection *connection;
  g_autofree char *outbox = g_build_filename (g_get_user_state_dir (), "pegboard", "outbox", NULL);

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PEG_IS_STORE (store), NULL);
  g_return_val_if_fail (PEG_IS_LINK (link), NULL);

  self = g_object_new (PEG_TYPE_KIOSK, NULL);
  self->actions = G_ACTION_MAP (application);
  self->store = g_object_ref (store);
  self->session = peg_kiosk_session_new (store, link, self->actions, &(PegKioskConfig) {
    .site = site,
    .server = options->server,
    .demo = options->demo,
    .station = options->station,
    .safe_code = options->safe_code,
    .outbox_folder = outbox,
    .state_folder = self->state_folder,
  });
  g_signal_connect_object (self->session, "window-action", G_CALLBACK (window_action_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "update-allowed", G_CALLBACK (update_allowed_cb), self,
                           G_CONNECT_SWAPPED);

  g_action_map_add_action_entries (self->actions, entries, G_N_ELEMENTS (entries), self);
  self->admin = peg_admin_new (G_APPLICATION (application),
                               peg_kiosk_session_get_model (self->session), store, link);
  connection = g_application_get_dbus_connection (G_APPLICATION (application));
  if (connection != NULL) {
    self->update = peg_update_new (connection, FLATPAK_INFO);
    g_signal_connect_object (self->update, "restart", G_CALLBACK (peg_admin_restart), application,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->update, "notify", G_CALLBACK (update_changed_cb), self,
                             G_CONNECT_SWAPPED);
    update_changed_cb (self);
  }

  make_window (self, application, store, site);
  make_safe (self);
  peg_self_check_run_async (site, self->cancellable, checked_cb, self);
  if (connection != NULL && g_file_test (FLATPAK_INFO, G_FILE_TEST_EXISTS))
    peg_portals_ask_async (connection, PEG_PORTALS_PATIENCE_MS, self->cancellable, portals_cb, self);
  peg_kiosk_session_start (self->session);
  if (options->demo)
    start_demo (self);

  return self;
}
