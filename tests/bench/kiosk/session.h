/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SessionPlace:
 * @script: `pegboard-kiosk-session`
 * @board: the client, in a build of it that says when its first rows are painted
 *   (tests/bench/client/first-frame.c)
 * @schemas: the folder with the compiled settings schema
 * @home: where the terminal keeps its things
 *
 * What a terminal is made of.
 */
typedef struct {
  const char *script;
  const char *board;
  const char *schemas;
  const char *home;
} SessionPlace;

/**
 * Session:
 *
 * What runs within the compositor of a terminal, as it is started at boot.
 */
typedef struct _Session Session;

Session *session_new          (const SessionPlace *place,
                               const char         *url);
void     session_stop         (Session            *self);
gint64   session_get_began_us (Session            *self);
gint64   session_wait_painted (Session            *self);
gint64   session_kill_board   (Session            *self);

G_END_DECLS
