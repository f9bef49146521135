/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site-look"

#include "peg-config.h"

#include "peg-site-look.h"

#include <glib/gi18n.h>

/* A look that goes on. The folder that a machine reads is often on a share, and a share
 * that is gone holds up whoever looks at it for minutes: a thread does, and nobody waits
 * for it for ever. */
typedef struct {
  PegSite *site;          /* (owned) */
  GCancellable *giving_up; /* (owned) */
  guint patience_id;      /* source id; 0: it is over */
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  g_clear_handle_id (&self->patience_id, g_source_remove);
  peg_site_unref (self->site);
  g_object_unref (self->giving_up);
  g_free (self);
}

static void
look_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  g_task_return_pointer (task, peg_site_check_files (task_data), (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
patience_cb (gpointer user_data)
{
  Look *self = user_data;

  self->patience_id = 0;
  g_cancellable_cancel (self->giving_up);

  return G_SOURCE_REMOVE;
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *self = g_task_get_task_data (task);
  g_autoptr (GStrvBuilder) wrong = g_strv_builder_new ();
  g_autoptr (GPtrArray) mistakes = g_task_propagate_pointer (G_TASK (result), NULL);
  const char *path = peg_site_get_path (self->site);

  g_clear_handle_id (&self->patience_id, g_source_remove);

  g_strv_builder_addv (wrong, (const char **) peg_site_get_wrong (self->site));
  for (guint i = 0; mistakes != NULL && i < mistakes->len; i++) {
    g_autofree char *text = peg_site_mistake_dup_text (mistakes->pdata[i], path);

    g_strv_builder_add (wrong, text);
  }
  /* Without a file there is nothing to wait for. */
  if (mistakes == NULL && path != NULL) {
    /* Translators: the path of a file. */
    g_autofree char *text =
      g_strdup_printf (_("A file or a folder that is named in “%s” does not answer. Look whether it is on a share that is gone."),
                       path);

    g_strv_builder_add (wrong, text);
  }

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_strv_builder_end (wrong), (GDestroyNotify) g_strfreev);
}

/**
 * peg_site_look_async:
 * @site: what the shop laid down
 * @patience_ms: how long to wait for its files, ms; see %PEG_SITE_LOOK_PATIENCE_MS
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks at the files and folders that @site names. It is done after @patience_ms at the
 * latest, whatever they are on.
 */
void
peg_site_look_async (PegSite             *site,
                     guint                patience_ms,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) thread = NULL;
  Look *self;

  g_return_if_fail (site != NULL);

  self = g_new0 (Look, 1);
  self->site = peg_site_ref (site);
  self->giving_up = g_cancellable_new ();
  self->patience_id = g_timeout_add (patience_ms, patience_cb, self);
  g_source_set_name_by_id (self->patience_id, "[peg] site files");
  g_task_set_source_tag (task, peg_site_look_async);
  g_task_set_task_data (task, self, look_free);

  thread = g_task_new (NULL, self->giving_up, looked_cb, task);
  g_task_set_source_tag (thread, peg_site_look_async);
  g_task_set_task_data (thread, peg_site_ref (site), (GDestroyNotify) peg_site_unref);
  g_task_set_return_on_cancel (thread, TRUE);
  g_task_run_in_thread (thread, look_in_thread);
}

/**
 * peg_site_look_finish:
 * @result: what the callback got
 * @error: return location: only that it was cancelled
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): everything that is wrong
 *   with the shop’s configuration and with what it names, a line each
 */
char **
peg_site_look_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
