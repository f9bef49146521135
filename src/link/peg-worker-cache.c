/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-cache.h"
#include "peg-memory.h"
#include "peg-worker-private.h"

#include <glib/gi18n.h>
#include <time.h>

/* How long after a change the tree is written. After going live there is more to
 * be done first; a busy shop changes several files a minute, and a kept tree that
 * is half a minute old costs the server a few deltas. */
#define AFTER_LIVE_US (5 * (gint64) G_USEC_PER_SEC)
#define AFTER_CHANGE_US (30 * (gint64) G_USEC_PER_SEC)

/* Where it takes long to write, it is written less often, so that it never takes more
 * than a hundredth of a processor: 100,000 files are 50 ms, every 30 s; 1,000,000 are
 * half a second, every 50 s at most. */
#define PAUSE_FACTOR 100

/* How long after a list what it left behind is given back, and how often at most; and
 * how many files make a list large. */
#define TIDY_AFTER_US (2 * (gint64) G_USEC_PER_SEC)
#define TIDY_EVERY_US (60 * (gint64) G_USEC_PER_SEC)
#define TIDY_FILES 10000

/* Stands where the name of a person stands, for a tree that several share. */
#define EVERYBODY "*"

static void
say_damaged (PegWorker  *self,
             const char *aside)
{
  g_autoptr (PegNotice) notice = NULL;
  g_autofree char *text = NULL;

  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_("The list that was kept on this computer was damaged. It is now “%s”, and a new one comes from the server."),
                          aside);
  notice = peg_notice_new (&(PegNotice) { .level = PEG_NOTICE_INFO, .text = text });
  peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
}

/* Whose tree it is on the disk. */
static const char *
cache_user (PegWorker *self)
{
  return self->shared ? EVERYBODY : self->user;
}

/*
 * peg_worker_cache_load:
 *
 * Shows what the server told last, unless something is shown already. A newer
 * list, or what was missed since, comes from the server.
 */
void
peg_worker_cache_load (PegWorker *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  g_autoptr (PegCached) cached = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  const gint64 wall_us = peg_clock_get_wall_us (self->clock);

  if (self->cache_folder == NULL || self->transient || peg_snapshot_has_list (snapshot))
    return;

  cached = peg_cache_load (self->cache_folder, self->url, cache_user (self), &aside, &error);
  if (cached == NULL) {
    g_debug ("No tree from the disk: %s", error->message);
    if (aside != NULL)
      say_damaged (self, aside);
    return;
  }

  self->window_ms = cached->window_ms;
  if (cached->name != NULL)
    peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_HELLO, .hello.name = cached->name });

  /* The time is that of the tree, not that of now. */
  peg_store_dispatch (self->store, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .mono_us = peg_clock_get_mono_us (self->clock),
    .wall_us = MIN (cached->wall_us, wall_us),
    .listed = {
      .entries = cached->entries,
      .epoch = cached->epoch,
      .seq = cached->seq,
      .server_us = wall_us + cached->offset_us,
      .from_cache = TRUE,
      .placeholder = cached->placeholder,
    },
  });
  peg_worker_tidy_note (self, PEG_EVENT_LISTED);
}

/* What is to be written, on its way to the thread that writes. */
typedef struct {
  char *folder;          /* (owned) */
  PegCached *cached;     /* (owned): without its entries */
  PegSnapshot *snapshot; /* (owned) */
  gint64 cost_us;        /* of a processor, when it is done */
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_clear_pointer (&saving->folder, g_free);
  g_clear_pointer (&saving->cached, peg_cached_free);
  g_clear_pointer (&saving->snapshot, peg_snapshot_unref);
  g_free (saving);
}

static Saving *
saving_new (PegWorker *self)
{
  Saving *saving = g_new0 (Saving, 1);
  const gint64 wall_us = peg_clock_get_wall_us (self->clock);
  const gint64 mono_us = peg_clock_get_mono_us (self->clock);
  PegCached *cached = g_new0 (PegCached, 1);
  gint64 server_us;

  saving->folder = g_strdup (self->cache_folder);
  saving->snapshot = peg_store_dup_snapshot (self->store);
  saving->cached = cached;
  server_us = peg_snapshot_get_server_us (saving->snapshot, mono_us);
  cached->url = g_strdup (self->url);
  cached->user = g_strdup (cache_user (self));
  cached->name = g_strdup (peg_snapshot_get_server_name (saving->snapshot));
  cached->epoch = g_strdup (peg_snapshot_get_epoch (saving->snapshot));
  cached->seq = peg_snapshot_get_seq (saving->snapshot);
  cached->window_ms = self->window_ms;
  cached->placeholder = peg_snapshot_is_placeholder (saving->snapshot);
  cached->wall_us = peg_snapshot_is_live (saving->snapshot) ?
                    wall_us : peg_snapshot_get_as_of_us (saving->snapshot);
  cached->offset_us = server_us != 0 ? server_us - wall_us : 0;

  return saving;
}

/* What the calling thread has ever taken of a processor, µs. */
static gint64
get_cpu_us (void)
{
  struct timespec taken;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &taken);

  return (gint64) taken.tv_sec * G_USEC_PER_SEC + taken.tv_nsec / 1000;
}

static void
add_chunk (GPtrArray      *entries,
           const PegChunk *chunk)
{
  for (guint i = 0; i < peg_chunk_get_n (chunk); i++)
    g_ptr_array_add (entries, peg_chunk_get_entry (chunk, i));
}

static gboolean
saving_run (Saving  *saving,
            GError **error)
{
  GPtrArray *groups = peg_snapshot_get_groups (saving->snapshot);
  GPtrArray *entries = g_ptr_array_sized_new (peg_snapshot_get_counts (saving->snapshot)->all);
  const gint64 begin_us = get_cpu_us ();
  gboolean saved;

  /* Borrowed: the snapshot has them. */
  saving->cached->entries = entries;
  for (guint i = 0; i < groups->len; i++) {
    const PegGroup *group = g_ptr_array_index (groups, i);

    for (guint j = 0; j < peg_group_get_n_chunks (group); j++)
      add_chunk (entries, peg_group_get_chunk (group, j));
  }

  saved = peg_cache_save (saving->folder, saving->cached, error);
  saving->cost_us = get_cpu_us () - begin_us;

  return saved;
}

static void
save_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;

  if (saving_run (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (PegWorker) self = g_steal_pointer (&user_data);
  const Saving *saving = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  /* A full disk is no reason to bother anybody about a copy of what the server
   * has. */
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_info ("The tree is not kept: %s", error->message);
  self->cache_saving = FALSE;
  self->cache_cost_us = saving->cost_us;

  /* The person has signed out while it was written. */
  if (self->cache_unwanted)
    peg_cache_forget (saving->folder, saving->cached->url, saving->cached->user);
  self->cache_unwanted = FALSE;
}

static void
save_cb (gpointer user_data)
{
  PegWorker *self = PEG_WORKER (user_data);
  g_autoptr (GTask) task = NULL;

  self->cache_timer = 0;

  /* The one before is slow; there will be another chance. */
  if (self->cache_saving) {
    self->cache_timer = peg_clock_add (self->clock, "[peg] cache", AFTER_CHANGE_US, save_cb, self);
    return;
  }

  self->cache_saving = TRUE;
  self->cache_stale = FALSE;
  /* Not its source: the thread that writes holds the task for a moment longer than
   * this one, and would be the last to hold the worker. */
  task = g_task_new (NULL, NULL, saved_cb, g_object_ref (self));
  g_task_set_source_tag (task, save_cb);
  g_task_set_task_data (task, saving_new (self), saving_free);
  g_task_run_in_thread (task, save_in_thread);
}

/*
 * peg_worker_cache_note:
 * @kind: what the connection told the store
 *
 * The tree on the disk may be older than the one that is shown: writes it, later,
 * and once for many changes. As long as nothing happens, this costs nothing.
 */
void
peg_worker_cache_note (PegWorker    *self,
                       PegEventKind  kind)
{
  if (self->cache_folder == NULL || self->transient ||
      (kind != PEG_EVENT_LISTED && kind != PEG_EVENT_CHANGED))
    return;

  self->cache_stale = TRUE;
  self->window_ms = peg_connection_get_window_ms (self->connection);
  if (self->cache_timer == 0)
    self->cache_timer = peg_clock_add (self->clock, "[peg] cache",
                                       MAX (kind == PEG_EVENT_LISTED ? AFTER_LIVE_US
                                                                     : AFTER_CHANGE_US,
                                            self->cache_cost_us * PAUSE_FACTOR),
                                       save_cb, self);
}

static void
tidy_cb (gpointer user_data)
{
  PegWorker *self = PEG_WORKER (user_data);

  self->tidy_timer = 0;
  self->tidied_us = peg_clock_get_mono_us (self->clock);
  peg_memory_give_back ();
}

/*
 * peg_worker_tidy_note:
 * @kind: what was told to the store; %PEG_EVENT_SERVER: what it is about to be told
 *
 * After a large list was taken in, or is left behind, the memory that this took is
 * given back: soon, when what it came from is gone, too, but not for every list of a
 * server that sends one with every change.
 */
void
peg_worker_tidy_note (PegWorker    *self,
                      PegEventKind  kind)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  gint64 delay_us = TIDY_AFTER_US;

  if ((kind != PEG_EVENT_LISTED && kind != PEG_EVENT_SERVER) || self->tidy_timer != 0)
    return;

  snapshot = peg_store_dup_snapshot (self->store);
  if (peg_snapshot_get_counts (snapshot)->all < TIDY_FILES)
    return;

  if (self->tidied_us != 0)
    delay_us = MAX (delay_us, self->tidied_us + TIDY_EVERY_US -
                              peg_clock_get_mono_us (self->clock));
  self->tidy_timer = peg_clock_add (self->clock, "[peg] tidy", delay_us, tidy_cb, self);
}

/*
 * peg_worker_cache_flush:
 *
 * Writes what is not on the disk yet, and waits for it: the server changes, or
 * the program ends.
 */
void
peg_worker_cache_flush (PegWorker *self)
{
  g_autoptr (GError) error = NULL;
  Saving *saving;

  peg_clock_cancel (self->clock, &self->cache_timer);
  if (!self->cache_stale || self->url == NULL)
    return;

  self->cache_stale = FALSE;
  saving = saving_new (self);
  if (peg_snapshot_has_list (saving->snapshot) && !saving_run (saving, &error))
    g_info ("The tree is not kept: %s", error->message);
  saving_free (saving);
}

/*
 * peg_worker_cache_forget:
 *
 * The tree is this person’s no longer: takes it off the disk.
 */
void
peg_worker_cache_forget (PegWorker *self)
{
  peg_clock_cancel (self->clock, &self->cache_timer);
  self->cache_stale = FALSE;
  self->cache_unwanted = self->cache_saving;

  if (self->cache_folder != NULL && self->url != NULL)
    peg_cache_forget (self->cache_folder, self->url, cache_user (self));
}
