/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-vault"

#include "peg-config.h"

#include "peg-vault.h"

#include "peg-fd.h"
#include "peg-log.h"
#include "peg-name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>

/* How long a file must be quiet before it is looked at: editors write, rename
 * and set times in a burst. After a close or a rename it is quiet sooner. */
#define QUIET_MS 80
#define DONE_MS 50

/* A file that is never quiet, such as a log, is looked at this often. */
#define PATIENCE_MS 2000

/* A rename between two folders comes as two events, one after the other. What is
 * due this soon is looked at together, so that the two are seen as one. */
#define TOGETHER_MS 40

/* Without enough watches the folder is scanned again and again. A scan may take a
 * twentieth of the time; 100,000 files take 0.2 s, which is every 4 s. */
#define LIMITED_SHARE 20
#define LIMITED_MIN_MS 2000
#define LIMITED_MAX_MS 60000

/* With watches a scan is only a safety net, for what the kernel cannot see: files
 * changed by another computer on a shared file system, a full event queue. */
#define NET_SHARE 500
#define NET_MIN_MS 60000
#define NET_MAX_MS 900000

/* The first scan after the start closes the gap between the first look at the
 * folder and the watches. */
#define FIRST_MS 1000

typedef struct {
  gint64 first_us; /* when it was first touched, monotonic */
  gint64 due_us;   /* when it is quiet enough */
  gboolean whole;  /* it came, went or was closed: nothing more will follow */
} Touch;

/**
 * PegVault:
 *
 * The shop's folder: watches it, and says which paths to look at again. It does
 * not know what was there before; the shop does.
 *
 * Every folder has a #GFileMonitor. GIO does not tell when the kernel refuses a
 * watch, so a probe finds out; then the folder is scanned again and again.
 */
struct _PegVault
{
  GObject parent_instance;

  int fd;                    /* (owned): the root */
  char *path;                /* (owned): of the root, absolute, without links */
  GHashTable *monitors;      /* (owned): folder → GFileMonitor */
  GHashTable *touched;       /* (owned): path → Touch */
  guint touched_id;          /* source id; 0: nothing is touched */
  guint rescan_id;           /* source id */
  guint rescan_ms;           /* how often to scan; 0: by what a scan costs */
  PegVaultProbe probe;
  gint64 scan_us;            /* what the last scan took, µs */
  gboolean scanning;
  gboolean scan_again;
  gboolean limited;
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (PegVault, peg_vault, G_TYPE_OBJECT)

enum {
  SIGNAL_TOUCHED,
  SIGNAL_SCANNED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void schedule_rescan (PegVault *self,
                             guint     interval_ms);

static int
probe_kernel (const char *path)
{
  peg_autofd fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);

  if (fd < 0 || inotify_add_watch (fd, path, IN_DELETE_SELF) < 0)
    return errno;

  return 0;
}

static gboolean
touched_cb (gpointer user_data)
{
  PegVault *self = user_data;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  gint64 now_us = g_get_monotonic_time (), next_us = G_MAXINT64;
  GHashTableIter iter;
  gpointer key, value;

  self->touched_id = 0;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    Touch *touch = value;

    if (touch->due_us <= now_us + (touch->whole ? TOGETHER_MS * 1000 : 0)) {
      g_ptr_array_add (paths, g_strdup (key));
      g_hash_table_iter_remove (&iter);
    } else {
      next_us = MIN (next_us, touch->due_us);
    }
  }

  if (next_us != G_MAXINT64) {
    self->touched_id = g_timeout_add ((guint) MAX ((next_us - now_us) / 1000 + 1, 1),
                                      touched_cb, self);
    g_source_set_name_by_id (self->touched_id, "[pegboard] touched_cb");
  }

  if (paths->len > 0)
    g_signal_emit (self, signals[SIGNAL_TOUCHED], 0, paths);

  return G_SOURCE_REMOVE;
}

static void
touch (PegVault *self,
       GFile    *file,
       gboolean  whole)
{
  const char *absolute = g_file_peek_path (file);
  gsize length = strlen (self->path);
  gint64 now_us = g_get_monotonic_time ();
  Touch *known;

  /* The root `/` has no slash of its own behind it. */
  if (length == 1)
    length = 0;
  if (absolute == NULL || strncmp (absolute, self->path, length) != 0 ||
      absolute[length] != '/' || !peg_name_is_path (absolute + length + 1))
    return;

  known = g_hash_table_lookup (self->touched, absolute + length + 1);
  if (known == NULL) {
    known = g_new0 (Touch, 1);
    known->first_us = now_us;
    g_hash_table_insert (self->touched, g_strdup (absolute + length + 1), known);
  }

  known->whole = whole;
  known->due_us = MIN (now_us + (whole ? DONE_MS : QUIET_MS) * 1000,
                       known->first_us + PATIENCE_MS * 1000);

  if (self->touched_id == 0) {
    self->touched_id = g_timeout_add (DONE_MS, touched_cb, self);
    g_source_set_name_by_id (self->touched_id, "[pegboard] touched_cb");
  }
}

static void
changed_cb (GFileMonitor      *monitor,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event,
            PegVault          *self)
{
  switch (event) {
  case G_FILE_MONITOR_EVENT_CHANGED:
  case G_FILE_MONITOR_EVENT_CREATED:
  case G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED:
    touch (self, file, FALSE);
    break;
  case G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT:
  case G_FILE_MONITOR_EVENT_DELETED:
  case G_FILE_MONITOR_EVENT_MOVED:
  case G_FILE_MONITOR_EVENT_RENAMED:
  case G_FILE_MONITOR_EVENT_MOVED_IN:
  case G_FILE_MONITOR_EVENT_MOVED_OUT:
    touch (self, file, TRUE);
    if (other != NULL)
      touch (self, other, TRUE);
    break;
  case G_FILE_MONITOR_EVENT_PRE_UNMOUNT:
  case G_FILE_MONITOR_EVENT_UNMOUNTED:
    peg_vault_rescan (self);
    break;
  default:
    break;
  }
}

static void
monitor_free (gpointer data)
{
  GFileMonitor *monitor = data;

  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

static void
add_monitor (PegVault   *self,
             const char *folder)
{
  g_autofree char *path = g_build_filename (self->path, folder, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor;

  monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (monitor == NULL) {
    self->limited = TRUE;
    return;
  }

  g_file_monitor_set_rate_limit (monitor, QUIET_MS);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (changed_cb), self, 0);
  g_hash_table_insert (self->monitors, g_strdup (folder), monitor);
}

static void
scanned_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  PegVault *self = PEG_VAULT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (PegScan) scan = g_task_propagate_pointer (G_TASK (result), &error);

  self->scanning = FALSE;
  if (self->stopped)
    return;

  if (scan != NULL) {
    self->scan_us = scan->duration_us;
    g_signal_emit (self, signals[SIGNAL_SCANNED], 0, scan);
  } else {
    PEG_LOG ("scan-failed", "s:error", error->message);
  }

  if (self->scan_again) {
    self->scan_again = FALSE;
    peg_vault_rescan (self);
  } else {
    schedule_rescan (self, 0);
  }
}

static void
scan_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  PegVault *self = source;
  GError *error = NULL;
  PegScan *scan = peg_scan_tree (self->fd, self->path, "", &error);

  if (scan == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, scan, (GDestroyNotify) peg_scan_free);
}

static gboolean
rescan_cb (gpointer user_data)
{
  PegVault *self = user_data;

  self->rescan_id = 0;
  peg_vault_rescan (self);

  return G_SOURCE_REMOVE;
}

static void
schedule_rescan (PegVault *self,
                 guint     interval_ms)
{
  gint64 cost_ms = self->scan_us / 1000;

  if (interval_ms == 0)
    interval_ms = self->rescan_ms;
  if (interval_ms == 0)
    interval_ms = self->limited
      ? (guint) CLAMP (cost_ms * LIMITED_SHARE, LIMITED_MIN_MS, LIMITED_MAX_MS)
      : (guint) CLAMP (cost_ms * NET_SHARE, NET_MIN_MS, NET_MAX_MS);

  g_clear_handle_id (&self->rescan_id, g_source_remove);
  self->rescan_id = g_timeout_add (interval_ms, rescan_cb, self);
  g_source_set_name_by_id (self->rescan_id, "[pegboard] rescan_cb");
}

static void
peg_vault_dispose (GObject *object)
{
  PegVault *self = PEG_VAULT (object);

  peg_vault_stop (self);

  G_OBJECT_CLASS (peg_vault_parent_class)->dispose (object);
}

static void
peg_vault_finalize (GObject *object)
{
  PegVault *self = PEG_VAULT (object);

  peg_fd_clear (&self->fd);
  g_free (self->path);
  g_hash_table_unref (self->monitors);
  g_hash_table_unref (self->touched);

  G_OBJECT_CLASS (peg_vault_parent_class)->finalize (object);
}

static void
peg_vault_class_init (PegVaultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_vault_dispose;
  object_class->finalize = peg_vault_finalize;

  /**
   * PegVault::touched:
   * @self: a vault
   * @paths: (element-type utf8): relative to the root
   *
   * Something may have happened at @paths, and is over.
   */
  signals[SIGNAL_TOUCHED] =
    g_signal_new ("touched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);

  /**
   * PegVault::scanned:
   * @self: a vault
   * @scan: (type PegScan): everything that was there a moment ago
   *
   * The folder was scanned in the background. What differs from what is known
   * must be looked at again: it may have changed since.
   */
  signals[SIGNAL_SCANNED] =
    g_signal_new ("scanned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
peg_vault_init (PegVault *self)
{
  self->fd = -1;
  self->probe = probe_kernel;
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_free);
  self->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * peg_vault_new:
 * @root: the path of the shop's folder
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a vault that does not watch yet
 */
PegVault *
peg_vault_new (const char  *root,
               GError     **error)
{
  g_autoptr (PegVault) self = NULL;
  g_autofree char *proc = NULL;

  g_return_val_if_fail (root != NULL, NULL);

  self = g_object_new (PEG_TYPE_VAULT, NULL);
  self->fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->fd < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot open the shop’s folder “%s”: %s", root, g_strerror (errno));
    return NULL;
  }

  proc = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  self->path = g_file_read_link (proc, error);
  if (self->path == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

int
peg_vault_get_fd (PegVault *self)
{
  g_return_val_if_fail (PEG_IS_VAULT (self), -1);

  return self->fd;
}

/**
 * peg_vault_get_path:
 * @self: a vault
 *
 * Returns: (transfer none): the root, absolute, without symbolic links
 */
const char *
peg_vault_get_path (PegVault *self)
{
  g_return_val_if_fail (PEG_IS_VAULT (self), NULL);

  return self->path;
}

/**
 * peg_vault_is_limited:
 * @self: a vault
 *
 * Returns: whether there were not enough watches, so that the folder is scanned
 *   again and again instead
 */
gboolean
peg_vault_is_limited (PegVault *self)
{
  g_return_val_if_fail (PEG_IS_VAULT (self), FALSE);

  return self->limited;
}

/**
 * peg_vault_set_probe:
 * @self: a vault
 * @probe: tells whether there are watches left
 *
 * Replaces the question to the kernel, for tests.
 */
void
peg_vault_set_probe (PegVault      *self,
                     PegVaultProbe  probe)
{
  g_return_if_fail (PEG_IS_VAULT (self));

  self->probe = probe;
}

/**
 * peg_vault_set_rescan:
 * @self: a vault
 * @interval_ms: how often to scan; 0: by what a scan costs
 */
void
peg_vault_set_rescan (PegVault *self,
                      guint     interval_ms)
{
  g_return_if_fail (PEG_IS_VAULT (self));

  self->rescan_ms = interval_ms;
}

/**
 * peg_vault_watch:
 * @self: a vault
 * @folders: (element-type utf8): relative to the root; those that are watched
 *   already are left alone
 *
 * Watches folders. When the kernel has no watches left it says once which limit
 * to raise, and scans from then on.
 */
void
peg_vault_watch (PegVault  *self,
                 GPtrArray *folders)
{
  gboolean was_limited;
  guint before;
  int code;

  g_return_if_fail (PEG_IS_VAULT (self));

  was_limited = self->limited;
  before = g_hash_table_size (self->monitors);

  for (guint i = 0; i < folders->len && !self->limited; i++) {
    const char *folder = g_ptr_array_index (folders, i);

    if (!g_hash_table_contains (self->monitors, folder))
      add_monitor (self, folder);
  }

  if (!self->limited && g_hash_table_size (self->monitors) > before) {
    code = self->probe (self->path);
    self->limited = code == ENOSPC || code == EMFILE;
  }

  if (self->limited && !was_limited)
    PEG_LOG ("watches-exhausted", "i:folders", (gint64) folders->len,
             "s:detail", "Not every folder can be watched. Raise fs.inotify.max_user_watches (and "
             "fs.inotify.max_user_instances) with sysctl; until then the folder is scanned every "
             "few seconds");

  if (self->rescan_id == 0 || self->limited != was_limited)
    schedule_rescan (self, self->rescan_ms != 0 ? 0 : FIRST_MS);
}

gboolean
peg_vault_watches (PegVault   *self,
                   const char *folder)
{
  g_return_val_if_fail (PEG_IS_VAULT (self), FALSE);

  return g_hash_table_contains (self->monitors, folder);
}

/**
 * peg_vault_forget:
 * @self: a vault
 * @folder: a folder that is gone
 *
 * Stops watching a folder and everything that was below it.
 */
void
peg_vault_forget (PegVault   *self,
                  const char *folder)
{
  gsize length = strlen (folder);
  GHashTableIter iter;
  gpointer key;

  g_return_if_fail (PEG_IS_VAULT (self));

  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const char *path = key;

    if (strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/'))
      g_hash_table_iter_remove (&iter);
  }
}

/**
 * peg_vault_rescan:
 * @self: a vault
 *
 * Scans the folder in the background, and says what is there with
 * #PegVault::scanned. While it is scanned already it is scanned once more.
 */
void
peg_vault_rescan (PegVault *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PEG_IS_VAULT (self));

  if (self->stopped)
    return;

  if (self->scanning) {
    self->scan_again = TRUE;
    return;
  }

  g_clear_handle_id (&self->rescan_id, g_source_remove);
  self->scanning = TRUE;
  task = g_task_new (self, NULL, scanned_cb, NULL);
  g_task_set_source_tag (task, peg_vault_rescan);
  g_task_run_in_thread (task, scan_thread);
}

/**
 * peg_vault_stop:
 * @self: a vault
 *
 * Stops watching and scanning, for good.
 */
void
peg_vault_stop (PegVault *self)
{
  g_return_if_fail (PEG_IS_VAULT (self));

  self->stopped = TRUE;
  g_clear_handle_id (&self->touched_id, g_source_remove);
  g_clear_handle_id (&self->rescan_id, g_source_remove);
  g_hash_table_remove_all (self->monitors);
}
