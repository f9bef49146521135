/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"

G_BEGIN_DECLS

/**
 * PegFeedbackPlace:
 * @PEG_FEEDBACK_OVER: large, over everything: nothing that it hides is to be pressed next
 * @PEG_FEEDBACK_EDGE: a line at the upper edge
 * @PEG_FEEDBACK_CORNER: the shape and the word in the upper corner, where a page of a whole
 *   screen has its title
 *
 * Where an answer is.
 */
typedef enum {
  PEG_FEEDBACK_OVER,
  PEG_FEEDBACK_EDGE,
  PEG_FEEDBACK_CORNER,
} PegFeedbackPlace;

#define PEG_TYPE_FEEDBACK (peg_feedback_get_type ())

G_DECLARE_FINAL_TYPE (PegFeedback, peg_feedback, PEG, FEEDBACK, GtkWidget)

GtkWidget *peg_feedback_new (PegKioskModel *model,
                             PegNow        *now,
                             PegPhysical   *physical) G_GNUC_WARN_UNUSED_RESULT;

void peg_feedback_tick      (PegFeedback *self);
void peg_feedback_seen      (PegFeedback *self);
void peg_feedback_set_place (PegFeedback      *self,
                             PegFeedbackPlace  place);
void peg_feedback_forget    (PegFeedback *self);
void peg_feedback_take_back (PegFeedback *self);

G_END_DECLS
