/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-site.h"

G_BEGIN_DECLS

/**
 * PegSiteLineKind:
 * @PEG_SITE_LINE_NOTHING: a blank line, or a comment
 * @PEG_SITE_LINE_GROUP: `[name]`
 * @PEG_SITE_LINE_KEY: `name=value`
 * @PEG_SITE_LINE_NOT_UTF8: bytes that are no UTF-8
 * @PEG_SITE_LINE_NUL: a NUL byte in it
 * @PEG_SITE_LINE_NO_EQUALS: neither of them, and there is no `=` in it
 * @PEG_SITE_LINE_NO_NAME: nothing in front of the `=`
 * @PEG_SITE_LINE_BAD_NAME: something in front of the `=` that cannot be there
 * @PEG_SITE_LINE_OPEN_GROUP: a `[` without a `]`
 * @PEG_SITE_LINE_AFTER_GROUP: something after the `]`
 * @PEG_SITE_LINE_BAD_GROUP: something in the brackets that cannot be there, or nothing
 *
 * What a line of a key file is, or what is wrong with it.
 */
typedef enum {
  PEG_SITE_LINE_NOTHING,
  PEG_SITE_LINE_GROUP,
  PEG_SITE_LINE_KEY,
  PEG_SITE_LINE_NOT_UTF8,
  PEG_SITE_LINE_NUL,
  PEG_SITE_LINE_NO_EQUALS,
  PEG_SITE_LINE_NO_NAME,
  PEG_SITE_LINE_BAD_NAME,
  PEG_SITE_LINE_OPEN_GROUP,
  PEG_SITE_LINE_AFTER_GROUP,
  PEG_SITE_LINE_BAD_GROUP,
} PegSiteLineKind;

/**
 * PegSiteLine:
 * @kind: what it is
 * @number: counted from 1
 * @marked: a byte order mark is in front of it
 * @name: (nullable): of a group or a key
 * @value: (nullable): of a key, with escapes, without white space around it
 * @text: (nullable): the line as it is written, when it is not what it should be
 *
 * A line of a key file. Everything is owned.
 */
typedef struct {
  PegSiteLineKind kind;
  guint number;
  gboolean marked;
  char *name;
  char *value;
  char *text;
} PegSiteLine;

void peg_site_line_clear (PegSiteLine *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PegSiteLine, peg_site_line_clear)

/**
 * PegSiteScanner:
 * @at: what comes next
 * @end: where the text ends
 * @number: how many lines were read
 *
 * Reads a key file line by line. Begin with the text, its end and 0.
 */
typedef struct {
  const char *at;
  const char *end;
  guint number;
} PegSiteScanner;

gboolean peg_site_scanner_next (PegSiteScanner *self,
                                PegSiteLine    *line);

/* A mistake that takes both texts. */
PegSiteMistake *peg_site_mistake_new  (guint           line,
                                       char           *what,
                                       char           *right) G_GNUC_WARN_UNUSED_RESULT;
void            peg_site_mistake_free (PegSiteMistake *self);

char  *peg_site_dup_plain (const char *raw) G_GNUC_WARN_UNUSED_RESULT;
char **peg_site_split     (const char *raw) G_GNUC_WARN_UNUSED_RESULT;

/* A text of the file as a sentence can quote it. */
char *peg_site_dup_shown (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Finds the word that somebody most likely meant; NULL: none is near. */
const char *peg_site_find_near (const char         *word,
                                const char * const *words);

/**
 * PegSiteValue:
 * @text: (nullable): the value, without escapes; of a list, how it is written
 * @words: (nullable) (array zero-terminated=1): of a list, what is in it
 * @number: of a number, what it is
 *
 * A value that was understood. Everything is owned.
 */
typedef struct {
  char *text;
  char **words;
  double number;
} PegSiteValue;

void peg_site_value_clear (PegSiteValue *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PegSiteValue, peg_site_value_clear)

gboolean peg_site_value_read (PegSiteValue  *self,
                              PegSiteKey     key,
                              const char    *raw,
                              char         **what,
                              char         **right);

/* What is kept of a key. */
typedef struct {
  PegSiteValue value;
  guint line;       /* 0: the file does not have it */
  gboolean locked;
} PegSiteEntry;

struct _PegSite
{
  char *path;                     /* (owned) (nullable): when there is a file */
  char **wrong;                   /* (owned): what is wrong in it, a line each */
  PegSiteEntry entries[PEG_SITE_N_KEYS];
};

/* One of which nothing is said yet. */
PegSite *peg_site_new        (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* What the file does not say, or says wrongly, is as usual. */
void     peg_site_fill_usual (PegSite    *self);

G_END_DECLS
