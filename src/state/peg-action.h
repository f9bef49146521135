/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PegAction:
 * @PEG_ACTION_CHECK_OUT: take a file
 * @PEG_ACTION_CHECK_IN: give it back with new content
 * @PEG_ACTION_RELEASE: give it back as it was
 * @PEG_ACTION_OPEN: open it with the desktop's program
 * @PEG_ACTION_SAVE_COPY: save a copy of it
 *
 * What a person can do with a file.
 */
typedef enum {
  PEG_ACTION_CHECK_OUT,
  PEG_ACTION_CHECK_IN,
  PEG_ACTION_RELEASE,
  PEG_ACTION_OPEN,
  PEG_ACTION_SAVE_COPY,
} PegAction;

G_END_DECLS
