/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-physical.h"

G_BEGIN_DECLS

/**
 * PEG_PEOPLE_PAGE_MANY:
 *
 * With more people than this one first says with which letter a name begins: a list
 * through which a glove has to scroll for long is slower.
 */
#define PEG_PEOPLE_PAGE_MANY 24

#define PEG_TYPE_PEOPLE_PAGE (peg_people_page_get_type ())

G_DECLARE_FINAL_TYPE (PegPeoplePage, peg_people_page, PEG, PEOPLE_PAGE, GtkWidget)

GtkWidget *peg_people_page_new (PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

void peg_people_page_set_people (PegPeoplePage *self,
                                 GPtrArray     *people);
void peg_people_page_set_badges (PegPeoplePage *self,
                                 gboolean       badges);
void peg_people_page_reset      (PegPeoplePage *self);

G_END_DECLS
