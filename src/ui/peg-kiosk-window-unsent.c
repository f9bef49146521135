/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-unsent"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include <glib/gi18n.h>

/* What whoever is signed in has not sent: a button on the board that says how much, the
 * page behind it, and what is asked before something is lost. All of it is closed when
 * that person goes. */

/*
 * peg_kiosk_window_build_unsent:
 *
 * Returns: (transfer floating): the button on the board
 */
GtkWidget *
peg_kiosk_window_build_unsent (PegKioskWindow *self)
{
  self->unsent = peg_kiosk_button_new (_("Unsent Work"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->unsent), "win.kiosk-page");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->unsent), "s", "unsent");
  gtk_widget_set_visible (self->unsent, FALSE);

  self->drafts = PEG_KIOSK_DRAFTS (peg_kiosk_drafts_new ());
  g_signal_connect_object (self->drafts, "chosen", G_CALLBACK (peg_kiosk_window_unsent_chosen_cb),
                           self, G_CONNECT_SWAPPED);

  return self->unsent;
}

static const PegDraft *
find_draft (PegKioskWindow *self,
            const char     *id)
{
  PegSnapshot *snapshot = peg_store_get_shown (self->store);

  /* Only what belongs to whoever is there. */
  if (id == NULL || peg_kiosk_unsent_get (snapshot, peg_kiosk_model_get_view (self->model)) == NULL)
    return NULL;

  return peg_snapshot_find_draft (snapshot, id);
}

/* Asks the client to do it, in the name of whoever was asked. */
static void
act (PegKioskWindow *self,
     const PegDraft *draft,
     const char     *person,
     PegKioskUnsent  what)
{
  g_autofree char *key = g_strdup (draft->key);
  g_autofree char *id = g_strdup (draft->id);
  g_autofree char *copy = g_strdup (person);

  gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-act", "(sssbs)",
                              peg_kiosk_unsent_name (what), key, id, FALSE, copy);
}

static void
ask (PegKioskWindow *self,
     const PegDraft *draft,
     PegKioskUnsent  what)
{
  g_autofree char *question =
    peg_kiosk_unsent_question (peg_store_get_shown (self->store), draft, what);
  g_autofree char *when = NULL;
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;
  const char *yes;
  PegDisplayNow now;

  /* There may be several of one file. */
  peg_now_read (self->now, &now);
  when = peg_kiosk_unsent_when (draft, &now);
  text = g_strdup_printf ("%s\n%s", when, question);

  switch ((int) what) {
  case PEG_KIOSK_UNSENT_AGAIN:
    /* Translators: %s is the name of a file, here and below. */
    title = g_strdup_printf (_("Check in %s again?"), draft->filename);
    yes = _("Hold to Check In");
    break;
  case PEG_KIOSK_UNSENT_ARRIVED:
    title = g_strdup_printf (_("Has the check-in of %s arrived?"), draft->filename);
    yes = _("It Arrived");
    break;
  case PEG_KIOSK_UNSENT_DISCARD:
    title = g_strdup_printf (_("Discard the check-in of %s?"), draft->filename);
    yes = _("Hold to Discard");
    break;
  default:
    g_assert_not_reached ();
  }

  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_UNSENT);
  self->act_draft = g_strdup (draft->id);
  self->act_what = what;
  self->act_person = g_strdup (peg_kiosk_model_get_view (self->model)->person_id);
  peg_kiosk_ask_open (self->ask, title, text, yes, _("Keep It"), TRUE);
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_UNSENT_ASK);
}

/* A button of the page was pressed. */
void
peg_kiosk_window_unsent_chosen_cb (PegKioskWindow *self,
                                   const char     *id,
                                   guint           what)
{
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);
  const PegDraft *draft = find_draft (self, id);
  g_autofree char *why = NULL;

  if (draft == NULL)
    why = g_strdup (_("This is not among the unsent work any more."));
  else
    why = peg_kiosk_unsent_why_not (peg_store_get_shown (self->store), view, draft,
                                    (PegKioskUnsent) what);
  if (why != NULL) {
    peg_kiosk_window_refuse (self, why);
    return;
  }

  if (what == PEG_KIOSK_UNSENT_SEND || what == PEG_KIOSK_UNSENT_SAVE)
    act (self, draft, view->person_id, (PegKioskUnsent) what);
  else
    ask (self, draft, (PegKioskUnsent) what);
}

/*
 * peg_kiosk_window_answer_unsent:
 * @yes: the answer to what was asked about unsent work
 */
void
peg_kiosk_window_answer_unsent (PegKioskWindow *self,
                                gboolean        yes)
{
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);
  const PegDraft *draft = find_draft (self, self->act_draft);

  /* Only for the one who was asked. */
  if (yes && draft != NULL && g_strcmp0 (self->act_person, view->person_id) == 0)
    act (self, draft, self->act_person, self->act_what);

  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_UNSENT);
}

static void
render_button (PegKioskWindow *self,
               PegSnapshot    *snapshot,
               PegKioskView   *view)
{
  const GPtrArray *drafts = peg_kiosk_unsent_get (snapshot, view);
  g_autofree char *words = drafts != NULL ? peg_display_drafts_waiting (snapshot) : NULL;
  gboolean asks = FALSE;

  for (guint i = 0; drafts != NULL && i < drafts->len; i++)
    asks = asks || peg_kiosk_unsent_asks (g_ptr_array_index (drafts, i));

  peg_kiosk_button_set_more (PEG_KIOSK_BUTTON (self->unsent), words);
  if (asks)
    gtk_widget_add_css_class (self->unsent, "kiosk-asks");
  else
    gtk_widget_remove_css_class (self->unsent, "kiosk-asks");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->unsent),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : "",
                                  -1);
  gtk_widget_set_visible (self->unsent, words != NULL && self->place == PEG_KIOSK_PLACE_BOARD);
}

/*
 * peg_kiosk_window_render_unsent:
 *
 * Shows what whoever is signed in has not sent.
 */
void
peg_kiosk_window_render_unsent (PegKioskWindow      *self,
                                PegSnapshot         *snapshot,
                                PegKioskView        *view,
                                const PegDisplayNow *now)
{
  render_button (self, snapshot, view);
  if (peg_kiosk_drafts_update (self->drafts, snapshot, view, now) &&
      self->place == PEG_KIOSK_PLACE_UNSENT)
    peg_kiosk_window_schedule_focus (self);

  /* It was sent by itself, or from elsewhere. */
  if (self->place == PEG_KIOSK_PLACE_UNSENT_ASK && find_draft (self, self->act_draft) == NULL)
    peg_kiosk_window_go (self, PEG_KIOSK_PLACE_UNSENT);
}
