/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-window-render"

#include "peg-config.h"

#include "peg-quiet.h"
#include "peg-window-private.h"

#include <glib/gi18n.h>

/* From the snapshot to everything that the window shows. */

/* A shop that is no longer than this is shown with everything open. */
#define SMALL_SHOP 60

/* How often ages are looked at while any is shown, µs: a minute is never wrong
 * for longer than this. */
#define AGES_TICK_US (10 * G_USEC_PER_SEC)

/* How often the number in a title changes while changes pour in, µs, and how many
 * of them are shown at once before that counts: what people do one by one always
 * is. */
#define OUT_TITLE_US (G_USEC_PER_SEC / 4)
#define OUT_TITLES_AT_ONCE 4

/* The history of a file that somebody only passes on the way to another is not
 * asked for. */
#define HISTORY_DELAY_MS 120

/* Asking for the history of the selected file. */

static gboolean
ask_history_cb (gpointer user_data)
{
  PegWindow *self = user_data;
  PegEntry *entry = peg_window_get_entry (self);

  self->history_id = 0;
  gtk_widget_activate_action (GTK_WIDGET (self), "app.history", "s",
                              entry != NULL ? peg_entry_get_key (entry) : "");

  return G_SOURCE_REMOVE;
}

/*
 * peg_window_update_history:
 *
 * Asks for the history of the selected file when that is another than before,
 * or has another revision.
 */
void
peg_window_update_history (PegWindow   *self,
                           PegSnapshot *snapshot)
{
  PegEntry *entry = peg_window_get_entry (self);
  g_autofree char *wanted = NULL;
  int major, minor;

  if (!peg_snapshot_is_live (snapshot)) {
    /* To be asked for again when the server is back. */
    if (peg_snapshot_get_history (snapshot)->state != PEG_HISTORY_READY)
      g_clear_pointer (&self->history_of, g_free);
    return;
  }

  if (entry != NULL) {
    peg_entry_get_revision (entry, &major, &minor);
    wanted = g_strdup_printf ("%s\n%d.%d", peg_entry_get_key (entry), major, minor);
  }

  if (g_strcmp0 (self->history_of, wanted) == 0)
    return;

  g_free (self->history_of);
  self->history_of = g_steal_pointer (&wanted);
  g_clear_handle_id (&self->history_id, g_source_remove);
  self->history_id = g_timeout_add (HISTORY_DELAY_MS, ask_history_cb, self);
  g_source_set_name_by_id (self->history_id, "[peg] history");
}

/* Rendering. */

static void
set_description (AdwStatusPage *page,
                 const char    *text)
{
  g_autofree char *escaped = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  /* The page would read the markup again. */
  if (g_strcmp0 (adw_status_page_get_description (page), escaped) != 0)
    adw_status_page_set_description (page, escaped);
}

static const char *
certificate_title (PegLinkReason reason)
{
  switch ((int) reason) {
  case PEG_LINK_REASON_CERTIFICATE_HOST:
    return _("Certificate of Another Server");
  case PEG_LINK_REASON_CERTIFICATE_EXPIRED:
    return _("Certificate Expired");
  case PEG_LINK_REASON_OWN_CERTIFICATE:
    return _("Certificate Needed");
  case PEG_LINK_REASON_CA_FILE:
    return _("CA File Cannot Be Used");
  default:
    return _("Certificate Not Trusted");
  }
}

static void
render_sign_out (PegWindow   *self,
                 PegSnapshot *snapshot)
{
  const guint n = peg_snapshot_get_drafts (snapshot)->len;
  g_autofree char *words = NULL;

  words = g_strdup_printf (ngettext ("%u file that you want to check in is only on this computer. Whoever signs out throws it away.",
                                     "%u files that you want to check in are only on this computer. Whoever signs out throws them away.",
                                     n), n);
  set_description (self->sign_out_page, words);
}

static void
render_state_pages (PegWindow           *self,
                    PegSnapshot         *snapshot,
                    const PegDisplayNow *now)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  const gboolean is_about_ca = link->reason == PEG_LINK_REASON_CERTIFICATE ||
                               link->reason == PEG_LINK_REASON_CERTIFICATE_ISSUER ||
                               link->reason == PEG_LINK_REASON_CA_FILE;
  const char *url = peg_snapshot_get_server_url (snapshot);
  g_autofree char *why = peg_display_link_why (snapshot);
  g_autofree char *words = peg_display_link_words (snapshot, now);
  g_autofree char *offline = NULL;
  g_autofree char *certificate = NULL;

  /* Whose certificate it is, and who signed it, is for somebody to check. */
  if (why != NULL && link->detail != NULL)
    certificate = g_strdup_printf ("%s\n\n%s", why, link->detail);
  else
    certificate = g_strdup (why);
  offline = why != NULL ? g_strdup_printf ("%s\n%s", why, words) : g_strdup (words);
  adw_status_page_set_icon_name (self->offline_page,
                                 peg_display_dot_icon (peg_display_dot (link->state)));
  set_description (self->connecting_page, url);
  set_description (self->offline_page, offline);
  set_description (self->certificate_page, certificate);
  adw_status_page_set_title (self->certificate_page, certificate_title (link->reason));
  gtk_widget_set_visible (self->choose_ca, is_about_ca && !self->ca_locked);
  gtk_widget_set_visible (self->ca_lock, is_about_ca && self->ca_locked);
  peg_sign_in_page_update (self->sign_in_page, snapshot);
  render_sign_out (self, snapshot);

  gtk_spinner_set_spinning (self->connecting_spinner, self->page == PEG_PAGE_CONNECTING);
}

/*
 * peg_window_render_found:
 *
 * Shows the list, or says that nothing in it matches.
 */
void
peg_window_render_found (PegWindow *self)
{
  const char *search = self->searched;
  const PegFilter filter = peg_rows_get_filter (self->rows);
  const gboolean found = peg_rows_get_n_files (self->rows) > 0;
  g_autofree char *words = NULL;

  gtk_stack_set_visible_child_name (self->list_stack, found ? "list" : "nothing");
  if (found)
    return;

  if (peg_rows_get_search (self->rows) != NULL) {
    adw_status_page_set_icon_name (self->nothing_page, "edit-find-symbolic");
    adw_status_page_set_title (self->nothing_page, _("Nothing Found"));
    if (filter == PEG_FILTER_ALL)
      /* Translators: %s is what somebody looks for. */
      words = g_strdup_printf (_("No file has “%s” in its name, its description or its holder."),
                               search);
    else
      /* Translators: %s is what somebody looks for. */
      words = g_strdup_printf (_("None of the files that are shown has “%s” in its name, "
                                 "its description or its holder. Others may."),
                               search);
  } else {
    adw_status_page_set_icon_name (self->nothing_page, "peg-free-symbolic");
    switch (filter) {
    case PEG_FILTER_OUT:
      adw_status_page_set_title (self->nothing_page, _("Nothing Is Out"));
      words = g_strdup (_("Every program hangs on its peg."));
      break;
    case PEG_FILTER_MINE:
      adw_status_page_set_title (self->nothing_page, _("Nothing Is Yours"));
      words = g_strdup (_("You have no program checked out."));
      break;
    case PEG_FILTER_FREE:
      adw_status_page_set_title (self->nothing_page, _("Nothing Is Free"));
      words = g_strdup (_("Every program is checked out."));
      break;
    case PEG_FILTER_ALL:
      break;
    default:
      g_assert_not_reached ();
    }
  }

  set_description (self->nothing_page, words);
}

static gboolean
focus_cb (gpointer user_data)
{
  PegWindow *self = user_data;
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  /* Whoever is at something already stays there. GTK gives the focus of what goes
   * to the first that takes it: on a page that comes a filter, and where the search
   * goes, slowly, the divider, which Page Down would move. */
  self->focus_id = 0;
  if (focus == NULL || focus == GTK_WIDGET (self->paned) ||
      gtk_widget_is_ancestor (focus, GTK_WIDGET (self->header)) ||
      gtk_widget_is_ancestor (focus, GTK_WIDGET (self->filters)) ||
      gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)) ||
      (!gtk_search_bar_get_search_mode (self->search_bar) &&
       gtk_widget_is_ancestor (focus, GTK_WIDGET (self->search_bar))) ||
      !gtk_widget_get_mapped (focus))
    peg_file_list_focus (self->list);

  return G_SOURCE_REMOVE;
}

/*
 * peg_window_schedule_focus:
 *
 * The files are what a person comes for, and not the first button of the header:
 * gives them the focus soon, unless the person is at something else. A list takes
 * the focus when it has rows, which it gets with its size.
 */
void
peg_window_schedule_focus (PegWindow *self)
{
  if (self->focus_id != 0)
    return;

  self->focus_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_cb, self, NULL);
  g_source_set_name_by_id (self->focus_id, "[peg] focus");
}

/* Whoever looks for nothing any more goes on at the file that is selected. What
 * it is in may have been closed. */
static void
show_selected (PegWindow *self)
{
  PegEntry *entry = peg_window_get_entry (self);
  guint position;

  if (entry != NULL)
    peg_rows_reveal (self->rows, peg_entry_get_key (entry));
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    peg_window_schedule_focus (self);
  if (peg_selection_get_position (self->selection, &position))
    peg_file_list_scroll_to (self->list, position);
}

/*
 * peg_window_show_found:
 *
 * What is looked for is another: whoever found what they looked for sees it among
 * the others, and who has not begins at the first.
 */
void
peg_window_show_found (PegWindow *self)
{
  guint position;

  if (peg_rows_get_search (self->rows) == NULL) {
    show_selected (self);
    return;
  }

  if (!peg_rows_find_found (self->rows, TRUE, &position) &&
      !peg_selection_get_position (self->selection, &position))
    position = 0;
  peg_file_list_scroll_to (self->list, position);
}

static void
choose_page (PegWindow   *self,
             PegSnapshot *snapshot)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  const PegPage before = self->page;

  /* Whoever asked for a server has got one. */
  if (self->asked_for_server && peg_snapshot_is_live (snapshot) && !self->had_list)
    self->asked_for_server = FALSE;
  self->had_list = peg_snapshot_has_list (snapshot) && peg_snapshot_is_live (snapshot);

  if (link->state != PEG_LINK_ACTION_NEEDED || link->reason != PEG_LINK_REASON_SIGN_IN)
    self->asked_to_sign_in = FALSE;
  if (!peg_snapshot_get_sign_in (snapshot)->held)
    self->asked_to_sign_out = FALSE;

  self->page = peg_page_choose (snapshot, self->asked_for_server);
  if (self->asked_to_sign_in)
    self->page = PEG_PAGE_SIGN_IN;
  if (self->asked_to_sign_out)
    self->page = PEG_PAGE_SIGN_OUT;
  if (before == PEG_PAGE_SIGN_IN && self->page != PEG_PAGE_SIGN_IN)
    peg_sign_in_page_forget (self->sign_in_page);
  gtk_stack_set_visible_child_name (self->pages, peg_page_get_name (self->page));
  peg_window_arrange (self);

  if (before != self->page && self->page == PEG_PAGE_CONNECT)
    gtk_widget_grab_focus (GTK_WIDGET (self->connect_page));
  if (before != self->page && self->page == PEG_PAGE_SIGN_IN) {
    /* The name is mostly known, and then the password is what is missing. */
    peg_sign_in_page_update (self->sign_in_page, snapshot);
    gtk_widget_grab_focus (GTK_WIDGET (self->sign_in_page));
  }
  if (before != self->page && self->page == PEG_PAGE_SIGN_OUT)
    gtk_widget_grab_focus (self->stay);
  if (before != self->page && self->page == PEG_PAGE_FILES)
    peg_window_schedule_focus (self);
}

static gboolean out_title_cb (gpointer user_data);

/* What is out, in the title of its page. The label that shows it has the whole
 * window measured, so in a flood of changes only some of them are shown; the last
 * one always is. */
static void
show_out (PegWindow *self)
{
  const PegCounts *counts = peg_snapshot_get_counts (peg_store_get_shown (self->store));
  const gint64 now_us = g_get_monotonic_time ();
  g_autofree char *out = NULL;

  /* Translators: the title of the page with what is checked out, and how much
   * that is. */
  out = counts->out > 0 ? g_strdup_printf (_("Out Now %u"), counts->out) : g_strdup (_("Out Now"));
  if (self->out_title_id != 0 ||
      g_strcmp0 (adw_view_stack_page_get_title (self->out_view), out) == 0)
    return;

  self->out_title_us = MAX (self->out_title_us, now_us);
  if (self->out_title_us - now_us >= OUT_TITLES_AT_ONCE * OUT_TITLE_US) {
    self->out_title_id = g_timeout_add (OUT_TITLE_US / 1000, out_title_cb, self);
    g_source_set_name_by_id (self->out_title_id, "[peg] out title");
    return;
  }

  self->out_title_us += OUT_TITLE_US;
  adw_view_stack_page_set_title (self->out_view, out);
}

static gboolean
out_title_cb (gpointer user_data)
{
  PegWindow *self = user_data;

  self->out_title_id = 0;
  show_out (self);

  return G_SOURCE_REMOVE;
}

static void
render_header (PegWindow   *self,
               PegSnapshot *snapshot)
{
  const char *name = peg_snapshot_get_server_name (snapshot);

  show_out (self);

  if (name != NULL) {
    /* Translators: %s is the name of a shop; the title of the window. */
    g_autofree char *title = g_strdup_printf (_("%s — Pegboard"), name);

    peg_quiet_set_title (GTK_WINDOW (self), title);
  } else {
    peg_quiet_set_title (GTK_WINDOW (self), _("Pegboard"));
  }
}

static gboolean
tick_cb (gpointer user_data)
{
  PegWindow *self = user_data;

  self->tick_id = 0;
  peg_window_tick (self);

  return G_SOURCE_REMOVE;
}

/* Nothing ticks for nothing: only while a second is counted down or an age is
 * shown. */
static void
schedule_tick (PegWindow           *self,
               PegSnapshot         *snapshot,
               const PegDisplayNow *now)
{
  const gint64 works_us = peg_display_works_change_us (snapshot, now);
  const gint64 toasts_us = peg_window_toasts_change_us (self);
  gint64 next_us = peg_display_banner_changes_us (snapshot, now);

  if (works_us != 0)
    next_us = next_us == 0 ? works_us : MIN (next_us, works_us);
  if (toasts_us != 0)
    next_us = next_us == 0 ? toasts_us : MIN (next_us, toasts_us);

  if (peg_snapshot_is_live (snapshot) && peg_snapshot_get_counts (snapshot)->out > 0)
    next_us = next_us == 0 ? now->mono_us + (gint64) AGES_TICK_US
                           : MIN (next_us, now->mono_us + (gint64) AGES_TICK_US);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (next_us == 0)
    return;

  self->tick_id = g_timeout_add ((guint) MAX ((next_us - now->mono_us) / 1000 + 1, 20), tick_cb,
                                 self);
  g_source_set_name_by_id (self->tick_id, "[peg] tick");
}

static guint
get_max_attempts (PegWindow *self)
{
  if (self->settings == NULL)
    return PEG_DISPLAY_BANNER_ATTEMPTS;

  return (guint) g_settings_get_int (self->settings, "max-attempts");
}

static void
render_parts (PegWindow           *self,
              PegSnapshot         *snapshot,
              const PegDisplayNow *now)
{
  peg_status_dot_update (self->dot, snapshot, now);
  peg_banner_update (self->banner, snapshot, now, get_max_attempts (self));
  peg_connect_page_update (self->connect_page, snapshot, now);
  peg_details_update (self->details, snapshot, peg_selection_get_row (self->selection), now);
  peg_check_in_page_update (self->check_in, snapshot, now);
  peg_board_update (self->board, snapshot, now);
  peg_notes_button_update (self->notes, snapshot, now);
  peg_people_button_update (self->people, snapshot);
  peg_work_strip_update (self->works, snapshot, now);
  peg_draft_strip_update (self->drafts, snapshot, now);
  if (self->connection != NULL)
    peg_connection_window_update (self->connection, snapshot, now);
  peg_window_update_actions (self, now);
  render_state_pages (self, snapshot, now);
  schedule_tick (self, snapshot, now);
}

/* A banner above a page that says the same would say it twice. */
static void
render_banner_place (PegWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->banner),
                          self->page == PEG_PAGE_FILES || self->page == PEG_PAGE_EMPTY ||
                          self->page == PEG_PAGE_NOT_SET_UP);
}

/*
 * peg_window_render:
 *
 * Shows the snapshot of the store, in every part of the window.
 */
void
peg_window_render (PegWindow *self)
{
  PegSnapshot *snapshot = peg_store_get_shown (self->store);
  const gboolean first_list =
    peg_snapshot_has_list (snapshot) && !peg_snapshot_has_list (peg_rows_get_snapshot (self->rows));
  PegRow *row;
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  peg_rows_set_snapshot (self->rows, snapshot);
  if (first_list && peg_snapshot_get_counts (snapshot)->all <= SMALL_SHOP)
    peg_rows_expand_all (self->rows);

  row = peg_selection_get_row (self->selection);
  if (row != NULL && peg_row_get_kind (row) == PEG_ROW_FILE && peg_window_get_entry (self) == NULL)
    peg_selection_set_row (self->selection, NULL);

  peg_filter_bar_update (self->filters, peg_snapshot_get_counts (snapshot));
  choose_page (self, snapshot);
  render_header (self, snapshot);
  self->last_notice = peg_window_say_notices (self, peg_snapshot_get_notices (snapshot),
                                              self->last_notice);
  render_parts (self, snapshot, &now);
  render_banner_place (self);
  peg_window_render_found (self);
  peg_window_update_history (self, snapshot);
}

/**
 * peg_window_tick:
 * @self: a window
 *
 * Time has passed: shows anew what depends on it. The window calls it by
 * itself whenever that is due.
 */
void
peg_window_tick (PegWindow *self)
{
  PegDisplayNow now;

  g_return_if_fail (PEG_IS_WINDOW (self));

  peg_now_read (self->now, &now);
  peg_file_list_tick (self->list);
  peg_window_hurry_toasts (self, &now);
  render_parts (self, peg_store_get_shown (self->store), &now);
  peg_board_tick (self->board, &now);
}
