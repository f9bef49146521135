/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "state-fixture.h"

#include <string.h>

PegEntry *
fixture_entry_id (const char *id,
                  const char *path,
                  const char *holder,
                  guint64     version)
{
  const char *slash = strrchr (path, '/');
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.id = id;
  fields.path = path;
  fields.filename = slash != NULL ? slash + 1 : path;
  fields.holder = holder;
  fields.version = version;

  return peg_entry_new (&fields);
}

PegEntry *
fixture_entry (const char *path,
               const char *holder)
{
  return fixture_entry_id (NULL, path, holder, 0);
}

/* Paths, each perhaps with “=holder” behind it. */
GPtrArray *
fixture_entries (const char *first,
                 ...)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  va_list args;

  va_start (args, first);
  for (const char *text = first; text != NULL; text = va_arg (args, const char *)) {
    g_auto (GStrv) parts = g_strsplit (text, "=", 2);

    g_ptr_array_add (entries, fixture_entry (parts[0], parts[1]));
  }
  va_end (args);

  return entries;
}

PegSnapshot *
fixture_link (PegSnapshot  *snapshot,
              PegLinkState  state,
              gint64        mono_us,
              gint64        wall_us)
{
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  PegEvent event = {
    .kind = PEG_EVENT_LINK, .mono_us = mono_us, .wall_us = wall_us, .link = &status,
  };
  PegSnapshot *next;

  status.state = state;
  next = peg_snapshot_reduce (snapshot, &event);
  peg_snapshot_unref (snapshot);

  return next;
}

PegSnapshot *
fixture_listed (PegSnapshot *snapshot,
                GPtrArray   *entries)
{
  PegEvent event = {
    .kind = PEG_EVENT_LISTED, .mono_us = 10, .wall_us = 1000,
    .listed = { .entries = entries },
  };
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &event);

  peg_snapshot_unref (snapshot);
  g_ptr_array_unref (entries);

  return next;
}

PegSnapshot *
fixture_changed (PegSnapshot *snapshot,
                 PegEntry    *entry,
                 const char  *removed,
                 guint64      seq)
{
  g_autoptr (GPtrArray) changed = NULL;
  const char *removals[] = { removed, NULL };
  PegEvent event = {
    .kind = PEG_EVENT_CHANGED, .mono_us = 20, .wall_us = 2000,
    .changed = { .removed = removals, .seq = seq, .cause = PEG_CAUSE_CHECK_OUT, .by = "Dana" },
  };
  PegSnapshot *next;

  changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  if (entry != NULL)
    g_ptr_array_add (changed, entry);
  event.changed.changed = changed;

  next = peg_snapshot_reduce (snapshot, &event);
  peg_snapshot_unref (snapshot);

  return next;
}

PegSnapshot *
fixture_server (PegSnapshot *snapshot,
                const char  *url,
                const char  *user)
{
  PegEvent event = { .kind = PEG_EVENT_SERVER, .server = { .url = url, .user = user } };
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &event);

  peg_snapshot_unref (snapshot);

  return next;
}

PegSnapshot *
fixture_pending (PegSnapshot *snapshot,
                 const char  *key,
                 PegAction    action)
{
  PegEvent event = {
    .kind = PEG_EVENT_PENDING, .mono_us = 30, .pending = { .key = key, .action = action },
  };
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &event);

  peg_snapshot_unref (snapshot);

  return next;
}

char *
fixture_tree (const PegSnapshot *snapshot)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    g_string_append_printf (line, "%s%s:", i > 0 ? " | " : "", peg_group_get_name (group));

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      const PegEntry *entry = peg_group_get (group, j);

      g_string_append_printf (line, " %s", peg_entry_get_filename (entry));
      if (peg_entry_get_holder (entry) != NULL)
        g_string_append_printf (line, "=%s", peg_entry_get_holder (entry));
    }
  }

  return g_string_free (line, FALSE);
}
