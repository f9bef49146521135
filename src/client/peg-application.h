/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_APPLICATION (peg_application_get_type ())

G_DECLARE_FINAL_TYPE (PegApplication, peg_application, PEG, APPLICATION, AdwApplication)

PegApplication *peg_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
