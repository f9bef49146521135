/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-shop-private.h"

G_BEGIN_DECLS

/* What a check-in, a new file, and the end of one that was interrupted have in
 * common. */

/* A check-in under way: contents are written in another thread. */
typedef struct {
  gint64 row;          /* 0: a new file */
  char *path;          /* (owned) */
  PegUpload *upload;   /* (owned) */
  PegOnce *once;       /* (owned) (nullable) */
  PegReading hint;     /* what was known to be there */
  PegReading reading;  /* what was there before */
  PegReading written;  /* what the copy in the temporary folder is */
  char *temporary;     /* (owned): the name of that copy */
  gboolean replaced;   /* the new content is in its place */
  gboolean stopped;    /* a test cut the power */
} PegCheckIn;

void       peg_check_in_free        (PegCheckIn           *self);
void       peg_check_in_stage       (PegShop              *self,
                                     GTask                *task,
                                     PegCheckIn           *check_in,
                                     GAsyncReadyCallback   callback);
gboolean   peg_check_in_step        (PegShop              *self,
                                     PegCheckIn           *check_in,
                                     PegShopStep           which,
                                     GError              **error);
gboolean   peg_check_in_replace     (PegShop              *self,
                                     PegCheckIn           *check_in,
                                     GError              **error);
PegIntent *peg_check_in_make_intent (const PegCheckIn     *check_in,
                                     const PegFile        *file) G_GNUC_WARN_UNUSED_RESULT;
void       peg_check_in_fail        (PegShop              *self,
                                     GTask                *task,
                                     PegCheckIn           *check_in,
                                     GError               *error);

gboolean peg_shop_keep_first       (PegShop           *self,
                                    PegFile           *next,
                                    const PegReading  *reading,
                                    GError           **error);
gboolean peg_shop_keep_check_in    (PegShop           *self,
                                    PegFile           *file,
                                    const PegIntent   *intent,
                                    const PegReading  *before,
                                    const PegReading  *written,
                                    PegCause           cause,
                                    GError           **error);
gboolean peg_check_in_record       (PegShop           *self,
                                    PegCheckIn        *check_in,
                                    PegFile           *file,
                                    const PegIntent   *intent,
                                    const PegReading  *before,
                                    PegCause           cause,
                                    GError           **error);
void     peg_shop_remove_temporary (PegShop           *self,
                                    const char        *temporary);

G_END_DECLS
