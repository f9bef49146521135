/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-event.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_WIRE_MAX_BYTES:
 *
 * The largest message that is taken from a socket, bytes (docs/protocol.md,
 * “Limits”).
 */
#define PEG_WIRE_MAX_BYTES (16 * 1024 * 1024)

/**
 * PEG_WIRE_PROTOCOL:
 *
 * The name of the newer dialect, offered and selected as a WebSocket
 * sub-protocol (RFC 6455, 1.9).
 */
#define PEG_WIRE_PROTOCOL "pegboard.1"

/**
 * PegDialect:
 * @PEG_DIALECT_CLASSIC: what the servers speak that were there before us
 * @PEG_DIALECT_PEGBOARD_1: with positions, deltas and resuming
 *
 * How the two sides talk.
 */
typedef enum {
  PEG_DIALECT_CLASSIC,
  PEG_DIALECT_PEGBOARD_1,
} PegDialect;

/**
 * PegWireError:
 * @PEG_WIRE_ERROR_SYNTAX: not JSON, not UTF-8, or no message that is known as
 *   plain text
 * @PEG_WIRE_ERROR_TOO_BIG: larger than %PEG_WIRE_MAX_BYTES, or nested too deep
 * @PEG_WIRE_ERROR_MISSING: a member that must be there is not
 * @PEG_WIRE_ERROR_TYPE: a member is of the wrong type
 * @PEG_WIRE_ERROR_VALUE: a member has a value that cannot be
 *
 * What can be wrong with what the other side sent. The message names the member,
 * with the way to it, for example `payload."12XXXXX"[3].size`.
 */
typedef enum {
  PEG_WIRE_ERROR_SYNTAX,
  PEG_WIRE_ERROR_TOO_BIG,
  PEG_WIRE_ERROR_MISSING,
  PEG_WIRE_ERROR_TYPE,
  PEG_WIRE_ERROR_VALUE,
} PegWireError;

#define PEG_WIRE_ERROR (peg_wire_error_quark ())

GQuark peg_wire_error_quark (void);

/**
 * PegWireKind:
 * @PEG_WIRE_UNKNOWN: a type that is not known; tolerated, logged once
 * @PEG_WIRE_FILE_LIST: `FILE_LIST_UPDATED`: every file
 * @PEG_WIRE_FILES_CHANGED: `FILES_CHANGED`: some files
 * @PEG_WIRE_HELLO_OK: `hello_ok`: the greeting is answered
 * @PEG_WIRE_PONG: `pong`, also as plain text
 * @PEG_WIRE_NOTES: `NEW_MESSAGES`: notes for this user
 * @PEG_WIRE_PRESENCE: `user_connected`, `user_disconnected`, `USER_LOGGED_IN`
 * @PEG_WIRE_INVALIDATE: something changed, ask for the list: `file_locked`,
 *   `file_unlocked`, `file_deleted`, `update_requested`, `update`, `delete`, and
 *   the plain-text `FILE_STATUS_CHANGED:…`, `FILE_COMMITTED:…`, `FILE_ADDED:…`
 * @PEG_WIRE_PROGRESS: `processing_progress`, `_complete`, `_error`
 * @PEG_WIRE_NOTIFICATION: `notification`
 * @PEG_WIRE_CONFIG_CHANGED: `CONFIG_CHANGED`
 * @PEG_WIRE_AUTH_RESULT: `auth_success`, `auth_failed`
 * @PEG_WIRE_DIGEST: `digest` with a hash, from the server
 * @PEG_WIRE_ERROR_MESSAGE: `error`
 * @PEG_WIRE_SET_USER: plain text `SET_USER:<name>`, from the client; so are all
 *   that follow
 * @PEG_WIRE_REFRESH_FILES: plain text `REFRESH_FILES`
 * @PEG_WIRE_PING: `ping`, also as plain text
 * @PEG_WIRE_SUBSCRIBE: `subscribe`
 * @PEG_WIRE_UNSUBSCRIBE: `unsubscribe`
 * @PEG_WIRE_REQUEST_UPDATE: `request_update`
 * @PEG_WIRE_AUTH: `auth`
 * @PEG_WIRE_HELLO: `hello`
 * @PEG_WIRE_REPLAY: `replay`
 * @PEG_WIRE_DIGEST_REQUEST: `digest` without a hash
 *
 * The messages of both dialects (docs/protocol.md).
 */
typedef enum {
  PEG_WIRE_UNKNOWN,
  PEG_WIRE_FILE_LIST,
  PEG_WIRE_FILES_CHANGED,
  PEG_WIRE_HELLO_OK,
  PEG_WIRE_PONG,
  PEG_WIRE_NOTES,
  PEG_WIRE_PRESENCE,
  PEG_WIRE_INVALIDATE,
  PEG_WIRE_PROGRESS,
  PEG_WIRE_NOTIFICATION,
  PEG_WIRE_CONFIG_CHANGED,
  PEG_WIRE_AUTH_RESULT,
  PEG_WIRE_DIGEST,
  PEG_WIRE_ERROR_MESSAGE,
  PEG_WIRE_SET_USER,
  PEG_WIRE_REFRESH_FILES,
  PEG_WIRE_PING,
  PEG_WIRE_SUBSCRIBE,
  PEG_WIRE_UNSUBSCRIBE,
  PEG_WIRE_REQUEST_UPDATE,
  PEG_WIRE_AUTH,
  PEG_WIRE_HELLO,
  PEG_WIRE_REPLAY,
  PEG_WIRE_DIGEST_REQUEST,
} PegWireKind;

/**
 * PegWireMessage:
 * @kind: which message; it tells which of the other members mean anything
 * @type: (nullable): the type as it stood on the wire
 * @plain: whether it is, or is to be, plain text instead of JSON, for the
 *   messages that exist as both
 * @server_us: `timestamp` or `server_time`, µs since 1970; 0: not told
 * @epoch: (nullable): of the position; also what a `hello` resumes from
 * @seq: of the position, or where a `replay` begins
 * @has_position: whether @epoch and @seq were there
 * @recovered: `hello_ok`: what was missed follows as deltas
 * @entries: (nullable) (element-type PegEntry): the files
 * @removed: (nullable): `FILES_CHANGED`: paths
 * @placeholder: `FILE_LIST_UPDATED`: the payload is exactly
 *   `{"Miscellaneous":[]}`
 * @cause: `FILES_CHANGED`: why
 * @user: (nullable): whose doing it was, who came or went, who the client is
 * @name: (nullable): `hello_ok`: what the shop is called; `hello`: the client
 * @topics: (nullable): `hello`
 * @channel: (nullable): `subscribe`, `unsubscribe`
 * @locale: (nullable): `hello`
 * @id: of a ping and its pong; -1: none
 * @ping_ms: `hello_ok`: how often to ping; 0: not told, likewise below
 * @retry_window_ms: `hello_ok`: the window for reconnecting
 * @poll_ms: `hello_ok`: how often to poll
 * @present: (nullable): `hello_ok`: who is connected, each name once; %NULL: not
 *   told, which is something else than nobody
 * @transfer: `hello`: whether the client can do binary frames
 * @max_chunk: `hello_ok`: the most bytes of a content in a binary frame; 0: the
 *   server takes and sends none
 * @transfer_window: `hello_ok`: how many of them may be under way
 * @notes: (nullable) (element-type PegNote)
 * @here: presence: whether the user came; `auth_…`: whether it was a success
 * @text: (nullable): what a notification, an error or progress says
 * @code: (nullable): `error`, `notification` (its level): which
 * @file: (nullable): what a progress, or an invalidation, is about
 * @job: (nullable): progress: the identity of the work, where the server gives it
 *   one
 * @progress: 0–100; -1: not told
 * @eta_s: seconds left; -1: not told
 * @done: progress: it is complete, or ended with an error (@code is then
 *   `error`)
 * @hash: (nullable): `digest`
 * @token: (nullable): `auth`; never logged
 *
 * One message, either way. Everything is owned. Start from
 * peg_wire_message_new().
 */
typedef struct {
  PegWireKind kind;
  char *type;
  gboolean plain;
  gint64 server_us;
  char *epoch;
  guint64 seq;
  gboolean has_position;
  gboolean recovered;
  GPtrArray *entries;
  char **removed;
  gboolean placeholder;
  PegCause cause;
  char *user;
  char *name;
  char **topics;
  char *channel;
  char *locale;
  gint64 id;
  guint ping_ms;
  guint retry_window_ms;
  guint poll_ms;
  char **present;
  gboolean transfer;
  guint max_chunk;
  guint transfer_window;
  GPtrArray *notes;
  gboolean here;
  char *text;
  char *code;
  char *file;
  char *job;
  double progress;
  gint64 eta_s;
  gboolean done;
  char *hash;
  char *token;
} PegWireMessage;

PegWireMessage *peg_wire_message_new  (PegWireKind     kind) G_GNUC_WARN_UNUSED_RESULT;
void            peg_wire_message_free (PegWireMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWireMessage, peg_wire_message_free)

PegWireMessage *peg_wire_decode_server (const char            *data,
                                        gsize                  length,
                                        GError               **error) G_GNUC_WARN_UNUSED_RESULT;
PegWireMessage *peg_wire_decode_client (const char            *data,
                                        gsize                  length,
                                        GError               **error) G_GNUC_WARN_UNUSED_RESULT;
char           *peg_wire_encode        (const PegWireMessage  *message,
                                        PegDialect             dialect,
                                        gsize                 *length) G_GNUC_WARN_UNUSED_RESULT;

gboolean  peg_wire_parse_time  (const char *text,
                                gint64     *time_us);
char     *peg_wire_format_time (gint64      time_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
