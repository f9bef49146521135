/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BENCH_NO_TARGET:
 *
 * The target of a figure that is only reported.
 */
#define BENCH_NO_TARGET (-1.0)

/**
 * BenchReport:
 *
 * The figures of one benchmark program, for the page and the JSON file that
 * `make bench` writes.
 */
typedef struct _BenchReport BenchReport;

BenchReport *bench_report_new   (const char  *path);
void         bench_report_add   (BenchReport *self,
                                 const char  *id,
                                 const char  *what,
                                 const char  *unit,
                                 double       value,
                                 double       target);
void         bench_report_point (BenchReport *self,
                                 const char  *series,
                                 const char  *unit,
                                 guint        files,
                                 double       value);
void         bench_report_close (BenchReport *self);

double bench_thread_cpu_ms (void);
double bench_percentile    (GArray *values,
                            double  percent);

G_END_DECLS
