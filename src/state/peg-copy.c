/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-copy.h"

#include <string.h>

G_DEFINE_ENUM_TYPE (PegCopyState, peg_copy_state,
                    G_DEFINE_ENUM_VALUE (PEG_COPY_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (PEG_COPY_SAME, "same"),
                    G_DEFINE_ENUM_VALUE (PEG_COPY_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (PEG_COPY_OLD, "old"),
                    G_DEFINE_ENUM_VALUE (PEG_COPY_OLD_CHANGED, "old-changed"),
                    G_DEFINE_ENUM_VALUE (PEG_COPY_MISSING, "missing"))

struct _PegCopies
{
  char *folder;              /* (owned) (not nullable) */
  char *trouble;             /* (owned) (nullable) */
  GPtrArray *copies;         /* (owned) (element-type PegCopy): by key */
  PegCopyQuestion *question; /* (owned) (nullable) */
};

/* Whether the server has other bytes than those that were written. Where it does
 * not say what it has, the revision tells, and where there is none, the size. */
static gboolean
is_old (const PegCopyRecord *record,
        const PegEntry      *entry)
{
  const char *sha256 = peg_entry_get_sha256 (entry);
  int major, minor;

  if (sha256 != NULL)
    return !g_str_equal (sha256, record->sha256);

  if (record->major >= 0 && peg_entry_get_revision (entry, &major, &minor))
    return major != record->major || minor != record->minor;

  return peg_entry_get_size (entry) >= 0 && peg_entry_get_size (entry) != record->size;
}

/**
 * peg_copy_decide:
 * @record: (nullable): what was written; %NULL: nothing
 * @facts: what is there now
 * @entry: (nullable): what the server has; %NULL: it has no such file, or nobody
 *   knows
 *
 * Works out what a copy is. A pure function: bytes are told apart by their
 * SHA-256, never by their times.
 *
 * Returns: the state
 */
PegCopyState
peg_copy_decide (const PegCopyRecord *record,
                 const PegCopyFacts  *facts,
                 const PegEntry      *entry)
{
  const char *sha256;
  gboolean old, changed;

  g_return_val_if_fail (facts != NULL, PEG_COPY_NONE);

  if (record == NULL || facts->there == PEG_COPY_THERE_UNKNOWN)
    return PEG_COPY_NONE;
  if (facts->there == PEG_COPY_THERE_NOTHING)
    return PEG_COPY_MISSING;
  if (facts->there == PEG_COPY_THERE_FILE && facts->sha256 == NULL)
    return PEG_COPY_NONE;

  /* However they came there: they are what the server has. */
  sha256 = entry != NULL ? peg_entry_get_sha256 (entry) : NULL;
  if (facts->there == PEG_COPY_THERE_FILE && g_strcmp0 (facts->sha256, sha256) == 0)
    return PEG_COPY_SAME;

  changed = facts->there == PEG_COPY_THERE_OTHER || !g_str_equal (facts->sha256, record->sha256);
  old = entry != NULL && is_old (record, entry);

  if (changed)
    return old ? PEG_COPY_OLD_CHANGED : PEG_COPY_CHANGED;

  return old ? PEG_COPY_OLD : PEG_COPY_SAME;
}

static void
copy_clear (PegCopy *self)
{
  g_clear_pointer (&self->record.key, g_free);
  g_clear_pointer (&self->record.name, g_free);
  g_clear_pointer (&self->record.sha256, g_free);
  g_clear_pointer (&self->facts.sha256, g_free);
}

/**
 * peg_copy_new:
 * @record: what was written
 * @facts: what is there
 *
 * Returns: (transfer full): a new copy of both
 */
PegCopy *
peg_copy_new (const PegCopyRecord *record,
              const PegCopyFacts  *facts)
{
  PegCopy *self;

  g_return_val_if_fail (record != NULL && facts != NULL, NULL);
  g_return_val_if_fail (record->key != NULL && record->name != NULL, NULL);
  g_return_val_if_fail (record->sha256 != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegCopy);
  self->record = *record;
  self->record.key = g_strdup (record->key);
  self->record.name = g_strdup (record->name);
  self->record.sha256 = g_strdup (record->sha256);
  self->facts = *facts;
  self->facts.sha256 = g_strdup (facts->sha256);

  return self;
}

PegCopy *
peg_copy_ref (PegCopy *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_copy_unref (PegCopy *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) copy_clear);
}

/**
 * peg_copy_equal:
 * @a: a copy
 * @b: a copy
 *
 * Returns: whether both say the same
 */
gboolean
peg_copy_equal (const PegCopy *a,
                const PegCopy *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a == b ||
         (g_str_equal (a->record.key, b->record.key) &&
          g_str_equal (a->record.name, b->record.name) &&
          g_str_equal (a->record.sha256, b->record.sha256) &&
          a->record.size == b->record.size &&
          a->record.major == b->record.major &&
          a->record.minor == b->record.minor &&
          a->facts.there == b->facts.there &&
          g_strcmp0 (a->facts.sha256, b->facts.sha256) == 0 &&
          a->facts.size == b->facts.size &&
          a->facts.modified_us == b->facts.modified_us);
}

static void
question_free (PegCopyQuestion *question)
{
  g_clear_pointer (&question->key, g_free);
  g_clear_pointer (&question->filename, g_free);
  g_clear_pointer (&question->name, g_free);
  g_clear_pointer (&question->other, g_free);
  g_free (question);
}

static PegCopyQuestion *
question_copy (const PegCopyQuestion *question)
{
  PegCopyQuestion *copy;

  if (question == NULL)
    return NULL;

  copy = g_new0 (PegCopyQuestion, 1);
  *copy = *question;
  copy->key = g_strdup (question->key);
  copy->filename = g_strdup (question->filename);
  copy->name = g_strdup (question->name);
  copy->other = g_strdup (question->other);

  return copy;
}

static gboolean
question_equal (const PegCopyQuestion *a,
                const PegCopyQuestion *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return g_str_equal (a->key, b->key) &&
         g_str_equal (a->filename, b->filename) &&
         g_str_equal (a->name, b->name) &&
         a->found == b->found &&
         g_strcmp0 (a->other, b->other) == 0 &&
         a->size == b->size &&
         a->modified_us == b->modified_us &&
         a->major == b->major &&
         a->minor == b->minor;
}

static int
compare_cb (gconstpointer a,
            gconstpointer b)
{
  const PegCopy *x = *(PegCopy * const *) a, *y = *(PegCopy * const *) b;

  return strcmp (x->record.key, y->record.key);
}

static void
copies_clear (PegCopies *self)
{
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->trouble, g_free);
  g_clear_pointer (&self->copies, g_ptr_array_unref);
  g_clear_pointer (&self->question, question_free);
}

/**
 * peg_copies_new:
 * @folder: where it is, for people
 * @trouble: (nullable): why it cannot be used now, a sentence for people
 * @copies: (element-type PegCopy): what was written there, in any order; one for
 *   each key
 * @question: (nullable): what is to be asked
 *
 * Returns: (transfer full): what is known of a working folder
 */
PegCopies *
peg_copies_new (const char            *folder,
                const char            *trouble,
                GPtrArray             *copies,
                const PegCopyQuestion *question)
{
  PegCopies *self;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (copies != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegCopies);
  self->folder = g_strdup (folder);
  self->trouble = g_strdup (trouble);
  self->copies = g_ptr_array_new_full (copies->len, (GDestroyNotify) peg_copy_unref);
  for (guint i = 0; i < copies->len; i++)
    g_ptr_array_add (self->copies, peg_copy_ref (copies->pdata[i]));
  g_ptr_array_sort (self->copies, compare_cb);
  self->question = question_copy (question);

  return self;
}

PegCopies *
peg_copies_ref (PegCopies *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_copies_unref (PegCopies *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) copies_clear);
}

/**
 * peg_copies_equal:
 * @a: (nullable): what is known of a working folder
 * @b: (nullable): likewise
 *
 * Returns: whether both say the same
 */
gboolean
peg_copies_equal (const PegCopies *a,
                  const PegCopies *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  if (!g_str_equal (a->folder, b->folder) || g_strcmp0 (a->trouble, b->trouble) != 0 ||
      a->copies->len != b->copies->len || !question_equal (a->question, b->question))
    return FALSE;

  for (guint i = 0; i < a->copies->len; i++) {
    if (!peg_copy_equal (a->copies->pdata[i], b->copies->pdata[i]))
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_copies_without_question:
 * @self: what is known of a working folder
 *
 * Questions are for the person whose action led to them.
 *
 * Returns: (transfer full): the same for anybody else
 */
PegCopies *
peg_copies_without_question (PegCopies *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->question == NULL)
    return peg_copies_ref (self);

  return peg_copies_new (self->folder, self->trouble, self->copies, NULL);
}

const char *
peg_copies_get_folder (const PegCopies *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->folder;
}

const char *
peg_copies_get_trouble (const PegCopies *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->trouble;
}

const PegCopyQuestion *
peg_copies_get_question (const PegCopies *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->question;
}

guint
peg_copies_get_n (const PegCopies *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->copies->len;
}

/**
 * peg_copies_find:
 * @self: what is known of a working folder
 * @key: of a file
 *
 * Returns: (transfer none) (nullable): its copy
 */
PegCopy *
peg_copies_find (const PegCopies *self,
                 const char      *key)
{
  guint low = 0, high;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  high = self->copies->len;
  while (low < high) {
    const guint middle = low + (high - low) / 2;
    PegCopy *copy = self->copies->pdata[middle];
    const int order = strcmp (key, copy->record.key);

    if (order == 0)
      return copy;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }

  return NULL;
}
