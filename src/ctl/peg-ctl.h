/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * PegCtlExit:
 * @PEG_CTL_DONE: it was done
 * @PEG_CTL_REFUSED: the server, or a rule, said no; or there is no such file
 * @PEG_CTL_USAGE: the command line cannot be understood
 * @PEG_CTL_NO_SERVER: there is no server, or it was lost on the way
 * @PEG_CTL_SIGN_IN: the server wants to know who this is
 *
 * The exit status of pegctl. Documented in pegctl(1): scripts rely on it.
 */
typedef enum {
  PEG_CTL_DONE = 0,
  PEG_CTL_REFUSED = 1,
  PEG_CTL_USAGE = 2,
  PEG_CTL_NO_SERVER = 3,
  PEG_CTL_SIGN_IN = 4,
} PegCtlExit;

/**
 * PegCtl:
 * @store: what is known
 * @link: the way to the server
 * @json: whether to print JSON, an object a line
 * @colour: whether to print colours
 * @verbose: whether to print more
 * @server: the address
 * @config: what to connect to; a command may ask for less before it connects
 * @connected: whether peg_ctl_connect() was called
 * @token_file: (nullable): the file for the token that was named
 *
 * One run of pegctl.
 */
typedef struct {
  PegStore *store;
  PegLink *link;
  gboolean json;
  gboolean colour;
  gboolean verbose;
  const char *server;
  PegLinkConfig config;
  gboolean connected;
  const char *token_file;
} PegCtl;

/**
 * PegCtlCommand:
 * @name: the word on the command line
 * @arguments: what comes behind it, for `--help`
 * @summary: what it does, in one line, untranslated
 * @run: does it
 * @more: (nullable): what `--help` says besides, lines
 *
 * One command. @run gets the arguments from the command's name on.
 */
typedef struct {
  const char *name;
  const char *arguments;
  const char *summary;
  PegCtlExit (*run) (PegCtl *ctl,
                     int     argc,
                     char  **argv);
  const char *more;
} PegCtlCommand;

extern const PegCtlCommand peg_ctl_status;
extern const PegCtlCommand peg_ctl_ls;
extern const PegCtlCommand peg_ctl_watch;
extern const PegCtlCommand peg_ctl_check_out;
extern const PegCtlCommand peg_ctl_check_in;
extern const PegCtlCommand peg_ctl_release;
extern const PegCtlCommand peg_ctl_history;
extern const PegCtlCommand peg_ctl_get;
extern const PegCtlCommand peg_ctl_drafts;
extern const PegCtlCommand peg_ctl_cards;
extern const PegCtlCommand peg_ctl_people;
extern const PegCtlCommand peg_ctl_login;
extern const PegCtlCommand peg_ctl_logout;

gboolean   peg_ctl_parse       (const PegCtlCommand *command,
                                const GOptionEntry  *options,
                                int                 *argc,
                                char              ***argv);
PegCtlExit peg_ctl_usage       (const PegCtlCommand *command,
                                const char          *wrong);
PegCtlExit peg_ctl_connect     (PegCtl              *ctl);
PegCtlExit peg_ctl_go_live     (PegCtl              *ctl);
PegCtlExit peg_ctl_has_drafts (PegCtl   *ctl,
                               gboolean *has);
PegEntry  *peg_ctl_find        (PegCtl              *ctl,
                                const char          *name) G_GNUC_WARN_UNUSED_RESULT;
PegCtlExit peg_ctl_take_file   (PegCtl              *ctl,
                                const PegCtlCommand *command,
                                int                  argc,
                                char               **argv,
                                int                  max_argc,
                                const char          *usage,
                                PegEntry           **entry);
PegCtlExit peg_ctl_exit_for    (PegCtl              *ctl,
                                const GError        *error);
void       peg_ctl_complain    (PegCtl              *ctl,
                                const char          *code,
                                const char          *words);
void       peg_ctl_result_cb   (GObject             *source,
                                GAsyncResult        *result,
                                gpointer             user_data);
GAsyncResult *peg_ctl_wait     (GAsyncResult       **result) G_GNUC_WARN_UNUSED_RESULT;

/* Printing */

void         peg_ctl_print_json  (JsonBuilder       *builder);
JsonBuilder *peg_ctl_json_new    (const char        *type) G_GNUC_WARN_UNUSED_RESULT;
void         peg_ctl_json_string (JsonBuilder       *builder,
                                  const char        *member,
                                  const char        *value);
void         peg_ctl_json_time   (JsonBuilder       *builder,
                                  const char        *member,
                                  gint64             time_us);
void         peg_ctl_json_file   (JsonBuilder       *builder,
                                  const PegSnapshot *snapshot,
                                  const PegEntry    *entry);
void         peg_ctl_json_link   (JsonBuilder       *builder,
                                  const PegSnapshot *snapshot);
void         peg_ctl_print_done  (PegCtl            *ctl,
                                  const char        *type,
                                  const PegEntry    *entry,
                                  const char        *words);
char        *peg_ctl_printable   (const char        *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
