/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-ledger.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _PegLedger
{
  sqlite3 *database;      /* (owned) */
  GHashTable *statements; /* (owned): SQL, by its address → sqlite3_stmt */
  char *epoch;            /* (owned) */
  char *prefix;           /* (owned): what ids begin with */
  guint64 seq;            /* of the last event that is committed */
  guint64 next_seq;       /* the last one in the transaction */
  gboolean in_transaction;
  int marker_fd;          /* (owned): of the file beside it; -1: none */
  guint n_clients;        /* how many come back when the server was away */
  char *path;             /* (owned) (nullable): of the database; not changed once it is set */
  GThread *checkpoint;    /* (owned) (nullable): it works, or has ended */
  int is_checkpointing;   /* atomic: it works */
  int begun_pages;        /* how long the log was when it was brought in last; 0: it is new */
};

/**
 * PegMarker:
 * @epoch: (nullable): the epoch; %NULL: it is not known
 * @seq: the position of the last event
 * @n_clients: how many clients there were; 0: it is not known
 *
 * How far the ledger was once.
 */
typedef struct {
  char *epoch;
  guint64 seq;
  guint n_clients;
} PegMarker;

PegMarker peg_ledger_read_marker  (const char      *path) G_GNUC_WARN_UNUSED_RESULT;
gboolean  peg_ledger_agrees       (PegLedger       *self,
                                   const PegMarker *marker);
void      peg_ledger_write_marker (PegLedger       *self);
void      peg_ledger_open_marker  (PegLedger       *self,
                                   const char      *path);
void      peg_ledger_close_marker (PegLedger       *self);

gboolean      peg_ledger_fail (PegLedger    *self,
                               const char   *what,
                               GError      **error);
sqlite3_stmt *peg_ledger_bind (PegLedger    *self,
                               const char   *sql,
                               const char   *types,
                               ...);
gboolean      peg_ledger_run  (PegLedger    *self,
                               sqlite3_stmt *statement,
                               const char   *what,
                               GError      **error);

const char *peg_ledger_text     (sqlite3_stmt *statement,
                                 int           column);
char       *peg_ledger_dup_text (sqlite3_stmt *statement,
                                 int           column) G_GNUC_WARN_UNUSED_RESULT;

void peg_ledger_begin_checkpoints (PegLedger  *self,
                                   const char *path);
void peg_ledger_end_checkpoints   (PegLedger  *self);

G_END_DECLS
