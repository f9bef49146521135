/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

/* Which channels of the server the client wants. A server forgets it with the
 * socket, so it is said again after every connect. */

/* This one is always on: a board without it would have nothing to show
 * (docs/protocol.md, “subscribe, unsubscribe”). */
#define FILES "files"

static gboolean
take_out (GPtrArray  *channels,
          const char *channel)
{
  guint index;

  if (!g_ptr_array_find_with_equal_func (channels, channel, g_str_equal, &index))
    return FALSE;

  g_ptr_array_remove_index (channels, index);

  return TRUE;
}

static gboolean
put_in (GPtrArray  *channels,
        const char *channel)
{
  if (g_ptr_array_find_with_equal_func (channels, channel, g_str_equal, NULL))
    return FALSE;

  g_ptr_array_add (channels, g_strdup (channel));

  return TRUE;
}

static void
say (PegConnection *self,
     PegWireKind    kind,
     const char    *channel)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (kind);

  message->channel = g_strdup (channel);
  peg_connection_send (self, message);
}

/* Before the greeting is done with, nothing else may be said; what was changed
 * until then is said after it. */
static gboolean
is_greeted (PegConnection *self)
{
  return self->state == PEG_CONNECTION_SYNCING || self->state == PEG_CONNECTION_LIVE;
}

/*
 * peg_connection_dup_topics:
 *
 * Returns: (transfer full) (nullable): what to ask for with the connect; %NULL:
 *   everything
 */
char **
peg_connection_dup_topics (PegConnection *self)
{
  g_autoptr (GPtrArray) topics = NULL;

  if (self->topics == NULL)
    return NULL;

  topics = g_ptr_array_new ();
  for (guint i = 0; self->topics[i] != NULL; i++) {
    if (!g_ptr_array_find_with_equal_func (self->unsubscribed, self->topics[i], g_str_equal, NULL))
      g_ptr_array_add (topics, g_strdup (self->topics[i]));
  }

  for (guint i = 0; i < self->subscribed->len; i++)
    put_in (topics, g_ptr_array_index (self->subscribed, i));

  /* None at all would mean all. */
  if (topics->len == 0)
    g_ptr_array_add (topics, g_strdup (FILES));
  g_ptr_array_add (topics, NULL);

  return (char **) g_ptr_array_steal (topics, NULL);
}

/*
 * peg_connection_dup_query:
 *
 * Returns: (transfer full): what follows the `?` of the socket's address. Servers
 *   of the older kind are told there what to send; not by default, since many
 *   know nothing of it.
 */
char *
peg_connection_dup_query (PegConnection *self)
{
  g_autofree char *user = g_uri_escape_string (self->user, NULL, FALSE);
  g_auto (GStrv) topics = peg_connection_dup_topics (self);
  GString *query = g_string_new ("user=");

  g_string_append (query, user);

  for (guint i = 0; topics != NULL && topics[i] != NULL; i++) {
    g_string_append (query, i == 0 ? "&topics=" : ",");
    g_string_append_uri_escaped (query, topics[i], NULL, FALSE);
  }

  return g_string_free (query, FALSE);
}

/*
 * peg_connection_replay_topics:
 *
 * Says what was subscribed to, and not any more, over a new socket.
 */
void
peg_connection_replay_topics (PegConnection *self)
{
  for (guint i = 0; i < self->subscribed->len; i++)
    say (self, PEG_WIRE_SUBSCRIBE, g_ptr_array_index (self->subscribed, i));
  for (guint i = 0; i < self->unsubscribed->len; i++)
    say (self, PEG_WIRE_UNSUBSCRIBE, g_ptr_array_index (self->unsubscribed, i));
}

/*
 * peg_connection_set_topics:
 * @topics: (nullable) (array zero-terminated=1): what the next server is asked
 *   for; %NULL: everything
 */
void
peg_connection_set_topics (PegConnection      *self,
                           const char * const *topics)
{
  g_strfreev (self->topics);
  self->topics = topics != NULL ? g_strdupv ((char **) topics) : NULL;
  g_ptr_array_set_size (self->subscribed, 0);
  g_ptr_array_set_size (self->unsubscribed, 0);
}

/**
 * peg_connection_subscribe:
 * @self: a connection
 * @channel: a channel of the server (docs/protocol.md, “subscribe, unsubscribe”)
 *
 * Asks the server to send what is said on @channel, now and after every new
 * connection, until peg_connection_unsubscribe() or another target.
 */
void
peg_connection_subscribe (PegConnection *self,
                          const char    *channel)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));
  g_return_if_fail (channel != NULL && *channel != '\0');

  take_out (self->unsubscribed, channel);
  if (put_in (self->subscribed, channel) && is_greeted (self))
    say (self, PEG_WIRE_SUBSCRIBE, channel);
}

/**
 * peg_connection_unsubscribe:
 * @self: a connection
 * @channel: a channel of the server
 *
 * Asks the server not to send what is said on @channel, now and after every new
 * connection.
 */
void
peg_connection_unsubscribe (PegConnection *self,
                            const char    *channel)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));
  g_return_if_fail (channel != NULL && *channel != '\0');

  take_out (self->subscribed, channel);
  if (put_in (self->unsubscribed, channel) && is_greeted (self))
    say (self, PEG_WIRE_UNSUBSCRIBE, channel);
}
