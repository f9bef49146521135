/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-dashboard"

#include "peg-config.h"

#include "peg-wire-rest.h"

#include "peg-wire-file-private.h"

#include <string.h>

/* What classic servers call what was done. The first name of a cause is the one
 * that is written. */
static const struct {
  const char *name;
  PegCause cause;
} event_types[] = {
  { "CHECK_OUT", PEG_CAUSE_CHECK_OUT },
  { "CHECK_IN", PEG_CAUSE_CHECK_IN },
  { "CANCEL", PEG_CAUSE_RELEASE },
  { "CANCEL_CHECKOUT", PEG_CAUSE_RELEASE },
  { "RELEASE", PEG_CAUSE_RELEASE },
  { "OVERRIDE", PEG_CAUSE_RELEASE },
  { "ADDED", PEG_CAUSE_ADDED },
  { "NEW_FILE", PEG_CAUSE_ADDED },
  { "CHANGED", PEG_CAUSE_CHANGED },
  { "RENAMED", PEG_CAUSE_RENAMED },
  { "DELETED", PEG_CAUSE_DELETED },
  { "DELETE", PEG_CAUSE_DELETED },
};

static PegCause
cause_from_event_type (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (event_types); i++) {
    if (strcmp (event_types[i].name, name) == 0)
      return event_types[i].cause;
  }

  return PEG_CAUSE_UNKNOWN;
}

static const char *
event_type_from_cause (PegCause cause)
{
  for (guint i = 0; i < G_N_ELEMENTS (event_types); i++) {
    if (event_types[i].cause == cause)
      return event_types[i].name;
  }

  return "UNKNOWN";
}

/**
 * peg_wire_activity_free:
 * @self: (nullable) (transfer full): an activity
 */
void
peg_wire_activity_free (PegWireActivity *self)
{
  if (self == NULL)
    return;

  g_free (self->filename);
  g_free (self->user);
  g_free (self->message);
  g_free (self->hash);
  g_free (self);
}

static PegWireActivity *
read_activity (JsonObject          *object,
               const PegWireWhere  *where,
               GError             **error)
{
  g_autoptr (PegWireActivity) activity = g_new0 (PegWireActivity, 1);
  const char *type, *filename, *user, *message, *hash;

  if (!peg_wire_need_string (object, "event_type", where, &type, error) ||
      !peg_wire_need_string (object, "filename", where, &filename, error) ||
      !peg_wire_read_string (object, "user", where, &user, error) ||
      !peg_wire_read_string (object, "message", where, &message, error) ||
      !peg_wire_read_string (object, "commit_hash", where, &hash, error) ||
      !peg_wire_read_time (object, "timestamp", where, &activity->when_us, error) ||
      !peg_wire_read_revision (object, "revision", where, &activity->major, &activity->minor, error))
    return NULL;

  activity->cause = cause_from_event_type (type);
  activity->filename = g_strdup (filename);
  activity->user = g_strdup (user);
  activity->message = g_strdup (message);
  activity->hash = g_strdup (hash);

  return g_steal_pointer (&activity);
}

/**
 * peg_wire_decode_activity:
 * @data: (array length=length): the body of an answer to
 *   `GET /dashboard/activity`
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: (transfer full) (element-type PegWireActivity): what was done, in the
 *   order of the server, or %NULL with @error set
 */
GPtrArray *
peg_wire_decode_activity (const char  *data,
                          gsize        length,
                          GError     **error)
{
  const PegWireWhere where = { .name = "activities" };
  g_autoptr (GPtrArray) activities = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  JsonArray *array;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  root = peg_wire_json_parse (data, length, PEG_WIRE_MAX_BYTES, error);
  object = root != NULL ? peg_wire_json_root (root, error) : NULL;
  if (object == NULL || !peg_wire_read_array (object, "activities", NULL, &array, error))
    return NULL;

  if (array == NULL) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, NULL, "activities", "is missing");
    return NULL;
  }

  activities = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_wire_activity_free);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    const PegWireWhere here = { .up = &where, .index = i };
    JsonObject *item = peg_wire_element_object (array, &here, error);
    PegWireActivity *activity = item != NULL ? read_activity (item, &here, error) : NULL;

    if (activity == NULL)
      return NULL;

    g_ptr_array_add (activities, activity);
  }

  return g_steal_pointer (&activities);
}

/**
 * peg_wire_encode_activity:
 * @activities: (element-type PegWireActivity): what was done
 *
 * Returns: (transfer full): the body of an answer to `GET /dashboard/activity`
 */
char *
peg_wire_encode_activity (GPtrArray *activities)
{
  PegWireWriter writer;

  g_return_val_if_fail (activities != NULL, NULL);

  peg_wire_writer_init (&writer, 64 + 256 * (gsize) activities->len);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_open (&writer, "activities", '[');

  for (guint i = 0; i < activities->len; i++) {
    const PegWireActivity *activity = g_ptr_array_index (activities, i);

    peg_wire_put_open (&writer, NULL, '{');
    peg_wire_put_string (&writer, "event_type", event_type_from_cause (activity->cause));
    peg_wire_put_string (&writer, "filename", activity->filename);
    peg_wire_put_string (&writer, "user", activity->user);
    peg_wire_put_time (&writer, "timestamp", activity->when_us);
    peg_wire_put_string (&writer, "commit_hash", activity->hash);
    peg_wire_put_string (&writer, "message", activity->message != NULL ? activity->message : "");
    peg_wire_put_revision (&writer, "revision", activity->major, activity->minor);
    peg_wire_put_close (&writer, '}');
  }

  peg_wire_put_close (&writer, ']');
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}

/**
 * peg_wire_encode_stats:
 * @entries: (element-type PegEntry): files; those that nobody has are left out
 * @now_us: now, µs since 1970
 *
 * Returns: (transfer full): the body of an answer to `GET /dashboard/stats`
 */
char *
peg_wire_encode_stats (GPtrArray *entries,
                       gint64     now_us)
{
  PegWireWriter writer;

  g_return_val_if_fail (entries != NULL, NULL);

  peg_wire_writer_init (&writer, 1024);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_open (&writer, "active_checkouts", '[');

  for (guint i = 0; i < entries->len; i++) {
    PegEntry *entry = g_ptr_array_index (entries, i);
    gint64 since_us = peg_entry_get_since_us (entry);

    if (!peg_entry_is_locked (entry))
      continue;

    peg_wire_put_open (&writer, NULL, '{');
    peg_wire_put_string (&writer, "filename", peg_entry_get_filename (entry));
    peg_wire_put_string (&writer, "path", peg_entry_get_path (entry));
    peg_wire_put_string (&writer, "locked_by", peg_entry_get_holder (entry));
    peg_wire_put_time (&writer, "locked_at", since_us);
    if (since_us != 0)
      peg_wire_put_number (&writer, "duration_seconds", (guint64) MAX (now_us - since_us, 0) / G_USEC_PER_SEC);
    else
      peg_wire_put_null (&writer, "duration_seconds");
    peg_wire_put_close (&writer, '}');
  }

  peg_wire_put_close (&writer, ']');
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}
