/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-site.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegOptions:
 * @server: (nullable): where the server is
 * @user: (nullable): who this is
 * @station: (nullable): where this is, for example a machine; says nothing about who
 * @site: (nullable): a configuration of the shop, when the computer has none
 * @safe_code: (nullable): it starts in safe mode; what people are to tell their lead
 * @demo: the demo shop is wanted
 * @standalone: this does not join a Pegboard that runs already
 * @kiosk: it is the only program of a shared terminal
 *
 * What the command line says of how to start. Everything is owned.
 */
typedef struct {
  char *server;
  char *user;
  char *station;
  char *site;
  char *safe_code;
  gboolean demo;
  gboolean standalone;
  gboolean kiosk;
} PegOptions;

void        peg_options_add  (GApplication *application);
PegOptions *peg_options_new  (GVariantDict *dict) G_GNUC_WARN_UNUSED_RESULT;
void        peg_options_free (PegOptions   *self);
char      **peg_options_obey (PegOptions   *self,
                              PegSite      *site) G_GNUC_WARN_UNUSED_RESULT;
gboolean    peg_options_is_kiosk (const PegOptions *self,
                                  PegSite          *site);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegOptions, peg_options_free)

G_END_DECLS
