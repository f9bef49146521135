/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-actions"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-feedback.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/* What a person does, with a finger, a key or a card; and the flows that follow. */

/* How long it is said why something was not done, ms. */
#define REFUSED_MS 8000

/* How long somebody takes to sign in for what they have just asked for: to look for a name
 * and to type a PIN. Whoever comes later is somebody else. */
#define KEPT_US (60 * (gint64) G_USEC_PER_SEC)

/* How many characters of what is looked for fit on a button that is 20 mm wide. */
#define MAX_SEARCHED 10

static const char * const filter_names[] = { "all", "out", "mine", "free" };

static gboolean
refused_cb (gpointer user_data)
{
  PegKioskWindow *self = user_data;

  self->refused_id = 0;
  g_clear_pointer (&self->refused, g_free);
  peg_kiosk_window_tick (self);

  return G_SOURCE_REMOVE;
}

/*
 * peg_kiosk_window_refuse:
 * @why: why not
 *
 * Says why something that was asked for is not done.
 */
void
peg_kiosk_window_refuse (PegKioskWindow *self,
                         const char     *why)
{
  g_autofree char *copy = g_strdup (why);

  g_free (self->refused);
  self->refused = g_steal_pointer (&copy);
  g_clear_handle_id (&self->refused_id, g_source_remove);
  self->refused_id = g_timeout_add (REFUSED_MS, refused_cb, self);
  g_source_set_name_by_id (self->refused_id, "[peg] kiosk refused");
  peg_quiet_set_name (GTK_ACCESSIBLE (self->notice), self->refused);
  gtk_label_set_text (self->notice_words, self->refused);
  gtk_widget_set_visible (self->notice, TRUE);
  g_signal_emit_by_name (self, "refused", self->refused);
}

static void
forget_kept (PegKioskWindow *self)
{
  g_clear_pointer (&self->kept_key, g_free);
  g_clear_pointer (&self->kept_search, g_free);
}

/* Who signs in because a button told them to goes on where they were. */
static void
keep (PegKioskWindow *self)
{
  PegEntry *entry = peg_kiosk_window_get_entry (self);
  PegDisplayNow now;

  forget_kept (self);
  peg_now_read (self->now, &now);
  self->kept_key = g_strdup (entry != NULL ? peg_entry_get_key (entry) : NULL);
  self->kept_search = g_strdup (self->searched);
  self->kept_until_us = now.mono_us + KEPT_US;
}

/* Whether it is still what was asked for: nobody else was here meanwhile, and nobody has
 * chosen anything else. */
static gboolean
is_kept (PegKioskWindow *self)
{
  PegEntry *entry = peg_kiosk_window_get_entry (self);
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return self->kept_search != NULL && now.mono_us < self->kept_until_us &&
         peg_kiosk_model_get_view (self->model)->person_id != NULL &&
         g_str_equal (self->kept_search, self->searched) &&
         g_strcmp0 (self->kept_key, entry != NULL ? peg_entry_get_key (entry) : NULL) == 0;
}

/* Nobody is here. What they have to do for what they asked for is said, wherever they
 * asked. */
static void
refuse_nobody (PegKioskWindow *self)
{
  const gboolean badges = self->badges && peg_kiosk_model_get_view (self->model)->has_badges;

  keep (self);
  peg_kiosk_window_refuse (self, badges
                                   ? _("Sign in first: hold your badge to the reader, or press “Sign In”.")
                                   : _("Sign in first: press “Sign In”."));
}

/*
 * peg_kiosk_window_stay_nobody:
 *
 * Whoever was to sign in does not want to.
 */
void
peg_kiosk_window_stay_nobody (PegKioskWindow *self)
{
  self->signing_in = FALSE;
  forget_kept (self);
  peg_kiosk_window_render (self);
}

/* Nothing that one person began is ended by another. */
static void
forget_action (PegKioskWindow *self)
{
  g_clear_pointer (&self->act_key, g_free);
  g_clear_pointer (&self->act_draft, g_free);
  g_clear_pointer (&self->act_person, g_free);
  peg_kiosk_check_in_forget (self->check_in);
  peg_kiosk_ask_forget (self->ask);
}

static void
begin_action (PegKioskWindow *self,
              PegEntry       *entry)
{
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);

  forget_action (self);
  self->act_key = g_strdup (peg_entry_get_key (entry));
  self->act_person = g_strdup (view->person_id);
}

/*
 * peg_kiosk_window_go:
 * @place: where to
 *
 * Shows another page. Whoever leaves that of an action has ended it.
 */
void
peg_kiosk_window_go (PegKioskWindow *self,
                     PegKioskPlace   place)
{
  if (self->place == place)
    return;

  if (place < PEG_KIOSK_PLACE_CHECK_IN)
    forget_action (self);
  self->place = place;
  if (place == PEG_KIOSK_PLACE_FIND)
    peg_kiosk_find_open (self->find, peg_kiosk_words_are_numbers (peg_store_get_shown (self->store)));
  peg_kiosk_window_render (self);
}

/*
 * peg_kiosk_window_act:
 * @what: what is done
 * @text: what was said about it
 * @major: whether it is a new revision
 *
 * Asks the client to do it, in the name of whoever opened the page.
 */
void
peg_kiosk_window_act (PegKioskWindow *self,
                      PegKioskDo      what,
                      const char     *text,
                      gboolean        major)
{
  g_autofree char *key = g_strdup (self->act_key);
  g_autofree char *person = g_strdup (self->act_person);

  if (key == NULL || person == NULL)
    return;

  if (what == PEG_KIOSK_DO_CHECK_OUT || what == PEG_KIOSK_DO_COPY) {
    g_free (self->copier);
    self->copier = g_strdup (person);
  }

  gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-act", "(sssbs)",
                              peg_kiosk_words_do_name (what), key, text, major, person);
}

static void
open_release (PegKioskWindow *self,
              PegEntry       *entry)
{
  PegSnapshot *snapshot = peg_store_get_shown (self->store);
  g_autofree char *title = NULL;
  g_autofree char *text = peg_kiosk_words_release (snapshot, entry);

  /* Translators: %s is the name of a file. */
  title = g_strdup_printf (_("Release %s?"), peg_entry_get_filename (entry));
  peg_kiosk_ask_open (self->ask, title, text, _("Hold to Release"), _("Keep It"), TRUE);
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_RELEASE);
}

/*
 * peg_kiosk_window_do:
 * @what: what somebody would like to do with the selected file
 *
 * Does it, asks what is missing for it, or says why it cannot be done.
 */
void
peg_kiosk_window_do (PegKioskWindow *self,
                     PegKioskDo      what)
{
  PegEntry *entry = peg_kiosk_window_get_entry (self);
  g_autofree char *why = peg_kiosk_window_why_not (self, entry, what);

  if (why != NULL) {
    if (g_str_equal (why, peg_kiosk_words_nobody ()))
      refuse_nobody (self);
    else
      peg_kiosk_window_refuse (self, why);
    return;
  }

  begin_action (self, entry);
  switch (what) {
  case PEG_KIOSK_DO_CHECK_OUT:
  case PEG_KIOSK_DO_COPY:
    peg_kiosk_window_act (self, what, "", FALSE);
    forget_action (self);
    break;
  case PEG_KIOSK_DO_CHECK_IN:
    peg_kiosk_check_in_open (self->check_in, peg_entry_get_filename (entry));
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_CHECK_IN);
    break;
  case PEG_KIOSK_DO_RELEASE:
    open_release (self, entry);
    break;
  default:
    g_assert_not_reached ();
  }
}

/* The person on the page of the check-in has said all. */
void
peg_kiosk_window_sent_cb (PegKioskWindow *self)
{
  PegEntry *entry = self->act_key != NULL
                      ? peg_snapshot_find (peg_store_get_shown (self->store), self->act_key) : NULL;
  g_autofree char *why = peg_kiosk_window_why_not (self, entry, PEG_KIOSK_DO_CHECK_IN);
  g_autofree char *comment = g_strdup (peg_kiosk_check_in_get_comment (self->check_in));

  if (why != NULL) {
    peg_kiosk_window_refuse (self, why);
    return;
  }

  peg_kiosk_window_act (self, PEG_KIOSK_DO_CHECK_IN, g_strstrip (comment),
                        peg_kiosk_check_in_get_major (self->check_in));
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
}

/*
 * peg_kiosk_window_ask_copy:
 * @key: of the file that is to be copied
 *
 * Shows the question about the working folder, which is asked of whoever is here.
 */
void
peg_kiosk_window_ask_copy (PegKioskWindow *self,
                           const char     *key)
{
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);

  forget_action (self);
  self->act_key = g_strdup (key);
  self->act_person = g_strdup (view->person_id);
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_COPY);
}

/* The question of the page was answered. */
void
peg_kiosk_window_answered_cb (PegKioskWindow *self,
                              gboolean        yes)
{
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);

  if (self->place == PEG_KIOSK_PLACE_UNSENT_ASK) {
    peg_kiosk_window_answer_unsent (self, yes);
    return;
  }

  if (yes && self->place == PEG_KIOSK_PLACE_RELEASE)
    peg_kiosk_window_act (self, PEG_KIOSK_DO_RELEASE, "", FALSE);

  /* Only for the one who was asked. */
  if (self->place == PEG_KIOSK_PLACE_COPY && self->act_key != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.copy-answer", "(sb)", self->act_key,
                                yes && g_strcmp0 (self->act_person, view->person_id) == 0);

  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
}

/* The list may show the little that somebody before looked for: the button says so. */
static void
show_searched (PegKioskWindow *self)
{
  g_autofree char *start = g_utf8_substring (self->searched, 0,
                                             MIN (g_utf8_strlen (self->searched, -1), MAX_SEARCHED));
  g_autofree char *more = g_strconcat (start, g_str_equal (start, self->searched) ? "" : "…", NULL);

  peg_kiosk_button_set_more (PEG_KIOSK_BUTTON (self->find_tool), *more != '\0' ? more : NULL);
  if (*more != '\0')
    gtk_widget_add_css_class (self->find_tool, "chosen");
  else
    gtk_widget_remove_css_class (self->find_tool, "chosen");
}

/*
 * peg_kiosk_window_search:
 * @words: what is looked for; empty: nothing
 */
void
peg_kiosk_window_search (PegKioskWindow *self,
                         const char     *words)
{
  g_autoptr (PegSearch) search = NULL;

  if (g_str_equal (self->searched, words))
    return;

  g_free (self->searched);
  self->searched = g_strdup (words);
  show_searched (self);
  self->finding = TRUE;
  search = peg_search_new (words);
  peg_rows_set_search (self->rows, search);
  peg_kiosk_window_render_found (self);
}

static void
show_everything (PegKioskWindow *self)
{
  peg_kiosk_find_set_words (self->find, "");
  peg_kiosk_window_search (self, "");
  g_action_group_change_action_state (G_ACTION_GROUP (self), "filter", g_variant_new_string ("all"));
}

/*
 * peg_kiosk_window_select:
 * @key: of a file
 *
 * Selects a file and shows its row. What hides it is taken away.
 */
void
peg_kiosk_window_select (PegKioskWindow *self,
                         const char     *key)
{
  guint position;

  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
  if (!peg_rows_reveal (self->rows, key)) {
    show_everything (self);
    peg_rows_reveal (self->rows, key);
  }

  if (!peg_rows_find (self->rows, key, &position)) {
    peg_kiosk_window_refuse (self, _("This file is not in the shop."));
    return;
  }

  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  peg_file_list_scroll_to (self->list, position);
}

/*
 * peg_kiosk_window_reset:
 *
 * Closes all that belongs to one person: what was typed, looked for, selected and
 * asked. Only what somebody has just signed in for stays.
 */
void
peg_kiosk_window_reset (PegKioskWindow *self)
{
  peg_kiosk_window_let_go (self);
  peg_feedback_forget (PEG_FEEDBACK (self->feedback));
  peg_kiosk_drafts_forget (self->drafts);
  forget_action (self);
  g_clear_pointer (&self->refused, g_free);
  g_clear_handle_id (&self->refused_id, g_source_remove);
  self->place = PEG_KIOSK_PLACE_BOARD;
  self->signing_in = FALSE;
  if (!is_kept (self)) {
    show_everything (self);
    peg_selection_set_row (self->selection, NULL);
  }
  forget_kept (self);
  peg_kiosk_window_render (self);
}

static void
show_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  peg_kiosk_window_select (user_data, g_variant_get_string (parameter, NULL));
}

static void
find_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegKioskWindow *self = user_data;

  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "filter", g_variant_new_string ("all"));
  self->naming = TRUE;
  self->finding = TRUE;
  peg_kiosk_find_set_words (self->find, g_variant_get_string (parameter, NULL));
  peg_kiosk_window_render_found (self);
}

static void
cancel (PegKioskWindow *self)
{
  if (peg_kiosk_model_get_view (self->model)->pin_id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-pin-cancel", NULL);

  if (self->signing_in) {
    peg_kiosk_window_stay_nobody (self);
  } else if (self->place == PEG_KIOSK_PLACE_COPY || self->place == PEG_KIOSK_PLACE_UNSENT_ASK) {
    peg_kiosk_ask_answer (self->ask, FALSE);
  } else if (self->place != PEG_KIOSK_PLACE_BOARD) {
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
  } else if (*self->searched != '\0' || peg_rows_get_filter (self->rows) != PEG_FILTER_ALL) {
    show_everything (self);
  } else {
    peg_selection_set_row (self->selection, NULL);
  }
}

static void
answer (PegKioskWindow *self,
        gboolean        yes)
{
  switch (self->place) {
  case PEG_KIOSK_PLACE_RELEASE:
  case PEG_KIOSK_PLACE_COPY:
  case PEG_KIOSK_PLACE_UNSENT_ASK:
    peg_kiosk_ask_answer (self->ask, yes);
    break;
  case PEG_KIOSK_PLACE_CHECK_IN:
    if (yes)
      peg_kiosk_window_sent_cb (self);
    else
      cancel (self);
    break;
  case PEG_KIOSK_PLACE_BOARD:
  case PEG_KIOSK_PLACE_FIND:
  case PEG_KIOSK_PLACE_OUT:
  case PEG_KIOSK_PLACE_DETAILS:
  case PEG_KIOSK_PLACE_TERMINAL:
  case PEG_KIOSK_PLACE_UNSENT:
    peg_kiosk_window_refuse (self, _("Nothing was asked."));
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
command_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegKioskWindow *self = user_data;
  const char *name = g_variant_get_string (parameter, NULL);

  if (g_str_equal (name, "check-out"))
    peg_kiosk_window_do (self, PEG_KIOSK_DO_CHECK_OUT);
  else if (g_str_equal (name, "check-in"))
    peg_kiosk_window_do (self, PEG_KIOSK_DO_CHECK_IN);
  else if (g_str_equal (name, "release"))
    peg_kiosk_window_do (self, PEG_KIOSK_DO_RELEASE);
  else if (g_str_equal (name, "cancel"))
    cancel (self);
  else if (g_str_equal (name, "sign-in-first"))
    keep (self);
  else if (g_str_equal (name, "yes") || g_str_equal (name, "no"))
    answer (self, g_str_equal (name, "yes"));
}

static void
reset_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  peg_kiosk_window_reset (user_data);
}

static void
sign_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegKioskWindow *self = user_data;

  self->signing_in = TRUE;
  peg_kiosk_window_render (self);
}

static void
page_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegKioskWindow *self = user_data;
  const char *name = g_variant_get_string (parameter, NULL);

  if (g_str_equal (name, "board"))
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
  else if (g_str_equal (name, "find"))
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_FIND);
  else if (g_str_equal (name, "out"))
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_OUT);
  else if (g_str_equal (name, "terminal"))
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_TERMINAL);
  else if (g_str_equal (name, "unsent") && peg_kiosk_model_get_view (self->model)->person_id != NULL)
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_UNSENT);
  else if (g_str_equal (name, "unsent"))
    refuse_nobody (self);
  else if (g_str_equal (name, "details") && peg_kiosk_window_get_entry (self) != NULL)
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_DETAILS);
  else if (g_str_equal (name, "details"))
    peg_kiosk_window_refuse (self, _("Select a file first"));
}

static void
change_filter_cb (GSimpleAction *action,
                  GVariant      *state,
                  gpointer       user_data)
{
  PegKioskWindow *self = user_data;
  const char *name = g_variant_get_string (state, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (filter_names); i++) {
    if (!g_str_equal (filter_names[i], name))
      continue;
    if (i == PEG_FILTER_MINE && peg_kiosk_model_get_view (self->model)->person_id == NULL) {
      refuse_nobody (self);
      return;
    }
    g_simple_action_set_state (action, state);
    peg_rows_set_filter (self->rows, (PegFilter) i);
    peg_kiosk_window_render (self);
    return;
  }
}

/*
 * peg_kiosk_window_add_actions:
 *
 * Adds the actions of the window: those that the client activates, and its own.
 */
void
peg_kiosk_window_add_actions (PegKioskWindow *self)
{
  static const GActionEntry entries[] = {
    { .name = "kiosk-show", .parameter_type = "s", .activate = show_cb },
    { .name = "kiosk-find", .parameter_type = "s", .activate = find_cb },
    { .name = "kiosk-command", .parameter_type = "s", .activate = command_cb },
    { .name = "kiosk-reset", .activate = reset_cb },
    { .name = "kiosk-sign-in", .activate = sign_in_cb },
    { .name = "kiosk-page", .parameter_type = "s", .activate = page_cb },
    { .name = "filter", .parameter_type = "s", .state = "'all'", .change_state = change_filter_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
