/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-private.h"

#include <string.h>

/* How many people are announced. Everybody is told of each of them: beyond that
 * the messages of a shop that comes back at once (docs/protocol.md, “hello_ok”)
 * would grow with the square of its clients, and nobody reads such a list. */
#define MAX_PRESENT 250

static PegHubTopics
topic_from_name (const char *name)
{
  static const struct {
    const char *name;
    PegHubTopics topic;
  } topics[] = {
    { "files", PEG_HUB_FILES },
    { "presence", PEG_HUB_PRESENCE },
    { "notes", PEG_HUB_NOTES },
    { "progress", PEG_HUB_PROGRESS },
    { "notifications", PEG_HUB_NOTIFICATIONS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++) {
    if (strcmp (name, topics[i].name) == 0)
      return topics[i].topic;
  }

  return 0;
}

/* Names that are not known are for servers that know them. */
PegHubTopics
peg_hub_topics_read (const char * const *names)
{
  PegHubTopics topics = PEG_HUB_FILES;

  for (guint i = 0; names[i] != NULL; i++)
    topics |= topic_from_name (names[i]);

  return topics;
}

static void
set_presence (PegWireMessage *message,
              const char     *user,
              gboolean        here)
{
  g_free (message->user);
  message->user = g_strdup (user);
  message->here = here;
  message->server_us = g_get_real_time ();
}

static void
announce (PegHubClient *client,
          gboolean      here)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_PRESENCE);

  set_presence (message, client->user, here);
  peg_hub_broadcast (client->hub, PEG_HUB_PRESENCE, message, client);
}

/* Somebody is there from now on: the others are told when it is their first
 * socket. */
void
peg_hub_client_come (PegHubClient *client)
{
  GHashTable *present = client->hub->present;
  guint n_sockets = GPOINTER_TO_UINT (g_hash_table_lookup (present, client->user));

  if (n_sockets == 0 && g_hash_table_size (present) >= MAX_PRESENT) {
    client->hub->n_unannounced++;
    client->is_unannounced = TRUE;
    return;
  }

  client->is_announced = TRUE;
  g_hash_table_replace (present, g_strdup (client->user), GUINT_TO_POINTER (n_sockets + 1));
  if (n_sockets == 0)
    announce (client, TRUE);
}

/* The others are told when it was their last socket. */
void
peg_hub_client_go (PegHubClient *client)
{
  GHashTable *present = client->hub->present;
  guint n_sockets;

  if (client->is_unannounced)
    client->hub->n_unannounced--;
  client->is_unannounced = FALSE;
  if (!client->is_announced)
    return;

  client->is_announced = FALSE;
  n_sockets = GPOINTER_TO_UINT (g_hash_table_lookup (present, client->user));
  if (n_sockets > 1) {
    g_hash_table_replace (present, g_strdup (client->user), GUINT_TO_POINTER (n_sockets - 1));
    return;
  }

  g_hash_table_remove (present, client->user);
  announce (client, FALSE);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char * const *) a, *(char * const *) b);
}

/* Everybody who is there, @client too, each once. NULL when not all of them are
 * known: half of a list would be wrong. */
char **
peg_hub_list_present (PegHub       *self,
                      PegHubClient *client)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  if (self->n_unannounced > 0)
    return NULL;

  g_hash_table_iter_init (&iter, self->present);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  if (!g_hash_table_contains (self->present, client->user))
    g_ptr_array_add (names, g_strdup (client->user));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_steal (names, NULL);
}

/* Who begins to listen is told what those know who listened before. */
void
peg_hub_client_subscribe (PegHubClient *client,
                          const char   *channel,
                          gboolean      on)
{
  g_autoptr (PegWireMessage) message = NULL;
  PegHubTopics topic = topic_from_name (channel), before = client->topics;
  GHashTableIter iter;
  gpointer name;

  client->topics = on ? before | topic : (before & ~topic) | PEG_HUB_FILES;
  topic &= client->topics & ~before;

  if (topic == PEG_HUB_NOTES)
    peg_hub_send_notes_to (client->hub, client);
  if (topic != PEG_HUB_PRESENCE)
    return;

  message = peg_wire_message_new (PEG_WIRE_PRESENCE);
  g_hash_table_iter_init (&iter, client->hub->present);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    set_presence (message, name, TRUE);
    peg_hub_client_send (client, message);
  }
}
