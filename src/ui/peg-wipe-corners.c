/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wipe-corners"

#include "peg-config.h"

#include "peg-wipe-corners.h"

/* How far a finger that rests may stray, in parts of a corner. */
#define STRAY 0.4

typedef enum {
  CORNER_NONE,
  CORNER_TOP_LEFT,
  CORNER_TOP_RIGHT,
  CORNER_BOTTOM_LEFT,
  CORNER_BOTTOM_RIGHT,
} Corner;

typedef struct {
  gconstpointer finger;
  Corner corner;      /* where it began, if it has not left it since */
  double x;           /* where it began */
  double y;
} Finger;

/**
 * PegWipeCorners:
 *
 * Tells two fingers that rest in two opposite corners from a cloth that wipes. Both
 * must come down in their corner, stay there, and be the only ones on the glass, for
 * %PEG_WIPE_CORNERS_HOLD_US. A cloth moves, touches many places, and no cloth is so
 * large that it rests in both. Pure.
 */
struct _PegWipeCorners
{
  double width;
  double height;
  double corner;
  GArray *fingers;    /* (owned) (element-type Finger) */
  gint64 since_us;    /* both corners are held; 0: they are not */
};

/**
 * peg_wipe_corners_new:
 *
 * Returns: (transfer full): for a glass that nobody touches
 */
PegWipeCorners *
peg_wipe_corners_new (void)
{
  PegWipeCorners *self = g_new0 (PegWipeCorners, 1);

  self->fingers = g_array_new (FALSE, FALSE, sizeof (Finger));

  return self;
}

/**
 * peg_wipe_corners_free:
 * @self: (transfer full): the corners
 */
void
peg_wipe_corners_free (PegWipeCorners *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->fingers);
  g_free (self);
}

/**
 * peg_wipe_corners_set_size:
 * @self: the corners
 * @width: of the glass
 * @height: of the glass
 * @corner: how far a corner reaches, in the same unit
 */
void
peg_wipe_corners_set_size (PegWipeCorners *self,
                           double          width,
                           double          height,
                           double          corner)
{
  self->width = width;
  self->height = height;
  self->corner = MIN (corner, MIN (width, height) / 3);
}

static Corner
find_corner (PegWipeCorners *self,
             double          x,
             double          y)
{
  const gboolean left = x < self->corner, right = x > self->width - self->corner;
  const gboolean top = y < self->corner, bottom = y > self->height - self->corner;

  if (top && left)
    return CORNER_TOP_LEFT;
  if (top && right)
    return CORNER_TOP_RIGHT;
  if (bottom && left)
    return CORNER_BOTTOM_LEFT;
  if (bottom && right)
    return CORNER_BOTTOM_RIGHT;

  return CORNER_NONE;
}

static gboolean
are_held (PegWipeCorners *self)
{
  Corner a, b;

  if (self->fingers->len != 2)
    return FALSE;

  a = g_array_index (self->fingers, Finger, 0).corner;
  b = g_array_index (self->fingers, Finger, 1).corner;

  return (MIN (a, b) == CORNER_TOP_LEFT && MAX (a, b) == CORNER_BOTTOM_RIGHT) ||
         (MIN (a, b) == CORNER_TOP_RIGHT && MAX (a, b) == CORNER_BOTTOM_LEFT);
}

static Finger *
find_finger (PegWipeCorners *self,
             gconstpointer   finger)
{
  for (guint i = 0; i < self->fingers->len; i++) {
    Finger *one = &g_array_index (self->fingers, Finger, i);

    if (one->finger == finger)
      return one;
  }

  return NULL;
}

/**
 * peg_wipe_corners_touch:
 * @self: the corners
 * @finger: which one
 * @x: where it is now
 * @y: where it is now
 * @now_us: of the monotonic clock
 *
 * A finger came down, or moved.
 */
void
peg_wipe_corners_touch (PegWipeCorners *self,
                        gconstpointer   finger,
                        double          x,
                        double          y,
                        gint64          now_us)
{
  const double stray = self->corner * STRAY;
  Finger *known = find_finger (self, finger);

  if (known == NULL) {
    const Finger one = { finger, find_corner (self, x, y), x, y };

    g_array_append_val (self->fingers, one);
  } else if (ABS (x - known->x) > stray || ABS (y - known->y) > stray) {
    known->corner = CORNER_NONE;
  }

  if (!are_held (self))
    self->since_us = 0;
  else if (self->since_us == 0)
    self->since_us = now_us;
}

/**
 * peg_wipe_corners_lift:
 * @self: the corners
 * @finger: which one
 *
 * A finger is gone.
 */
void
peg_wipe_corners_lift (PegWipeCorners *self,
                       gconstpointer   finger)
{
  for (guint i = 0; i < self->fingers->len; i++) {
    if (g_array_index (self->fingers, Finger, i).finger == finger) {
      g_array_remove_index_fast (self->fingers, i);
      break;
    }
  }

  /* Two that were left by a third do not count as held from then on: a cloth may
   * have been lifted. They begin anew. */
  for (guint i = 0; i < self->fingers->len; i++)
    g_array_index (self->fingers, Finger, i).corner = CORNER_NONE;
  self->since_us = 0;
}

/**
 * peg_wipe_corners_clear:
 * @self: the corners
 *
 * Forgets all fingers.
 */
void
peg_wipe_corners_clear (PegWipeCorners *self)
{
  g_array_set_size (self->fingers, 0);
  self->since_us = 0;
}

/**
 * peg_wipe_corners_progress:
 * @self: the corners
 * @now_us: of the monotonic clock
 *
 * Returns: 0: two opposite corners are not held; 1: they were held long enough
 */
double
peg_wipe_corners_progress (PegWipeCorners *self,
                           gint64          now_us)
{
  if (self->since_us == 0)
    return 0;

  return CLAMP ((double) (now_us - self->since_us) / PEG_WIPE_CORNERS_HOLD_US, 0, 1);
}
