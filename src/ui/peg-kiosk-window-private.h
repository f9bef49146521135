/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-window.h"

#include "peg-board.h"
#include "peg-file-list.h"
#include "peg-kiosk-ask.h"
#include "peg-kiosk-bar.h"
#include "peg-kiosk-button.h"
#include "peg-kiosk-check-in.h"
#include "peg-kiosk-details.h"
#include "peg-kiosk-drafts.h"
#include "peg-kiosk-find.h"
#include "peg-kiosk-style.h"
#include "peg-kiosk-words.h"
#include "peg-page.h"
#include "peg-pin-page.h"
#include "peg-saver.h"

G_BEGIN_DECLS

/* What the files of the window share. */

/*
 * PegKioskPlace:
 *
 * Where a person is. What is there only for one person is left when another comes.
 */
typedef enum {
  PEG_KIOSK_PLACE_BOARD,
  PEG_KIOSK_PLACE_FIND,
  PEG_KIOSK_PLACE_OUT,
  PEG_KIOSK_PLACE_DETAILS,
  PEG_KIOSK_PLACE_TERMINAL,
  PEG_KIOSK_PLACE_UNSENT,
  PEG_KIOSK_PLACE_CHECK_IN,
  PEG_KIOSK_PLACE_RELEASE,
  PEG_KIOSK_PLACE_COPY,
  PEG_KIOSK_PLACE_UNSENT_ASK,
} PegKioskPlace;

/* The three big buttons of the selected file. */
#define PEG_KIOSK_N_BUTTONS 3

struct _PegKioskWindow
{
  AdwApplicationWindow parent_instance;

  PegStore *store;          /* (owned) (not nullable) */
  PegKioskModel *model;     /* (owned) (not nullable) */
  GSettings *settings;      /* (owned) (nullable) */
  PegNow *now;              /* (owned) (not nullable) */
  PegPhysical *physical;    /* (owned) (not nullable) */
  PegKioskStyle *style;     /* (owned) (not nullable) */
  GtkCssProvider *colors;   /* (owned) (not nullable): of kiosk-window.css */
  GtkCssProvider *sizes;    /* (owned) (not nullable): what depends on the screen */
  PegRows *rows;            /* (owned) (not nullable) */
  PegSelection *selection;  /* (owned) (not nullable) */
  PegRowSizes row_sizes;    /* of the list */

  GtkStack *screens;        /* everything: the frame, and what hides it */
  GtkWidget *frame;
  PegKioskBar *bar;
  GtkWidget *notice;
  GtkLabel *notice_words;
  GtkImage *notice_icon;
  GtkStack *pages;
  GtkWidget *tools;
  GtkWidget *find_tool;
  GtkWidget *filters[4];    /* by PegFilter */
  GtkStack *list_stack;
  PegFileList *list;
  GtkLabel *nothing;
  PegBoard *board;
  PegKioskFind *find;
  PegKioskDetails *details;
  PegKioskCheckIn *check_in;
  PegKioskAsk *ask;
  GtkWidget *unsent;        /* what leads to the next */
  PegKioskDrafts *drafts;
  GtkLabel *terminal;
  PegPinPage *pin;
  PegSaver *saver;
  GtkWidget *feedback;
  GtkWidget *wipe;
  GtkWidget *admin;
  GtkLabel *state_title;
  GtkLabel *state_text;
  GtkImage *state_icon;
  GtkWidget *buttons;       /* the row of the three */
  PegKioskButton *button[PEG_KIOSK_N_BUTTONS];
  GtkWidget *back;          /* of the pages without an answer */
  GtkWidget *warning;
  GtkLabel *warning_title;
  GtkLabel *warning_words;
  GtkWidget *stay;

  PegKioskPlace place;
  PegKioskDo does[PEG_KIOSK_N_BUTTONS]; /* of the first two */
  PegPage page;
  char *person;             /* (owned) (nullable): who was here when it was last drawn */
  char *act_person;         /* (owned) (nullable): who opened the page of an action */
  char *act_key;            /* (owned) (nullable): and for which file */
  char *act_draft;          /* (owned) (nullable): or for which unsent work */
  PegKioskUnsent act_what;  /* what is asked about that */
  char *copier;             /* (owned) (nullable): whose doing the last copy was */
  char *refused;            /* (owned) (nullable): what was just refused, and why */
  char *history_of;         /* (owned) (nullable): the file and revision that were asked for */
  char *searched;           /* (owned) (not nullable) */
  char *kept_key;           /* (owned) (nullable): the file for which somebody has to sign in */
  char *kept_search;        /* (owned) (nullable): and among what they found it */
  gint64 kept_until_us;     /* and how long that is for whoever signs in, monotonic */
  char *machine;            /* (owned) (nullable): the group that is for this place */
  guint64 heard;            /* the last answer that was heard */
  gboolean silent;
  gboolean badges;          /* the terminal knows them */
  gboolean opening;         /* the group of the machine is not there yet */
  gboolean asking_pin;      /* a PIN is asked for */
  gboolean signing_in;      /* somebody asked for the page of the PINs */
  gboolean finding;         /* what was found is to be shown */
  gboolean naming;          /* and the first of it selected */
  gboolean pressing;        /* what is shown is to be pressed next */
  gboolean asleep;
  gboolean rendering;       /* it is being drawn just now */
  gboolean again;           /* and is to be once more */
  gboolean compact;
  int width;
  int height;
  guint tick_id;
  guint refused_id;
  guint arrange_id;
  guint held_enter;     /* the keycode of the Enter that is down; 0: none */
  guint focus_id;
};

/* peg-kiosk-window-build.c */
void peg_kiosk_window_build (PegKioskWindow *self);

/* peg-kiosk-window-terminal.c */
GtkWidget *peg_kiosk_window_build_terminal  (PegKioskWindow      *self);
void       peg_kiosk_window_render_terminal (PegKioskWindow      *self,
                                             PegSnapshot         *snapshot,
                                             PegKioskView        *view,
                                             const PegDisplayNow *now);

/* peg-kiosk-window-unsent.c */
GtkWidget *peg_kiosk_window_build_unsent     (PegKioskWindow      *self);
void       peg_kiosk_window_render_unsent    (PegKioskWindow      *self,
                                              PegSnapshot         *snapshot,
                                              PegKioskView        *view,
                                              const PegDisplayNow *now);
void       peg_kiosk_window_answer_unsent    (PegKioskWindow      *self,
                                              gboolean             yes);
void       peg_kiosk_window_unsent_chosen_cb (PegKioskWindow      *self,
                                              const char          *id,
                                              guint                what);

/* peg-kiosk-window-state.c */
void peg_kiosk_window_render_state (PegKioskWindow      *self,
                                    PegSnapshot         *snapshot,
                                    const PegDisplayNow *now);

/* peg-kiosk-window-notice.c */
void peg_kiosk_window_render_notice (PegKioskWindow      *self,
                                     PegSnapshot         *snapshot,
                                     PegKioskView        *view,
                                     const PegDisplayNow *now);
void peg_kiosk_window_sound         (PegKioskWindow      *self,
                                     PegKioskView        *view);

/* peg-kiosk-window-site.c */
void  peg_kiosk_window_open_machine        (PegKioskWindow    *self);
char *peg_kiosk_window_dup_machine_trouble (PegKioskWindow    *self,
                                            const PegSnapshot *snapshot) G_GNUC_WARN_UNUSED_RESULT;

/* peg-kiosk-window-layout.c */
void peg_kiosk_window_let_go           (PegKioskWindow *self);
void peg_kiosk_window_load_style       (PegKioskWindow *self);
void peg_kiosk_window_drop_style       (PegKioskWindow *self);
void peg_kiosk_window_measure          (PegKioskWindow *self);
void peg_kiosk_window_schedule_arrange (PegKioskWindow *self);
void peg_kiosk_window_schedule_focus   (PegKioskWindow *self);

/* peg-kiosk-window-render.c */
PegEntry *peg_kiosk_window_get_entry    (PegKioskWindow *self);
void      peg_kiosk_window_render       (PegKioskWindow *self);
void      peg_kiosk_window_render_found (PegKioskWindow *self);
char     *peg_kiosk_window_why_not      (PegKioskWindow *self,
                                         PegEntry       *entry,
                                         PegKioskDo      what) G_GNUC_WARN_UNUSED_RESULT;

/* peg-kiosk-window-actions.c */
void peg_kiosk_window_add_actions (PegKioskWindow *self);
void peg_kiosk_window_go          (PegKioskWindow *self,
                                   PegKioskPlace   place);
void peg_kiosk_window_do          (PegKioskWindow *self,
                                   PegKioskDo      what);
void peg_kiosk_window_act         (PegKioskWindow *self,
                                   PegKioskDo      what,
                                   const char     *text,
                                   gboolean        major);
void peg_kiosk_window_refuse      (PegKioskWindow *self,
                                   const char     *why);
void peg_kiosk_window_reset       (PegKioskWindow *self);
void peg_kiosk_window_stay_nobody (PegKioskWindow *self);
void peg_kiosk_window_select      (PegKioskWindow *self,
                                   const char     *key);
void peg_kiosk_window_search      (PegKioskWindow *self,
                                   const char     *words);
void peg_kiosk_window_ask_copy    (PegKioskWindow *self,
                                   const char     *key);
void peg_kiosk_window_answered_cb (PegKioskWindow *self,
                                   gboolean        yes);
void peg_kiosk_window_sent_cb     (PegKioskWindow *self);

G_END_DECLS
