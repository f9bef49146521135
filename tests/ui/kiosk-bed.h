/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-shop.h"
#include "kiosk-sizes.h"
#include "peg-feedback.h"
#include "peg-kiosk-style.h"
#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The widgets of a shared terminal, one at a time, on a panel of a known size, with
 * actions that only write down what is asked of them. */
typedef struct {
  const KioskPanel *panel;
  PegPhysical *physical;
  PegKioskStyle *style;
  PegKioskModel *model;
  PegNow *now;
  PegStore *store;
  GPtrArray *asked;       /* (element-type utf8): “name parameter”, in order */
  GtkWidget *window;
  GtkWidget *overlay;
  GtkWidget *page;        /* what is tested */
} Bed;

typedef enum {
  BED_PEOPLE,
  BED_PEOPLE_MANY,
  BED_PEOPLE_LETTER,
  BED_PEOPLE_NONE,
  BED_PIN,
  BED_PIN_TYPED,
  BED_PIN_WRONG,
  BED_PIN_WAIT,
  BED_PIN_BUSY,
  BED_PIN_ADMIN,
  BED_KEYBOARD,
  BED_KEYBOARD_SHIFT,
  BED_KEYBOARD_SYMBOLS,
  BED_KEYBOARD_GERMAN,
  BED_KEYBOARD_UKRAINIAN,
  BED_HOLD,
  BED_HOLD_HALF,
  BED_HOLD_ASKED,
  BED_YES,
  BED_NO,
  BED_ASK,
  BED_SAVER,
  BED_SAVER_STALE,
  BED_SAVER_UNKNOWN,
  BED_WIPE,
  BED_CALIBRATE,
  BED_N_STATES,
} BedState;

const char *bed_state_name (BedState state);

Bed  *bed_new        (const KioskPanel *panel) G_GNUC_WARN_UNUSED_RESULT;
void  bed_free       (Bed              *self);
void  bed_put        (Bed              *self,
                      GtkWidget        *page);
void  bed_show       (Bed              *self,
                      BedState          state);
void  bed_settle     (Bed              *self);
void  bed_pass_us    (Bed              *self,
                      gint64            us);
void  bed_set_view   (Bed              *self,
                      const PegKioskView *view);
gint64 bed_mono_us   (Bed              *self);
gpointer bed_find    (GtkWidget        *root,
                      GType             type,
                      const char       *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bed, bed_free)

G_END_DECLS
