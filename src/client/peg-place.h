/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-copy.h"

#include <time.h>

G_BEGIN_DECLS

/* One name in the working folder of a station: looked at, read and written such
 * that no byte that somebody else put there is ever lost, and that nobody ever
 * reads half a file. These calls wait for the disk or for a network share, so they
 * belong into a thread. */

/**
 * PEG_PLACE_KEPT:
 *
 * The folder, in the working folder, to which goes what was replaced.
 */
#define PEG_PLACE_KEPT ".pegboard-kept"

/**
 * PegPlaceError:
 * @PEG_PLACE_ERROR_OCCUPIED: something else is there than what may be replaced;
 *   it was left alone
 * @PEG_PLACE_ERROR_NO_FILE: there is no file of that name
 * @PEG_PLACE_ERROR_BUSY: another program is writing it
 * @PEG_PLACE_ERROR_FOLDER: the working folder itself cannot be used
 * @PEG_PLACE_ERROR_FAILED: anything else
 *
 * Why something could not be done. The words are for people.
 */
typedef enum {
  PEG_PLACE_ERROR_OCCUPIED,
  PEG_PLACE_ERROR_NO_FILE,
  PEG_PLACE_ERROR_BUSY,
  PEG_PLACE_ERROR_FOLDER,
  PEG_PLACE_ERROR_FAILED,
} PegPlaceError;

#define PEG_PLACE_ERROR (peg_place_error_quark ())

GQuark peg_place_error_quark (void);

/**
 * PegPlaceStamp:
 * @inode: of the file
 * @size: of it, bytes
 * @modified: when its content was written last
 * @changed: when anything about it was changed last
 *
 * What the disk says of a file without its being read. While it is the same, and not
 * newer than a few seconds, the content is the same.
 */
typedef struct {
  guint64 inode;
  gint64 size;
  struct timespec modified;
  struct timespec changed;
} PegPlaceStamp;

gboolean peg_place_check (const char     *folder,
                          GError        **error);
gboolean peg_place_look  (const char     *folder,
                          const char     *name,
                          gint64          now_us,
                          PegPlaceStamp  *stamp,
                          PegCopyFacts   *facts,
                          GError        **error);
char    *peg_place_read  (const char     *folder,
                          const char     *name,
                          int             destination,
                          gint64         *size,
                          GError        **error) G_GNUC_WARN_UNUSED_RESULT;

char    *peg_place_hash_file (int    fd,
                              gint64 *size) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PegPlaceWrite:
 * @folder: absolute path of the working folder
 * @name: of the file in it, one component
 * @source: the bytes, a file that is read from its start
 * @sha256: of them
 * @known: (nullable): SHA-256 of what may be replaced; %NULL: nothing may be there
 * @keep: whether what is replaced is kept even if it is @known
 * @tag: (not nullable): what tells the unfinished files of this station from those of
 *   others; ASCII letters and digits
 * @now_us: µs since 1970, for the name of what is kept
 *
 * What to write where.
 */
typedef struct {
  const char *folder;
  const char *name;
  int source;
  const char *sha256;
  const char *known;
  gboolean keep;
  const char *tag;
  gint64 now_us;
} PegPlaceWrite;

gboolean peg_place_write (const PegPlaceWrite  *write,
                          char                **kept,
                          GError              **error);
void     peg_place_sweep (const char           *folder,
                          const char           *tag);

G_END_DECLS
