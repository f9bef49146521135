/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_OBJECTS_HASH_LENGTH:
 *
 * How long the name of a content is: SHA-256, lower-case hexadecimal.
 */
#define PEG_OBJECTS_HASH_LENGTH 64

/* The store of contents: every revision of every file, each content once, by
 * what it is. Nothing in it is ever changed. All functions may be called in any
 * thread; they wait for the disk. */

typedef struct _PegObjects PegObjects;

PegObjects *peg_objects_open  (const char  *folder,
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;
PegObjects *peg_objects_ref   (PegObjects  *self);
void        peg_objects_unref (PegObjects  *self);

gboolean peg_objects_has       (PegObjects  *self,
                                const char  *sha256);
int      peg_objects_open_read (PegObjects  *self,
                                const char  *sha256,
                                GError     **error);
gboolean peg_objects_put       (PegObjects  *self,
                                int          fd,
                                char       **sha256,
                                gint64      *size,
                                GError     **error);
gboolean peg_objects_copy_out  (PegObjects  *self,
                                const char  *sha256,
                                int          fd,
                                GError     **error);
gboolean peg_objects_is_hash   (const char  *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegObjects, peg_objects_unref)

/* Bytes on their way into the store. */

typedef struct _PegIncoming PegIncoming;

PegIncoming *peg_incoming_new      (PegObjects   *objects,
                                    GError      **error) G_GNUC_WARN_UNUSED_RESULT;
PegIncoming *peg_incoming_adopt    (PegObjects   *objects,
                                    const char   *path,
                                    const char   *sha256,
                                    GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void         peg_incoming_free     (PegIncoming  *self);
gboolean     peg_incoming_write    (PegIncoming  *self,
                                    const char   *data,
                                    gsize         length,
                                    GError      **error);
gboolean     peg_incoming_store    (PegIncoming  *self,
                                    GError      **error);
const char  *peg_incoming_get_hash (PegIncoming  *self);
gint64       peg_incoming_get_size (PegIncoming  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegIncoming, peg_incoming_free)

gboolean peg_hash_fd (int       fd,
                      char    **sha256,
                      gint64   *size,
                      GError  **error);

G_END_DECLS
