/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The token of a person: 256 random bits in a form that can be read out and
 * typed in, such as
 * peg_7ZQ4M2K-… (docs/admin.md, “People”). */

/**
 * PEG_TOKEN_BYTES:
 *
 * How many random bytes a token is.
 */
#define PEG_TOKEN_BYTES 32

/**
 * PEG_TOKEN_PREFIX:
 *
 * What tokens begin with, so that a person, or a program that looks for secrets
 * in the wrong place, recognises one.
 */
#define PEG_TOKEN_PREFIX "peg_"

char    *peg_token_make  (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean peg_token_parse (const char *text,
                          guint8     *bytes);
char    *peg_token_hash  (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
