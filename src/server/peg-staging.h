/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-objects.h"

G_BEGIN_DECLS

/* Uploads that came through a socket and wait for their check-in, in `uploads`
 * of the data folder (docs/protocol.md, “Binary frames”). */

/**
 * PegStagingError:
 * @PEG_STAGING_ERROR_NO_UPLOAD: there is no complete upload of this name
 * @PEG_STAGING_ERROR_TOO_MANY: too many wait already
 * @PEG_STAGING_ERROR_TOO_LARGE: this is more than is taken
 * @PEG_STAGING_ERROR_BAD_OFFSET: a piece is not the next one
 * @PEG_STAGING_ERROR_BAD_CHECKSUM: the content is not what was sent
 * @PEG_STAGING_ERROR_SUPERSEDED: the same upload goes on elsewhere
 *
 * Why an upload is refused.
 */
typedef enum {
  PEG_STAGING_ERROR_NO_UPLOAD,
  PEG_STAGING_ERROR_TOO_MANY,
  PEG_STAGING_ERROR_TOO_LARGE,
  PEG_STAGING_ERROR_BAD_OFFSET,
  PEG_STAGING_ERROR_BAD_CHECKSUM,
  PEG_STAGING_ERROR_SUPERSEDED,
} PegStagingError;

#define PEG_STAGING_ERROR (peg_staging_error_quark ())

GQuark peg_staging_error_quark (void);

const char *peg_staging_error_to_code (PegStagingError error);

/* Uploads of one person and of all, and how long they wait (docs/protocol.md,
 * “Limits”). */
#define PEG_STAGING_MAX_OF_USER 8
#define PEG_STAGING_MAX 64
#define PEG_STAGING_MAX_BYTES (G_GINT64_CONSTANT (8) * 1024 * 1024 * 1024)
#define PEG_STAGING_KEEP_S (24 * 60 * 60)

#define PEG_TYPE_STAGING (peg_staging_get_type ())

G_DECLARE_FINAL_TYPE (PegStaging, peg_staging, PEG, STAGING, GObject)

PegStaging *peg_staging_new   (const char  *data,
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void        peg_staging_sweep (PegStaging  *self,
                               gint64       now_s);

#define PEG_TYPE_STAGED (peg_staged_get_type ())

G_DECLARE_FINAL_TYPE (PegStaged, peg_staged, PEG, STAGED, GObject)

void       peg_staging_open_async  (PegStaging           *self,
                                    const char           *user,
                                    const char           *upload_id,
                                    gint64                size,
                                    gboolean              anew,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
PegStaged *peg_staging_open_finish (PegStaging           *self,
                                    GAsyncResult         *result,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void     peg_staged_close         (PegStaged            *self);
gint64   peg_staged_get_size      (PegStaged            *self);
gint64   peg_staged_get_have      (PegStaged            *self);
char    *peg_staged_dup_digest    (PegStaged            *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean peg_staged_write         (PegStaged            *self,
                                   guint64               offset,
                                   gconstpointer         data,
                                   gsize                 length,
                                   GError              **error);
void     peg_staged_finish_async  (PegStaged            *self,
                                   const char           *sha256,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean peg_staged_finish_finish (PegStaged            *self,
                                   GAsyncResult         *result,
                                   GError              **error);

PegIncoming *peg_staging_take (PegStaging  *self,
                               PegObjects  *objects,
                               const char  *user,
                               const char  *upload_id,
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
