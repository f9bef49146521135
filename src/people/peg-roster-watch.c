/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-roster-watch"

#include "peg-config.h"

#include "peg-roster-watch.h"

#include <sys/stat.h>

/**
 * PegRosterWatch:
 *
 * The people file, and what becomes of it while the program runs: who is added on
 * another terminal, or takes their badge back, need not wait for a restart.
 *
 * A file that cannot be read, or that is gone, leaves nobody: a badge that was taken
 * away must not work because somebody moved a file.
 */
struct _PegRosterWatch
{
  GObject parent_instance;

  char *path;            /* (owned) (not nullable) */
  GFileMonitor *monitor; /* (owned) (nullable) */
  PegRoster *roster;     /* (owned) (not nullable) */
  char *why;             /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PegRosterWatch, peg_roster_watch, G_TYPE_OBJECT)

typedef enum {
  SIGNAL_CHANGED,
} PegRosterWatchSignal;

static guint signals[SIGNAL_CHANGED + 1];

static void
say_mistakes (PegRosterWatch *self)
{
  GPtrArray *mistakes = peg_roster_get_mistakes (self->roster);

  for (guint i = 0; i < mistakes->len; i++) {
    const PegRosterMistake *mistake = g_ptr_array_index (mistakes, i);

    g_info ("%s:%u: %s", self->path, mistake->line, mistake->text);
  }
}

static void
load (PegRosterWatch *self)
{
  g_autoptr (GError) error = NULL;
  struct stat status;
  PegRoster *roster = peg_roster_load (self->path, &error);

  g_clear_pointer (&self->why, g_free);
  if (roster == NULL) {
    self->why = g_strdup (error->message);
    g_info ("Nobody can sign in: %s", error->message);
    roster = peg_roster_new_empty ();
  } else if (stat (self->path, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    g_info ("Everybody on this computer can read “%s”, which has secrets in it: chmod 640 it",
            self->path);
  }

  g_clear_pointer (&self->roster, peg_roster_unref);
  self->roster = roster;
  say_mistakes (self);
}

static void
file_changed_cb (GFileMonitor      *monitor,
                 GFile             *file,
                 GFile             *other,
                 GFileMonitorEvent  event,
                 PegRosterWatch    *self)
{
  /* While it is being written it is not whole. */
  if (event == G_FILE_MONITOR_EVENT_CHANGED || event == G_FILE_MONITOR_EVENT_PRE_UNMOUNT)
    return;

  load (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
peg_roster_watch_dispose (GObject *object)
{
  PegRosterWatch *self = PEG_ROSTER_WATCH (object);

  if (self->monitor != NULL) {
    g_signal_handlers_disconnect_by_data (self->monitor, self);
    g_file_monitor_cancel (self->monitor);
  }
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (peg_roster_watch_parent_class)->dispose (object);
}

static void
peg_roster_watch_finalize (GObject *object)
{
  PegRosterWatch *self = PEG_ROSTER_WATCH (object);

  g_clear_pointer (&self->roster, peg_roster_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->why, g_free);

  G_OBJECT_CLASS (peg_roster_watch_parent_class)->finalize (object);
}

static void
peg_roster_watch_class_init (PegRosterWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_roster_watch_dispose;
  object_class->finalize = peg_roster_watch_finalize;

  /**
   * PegRosterWatch::changed:
   * @self: the watch
   *
   * The file is another one.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", PEG_TYPE_ROSTER_WATCH, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_roster_watch_init (PegRosterWatch *self)
{
}

/**
 * peg_roster_watch_new:
 * @path: of a people file, which need not be there yet
 *
 * Returns: (transfer full): a watch
 */
PegRosterWatch *
peg_roster_watch_new (const char *path)
{
  PegRosterWatch *self = g_object_new (PEG_TYPE_ROSTER_WATCH, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  self->path = g_strdup (path);
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (file_changed_cb), self);
  load (self);

  return self;
}

/**
 * peg_roster_watch_get_roster:
 * @self: a watch
 *
 * Returns: (transfer none): who is in the file; good until it changes
 */
PegRoster *
peg_roster_watch_get_roster (PegRosterWatch *self)
{
  return self->roster;
}

/**
 * peg_roster_watch_get_why:
 * @self: a watch
 *
 * Returns: (nullable): why the file could not be read
 */
const char *
peg_roster_watch_get_why (PegRosterWatch *self)
{
  return self->why;
}
