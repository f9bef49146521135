/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-shop.h"

#include <sys/stat.h>

G_BEGIN_DECLS

typedef struct _PegShopReader PegShopReader;

struct _PegShop
{
  GObject parent_instance;

  PegVault *vault;       /* (owned) */
  char *data;            /* (owned): the data folder */
  PegLedger *ledger;     /* (owned) (nullable): until it is opened */
  PegObjects *objects;   /* (owned) (nullable): likewise */
  PegStaging *staging;   /* (owned) (nullable): likewise */
  GHashTable *by_path;   /* (owned): path → PegFile, owned */
  GHashTable *by_row;    /* (owned): row → PegFile */
  PegListing *listing;   /* (owned): of them */
  PegShopReader *reader; /* (owned): of contents that came from outside */
  PegOnce *once;         /* (owned) (nullable): the key of the next change */
  GPtrArray *check_outs; /* (owned) (element-type GTask): of files that were read */
  guint check_out_id;    /* source id; 0: there are none */
  PegShopStepFunc step_func;
  gpointer step_data;    /* (unowned) */
};

/* Lookup */

PegFile *peg_shop_lookup     (PegShop     *self,
                              const char  *name,
                              GError     **error);
PegFile *peg_shop_lookup_row (PegShop     *self,
                              gint64       row);
void     peg_shop_insert     (PegShop     *self,
                              PegFile     *file);

void peg_shop_announce (PegShop   *self,
                        PegRecord *record);

/* Changes. A change is begun in the ledger, written there, committed, and only
 * then taken over and announced. */

typedef struct _PegShopChange PegShopChange;

PegShopChange *peg_shop_change_begin         (PegShop        *self,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void           peg_shop_change_free          (PegShopChange  *change);
gboolean       peg_shop_change_write         (PegShopChange  *change,
                                              PegFile        *next,
                                              GError        **error);
gboolean       peg_shop_change_write_quietly (PegShopChange  *change,
                                              PegFile        *next,
                                              GError        **error);
gboolean       peg_shop_change_remove        (PegShopChange  *change,
                                              PegFile        *file,
                                              GError        **error);
gboolean       peg_shop_change_record        (PegShopChange  *change,
                                              PegRecord      *record,
                                              GError        **error);
gboolean       peg_shop_change_keep_answer   (PegShopChange  *change,
                                              const PegOnce  *once,
                                              gboolean        with_file,
                                              GError        **error);
gboolean       peg_shop_change_commit        (PegShopChange  *change,
                                              GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegShopChange, peg_shop_change_free)

void peg_record_add_file (PegRecord     *record,
                          const PegFile *file);

/* Reading a file of the shop, with what it was while it was read. */

typedef struct {
  char *sha256;    /* (owned) (nullable): %NULL: there was no file */
  gint64 size;     /* bytes */
  gint64 mtime_ns;
  guint64 inode;
  guint mode;
} PegReading;

void     peg_reading_clear    (PegReading       *self);
void     peg_reading_set      (PegReading        *self,
                               const struct stat *status);
void     peg_reading_hint     (PegReading        *self,
                               const PegFile     *file);
gboolean peg_reading_read     (PegVault          *vault,
                               PegObjects        *objects,
                               const char        *path,
                               const PegReading  *hint,
                               PegReading        *reading,
                               GError           **error);
gboolean peg_shop_read_stored (PegShop           *self,
                               const char        *path,
                               const PegReading  *hint,
                               PegReading        *reading,
                               GError           **error);
gboolean peg_reading_matches  (const PegReading *self,
                               const PegFile    *file);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PegReading, peg_reading_clear)

PegShopReader *peg_shop_reader_new  (PegShop       *shop) G_GNUC_WARN_UNUSED_RESULT;
void           peg_shop_reader_free (PegShopReader *self);
void           peg_shop_reader_add  (PegShopReader *self,
                                     const char    *path);

/* What happens to the folder from outside */

gboolean peg_shop_compare       (PegShop        *self,
                                 GError        **error);
gboolean peg_shop_look_again    (PegShop        *self,
                                 GPtrArray      *paths,
                                 GError        **error);
gboolean peg_shop_look_at_read  (PegShop          *self,
                                 const char       *path,
                                 const PegReading *reading,
                                 GError          **error);
gboolean peg_shop_look_knowing  (PegShop        *self,
                                 GPtrArray      *paths,
                                 GHashTable     *readings,
                                 GError        **error);
void     peg_shop_scanned       (PegShop        *self,
                                 PegScan        *scan);
gboolean peg_shop_is_as_known   (const PegFile  *file,
                                 const PegFound *found);
gboolean peg_shop_take_outside  (PegShop        *self,
                                 GPtrArray      *found,
                                 GPtrArray      *gone,
                                 GHashTable     *readings,
                                 GError        **error);
gboolean peg_shop_keep_outside  (PegShop        *self,
                                 PegFile        *next,
                                 GError        **error);

/* Check-in */

gboolean peg_shop_recover        (PegShop    *self,
                                  GError    **error);
gboolean peg_shop_settle         (PegShop    *self,
                                  PegFile    *file,
                                  GError    **error);
void     peg_shop_next_revision  (PegFile    *file,
                                  gboolean    is_major,
                                  int         new_major);
gboolean peg_shop_check_person   (const char  *user,
                                  GError     **error);

G_END_DECLS
