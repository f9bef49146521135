/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "model-shop.h"

#include <stdio.h>
#include <string.h>

/* One file after one event. */
typedef struct {
  guint64 seq;
  gboolean present;
  guint life;      /* grows when another file takes the place */
  guint name;      /* grows when it is renamed */
  guint64 version;
  int holder;      /* -1: nobody */
} Moment;

/* What one event did. */
typedef struct {
  guint slot;
  char *removed;   /* (nullable) (owned): a path that went */
} Event;

struct _ModelShop
{
  GRand *rand;                   /* (unowned) */
  guint restored;
  char *epoch;                   /* (owned) */
  guint64 first;                 /* nothing before it is known in this epoch */
  guint64 seq;
  GArray *slots[MODEL_FILES];    /* (element-type Moment): oldest first */
  GArray *events;                /* (element-type Event): of first + 1 and on */
};

static const char * const people[] = { "ada", "bo", "kim", "dana" };

static void
clear_event (gpointer data)
{
  g_clear_pointer (&((Event *) data)->removed, g_free);
}

ModelShop *
model_shop_new (GRand *rand)
{
  ModelShop *self = g_new0 (ModelShop, 1);

  self->rand = rand;
  self->epoch = g_strdup ("e0");
  self->first = self->seq = 1;
  self->events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_array_set_clear_func (self->events, clear_event);

  for (guint i = 0; i < MODEL_FILES; i++) {
    const Moment moment = { .seq = 1, .present = i % 2 == 0, .version = 1, .holder = -1 };

    self->slots[i] = g_array_new (FALSE, FALSE, sizeof (Moment));
    g_array_append_val (self->slots[i], moment);
  }

  return self;
}

void
model_shop_free (ModelShop *self)
{
  for (guint i = 0; i < MODEL_FILES; i++)
    g_array_unref (self->slots[i]);
  g_array_unref (self->events);
  g_free (self->epoch);
  g_free (self);
}

guint64
model_shop_get_seq (ModelShop *self)
{
  return self->seq;
}

const char *
model_shop_get_epoch (ModelShop *self)
{
  return self->epoch;
}

static const Moment *
at (ModelShop *self,
    guint      slot,
    guint64    seq)
{
  const GArray *moments = self->slots[slot];

  for (guint i = moments->len; i > 0; i--) {
    const Moment *moment = &g_array_index (moments, Moment, i - 1);

    if (moment->seq <= seq || i == 1)
      return moment;
  }

  g_assert_not_reached ();
}

static char *
dup_path (guint         slot,
          const Moment *moment)
{
  return g_strdup_printf ("f%u-%u-%u.nc", slot, moment->life, moment->name);
}

/* The next event: somebody takes or gives back a file, or it comes, goes, or is
 * renamed. */
void
model_shop_change (ModelShop *self)
{
  const guint slot = (guint) g_rand_int_range (self->rand, 0, MODEL_FILES);
  Moment moment = *at (self, slot, self->seq);
  Event event = { .slot = slot };

  moment.seq = ++self->seq;
  moment.version++;

  if (!moment.present) {
    moment.present = TRUE;
    moment.life++;
    moment.holder = -1;
  } else {
    switch (g_rand_int_range (self->rand, 0, 8)) {
    case 0:
      event.removed = dup_path (slot, &moment);
      moment.present = FALSE;
      break;
    case 1:
      event.removed = dup_path (slot, &moment);
      moment.name++;
      break;
    default:
      moment.holder = moment.holder < 0 ? g_rand_int_range (self->rand, 0, G_N_ELEMENTS (people)) : -1;
      break;
    }
  }

  g_array_append_val (self->slots[slot], moment);
  g_array_append_val (self->events, event);
}

/* A backup is put back: what was true some time ago is true again, in another
 * epoch, and the numbers may begin anywhere. */
void
model_shop_restore (ModelShop *self)
{
  const guint64 back = (guint64) g_rand_int_range (self->rand, 0, 20);
  const guint64 seq = self->seq > self->first + back ? self->seq - back : self->first;

  for (guint i = 0; i < MODEL_FILES; i++) {
    Moment moment = *at (self, i, seq);

    moment.seq = seq;
    g_array_set_size (self->slots[i], 0);
    g_array_append_val (self->slots[i], moment);
  }

  g_array_set_size (self->events, 0);
  self->first = self->seq = seq;
  g_free (self->epoch);
  self->epoch = g_strdup_printf ("e%u", ++self->restored);
}

static void
append_file (GString      *text,
             guint         slot,
             const Moment *moment)
{
  g_autofree char *path = dup_path (slot, moment);

  g_string_append_printf (text, "{\"filename\":\"%s\",\"path\":\"%s\",\"id\":\"%u.%u\",\"group\":\"A\","
                          "\"version\":%" G_GUINT64_FORMAT ",\"lock\":",
                          path, path, slot, moment->life, moment->version);
  if (moment->holder < 0)
    g_string_append (text, "null}");
  else
    g_string_append_printf (text, "{\"id\":\"l\",\"token\":%" G_GUINT64_FORMAT ",\"by\":\"%s\"}}",
                            moment->version, people[moment->holder]);
}

/* The whole list as it was at @seq, in words of both dialects. */
char *
model_shop_list (ModelShop *self,
                 guint64    seq)
{
  GString *text = g_string_new (NULL);
  const char *comma = "";

  g_string_append_printf (text, "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
                          ",\"payload\":{\"A\":[", self->epoch, seq);
  for (guint i = 0; i < MODEL_FILES; i++) {
    const Moment *moment = at (self, i, seq);

    if (!moment->present)
      continue;
    g_string_append (text, comma);
    append_file (text, i, moment);
    comma = ",";
  }
  g_string_append (text, "]}}");

  return g_string_free (text, FALSE);
}

/* Event @seq; told again it shows the file as it is now, as pegboardd does. */
char *
model_shop_delta (ModelShop *self,
                  guint64    seq,
                  gboolean   again)
{
  const Event *event = &g_array_index (self->events, Event, seq - self->first - 1);
  const Moment *moment = at (self, event->slot, again ? self->seq : seq);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"type\":\"FILES_CHANGED\",\"epoch\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
                          ",\"changed\":[", self->epoch, seq);
  if (moment->present)
    append_file (text, event->slot, moment);
  g_string_append (text, "],\"removed\":[");
  if (event->removed != NULL)
    g_string_append_printf (text, "\"%s\"", event->removed);
  g_string_append (text, "]}");

  return g_string_free (text, FALSE);
}

/* Whether what came after @seq can be told event by event. */
gboolean
model_shop_can_replay (ModelShop *self,
                       guint64    seq)
{
  if (seq < self->first || seq > self->seq || self->seq - seq > 50)
    return FALSE;

  for (guint64 i = seq; i < self->seq; i++) {
    const Event *event = &g_array_index (self->events, Event, i - self->first);

    if (event->removed != NULL)
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_as (PegEntry     *entry,
       guint         slot,
       const Moment *moment)
{
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;

  if (entry == NULL || !moment->present)
    return entry == NULL && !moment->present;

  path = dup_path (slot, moment);
  id = g_strdup_printf ("%u.%u", slot, moment->life);

  return strcmp (peg_entry_get_id (entry), id) == 0 &&
         strcmp (peg_entry_get_path (entry), path) == 0 &&
         peg_entry_get_version (entry) == moment->version &&
         g_strcmp0 (peg_entry_get_holder (entry),
                    moment->holder < 0 ? NULL : people[moment->holder]) == 0;
}

/* What is wrong with what is shown, if every file may be as it was at any moment
 * from @from to @to; %NULL: nothing. */
char *
model_shop_compare (ModelShop   *self,
                    PegSnapshot *shown,
                    guint64      from,
                    guint64      to)
{
  PegEntry *entries[MODEL_FILES] = { NULL };

  for (guint g = 0; g < peg_snapshot_get_n_groups (shown); g++) {
    PegGroup *group = peg_snapshot_get_group (shown, g);

    for (guint i = 0; i < peg_group_get_n (group); i++) {
      PegEntry *entry = peg_group_get (group, i);
      guint slot = MODEL_FILES;

      if (sscanf (peg_entry_get_id (entry), "%u.", &slot) != 1 || slot >= MODEL_FILES ||
          entries[slot] != NULL)
        return g_strdup_printf ("%s is shown, and should not be", peg_entry_get_key (entry));
      entries[slot] = entry;
    }
  }

  for (guint i = 0; i < MODEL_FILES; i++) {
    const GArray *moments = self->slots[i];
    const Moment *last = at (self, i, from);
    gboolean right = is_as (entries[i], i, last);

    for (guint k = moments->len; k > 0 && !right; k--) {
      const Moment *moment = &g_array_index (moments, Moment, k - 1);

      if (moment->seq <= from)
        break;
      right = moment->seq <= to && is_as (entries[i], i, moment);
    }

    if (!right)
      return g_strdup_printf ("file %u is not as it was between %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
                              i, from, to);
  }

  return NULL;
}
