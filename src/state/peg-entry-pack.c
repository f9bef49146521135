/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-entry-private.h"

#include "peg-part.h"
#include "peg-search.h"

#include <string.h>

/* Makes entries, a hundred thousand at a time, each with one allocation and with
 * one look at every byte. */

/* The most that is folded without an allocation, bytes. */
#define QUICK_SEARCH_BYTES 1024

/* What an entry is made of, with what the rules add, before it is one. */
typedef struct {
  const PegEntrySlices *from;
  PegEntrySlice group;
  PegEntrySlice part;
  PegEntrySlice search;
  gboolean locked;
  gboolean name_in_path;
  guint layout;
  char group_buffer[PEG_PART_GROUP_LENGTH];
  char search_buffer[QUICK_SEARCH_BYTES];
  GString *long_search; /* (owned) (nullable) */
} Plan;

static inline const PegEntrySlice *
plan_text (const Plan   *plan,
           PegEntryText  which)
{
  return &plan->from->texts[which];
}

static gboolean
is_end_of_path (const PegEntrySlice *path,
                const PegEntrySlice *filename)
{
  const gsize folder = path->length - filename->length;

  if (path->text == NULL || path->length < filename->length ||
      (folder > 0 && path->text[folder - 1] != '/'))
    return FALSE;

  return memcmp (path->text + folder, filename->text, filename->length) == 0;
}

static void
plan_long_search (Plan                *plan,
                  const PegEntrySlice *texts,
                  guint                n_texts)
{
  plan->long_search = g_string_sized_new (QUICK_SEARCH_BYTES);

  for (guint i = 0; i < n_texts; i++) {
    g_autofree char *text = g_strndup (texts[i].text, texts[i].length);

    if (i > 0)
      g_string_append_c (plan->long_search, '\n');
    peg_search_fold (text, plan->long_search);
  }

  plan->search = (PegEntrySlice) { plan->long_search->str, plan->long_search->len };
}

/* Prepares what is searched: the name, the path, the description and the
 * holder. A line break keeps a word from matching across two of them: the words
 * that are looked for have none. A name that its path ends with is found there;
 * the slash before it keeps its leading zeros from counting. */
static void
plan_search (Plan *plan)
{
  PegEntrySlice texts[4];
  guint n_texts = 0;
  gsize length = 0, total = 0;

  if (!plan->name_in_path)
    texts[n_texts++] = *plan_text (plan, PEG_ENTRY_TEXT_FILENAME);
  if (plan_text (plan, PEG_ENTRY_TEXT_PATH)->text != NULL)
    texts[n_texts++] = *plan_text (plan, PEG_ENTRY_TEXT_PATH);
  if (plan_text (plan, PEG_ENTRY_TEXT_DESCRIPTION)->text != NULL)
    texts[n_texts++] = *plan_text (plan, PEG_ENTRY_TEXT_DESCRIPTION);
  if (plan_text (plan, PEG_ENTRY_TEXT_HOLDER)->text != NULL)
    texts[n_texts++] = *plan_text (plan, PEG_ENTRY_TEXT_HOLDER);

  for (guint i = 0; i < n_texts; i++)
    total += texts[i].length + 1;

  if (total > sizeof plan->search_buffer) {
    plan_long_search (plan, texts, n_texts);
    return;
  }

  for (guint i = 0; i < n_texts; i++) {
    gsize folded;

    if (i > 0)
      plan->search_buffer[length++] = '\n';

    folded = peg_search_fold_fast (texts[i].text, texts[i].length, plan->search_buffer + length);
    if (folded == PEG_SEARCH_SLOW) {
      plan_long_search (plan, texts, n_texts);
      return;
    }
    length += folded;
  }

  plan->search = (PegEntrySlice) { plan->search_buffer, length };
}

/* Fills in what a rule can tell. */
static void
plan_groups (Plan *plan)
{
  const PegEntrySlice *filename = plan_text (plan, PEG_ENTRY_TEXT_FILENAME);
  const PegEntrySlice *path = plan_text (plan, PEG_ENTRY_TEXT_PATH);

  plan->group = *plan_text (plan, PEG_ENTRY_TEXT_GROUP);
  if (plan->group.text == NULL) {
    const PegEntrySlice *place = path->text != NULL ? path : filename;

    plan->group.text = peg_part_find_group (place->text, place->length, plan->group_buffer,
                                            &plan->group.length);
  }

  plan->part = *plan_text (plan, PEG_ENTRY_TEXT_PART);
  if (plan->part.text == NULL && peg_part_is_number (filename->text, filename->length))
    plan->part = (PegEntrySlice) { filename->text, PEG_PART_DIGITS };
}

static inline gboolean
fits_small (const PegEntrySlices *from)
{
  return (from->size == -1 || (from->size >= 0 && from->size < NO_SIZE)) &&
         from->version <= G_MAXUINT32 &&
         (from->major == -1 || (from->major >= 0 && from->major < NO_REVISION)) &&
         (from->minor == -1 || (from->minor >= 0 && from->minor < NO_REVISION));
}

/* Chooses the layout, all but whether it is wide. */
static void
plan_layout (Plan *plan)
{
  const PegEntrySlices *from = plan->from;

  if (!fits_small (from))
    plan->layout |= LAYOUT_LARGE;

  if (plan_text (plan, PEG_ENTRY_TEXT_MASTER)->text != NULL ||
      plan_text (plan, PEG_ENTRY_TEXT_SHA256)->text != NULL)
    plan->layout |= LAYOUT_CONTENT;

  if (plan_text (plan, PEG_ENTRY_TEXT_PATH)->text == NULL)
    plan->layout |= LAYOUT_NO_PATH;

  if (plan->locked &&
      (plan_text (plan, PEG_ENTRY_TEXT_HOLDER)->text != NULL ||
       plan_text (plan, PEG_ENTRY_TEXT_STATION)->text != NULL ||
       plan_text (plan, PEG_ENTRY_TEXT_REASON)->text != NULL ||
       plan_text (plan, PEG_ENTRY_TEXT_LOCK_ID)->text != NULL ||
       from->since_us != 0 || from->last_seen_us != 0 || from->token != 0))
    plan->layout |= LAYOUT_LOCK;
}

/* How long all texts are, each with its NUL. */
static gsize
plan_text_bytes (const Plan *plan)
{
  const PegEntrySlice *filename = plan_text (plan, PEG_ENTRY_TEXT_FILENAME);
  const guint n_texts = (plan->layout & LAYOUT_LOCK) != 0 ? PEG_ENTRY_N_TEXTS : PEG_ENTRY_TEXT_HOLDER;
  gsize bytes = plan->group.length + 1 + plan->search.length + 1;

  if (plan->part.text != NULL)
    bytes += plan->part.length + 1;
  if ((plan->layout & LAYOUT_NO_PATH) != 0)
    bytes += plan->group.length + 1 + filename->length + 1;
  else if (!plan->name_in_path)
    bytes += filename->length + 1;

  for (guint i = 0; i < n_texts; i++) {
    if (plan_text (plan, i)->text != NULL && i != PEG_ENTRY_TEXT_FILENAME &&
        i != PEG_ENTRY_TEXT_GROUP && i != PEG_ENTRY_TEXT_PART)
      bytes += plan_text (plan, i)->length + 1;
  }

  return bytes;
}

/* Writes the texts one after the other. */
typedef struct {
  PegEntry *entry;
  char *at;
} Packer;

static gsize
pack_text (Packer              *packer,
           const PegEntrySlice *slice)
{
  const gsize place = (gsize) (packer->at - (char *) packer->entry);

  if (slice->text == NULL)
    return 0;

  memcpy (packer->at, slice->text, slice->length);
  packer->at[slice->length] = '\0';
  packer->at += slice->length + 1;

  return place;
}

static void
set_more_place (PegEntry *self,
                guint     which,
                gsize     place)
{
  char *at = (char *) self + peg_entry_more_places_at (self->layout);
  const guint32 wide = (guint32) place;
  const guint16 narrow = (guint16) place;

  if ((self->layout & LAYOUT_WIDE) != 0)
    memcpy (at + which * sizeof wide, &wide, sizeof wide);
  else
    memcpy (at + which * sizeof narrow, &narrow, sizeof narrow);
}

static inline void
set_place (PegEntry *self,
           guint     which,
           gsize     place)
{
  if (G_LIKELY ((self->layout & LAYOUT_WIDE) == 0))
    self->places[which] = (guint16) place;
  else
    set_more_place (self, peg_entry_n_more_places (self->layout) - N_PLACES + which, place);
}

static void
pack_more_texts (Packer     *packer,
                 const Plan *plan)
{
  guint which = 0;

  if ((plan->layout & LAYOUT_LOCK) != 0) {
    for (guint i = 0; i < PEG_ENTRY_N_LOCK_TEXTS; i++)
      set_more_place (packer->entry, which++,
                      pack_text (packer, plan_text (plan, PEG_ENTRY_TEXT_HOLDER + i)));
  }

  if ((plan->layout & LAYOUT_CONTENT) != 0) {
    for (guint i = 0; i < PEG_ENTRY_N_CONTENT_TEXTS; i++)
      set_more_place (packer->entry, which++,
                      pack_text (packer, plan_text (plan, PEG_ENTRY_TEXT_MASTER + i)));
  }
}

static void
pack_texts (Packer     *packer,
            const Plan *plan)
{
  PegEntry *self = packer->entry;
  const PegEntrySlice *filename = plan_text (plan, PEG_ENTRY_TEXT_FILENAME);

  set_place (self, PLACE_GROUP, pack_text (packer, &plan->group));
  set_place (self, PLACE_ID, pack_text (packer, plan_text (plan, PEG_ENTRY_TEXT_ID)));

  if ((plan->layout & LAYOUT_NO_PATH) != 0) {
    set_place (self, PLACE_PATH, pack_text (packer, &plan->group));
    packer->at[-1] = '/';
    set_place (self, PLACE_FILENAME, pack_text (packer, filename));
  } else {
    set_place (self, PLACE_PATH, pack_text (packer, plan_text (plan, PEG_ENTRY_TEXT_PATH)));
    if (plan->name_in_path)
      set_place (self, PLACE_FILENAME,
                 (gsize) (packer->at - (char *) self) - filename->length - 1);
    else
      set_place (self, PLACE_FILENAME, pack_text (packer, filename));
  }

  set_place (self, PLACE_PART, pack_text (packer, &plan->part));
  set_place (self, PLACE_DESCRIPTION,
             pack_text (packer, plan_text (plan, PEG_ENTRY_TEXT_DESCRIPTION)));
  pack_more_texts (packer, plan);
  set_place (self, PLACE_SEARCH, pack_text (packer, &plan->search));
}

static void
pack_numbers (PegEntry   *self,
              const Plan *plan)
{
  const PegEntrySlices *from = plan->from;

  self->modified_us = from->modified_us;
  self->flags = (guint8) (from->flags | (plan->locked ? PEG_ENTRY_LOCKED : 0));
  self->layout = (guint8) plan->layout;

  if ((plan->layout & LAYOUT_LARGE) != 0) {
    const PegEntryLarge large = { from->size, from->version, from->major, from->minor };

    memcpy (self->rest, &large, sizeof large);
    self->size = 0;
    self->version = 0;
    self->major = self->minor = 0;
  } else {
    self->size = from->size >= 0 ? (guint32) from->size : NO_SIZE;
    self->version = (guint32) from->version;
    self->major = from->major >= 0 ? (guint8) from->major : NO_REVISION;
    self->minor = from->minor >= 0 ? (guint8) from->minor : NO_REVISION;
  }

  if ((plan->layout & LAYOUT_LOCK) != 0) {
    const PegEntryHold numbers = { from->since_us, from->last_seen_us, from->token };

    memcpy ((char *) self + peg_entry_lock_numbers_at (plan->layout), &numbers, sizeof numbers);
  }
}

static gsize
plan_bytes (const Plan *plan,
            gsize       text_bytes)
{
  return peg_entry_more_places_at (plan->layout) + peg_entry_n_more_places (plan->layout) * peg_entry_place_bytes (plan->layout) +
         text_bytes;
}

/**
 * peg_entry_new_slices:
 * @slices: the values; only the file name must be there
 *
 * Does the same as peg_entry_new().
 *
 * Returns: (transfer full): a new entry
 */
PegEntry *
peg_entry_new_slices (const PegEntrySlices *slices)
{
  Plan plan;
  Packer packer;
  PegEntry *self;
  gsize text_bytes, bytes;

  g_return_val_if_fail (slices != NULL, NULL);
  g_return_val_if_fail (slices->texts[PEG_ENTRY_TEXT_FILENAME].text != NULL, NULL);

  plan.from = slices;
  plan.layout = 0;
  plan.long_search = NULL;
  plan.locked = (slices->flags & PEG_ENTRY_LOCKED) != 0 ||
                slices->texts[PEG_ENTRY_TEXT_HOLDER].text != NULL;
  plan.name_in_path = is_end_of_path (&slices->texts[PEG_ENTRY_TEXT_PATH],
                                      &slices->texts[PEG_ENTRY_TEXT_FILENAME]);

  plan_groups (&plan);
  plan_search (&plan);
  plan_layout (&plan);

  text_bytes = plan_text_bytes (&plan);
  bytes = plan_bytes (&plan, text_bytes);
  if (bytes > G_MAXUINT16) {
    plan.layout |= LAYOUT_WIDE;
    bytes = plan_bytes (&plan, text_bytes);
  }

  self = g_malloc (MAX (bytes, sizeof (PegEntry)));
  g_atomic_ref_count_init (&self->refs);
  pack_numbers (self, &plan);
  if ((plan.layout & LAYOUT_WIDE) != 0)
    memset (self->places, 0, sizeof self->places);

  packer.entry = self;
  packer.at = (char *) self + bytes - text_bytes;
  pack_texts (&packer, &plan);
  g_assert (packer.at == (char *) self + bytes);

  if (plan.long_search != NULL)
    g_string_free (plan.long_search, TRUE);

  return self;
}
