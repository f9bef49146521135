/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-client.h"

#include "peg-wire-list.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

struct _PegClient
{
  GObject parent_instance;

  PegStore *store;       /* (owned) (not nullable) */
  PegClock *clock;       /* (owned) (not nullable) */
  char *http;            /* (owned) (not nullable) */
  char *user;            /* (owned) (not nullable) */
  char *station;         /* (owned) (nullable) */
  PegIdentity *identity; /* (owned) (not nullable) */
  SoupSession *session;  /* (owned) (nullable): %NULL: see @identity */
  PegDialect dialect;
  PegTransfers *transfers; /* (owned) (nullable): the way for large contents */
  char *etag;           /* (owned) (nullable): of the list that the last poll brought */
  guint n_sign_outs;    /* an answer about a session from before is worth nothing */
};

/* What is taken as an answer that is no list of files, bytes. */
#define PEG_CALL_MAX_BYTES (16 * 1024 * 1024)

typedef struct _PegCall PegCall;

/* Makes a result from the body of an answer. */
typedef gpointer (*PegAnswerFunc) (PegCall  *call,
                                   GBytes   *body,
                                   GError  **error);

/* What to make of an answer. */
typedef struct {
  PegAnswerFunc decode;     /* (nullable): it says nothing but “yes” */
  GDestroyNotify free_func; /* (nullable) */
} PegAnswer;

/* Looks at a refusal, and may ask anew, in the same task, with another call.
 *
 * Returns: whether it did */
typedef gboolean (*PegAgainFunc) (GTask  *task,
                                  GBytes *body);

/*
 * PegCall:
 * @client: (owned)
 * @message: (owned): the request
 * @entry: (owned) (nullable): what it is about
 * @changes: whether it is to change something
 * @action: what
 * @sent: it was sent completely, so that the server may have done it
 * @answer: (unowned): what to make of the answer
 * @again: (nullable): sees a refusal first
 * @busy: the server refused for now: 429, or it has trouble (5xx)
 * @retry_after_us: when it wants to be asked again; 0: it did not say
 * @reader: (owned) (nullable): reads the answer while it arrives
 *
 * One request.
 */
struct _PegCall
{
  PegClient *client;
  SoupMessage *message;
  PegEntry *entry;
  gboolean changes;
  PegAction action;
  gboolean sent;
  const PegAnswer *answer;
  PegAgainFunc again;
  gboolean busy;
  gint64 retry_after_us;
  PegWireListReader *reader;
};

PegCall *peg_call_new  (PegClient  *client,
                        const char *method,
                        const char *path,
                        PegEntry   *entry) G_GNUC_WARN_UNUSED_RESULT;
void     peg_call_free (PegCall    *call);

gboolean peg_call_begin    (GTask           *task,
                            PegCall         *call,
                            const PegAnswer *answer);
void     peg_call_send     (GTask           *task,
                            gsize            max_bytes);
void     peg_call_set_json (PegCall         *call,
                            char            *json);

GError *peg_call_get_failure (PegCall      *call,
                              const GError *error) G_GNUC_WARN_UNUSED_RESULT;
GError *peg_call_get_refusal (PegCall      *call,
                              GBytes       *body) G_GNUC_WARN_UNUSED_RESULT;

PegCall        *peg_call_new_list    (PegClient            *client) G_GNUC_WARN_UNUSED_RESULT;
void            peg_call_send_list   (PegCall              *call,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
PegWireMessage *peg_call_finish_list (PegCall              *call,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;
GError         *peg_call_get_nonsense (const GError        *error) G_GNUC_WARN_UNUSED_RESULT;

GError *peg_client_get_no_session_error (PegClient *self) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_client_can_transfer (PegClient *self,
                                  gint64     size);

char *peg_client_dup_path (PegClient  *self,
                           PegEntry   *entry,
                           const char *what) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
