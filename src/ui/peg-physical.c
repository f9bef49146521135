/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-physical"

#include "peg-config.h"

#include "peg-physical.h"

#include <math.h>

/* What a panel can have: a wall of 65 inches with 1920 pixels has 1.3 pixels to the
 * millimetre, a telephone 16. Whatever is said beyond that is a mistake. */
#define LEAST_PX_PER_MM 1.0
#define MOST_PX_PER_MM 16.0

/* By how much the two sides of a pixel may differ. Sizes come in whole millimetres,
 * or even centimetres (EDID 1.4, bytes 15h and 16h), so that 16:9 is not exact. */
#define SQUARE_WITHIN 0.08

/* Displays that know no size, as virtual ones, invent one from 96 pixels to the inch
 * and whole millimetres. */
#define INVENTED_WITHIN 0.005

G_DEFINE_ENUM_TYPE (PegPhysicalSource, peg_physical_source,
                    G_DEFINE_ENUM_VALUE (PEG_PHYSICAL_ASSUMED, "assumed"),
                    G_DEFINE_ENUM_VALUE (PEG_PHYSICAL_MONITOR, "monitor"),
                    G_DEFINE_ENUM_VALUE (PEG_PHYSICAL_CALIBRATED, "calibrated"))

/**
 * PegPhysical:
 *
 * How many pixels are a millimetre, here. Everything on a shared terminal is laid
 * out in millimetres and in minutes of arc, and asks this.
 *
 * Pixels are those of CSS and of widgets throughout, whatever the display's scale
 * is: GDK tells the size of a monitor in them.
 */
struct _PegPhysical
{
  GObject parent_instance;

  GdkMonitor *monitor;  /* (owned) (nullable) */
  double calibrated;    /* 0: it is not */
  double distance_mm;
  double pixels_per_mm;
  PegPhysicalSource source;
};

G_DEFINE_FINAL_TYPE (PegPhysical, peg_physical, G_TYPE_OBJECT)

typedef enum {
  PROP_PIXELS_PER_MM = 1,
  PROP_SOURCE,
  PROP_DISTANCE_MM,
} PegPhysicalProperty;

static GParamSpec *props[PROP_DISTANCE_MM + 1];

static gboolean
is_about (double a,
          double b,
          double within)
{
  return fabs (a - b) <= within * b;
}

/* EDID gives a monitor that has no size of its own, as a projector or many a
 * television, the ratio of its sides instead, and drivers make 160 mm × 90 mm of it
 * (or ten times that). The same list is in mutter and in X.Org. */
static gboolean
is_ratio (int width_mm,
          int height_mm)
{
  static const int ratios[][2] = {
    { 160, 90 }, { 160, 100 }, { 160, 120 }, { 1600, 900 }, { 1600, 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ratios); i++) {
    if ((width_mm == ratios[i][0] && height_mm == ratios[i][1]) ||
        (width_mm == ratios[i][1] && height_mm == ratios[i][0]))
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_physical_from_monitor:
 * @width_px: of the monitor, CSS pixels
 * @height_px: of the monitor, CSS pixels
 * @width_mm: what it says it measures
 * @height_mm: what it says it measures
 *
 * Believes a monitor, or not. One that stands on its side may still tell the size
 * that it has when it lies.
 *
 * Returns: CSS pixels per millimetre; 0: what it says cannot be, or was invented
 */
double
peg_physical_from_monitor (int width_px,
                           int height_px,
                           int width_mm,
                           int height_mm)
{
  double across, down;

  if (width_px <= 0 || height_px <= 0 || width_mm <= 0 || height_mm <= 0 ||
      is_ratio (width_mm, height_mm))
    return 0;
  /* What a compositor says that has no screen at all, as weston's headless backend. */
  if (width_px == width_mm && height_px == height_mm)
    return 0;

  if ((width_px > height_px) != (width_mm > height_mm)) {
    const int swap = width_mm;

    width_mm = height_mm;
    height_mm = swap;
  }

  across = (double) width_px / width_mm;
  down = (double) height_px / height_mm;

  if (!is_about (across, down, SQUARE_WITHIN) ||
      across < LEAST_PX_PER_MM || across > MOST_PX_PER_MM)
    return 0;
  if (is_about (across, PEG_PHYSICAL_DEFAULT, INVENTED_WITHIN) &&
      is_about (down, PEG_PHYSICAL_DEFAULT, INVENTED_WITHIN))
    return 0;

  return (across + down) / 2;
}

/**
 * peg_physical_clamp:
 * @pixels_per_mm: what somebody measured or wrote down
 *
 * Returns: what a panel can have that is nearest to it; 0: @pixels_per_mm is not
 *   positive, or no number
 */
double
peg_physical_clamp (double pixels_per_mm)
{
  if (!(pixels_per_mm > 0))
    return 0;

  return CLAMP (pixels_per_mm, LEAST_PX_PER_MM, MOST_PX_PER_MM);
}

/**
 * peg_physical_arc_mm:
 * @arcmin: an angle, minutes of arc
 * @distance_mm: how far away the eye is
 *
 * h = 2 · d · tan (α / 2), as ISO 9241-303 relates the height of characters to the
 * angle under which they are seen: 20′ at 1,500 mm are 8.73 mm.
 *
 * Returns: how high something is that is seen under that angle, mm
 */
double
peg_physical_arc_mm (double arcmin,
                     double distance_mm)
{
  return 2 * distance_mm * tan (arcmin / 60 * G_PI / 180 / 2);
}

static void
update (PegPhysical *self)
{
  double pixels_per_mm = self->calibrated;
  PegPhysicalSource source = PEG_PHYSICAL_CALIBRATED;

  if (!(pixels_per_mm > 0) && self->monitor != NULL) {
    GdkRectangle geometry;

    gdk_monitor_get_geometry (self->monitor, &geometry);
    pixels_per_mm = peg_physical_from_monitor (geometry.width, geometry.height,
                                               gdk_monitor_get_width_mm (self->monitor),
                                               gdk_monitor_get_height_mm (self->monitor));
    source = PEG_PHYSICAL_MONITOR;
  }

  if (!(pixels_per_mm > 0)) {
    pixels_per_mm = PEG_PHYSICAL_DEFAULT;
    source = PEG_PHYSICAL_ASSUMED;
  }

  if (self->source != source) {
    self->source = source;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SOURCE]);
  }
  if (fabs (self->pixels_per_mm - pixels_per_mm) > 1e-6) {
    self->pixels_per_mm = pixels_per_mm;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PIXELS_PER_MM]);
  }
}

static void
peg_physical_dispose (GObject *object)
{
  PegPhysical *self = PEG_PHYSICAL (object);

  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (peg_physical_parent_class)->dispose (object);
}

static void
peg_physical_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  PegPhysical *self = PEG_PHYSICAL (object);

  switch ((PegPhysicalProperty) prop_id) {
  case PROP_PIXELS_PER_MM:
    g_value_set_double (value, self->pixels_per_mm);
    break;
  case PROP_SOURCE:
    g_value_set_enum (value, self->source);
    break;
  case PROP_DISTANCE_MM:
    g_value_set_double (value, self->distance_mm);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
peg_physical_class_init (PegPhysicalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_physical_dispose;
  object_class->get_property = peg_physical_get_property;

  /**
   * PegPhysical:pixels-per-mm:
   *
   * CSS pixels in a millimetre.
   */
  props[PROP_PIXELS_PER_MM] =
    g_param_spec_double ("pixels-per-mm", NULL, NULL, LEAST_PX_PER_MM, MOST_PX_PER_MM,
                         PEG_PHYSICAL_DEFAULT,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * PegPhysical:source:
   *
   * Who says so.
   */
  props[PROP_SOURCE] =
    g_param_spec_enum ("source", NULL, NULL, PEG_TYPE_PHYSICAL_SOURCE, PEG_PHYSICAL_ASSUMED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * PegPhysical:distance-mm:
   *
   * How far away the eyes are.
   */
  props[PROP_DISTANCE_MM] =
    g_param_spec_double ("distance-mm", NULL, NULL, 0, G_MAXDOUBLE,
                         PEG_PHYSICAL_DEFAULT_DISTANCE_MM,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
peg_physical_init (PegPhysical *self)
{
  self->pixels_per_mm = PEG_PHYSICAL_DEFAULT;
  self->source = PEG_PHYSICAL_ASSUMED;
  self->distance_mm = PEG_PHYSICAL_DEFAULT_DISTANCE_MM;
}

/**
 * peg_physical_new:
 *
 * Returns: (transfer full): one that knows nothing yet
 */
PegPhysical *
peg_physical_new (void)
{
  return g_object_new (PEG_TYPE_PHYSICAL, NULL);
}

/**
 * peg_physical_set_monitor:
 * @self: what knows the size of things
 * @monitor: (nullable): where they are shown
 *
 * Asks the monitor, and follows it when it changes.
 */
void
peg_physical_set_monitor (PegPhysical *self,
                          GdkMonitor  *monitor)
{
  static const char * const signals[] = {
    "notify::geometry", "notify::width-mm", "notify::height-mm",
  };

  g_return_if_fail (PEG_IS_PHYSICAL (self));

  if (self->monitor == monitor)
    return;

  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_set_object (&self->monitor, monitor);
  for (guint i = 0; monitor != NULL && i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_swapped (monitor, signals[i], G_CALLBACK (update), self);

  update (self);
}

/**
 * peg_physical_set_calibrated:
 * @self: what knows the size of things
 * @pixels_per_mm: what was measured, CSS pixels; 0: nothing was
 *
 * Takes what somebody measured, which is better than what any monitor says.
 */
void
peg_physical_set_calibrated (PegPhysical *self,
                             double       pixels_per_mm)
{
  g_return_if_fail (PEG_IS_PHYSICAL (self));

  self->calibrated = peg_physical_clamp (pixels_per_mm);
  update (self);
}

/**
 * peg_physical_set_distance_mm:
 * @self: what knows the size of things
 * @distance_mm: how far away the eyes are; not positive:
 *   %PEG_PHYSICAL_DEFAULT_DISTANCE_MM
 */
void
peg_physical_set_distance_mm (PegPhysical *self,
                              double       distance_mm)
{
  g_return_if_fail (PEG_IS_PHYSICAL (self));

  if (!(distance_mm > 0))
    distance_mm = PEG_PHYSICAL_DEFAULT_DISTANCE_MM;
  if (fabs (self->distance_mm - distance_mm) < 1e-6)
    return;

  self->distance_mm = distance_mm;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DISTANCE_MM]);
}

/**
 * peg_physical_get_pixels_per_mm:
 * @self: what knows the size of things
 *
 * Returns: CSS pixels in a millimetre
 */
double
peg_physical_get_pixels_per_mm (PegPhysical *self)
{
  g_return_val_if_fail (PEG_IS_PHYSICAL (self), PEG_PHYSICAL_DEFAULT);

  return self->pixels_per_mm;
}

/**
 * peg_physical_get_source:
 * @self: what knows the size of things
 *
 * Returns: who says so
 */
PegPhysicalSource
peg_physical_get_source (PegPhysical *self)
{
  g_return_val_if_fail (PEG_IS_PHYSICAL (self), PEG_PHYSICAL_ASSUMED);

  return self->source;
}

/**
 * peg_physical_get_distance_mm:
 * @self: what knows the size of things
 *
 * Returns: how far away the eyes are
 */
double
peg_physical_get_distance_mm (PegPhysical *self)
{
  g_return_val_if_fail (PEG_IS_PHYSICAL (self), PEG_PHYSICAL_DEFAULT_DISTANCE_MM);

  return self->distance_mm;
}

/**
 * peg_physical_px:
 * @self: what knows the size of things
 * @mm: a length
 *
 * Returns: whole CSS pixels that are at least that long
 */
int
peg_physical_px (PegPhysical *self,
                 double       mm)
{
  g_return_val_if_fail (PEG_IS_PHYSICAL (self), 0);

  /* What is longer only because of how numbers are kept is not another pixel. */
  return (int) ceil (mm * self->pixels_per_mm - 1e-6);
}

/**
 * peg_physical_arc_px:
 * @self: what knows the size of things
 * @arcmin: an angle, minutes of arc
 * @distance_mm: how far away the eye is; not positive: as it is here
 *
 * Returns: whole CSS pixels that are seen under at least that angle
 */
int
peg_physical_arc_px (PegPhysical *self,
                     double       arcmin,
                     double       distance_mm)
{
  g_return_val_if_fail (PEG_IS_PHYSICAL (self), 0);

  if (!(distance_mm > 0))
    distance_mm = self->distance_mm;

  return peg_physical_px (self, peg_physical_arc_mm (arcmin, distance_mm));
}
