/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-working-folder-fetch"

#include "peg-config.h"

#include "peg-working-folder.h"

#include "peg-say.h"
#include "peg-words.h"
#include "peg-working-folder-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How the newest bytes of a file come into the working folder: look what is there, fetch
 * them to this computer, look again and put them there. Whatever else changes meanwhile
 * begins it anew. */

/* How often it begins anew before a person is told. */
#define MAX_TRIES 4

typedef struct {
  char *key;
  char *filename;
  char *name;          /* in the folder */
  char *user;          /* (nullable): whose action this is */
  char *allowed;       /* (nullable): SHA-256 of what the person said may be replaced */
  gboolean checked_out;
  guint tries;

  /* What is there */
  PegPlaceStamp stamp;
  PegCopyFacts facts;
  GError *error;       /* (nullable) */

  /* What is to be there */
  char *known;         /* (nullable): SHA-256 of what may be replaced now */
  char *spool;         /* (nullable): the path of the bytes */
  char *expected;      /* (nullable): SHA-256 that the server says */
  char *sha256;        /* (nullable): of the bytes */
  gint64 size;
  int major;
  int minor;
  gint64 now_us;
  gboolean compares;   /* the server does not say what it has: only the bytes tell */
  gboolean written;
  char *kept;          /* (nullable): what was replaced */
} Fetch;

/* A step of it, on its way through a thread. */
typedef struct {
  PegWorkingFolder *self; /* (owned) */
  Fetch *fetch;           /* (owned) (nullable) */
} Step;

static void
fetch_free (Fetch *fetch)
{
  if (fetch->spool != NULL)
    peg_working_folder_drop_spool (fetch->spool);

  g_free (fetch->key);
  g_free (fetch->filename);
  g_free (fetch->name);
  g_free (fetch->user);
  g_free (fetch->allowed);
  g_free (fetch->facts.sha256);
  g_clear_error (&fetch->error);
  g_free (fetch->known);
  g_free (fetch->spool);
  g_free (fetch->expected);
  g_free (fetch->sha256);
  g_free (fetch->kept);
  g_free (fetch);
}

static void
step_free (Step *step)
{
  g_clear_pointer (&step->fetch, fetch_free);
  g_clear_object (&step->self);
  g_free (step);
}

static Step *
step_new (PegWorkingFolder *self,
          Fetch            *fetch)
{
  Step *step = g_new0 (Step, 1);

  step->self = g_object_ref (self);
  step->fetch = fetch;

  return step;
}

/*
 * peg_working_folder_make_spool:
 *
 * Returns: (transfer full) (nullable): the path for a file that does not exist, in a
 *   folder of its own
 */
char *
peg_working_folder_make_spool (PegWorkingFolder  *self,
                               GError           **error)
{
  g_autofree char *spool = g_build_filename (self->state_folder, "spool", NULL);
  g_autofree char *folder = g_build_filename (spool, "XXXXXX", NULL);

  if (g_mkdir_with_parents (spool, 0700) != 0 || g_mkdtemp_full (folder, 0700) == NULL) {
    g_set_error (error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: %s is the name of a folder. */
                 _("The folder “%s” cannot be written. Is the disk full?"), spool);
    return NULL;
  }

  return g_build_filename (folder, "bytes", NULL);
}

void
peg_working_folder_drop_spool (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
}

/* Ends it, with @fetch being freed by whoever holds it. */
static void
end (PegWorkingFolder *self,
     Fetch            *fetch)
{
  g_hash_table_remove (self->busy, fetch->key);
}

static void
fail (PegWorkingFolder *self,
      Fetch            *fetch,
      const char       *why)
{
  g_autofree char *text = NULL;

  if (fetch->checked_out)
    /* Translators: the name of a file, and one or two sentences of why. */
    text = g_strdup_printf (_("%s is checked out, but is not in the working folder. %s"),
                            fetch->filename, why);
  else
    text = g_strdup (why);

  peg_say (self->store, PEG_NOTICE_ERROR, fetch->key, text, NULL);
  end (self, fetch);
}

static void look_first (PegWorkingFolder *self,
                        Fetch            *fetch);

/* Something changed meanwhile. */
static void
try_again (PegWorkingFolder *self,
           Fetch            *fetch,
           const char       *why)
{
  if (++fetch->tries < MAX_TRIES)
    look_first (self, fetch);
  else {
    fail (self, fetch, why);
    fetch_free (fetch);
  }
}

static void
say_done (PegWorkingFolder *self,
          Fetch            *fetch)
{
  g_autofree char *text = NULL;

  if (fetch->kept != NULL)
    /* Translators: the name of a file, and under which name the one before is kept. */
    text = g_strdup_printf (_("“%s” is in the working folder now. What was there before is kept as “%s”."),
                            fetch->name, fetch->kept);
  else
    /* Translators: %s is the name of a file. */
    text = g_strdup_printf (_("“%s” is in the working folder now."), fetch->name);

  peg_say (self->store, PEG_NOTICE_DONE, fetch->key, text, NULL);
}

static void
finish (PegWorkingFolder *self,
        Fetch            *fetch)
{
  end (self, fetch);
  peg_working_folder_set_record (self, &(PegCopyRecord) {
    .key = fetch->key,
    .name = fetch->name,
    .sha256 = fetch->sha256,
    .size = fetch->size,
    .major = fetch->major,
    .minor = fetch->minor,
  });
  say_done (self, fetch);
}

/* Something is there that this program did not write. The person at the client is asked,
 * if it still is the one whose action this is. */
static void
ask (PegWorkingFolder *self,
     Fetch            *fetch)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, fetch->key);
  const PegHeld *holder = peg_working_folder_find_name (self, fetch->name);
  g_autofree char *other = NULL;
  PegCopyQuestion question = {
    .key = fetch->key,
    .filename = fetch->filename,
    .name = fetch->name,
    .found = PEG_COPY_FOUND_FOREIGN,
    .size = fetch->facts.size,
    .modified_us = fetch->facts.modified_us,
    .major = -1,
    .minor = -1,
  };

  if (holder != NULL && g_str_equal (holder->record->key, fetch->key)) {
    question.found = PEG_COPY_FOUND_CHANGED;
  } else if (holder != NULL) {
    question.found = PEG_COPY_FOUND_OTHER_FILE;
    question.other = other = peg_working_folder_dup_path (self, holder->record->key);
  }

  if (entry != NULL)
    peg_entry_get_revision (entry, &question.major, &question.minor);
  end (self, fetch);
  if (g_strcmp0 (fetch->user, self->user) == 0)
    peg_working_folder_ask (self, &question, fetch->facts.sha256, fetch->checked_out);
}

static void
put_thread (PegWorkingFolder *self,
            gpointer          data)
{
  Fetch *fetch = ((Step *) data)->fetch;
  const int fd = g_open (fetch->spool, O_RDONLY | O_CLOEXEC, 0);

  if (fd >= 0)
    fetch->sha256 = peg_place_hash_file (fd, &fetch->size);

  if (fetch->sha256 == NULL) {
    g_set_error (&fetch->error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: %s is the name of a file. */
                 _("“%s” came, but this computer cannot read what it wrote. See whether its disk is full."),
                 fetch->filename);
  } else if (fetch->compares) {
    fetch->written = g_strcmp0 (fetch->sha256, fetch->facts.sha256) == 0;
  } else if (fetch->expected == NULL || g_str_equal (fetch->expected, fetch->sha256)) {
    fetch->written = peg_place_write (&(PegPlaceWrite) {
      .folder = self->folder,
      .name = fetch->name,
      .source = fd,
      .sha256 = fetch->sha256,
      .known = fetch->known,
      .keep = fetch->allowed != NULL,
      .tag = self->tag,
      .now_us = fetch->now_us,
    }, &fetch->kept, &fetch->error);
  }

  if (fd >= 0)
    close (fd);
}

static void
put_done (PegWorkingFolder *self,
          gpointer          data)
{
  Fetch *fetch = g_steal_pointer (&((Step *) data)->fetch);

  if (fetch->written) {
    finish (self, fetch);
    fetch_free (fetch);
  } else if (fetch->compares && fetch->error == NULL) {
    ask (self, fetch);
    fetch_free (fetch);
  } else if (g_error_matches (fetch->error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED) ||
             fetch->error == NULL) {
    g_autofree char *why =
      g_strdup (fetch->error != NULL ? fetch->error->message
                                     : _("The server changes it all the time. Send a copy later."));

    try_again (self, fetch, why);
  } else {
    fail (self, fetch, fetch->error->message);
    fetch_free (fetch);
  }
}

static void
downloaded_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Step *step = user_data;
  PegWorkingFolder *self = step->self;
  Fetch *fetch = step->fetch;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  const PegEntry *entry;

  if (!peg_link_download_finish (PEG_LINK (source), result, &error) ||
      g_cancellable_is_cancelled (self->cancellable)) {
    if (!g_cancellable_is_cancelled (self->cancellable))
      fail (self, fetch, error->message);
    step_free (step);
    return;
  }

  snapshot = peg_store_dup_snapshot (self->store);
  entry = peg_snapshot_find (snapshot, fetch->key);
  fetch->major = fetch->minor = -1;
  if (entry != NULL) {
    fetch->expected = g_strdup (peg_entry_get_sha256 (entry));
    peg_entry_get_revision (entry, &fetch->major, &fetch->minor);
  }
  fetch->now_us = peg_clock_get_wall_us (self->clock);

  peg_working_folder_run (self, put_thread, step, (GDestroyNotify) step_free, put_done);
}

static void
download (PegWorkingFolder *self,
          Fetch            *fetch)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  fetch->spool = peg_working_folder_make_spool (self, &error);
  if (fetch->spool == NULL) {
    fail (self, fetch, error->message);
    fetch_free (fetch);
    return;
  }

  file = g_file_new_for_path (fetch->spool);
  peg_link_download_async (self->link, fetch->key, NULL, file, self->cancellable, downloaded_cb,
                           step_new (self, fetch));
}

/* A file is there: whether it may be replaced, need not be, or is to be asked about. */
static void
decide (PegWorkingFolder *self,
        Fetch            *fetch,
        const PegEntry   *entry)
{
  const PegHeld *holder = peg_working_folder_find_name (self, fetch->name);
  const gboolean own = holder != NULL && g_str_equal (holder->record->key, fetch->key);
  const gboolean other = holder != NULL && !own;
  const char *there = fetch->facts.sha256;

  if (!other && g_strcmp0 (there, peg_entry_get_sha256 (entry)) == 0) {
    /* Nothing is to be done. */
    fetch->sha256 = g_strdup (there);
    fetch->size = fetch->facts.size;
    peg_entry_get_revision (entry, &fetch->major, &fetch->minor);
    finish (self, fetch);
    fetch_free (fetch);
  } else if (g_strcmp0 (there, fetch->allowed) == 0 ||
             (own && g_str_equal (there, holder->record->sha256))) {
    fetch->known = g_strdup (there);
    download (self, fetch);
  } else if (!other && peg_entry_get_sha256 (entry) == NULL) {
    fetch->compares = TRUE;
    download (self, fetch);
  } else {
    ask (self, fetch);
    fetch_free (fetch);
  }
}

static void
look_thread (PegWorkingFolder *self,
             gpointer          data)
{
  Fetch *fetch = ((Step *) data)->fetch;

  peg_place_look (self->folder, fetch->name, fetch->now_us, &fetch->stamp, &fetch->facts,
                  &fetch->error);
}

static void
look_done (PegWorkingFolder *self,
           gpointer          data)
{
  Fetch *fetch = g_steal_pointer (&((Step *) data)->fetch);
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, fetch->key);
  g_autofree char *why = NULL;

  if (fetch->error != NULL)
    why = g_strdup (fetch->error->message);
  else if (entry == NULL)
    why = g_strdup (_("The server does not have it any more."));
  else if (fetch->facts.there == PEG_COPY_THERE_OTHER)
    /* Translators: the name of a file, and that of a folder, here and below. */
    why = g_strdup_printf (_("“%s” in the working folder “%s” is a folder, a link or a device, and no file. Remove it or rename it, then send a copy."),
                           fetch->name, self->folder);
  else if (fetch->facts.there == PEG_COPY_THERE_UNKNOWN)
    why = g_strdup_printf (_("“%s” in the working folder “%s” cannot be read, so nobody can tell whether it may be replaced. Ask whoever set the folder up."),
                           fetch->name, self->folder);

  if (why != NULL) {
    fail (self, fetch, why);
    fetch_free (fetch);
  } else if (fetch->facts.there == PEG_COPY_THERE_NOTHING) {
    download (self, fetch);
  } else {
    decide (self, fetch, entry);
  }
}

static void
look_first (PegWorkingFolder *self,
            Fetch            *fetch)
{
  fetch->compares = FALSE;
  g_clear_error (&fetch->error);
  if (fetch->spool != NULL)
    peg_working_folder_drop_spool (fetch->spool);
  g_clear_pointer (&fetch->spool, g_free);
  g_clear_pointer (&fetch->known, g_free);
  g_clear_pointer (&fetch->expected, g_free);
  g_clear_pointer (&fetch->sha256, g_free);
  g_clear_pointer (&fetch->kept, g_free);
  g_clear_pointer (&fetch->facts.sha256, g_free);

  fetch->now_us = peg_clock_get_wall_us (self->clock);
  peg_working_folder_run (self, look_thread, step_new (self, fetch), (GDestroyNotify) step_free,
                          look_done);
}

static void
begin (PegWorkingFolder *self,
       const char       *key,
       const char       *allowed,
       gboolean          checked_out)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, key);
  Fetch *fetch;

  /* What is under way already brings the newest. */
  if (self->demo || entry == NULL || !g_hash_table_add (self->busy, g_strdup (peg_entry_get_key (entry))))
    return;

  fetch = g_new0 (Fetch, 1);
  fetch->key = g_strdup (peg_entry_get_key (entry));
  fetch->filename = g_strdup (peg_entry_get_filename (entry));
  fetch->name = peg_words_safe_name (fetch->filename);
  fetch->user = g_strdup (peg_snapshot_get_user (snapshot));
  fetch->allowed = g_strdup (allowed);
  fetch->checked_out = checked_out;
  look_first (self, fetch);
}

/**
 * peg_working_folder_checked_out:
 * @self: a working folder
 * @key: of a file that the person at this client has just checked out
 *
 * Writes the newest bytes into the folder, or asks about what is there.
 */
void
peg_working_folder_checked_out (PegWorkingFolder *self,
                                const char       *key)
{
  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));
  g_return_if_fail (key != NULL);

  begin (self, key, NULL, TRUE);
}

/**
 * peg_working_folder_copy:
 * @self: a working folder
 * @key: of a file
 *
 * Likewise, for a file that nobody has to check out.
 */
void
peg_working_folder_copy (PegWorkingFolder *self,
                         const char       *key)
{
  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));
  g_return_if_fail (key != NULL);

  begin (self, key, NULL, FALSE);
}

/**
 * peg_working_folder_answer:
 * @self: a working folder
 * @key: of the file that was asked about
 * @replace: the answer
 *
 * Answers a question. An answer to what is not asked does nothing. What is replaced is
 * only what the question was about; if that has changed since, it is asked again.
 */
void
peg_working_folder_answer (PegWorkingFolder *self,
                           const char       *key,
                           gboolean          replace)
{
  g_autofree char *own_key = NULL;
  PegAsked *asked;

  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));
  g_return_if_fail (key != NULL);

  own_key = peg_working_folder_dup_key (self, key);
  asked = peg_working_folder_take_asked (self, own_key);
  if (asked == NULL)
    return;

  if (replace) {
    begin (self, asked->question.key, asked->sha256, asked->checked_out);
  } else {
    /* Translators: %s is the name of a file. */
    g_autofree char *text = g_strdup_printf (_("“%s” in the working folder stays as it is."),
                                             asked->question.name);

    peg_say (self->store, PEG_NOTICE_INFO, asked->question.key, text, NULL);
  }

  peg_asked_free (asked);
}
