/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"
#include "model-shop.h"

#include <stdlib.h>
#include <string.h>

/* The connection against a shop that knows what was true at every moment, with a
 * network that does everything a network can do. In every step in which the
 * connection says that it is live, every lock that is shown must be one that was
 * true no earlier than the position that it has; and when the faults end, what is
 * shown must become what is so. */

/* Virtual time until everything must be well again: while it polls the socket is
 * tried every 300 s at last; a handshake, and the list. */
#define HEAL_US (400 * S)

/* A list over HTTP that was asked for. */
typedef struct {
  char *text;
  guint serial;
  guint64 seq;
  char *epoch;
} Asked;

typedef struct {
  Fixture *fixture;
  GRand *rand;          /* (owned) */
  ModelShop *shop;      /* (owned) */
  GQueue wire;          /* (element-type utf8): on its way to the client */
  guint socket;         /* how many sockets have been seen */
  gboolean refuses;     /* no socket opens now */
  gboolean swallows;    /* and HTTP works all the same */
  gboolean classic;
  gboolean greeted;
  guint64 pushed;       /* classic: the newest moment that a push told of */
  guint64 welcomed;     /* the position in the greeting of this socket */
  GQueue lists;         /* (element-type Asked): over HTTP, under way */
  Asked *poll;          /* (owned) (nullable): likewise, the last that was asked */
  guint64 polled;       /* the moment that the last poll told of */
  char *polled_epoch;   /* (owned) (nullable): and of which history */
  guint n_live;         /* steps that were compared */
  guint n_polling;      /* those of them in which it polled */
} Model;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->text);
  g_free (asked->epoch);
  g_free (asked);
}

static gboolean
chance (Model *model,
        int    of)
{
  return g_rand_int_range (model->rand, 0, of) == 0;
}

/* Whoever serves lists over HTTP may serve what was so some seconds ago. */
static Asked *
ask (Model *model)
{
  const guint64 seq = model_shop_get_seq (model->shop);
  const guint64 age = (guint64) g_rand_int_range (model->rand, 0, 6);
  Asked *asked = g_new0 (Asked, 1);

  asked->serial = peg_connection_get_list_serial (model->fixture->connection);
  asked->seq = seq > age ? seq - age : seq;
  asked->text = model_shop_list (model->shop, asked->seq);
  asked->epoch = g_strdup (model_shop_get_epoch (model->shop));

  return asked;
}

static void
need_list_cb (PegConnection *connection,
              Model         *model)
{
  g_queue_push_tail (&model->lists, ask (model));
}

static void
need_poll_cb (PegConnection *connection,
              gboolean       conditional,
              Model         *model)
{
  g_clear_pointer (&model->poll, asked_free);
  model->poll = ask (model);
}

static void
need_probe_cb (PegConnection *connection,
               Model         *model)
{
  if (chance (model, 4))
    peg_connection_take_probe (connection, FALSE);
  else
    peg_connection_take_probe (connection, TRUE);
}

static void
push (Model *model,
      char  *text)
{
  g_queue_push_tail (&model->wire, text);
}

static void
push_list (Model *model)
{
  push (model, model_shop_list (model->shop, model_shop_get_seq (model->shop)));
}

static void
push_missed (Model   *model,
             guint64  after)
{
  for (guint64 seq = after + 1; seq <= model_shop_get_seq (model->shop); seq++)
    push (model, model_shop_delta (model->shop, seq, TRUE));
}

static void
greet (Model                *model,
       const PegWireMessage *hello)
{
  const gboolean recovered = hello->has_position &&
                             g_strcmp0 (hello->epoch, model_shop_get_epoch (model->shop)) == 0 &&
                             model_shop_can_replay (model->shop, hello->seq);

  push (model, g_strdup_printf ("{\"type\":\"hello_ok\",\"epoch\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
                                ",\"recovered\":%s,\"user\":\"ada\"}",
                                model_shop_get_epoch (model->shop), model_shop_get_seq (model->shop),
                                recovered ? "true" : "false"));
  model->greeted = TRUE;
  if (recovered)
    push_missed (model, hello->seq);
  else
    push_list (model);
}

static void
answer (Model      *model,
        const char *text)
{
  g_autoptr (PegWireMessage) message = peg_wire_decode_client (text, strlen (text), NULL);

  g_assert_nonnull (message);

  switch ((int) message->kind) {
  case PEG_WIRE_HELLO:
    greet (model, message);
    break;
  case PEG_WIRE_REPLAY:
    if (message->seq > 0 && model_shop_can_replay (model->shop, message->seq - 1))
      push_missed (model, message->seq - 1);
    else
      push_list (model);
    break;
  case PEG_WIRE_PING:
    push (model, message->id < 0 ? g_strdup ("{\"type\":\"pong\"}")
                                 : g_strdup_printf ("{\"type\":\"pong\",\"id\":%" G_GINT64_FORMAT "}", message->id));
    break;
  case PEG_WIRE_REFRESH_FILES:
  case PEG_WIRE_SET_USER:
    push_list (model);
    break;
  default:
    break;
  }
}

static FakeTransport *
socket_of (Model *model)
{
  return model->fixture->dialer->transports->len == 0 ? NULL : connection_socket (model->fixture);
}

/* The shop’s side of the network: opens what was dialled, reads what was sent. */
static void
serve (Model *model)
{
  GPtrArray *transports = model->fixture->dialer->transports;
  FakeTransport *socket;

  if (transports->len > 1) {
    g_ptr_array_remove_range (transports, 0, transports->len - 1);
    model->socket = 0;
  }

  socket = socket_of (model);
  if (socket == NULL || socket->closed_code != 0)
    return;

  if (model->socket == 0) {
    model->socket = 1;
    model->greeted = FALSE;
    g_queue_clear_full (&model->wire, g_free);
    if (model->refuses) {
      fake_transport_fail (socket, model->swallows ? PEG_LINK_REASON_NOT_A_SERVER
                                                   : PEG_LINK_REASON_REFUSED,
                           model->swallows ? 404 : 0, 0);
      return;
    }
    model->pushed = 0;
    model->welcomed = 0;
    fake_transport_open (socket, model->classic ? NULL : PEG_WIRE_PROTOCOL);
  }

  if (socket->sent->len > 0) {
    g_autoptr (GPtrArray) sent = g_steal_pointer (&socket->sent);

    socket->sent = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 0; i < sent->len; i++)
      answer (model, sent->pdata[i]);
  }
}

static gboolean
is_open (Model *model)
{
  FakeTransport *socket = socket_of (model);

  return socket != NULL && socket->is_open;
}

static void
deliver (Model *model)
{
  g_autofree char *text = is_open (model) ? g_queue_pop_head (&model->wire) : NULL;
  const char *seq;

  if (text == NULL)
    return;

  /* Of a classic list the client sees no position; the model does. */
  seq = strstr (text, "\"seq\":");
  if (model->classic && seq != NULL)
    model->pushed = g_ascii_strtoull (seq + strlen ("\"seq\":"), NULL, 10);
  else if (strstr (text, "hello_ok") != NULL)
    model->welcomed = g_ascii_strtoull (seq + strlen ("\"seq\":"), NULL, 10);
  connection_say (model->fixture, text);
}

static void
cut (Model *model)
{
  static const guint codes[] = { 1001, 1006, 1009, 1012 };

  if (is_open (model))
    fake_transport_close (connection_socket (model->fixture),
                          codes[g_rand_int_range (model->rand, 0, G_N_ELEMENTS (codes))]);
}

static void
change (Model *model)
{
  model_shop_change (model->shop);

  if (!is_open (model))
    return;

  if (!model->classic) {
    if (model->greeted)
      push (model, model_shop_delta (model->shop, model_shop_get_seq (model->shop), FALSE));
  } else if (chance (model, 3)) {
    push (model, g_strdup ("{\"type\":\"file_locked\",\"data\":{}}"));
  } else {
    push_list (model);
  }
}

static void
answer_list (Model *model)
{
  Asked *asked = g_queue_pop_head (&model->lists);
  g_autoptr (PegWireMessage) list = NULL;

  if (asked == NULL)
    return;

  list = peg_wire_decode_server (asked->text, strlen (asked->text), NULL);
  g_assert_nonnull (list);
  if (model->classic) {
    const gboolean newer = asked->serial == peg_connection_get_list_serial (model->fixture->connection);

    list->has_position = FALSE;
    if (newer && g_strcmp0 (asked->epoch, model_shop_get_epoch (model->shop)) == 0) {
      model->pushed = MIN (model->pushed, asked->seq);
      model->polled = MIN (model->polled, asked->seq);
    }
  }
  peg_connection_take_list (model->fixture->connection, list, asked->serial);
  asked_free (asked);
}

static void
answer_poll (Model *model)
{
  Asked *asked = g_steal_pointer (&model->poll);
  PegPoll poll = { .reason = PEG_LINK_REASON_LOST };

  if (asked == NULL)
    return;

  if (!chance (model, 10)) {
    poll.list = peg_wire_decode_server (asked->text, strlen (asked->text), NULL);
    poll.reason = PEG_LINK_REASON_NONE;
    g_assert_nonnull (poll.list);
    poll.list->has_position = !model->classic;
    if (!model->classic ||
        asked->serial == peg_connection_get_list_serial (model->fixture->connection)) {
      model->polled = asked->seq;
      g_free (model->polled_epoch);
      model->polled_epoch = g_steal_pointer (&asked->epoch);
    }
  }

  peg_connection_take_poll (model->fixture->connection, &poll);
  g_clear_pointer (&poll.list, peg_wire_message_free);
  asked_free (asked);
}

/* Two messages change places, or one comes twice, or not at all. The older
 * dialect has nothing to tell that by, and TCP does none of it. */
static void
spoil (Model *model)
{
  const guint length = g_queue_get_length (&model->wire);
  GList *one;

  if (length == 0 || model->classic)
    return;

  one = g_queue_peek_nth_link (&model->wire, (guint) g_rand_int_range (model->rand, 0, (int) length));
  switch (g_rand_int_range (model->rand, 0, 3)) {
  case 0:
    g_free (one->data);
    g_queue_delete_link (&model->wire, one);
    break;
  case 1:
    g_queue_insert_after (&model->wire, one, g_strdup (one->data));
    break;
  default:
    if (one->next != NULL) {
      gpointer data = one->data;

      one->data = one->next->data;
      one->next->data = data;
    }
    break;
  }
}

static void
restore (Model *model)
{
  cut (model);
  model_shop_restore (model->shop);
  /* What is on its way over HTTP ends with the server that sent it. */
  g_queue_clear_full (&model->lists, asked_free);
  g_clear_pointer (&model->poll, asked_free);
}

static void
check (Model *model)
{
  PegSnapshot *shown = connection_peek (model->fixture);
  const gboolean polls = peg_snapshot_get_link (shown)->state == PEG_LINK_POLLING;
  const guint64 now = model_shop_get_seq (model->shop);
  g_autofree char *wrong = NULL;
  guint64 from;

  if (!peg_snapshot_is_live (shown))
    return;

  /* Between two polls nobody can know that a backup was put back. */
  if (polls && g_strcmp0 (model->polled_epoch, model_shop_get_epoch (model->shop)) != 0)
    return;

  if (model->classic) {
    from = polls ? model->polled : model->pushed;
  } else {
    g_assert_cmpstr (peg_snapshot_get_epoch (shown), ==, model_shop_get_epoch (model->shop));
    from = peg_snapshot_get_seq (shown);
    if (!polls)
      g_assert_cmpuint (from, >=, model->welcomed);
    g_assert_cmpuint (from, <=, now);
  }

  wrong = model_shop_compare (model->shop, shown, from, now);
  g_assert_cmpstr (wrong, ==, NULL);
  model->n_live++;
  model->n_polling += polls;
}

static void
step (Model *model)
{
  const int dice = g_rand_int_range (model->rand, 0, 1000);

  if (dice < 300)
    change (model);
  else if (dice < 850)
    deliver (model);
  else if (dice < 900)
    spoil (model);
  else if (dice < 915)
    answer_list (model);
  else if (dice < 930)
    answer_poll (model);
  else if (dice < 980)
    fake_clock_advance (model->fixture->clock, g_rand_int_range (model->rand, 0, (int) (3 * S)));
  else if (dice < 990)
    cut (model);
  else if (dice < 993)
    restore (model);
  else if (dice < 994)
    fake_clock_sleep (model->fixture->clock, 600 * S);
  else if (dice < 997)
    peg_connection_retry_now (model->fixture->connection);
  else if (dice < 999)
    model->refuses = !model->refuses;
  else
    model->swallows = !model->swallows;

  serve (model);
  check (model);
}

static gboolean
is_live (Model *model)
{
  return peg_snapshot_get_link (connection_peek (model->fixture))->state == PEG_LINK_LIVE;
}

/* The faults end. One more change, because a message that was lost can only be
 * missed when the next one comes. */
static void
heal (Model *model)
{
  g_autofree char *wrong = NULL;
  gint64 left_us = HEAL_US;

  model->refuses = FALSE;
  for (guint round = 0; round < 2; round++) {
    change (model);
    for (gint64 least_us = left_us - S; left_us > 0; left_us -= S / 10) {
      serve (model);
      while (!g_queue_is_empty (&model->wire) && is_open (model)) {
        deliver (model);
        serve (model);
        check (model);
      }
      answer_list (model);
      answer_poll (model);
      /* A burst of “something changed” is asked about once, a moment later. */
      if (left_us < least_us && is_live (model) && model->poll == NULL &&
          g_queue_is_empty (&model->lists) && g_queue_is_empty (&model->wire))
        break;
      fake_clock_advance (model->fixture->clock, S / 10);
    }
  }

  assert_state (model->fixture, LIVE);
  wrong = model_shop_compare (model->shop, connection_peek (model->fixture),
                              model_shop_get_seq (model->shop), model_shop_get_seq (model->shop));
  g_assert_cmpstr (wrong, ==, NULL);
}

static void
run (Fixture       *fixture,
     gconstpointer  data,
     gboolean       classic)
{
  const guint n_steps = GPOINTER_TO_UINT (data);
  Model model = { .fixture = fixture, .classic = classic };

  model.rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  model.shop = model_shop_new (model.rand);
  g_signal_connect (fixture->connection, "need-list", G_CALLBACK (need_list_cb), &model);
  g_signal_connect (fixture->connection, "need-poll", G_CALLBACK (need_poll_cb), &model);
  g_signal_connect (fixture->connection, "need-probe", G_CALLBACK (need_probe_cb), &model);
  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 0; i < n_steps; i++) {
    step (&model);
    if (i % 1000 == 999)
      heal (&model);
    if (i % 64 == 0)
      fake_random_set (fixture->random, g_rand_double (model.rand));
  }

  /* A model that is hardly ever live shows nothing. */
  g_test_message ("%u of %u steps were live, %u of them polled", model.n_live, n_steps, model.n_polling);
  g_assert_cmpuint (model.n_live, >, n_steps / 4);
  g_assert_cmpuint (model.n_polling, >, n_steps / 50);

  g_signal_handlers_disconnect_by_data (fixture->connection, &model);
  peg_connection_stop (fixture->connection);
  g_queue_clear_full (&model.wire, g_free);
  g_queue_clear_full (&model.lists, asked_free);
  g_clear_pointer (&model.poll, asked_free);
  g_free (model.polled_epoch);
  model_shop_free (model.shop);
  g_rand_free (model.rand);
}

static void
test_ours (Fixture       *fixture,
           gconstpointer  data)
{
  run (fixture, data, FALSE);
}

static void
test_classic (Fixture       *fixture,
              gconstpointer  data)
{
  run (fixture, data, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  guint n_steps = 10000;

  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    n_steps = (guint) strtoul (argv[1], NULL, 10);

  g_test_add ("/model/pegboard-1", Fixture, GUINT_TO_POINTER (n_steps),
              connection_fixture_set_up, test_ours, connection_fixture_tear_down);
  g_test_add ("/model/classic", Fixture, GUINT_TO_POINTER (n_steps),
              connection_fixture_set_up, test_classic, connection_fixture_tear_down);

  return g_test_run ();
}
