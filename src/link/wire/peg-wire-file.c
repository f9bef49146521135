/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-file"

#include "peg-config.h"

#include "peg-wire-file-private.h"

#include "peg-part.h"
#include "peg-revision.h"

#include <string.h>

/* About how long a FILE is without its texts, bytes. */
#define CLASSIC_FILE_SIZE 352
#define PEGBOARD_FILE_SIZE 640

/**
 * peg_wire_read_revision:
 * @object: an object
 * @member: a name
 * @where: (nullable): the way to @object
 * @major: (out): the first number; -1: none
 * @minor: (out): the second number
 * @error: return location for a #GError
 *
 * Reads the number of a revision. One that cannot be read is none, no error.
 * A whole number is taken like the same in quotes; one with a point is none,
 * because 1.10 sent as a number has become 1.1.
 */
gboolean
peg_wire_read_revision (JsonObject          *object,
                        const char          *member,
                        const PegWireWhere  *where,
                        int                 *major,
                        int                 *minor,
                        GError             **error)
{
  JsonNode *node = peg_wire_get (object, member);
  GType type;

  *major = *minor = -1;

  if (node == NULL)
    return TRUE;

  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_STRING) {
    peg_revision_parse (json_node_get_string (node), major, minor);
  } else if (type == G_TYPE_INT64) {
    gint64 number = json_node_get_int (node);

    if (number >= 0 && number <= G_MAXINT) {
      *major = (int) number;
      *minor = 0;
    }
  } else if (type != G_TYPE_DOUBLE) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, where, member, "is not a revision");
    return FALSE;
  }

  return TRUE;
}

/* The classic way to say who has the file: a status and a name. The name alone
 * locks it too; peg_entry_new() sees to that. */
static gboolean
read_classic_lock (JsonObject          *object,
                   const PegWireWhere  *where,
                   PegEntryFields      *fields,
                   GError             **error)
{
  const char *status;

  if (!peg_wire_read_string (object, "status", where, &status, error) ||
      !peg_wire_read_string (object, "locked_by", where, &fields->holder, error) ||
      !peg_wire_read_time (object, "locked_at", where, &fields->since_us, error) ||
      !peg_wire_read_string (object, "checkout_message", where, &fields->reason, error))
    return FALSE;

  if (g_strcmp0 (status, PEG_WIRE_STATUS_SERVER_USER) == 0)
    fields->flags |= PEG_ENTRY_LOCKED | PEG_ENTRY_LOCKED_BY_SERVER_USER;
  else if (g_strcmp0 (status, PEG_WIRE_STATUS_LOCKED) == 0)
    fields->flags |= PEG_ENTRY_LOCKED;

  return TRUE;
}

/* The newer way: an object, or null for a file that is free. */
static gboolean
read_lock (JsonObject          *object,
           const PegWireWhere  *where,
           PegEntryFields      *fields,
           GError             **error)
{
  const PegWireWhere here = { .up = where, .name = "lock" };
  JsonObject *lock;

  if (!json_object_has_member (object, "lock"))
    return TRUE;

  fields->flags &= ~(PEG_ENTRY_LOCKED | PEG_ENTRY_LOCKED_BY_SERVER_USER);
  fields->holder = fields->reason = NULL;
  fields->since_us = 0;

  if (!peg_wire_read_object (object, "lock", where, &lock, error))
    return FALSE;
  if (lock == NULL)
    return TRUE;

  fields->flags |= PEG_ENTRY_LOCKED;

  return peg_wire_read_string (lock, "id", &here, &fields->lock_id, error) &&
         peg_wire_read_number (lock, "token", &here, &fields->token, error) &&
         peg_wire_read_string (lock, "by", &here, &fields->holder, error) &&
         peg_wire_read_string (lock, "station", &here, &fields->station, error) &&
         peg_wire_read_time (lock, "since", &here, &fields->since_us, error) &&
         peg_wire_read_string (lock, "message", &here, &fields->reason, error) &&
         peg_wire_read_time (lock, "last_seen", &here, &fields->last_seen_us, error);
}

static gboolean
read_flag (JsonObject          *object,
           const char          *member,
           const PegWireWhere  *where,
           PegEntryFlags        flag,
           PegEntryFields      *fields,
           GError             **error)
{
  gboolean is_set = FALSE;

  if (!peg_wire_read_boolean (object, member, where, &is_set, error))
    return FALSE;

  if (is_set)
    fields->flags |= flag;

  return TRUE;
}

static gboolean
read_size (JsonObject          *object,
           const PegWireWhere  *where,
           PegEntryFields      *fields,
           GError             **error)
{
  guint64 size;

  if (peg_wire_get (object, "size") == NULL)
    return TRUE;

  if (!peg_wire_read_number (object, "size", where, &size, error))
    return FALSE;

  fields->size = (gint64) size;

  return TRUE;
}

/**
 * peg_wire_read_file:
 * @object: a FILE
 * @group: (nullable): the group in which the file is listed; %NULL: the file
 *   tells it itself
 * @where: (nullable): the way to @object
 * @error: return location for a #GError
 *
 * This is what a FILE means. peg_wire_record_read() is a faster way to the same
 * entry.
 *
 * Returns: (transfer full): the file, or %NULL with @error set
 */
PegEntry *
peg_wire_read_file (JsonObject          *object,
                    const char          *group,
                    const PegWireWhere  *where,
                    GError             **error)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  if (!peg_wire_need_string (object, "filename", where, &fields.filename, error) ||
      !peg_wire_read_string (object, "id", where, &fields.id, error) ||
      !peg_wire_read_string (object, "path", where, &fields.path, error) ||
      !peg_wire_read_string (object, "group", where, &fields.group, error) ||
      !peg_wire_read_string (object, "subgroup", where, &fields.part, error) ||
      !peg_wire_read_string (object, "description", where, &fields.description, error) ||
      !peg_wire_read_string (object, "master_file", where, &fields.master, error) ||
      !peg_wire_read_string (object, "sha256", where, &fields.sha256, error) ||
      !peg_wire_read_time (object, "modified_at", where, &fields.modified_us, error) ||
      !peg_wire_read_number (object, "version", where, &fields.version, error) ||
      !peg_wire_read_revision (object, "revision", where, &fields.major, &fields.minor, error) ||
      !read_size (object, where, &fields, error) ||
      !read_classic_lock (object, where, &fields, error) ||
      !read_lock (object, where, &fields, error) ||
      !read_flag (object, "is_link", where, PEG_ENTRY_LINK, &fields, error) ||
      !read_flag (object, "changed_outside", where, PEG_ENTRY_CHANGED_OUTSIDE, &fields, error) ||
      !read_flag (object, "missing", where, PEG_ENTRY_MISSING, &fields, error))
    return NULL;

  if (group != NULL && *group != '\0')
    fields.group = group;

  return peg_entry_new (&fields);
}

static gboolean
read_array (JsonArray           *files,
            const char          *group,
            const PegWireWhere  *where,
            GPtrArray           *entries,
            GError             **error)
{
  guint length = json_array_get_length (files);

  for (guint i = 0; i < length; i++) {
    const PegWireWhere here = { .up = where, .index = i };
    JsonObject *object = peg_wire_element_object (files, &here, error);
    PegEntry *entry = object != NULL ? peg_wire_read_file (object, group, &here, error) : NULL;

    if (entry == NULL)
      return FALSE;

    g_ptr_array_add (entries, entry);
  }

  return TRUE;
}

/**
 * peg_wire_read_files:
 * @files: an array of FILE
 * @where: the way to it
 * @entries: (element-type PegEntry): gets the files
 * @error: return location for a #GError
 *
 * Returns: whether all could be read
 */
gboolean
peg_wire_read_files (JsonArray           *files,
                     const PegWireWhere  *where,
                     GPtrArray           *entries,
                     GError             **error)
{
  return read_array (files, NULL, where, entries, error);
}

/**
 * peg_wire_read_groups:
 * @groups: an object of arrays of FILE
 * @where: (nullable): the way to it
 * @entries: (element-type PegEntry): gets the files, in the order sent
 * @placeholder: (out): whether it is just one empty group with the name that
 *   means no group, which is what a server says that is not set up
 * @error: return location for a #GError
 *
 * Returns: whether all could be read
 */
gboolean
peg_wire_read_groups (JsonObject          *groups,
                      const PegWireWhere  *where,
                      GPtrArray           *entries,
                      gboolean            *placeholder,
                      GError             **error)
{
  JsonObjectIter iter;
  const char *group;
  JsonNode *node;
  guint n_groups = json_object_get_size (groups);
  gsize named = 0;

  *placeholder = FALSE;

  json_object_iter_init_ordered (&iter, groups);
  while (json_object_iter_next_ordered (&iter, &group, &node)) {
    const PegWireWhere here = { .up = where, .name = group, .free_name = TRUE };

    if (JSON_NODE_HOLDS_NULL (node))
      continue;

    if (!JSON_NODE_HOLDS_ARRAY (node)) {
      peg_wire_set_error (error, PEG_WIRE_ERROR_TYPE, &here, NULL, "is not an array");
      return FALSE;
    }

    named += 2 * strlen (group) * json_array_get_length (json_node_get_array (node));
    if (named > PEG_WIRE_MAX_NAMED) {
      g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG, PEG_WIRE_LONG_NAMES);
      return FALSE;
    }

    if (!read_array (json_node_get_array (node), group, &here, entries, error))
      return FALSE;

    if (n_groups == 1 && entries->len == 0 && strcmp (group, PEG_PART_GROUP_OTHER) == 0)
      *placeholder = TRUE;
  }

  return TRUE;
}

/**
 * peg_wire_put_revision:
 * @writer: a writer
 * @member: a name
 * @major: the first number; -1: none, `null`
 * @minor: the second number
 */
void
peg_wire_put_revision (PegWireWriter *writer,
                       const char    *member,
                       int            major,
                       int            minor)
{
  char text[2 * 11 + 2];

  if (major < 0) {
    peg_wire_put_null (writer, member);
    return;
  }

  g_snprintf (text, sizeof text, "%d.%d", major, MAX (minor, 0));
  peg_wire_put_string (writer, member, text);
}

static void
put_lock (PegWireWriter        *writer,
          const PegEntryFields *fields)
{
  if ((fields->flags & PEG_ENTRY_LOCKED) == 0) {
    peg_wire_put_null (writer, "lock");
    return;
  }

  peg_wire_put_open (writer, "lock", '{');
  peg_wire_put_string (writer, "id", fields->lock_id);
  peg_wire_put_number (writer, "token", fields->token);
  peg_wire_put_string (writer, "by", fields->holder);
  peg_wire_put_string (writer, "station", fields->station);
  peg_wire_put_time (writer, "since", fields->since_us);
  peg_wire_put_string (writer, "message", fields->reason);
  peg_wire_put_time (writer, "last_seen", fields->last_seen_us);
  peg_wire_put_close (writer, '}');
}

static const char *
get_status (const PegEntryFields *fields)
{
  if ((fields->flags & PEG_ENTRY_LOCKED_BY_SERVER_USER) != 0)
    return PEG_WIRE_STATUS_SERVER_USER;

  return (fields->flags & PEG_ENTRY_LOCKED) != 0 ? PEG_WIRE_STATUS_LOCKED : PEG_WIRE_STATUS_FREE;
}

static void
put_file (PegWireWriter  *writer,
          const PegEntry *entry,
          PegDialect      dialect)
{
  PegEntryFields fields;

  peg_entry_get_fields (entry, &fields);

  peg_wire_put_open (writer, NULL, '{');
  peg_wire_put_string (writer, "filename", fields.filename);
  peg_wire_put_string (writer, "path", fields.path);
  peg_wire_put_string (writer, "status", get_status (&fields));
  peg_wire_put_string (writer, "locked_by", fields.holder);
  peg_wire_put_time (writer, "locked_at", fields.since_us);
  peg_wire_put_string (writer, "checkout_message", fields.reason != NULL ? fields.reason : "");
  if (fields.size >= 0)
    peg_wire_put_number (writer, "size", (guint64) fields.size);
  else
    peg_wire_put_null (writer, "size");
  peg_wire_put_time (writer, "modified_at", fields.modified_us);
  peg_wire_put_string (writer, "description", fields.description);
  peg_wire_put_revision (writer, "revision", fields.major, fields.minor);
  peg_wire_put_boolean (writer, "is_link", (fields.flags & PEG_ENTRY_LINK) != 0);
  peg_wire_put_string (writer, "master_file", fields.master);
  peg_wire_put_string (writer, "group", fields.group);
  peg_wire_put_string (writer, "subgroup", fields.part);

  if (dialect == PEG_DIALECT_PEGBOARD_1) {
    peg_wire_put_string (writer, "id", fields.id);
    peg_wire_put_number (writer, "version", fields.version);
    peg_wire_put_string (writer, "sha256", fields.sha256);
    put_lock (writer, &fields);
    peg_wire_put_boolean (writer, "changed_outside", (fields.flags & PEG_ENTRY_CHANGED_OUTSIDE) != 0);
    peg_wire_put_boolean (writer, "missing", (fields.flags & PEG_ENTRY_MISSING) != 0);
  }

  peg_wire_put_close (writer, '}');
}

/**
 * peg_wire_put_files:
 * @writer: a writer
 * @member: a name
 * @entries: (nullable) (element-type PegEntry): the files
 * @dialect: which members a FILE has
 *
 * Writes files one after the other.
 */
void
peg_wire_put_files (PegWireWriter *writer,
                    const char    *member,
                    GPtrArray     *entries,
                    PegDialect     dialect)
{
  peg_wire_put_open (writer, member, '[');
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    put_file (writer, g_ptr_array_index (entries, i), dialect);
  peg_wire_put_close (writer, ']');
}

/**
 * peg_wire_put_groups:
 * @writer: a writer
 * @member: (nullable): a name
 * @entries: (nullable) (element-type PegEntry): the files, in any order
 * @placeholder: whether to write, for no files, what a server says that is not
 *   set up
 * @dialect: which members a FILE has
 *
 * Writes files by group, the groups in the order of their first file.
 */
void
peg_wire_put_groups (PegWireWriter *writer,
                     const char    *member,
                     GPtrArray     *entries,
                     gboolean       placeholder,
                     PegDialect     dialect)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    PegEntry *entry = g_ptr_array_index (entries, i);
    const char *name = peg_entry_get_group (entry);
    GPtrArray *files = g_hash_table_lookup (by_name, name);

    if (files == NULL) {
      files = g_ptr_array_new ();
      g_ptr_array_add (groups, files);
      g_hash_table_insert (by_name, (char *) name, files);
    }

    g_ptr_array_add (files, entry);
  }

  peg_wire_put_open (writer, member, '{');

  for (guint i = 0; i < groups->len; i++) {
    GPtrArray *files = g_ptr_array_index (groups, i);

    peg_wire_put_free_name (writer, peg_entry_get_group (g_ptr_array_index (files, 0)));
    peg_wire_put_files (writer, NULL, files, dialect);
  }

  if (groups->len == 0 && placeholder) {
    peg_wire_put_open (writer, PEG_PART_GROUP_OTHER, '[');
    peg_wire_put_close (writer, ']');
  }

  peg_wire_put_close (writer, '}');
}

/**
 * peg_wire_files_size:
 * @entries: (nullable) (element-type PegEntry): files
 * @dialect: which members a FILE has
 *
 * Returns: how long @entries become, about, bytes
 */
gsize
peg_wire_files_size (GPtrArray  *entries,
                     PegDialect  dialect)
{
  gsize each = dialect == PEG_DIALECT_CLASSIC ? CLASSIC_FILE_SIZE : PEGBOARD_FILE_SIZE;

  return entries != NULL ? entries->len * each : 0;
}
