/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-render"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-feedback.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/* From the snapshot of the shop and the view of the terminal to all that is shown. */

/* A shop that is no longer than this is shown with everything open. */
#define SMALL_SHOP 60

/* How often ages are looked at while any is shown. */
#define AGES_TICK_US (10 * G_USEC_PER_SEC)

/*
 * peg_kiosk_window_get_entry:
 *
 * Returns: (transfer none) (nullable): the file that is selected, as it is now
 */
PegEntry *
peg_kiosk_window_get_entry (PegKioskWindow *self)
{
  PegRow *row = peg_selection_get_row (self->selection);

  if (row == NULL || peg_row_get_kind (row) != PEG_ROW_FILE)
    return NULL;

  return peg_snapshot_find (peg_store_get_shown (self->store),
                            peg_entry_get_key (peg_row_get_entry (row)));
}

/*
 * peg_kiosk_window_why_not:
 *
 * Returns: (transfer full) (nullable): why @what cannot be done with @entry
 */
char *
peg_kiosk_window_why_not (PegKioskWindow *self,
                          PegEntry       *entry,
                          PegKioskDo      what)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return peg_kiosk_words_why_not (peg_store_get_shown (self->store),
                                  peg_kiosk_model_get_view (self->model), entry, what, &now);
}

static void
render_buttons (PegKioskWindow *self,
                PegSnapshot    *snapshot,
                PegKioskView   *view)
{
  PegEntry *entry = peg_kiosk_window_get_entry (self);
  const gboolean own = entry != NULL &&
    peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot)) == PEG_LOCK_OWN;

  self->does[0] = own ? PEG_KIOSK_DO_CHECK_IN : PEG_KIOSK_DO_CHECK_OUT;
  self->does[1] = own ? PEG_KIOSK_DO_RELEASE : PEG_KIOSK_DO_COPY;

  for (guint i = 0; i + 1 < PEG_KIOSK_N_BUTTONS; i++) {
    g_autofree char *title = peg_kiosk_words_do_title (self->does[i], view);
    g_autofree char *why = peg_kiosk_window_why_not (self, entry, self->does[i]);

    peg_kiosk_button_set_title (self->button[i], title);
    peg_kiosk_button_set_why (self->button[i], why);
  }

  peg_kiosk_button_set_why (self->button[PEG_KIOSK_N_BUTTONS - 1],
                            entry == NULL ? _("Select a file first") : NULL);
  if (self->does[0] == PEG_KIOSK_DO_CHECK_IN || self->does[0] == PEG_KIOSK_DO_CHECK_OUT)
    gtk_widget_add_css_class (GTK_WIDGET (self->button[0]), "kiosk-first");
}

static void
render_filters (PegKioskWindow *self,
                PegSnapshot    *snapshot,
                PegKioskView   *view)
{
  const PegCounts *counts = peg_snapshot_get_counts (snapshot);
  const guint numbers[] = { counts->all, counts->out, counts->mine, counts->all - counts->out };
  const PegFilter filter = peg_rows_get_filter (self->rows);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    PegKioskButton *button = PEG_KIOSK_BUTTON (self->filters[i]);
    g_autofree char *number = g_strdup_printf ("%u", numbers[i]);

    peg_kiosk_button_set_why (button, i == PEG_FILTER_MINE && view->person_id == NULL
                                        ? peg_kiosk_words_nobody () : NULL);
    peg_kiosk_button_set_more (button, number);
    if (i == (guint) filter)
      gtk_widget_add_css_class (self->filters[i], "chosen");
    else
      gtk_widget_remove_css_class (self->filters[i], "chosen");
    gtk_accessible_update_state (GTK_ACCESSIBLE (self->filters[i]), GTK_ACCESSIBLE_STATE_PRESSED,
                                 i == (guint) filter ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                                     : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
  }
}

/* Who looked for something sees the first file of it, however many groups stand above
 * that; and whoever asked for it by name has it selected. */
static void
show_first (PegKioskWindow *self)
{
  const gboolean finding = self->finding, naming = self->naming;
  guint position;

  self->finding = FALSE;
  self->naming = FALSE;
  if (!finding || *self->searched == '\0' || !peg_rows_find_found (self->rows, FALSE, &position))
    return;

  if (naming)
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  peg_file_list_scroll_to (self->list, position);
}

/*
 * peg_kiosk_window_render_found:
 *
 * Shows the list, or says that nothing in it matches.
 */
void
peg_kiosk_window_render_found (PegKioskWindow *self)
{
  const guint found = peg_rows_get_n_files (self->rows);
  g_autofree char *words = NULL;

  if (peg_rows_is_settled (self->rows))
    show_first (self);
  if (self->opening && found > 0)
    peg_kiosk_window_open_machine (self);
  peg_kiosk_find_set_count (self->find, found);
  gtk_stack_set_visible_child_name (self->list_stack, found > 0 ? "list" : "nothing");
  if (found > 0)
    return;

  if (*self->searched != '\0')
    /* Translators: %s is what somebody looks for. */
    words = g_strdup_printf (_("No file with “%s” is found here.\nPress Find to look for something else."),
                             self->searched);
  else if (peg_rows_get_filter (self->rows) == PEG_FILTER_OUT)
    words = g_strdup (_("Nothing is out.\nEvery program hangs on its peg."));
  else if (peg_rows_get_filter (self->rows) == PEG_FILTER_MINE)
    words = g_strdup (_("You have no program checked out."));
  else
    words = g_strdup (_("Every program is checked out."));

  peg_quiet_set_label (self->nothing, words);
}

/* How the terminal is, and what is kept here, can be asked whatever else there is to
 * see. */
static gboolean
is_about_terminal (PegKioskWindow *self)
{
  return self->place == PEG_KIOSK_PLACE_TERMINAL || self->place == PEG_KIOSK_PLACE_UNSENT ||
         self->place == PEG_KIOSK_PLACE_UNSENT_ASK;
}

static const char *
get_page_name (PegKioskWindow *self)
{
  if (self->page != PEG_PAGE_FILES && !is_about_terminal (self))
    return "state";

  switch (self->place) {
  case PEG_KIOSK_PLACE_BOARD:
    return "board";
  case PEG_KIOSK_PLACE_FIND:
    return "find";
  case PEG_KIOSK_PLACE_OUT:
    return "out";
  case PEG_KIOSK_PLACE_DETAILS:
    return "details";
  case PEG_KIOSK_PLACE_TERMINAL:
    return "terminal";
  case PEG_KIOSK_PLACE_UNSENT:
    return "unsent";
  case PEG_KIOSK_PLACE_CHECK_IN:
    return "check-in";
  case PEG_KIOSK_PLACE_RELEASE:
  case PEG_KIOSK_PLACE_COPY:
  case PEG_KIOSK_PLACE_UNSENT_ASK:
    return "ask";
  default:
    g_assert_not_reached ();
  }
}

static void
render_page (PegKioskWindow *self)
{
  const char *name = get_page_name (self);
  const gboolean changed = g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), name) != 0;
  const gboolean board = self->page == PEG_PAGE_FILES && self->place == PEG_KIOSK_PLACE_BOARD;
  const gboolean details = self->page == PEG_PAGE_FILES && self->place == PEG_KIOSK_PLACE_DETAILS;
  const gboolean plain = self->place == PEG_KIOSK_PLACE_TERMINAL ||
                         self->place == PEG_KIOSK_PLACE_UNSENT ||
                         (self->page == PEG_PAGE_FILES && self->place == PEG_KIOSK_PLACE_OUT);

  gtk_stack_set_visible_child_name (self->pages, name);
  gtk_widget_set_visible (self->buttons, board || details || plain);
  gtk_widget_set_visible (self->back, details || plain);
  for (guint i = 0; i + 1 < PEG_KIOSK_N_BUTTONS; i++)
    gtk_widget_set_visible (GTK_WIDGET (self->button[i]), board || details);
  gtk_widget_set_visible (GTK_WIDGET (self->button[PEG_KIOSK_N_BUTTONS - 1]), board);
  if (changed)
    peg_kiosk_window_schedule_focus (self);
}

/* The page of an action goes with what it is about: when the file is gone, or when
 * somebody took it, there is nothing left to be asked. */
static void
render_action (PegKioskWindow *self,
               PegSnapshot    *snapshot)
{
  g_autofree char *why = NULL;
  g_autofree char *copy = NULL;
  PegEntry *entry;

  if (self->act_key == NULL)
    return;

  entry = peg_snapshot_find (snapshot, self->act_key);
  if (entry == NULL) {
    /* It ends before it is said: whoever hears that shows all of this anew. */
    g_clear_pointer (&self->act_key, g_free);
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
    peg_kiosk_window_refuse (self, _("The file is gone from the server."));
    return;
  }

  if (self->place != PEG_KIOSK_PLACE_CHECK_IN)
    return;

  why = peg_kiosk_window_why_not (self, entry, PEG_KIOSK_DO_CHECK_IN);
  copy = peg_display_copy_sentence (snapshot, entry);
  peg_kiosk_check_in_update (self->check_in, copy != NULL ? copy : _("The file of the working folder is checked in."),
                             why);
}

static void
render_details (PegKioskWindow      *self,
                PegSnapshot         *snapshot,
                const PegDisplayNow *now)
{
  PegEntry *entry = peg_kiosk_window_get_entry (self);
  g_autofree char *wanted = NULL;
  g_autofree char *copy = NULL;
  int major, minor;

  if (self->place != PEG_KIOSK_PLACE_DETAILS)
    return;

  if (entry == NULL) {
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
    return;
  }

  copy = peg_display_copy_sentence (snapshot, entry);
  peg_kiosk_details_update (self->details, snapshot, entry, copy, now);
  if (!peg_snapshot_is_live (snapshot)) {
    /* To be asked for again when the server is back. */
    if (peg_snapshot_get_history (snapshot)->state != PEG_HISTORY_READY)
      g_clear_pointer (&self->history_of, g_free);
    return;
  }

  /* What was told to another person is not there any more. */
  peg_entry_get_revision (entry, &major, &minor);
  wanted = g_strdup_printf ("%s\n%d.%d\n%s", peg_entry_get_key (entry), major, minor,
                            peg_snapshot_get_user (snapshot));
  if (g_strcmp0 (wanted, self->history_of) == 0)
    return;

  g_free (self->history_of);
  self->history_of = g_steal_pointer (&wanted);
  gtk_widget_activate_action (GTK_WIDGET (self), "app.history", "s", peg_entry_get_key (entry));
}

/* Something stands in the working folder where a copy is to be. Whoever began that
 * decides; when they are gone, what is there stays. */
static void
render_question (PegKioskWindow      *self,
                 PegSnapshot         *snapshot,
                 PegKioskView        *view,
                 const PegDisplayNow *now)
{
  const PegCopyQuestion *question = peg_snapshot_get_copy_question (snapshot);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (question == NULL) {
    if (self->place == PEG_KIOSK_PLACE_COPY)
      peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
    return;
  }

  if (g_strcmp0 (self->copier, view->person_id) != 0) {
    gtk_widget_activate_action (GTK_WIDGET (self), "app.copy-answer", "(sb)", question->key, FALSE);
    return;
  }

  if (view->person_id == NULL || self->place >= PEG_KIOSK_PLACE_CHECK_IN)
    return;

  /* Translators: %s is the name of a file. */
  title = g_strdup_printf (_("Replace %s?"), question->name);
  text = peg_display_copy_question (question, now);
  /* It forgets what was asked before. */
  peg_kiosk_window_ask_copy (self, question->key);
  peg_kiosk_ask_open (self->ask, title, text, _("Hold to Replace"), _("Keep It"), TRUE);
}

/* What hides everything else. */
static void
render_screen (PegKioskWindow *self,
               PegKioskView   *view)
{
  const char *name = "frame";

  /* Nobody is asked any more for what the last answer asks for. */
  if (self->asking_pin && view->pin_id == NULL && view->signal == PEG_KIOSK_SIGNAL_ASK)
    peg_feedback_take_back (PEG_FEEDBACK (self->feedback));
  self->asking_pin = view->pin_id != NULL;

  if (view->phase == PEG_KIOSK_WIPE)
    name = "wipe";
  else if (view->phase == PEG_KIOSK_ADMIN)
    name = "admin";
  else if (view->pin_id != NULL || self->signing_in)
    name = "pin";

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->screens), name) == 0)
    return;

  peg_kiosk_window_let_go (self);
  gtk_stack_set_visible_child_name (self->screens, name);
  if (g_str_equal (name, "frame")) {
    peg_pin_page_reset (self->pin);
    peg_kiosk_window_schedule_focus (self);
  } else {
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->screens), GTK_DIR_TAB_FORWARD);
  }
}

static void
render_warning (PegKioskWindow      *self,
                PegKioskView        *view,
                const PegDisplayNow *now)
{
  const gboolean warns = view->phase == PEG_KIOSK_WARNING;
  g_autofree char *title = NULL;
  g_autofree char *words = NULL;

  if (warns) {
    /* Translators: %s is the name of a person. */
    title = g_strdup_printf (_("%s, still there?"), view->person != NULL ? view->person : "");
    words = peg_kiosk_words_warning (view, now->mono_us);
    peg_quiet_set_label (self->warning_title, title);
    peg_quiet_set_label (self->warning_words, words);
    peg_quiet_set_name (GTK_ACCESSIBLE (self->warning), title);
  } else {
    peg_quiet_set_label (self->warning_title, "");
    peg_quiet_set_label (self->warning_words, "");
    peg_quiet_set_name (GTK_ACCESSIBLE (self->warning), "");
  }

  if (warns == gtk_widget_get_visible (self->warning))
    return;

  peg_kiosk_window_let_go (self);
  gtk_widget_set_visible (self->warning, warns);
  /* What is behind it is out of reach, and stays where it is. */
  gtk_widget_set_can_focus (GTK_WIDGET (self->screens), !warns);
  if (warns)
    gtk_widget_grab_focus (self->stay);
  else
    peg_kiosk_window_schedule_focus (self);
}

/* The answer to a scan lies over everything, but not over what is to be pressed next. */
static void
render_feedback (PegKioskWindow *self)
{
  PegFeedback *feedback = PEG_FEEDBACK (self->feedback);
  const gboolean asks = self->place >= PEG_KIOSK_PLACE_CHECK_IN ||
                        self->place == PEG_KIOSK_PLACE_FIND;
  const gboolean covered = gtk_widget_get_visible (self->warning) ||
    gtk_stack_get_visible_child (self->screens) != self->frame;
  const gboolean pressing = asks || covered;

  if (pressing && !self->pressing)
    peg_feedback_seen (feedback);
  self->pressing = pressing;
  peg_feedback_set_place (feedback, covered ? PEG_FEEDBACK_CORNER
                                    : asks ? PEG_FEEDBACK_EDGE : PEG_FEEDBACK_OVER);
}

static gboolean
tick_cb (gpointer user_data)
{
  PegKioskWindow *self = user_data;

  self->tick_id = 0;
  peg_kiosk_window_tick (self);

  return G_SOURCE_REMOVE;
}

/* Somebody's seconds are counted, a minute begins on the clock, an age is shown. */
static void
schedule_tick (PegKioskWindow      *self,
               PegSnapshot         *snapshot,
               PegKioskView        *view,
               const PegDisplayNow *now)
{
  const gint64 minute_us = 60 * (gint64) G_USEC_PER_SEC;
  const gint64 banner_us = peg_display_banner_changes_us (snapshot, now);
  gint64 in_us = minute_us - now->wall_us % minute_us;

  if (peg_snapshot_is_live (snapshot) && peg_snapshot_get_counts (snapshot)->out > 0)
    in_us = MIN (in_us, AGES_TICK_US);
  if (banner_us != 0)
    in_us = MIN (in_us, banner_us - now->mono_us);
  if (view->sign_out_us != 0)
    in_us = MIN (in_us, (view->sign_out_us - now->mono_us) % G_USEC_PER_SEC);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  self->tick_id = g_timeout_add ((guint) MAX (in_us / 1000 + 1, 20), tick_cb, self);
  g_source_set_name_by_id (self->tick_id, "[peg] kiosk tick");
}

/* Another person is here: nothing of the one before stays. Who only comes to what is
 * open to everybody goes on where they are. */
static void
follow_person (PegKioskWindow *self,
               PegKioskView   *view)
{
  const gboolean left = self->person != NULL;
  const gboolean slept = self->asleep;

  /* Whatever somebody left open who was never signed in is closed when nobody is here
   * any more. */
  self->asleep = view->phase == PEG_KIOSK_ASLEEP;
  if (self->asleep && !slept)
    peg_kiosk_window_reset (self);

  if (g_strcmp0 (self->person, view->person_id) == 0)
    return;

  g_free (self->person);
  self->person = g_strdup (view->person_id);
  self->signing_in = FALSE;
  if (left)
    peg_kiosk_window_reset (self);
}

static void
render_parts (PegKioskWindow      *self,
              PegSnapshot         *snapshot,
              PegKioskView        *view,
              const PegDisplayNow *now)
{
  peg_kiosk_bar_update (self->bar, snapshot, view, now);
  peg_board_update (self->board, snapshot, now);
  render_filters (self, snapshot, view);
  render_buttons (self, snapshot, view);
  render_action (self, snapshot);
  render_details (self, snapshot, now);
  render_question (self, snapshot, view, now);
  peg_kiosk_window_render_unsent (self, snapshot, view, now);
  peg_kiosk_window_render_state (self, snapshot, now);
  peg_kiosk_window_render_terminal (self, snapshot, view, now);
  peg_saver_set_snapshot (self->saver, snapshot);
  render_screen (self, view);
  peg_kiosk_window_render_notice (self, snapshot, view, now);
  render_warning (self, view, now);
  render_feedback (self);
  schedule_tick (self, snapshot, view, now);
}

static void
render_once (PegKioskWindow *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_ref (peg_store_get_shown (self->store));
  g_autoptr (PegKioskView) view = peg_kiosk_view_ref (peg_kiosk_model_get_view (self->model));
  const gboolean first_list =
    peg_snapshot_has_list (snapshot) && !peg_snapshot_has_list (peg_rows_get_snapshot (self->rows));
  PegRow *row;
  PegDisplayNow now;

  peg_now_read (self->now, &now);
  peg_rows_set_snapshot (self->rows, snapshot);
  if (first_list && peg_snapshot_get_counts (snapshot)->all <= SMALL_SHOP)
    peg_rows_expand_all (self->rows);
  else if (first_list)
    peg_kiosk_window_open_machine (self);

  row = peg_selection_get_row (self->selection);
  if (row != NULL && peg_row_get_kind (row) == PEG_ROW_FILE &&
      peg_kiosk_window_get_entry (self) == NULL)
    peg_selection_set_row (self->selection, NULL);

  self->page = peg_page_choose (snapshot, FALSE);
  follow_person (self, view);
  render_parts (self, snapshot, view, &now);
  render_page (self);
  peg_kiosk_window_render_found (self);
  peg_kiosk_window_sound (self, view);
}

/*
 * peg_kiosk_window_render:
 *
 * Shows all that is known. What is shown can make the client say something, and that is
 * shown, too, but one after the other: nothing is older than what was shown before it.
 */
void
peg_kiosk_window_render (PegKioskWindow *self)
{
  if (self->rendering) {
    self->again = TRUE;
    return;
  }

  self->rendering = TRUE;
  do {
    self->again = FALSE;
    render_once (self);
  } while (self->again);
  self->rendering = FALSE;
}

/**
 * peg_kiosk_window_tick:
 * @self: a window
 *
 * Time has passed: shows anew what depends on it. The window calls it by itself
 * whenever that is due.
 */
void
peg_kiosk_window_tick (PegKioskWindow *self)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (PegKioskView) view = NULL;
  PegDisplayNow now;

  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));

  if (self->rendering) {
    self->again = TRUE;
    return;
  }

  self->rendering = TRUE;
  snapshot = peg_snapshot_ref (peg_store_get_shown (self->store));
  view = peg_kiosk_view_ref (peg_kiosk_model_get_view (self->model));
  peg_now_read (self->now, &now);
  peg_file_list_tick (self->list);
  render_parts (self, snapshot, view, &now);
  peg_board_tick (self->board, &now);
  self->rendering = FALSE;
  if (self->again)
    peg_kiosk_window_render (self);
}
