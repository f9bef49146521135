/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegMultipartError:
 * @PEG_MULTIPART_ERROR_TYPE: the content type names no usable boundary
 * @PEG_MULTIPART_ERROR_SYNTAX: the body is not what RFC 7578 says
 * @PEG_MULTIPART_ERROR_TOO_BIG: a header or a plain field is too long, or there
 *   are too many
 *
 * What can be wrong with an upload.
 */
typedef enum {
  PEG_MULTIPART_ERROR_TYPE,
  PEG_MULTIPART_ERROR_SYNTAX,
  PEG_MULTIPART_ERROR_TOO_BIG,
} PegMultipartError;

#define PEG_MULTIPART_ERROR (peg_multipart_error_quark ())

GQuark peg_multipart_error_quark (void);

/**
 * PegMultipartFileFunc:
 * @name: the name of the field
 * @data: some bytes of the file
 * @length: how many; 0: the file begins
 * @user_data: the data that was given with the function
 * @error: return location for an error
 *
 * Takes the bytes of the uploaded file, as they come.
 *
 * Returns: whether to go on
 */
typedef gboolean (*PegMultipartFileFunc) (const char  *name,
                                          const char  *data,
                                          gsize        length,
                                          gpointer     user_data,
                                          GError     **error);

typedef struct _PegMultipart PegMultipart;

PegMultipart *peg_multipart_new  (const char            *content_type,
                                  PegMultipartFileFunc   file_func,
                                  gpointer               user_data,
                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void          peg_multipart_free (PegMultipart          *self);

gboolean peg_multipart_feed (PegMultipart  *self,
                             const char    *data,
                             gsize          length,
                             GError       **error);
gboolean peg_multipart_end  (PegMultipart  *self,
                             GError       **error);

const char *peg_multipart_get_field     (PegMultipart *self,
                                         const char   *name);
const char *peg_multipart_get_file_name (PegMultipart *self);
void        peg_multipart_sum_fields    (PegMultipart *self,
                                         GChecksum    *checksum);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegMultipart, peg_multipart_free)

G_END_DECLS
