/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-close.h"

#include <string.h>

/* A connection that was live for this long did its work, and a friendly close
 * after it is a restart, not a rejection. */
#define SETTLED_US (5 * (gint64) G_USEC_PER_SEC)

/* How long to stay away from a server that has too much to do and does not say
 * for how long. */
#define BUSY_US (5 * (gint64) G_USEC_PER_SEC)

/* What is said by one code. */
typedef struct {
  guint code;
  PegVerdictKind kind;
  PegLinkReason reason;
  gint64 at_least_us;
} Rule;

/* docs/architecture.md, “What a close means”. What is in no row just broke. */
static const Rule close_rules[] = {
  { PEG_CLOSE_GOING_AWAY, PEG_VERDICT_RETRY, PEG_LINK_REASON_SHUTTING_DOWN, 0 },
  { PEG_CLOSE_PROTOCOL_ERROR, PEG_VERDICT_RETRY, PEG_LINK_REASON_PROTOCOL, 0 },
  { PEG_CLOSE_UNSUPPORTED_DATA, PEG_VERDICT_RETRY, PEG_LINK_REASON_PROTOCOL, 0 },
  { PEG_CLOSE_BAD_DATA, PEG_VERDICT_RETRY, PEG_LINK_REASON_PROTOCOL, 0 },
  { PEG_CLOSE_POLICY, PEG_VERDICT_ACTION, PEG_LINK_REASON_SIGN_IN, 0 },
  { PEG_CLOSE_TOO_BIG, PEG_VERDICT_RETRY, PEG_LINK_REASON_TOO_BIG, 0 },
  { PEG_CLOSE_NO_EXTENSION, PEG_VERDICT_RETRY, PEG_LINK_REASON_PROTOCOL, 0 },
  { PEG_CLOSE_SERVER_ERROR, PEG_VERDICT_RETRY, PEG_LINK_REASON_CLOSED, 0 },
  { PEG_CLOSE_SERVICE_RESTART, PEG_VERDICT_RETRY, PEG_LINK_REASON_SHUTTING_DOWN, 0 },
  { PEG_CLOSE_TRY_LATER, PEG_VERDICT_RETRY, PEG_LINK_REASON_BUSY, BUSY_US },
  { 4401, PEG_VERDICT_ACTION, PEG_LINK_REASON_SIGN_IN, 0 },
};

static const Rule status_rules[] = {
  { 401, PEG_VERDICT_ACTION, PEG_LINK_REASON_SIGN_IN, 0 },
  { 403, PEG_VERDICT_ACTION, PEG_LINK_REASON_SIGN_IN, 0 },
  { 429, PEG_VERDICT_RETRY, PEG_LINK_REASON_BUSY, BUSY_US },
  /* Something in front of the server says that the server is not there. */
  { 502, PEG_VERDICT_RETRY, PEG_LINK_REASON_REFUSED, 0 },
  { 503, PEG_VERDICT_RETRY, PEG_LINK_REASON_BUSY, BUSY_US },
  { 504, PEG_VERDICT_RETRY, PEG_LINK_REASON_TIMEOUT, 0 },
};

static const Rule *
find_rule (const Rule *rules,
           guint       n_rules,
           guint       code)
{
  for (guint i = 0; i < n_rules; i++) {
    if (rules[i].code == code)
      return &rules[i];
  }

  return NULL;
}

static void
apply_rule (const Rule *rule,
            PegVerdict *verdict)
{
  verdict->kind = rule->kind;
  verdict->reason = rule->reason;
  verdict->at_least_us = rule->at_least_us;
}

/* It never opened. */
static void
judge_refusal (const PegTransportEnd *end,
               PegVerdict            *verdict)
{
  const Rule *rule = find_rule (status_rules, G_N_ELEMENTS (status_rules), end->http_status);

  verdict->code = end->http_status;
  verdict->no_websocket = end->http_status == 404 || end->http_status == 426;

  if (rule != NULL) {
    apply_rule (rule, verdict);
    return;
  }

  verdict->reason = end->reason;
  if (end->reason == PEG_LINK_REASON_NONE)
    verdict->reason = PEG_LINK_REASON_NOT_A_SERVER;
  if (peg_link_reason_is_certificate (end->reason) ||
      end->reason == PEG_LINK_REASON_SIGN_IN || end->reason == PEG_LINK_REASON_UNSAFE)
    verdict->kind = PEG_VERDICT_ACTION;
}

/* A server that has too much to do may say in the reason of the close for how
 * long: the first number in it is taken as seconds. */
static gint64
reason_us (const char *detail)
{
  const char *digits = detail != NULL ? strpbrk (detail, "0123456789") : NULL;
  guint64 seconds;

  if (digits == NULL)
    return 0;

  seconds = g_ascii_strtoull (digits, NULL, 10);

  return (gint64) MIN (seconds, PEG_BACKOFF_MAX_RETRY_AFTER_US / G_USEC_PER_SEC) * G_USEC_PER_SEC;
}

/* A close without a complaint. Some servers keep one socket for each person and
 * close the older with it: two windows must not throw each other out for ever. */
static void
judge_normal (const PegCloseContext *context,
              PegVerdict            *verdict)
{
  verdict->reason = PEG_LINK_REASON_CLOSED;

  if (context->live_us >= SETTLED_US && !context->repeated)
    return;

  if (context->rival || context->repeated) {
    verdict->kind = PEG_VERDICT_STOP;
    verdict->reason = PEG_LINK_REASON_REPLACED;
  } else {
    /* Nothing tells why; whatever it was, it is not cured by hurrying. */
    verdict->at_least_us = G_USEC_PER_SEC;
  }
}

/* The codes that servers may give a meaning of their own: the hundreds say what
 * the client should do, as Centrifugo has it. */
static void
judge_private (guint       code,
               PegVerdict *verdict)
{
  verdict->reason = PEG_LINK_REASON_CLOSED;

  if (code < 4100) {
    verdict->kind = PEG_VERDICT_ACTION;
    verdict->reason = PEG_LINK_REASON_REJECTED;
  } else if (code < 4200) {
    verdict->at_least_us = G_USEC_PER_SEC;
  } else if (code < 4300) {
    verdict->at_once = TRUE;
  }
}

/**
 * peg_close_judge:
 * @end: how the transport ended
 * @context: what else matters
 * @verdict: (out): what it means
 *
 * Tells what to do after a transport has ended by itself. A pure function
 * (docs/architecture.md, “What a close means”).
 */
void
peg_close_judge (const PegTransportEnd *end,
                 const PegCloseContext *context,
                 PegVerdict            *verdict)
{
  const Rule *rule;

  g_return_if_fail (end != NULL);
  g_return_if_fail (context != NULL);
  g_return_if_fail (verdict != NULL);

  *verdict = (PegVerdict) {
    .kind = PEG_VERDICT_RETRY,
    .reason = PEG_LINK_REASON_LOST,
    .cause = PEG_BACKOFF_REMOTE,
    .code = end->code,
    .retry_after_us = end->retry_after_us,
  };

  if (!end->was_open) {
    judge_refusal (end, verdict);
    return;
  }

  rule = find_rule (close_rules, G_N_ELEMENTS (close_rules), end->code);

  if (end->code == PEG_CLOSE_TRY_LATER && verdict->retry_after_us == 0)
    verdict->retry_after_us = reason_us (end->detail);

  if (rule != NULL)
    apply_rule (rule, verdict);
  else if (end->code == PEG_CLOSE_NORMAL)
    judge_normal (context, verdict);
  else if (end->code >= 4000 && end->code < 5000)
    judge_private (end->code, verdict);
  else if (end->code >= 3000 && end->code < 4000)
    verdict->reason = PEG_LINK_REASON_CLOSED;

  verdict->broken = verdict->reason == PEG_LINK_REASON_PROTOCOL;
  verdict->needs_snapshot = end->code == PEG_CLOSE_TOO_BIG;
}
