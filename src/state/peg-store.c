/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-store"

#include "peg-config.h"

#include "peg-store.h"

#include <gio/gio.h>

/* From how many files on a list is dropped aside: freeing 1,000 takes 0.1 ms. */
#define DROP_ASIDE 1000

/**
 * PegStore:
 *
 * The one place that holds state.
 *
 * Everything that happens comes in through [method@Peg.Store.dispatch], from any
 * thread; everything that is shown goes out through [property@Peg.Store:snapshot],
 * in the main context that was the thread's default when the store was made.
 * Nothing flows the other way.
 *
 * Events are reduced in the thread that dispatches them, so that a large list
 * costs the thread that shows it nothing. The property is notified at most once
 * for each turn of the main loop, however many events came in; there is no queue
 * that could grow, because only the newest snapshot waits to be shown.
 *
 * Whoever paints sets an interval, [method@Peg.Store.set_interval_us]: what
 * happens after a pause is still shown at once, but in a flood there is one
 * notify for each interval, and between two of them nothing of the store is
 * ready to run. That is what leaves GTK, whose redraw has a lower priority than
 * the notify, its turn: 100,000 events from another thread are then 34 notifies
 * instead of 17,000 (tests/state/test-store.c).
 *
 * What a whole list leaves behind is freed in a thread of its own: for 100,000
 * files that takes longer than a frame may.
 */
struct _PegStore
{
  GObject parent_instance;

  GMainContext *context; /* (owned): where the property is notified */
  PegSnapshot *shown;    /* (owned) (not nullable): touched only in @context */

  GMutex mutex;          /* guards what follows */
  PegSnapshot *newest;   /* (owned) (not nullable) */
  GSource *render;       /* (owned) (nullable): while something waits to be shown */
  gint64 interval_us;    /* between two notifies */
  gint64 shown_us;       /* when the last one was over, monotonic; 0: there was none */
  gboolean showing;      /* one is under way */
  gboolean replaced;     /* the tree that waits may have nothing of the one that is shown */
};

G_DEFINE_FINAL_TYPE (PegStore, peg_store, G_TYPE_OBJECT)

typedef enum {
  PROP_SNAPSHOT = 1,
} PegStoreProperty;

static GParamSpec *props[PROP_SNAPSHOT + 1];

static void schedule_render (PegStore *self);

static gboolean
dispatch_render (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs render_funcs = { .dispatch = dispatch_render };

static void
drop_aside (gpointer data,
            gpointer user_data)
{
  peg_snapshot_unref (data);
}

/* One thread for all stores, which GLib keeps for a while: a server that sends its
 * whole list with every change does so several times a second. The memory is not given
 * back to the system here, which holds up everybody who allocates: whoever takes the
 * lists in does that now and then. */
static gpointer
make_dropper (gpointer user_data)
{
  return g_thread_pool_new (drop_aside, NULL, 1, FALSE, NULL);
}

/* Lets go of a snapshot with which the next one may share nothing. */
static void
drop (PegSnapshot *old)
{
  static GOnce dropper = G_ONCE_INIT;

  if (peg_snapshot_get_counts (old)->all < DROP_ASIDE) {
    peg_snapshot_unref (old);
    return;
  }

  /* Without a thread it waits for the next that there is. */
  g_once (&dropper, make_dropper, NULL);
  g_thread_pool_push (dropper.retval, old, NULL);
}

static void
show (PegStore    *self,
      PegSnapshot *newest,
      gboolean     replaced)
{
  PegSnapshot *old = self->shown;

  self->shown = newest;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SNAPSHOT]);

  /* Only now, so that whoever was notified is not the last to hold it. */
  if (replaced)
    drop (old);
  else
    peg_snapshot_unref (old);
}

/* Called with the mutex held, and releases it. */
static void
render_locked (PegStore *self)
{
  PegSnapshot *newest;
  gboolean replaced;

  g_clear_pointer (&self->render, g_source_unref);
  newest = peg_snapshot_ref (self->newest);
  replaced = self->replaced;
  self->replaced = FALSE;
  self->showing = TRUE;
  g_mutex_unlock (&self->mutex);

  show (self, newest, replaced);

  /* The interval begins when the notify ends: one that takes longer than the
   * interval would else be followed by the next. */
  g_mutex_lock (&self->mutex);
  self->showing = FALSE;
  self->shown_us = g_get_monotonic_time ();
  if (self->newest != self->shown)
    schedule_render (self);
  g_mutex_unlock (&self->mutex);
}

static gboolean
render_cb (gpointer user_data)
{
  g_autoptr (PegStore) self = g_weak_ref_get (user_data);

  if (self == NULL)
    return G_SOURCE_REMOVE;

  g_mutex_lock (&self->mutex);
  render_locked (self);

  return G_SOURCE_REMOVE;
}

static void
free_weak (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Called with the mutex held. After sockets, before GTK's redraw
 * (GDK_PRIORITY_REDRAW is G_PRIORITY_HIGH_IDLE + 20), but not before it is due.
 * The source holds the store weakly: the last reference may go in any thread. */
static void
schedule_render (PegStore *self)
{
  GWeakRef *weak;

  /* Either it waits already, or whoever notifies looks again afterwards. */
  if (self->render != NULL || self->showing)
    return;

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);

  self->render = g_source_new (&render_funcs, sizeof (GSource));
  g_source_set_ready_time (self->render, self->shown_us + self->interval_us);
  g_source_set_priority (self->render, G_PRIORITY_HIGH_IDLE);
  g_source_set_static_name (self->render, "[peg] render");
  g_source_set_callback (self->render, render_cb, weak, free_weak);
  g_source_attach (self->render, self->context);
}

static void
peg_store_finalize (GObject *object)
{
  PegStore *self = PEG_STORE (object);

  if (self->render != NULL)
    g_source_destroy (self->render);
  g_clear_pointer (&self->render, g_source_unref);
  g_clear_pointer (&self->shown, peg_snapshot_unref);
  g_clear_pointer (&self->newest, peg_snapshot_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (peg_store_parent_class)->finalize (object);
}

static void
peg_store_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  PegStore *self = PEG_STORE (object);

  switch ((PegStoreProperty) prop_id) {
  case PROP_SNAPSHOT:
    g_value_set_boxed (value, self->shown);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
peg_store_class_init (PegStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = peg_store_finalize;
  object_class->get_property = peg_store_get_property;

  /**
   * PegStore:snapshot:
   *
   * What is to be shown.
   */
  props[PROP_SNAPSHOT] =
    g_param_spec_boxed ("snapshot", NULL, NULL,
                        PEG_TYPE_SNAPSHOT,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
peg_store_init (PegStore *self)
{
  g_mutex_init (&self->mutex);
  self->context = g_main_context_ref_thread_default ();
  self->newest = peg_snapshot_new ();
  self->shown = peg_snapshot_ref (self->newest);
}

/**
 * peg_store_new:
 *
 * Returns: (transfer full): a new store, which notifies in the main context that
 *   is the calling thread's default
 */
PegStore *
peg_store_new (void)
{
  return g_object_new (PEG_TYPE_STORE, NULL);
}

/**
 * peg_store_set_interval_us:
 * @self: a store
 * @interval_us: the least time between two notifies, µs; 0, which it is at
 *   first, for whoever paints nothing
 *
 * Lets a flood of events leave time for other things, such as painting: what
 * happens sooner after a notify than @interval_us is shown together, later. May be
 * called from any thread; what waits already is shown as if the interval had always
 * been that.
 */
void
peg_store_set_interval_us (PegStore *self,
                           gint64    interval_us)
{
  g_return_if_fail (PEG_IS_STORE (self));
  g_return_if_fail (interval_us >= 0);

  g_mutex_lock (&self->mutex);
  self->interval_us = interval_us;
  if (self->render != NULL)
    g_source_set_ready_time (self->render, self->shown_us + interval_us);
  g_mutex_unlock (&self->mutex);
}

/**
 * peg_store_dup_snapshot:
 * @self: a store
 *
 * May be called from any thread.
 *
 * Returns: (transfer full): the newest snapshot, which may not be shown yet
 */
PegSnapshot *
peg_store_dup_snapshot (PegStore *self)
{
  PegSnapshot *newest;

  g_return_val_if_fail (PEG_IS_STORE (self), NULL);

  g_mutex_lock (&self->mutex);
  newest = peg_snapshot_ref (self->newest);
  g_mutex_unlock (&self->mutex);

  return newest;
}

/**
 * peg_store_get_shown:
 * @self: a store
 *
 * Only for the thread that runs the store's main context.
 *
 * Returns: (transfer none): the snapshot that was last notified; take a
 *   reference to keep it past the next turn of the main loop
 */
PegSnapshot *
peg_store_get_shown (PegStore *self)
{
  g_return_val_if_fail (PEG_IS_STORE (self), NULL);

  return self->shown;
}

/**
 * peg_store_show:
 * @self: a store
 *
 * Shows what waits to be shown now, and not later from the main loop: for whoever
 * is about to be seen for the first time. To be called in the thread that @self was
 * made in, and not while it notifies.
 */
void
peg_store_show (PegStore *self)
{
  g_return_if_fail (PEG_IS_STORE (self));

  g_mutex_lock (&self->mutex);
  if (self->render == NULL) {
    g_mutex_unlock (&self->mutex);
    return;
  }

  g_source_destroy (self->render);
  render_locked (self);
}

/**
 * peg_store_dispatch:
 * @self: a store
 * @event: what happened
 *
 * Takes @event in. May be called from any thread; events of one thread are taken
 * in the order in which it dispatches them. The snapshot is shown later, from the
 * main loop.
 */
void
peg_store_dispatch (PegStore       *self,
                    const PegEvent *event)
{
  g_return_if_fail (PEG_IS_STORE (self));
  g_return_if_fail (event != NULL);

  /* Reducing may take a while and is done without the mutex, so that no thread
   * waits for another. If somebody else was faster, their snapshot is the one
   * to start from. */
  for (;;) {
    g_autoptr (PegSnapshot) old = peg_store_dup_snapshot (self);
    g_autoptr (PegSnapshot) next = peg_snapshot_reduce (old, event);
    gboolean done;

    if (next == old)
      return;

    g_mutex_lock (&self->mutex);
    done = self->newest == old;
    if (done) {
      self->newest = g_steal_pointer (&next);
      self->replaced = self->replaced || event->kind == PEG_EVENT_LISTED ||
                       event->kind == PEG_EVENT_SERVER;
      schedule_render (self);
    }
    g_mutex_unlock (&self->mutex);

    if (done) {
      /* The reference that the store had. */
      peg_snapshot_unref (old);
      return;
    }
  }
}
