/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-diagnosis.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* docs/architecture.md, “Polling”. */
#define ENOUGH 3
#define SHORT_LIFE_US (5 * SECOND_US)
#define BROKEN_WITHIN_US (60 * SECOND_US)

/* A list that does not fit will not fit the next time either. Ten minutes are
 * long enough for the one big message that was an accident. */
#define TOO_BIG_WITHIN_US (10 * 60 * SECOND_US)

/* Whether an end like this says anything about sockets. When nobody is there, or
 * whoever is there has too much to do, HTTP is no better. */
static gboolean
is_telling (PegLinkReason reason)
{
  switch ((int) reason) {
  case PEG_LINK_REASON_TIMEOUT:
  case PEG_LINK_REASON_LOST:
  case PEG_LINK_REASON_CLOSED:
  case PEG_LINK_REASON_NOT_A_SERVER:
  case PEG_LINK_REASON_PROTOCOL:
  case PEG_LINK_REASON_TOO_BIG:
    return TRUE;
  default:
    return FALSE;
  }
}

static void
note_broken (PegDiagnosis *self,
             gint64        now_us)
{
  if (self->broken_us[0] != 0 && now_us - self->broken_us[0] < BROKEN_WITHIN_US)
    self->none = TRUE;

  self->broken_us[0] = self->broken_us[1];
  self->broken_us[1] = now_us;
}

static void
note_too_big (PegDiagnosis *self,
              gint64        now_us)
{
  if (self->too_big_us != 0 && now_us - self->too_big_us < TOO_BIG_WITHIN_US)
    self->none = TRUE;

  self->too_big_us = now_us;
}

/**
 * peg_diagnosis_note_end:
 * @self: a diagnosis
 * @verdict: what the end of the socket means
 * @life: what became of it before
 * @now_us: the monotonic clock
 *
 * A socket ended that should not have.
 */
void
peg_diagnosis_note_end (PegDiagnosis        *self,
                        const PegVerdict    *verdict,
                        const PegSocketLife *life,
                        gint64               now_us)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (verdict != NULL);
  g_return_if_fail (life != NULL);

  if (verdict->no_websocket)
    self->none = TRUE;
  if (verdict->broken)
    note_broken (self, now_us);
  if (verdict->reason == PEG_LINK_REASON_TOO_BIG)
    note_too_big (self, now_us);

  if (life->was_live || !is_telling (verdict->reason))
    self->failures = 0;
  else
    self->failures++;

  if (life->opened_us == 0)
    return;

  if (!life->heard && now_us - life->opened_us < SHORT_LIFE_US)
    self->short_lived++;
  else
    self->short_lived = 0;
}

/**
 * peg_diagnosis_note_live:
 * @self: a diagnosis
 *
 * A socket works.
 */
void
peg_diagnosis_note_live (PegDiagnosis *self)
{
  g_return_if_fail (self != NULL);

  self->failures = 0;
  self->short_lived = 0;
  self->none = FALSE;
}

/**
 * peg_diagnosis_suspects:
 * @self: a diagnosis
 *
 * Returns: whether sockets seem not to get through; if HTTP does, then it is not
 *   the server that is missing
 */
gboolean
peg_diagnosis_suspects (const PegDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->none || self->failures >= ENOUGH || self->short_lived >= ENOUGH;
}
