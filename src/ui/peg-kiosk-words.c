/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-words"

#include "peg-config.h"

#include "peg-kiosk-words.h"

#include <glib/gi18n.h>

/* So many names, taken from everywhere, say what the others are like. */
#define MAX_NAMES 1000

/**
 * peg_kiosk_words_do_name:
 * @what: what is done
 *
 * Returns: (transfer none): what the client calls it, for `app.kiosk-act`
 */
const char *
peg_kiosk_words_do_name (PegKioskDo what)
{
  switch (what) {
  case PEG_KIOSK_DO_CHECK_OUT:
    return "check-out";
  case PEG_KIOSK_DO_CHECK_IN:
    return "check-in";
  case PEG_KIOSK_DO_RELEASE:
    return "release";
  case PEG_KIOSK_DO_COPY:
    return "copy";
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_kiosk_words_do_title:
 * @what: what is done
 * @view: what is known of the terminal
 *
 * Returns: (transfer full): what is written on its button
 */
char *
peg_kiosk_words_do_title (PegKioskDo          what,
                          const PegKioskView *view)
{
  switch (what) {
  case PEG_KIOSK_DO_CHECK_OUT:
    return g_strdup (_("Check Out"));
  case PEG_KIOSK_DO_CHECK_IN:
    return g_strdup (_("Check In"));
  case PEG_KIOSK_DO_RELEASE:
    return g_strdup (_("Release"));
  case PEG_KIOSK_DO_COPY:
    if (view->station == NULL || *view->station == '\0')
      return g_strdup (_("Copy to Machine"));
    /* Translators: a button that puts a copy of a program where a machine reads it;
     * %s is the name of the machine, like VF-4. */
    return g_strdup_printf (_("Copy to %s"), view->station);
  default:
    g_assert_not_reached ();
  }
}

/* Files go to the machine and come from it through the working folder. */
static char *
get_folder_trouble (const PegSnapshot *snapshot,
                    const PegEntry    *entry,
                    PegKioskDo         what)
{
  PegCopies *copies = peg_snapshot_get_copies (snapshot);

  if (what != PEG_KIOSK_DO_COPY && what != PEG_KIOSK_DO_CHECK_IN)
    return NULL;

  if (copies == NULL)
    return g_strdup (_("No working folder is set up"));

  if (peg_copies_get_trouble (copies) != NULL)
    return g_strdup (peg_copies_get_trouble (copies));

  if (what == PEG_KIOSK_DO_CHECK_IN &&
      peg_snapshot_get_copy (snapshot, peg_entry_get_key (entry)) == PEG_COPY_MISSING)
    return g_strdup (_("It is gone from the working folder"));

  return NULL;
}

/* Whoever has just shown a badge does not wait for the connection in their name: what
 * they ask for now is asked as soon as it is there, so the file alone decides. Before it
 * is made, the one of before has stopped. */
static char *
get_file_trouble (const PegSnapshot   *snapshot,
                  const PegKioskView  *view,
                  const PegEntry      *entry,
                  PegAction            action,
                  const PegDisplayNow *now)
{
  const PegLinkState state = peg_snapshot_get_link (snapshot)->state;
  const gboolean comes = view->signing_in && peg_snapshot_has_list (snapshot) &&
                         (peg_link_state_is_live (state) || state == PEG_LINK_STOPPED ||
                          !peg_link_state_is_settled (state));

  /* A check-in waits for the server by itself. */
  if (entry == NULL || !comes || action == PEG_ACTION_CHECK_IN ||
      peg_snapshot_find_pending (snapshot, peg_entry_get_key (entry)) != NULL)
    return peg_display_why_not (snapshot, entry, action, now);

  return peg_display_why_not_then (snapshot, entry, action, view->user);
}

/**
 * peg_kiosk_words_nobody:
 *
 * Returns: (transfer none): why somebody who is not signed in cannot do what they could
 *   do otherwise
 */
const char *
peg_kiosk_words_nobody (void)
{
  return _("Sign in first");
}

/**
 * peg_kiosk_words_why_not:
 * @snapshot: what is known
 * @view: what is known of the terminal
 * @entry: (nullable): the selected file
 * @what: what a person would like to do with it
 * @now: the clocks
 *
 * What is wrong with the file comes before what is wrong with the person: nobody
 * signs in to be told that somebody else has it.
 *
 * Returns: (transfer full) (nullable): why it cannot be done now; %NULL: it can
 */
char *
peg_kiosk_words_why_not (const PegSnapshot   *snapshot,
                         const PegKioskView  *view,
                         const PegEntry      *entry,
                         PegKioskDo           what,
                         const PegDisplayNow *now)
{
  static const struct {
    PegAction action;
    PegKioskMay may;
  } needs[] = {
    [PEG_KIOSK_DO_CHECK_OUT] = { PEG_ACTION_CHECK_OUT, PEG_KIOSK_MAY_CHECK_OUT },
    [PEG_KIOSK_DO_CHECK_IN] = { PEG_ACTION_CHECK_IN, PEG_KIOSK_MAY_CHECK_IN },
    [PEG_KIOSK_DO_RELEASE] = { PEG_ACTION_RELEASE, PEG_KIOSK_MAY_RELEASE },
    [PEG_KIOSK_DO_COPY] = { PEG_ACTION_SAVE_COPY, PEG_KIOSK_MAY_COPY },
  };
  char *why;

  g_return_val_if_fail (snapshot != NULL && view != NULL && now != NULL, NULL);

  why = get_file_trouble (snapshot, view, entry, needs[what].action, now);
  if (why == NULL)
    why = get_folder_trouble (snapshot, entry, what);
  if (why != NULL)
    return why;

  if (view->person_id == NULL)
    return g_strdup (peg_kiosk_words_nobody ());

  if ((view->may & needs[what].may) == 0) {
    if (view->role != NULL && *view->role != '\0')
      /* Translators: %s is the role of a person, for example “Apprentice”. */
      return g_strdup_printf (_("Not allowed here: %s"), view->role);
    return g_strdup (_("Not allowed here"));
  }

  return NULL;
}

/**
 * peg_kiosk_words_dot:
 * @dot: the shape of the status dot
 *
 * Returns: (transfer none): how the connection is, in a word that is read from afar
 */
const char *
peg_kiosk_words_dot (PegDot dot)
{
  switch (dot) {
  case PEG_DOT_LIVE:
    return C_("connection", "Live");
  case PEG_DOT_SLOWER:
    return C_("connection", "Slower");
  case PEG_DOT_CONNECTING:
    return C_("connection", "Connecting");
  case PEG_DOT_WAITING:
  case PEG_DOT_OFFLINE:
    return C_("connection", "Offline");
  case PEG_DOT_KEY:
    return C_("connection", "Call lead");
  case PEG_DOT_STOPPED:
    return C_("connection", "Off");
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_kiosk_words_link_why:
 * @snapshot: what is known
 *
 * As peg_display_link_why(), for people who cannot choose an address, a file or a
 * password here: whatever they are told to do, it is to call somebody.
 *
 * Returns: (transfer full) (nullable): why the connection is as it is; %NULL: there is
 *   nothing to say
 */
char *
peg_kiosk_words_link_why (const PegSnapshot *snapshot)
{
  const char *url;

  g_return_val_if_fail (snapshot != NULL, NULL);

  url = peg_snapshot_get_server_url (snapshot);
  if (url == NULL)
    url = "";

  switch ((int) peg_snapshot_get_link (snapshot)->reason) {
  case PEG_LINK_REASON_ADDRESS:
    /* Translators: %s is the address of a server, here and below. */
    return g_strdup_printf (_("“%s” is not an address."), url);
  case PEG_LINK_REASON_CERTIFICATE:
  case PEG_LINK_REASON_CERTIFICATE_ISSUER:
    return g_strdup_printf (_("Nobody whom this terminal trusts says that “%s” is the server of the shop. Nothing was sent to it."), url);
  case PEG_LINK_REASON_CERTIFICATE_HOST:
    return g_strdup_printf (_("What answers as “%s” is another server. Nothing was sent to it."), url);
  case PEG_LINK_REASON_CERTIFICATE_EXPIRED:
    return g_strdup_printf (_("The certificate of “%s” has expired, or the clock of this terminal is wrong. Nothing was sent."), url);
  case PEG_LINK_REASON_OWN_CERTIFICATE:
    return g_strdup_printf (_("“%s” wants a certificate of this terminal, and there is none that it takes."), url);
  case PEG_LINK_REASON_CA_FILE:
    return g_strdup_printf (_("The CA file of this terminal cannot be used, so “%s” could not be checked. Nothing was sent."), url);
  case PEG_LINK_REASON_SIGN_IN:
    return g_strdup_printf (_("“%s” does not know this terminal."), url);
  case PEG_LINK_REASON_UNSAFE:
    return g_strdup_printf (_("The token of this terminal could be read on its way to “%s”. Nothing was sent."), url);
  case PEG_LINK_REASON_REPLACED:
    return g_strdup (_("Another terminal of the same name took over the connection."));
  default:
    return peg_display_link_why (snapshot);
  }
}

static gint64
count_s (gint64 until_us,
         gint64 mono_us)
{
  return MAX (0, (until_us - mono_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/**
 * peg_kiosk_words_left:
 * @view: what is known of the terminal
 * @mono_us: the monotonic clock
 *
 * Returns: (transfer full) (nullable): how long the person stays signed in; %NULL:
 *   nobody is
 */
char *
peg_kiosk_words_left (const PegKioskView *view,
                      gint64              mono_us)
{
  gint64 seconds;

  g_return_val_if_fail (view != NULL, NULL);

  if (view->person_id == NULL || view->sign_out_us == 0)
    return NULL;

  seconds = count_s (view->sign_out_us, mono_us);

  /* Translators: how long somebody stays signed in: minutes and seconds, as 1:05. */
  return g_strdup_printf (_("%d:%02d left"), (int) (seconds / 60), (int) (seconds % 60));
}

/**
 * peg_kiosk_words_warning:
 * @view: what is known of the terminal
 * @mono_us: the monotonic clock
 *
 * Returns: (transfer full): when somebody who does nothing will be signed out
 */
char *
peg_kiosk_words_warning (const PegKioskView *view,
                         gint64              mono_us)
{
  const gint64 until_us = view->phase_until_us != 0 ? view->phase_until_us : view->sign_out_us;
  const guint seconds = (guint) count_s (until_us, mono_us);

  return g_strdup_printf (ngettext ("Signing out in %u s", "Signing out in %u s", seconds), seconds);
}

/**
 * peg_kiosk_words_are_numbers:
 * @snapshot: what is known
 *
 * Returns: whether the names of files mostly begin with digits, as those of parts do
 */
gboolean
peg_kiosk_words_are_numbers (const PegSnapshot *snapshot)
{
  guint n = 0, numbers = 0, at = 0, step;

  g_return_val_if_fail (snapshot != NULL, FALSE);

  step = MAX (1, peg_snapshot_get_counts (snapshot)->all / MAX_NAMES);
  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (; at < peg_group_get_n (group); at += step, n++)
      numbers += g_ascii_isdigit (*peg_entry_get_filename (peg_group_get (group, at)));
    at -= peg_group_get_n (group);
  }

  return 2 * numbers > n;
}

/**
 * peg_kiosk_words_release:
 * @snapshot: what is known
 * @entry: a file that the person here has
 *
 * Returns: (transfer full): what becomes of it, and of what was changed in it, when it is
 *   released (docs/working-folder.md)
 */
char *
peg_kiosk_words_release (const PegSnapshot *snapshot,
                         const PegEntry    *entry)
{
  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  switch (peg_snapshot_get_copy (snapshot, peg_entry_get_key (entry))) {
  case PEG_COPY_CHANGED:
  case PEG_COPY_OLD_CHANGED:
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_("Your changes are not checked in: on the board “%s” becomes free as it was before you took it. The changed file stays in the working folder."),
                            peg_entry_get_filename (entry));
  case PEG_COPY_NONE:
  case PEG_COPY_SAME:
  case PEG_COPY_OLD:
  case PEG_COPY_MISSING:
    return g_strdup (_("It becomes free as it was before you took it. What you changed in it is not checked in."));
  default:
    g_assert_not_reached ();
  }
}
