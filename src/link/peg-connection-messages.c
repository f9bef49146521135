/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#include <string.h>

/* How long a list may stop coming once it has begun (docs/architecture.md, “The
 * connection”). */
#define SYNC_IDLE_US (15 * (gint64) G_USEC_PER_SEC)

/* No type of message is longer, bytes. */
#define MAX_KIND 1000

/* How long a list may take over HTTP, which is only asked for when it is too
 * long for the socket. */
#define HTTP_LIST_US (60 * (gint64) G_USEC_PER_SEC)

/* Whether this is the first of its kind: a server that sends nonsense sends it all
 * day. */
static gboolean
is_news (PegConnection *self,
         const char    *kind)
{
  /* The kind is the server's word; a server that makes up a new one with every
   * message must not fill the memory, nor the log. */
  return g_hash_table_size (self->complained) < 64 && strlen (kind) <= MAX_KIND &&
         g_hash_table_add (self->complained, g_strdup (kind));
}

/* Says once for each kind what was ignored. */
static void
complain (PegConnection *self,
          const char    *kind,
          const char    *what)
{
  if (is_news (self, kind))
    g_info ("Ignored a message, “%.40s”: %s", kind, what);
}

/* Whether what the greeting named has not come yet. */
static gboolean
is_behind_target (PegConnection *self)
{
  return self->has_target &&
         (g_strcmp0 (self->position.epoch, self->target_epoch) != 0 ||
          self->position.seq < self->target_seq);
}

/* Whether a list that came over HTTP is of another history than the one that is
 * known, and may be from before a backup was put back: no position tells which
 * history is the newer one. */
static gboolean
is_doubtful (PegConnection        *self,
             const PegWireMessage *list,
             guint                 serial)
{
  const char *epoch = self->position.known ? self->position.epoch
                                           : self->has_target ? self->target_epoch : list->epoch;

  return g_strcmp0 (list->epoch, epoch) != 0 &&
         serial != peg_connection_get_list_serial (self);
}

/* Lets the machine know if nothing is missing any more. */
static void
check_caught_up (PegConnection *self)
{
  if (self->state != PEG_CONNECTION_SYNCING)
    return;

  if (self->dialect == PEG_DIALECT_PEGBOARD_1 &&
      (!self->position.known || self->position.held->len > 0 || is_behind_target (self)))
    return;

  peg_connection_feed (self, PEG_CONNECTION_CAUGHT_UP);
}

static void
dispatch_list (PegConnection        *self,
               const PegWireMessage *list)
{
  peg_connection_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = {
      .entries = list->entries,
      .epoch = list->has_position ? list->epoch : NULL,
      .seq = list->has_position ? list->seq : 0,
      .server_us = list->server_us,
      .placeholder = list->placeholder,
    },
  });
}

static void
apply_change (PegConnection        *self,
              const PegWireMessage *change)
{
  peg_connection_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = {
      .changed = change->entries,
      .removed = (const char * const *) change->removed,
      .seq = change->seq,
      .server_us = change->server_us,
      .cause = change->cause,
      .by = change->user,
    },
  });

  /* Only now: a position is one whose state has been applied. */
  peg_position_advance (&self->position, change->seq);
}

static void
apply_held (PegConnection *self)
{
  for (;;) {
    g_autoptr (PegWireMessage) next = peg_position_take_next (&self->position);

    if (next == NULL)
      break;

    apply_change (self, next);
  }
}

/* Returns whether it is what is shown now. */
static gboolean
take_list (PegConnection        *self,
           const PegWireMessage *list)
{
  /* A server that echoes whatever sub-protocol it is offered, as the package “ws”
   * of npm does unless it is told otherwise, selects one that it does not speak. In
   * ours nothing comes before the greeting, and no list without its position. */
  if (self->state == PEG_CONNECTION_AUTHENTICATING && !self->awaits_auth &&
      self->dialect == PEG_DIALECT_PEGBOARD_1 && !list->has_position) {
    g_info ("The server selected “%s”, but does not speak it", PEG_WIRE_PROTOCOL);
    self->dialect = PEG_DIALECT_CLASSIC;
    self->pongs = FALSE;
    peg_connection_feed (self, PEG_CONNECTION_OPENED_CLASSIC);
  }

  if (self->dialect == PEG_DIALECT_PEGBOARD_1) {
    if (!list->has_position) {
      complain (self, list->type, "the list has no position");
      peg_connection_feed (self, PEG_CONNECTION_RESYNC);
      return FALSE;
    }

    if (peg_position_judge_list (&self->position, list->epoch, list->seq) == PEG_POSITION_DROP)
      return FALSE;
  }

  self->list_serial++;
  dispatch_list (self, list);

  if (self->dialect == PEG_DIALECT_PEGBOARD_1) {
    peg_position_set (&self->position, list->epoch, list->seq);
    apply_held (self);
  }

  check_caught_up (self);

  return TRUE;
}

static void
take_change (PegConnection        *self,
             const PegWireMessage *change)
{
  /* The classic dialect has no such message; without a position it says only
   * that something changed. */
  if (self->dialect != PEG_DIALECT_PEGBOARD_1 || !change->has_position) {
    peg_connection_refresh (self);
    return;
  }

  self->list_serial++;

  switch (peg_position_judge_change (&self->position, change->epoch, change->seq)) {
  case PEG_POSITION_APPLY:
    apply_change (self, change);
    apply_held (self);
    check_caught_up (self);
    break;
  case PEG_POSITION_DROP:
    break;
  case PEG_POSITION_HOLD:
    /* It is the one that is being handled, and nobody else comes after us. */
    if (!peg_position_hold (&self->position, g_steal_pointer (&self->current)))
      peg_connection_feed (self, PEG_CONNECTION_RESYNC);
    else if (self->position.known)
      peg_connection_feed (self, PEG_CONNECTION_GAP);
    break;
  case PEG_POSITION_LOST:
    peg_connection_feed (self, PEG_CONNECTION_RESYNC);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
take_hello (PegConnection        *self,
            const PegWireMessage *hello)
{
  const gboolean resumed = hello->recovered && self->position.known &&
                           g_strcmp0 (hello->epoch, self->position.epoch) == 0 &&
                           self->resume_seq <= hello->seq;

  if (self->state != PEG_CONNECTION_AUTHENTICATING)
    return;

  self->ping_ms = hello->ping_ms;
  if (hello->retry_window_ms != 0)
    self->window_ms = hello->retry_window_ms;
  self->poll_ms = hello->poll_ms;

  peg_connection_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_HELLO,
    .hello = {
      .name = hello->name,
      .user = hello->user,
      .epoch = hello->epoch,
      .seq = hello->seq,
      .server_us = hello->server_us,
    },
  });

  if (hello->present != NULL)
    peg_connection_dispatch (self, &(PegEvent) {
      .kind = PEG_EVENT_PRESENCE,
      .presence = { .all = (const char * const *) hello->present },
    });

  /* A server that says it has recovered a position that it cannot have will not
   * send its list. */
  if (hello->recovered && !resumed) {
    peg_connection_feed (self, PEG_CONNECTION_RESYNC);
    return;
  }

  /* Also of a list: one that comes over HTTP may be older than the greeting, and
   * what happened in between was sent to nobody. */
  self->target_seq = hello->seq;
  g_free (self->target_epoch);
  self->target_epoch = g_strdup (hello->epoch);
  self->list_serial++;
  self->has_target = TRUE;
  if (!resumed)
    peg_position_forget (&self->position);

  peg_connection_feed (self, PEG_CONNECTION_WELCOME);
  peg_connection_offer_transfer (self, hello);
  peg_connection_replay_topics (self);
  check_caught_up (self);
}

/* Something changed, and the server does not say how. A server of our dialect
 * always says how: it means that its list does not fit through the socket. */
static void
take_invalidate (PegConnection        *self,
                 const PegWireMessage *message)
{
  if (self->dialect == PEG_DIALECT_CLASSIC) {
    peg_connection_refresh (self);
    return;
  }

  if (self->state == PEG_CONNECTION_SYNCING) {
    self->awaits_http = TRUE;
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, HTTP_LIST_US);
  }
  peg_connection_emit_need_list (self);
}

static void
take_error (PegConnection        *self,
            const PegWireMessage *message)
{
  const char *code = message->code != NULL ? message->code : "error";

  if (g_strcmp0 (message->code, "auth_failed") == 0 ||
      g_strcmp0 (message->code, "unauthorized") == 0 ||
      g_strcmp0 (message->code, "sign_in") == 0) {
    peg_connection_refuse_sign_in (self, message->text);
    return;
  }

  if (is_news (self, code))
    g_info ("The server says “%s”: %.200s", code, message->text != NULL ? message->text : "");

  /* Whatever it was about, what was asked for while events are missing does not
   * come. */
  if (self->timers[PEG_CONNECTION_TIMER_GAP] != 0)
    peg_connection_feed (self, PEG_CONNECTION_RESYNC);
}

static void
take_config_changed (PegConnection        *self,
                     const PegWireMessage *message)
{
  peg_connection_emit_config_changed (self);
}

#define take_auth peg_connection_take_auth
#define take_notes peg_connection_take_notes
#define take_notification peg_connection_take_notification
#define take_presence peg_connection_take_presence
#define take_progress peg_connection_take_progress

#define HANDLER_CB(name) \
  static void \
  name##_cb (const PegWireMessage *message, \
             GBytes               *text, \
             gpointer              user_data) \
  { \
    take_##name (PEG_CONNECTION (user_data), message); \
  }

HANDLER_CB (auth)
HANDLER_CB (change)
HANDLER_CB (config_changed)
HANDLER_CB (error)
HANDLER_CB (hello)
HANDLER_CB (invalidate)
HANDLER_CB (list)
HANDLER_CB (notes)
HANDLER_CB (notification)
HANDLER_CB (presence)
HANDLER_CB (progress)

static void
pong_cb (const PegWireMessage *message,
         GBytes               *text,
         gpointer              user_data)
{
  peg_connection_take_pong (PEG_CONNECTION (user_data), message);
}

static void
digest_cb (const PegWireMessage *message,
           GBytes               *text,
           gpointer              user_data)
{
  peg_connection_take_digest (PEG_CONNECTION (user_data), message);
}

/*
 * peg_connection_add_own_handlers:
 *
 * Says what the connection itself does with each type of message
 * (docs/protocol.md, “Server to client”). Before anybody else does, so that it
 * is the last to hear: it may keep a message.
 */
void
peg_connection_add_own_handlers (PegConnection *self)
{
  static const struct {
    const char *type;
    PegHandlerFunc func;
  } own[] = {
    { "FILE_LIST_UPDATED", list_cb },
    { "FILES_CHANGED", change_cb },
    { "hello_ok", hello_cb },
    { "pong", pong_cb },
    { "NEW_MESSAGES", notes_cb },
    { "user_connected", presence_cb },
    { "user_disconnected", presence_cb },
    { "USER_LOGGED_IN", presence_cb },
    { "file_locked", invalidate_cb },
    { "file_unlocked", invalidate_cb },
    { "file_deleted", invalidate_cb },
    { "update_requested", invalidate_cb },
    { "update", invalidate_cb },
    { "delete", invalidate_cb },
    { "FILE_STATUS_CHANGED", invalidate_cb },
    { "FILE_COMMITTED", invalidate_cb },
    { "FILE_ADDED", invalidate_cb },
    { "processing_progress", progress_cb },
    { "processing_complete", progress_cb },
    { "processing_error", progress_cb },
    { "notification", notification_cb },
    { "CONFIG_CHANGED", config_changed_cb },
    { "auth_success", auth_cb },
    { "auth_failed", auth_cb },
    { "digest", digest_cb },
    { "error", error_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    peg_handlers_add (self->handlers, own[i].type, own[i].func, self);
}

/**
 * peg_connection_add_handler:
 * @self: a connection
 * @type: a type of message, as it stands on the wire
 * @func: what to call for every such message, before the connection itself does
 *   anything with it
 * @user_data: for @func
 *
 * Lets somebody hear of a type of message, which may be one that only they know.
 *
 * Returns: a number for peg_connection_remove_handler(), never 0
 */
guint
peg_connection_add_handler (PegConnection  *self,
                            const char     *type,
                            PegHandlerFunc  func,
                            gpointer        user_data)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), 0);

  return peg_handlers_add (self->handlers, type, func, user_data);
}

/**
 * peg_connection_remove_handler:
 * @self: a connection
 * @id: what peg_connection_add_handler() returned
 */
void
peg_connection_remove_handler (PegConnection *self,
                               guint          id)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  if (!peg_handlers_remove (self->handlers, id))
    g_critical ("There is no handler %u", id);
}

/* Whoever wants to hear of it does. A handler may do anything, but not be told
 * of another message meanwhile: messages come from the main loop. */
static void
take_decoded (PegConnection  *self,
              PegWireMessage *message,
              GBytes         *text)
{
  g_clear_pointer (&self->current, peg_wire_message_free);
  self->current = message;

  if (peg_handlers_dispatch (self->handlers, message, text) == 0)
    complain (self, message->type != NULL ? message->type : "", "its type is not known");

  g_clear_pointer (&self->current, peg_wire_message_free);
}

/* In our own dialect the type comes first, so that it can be told even of a
 * message that makes no sense. */
static gboolean
is_about_files (const char *data,
                gsize       length)
{
  const gssize head = (gssize) MIN (length, 64);

  return g_strstr_len (data, head, "\"FILE_LIST_UPDATED\"") != NULL ||
         g_strstr_len (data, head, "\"FILES_CHANGED\"") != NULL;
}

/* Any frame is a sign of life. */
static void
note_life (PegConnection *self)
{
  self->heard = TRUE;
  self->heard_us = peg_clock_get_mono_us (self->clock);
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_PONG);

  if (self->state == PEG_CONNECTION_SYNCING && !self->awaits_http)
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE,
                              MAX (SYNC_IDLE_US, peg_connection_sync_deadline_us (self)));
}

static void
take_text (PegConnection *self,
           GBytes        *text)
{
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  const char *data;
  gsize length;

  note_life (self);

  /* There is no data in an empty message. */
  data = g_bytes_get_data (text, &length);
  if (data == NULL)
    data = "";
  message = peg_wire_decode_server (data, length, &error);

  if (message != NULL) {
    take_decoded (self, g_steal_pointer (&message), text);
    return;
  }

  complain (self, is_about_files (data, length) ? "files" : "syntax", error->message);

  /* A classic server sends the whole list again with the next change. In our
   * dialect something is missing now that will not come again. */
  if (self->dialect == PEG_DIALECT_PEGBOARD_1 && is_about_files (data, length))
    peg_connection_feed (self, PEG_CONNECTION_RESYNC);
}

/*
 * peg_connection_note_bytes:
 * @wanted: whether somebody waits for it
 *
 * A message came that is no text.
 */
void
peg_connection_note_bytes (PegConnection *self,
                           gboolean       wanted)
{
  note_life (self);

  if (!wanted)
    complain (self, "bytes", "nobody asked for a message of bytes");
}

/*
 * peg_connection_take_message:
 *
 * A message came through the socket.
 */
void
peg_connection_take_message (PegConnection *self,
                             GBytes        *text)
{
  g_object_ref (self);
  take_text (self, text);
  g_object_unref (self);
}

/**
 * peg_connection_take_list:
 * @self: a connection
 * @list: a list that was fetched over HTTP
 * @serial: what peg_connection_get_list_serial() was when it was asked for
 *
 * Takes a list that did not come through the socket, unless the socket has told
 * something newer meanwhile: the list over HTTP may be older than the last push
 * (docs/protocol.md). If it has a position in the history that is known, that
 * tells; else @serial does. What
 * was asked for before a sleep is as old as that.
 *
 * Returns: whether it is what is shown now
 */
gboolean
peg_connection_take_list (PegConnection        *self,
                          const PegWireMessage *list,
                          guint                 serial)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (list != NULL, FALSE);

  if (self->state == PEG_CONNECTION_STOPPED || peg_connection_notice_sleep (self))
    return FALSE;

  if (self->dialect == PEG_DIALECT_PEGBOARD_1 && list->has_position) {
    const gboolean taken = !is_doubtful (self, list, serial) && take_list (self, list);

    if (self->position.known && is_behind_target (self))
      peg_connection_feed (self, PEG_CONNECTION_GAP);
    return taken;
  }

  if (serial != peg_connection_get_list_serial (self))
    return FALSE;

  self->list_serial++;
  dispatch_list (self, list);

  return TRUE;
}
