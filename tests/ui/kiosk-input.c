/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-input"

#include "peg-config.h"

#include "kiosk-input.h"

#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>

/* A connection of its own: GDK's is busy with what comes from this one. */
static Display *
get_display (void)
{
  static Display *display = NULL;

  if (display == NULL)
    display = XOpenDisplay (NULL);
  g_assert_nonnull (display);

  return display;
}

static void
handle (Bed *bed)
{
  XSync (get_display (), False);
  bed_settle (bed);
}

/*
 * input_point:
 *
 * Points at the middle of a widget. A window without a window manager is in the corner
 * of the screen.
 */
void
input_point (Bed       *bed,
             GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, bed->window, &bounds));
  XTestFakeMotionEvent (get_display (), -1,
                        (int) (bounds.origin.x + bounds.size.width / 2),
                        (int) (bounds.origin.y + bounds.size.height / 2), CurrentTime);
  handle (bed);
}

void
input_button (Bed      *bed,
              gboolean  down)
{
  XTestFakeButtonEvent (get_display (), 1, down, CurrentTime);
  handle (bed);
}

void
input_click (Bed       *bed,
             GtkWidget *widget)
{
  input_point (bed, widget);
  input_button (bed, TRUE);
  input_button (bed, FALSE);
}

void
input_key (Bed      *bed,
           guint     keyval,
           gboolean  down)
{
  XTestFakeKeyEvent (get_display (), XKeysymToKeycode (get_display (), keyval), down,
                     CurrentTime);
  handle (bed);
}

void
input_type (Bed   *bed,
            guint  keyval)
{
  input_key (bed, keyval, TRUE);
  input_key (bed, keyval, FALSE);
}
