/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "probe.h"

#include "bench-report.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Late is what is later than this after the frame before, ms: one and a half
 * refresh intervals at 60 Hz. */
#define LATE_MS 25.0

typedef struct {
  gint64 wall_us;
  double cpu_ms;
  double waited_ms; /* for a processor */
} Moment;

typedef struct {
  GtkWidget *window;  /* (unowned) */
  int schedstat;
  guint move_id;      /* of the tick callback; 0: none */

  gboolean running;
  Moment began;
  Moment woke;        /* when the main loop last came back from looking */
  Moment framed;      /* when the frame clock last ticked */
  GArray *windows;    /* (owned) (element-type gdouble): the longest of each, net */
  GArray *cpu_windows; /* (owned) (element-type gdouble): the same by CPU */
  gint64 window_end_us;
  ProbeResult result;

  ProbePainted painted;
  gpointer painted_data;
} Probe;

static Probe probe = { .schedstat = -1 };

static double
read_waited_ms (void)
{
  char text[96];
  const ssize_t n = pread (probe.schedstat, text, sizeof text - 1, 0);
  const char *blank;

  if (n <= 0)
    return 0;
  text[n] = '\0';
  blank = strchr (text, ' ');

  return blank != NULL ? (double) g_ascii_strtoull (blank + 1, NULL, 10) / 1e6 : 0;
}

static void
read_moment (Moment *moment)
{
  moment->wall_us = g_get_monotonic_time ();
  moment->cpu_ms = bench_thread_cpu_ms ();
  moment->waited_ms = read_waited_ms ();
}

static double
net_ms (const Moment *from,
        const Moment *to)
{
  return MAX ((double) (to->wall_us - from->wall_us) / 1e3 - (to->waited_ms - from->waited_ms), 0);
}

static void
count_dispatch (const Moment *now)
{
  const double wall_ms = (double) (now->wall_us - probe.woke.wall_us) / 1e3;
  const double net = net_ms (&probe.woke, now);
  const double cpu_ms = now->cpu_ms - probe.woke.cpu_ms;
  double *last;

  probe.result.longest_ms = MAX (probe.result.longest_ms, wall_ms);
  probe.result.longest_net_ms = MAX (probe.result.longest_net_ms, net);
  probe.result.longest_cpu_ms = MAX (probe.result.longest_cpu_ms, cpu_ms);

  if (probe.windows->len == 0 || now->wall_us >= probe.window_end_us) {
    g_array_append_val (probe.windows, net);
    g_array_append_val (probe.cpu_windows, cpu_ms);
    probe.window_end_us = now->wall_us + PROBE_WINDOW_US;
  }
  last = &g_array_index (probe.windows, double, probe.windows->len - 1);
  *last = MAX (*last, net);
  last = &g_array_index (probe.cpu_windows, double, probe.cpu_windows->len - 1);
  *last = MAX (*last, cpu_ms);
}

/* The main loop calls it to look at its sources; what it did before is over. */
static int
poll_cb (GPollFD *fds,
         guint    n_fds,
         int      timeout_ms)
{
  int n;

  if (probe.running) {
    Moment now;

    read_moment (&now);
    count_dispatch (&now);
  }

  n = g_poll (fds, n_fds, timeout_ms);

  if (probe.running)
    read_moment (&probe.woke);

  return n;
}

static void
before_paint_cb (GdkFrameClock *clock,
                 gpointer       user_data)
{
  Moment now;

  if (!probe.running || probe.move_id == 0)
    return;

  read_moment (&now);
  if (probe.result.n_frames > 0) {
    probe.result.n_late += (double) (now.wall_us - probe.framed.wall_us) / 1e3 > LATE_MS;
    probe.result.n_late_net += net_ms (&probe.framed, &now) > LATE_MS;
    probe.result.n_late_cpu += now.cpu_ms - probe.framed.cpu_ms > LATE_MS;
  }
  probe.framed = now;
  probe.result.n_frames++;
}

static void
after_paint_cb (GdkFrameClock *clock,
                gpointer       user_data)
{
  if (probe.painted != NULL)
    probe.painted (g_get_monotonic_time (), probe.painted_data);
}

/*
 * probe_install:
 * @window: (transfer none): a window that is realized, and stays
 *
 * Watches the main loop of the calling thread from outside, and the frames of a
 * window.
 */
void
probe_install (GtkWidget *window)
{
  g_autofree char *path =
    g_strdup_printf ("/proc/self/task/%ld/schedstat", (long) syscall (SYS_gettid));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_assert (clock != NULL);

  probe.window = window;
  probe.schedstat = open (path, O_RDONLY | O_CLOEXEC);
  probe.windows = g_array_new (FALSE, FALSE, sizeof (double));
  probe.cpu_windows = g_array_new (FALSE, FALSE, sizeof (double));
  g_main_context_set_poll_func (NULL, poll_cb);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
}

static gboolean
move_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  return G_SOURCE_CONTINUE;
}

/*
 * probe_begin:
 * @move: whether something is to move all the time, so that there is a frame in
 *   every refresh interval
 *
 * Begins to count, in the middle of a dispatch.
 */
void
probe_begin (gboolean move)
{
  memset (&probe.result, 0, sizeof probe.result);
  g_array_set_size (probe.windows, 0);
  g_array_set_size (probe.cpu_windows, 0);
  read_moment (&probe.began);
  probe.woke = probe.began;
  probe.running = TRUE;

  if (move)
    probe.move_id = gtk_widget_add_tick_callback (probe.window, move_cb, NULL, NULL);
}

/*
 * probe_end:
 * @result: (out caller-allocates): what was counted
 */
void
probe_end (ProbeResult *result)
{
  Moment now;

  read_moment (&now);
  count_dispatch (&now);
  probe.running = FALSE;
  if (probe.move_id != 0)
    gtk_widget_remove_tick_callback (probe.window, probe.move_id);
  probe.move_id = 0;

  probe.result.cpu_ms = now.cpu_ms - probe.began.cpu_ms;
  probe.result.gap_cpu_p99_ms = bench_percentile (probe.cpu_windows, 99);
  probe.result.gap_p99_ms = bench_percentile (probe.windows, 99);
  *result = probe.result;
}

/*
 * probe_set_painted:
 * @func: (nullable): called after every frame
 * @user_data: for @func
 */
void
probe_set_painted (ProbePainted func,
                   gpointer     user_data)
{
  probe.painted = func;
  probe.painted_data = user_data;
}
