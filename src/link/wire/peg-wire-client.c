/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-client"

#include "peg-config.h"

#include "peg-wire-message-private.h"

/* The members of what a client sends (docs/protocol.md, “Client to server”). */

static gboolean
read_channel (PegWireMessage  *message,
              JsonObject      *object,
              GError         **error)
{
  return peg_wire_dup_needed (object, "channel", &message->channel, error);
}

static gboolean
read_auth (PegWireMessage  *message,
           JsonObject      *object,
           GError         **error)
{
  return peg_wire_dup_needed (object, "token", &message->token, error);
}

static gboolean
read_hello (PegWireMessage  *message,
            JsonObject      *object,
            GError         **error)
{
  const PegWireWhere where = { .name = "resume" };
  const char *epoch;
  JsonObject *resume;

  if (!peg_wire_dup_string (object, "client", &message->name, error) ||
      !peg_wire_dup_string (object, "user", &message->user, error) ||
      !peg_wire_dup_string (object, "locale", &message->locale, error) ||
      !peg_wire_read_boolean (object, "transfer", NULL, &message->transfer, error) ||
      !peg_wire_read_strings (object, "topics", NULL, &message->topics, error) ||
      !peg_wire_read_object (object, "resume", NULL, &resume, error))
    return FALSE;

  if (resume == NULL)
    return TRUE;

  if (!peg_wire_need_string (resume, "epoch", &where, &epoch, error) ||
      !peg_wire_need_number (resume, "seq", &where, &message->seq, error))
    return FALSE;

  message->epoch = g_strdup (epoch);
  message->has_position = TRUE;

  return TRUE;
}

static gboolean
read_replay (PegWireMessage  *message,
             JsonObject      *object,
             GError         **error)
{
  return peg_wire_need_number (object, "from", NULL, &message->seq, error);
}

const PegWireType peg_wire_client_types[] = {
  { "ping", PEG_WIRE_PING, peg_wire_read_ping_id, NULL },
  { "hello", PEG_WIRE_HELLO, read_hello, NULL },
  { "subscribe", PEG_WIRE_SUBSCRIBE, read_channel, NULL },
  { "unsubscribe", PEG_WIRE_UNSUBSCRIBE, read_channel, NULL },
  { "request_update", PEG_WIRE_REQUEST_UPDATE, NULL, NULL },
  { "auth", PEG_WIRE_AUTH, read_auth, NULL },
  { "replay", PEG_WIRE_REPLAY, read_replay, NULL },
  { "digest", PEG_WIRE_DIGEST_REQUEST, NULL, NULL },
  { NULL, PEG_WIRE_UNKNOWN, NULL, NULL },
};
