/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Feed:
 *
 * A feeder (feeder.c) in a process of its own, and what it says.
 */
typedef struct _Feed Feed;

Feed       *feed_new     (const char *program,
                          guint       n_files);
void        feed_free    (Feed       *self);
const char *feed_get_url (Feed       *self);
void        feed_tell    (Feed       *self,
                          const char *format,
                          ...) G_GNUC_PRINTF (2, 3);
gboolean    feed_heard   (Feed       *self);
void        feed_hear    (Feed       *self,
                          const char *word,
                          guint       n,
                          guint64    *numbers);

G_END_DECLS
