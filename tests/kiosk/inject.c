/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A module for weston 10 that gives a headless compositor hands: a keyboard, a mouse and
 * a screen that takes several fingers, moved by whoever writes lines to a socket.
 *
 *   key CODE 0|1        a key of the keyboard, by its number of evdev
 *   point X Y           the pointer, in pixels of the output
 *   button CODE 0|1     a button of the mouse
 *   touch ID X Y        a finger comes down,
 *   slide ID X Y        moves,
 *   lift ID             and leaves
 *   later MS            what comes from now on happens so much later: whoever types or
 *                       taps need not wait for that
 *   sync                is answered with “ok” once all clients have read all of it
 *   count               is answered with how many windows and popups are shown
 *
 * A line that cannot be understood is answered with “what”. The path of the socket is
 * in PEG_INJECT. */

#include <errno.h>
#include <libweston/libweston.h>
#include <linux/sockios.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* The library of weston 10 has these, for its own backends; its headers do not. */
struct weston_point2d_device_normalized;
void notify_button (struct weston_seat *seat, const struct timespec *time, int32_t button,
                    enum wl_pointer_button_state state);
void notify_key (struct weston_seat *seat, const struct timespec *time, uint32_t key,
                 enum wl_keyboard_key_state state, enum weston_key_state_update update);
void notify_keyboard_focus_in (struct weston_seat *seat, struct wl_array *keys,
                               enum weston_key_state_update update);
void notify_motion_absolute (struct weston_seat *seat, const struct timespec *time, double x,
                             double y);
void notify_pointer_frame (struct weston_seat *seat);
void notify_touch_normalized (struct weston_touch_device *device, const struct timespec *time,
                              int id, double x, double y,
                              const struct weston_point2d_device_normalized *normal, int type);
void notify_touch_frame (struct weston_touch_device *device);
void weston_seat_init (struct weston_seat *seat, struct weston_compositor *compositor,
                       const char *name);
int weston_seat_init_pointer (struct weston_seat *seat);
int weston_seat_init_keyboard (struct weston_seat *seat, struct xkb_keymap *keymap);
int weston_seat_init_touch (struct weston_seat *seat);
struct weston_touch_device *weston_touch_create_touch_device (
  struct weston_touch *touch, const char *syspath, void *data,
  const struct weston_touch_device_ops *ops);

int wet_module_init (struct weston_compositor *compositor, int *argc, char *argv[]);

/* How often it is looked whether the clients have read. */
#define LOOK_MS 1

/* Whoever writes. */
struct writer {
  struct wl_event_source *source;
  struct wl_event_source *timer;
  int fd;
  int waiting; /* for “ok” */
  size_t used;
  char text[65536];
};

static struct {
  struct weston_compositor *compositor;
  struct weston_seat seat;
  struct weston_touch_device *glass;
  int64_t ahead_ms; /* of the clock */
} hands;

static void
say (struct writer *writer,
     const char    *text)
{
  if (write (writer->fd, text, strlen (text)) < 0)
    fprintf (stderr, "inject: %s\n", strerror (errno));
}

/* When something happens. Who only looks at the times of events, as the client does to tell
 * a scanner from fingers, sees no difference between a pause and one that was skipped. */
static struct timespec
get_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  now.tv_nsec += hands.ahead_ms % 1000 * 1000000;
  now.tv_sec += hands.ahead_ms / 1000 + now.tv_nsec / 1000000000;
  now.tv_nsec %= 1000000000;

  return now;
}

static void
finger (int    type,
        int    id,
        double x,
        double y)
{
  const struct timespec now = get_now ();

  notify_touch_normalized (hands.glass, &now, id, x, y, NULL, type);
  notify_touch_frame (hands.glass);
}

static int
obey (const char *line)
{
  const struct timespec now = get_now ();
  int code, state;
  double x, y;

  if (sscanf (line, "key %d %d", &code, &state) == 2) {
    notify_key (&hands.seat, &now, (uint32_t) code,
                state != 0 ? WL_KEYBOARD_KEY_STATE_PRESSED : WL_KEYBOARD_KEY_STATE_RELEASED,
                STATE_UPDATE_AUTOMATIC);
  } else if (sscanf (line, "point %lf %lf", &x, &y) == 2) {
    notify_motion_absolute (&hands.seat, &now, x, y);
    notify_pointer_frame (&hands.seat);
  } else if (sscanf (line, "button %d %d", &code, &state) == 2) {
    notify_button (&hands.seat, &now, code,
                   state != 0 ? WL_POINTER_BUTTON_STATE_PRESSED : WL_POINTER_BUTTON_STATE_RELEASED);
    notify_pointer_frame (&hands.seat);
  } else if (sscanf (line, "touch %d %lf %lf", &code, &x, &y) == 3) {
    finger (WL_TOUCH_DOWN, code, x, y);
  } else if (sscanf (line, "slide %d %lf %lf", &code, &x, &y) == 3) {
    finger (WL_TOUCH_MOTION, code, x, y);
  } else if (sscanf (line, "lift %d", &code) == 1) {
    finger (WL_TOUCH_UP, code, 0, 0);
  } else if (sscanf (line, "later %d", &code) == 1) {
    hands.ahead_ms += code;
  } else {
    return 0;
  }

  return 1;
}

/* Whether every client has taken what was sent to it. */
static int
all_read (void)
{
  struct wl_display *display = hands.compositor->wl_display;
  struct wl_client *client;

  wl_display_flush_clients (display);
  wl_client_for_each (client, wl_display_get_client_list (display)) {
    int left = 0;

    if (ioctl (wl_client_get_fd (client), SIOCOUTQ, &left) == 0 && left > 0)
      return 0;
  }

  return 1;
}

static int
look (void *data)
{
  struct writer *writer = data;

  if (!writer->waiting)
    return 0;

  if (all_read ()) {
    writer->waiting = 0;
    say (writer, "ok\n");
  } else {
    wl_event_source_timer_update (writer->timer, LOOK_MS);
  }

  return 0;
}

static void
count (struct writer *writer)
{
  struct weston_view *view;
  int windows = 0;
  int popups = 0;
  char text[32];

  wl_list_for_each (view, &hands.compositor->view_list, link) {
    const char *role = view->surface->role_name;

    if (role == NULL || !weston_view_is_mapped (view))
      continue;
    windows += strcmp (role, "xdg_toplevel") == 0;
    popups += strcmp (role, "xdg_popup") == 0;
  }

  snprintf (text, sizeof text, "%d %d\n", windows, popups);
  say (writer, text);
}

static int
readable (int       fd,
          uint32_t  mask,
          void     *data)
{
  struct writer *writer = data;
  ssize_t n = read (fd, writer->text + writer->used, sizeof writer->text - writer->used - 1);
  char *line = writer->text;
  char *end;

  if (n <= 0) {
    wl_event_source_remove (writer->source);
    wl_event_source_remove (writer->timer);
    close (fd);
    free (writer);
    return 0;
  }

  writer->used += (size_t) n;
  writer->text[writer->used] = '\0';
  while ((end = strchr (line, '\n')) != NULL) {
    *end = '\0';
    if (strcmp (line, "sync") == 0) {
      writer->waiting = 1;
      look (writer);
    } else if (strcmp (line, "count") == 0) {
      count (writer);
    } else if (!obey (line)) {
      say (writer, "what\n");
    }
    line = end + 1;
  }

  writer->used -= (size_t) (line - writer->text);
  memmove (writer->text, line, writer->used);

  return 0;
}

static int
connectable (int       fd,
             uint32_t  mask,
             void     *data)
{
  struct wl_event_loop *loop = wl_display_get_event_loop (hands.compositor->wl_display);
  struct writer *writer = calloc (1, sizeof *writer);

  if (writer == NULL)
    return 0;

  writer->fd = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
  writer->source = wl_event_loop_add_fd (loop, writer->fd, WL_EVENT_READABLE, readable, writer);
  writer->timer = wl_event_loop_add_timer (loop, look, writer);

  return 0;
}

static int
add_hands (void)
{
  struct wl_array keys;

  weston_seat_init (&hands.seat, hands.compositor, "hands");
  weston_seat_init_pointer (&hands.seat);
  if (weston_seat_init_keyboard (&hands.seat, NULL) < 0)
    return -1;
  weston_seat_init_touch (&hands.seat);
  hands.glass =
    weston_touch_create_touch_device (hands.seat.touch_state, "peg-glass", NULL, NULL);

  wl_array_init (&keys);
  notify_keyboard_focus_in (&hands.seat, &keys, STATE_UPDATE_AUTOMATIC);
  wl_array_release (&keys);

  return 0;
}

__attribute__ ((visibility ("default"))) int
wet_module_init (struct weston_compositor *compositor,
                 int                      *argc,
                 char                     *argv[])
{
  const char *path = getenv ("PEG_INJECT");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  hands.compositor = compositor;
  if (path == NULL || strlen (path) >= sizeof address.sun_path || fd < 0 || add_hands () < 0)
    return -1;

  strcpy (address.sun_path, path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, 4) < 0)
    return -1;

  wl_event_loop_add_fd (wl_display_get_event_loop (compositor->wl_display), fd,
                        WL_EVENT_READABLE, connectable, NULL);

  return 0;
}
