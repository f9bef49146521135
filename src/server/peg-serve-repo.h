/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * PEG_SERVE_REPO_PATH:
 *
 * Below which path a repository is handed out.
 */
#define PEG_SERVE_REPO_PATH "/repo"

/**
 * PEG_SERVE_REPO_KEY:
 *
 * What the public key is called in the folder of the repository.
 */
#define PEG_SERVE_REPO_KEY "pegboard.gpg"

/* A signed OSTree repository, for Flatpak: its files as they are, and two made-up ones
 * that tell a computer where it is and whom to trust. */

typedef struct _PegServeRepo PegServeRepo;

PegServeRepo *peg_serve_repo_new    (const char    *folder,
                                     const char    *title,
                                     GError       **error) G_GNUC_WARN_UNUSED_RESULT;
void          peg_serve_repo_attach (PegServeRepo  *self,
                                     SoupServer    *server);
void          peg_serve_repo_free   (PegServeRepo  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegServeRepo, peg_serve_repo_free)

G_END_DECLS
