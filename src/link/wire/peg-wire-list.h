/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/* The whole-list message, straight from its bytes into entries.
 *
 * json-glib makes a tree of the whole text first: 1.06 s and 290 MB for 100,000
 * files (32 MB). This is one pass without a tree, 43 ms with the making of the
 * entries (tests/bench/wire), and only one record has to be in memory at a time,
 * so that a list of a million files is read while it arrives.
 *
 * It is fast because it does little: peg_wire_record_read() knows the members
 * that servers send, looks at eight bytes at a time, copies nothing before the
 * entry is made, and gives up on every record that is unusual in any way. Such a
 * record goes to json-glib, alone. What a record means is said only there
 * (peg-wire-file.c); the differential test and the fuzzer hold both to the same
 * result.
 *
 * simdjson 3.0.1 was measured before this was written, with the same list: 37 ms
 * without making the entries, which are 21 ms more, and 45 MB of its index beside
 * the whole message. It is no faster, cannot read what has only begun to arrive,
 * and would bring a C++ tool chain into a program in C. */

/**
 * PEG_WIRE_LIST_MAX_BYTES:
 *
 * The longest body of `GET /files` that is taken, bytes, without its
 * compression. A million files in the longest form are 430 MB. What is kept in
 * memory is bounded by the two limits that follow and by %PEG_WIRE_MAX_NAMED, not
 * by this.
 */
#define PEG_WIRE_LIST_MAX_BYTES (640 * (gsize) 1024 * 1024)

/**
 * PEG_WIRE_LIST_MAX_FILES:
 *
 * How many files a list may have, and how many groups. A shop of ten years has
 * 100,000.
 */
#define PEG_WIRE_LIST_MAX_FILES 2000000

/**
 * PEG_WIRE_LIST_MAX_RECORD:
 *
 * The longest FILE of a body, bytes: what has to be kept until its end has
 * arrived. A usual one has 400; a path has 4096 at most (PATH_MAX), and six times
 * that if every byte of it is an escape. A message from a socket is as long as
 * it may be anyway.
 */
#define PEG_WIRE_LIST_MAX_RECORD (256 * (gsize) 1024)

/**
 * PegWireListForm:
 * @PEG_WIRE_LIST_MESSAGE: a `FILE_LIST_UPDATED`, from the socket
 * @PEG_WIRE_LIST_BODY: the body of an answer to `GET /files`
 *
 * Where a list comes from.
 */
typedef enum {
  PEG_WIRE_LIST_MESSAGE,
  PEG_WIRE_LIST_BODY,
} PegWireListForm;

typedef struct _PegWireListReader PegWireListReader;

PegWireListReader *peg_wire_list_reader_new    (PegWireListForm      form) G_GNUC_WARN_UNUSED_RESULT;
void               peg_wire_list_reader_free   (PegWireListReader   *self);
gboolean           peg_wire_list_reader_feed   (PegWireListReader   *self,
                                                const char          *data,
                                                gsize                length,
                                                GError             **error);
PegWireMessage    *peg_wire_list_reader_finish (PegWireListReader   *self,
                                                GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWireListReader, peg_wire_list_reader_free)

G_END_DECLS
