/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-courier"

#include "peg-config.h"

#include "peg-kiosk-courier.h"

#include "peg-outbox.h"

/**
 * PegKioskCourier:
 *
 * Sends what somebody left at a terminal when they signed out, or when the next badge
 * came: over a connection of its own, in their name and with their token. What it is
 * at is locked in the outbox, so that nobody else sends it meanwhile.
 *
 * It shows nothing, and changes nothing but that outbox.
 */
struct _PegKioskCourier
{
  GObject parent_instance;

  PegStore *store;  /* (owned) (not nullable) */
  PegLink *link;    /* (owned) (nullable): until it is done */
  PegClock *clock;  /* (owned) (not nullable) */
  guint timer;
  gboolean was_there; /* what is to be sent was seen */
};

G_DEFINE_FINAL_TYPE (PegKioskCourier, peg_kiosk_courier, G_TYPE_OBJECT)

typedef enum {
  SIGNAL_DONE,
} PegKioskCourierSignal;

static guint signals[SIGNAL_DONE + 1];

static gboolean
needs_person (PegDraftState state)
{
  return state == PEG_DRAFT_CONFLICT || state == PEG_DRAFT_UNCERTAIN;
}

static void
finish (PegKioskCourier *self)
{
  peg_clock_cancel (self->clock, &self->timer);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_signal_emit (self, signals[SIGNAL_DONE], 0);
}

static void
late_cb (gpointer user_data)
{
  PegKioskCourier *self = user_data;

  self->timer = 0;
  g_info ("It goes on later");
  finish (self);
}

static void
snapshot_cb (PegKioskCourier *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);
  guint n = 0;

  for (guint i = 0; i < drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);

    n += !needs_person (draft->state);
  }

  self->was_there = self->was_there || drafts->len > 0;
  if (n == 0 && (self->was_there || peg_snapshot_is_live (snapshot)))
    finish (self);
  else if (peg_snapshot_get_link (snapshot)->state == PEG_LINK_ACTION_NEEDED)
    finish (self);
}

static void
peg_kiosk_courier_dispose (GObject *object)
{
  PegKioskCourier *self = PEG_KIOSK_COURIER (object);

  if (self->clock != NULL)
    peg_clock_cancel (self->clock, &self->timer);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->link);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_kiosk_courier_parent_class)->dispose (object);
}

static void
peg_kiosk_courier_class_init (PegKioskCourierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_kiosk_courier_dispose;

  /**
   * PegKioskCourier::done:
   * @self: the courier
   *
   * It has sent what it could, or gave up. Whoever made it lets go of it, but not
   * before this has returned.
   */
  signals[SIGNAL_DONE] = g_signal_new ("done", PEG_TYPE_KIOSK_COURIER, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_kiosk_courier_init (PegKioskCourier *self)
{
}

/**
 * peg_kiosk_courier_new:
 * @config: the server, and in whose name
 * @outbox_folder: where the outboxes of everybody are
 * @clock: the time
 *
 * Returns: (transfer full): a courier on its way
 */
PegKioskCourier *
peg_kiosk_courier_new (const PegLinkConfig *config,
                       const char          *outbox_folder,
                       PegClock            *clock)
{
  PegKioskCourier *self = g_object_new (PEG_TYPE_KIOSK_COURIER, NULL);
  g_autoptr (GError) error = NULL;

  self->clock = g_object_ref (clock);
  self->store = peg_store_new ();
  self->link = peg_link_new (self->store);
  peg_link_set_outbox (self->link, outbox_folder, TRUE);
  g_signal_connect_swapped (self->store, "notify::snapshot", G_CALLBACK (snapshot_cb), self);
  self->timer = peg_clock_add (clock, "[peg] courier", PEG_KIOSK_COURIER_PATIENCE_US, late_cb, self);
  if (!peg_link_connect (self->link, config, &error))
    g_info ("Nothing is sent: %s", error->message);

  return self;
}

/**
 * peg_kiosk_courier_hurry:
 * @self: a courier
 *
 * The server is there: it need not wait until it tries again.
 */
void
peg_kiosk_courier_hurry (PegKioskCourier *self)
{
  g_return_if_fail (PEG_IS_KIOSK_COURIER (self));

  if (self->link != NULL)
    peg_link_retry_now (self->link);
}

/**
 * peg_kiosk_courier_look:
 * @folder: an outbox
 * @clock: the time
 * @left: (out): what is in it
 *
 * Looks what somebody has left, without touching it.
 *
 * Returns: how many check-ins that are, in whatever state
 */
guint
peg_kiosk_courier_look (const char   *folder,
                        PegClock     *clock,
                        PegKioskLeft *left)
{
  g_autoptr (PegOutbox) outbox = peg_outbox_new (folder, clock, NULL);
  GPtrArray *items;

  peg_outbox_set_claims (outbox, FALSE);
  peg_outbox_load (outbox);
  *left = (PegKioskLeft) {
    .n_unreadable = peg_outbox_get_n_unreadable (outbox),
    .bare = peg_outbox_is_bare (outbox),
  };
  items = peg_outbox_get_all (outbox);
  for (guint i = 0; i < items->len; i++) {
    const PegOutboxItem *item = g_ptr_array_index (items, i);

    if (item->action != PEG_ACTION_CHECK_IN)
      continue;
    if (needs_person (item->state))
      left->n_undecided++;
    else
      left->n_waiting++;
  }

  return left->n_waiting + left->n_undecided + left->n_unreadable;
}

/**
 * peg_kiosk_courier_count:
 * @config: the server, and in whose name
 * @outbox_folder: where the outboxes of everybody are
 * @clock: the time
 * @left: (out): what they have there
 *
 * Looks what somebody has left, without touching it.
 *
 * Returns: how many check-ins that are, in whatever state
 */
guint
peg_kiosk_courier_count (const PegLinkConfig *config,
                         const char          *outbox_folder,
                         PegClock            *clock,
                         PegKioskLeft        *left)
{
  g_autofree char *server = NULL;
  g_autofree char *folder = NULL;

  *left = (PegKioskLeft) { .bare = TRUE };
  if (!peg_link_check_config (config, &server, NULL))
    return 0;

  folder = peg_outbox_dup_folder (outbox_folder, server, config->user);

  return peg_kiosk_courier_look (folder, clock, left);
}
