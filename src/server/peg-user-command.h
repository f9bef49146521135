/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

int peg_user_command_run (char **arguments);

G_END_DECLS
