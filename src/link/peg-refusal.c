/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-refusal.h"

#include "peg-link.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

/* What is known of the holder: who, and since when. */
static char *
who_has_it (const PegRefusal *refusal)
{
  const char *holder = peg_entry_get_holder (refusal->entry);
  const gint64 since_us = peg_entry_get_since_us (refusal->entry);
  g_autofree char *clock = NULL;

  if (holder == NULL)
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_("Somebody else has “%s”."), refusal->name);

  if (since_us == 0)
    /* Translators: the name of a person, and of a file. */
    return g_strdup_printf (_("%s has “%s”."), holder, refusal->name);

  clock = peg_words_clock (since_us, refusal->wall_us);

  /* Translators: the name of a person, of a file, and a time of day. */
  return g_strdup_printf (_("%s has had “%s” since %s."), holder, refusal->name, clock);
}

/* “Somebody else has it”, in answer to a check-out. */
static char *
check_out_words (const PegRefusal *refusal,
                 PegLock           lock)
{
  if (lock == PEG_LOCK_OTHER)
    return who_has_it (refusal);

  if (lock == PEG_LOCK_OWN)
    /* Translators: %s is the name of a file, here and below. */
    return g_strdup_printf (_("You have “%s” checked out already."), refusal->name);

  return g_strdup_printf (_("“%s” could not be checked out: somebody was faster, or the server cannot do it now."),
                          refusal->name);
}

/* “It is not yours”, in answer to giving something back. */
static char *
give_back_words (const PegRefusal *refusal,
                 PegLock           lock)
{
  g_autofree char *who = NULL;

  if (lock == PEG_LOCK_OTHER) {
    who = who_has_it (refusal);

    if (refusal->action == PEG_ACTION_CHECK_IN)
      /* Translators: %s is a sentence, like “Dana has had … since 10:42.” */
      return g_strdup_printf (_("%s Your copy was not taken; keep it."), who);
    return g_steal_pointer (&who);
  }

  if (lock == PEG_LOCK_FREE && refusal->action == PEG_ACTION_CHECK_IN)
    return g_strdup_printf (_("“%s” is not checked out to you any more. Your copy was not taken; keep it, and check the file out again."),
                            refusal->name);

  if (lock == PEG_LOCK_FREE)
    return g_strdup_printf (_("“%s” is not checked out to you any more."), refusal->name);

  if (refusal->action == PEG_ACTION_CHECK_IN)
    return g_strdup_printf (_("“%s” changed on the server since you checked it out. Your copy was not taken; keep it, and look at the history."),
                            refusal->name);

  return g_strdup_printf (_("“%s” could not be released."), refusal->name);
}

/* The server means the state of the file, or hides behind a 500 what it does not
 * say (docs/protocol.md, “Errors”): what we know ourselves is said. */
static char *
conflict_words (const PegRefusal *refusal)
{
  PegLock lock = PEG_LOCK_FREE;

  if (refusal->entry != NULL)
    lock = peg_entry_get_lock (refusal->entry, refusal->user);

  switch (refusal->action) {
  case PEG_ACTION_CHECK_OUT:
    return check_out_words (refusal, lock);
  case PEG_ACTION_CHECK_IN:
  case PEG_ACTION_RELEASE:
    return give_back_words (refusal, lock);
  case PEG_ACTION_OPEN:
  case PEG_ACTION_SAVE_COPY:
  default:
    g_assert_not_reached ();
  }
}

/* Whether the server knows who it is, and that is the trouble
 * (docs/protocol.md, “Signing in”). */
static gboolean
is_about_role (const PegRefusal *refusal)
{
  return refusal->status == 403 && g_strcmp0 (refusal->code, "forbidden") == 0;
}

/* Whether an answer is about who has the file. */
static gboolean
is_conflict (const PegRefusal *refusal)
{
  if (!refusal->changes || refusal->name == NULL || is_about_role (refusal))
    return FALSE;

  switch (refusal->status) {
  case 403:
    /* “Only the holder may”, if we know somebody else who is. */
    return refusal->action != PEG_ACTION_CHECK_OUT && refusal->entry != NULL &&
           peg_entry_get_lock (refusal->entry, refusal->user) != PEG_LOCK_OWN;
  case 400:
  case 409:
  case 412:
  case 423:
    return TRUE;
  case 500:
    /* A server that has words of its own for this does not mean the file. */
    return g_strcmp0 (refusal->code, "failed") != 0;
  default:
    return FALSE;
  }
}

static char *
other_words (const PegRefusal *refusal,
             PegLinkError     *code)
{
  const char *name = refusal->name != NULL ? refusal->name : "";

  if (is_about_role (refusal)) {
    *code = PEG_LINK_ERROR_REFUSED;
    return g_strdup (_("You may not do that on this server."));
  }

  *code = PEG_LINK_ERROR_FAILED;

  switch (refusal->status) {
  case 401:
  case 403:
    *code = PEG_LINK_ERROR_SIGN_IN;
    return g_strdup (_("The server does not know who you are. Sign in again."));
  case 404:
  case 410:
    *code = PEG_LINK_ERROR_NOT_FOUND;
    if (refusal->name == NULL)
      return g_strdup (_("The server does not know this."));
    return g_strdup_printf (_("“%s” is not on the server any more: it was renamed or deleted."),
                            name);
  case 413:
    *code = PEG_LINK_ERROR_REFUSED;
    return g_strdup_printf (_("“%s” is larger than the server takes."), name);
  case 429:
  case 502:
  case 503:
  case 504:
    return g_strdup (_("The server has too much to do just now. Try again in a moment."));
  case 507:
    return g_strdup_printf (_("The server has no room for “%s”. Tell whoever runs it."), name);
  default:
    if (refusal->status < 400)
      return g_strdup (_("Something answers at this address, but it is not a shop server."));
    return g_strdup (_("The server could not do it. Its log says why."));
  }
}

/**
 * peg_refusal_to_error:
 * @refusal: what a server answered, and what is known
 *
 * Finds the words for a refusal. What our own state says comes first; what the
 * server says comes after it, as what the server says. A pure function.
 *
 * Returns: (transfer full): an error of %PEG_LINK_ERROR
 */
GError *
peg_refusal_to_error (const PegRefusal *refusal)
{
  g_autofree char *words = NULL;
  PegLinkError code = PEG_LINK_ERROR_REFUSED;

  g_return_val_if_fail (refusal != NULL, NULL);

  if (g_strcmp0 (refusal->code, "ambiguous") == 0 && refusal->name != NULL) {
    code = PEG_LINK_ERROR_AMBIGUOUS;
    words = g_strdup_printf (_("Several files are called “%s”. Name the folder, too."),
                             refusal->name);
  } else if (g_strcmp0 (refusal->code, "under_way") == 0 && refusal->name != NULL) {
    /* The same request, whose answer was lost, is not done yet: no refusal. */
    code = PEG_LINK_ERROR_UNCERTAIN;
    words = g_strdup_printf (_("The server is still working on “%s”. Look at the list before you try again."),
                             refusal->name);
  } else if (is_conflict (refusal)) {
    words = conflict_words (refusal);
  } else {
    words = other_words (refusal, &code);
  }

  /* The name of the status says nothing that the words do not. */
  if (refusal->detail == NULL ||
      g_ascii_strcasecmp (refusal->detail, soup_status_get_phrase (refusal->status)) == 0)
    return g_error_new_literal (PEG_LINK_ERROR, (int) code, words);

  /* Translators: what happened, in a sentence, and what the server said. */
  return g_error_new (PEG_LINK_ERROR, (int) code, _("%s The server says: “%s”"),
                      words, refusal->detail);
}
