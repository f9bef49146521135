/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-working-folder-actions"

#include "peg-config.h"

#include "peg-working-folder.h"

#include "peg-say.h"
#include "peg-words.h"
#include "peg-working-folder-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How bytes go from the working folder to the server, and what people can do. */

/*
 * peg_working_folder_dup_key:
 * @key: of a file, or its path
 *
 * Returns: (transfer full): the key
 */
char *
peg_working_folder_dup_key (PegWorkingFolder *self,
                            const char       *key)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, key);

  return g_strdup (entry != NULL ? peg_entry_get_key (entry) : key);
}

/*
 * peg_working_folder_dup_path:
 * @key: of a file
 *
 * Returns: (transfer full): what tells it from others of its name, for people
 */
char *
peg_working_folder_dup_path (PegWorkingFolder *self,
                             const char       *key)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, key);

  if (entry == NULL)
    return g_strdup (_("which the server does not have any more"));
  if (peg_entry_get_path (entry) != NULL)
    return g_strdup (peg_entry_get_path (entry));

  return g_strconcat (peg_entry_get_group (entry), "/", peg_entry_get_filename (entry), NULL);
}

typedef struct {
  PegWorkingFolder *self; /* (owned) */
  char *key;
  char *filename;
  char *name;    /* in the folder */
  char *comment;
  char *user;    /* (nullable): who asked for it */
  gboolean major;
  int before_major; /* the revision that is checked in over; -1: it has none */
  int before_minor;
  char *spool;   /* (nullable): the path of the copy that is sent */
  char *sha256;  /* (nullable): of it */
  gint64 size;
  GError *error; /* (nullable) */
} CheckIn;

static void
check_in_free (CheckIn *check_in)
{
  if (check_in->spool != NULL)
    peg_working_folder_drop_spool (check_in->spool);

  g_free (check_in->key);
  g_free (check_in->filename);
  g_free (check_in->name);
  g_free (check_in->comment);
  g_free (check_in->user);
  g_free (check_in->spool);
  g_free (check_in->sha256);
  g_clear_error (&check_in->error);
  g_clear_object (&check_in->self);
  g_free (check_in);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckIn, check_in_free)

static void
end (CheckIn        *check_in,
     PegNoticeLevel  level,
     const char     *text)
{
  g_hash_table_remove (check_in->self->busy, check_in->key);
  peg_say (check_in->self->store, level, check_in->key, text, NULL);
}

/* The server has what is in the folder, though its list may not show that yet. */
static void
remember (CheckIn *check_in)
{
  PegWorkingFolder *self = check_in->self;
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, check_in->key);
  const char *sha256 = entry != NULL ? peg_entry_get_sha256 (entry) : NULL;
  PegHeld *held = g_hash_table_lookup (self->held, check_in->key);

  /* When it does, what is there is what the server has. Until then it would look old. */
  if (held != NULL && sha256 != NULL && !g_str_equal (sha256, check_in->sha256)) {
    peg_working_folder_look (self);
    return;
  }

  peg_working_folder_set_record (self, &(PegCopyRecord) {
    .key = check_in->key,
    .name = check_in->name,
    .sha256 = check_in->sha256,
    .size = check_in->size,
    .major = -1,
    .minor = -1,
  });

  held = g_hash_table_lookup (self->held, check_in->key);
  held->awaits = TRUE;
  held->before_major = check_in->before_major;
  held->before_minor = check_in->before_minor;
}

static void
checked_in_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (CheckIn) check_in = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const gboolean done = peg_link_check_in_finish (PEG_LINK (source), result, &error);

  if (g_cancellable_is_cancelled (check_in->self->cancellable))
    return;

  if (done) {
    /* Translators: %s is the name of a file. */
    text = g_strdup_printf (_("Checked in %s"), check_in->filename);
    remember (check_in);
    end (check_in, PEG_NOTICE_DONE, text);
  } else if (g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT)) {
    /* Nothing is wrong; it only takes longer. */
    end (check_in, PEG_NOTICE_INFO, error->message);
  } else {
    end (check_in, PEG_NOTICE_ERROR, error->message);
  }
}

static void
read_thread (PegWorkingFolder *self,
             gpointer          data)
{
  CheckIn *check_in = *(CheckIn **) data;
  int fd;

  check_in->spool = peg_working_folder_make_spool (self, &check_in->error);
  if (check_in->spool == NULL)
    return;

  fd = g_open (check_in->spool, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0)
    check_in->sha256 = peg_place_read (self->folder, check_in->name, fd, &check_in->size,
                                       &check_in->error);
  if (fd < 0 || (close (fd) != 0 && check_in->error == NULL))
    g_set_error (&check_in->error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_FAILED,
                 /* Translators: %s is the name of a file. */
                 _("“%s” cannot be copied to this computer for sending. Is its disk full?"),
                 check_in->spool);
}

/* What would undo what somebody else has done is not sent. */
static char *
dup_why_not (CheckIn *check_in)
{
  PegWorkingFolder *self = check_in->self;
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, check_in->key);
  const PegHeld *held = g_hash_table_lookup (self->held, check_in->key);
  const PegCopyFacts facts = {
    .there = PEG_COPY_THERE_FILE,
    .sha256 = check_in->sha256,
    .size = check_in->size,
  };

  if (check_in->error != NULL)
    return g_strdup (check_in->error->message);

  /* Reading takes a while. What one person began is never sent as the next one’s. */
  if (g_strcmp0 (check_in->user, peg_link_get_user (self->link)) != 0)
    /* Translators: the name of a person, and that of a file. */
    return g_strdup_printf (_("%s was gone before the check-in of %s could be sent. The file is in the working folder as it was; check it in again."),
                            check_in->user, check_in->filename);

  if (held != NULL && peg_copy_decide (held->record, &facts, entry) == PEG_COPY_OLD)
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_("“%s” in the working folder is an old revision that nobody changed: to check it in would undo what the server has. Send a copy there first."),
                            check_in->name);

  return NULL;
}

static void
read_done (PegWorkingFolder *self,
           gpointer          data)
{
  g_autoptr (CheckIn) check_in = g_steal_pointer ((CheckIn **) data);
  g_autofree char *why = dup_why_not (check_in);
  g_autoptr (GFile) file = NULL;

  if (why != NULL) {
    end (check_in, PEG_NOTICE_ERROR, why);
    return;
  }

  file = g_file_new_for_path (check_in->spool);
  peg_link_check_in_async (self->link, check_in->key, file, check_in->comment, check_in->major,
                           self->cancellable, checked_in_cb, check_in);
  g_steal_pointer (&check_in);
}

static void
holder_free (gpointer data)
{
  CheckIn **holder = data;

  g_clear_pointer (holder, check_in_free);
  g_free (holder);
}

/**
 * peg_working_folder_check_in:
 * @self: a working folder
 * @key: of a file that the person at this client has
 * @comment: what was done
 * @major: whether the first number of the revision grows, instead of the second
 *
 * Gives a file back with what is in the folder. A copy of that is sent, the way every
 * other check-in is, so that what is done in the folder meanwhile does not matter.
 */
void
peg_working_folder_check_in (PegWorkingFolder *self,
                             const char       *key,
                             const char       *comment,
                             gboolean          major)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  const PegEntry *entry;
  const PegHeld *held, *holder;
  CheckIn *check_in;
  CheckIn **data;

  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (comment != NULL);

  snapshot = peg_store_dup_snapshot (self->store);
  entry = peg_snapshot_find (snapshot, key);
  if (self->demo || entry == NULL || !g_hash_table_add (self->busy, g_strdup (peg_entry_get_key (entry))))
    return;

  key = peg_entry_get_key (entry);
  held = g_hash_table_lookup (self->held, key);
  check_in = g_new0 (CheckIn, 1);
  check_in->self = g_object_ref (self);
  check_in->key = g_strdup (key);
  check_in->filename = g_strdup (peg_entry_get_filename (entry));
  check_in->name = held != NULL ? g_strdup (held->record->name)
                                : peg_words_safe_name (check_in->filename);
  check_in->comment = g_strdup (comment);
  check_in->user = g_strdup (peg_link_get_user (self->link));
  check_in->major = major;
  peg_entry_get_revision (entry, &check_in->before_major, &check_in->before_minor);

  holder = peg_working_folder_find_name (self, check_in->name);
  if (holder != NULL && !g_str_equal (holder->record->key, key)) {
    g_autofree char *other = peg_working_folder_dup_path (self, holder->record->key);

    g_set_error (&check_in->error, PEG_PLACE_ERROR, PEG_PLACE_ERROR_OCCUPIED,
                 /* Translators: the name of a file, and which other file that is. */
                 _("“%s” in the working folder is another file of that name, %s. It is not checked in as this one."),
                 check_in->name, other);
  }

  if (check_in->error != NULL) {
    end (check_in, PEG_NOTICE_ERROR, check_in->error->message);
    check_in_free (check_in);
    return;
  }

  data = g_new (CheckIn *, 1);
  *data = check_in;
  peg_working_folder_run (self, read_thread, data, holder_free, read_done);
}

/**
 * peg_working_folder_released:
 * @self: a working folder
 * @key: of a file that the person at this client has just released
 *
 * Leaves the copy as it is, and says so if it was changed.
 */
void
peg_working_folder_released (PegWorkingFolder *self,
                             const char       *key)
{
  g_autofree char *own_key = NULL;

  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));
  g_return_if_fail (key != NULL);

  own_key = peg_working_folder_dup_key (self, key);
  if (!g_hash_table_contains (self->held, own_key))
    return;

  g_hash_table_add (self->released, g_steal_pointer (&own_key));
  peg_working_folder_look (self);
}

static void
copy_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  peg_working_folder_copy (user_data, g_variant_get_string (parameter, NULL));
}

static void
save_draft_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  peg_working_folder_save_draft (user_data, g_variant_get_string (parameter, NULL));
}

static void
answer_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  const char *key;
  gboolean replace;

  g_variant_get (parameter, "(&sb)", &key, &replace);
  peg_working_folder_answer (user_data, key, replace);
}

static void
check_in_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  const char *key, *comment;
  gboolean major;

  g_variant_get (parameter, "(&s&sb)", &key, &comment, &major);
  peg_working_folder_check_in (user_data, key, comment, major);
}

static const GActionEntry entries[] = {
  { .name = "copy-here", .parameter_type = "s", .activate = copy_cb },
  { .name = "copy-answer", .parameter_type = "(sb)", .activate = answer_cb },
  { .name = "save-draft-here", .parameter_type = "s", .activate = save_draft_cb },
  { .name = "check-in-here", .parameter_type = "(ssb)", .activate = check_in_cb },
};

/**
 * peg_working_folder_add_actions:
 * @self: a working folder
 * @actions: where to put the actions; must not outlive @self
 *
 * Adds what people can do with the folder: `copy-here` with the key of a file,
 * `copy-answer` with the key and whether to replace, `check-in-here` with the key, what
 * was done, and whether the first number of the revision grows, `save-draft-here` with the
 * identity of a check-in that the server does not have.
 */
void
peg_working_folder_add_actions (PegWorkingFolder *self,
                                GActionMap       *actions)
{
  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));

  g_action_map_add_action_entries (actions, entries, G_N_ELEMENTS (entries), self);
}

/**
 * peg_working_folder_set_demo:
 * @self: a working folder
 * @demo: whether the server is the demo shop
 *
 * What a machine reads is never replaced by a program out of the demo shop.
 */
void
peg_working_folder_set_demo (PegWorkingFolder *self,
                             gboolean          demo)
{
  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));

  self->demo = demo;
}

/**
 * peg_working_folder_new_for_site:
 * @store: where events go
 * @link: the way to the server
 * @site: what the shop laid down for this computer
 *
 * Returns: (transfer full) (nullable): the working folder of this station; %NULL: it has
 *   none
 */
PegWorkingFolder *
peg_working_folder_new_for_site (PegStore *store,
                                 PegLink  *link,
                                 PegSite  *site)
{
  const char *folder = peg_site_get_string (site, PEG_SITE_STATION_WORKING_FOLDER);
  g_autoptr (PegClock) clock = NULL;
  g_autofree char *state = NULL;

  if (folder == NULL || !g_path_is_absolute (folder))
    return NULL;

  clock = peg_system_clock_new ();
  state = g_build_filename (g_get_user_state_dir (), "pegboard", "working-folder", NULL);

  return peg_working_folder_new (store, link, clock, folder, state);
}
