/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-working-folder-draft"

#include "peg-config.h"

#include "peg-working-folder.h"

#include "peg-say.h"
#include "peg-words.h"
#include "peg-working-folder-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* How the bytes of a check-in that the server does not have come into the working folder.
 *
 * They are not what the server has, so they never take the name of the program: no machine
 * is to run them for it. They get a name of their own, with the time of the check-in, as
 * what was replaced has in PEG_PLACE_KEPT. */

/* How many names are tried. */
#define MAX_NAMES 100

/* How much of the name of the program that has at most, bytes. */
#define MAX_STEM 160

typedef struct {
  PegWorkingFolder *self; /* (owned) */
  char *key;
  char *filename;
  gint64 created_us; /* when they checked it in, µs since 1970 */
  char *spool;       /* (nullable): the path of its bytes */
  char *name;        /* (nullable): what they are called in the folder */
  GError *error;     /* (nullable) */
} Save;

static void
save_free (Save *save)
{
  if (save->spool != NULL)
    peg_working_folder_drop_spool (save->spool);

  g_free (save->key);
  g_free (save->filename);
  g_free (save->spool);
  g_free (save->name);
  g_clear_error (&save->error);
  g_clear_object (&save->self);
  g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
holder_free (gpointer data)
{
  Save **holder = data;

  g_clear_pointer (holder, save_free);
  g_free (holder);
}

static char *
dup_name (const Save *save,
          guint       attempt)
{
  g_autofree char *safe = peg_words_safe_name (save->filename);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (save->created_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *when = g_date_time_format (local, "%Y-%m-%d %H.%M.%S");
  g_autofree char *number = attempt > 0 ? g_strdup_printf (" (%u)", attempt + 1) : g_strdup ("");
  g_autofree char *stem = NULL;
  const char *dot = strrchr (safe, '.');
  const char *ending = dot != NULL && strlen (dot) < 20 ? dot : "";
  gsize length = strlen (safe) - strlen (ending);

  if (length > MAX_STEM) {
    length = MAX_STEM;
    while (length > 0 && (safe[length] & 0xc0) == 0x80)
      length--;
  }
  stem = g_strndup (safe, length);

  return g_strconcat (stem, " ", when, number, ending, NULL);
}

static void
write_thread (PegWorkingFolder *self,
              gpointer          data)
{
  Save *save = *(Save **) data;
  g_autofree char *sha256 = NULL;
  const int fd = g_open (save->spool, O_RDONLY | O_CLOEXEC, 0);

  if (fd < 0 || (sha256 = peg_place_hash_file (fd, NULL)) == NULL) {
    g_set_error (&save->error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: %s is the name of a file. */
                 _("“%s” cannot be read on this computer."), save->filename);
    if (fd >= 0)
      close (fd);
    return;
  }

  for (guint i = 0; i < MAX_NAMES; i++) {
    g_clear_error (&save->error);
    g_free (save->name);
    save->name = dup_name (save, i);
    if (lseek (fd, 0, SEEK_SET) == 0 &&
        (peg_place_write (&(PegPlaceWrite) {
           .folder = self->folder, .name = save->name, .source = fd, .sha256 = sha256,
           .tag = self->tag, .now_us = save->created_us,
         }, NULL, &save->error) ||
         !g_error_matches (save->error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED)))
      break;
  }
  close (fd);
}

static void
written (PegWorkingFolder *self,
         gpointer          data)
{
  const Save *save = *(Save **) data;
  g_autofree char *text = NULL;

  g_hash_table_remove (self->busy, save->key);
  if (save->error != NULL) {
    peg_say (self->store, PEG_NOTICE_ERROR, save->key, save->error->message, NULL);
    return;
  }

  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_("It is in the working folder as “%s”, and still kept here."), save->name);
  peg_say (self->store, PEG_NOTICE_DONE, save->key, text, NULL);
}

static void
spooled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Save) save = user_data;
  PegWorkingFolder *self = save->self;
  g_autoptr (GError) error = NULL;
  Save **data;

  peg_link_draft_finish (PEG_LINK (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (error != NULL) {
    g_hash_table_remove (self->busy, save->key);
    peg_say (self->store, PEG_NOTICE_ERROR, save->key, error->message, NULL);
    return;
  }

  data = g_new (Save *, 1);
  *data = g_steal_pointer (&save);
  peg_working_folder_run (self, write_thread, data, holder_free, written);
}

/**
 * peg_working_folder_save_draft:
 * @self: a working folder
 * @id: the identity of a check-in of the person at this client that the server does not
 *   have
 *
 * Puts its bytes into the folder, under a name of their own that nothing has. It stays
 * where it is, too.
 */
void
peg_working_folder_save_draft (PegWorkingFolder *self,
                               const char       *id)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;
  const PegDraft *draft;
  Save *save;

  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));
  g_return_if_fail (id != NULL);

  snapshot = peg_store_dup_snapshot (self->store);
  draft = peg_snapshot_find_draft (snapshot, id);

  /* Whoever asked is told in any case, or they would wait for it. */
  if (self->demo || draft == NULL) {
    peg_say (self->store, PEG_NOTICE_ERROR, draft != NULL ? draft->key : NULL,
             _("This is not among the unsent work any more."), NULL);
    return;
  }
  if (!g_hash_table_add (self->busy, g_strdup (draft->key))) {
    /* Translators: %s is the name of a file. */
    g_autofree char *text = g_strdup_printf (_("“%s” is being sent just now. Wait until that is over."),
                                             draft->filename);

    peg_say (self->store, PEG_NOTICE_ERROR, draft->key, text, NULL);
    return;
  }

  save = g_new0 (Save, 1);
  save->self = g_object_ref (self);
  save->key = g_strdup (draft->key);
  save->filename = g_strdup (draft->filename);
  save->created_us = draft->created_us;
  save->spool = peg_working_folder_make_spool (self, &error);
  if (save->spool == NULL) {
    g_hash_table_remove (self->busy, save->key);
    peg_say (self->store, PEG_NOTICE_ERROR, save->key, error->message, NULL);
    save_free (save);
    return;
  }

  file = g_file_new_for_path (save->spool);
  peg_link_draft_async (self->link, PEG_LINK_DRAFT_SAVE, id, file, self->cancellable, spooled_cb,
                        save);
}
