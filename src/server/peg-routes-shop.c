/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"
#include "peg-name.h"
#include "peg-wire.h"

#include <string.h>

/* How much of the activity is sent when nothing is said, and at most. */
#define ACTIVITY_DEFAULT 50
#define ACTIVITY_MAX 500

/* How long a note may be, bytes. */
#define MAX_NOTE 4000

static const char *
get_query (const PegAsk *ask,
           const char   *name)
{
  return ask->query != NULL ? g_hash_table_lookup (ask->query, name) : NULL;
}

/* Whom it is about: who asks, or, where nobody proves that, who they say. */
static const char *
get_user (const PegAsk *ask)
{
  return ask->caller != NULL ? ask->caller->name : get_query (ask, "user");
}

static gboolean
is_stranger (PegRoutes    *self,
             const PegAsk *ask)
{
  return ask->caller == NULL && self->people != NULL && peg_people_is_on (self->people);
}

void
peg_route_root (PegRoutes    *self,
                const PegAsk *ask)
{
  static const char page[] =
    "This is a Pegboard server: it keeps the programs of a machine shop and knows who has which.\n"
    "Open the program “pegboard”, and enter the address of this page.\n";

  soup_server_message_set_status (ask->message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (ask->message, "text/plain; charset=utf-8", SOUP_MEMORY_STATIC, page,
                                    sizeof page - 1);
}

void
peg_route_health (PegRoutes    *self,
                  const PegAsk *ask)
{
  PegLedger *ledger = peg_shop_get_ledger (self->shop);

  /* How much there is in the shop is for who may look at it. */
  if (is_stranger (self, ask)) {
    peg_answer_json (ask->message, SOUP_STATUS_OK,
                     g_strdup ("{\"status\":\"ok\",\"version\":\"" PACKAGE_VERSION "\"}"));
    return;
  }

  peg_answer_json (ask->message, SOUP_STATUS_OK,
                   g_strdup_printf ("{\"status\":\"ok\",\"version\":\"%s\",\"files\":%u,"
                                    "\"clients\":%u,\"epoch\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
                                    ",\"watching\":%s}",
                                    PACKAGE_VERSION, peg_shop_get_n_files (self->shop),
                                    peg_hub_get_n_clients (self->hub),
                                    peg_ledger_get_epoch (ledger), peg_ledger_get_seq (ledger),
                                    peg_vault_is_limited (peg_shop_get_vault (self->shop))
                                      ? "false" : "true"));
}

void
peg_route_config (PegRoutes    *self,
                  const PegAsk *ask)
{
  const char *user = get_user (ask);
  gboolean sign_in = self->people != NULL && peg_people_is_on (self->people);
  PegWireConfig config = {
    .user = peg_name_is_person (user) && !is_stranger (self, ask) ? (char *) user : NULL,
    .name = self->name,
    .server = (char *) "pegboardd/" PACKAGE_VERSION,
    .role = ask->caller != NULL ? (char *) peg_role_to_text (ask->caller->role) : NULL,
    .is_admin = ask->caller != NULL && ask->caller->role == PEG_ROLE_ADMIN,
    .has_token = TRUE,
    .sign_in = sign_in,
  };

  peg_answer_json (ask->message, SOUP_STATUS_OK, peg_wire_encode_config (&config));
}

void
peg_route_refresh (PegRoutes    *self,
                   const PegAsk *ask)
{
  peg_vault_rescan (peg_shop_get_vault (self->shop));
  peg_answer_json (ask->message, SOUP_STATUS_OK, g_strdup ("{\"status\":\"success\"}"));
}

void
peg_route_stats (PegRoutes    *self,
                 const PegAsk *ask)
{
  g_autoptr (GPtrArray) entries = peg_shop_list_out (self->shop);

  peg_answer_json (ask->message, SOUP_STATUS_OK,
                   peg_wire_encode_stats (entries, g_get_real_time ()));
}

static gboolean
read_query_number (const PegAsk *ask,
                   const char   *name,
                   guint         fallback,
                   guint         max,
                   guint        *number)
{
  const char *text = get_query (ask, name);
  guint64 value;

  *number = fallback;
  if (text == NULL)
    return TRUE;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &value, NULL))
    return FALSE;
  *number = (guint) MIN (value, max);

  return TRUE;
}

void
peg_route_activity (PegRoutes    *self,
                    const PegAsk *ask)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) activities = NULL;
  g_autoptr (GError) error = NULL;
  guint limit, offset;

  if (!read_query_number (ask, "limit", ACTIVITY_DEFAULT, ACTIVITY_MAX, &limit) ||
      !read_query_number (ask, "offset", 0, G_MAXINT32, &offset)) {
    peg_answer_detail (ask->message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                       "“limit” and “offset” must be numbers", "bad_request");
    return;
  }

  records = peg_ledger_list_activity (peg_shop_get_ledger (self->shop), limit, offset, &error);
  if (records == NULL) {
    peg_answer_error (ask->message, error);
    return;
  }

  activities = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_wire_activity_free);
  for (guint i = 0; i < records->len; i++) {
    const PegRecord *record = g_ptr_array_index (records, i);
    PegWireActivity *activity = g_new0 (PegWireActivity, 1);

    activity->cause = record->cause;
    activity->filename = g_strdup (record->filename != NULL ? record->filename : "");
    activity->user = g_strdup (record->by);
    activity->message = g_strdup (record->message);
    activity->hash = g_strdup (record->sha256);
    activity->when_us = record->at_us;
    activity->major = record->major;
    activity->minor = record->minor;
    g_ptr_array_add (activities, activity);
  }

  peg_answer_json (ask->message, SOUP_STATUS_OK, peg_wire_encode_activity (activities));
}

void
peg_route_check (PegRoutes    *self,
                 const PegAsk *ask)
{
  const char *user = get_user (ask);
  g_autoptr (PegWireMessage) notes = peg_wire_message_new (PEG_WIRE_NOTES);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!peg_name_is_person (user)) {
    peg_answer_detail (ask->message, SOUP_STATUS_UNPROCESSABLE_ENTITY, "Say for whom: “user”",
                       "bad_user");
    return;
  }

  notes->notes = peg_ledger_list_notes (peg_shop_get_ledger (self->shop), user, &error);
  if (notes->notes == NULL) {
    peg_answer_error (ask->message, error);
    return;
  }

  /* Classic servers answer with the list under `messages`. */
  text = peg_wire_encode (notes, PEG_DIALECT_CLASSIC, NULL);
  peg_answer_json (ask->message, SOUP_STATUS_OK,
                   g_strconcat ("{\"messages\":", strstr (text, "\"payload\":") + 10, NULL));
}

/* A note and the answer to whoever sent it are kept together: it is not sent twice
 * because an answer got lost. */
static gboolean
keep_note (PegRoutes      *self,
           const char     *recipient,
           const PegNote  *note,
           const PegOnce  *once,
           const char     *body,
           GError        **error)
{
  PegLedger *ledger = peg_shop_get_ledger (self->shop);

  if (!peg_ledger_begin (ledger, error))
    return FALSE;

  if (!peg_ledger_add_note (ledger, recipient, note, error) ||
      (once != NULL && !peg_ledger_add_answer (ledger, once->key, once->request, SOUP_STATUS_OK,
                                               body, NULL, error))) {
    peg_ledger_rollback (ledger);
    return FALSE;
  }

  return peg_ledger_commit (ledger, error);
}

void
peg_route_send (PegRoutes    *self,
                const PegAsk *ask)
{
  const PegWireRequest *request = ask->request;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (PegNote) note = NULL;
  g_autofree char *body = NULL;

  if (!peg_name_is_person (request->recipient) || !peg_name_is_person (request->sender) ||
      request->message == NULL || strlen (request->message) > MAX_NOTE) {
    peg_answer_detail (ask->message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                       "A note needs “recipient”, “sender” and “message”", "bad_request");
    return;
  }

  note = peg_note_new (&(PegNote) { id, request->sender, request->message, g_get_real_time () });
  body = g_strdup_printf ("{\"status\":\"success\",\"id\":\"%s\"}", id);
  if (!keep_note (self, request->recipient, note, peg_answer_get_once (ask->message), body, &error)) {
    peg_answer_error (ask->message, error);
    return;
  }

  peg_answer_json (ask->message, SOUP_STATUS_OK, g_steal_pointer (&body));
  peg_hub_send_notes (self->hub, request->recipient);
}

void
peg_route_acknowledge (PegRoutes    *self,
                       const PegAsk *ask)
{
  const PegWireRequest *request = ask->request;
  g_autoptr (GError) error = NULL;

  if (request->note_id == NULL || request->user == NULL) {
    peg_answer_detail (ask->message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                       "Say which note and whose: “message_id” and “user”", "bad_request");
  } else if (!peg_ledger_remove_note (peg_shop_get_ledger (self->shop), request->user,
                                      request->note_id, &error)) {
    peg_answer_error (ask->message, error);
  } else {
    peg_answer_json (ask->message, SOUP_STATUS_OK, g_strdup ("{\"status\":\"success\"}"));
  }
}
