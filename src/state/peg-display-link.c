/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/* “Catching up…” is worth a word only when it takes longer than this
 * (docs/architecture.md, “The connection”). */
#define CATCHING_UP_AFTER_US G_USEC_PER_SEC

G_DEFINE_ENUM_TYPE (PegDot, peg_dot,
                    G_DEFINE_ENUM_VALUE (PEG_DOT_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (PEG_DOT_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (PEG_DOT_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (PEG_DOT_SLOWER, "slower"),
                    G_DEFINE_ENUM_VALUE (PEG_DOT_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (PEG_DOT_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (PEG_DOT_KEY, "key"))

/**
 * peg_display_dot:
 * @state: the state of the connection
 *
 * Returns: the shape of the status dot
 */
PegDot
peg_display_dot (PegLinkState state)
{
  switch (state) {
  case PEG_LINK_STOPPED:
    return PEG_DOT_STOPPED;
  case PEG_LINK_CONNECTING:
  case PEG_LINK_AUTHENTICATING:
    return PEG_DOT_CONNECTING;
  case PEG_LINK_SYNCING:
  case PEG_LINK_WAITING:
    return PEG_DOT_WAITING;
  case PEG_LINK_LIVE:
    return PEG_DOT_LIVE;
  case PEG_LINK_POLLING:
    return PEG_DOT_SLOWER;
  case PEG_LINK_SUSPENDED:
    return PEG_DOT_OFFLINE;
  case PEG_LINK_ACTION_NEEDED:
    return PEG_DOT_KEY;
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_dot_icon:
 * @dot: a shape
 *
 * Returns: (transfer none): the name of its icon
 */
const char *
peg_display_dot_icon (PegDot dot)
{
  switch (dot) {
  case PEG_DOT_STOPPED:
    return "peg-status-stopped-symbolic";
  case PEG_DOT_CONNECTING:
    return "peg-status-connecting-symbolic";
  case PEG_DOT_LIVE:
    return "peg-status-live-symbolic";
  case PEG_DOT_SLOWER:
    return "peg-status-slower-symbolic";
  case PEG_DOT_WAITING:
    return "peg-status-waiting-symbolic";
  case PEG_DOT_OFFLINE:
    return "peg-status-offline-symbolic";
  case PEG_DOT_KEY:
    return "peg-status-key-symbolic";
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_dot_class:
 * @dot: a shape
 *
 * Returns: (transfer none): its style class, which gives it a colour
 */
const char *
peg_display_dot_class (PegDot dot)
{
  switch (dot) {
  case PEG_DOT_STOPPED:
  case PEG_DOT_CONNECTING:
    return "dot-neutral";
  case PEG_DOT_LIVE:
  case PEG_DOT_SLOWER:
    return "dot-good";
  case PEG_DOT_WAITING:
    return "dot-warning";
  case PEG_DOT_OFFLINE:
  case PEG_DOT_KEY:
    return "dot-bad";
  default:
    g_assert_not_reached ();
  }
}

static int
seconds_left (const PegLinkStatus *link,
              const PegDisplayNow *now)
{
  const gint64 left_us = link->retry_at_us - now->mono_us;

  if (link->retry_at_us == 0 || left_us <= 0)
    return 0;

  return (int) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static char *
offline_words (const PegSnapshot   *snapshot,
               const PegDisplayNow *now)
{
  const gint64 as_of_us = peg_snapshot_get_as_of_us (snapshot);
  g_autofree char *clock = NULL;

  if (as_of_us == 0)
    return g_strdup (_("Offline, still trying"));

  clock = peg_words_clock (as_of_us, now->wall_us);

  /* Translators: %s is a time of day. */
  return g_strdup_printf (_("Offline since %s, still trying"), clock);
}

static const char *
needed_words (PegLinkReason reason)
{
  switch ((int) reason) {
  case PEG_LINK_REASON_SIGN_IN:
    return _("Sign in again");
  case PEG_LINK_REASON_CERTIFICATE:
  case PEG_LINK_REASON_CERTIFICATE_ISSUER:
    return _("Certificate not trusted");
  case PEG_LINK_REASON_CERTIFICATE_HOST:
    return _("Certificate of another server");
  case PEG_LINK_REASON_CERTIFICATE_EXPIRED:
    return _("Certificate expired");
  case PEG_LINK_REASON_OWN_CERTIFICATE:
    return _("Certificate needed");
  case PEG_LINK_REASON_CA_FILE:
    return _("CA file cannot be used");
  default:
    return _("Needs attention");
  }
}

/**
 * peg_display_link_words:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Returns: (transfer full): the word or two beside the status dot
 */
char *
peg_display_link_words (const PegSnapshot   *snapshot,
                        const PegDisplayNow *now)
{
  const PegLinkStatus *link;
  const gint64 outage_us = peg_snapshot_get_outage_us (snapshot);
  int seconds;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  link = peg_snapshot_get_link (snapshot);

  switch (link->state) {
  case PEG_LINK_STOPPED:
    return g_strdup (_("Disconnected"));
  case PEG_LINK_CONNECTING:
  case PEG_LINK_AUTHENTICATING:
    return g_strdup (_("Connecting…"));
  case PEG_LINK_SYNCING:
    if (outage_us != 0 && now->mono_us - outage_us < CATCHING_UP_AFTER_US)
      return g_strdup (_("Connecting…"));
    return g_strdup (_("Catching up…"));
  case PEG_LINK_LIVE:
    return g_strdup (_("Live"));
  case PEG_LINK_POLLING:
    return g_strdup (_("Live, slower"));
  case PEG_LINK_WAITING:
    seconds = seconds_left (link, now);
    if (seconds == 0)
      return g_strdup (_("Reconnecting…"));
    /* Translators: %d is a number of seconds. */
    return g_strdup_printf (_("Reconnecting in %d s"), seconds);
  case PEG_LINK_SUSPENDED:
    return offline_words (snapshot, now);
  case PEG_LINK_ACTION_NEEDED:
    return g_strdup (needed_words (link->reason));
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_link_why:
 * @snapshot: what is known
 *
 * Says why there is no connection: what happened, to what, and what to do next.
 *
 * Returns: (transfer full) (nullable): one or two sentences; %NULL: there is
 *   nothing to be said
 */
char *
peg_display_link_why (const PegSnapshot *snapshot)
{
  const PegLinkStatus *link;
  const char *url;

  g_return_val_if_fail (snapshot != NULL, NULL);

  link = peg_snapshot_get_link (snapshot);
  url = peg_snapshot_get_server_url (snapshot);
  if (url == NULL)
    url = "";

  switch (link->reason) {
  case PEG_LINK_REASON_NONE:
  case PEG_LINK_REASON_PERSON:
    return NULL;
  case PEG_LINK_REASON_ADDRESS:
    /* Translators: %s is what somebody typed as an address. */
    return g_strdup_printf (_("“%s” is not an address. Type a name or a number, and a port, like “shop:8420”."), url);
  case PEG_LINK_REASON_NO_HOST:
    /* Translators: %s is the address of a server, here and below. */
    return g_strdup_printf (_("There is no computer of the name in “%s”. Check how it is written, and the network."), url);
  case PEG_LINK_REASON_REFUSED:
    return g_strdup_printf (_("The computer at “%s” is there, but no shop server answers. Check the port, and that the server runs."), url);
  case PEG_LINK_REASON_UNREACHABLE:
    return g_strdup_printf (_("There is no way to “%s” from here. Check the network cable or the wireless connection."), url);
  case PEG_LINK_REASON_TIMEOUT:
    return g_strdup_printf (_("“%s” does not answer. Check that the server runs and that the network is there."), url);
  case PEG_LINK_REASON_NOT_A_SERVER:
    return g_strdup_printf (_("Something answers at “%s”, but it is not a shop server. Check the address and the port."), url);
  case PEG_LINK_REASON_CERTIFICATE:
    return g_strdup_printf (_("The certificate of “%s” is not trusted, so nothing was sent. Ask whoever runs the server for the shop’s CA file."), url);
  case PEG_LINK_REASON_SIGN_IN:
    return g_strdup_printf (_("“%s” does not know who you are. Sign in again."), url);
  case PEG_LINK_REASON_LOST:
    return g_strdup_printf (_("The connection to “%s” broke."), url);
  case PEG_LINK_REASON_CLOSED:
    return g_strdup_printf (_("“%s” closed the connection."), url);
  case PEG_LINK_REASON_SHUTTING_DOWN:
    return g_strdup_printf (_("“%s” is being stopped or restarted."), url);
  case PEG_LINK_REASON_BUSY:
    return g_strdup_printf (_("“%s” has too much to do just now."), url);
  case PEG_LINK_REASON_TOO_BIG:
    return g_strdup_printf (_("“%s” sent more at once than is safe to take."), url);
  case PEG_LINK_REASON_PROTOCOL:
    return g_strdup_printf (_("“%s” sent something that cannot be understood."), url);
  case PEG_LINK_REASON_REPLACED:
    return g_strdup (_("Another window of yours took over the connection. Reconnect to use this one."));
  case PEG_LINK_REASON_REJECTED:
    return g_strdup_printf (_("“%s” does not want this client to come back."), url);
  case PEG_LINK_REASON_CERTIFICATE_HOST:
    return g_strdup_printf (_("The certificate that “%s” shows belongs to another server, so nothing was sent. Check the address: it must be one of the names in the certificate."), url);
  case PEG_LINK_REASON_CERTIFICATE_EXPIRED:
    return g_strdup_printf (_("The certificate of “%s” has expired or is not valid yet, so nothing was sent. Check the clock of this computer, then ask whoever runs the server to renew it."), url);
  case PEG_LINK_REASON_CERTIFICATE_ISSUER:
    return g_strdup_printf (_("Nobody whom this computer trusts has signed the certificate of “%s”, so nothing was sent. If the shop signs its own, choose the shop’s CA file; whoever runs the server has it."), url);
  case PEG_LINK_REASON_OWN_CERTIFICATE:
    return g_strdup_printf (_("“%s” wants a certificate of this computer, and there is none that it takes. Ask whoever runs the server for one."), url);
  case PEG_LINK_REASON_CA_FILE:
    return g_strdup_printf (_("The shop’s CA file cannot be used, so “%s” could not be checked and nothing was sent. Choose another."), url);
  case PEG_LINK_REASON_UNSAFE:
    return g_strdup_printf (_("The token would be readable on the way to “%s”, so nothing was sent. Use an address that begins with “wss://”, or do not send the token in the address."), url);
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_display_change:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Returns: (transfer full) (nullable): what changed last and when, for example
 *   “Last change 08:41, by Dana”; %NULL: nothing has
 */
char *
peg_display_change (const PegSnapshot   *snapshot,
                    const PegDisplayNow *now)
{
  const gint64 change_us = peg_snapshot_get_last_change_us (snapshot);
  const char *by = peg_snapshot_get_last_by (snapshot);
  g_autofree char *clock = NULL;

  if (change_us == 0)
    return NULL;

  clock = peg_words_clock (change_us, now->wall_us);

  if (by != NULL)
    /* Translators: a time of day, and the name of a person. */
    return g_strdup_printf (_("Last change %s, by %s"), clock, by);

  /* Translators: %s is a time of day. */
  return g_strdup_printf (_("Last change %s"), clock);
}

/**
 * peg_display_link_tip:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Returns: (transfer full): what the tooltip of the status dot says: server,
 *   round trip, last change, and what is wrong, a line each
 */
char *
peg_display_link_tip (const PegSnapshot   *snapshot,
                      const PegDisplayNow *now)
{
  g_autofree char *words = peg_display_link_words (snapshot, now);
  g_autofree char *why = peg_display_link_why (snapshot);
  g_autofree char *change = peg_display_change (snapshot, now);
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  GString *tip = g_string_new (words);

  if (peg_snapshot_get_server_url (snapshot) != NULL)
    g_string_append_printf (tip, "\n%s", peg_snapshot_get_server_url (snapshot));

  if (link->rtt_us >= 0 && peg_link_state_is_live (link->state)) {
    /* Translators: how long a message takes there and back, in milliseconds. */
    g_autofree char *rtt = g_strdup_printf (_("Round trip %.1f ms"), (double) link->rtt_us / 1000.0);

    g_string_append_printf (tip, "\n%s", rtt);
  }

  if (change != NULL)
    g_string_append_printf (tip, "\n%s", change);
  if (why != NULL && !peg_link_state_is_live (link->state))
    g_string_append_printf (tip, "\n%s", why);

  return g_string_free (tip, FALSE);
}

static gboolean
banner_is_due (const PegSnapshot   *snapshot,
               const PegDisplayNow *now)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  const gint64 outage_us = peg_snapshot_get_outage_us (snapshot);

  if (peg_snapshot_get_server_url (snapshot) == NULL || peg_link_state_is_live (link->state))
    return FALSE;

  /* What waits for a person is said at once, and so is what they asked for. */
  if (link->state == PEG_LINK_ACTION_NEEDED || link->state == PEG_LINK_STOPPED)
    return TRUE;

  return outage_us != 0 && now->mono_us - outage_us >= PEG_DISPLAY_BANNER_AFTER_US;
}

/**
 * peg_display_banner:
 * @snapshot: what is known
 * @now: the clocks
 * @max_attempts: after how many failed attempts it stops counting seconds, for
 *   example %PEG_DISPLAY_BANNER_ATTEMPTS
 *
 * Returns: (transfer full) (nullable): what the banner says; %NULL: there is no
 *   banner now
 */
char *
peg_display_banner (const PegSnapshot   *snapshot,
                    const PegDisplayNow *now,
                    guint                max_attempts)
{
  g_autofree char *words = NULL;
  g_autofree char *clock = NULL;
  const PegLinkStatus *link;
  gint64 as_of_us;

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  if (!banner_is_due (snapshot, now))
    return NULL;

  link = peg_snapshot_get_link (snapshot);
  as_of_us = peg_snapshot_get_as_of_us (snapshot);

  if (link->state == PEG_LINK_ACTION_NEEDED) {
    char *why = peg_display_link_why (snapshot);

    return why != NULL ? why : peg_display_link_words (snapshot, now);
  }

  if (link->state == PEG_LINK_WAITING && link->attempt >= max_attempts)
    words = g_strdup (_("Offline — retrying…"));
  else
    words = peg_display_link_words (snapshot, now);

  if (!peg_snapshot_has_list (snapshot) || as_of_us == 0)
    return g_steal_pointer (&words);

  clock = peg_words_clock (as_of_us, now->wall_us);

  if (g_str_has_suffix (words, "…"))
    /* Translators: what the connection does, for example “Connecting…”, and the
     * time of day at which the tree was last known to be true. */
    return g_strdup_printf (_("%s Locks are as of %s."), words, clock);

  /* Translators: what the connection does, for example “Reconnecting in 4 s”,
   * and the time of day at which the tree was last known to be true. */
  return g_strdup_printf (_("%s. Locks are as of %s."), words, clock);
}

/**
 * peg_display_banner_changes_us:
 * @snapshot: what is known
 * @now: the clocks
 *
 * Tells when peg_display_banner() and peg_display_link_words() say something
 * else although nothing happens, so that nothing ticks for nothing.
 *
 * Returns: when, µs of the monotonic clock; 0: they do not
 */
gint64
peg_display_banner_changes_us (const PegSnapshot   *snapshot,
                               const PegDisplayNow *now)
{
  const PegLinkStatus *link;
  const gint64 outage_us = peg_snapshot_get_outage_us (snapshot);
  gint64 next_us = 0;

  g_return_val_if_fail (snapshot != NULL, 0);
  g_return_val_if_fail (now != NULL, 0);

  link = peg_snapshot_get_link (snapshot);

  if (outage_us != 0 && !banner_is_due (snapshot, now))
    next_us = outage_us + PEG_DISPLAY_BANNER_AFTER_US;

  if (link->state == PEG_LINK_SYNCING && outage_us != 0 &&
      now->mono_us < outage_us + CATCHING_UP_AFTER_US)
    next_us = outage_us + CATCHING_UP_AFTER_US;

  if (link->state == PEG_LINK_WAITING && seconds_left (link, now) > 0) {
    const gint64 tick_us =
      link->retry_at_us - (seconds_left (link, now) - 1) * (gint64) G_USEC_PER_SEC;

    next_us = next_us == 0 ? tick_us : MIN (next_us, tick_us);
  }

  return next_us;
}
