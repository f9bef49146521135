/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "bench-report.h"

#include <json-glib/json-glib.h>
#include <time.h>

struct _BenchReport
{
  char *path;           /* (owned) */
  JsonArray *figures;   /* (owned) */
  JsonArray *points;    /* (owned) */
};

/*
 * bench_report_new:
 * @path: where the JSON file is written by bench_report_close()
 *
 * Returns: (transfer full): a report without figures
 */
BenchReport *
bench_report_new (const char *path)
{
  BenchReport *self = g_new0 (BenchReport, 1);

  self->path = g_strdup (path);
  self->figures = json_array_new ();
  self->points = json_array_new ();

  return self;
}

/*
 * bench_report_add:
 * @id: a name that no other figure has, in snake_case
 * @what: what was measured, in words, for the page
 * @unit: the unit of @value, for the page
 * @value: the figure; the smaller, the better
 * @target: what it must not exceed, or %BENCH_NO_TARGET
 *
 * Adds a figure, and prints it.
 */
void
bench_report_add (BenchReport *self,
                  const char  *id,
                  const char  *what,
                  const char  *unit,
                  double       value,
                  double       target)
{
  JsonObject *figure = json_object_new ();

  json_object_set_string_member (figure, "id", id);
  json_object_set_string_member (figure, "what", what);
  json_object_set_string_member (figure, "unit", unit);
  json_object_set_double_member (figure, "value", value);
  if (target >= 0)
    json_object_set_double_member (figure, "target", target);
  json_array_add_object_element (self->figures, figure);

  if (target >= 0)
    g_print ("%-52s %12.3f %s (at most %g)%s\n", id, value, unit, target,
             value > target ? "  OVER" : "");
  else
    g_print ("%-52s %12.3f %s\n", id, value, unit);
}

/*
 * bench_report_point:
 * @series: what was measured, in words; one line of the plot
 * @unit: the unit of @value; one panel of the plot
 * @files: the size of the list
 * @value: the figure
 *
 * Adds a point to the plot of cost against the size of the list.
 */
void
bench_report_point (BenchReport *self,
                    const char  *series,
                    const char  *unit,
                    guint        files,
                    double       value)
{
  JsonObject *point = json_object_new ();

  json_object_set_string_member (point, "series", series);
  json_object_set_string_member (point, "unit", unit);
  json_object_set_int_member (point, "files", files);
  json_object_set_double_member (point, "value", value);
  json_array_add_object_element (self->points, point);

  g_print ("%-40s %8u files %12.4f %s\n", series, files, value, unit);
}

/*
 * bench_report_close:
 * @self: (transfer full): a report
 *
 * Writes the file and ends the report.
 */
void
bench_report_close (BenchReport *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *root = json_object_new ();

  json_object_set_array_member (root, "figures", self->figures);
  json_object_set_array_member (root, "points", self->points);
  json_node_take_object (node, root);
  text = json_to_string (node, TRUE);

  if (!g_file_set_contents (self->path, text, -1, &error))
    g_error ("%s", error->message);

  g_free (self->path);
  g_free (self);
}

/*
 * bench_thread_cpu_ms:
 *
 * Returns: what the calling thread has worked since it began, ms of CPU time;
 *   what else the machine does hardly changes it
 */
double
bench_thread_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  const double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

/*
 * bench_percentile:
 * @values: (element-type gdouble): what was measured; is sorted
 * @percent: which part of them is not larger, 0 … 100
 *
 * Returns: the percentile, by nearest rank; 0 of no values
 */
double
bench_percentile (GArray *values,
                  double  percent)
{
  guint rank;

  if (values->len == 0)
    return 0;

  g_array_sort (values, compare_doubles);
  rank = (guint) (percent / 100.0 * values->len);

  return g_array_index (values, double, MIN (rank, values->len - 1));
}
