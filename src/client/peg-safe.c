/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-safe"

#include "peg-config.h"

#include "peg-safe.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* What the view is kept as; more than this was not written by us, bytes. */
#define MAX_SIZE (64 * 1024)

/**
 * PegSafe:
 *
 * What brings a terminal back to where it was after a crash. What a person looks at
 * is in a file as long as the program runs; an end that somebody wanted removes it.
 * So whoever finds the file follows a crash.
 *
 * Nothing of a person is in it: who was signed in is signed out.
 */
struct _PegSafe
{
  GObject parent_instance;

  char *path;               /* (owned) (not nullable) */
  GVariant *written;        /* (owned) (nullable) */
  PegSafeViewFunc get_view; /* (nullable) */
  gpointer user_data;
  guint write_id;
};

G_DEFINE_FINAL_TYPE (PegSafe, peg_safe, G_TYPE_OBJECT)

static gboolean
write_cb (gpointer user_data)
{
  PegSafe *self = PEG_SAFE (user_data);
  g_autoptr (GVariant) view = self->get_view (self->user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  self->write_id = 0;
  if (view == NULL)
    return G_SOURCE_REMOVE;

  if (self->written != NULL && g_variant_equal (view, self->written))
    return G_SOURCE_REMOVE;

  text = g_variant_print (view, TRUE);
  /* A power cut may lose it; half of it must not be there. */
  if (!g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_info ("What is looked at is not remembered: %s", error->message);

  g_clear_pointer (&self->written, g_variant_unref);
  self->written = g_steal_pointer (&view);

  return G_SOURCE_REMOVE;
}

static void
peg_safe_dispose (GObject *object)
{
  PegSafe *self = PEG_SAFE (object);

  g_clear_handle_id (&self->write_id, g_source_remove);
  self->get_view = NULL;

  G_OBJECT_CLASS (peg_safe_parent_class)->dispose (object);
}

static void
peg_safe_finalize (GObject *object)
{
  PegSafe *self = PEG_SAFE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->written, g_variant_unref);

  G_OBJECT_CLASS (peg_safe_parent_class)->finalize (object);
}

static void
peg_safe_class_init (PegSafeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_safe_dispose;
  G_OBJECT_CLASS (klass)->finalize = peg_safe_finalize;
}

static void
peg_safe_init (PegSafe *self)
{
}

/**
 * peg_safe_new:
 * @path: (not nullable): where the view is kept; its folder is made when it is missing
 *
 * Returns: (transfer full): what remembers the view
 */
PegSafe *
peg_safe_new (const char *path)
{
  PegSafe *self = g_object_new (PEG_TYPE_SAFE, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  self->path = g_strdup (path);
  if (g_mkdir_with_parents (folder, 0700) < 0)
    g_info ("Cannot make “%s”: %s", folder, g_strerror (errno));

  return self;
}

/**
 * peg_safe_dup_view:
 * @self: what remembers the view
 *
 * Returns: (transfer full) (nullable): what was looked at when the program crashed,
 *   `a{sv}`; %NULL: it did not, or nothing of use is left
 */
GVariant *
peg_safe_dup_view (PegSafe *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GVariant) view = NULL;
  gsize length = 0;

  g_return_val_if_fail (PEG_IS_SAFE (self), NULL);

  if (!g_file_get_contents (self->path, &text, &length, NULL) || length > MAX_SIZE)
    return NULL;

  view = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, text + length, NULL, NULL);
  if (view == NULL)
    g_info ("“%s” is damaged: the view begins anew", self->path);

  return g_steal_pointer (&view);
}

/**
 * peg_safe_watch:
 * @self: what remembers the view
 * @get_view: asked for what a person looks at
 * @user_data: for @get_view
 */
void
peg_safe_watch (PegSafe         *self,
                PegSafeViewFunc  get_view,
                gpointer         user_data)
{
  g_return_if_fail (PEG_IS_SAFE (self));
  g_return_if_fail (get_view != NULL);

  self->get_view = get_view;
  self->user_data = user_data;
  peg_safe_note (self);
}

/**
 * peg_safe_note:
 * @self: what remembers the view
 *
 * Something may look different: it is asked for and written, at most once in
 * %PEG_SAFE_PACE_MS.
 */
void
peg_safe_note (PegSafe *self)
{
  g_return_if_fail (PEG_IS_SAFE (self));

  if (self->write_id == 0 && self->get_view != NULL)
    self->write_id = g_timeout_add (PEG_SAFE_PACE_MS, write_cb, self);
}

/**
 * peg_safe_end:
 * @self: what remembers the view
 *
 * The program ends because somebody wants it to: the next start is a new one.
 */
void
peg_safe_end (PegSafe *self)
{
  g_return_if_fail (PEG_IS_SAFE (self));

  g_clear_handle_id (&self->write_id, g_source_remove);
  self->get_view = NULL;
  if (g_unlink (self->path) < 0 && errno != ENOENT)
    g_info ("Cannot remove “%s”: %s", self->path, g_strerror (errno));
}

/**
 * peg_safe_get_code:
 * @argc: how many words are in @argv
 * @argv: (array length=argc): the command line
 *
 * Looks for safe mode before GTK reads the command line, because GTK must not have
 * begun when it is told how to draw.
 *
 * Returns: (transfer none) (nullable): the code that safe mode was started with;
 *   %NULL: it was not
 */
const char *
peg_safe_get_code (int                 argc,
                   const char * const *argv)
{
  for (int i = 1; i < argc; i++) {
    if (g_str_has_prefix (argv[i], "--safe-mode="))
      return argv[i] + strlen ("--safe-mode=");
    if (g_str_equal (argv[i], "--safe-mode") && i + 1 < argc)
      return argv[i + 1];
  }

  return NULL;
}

/**
 * peg_safe_draw_plain:
 *
 * Makes GTK draw with Cairo, without OpenGL, whatever the computer has and whatever
 * anybody said. Called before GTK begins and before there is another thread.
 *
 * Returns: %TRUE
 */
gboolean
peg_safe_draw_plain (void)
{
  return g_setenv ("GDK_DEBUG", "gl-disable", TRUE) && g_setenv ("GSK_RENDERER", "cairo", TRUE);
}

/* Removes what was put aside before. What cannot be removed stays. */
static void
remove_tree (GFile *file)
{
  g_autoptr (GFileEnumerator) children =
    g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME,
                               G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;

  while (children != NULL && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) &&
         child != NULL)
    remove_tree (child);

  g_file_delete (file, NULL, NULL);
}

/**
 * peg_safe_put_aside:
 * @folder: what may be the reason of crashes, and can be had again: the cache
 * @error: return location for a #GError
 *
 * Renames @folder to “@folder.aside”, for whoever looks for the reason. What was put
 * aside before goes: it is older. Nothing happens when there is no @folder.
 *
 * Errors are of %G_FILE_ERROR, with a message for the log.
 *
 * Returns: whether @folder is out of the way
 */
gboolean
peg_safe_put_aside (const char  *folder,
                    GError     **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GFile) aside = NULL;
  int code;

  g_return_val_if_fail (folder != NULL, FALSE);

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return TRUE;

  name = g_strconcat (folder, ".aside", NULL);
  aside = g_file_new_for_path (name);
  remove_tree (aside);
  if (g_rename (folder, name) == 0)
    return TRUE;

  code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
               "Cannot put “%s” aside: %s", folder, g_strerror (code));

  return FALSE;
}
