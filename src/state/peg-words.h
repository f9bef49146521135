/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times, durations and names in words. Pure functions. */

char *peg_words_age       (gint64 duration_us) G_GNUC_WARN_UNUSED_RESULT;
char *peg_words_clock     (gint64 time_us,
                           gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;
char *peg_words_date_time (gint64 time_us) G_GNUC_WARN_UNUSED_RESULT;
char *peg_words_initials  (const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *peg_words_revision  (int major,
                           int minor) G_GNUC_WARN_UNUSED_RESULT;
char *peg_words_safe_name (const char *filename) G_GNUC_WARN_UNUSED_RESULT;

char *peg_words_argument  (const char *text) G_GNUC_WARN_UNUSED_RESULT;

gint64 peg_words_age_changes_in_us (gint64 duration_us);

char *peg_words_clip      (const char *text,
                           gsize       max_chars) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
