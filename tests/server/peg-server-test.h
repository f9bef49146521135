/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tests/await.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Helpers for tests of the server. Files are made in a folder of the test's own;
 * waiting is iterating the main context until a condition, with a cap that is far
 * beyond anything a slow machine needs. */

/**
 * PEG_TEST_CAP_US:
 *
 * How long a condition may take to come true, µs, before the test fails.
 */
#define PEG_TEST_CAP_US (30 * G_USEC_PER_SEC)

#define peg_test_wait_until(condition) AWAIT_FOR (PEG_TEST_CAP_US / G_USEC_PER_SEC, condition)

char *peg_test_make_folder   (void) G_GNUC_WARN_UNUSED_RESULT;
void  peg_test_remove_folder (char       *folder);
void  peg_test_write         (const char *folder,
                              const char *path,
                              const char *text);
char *peg_test_read          (const char *folder,
                              const char *path) G_GNUC_WARN_UNUSED_RESULT;
void  peg_test_move          (const char *folder,
                              const char *from,
                              const char *to);
void  peg_test_remove        (const char *folder,
                              const char *path);

G_END_DECLS
