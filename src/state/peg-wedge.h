/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Unless the site says otherwise: docs/scanning.md says where they come from. */
#define PEG_WEDGE_MAX_GAP_US (30 * G_TIME_SPAN_MILLISECOND)
#define PEG_WEDGE_MIN_LENGTH 4

/**
 * PegWedgeSuffix:
 * @PEG_WEDGE_SUFFIX_ENTER: Enter, of the keyboard or of the keypad, or a line feed
 * @PEG_WEDGE_SUFFIX_TAB: Tab
 * @PEG_WEDGE_SUFFIX_NONE: nothing; a scan ends when nothing more comes
 *
 * The key that a scanner presses behind a code.
 */
typedef enum {
  PEG_WEDGE_SUFFIX_ENTER,
  PEG_WEDGE_SUFFIX_TAB,
  PEG_WEDGE_SUFFIX_NONE,
} PegWedgeSuffix;

/**
 * PegWedgeFormat:
 * @prefix: (nullable): what the scanner types in front of every code; it is taken off.
 *   A code without it counts, too: it is the timing that tells
 * @suffix: what it types behind it
 * @max_gap_us: how long the scanner takes from one key to the next, at most;
 *   0: %PEG_WEDGE_MAX_GAP_US
 * @min_length: how many characters a code has, at least; what is shorter is given
 *   back as typing; 0: %PEG_WEDGE_MIN_LENGTH
 *
 * How the scanners of a site are set up (site.conf, [Badges]).
 */
typedef struct {
  const char *prefix;
  PegWedgeSuffix suffix;
  gint64 max_gap_us;
  guint min_length;
} PegWedgeFormat;

/**
 * PegWedgeKey:
 * @code: the key, as the kernel numbers it (linux/input-event-codes.h); what GDK calls
 *   the hardware keycode is 8 more
 * @pressed: whether it went down
 * @types: whether, on this computer and with what else is pressed, it would write into a
 *   text field: only such a key is ever held
 * @command: whether Control, Alt or Super is down with it, so that it is a shortcut
 * @time_us: when, by the clock of the events; only differences count
 * @cookie: for the caller, who gets it back with the key
 *
 * A key that went down or up.
 */
typedef struct {
  guint code;
  gboolean pressed;
  gboolean types;
  gboolean command;
  gint64 time_us;
  guint64 cookie;
} PegWedgeKey;

/**
 * PegWedgeVerdict:
 * @PEG_WEDGE_PASS: it is nobody's business; let it through
 * @PEG_WEDGE_HOLD: keep it from everybody for now; it comes back, or belongs to a scan
 * @PEG_WEDGE_SWALLOW: it belongs to a scan; keep it from everybody
 *
 * What to do with a key.
 */
typedef enum {
  PEG_WEDGE_PASS,
  PEG_WEDGE_HOLD,
  PEG_WEDGE_SWALLOW,
} PegWedgeVerdict;

/**
 * PegWedgeStep:
 * @verdict: what to do with the key itself
 * @back: (array length=n_back): keys that were held and that a human typed; they come
 *   before the key itself
 * @n_back: how many
 * @scan: (nullable): a code that was read
 * @complete: whether all of @scan was read: the suffix is missing if not, and it may be
 *   anything but what was on the label
 *
 * What came of a key, or of time. It belongs to the #PegWedge and is good until the
 * next call.
 */
typedef struct {
  PegWedgeVerdict verdict;
  const PegWedgeKey *back;
  guint n_back;
  const char *scan;
  gboolean complete;
} PegWedgeStep;

/**
 * PegWedge:
 *
 * Tells what scanners and badge readers type from what humans type, by when keys go down
 * and up, and reads codes from key codes by the US keyboard, which scanners play. It has no
 * clock: time is in the keys, and peg_wedge_get_deadline_us() says when to come back.
 */
typedef struct _PegWedge PegWedge;

PegWedge           *peg_wedge_new               (const PegWedgeFormat *format) G_GNUC_WARN_UNUSED_RESULT;
void                peg_wedge_free              (PegWedge             *self);

const PegWedgeStep *peg_wedge_key               (PegWedge             *self,
                                                 const PegWedgeKey    *key);
gint64              peg_wedge_get_deadline_us   (PegWedge             *self);
const PegWedgeStep *peg_wedge_expire            (PegWedge             *self,
                                                 gint64                now_us);
const PegWedgeStep *peg_wedge_reset             (PegWedge             *self);

gunichar            peg_wedge_decode            (guint                 code,
                                                 gboolean              shift);
gboolean            peg_wedge_suffix_from_name  (const char           *name,
                                                 PegWedgeSuffix       *suffix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWedge, peg_wedge_free)

G_END_DECLS
