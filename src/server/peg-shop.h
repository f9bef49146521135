/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-ledger.h"
#include "peg-listing.h"
#include "peg-objects.h"
#include "peg-once.h"
#include "peg-staging.h"
#include "peg-vault.h"

#include "peg-wire-rest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegShopError:
 * @PEG_SHOP_ERROR_NOT_FOUND: there is no such file
 * @PEG_SHOP_ERROR_AMBIGUOUS: several files have this name
 * @PEG_SHOP_ERROR_BAD_NAME: this cannot be the path of a file
 * @PEG_SHOP_ERROR_BAD_USER: this cannot be the name of a person
 * @PEG_SHOP_ERROR_TAKEN: somebody else has the file
 * @PEG_SHOP_ERROR_NOT_CHECKED_OUT: nobody has the file
 * @PEG_SHOP_ERROR_STALE_TOKEN: the check-out is not the one that counts now
 * @PEG_SHOP_ERROR_VERSION: the record changed since the client saw it
 * @PEG_SHOP_ERROR_CHANGED_OUTSIDE: somebody changed the file on the disk
 * @PEG_SHOP_ERROR_MISSING: the file is gone from the disk
 * @PEG_SHOP_ERROR_LINK: a link stands for another file
 * @PEG_SHOP_ERROR_EXISTS: there is a file of this name already
 * @PEG_SHOP_ERROR_BUSY: the file is being written by another program
 * @PEG_SHOP_ERROR_UNCERTAIN: the new content is in its place, but that could not
 *   be recorded
 * @PEG_SHOP_ERROR_STOPPED: a test stopped the change on its way
 *
 * Why the shop refuses something. The messages are for the person who asked.
 */
typedef enum {
  PEG_SHOP_ERROR_NOT_FOUND,
  PEG_SHOP_ERROR_AMBIGUOUS,
  PEG_SHOP_ERROR_BAD_NAME,
  PEG_SHOP_ERROR_BAD_USER,
  PEG_SHOP_ERROR_TAKEN,
  PEG_SHOP_ERROR_NOT_CHECKED_OUT,
  PEG_SHOP_ERROR_STALE_TOKEN,
  PEG_SHOP_ERROR_VERSION,
  PEG_SHOP_ERROR_CHANGED_OUTSIDE,
  PEG_SHOP_ERROR_MISSING,
  PEG_SHOP_ERROR_LINK,
  PEG_SHOP_ERROR_EXISTS,
  PEG_SHOP_ERROR_BUSY,
  PEG_SHOP_ERROR_UNCERTAIN,
  PEG_SHOP_ERROR_STOPPED,
} PegShopError;

#define PEG_SHOP_ERROR (peg_shop_error_quark ())

GQuark peg_shop_error_quark (void);

const char *peg_shop_error_to_code (PegShopError error);

/**
 * PegShopStep:
 * @PEG_SHOP_STEP_STAGED: the new and the old content are in the store, and a
 *   copy of the new one lies beside the file
 * @PEG_SHOP_STEP_NOTED: the ledger knows what is about to happen
 * @PEG_SHOP_STEP_REPLACED: the new content is in its place
 * @PEG_SHOP_STEP_KEPT: the ledger has the revision
 * @PEG_SHOP_STEP_REFUSED: the ledger did not take the revision, and is about to
 *   be asked once more
 *
 * The steps of a check-in, after each of which power may be cut.
 */
typedef enum {
  PEG_SHOP_STEP_STAGED,
  PEG_SHOP_STEP_NOTED,
  PEG_SHOP_STEP_REPLACED,
  PEG_SHOP_STEP_KEPT,
  PEG_SHOP_STEP_REFUSED,
} PegShopStep;

/**
 * PegShopStepFunc:
 * @step: the step that was just done
 * @user_data: the data that was given with the function
 *
 * Returns: whether to go on; if not, the check-in stops as if the power was cut
 */
typedef gboolean (*PegShopStepFunc) (PegShopStep step,
                                     gpointer    user_data);

/**
 * PegUpload:
 * @name: the path of the file, or its name where that is enough
 * @user: who checks in
 * @comment: (nullable): what they say
 * @token: the fencing token of the check-out; 0: not told
 * @if_version: the version of the record that the client saw; 0: not told
 * @force: whether to go on when the file was changed on the disk
 * @is_major: whether the next revision has a new first number
 * @new_major: that number; 0: the next one
 * @new_minor: for a new file, the second number of its revision
 * @incoming: (owned): the content
 *
 * A check-in, or a new file.
 */
typedef struct {
  char *name;
  char *user;
  char *comment;
  guint64 token;
  guint64 if_version;
  gboolean force;
  gboolean is_major;
  int new_major;
  int new_minor;
  PegIncoming *incoming;
} PegUpload;

void peg_upload_free (PegUpload *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegUpload, peg_upload_free)

#define PEG_TYPE_SHOP (peg_shop_get_type ())

G_DECLARE_FINAL_TYPE (PegShop, peg_shop, PEG, SHOP, GObject)

PegShop *peg_shop_new  (PegVault    *vault,
                        const char  *data) G_GNUC_WARN_UNUSED_RESULT;
gboolean peg_shop_open (PegShop     *self,
                        GError     **error);
void     peg_shop_set_step_func (PegShop         *self,
                                 PegShopStepFunc  func,
                                 gpointer         user_data);

void     peg_shop_set_once (PegShop       *self,
                            const PegOnce *once);

PegLedger  *peg_shop_get_ledger  (PegShop *self);
PegObjects *peg_shop_get_objects (PegShop *self);
PegStaging *peg_shop_get_staging (PegShop *self);
PegVault   *peg_shop_get_vault   (PegShop *self);
PegListing *peg_shop_get_listing (PegShop *self);
guint       peg_shop_get_n_files (PegShop *self);

GPtrArray *peg_shop_list_out     (PegShop     *self) G_GNUC_WARN_UNUSED_RESULT;
PegEntry  *peg_shop_find         (PegShop     *self,
                                  const char  *name,
                                  GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_shop_write_by_row (PegShop     *self,
                                  gint64       row,
                                  GString     *out);
char      *peg_shop_make_digest  (PegShop     *self) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *peg_shop_list_history (PegShop     *self,
                                  const char  *name,
                                  GError     **error) G_GNUC_WARN_UNUSED_RESULT;
int        peg_shop_open_file    (PegShop     *self,
                                  const char  *name,
                                  PegEntry   **entry,
                                  GError     **error);
int        peg_shop_open_version (PegShop     *self,
                                  const char  *name,
                                  const char  *sha256,
                                  PegEntry   **entry,
                                  GError     **error);

void      peg_shop_check_out_async  (PegShop               *self,
                                     const char            *name,
                                     const PegWireRequest  *request,
                                     GCancellable          *cancellable,
                                     GAsyncReadyCallback    callback,
                                     gpointer               user_data);
PegEntry *peg_shop_check_out_finish (PegShop               *self,
                                     GAsyncResult          *result,
                                     GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void      peg_shop_check_in_async   (PegShop               *self,
                                     PegUpload             *upload,
                                     GCancellable          *cancellable,
                                     GAsyncReadyCallback    callback,
                                     gpointer               user_data);
PegEntry *peg_shop_check_in_finish  (PegShop               *self,
                                     GAsyncResult          *result,
                                     GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void      peg_shop_add_async        (PegShop               *self,
                                     PegUpload             *upload,
                                     GCancellable          *cancellable,
                                     GAsyncReadyCallback    callback,
                                     gpointer               user_data);
PegEntry *peg_shop_add_finish       (PegShop               *self,
                                     GAsyncResult          *result,
                                     GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  peg_shop_add_link         (PegShop               *self,
                                     const char            *path,
                                     const char            *master,
                                     const char            *user,
                                     GError               **error);
gboolean  peg_shop_release          (PegShop               *self,
                                     const char            *name,
                                     const PegWireRequest  *request,
                                     GError               **error);
gboolean  peg_shop_override         (PegShop               *self,
                                     const char            *name,
                                     const PegWireRequest  *request,
                                     char                 **holder,
                                     GError               **error);

G_END_DECLS
