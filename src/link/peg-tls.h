/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link-status.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The certificates of both sides, as one request sees them. */

#define PEG_TYPE_TLS_OWN (peg_tls_own_get_type ())

G_DECLARE_FINAL_TYPE (PegTlsOwn, peg_tls_own, PEG, TLS_OWN, GObject)

PegTlsOwn *peg_tls_own_new_from_files  (const char  *certificate,
                                        const char  *key,
                                        GError     **error) G_GNUC_WARN_UNUSED_RESULT;
PegTlsOwn *peg_tls_own_new_from_pkcs11 (const char  *certificate,
                                        const char  *key,
                                        const char  *pin,
                                        GError     **error) G_GNUC_WARN_UNUSED_RESULT;

void          peg_tls_watch (SoupMessage   *message,
                             PegTlsOwn     *own);
PegLinkReason peg_tls_judge (SoupMessage   *message,
                             const GError  *error,
                             char         **detail);

G_END_DECLS
