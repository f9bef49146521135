/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-staging.h"

G_BEGIN_DECLS

/* What comes behind the name of an upload that is not complete; a complete one
 * has its SHA-256 there. */
#define PEG_STAGING_PART "part"

struct _PegStaging
{
  GObject parent_instance;

  char *folder;       /* (owned) */
  GHashTable *active; /* (owned) (element-type utf8 PegStaged): by name without
                       * its ending; the values are unowned */
};

struct _PegStaged
{
  GObject parent_instance;

  PegStaging *staging; /* (owned) (nullable): while it is the one that counts */
  char *folder;        /* (owned) */
  char *user;          /* (owned): the first part of the name */
  char *name;          /* (owned): without its ending */
  gboolean anew;       /* what is there is no good */
  gint64 size;         /* bytes of the whole */
  gint64 have;         /* bytes that are there */
  GChecksum *checksum; /* (owned) (nullable): of those */
  char *sha256;        /* (owned) (nullable): it is complete, and this */
  int fd;              /* (owned) */
};

gboolean peg_staging_fail (GError     **error,
                           const char  *what,
                           const char  *path);

G_END_DECLS
