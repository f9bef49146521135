/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-working-folder-look"

#include "peg-config.h"

#include "peg-working-folder.h"

#include "peg-say.h"
#include "peg-working-folder-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* What is in the working folder, as the disk says. */

/* What a look is at, and what it finds. */
typedef struct {
  GPtrArray *held; /* (element-type PegHeld): copies */
  gint64 now_us;
  gboolean sweep;
  char *trouble;   /* (nullable) */
} Look;

static void
look_free (Look *look)
{
  g_ptr_array_unref (look->held);
  g_free (look->trouble);
  g_free (look);
}

static void
sweep_spool (const char *state_folder,
             gint64      now_us)
{
  g_autofree char *spool = g_build_filename (state_folder, "spool", NULL);
  g_autoptr (GDir) folder = g_dir_open (spool, 0, NULL);
  const char *name;

  /* What is older than a day is nobody’s any more. */
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (spool, name, "bytes", NULL);
    g_autofree char *inner = g_path_get_dirname (path);
    GStatBuf status;

    if (g_stat (inner, &status) == 0 &&
        status.st_mtime < now_us / G_USEC_PER_SEC - 24 * 60 * 60)
      peg_working_folder_drop_spool (path);
  }
}

static void
look_thread (PegWorkingFolder *self,
             gpointer          data)
{
  Look *look = data;
  g_autoptr (GError) error = NULL;

  if (look->sweep) {
    peg_place_sweep (self->folder, self->tag);
    sweep_spool (self->state_folder, look->now_us);
  }

  if (!peg_place_check (self->folder, &error))
    look->trouble = g_strdup (error->message);

  for (guint i = 0; i < look->held->len; i++) {
    PegHeld *held = look->held->pdata[i];

    peg_place_look (self->folder, held->record->name, look->now_us, &held->stamp, &held->facts, NULL);
  }
}

/* A server that does not say what it has shows another revision after a check-in. */
static gboolean
adopt_revision (PegHeld        *held,
                const PegEntry *entry)
{
  int major, minor;

  if (!held->awaits || entry == NULL || peg_entry_get_sha256 (entry) != NULL ||
      !peg_entry_get_revision (entry, &major, &minor) ||
      (major == held->before_major && minor == held->before_minor))
    return FALSE;

  held->awaits = FALSE;
  held->record->major = major;
  held->record->minor = minor;

  return TRUE;
}

/* What is there is what the server has, however it came there: from then on this is what
 * may be replaced without asking. */
static gboolean
adopt (PegHeld        *held,
       const PegEntry *entry)
{
  const char *sha256 = entry != NULL ? peg_entry_get_sha256 (entry) : NULL;
  int major = -1, minor = -1;

  if (held->facts.there != PEG_COPY_THERE_FILE || sha256 == NULL ||
      g_strcmp0 (held->facts.sha256, sha256) != 0)
    return FALSE;

  peg_entry_get_revision (entry, &major, &minor);
  if (g_str_equal (held->record->sha256, sha256) && held->record->major == major &&
      held->record->minor == minor)
    return FALSE;

  g_free (held->record->sha256);
  held->record->sha256 = g_strdup (sha256);
  held->record->size = held->facts.size;
  held->record->major = major;
  held->record->minor = minor;

  return TRUE;
}

/*
 * peg_working_folder_adopt:
 *
 * Takes for written what is what the server has.
 */
void
peg_working_folder_adopt (PegWorkingFolder *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  gboolean adopted = FALSE;
  GHashTableIter iter;
  gpointer key, held;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, &key, &held)) {
    const PegEntry *entry = peg_snapshot_find (snapshot, key);

    if (adopt (held, entry) || adopt_revision (held, entry)) {
      ((PegHeld *) held)->serial = ++self->serial;
      adopted = TRUE;
    }
  }

  if (adopted) {
    peg_working_folder_save (self);
    peg_working_folder_tell (self);
  }
}

/* Whoever released a file with a change that was not checked in is told where it is. */
static void
say_released (PegWorkingFolder *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  g_autoptr (GList) keys = g_hash_table_get_keys (self->released);

  for (GList *link = keys; link != NULL; link = link->next) {
    const char *key = link->data;
    const PegHeld *held = g_hash_table_lookup (self->held, key);
    g_autofree char *text = NULL;
    PegCopyState state;

    if (held == NULL)
      continue;

    state = peg_copy_decide (held->record, &held->facts, peg_snapshot_find (snapshot, key));
    if (state == PEG_COPY_MISSING) {
      peg_working_folder_forget (self, key);
    } else if (state == PEG_COPY_CHANGED || state == PEG_COPY_OLD_CHANGED) {
      /* Translators: the name of a file, and that of a folder. */
      text = g_strdup_printf (_("“%s” was changed in the working folder, and that was not checked in. It stays there as it is: %s."),
                              held->record->name, self->folder);
      peg_say (self->store, PEG_NOTICE_INFO, key, text, NULL);
    }
  }

  g_hash_table_remove_all (self->released);
}

static void
looked (PegWorkingFolder *self,
        gpointer          data)
{
  Look *look = data;

  self->looking = FALSE;
  g_free (self->trouble);
  self->trouble = g_steal_pointer (&look->trouble);

  for (guint i = 0; i < look->held->len; i++) {
    PegHeld *found = look->held->pdata[i];
    PegHeld *held = g_hash_table_lookup (self->held, found->record->key);

    /* What was written since is not what was looked at. */
    if (held == NULL || held->serial != found->serial)
      continue;

    g_free (held->facts.sha256);
    held->facts = found->facts;
    held->stamp = found->stamp;
    found->facts.sha256 = NULL;
  }

  peg_working_folder_adopt (self);
  peg_working_folder_tell (self);

  if (self->look_again) {
    self->look_again = FALSE;
    peg_working_folder_look (self);
  } else if (g_hash_table_size (self->released) > 0) {
    say_released (self);
  }
}

/**
 * peg_working_folder_look:
 * @self: a working folder
 *
 * Looks at every copy. What is found comes to the store later.
 */
void
peg_working_folder_look (PegWorkingFolder *self)
{
  GHashTableIter iter;
  gpointer value;
  Look *look;

  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));

  if (self->looking) {
    self->look_again = TRUE;
    return;
  }

  look = g_new0 (Look, 1);
  look->held = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_held_free);
  look->now_us = peg_clock_get_wall_us (self->clock);
  look->sweep = !self->swept;
  self->swept = TRUE;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const PegHeld *held = value;
    PegHeld *copy = g_new0 (PegHeld, 1);

    *copy = *held;
    copy->record = peg_copy_record_new (held->record);
    copy->facts.sha256 = g_strdup (held->facts.sha256);
    g_ptr_array_add (look->held, copy);
  }

  self->looking = TRUE;
  peg_working_folder_run (self, look_thread, look, (GDestroyNotify) look_free, looked);
}
