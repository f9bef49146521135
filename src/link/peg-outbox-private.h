/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-outbox.h"

G_BEGIN_DECLS

/* What an action has in the folder. Its name is its UUID, never anything that
 * came from elsewhere. */
#define PEG_OUTBOX_ITEM ".json"       /* the action */
#define PEG_OUTBOX_BYTES ".bytes"     /* what is to be checked in */
#define PEG_OUTBOX_PART ".part"       /* the same, while it is copied */
#define PEG_OUTBOX_LOCK ".lock"       /* locked by the program that is at it */
#define PEG_OUTBOX_DAMAGED ".damaged" /* an action that cannot be read; its bytes stay */

/**
 * PegOutbox:
 *
 * The actions of one person on one server that are under way, on the disk before
 * the first byte is sent, so that neither a crash nor a broken line loses one or
 * does one twice. It sends nothing itself.
 *
 * Several programs may have the same outbox open. An action belongs to the one
 * that made it until that one ends, in whatever way: each has a lock in the file
 * system, which the kernel lets go of.
 */
struct _PegOutbox
{
  GObject parent_instance;

  char *folder;           /* (owned) (not nullable) */
  PegClock *clock;        /* (owned) (not nullable) */
  PegOutboxIdFunc new_id; /* (not nullable) */
  GPtrArray *items;       /* (owned) (element-type PegOutboxItem): in their order */
  GHashTable *written;    /* (owned) (element-type utf8 PegOutboxWritten): what this
                             wrote last, by the identity of the action */
  gboolean claims;        /* what nobody is at is ours as soon as it is seen */
  guint n_unreadable;     /* by the last look */
  gboolean is_bare;       /* likewise: there was nothing at all */
};

/* peg-outbox.c */
char *peg_outbox_dup_path    (PegOutbox  *self,
                              const char *id,
                              const char *suffix) G_GNUC_WARN_UNUSED_RESULT;
void  peg_outbox_remove_all  (PegOutbox  *self,
                              const char *id);
int   peg_outbox_take_lock   (PegOutbox  *self,
                              const char *id) G_GNUC_WARN_UNUSED_RESULT;

/* peg-outbox-load.c */
PegOutboxItem *peg_outbox_read_item (PegOutbox  *self,
                                     const char *id,
                                     gboolean   *damaged) G_GNUC_WARN_UNUSED_RESULT;

/* peg-outbox-own.c */
void peg_outbox_note_written (PegOutbox  *self,
                              const char *id,
                              const char *path,
                              const char *text,
                              gsize       length);
void peg_outbox_written_free (gpointer    data);

G_END_DECLS
