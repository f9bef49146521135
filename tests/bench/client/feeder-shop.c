/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "feeder-shop.h"

#include "shop-plan.h"

#include <string.h>
#include <time.h>

/* What a file takes in the list, about, in bytes. */
#define FILE_BYTES 300

/* Of so many files, one is out. */
#define ONE_OUT_OF 20

static const char *const people[] = { "dana", "jsmith", "Müller", "o.ivanenko", "li" };

struct _FeederShop
{
  ShopPlan plan;
  guint32 *versions;  /* (owned) */
  guint8 *out;        /* (owned) */
  guint32 *order;     /* (owned): the files, those of a group together */
  GBytes *list;       /* (owned) (nullable): while it is what is so */
  guint64 seq;
  guint64 hash;
};

/* Groups come in the order of their first file: unsorted, as servers send them. */
static void
put_in_order (FeederShop *self)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree guint32 *group_of = g_new (guint32, MAX (self->plan.n_files, 1));
  g_autoptr (GArray) starts = g_array_new (FALSE, TRUE, sizeof (guint32));
  guint32 start = 0;

  for (guint i = 0; i < self->plan.n_files; i++) {
    ShopFile file;
    gpointer number;

    shop_plan_get_file (&self->plan, i, &file);
    if (!g_hash_table_lookup_extended (numbers, file.group, NULL, &number)) {
      number = GUINT_TO_POINTER (starts->len);
      g_hash_table_insert (numbers, g_strdup (file.group), number);
      g_array_set_size (starts, starts->len + 1);
    }
    group_of[i] = GPOINTER_TO_UINT (number);
    g_array_index (starts, guint32, group_of[i])++;
  }

  for (guint i = 0; i < starts->len; i++) {
    const guint32 n = g_array_index (starts, guint32, i);

    g_array_index (starts, guint32, i) = start;
    start += n;
  }
  for (guint i = 0; i < self->plan.n_files; i++)
    self->order[g_array_index (starts, guint32, group_of[i])++] = i;
}

/*
 * feeder_shop_new:
 * @n_files: how many files it has
 *
 * Returns: (transfer full): the shop that make-shop makes of this size, with one
 *   file of twenty out
 */
FeederShop *
feeder_shop_new (guint n_files)
{
  FeederShop *self = g_new0 (FeederShop, 1);

  self->plan.seed = 1;
  self->plan.n_files = n_files;
  self->versions = g_new (guint32, MAX (n_files, 1));
  self->out = g_new (guint8, MAX (n_files, 1));
  self->order = g_new (guint32, MAX (n_files, 1));
  for (guint i = 0; i < n_files; i++) {
    self->versions[i] = 1;
    self->out[i] = i % ONE_OUT_OF == 0;
    self->hash += feeder_state_hash (i, self->versions[i], self->out[i]);
  }
  put_in_order (self);

  return self;
}

void
feeder_shop_free (FeederShop *self)
{
  g_clear_pointer (&self->list, g_bytes_unref);
  g_free (self->versions);
  g_free (self->out);
  g_free (self->order);
  g_free (self);
}

guint
feeder_shop_get_n (FeederShop *self)
{
  return self->plan.n_files;
}

guint64
feeder_shop_get_seq (FeederShop *self)
{
  return self->seq;
}

/*
 * feeder_shop_get_hash:
 *
 * Returns: the sum of feeder_state_hash() over all files
 */
guint64
feeder_shop_get_hash (FeederShop *self)
{
  return self->hash;
}

/*
 * feeder_shop_toggle:
 * @index: the number of a file
 *
 * Checks a file out, or in: one event.
 */
void
feeder_shop_toggle (FeederShop *self,
                    guint       index)
{
  self->hash -= feeder_state_hash (index, self->versions[index], self->out[index]);
  self->versions[index]++;
  self->out[index] = !self->out[index];
  self->hash += feeder_state_hash (index, self->versions[index], self->out[index]);
  self->seq++;
  g_clear_pointer (&self->list, g_bytes_unref);
}

static void
add_time (GString    *text,
          const char *member,
          gint64      time_s)
{
  const time_t when = (time_t) time_s;
  struct tm parts;

  gmtime_r (&when, &parts);
  g_string_append_printf (text, "\"%s\":\"%04d-%02d-%02dT%02d:%02d:%02d.000000+00:00\"", member,
                          parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                          parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/* In the short form: what is null, false, empty or usual is left out. None of the
 * strings of a plan holds anything JSON wants escaped. */
static void
add_file (FeederShop *self,
          guint       index,
          GString    *text)
{
  ShopFile file;

  shop_plan_get_file (&self->plan, index, &file);

  g_string_append_printf (text, "{\"filename\":\"%s\",\"path\":\"%s\",\"size\":%u,",
                          file.name, file.path, 400 + index % 977);
  add_time (text, "modified_at", file.modified_s);
  if (file.description[0] != '\0')
    g_string_append_printf (text, ",\"description\":\"%s\"", file.description);
  g_string_append_printf (text, ",\"revision\":\"%u.%u\",\"group\":\"%s\"",
                          file.major, file.minor, file.group);
  if (file.part[0] != '\0')
    g_string_append_printf (text, ",\"subgroup\":\"%s\"", file.part);
  g_string_append_printf (text, ",\"id\":\"f%u\",\"version\":%u", index, self->versions[index]);
  if (self->out[index]) {
    g_string_append_printf (text, ",\"lock\":{\"id\":\"l%u\",\"token\":%u,\"by\":\"%s\",",
                            self->versions[index], self->versions[index],
                            people[index % G_N_ELEMENTS (people)]);
    add_time (text, "since", file.modified_s + 60 * (gint64) (index % 10000));
    g_string_append (text, ",\"message\":\"Op20 feeds\"}");
  }
  g_string_append_c (text, '}');
}

/*
 * feeder_shop_dup_list:
 *
 * Returns: (transfer full): every file, as `GET /files` answers
 */
GBytes *
feeder_shop_dup_list (FeederShop *self)
{
  GString *text;
  g_autofree char *group = NULL;

  if (self->list != NULL)
    return g_bytes_ref (self->list);

  text = g_string_sized_new ((gsize) self->plan.n_files * FILE_BYTES + 64);
  g_string_append_c (text, '{');
  for (guint i = 0; i < self->plan.n_files; i++) {
    ShopFile file;

    shop_plan_get_file (&self->plan, self->order[i], &file);
    if (group == NULL || !g_str_equal (group, file.group)) {
      g_string_append_printf (text, "%s\"%s\":[", group != NULL ? "]," : "", file.group);
      g_free (group);
      group = g_strdup (file.group);
    } else {
      g_string_append_c (text, ',');
    }
    add_file (self, self->order[i], text);
  }
  g_string_append (text, group != NULL ? "]}" : "}");
  self->list = g_string_free_to_bytes (text);

  return g_bytes_ref (self->list);
}

/*
 * feeder_shop_add_delta:
 * @index: the number of a file
 * @text: what the message is added to
 *
 * Writes the message that the last event, which was of this file, makes.
 */
void
feeder_shop_add_delta (FeederShop *self,
                       guint       index,
                       GString    *text)
{
  g_string_append_printf (text, "{\"type\":\"FILES_CHANGED\",\"epoch\":\"" FEEDER_EPOCH "\","
                          "\"seq\":%" G_GUINT64_FORMAT ",\"changed\":[", self->seq);
  add_file (self, index, text);
  g_string_append_printf (text, "],\"removed\":[],\"cause\":\"%s\",\"by\":\"%s\",",
                          self->out[index] ? "check-out" : "check-in",
                          people[index % G_N_ELEMENTS (people)]);
  add_time (text, "timestamp", g_get_real_time () / G_USEC_PER_SEC);
  g_string_append_c (text, '}');
}
