/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_SEARCH_PROVIDER_MAX:
 *
 * How many files one search finds at most. The overview of GNOME Shell shows about
 * five of a program and offers “more”, which is a window with all of them.
 */
#define PEG_SEARCH_PROVIDER_MAX 30

#define PEG_TYPE_SEARCH_PROVIDER (peg_search_provider_get_type ())

G_DECLARE_FINAL_TYPE (PegSearchProvider, peg_search_provider, PEG, SEARCH_PROVIDER, GObject)

PegSearchProvider *peg_search_provider_new (void) G_GNUC_WARN_UNUSED_RESULT;

void     peg_search_provider_set_store (PegSearchProvider  *self,
                                        PegStore           *store);
gboolean peg_search_provider_export    (PegSearchProvider  *self,
                                        GDBusConnection    *connection,
                                        const char         *object_path,
                                        GError            **error);
void     peg_search_provider_unexport  (PegSearchProvider  *self);

G_END_DECLS
