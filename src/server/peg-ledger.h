/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-event.h"
#include "peg-file.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_LEDGER_KEEP_EVENTS:
 *
 * How many events are kept for those who resume, and for the activity page.
 */
#define PEG_LEDGER_KEEP_EVENTS 100000

/**
 * PEG_LEDGER_KEEP_US:
 *
 * How long an event is kept at most, µs: 30 days. Whoever was away for longer
 * takes the list.
 */
#define PEG_LEDGER_KEEP_US (30 * G_TIME_SPAN_DAY)

/**
 * PEG_LEDGER_MAX_CLIENTS:
 *
 * How many clients are remembered at most: more than any server has descriptors
 * for, and few enough that a marker which was damaged keeps nobody away for long.
 */
#define PEG_LEDGER_MAX_CLIENTS 100000

/* The ledger: what must survive, in SQLite. It knows rows, and no rules; the
 * shop has those. One thread only. A change is a transaction: begin, write,
 * commit; when commit returns TRUE it survives a power cut. */

typedef struct _PegLedger PegLedger;

PegLedger *peg_ledger_open (const char  *path,
                            GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void       peg_ledger_free (PegLedger   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegLedger, peg_ledger_free)

const char *peg_ledger_get_epoch  (PegLedger *self);
const char *peg_ledger_get_prefix (PegLedger *self);
guint64     peg_ledger_get_seq    (PegLedger *self);

guint       peg_ledger_get_n_clients  (PegLedger *self);
void        peg_ledger_note_n_clients (PegLedger *self,
                                       guint      n_clients);

gboolean peg_ledger_begin     (PegLedger  *self,
                               GError    **error);
gboolean peg_ledger_commit    (PegLedger  *self,
                               GError    **error);
void     peg_ledger_rollback  (PegLedger  *self);
gboolean peg_ledger_new_epoch (PegLedger  *self,
                               GError    **error);

/* Files and check-outs */

GPtrArray *peg_ledger_load_files  (PegLedger      *self,
                                   GError        **error) G_GNUC_WARN_UNUSED_RESULT;
PegFile   *peg_ledger_find_gone   (PegLedger      *self,
                                   const char     *path) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_ledger_add_file    (PegLedger      *self,
                                   PegFile        *file,
                                   GError        **error);
gboolean   peg_ledger_write_file  (PegLedger      *self,
                                   const PegFile  *file,
                                   GError        **error);
gboolean   peg_ledger_remove_file (PegLedger      *self,
                                   const PegFile  *file,
                                   GError        **error);
guint64    peg_ledger_next_token  (PegLedger      *self,
                                   GError        **error);

/* Revisions */

gboolean   peg_ledger_add_revision   (PegLedger          *self,
                                      gint64              file,
                                      const PegRevision  *revision,
                                      GError            **error);
GPtrArray *peg_ledger_list_revisions (PegLedger          *self,
                                      gint64              file,
                                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PegRecord:
 * @seq: the position; 0: the next one, filled in when it is written
 * @at_us: when, µs since 1970
 * @cause: what was done
 * @by: (nullable): by whom
 * @file: the first file that it was done to; 0: none
 * @filename: its name then
 * @message: (nullable): what they said
 * @sha256: (nullable): the content after it
 * @major: of the revision after it; -1: none
 * @minor: likewise
 * @changed: (element-type gint64): the rows of the files that changed
 * @removed: (element-type utf8): the paths that went
 *
 * One event of the workspace.
 */
typedef struct {
  guint64 seq;
  gint64 at_us;
  PegCause cause;
  char *by;
  gint64 file;
  char *filename;
  char *message;
  char *sha256;
  int major;
  int minor;
  GArray *changed;
  GPtrArray *removed;
} PegRecord;

PegRecord *peg_record_new  (PegCause   cause) G_GNUC_WARN_UNUSED_RESULT;
void       peg_record_free (PegRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegRecord, peg_record_free)

gboolean   peg_ledger_add_record    (PegLedger  *self,
                                     PegRecord  *record,
                                     GError    **error);
GPtrArray *peg_ledger_list_after    (PegLedger  *self,
                                     guint64     seq,
                                     guint       limit,
                                     GError    **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *peg_ledger_list_activity (PegLedger  *self,
                                     guint       limit,
                                     guint       offset,
                                     GError    **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_ledger_prune         (PegLedger  *self,
                                     guint       keep,
                                     gint64      now_us,
                                     GError    **error);

/**
 * PegIntent:
 * @file: the row of the file
 * @path: where it was when the check-in began
 * @sha256: the new content; it is in the store
 * @size: bytes
 * @major: the revision that it will be
 * @minor: likewise
 * @who: by whom
 * @comment: (nullable): what they said
 * @temporary: the name of the copy in the temporary folder
 * @token: the fencing token of the check-out that it ends; 0: it was noted by a
 *   server that did not write it down
 * @key: (nullable): the key under which its answer is kept
 * @request: (nullable): what was asked under that key
 *
 * A check-in that was about to replace a file.
 */
typedef struct {
  gint64 file;
  char *path;
  char *sha256;
  gint64 size;
  int major;
  int minor;
  char *who;
  char *comment;
  char *temporary;
  guint64 token;
  char *key;
  char *request;
} PegIntent;

void peg_intent_free (PegIntent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegIntent, peg_intent_free)

gboolean   peg_ledger_add_pending    (PegLedger         *self,
                                      const PegIntent  *pending,
                                      GError           **error);
gboolean   peg_ledger_remove_pending (PegLedger         *self,
                                      gint64             file,
                                      GError           **error);
GPtrArray *peg_ledger_list_pending   (PegLedger         *self,
                                      GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* Drafts: what was uploaded and could not take its place. */

gint64 peg_ledger_add_draft (PegLedger   *self,
                             const char  *path,
                             const char  *sha256,
                             gint64       size,
                             const char  *who,
                             const char  *why,
                             GError     **error);

/* Notes between people */

gboolean   peg_ledger_add_note    (PegLedger      *self,
                                   const char     *recipient,
                                   const PegNote  *note,
                                   GError        **error);
GPtrArray *peg_ledger_list_notes  (PegLedger      *self,
                                   const char     *recipient,
                                   GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_ledger_remove_note (PegLedger      *self,
                                   const char     *recipient,
                                   const char     *id,
                                   GError        **error);

/* Answers by idempotency key */

gboolean peg_ledger_add_answer  (PegLedger   *self,
                                 const char  *key,
                                 const char  *request,
                                 guint        status,
                                 const char  *body,
                                 const char  *headers,
                                 GError     **error);
char    *peg_ledger_find_answer (PegLedger   *self,
                                 const char  *key,
                                 char       **request,
                                 guint       *status,
                                 char       **headers) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
