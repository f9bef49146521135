/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-snapshot-private.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/* What the server tells besides its files: long work, who is there, notes, and
 * what the connection went through. */

/* As much as a server does at once, and a window can show; one that makes up new
 * work all the time must not fill the memory. Likewise below. */
#define MAX_WORKS 16
#define MAX_PRESENT 1000
#define MAX_ACKNOWLEDGED 1000
#define MAX_NOTES 200

/* What is longer than this is neither the identity of a work nor a name, bytes. */
#define MAX_NAME 1000

/* As many as a person can look through (docs/architecture.md, “The connection”). */
#define MAX_LOG 50

/* Long work */

static const char *
work_key (const PegEvent *event)
{
  if (event->progress.id != NULL)
    return event->progress.id;

  return event->progress.file != NULL ? event->progress.file : "";
}

static PegWork *
find_work (PegSnapshot    *self,
           const PegEvent *event)
{
  for (guint i = 0; i < self->works->len; i++) {
    PegWork *work = g_ptr_array_index (self->works, i);

    if (work->has_id == (event->progress.id != NULL) && g_str_equal (work->key, work_key (event)))
      return work;
  }

  return NULL;
}

/* What is not told anew is as it was. */
static PegWork *
work_after (const PegWork  *old,
            const PegEvent *event)
{
  PegWork work = {
    .key = (char *) work_key (event),
    .has_id = event->progress.id != NULL,
    .file = (char *) event->progress.file,
    .text = (char *) event->progress.text,
    .percent = event->progress.percent,
    .heard_us = event->mono_us,
    .heard_wall_us = event->wall_us,
  };

  if (event->progress.eta_s >= 0)
    work.ends_us = event->mono_us + event->progress.eta_s * (gint64) G_USEC_PER_SEC;

  if (old != NULL) {
    if (work.file == NULL)
      work.file = old->file;
    if (work.text == NULL)
      work.text = old->text;
    if (work.percent < 0)
      work.percent = old->percent;
    if (event->progress.eta_s < 0)
      work.ends_us = old->ends_us;
  }

  return peg_work_new (&work);
}

static GPtrArray *
new_works (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) peg_work_unref);
}

static PegSnapshot *
with_works (PegSnapshot *self,
            GPtrArray   *works)
{
  PegSnapshot *next = peg_snapshot_copy (self);

  g_ptr_array_unref (next->works);
  next->works = works;

  return next;
}

/* The order is that in which they began, so that no row moves. */
static PegSnapshot *
go_on (PegSnapshot    *self,
       const PegEvent *event)
{
  PegWork *old = find_work (self, event);
  GPtrArray *works = new_works ();

  for (guint i = old == NULL && self->works->len >= MAX_WORKS ? 1 : 0; i < self->works->len; i++) {
    PegWork *work = g_ptr_array_index (self->works, i);

    g_ptr_array_add (works, work == old ? work_after (old, event) : peg_work_ref (work));
  }

  if (old == NULL)
    g_ptr_array_add (works, work_after (NULL, event));

  return with_works (self, works);
}

/* Whether the end that @event tells is that of @work. Servers of the older kind
 * have one work at a time, name the file that they are at, and say at the end
 * only that it is over: that is the end of all work without an identity. */
static gboolean
ends_work (const PegWork  *work,
           const PegEvent *event)
{
  if (event->progress.id == NULL && event->progress.file == NULL)
    return !work->has_id;

  return work->has_id == (event->progress.id != NULL) && g_str_equal (work->key, work_key (event));
}

static char *
end_words (const PegEvent *event,
           const char     *file)
{
  const char *text = event->progress.text;

  if (event->progress.state == PEG_WORK_DONE) {
    if (file != NULL && text != NULL)
      /* Translators: the name of a file, and what the server says about it. */
      return g_strdup_printf (_("%s: %s"), file, text);
    if (file != NULL)
      /* Translators: %s is the name of a file. */
      return g_strdup_printf (_("The server is done with %s"), file);

    return g_strdup (text != NULL ? text : _("The server is done"));
  }

  if (file != NULL && text != NULL)
    /* Translators: the name of a file, and what the server says went wrong. */
    return g_strdup_printf (_("The server could not finish %s: %s"), file, text);
  if (file != NULL)
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_("The server could not finish %s. Ask whoever looks after it."), file);
  if (text != NULL)
    /* Translators: %s is what the server says went wrong. */
    return g_strdup_printf (_("The server could not finish what it was doing: %s"), text);

  return g_strdup (_("The server could not finish what it was doing. Ask whoever looks after it."));
}

static PegSnapshot *
end (PegSnapshot    *self,
     const PegEvent *event)
{
  g_autoptr (GPtrArray) left = new_works ();
  g_autoptr (PegSnapshot) next = NULL;
  g_autoptr (PegNotice) notice = NULL;
  g_autofree char *words = NULL;
  const char *file = event->progress.file;

  for (guint i = 0; i < self->works->len; i++) {
    PegWork *work = g_ptr_array_index (self->works, i);

    if (!ends_work (work, event))
      g_ptr_array_add (left, peg_work_ref (work));
    else if (file == NULL)
      file = work->file;
  }

  next = left->len < self->works->len ? with_works (self, g_steal_pointer (&left))
                                      : peg_snapshot_ref (self);
  if (event->progress.state == PEG_WORK_HIDDEN)
    return g_steal_pointer (&next);

  words = end_words (event, file);
  notice = peg_notice_new (&(PegNotice) {
    .level = event->progress.state == PEG_WORK_DONE ? PEG_NOTICE_DONE : PEG_NOTICE_ERROR,
    .text = words,
  });

  return peg_reduce_notice (next, notice);
}

/*
 * peg_reduce_progress:
 *
 * The reducer for %PEG_EVENT_PROGRESS. What ends is said as a notice.
 */
PegSnapshot *
peg_reduce_progress (PegSnapshot    *self,
                     const PegEvent *event)
{
  if (strlen (work_key (event)) > MAX_NAME)
    return peg_snapshot_ref (self);

  return event->progress.state == PEG_WORK_RUNNING ? go_on (self, event) : end (self, event);
}

/* Who is there */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static void
add_name (GPtrArray  *names,
          const char *name)
{
  if (*name != '\0' && names->len < MAX_PRESENT && strlen (name) <= MAX_NAME &&
      !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_ref_string_new (name));
}

static gboolean
same_names (GPtrArray *a,
            GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return a == b;

  for (guint i = 0; i < a->len; i++) {
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  }

  return TRUE;
}

/*
 * peg_reduce_forget_present:
 * @next: (inout): a snapshot that nobody else has seen
 *
 * A new connection: who is there has to be told anew.
 */
void
peg_reduce_forget_present (PegSnapshot *next)
{
  g_clear_pointer (&next->present, g_ptr_array_unref);
  next->present_complete = FALSE;
}

/* Whether that is known of somebody already. A name of several is not copied for
 * nothing: some servers say with every request that somebody is there. */
static gboolean
says_nothing_new (PegSnapshot *self,
                  const char  *user,
                  gboolean     here)
{
  const gboolean known = self->present != NULL && user != NULL &&
                         bsearch (&user, self->present->pdata, self->present->len,
                                  sizeof (gpointer), compare_names) != NULL;

  return self->present != NULL &&
         (user == NULL || known == here || (here && self->present->len >= MAX_PRESENT));
}

/*
 * peg_reduce_presence:
 *
 * The reducer for %PEG_EVENT_PRESENCE.
 */
PegSnapshot *
peg_reduce_presence (PegSnapshot    *self,
                     const PegEvent *event)
{
  const char * const *all = event->presence.all;
  g_autoptr (GPtrArray) names =
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  const gboolean complete = all != NULL || self->present_complete;
  const char *user = event->presence.user;
  guint index;
  PegSnapshot *next;

  if (all == NULL && says_nothing_new (self, user, event->presence.here))
    return peg_snapshot_ref (self);

  for (guint i = 0; all != NULL && all[i] != NULL; i++)
    add_name (names, all[i]);
  for (guint i = 0; all == NULL && self->present != NULL && i < self->present->len; i++)
    g_ptr_array_add (names, g_ref_string_acquire (g_ptr_array_index (self->present, i)));

  if (user != NULL && event->presence.here)
    add_name (names, user);
  else if (user != NULL && g_ptr_array_find_with_equal_func (names, user, g_str_equal, &index))
    g_ptr_array_remove_index (names, index);

  g_ptr_array_sort (names, compare_names);
  if (complete == self->present_complete && same_names (self->present, names))
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  peg_reduce_forget_present (next);
  next->present = g_steal_pointer (&names);
  next->present_complete = complete;

  return next;
}

/* Notes */

static gboolean
same_notes (GPtrArray *a,
            GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++) {
    if (!g_str_equal (((PegNote *) a->pdata[i])->id, ((PegNote *) b->pdata[i])->id))
      return FALSE;
  }

  return TRUE;
}

static gboolean
has_note (GPtrArray  *notes,
          const char *id)
{
  for (guint i = 0; i < notes->len; i++) {
    if (g_str_equal (((PegNote *) notes->pdata[i])->id, id))
      return TRUE;
  }

  return FALSE;
}

/* Says that somebody wrote, once. */
static PegSnapshot *
announce (PegSnapshot *next,
          GPtrArray   *before)
{
  g_autoptr (PegSnapshot) owned = next;
  g_autoptr (PegNotice) notice = NULL;
  g_autofree char *words = NULL;
  const PegNote *newest = NULL;
  guint n = 0;

  for (guint i = 0; i < next->notes->len; i++) {
    const PegNote *note = g_ptr_array_index (next->notes, i);

    if (has_note (before, note->id))
      continue;
    newest = note;
    n++;
  }

  if (n == 0)
    return g_steal_pointer (&owned);

  if (n == 1 && newest->sender != NULL)
    /* Translators: %s is the name of a person. */
    words = g_strdup_printf (_("Note from %s"), newest->sender);
  else
    /* Translators: %u is how many notes from others came. */
    words = g_strdup_printf (ngettext ("%u new note to you", "%u new notes to you", n), n);

  notice = peg_notice_new (&(PegNotice) {
    .level = PEG_NOTICE_INFO,
    .text = words,
    .action = (char *) "win.show-notes",
    .action_label = (char *) _("_Show"),
  });

  return peg_reduce_notice (owned, notice);
}

/*
 * peg_reduce_notes:
 *
 * The reducer for %PEG_EVENT_NOTES. Servers repeat the notes with every
 * broadcast, may repeat one within a message, and go on repeating one that was
 * acknowledged until they get round to it: the id tells them apart
 * (docs/protocol.md). Those that are too many come with the next message, when
 * others are acknowledged.
 */
PegSnapshot *
peg_reduce_notes (PegSnapshot *self,
                  GPtrArray   *notes)
{
  g_autoptr (GPtrArray) unique = NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  PegSnapshot *next;

  /* None of those that are known is acknowledged. */
  if (same_notes (self->notes, notes))
    return peg_snapshot_ref (self);

  for (guint i = 0; i < self->acknowledged->len; i++)
    g_hash_table_add (ids, g_ptr_array_index (self->acknowledged, i));

  unique = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  for (guint i = 0; i < notes->len && unique->len < MAX_NOTES; i++) {
    PegNote *note = g_ptr_array_index (notes, i);

    if (g_hash_table_add (ids, note->id))
      g_ptr_array_add (unique, peg_note_ref (note));
  }

  if (same_notes (self->notes, unique))
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_ptr_array_unref (next->notes);
  next->notes = g_steal_pointer (&unique);

  return announce (next, self->notes);
}

/*
 * peg_reduce_acknowledged:
 *
 * The reducer for %PEG_EVENT_ACKNOWLEDGED: the note is gone for good.
 */
PegSnapshot *
peg_reduce_acknowledged (PegSnapshot *self,
                         const char  *id)
{
  PegSnapshot *next;
  GPtrArray *ids;
  GPtrArray *left;

  if (g_ptr_array_find_with_equal_func (self->acknowledged, id, g_str_equal, NULL))
    return peg_snapshot_ref (self);

  ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = self->acknowledged->len >= MAX_ACKNOWLEDGED ? 1 : 0;
       i < self->acknowledged->len; i++)
    g_ptr_array_add (ids, g_strdup (g_ptr_array_index (self->acknowledged, i)));
  g_ptr_array_add (ids, g_strdup (id));

  next = peg_snapshot_copy (self);
  g_ptr_array_unref (next->acknowledged);
  next->acknowledged = ids;

  if (!has_note (self->notes, id))
    return next;

  left = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  for (guint i = 0; i < self->notes->len; i++) {
    PegNote *note = g_ptr_array_index (self->notes, i);

    if (!g_str_equal (note->id, id))
      g_ptr_array_add (left, peg_note_ref (note));
  }
  g_ptr_array_unref (next->notes);
  next->notes = left;

  return next;
}

/* What the connection went through */

/*
 * peg_reduce_transition:
 *
 * The reducer for %PEG_EVENT_TRANSITION.
 */
PegSnapshot *
peg_reduce_transition (PegSnapshot *self,
                       const char  *line)
{
  PegSnapshot *next = peg_snapshot_copy (self);

  g_ptr_array_unref (next->log);
  next->log = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  for (guint i = self->log->len >= MAX_LOG ? 1 : 0; i < self->log->len; i++)
    g_ptr_array_add (next->log, g_ref_string_acquire (g_ptr_array_index (self->log, i)));
  g_ptr_array_add (next->log, g_ref_string_new (line));

  return next;
}
