/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-private.h"

#include "peg-log.h"

#include <string.h>

/* How long a socket may be open before it says who it is (docs/protocol.md,
 * “Signing in”). */
#define AUTH_MS 5000

/* How often it is looked whether somebody's time is over, s. That somebody was
 * removed is told by the people. */
#define LOOK_S 15

/* docs/protocol.md, “Close codes”: sign in. */
#define CLOSE_SIGN_IN 4401

static gboolean
is_on (PegHub *self)
{
  return self->people != NULL && peg_people_is_on (self->people);
}

/* Sends somebody away who has to sign in. The reason of a close frame takes 123
 * bytes; the words go before it, to who reads them. */
static void
send_away (PegHubClient *client,
           const char   *words)
{
  g_autoptr (PegWireMessage) message = NULL;

  g_clear_handle_id (&client->auth_id, g_source_remove);
  if (client->dialect == PEG_DIALECT_PEGBOARD_1) {
    message = peg_wire_message_new (PEG_WIRE_ERROR_MESSAGE);
    message->code = g_strdup ("sign_in");
    message->text = g_strdup (words);
    peg_hub_client_send (client, message);
  }
  peg_hub_client_close (client, CLOSE_SIGN_IN, "Sign in");
}

static gboolean
auth_cb (gpointer user_data)
{
  PegHubClient *client = user_data;

  client->auth_id = 0;
  send_away (client, "Sign in: this server wants to know who asks");

  return G_SOURCE_REMOVE;
}

static void
look_again (PegHub *self)
{
  gint64 now_us = g_get_real_time ();

  if (!is_on (self))
    return;

  for (guint i = 0; i < self->clients->len; i++) {
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    if (client->auth_id != 0)
      continue;
    if (client->caller == NULL || !peg_people_is_current (self->people, client->caller, now_us))
      send_away (client, "Your sign-in was ended, or its time is over. Sign in again.");
  }
}

static void
people_changed_cb (PegPeople *people,
                   PegHub    *self)
{
  look_again (self);
}

static gboolean
look_cb (gpointer user_data)
{
  look_again (user_data);

  return G_SOURCE_CONTINUE;
}

/**
 * peg_hub_set_people:
 * @self: a hub without clients
 * @people: who may come in
 *
 * From now on it is asked for who comes, once there are people; who may come in
 * no more is sent away.
 */
void
peg_hub_set_people (PegHub    *self,
                    PegPeople *people)
{
  g_return_if_fail (PEG_IS_HUB (self));
  g_return_if_fail (PEG_IS_PEOPLE (people) && self->people == NULL);

  self->people = g_object_ref (people);
  g_signal_connect_object (people, "changed", G_CALLBACK (people_changed_cb), self, 0);
  self->auth_look_id = g_timeout_add_seconds (LOOK_S, look_cb, self);
  g_source_set_name_by_id (self->auth_look_id, "[pegboard] look_cb");
}

static void
take_caller (PegHub       *self,
             PegHubClient *client,
             PegCaller    *caller)
{
  g_clear_pointer (&client->caller, peg_caller_free);
  peg_hub_set_user (self, client, caller->name);
  client->caller = caller;
}

/* Whether a socket that was just opened is let in at once. */
gboolean
peg_hub_auth_begin (PegHub          *self,
                    PegHubClient    *client,
                    const PegCaller *caller)
{
  if (caller != NULL)
    take_caller (self, client, peg_caller_copy (caller));
  if (!is_on (self) || client->caller != NULL)
    return TRUE;

  client->auth_id = g_timeout_add (AUTH_MS, auth_cb, client);
  g_source_set_name_by_id (client->auth_id, "[pegboard] auth_cb");

  return FALSE;
}

static void
answer (PegHubClient *client,
        gboolean      success,
        const char   *words)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_AUTH_RESULT);

  message->here = success;
  if (success)
    message->user = g_strdup (client->user);
  else
    message->text = g_strdup (words);
  peg_hub_client_send (client, message);
}

/* A wrong token over a socket counts like one in a request: for the address, and for
 * the name that the client said it has. What has expired was right once.
 *
 * Returns: whether it was answered, because there were too many */
static gboolean
count_wrong (PegHub       *self,
             PegHubClient *client,
             const GError *error)
{
  g_autofree char *address = client->address != NULL ? g_inet_address_to_string (client->address)
                                                     : NULL;
  const char *name = strcmp (client->user, PEG_HUB_NOBODY) != 0 ? client->user : NULL;
  g_autoptr (PegWireMessage) message = NULL;
  guint wait_s;

  if (g_error_matches (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_EXPIRED))
    return FALSE;

  wait_s = peg_login_wrong_token (self->login, address, name, peg_gate_get_time (self->gate));
  if (wait_s == 0)
    return FALSE;

  g_clear_handle_id (&client->auth_id, g_source_remove);
  if (client->dialect == PEG_DIALECT_PEGBOARD_1) {
    message = peg_wire_message_new (PEG_WIRE_ERROR_MESSAGE);
    message->code = g_strdup ("too_many");
    message->text = g_strdup_printf ("Too many wrong attempts came from there. Wait %u seconds.",
                                     wait_s);
    peg_hub_client_send (client, message);
  }
  peg_hub_client_close (client, PEG_HUB_CLOSE_LATER, "Too many wrong attempts came from there");

  return TRUE;
}

/* A client says who it is: with the first message, or later with a new token. It
 * stays the same person; another one opens another socket. */
void
peg_hub_auth (PegHub               *self,
              PegHubClient         *client,
              const PegWireMessage *message)
{
  gboolean was_waiting = client->auth_id != 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegCaller) caller = NULL;

  if (!is_on (self)) {
    answer (client, TRUE, NULL);
    return;
  }

  caller = peg_people_check (self->people, message->token, g_get_real_time (), &error);
  if (caller == NULL || (client->caller != NULL && strcmp (client->caller->name, caller->name) != 0)) {
    const char *words = error != NULL ? error->message
                                      : "This is the token of somebody else. Connect anew with it.";

    PEG_LOG ("token-wrong", "s:user", client->caller != NULL ? client->caller->name : NULL);
    if (error != NULL && count_wrong (self, client, error))
      return;
    answer (client, FALSE, words);
    send_away (client, words);
    return;
  }

  g_clear_handle_id (&client->auth_id, g_source_remove);
  take_caller (self, client, g_steal_pointer (&caller));
  answer (client, TRUE, NULL);
  if (was_waiting)
    peg_hub_let_in (self, client);
}

/* Whether what a client sent is looked at. Before it is known who it is there is
 * one thing to say. */
gboolean
peg_hub_auth_may_say (PegHub                *self,
                      PegHubClient          *client,
                      PegSocketKind          type,
                      GBytes                *bytes)
{
  g_autoptr (PegWireMessage) message = NULL;
  gconstpointer data;
  gsize length;

  if (client->auth_id == 0)
    return peg_socket_is_open (client->socket);

  data = g_bytes_get_data (bytes, &length);
  if (type == PEG_SOCKET_TEXT)
    message = peg_wire_decode_client (data, length, NULL);

  if (message != NULL && message->kind == PEG_WIRE_AUTH)
    peg_hub_auth (self, client, message);
  else
    send_away (client, "Sign in: this server wants to know who asks");

  return FALSE;
}

/* What a client may do: everything, where nobody has to sign in. */
PegRole
peg_hub_auth_get_role (PegHub       *self,
                       PegHubClient *client)
{
  if (!is_on (self))
    return PEG_ROLE_ADMIN;

  return client->caller != NULL ? peg_people_get_role (self->people, client->caller) : PEG_ROLE_NONE;
}
