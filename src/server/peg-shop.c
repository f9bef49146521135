/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-log.h"
#include "peg-name.h"

#include <string.h>

/* How many candidates an ambiguous name lists. */
#define MAX_CANDIDATES 8

/**
 * PegShop:
 *
 * The rules: who may do what with which file. It holds what is true in memory,
 * has it kept by the ledger, the store and the folder, in an order that survives
 * a power cut, and announces every change after it is kept. It knows nothing of
 * HTTP and sockets.
 *
 * Everything but the reading and writing of whole files happens in the thread
 * that it was made in.
 */
G_DEFINE_FINAL_TYPE (PegShop, peg_shop, G_TYPE_OBJECT)

G_DEFINE_QUARK (peg-shop-error-quark, peg_shop_error)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/**
 * peg_shop_error_to_code:
 * @error: why something was refused
 *
 * Returns: (transfer none): the `code` of the answer (docs/protocol.md)
 */
const char *
peg_shop_error_to_code (PegShopError error)
{
  static const char * const codes[] = {
    [PEG_SHOP_ERROR_NOT_FOUND] = "not_found",
    [PEG_SHOP_ERROR_AMBIGUOUS] = "ambiguous",
    [PEG_SHOP_ERROR_BAD_NAME] = "bad_name",
    [PEG_SHOP_ERROR_BAD_USER] = "bad_user",
    [PEG_SHOP_ERROR_TAKEN] = "taken",
    [PEG_SHOP_ERROR_NOT_CHECKED_OUT] = "not_checked_out",
    [PEG_SHOP_ERROR_STALE_TOKEN] = "stale_token",
    [PEG_SHOP_ERROR_VERSION] = "version",
    [PEG_SHOP_ERROR_CHANGED_OUTSIDE] = "changed_outside",
    [PEG_SHOP_ERROR_MISSING] = "missing",
    [PEG_SHOP_ERROR_LINK] = "link",
    [PEG_SHOP_ERROR_EXISTS] = "exists",
    [PEG_SHOP_ERROR_BUSY] = "busy",
    [PEG_SHOP_ERROR_UNCERTAIN] = "uncertain",
    [PEG_SHOP_ERROR_STOPPED] = "stopped",
  };

  g_return_val_if_fail ((guint) error < G_N_ELEMENTS (codes), NULL);

  return codes[error];
}

void
peg_upload_free (PegUpload *self)
{
  g_free (self->name);
  g_free (self->user);
  g_free (self->comment);
  g_clear_pointer (&self->incoming, peg_incoming_free);
  g_free (self);
}

/* Adds a file to what is known. Takes @file. */
void
peg_shop_insert (PegShop *self,
                 PegFile *file)
{
  g_hash_table_replace (self->by_path, file->path, file);
  g_hash_table_replace (self->by_row, &file->id, file);
  peg_listing_put (self->listing, file);
}

PegFile *
peg_shop_lookup_row (PegShop *self,
                     gint64   row)
{
  return g_hash_table_lookup (self->by_row, &row);
}

static PegFile *
lookup_by_name (PegShop     *self,
                const char  *name,
                GError     **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autoptr (GString) candidates = g_string_new (NULL);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PegFile *file = value;

    if (strcmp (file->filename, name) == 0)
      g_ptr_array_add (found, file);
  }

  if (found->len == 1)
    return g_ptr_array_index (found, 0);

  if (found->len == 0) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_FOUND,
                 "There is no file “%s” in the shop", name);
    return NULL;
  }

  for (guint i = 0; i < MIN (found->len, MAX_CANDIDATES); i++) {
    PegFile *file = g_ptr_array_index (found, i);

    g_string_append_printf (candidates, "%s“%s”", i > 0 ? ", " : "", file->path);
  }
  g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_AMBIGUOUS,
               "%u files are called “%s”. Say which one: %s%s", found->len, name,
               candidates->str, found->len > MAX_CANDIDATES ? ", …" : "");

  return NULL;
}

/* Finds a file by its path, else by its name alone where only one has it. */
PegFile *
peg_shop_lookup (PegShop     *self,
                 const char  *name,
                 GError     **error)
{
  PegFile *file = g_hash_table_lookup (self->by_path, name);

  if (file != NULL)
    return file;

  if (!g_utf8_validate (name, -1, NULL) || !peg_name_is_path (name)) {
    g_set_error_literal (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME,
                         "This is not the path of a file in the shop");
    return NULL;
  }

  if (strchr (name, '/') != NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_FOUND,
                 "There is no file “%s” in the shop", name);
    return NULL;
  }

  return lookup_by_name (self, name, error);
}

gboolean
peg_shop_check_person (const char  *user,
                       GError     **error)
{
  if (peg_name_is_person (user))
    return TRUE;

  g_set_error_literal (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_USER,
                       "Say who you are: the name of the user is missing, too long, or not text");

  return FALSE;
}

/* Tells everybody of a change that is kept. */
void
peg_shop_announce (PegShop   *self,
                   PegRecord *record)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, record);
}

static void
touched_cb (PegVault  *vault,
            GPtrArray *paths,
            PegShop   *self)
{
  g_autoptr (GError) error = NULL;

  if (!peg_shop_look_again (self, paths, &error)) {
    PEG_LOG ("outside-failed", "s:error", error->message);
    /* Nothing is lost: the next scan sees the same differences. */
    peg_vault_rescan (vault);
  }
}

static void
scanned_cb (PegVault *vault,
            PegScan  *scan,
            PegShop  *self)
{
  peg_shop_scanned (self, scan);
}

static void
peg_shop_dispose (GObject *object)
{
  PegShop *self = PEG_SHOP (object);

  if (self->vault != NULL)
    peg_vault_stop (self->vault);
  g_clear_object (&self->vault);
  g_clear_handle_id (&self->check_out_id, g_source_remove);
  g_clear_pointer (&self->ledger, peg_ledger_free);
  g_clear_pointer (&self->once, peg_once_free);

  G_OBJECT_CLASS (peg_shop_parent_class)->dispose (object);
}

static void
peg_shop_finalize (GObject *object)
{
  PegShop *self = PEG_SHOP (object);

  g_hash_table_unref (self->by_row);
  peg_listing_free (self->listing);
  g_hash_table_unref (self->by_path);
  g_clear_pointer (&self->objects, peg_objects_unref);
  g_clear_object (&self->staging);
  peg_shop_reader_free (self->reader);
  g_ptr_array_unref (self->check_outs);
  g_free (self->data);

  G_OBJECT_CLASS (peg_shop_parent_class)->finalize (object);
}

static void
peg_shop_class_init (PegShopClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_shop_dispose;
  object_class->finalize = peg_shop_finalize;

  /**
   * PegShop::changed:
   * @self: a shop
   * @record: (type PegRecord): what happened
   *
   * Something changed, and is kept.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
peg_shop_init (PegShop *self)
{
  self->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) peg_file_free);
  self->by_row = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->listing = peg_listing_new ();
  self->check_outs = g_ptr_array_new_with_free_func (g_object_unref);
  self->reader = peg_shop_reader_new (self);
}

/**
 * peg_shop_new:
 * @vault: the folder
 * @data: the path of the data folder; it is there
 *
 * Returns: (transfer full): a shop that is not open yet
 */
PegShop *
peg_shop_new (PegVault   *vault,
              const char *data)
{
  PegShop *self;

  g_return_val_if_fail (PEG_IS_VAULT (vault), NULL);
  g_return_val_if_fail (data != NULL, NULL);

  self = g_object_new (PEG_TYPE_SHOP, NULL);
  self->vault = g_object_ref (vault);
  self->data = g_strdup (data);

  return self;
}

/**
 * peg_shop_open:
 * @self: a shop
 * @error: return location for an error
 *
 * Opens the ledger and the store, ends check-ins that a power cut interrupted,
 * compares the ledger with the folder, and watches the folder from then on.
 * Differences become events.
 *
 * Returns: whether the shop is open
 */
gboolean
peg_shop_open (PegShop  *self,
               GError  **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) files = NULL;

  g_return_val_if_fail (PEG_IS_SHOP (self), FALSE);
  g_return_val_if_fail (self->ledger == NULL, FALSE);

  path = g_build_filename (self->data, "ledger.db", NULL);
  self->objects = peg_objects_open (self->data, error);
  if (self->objects == NULL)
    return FALSE;
  self->staging = peg_staging_new (self->data, error);
  if (self->staging == NULL)
    return FALSE;
  self->ledger = peg_ledger_open (path, error);
  if (self->ledger == NULL)
    return FALSE;

  files = peg_ledger_load_files (self->ledger, error);
  if (files == NULL)
    return FALSE;

  g_ptr_array_set_free_func (files, NULL);
  for (guint i = 0; i < files->len; i++)
    peg_shop_insert (self, g_ptr_array_index (files, i));

  if (!peg_ledger_prune (self->ledger, PEG_LEDGER_KEEP_EVENTS, g_get_real_time (), error) ||
      !peg_shop_recover (self, error) || !peg_shop_compare (self, error))
    return FALSE;

  g_signal_connect_object (self->vault, "touched", G_CALLBACK (touched_cb), self, 0);
  g_signal_connect_object (self->vault, "scanned", G_CALLBACK (scanned_cb), self, 0);

  return TRUE;
}

/**
 * peg_shop_set_step_func:
 * @self: a shop
 * @func: (nullable) (scope forever): called after each step of a check-in
 * @user_data: data for @func
 *
 * Lets a test cut the power between two steps.
 */
void
peg_shop_set_step_func (PegShop         *self,
                        PegShopStepFunc  func,
                        gpointer         user_data)
{
  g_return_if_fail (PEG_IS_SHOP (self));

  self->step_func = func;
  self->step_data = user_data;
}

/**
 * peg_shop_set_once:
 * @self: a shop
 * @once: (nullable): a key; %NULL: none
 *
 * Has the next change that is asked for kept together with its answer under a
 * key. It is to be asked for at once.
 */
void
peg_shop_set_once (PegShop       *self,
                   const PegOnce *once)
{
  g_return_if_fail (PEG_IS_SHOP (self));

  g_clear_pointer (&self->once, peg_once_free);
  self->once = peg_once_copy (once);
}

PegLedger *
peg_shop_get_ledger (PegShop *self)
{
  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  return self->ledger;
}

PegObjects *
peg_shop_get_objects (PegShop *self)
{
  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  return self->objects;
}

PegStaging *
peg_shop_get_staging (PegShop *self)
{
  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  return self->staging;
}

PegVault *
peg_shop_get_vault (PegShop *self)
{
  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  return self->vault;
}

/**
 * peg_shop_get_listing:
 * @self: a shop
 *
 * Returns: (transfer none): every file as text
 */
PegListing *
peg_shop_get_listing (PegShop *self)
{
  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  return self->listing;
}

guint
peg_shop_get_n_files (PegShop *self)
{
  g_return_val_if_fail (PEG_IS_SHOP (self), 0);

  return g_hash_table_size (self->by_path);
}
