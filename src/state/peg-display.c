/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include "peg-words.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_ENUM_TYPE (PegTag, peg_tag,
                    G_DEFINE_ENUM_VALUE (PEG_TAG_FREE, "free"),
                    G_DEFINE_ENUM_VALUE (PEG_TAG_OWN, "own"),
                    G_DEFINE_ENUM_VALUE (PEG_TAG_OTHER, "other"),
                    G_DEFINE_ENUM_VALUE (PEG_TAG_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (PEG_TAG_STALE, "stale"),
                    G_DEFINE_ENUM_VALUE (PEG_TAG_TROUBLE, "trouble"))

/**
 * peg_display_tag:
 * @snapshot: what is known
 * @entry: a file of it
 *
 * Returns: what hangs on the peg of @entry
 */
PegTag
peg_display_tag (const PegSnapshot *snapshot,
                 const PegEntry    *entry)
{
  const PegEntryFlags trouble = PEG_ENTRY_CHANGED_OUTSIDE | PEG_ENTRY_MISSING;

  if (peg_snapshot_find_pending (snapshot, peg_entry_get_key (entry)) != NULL)
    return PEG_TAG_PENDING;

  if (!peg_snapshot_is_live (snapshot))
    return peg_entry_is_locked (entry) ? PEG_TAG_STALE : PEG_TAG_FREE;

  switch (peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot))) {
  case PEG_LOCK_FREE:
    return PEG_TAG_FREE;
  case PEG_LOCK_OWN:
    return (peg_entry_get_flags (entry) & trouble) != 0 ? PEG_TAG_TROUBLE : PEG_TAG_OWN;
  case PEG_LOCK_OTHER:
    return (peg_entry_get_flags (entry) & trouble) != 0 ? PEG_TAG_TROUBLE : PEG_TAG_OTHER;
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_tag_class:
 * @tag: what hangs on a peg
 *
 * Returns: (transfer none): its style class
 */
const char *
peg_display_tag_class (PegTag tag)
{
  switch (tag) {
  case PEG_TAG_FREE:
    return "tag-free";
  case PEG_TAG_OWN:
    return "tag-own";
  case PEG_TAG_OTHER:
    return "tag-other";
  case PEG_TAG_PENDING:
    return "tag-pending";
  case PEG_TAG_STALE:
    return "tag-stale";
  case PEG_TAG_TROUBLE:
    return "tag-trouble";
  default:
    g_assert_not_reached ();
  }
}

static const char *
pending_words (PegAction action)
{
  switch (action) {
  case PEG_ACTION_CHECK_OUT:
    return _("Checking out…");
  case PEG_ACTION_CHECK_IN:
    return _("Checking in…");
  case PEG_ACTION_RELEASE:
    return _("Releasing…");
  case PEG_ACTION_OPEN:
  case PEG_ACTION_SAVE_COPY:
    return _("Fetching…");
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_age:
 * @snapshot: a snapshot
 * @now: the time
 *
 * Returns: (transfer full) (nullable): “as of 08:41”, for words about check-outs
 *   that are no more than what was true then; %NULL: they are true
 */
char *
peg_display_age (const PegSnapshot   *snapshot,
                 const PegDisplayNow *now)
{
  const gint64 as_of_us = peg_snapshot_get_as_of_us (snapshot);
  g_autofree char *clock = NULL;

  g_return_val_if_fail (snapshot != NULL && now != NULL, NULL);

  if (peg_snapshot_is_live (snapshot) || as_of_us == 0)
    return NULL;

  clock = peg_words_clock (as_of_us, now->wall_us);

  /* Translators: %s is a time of day; how old what is shown is. */
  return g_strdup_printf (_("as of %s"), clock);
}

/* How long a check-out has lasted by the server's clock, or how old what we
 * know of it is. */
static char *
age_words (const PegSnapshot   *snapshot,
           const PegEntry      *entry,
           const PegDisplayNow *now)
{
  const gint64 since_us = peg_entry_get_since_us (entry);
  const gint64 server_us = peg_snapshot_get_server_us (snapshot, now->mono_us);

  if (!peg_snapshot_is_live (snapshot))
    return peg_display_age (snapshot, now);

  if (!peg_entry_is_locked (entry) || since_us == 0 || server_us == 0)
    return NULL;

  return peg_words_age (server_us - since_us);
}

static void
append_part (GString    *words,
             const char *part)
{
  if (part == NULL || *part == '\0')
    return;

  if (words->len > 0)
    g_string_append (words, " · ");
  g_string_append (words, part);
}

static char *
join_lock (const PegSnapshot   *snapshot,
           const PegEntry      *entry,
           const PegDisplayNow *now,
           const char          *who,
           gboolean             short_of_room)
{
  g_autofree char *age = age_words (snapshot, entry, now);
  const PegEntryFlags flags = peg_entry_get_flags (entry);
  GString *words = g_string_new (who);

  /* Where my own tag hangs matters only in the details; and where there is little
   * room, how old this is matters more than where the holder works. */
  if (peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot)) == PEG_LOCK_OTHER &&
      (peg_snapshot_is_live (snapshot) || !short_of_room))
    append_part (words, peg_entry_get_station (entry));
  append_part (words, age);

  if ((flags & PEG_ENTRY_MISSING) != 0)
    append_part (words, _("file is gone"));
  else if ((flags & PEG_ENTRY_CHANGED_OUTSIDE) != 0)
    append_part (words, _("changed on disk"));
  append_part (words, peg_display_copy_words (peg_snapshot_get_copy (snapshot,
                                                                     peg_entry_get_key (entry))));

  return g_string_free (words, FALSE);
}

/**
 * peg_display_lock_words:
 * @snapshot: what is known
 * @entry: a file of it
 * @now: the clocks
 *
 * Says who has a file, in as few words as a row has room for: “Free”,
 * “Yours · 2 h”, “Dana · VF-4 · 3 h 12 min”. While there is no live connection
 * the age of the knowledge takes the place of the age of the check-out, so that
 * nothing old ever looks live.
 *
 * Returns: (transfer full): the words
 */
char *
peg_display_lock_words (const PegSnapshot   *snapshot,
                        const PegEntry      *entry,
                        const PegDisplayNow *now)
{
  const PegPending *pending;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  pending = peg_snapshot_find_pending (snapshot, peg_entry_get_key (entry));
  if (pending != NULL)
    return g_strdup (pending_words (pending->action));

  switch (peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot))) {
  case PEG_LOCK_FREE:
    /* Translators: nobody has this file checked out. */
    return join_lock (snapshot, entry, now, C_("file", "Free"), TRUE);
  case PEG_LOCK_OWN:
    /* Translators: the person who reads this has this file checked out. */
    return join_lock (snapshot, entry, now, C_("file", "Yours"), TRUE);
  case PEG_LOCK_OTHER:
    if (peg_entry_get_holder (entry) == NULL)
      /* Translators: somebody has this file checked out; who is unknown. */
      return join_lock (snapshot, entry, now, C_("file", "Taken"), TRUE);
    return join_lock (snapshot, entry, now,
                      peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry)), TRUE);
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_lock_sentence:
 * @snapshot: what is known
 * @entry: a file of it
 * @now: the clocks
 *
 * Says who has a file where there is room for more words.
 *
 * Returns: (transfer full): for example “Dana has it · VF-4 · 3 h 12 min”
 */
char *
peg_display_lock_sentence (const PegSnapshot   *snapshot,
                           const PegEntry      *entry,
                           const PegDisplayNow *now)
{
  g_autofree char *who = NULL;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  if (peg_snapshot_find_pending (snapshot, peg_entry_get_key (entry)) != NULL ||
      peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot)) != PEG_LOCK_OTHER)
    return peg_display_lock_words (snapshot, entry, now);

  if (peg_entry_get_holder (entry) == NULL)
    who = g_strdup (_("Somebody has it"));
  else
    /* Translators: %s is the name of a person. */
    who = g_strdup_printf (_("%s has it"),
                           peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry)));

  return join_lock (snapshot, entry, now, who, FALSE);
}

/**
 * peg_display_revision:
 * @entry: a file
 *
 * Returns: (transfer full): its revision, for example “1.4”; empty when it has
 *   none
 */
char *
peg_display_revision (const PegEntry *entry)
{
  int major, minor;

  peg_entry_get_revision (entry, &major, &minor);

  return peg_words_revision (major, minor);
}

/**
 * peg_display_type_icon:
 * @entry: a file
 *
 * Returns: (transfer none): the name of the icon for what kind of file it is
 */
const char *
peg_display_type_icon (const PegEntry *entry)
{
  static const char * const cam[] = {
    ".mcam", ".emcam", ".vnc", ".mcx", ".f3d", ".sldprt", ".step", ".stp", ".igs", NULL,
  };
  static const char * const setup[] = {
    ".txt", ".md", ".pdf", ".html", ".png", ".jpg", ".jpeg", ".doc", ".docx", ".xlsx", NULL,
  };
  g_autofree char *name = NULL;

  if ((peg_entry_get_flags (entry) & PEG_ENTRY_LINK) != 0)
    return "peg-link-symbolic";

  name = g_ascii_strdown (peg_entry_get_filename (entry), -1);

  for (guint i = 0; cam[i] != NULL; i++) {
    if (g_str_has_suffix (name, cam[i]))
      return "peg-cam-symbolic";
  }

  for (guint i = 0; setup[i] != NULL; i++) {
    if (g_str_has_suffix (name, setup[i]))
      return "peg-setup-symbolic";
  }

  return "peg-program-symbolic";
}

/**
 * peg_display_row_label:
 * @snapshot: what is known
 * @entry: a file of it
 * @now: the clocks
 *
 * Returns: (transfer full): all that a row shows, for a screen reader
 */
char *
peg_display_row_label (const PegSnapshot   *snapshot,
                       const PegEntry      *entry,
                       const PegDisplayNow *now)
{
  g_autofree char *lock = peg_display_lock_sentence (snapshot, entry, now);
  g_autofree char *revision = peg_display_revision (entry);
  const char *description = peg_entry_get_description (entry);
  GString *label = g_string_new (peg_entry_get_filename (entry));

  if (description != NULL && *description != '\0')
    g_string_append_printf (label, ", %s", description);

  if (*revision != '\0') {
    /* Translators: read by a screen reader; %s is a number like 1.4. */
    g_autofree char *words = g_strdup_printf (_("revision %s"), revision);

    g_string_append_printf (label, ", %s", words);
  }

  g_string_append_printf (label, ", %s", lock);

  return g_string_free (label, FALSE);
}

/**
 * peg_display_group_label:
 * @name: the name of a group or a part
 * @n: how many files it has
 * @n_out: how many of them are checked out
 * @age: (nullable): what peg_display_age() gives
 *
 * Returns: (transfer full): all that its row shows, for a screen reader
 */
char *
peg_display_group_label (const char *name,
                         guint       n,
                         guint       n_out,
                         const char *age)
{
  /* Translators: %u is a number of files. */
  g_autofree char *files = g_strdup_printf (ngettext ("%u file", "%u files", n), n);

  if (n_out == 0)
    /* Translators: the name of a group, and “3 files”. */
    return g_strdup_printf (_("%s, %s"), name, files);

  if (age != NULL)
    /* Translators: the name of a group, “3 files”, how many of them were checked
     * out, and “as of 08:41”. */
    return g_strdup_printf (_("%s, %s, %u out %s"), name, files, n_out, age);

  /* Translators: the name of a group, “3 files”, and how many of them are
   * checked out. */
  return g_strdup_printf (_("%s, %s, %u out"), name, files, n_out);
}

static char *
check_out_why_not (const PegSnapshot *snapshot,
                   const PegEntry    *entry,
                   const char        *user)
{
  const char *holder = peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry));

  switch (peg_entry_get_lock (entry, user)) {
  case PEG_LOCK_FREE:
    return NULL;
  case PEG_LOCK_OWN:
    return g_strdup (_("You have it already"));
  case PEG_LOCK_OTHER:
    if (holder == NULL)
      return g_strdup (_("Somebody has it"));
    return g_strdup_printf (_("%s has it"), holder);
  default:
    g_assert_not_reached ();
  }
}

static char *
give_back_why_not (const PegSnapshot *snapshot,
                   const PegEntry    *entry,
                   const char        *user)
{
  const char *holder = peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry));

  switch (peg_entry_get_lock (entry, user)) {
  case PEG_LOCK_FREE:
    return g_strdup (_("Check it out first"));
  case PEG_LOCK_OWN:
    return NULL;
  case PEG_LOCK_OTHER:
    if (holder == NULL)
      return g_strdup (_("Somebody else has it"));
    return g_strdup_printf (_("%s has it"), holder);
  default:
    g_assert_not_reached ();
  }
}

/* Whether what a person checked in before is still on its way. */
static gboolean
has_draft (const PegSnapshot *snapshot,
           const PegEntry    *entry)
{
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);

  for (guint i = 0; i < drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);

    if (g_str_equal (draft->key, peg_entry_get_key (entry)) &&
        (draft->state == PEG_DRAFT_QUEUED || draft->state == PEG_DRAFT_SENT))
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_display_why_not_then:
 * @snapshot: what is known
 * @entry: a file
 * @action: what a person would like to do with it
 * @user: (nullable): in whose name the server will be asked
 *
 * Decides whether an action can work as soon as the server is there, by the file alone.
 *
 * Returns: (transfer full) (nullable): why it cannot, in words; %NULL: it can
 */
char *
peg_display_why_not_then (const PegSnapshot *snapshot,
                          const PegEntry    *entry,
                          PegAction          action,
                          const char        *user)
{
  g_return_val_if_fail (snapshot != NULL && entry != NULL, NULL);

  switch (action) {
  case PEG_ACTION_CHECK_OUT:
    if ((peg_entry_get_flags (entry) & PEG_ENTRY_LINK) != 0)
      return g_strdup (_("This is a link: check out the file it stands for"));
    return check_out_why_not (snapshot, entry, user);
  case PEG_ACTION_CHECK_IN:
  case PEG_ACTION_RELEASE:
    return give_back_why_not (snapshot, entry, user);
  case PEG_ACTION_OPEN:
  case PEG_ACTION_SAVE_COPY:
    if ((peg_entry_get_flags (entry) & PEG_ENTRY_MISSING) != 0)
      return g_strdup (_("The file is gone from the server’s folder"));
    return NULL;
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_why_not:
 * @snapshot: what is known
 * @entry: (nullable): the selected file; %NULL: none is
 * @action: what a person would like to do with it
 * @now: the clocks
 *
 * Decides whether an action can work now. It is what buttons, menus and
 * shortcuts ask, so that all of them say the same.
 *
 * Returns: (transfer full) (nullable): why it cannot, in words for a tooltip;
 *   %NULL: it can
 */
char *
peg_display_why_not (const PegSnapshot   *snapshot,
                     const PegEntry      *entry,
                     PegAction            action,
                     const PegDisplayNow *now)
{
  const PegPending *pending;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  if (entry == NULL)
    return g_strdup (_("Select a file first"));

  pending = peg_snapshot_find_pending (snapshot, peg_entry_get_key (entry));
  if (pending != NULL)
    return g_strdup (pending_words (pending->action));

  if (action == PEG_ACTION_CHECK_IN && has_draft (snapshot, entry))
    return g_strdup (_("A check-in of it waits already, under “Unsent Work”"));

  /* A check-in of what was ours can wait for the server. */
  if (!peg_snapshot_is_live (snapshot) && action == PEG_ACTION_CHECK_IN &&
      peg_snapshot_has_list (snapshot))
    return give_back_why_not (snapshot, entry, peg_snapshot_get_user (snapshot));

  if (!peg_snapshot_is_live (snapshot)) {
    const gint64 as_of_us = peg_snapshot_get_as_of_us (snapshot);
    g_autofree char *clock = NULL;

    if (as_of_us == 0)
      return g_strdup (_("Not connected"));

    clock = peg_words_clock (as_of_us, now->wall_us);
    if (action == PEG_ACTION_CHECK_OUT)
      /* Translators: %s is a time of day. */
      return g_strdup_printf (_("Offline since %s: a check-out would be a guess"), clock);

    /* Translators: %s is a time of day. */
    return g_strdup_printf (_("Offline since %s"), clock);
  }

  return peg_display_why_not_then (snapshot, entry, action, peg_snapshot_get_user (snapshot));
}
