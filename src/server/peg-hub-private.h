/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-hub.h"

#include "peg-herd.h"
#include "peg-hub-transfer.h"
#include "peg-socket.h"
#include "peg-wire.h"

G_BEGIN_DECLS

/* What the files of the hub share: peg-hub.c has what all sockets get,
 * peg-hub-client.c one socket, peg-hub-receive.c what a client says. */

typedef struct _PegHubClient PegHubClient;

/**
 * PEG_HUB_NOBODY:
 *
 * What a client is called that did not say who it is.
 */
#define PEG_HUB_NOBODY "anonymous"

/**
 * PegHubTopics:
 * @PEG_HUB_FILES: what happens to files; nobody can do without
 * @PEG_HUB_PRESENCE: who comes and goes
 * @PEG_HUB_NOTES: notes to the user
 * @PEG_HUB_PROGRESS: how far long work is
 * @PEG_HUB_NOTIFICATIONS: sentences for the person
 * @PEG_HUB_EVERYTHING: all of it
 *
 * What a client wants to hear of (docs/protocol.md, “subscribe, unsubscribe”).
 */
typedef enum {
  PEG_HUB_FILES = 1 << 0,
  PEG_HUB_PRESENCE = 1 << 1,
  PEG_HUB_NOTES = 1 << 2,
  PEG_HUB_PROGRESS = 1 << 3,
  PEG_HUB_NOTIFICATIONS = 1 << 4,
  PEG_HUB_EVERYTHING = (1 << 5) - 1,
} PegHubTopics;

struct _PegHub
{
  GObject parent_instance;

  PegShop *shop;        /* (owned) */
  char *name;           /* (owned) (nullable): what the shop is called */
  GPtrArray *clients;   /* (owned) (element-type PegHubClient) */
  GHashTable *present;  /* (owned): name → how many sockets, of who was announced */
  guint n_unannounced;  /* sockets of who came when there were too many */
  GBytes *list[2];      /* (owned) (nullable): the whole list by dialect, or %NULL
                         * when it must be written again */
  GBytes *digest;       /* (owned) (nullable): likewise */
  gint64 list_us[2];    /* when the time in it was written, monotonic */
  guint list_id;        /* source id; 0: no list is due */
  gint64 listed_us;     /* when the list went out, monotonic */
  PegLimits limits;
  PegGate *gate;        /* (owned): counts who comes */
  PegLogin *login;      /* (owned): who was wrong */
  PegHerd herd;         /* how many come back when the server was away */
  PegPeople *people;    /* (owned) (nullable): who may come in */
  guint auth_look_id;   /* source id; 0: it is believed who somebody is */
  PegPoll *poll;        /* (owned): waits for all sockets */
  guint ping_id;        /* source id; 0: there is nobody to ping */
  GByteArray *news;     /* (owned): frames of changes that nobody has got yet */
  guint news_id;        /* source id; 0: there are none */
};

struct _PegHubClient
{
  PegHub *hub;                          /* (unowned): it owns the client */
  PegSocket *socket;                    /* (owned) */
  PegDialect dialect;
  GInetAddress *address;                /* (owned) (nullable): where it comes from */
  char *user;                           /* (owned) */
  PegBucket messages;                   /* how many it may still send */
  guint n_refused;                      /* messages in a row that were too many */
  PegHubTopics topics;                  /* what it wants to hear of */
  gboolean greeted;                     /* it gets what happens */
  gboolean is_announced;                /* others know that it is there */
  gboolean is_unannounced;              /* they were too many to be told */
  gboolean list_due;                    /* it has not got the newest list */
  gboolean notes_due;                   /* nor its notes */
  guint hello_id;                       /* source id; 0: it has greeted */

  /* What goes out. The socket gets one message at a time, and the next one when the
   * kernel has it all. */
  GQueue waiting;                       /* (owned) (element-type PegHubItem) */
  gsize n_waiting;                      /* bytes of them */
  guint stall_id;                       /* source id; 0: nothing waits */
  gint64 pinged_us;                     /* when it was pinged last, monotonic */
  PegCaller *caller;                    /* (owned) (nullable): who it proved to be */
  guint auth_id;                        /* source id; 0: it has not to prove it any more */
  PegHubTransfers *transfers;           /* (owned) (nullable): it asked for binary frames */
};

/**
 * PegHubWeight:
 * @PEG_HUB_STATE: the whole list, which is due anyway, makes up for it
 * @PEG_HUB_ANSWER: nothing makes up for it
 *
 * What may be dropped when a client falls behind.
 */
typedef enum {
  PEG_HUB_STATE,
  PEG_HUB_ANSWER,
} PegHubWeight;

/* One socket */

PegHubClient *peg_hub_client_new      (PegHub               *hub,
                                       const PegHubArrival  *arrival) G_GNUC_WARN_UNUSED_RESULT;
void          peg_hub_client_free     (PegHubClient         *client);
void          peg_hub_client_send_raw (PegHubClient         *client,
                                       PegSocketKind         type,
                                       PegHubWeight          weight,
                                       GBytes               *bytes);
void          peg_hub_client_send     (PegHubClient         *client,
                                       const PegWireMessage *message);
gboolean      peg_hub_client_is_clear (PegHubClient         *client);
void          peg_hub_client_close    (PegHubClient         *client,
                                       gushort               code,
                                       const char           *reason);

GBytes *peg_hub_encode (const PegWireMessage *message,
                        PegDialect            dialect) G_GNUC_WARN_UNUSED_RESULT;

/* What a client says */

void peg_hub_receive (PegHub        *self,
                      PegHubClient  *client,
                      PegSocketKind  type,
                      GBytes        *bytes);

/* Who a client is */

gboolean peg_hub_auth_begin    (PegHub                *self,
                                PegHubClient          *client,
                                const PegCaller       *caller);
void     peg_hub_auth          (PegHub                *self,
                                PegHubClient          *client,
                                const PegWireMessage  *message);
gboolean peg_hub_auth_may_say  (PegHub                *self,
                                PegHubClient          *client,
                                PegSocketKind          type,
                                GBytes                *bytes);
PegRole  peg_hub_auth_get_role (PegHub                *self,
                                PegHubClient          *client);
void     peg_hub_let_in        (PegHub                *self,
                                PegHubClient          *client);

/* What the hub says to one client, or to all */

void peg_hub_set_user           (PegHub       *self,
                                 PegHubClient *client,
                                 const char   *user);
void peg_hub_send_list          (PegHub       *self,
                                 PegHubClient *client);
void peg_hub_send_due           (PegHub       *self,
                                 PegHubClient *client);
void peg_hub_send_notes_to      (PegHub       *self,
                                 PegHubClient *client);
guint peg_hub_get_herd          (PegHub       *self);
void peg_hub_send_news          (PegHub       *self);
void peg_hub_broadcast          (PegHub               *self,
                                 PegHubTopics          topic,
                                 const PegWireMessage *message,
                                 const PegHubClient   *except);

/* Who is there, and who wants to hear what */

void          peg_hub_client_come      (PegHubClient *client);
void          peg_hub_client_go        (PegHubClient *client);
char        **peg_hub_list_present     (PegHub       *self,
                                        PegHubClient *client) G_GNUC_WARN_UNUSED_RESULT;
PegHubTopics  peg_hub_topics_read      (const char * const *names);
void          peg_hub_client_subscribe (PegHubClient *client,
                                        const char   *channel,
                                        gboolean      on);

G_END_DECLS
