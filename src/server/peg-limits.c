/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-limits"

#include "peg-config.h"

#include "peg-limits.h"

#include <math.h>
#include <string.h>

/* How many addresses are remembered that have no socket. Whoever has more of them
 * than that is not stopped by counting addresses. */
#define MAX_IDLE 4096

/* How many times the rate of a second may be spent at once. */
#define BURST 3

/* When to come again after the server was full, s: long enough for others to have
 * gone, short enough for a person who waits. */
#define FULL_WAIT_S 5

/* What is remembered of an address. One household of IPv6 has 2⁶⁴ of them (RFC
 * 6177): they count as one. */
typedef struct {
  guint8 bytes[8];
  guint8 family;
} Key;

typedef struct {
  Key key;
  PegBucket requests;
  guint n_sockets;
} Visitor;

/**
 * PegGate:
 *
 * Counts what comes from where. The clock is given, so that a test need not wait.
 */
struct _PegGate
{
  PegLimits limits;
  PegClock clock;
  gpointer user_data;   /* (unowned) */
  GHashTable *visitors; /* (owned): Key → Visitor, owned */
  guint n_sockets;      /* of all of them */
};

static gint64
default_clock (gpointer user_data)
{
  return g_get_monotonic_time ();
}

static guint
hash_key (gconstpointer key)
{
  const Key *self = key;
  guint hash = self->family;

  for (guint i = 0; i < sizeof self->bytes; i++)
    hash = hash * 31 + self->bytes[i];

  return hash;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  return memcmp (a, b, sizeof (Key)) == 0;
}

static void
set_key (Key          *key,
         GInetAddress *address)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  const guint8 *bytes;

  memset (key, 0, sizeof *key);
  if (address == NULL)
    return;

  bytes = g_inet_address_to_bytes (address);
  if (g_inet_address_get_native_size (address) == 4) {
    key->family = 4;
    memcpy (key->bytes, bytes, 4);
  } else if (memcmp (bytes, mapped, sizeof mapped) == 0) {
    key->family = 4;
    memcpy (key->bytes, bytes + sizeof mapped, 4);
  } else {
    key->family = 6;
    memcpy (key->bytes, bytes, sizeof key->bytes);
  }
}

/**
 * peg_bucket_take:
 * @self: a bucket, all 0 when it is new
 * @per_s: how much comes back in a second
 * @burst: how much it holds
 * @now_us: the time, monotonic, µs, not 0
 * @wait_s: (out) (optional): when it is worth asking again, s
 *
 * Takes one out.
 *
 * Returns: whether there was one
 */
gboolean
peg_bucket_take (PegBucket *self,
                 guint      per_s,
                 guint      burst,
                 gint64     now_us,
                 guint     *wait_s)
{
  double grown = (double) (now_us - self->at_us) * per_s / G_USEC_PER_SEC;

  self->tokens = self->at_us == 0 ? burst : MIN (self->tokens + MAX (grown, 0), burst);
  self->at_us = now_us;

  if (self->tokens >= 1) {
    self->tokens -= 1;
    return TRUE;
  }

  if (wait_s != NULL)
    *wait_s = MAX (1, (guint) ceil ((1 - self->tokens) / per_s));

  return FALSE;
}

/* Forgets who has no socket and may do everything again, or, when they are still
 * too many, whoever has no socket. */
static void
forget_idle (PegGate *self)
{
  gint64 now_us = self->clock (self->user_data);

  for (guint i = 0; i < 2 && g_hash_table_size (self->visitors) > MAX_IDLE; i++) {
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, self->visitors);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
      const Visitor *visitor = value;

      if (visitor->n_sockets == 0 &&
          (i > 0 || now_us - visitor->requests.at_us > BURST * G_USEC_PER_SEC))
        g_hash_table_iter_remove (&iter);
    }
  }
}

static Visitor *
look_up (PegGate      *self,
         GInetAddress *address)
{
  Visitor *visitor;
  Key key;

  set_key (&key, address);
  visitor = g_hash_table_lookup (self->visitors, &key);
  if (visitor != NULL)
    return visitor;

  if (g_hash_table_size (self->visitors) >= MAX_IDLE + self->n_sockets)
    forget_idle (self);
  visitor = g_new0 (Visitor, 1);
  visitor->key = key;
  g_hash_table_insert (self->visitors, &visitor->key, visitor);

  return visitor;
}

/**
 * peg_gate_new:
 * @limits: what may be done
 * @clock: (nullable) (scope forever): what time it is; %NULL: the real one
 * @user_data: data for @clock
 *
 * Returns: (transfer full): a gate that nobody has come through
 */
PegGate *
peg_gate_new (const PegLimits *limits,
              PegClock         clock,
              gpointer         user_data)
{
  PegGate *self;

  g_return_val_if_fail (limits != NULL, NULL);

  self = g_new0 (PegGate, 1);
  self->limits = *limits;
  self->clock = clock != NULL ? clock : default_clock;
  self->user_data = user_data;
  self->visitors = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);

  return self;
}

void
peg_gate_free (PegGate *self)
{
  g_hash_table_unref (self->visitors);
  g_free (self);
}

/**
 * peg_gate_take_request:
 * @self: a gate
 * @address: (nullable): where a request comes from
 * @wait_s: (out): when it is worth asking again, s
 *
 * Returns: whether it may be worked on
 */
gboolean
peg_gate_take_request (PegGate      *self,
                       GInetAddress *address,
                       guint        *wait_s)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_bucket_take (&look_up (self, address)->requests, self->limits.requests_per_s,
                          BURST * self->limits.requests_per_s, self->clock (self->user_data), wait_s);
}

/**
 * peg_gate_has_room:
 * @self: a gate
 * @address: (nullable): where a socket would come from
 * @wait_s: (out): when it is worth asking again, s
 *
 * Returns: whether one more socket may be opened
 */
gboolean
peg_gate_has_room (PegGate      *self,
                   GInetAddress *address,
                   guint        *wait_s)
{
  g_return_val_if_fail (self != NULL, FALSE);

  *wait_s = FULL_WAIT_S;

  return self->n_sockets < self->limits.max_clients &&
         look_up (self, address)->n_sockets < self->limits.max_per_address;
}

/**
 * peg_gate_enter:
 * @self: a gate
 * @address: (nullable): where a socket came from
 */
void
peg_gate_enter (PegGate      *self,
                GInetAddress *address)
{
  g_return_if_fail (self != NULL);

  look_up (self, address)->n_sockets++;
  self->n_sockets++;
}

/**
 * peg_gate_leave:
 * @self: a gate
 * @address: (nullable): where a socket came from that entered
 */
void
peg_gate_leave (PegGate      *self,
                GInetAddress *address)
{
  Visitor *visitor;

  g_return_if_fail (self != NULL);

  visitor = look_up (self, address);
  g_return_if_fail (visitor->n_sockets > 0);

  visitor->n_sockets--;
  self->n_sockets--;
}

/**
 * peg_gate_set_clock:
 * @self: a gate
 * @clock: (scope forever): what time it is from now on
 * @user_data: data for @clock
 *
 * For tests, which cannot wait for minutes.
 */
void
peg_gate_set_clock (PegGate  *self,
                    PegClock  clock,
                    gpointer  user_data)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (clock != NULL);

  self->clock = clock;
  self->user_data = user_data;
}

/**
 * peg_gate_get_time:
 * @self: a gate
 *
 * Returns: what its clock says, monotonic, µs
 */
gint64
peg_gate_get_time (PegGate *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->clock (self->user_data);
}

/**
 * peg_gate_get_size:
 * @self: a gate
 *
 * Returns: how many addresses are remembered
 */
guint
peg_gate_get_size (PegGate *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->visitors);
}
