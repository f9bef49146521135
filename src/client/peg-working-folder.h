/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-link.h"
#include "peg-site.h"

G_BEGIN_DECLS

#define PEG_TYPE_WORKING_FOLDER (peg_working_folder_get_type ())

G_DECLARE_FINAL_TYPE (PegWorkingFolder, peg_working_folder, PEG, WORKING_FOLDER, GObject)

PegWorkingFolder *peg_working_folder_new (PegStore   *store,
                                          PegLink    *link,
                                          PegClock   *clock,
                                          const char *folder,
                                          const char *state_folder) G_GNUC_WARN_UNUSED_RESULT;

PegWorkingFolder *peg_working_folder_new_for_site (PegStore *store,
                                                   PegLink  *link,
                                                   PegSite  *site) G_GNUC_WARN_UNUSED_RESULT;

void peg_working_folder_add_actions (PegWorkingFolder *self,
                                     GActionMap       *actions);
void peg_working_folder_set_active  (PegWorkingFolder *self,
                                     gboolean          active);
void peg_working_folder_set_demo    (PegWorkingFolder *self,
                                     gboolean          demo);
void peg_working_folder_look        (PegWorkingFolder *self);

void peg_working_folder_checked_out (PegWorkingFolder *self,
                                     const char       *key);
void peg_working_folder_released    (PegWorkingFolder *self,
                                     const char       *key);
void peg_working_folder_copy        (PegWorkingFolder *self,
                                     const char       *key);
void peg_working_folder_save_draft  (PegWorkingFolder *self,
                                     const char       *id);
void peg_working_folder_check_in    (PegWorkingFolder *self,
                                     const char       *key,
                                     const char       *comment,
                                     gboolean          major);
void peg_working_folder_answer      (PegWorkingFolder *self,
                                     const char       *key,
                                     gboolean          replace);

gboolean peg_working_folder_is_busy (PegWorkingFolder *self);

G_END_DECLS
