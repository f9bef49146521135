/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegUploadField:
 * @name: its name, ASCII
 * @value: its value, UTF-8
 *
 * A plain field of a form.
 */
typedef struct {
  const char *name;
  const char *value;
} PegUploadField;

#define PEG_TYPE_UPLOAD (peg_upload_get_type ())

G_DECLARE_FINAL_TYPE (PegUpload, peg_upload, PEG, UPLOAD, GInputStream)

PegUpload *peg_upload_new (GFile                 *file,
                           const char            *filename,
                           const PegUploadField  *fields,
                           guint                  n_fields,
                           GCancellable          *cancellable,
                           GError               **error) G_GNUC_WARN_UNUSED_RESULT;

goffset     peg_upload_get_length       (PegUpload *self);
goffset     peg_upload_get_size         (PegUpload *self);
int         peg_upload_get_fd           (PegUpload *self);
const char *peg_upload_get_content_type (PegUpload *self);

GBytes *peg_upload_make_form (const PegUploadField  *fields,
                              guint                  n_fields,
                              char                 **content_type) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
