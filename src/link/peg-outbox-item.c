/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-outbox"

#include "peg-config.h"

#include "peg-outbox.h"

#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

#include <string.h>
#include <unistd.h>

/* One action: what it is, as it lies on the disk, and what to do with it. */

#define VERSION 1

/* An action is a few texts that a person wrote. */
#define MAX_BYTES (1024 * 1024)

G_DEFINE_QUARK (peg-outbox-error-quark, peg_outbox_error)

/* As they are written; the rest of PegAction changes nothing on a server. */
static const struct {
  PegAction action;
  const char *name;
} actions[] = {
  { PEG_ACTION_CHECK_OUT, "check-out" },
  { PEG_ACTION_CHECK_IN, "check-in" },
  { PEG_ACTION_RELEASE, "release" },
};

/**
 * peg_outbox_item_new:
 * @action: what is asked for
 * @entry: the file, as the person saw it
 * @text: (nullable): the comment, or the reason
 *
 * Returns: (transfer full): an action for peg_outbox_add()
 */
PegOutboxItem *
peg_outbox_item_new (PegAction       action,
                     const PegEntry *entry,
                     const char     *text)
{
  PegOutboxItem *self = g_new0 (PegOutboxItem, 1);

  self->action = action;
  self->key = g_strdup (peg_entry_get_key (entry));
  self->filename = g_strdup (peg_entry_get_filename (entry));
  self->path = g_strdup (peg_entry_get_path (entry));
  self->text = g_strdup (text);
  self->version = MIN (peg_entry_get_version (entry), PEG_WIRE_MAX_NUMBER);
  self->token = MIN (peg_entry_get_token (entry), PEG_WIRE_MAX_NUMBER);
  self->size = -1;
  self->lock = -1;

  return self;
}

/**
 * peg_outbox_item_free:
 * @self: (nullable): an action
 *
 * Frees it; other programs may be at it then.
 */
void
peg_outbox_item_free (PegOutboxItem *self)
{
  if (self == NULL)
    return;

  if (self->lock >= 0)
    close (self->lock);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->filename, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self->why, g_free);
  g_free (self);
}

static const char *
action_name (PegAction action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (actions[i].action == action)
      return actions[i].name;
  }

  g_assert_not_reached ();
}

static const char *
state_name (PegDraftState state)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (PEG_TYPE_DRAFT_STATE);

  /* Nicks are static strings. */
  return g_enum_get_value (states, (int) state)->value_nick;
}

/**
 * peg_outbox_item_encode:
 * @self: an action
 * @length: (out) (optional): how long it is
 *
 * Returns: (transfer full): the action as it lies on the disk
 */
char *
peg_outbox_item_encode (const PegOutboxItem *self,
                        gsize               *length)
{
  PegWireWriter writer;

  g_return_val_if_fail (self != NULL, NULL);

  peg_wire_writer_init (&writer, 512);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_number (&writer, "format", VERSION);
  peg_wire_put_string (&writer, "id", self->id);
  peg_wire_put_number (&writer, "serial", self->serial);
  peg_wire_put_string (&writer, "action", action_name (self->action));
  peg_wire_put_string (&writer, "state", state_name (self->state));
  peg_wire_put_string (&writer, "key", self->key);
  peg_wire_put_string (&writer, "filename", self->filename);
  peg_wire_put_string (&writer, "path", self->path);
  peg_wire_put_string (&writer, "text", self->text);
  peg_wire_put_boolean (&writer, "major", self->major);
  peg_wire_put_number (&writer, "version", self->version);
  peg_wire_put_number (&writer, "token", self->token);
  peg_wire_put_string (&writer, "sha256", self->sha256);
  if (self->size >= 0)
    peg_wire_put_number (&writer, "size", (guint64) self->size);
  peg_wire_put_time (&writer, "created", self->created_us);
  peg_wire_put_time (&writer, "sent", self->sent_us);
  peg_wire_put_string (&writer, "why", self->why);
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, length);
}

static gboolean
read_action (const char *name,
             PegAction  *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (g_str_equal (actions[i].name, name)) {
      *action = actions[i].action;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
read_state (const char    *name,
            PegDraftState *state)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (PEG_TYPE_DRAFT_STATE);
  const GEnumValue *value = g_enum_get_value_by_nick (states, name);

  if (value == NULL)
    return FALSE;

  *state = (PegDraftState) value->value;

  return TRUE;
}

static gboolean
dup_string (JsonObject  *object,
            const char  *member,
            char       **value,
            GError     **error)
{
  const char *text = NULL;

  if (!peg_wire_read_string (object, member, NULL, &text, error))
    return FALSE;

  *value = g_strdup (text);

  return TRUE;
}

static gboolean
read_texts (PegOutboxItem  *item,
            JsonObject     *object,
            GError        **error)
{
  const char *id, *key, *filename, *action, *state;

  if (!peg_wire_need_string (object, "id", NULL, &id, error) ||
      !peg_wire_need_string (object, "key", NULL, &key, error) ||
      !peg_wire_need_string (object, "filename", NULL, &filename, error) ||
      !peg_wire_need_string (object, "action", NULL, &action, error) ||
      !peg_wire_need_string (object, "state", NULL, &state, error))
    return FALSE;

  if (!g_uuid_string_is_valid (id) ||
      !read_action (action, &item->action) || !read_state (state, &item->state)) {
    g_set_error_literal (error, PEG_OUTBOX_ERROR, PEG_OUTBOX_ERROR_DAMAGED,
                         "A value is none that was ever written");
    return FALSE;
  }

  item->id = g_strdup (id);
  item->key = g_strdup (key);
  item->filename = g_strdup (filename);

  return dup_string (object, "path", &item->path, error) &&
         dup_string (object, "text", &item->text, error) &&
         dup_string (object, "sha256", &item->sha256, error) &&
         dup_string (object, "why", &item->why, error);
}

static gboolean
read_numbers (PegOutboxItem  *item,
              JsonObject     *object,
              GError        **error)
{
  guint64 format = 0, size = G_MAXUINT64;

  if (!peg_wire_need_number (object, "format", NULL, &format, error) ||
      !peg_wire_read_number (object, "serial", NULL, &item->serial, error) ||
      !peg_wire_read_number (object, "version", NULL, &item->version, error) ||
      !peg_wire_read_number (object, "token", NULL, &item->token, error) ||
      !peg_wire_read_number (object, "size", NULL, &size, error) ||
      !peg_wire_read_boolean (object, "major", NULL, &item->major, error) ||
      !peg_wire_read_time (object, "created", NULL, &item->created_us, error) ||
      !peg_wire_read_time (object, "sent", NULL, &item->sent_us, error))
    return FALSE;

  item->size = size <= PEG_WIRE_MAX_NUMBER ? (gint64) size : -1;

  if (format != VERSION || (item->action == PEG_ACTION_CHECK_IN && item->size < 0)) {
    g_set_error_literal (error, PEG_OUTBOX_ERROR, PEG_OUTBOX_ERROR_DAMAGED,
                         "A newer version wrote it, or a part is missing");
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_outbox_item_decode:
 * @data: (array length=length): what was on the disk
 * @length: how long it is
 * @error: return location
 *
 * Reads what peg_outbox_item_encode() wrote: all of it, or nothing. A pure
 * function.
 *
 * Returns: (transfer full) (nullable): an action
 */
PegOutboxItem *
peg_outbox_item_decode (const char  *data,
                        gsize        length,
                        GError     **error)
{
  g_autoptr (PegOutboxItem) item = NULL;
  g_autoptr (JsonNode) root = peg_wire_json_parse (data, length, MAX_BYTES, error);
  JsonObject *object = root != NULL ? peg_wire_json_root (root, error) : NULL;

  if (object == NULL)
    return NULL;

  item = g_new0 (PegOutboxItem, 1);
  item->lock = -1;
  if (!read_texts (item, object, error) || !read_numbers (item, object, error))
    return NULL;

  return g_steal_pointer (&item);
}

/**
 * peg_outbox_item_dup_entry:
 * @self: an action
 * @user: who this is
 *
 * The version and the token are those that the person saw: whatever has happened
 * since, the server can tell.
 *
 * Returns: (transfer full): the file that it is about
 */
PegEntry *
peg_outbox_item_dup_entry (const PegOutboxItem *self,
                           const char          *user)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  g_return_val_if_fail (self != NULL, NULL);

  fields.filename = self->filename;
  fields.path = self->path;
  fields.version = self->version;

  /* The key of an entry without a path would be its group and name. */
  if (self->path == NULL || !g_str_equal (self->path, self->key))
    fields.id = self->key;
  if (self->action != PEG_ACTION_CHECK_OUT) {
    fields.holder = user;
    fields.token = self->token;
  }

  return peg_entry_new (&fields);
}

/**
 * peg_outbox_item_dup_draft:
 * @self: an action
 *
 * Returns: (transfer full): what is shown of it
 */
PegDraft *
peg_outbox_item_dup_draft (const PegOutboxItem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return peg_draft_new (&(PegDraft) {
    .id = self->id,
    .action = self->action,
    .state = self->state,
    .elsewhere = self->elsewhere,
    .key = self->key,
    .filename = self->filename,
    .comment = self->text,
    .why = self->why,
    .created_us = self->created_us,
    .sent_us = self->sent_us,
    .size = self->size,
  });
}

/* Whether the file is, for the server, as this action wanted it. */
static gboolean
is_done (const PegOutboxItem  *item,
         const PegOutboxFacts *facts,
         PegLock               lock)
{
  switch ((int) item->action) {
  case PEG_ACTION_CHECK_OUT:
    return lock == PEG_LOCK_OWN;
  case PEG_ACTION_RELEASE:
    return facts->entry == NULL || lock != PEG_LOCK_OWN;
  case PEG_ACTION_CHECK_IN:
    /* Only a server that tells what the content is can prove it. */
    return facts->entry != NULL && lock != PEG_LOCK_OWN && item->sha256 != NULL &&
           g_strcmp0 (item->sha256, peg_entry_get_sha256 (facts->entry)) == 0;
  default:
    g_assert_not_reached ();
  }
}

static PegOutboxStep
judge_intent (const PegOutboxItem  *item,
              const PegOutboxFacts *facts,
              PegLock               lock)
{
  const gboolean wanted = item->boot_us != 0 &&
                          facts->boot_us - item->boot_us < PEG_OUTBOX_EXPIRE_US;

  if (item->state == PEG_DRAFT_SENT && is_done (item, facts, lock))
    return PEG_OUTBOX_DONE;

  /* Nobody is surprised by what was asked for a minute ago, or by a program that
   * has ended since. */
  if (!wanted || facts->entry == NULL)
    return PEG_OUTBOX_EXPIRE;

  if (facts->blocked)
    return PEG_OUTBOX_WAIT;

  if (item->state == PEG_DRAFT_SENT && facts->dialect == PEG_DIALECT_CLASSIC)
    return PEG_OUTBOX_EXPIRE;

  return PEG_OUTBOX_SEND;
}

static PegOutboxStep
judge_check_in (const PegOutboxItem  *item,
                const PegOutboxFacts *facts,
                PegLock               lock)
{
  if (item->state == PEG_DRAFT_SENT && is_done (item, facts, lock))
    return PEG_OUTBOX_DONE;

  if (facts->blocked)
    return PEG_OUTBOX_WAIT;

  /* It knows the key and the token: it does it once, or not, and says which. */
  if (facts->dialect == PEG_DIALECT_PEGBOARD_1)
    return PEG_OUTBOX_SEND;

  if (item->state == PEG_DRAFT_SENT)
    return PEG_OUTBOX_ASK;

  /* A classic server may well take it from somebody who has not got the file. */
  return lock == PEG_LOCK_OWN ? PEG_OUTBOX_SEND : PEG_OUTBOX_CONFLICT;
}

/**
 * peg_outbox_judge:
 * @item: an action that nobody is at
 * @facts: what is known, of a live connection
 *
 * Says what to do with an action whose answer, if it was sent, is not coming any
 * more. A request without proof of its fate is repeated only where the same key
 * is done only once (docs/protocol.md, “Actions”). A pure function.
 *
 * Returns: what to do
 */
PegOutboxStep
peg_outbox_judge (const PegOutboxItem  *item,
                  const PegOutboxFacts *facts)
{
  PegLock lock = PEG_LOCK_FREE;

  g_return_val_if_fail (item != NULL, PEG_OUTBOX_WAIT);
  g_return_val_if_fail (facts != NULL, PEG_OUTBOX_WAIT);

  if (facts->entry != NULL)
    lock = peg_entry_get_lock (facts->entry, facts->user);

  switch (item->state) {
  case PEG_DRAFT_QUEUED:
  case PEG_DRAFT_SENT:
    return item->action == PEG_ACTION_CHECK_IN ? judge_check_in (item, facts, lock)
                                               : judge_intent (item, facts, lock);
  case PEG_DRAFT_UNCERTAIN:
    /* What a person is asked about may prove itself meanwhile. */
    return is_done (item, facts, lock) ? PEG_OUTBOX_DONE : PEG_OUTBOX_WAIT;
  case PEG_DRAFT_CONFLICT:
    return PEG_OUTBOX_WAIT;
  case PEG_DRAFT_ACKED:
  case PEG_DRAFT_EXPIRED:
  case PEG_DRAFT_CANCELLED:
    return PEG_OUTBOX_EXPIRE;
  default:
    g_assert_not_reached ();
  }
}
