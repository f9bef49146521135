/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_HUB_STREAM (peg_hub_stream_get_type ())

G_DECLARE_FINAL_TYPE (PegHubStream, peg_hub_stream, PEG, HUB_STREAM, GIOStream)

/**
 * PegHubStreamFunc:
 * @user_data: the data that was given with the function
 *
 * Something happened that peg_hub_stream_is_clear() or
 * peg_hub_stream_is_flooded() tells. Called in the middle of a write: what is to
 * be written because of it must wait for another turn of the main loop.
 */
typedef void (*PegHubStreamFunc) (gpointer user_data);

PegHubStream *peg_hub_stream_new (GIOStream *base) G_GNUC_WARN_UNUSED_RESULT;

void     peg_hub_stream_set_func       (PegHubStream     *self,
                                        PegHubStreamFunc  func,
                                        gpointer          user_data);
void     peg_hub_stream_set_close_code (PegHubStream     *self,
                                        gushort           code);
gboolean peg_hub_stream_is_clear       (PegHubStream     *self);
gboolean peg_hub_stream_is_flooded     (PegHubStream     *self);
gint64   peg_hub_stream_get_moved_us   (PegHubStream     *self);
GSocket *peg_hub_stream_get_socket     (PegHubStream     *self);

G_END_DECLS
