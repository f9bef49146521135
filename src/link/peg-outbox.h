/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-draft.h"
#include "peg-entry.h"
#include "peg-wire.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_OUTBOX_MAX_ITEMS:
 *
 * How many actions are kept. A person who leaves more undone should hear of it
 * rather than pile up more.
 */
#define PEG_OUTBOX_MAX_ITEMS 100

/**
 * PEG_OUTBOX_EXPIRE_US:
 *
 * How long a check-out or a release is wanted, µs: one that is done later
 * surprises a person who has long gone on (docs/protocol.md, “Actions”).
 */
#define PEG_OUTBOX_EXPIRE_US (60 * (gint64) G_USEC_PER_SEC)

/**
 * PegOutboxError:
 * @PEG_OUTBOX_ERROR_FULL: there is too much in it already
 * @PEG_OUTBOX_ERROR_DAMAGED: what is on the disk is no action
 * @PEG_OUTBOX_ERROR_DISK: the disk does not take it
 *
 * Why something cannot be kept. Messages of all but
 * %PEG_OUTBOX_ERROR_DAMAGED are for people.
 */
typedef enum {
  PEG_OUTBOX_ERROR_FULL,
  PEG_OUTBOX_ERROR_DAMAGED,
  PEG_OUTBOX_ERROR_DISK,
} PegOutboxError;

#define PEG_OUTBOX_ERROR (peg_outbox_error_quark ())

GQuark peg_outbox_error_quark (void);

/**
 * PegOutboxItem:
 * @id: a UUID: the idempotency key; never another one for the same action
 * @serial: grows with every action, so that they have an order
 * @action: what is asked for
 * @state: how far it is
 * @key: of the file, as this client knows it
 * @filename: its name
 * @path: (nullable): its path
 * @text: (nullable): the comment, or the reason
 * @major: whether the first number of the revision grows
 * @version: of the record that the person saw; 0: none
 * @token: the fencing token of the check-out; 0: none
 * @sha256: (nullable): of the bytes
 * @size: of the bytes; -1: there are none
 * @created_us: when a person asked for it, µs since 1970 by this computer
 * @sent_us: when it was sent, likewise; 0: it was not
 * @why: (nullable): what is in the way, a sentence for people
 * @boot_us: when it was asked for, µs of the clock that goes on in a sleep; 0:
 *   in an earlier run, or by another program. Not on the disk.
 * @n_busy: how often the server refused it for now, one time after the other. Not
 *   on the disk.
 * @rest_until_us: not to be sent unasked before, monotonic; 0: at any time. Not on
 *   the disk.
 * @lock: a file descriptor: nobody else is at it while it is open; -1: this run
 *   is not at it. Not on the disk.
 * @elsewhere: whether another program was at it when it was read. Not on the
 *   disk.
 *
 * An action under way. Only the outbox changes it.
 */
typedef struct {
  char *id;
  guint64 serial;
  PegAction action;
  PegDraftState state;
  char *key;
  char *filename;
  char *path;
  char *text;
  gboolean major;
  guint64 version;
  guint64 token;
  char *sha256;
  gint64 size;
  gint64 created_us;
  gint64 sent_us;
  char *why;
  gint64 boot_us;
  guint n_busy;
  gint64 rest_until_us;
  int lock;
  gboolean elsewhere;
} PegOutboxItem;

PegOutboxItem *peg_outbox_item_new    (PegAction             action,
                                       const PegEntry       *entry,
                                       const char           *text) G_GNUC_WARN_UNUSED_RESULT;
void           peg_outbox_item_free   (PegOutboxItem        *self);
char          *peg_outbox_item_encode (const PegOutboxItem  *self,
                                       gsize                *length) G_GNUC_WARN_UNUSED_RESULT;
PegOutboxItem *peg_outbox_item_decode (const char           *data,
                                       gsize                 length,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;
PegEntry      *peg_outbox_item_dup_entry (const PegOutboxItem *self,
                                          const char          *user) G_GNUC_WARN_UNUSED_RESULT;
PegDraft      *peg_outbox_item_dup_draft (const PegOutboxItem *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegOutboxItem, peg_outbox_item_free)

/**
 * PegOutboxStep:
 * @PEG_OUTBOX_WAIT: nothing, for now
 * @PEG_OUTBOX_SEND: send it, or send it again under its own key
 * @PEG_OUTBOX_DONE: the server has done it
 * @PEG_OUTBOX_CONFLICT: the server would refuse it, or should
 * @PEG_OUTBOX_EXPIRE: it is not wanted any more
 * @PEG_OUTBOX_ASK: only a person can tell
 *
 * What to do with an action.
 */
typedef enum {
  PEG_OUTBOX_WAIT,
  PEG_OUTBOX_SEND,
  PEG_OUTBOX_DONE,
  PEG_OUTBOX_CONFLICT,
  PEG_OUTBOX_EXPIRE,
  PEG_OUTBOX_ASK,
} PegOutboxStep;

/**
 * PegOutboxFacts:
 * @entry: (nullable): what the server says of the file now; %NULL: it has none
 * @user: who this is
 * @dialect: whether the server does the same key only once
 * @boot_us: now, µs of the clock that goes on in a sleep
 * @blocked: whether an earlier action on the same file is not done yet
 *
 * What is known when the connection is live.
 */
typedef struct {
  const PegEntry *entry;
  const char *user;
  PegDialect dialect;
  gint64 boot_us;
  gboolean blocked;
} PegOutboxFacts;

PegOutboxStep peg_outbox_judge (const PegOutboxItem  *item,
                                const PegOutboxFacts *facts);

#define PEG_TYPE_OUTBOX (peg_outbox_get_type ())

G_DECLARE_FINAL_TYPE (PegOutbox, peg_outbox, PEG, OUTBOX, GObject)

/**
 * PegOutboxIdFunc:
 *
 * Returns: (transfer full): a new UUID, lower case; g_uuid_string_random(), but
 *   for a test
 */
typedef char * (*PegOutboxIdFunc) (void);

char      *peg_outbox_dup_folder (const char      *folder,
                                  const char      *url,
                                  const char      *user) G_GNUC_WARN_UNUSED_RESULT;
PegOutbox *peg_outbox_new        (const char      *folder,
                                  PegClock        *clock,
                                  PegOutboxIdFunc  new_id) G_GNUC_WARN_UNUSED_RESULT;

void       peg_outbox_set_claims (PegOutbox       *self,
                                  gboolean         claims);

guint          peg_outbox_load    (PegOutbox      *self);
guint          peg_outbox_get_n_unreadable (PegOutbox *self);
gboolean       peg_outbox_is_bare (PegOutbox      *self);
GPtrArray     *peg_outbox_get_all (PegOutbox      *self);
PegOutboxItem *peg_outbox_find    (PegOutbox      *self,
                                   const char     *id);
PegOutboxItem *peg_outbox_claim   (PegOutbox      *self,
                                   const char     *id);
void           peg_outbox_let_go  (PegOutbox      *self,
                                   const char     *id);
gboolean       peg_outbox_has_again (PegOutbox     *self,
                                     const char    *id);
gboolean       peg_outbox_is_blocked (PegOutbox           *self,
                                      const PegOutboxItem *item);

char          *peg_outbox_reserve (PegOutbox      *self,
                                   int            *lock,
                                   GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void           peg_outbox_abandon (PegOutbox      *self,
                                   const char     *id,
                                   int             lock);
PegOutboxItem *peg_outbox_add     (PegOutbox      *self,
                                   const char     *id,
                                   int             lock,
                                   PegOutboxItem  *item,
                                   GError        **error);
gboolean       peg_outbox_set     (PegOutbox      *self,
                                   PegOutboxItem  *item,
                                   PegDraftState   state,
                                   const char     *why,
                                   GError        **error);

const char *peg_outbox_get_folder (PegOutbox      *self);
char       *peg_outbox_dup_bytes  (PegOutbox      *self,
                                   const char     *id) G_GNUC_WARN_UNUSED_RESULT;
gboolean    peg_outbox_copy       (const char     *bytes,
                                   GFile          *file,
                                   GCancellable   *cancellable,
                                   gint64         *size,
                                   char          **sha256,
                                   GError        **error);

gboolean peg_outbox_is_own_change (PegOutbox  *self,
                                   const char *name);

G_END_DECLS
