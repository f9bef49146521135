/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-demo"

#include "peg-config.h"

#include "peg-demo.h"

#include "peg-graphics.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/**
 * PegDemo:
 *
 * A shop to try Pegboard on: a copy of the demo shop, served by the bundled
 * pegboardd on a free port of this computer. Both go when the object does.
 */
struct _PegDemo
{
  GObject parent_instance;

  char *folder;            /* (owned) (nullable): what the copy and the data are in */
  GSubprocess *server;     /* (owned) (nullable) */
  GDataInputStream *ready; /* (owned) (nullable): what the server prints */
  gboolean starting;
};

G_DEFINE_FINAL_TYPE (PegDemo, peg_demo, G_TYPE_OBJECT)

/* The server promises to end within this time; one that does not is killed. */
#define STOP_TIMEOUT_S 2

/* The bundled server: beside this program when it runs from where it was built,
 * else where it was installed. */
static char *
find_server (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  if (self != NULL) {
    g_autofree char *folder = g_path_get_dirname (self);
    g_autofree char *installed = g_build_filename (folder, "pegboardd", NULL);
    g_autofree char *built = g_build_filename (folder, "..", "server", "pegboardd", NULL);

    if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&installed);
    if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&built);
  }

  return g_build_filename (BINDIR, "pegboardd", NULL);
}

static char *
find_shop (void)
{
  const char *data = g_getenv ("PEGBOARD_DATA_DIR");

  return g_build_filename (data != NULL ? data : PKGDATADIR, "demo-shop", NULL);
}

static gboolean
copy_folder (GFile   *from,
             GFile   *to,
             GError **error)
{
  g_autoptr (GFileEnumerator) children = NULL;

  if (!g_file_make_directory_with_parents (to, NULL, error))
    return FALSE;

  children = g_file_enumerate_children (from,
                                        G_FILE_ATTRIBUTE_STANDARD_NAME ","
                                        G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                        G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, error);
  if (children == NULL)
    return FALSE;

  for (;;) {
    g_autoptr (GFile) copy = NULL;
    GFileInfo *info;
    GFile *child;

    if (!g_file_enumerator_iterate (children, &info, &child, NULL, error))
      return FALSE;
    if (info == NULL)
      return TRUE;

    copy = g_file_get_child (to, g_file_info_get_name (info));

    if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY) {
      if (!copy_folder (child, copy, error))
        return FALSE;
    } else if (!g_file_copy (child, copy, G_FILE_COPY_NONE, NULL, NULL, NULL, error)) {
      return FALSE;
    }
  }
}

/* Only ever called with the folder that peg_demo_start_async() made. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_folder (child);
    else
      g_unlink (child);
  }

  g_rmdir (path);
}

/* In the child, before it becomes the server: it ends with us, however we end. */
static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/**
 * peg_demo_parse_ready_line:
 * @line: the line that pegboardd prints when it is ready
 *
 * Returns: (transfer full) (nullable): the address in it
 */
char *
peg_demo_parse_ready_line (const char *line)
{
  const char *address, *end;

  g_return_val_if_fail (line != NULL, NULL);

  address = strstr (line, "http://");
  if (address == NULL)
    return NULL;

  end = strchr (address, ' ');

  return end != NULL ? g_strndup (address, (gsize) (end - address)) : g_strdup (address);
}

static void
ready_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *address = NULL;

  PEG_DEMO (g_task_get_source_object (task))->starting = FALSE;
  line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result,
                                                    NULL, &error);
  if (error != NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (line != NULL)
    address = peg_demo_parse_ready_line (line);

  if (address == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _("The server of the demo shop did not start"));
  else
    g_task_return_pointer (task, g_steal_pointer (&address), g_free);
}

static gboolean
start (PegDemo  *self,
       GError  **error)
{
  g_autofree char *server = find_server ();
  g_autofree char *shop = find_shop ();
  g_autofree char *root = NULL;
  g_autofree char *data = NULL;
  g_autoptr (GFile) from = g_file_new_for_path (shop);
  g_autoptr (GFile) to = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  self->folder = g_dir_make_tmp ("pegboard-demo-XXXXXX", error);
  if (self->folder == NULL)
    return FALSE;

  root = g_build_filename (self->folder, "shop", NULL);
  data = g_build_filename (self->folder, "data", NULL);
  to = g_file_new_for_path (root);
  if (!copy_folder (from, to, error))
    return FALSE;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  peg_graphics_clean_launcher (launcher);
  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  self->server = g_subprocess_launcher_spawn (launcher, error, server,
                                              "--root", root, "--data", data,
                                              "--listen", "127.0.0.1:0",
                                              "--name", _("Demo shop"), NULL);
  if (self->server == NULL)
    return FALSE;

  self->ready = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));

  return TRUE;
}

/**
 * peg_demo_start_async:
 * @self: a demo
 * @cancellable: (nullable): lets the caller give up
 * @callback: (scope async): called when the server is ready
 * @user_data: data for @callback
 *
 * Makes a fresh copy of the demo shop and starts the server on it; the one that
 * runs, if any, is stopped first. Finish with peg_demo_start_finish().
 */
void
peg_demo_start_async (PegDemo             *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (PEG_IS_DEMO (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_demo_start_async);

  if (self->starting) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                             _("The demo shop is being started"));
    return;
  }

  peg_demo_stop (self);

  if (!start (self, &error)) {
    peg_demo_stop (self);
    /* Translators: %s says what went wrong. */
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _("The demo shop cannot be started: %s"), error->message);
    return;
  }

  self->starting = TRUE;
  g_data_input_stream_read_line_async (self->ready, G_PRIORITY_DEFAULT, cancellable,
                                       ready_cb, g_steal_pointer (&task));
}

/**
 * peg_demo_start_finish:
 * @self: a demo
 * @result: what the callback was given
 * @error: return location for an error: the shop cannot be copied, the server
 *   cannot be started or ended at once, or %G_IO_ERROR_PENDING
 *
 * Returns: (transfer full) (nullable): the address of the server
 */
char *
peg_demo_start_finish (PegDemo       *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (PEG_IS_DEMO (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  GSubprocess *server; /* (not owned) */
  gboolean ended;
} Stop;

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Stop *stop = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  stop->ended = TRUE;
}

static gboolean
kill_cb (gpointer user_data)
{
  const Stop *stop = user_data;

  g_subprocess_force_exit (stop->server);

  return G_SOURCE_REMOVE;
}

/* Ends the server, and waits for it in a main context of its own, so that nothing
 * else happens meanwhile. */
static void
end_server (GSubprocess *server)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timeout = g_timeout_source_new_seconds (STOP_TIMEOUT_S);
  Stop stop = { server, FALSE };

  g_main_context_push_thread_default (context);
  g_subprocess_send_signal (server, SIGTERM);
  g_subprocess_wait_async (server, NULL, ended_cb, &stop);
  g_source_set_callback (timeout, kill_cb, &stop, NULL);
  g_source_attach (timeout, context);

  while (!stop.ended)
    g_main_context_iteration (context, TRUE);

  g_source_destroy (timeout);
  g_main_context_pop_thread_default (context);
}

/**
 * peg_demo_stop:
 * @self: a demo
 *
 * Ends the server and removes the copy. Waits for the server to end, which it
 * does within two seconds.
 */
void
peg_demo_stop (PegDemo *self)
{
  g_return_if_fail (PEG_IS_DEMO (self));

  if (self->server != NULL)
    end_server (self->server);

  g_clear_object (&self->ready);
  g_clear_object (&self->server);

  if (self->folder != NULL)
    remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

static void
peg_demo_dispose (GObject *object)
{
  peg_demo_stop (PEG_DEMO (object));

  G_OBJECT_CLASS (peg_demo_parent_class)->dispose (object);
}

static void
peg_demo_class_init (PegDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_demo_dispose;
}

static void
peg_demo_init (PegDemo *self)
{
}

/**
 * peg_demo_new:
 *
 * Returns: (transfer full): a demo that is not started
 */
PegDemo *
peg_demo_new (void)
{
  return g_object_new (PEG_TYPE_DEMO, NULL);
}
