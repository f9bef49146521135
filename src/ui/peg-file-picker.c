/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-picker"

#include "peg-config.h"

#include "peg-file-picker.h"

/**
 * PegFilePicker:
 *
 * Asks a person for a file to read or to write.
 *
 * The one that peg_file_picker_new() makes shows the desktop's own dialog. It
 * uses GtkFileChooserNative, which is the only way to the file chooser portal
 * that GTK 4.8 has; GtkFileDialog, its successor, came with 4.10. Nothing else
 * in the program knows of either.
 */

G_DEFINE_INTERFACE (PegFilePicker, peg_file_picker, G_TYPE_OBJECT)

static void
peg_file_picker_default_init (PegFilePickerInterface *iface)
{
}

/**
 * peg_file_picker_pick_async:
 * @self: a file picker
 * @parent: the window that asks
 * @title: what the file is for
 * @save_as: (nullable): the name to suggest for a file to write; %NULL: a file
 *   to read
 * @cancellable: (nullable): takes the question back
 * @callback: called when there is an answer
 * @user_data: for @callback
 *
 * Asks for a file.
 */
void
peg_file_picker_pick_async (PegFilePicker       *self,
                            GtkWindow           *parent,
                            const char          *title,
                            const char          *save_as,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (PEG_IS_FILE_PICKER (self));
  g_return_if_fail (title != NULL);

  PEG_FILE_PICKER_GET_IFACE (self)->pick_async (self, parent, title, save_as, cancellable,
                                                callback, user_data);
}

/**
 * peg_file_picker_pick_finish:
 * @self: a file picker
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the file; %NULL with @error set to
 *   %G_IO_ERROR_CANCELLED when the person does not want to say
 */
GFile *
peg_file_picker_pick_finish (PegFilePicker  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (PEG_IS_FILE_PICKER (self), NULL);

  return PEG_FILE_PICKER_GET_IFACE (self)->pick_finish (self, result, error);
}

#define PEG_TYPE_NATIVE_PICKER (peg_native_picker_get_type ())

G_DECLARE_FINAL_TYPE (PegNativePicker, peg_native_picker, PEG, NATIVE_PICKER, GObject)

struct _PegNativePicker
{
  GObject parent_instance;
};

static void peg_native_picker_iface_init (PegFilePickerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegNativePicker, peg_native_picker, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_FILE_PICKER,
                                                      peg_native_picker_iface_init))

static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             gpointer         user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFile) file = NULL;

  /* It answers once: whatever it says while it goes is no answer. */
  g_signal_handlers_disconnect_by_func (dialog, response_cb, task);

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (file != NULL)
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "No file was chosen");

  /* Nobody but the question itself kept the dialog alive. */
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
peg_native_picker_pick_async (PegFilePicker       *self,
                              GtkWindow           *parent,
                              const char          *title,
                              const char          *save_as,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GtkFileChooserNative *dialog;

  g_task_set_source_tag (task, peg_native_picker_pick_async);

  dialog = gtk_file_chooser_native_new (title, parent,
                                        save_as != NULL ? GTK_FILE_CHOOSER_ACTION_SAVE
                                                        : GTK_FILE_CHOOSER_ACTION_OPEN,
                                        NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (save_as != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), save_as);

  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static GFile *
peg_native_picker_pick_finish (PegFilePicker  *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
peg_native_picker_iface_init (PegFilePickerInterface *iface)
{
  iface->pick_async = peg_native_picker_pick_async;
  iface->pick_finish = peg_native_picker_pick_finish;
}

static void
peg_native_picker_class_init (PegNativePickerClass *klass)
{
}

static void
peg_native_picker_init (PegNativePicker *self)
{
}

/**
 * peg_file_picker_new:
 *
 * Returns: (transfer full): the desktop's file chooser
 */
PegFilePicker *
peg_file_picker_new (void)
{
  return g_object_new (PEG_TYPE_NATIVE_PICKER, NULL);
}
