/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "plain-item.h"

/* A row of the obvious GTK program: a group with its files, or a file, with a
 * property for everything that the row shows. */
struct _PlainItem
{
  GObject parent_instance;

  char *key;
  char *path;
  char *name;
  char *description;
  char *revision;
  char *size;
  char *modified;
  char *holder;
  char *since;
  GListStore *files; /* (nullable): of a group */
};

G_DEFINE_FINAL_TYPE (PlainItem, plain_item, G_TYPE_OBJECT)

enum {
  PROP_NAME = 1,
  PROP_DESCRIPTION,
  PROP_REVISION,
  PROP_SIZE,
  PROP_MODIFIED,
  PROP_HOLDER,
  PROP_SINCE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static char **
get_field (PlainItem *self,
           guint      prop)
{
  char **fields[] = { NULL, &self->name, &self->description, &self->revision, &self->size,
                      &self->modified, &self->holder, &self->since };

  g_assert (prop > 0 && prop < G_N_ELEMENTS (fields));

  return fields[prop];
}

static void
set_text (PlainItem  *self,
          guint       prop,
          const char *text)
{
  char **field = get_field (self, prop);

  if (g_strcmp0 (*field, text) == 0)
    return;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static const char *
get_member (JsonObject *object,
            const char *member)
{
  return json_object_get_string_member_with_default (object, member, NULL);
}

static void
plain_item_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  g_value_set_string (value, *get_field (PLAIN_ITEM (object), prop_id));
}

static void
plain_item_finalize (GObject *object)
{
  PlainItem *self = PLAIN_ITEM (object);

  for (guint i = 1; i < N_PROPS; i++)
    g_free (*get_field (self, i));
  g_free (self->key);
  g_free (self->path);
  g_clear_object (&self->files);

  G_OBJECT_CLASS (plain_item_parent_class)->finalize (object);
}

static void
plain_item_class_init (PlainItemClass *klass)
{
  static const char *const names[] = { NULL, "name", "description", "revision", "size", "modified",
                                       "holder", "since" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = plain_item_get_property;
  object_class->finalize = plain_item_finalize;

  for (guint i = 1; i < N_PROPS; i++)
    props[i] = g_param_spec_string (names[i], NULL, NULL, NULL,
                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
plain_item_init (PlainItem *self)
{
}

PlainItem *
plain_item_new_group (const char *name)
{
  PlainItem *self = g_object_new (PLAIN_TYPE_ITEM, NULL);

  self->name = g_strdup (name);
  self->files = g_list_store_new (PLAIN_TYPE_ITEM);

  return self;
}

PlainItem *
plain_item_new_file (JsonObject *file)
{
  PlainItem *self = g_object_new (PLAIN_TYPE_ITEM, NULL);

  self->key = g_strdup (get_member (file, "id"));
  self->path = g_strdup (get_member (file, "path"));
  plain_item_update (self, file);

  return self;
}

/* Takes over what the server says of the file now. */
void
plain_item_update (PlainItem  *self,
                   JsonObject *file)
{
  g_autofree char *size =
    g_format_size ((guint64) json_object_get_int_member_with_default (file, "size", 0));

  set_text (self, PROP_NAME, get_member (file, "filename"));
  set_text (self, PROP_DESCRIPTION, get_member (file, "description"));
  set_text (self, PROP_REVISION, get_member (file, "revision"));
  set_text (self, PROP_SIZE, size);
  set_text (self, PROP_MODIFIED, get_member (file, "modified_at"));
  set_text (self, PROP_HOLDER, get_member (file, "locked_by"));
  set_text (self, PROP_SINCE, get_member (file, "locked_at"));
}

const char *
plain_item_get_key (PlainItem *self)
{
  return self->key;
}

const char *
plain_item_get_path (PlainItem *self)
{
  return self->path;
}

const char *
plain_item_get_name (PlainItem *self)
{
  return self->name;
}

const char *
plain_item_get_holder (PlainItem *self)
{
  return self->holder;
}

GListStore *
plain_item_get_files (PlainItem *self)
{
  return self->files;
}
