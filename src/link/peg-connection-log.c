/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

/* How many transitions are kept for a person who asks what happened. */
#define MAX_LOG 50

/*
 * peg_connection_log:
 * @old: the state before
 * @input: what led out of it
 *
 * Writes the one line that every change of the state gets.
 */
void
peg_connection_log (PegConnection      *self,
                    PegConnectionState  old,
                    PegConnectionInput  input)
{
  g_autoptr (GDateTime) now =
    g_date_time_new_from_unix_local (peg_clock_get_wall_us (self->clock) / G_USEC_PER_SEC);
  g_autofree char *time = now != NULL ? g_date_time_format (now, "%F %T") : g_strdup ("?");
  g_autofree char *rtt = self->rtt_us < 0 ? g_strdup ("unknown") :
    g_strdup_printf ("%.1f ms", (double) self->rtt_us / 1000.0);
  g_autofree char *what = NULL;
  g_autofree char *line = NULL;

  what = g_strdup_printf ("%s → %s, %s, attempt %u, delay %.1f s, close code %u, round trip %s",
                          peg_connection_state_name (old),
                          peg_connection_state_name (self->state),
                          peg_connection_input_name (input),
                          self->attempt,
                          (double) self->delay_us / G_USEC_PER_SEC,
                          self->close_code, rtt);
  g_info ("%s", what);
  line = g_strconcat (time, " ", what, NULL);
  peg_connection_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_TRANSITION, .transition = line });

  g_mutex_lock (&self->log_mutex);
  g_queue_push_tail (&self->log, g_steal_pointer (&line));
  while (g_queue_get_length (&self->log) > MAX_LOG)
    g_free (g_queue_pop_head (&self->log));
  g_mutex_unlock (&self->log_mutex);
}

/**
 * peg_connection_dup_log:
 * @self: a connection
 *
 * May be called from any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the last transitions, the
 *   oldest first, a line each
 */
char **
peg_connection_dup_log (PegConnection *self)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  g_return_val_if_fail (PEG_IS_CONNECTION (self), NULL);

  g_mutex_lock (&self->log_mutex);
  for (const GList *link = self->log.head; link != NULL; link = link->next)
    g_strv_builder_add (lines, link->data);
  g_mutex_unlock (&self->log_mutex);

  return g_strv_builder_end (lines);
}
