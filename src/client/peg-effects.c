/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-effects"

#include "peg-config.h"

#include "peg-effects.h"

#include "peg-graphics.h"
#include "peg-say.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/**
 * PegEffects:
 *
 * What people do with files: actions of the application that become calls to the
 * server, and answers that become events. It holds no state that is shown.
 */
struct _PegEffects
{
  GObject parent_instance;

  PegStore *store;           /* (owned) */
  PegLink *link;             /* (owned) */
  PegWorkingFolder *folder;  /* (owned) (nullable): of this station */
  GCancellable *cancellable; /* (owned): cancelled when this goes */
};

G_DEFINE_FINAL_TYPE (PegEffects, peg_effects, G_TYPE_OBJECT)

/* One action under way. */
typedef struct {
  PegEffects *effects; /* (owned) */
  char *key;           /* (owned) (not nullable) */
  char *name;          /* (owned) (not nullable): of the file, for people */
  char *user;          /* (owned) (nullable): who asked for it */
  GFile *destination;  /* (owned) (nullable) */
} Call;

static void
call_free (Call *call)
{
  g_clear_object (&call->effects);
  g_clear_object (&call->destination);
  g_clear_pointer (&call->key, g_free);
  g_clear_pointer (&call->name, g_free);
  g_clear_pointer (&call->user, g_free);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static Call *
call_new (PegEffects *self,
          const char *key)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const PegEntry *entry = peg_snapshot_find (snapshot, key);
  Call *call = g_new0 (Call, 1);

  call->effects = g_object_ref (self);
  call->key = g_strdup (key);
  call->user = g_strdup (peg_link_get_user (self->link));
  call->name = g_strdup (entry != NULL ? peg_entry_get_filename (entry) : key);

  return call;
}

/* Where people take turns, what one of them began is not told to the next: they could
 * not know what it is about, and would be offered to undo it. */
static void
say (Call           *call,
     PegNoticeLevel  level,
     const char     *text,
     const char     *undo)
{
  PegLink *link = call->effects->link;

  if (peg_link_is_shared (link) && g_strcmp0 (call->user, peg_link_get_user (link)) != 0)
    return;

  peg_say (call->effects->store, level, call->key, text, undo);
}

static void
say_error (Call         *call,
           const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  say (call, PEG_NOTICE_ERROR, error->message, NULL);
}

static void
checked_out_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!peg_link_check_out_finish (PEG_LINK (source), result, &error)) {
    say_error (call, error);
    return;
  }

  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_("Checked out %s"), call->name);
  say (call, PEG_NOTICE_DONE, text, "app.release");
  if (call->effects->folder != NULL)
    peg_working_folder_checked_out (call->effects->folder, call->key);
}

static void
check_out_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  const char *key, *reason;

  g_variant_get (parameter, "(&s&s)", &key, &reason);
  peg_link_check_out_async (self->link, key, *reason != '\0' ? reason : NULL, self->cancellable,
                            checked_out_cb, call_new (self, key));
}

static void
released_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!peg_link_release_finish (PEG_LINK (source), result, &error)) {
    say_error (call, error);
    return;
  }

  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_("Released %s"), call->name);
  say (call, PEG_NOTICE_DONE, text, NULL);
  if (call->effects->folder != NULL)
    peg_working_folder_released (call->effects->folder, call->key);
}

static void
release_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  const char *key = g_variant_get_string (parameter, NULL);

  peg_link_release_async (self->link, key, self->cancellable, released_cb, call_new (self, key));
}

static void
checked_in_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!peg_link_check_in_finish (PEG_LINK (source), result, &error)) {
    /* Nothing is wrong; it only takes longer. */
    if (g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT))
      say (call, PEG_NOTICE_INFO, error->message, NULL);
    else
      say_error (call, error);
    return;
  }

  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_("Checked in %s"), call->name);
  say (call, PEG_NOTICE_DONE, text, NULL);
}

static void
check_in_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  g_autoptr (GFile) file = NULL;
  const char *key, *path, *comment;
  gboolean major;

  g_variant_get (parameter, "(&s&s&sb)", &key, &path, &comment, &major);
  file = g_file_new_for_path (path);
  peg_link_check_in_async (self->link, key, file, comment, major, self->cancellable,
                           checked_in_cb, call_new (self, key));
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  g_autofree char *text = NULL;

  if (!peg_link_download_finish (PEG_LINK (source), result, &error)) {
    say_error (call, error);
    return;
  }

  where = g_file_get_parse_name (call->destination);
  /* Translators: the name of a file, and where a copy of it is now. */
  text = g_strdup_printf (_("Saved a copy of %s as %s"), call->name, where);
  say (call, PEG_NOTICE_DONE, text, NULL);
}

static void
save (PegEffects *self,
      const char *key,
      const char *hash,
      const char *destination)
{
  Call *call = call_new (self, key);

  call->destination = g_file_new_for_path (destination);
  peg_link_download_async (self->link, key, hash, call->destination, self->cancellable,
                           saved_cb, call);
}

static void
save_copy_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  const char *key, *destination;

  g_variant_get (parameter, "(&s&s)", &key, &destination);
  save (PEG_EFFECTS (user_data), key, NULL, destination);
}

static void
download_revision_cb (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  const char *key, *hash, *destination;

  g_variant_get (parameter, "(&s&s&s)", &key, &hash, &destination);
  save (PEG_EFFECTS (user_data), key, hash, destination);
}

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &error))
    return;

  /* Translators: the name of a file, and what went wrong. */
  text = g_strdup_printf (_("No program could open %s: %s. “Save a copy” puts it where you want it."),
                          call->name, error->message);
  say (call, PEG_NOTICE_ERROR, text, NULL);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAppLaunchContext) context = g_app_launch_context_new ();
  g_autofree char *uri = NULL;
  GCancellable *cancellable = call->effects->cancellable;

  if (!peg_link_download_finish (PEG_LINK (source), result, &error)) {
    say_error (call, error);
    return;
  }

  /* It is a copy to look at; one that could be written would look as if what is
   * changed in it came back by itself. */
  g_chmod (g_file_peek_path (call->destination), S_IRUSR);
  uri = g_file_get_uri (call->destination);
  peg_graphics_clean_context (context);
  g_app_info_launch_default_for_uri_async (uri, context, cancellable, launched_cb,
                                           g_steal_pointer (&call));
}

static void
open_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  const char *key = g_variant_get_string (parameter, NULL);
  Call *call = call_new (self, key);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  g_autofree char *name = peg_words_safe_name (call->name);
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "pegboard", "open", hash,
                                              NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    /* Translators: %s is the name of a folder. */
    g_autofree char *text = g_strdup_printf (_("The folder “%s” cannot be made. Is the disk full?"),
                                             folder);

    peg_say (self->store, PEG_NOTICE_ERROR, key, text, NULL);
    call_free (call);
    return;
  }

  call->destination = g_file_new_for_path (path);
  peg_link_download_async (self->link, key, NULL, call->destination, self->cancellable,
                           fetched_cb, call);
}

static void
history_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GPtrArray) revisions = NULL;
  g_autoptr (GError) error = NULL;

  /* The link has told the store already, whatever came. */
  revisions = peg_link_history_finish (PEG_LINK (source), result, &error);
  if (revisions == NULL)
    g_debug ("No history: %s", error->message);
}

static void
show_history_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  const char *key = g_variant_get_string (parameter, NULL);

  if (*key == '\0') {
    peg_store_dispatch (self->store, &(PegEvent) { .kind = PEG_EVENT_HISTORY });
    return;
  }

  peg_link_history_async (self->link, key, self->cancellable, history_cb, NULL);
}

static void
acknowledged_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;

  if (!peg_link_acknowledge_finish (PEG_LINK (source), result, &error))
    say_error (call, error);
}

static void
acknowledge_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  const char *note = g_variant_get_string (parameter, NULL);

  peg_link_acknowledge_async (self->link, note, self->cancellable, acknowledged_cb,
                              call_new (self, note));
}

static void
hide_work_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegEffects *self = PEG_EFFECTS (user_data);
  const char *key;
  gboolean has_id;

  g_variant_get (parameter, "(&sb)", &key, &has_id);
  peg_store_dispatch (self->store, &(PegEvent) {
    .kind = PEG_EVENT_PROGRESS,
    .progress = {
      .id = has_id ? key : NULL,
      .file = !has_id ? key : NULL,
      .state = PEG_WORK_HIDDEN,
    },
  });
}

static void
draft_done_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  g_autofree char *text = NULL;

  if (!peg_link_draft_finish (PEG_LINK (source), result, &error)) {
    if (g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT))
      say (call, PEG_NOTICE_INFO, error->message, NULL);
    else
      say_error (call, error);
    return;
  }

  if (call->destination == NULL)
    return;

  where = g_file_get_parse_name (call->destination);
  /* Translators: the name of a file, and where a copy of it is now. */
  text = g_strdup_printf (_("Saved a copy of %s as %s"), call->name, where);
  say (call, PEG_NOTICE_DONE, text, NULL);
}

static void
do_with_draft (PegEffects   *self,
               PegLinkDraft  what,
               const char   *id,
               GFile        *destination)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);
  const char *key = id;
  Call *call;

  for (guint i = 0; i < drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);

    if (g_str_equal (draft->id, id))
      key = draft->key;
  }

  call = call_new (self, key);
  if (destination != NULL)
    call->destination = g_object_ref (destination);
  peg_link_draft_async (self->link, what, id, destination, self->cancellable, draft_done_cb, call);
}

static void
draft_send_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  do_with_draft (PEG_EFFECTS (user_data), PEG_LINK_DRAFT_SEND,
                 g_variant_get_string (parameter, NULL), NULL);
}

static void
draft_arrived_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  do_with_draft (PEG_EFFECTS (user_data), PEG_LINK_DRAFT_ARRIVED,
                 g_variant_get_string (parameter, NULL), NULL);
}

static void
draft_discard_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  do_with_draft (PEG_EFFECTS (user_data), PEG_LINK_DRAFT_DISCARD,
                 g_variant_get_string (parameter, NULL), NULL);
}

static void
draft_save_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  g_autoptr (GFile) file = NULL;
  const char *id, *path;

  g_variant_get (parameter, "(&s&s)", &id, &path);
  file = g_file_new_for_path (path);
  do_with_draft (PEG_EFFECTS (user_data), PEG_LINK_DRAFT_SAVE, id, file);
}

static const GActionEntry entries[] = {
  { .name = "check-out", .parameter_type = "(ss)", .activate = check_out_cb },
  { .name = "check-in", .parameter_type = "(sssb)", .activate = check_in_cb },
  { .name = "release", .parameter_type = "s", .activate = release_cb },
  { .name = "save-copy", .parameter_type = "(ss)", .activate = save_copy_cb },
  { .name = "download-revision", .parameter_type = "(sss)", .activate = download_revision_cb },
  { .name = "open", .parameter_type = "s", .activate = open_cb },
  { .name = "history", .parameter_type = "s", .activate = show_history_cb },
  { .name = "acknowledge", .parameter_type = "s", .activate = acknowledge_cb },
  { .name = "draft-send", .parameter_type = "s", .activate = draft_send_cb },
  { .name = "draft-arrived", .parameter_type = "s", .activate = draft_arrived_cb },
  { .name = "draft-discard", .parameter_type = "s", .activate = draft_discard_cb },
  { .name = "draft-save", .parameter_type = "(ss)", .activate = draft_save_cb },
  { .name = "hide-work", .parameter_type = "(sb)", .activate = hide_work_cb },
};

static void
peg_effects_dispose (GObject *object)
{
  PegEffects *self = PEG_EFFECTS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->folder);
  g_clear_object (&self->link);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (peg_effects_parent_class)->dispose (object);
}

static void
peg_effects_class_init (PegEffectsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_effects_dispose;
}

static void
peg_effects_init (PegEffects *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * peg_effects_new:
 * @store: where events go
 * @link: the way to the server
 * @actions: where to put the actions on files; must not outlive the result
 *
 * Returns: (transfer full): new effects
 */
PegEffects *
peg_effects_new (PegStore   *store,
                 PegLink    *link,
                 GActionMap *actions)
{
  PegEffects *self = g_object_new (PEG_TYPE_EFFECTS, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  g_action_map_add_action_entries (actions, entries, G_N_ELEMENTS (entries), self);

  return self;
}

/**
 * peg_effects_set_working_folder:
 * @self: effects
 * @folder: (nullable): the working folder of this station
 *
 * From now on what is checked out goes there, too.
 */
void
peg_effects_set_working_folder (PegEffects       *self,
                                PegWorkingFolder *folder)
{
  g_return_if_fail (PEG_IS_EFFECTS (self));

  g_set_object (&self->folder, folder);
}
