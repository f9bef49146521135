/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-snapshot-private.h"

/* A window that was busy for a while still says what happened meanwhile; a
 * notice that nobody fetched within this many others is old news. */
#define MAX_NOTICES 32

G_DEFINE_ENUM_TYPE (PegCause, peg_cause,
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_CHECK_OUT, "check-out"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_CHECK_IN, "check-in"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_RELEASE, "release"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_ADDED, "added"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_RENAMED, "renamed"),
                    G_DEFINE_ENUM_VALUE (PEG_CAUSE_DELETED, "deleted"))

/* At a shared terminal the board goes on when the person changes; what was told to one
 * of them does not. How old it is stays said until the next connection is live. */
static PegSnapshot *
reduce_person (PegSnapshot    *self,
               const PegEvent *event)
{
  PegSnapshot *next = peg_reduce_user (self, event->server.user);
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  const PegLinkStatus status = { .state = PEG_LINK_CONNECTING, .rtt_us = -1 };
  GPtrArray **lists[] = {
    &next->pending, &next->notes, &next->acknowledged, &next->works, &next->drafts,
  };
  GPtrArray *empties[] = {
    empty->pending, empty->notes, empty->acknowledged, empty->works, empty->drafts,
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_ptr_array_unref (*lists[i]);
    *lists[i] = g_ptr_array_ref (empties[i]);
  }

  next->choice = event->server.choice;
  g_clear_pointer (&next->history.key, g_free);
  g_clear_pointer (&next->history.revisions, g_ptr_array_unref);
  g_clear_pointer (&next->history.error, g_free);
  next->history = (PegHistory) { 0 };
  g_clear_pointer (&next->sign_in.error, g_free);
  next->sign_in = (PegSignIn) { 0 };
  peg_reduce_forget_present (next);
  if (peg_link_state_is_live (self->link.state))
    next->as_of_us = event->wall_us;
  peg_link_status_clear (&next->link);
  peg_link_status_copy (&status, &next->link);

  return next;
}

static PegSnapshot *
reduce_server (PegSnapshot    *self,
               const PegEvent *event)
{
  PegSnapshot *next;

  if (g_strcmp0 (self->server_url, event->server.url) == 0 &&
      g_strcmp0 (self->user, event->server.user) == 0) {
    if (event->server.choice == self->choice || event->server.choice == 0)
      return peg_snapshot_ref (self);

    next = peg_snapshot_copy (self);
    next->choice = event->server.choice;
    return next;
  }

  if (event->server.shared && g_strcmp0 (self->server_url, event->server.url) == 0)
    return reduce_person (self, event);

  next = peg_snapshot_new ();
  next->choice = event->server.choice;
  next->server_url = g_strdup (event->server.url);
  next->user = g_strdup (event->server.user);

  /* Serials go on, so that what was said about the last server is not said
   * again. */
  g_ptr_array_unref (next->notices);
  next->notices = g_ptr_array_ref (self->notices);

  /* What the connection went through before may be why another was chosen. */
  g_ptr_array_unref (next->log);
  next->log = g_ptr_array_ref (self->log);

  /* The folder is the station’s, whoever stands before it; what is in it is of one
   * server. */
  if (self->copies != NULL && g_strcmp0 (self->server_url, event->server.url) == 0) {
    next->copies = peg_copies_ref (self->copies);
    peg_reduce_forget_question (next);
  }

  /* The people are the station’s, too. */
  if (self->names != NULL)
    next->names = g_hash_table_ref (self->names);

  return next;
}

/* Whether who comes and goes is told in that state. */
static gboolean
has_socket (PegLinkState state)
{
  return state == PEG_LINK_AUTHENTICATING || state == PEG_LINK_SYNCING || state == PEG_LINK_LIVE;
}

static PegSnapshot *
reduce_sign_in (PegSnapshot    *self,
                const PegEvent *event)
{
  const PegSignIn *old = &self->sign_in;
  PegSnapshot *next;

  if (old->held == event->sign_in.held && old->busy == event->sign_in.busy &&
      g_strcmp0 (old->error, event->sign_in.error) == 0)
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_free (next->sign_in.error);
  next->sign_in = (PegSignIn) {
    .held = event->sign_in.held,
    .busy = event->sign_in.busy,
    .error = g_strdup (event->sign_in.error),
  };

  return next;
}

static PegSnapshot *
reduce_link (PegSnapshot    *self,
             const PegEvent *event)
{
  const gboolean was_live = peg_link_state_is_live (self->link.state);
  const gboolean is_live = peg_link_state_is_live (event->link->state);
  PegSnapshot *next;

  if (peg_link_status_equal (&self->link, event->link))
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  peg_link_status_clear (&next->link);
  peg_link_status_copy (event->link, &next->link);
  if (!has_socket (event->link->state))
    peg_reduce_forget_present (next);

  if (is_live) {
    next->outage_us = 0;
    next->as_of_us = 0;
    return next;
  }

  if (was_live)
    next->as_of_us = event->wall_us;

  if (event->link->state == PEG_LINK_STOPPED)
    next->outage_us = 0;
  else if (next->outage_us == 0)
    next->outage_us = event->mono_us;

  return next;
}

static PegSnapshot *
reduce_hello (PegSnapshot    *self,
              const PegEvent *event)
{
  const char *user = event->hello.user != NULL ? event->hello.user : self->user;
  PegSnapshot *next;

  if (g_strcmp0 (user, self->user) != 0) {
    next = peg_reduce_user (self, user);
  } else {
    next = peg_snapshot_copy (self);
  }

  if (event->hello.name != NULL) {
    g_free (next->server_name);
    next->server_name = g_strdup (event->hello.name);
  }

  if (event->hello.server_us != 0) {
    next->server_us = event->hello.server_us;
    next->server_mono_us = event->mono_us;
    next->server_told = TRUE;
  }

  return next;
}

static GPtrArray *
copy_pending (PegSnapshot *self,
              const char  *without)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_pending_free);

  for (guint i = 0; i < self->pending->len; i++) {
    const PegPending *pending = g_ptr_array_index (self->pending, i);

    if (!g_str_equal (pending->key, without))
      g_ptr_array_add (copy, peg_pending_new (pending->key, pending->action, pending->since_us));
  }

  return copy;
}

static PegSnapshot *
reduce_pending (PegSnapshot    *self,
                const PegEvent *event)
{
  const PegPending *old = peg_snapshot_find_pending (self, event->pending.key);
  PegSnapshot *next;
  GPtrArray *pending;

  if (old != NULL && old->action == event->pending.action)
    return peg_snapshot_ref (self);

  pending = copy_pending (self, event->pending.key);
  g_ptr_array_add (pending, peg_pending_new (event->pending.key, event->pending.action,
                                             event->mono_us));

  next = peg_snapshot_copy (self);
  g_ptr_array_unref (next->pending);
  next->pending = pending;

  return next;
}

static PegSnapshot *
reduce_settled (PegSnapshot *self,
                const char  *key)
{
  PegSnapshot *next;

  if (peg_snapshot_find_pending (self, key) == NULL)
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_ptr_array_unref (next->pending);
  next->pending = copy_pending (self, key);

  return next;
}

/*
 * peg_reduce_notice:
 *
 * The reducer for %PEG_EVENT_NOTICE, which also others use.
 */
PegSnapshot *
peg_reduce_notice (PegSnapshot *self,
                   PegNotice   *notice)
{
  PegSnapshot *next = peg_snapshot_copy (self);
  const GPtrArray *old = self->notices;
  PegNotice numbered = *notice;

  numbered.serial = old->len > 0 ? ((PegNotice *) old->pdata[old->len - 1])->serial + 1 : 1;

  g_ptr_array_unref (next->notices);
  next->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_notice_unref);

  for (guint i = old->len >= MAX_NOTICES ? 1 : 0; i < old->len; i++)
    g_ptr_array_add (next->notices, peg_notice_ref (old->pdata[i]));
  g_ptr_array_add (next->notices, peg_notice_new (&numbered));

  return next;
}

static PegSnapshot *
reduce_history (PegSnapshot    *self,
                const PegEvent *event)
{
  PegSnapshot *next;

  if (event->history.key == NULL && self->history.key == NULL)
    return peg_snapshot_ref (self);

  /* An answer for a file that is no longer selected says nothing. */
  if (event->history.state != PEG_HISTORY_LOADING &&
      event->history.key != NULL &&
      g_strcmp0 (event->history.key, self->history.key) != 0)
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_clear_pointer (&next->history.key, g_free);
  g_clear_pointer (&next->history.error, g_free);
  next->history.key = g_strdup (event->history.key);
  next->history.error = g_strdup (event->history.error);
  next->history.state = event->history.key != NULL ? event->history.state : PEG_HISTORY_NONE;

  /* While the history of the same file loads again, the old one stays. */
  if (event->history.state != PEG_HISTORY_LOADING ||
      g_strcmp0 (event->history.key, self->history.key) != 0) {
    g_clear_pointer (&next->history.revisions, g_ptr_array_unref);
    if (event->history.revisions != NULL)
      next->history.revisions = g_ptr_array_ref (event->history.revisions);
  }

  return next;
}

static PegSnapshot *
reduce_outbox (PegSnapshot *self,
               GPtrArray   *drafts)
{
  gboolean same = self->drafts->len == drafts->len;
  PegSnapshot *next;

  for (guint i = 0; i < drafts->len && same; i++)
    same = peg_draft_equal (drafts->pdata[i], self->drafts->pdata[i]);
  if (same)
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_ptr_array_unref (next->drafts);
  next->drafts = g_ptr_array_ref (drafts);

  return next;
}

/*
 * peg_reduce_forget_question:
 * @next: a snapshot that nobody else has seen
 *
 * Forgets what was asked about the working folder: it was asked of somebody else.
 */
void
peg_reduce_forget_question (PegSnapshot *next)
{
  PegCopies *copies = next->copies;

  if (copies == NULL)
    return;

  next->copies = peg_copies_without_question (copies);
  peg_copies_unref (copies);
}

static PegSnapshot *
reduce_copies (PegSnapshot *self,
               PegCopies   *copies)
{
  PegSnapshot *next;

  if (peg_copies_equal (self->copies, copies))
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_clear_pointer (&next->copies, peg_copies_unref);
  next->copies = copies != NULL ? peg_copies_ref (copies) : NULL;

  return next;
}

static PegSnapshot *
reduce_names (PegSnapshot *self,
              GHashTable  *names)
{
  PegSnapshot *next;

  if (self->names == names)
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_clear_pointer (&next->names, g_hash_table_unref);
  next->names = g_hash_table_ref (names);

  return next;
}

/**
 * peg_snapshot_reduce:
 * @self: a snapshot
 * @event: what happened
 *
 * Works out what is shown after @event.
 *
 * A pure function: no clock, no I/O, and the same arguments always give the
 * same answer. An event that changes nothing that is shown gives @self back. It
 * may be called from any thread.
 *
 * Returns: (transfer full): the next snapshot
 */
PegSnapshot *
peg_snapshot_reduce (PegSnapshot    *self,
                     const PegEvent *event)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (event != NULL, NULL);

  switch (event->kind) {
  case PEG_EVENT_SERVER:
    return reduce_server (self, event);
  case PEG_EVENT_LINK:
    return reduce_link (self, event);
  case PEG_EVENT_HELLO:
    return reduce_hello (self, event);
  case PEG_EVENT_LISTED:
    return peg_reduce_listed (self, event);
  case PEG_EVENT_CHANGED:
    return peg_reduce_changed (self, event);
  case PEG_EVENT_PENDING:
    return reduce_pending (self, event);
  case PEG_EVENT_SETTLED:
    return reduce_settled (self, event->settled);
  case PEG_EVENT_NOTICE:
    return peg_reduce_notice (self, event->notice);
  case PEG_EVENT_NOTES:
    return peg_reduce_notes (self, event->notes);
  case PEG_EVENT_HISTORY:
    return reduce_history (self, event);
  case PEG_EVENT_PROGRESS:
    return peg_reduce_progress (self, event);
  case PEG_EVENT_PRESENCE:
    return peg_reduce_presence (self, event);
  case PEG_EVENT_ACKNOWLEDGED:
    return peg_reduce_acknowledged (self, event->acknowledged);
  case PEG_EVENT_TRANSITION:
    return peg_reduce_transition (self, event->transition);
  case PEG_EVENT_SIGN_IN:
    return reduce_sign_in (self, event);
  case PEG_EVENT_OUTBOX:
    return reduce_outbox (self, event->outbox);
  case PEG_EVENT_COPIES:
    return reduce_copies (self, event->copies);
  case PEG_EVENT_NAMES:
    return reduce_names (self, event->names);
  default:
    g_assert_not_reached ();
  }
}
