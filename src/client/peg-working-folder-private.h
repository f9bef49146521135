/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-copy-records.h"
#include "peg-place.h"
#include "peg-working-folder.h"

G_BEGIN_DECLS

/* A copy that was written. */
typedef struct {
  PegCopyRecord *record; /* (owned) */
  PegCopyFacts facts;    /* (owned) */
  PegPlaceStamp stamp;
  guint serial;          /* another one after every change of the record */
  gboolean awaits;       /* it was checked in; its revision is the next that the server shows */
  int before_major;      /* the one that the server showed until then */
  int before_minor;
} PegHeld;

/* A question that waits for its answer. */
typedef struct {
  PegCopyQuestion question; /* (owned) */
  char *sha256;             /* (owned): of what may be replaced when the answer is yes */
  gboolean checked_out;     /* as part of a check-out */
} PegAsked;

struct _PegWorkingFolder
{
  GObject parent_instance;

  PegStore *store;           /* (owned) */
  PegLink *link;             /* (owned) */
  PegClock *clock;           /* (owned) */
  GCancellable *cancellable; /* (owned): cancelled when this goes */
  GMutex disk;               /* held by whoever does something in the folder */
  char *folder;              /* (owned): absolute path */
  char *state_folder;        /* (owned): where what was written is remembered */
  char *tag;                 /* (owned): see PegPlaceWrite */
  GFileMonitor *monitor;     /* (owned) (nullable): where the folder can be watched */

  char *server;              /* (owned) (nullable): whose copies these are */
  char *user;                /* (owned) (nullable): who is asked */
  char *records_path;        /* (owned) (nullable) */
  GHashTable *held;          /* (owned) (element-type utf8 PegHeld): by key */
  GPtrArray *asked;          /* (owned) (element-type PegAsked): the oldest first */
  GHashTable *busy;          /* (owned) (element-type utf8): keys with something under way */
  GHashTable *released;      /* (owned) (element-type utf8): keys to look at */
  char *trouble;             /* (owned) (nullable): why the folder cannot be used */

  guint serial;
  guint n_jobs;              /* threads under way */
  gboolean active;
  gboolean demo;             /* the files are not of a real shop */
  gboolean looking;
  gboolean look_again;
  gboolean saving;
  gboolean save_again;
  gboolean swept;
  guint timer;               /* of the clock; 0: none */
  guint soon;                /* likewise */
};

/* Called in a thread, with the disk to itself. */
typedef void (*PegFolderFunc) (PegWorkingFolder *self,
                               gpointer          data);

void peg_working_folder_run (PegWorkingFolder    *self,
                             PegFolderFunc        func,
                             gpointer             data,
                             GDestroyNotify       free_func,
                             PegFolderFunc        done);

void         peg_working_folder_tell         (PegWorkingFolder *self);
void         peg_working_folder_save         (PegWorkingFolder *self);
void         peg_working_folder_adopt        (PegWorkingFolder *self);
char        *peg_working_folder_dup_key      (PegWorkingFolder *self,
                                              const char       *key) G_GNUC_WARN_UNUSED_RESULT;
char        *peg_working_folder_dup_path     (PegWorkingFolder *self,
                                              const char       *key) G_GNUC_WARN_UNUSED_RESULT;
void         peg_held_free                   (PegHeld          *held);
PegHeld     *peg_working_folder_find_name    (PegWorkingFolder *self,
                                              const char       *name);
void         peg_working_folder_set_record   (PegWorkingFolder    *self,
                                              const PegCopyRecord *values);
void         peg_working_folder_forget       (PegWorkingFolder    *self,
                                              const char          *key);
void         peg_working_folder_ask          (PegWorkingFolder      *self,
                                              const PegCopyQuestion *question,
                                              const char            *sha256,
                                              gboolean               checked_out);
PegAsked    *peg_working_folder_take_asked   (PegWorkingFolder *self,
                                              const char       *key) G_GNUC_WARN_UNUSED_RESULT;
void         peg_asked_free                  (PegAsked         *asked);
char        *peg_working_folder_make_spool   (PegWorkingFolder  *self,
                                              GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void         peg_working_folder_drop_spool   (const char        *path);

G_END_DECLS
