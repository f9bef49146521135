/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No code that is read or made is longer, in bytes. */
#define PEG_CODE_MAX_LENGTH 1024

#define PEG_CODE_ERROR (peg_code_error_quark ())

/**
 * PegCodeError:
 * @PEG_CODE_ERROR_EMPTY: there is nothing to read
 * @PEG_CODE_ERROR_DAMAGED: it was one of ours, and a character of it is wrong
 * @PEG_CODE_ERROR_UNKNOWN: it is one of ours, of a version or a kind that is not known
 * @PEG_CODE_ERROR_TOO_LONG: nothing that long is a code
 *
 * Why a code cannot be read. The message is for people.
 */
typedef enum {
  PEG_CODE_ERROR_EMPTY,
  PEG_CODE_ERROR_DAMAGED,
  PEG_CODE_ERROR_UNKNOWN,
  PEG_CODE_ERROR_TOO_LONG,
} PegCodeError;

/**
 * PegCodeKind:
 * @PEG_CODE_FILE: a file; the value is its key
 * @PEG_CODE_COMMAND: a command card; the value is “check-out”, “check-in”, “release”,
 *   “cancel”, “yes” or “no”
 * @PEG_CODE_PERSON: a person; the value is the id
 * @PEG_CODE_BADGE: a badge of the site's own; the value is what is on it, normalised
 *   with peg_badge_normalise(), and is a secret: never log or show it
 * @PEG_CODE_LABEL: anything else, such as the label of a part; the value is what it says
 *
 * What a code stands for.
 */
typedef enum {
  PEG_CODE_FILE,
  PEG_CODE_COMMAND,
  PEG_CODE_PERSON,
  PEG_CODE_BADGE,
  PEG_CODE_LABEL,
} PegCodeKind;

/**
 * PegCodeFormat:
 * @badge: (nullable): what a badge of the site looks like, as a regular expression (of
 *   Perl's kind) for all of it, such as `[0-9]{8,12}`; %NULL: there are no badges
 *
 * What the codes of a site look like, besides our own (site.conf, [Badges] format).
 */
typedef struct {
  const char *badge;
} PegCodeFormat;

/**
 * PegCode:
 * @kind: what it stands for
 * @value: which one
 *
 * A code that was read.
 */
typedef struct {
  PegCodeKind kind;
  char *value;
} PegCode;

GQuark   peg_code_error_quark        (void);

PegCode *peg_code_parse              (const char           *text,
                                      const PegCodeFormat  *format,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;
char    *peg_code_format             (PegCodeKind           kind,
                                      const char           *value) G_GNUC_WARN_UNUSED_RESULT;
void     peg_code_free               (PegCode              *self);

gboolean peg_code_check_badge_format (const char           *badge,
                                      GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegCode, peg_code_free)

G_END_DECLS
