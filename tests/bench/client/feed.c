/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "feed.h"

/* A list of 1,000,000 files takes seconds to write down. */
#define PATIENCE_US (120 * (guint64) G_USEC_PER_SEC)

struct _Feed
{
  GSubprocess *process; /* (owned) */
  GAsyncQueue *lines;   /* (owned) (element-type utf8) */
  GThread *thread;      /* (owned) */
  char *url;            /* (owned) */
};

static gpointer
read_lines (gpointer data)
{
  Feed *self = data;
  g_autoptr (GDataInputStream) input =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  char *line;

  while ((line = g_data_input_stream_read_line (input, NULL, NULL, NULL)) != NULL)
    g_async_queue_push (self->lines, line);

  return NULL;
}

/*
 * feed_new:
 * @program: the feeder
 * @n_files: of its shop
 *
 * Returns: (transfer full): a feeder that listens
 */
Feed *
feed_new (const char *program,
          guint       n_files)
{
  Feed *self = g_new0 (Feed, 1);
  g_autofree char *files = g_strdup_printf ("%u", n_files);
  g_autoptr (GError) error = NULL;
  guint64 port;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, program, files, NULL);
  if (self->process == NULL)
    g_error ("%s: %s", program, error->message);

  self->lines = g_async_queue_new_full (g_free);
  self->thread = g_thread_new ("feed", read_lines, self);
  feed_hear (self, "port", 1, &port);
  self->url = g_strdup_printf ("http://127.0.0.1:%" G_GUINT64_FORMAT, port);

  return self;
}

void
feed_free (Feed *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_thread_join (self->thread);
  g_clear_object (&self->process);
  g_clear_pointer (&self->lines, g_async_queue_unref);
  g_free (self->url);
  g_free (self);
}

const char *
feed_get_url (Feed *self)
{
  return self->url;
}

/*
 * feed_tell:
 * @format: a line, without its end
 *
 * Tells the feeder what to do, and does not wait.
 */
void
feed_tell (Feed       *self,
           const char *format,
           ...)
{
  g_autoptr (GString) line = g_string_new (NULL);
  GOutputStream *input = g_subprocess_get_stdin_pipe (self->process);
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  g_string_vprintf (line, format, arguments);
  va_end (arguments);
  g_string_append_c (line, '\n');

  if (!g_output_stream_write_all (input, line->str, line->len, NULL, NULL, &error) ||
      !g_output_stream_flush (input, NULL, &error))
    g_error ("The feeder has gone: %s", error->message);
}

/*
 * feed_heard:
 *
 * Returns: whether it has said something that was not taken yet
 */
gboolean
feed_heard (Feed *self)
{
  return g_async_queue_length (self->lines) > 0;
}

/*
 * feed_hear:
 * @word: with which the line begins that is waited for
 * @n: how many numbers follow
 * @numbers: (out caller-allocates) (array length=n): the numbers
 *
 * Waits until the feeder has said something; what comes before is forgotten.
 */
void
feed_hear (Feed       *self,
           const char *word,
           guint       n,
           guint64    *numbers)
{
  for (;;) {
    g_autofree char *line = g_async_queue_timeout_pop (self->lines, PATIENCE_US);
    g_auto (GStrv) words = NULL;

    if (line == NULL)
      g_error ("The feeder does not say “%s”", word);

    words = g_strsplit (line, " ", 0);
    if (g_strcmp0 (words[0], word) != 0)
      continue;

    if (g_strv_length (words) != n + 1)
      g_error ("The feeder says “%s”", line);
    for (guint i = 0; i < n; i++)
      numbers[i] = g_ascii_strtoull (words[i + 1], NULL, 10);
    return;
  }
}
