/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PROBE_WINDOW_US:
 *
 * How finely a stretch of time is cut to look at its longest dispatches, µs.
 */
#define PROBE_WINDOW_US 20000

/**
 * ProbeResult:
 * @n_frames: how often the frame clock ticked
 * @n_late: how many ticks came late
 * @n_late_net: how many did though a processor was there
 * @n_late_cpu: how many did because of what the main loop itself worked
 * @longest_ms: the longest dispatch, ms
 * @longest_net_ms: the same without the time in which no processor was there
 * @longest_cpu_ms: the longest dispatch by what the thread worked
 * @gap_p99_ms: of the longest dispatch of every %PROBE_WINDOW_US, the 99th
 *   percentile, net
 * @gap_cpu_p99_ms: the same by what the thread worked
 * @cpu_ms: what the thread worked in all
 *
 * How free the main loop was.
 *
 * A dispatch is what the main loop does between two looks at its sources. Time
 * in which the thread wanted to work, and no processor was free for it
 * (/proc/thread-self/schedstat, the second number), says something about the
 * machine and its other programs, and is left out of what is called net. On a
 * machine with much else to do even that is not all: the X server, whose answers
 * are waited for, has to wait itself.
 *
 * A frame is late when more than one and a half refresh intervals have passed
 * since the one before while something moves: 25 ms at 60 Hz.
 */
typedef struct {
  guint n_frames;
  guint n_late;
  guint n_late_net;
  guint n_late_cpu;
  double longest_ms;
  double longest_net_ms;
  double longest_cpu_ms;
  double gap_p99_ms;
  double gap_cpu_p99_ms;
  double cpu_ms;
} ProbeResult;

/**
 * ProbePainted:
 * @painted_us: when it was, monotonic
 * @user_data: what was given with it
 *
 * A frame has been painted.
 */
typedef void (*ProbePainted) (gint64   painted_us,
                              gpointer user_data);

void probe_install     (GtkWidget    *window);
void probe_begin       (gboolean      move);
void probe_end         (ProbeResult  *result);
void probe_set_painted (ProbePainted  func,
                        gpointer      user_data);

G_END_DECLS
