/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-door"

#include "peg-config.h"

#include "peg-kiosk-door.h"

#include <math.h>

/* Upper left, upper right, lower right, lower left, upper left. */
#define N_TAPS 5

/* Between a tap and the next: enough for an arm that crosses a wide screen. */
#define PATIENCE_MS 3000

/* A finger that rests, or that drags something, does not knock. */
#define TAP_MS 800
#define TAP_PX 40.0

/* How far a corner reaches, of the shorter side: a thumb on a screen of 10 inches. */
#define CORNER 0.14

/* Which corner a place is in, clockwise from the upper left; -1: in none. */
static int
find_corner (double x,
             double y,
             double width,
             double height)
{
  const double reach = CORNER * fmin (width, height);
  const gboolean left = x < reach;
  const gboolean right = x >= width - reach;
  const gboolean top = y < reach;
  const gboolean bottom = y >= height - reach;

  if (top && left)
    return 0;
  if (top && right)
    return 1;
  if (bottom && right)
    return 2;

  return bottom && left ? 3 : -1;
}

/**
 * peg_kiosk_door_press:
 * @self: a door
 * @x: where, from the left of the window
 * @y: where, from its top
 * @time_ms: when, ms of any clock
 *
 * A finger, or the button of a mouse, went down.
 */
void
peg_kiosk_door_press (PegKioskDoor *self,
                      double        x,
                      double        y,
                      guint64       time_ms)
{
  g_return_if_fail (self != NULL);

  if (time_ms - self->last_ms > PATIENCE_MS)
    self->taps = 0;

  self->down = TRUE;
  self->last_ms = time_ms;
  self->x = x;
  self->y = y;
}

/**
 * peg_kiosk_door_release:
 * @self: a door
 * @x: where, from the left of the window
 * @y: where, from its top
 * @width: of the window
 * @height: of the window, in the same unit
 * @time_ms: when, ms of the same clock as that of peg_kiosk_door_press()
 *
 * It went up again.
 *
 * Returns: whether that was the last tap of the knock
 */
gboolean
peg_kiosk_door_release (PegKioskDoor *self,
                        double        x,
                        double        y,
                        double        width,
                        double        height,
                        guint64       time_ms)
{
  gboolean is_tap;
  int corner;

  g_return_val_if_fail (self != NULL, FALSE);

  is_tap = self->down && time_ms - self->last_ms <= TAP_MS &&
           hypot (x - self->x, y - self->y) <= TAP_PX;
  corner = is_tap ? find_corner (x, y, width, height) : -1;
  self->down = FALSE;
  self->last_ms = time_ms;

  if (corner == (int) (self->taps % 4))
    self->taps++;
  else
    self->taps = corner == 0 ? 1 : 0;

  if (self->taps < N_TAPS)
    return FALSE;

  self->taps = 0;

  return TRUE;
}
