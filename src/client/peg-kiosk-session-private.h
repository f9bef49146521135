/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-badge.h"
#include "peg-kiosk-courier.h"
#include "peg-kiosk-session.h"
#include "peg-roster-watch.h"

G_BEGIN_DECLS

/* What was asked of the server, and was not answered yet. */
typedef struct {
  char *person; /* (owned) */
  char *key;    /* (owned) */
  guint64 since; /* the last notice before */
  PegKioskAction action;
} PegKioskAsked;

struct _PegKioskSession
{
  GObject parent_instance;

  PegStore *store;           /* (owned) (not nullable) */
  PegLink *link;             /* (owned) (not nullable) */
  GActionMap *actions;       /* (unowned) (nullable): the application, until this is disposed */
  PegSite *site;             /* (owned) (not nullable) */
  PegClock *clock;           /* (owned) (not nullable) */
  PegKioskMachine *machine;  /* (owned) (not nullable) */
  PegKioskModel *model;      /* (owned) (not nullable) */
  PegRosterWatch *watch;     /* (owned) (not nullable) */
  GCancellable *cancellable; /* (owned) (not nullable) */
  char *server;              /* (owned) (nullable) */
  char *station;             /* (owned) (not nullable) */
  char *wrong_path;          /* (owned) (nullable) */
  char *outbox_folder;       /* (owned) (nullable) */
  char *owners_path;         /* (owned) (nullable): where it is noted whose work is kept */
  PegKioskCourier *courier;  /* (owned) (nullable): on its way */
  GHashTable *tried;         /* (owned): who had one since the last look */
  guint left_timer;
  guint drop_id;
  guint n_drafts;            /* how much waits of whoever is signed in */
  guint n_left;              /* how much waits of people who are not signed in */
  guint8 key[PEG_BADGE_KEY_BYTES];
  gboolean has_key;
  guint timer;
  gint64 slept_us;           /* how long the computer had slept, by the last step */
  gboolean started;
  gboolean demo;             /* a server that gets no token */

  char *pin;                 /* (owned) (nullable): typed, until it is looked at */
  char *user;                /* (owned) (nullable): in whose name it is connected */
  gboolean told_identity;
  gboolean was_live;         /* the connection, when it was heard of last */
  PegKioskAsked *asked;      /* (owned) (nullable) */
  gboolean may_update;
};

void peg_kiosk_session_step        (PegKioskSession     *self,
                                    PegKioskInput       *input);
void peg_kiosk_session_add_actions (PegKioskSession     *self);
void peg_kiosk_session_remove_actions (PegKioskSession  *self);
void peg_kiosk_session_load_wrong  (PegKioskSession     *self);
void peg_kiosk_session_check_pin   (PegKioskSession     *self,
                                    const char          *id,
                                    guint                serial);
void peg_kiosk_session_see         (PegKioskSession     *self,
                                    const char          *text);
void peg_kiosk_session_connect     (PegKioskSession     *self,
                                    const char          *id);
GPtrArray *peg_kiosk_session_list_members (PegKioskSession *self) G_GNUC_WARN_UNUSED_RESULT;
void peg_kiosk_session_tell_names  (PegKioskSession    *self);
void peg_kiosk_session_fill_config (PegKioskSession    *self,
                                    PegLinkConfig      *config);
gboolean peg_kiosk_session_decide  (PegKioskSession     *self,
                                    const PegKioskEffect *effect);
char *peg_kiosk_session_dup_kept_words (const char      *why) G_GNUC_WARN_UNUSED_RESULT;
void peg_kiosk_session_hear        (PegKioskSession     *self);
void peg_kiosk_session_count_waiting (PegKioskSession  *self);
void peg_kiosk_session_look_left   (PegKioskSession     *self);
void peg_kiosk_session_note_owner  (PegKioskSession     *self,
                                    const PegRosterPerson *person,
                                    gboolean             has);
char *peg_kiosk_session_dup_kept_of (guint                n,
                                     const char          *name) G_GNUC_WARN_UNUSED_RESULT;
guint peg_kiosk_session_look_lost  (PegKioskSession     *self,
                                    GStrvBuilder        *waiting);
void peg_kiosk_session_left_soon   (PegKioskSession     *self);
void peg_kiosk_session_left_live   (PegKioskSession     *self);
void peg_kiosk_asked_free          (PegKioskAsked       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegKioskAsked, peg_kiosk_asked_free)

G_END_DECLS
