/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-window-layout"

#include "peg-config.h"

#include "peg-window-private.h"

/* What there is room for, and what is remembered of it. */

/* Below this width the list and the details take turns; and below what both side
 * by side need, which depends on the language, the font and what is said. */
#define NARROW_WIDTH 780

/*
 * peg_window_arrange:
 *
 * Shows what there is room for, and the buttons that belong to it.
 */
void
peg_window_arrange (PegWindow *self)
{
  const gboolean files = self->page == PEG_PAGE_FILES;
  const gboolean in_files =
    g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "files") == 0;
  GAction *show = g_action_map_lookup_action (G_ACTION_MAP (self), "show-details");
  g_autoptr (GVariant) wanted = g_action_get_state (show);
  const gboolean details = self->narrow ? self->in_details
                                        : g_variant_get_boolean (wanted) || self->checking_in;
  const gboolean can_go_back = (files && in_files && self->narrow && self->in_details) ||
                               self->asked_for_server || self->asked_to_sign_in ||
                               self->asked_to_sign_out;

  if (!self->checking_in)
    peg_check_in_page_close (self->check_in);

  gtk_widget_set_visible (GTK_WIDGET (self->side), details);
  gtk_widget_set_visible (self->list_side, !self->narrow || !self->in_details);
  gtk_stack_set_visible_child_name (self->side, self->checking_in ? "check-in" : "details");

  gtk_stack_set_visible_child_name (self->title_stack,
                                    files && !self->narrow ? "switcher" : "title");
  adw_view_switcher_bar_set_reveal (self->switcher_bar,
                                    files && self->narrow && !(in_files && self->in_details));
  gtk_widget_set_visible (self->search_button,
                          files && in_files && !(self->narrow && self->in_details));
  gtk_widget_set_visible (self->back, can_go_back);

  /* Where room is short, how the connection is matters more than any name. */
  peg_status_dot_set_narrow (self->dot, self->narrow);
  peg_people_button_set_narrow (self->people, self->narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->title_stack),
                          !self->narrow || !gtk_widget_get_visible (GTK_WIDGET (self->dot)));
  adw_header_bar_set_centering_policy (self->header,
                                       self->narrow ? ADW_CENTERING_POLICY_LOOSE
                                                    : ADW_CENTERING_POLICY_STRICT);
}

static void
set_narrow (PegWindow *self,
            gboolean   narrow)
{
  self->narrow = narrow;
  peg_fold_set_narrow (self->fold, narrow);
}

static gboolean
is_narrow (PegWindow *self,
           int        width)
{
  return width < MAX (NARROW_WIDTH, peg_fold_get_needed (self->fold));
}

static gboolean
fold_cb (gpointer user_data)
{
  PegWindow *self = user_data;

  self->fold_id = 0;
  set_narrow (self, is_narrow (self, gtk_widget_get_width (GTK_WIDGET (self->fold))));
  /* What somebody reads or writes stays in sight. */
  self->in_details = self->narrow && self->checking_in;
  peg_window_arrange (self);

  return G_SOURCE_REMOVE;
}

/*
 * peg_window_fold:
 * @width: how wide the window is now
 *
 * Changes between wide and narrow, a little later: what is visible must not
 * change while it is being placed.
 */
void
peg_window_fold (PegWindow *self,
                 int        width)
{
  if (self->narrow == is_narrow (self, width) || self->fold_id != 0)
    return;

  self->fold_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, self, NULL);
  g_source_set_name_by_id (self->fold_id, "[peg] fold");
}

/*
 * peg_window_unfold:
 *
 * Decides how a window begins that has never been laid out.
 */
void
peg_window_unfold (PegWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && width < NARROW_WIDTH) {
    set_narrow (self, TRUE);
    peg_window_arrange (self);
  }
}

/*
 * peg_window_place_details:
 *
 * Makes the details as wide as they were, when it is known for the first time
 * how much room there is for both sides: the window may have a frame, and may
 * be maximized at once.
 */
void
peg_window_place_details (PegWindow *self)
{
  int details = 400, least, first, most;

  if (self->placed || !gtk_widget_get_visible (GTK_WIDGET (self->side)))
    return;

  self->placed = TRUE;
  if (self->settings != NULL)
    details = g_settings_get_int (self->settings, "details-width");

  gtk_widget_measure (GTK_WIDGET (self->side), GTK_ORIENTATION_HORIZONTAL, -1,
                      &least, NULL, NULL, NULL);
  g_object_get (self->paned, "min-position", &first, "max-position", &most, NULL);
  gtk_paned_set_position (self->paned,
                          MIN (MAX (most + least - MAX (details, least), first), most));
  peg_window_note_details (self);
  self->moved = FALSE;
}

/*
 * peg_window_note_details:
 *
 * The border between the list and the details has moved. Where the room for both
 * is as it was, a person moved it, and wants it to be there the next time.
 */
void
peg_window_note_details (PegWindow *self)
{
  int position, most;

  g_object_get (self->paned, "position", &position, "max-position", &most, NULL);
  if (self->placed && most == self->paned_most && position != self->paned_position)
    self->moved = TRUE;
  self->paned_position = position;
  self->paned_most = most;
}

static void
recent_changed_cb (PegWindow *self)
{
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, "recent-servers");

  peg_connect_page_set_recent (self->connect_page, (const char * const *) recent);
}

/*
 * peg_window_load_settings:
 *
 * Is as it was when a window was last closed.
 */
void
peg_window_load_settings (PegWindow *self)
{
  g_autofree char *address = NULL;
  g_autofree char *user = NULL;
  g_autofree char *filter = NULL;

  if (self->settings == NULL)
    return;

  address = g_settings_get_string (self->settings, "server-address");
  user = g_settings_get_string (self->settings, "user-name");

  filter = g_settings_get_string (self->settings, "filter");

  g_signal_connect_object (self->settings, "changed::recent-servers",
                           G_CALLBACK (recent_changed_cb), self, G_CONNECT_SWAPPED);
  recent_changed_cb (self);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "filter",
                                      g_variant_new_string (filter));
  if (!g_settings_is_writable (self->settings, "server-address"))
    peg_connect_page_lock (self->connect_page, address);
  self->ca_locked = !g_settings_is_writable (self->settings, "shop-ca-file");
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self),
                                                                           "choose-ca")),
                               !self->ca_locked);
  peg_connect_page_fill (self->connect_page, address, *user != '\0' ? user : g_get_user_name ());

  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

/*
 * peg_window_save_settings:
 *
 * Remembers how the window is.
 */
void
peg_window_save_settings (PegWindow *self)
{
  int width, height;

  if (self->settings == NULL)
    return;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", MAX (width, 360));
  g_settings_set_int (self->settings, "window-height", MAX (height, 240));
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  if (self->moved && !self->narrow && gtk_widget_get_mapped (GTK_WIDGET (self->side)))
    g_settings_set_int (self->settings, "details-width",
                        MAX (gtk_widget_get_width (GTK_WIDGET (self->side)), 240));
}
