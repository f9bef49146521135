/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-machine.h"

G_BEGIN_DECLS

/* What somebody asked for before the server is asked in their name. */
typedef struct {
  char *person;       /* (owned) */
  char *key;          /* (owned) */
  char *text;         /* (owned) (nullable) */
  gboolean major;
  PegKioskAction action;
  gint64 until_us;    /* when it is given up */
} PegKioskHeld;

void peg_kiosk_held_free (PegKioskHeld *self);

/* Wrong PINs of one person, or of the terminal. */
typedef struct {
  guint n;            /* one after the other */
  gint64 after_us;    /* no other is looked at before */
} PegKioskWrong;

struct _PegKioskMachine
{
  PegKioskRules rules;
  gint64 now_us;
  GPtrArray *members;   /* (owned) (element-type PegKioskMember): by name */
  GPtrArray *effects;   /* (owned) (nullable): of the step under way */

  /* Who is there, and since when nothing happened */
  char *person;         /* (owned) (nullable) */
  gint64 active_us;
  gint64 warned_us;     /* when a touch ended the warning last */
  gint64 wipe_until_us; /* 0: the glass is not wiped */
  gint64 door_until_us; /* 0: the admin door is closed */
  gboolean asleep;

  /* In whose name the server is asked */
  char *identity;       /* (owned) (nullable) */
  PegKioskHeld *held;   /* (owned) (nullable) */

  /* PINs */
  char *pin;            /* (owned) (nullable): whose is asked for */
  char *checking;       /* (owned) (nullable): whose is looked at */
  guint serial;         /* of what is, or was, looked at */
  gboolean stale;       /* nobody wants to know any more */
  GHashTable *wrong;    /* (owned): id, or that of the door → PegKioskWrong */
  PegKioskWrong wrong_here;

  /* The last answer */
  PegKioskSignal signal;
  guint64 signal_serial;
  char *word;           /* (owned) (nullable) */
  char *detail;         /* (owned) (nullable) */

  /* What only passes through */
  guint n_waiting;
  char *station;        /* (owned) (nullable) */
  char *version;        /* (owned) (nullable) */
  char *safe_code;      /* (owned) (nullable) */
  char **missing;       /* (owned) (nullable) */
  char **waiting;       /* (owned) (nullable) */
  char **lost;          /* (owned) (nullable) */
};

const PegKioskMember *peg_kiosk_find_member (PegKioskMachine *self,
                                             const char      *id);
PegKioskEffect *peg_kiosk_add_effect (PegKioskMachine    *self,
                                      PegKioskEffectKind  kind);
void            peg_kiosk_answer     (PegKioskMachine    *self,
                                      PegKioskSignal      signal,
                                      const char         *word,
                                      char               *detail);
void            peg_kiosk_change_person (PegKioskMachine *self,
                                         const char      *id);
gint64          peg_kiosk_pin_after  (PegKioskMachine    *self,
                                      const char         *id);
void            peg_kiosk_count_wrong (PegKioskMachine   *self,
                                       const char        *id);
void            peg_kiosk_apply      (PegKioskMachine     *self,
                                      const PegKioskInput *input);
void            peg_kiosk_begin_held (PegKioskMachine     *self);

G_END_DECLS
