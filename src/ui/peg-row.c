/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row"

#include "peg-config.h"

#include "peg-row.h"

/**
 * PegRow:
 *
 * One row of the list, for as long as somebody looks at it.
 *
 * Rows are made when the list view asks for them and live for as long as it
 * keeps them, whatever happens to the file meanwhile: a change is a
 * notification of a property, never another object. The registry through which
 * [class@Peg.Rows] finds them again holds them weakly.
 */
struct _PegRow
{
  GObject parent_instance;

  GHashTable *registry; /* (owned) (nullable) (element-type utf8 PegRow): by id, weak */
  char *id;             /* (owned) (not nullable) */
  char *group;          /* (owned) (not nullable) */
  PegEntry *entry;      /* (owned) (nullable) */
  PegRowKind kind;
  guint n;
  guint n_out;
  guint stamp;
  gboolean expanded;
};

G_DEFINE_FINAL_TYPE (PegRow, peg_row, G_TYPE_OBJECT)

typedef enum {
  PROP_ENTRY = 1,
  PROP_EXPANDED,
  PROP_STAMP,
} PegRowProperty;

static GParamSpec *props[PROP_STAMP + 1];

static void
peg_row_finalize (GObject *object)
{
  PegRow *self = PEG_ROW (object);

  if (self->registry != NULL)
    g_hash_table_remove (self->registry, self->id);

  g_clear_pointer (&self->registry, g_hash_table_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->entry, peg_entry_unref);

  G_OBJECT_CLASS (peg_row_parent_class)->finalize (object);
}

static void
peg_row_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  PegRow *self = PEG_ROW (object);

  switch ((PegRowProperty) prop_id) {
  case PROP_ENTRY:
    g_value_set_boxed (value, self->entry);
    break;
  case PROP_EXPANDED:
    g_value_set_boolean (value, self->expanded);
    break;
  case PROP_STAMP:
    g_value_set_uint (value, self->stamp);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
peg_row_class_init (PegRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = peg_row_finalize;
  object_class->get_property = peg_row_get_property;

  /**
   * PegRow:entry:
   *
   * The newest values of the file.
   */
  props[PROP_ENTRY] =
    g_param_spec_boxed ("entry", NULL, NULL,
                        PEG_TYPE_ENTRY,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * PegRow:expanded:
   *
   * Whether what is in the group or the part is shown.
   */
  props[PROP_EXPANDED] =
    g_param_spec_boolean ("expanded", NULL, NULL,
                          FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * PegRow:stamp:
   *
   * Another number whenever anything that the row shows may have changed. One
   * notification is enough to draw again.
   */
  props[PROP_STAMP] =
    g_param_spec_uint ("stamp", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
peg_row_init (PegRow *self)
{
}

/**
 * peg_row_make_id:
 * @kind: what the row stands for
 * @group: the name of the group
 * @entry: (nullable): the file; of a part, any of its files
 *
 * Returns: (transfer full): what tells this row from every other, in this
 *   snapshot and in the next
 */
char *
peg_row_make_id (PegRowKind      kind,
                 const char     *group,
                 const PegEntry *entry)
{
  switch (kind) {
  case PEG_ROW_GROUP:
    return g_strconcat ("g", group, NULL);
  case PEG_ROW_PART:
    /* No name has a control character that could make two ids the same: the
     * wire refuses them. */
    return g_strconcat ("p", group, "\037", peg_entry_get_part (entry), NULL);
  case PEG_ROW_FILE:
    return g_strconcat ("f", peg_entry_get_key (entry), NULL);
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_row_new:
 * @registry: (nullable): where the row enters itself under its id, and leaves
 *   when it goes
 * @id: from peg_row_make_id()
 * @values: what it shows
 *
 * Returns: (transfer full): a new row
 */
PegRow *
peg_row_new (GHashTable         *registry,
             const char         *id,
             const PegRowValues *values)
{
  PegRow *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (values != NULL && values->group != NULL, NULL);

  self = g_object_new (PEG_TYPE_ROW, NULL);
  self->id = g_strdup (id);
  self->kind = values->kind;
  self->group = g_strdup (peg_group_get_name (values->group));
  self->entry = values->entry != NULL ? peg_entry_ref (values->entry) : NULL;
  self->n = values->n;
  self->n_out = values->n_out;
  self->expanded = values->expanded;

  if (registry != NULL) {
    self->registry = g_hash_table_ref (registry);
    g_hash_table_replace (registry, self->id, self);
  }

  return self;
}

/**
 * peg_row_update:
 * @self: a row
 * @values: what it shows now
 * @stale: whether what is around it changed too, for example the connection
 *
 * Notifies what is different, and [property@Peg.Row:stamp] last.
 */
void
peg_row_update (PegRow             *self,
                const PegRowValues *values,
                gboolean            stale)
{
  gboolean changed = stale;

  g_return_if_fail (PEG_IS_ROW (self));
  g_return_if_fail (values != NULL && values->kind == self->kind);

  /* Mostly it is another row that changed. */
  if (!stale && values->entry == self->entry && values->expanded == self->expanded &&
      values->n == self->n && values->n_out == self->n_out)
    return;

  g_object_freeze_notify (G_OBJECT (self));

  if (values->entry != self->entry) {
    if (values->entry != NULL)
      peg_entry_ref (values->entry);
    g_clear_pointer (&self->entry, peg_entry_unref);
    self->entry = values->entry;
    /* The first file of a part is not what its row shows. */
    if (self->kind == PEG_ROW_FILE) {
      changed = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENTRY]);
    }
  }

  if (values->expanded != self->expanded) {
    self->expanded = values->expanded;
    changed = TRUE;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EXPANDED]);
  }

  if (values->n != self->n || values->n_out != self->n_out) {
    self->n = values->n;
    self->n_out = values->n_out;
    changed = TRUE;
  }

  if (changed) {
    self->stamp++;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STAMP]);
  }

  g_object_thaw_notify (G_OBJECT (self));
}

PegRowKind
peg_row_get_kind (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), PEG_ROW_FILE);

  return self->kind;
}

const char *
peg_row_get_id (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), NULL);

  return self->id;
}

/**
 * peg_row_get_name:
 * @self: a row
 *
 * Returns: (transfer none): the name of the group, the part or the file; valid
 *   until the row changes
 */
const char *
peg_row_get_name (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), NULL);

  switch (self->kind) {
  case PEG_ROW_GROUP:
    return self->group;
  case PEG_ROW_PART:
    return peg_entry_get_part (self->entry);
  case PEG_ROW_FILE:
    return peg_entry_get_filename (self->entry);
  default:
    g_assert_not_reached ();
  }
}

const char *
peg_row_get_group (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), NULL);

  return self->group;
}

/**
 * peg_row_get_entry:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the file; of a part, one of its files
 */
PegEntry *
peg_row_get_entry (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), NULL);

  return self->entry;
}

guint
peg_row_get_n (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), 0);

  return self->n;
}

guint
peg_row_get_n_out (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), 0);

  return self->n_out;
}

/**
 * peg_row_get_depth:
 * @self: a row
 *
 * Returns: how many rows above it are open for it to be shown
 */
guint
peg_row_get_depth (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), 0);

  switch (self->kind) {
  case PEG_ROW_GROUP:
    return 0;
  case PEG_ROW_PART:
    return 1;
  case PEG_ROW_FILE:
    return peg_entry_get_part (self->entry) != NULL ? 2 : 1;
  default:
    g_assert_not_reached ();
  }
}

gboolean
peg_row_get_expanded (PegRow *self)
{
  g_return_val_if_fail (PEG_IS_ROW (self), FALSE);

  return self->expanded;
}
