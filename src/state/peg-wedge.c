/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wedge"

#include "peg-config.h"

#include "peg-wedge.h"

#include <string.h>

/**
 * PegWedge:
 *
 * Tells what a scanner types from what a human types. This one trusts nobody and
 * takes everything for human.
 */
struct _PegWedge
{
  PegWedgeStep step;
};

/**
 * peg_wedge_new:
 * @format: how the scanners are set up; copied
 *
 * Returns: (transfer full): a wedge that has seen no keys
 */
PegWedge *
peg_wedge_new (const PegWedgeFormat *format)
{
  g_return_val_if_fail (format != NULL, NULL);

  return g_new0 (PegWedge, 1);
}

/**
 * peg_wedge_free:
 * @self: a wedge
 */
void
peg_wedge_free (PegWedge *self)
{
  g_free (self);
}

/**
 * peg_wedge_key:
 * @self: a wedge
 * @key: a key that went down or up
 *
 * Returns: what to do with it, and with those before
 */
const PegWedgeStep *
peg_wedge_key (PegWedge          *self,
               const PegWedgeKey *key)
{
  return &self->step;
}

/**
 * peg_wedge_get_deadline_us:
 * @self: a wedge
 *
 * Returns: when peg_wedge_expire() is to be called, by the clock of the events;
 *   %G_MAXINT64: nothing is awaited
 */
gint64
peg_wedge_get_deadline_us (PegWedge *self)
{
  return G_MAXINT64;
}

/**
 * peg_wedge_expire:
 * @self: a wedge
 * @now_us: the time, by the clock of the events
 *
 * Returns: what came of it that until now no other key came
 */
const PegWedgeStep *
peg_wedge_expire (PegWedge *self,
                  gint64    now_us)
{
  return &self->step;
}

/**
 * peg_wedge_reset:
 * @self: a wedge
 *
 * Returns: what is given back because nobody will look at keys any more
 */
const PegWedgeStep *
peg_wedge_reset (PegWedge *self)
{
  return &self->step;
}

/**
 * peg_wedge_decode:
 * @code: a key, as the kernel numbers it
 * @shift: whether Shift is down
 *
 * Returns: what it writes on a US keyboard; 0: nothing
 */
gunichar
peg_wedge_decode (guint    code,
                  gboolean shift)
{
  return 0;
}

/**
 * peg_wedge_suffix_from_name:
 * @name: “Enter”, “Tab” or “none”, in any case
 * @suffix: (out): which
 *
 * Returns: whether that is one
 */
gboolean
peg_wedge_suffix_from_name (const char     *name,
                            PegWedgeSuffix *suffix)
{
  static const char * const names[] = {
    [PEG_WEDGE_SUFFIX_ENTER] = "Enter",
    [PEG_WEDGE_SUFFIX_TAB] = "Tab",
    [PEG_WEDGE_SUFFIX_NONE] = "none",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_ascii_strcasecmp (name, names[i]) == 0) {
      *suffix = (PegWedgeSuffix) i;
      return TRUE;
    }
  }

  return FALSE;
}
