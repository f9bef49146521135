/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_SAFE_PACE_MS:
 *
 * How often the view is written at most, ms: a crash loses no more than a second of
 * scrolling, and a person who scrolls all day does not wear out a flash disk.
 */
#define PEG_SAFE_PACE_MS 1000

#define PEG_TYPE_SAFE (peg_safe_get_type ())

G_DECLARE_FINAL_TYPE (PegSafe, peg_safe, PEG, SAFE, GObject)

/**
 * PegSafeViewFunc:
 * @user_data: what was given to peg_safe_watch()
 *
 * Returns: (transfer full) (nullable): what a person looks at, `a{sv}`
 */
typedef GVariant * (*PegSafeViewFunc) (gpointer user_data);

PegSafe  *peg_safe_new    (const char      *path) G_GNUC_WARN_UNUSED_RESULT;

GVariant *peg_safe_dup_view (PegSafe         *self) G_GNUC_WARN_UNUSED_RESULT;
void      peg_safe_watch    (PegSafe         *self,
                             PegSafeViewFunc  get_view,
                             gpointer         user_data);
void      peg_safe_note     (PegSafe         *self);
void      peg_safe_end      (PegSafe         *self);

const char *peg_safe_get_code   (int                 argc,
                                 const char * const *argv);
gboolean    peg_safe_draw_plain (void);
gboolean    peg_safe_put_aside  (const char         *folder,
                                 GError            **error);

G_END_DECLS
