/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "ui-shots"

#include "peg-config.h"

#include "fake-shop.h"
#include "peg-draft-strip.h"
#include "peg-people-button.h"
#include "peg-status-dot.h"
#include "peg-ui.h"
#include "peg-window.h"
#include "stage.h"

#include <glib/gstdio.h>

/* Takes a picture of every page of the window, in the light and the dark style
 * and in high contrast, from made-up states: for looking at, and for the
 * README. Needs a display; tests/tools/with-display.sh gives it one. */

typedef enum {
  STYLE_LIGHT,
  STYLE_DARK,
  STYLE_CONTRAST,
  N_STYLES,
} Style;

static const char * const style_names[] = { "light", "dark", "contrast" };

typedef struct {
  const char *name;
  FakeShopState state;
  const char *select;   /* (nullable): the key of a file */
  void (*prepare) (PegWindow *window,
                   PegStore  *store);
  int width;
  int height;
  gboolean all_styles;
} Shot;

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
prepare_search (PegWindow *window,
                PegStore  *store)
{
  GtkWidget *entry = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (window), PEG_TYPE_WINDOW,
                                                                "search_entry"));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.search", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "bracket 12");
  g_signal_emit_by_name (entry, "search-changed");
}

static void
prepare_nothing (PegWindow *window,
                 PegStore  *store)
{
  GtkWidget *entry = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (window), PEG_TYPE_WINDOW,
                                                                "search_entry"));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.search", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "O7788 <flange>");
  g_signal_emit_by_name (entry, "search-changed");
}

static void
prepare_out_filter (PegWindow *window,
                    PegStore  *store)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.filter", "s", "out");
}

static void
prepare_check_in (PegWindow *window,
                  PegStore  *store)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.check-in", NULL);
}

static void
prepare_board (PegWindow *window,
               PegStore  *store)
{
  GObject *views = gtk_widget_get_template_child (GTK_WIDGET (window), PEG_TYPE_WINDOW, "views");

  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (views), "out");
}

static void
prepare_toast (PegWindow *window,
               PegStore  *store)
{
  fake_shop_notice (store, PEG_NOTICE_ERROR,
                    "1234567_AB12.nc could not be checked out: Dana has it since 06:41. Ask her, or wait until it is back.",
                    "HTTP 409: taken");
  fake_shop_show (store);
}

static void
prepare_pending (PegWindow *window,
                 PegStore  *store)
{
  fake_shop_pending (store, FAKE_SHOP_FREE, PEG_ACTION_CHECK_OUT);
  fake_shop_show (store);
}

static void
prepare_collapsed (PegWindow *window,
                   PegStore  *store)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.collapse-all", NULL);
}

static void
prepare_rtl (PegWindow *window,
             PegStore  *store)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

static void
prepare_touch (PegWindow *window,
               PegStore  *store)
{
  peg_window_set_touch (window, TRUE);
}

static void
pop_up (PegWindow  *window,
        const char *part,
        GType       type)
{
  GObject *child = gtk_widget_get_template_child (GTK_WIDGET (window), PEG_TYPE_WINDOW, part);
  GObject *button = gtk_widget_get_template_child (GTK_WIDGET (child), type, "button");

  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
}

static void
prepare_connection (PegWindow *window,
                    PegStore  *store)
{
  pop_up (window, "dot", PEG_TYPE_STATUS_DOT);
}

/* A window of its own. */
static void
prepare_connection_window (PegWindow *window,
                           PegStore  *store)
{
  fake_shop_add_log (store);
  fake_shop_show (store);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.connection-details", NULL);
}

static void
prepare_works (PegWindow *window,
               PegStore  *store)
{
  fake_shop_add_works (store);
  fake_shop_add_present (store);
  fake_shop_show (store);
}

static void
prepare_people (PegWindow *window,
                PegStore  *store)
{
  prepare_works (window, store);
  pop_up (window, "people", PEG_TYPE_PEOPLE_BUTTON);
}

static void
prepare_people_board (PegWindow *window,
                      PegStore  *store)
{
  prepare_works (window, store);
  prepare_board (window, store);
}

static void
prepare_notes (PegWindow *window,
               PegStore  *store)
{
  prepare_toast (window, store);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-notes", NULL);
}

static void
prepare_drafts (PegWindow *window,
                PegStore  *store)
{
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  PegDisplayNow now;

  fake_shop_now (&now);
  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) "00000000-0000-4000-8000-000000000001",
    .action = PEG_ACTION_CHECK_IN,
    .state = PEG_DRAFT_UNCERTAIN,
    .key = (char *) FAKE_SHOP_OWN,
    .filename = (char *) "1234567_C1.nc",
    .created_us = now.wall_us - 600 * G_USEC_PER_SEC,
    .sent_us = now.wall_us - 600 * G_USEC_PER_SEC,
    .size = 12,
  }));
  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) "00000000-0000-4000-8000-000000000002",
    .action = PEG_ACTION_CHECK_IN,
    .state = PEG_DRAFT_QUEUED,
    .key = (char *) FAKE_SHOP_FREE,
    .filename = (char *) "1234567.mcam",
    .created_us = now.wall_us,
    .size = 12,
  }));
  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
  fake_shop_show (store);
  peg_draft_strip_open (PEG_DRAFT_STRIP (gtk_widget_get_template_child (GTK_WIDGET (window),
                                                                        PEG_TYPE_WINDOW, "drafts")));
}

static void
prepare_reason (PegWindow *window,
                PegStore  *store)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.check-out", NULL);
}

static void
prepare_menu (PegWindow *window,
              PegStore  *store)
{
  GObject *button = gtk_widget_get_template_child (GTK_WIDGET (window), PEG_TYPE_WINDOW,
                                                   "menu_button");

  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
}

static const Shot shots[] = {
  { "files", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, NULL, 1120, 720, TRUE },
  { "files-own", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, NULL, 1120, 720, TRUE },
  { "files-free", FAKE_SHOP_LIVE, FAKE_SHOP_FREE, NULL, 1120, 860, FALSE },
  { "files-trouble", FAKE_SHOP_LIVE, FAKE_SHOP_TROUBLE, NULL, 1120, 720, FALSE },
  { "files-long", FAKE_SHOP_LIVE, FAKE_SHOP_LONG, NULL, 1120, 720, FALSE },
  { "files-pending", FAKE_SHOP_LIVE, FAKE_SHOP_FREE, prepare_pending, 1120, 720, FALSE },
  { "files-nothing-selected", FAKE_SHOP_LIVE, NULL, NULL, 1120, 720, FALSE },
  { "files-collapsed", FAKE_SHOP_LIVE, NULL, prepare_collapsed, 1120, 720, FALSE },
  { "files-800", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, NULL, 800, 600, FALSE },
  { "files-wide", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, NULL, 1800, 900, FALSE },
  { "files-narrow", FAKE_SHOP_LIVE, NULL, NULL, 400, 700, TRUE },
  { "details-narrow", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, NULL, 400, 700, FALSE },
  { "files-rtl", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, prepare_rtl, 1120, 720, FALSE },
  { "files-touch", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, prepare_touch, 1120, 720, FALSE },
  { "search", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, prepare_search, 1120, 720, TRUE },
  { "search-nothing", FAKE_SHOP_LIVE, NULL, prepare_nothing, 1120, 720, FALSE },
  { "filter-out", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, prepare_out_filter, 1120, 720, FALSE },
  { "check-in", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, prepare_check_in, 1120, 720, TRUE },
  { "out-now", FAKE_SHOP_LIVE, NULL, prepare_board, 1120, 720, TRUE },
  { "out-now-narrow", FAKE_SHOP_LIVE, NULL, prepare_board, 400, 700, FALSE },
  { "toast", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, prepare_toast, 1120, 720, FALSE },
  { "slower", FAKE_SHOP_SLOWER, NULL, NULL, 1120, 720, FALSE },
  { "waiting", FAKE_SHOP_WAITING, FAKE_SHOP_OTHER, NULL, 1120, 720, TRUE },
  { "waiting-narrow", FAKE_SHOP_WAITING, NULL, NULL, 400, 700, FALSE },
  { "retrying", FAKE_SHOP_RETRYING, NULL, NULL, 1120, 720, FALSE },
  { "suspended", FAKE_SHOP_SUSPENDED, FAKE_SHOP_OWN, NULL, 1120, 720, TRUE },
  { "stopped", FAKE_SHOP_STOPPED, FAKE_SHOP_FREE, NULL, 1120, 720, FALSE },
  { "sign-in-cached", FAKE_SHOP_SIGN_IN_CACHED, NULL, NULL, 1120, 720, FALSE },
  { "connecting-cached", FAKE_SHOP_CONNECTING_CACHED, NULL, NULL, 1120, 720, FALSE },
  { "first-run", FAKE_SHOP_FIRST_RUN, NULL, NULL, 1120, 720, TRUE },
  { "first-run-narrow", FAKE_SHOP_FIRST_RUN, NULL, NULL, 400, 700, FALSE },
  { "refused", FAKE_SHOP_REFUSED, NULL, NULL, 1120, 720, TRUE },
  { "connecting", FAKE_SHOP_CONNECTING, NULL, NULL, 1120, 720, FALSE },
  { "offline", FAKE_SHOP_OFFLINE, NULL, NULL, 1120, 720, TRUE },
  { "certificate", FAKE_SHOP_CERTIFICATE, NULL, NULL, 1120, 720, FALSE },
  { "sign-in", FAKE_SHOP_SIGN_IN, NULL, NULL, 1120, 720, FALSE },
  { "not-set-up", FAKE_SHOP_NOT_SET_UP, NULL, NULL, 1120, 720, FALSE },
  { "popover-connection", FAKE_SHOP_LIVE, NULL, prepare_connection, 1120, 720, TRUE },
  { "popover-offline", FAKE_SHOP_RETRYING, NULL, prepare_connection, 1120, 720, FALSE },
  { "popover-notes", FAKE_SHOP_LIVE, NULL, prepare_notes, 1120, 720, TRUE },
  { "popover-reason", FAKE_SHOP_LIVE, FAKE_SHOP_FREE, prepare_reason, 1120, 720, TRUE },
  { "popover-menu", FAKE_SHOP_LIVE, FAKE_SHOP_FREE, prepare_menu, 1120, 720, FALSE },
  { "works", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, prepare_works, 1120, 720, TRUE },
  { "works-narrow", FAKE_SHOP_LIVE, NULL, prepare_works, 400, 700, FALSE },
  { "popover-people", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, prepare_people, 1120, 720, TRUE },
  { "out-now-people", FAKE_SHOP_LIVE, NULL, prepare_people_board, 1120, 720, FALSE },
  { "connection", FAKE_SHOP_LIVE, NULL, prepare_connection_window, 1120, 720, TRUE },
  { "connection-offline", FAKE_SHOP_RETRYING, NULL, prepare_connection_window, 1120, 720, FALSE },
  { "drafts", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, prepare_drafts, 1120, 720, TRUE },
  { "drafts-offline", FAKE_SHOP_SUSPENDED, FAKE_SHOP_OWN, prepare_drafts, 1120, 720, FALSE },
  { "drafts-narrow", FAKE_SHOP_LIVE, NULL, prepare_drafts, 400, 700, FALSE },
  { "empty", FAKE_SHOP_EMPTY, NULL, NULL, 1120, 720, FALSE },
};

/* A popover is a surface of its own and not in the picture of the window: where
 * one is open, the picture is of that. */
static GtkWidget *
find_popover (GtkWidget *widget)
{
  if (GTK_IS_POPOVER (widget) && gtk_widget_get_mapped (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_popover (child);

    if (found != NULL)
      return found;
  }

  return NULL;
}

/* A window that the window opened, or the window. */
static GtkWidget *
find_window (GtkWidget *window)
{
  g_autoptr (GListModel) all = G_LIST_MODEL (g_object_ref (gtk_window_get_toplevels ()));

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (GtkWindow) other = g_list_model_get_item (all, i);

    if (GTK_WIDGET (gtk_window_get_transient_for (other)) == window)
      return GTK_WIDGET (other);
  }

  return window;
}

static void
take (GtkApplication *application,
      const Shot     *shot,
      Style           style,
      const char     *folder)
{
  g_autoptr (PegStore) store = fake_shop_new (shot->state);
  g_autofree char *name = g_strdup_printf ("%s-%s.png", shot->name, style_names[style]);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (PegNow) now = NULL;
  PegDisplayNow fixed;
  PegWindow *window;
  GtkWidget *popover;

  fake_shop_now (&fixed);
  now = peg_now_new_fixed (&fixed);
  fake_shop_add_notes (store);
  if (shot->select != NULL)
    fake_shop_add_history (store, shot->select);
  fake_shop_show (store);

  window = g_object_new (PEG_TYPE_WINDOW, "application", application, "store", store, "now", now,
                         NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), shot->width, shot->height);
  gtk_window_present (GTK_WINDOW (window));
  stage_settle (GTK_WIDGET (window));

  if (shot->select != NULL)
    peg_window_select (window, shot->select);
  if (shot->prepare != NULL)
    shot->prepare (window, store);
  stage_settle (GTK_WIDGET (window));

  popover = find_popover (GTK_WIDGET (window));
  stage_save_picture (popover != NULL ? popover : find_window (GTK_WIDGET (window)), path);
  gtk_window_destroy (GTK_WINDOW (window));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  drain ();
}

static void
set_style (Style style)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (manager, style == STYLE_DARK ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                   : ADW_COLOR_SCHEME_FORCE_LIGHT);
  drain ();
}

/* What a picture depends on is the same everywhere it is taken. */
static void
pin_settings (void)
{
  g_object_set (gtk_settings_get_default (),
                "gtk-font-name", "Cantarell 11",
                "gtk-icon-theme-name", "Adwaita",
                "gtk-decoration-layout", ":close",
                "gtk-enable-animations", FALSE,
                "gtk-cursor-blink", FALSE,
                "gtk-xft-antialias", 1,
                "gtk-xft-hinting", 1,
                "gtk-xft-hintstyle", "hintslight",
                "gtk-xft-rgba", "none",
                "gtk-xft-dpi", 96 * 1024,
                NULL);
}

static void
add_action (GApplication *application,
            const char   *name,
            const char   *type)
{
  g_autoptr (GSimpleAction) action =
    g_simple_action_new (name, type != NULL ? G_VARIANT_TYPE (type) : NULL);

  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
}

/* The actions of the application, so that the buttons look as they do there. */
static void
add_actions (GApplication *application)
{
  add_action (application, "connect", "(ss)");
  add_action (application, "disconnect", NULL);
  add_action (application, "sign-in", "(ss)");
  add_action (application, "sign-out", NULL);
  add_action (application, "trust-ca", "s");
  add_action (application, "reconnect", NULL);
  add_action (application, "demo-shop", NULL);
  add_action (application, "check-out", "(ss)");
  add_action (application, "check-in", "(sssb)");
  add_action (application, "release", "s");
  add_action (application, "save-copy", "(ss)");
  add_action (application, "open", "s");
  add_action (application, "history", "s");
  add_action (application, "download-revision", "(sss)");
  add_action (application, "acknowledge", "s");
  add_action (application, "draft-send", "s");
  add_action (application, "draft-arrived", "s");
  add_action (application, "draft-save", "(ss)");
  add_action (application, "draft-discard", "s");
  add_action (application, "hide-work", "(sb)");
  add_action (application, "about", NULL);
  add_action (application, "shortcuts", NULL);
  add_action (application, "quit", NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  Style first = STYLE_LIGHT, last = STYLE_DARK;

  if (argc < 2) {
    g_printerr ("Usage: ui-shots FOLDER [NAME…]\n");
    return 2;
  }

  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_mkdir_with_parents (argv[1], 0755);

  /* libadwaita reads this once, at its start. */
  if (g_strcmp0 (g_getenv ("ADW_DEBUG_HIGH_CONTRAST"), "1") == 0)
    first = last = STYLE_CONTRAST;

  application = adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  add_actions (G_APPLICATION (application));
  peg_ui_set_accels (GTK_APPLICATION (application));
  pin_settings ();

  for (Style style = first; style <= last; style++) {
    set_style (style);
    for (guint i = 0; i < G_N_ELEMENTS (shots); i++) {
      if (argc > 2 && !g_strv_contains ((const char * const *) argv + 2, shots[i].name))
        continue;
      if (style == STYLE_LIGHT || shots[i].all_styles || argc > 2)
        take (GTK_APPLICATION (application), &shots[i], style, argv[1]);
    }
  }

  return 0;
}
