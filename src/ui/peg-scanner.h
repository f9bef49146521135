/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wedge.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The action, with a string, of a widget that is no text field and takes what is typed. */
#define PEG_SCANNER_TYPE_ACTION "typing.insert"

#define PEG_TYPE_SCANNER (peg_scanner_get_type ())

G_DECLARE_FINAL_TYPE (PegScanner, peg_scanner, PEG, SCANNER, GObject)

PegScanner *peg_scanner_new         (const PegWedgeFormat *format) G_GNUC_WARN_UNUSED_RESULT;

void        peg_scanner_attach      (PegScanner           *self,
                                     GtkWidget            *window);
void        peg_scanner_set_enabled (PegScanner           *self,
                                     gboolean              enabled);

G_END_DECLS
