/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-event.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegRefusal:
 * @name: (nullable): of the file that it was about
 * @entry: (nullable): the newest that is known of it
 * @user: (nullable): who asked
 * @changes: whether something was to be changed; @action says what
 * @action: what was asked for
 * @status: the HTTP status
 * @code: (nullable): the server’s word for the reason
 * @detail: (nullable): the server’s sentence
 * @wall_us: the time of day, µs since 1970
 *
 * A request that a server answered with “no”, and what is known about the file.
 */
typedef struct {
  const char *name;
  const PegEntry *entry;
  const char *user;
  gboolean changes;
  PegAction action;
  guint status;
  const char *code;
  const char *detail;
  gint64 wall_us;
} PegRefusal;

GError *peg_refusal_to_error (const PegRefusal *refusal) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
