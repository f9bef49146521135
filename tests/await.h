/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

static inline gboolean
await_wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Sees to it that a wait looks at its condition, and at the clock, even when nothing
 * comes: what is waited for may happen in another thread or program.
 *
 * Returns: (transfer full): a source of the context of this thread, for
 *   await_wake_free() */
static inline GSource *
await_wake_new (void)
{
  GSource *source = g_timeout_source_new (20);

  g_source_set_callback (source, await_wake_cb, NULL, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

static inline void
await_wake_free (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* Iterates the main context until something is true; a test that waits in vain
 * fails after @seconds. */
#define AWAIT_FOR(seconds, condition) \
  G_STMT_START { \
    const gint64 await_until_us = g_get_monotonic_time () + (seconds) * G_USEC_PER_SEC; \
    GSource *await_wake = await_wake_new (); \
    while (!(condition)) { \
      if (g_get_monotonic_time () > await_until_us) \
        g_error ("%s:%d: never came true: %s", __FILE__, __LINE__, #condition); \
      g_main_context_iteration (g_main_context_get_thread_default (), TRUE); \
    } \
    await_wake_free (await_wake); \
  } G_STMT_END

/* The same, where there is no reason to wait longer. */
#define AWAIT(condition) AWAIT_FOR (20, condition)

G_END_DECLS
