/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-link-status.h"

G_DEFINE_ENUM_TYPE (PegLinkState, peg_link_state,
                    G_DEFINE_ENUM_VALUE (PEG_LINK_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_AUTHENTICATING, "authenticating"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_SYNCING, "syncing"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_POLLING, "polling"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_SUSPENDED, "suspended"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_ACTION_NEEDED, "action-needed"))

G_DEFINE_ENUM_TYPE (PegLinkReason, peg_link_reason,
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_PERSON, "person"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_ADDRESS, "address"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_NO_HOST, "no-host"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_UNREACHABLE, "unreachable"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_TIMEOUT, "timeout"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_NOT_A_SERVER, "not-a-server"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_CERTIFICATE, "certificate"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_SIGN_IN, "sign-in"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_LOST, "lost"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_SHUTTING_DOWN, "shutting-down"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_TOO_BIG, "too-big"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_PROTOCOL, "protocol"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_REPLACED, "replaced"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_REJECTED, "rejected"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_CERTIFICATE_HOST, "certificate-host"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_CERTIFICATE_EXPIRED, "certificate-expired"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_CERTIFICATE_ISSUER, "certificate-issuer"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_OWN_CERTIFICATE, "own-certificate"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_CA_FILE, "ca-file"),
                    G_DEFINE_ENUM_VALUE (PEG_LINK_REASON_UNSAFE, "unsafe"))

/**
 * peg_link_state_is_live:
 * @state: a state
 *
 * Returns: whether what is shown is what the server has, in @state
 */
gboolean
peg_link_state_is_live (PegLinkState state)
{
  return state == PEG_LINK_LIVE || state == PEG_LINK_POLLING;
}

/**
 * peg_link_state_is_settled:
 * @state: a state
 *
 * Returns: whether the connection is what it will be for a while, there or not to be
 *   had; %FALSE: it is being made
 */
gboolean
peg_link_state_is_settled (PegLinkState state)
{
  return state != PEG_LINK_CONNECTING && state != PEG_LINK_AUTHENTICATING &&
         state != PEG_LINK_SYNCING;
}

/**
 * peg_link_reason_is_certificate:
 * @reason: a reason
 *
 * Returns: whether @reason is about a certificate, of either side, or about what
 *   certificates are checked with: a person has to do something, but somebody
 *   else may have done it meanwhile
 */
gboolean
peg_link_reason_is_certificate (PegLinkReason reason)
{
  return reason == PEG_LINK_REASON_CERTIFICATE ||
         (reason >= PEG_LINK_REASON_CERTIFICATE_HOST && reason <= PEG_LINK_REASON_CA_FILE);
}

/**
 * peg_link_status_copy:
 * @self: a status
 * @copy: (out caller-allocates): a copy; clear it with
 *   peg_link_status_clear()
 */
void
peg_link_status_copy (const PegLinkStatus *self,
                      PegLinkStatus       *copy)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (copy != NULL);

  *copy = *self;
  copy->detail = g_strdup (self->detail);
}

/**
 * peg_link_status_clear:
 * @self: a status
 *
 * Frees what @self points to, not @self.
 */
void
peg_link_status_clear (PegLinkStatus *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->detail, g_free);
}

/**
 * peg_link_status_equal:
 * @a: a status
 * @b: a status
 *
 * Returns: whether @a and @b say the same
 */
gboolean
peg_link_status_equal (const PegLinkStatus *a,
                       const PegLinkStatus *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return a->state == b->state &&
         a->reason == b->reason &&
         a->attempt == b->attempt &&
         a->close_code == b->close_code &&
         a->retry_at_us == b->retry_at_us &&
         a->rtt_us == b->rtt_us &&
         g_strcmp0 (a->detail, b->detail) == 0;
}
