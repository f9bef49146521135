/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-banner.h"
#include "peg-board.h"
#include "peg-check-in-page.h"
#include "peg-connect-page.h"
#include "peg-connection-window.h"
#include "peg-details.h"
#include "peg-draft-strip.h"
#include "peg-file-list.h"
#include "peg-filter-bar.h"
#include "peg-fold.h"
#include "peg-notes-button.h"
#include "peg-page.h"
#include "peg-sign-in-page.h"
#include "peg-people-button.h"
#include "peg-status-dot.h"
#include "peg-window.h"
#include "peg-work-strip.h"

G_BEGIN_DECLS

struct _PegWindow
{
  AdwApplicationWindow parent_instance;

  /* The template */
  PegFold *fold;
  AdwToastOverlay *toasts;
  AdwHeaderBar *header;
  GtkWidget *back;
  PegStatusDot *dot;
  GtkStack *title_stack;
  AdwWindowTitle *title;
  GtkMenuButton *menu_button;
  PegNotesButton *notes;
  PegPeopleButton *people;
  GtkWidget *search_button;
  PegBanner *banner;
  GtkStack *pages;
  PegConnectPage *connect_page;
  AdwStatusPage *connecting_page;
  GtkSpinner *connecting_spinner;
  AdwStatusPage *offline_page;
  AdwStatusPage *certificate_page;
  PegSignInPage *sign_in_page;
  AdwStatusPage *sign_out_page;
  GtkWidget *stay;
  GtkWidget *choose_ca;
  GtkWidget *ca_lock;
  AdwStatusPage *not_set_up_page;
  AdwStatusPage *empty_page;
  AdwViewStack *views;
  AdwViewStackPage *files_view;
  AdwViewStackPage *out_view;
  GtkPaned *paned;
  GtkWidget *list_side;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  PegFilterBar *filters;
  GtkStack *list_stack;
  PegFileList *list;
  AdwStatusPage *nothing_page;
  GtkStack *side;
  PegDetails *details;
  PegCheckInPage *check_in;
  PegBoard *board;
  PegWorkStrip *works;
  PegDraftStrip *drafts;
  AdwViewSwitcherBar *switcher_bar;

  /* What it is given */
  PegStore *store;         /* (owned) (not nullable) */
  GSettings *settings;     /* (owned) (nullable) */
  PegNow *now;             /* (owned) (not nullable) */
  PegFilePicker *picker;   /* (owned) (not nullable) */

  /* What it shows */
  PegRows *rows;           /* (owned) (not nullable) */
  PegSelection *selection; /* (owned) (not nullable) */
  PegPage page;
  guint64 last_notice;     /* the serial of the last one that was said */
  char *searched;          /* (owned) (not nullable): the words that were last looked for */
  gboolean searching;      /* what they find is not shown yet */
  gboolean entering;       /* Enter was pressed, and nothing is known to be found yet */
  char *history_of;        /* (owned) (nullable): key and revision that were asked for */
  gboolean had_list;
  gboolean ca_locked;      /* the shop does not let anybody choose another CA */
  gboolean asked_for_server;
  gboolean asked_to_sign_in;
  gboolean asked_to_sign_out;
  gboolean narrow;
  gboolean placed;         /* the details are as wide as they were */
  gboolean moved;          /* a person made them as wide as they are */
  int paned_position;      /* where the border in front of them was last, in pixels */
  int paned_most;          /* how far it could be moved then, in pixels */
  gboolean in_details;     /* while narrow: the details have their turn */
  gboolean checking_in;

  PegConnectionWindow *connection; /* (weak) (nullable): while it is open */
  GCancellable *cancellable; /* (owned) (not nullable): of questions for a file */
  GListModel *toast_widgets; /* (owned) (not nullable) */
  GPtrArray *said;           /* (owned) (nullable) (element-type AdwToast): shown, and then waiting */
  gint64 said_since_us;      /* since when the first of them is shown, monotonic */
  gint64 out_title_us;       /* until when the title has had its changes, monotonic */
  guint out_title_id;
  guint tick_id;
  guint fold_id;
  guint focus_id;
  guint history_id;
};

void peg_window_add_actions    (PegWindow           *self);
void peg_window_update_actions (PegWindow           *self,
                                const PegDisplayNow *now);

PegEntry *peg_window_get_entry      (PegWindow  *self);
void      peg_window_render         (PegWindow  *self);
void      peg_window_render_found   (PegWindow  *self);
void      peg_window_show_found     (PegWindow  *self);
void      peg_window_schedule_focus (PegWindow  *self);
void      peg_window_update_history (PegWindow   *self,
                                     PegSnapshot *snapshot);
void      peg_window_arrange        (PegWindow  *self);
void      peg_window_fold           (PegWindow  *self,
                                     int         width);
void      peg_window_unfold         (PegWindow  *self);
void      peg_window_place_details  (PegWindow  *self);
void      peg_window_note_details   (PegWindow  *self);
void      peg_window_load_settings  (PegWindow  *self);
void      peg_window_save_settings  (PegWindow  *self);
void      peg_window_open_check_in  (PegWindow  *self,
                                     const char *key,
                                     GFile      *file);
void      peg_window_set_filter     (PegWindow  *self,
                                     PegFilter   filter);
void      peg_window_clear_search   (PegWindow  *self);

void      peg_window_name_toasts    (PegWindow  *self);
gint64    peg_window_toasts_change_us (PegWindow *self);
void      peg_window_hurry_toasts   (PegWindow           *self,
                                     const PegDisplayNow *now);
guint64   peg_window_say_notices    (PegWindow  *self,
                                     GPtrArray  *notices,
                                     guint64     after);

G_END_DECLS
