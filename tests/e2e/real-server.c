/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "real-server.h"

#include "peg-wire-rest.h"
#include "peg-wire.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* It does not outlive a test that breaks off. */
static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
real_server_start (RealServer *self)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *root = g_build_filename (self->folder, "shop", NULL);
  g_autofree char *data = g_build_filename (self->folder, "data", NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  const char *port;

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, self->program, "--root", root,
                                               "--data", data, "--listen", listen, NULL);
  g_assert_no_error (error);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (self->output, NULL, NULL, NULL);
  port = line != NULL ? strstr (line, "http://127.0.0.1:") : NULL;
  if (port == NULL)
    g_error ("pegboardd did not start: %s", line != NULL ? line : "it said nothing");
  self->port = (guint) g_ascii_strtoull (port + strlen ("http://127.0.0.1:"), NULL, 10);
}

void
real_server_stop (RealServer *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
}

RealServer *
real_server_new (const char *program,
                 guint32     seed)
{
  RealServer *self = g_new0 (RealServer, 1);
  g_autofree char *root = NULL;

  self->program = g_strdup (program);
  self->folder = g_dir_make_tmp ("pegboard-test-XXXXXX", NULL);
  self->random = g_rand_new_with_seed (seed);
  self->n_allowed = G_MAXUINT;
  g_queue_init (&self->waiting);
  self->session = soup_session_new_with_options ("proxy-resolver", NULL, "max-conns-per-host", 8,
                                                 NULL);
  root = g_build_filename (self->folder, "shop", NULL);
  g_assert_cmpint (g_mkdir_with_parents (root, 0700), ==, 0);
  for (guint i = 0; i < REAL_SERVER_FILES; i++) {
    g_autofree char *path = g_strdup_printf ("%s/O%u.nc", root, 1000 + i);

    g_assert_true (g_file_set_contents (path, "O1\nM30\n", -1, NULL));
  }
  real_server_start (self);

  return self;
}

void
real_server_free (RealServer *self)
{
  g_autoptr (GSubprocess) process = NULL;

  self->changing = FALSE;
  AWAIT_FOR (20, self->n_busy == 0);
  g_queue_clear_full (&self->waiting, g_free);
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  if (self->process != NULL)
    real_server_stop (self);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", "--", self->folder, NULL);
  g_subprocess_wait (process, NULL, NULL);
  g_rand_free (self->random);
  g_free (self->program);
  g_free (self->folder);
  g_free (self);
}

/* Somebody who takes a file, gives it back, and takes another. */
typedef struct {
  RealServer *server;
  SoupMessage *message;
  guint number;
  guint file;
  gboolean has_it;
  char key[37];    /* of what is being asked: asked again, it is done once */
  guint n_tries;
} Person;

/* How often something is asked again when no answer comes: the machine may be so
 * busy that a connection breaks. */
#define MAX_TRIES 5

static void person_act (Person *self);
static void person_ask (Person *self);

static void
acted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Person *self = user_data;
  RealServer *server = self->server;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  if (error != NULL && self->n_tries < MAX_TRIES) {
    g_clear_object (&self->message);
    person_ask (self);
    return;
  }
  g_assert_no_error (error);

  /* Another may have taken the file first. */
  if (soup_message_get_status (self->message) == SOUP_STATUS_OK) {
    self->has_it = !self->has_it;
    server->n_changes++;
  } else {
    g_assert_false (self->has_it);
    g_assert_cmpuint (soup_message_get_status (self->message), <, 500);
  }

  g_clear_object (&self->message);
  server->n_busy--;
  if (!server->changing)
    g_free (self);
  else if (server->n_changes + server->n_busy < server->n_allowed)
    person_act (self);
  else
    g_queue_push_tail (&server->waiting, self);
}

static void
person_ask (Person *self)
{
  g_autofree char *uri = NULL;
  g_autofree char *json = g_strdup_printf ("{\"user\":\"person%u\"}", self->number);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));

  self->n_tries++;
  uri = g_strdup_printf ("http://127.0.0.1:%u/files/O%u.nc/%s", self->server->port,
                         1000 + self->file, self->has_it ? "cancel_checkout" : "checkout");
  self->message = soup_message_new ("POST", uri);
  soup_message_set_request_body_from_bytes (self->message, "application/json", body);
  soup_message_headers_replace (soup_message_get_request_headers (self->message),
                                "Idempotency-Key", self->key);
  soup_session_send_and_read_async (self->server->session, self->message, G_PRIORITY_DEFAULT, NULL,
                                    acted_cb, self);
}

static void
person_act (Person *self)
{
  g_autofree char *key = g_uuid_string_random ();

  if (!self->has_it)
    self->file = (guint) g_rand_int_range (self->server->random, 0, REAL_SERVER_FILES);
  g_strlcpy (self->key, key, sizeof self->key);
  self->n_tries = 0;
  self->server->n_busy++;
  person_ask (self);
}

/* From now on @n_people take and give back files, until @changing is not set. */
void
real_server_change (RealServer *self,
                    guint       n_people)
{
  self->changing = TRUE;

  for (guint i = 0; i < n_people; i++) {
    Person *person = g_new0 (Person, 1);

    person->server = self;
    person->number = i;
    person_act (person);
  }
}

/* No more than @n_changes changes are made until more are allowed. */
void
real_server_allow (RealServer *self,
                   guint       n_changes)
{
  self->n_allowed = n_changes;

  while (self->changing && self->n_changes + self->n_busy < self->n_allowed &&
         !g_queue_is_empty (&self->waiting))
    person_act (g_queue_pop_head (&self->waiting));
}

typedef struct {
  GBytes *body;
  GError *error;
  gboolean done;
} Answer;

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Answer *answer = user_data;

  answer->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &answer->error);
  answer->done = TRUE;
}

/* (element-type PegEntry): what `GET /files` says. */
GPtrArray *
real_server_list (RealServer *self)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u/files", self->port);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (PegWireMessage) list = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };
  gsize length;
  const char *data;

  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, listed_cb,
                                    &answer);
  AWAIT_FOR (20, answer.done);
  g_assert_no_error (answer.error);
  body = answer.body;
  data = g_bytes_get_data (body, &length);
  list = peg_wire_decode_files (data, length, &error);
  g_assert_no_error (error);

  return g_ptr_array_ref (list->entries);
}

#define HASTY_TYPE_CLOCK (hasty_clock_get_type ())

G_DECLARE_FINAL_TYPE (HastyClock, hasty_clock, HASTY, CLOCK, GObject)

struct _HastyClock
{
  GObject parent_instance;

  PegClock *clock; /* (owned) */
};

static gint64
hasty_clock_get_mono_us (PegClock *clock)
{
  return peg_clock_get_mono_us (HASTY_CLOCK (clock)->clock);
}

static gint64
hasty_clock_get_boot_us (PegClock *clock)
{
  return peg_clock_get_boot_us (HASTY_CLOCK (clock)->clock);
}

static gint64
hasty_clock_get_wall_us (PegClock *clock)
{
  return peg_clock_get_wall_us (HASTY_CLOCK (clock)->clock);
}

/* Only the two waits after an end are left out; every deadline is real. */
static guint
hasty_clock_add (PegClock     *clock,
                 const char   *name,
                 gint64        delay_us,
                 PegClockFunc  func,
                 gpointer      user_data)
{
  const gboolean waits = g_str_equal (name, "[peg] retry") || g_str_equal (name, "[peg] closing");

  return peg_clock_add (HASTY_CLOCK (clock)->clock, name, waits ? 0 : delay_us, func, user_data);
}

static void
hasty_clock_cancel (PegClock *clock,
                    guint     timer)
{
  peg_clock_cancel (HASTY_CLOCK (clock)->clock, &timer);
}

static void
clock_iface_init (PegClockInterface *iface)
{
  iface->get_mono_us = hasty_clock_get_mono_us;
  iface->get_boot_us = hasty_clock_get_boot_us;
  iface->get_wall_us = hasty_clock_get_wall_us;
  iface->add = hasty_clock_add;
  iface->cancel = hasty_clock_cancel;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HastyClock, hasty_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_CLOCK, clock_iface_init))

static void
hasty_clock_finalize (GObject *object)
{
  g_clear_object (&HASTY_CLOCK (object)->clock);

  G_OBJECT_CLASS (hasty_clock_parent_class)->finalize (object);
}

static void
hasty_clock_class_init (HastyClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hasty_clock_finalize;
}

static void
hasty_clock_init (HastyClock *self)
{
  self->clock = peg_system_clock_new ();
}

PegClock *
hasty_clock_new (void)
{
  return g_object_new (HASTY_TYPE_CLOCK, NULL);
}
