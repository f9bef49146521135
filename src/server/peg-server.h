/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-hub.h"
#include "peg-people.h"
#include "peg-settings.h"
#include "peg-shop.h"

G_BEGIN_DECLS

#define PEG_TYPE_SERVER (peg_server_get_type ())

G_DECLARE_FINAL_TYPE (PegServer, peg_server, PEG, SERVER, GObject)

/**
 * PegServerStopped:
 * @user_data: the data that was given with the function
 *
 * The server has stopped.
 */
typedef void (*PegServerStopped) (gpointer user_data);

PegServer *peg_server_new     (PegSettings       *settings,
                               GError           **error) G_GNUC_WARN_UNUSED_RESULT;
PegPeople *peg_server_get_people (PegServer      *self);
char      *peg_server_dup_uri (PegServer         *self) G_GNUC_WARN_UNUSED_RESULT;
PegShop   *peg_server_get_shop (PegServer        *self);
PegHub    *peg_server_get_hub (PegServer         *self);
gboolean   peg_server_is_changing (PegServer     *self);
void       peg_server_stop    (PegServer         *self,
                               PegServerStopped   stopped,
                               gpointer           user_data);

void peg_server_tell_systemd (const char *state);

G_END_DECLS
