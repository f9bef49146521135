/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-unsent"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

#include "peg-outbox.h"

#include <glib/gi18n.h>

/* What somebody decides about a check-in of theirs that the server does not have.
 *
 * It is looked for only in the outbox of whoever is asked for, by its identity: what one
 * person has kept is not there for anybody else, whatever a page that is still open
 * says. */

/* One decision, until it is carried out. */
typedef struct {
  PegKioskSession *session; /* (owned) */
  char *person;             /* (owned): who decided */
  char *user;               /* (owned): by which the server knows them */
  char *id;                 /* (owned): of the draft */
  char *filename;           /* (owned) */
  PegKioskAction action;
} Decision;

static void
decision_free (Decision *decision)
{
  g_clear_object (&decision->session);
  g_free (decision->person);
  g_free (decision->user);
  g_free (decision->id);
  g_free (decision->filename);
  g_free (decision);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Decision, decision_free)

/*
 * peg_kiosk_session_dup_kept_words:
 * @why: why a check-in was not sent, a sentence
 *
 * Returns: (transfer full): the same, and where the check-in is
 */
char *
peg_kiosk_session_dup_kept_words (const char *why)
{
  /* Translators: %s is a sentence that says why something was refused. */
  return g_strdup_printf (_("%s What you wanted to check in is kept under “Unsent Work”."), why);
}

static void
tell (PegKioskSession *self,
      const char      *person,
      const char      *text,
      gboolean         yes,
      gboolean         kept)
{
  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_RESULT, .person = person, .text = text, .yes = yes, .kept = kept,
  });
}

static char *
done_words (const Decision *decision)
{
  switch ((int) decision->action) {
  case PEG_KIOSK_ACTION_UNSENT_DISCARD:
    /* Translators: %s is the name of a file, here and below. */
    return g_strdup_printf (_("The check-in of %s was thrown away."), decision->filename);
  case PEG_KIOSK_ACTION_UNSENT_ARRIVED:
    return g_strdup_printf (_("The check-in of %s arrived, and is kept here no longer."),
                            decision->filename);
  default:
    return g_strdup_printf (_("Checked in %s"), decision->filename);
  }
}

/* Says what became of it, to whoever decided. */
static void
tell_end (const Decision *decision,
          const GError   *error)
{
  const gboolean waits = g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT);
  const gboolean sends = decision->action == PEG_KIOSK_ACTION_UNSENT_SEND ||
                         decision->action == PEG_KIOSK_ACTION_UNSENT_AGAIN;
  const gboolean gone = g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND);
  g_autofree char *text = NULL;

  if (g_cancellable_is_cancelled (decision->session->cancellable))
    return;

  if (error == NULL)
    text = done_words (decision);
  else if (sends && !waits && !gone)
    text = peg_kiosk_session_dup_kept_words (error->message);
  else
    text = g_strdup (error->message);

  tell (decision->session, decision->person, text, error == NULL || waits,
        error != NULL && sends && !gone);
}

static void
drafted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Decision) decision = user_data;
  g_autoptr (GError) error = NULL;

  peg_link_draft_finish (PEG_LINK (source), result, &error);
  tell_end (decision, error);
}

static void
forgotten_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!peg_link_draft_finish (PEG_LINK (source), result, &error))
    g_info ("What was checked in anew stays kept, too: %s", error->message);
}

/* Returns: (transfer full) (nullable): the outbox of whoever is connected, to be looked at
 *   and not touched */
static PegOutbox *
open_outbox (PegKioskSession *self)
{
  g_autofree char *server = NULL;
  g_autofree char *folder = NULL;
  PegLinkConfig config = { .user = self->user };
  PegOutbox *outbox;

  peg_kiosk_session_fill_config (self, &config);
  if (self->outbox_folder == NULL || !peg_link_check_config (&config, &server, NULL))
    return NULL;

  folder = peg_outbox_dup_folder (self->outbox_folder, server, self->user);
  outbox = peg_outbox_new (folder, self->clock, NULL);
  peg_outbox_set_claims (outbox, FALSE);
  peg_outbox_load (outbox);

  return outbox;
}

/* Whether the outbox has the same bytes a second time by now, under another identity. */
static gboolean
is_kept_anew (const Decision *decision)
{
  g_autoptr (PegOutbox) outbox = open_outbox (decision->session);

  return outbox != NULL && peg_outbox_has_again (outbox, decision->id);
}

/* Its bytes are with the server, or in the outbox a second time, be it to be sent or to be
 * decided about: only then the first are not needed any more. */
static void
checked_in_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Decision) decision = user_data;
  PegKioskSession *self = decision->session;
  PegLink *link = PEG_LINK (source);
  g_autoptr (GError) error = NULL;
  const gboolean done = peg_link_check_in_finish (link, result, &error);

  /* The program ends: nothing can be discarded any more, and nobody is there to be told. */
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  /* It is the outbox of whoever is connected that is looked into, and discarded from. */
  if (g_strcmp0 (peg_link_get_user (link), decision->user) == 0 &&
      g_strcmp0 (self->user, decision->user) == 0 && (done || is_kept_anew (decision)))
    peg_link_draft_async (link, PEG_LINK_DRAFT_DISCARD, decision->id, NULL, self->cancellable,
                          forgotten_cb, NULL);
  tell_end (decision, error);
}

/* A check-in that was refused is never sent again as it was: its place is gone. Its bytes
 * are, by whoever has the file now, as a revision after the newest. */
static void
check_in_again (PegKioskSession *self,
                Decision        *decision,
                const char      *key)
{
  g_autoptr (PegOutbox) outbox = open_outbox (self);
  const PegOutboxItem *item = outbox != NULL ? peg_outbox_find (outbox, decision->id) : NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GFile) file = NULL;

  /* What is sent by itself by now would be checked in twice. */
  if (item == NULL || item->action != PEG_ACTION_CHECK_IN || !g_str_equal (item->key, key) ||
      item->state != PEG_DRAFT_CONFLICT) {
    tell (self, decision->person, _("This is not among the unsent work any more."), FALSE, FALSE);
    decision_free (decision);
    return;
  }

  bytes = peg_outbox_dup_bytes (outbox, decision->id);
  file = g_file_new_for_path (bytes);
  peg_link_check_in_async (self->link, key, file, item->text != NULL ? item->text : "",
                           item->major, self->cancellable, checked_in_cb, decision);
}

/* Returns: whether that can be done with a check-in as it is now */
static gboolean
is_offered (const PegDraft *draft,
            PegKioskAction  action)
{
  switch ((int) action) {
  case PEG_KIOSK_ACTION_UNSENT_SEND:
    return draft->state != PEG_DRAFT_CONFLICT;
  case PEG_KIOSK_ACTION_UNSENT_ARRIVED:
    return draft->state == PEG_DRAFT_UNCERTAIN;
  case PEG_KIOSK_ACTION_UNSENT_AGAIN:
    return draft->state == PEG_DRAFT_CONFLICT;
  default:
    return TRUE;
  }
}

/* While somebody is asked, it goes on: what they were asked about may be on its way by now,
 * or may have been refused.
 *
 * Returns: (transfer full) (nullable): why it is not what they decided about any more */
static char *
dup_why_not (const PegSnapshot *snapshot,
             const PegDraft    *draft,
             PegKioskAction     action)
{
  /* It may have been sent by itself meanwhile. */
  if (draft == NULL)
    return g_strdup (_("This is not among the unsent work any more."));
  if (draft->elsewhere || peg_snapshot_find_pending (snapshot, draft->key) != NULL)
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_("“%s” is being sent just now. Wait until that is over."),
                            draft->filename);
  if (is_offered (draft, action))
    return NULL;

  return g_strdup (_("A check-in of it waits already, under “Unsent Work”"));
}

/*
 * peg_kiosk_session_decide:
 * @effect: what is done with which check-in, in whose name
 *
 * Carries out what somebody decided about a check-in of theirs. To save a copy is for
 * the working folder to do; here it is only looked whether there is anything to save.
 *
 * Returns: whether nothing else is to be done about it
 */
gboolean
peg_kiosk_session_decide (PegKioskSession      *self,
                          const PegKioskEffect *effect)
{
  static const PegLinkDraft whats[] = {
    [PEG_KIOSK_ACTION_UNSENT_SEND] = PEG_LINK_DRAFT_SEND,
    [PEG_KIOSK_ACTION_UNSENT_ARRIVED] = PEG_LINK_DRAFT_ARRIVED,
    [PEG_KIOSK_ACTION_UNSENT_DISCARD] = PEG_LINK_DRAFT_DISCARD,
  };
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegDraft *draft = effect->text != NULL ? peg_snapshot_find_draft (snapshot, effect->text)
                                                : NULL;
  g_autofree char *why = dup_why_not (snapshot, draft, effect->action);
  Decision *decision;

  if (why != NULL) {
    tell (self, effect->person, why, FALSE, FALSE);
    return TRUE;
  }
  if (effect->action == PEG_KIOSK_ACTION_UNSENT_SAVE)
    return FALSE;

  decision = g_new0 (Decision, 1);
  decision->session = g_object_ref (self);
  decision->person = g_strdup (effect->person);
  decision->user = g_strdup (self->user);
  decision->id = g_strdup (draft->id);
  decision->filename = g_strdup (draft->filename);
  decision->action = effect->action;

  if (effect->action == PEG_KIOSK_ACTION_UNSENT_AGAIN)
    check_in_again (self, decision, draft->key);
  else
    peg_link_draft_async (self->link, whats[effect->action], draft->id, NULL, self->cancellable,
                          drafted_cb, decision);

  return TRUE;
}
