/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/* What is said of the copies in a station’s working folder. */

/**
 * peg_display_copy_words:
 * @state: what a copy is
 *
 * Returns: (transfer none) (nullable): that in as few words as a row has room for;
 *   %NULL: there is nothing to say
 */
const char *
peg_display_copy_words (PegCopyState state)
{
  switch (state) {
  case PEG_COPY_CHANGED:
    /* Translators: of the copy of a file in the folder that the machine reads, here
     * and below. “Here” is this computer. */
    return C_("copy", "Changed here");
  case PEG_COPY_OLD:
    return C_("copy", "Old here");
  case PEG_COPY_OLD_CHANGED:
    return C_("copy", "Old, changed");
  case PEG_COPY_MISSING:
    return C_("copy", "Missing here");
  case PEG_COPY_NONE:
  case PEG_COPY_SAME:
    return NULL;
  default:
    g_assert_not_reached ();
  }
}

/* Which revision of the server’s a copy was. */
static char *
dup_revision_words (const PegCopyRecord *record)
{
  g_autofree char *revision = peg_words_revision (record->major, record->minor);

  if (*revision == '\0')
    return g_strdup (_("an earlier revision"));

  /* Translators: %s is a number like 1.4. */
  return g_strdup_printf (_("revision %s"), revision);
}

/**
 * peg_display_copy_sentence:
 * @snapshot: what is known
 * @entry: a file of it
 *
 * Returns: (transfer full) (nullable): what its copy in the working folder is, and
 *   what can be done about that; %NULL: there is none
 */
char *
peg_display_copy_sentence (const PegSnapshot *snapshot,
                           const PegEntry    *entry)
{
  PegCopies *copies;
  const PegCopy *copy;
  g_autofree char *revision = NULL;
  const char *name;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  copies = peg_snapshot_get_copies (snapshot);
  copy = copies != NULL ? peg_copies_find (copies, peg_entry_get_key (entry)) : NULL;
  if (copy == NULL)
    return NULL;

  name = copy->record.name;
  revision = dup_revision_words (&copy->record);

  switch (peg_copy_decide (&copy->record, &copy->facts, entry)) {
  case PEG_COPY_SAME:
    /* Translators: %s is the name of a file, here and below. */
    return g_strdup_printf (_("“%s” in the working folder is what the server has."), name);
  case PEG_COPY_CHANGED:
    return g_strdup_printf (_("“%s” in the working folder was changed there. Check it in to keep the change."),
                            name);
  case PEG_COPY_OLD:
    /* Translators: the second %s is “revision 1.4”, here and below. */
    return g_strdup_printf (_("“%s” in the working folder is %s, and the server has a newer one. Send a copy there before you run it."),
                            name, revision);
  case PEG_COPY_OLD_CHANGED:
    return g_strdup_printf (_("“%s” in the working folder was %s and was changed there, and the server has a newer one. Compare both before you run it or check it in."),
                            name, revision);
  case PEG_COPY_MISSING:
    return g_strdup_printf (_("“%s” was written into the working folder and is gone from there. Send a copy there if the machine needs it."),
                            name);
  case PEG_COPY_NONE:
    return g_strdup_printf (_("“%s” was written into the working folder, which cannot be read now."),
                            name);
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_copy_question:
 * @question: what is asked
 * @now: the clocks
 *
 * Returns: (transfer full): the question: what is there, and what becomes of it
 */
char *
peg_display_copy_question (const PegCopyQuestion *question,
                           const PegDisplayNow   *now)
{
  g_autofree char *clock = NULL;
  g_autofree char *size = NULL;
  g_autofree char *there = NULL;
  g_autofree char *revision = NULL;
  g_autofree char *by = NULL;

  g_return_val_if_fail (question != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  clock = peg_words_clock (question->modified_us, now->wall_us);
  size = g_format_size ((guint64) MAX (question->size, 0));
  revision = peg_words_revision (question->major, question->minor);

  switch (question->found) {
  case PEG_COPY_FOUND_CHANGED:
    /* Translators: the name of a file, a time of day or a date, and “3.4 kB”, here
     * and below. */
    there = g_strdup_printf (_("“%s” in the working folder was changed there (%s, %s)."),
                             question->name, clock, size);
    break;
  case PEG_COPY_FOUND_FOREIGN:
    there = g_strdup_printf (_("In the working folder there is a “%s” that did not come from the server (%s, %s)."),
                             question->name, clock, size);
    break;
  case PEG_COPY_FOUND_OTHER_FILE:
    /* Translators: the name of a file, which other file of the server that is, a time
     * of day or a date, and “3.4 kB”. */
    there = g_strdup_printf (_("“%s” in the working folder is another file of that name, %s (%s, %s)."),
                             question->name, question->other, clock, size);
    break;
  default:
    g_assert_not_reached ();
  }

  if (*revision != '\0')
    /* Translators: %s is a number like 1.4. */
    by = g_strdup_printf (_("Replace it by revision %s from the server?"), revision);
  else
    by = g_strdup (_("Replace it by what the server has?"));

  /* Translators: puts three sentences behind each other: what is there, the question,
   * and what becomes of what is there. */
  return g_strdup_printf (_("%s %s %s"), there, by,
                          _("What is there now is kept in the folder “.pegboard-kept” beside it."));
}
