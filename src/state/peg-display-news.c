/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/* Long work of which nothing was heard for so long may have died with whoever did
 * it (docs/protocol.md, “processing_progress”). */
#define SILENT_AFTER_US (60 * (gint64) G_USEC_PER_SEC)

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)

/**
 * peg_display_work_title:
 * @work: long work of the server
 *
 * Returns: (transfer none): what it is about
 */
const char *
peg_display_work_title (const PegWork *work)
{
  g_return_val_if_fail (work != NULL, NULL);

  if (work->file != NULL)
    return work->file;

  return work->text != NULL ? work->text : _("The server is at work");
}

/**
 * peg_display_work_is_silent:
 * @work: long work of the server
 * @now: the clocks
 *
 * Returns: whether nothing was heard of it for so long that nobody knows how it
 *   is
 */
gboolean
peg_display_work_is_silent (const PegWork       *work,
                            const PegDisplayNow *now)
{
  g_return_val_if_fail (work != NULL, FALSE);
  g_return_val_if_fail (now != NULL, FALSE);

  return now->mono_us - work->heard_us >= SILENT_AFTER_US;
}

/* Rounded up, so that “1 min” is never over while it stands there. */
static gint64
minutes_left (const PegWork       *work,
              const PegDisplayNow *now)
{
  const gint64 left_us = work->ends_us - now->mono_us;

  if (work->ends_us == 0 || left_us <= 0)
    return 0;

  return (left_us + MINUTE_US - 1) / MINUTE_US;
}

/* Seconds would tick; nobody walks to another machine for less than a minute. */
static char *
left_words (gint64 minutes)
{
  g_autofree char *age = NULL;

  if (minutes == 0)
    return NULL;
  if (minutes == 1)
    return g_strdup (_("less than a minute left"));

  age = peg_words_age (minutes * MINUTE_US);
  /* Translators: %s is a duration like “12 min” or “1 h 5 min”. */
  return g_strdup_printf (_("about %s left"), age);
}

/**
 * peg_display_work_words:
 * @work: long work of the server
 * @now: the clocks
 *
 * Returns: (transfer full): how far it is, and for how long still: “33 % · about
 *   2 min left”; or since when nobody knows; may be empty
 */
char *
peg_display_work_words (const PegWork       *work,
                        const PegDisplayNow *now)
{
  g_autofree char *left = NULL;
  g_autofree char *clock = NULL;
  GString *words;

  g_return_val_if_fail (work != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  if (peg_display_work_is_silent (work, now)) {
    clock = peg_words_clock (work->heard_wall_us, now->wall_us);
    /* Translators: %s is a time of day. */
    return g_strdup_printf (_("Nothing heard since %s"), clock);
  }

  words = g_string_new (NULL);
  left = left_words (minutes_left (work, now));
  if (work->percent >= 0)
    /* Translators: %d is how much is done, in per cent. */
    g_string_append_printf (words, _("%d %%"), (int) work->percent);
  if (left != NULL)
    g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", left);

  return g_string_free (words, FALSE);
}

/**
 * peg_display_works_change_us:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Tells when peg_display_work_words() says something else of any work although
 * nothing is heard.
 *
 * Returns: when, µs of the monotonic clock; 0: it does not
 */
gint64
peg_display_works_change_us (const PegSnapshot   *snapshot,
                             const PegDisplayNow *now)
{
  const GPtrArray *works;
  gint64 next_us = 0;

  g_return_val_if_fail (snapshot != NULL, 0);
  g_return_val_if_fail (now != NULL, 0);

  works = peg_snapshot_get_works (snapshot);
  for (guint i = 0; i < works->len; i++) {
    const PegWork *work = g_ptr_array_index (works, i);
    const gint64 minutes = minutes_left (work, now);
    gint64 change_us = work->heard_us + SILENT_AFTER_US;

    if (peg_display_work_is_silent (work, now))
      continue;
    if (minutes > 0)
      change_us = MIN (change_us, work->ends_us - (minutes - 1) * MINUTE_US);

    next_us = next_us == 0 ? change_us : MIN (next_us, change_us);
  }

  return next_us;
}

/* Whether whoever else has the file is there. */
static PegPresence
get_holder_presence (const PegSnapshot *snapshot,
                     const PegEntry    *entry)
{
  if (peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot)) != PEG_LOCK_OTHER ||
      peg_entry_get_holder (entry) == NULL)
    return PEG_PRESENCE_UNKNOWN;

  return peg_snapshot_get_presence (snapshot, peg_entry_get_holder (entry));
}

/**
 * peg_display_presence:
 * @snapshot: what is known
 * @entry: a file of it
 *
 * Returns: (transfer none) (nullable): whether whoever has the file can be asked
 *   at once, behind their name; %NULL: nobody else has it, or nobody knows
 */
const char *
peg_display_presence (const PegSnapshot *snapshot,
                      const PegEntry    *entry)
{
  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  switch (get_holder_presence (snapshot, entry)) {
  case PEG_PRESENCE_UNKNOWN:
    return NULL;
  case PEG_PRESENCE_HERE:
    /* Translators: said behind the name of a person who is connected to the same
     * board. */
    return _("on the board now");
  case PEG_PRESENCE_AWAY:
    /* Translators: said behind the name of a person who is not connected. */
    return _("not on the board now");
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_presence_sentence:
 * @snapshot: what is known
 * @entry: a file of it
 *
 * Returns: (transfer full) (nullable): the same as peg_display_presence(), as a
 *   sentence
 */
char *
peg_display_presence_sentence (const PegSnapshot *snapshot,
                               const PegEntry    *entry)
{
  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  switch (get_holder_presence (snapshot, entry)) {
  case PEG_PRESENCE_UNKNOWN:
    return NULL;
  case PEG_PRESENCE_HERE:
    /* Translators: %s is the name of a person. */
    return g_strdup_printf (_("%s is on the board now"),
                            peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry)));
  case PEG_PRESENCE_AWAY:
    /* Translators: %s is the name of a person. */
    return g_strdup_printf (_("%s is not on the board now"),
                            peg_snapshot_get_name (snapshot, peg_entry_get_holder (entry)));
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_present_name:
 * @snapshot: what is known
 * @name: somebody who is on the board
 *
 * Returns: (transfer full): the name, and whether that is the person at this
 *   client
 */
char *
peg_display_present_name (const PegSnapshot *snapshot,
                          const char        *name)
{
  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (g_strcmp0 (name, peg_snapshot_get_user (snapshot)) == 0)
    /* Translators: %s is the name of the person who reads this. */
    return g_strdup_printf (_("%s (you)"), name);

  return g_strdup (name);
}

/**
 * peg_display_present_words:
 * @snapshot: what is known
 *
 * Returns: (transfer full) (nullable): the names of all who are on the board, on
 *   a line; %NULL: nobody knows
 */
char *
peg_display_present_words (const PegSnapshot *snapshot)
{
  const GPtrArray *present;
  GString *words;

  g_return_val_if_fail (snapshot != NULL, NULL);

  present = peg_snapshot_get_present (snapshot);
  if (present == NULL)
    return NULL;

  words = g_string_new (NULL);
  for (guint i = 0; i < present->len; i++) {
    g_autofree char *name = peg_display_present_name (snapshot, g_ptr_array_index (present, i));

    g_string_append_printf (words, "%s%s", i > 0 ? ", " : "", name);
  }

  return g_string_free (words, FALSE);
}

/* How the server talks is seen by what it tells with its list. */
static const char *
get_dialect (const PegSnapshot *snapshot)
{
  if (!peg_snapshot_has_list (snapshot))
    return _("Not known yet");

  return peg_snapshot_get_epoch (snapshot) != NULL ? "pegboard.1" : _("Classic");
}

static void
add_fact (GStrvBuilder *facts,
          const char   *label,
          const char   *value)
{
  g_autofree char *line = NULL;

  if (value == NULL || *value == '\0')
    return;

  /* What a server says may have lines; what is copied has one for each fact. */
  line = g_strdelimit (g_strdup (value), "\r\n", ' ');
  g_strv_builder_add_many (facts, label, line, NULL);
}

/**
 * peg_display_link_facts:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Returns: (transfer full) (array zero-terminated=1): what there is to know of
 *   the connection: a label, its value, the next label, and so on; nothing of it
 *   is secret
 */
char **
peg_display_link_facts (const PegSnapshot   *snapshot,
                        const PegDisplayNow *now)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  g_autoptr (GStrvBuilder) facts = g_strv_builder_new ();
  g_autofree char *words = peg_display_link_words (snapshot, now);
  g_autofree char *why = peg_display_link_why (snapshot);
  g_autofree char *code = NULL;
  g_autofree char *rtt = NULL;
  g_autofree char *position = NULL;

  if (link->close_code != 0)
    code = g_strdup_printf ("%u", link->close_code);
  if (link->rtt_us >= 0)
    /* Translators: %.1f is a number of milliseconds. */
    rtt = g_strdup_printf (_("%.1f ms"), (double) link->rtt_us / 1000.0);
  if (peg_snapshot_get_epoch (snapshot) != NULL)
    position = g_strdup_printf ("%s/%" G_GUINT64_FORMAT, peg_snapshot_get_epoch (snapshot),
                                peg_snapshot_get_seq (snapshot));

  add_fact (facts, _("State"), words);
  add_fact (facts, _("Reason"), why);
  add_fact (facts, _("What was said"), link->detail);
  add_fact (facts, _("Code"), code);
  add_fact (facts, _("Server"), peg_snapshot_get_server_url (snapshot));
  add_fact (facts, _("Shop"), peg_snapshot_get_server_name (snapshot));
  add_fact (facts, _("You"), peg_snapshot_get_user (snapshot));
  add_fact (facts, _("Dialect"), get_dialect (snapshot));
  add_fact (facts, _("Position"), position);
  add_fact (facts, _("Round trip"), rtt);
  add_fact (facts, _("Program"), "pegboard " PACKAGE_VERSION);

  return g_strv_builder_end (facts);
}

/**
 * peg_display_link_report:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Returns: (transfer full): all that there is to know of the connection, to be
 *   copied into a letter to whoever looks after it: the facts, and what it went
 *   through; lines, the last one ended, too
 */
char *
peg_display_link_report (const PegSnapshot   *snapshot,
                         const PegDisplayNow *now)
{
  g_auto (GStrv) facts = NULL;
  const GPtrArray *log;
  GString *report;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  facts = peg_display_link_facts (snapshot, now);
  log = peg_snapshot_get_log (snapshot);
  report = g_string_new (NULL);

  for (guint i = 0; facts[i] != NULL; i += 2)
    g_string_append_printf (report, "%s: %s\n", facts[i], facts[i + 1]);

  if (log->len > 0)
    g_string_append_c (report, '\n');
  for (guint i = 0; i < log->len; i++)
    g_string_append_printf (report, "%s\n", (const char *) g_ptr_array_index (log, i));

  return g_string_free (report, FALSE);
}
