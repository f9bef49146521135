/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_FILE_PICKER (peg_file_picker_get_type ())

G_DECLARE_INTERFACE (PegFilePicker, peg_file_picker, PEG, FILE_PICKER, GObject)

/**
 * PegFilePickerInterface:
 * @pick_async: see peg_file_picker_pick_async()
 * @pick_finish: see peg_file_picker_pick_finish()
 *
 * What a test puts in the place of the desktop's file chooser.
 */
struct _PegFilePickerInterface
{
  GTypeInterface parent_iface;

  void   (*pick_async)  (PegFilePicker        *self,
                         GtkWindow            *parent,
                         const char           *title,
                         const char           *save_as,
                         GCancellable         *cancellable,
                         GAsyncReadyCallback   callback,
                         gpointer              user_data);
  GFile *(*pick_finish) (PegFilePicker        *self,
                         GAsyncResult         *result,
                         GError              **error);
};

void   peg_file_picker_pick_async  (PegFilePicker        *self,
                                    GtkWindow            *parent,
                                    const char           *title,
                                    const char           *save_as,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
GFile *peg_file_picker_pick_finish (PegFilePicker        *self,
                                    GAsyncResult         *result,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;

PegFilePicker *peg_file_picker_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
