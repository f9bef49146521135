/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-desktop"

#include "peg-config.h"

#include "peg-desktop.h"

#include "peg-ui.h"

#include <adwaita.h>

/**
 * peg_desktop_take_scheme:
 * @scheme: `dark`, `light` or `system`
 *
 * Makes every window so.
 */
void
peg_desktop_take_scheme (const char *scheme)
{
  AdwColorScheme wanted = ADW_COLOR_SCHEME_DEFAULT;

  g_return_if_fail (scheme != NULL);

  if (g_str_equal (scheme, "dark"))
    wanted = ADW_COLOR_SCHEME_FORCE_DARK;
  else if (g_str_equal (scheme, "light"))
    wanted = ADW_COLOR_SCHEME_FORCE_LIGHT;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), wanted);
}

static void
color_scheme_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  static const char * const schemes[] = { "system", "light", "dark", NULL };
  const char *scheme = g_variant_get_string (parameter, NULL);

  if (!g_strv_contains (schemes, scheme))
    return;

  peg_desktop_take_scheme (scheme);
  g_simple_action_set_state (action, parameter);
  peg_preferences_remember_text (g_object_get_data (G_OBJECT (action), "preferences"),
                                 "color-scheme", scheme);
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  if (parent != NULL)
    gtk_window_present (peg_ui_create_about (parent));
}

static void
shortcuts_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  if (parent != NULL)
    gtk_window_present (peg_ui_create_shortcuts (parent));
}

static const GActionEntry entries[] = {
  { .name = "color-scheme", .parameter_type = "s", .state = "'system'",
    .activate = color_scheme_cb },
  { .name = "about", .activate = about_cb },
  { .name = "shortcuts", .activate = shortcuts_cb },
};

/**
 * peg_desktop_add_actions:
 * @application: the application
 * @preferences: what is remembered
 *
 * What a window on a desktop can do that has nothing to do with a shop, and the keys for
 * everything it can do.
 */
void
peg_desktop_add_actions (GtkApplication *application,
                         PegPreferences *preferences)
{
  g_autofree char *scheme = NULL;

  g_return_if_fail (GTK_IS_APPLICATION (application));
  g_return_if_fail (PEG_IS_PREFERENCES (preferences));

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  g_object_set_data_full (G_OBJECT (g_action_map_lookup_action (G_ACTION_MAP (application),
                                                                "color-scheme")),
                          "preferences", g_object_ref (preferences), g_object_unref);
  peg_ui_set_accels (application);

  scheme = peg_preferences_dup_text (preferences, "color-scheme");
  if (scheme != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "color-scheme",
                                    g_variant_new_string (scheme));
}
