/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-close.h"
#include "peg-connection.h"
#include "peg-diagnosis.h"
#include "peg-position.h"

G_BEGIN_DECLS

/* The states of the machine. Two of them look like others from outside: an
 * attempt that is under way after a wait is still “reconnecting”, or “offline,
 * still trying”. */
typedef enum {
  PEG_CONNECTION_STOPPED,
  PEG_CONNECTION_CONNECTING,
  PEG_CONNECTION_RECONNECTING, /* shown as %PEG_LINK_WAITING */
  PEG_CONNECTION_AUTHENTICATING,
  PEG_CONNECTION_SYNCING,
  PEG_CONNECTION_LIVE,
  PEG_CONNECTION_WAITING,
  PEG_CONNECTION_POLLING,
  PEG_CONNECTION_SUSPENDED,
  PEG_CONNECTION_RETRYING,     /* shown as %PEG_LINK_SUSPENDED */
  PEG_CONNECTION_ACTION_NEEDED,
} PegConnectionState;

#define PEG_CONNECTION_N_STATES (PEG_CONNECTION_ACTION_NEEDED + 1)

/* What can happen to it. */
typedef enum {
  PEG_CONNECTION_START,           /* a person chose a server */
  PEG_CONNECTION_STOP,            /* a person wants none */
  PEG_CONNECTION_RETRY_NOW,       /* a person does not want to wait */
  PEG_CONNECTION_OPENED_CLASSIC,  /* the socket is open, without a sub-protocol */
  PEG_CONNECTION_OPENED_PEGBOARD, /* the socket is open, with ours */
  PEG_CONNECTION_WELCOME,         /* the greeting was answered */
  PEG_CONNECTION_CAUGHT_UP,       /* what is shown is what the server has */
  PEG_CONNECTION_GAP,             /* events are missing */
  PEG_CONNECTION_RESYNC,          /* the position is lost */
  PEG_CONNECTION_LOST,            /* the socket ended; try again */
  PEG_CONNECTION_REFUSED,         /* the socket ended; a person has to do something */
  PEG_CONNECTION_REPLACED,        /* the socket ended; stay away */
  PEG_CONNECTION_DEADLINE,        /* the state took too long */
  PEG_CONNECTION_NUDGE,           /* a classic server sent no list by itself */
  PEG_CONNECTION_QUIET,           /* nothing came for a while */
  PEG_CONNECTION_SILENT,          /* no answer came to a ping */
  PEG_CONNECTION_STEADY,          /* it has been live for a while */
  PEG_CONNECTION_DUE,             /* the wait is over */
  PEG_CONNECTION_OVERDUE,         /* there has been no server for a long time */
  PEG_CONNECTION_SLEPT,           /* the computer slept while the socket was open */
  PEG_CONNECTION_OPENED_FIRST,    /* the socket is open, and the token goes first */
  PEG_CONNECTION_DOUBTED,         /* the socket ended; another token may help */
  PEG_CONNECTION_TOKEN,           /* here is another token */
  PEG_CONNECTION_SLOW,            /* the socket does not open */
  PEG_CONNECTION_HTTP_OK,         /* HTTP works, where sockets seem not to */
  PEG_CONNECTION_POLLED,          /* the list came over HTTP, or it is the same */
  PEG_CONNECTION_POLL_FAILED,     /* it did not */
  PEG_CONNECTION_POLL_DUE,        /* time to ask again */
  PEG_CONNECTION_TRY_SOCKET,      /* time to look for a socket, or at the one tried */
  PEG_CONNECTION_PROVEN_CLASSIC,  /* the socket in the background works, classic */
  PEG_CONNECTION_PROVEN_PEGBOARD, /* so does one that speaks our dialect */
  PEG_CONNECTION_HINT,            /* something here says that things have changed */
} PegConnectionInput;

#define PEG_CONNECTION_N_INPUTS (PEG_CONNECTION_HINT + 1)

/* The timers of the machine; each has one input that it feeds. */
typedef enum {
  PEG_CONNECTION_TIMER_DEADLINE,
  PEG_CONNECTION_TIMER_NUDGE,
  PEG_CONNECTION_TIMER_GAP,
  PEG_CONNECTION_TIMER_QUIET,
  PEG_CONNECTION_TIMER_PONG,
  PEG_CONNECTION_TIMER_STEADY,
  PEG_CONNECTION_TIMER_RETRY,
  PEG_CONNECTION_TIMER_OVERDUE,
  PEG_CONNECTION_TIMER_REFRESH,
  PEG_CONNECTION_TIMER_SLEEP,
  PEG_CONNECTION_TIMER_DIGEST,
  PEG_CONNECTION_TIMER_SLOW,
  PEG_CONNECTION_TIMER_POLL,
  PEG_CONNECTION_TIMER_CANDIDATE,
} PegConnectionTimer;

#define PEG_CONNECTION_N_TIMERS (PEG_CONNECTION_TIMER_CANDIDATE + 1)

struct _PegConnection
{
  GObject parent_instance;

  PegStore *store;   /* (owned) (not nullable) */
  PegClock *clock;   /* (owned) (not nullable) */
  PegRandom *random; /* (owned) (not nullable) */
  PegNetwork *network; /* (owned) (nullable) */

  /* The target */
  char *uri;               /* (owned) (nullable): %NULL: none was ever chosen */
  char *user;              /* (owned) (nullable) */
  char *token;             /* (owned) (nullable): never logged */
  PegAuthMode auth_mode;
  PegBackoffPolicy policy;
  PegDialer *dialer;       /* (owned) (nullable) */
  char **topics;           /* (owned) (nullable): what to ask for; %NULL: everything */
  GPtrArray *subscribed;   /* (owned) (element-type utf8): besides, since then */
  GPtrArray *unsubscribed; /* (owned) (element-type utf8): not any more */

  /* The machine */
  PegConnectionState state;
  GArray *inputs;          /* (owned) (element-type PegConnectionInput): waiting their turn */
  gboolean busy;           /* an input is being worked on */
  guint timers[PEG_CONNECTION_N_TIMERS];

  /* The socket */
  PegTransport *transport; /* (owned) (nullable) */
  PegDialect dialect;
  PegTransferLimits transfer; /* what it offers for binary frames; 0: nothing */
  gboolean knows_dialect;  /* a socket to this server has opened once */
  gboolean awaits_auth;    /* the token was sent, and nothing else may be */
  gboolean asks_token;     /* somebody looks for another token */
  gboolean asked_token;    /* somebody did, since it was last live for a while */
  gboolean pinged;         /* this server was asked once */
  gboolean ping_plain;     /* the last ping was the bare word, which was, if it */
  gboolean pongs;          /* this server answers pings; learned once in a run */
  gint64 opened_us;        /* when the socket opened, monotonic */
  gint64 heard_us;         /* when the last message came */
  gboolean heard;          /* one came through this socket */
  gboolean watches_sleep;  /* the socket has opened */
  gint64 asleep_us;        /* how long the computer had ever slept when the socket opened */
  gint64 missed_us;        /* how long it slept just now; 0: it did not */
  gint64 ping_us;          /* when the unanswered ping was sent; 0: there is none */
  gint64 pong_due_us;      /* when its answer is due, monotonic */
  gint64 ping_id;
  guint ping_ms;           /* how often the server wants pings; 0: it never said */
  guint window_ms;         /* how it wants its clients spread; 0: it never said */

  /* The list */
  PegPosition position;
  guint64 resume_seq;      /* where the greeting said that we are */
  guint64 target_seq;      /* where to catch up to */
  char *target_epoch;      /* (owned) (nullable): and in which history */
  gboolean has_target;
  gboolean awaits_http;    /* the list is on its way, but not through the socket */
  gboolean awaits_digest;  /* it was asked for */
  gint64 compared_us;      /* when one was compared last, monotonic; 0: never */
  guint digests_asked;     /* in a row, without an answer that could be compared */
  guint list_serial;       /* grows with everything that the socket told, and when it slept */
  gint64 serial_asleep_us; /* how long the computer had ever slept when it last grew by that */
  GHashTable *complained;  /* (owned) (element-type utf8): what was logged once */
  PegHandlers *handlers;   /* (owned) (not nullable): who wants to hear what */
  PegWireMessage *current; /* (owned) (nullable): the message that is being handled */

  /* Polling */
  PegDiagnosis diagnosis;
  gint64 http_us;          /* when HTTP last proved to work, monotonic; 0: it did not */
  guint poll_ms;           /* how often the server wants to be asked; 0: it never said */
  gint64 poll_us;          /* how often it is being asked; 0: not yet */
  gboolean unwatched;      /* nobody looks */
  gboolean polls;          /* an answer is awaited */
  guint poll_serial;       /* @list_serial when it was asked */
  gint64 poll_asleep_us;   /* how long the computer had ever slept then */
  gboolean polled;         /* the list that is known came by a poll, unless */
  guint polled_serial;     /* @list_serial has grown beyond this */

  /* The socket that is tried in the background */
  PegTransport *candidate; /* (owned) (nullable) */
  GPtrArray *held;         /* (owned) (nullable) (element-type GBytes): what it said */
  gsize held_bytes;
  PegDialect candidate_dialect;
  gboolean candidate_open;
  gboolean candidate_signs_in;
  gboolean candidate_greeted;
  gboolean candidate_nudged;
  guint candidate_tries;
  gint64 candidate_at_us;  /* when the next is due, monotonic; 0: it was live since */

  /* The outage */
  guint attempt;           /* failed in a row, for people */
  guint tries;             /* waits in a row */
  gboolean steady;         /* it was live for long enough */
  gint64 live_us;          /* since when it is live, monotonic; 0: it is not */
  gboolean hurries;        /* a hint has shortened this wait already */
  gint64 window_end_us;    /* when the window of the last attempt ends, monotonic */
  gint64 outage_boot_us;   /* since when it is not, by the clock that never stops */
  gint64 rival_us;         /* when another window of this person connected; 0: never */
  gint64 normal_us[2];     /* when the server last closed without a reason */

  /* What is shown about it */
  PegVerdict verdict;      /* why the last socket ended */
  char *detail;            /* (owned) (nullable) */
  PegLinkReason reason;
  guint close_code;
  gint64 retry_at_us;
  gint64 delay_us;         /* for the log */
  gint64 rtt_us;

  GMutex log_mutex;        /* guards @log: it is read from another thread */
  GQueue log;              /* (element-type utf8): oldest first, bounded */
};

/* How long a socket may take to open, and how long it must be live to count as
 * one that works (docs/architecture.md, “The connection”). */
#define PEG_CONNECTION_OPEN_US (10 * (gint64) G_USEC_PER_SEC)
#define PEG_CONNECTION_STEADY_US (5 * (gint64) G_USEC_PER_SEC)

/* peg-connection-table.c */
typedef void (*PegConnectionAction) (PegConnection *self);

typedef struct {
  PegConnectionState next;
  PegConnectionAction action; /* (nullable): %NULL: the input means nothing here */
} PegConnectionTransition;

const PegConnectionTransition *peg_connection_look_up    (PegConnectionState state,
                                                          PegConnectionInput input);
const char                    *peg_connection_state_name (PegConnectionState state);
const char                    *peg_connection_input_name (PegConnectionInput input);

/* peg-connection.c */
void peg_connection_feed           (PegConnection      *self,
                                    PegConnectionInput  input);
void peg_connection_publish        (PegConnection      *self);
void peg_connection_dispatch       (PegConnection      *self,
                                    PegEvent           *event);

/* peg-connection-transfer.c */
void peg_connection_offer_transfer  (PegConnection        *self,
                                     const PegWireMessage *hello);
void peg_connection_forget_transfer (PegConnection        *self);
void peg_connection_take_frame      (PegConnection        *self,
                                     GBytes               *bytes);


/* peg-connection-signals.c */
void     peg_connection_install_signals     (void);
void     peg_connection_emit_opened         (PegConnection *self);
void     peg_connection_emit_config_changed (PegConnection *self);
void     peg_connection_emit_need_list      (PegConnection *self);
void     peg_connection_emit_need_token     (PegConnection *self);
void     peg_connection_emit_need_probe     (PegConnection *self);
void     peg_connection_emit_need_poll      (PegConnection *self,
                                             gboolean       conditional);
void     peg_connection_emit_told           (PegConnection *self,
                                             PegEventKind   kind);
void     peg_connection_emit_transfer_changed (PegConnection *self);
void     peg_connection_emit_frame          (PegConnection *self,
                                             GBytes        *bytes);
gboolean peg_connection_has_token_source    (PegConnection *self);

/* peg-connection-timers.c */
void peg_connection_set_timer    (PegConnection      *self,
                                  PegConnectionTimer  timer,
                                  gint64              delay_us);
void peg_connection_clear_timer  (PegConnection      *self,
                                  PegConnectionTimer  timer);
void peg_connection_clear_timers (PegConnection      *self);

/* peg-connection-log.c */
void peg_connection_log (PegConnection      *self,
                         PegConnectionState  old,
                         PegConnectionInput  input);

/* peg-connection-socket.c */
void     peg_connection_set_detail   (PegConnection        *self,
                                      const char           *detail);
void     peg_connection_drop         (PegConnection        *self);
gboolean peg_connection_send         (PegConnection        *self,
                                      const PegWireMessage *message);
void     peg_connection_send_kind    (PegConnection        *self,
                                      PegWireKind           kind);
gboolean peg_connection_notice_sleep (PegConnection        *self);
gint64   peg_connection_get_asleep_us (PegConnection       *self);
gboolean peg_connection_slept_since  (PegConnection        *self,
                                      gint64                asleep_us);
void     peg_connection_watch_sleep  (PegConnection        *self);
void     peg_connection_adopt        (PegConnection        *self,
                                      PegTransport         *transport);
void     peg_connection_note_open    (PegConnection        *self);
char    *peg_connection_dup_uri      (PegConnection        *self) G_GNUC_WARN_UNUSED_RESULT;

/* peg-connection-poll.c */
void peg_connection_do_ask_http  (PegConnection *self);
void peg_connection_do_poll      (PegConnection *self);
void peg_connection_do_polled    (PegConnection *self);
void peg_connection_do_fall_back (PegConnection *self);
void peg_connection_suspect      (PegConnection *self);
void peg_connection_poll_soon    (PegConnection *self);

/* peg-connection-candidate.c */
void peg_connection_do_candidate         (PegConnection *self);
void peg_connection_do_try_socket        (PegConnection *self);
void peg_connection_do_take_over         (PegConnection *self);
void peg_connection_do_take_over_classic (PegConnection *self);
void peg_connection_drop_candidate       (PegConnection *self);
void peg_connection_plan_candidate       (PegConnection *self);
void peg_connection_plan_first_candidate (PegConnection *self);

/* peg-connection-auth.c */
void peg_connection_do_sign_in     (PegConnection        *self);
void peg_connection_do_ask_token   (PegConnection        *self);
void peg_connection_take_auth      (PegConnection        *self,
                                    const PegWireMessage *message);
void peg_connection_refuse_sign_in (PegConnection        *self,
                                    const char           *text);
void peg_connection_refuse         (PegConnection        *self);

/* peg-connection-heartbeat.c */
void   peg_connection_do_ping   (PegConnection        *self);
void   peg_connection_do_probe  (PegConnection        *self);
void   peg_connection_take_pong (PegConnection        *self,
                                 const PegWireMessage *pong);
gint64 peg_connection_quiet_us  (PegConnection        *self);

/* peg-connection-actions.c */
void peg_connection_do_start    (PegConnection *self);
void peg_connection_do_dial     (PegConnection *self);
void peg_connection_do_classic  (PegConnection *self);
void peg_connection_do_greet    (PegConnection *self);
void peg_connection_do_sync     (PegConnection *self);
void peg_connection_do_live     (PegConnection *self);
void peg_connection_do_gap      (PegConnection *self);
void peg_connection_do_resync   (PegConnection *self);
void peg_connection_do_wait     (PegConnection *self);
void peg_connection_do_late     (PegConnection *self);
void peg_connection_do_silent   (PegConnection *self);
void peg_connection_do_slept    (PegConnection *self);
void peg_connection_do_suspend  (PegConnection *self);
void peg_connection_do_need     (PegConnection *self);
void peg_connection_do_stop     (PegConnection *self);
void peg_connection_do_replaced (PegConnection *self);
void peg_connection_do_nudge    (PegConnection *self);
void peg_connection_do_steady   (PegConnection *self);
void peg_connection_do_hurry    (PegConnection *self);
void peg_connection_do_nothing  (PegConnection *self);

PegWireMessage *peg_connection_make_hello    (PegConnection *self) G_GNUC_WARN_UNUSED_RESULT;
void            peg_connection_await_hello   (PegConnection *self);
void            peg_connection_await_classic (PegConnection *self);

void   peg_connection_let_go           (PegConnection *self);
gint64 peg_connection_sync_deadline_us (PegConnection *self);

/* peg-connection-news.c */
void peg_connection_take_notes (PegConnection        *self,
                                const PegWireMessage *message);
void peg_connection_take_notification (PegConnection        *self,
                                       const PegWireMessage *message);
void peg_connection_take_presence (PegConnection        *self,
                                   const PegWireMessage *message);
void peg_connection_take_progress (PegConnection        *self,
                                   const PegWireMessage *message);

/* peg-connection-topics.c */
char **peg_connection_dup_topics    (PegConnection      *self) G_GNUC_WARN_UNUSED_RESULT;
char  *peg_connection_dup_query     (PegConnection      *self) G_GNUC_WARN_UNUSED_RESULT;
void   peg_connection_replay_topics (PegConnection      *self);
void   peg_connection_set_topics    (PegConnection      *self,
                                     const char * const *topics);

/* peg-connection-digest.c */
void peg_connection_plan_digest (PegConnection        *self);
void peg_connection_ask_digest  (PegConnection        *self);
void peg_connection_take_digest (PegConnection        *self,
                                 const PegWireMessage *digest);

/* peg-connection-messages.c */
void peg_connection_add_own_handlers (PegConnection *self);
void peg_connection_note_bytes   (PegConnection *self,
                                  gboolean       wanted);
void peg_connection_take_message (PegConnection *self,
                                  GBytes        *text);

G_END_DECLS
