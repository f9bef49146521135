/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_DEMO (peg_demo_get_type ())

G_DECLARE_FINAL_TYPE (PegDemo, peg_demo, PEG, DEMO, GObject)

PegDemo *peg_demo_new (void) G_GNUC_WARN_UNUSED_RESULT;

void  peg_demo_start_async  (PegDemo              *self,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
char *peg_demo_start_finish (PegDemo              *self,
                             GAsyncResult         *result,
                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void  peg_demo_stop         (PegDemo              *self);

char *peg_demo_parse_ready_line (const char *line) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
