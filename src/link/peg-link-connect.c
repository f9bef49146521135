/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-link-connect"

#include "peg-config.h"

#include "peg-link.h"

#include "peg-address.h"
#include "peg-link-private.h"

#include <glib/gi18n.h>

/* Which server a link is to, and as whom: whether that makes sense, and what was
 * chosen last. */

static void
do_preload (PegWorker *worker,
            gpointer   data)
{
  g_autoptr (PegLinkTarget) target = data;

  peg_worker_preload (worker, &(PegWorkerTarget) {
    .address = &target->address,
    .user = target->user,
    .transient = target->transient,
    .shared = target->shared,
  });
}

static void
do_connect (PegWorker *worker,
            gpointer   data)
{
  g_autoptr (PegLinkTarget) target = data;

  peg_worker_connect (worker, &(PegWorkerTarget) {
    .address = &target->address,
    .user = target->user,
    .station = target->station,
    .identity = target->identity,
    .policy = target->policy,
    .topics = (const char * const *) target->topics,
    .transient = target->transient,
    .shared = target->shared,
    .choice = target->choice,
  });
}

static gboolean
check_identity (const PegLinkTarget  *target,
                GError              **error)
{
  const PegIdentityConfig *identity = &target->identity;

  if (identity->token != NULL && !peg_identity_is_token (identity->token)) {
    g_set_error_literal (error, PEG_LINK_ERROR, PEG_LINK_ERROR_SIGN_IN,
                         _("That is no token: a token is one line of letters, digits and signs. Copy it again, all of it."));
    return FALSE;
  }

  if (!peg_identity_is_safe (identity->mode, target->address.socket)) {
    g_set_error (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                 /* Translators: %s is the address of a server. */
                 _("A token in the address of “%s” could be read on the way, so nothing was sent. Use an address that begins with “wss://”, or do not send the token in the address."),
                 target->address.label);
    return FALSE;
  }

  return TRUE;
}

static PegLinkTarget *
check (const PegLinkConfig  *config,
       GError              **error)
{
  g_autoptr (PegLinkTarget) target = peg_link_target_new (config);
  g_autoptr (GError) problem = NULL;

  if (!peg_address_parse (&target->address, config->url != NULL ? config->url : "", &problem)) {
    g_set_error_literal (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED, problem->message);
    return NULL;
  }

  if (config->user == NULL || *config->user == '\0' || !g_utf8_validate (config->user, -1, NULL)) {
    g_set_error_literal (error, PEG_LINK_ERROR, PEG_LINK_ERROR_SIGN_IN,
                         _("The server wants to know who you are. Type your name."));
    return NULL;
  }

  return check_identity (target, error) ? g_steal_pointer (&target) : NULL;
}

/**
 * peg_link_preload:
 * @self: a link
 * @config: what peg_link_connect() will be called with soon; the token may not be
 *   known yet
 *
 * Shows what is kept of a server, and says that it is being connected to, while the
 * program still makes what it shows it in. The latter is told to the store before
 * this returns. Does nothing if @config makes no sense,
 * which peg_link_connect() will say, or if a server was chosen before.
 */
void
peg_link_preload (PegLink             *self,
                  const PegLinkConfig *config)
{
  const PegLinkStatus status = { .state = PEG_LINK_CONNECTING, .rtt_us = -1 };
  PegLinkTarget *target;
  PegEvent event = {
    .kind = PEG_EVENT_SERVER,
    .mono_us = g_get_monotonic_time (),
    .wall_us = g_get_real_time (),
  };

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (config != NULL);

  target = self->target == NULL ? check (config, NULL) : NULL;
  if (target == NULL)
    return;

  /* The thread says the same, but whoever shows it may be sooner. */
  event.server.url = target->address.label;
  event.server.user = target->user;
  peg_store_dispatch (self->store, &event);
  event.kind = PEG_EVENT_LINK;
  event.link = &status;
  peg_store_dispatch (self->store, &event);

  peg_link_post (self, do_preload, target, (GDestroyNotify) peg_link_target_unref);
}

/*
 * peg_link_connect_target:
 * @target: (transfer full): a server, and who wants to connect to it
 */
void
peg_link_connect_target (PegLink       *self,
                         PegLinkTarget *target)
{
  g_clear_pointer (&self->target, peg_link_target_unref);
  self->target = peg_link_target_ref (target);
  target->choice = ++self->n_choices;
  peg_link_post (self, do_connect, target, (GDestroyNotify) peg_link_target_unref);
}

/**
 * peg_link_connect:
 * @self: a link
 * @config: what to connect to, and as whom
 * @error: return location
 *
 * Connects to a server and keeps connected, whatever happens, until
 * peg_link_disconnect(). What comes of it is told through the store: first
 * %PEG_EVENT_SERVER, then %PEG_EVENT_LINK with every change.
 *
 * Returns: whether the configuration makes sense; only that is known so early
 */
gboolean
peg_link_connect (PegLink              *self,
                  const PegLinkConfig  *config,
                  GError              **error)
{
  g_autoptr (PegLinkTarget) target = NULL;

  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);
  g_return_val_if_fail (config != NULL, FALSE);

  target = check (config, error);
  if (target == NULL)
    return FALSE;

  peg_link_connect_target (self, g_steal_pointer (&target));

  return TRUE;
}

/**
 * peg_link_check_config:
 * @config: what to connect to, and as whom
 * @server: (out) (optional) (transfer full): the server, written as nobody types
 *   it: the same text for the same server
 * @error: return location
 *
 * Returns: whether peg_link_connect() would take @config
 */
gboolean
peg_link_check_config (const PegLinkConfig  *config,
                       char                **server,
                       GError              **error)
{
  g_autoptr (PegLinkTarget) target = NULL;

  g_return_val_if_fail (config != NULL, FALSE);

  target = check (config, error);
  if (target == NULL)
    return FALSE;

  if (server != NULL)
    *server = g_strdup (target->address.http);

  return TRUE;
}

/**
 * peg_link_get_user:
 * @self: a link
 *
 * What is asked for from now on is asked in this name: whoever began something earlier
 * looks whether it is still theirs.
 *
 * Returns: (transfer none) (nullable): who was named last
 */
const char *
peg_link_get_user (PegLink *self)
{
  g_return_val_if_fail (PEG_IS_LINK (self), NULL);

  return self->target != NULL ? self->target->user : NULL;
}

/**
 * peg_link_get_choice:
 * @self: a link
 *
 * Whoever has connected waits with this until peg_snapshot_get_choice() says the same:
 * what is shown before may be the last that was heard of an earlier connection.
 *
 * Returns: how often a server and a person were chosen
 */
guint
peg_link_get_choice (PegLink *self)
{
  g_return_val_if_fail (PEG_IS_LINK (self), 0);

  return self->n_choices;
}

/**
 * peg_link_is_shared:
 * @self: a link
 *
 * Returns: whether people take turns at it
 */
gboolean
peg_link_is_shared (PegLink *self)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return self->target != NULL && self->target->shared;
}

static void
do_disconnect (PegWorker *worker,
               gpointer   data)
{
  peg_worker_disconnect (worker);
}

/**
 * peg_link_disconnect:
 * @self: a link
 *
 * Closes the connection and makes no other. What was known stays shown, with its
 * age.
 */
void
peg_link_disconnect (PegLink *self)
{
  g_return_if_fail (PEG_IS_LINK (self));

  peg_link_post (self, do_disconnect, NULL, NULL);
}
