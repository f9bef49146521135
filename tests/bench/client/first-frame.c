/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * Linked into a build of the client that is otherwise what everybody gets: says
 * on the standard error output when the first frame with rows of the list was
 * painted, in µs of the monotonic clock, and what the process had worked until
 * then, in µs. Then it lets go, so that nothing of it is in what is measured
 * afterwards.
 */

#include <gtk/gtk.h>
#include <stdio.h>
#include <time.h>

/* A page that is only fading in is not there. */
static gboolean
is_covered (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (GTK_IS_STACK (widget) && gtk_stack_get_transition_running (GTK_STACK (widget)))
      return TRUE;

  return FALSE;
}

/* The list is the only list view of the window that is mapped. */
static gboolean
has_rows (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;

  if (GTK_IS_LIST_VIEW (widget)) {
    GtkWidget *row = gtk_widget_get_first_child (widget);

    return row != NULL && gtk_widget_get_mapped (row) && gtk_widget_get_height (row) > 0 &&
           !is_covered (widget);
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_rows (child))
      return TRUE;

  return FALSE;
}

static gboolean
painted_cb (GSignalInvocationHint *hint,
            guint                  n_values,
            const GValue          *values,
            gpointer               user_data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (has_rows (window)) {
      struct timespec worked;

      clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &worked);
      fprintf (stderr, "first-frame %" G_GINT64_FORMAT " %ld\n", g_get_monotonic_time (),
               worked.tv_sec * 1000000 + worked.tv_nsec / 1000);
      return FALSE;
    }
  }

  return TRUE;
}

/* Before main(), because nothing of the client may know of it. */
__attribute__ ((constructor)) static void
begin (void)
{
  g_type_class_ref (GDK_TYPE_FRAME_CLOCK);
  g_signal_add_emission_hook (g_signal_lookup ("after-paint", GDK_TYPE_FRAME_CLOCK), 0, painted_cb,
                              NULL, NULL);
}
