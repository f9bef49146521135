/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-scan.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_VAULT (peg_vault_get_type ())

G_DECLARE_FINAL_TYPE (PegVault, peg_vault, PEG, VAULT, GObject)

/**
 * PegVaultProbe:
 * @path: a folder that is there
 *
 * Tries whether one more folder could be watched.
 *
 * Returns: 0, or why not: `ENOSPC` when the user has no watches left, `EMFILE`
 *   when there are no instances left
 */
typedef int (*PegVaultProbe) (const char *path);

PegVault *peg_vault_new (const char  *root,
                         GError     **error) G_GNUC_WARN_UNUSED_RESULT;

int         peg_vault_get_fd     (PegVault *self);
const char *peg_vault_get_path   (PegVault *self);
gboolean    peg_vault_is_limited (PegVault *self);

void     peg_vault_set_probe    (PegVault      *self,
                                 PegVaultProbe  probe);
void     peg_vault_set_rescan   (PegVault      *self,
                                 guint          interval_ms);
void     peg_vault_watch        (PegVault      *self,
                                 GPtrArray     *folders);
gboolean peg_vault_watches      (PegVault      *self,
                                 const char    *folder);
void     peg_vault_forget       (PegVault      *self,
                                 const char    *folder);
void     peg_vault_rescan       (PegVault      *self);
void     peg_vault_stop         (PegVault      *self);

G_END_DECLS
