/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-list.h"

G_BEGIN_DECLS

/* The reader of the whole list, for peg-wire-list.c, which takes the pieces and
 * says what came of them, for peg-wire-list-steps.c, which goes over the text, and
 * for peg-wire-list-text.c, which takes it apart. */

/* Where the reader is. */
typedef enum {
  PEG_WIRE_LIST_BEGIN,       /* before everything */
  PEG_WIRE_LIST_TOP_FIRST,   /* in the message: a member, or its end */
  PEG_WIRE_LIST_TOP_NAME,    /* a member */
  PEG_WIRE_LIST_TOP_VALUE,   /* its value */
  PEG_WIRE_LIST_TOP_NEXT,    /* a comma, or the end */
  PEG_WIRE_LIST_GROUP_FIRST, /* the same in the groups */
  PEG_WIRE_LIST_GROUP_NAME,
  PEG_WIRE_LIST_GROUP_VALUE,
  PEG_WIRE_LIST_GROUP_NEXT,
  PEG_WIRE_LIST_FILE_FIRST,  /* in a group: a file, or its end */
  PEG_WIRE_LIST_FILE_VALUE,
  PEG_WIRE_LIST_FILE_NEXT,
  PEG_WIRE_LIST_END,         /* behind everything */
} PegWireListState;

/* The members of the message that count, besides `payload`. */
#define PEG_WIRE_N_ENVELOPE 4

extern const char * const peg_wire_envelope_names[PEG_WIRE_N_ENVELOPE];

/* A group as the message has it. */
typedef struct {
  char *name;      /* (owned) */
  guint start;     /* its files, in the order sent */
  guint n_files;
  gboolean listed; /* it was an array, not null */
  GError *error;   /* (owned) (nullable): the first thing that is wrong in it */
} PegWireListGroup;

struct _PegWireListReader
{
  PegWireListForm form;
  PegWireListState state;
  gsize max_record;

  GByteArray *rest;    /* (owned): the begin of what is not complete */
  gsize try_again_at;  /* how long @rest must be before it is looked at again */
  gsize offset;        /* of what is looked at, in the text */
  gsize total;         /* all that was fed */
  GError *error;       /* (owned) (nullable): the text cannot be read at all */

  char *envelope[PEG_WIRE_N_ENVELOPE]; /* (owned) (nullable): as sent */
  int member;          /* which of them comes next; -1: none that counts */
  gboolean is_payload; /* the payload comes next */
  char *payload;       /* (owned) (nullable): what stands for it */
  char *root;          /* (owned) (nullable): what stands for all, if it is no object */

  GPtrArray *entries;  /* (owned) (element-type PegEntry) */
  GArray *segments;    /* (owned) (element-type PegWireListGroup): as first named */
  GHashTable *by_name; /* (owned): name → index in @segments, plus one */
  guint segment;       /* the current one */
  PegEntrySlice group; /* its name */
  gsize named;         /* what the names of groups take in the files, bytes, at most */
  guint index;         /* of the next file in it */
  gboolean is_mixed;   /* a group came twice, so @entries are not in order */
  GByteArray *scratch; /* (owned) */
};

#define PEG_WIRE_LIST_LONG_PART "One part of the list is longer than what is taken"

void     peg_wire_list_set_too_big (PegWireListReader *self,
                                    const char        *problem);
gboolean peg_wire_list_look_at     (PegWireListReader *self,
                                    const char        *data,
                                    gsize              length,
                                    gboolean           is_last,
                                    gsize             *used);

G_END_DECLS
