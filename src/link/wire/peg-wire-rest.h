/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/* The bodies of HTTP requests and answers (docs/protocol.md, “REST”). Pure, like
 * peg-wire; the errors are those of %PEG_WIRE_ERROR. The client encodes
 * requests and decodes answers, the server does the opposite. */

/**
 * PegWireConfig:
 * @user: (nullable): `username`: who this server takes the client for
 * @name: (nullable): `shop_name`: what the shop is called (pegboardd)
 * @server: (nullable): `server`: name and version of the program (pegboardd)
 * @role: (nullable): `role`: what the user may do, see docs/protocol.md
 *   (pegboardd, where there is a sign-in)
 * @is_admin: whether the user may do everything
 * @has_token: whether the server is set up for its repository (classic)
 * @sign_in: whether the server wants to know who asks (pegboardd)
 *
 * The body of `GET /config`.
 */
typedef struct {
  char *user;
  char *name;
  char *server;
  char *role;
  gboolean is_admin;
  gboolean has_token;
  gboolean sign_in;
} PegWireConfig;

void           peg_wire_config_free   (PegWireConfig        *self);
PegWireConfig *peg_wire_decode_config (const char           *data,
                                       gsize                 length,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;
char          *peg_wire_encode_config (const PegWireConfig  *config) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWireConfig, peg_wire_config_free)

/**
 * PegWireRequest:
 * @user: (nullable): `user`, or `admin_user` of an override
 * @message: (nullable): `message`: why a file is checked out
 * @station: (nullable): `station`: where (pegboardd)
 * @token: the fencing token of the check-out; 0: none (pegboardd)
 *
 * @recipient: (nullable): `recipient`: who a note is for
 * @sender: (nullable): `sender`: who a note is from
 * @note_id: (nullable): `message_id`: the note that was read
 *
 * The body of a check-out, a release, an override, of a note, and of its
 * acknowledgement.
 */
typedef struct {
  char *user;
  char *message;
  char *station;
  guint64 token;
  char *recipient;
  char *sender;
  char *note_id;
} PegWireRequest;

void            peg_wire_request_free   (PegWireRequest        *self);
PegWireRequest *peg_wire_decode_request (const char            *data,
                                         gsize                  length,
                                         GError               **error) G_GNUC_WARN_UNUSED_RESULT;
char           *peg_wire_encode_request (const PegWireRequest  *request) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWireRequest, peg_wire_request_free)

/* `GET /files`: the payload of `FILE_LIST_UPDATED` alone. */
PegWireMessage *peg_wire_decode_files (const char  *data,
                                       gsize        length,
                                       GError     **error) G_GNUC_WARN_UNUSED_RESULT;
char           *peg_wire_encode_files (GPtrArray   *entries,
                                       PegDialect   dialect,
                                       gsize       *length) G_GNUC_WARN_UNUSED_RESULT;

/* `GET /messages/check`: (element-type PegNote), all that are not acknowledged. */
GPtrArray *peg_wire_decode_notes (const char  *data,
                                  gsize        length,
                                  GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* `GET /files/…/history`: (element-type PegRevision), newest first. */
GPtrArray *peg_wire_decode_history (const char  *data,
                                    gsize        length,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;
char      *peg_wire_encode_history (const char  *filename,
                                    GPtrArray   *revisions) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PegWireActivity:
 * @cause: what was done; classic calls it `CHECK_OUT`, `CHECK_IN`, …
 * @filename: to what
 * @user: (nullable): by whom
 * @message: (nullable): what they said
 * @hash: (nullable): the content after it
 * @when_us: when, µs since 1970
 * @major: of the revision after it; -1: none
 * @minor: likewise
 *
 * One thing that was done, for `GET /dashboard/activity`.
 */
typedef struct {
  PegCause cause;
  char *filename;
  char *user;
  char *message;
  char *hash;
  gint64 when_us;
  int major;
  int minor;
} PegWireActivity;

void  peg_wire_activity_free   (PegWireActivity *self);
char *peg_wire_encode_activity (GPtrArray       *activities) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWireActivity, peg_wire_activity_free)

GPtrArray *peg_wire_decode_activity (const char  *data,
                                     gsize        length,
                                     GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* `GET /dashboard/stats`: the entries that are checked out. */
char *peg_wire_encode_stats (GPtrArray *entries,
                             gint64     now_us) G_GNUC_WARN_UNUSED_RESULT;

/* An error body: `{"detail": …, "code": …}`, in any of the forms in which
 * servers send it; %NULL when it says nothing that a person could read. */
char *peg_wire_decode_detail (const char  *data,
                              gsize        length,
                              char       **code) G_GNUC_WARN_UNUSED_RESULT;
char *peg_wire_encode_detail (const char  *detail,
                              const char  *code) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
