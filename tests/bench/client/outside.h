/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OutsideUsage:
 * @n_wake_ups: how often a thread of it went to sleep and was woken
 * @cpu_ms: what all its threads have worked, ms
 * @pss_mb: memory, what is shared divided by those who share it, MB
 * @peak_mb: the most it ever had resident, MB
 *
 * What a process has used so far (proc(5)); of threads that came and went between
 * two looks nothing is known.
 */
typedef struct {
  guint64 n_wake_ups;
  double cpu_ms;
  double pss_mb;
  double peak_mb;
} OutsideUsage;

/**
 * Outside:
 *
 * The client in a process of its own, as it is started by a person.
 */
typedef struct _Outside Outside;

Outside *outside_new       (const char   *program,
                            const char   *schemas,
                            const char   *home,
                            const char   *url);
void     outside_stop      (Outside      *self);
gint64   outside_wait_list (Outside      *self,
                            double       *cpu_ms);
void     outside_read      (Outside      *self,
                            OutsideUsage *usage);
guint    outside_count_gl  (Outside      *self);

G_END_DECLS
