/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegFound:
 * @path: where, relative to the root, with `/`
 * @master: (nullable): for a link, what it stands for, relative to the root
 * @size: bytes
 * @mtime_ns: when the content last changed, ns since 1970
 * @inode: which file it is on its file system
 * @major: first number of the revision in its header; -1: none
 * @minor: second number
 * @description: (nullable): the title in its header
 * @header_read: whether @major, @minor and @description were looked for
 *
 * A file on the disk.
 */
typedef struct {
  char *path;
  char *master;
  gint64 size;
  gint64 mtime_ns;
  guint64 inode;
  int major;
  int minor;
  char *description;
  gboolean header_read;
} PegFound;

void peg_found_free (PegFound *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegFound, peg_found_free)

/**
 * PegScan:
 * @files: (element-type PegFound): what is served, in no order
 * @folders: (element-type utf8): every folder that is served, relative to the
 *   root; the root itself is the empty string
 * @not_utf8: how many names could not be served because they are not UTF-8
 * @unreadable: how many folders could not be read
 * @duration_us: how long it took, µs
 *
 * What is below a folder.
 */
typedef struct {
  GPtrArray *files;
  GPtrArray *folders;
  guint not_utf8;
  guint unreadable;
  gint64 duration_us;
} PegScan;

void peg_scan_free (PegScan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegScan, peg_scan_free)

PegScan  *peg_scan_tree        (int           root,
                                const char   *root_path,
                                const char   *under,
                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
PegFound *peg_scan_file        (int           root,
                                const char   *root_path,
                                const char   *path,
                                gboolean     *is_folder) G_GNUC_WARN_UNUSED_RESULT;
void      peg_scan_read_header (int           root,
                                PegFound     *found);
void      peg_scan_read_headers (int          root,
                                 GPtrArray   *files);

G_END_DECLS
