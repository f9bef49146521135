/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

/* What servers tell besides the files: who is there, notes, work that takes long. */

/* How long after our own arrival another of the same name is somebody else
 * (docs/architecture.md, “The connection”). */
#define RIVAL_AFTER_US ((gint64) G_USEC_PER_SEC)

/*
 * peg_connection_take_presence:
 *
 * Somebody came or went.
 */
void
peg_connection_take_presence (PegConnection        *self,
                              const PegWireMessage *presence)
{
  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  /* The first of our name is ourselves. */
  if (presence->here && g_strcmp0 (presence->user, self->user) == 0 &&
      now_us - self->opened_us >= RIVAL_AFTER_US)
    self->rival_us = now_us;

  if (presence->user != NULL)
    peg_connection_dispatch (self, &(PegEvent) {
      .kind = PEG_EVENT_PRESENCE,
      .presence = { .user = presence->user, .here = presence->here },
    });
}

/*
 * peg_connection_take_notes:
 *
 * All notes to this person that are not acknowledged.
 */
void
peg_connection_take_notes (PegConnection        *self,
                           const PegWireMessage *notes)
{
  peg_connection_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes->notes });
}

/*
 * peg_connection_take_progress:
 *
 * Something that takes long got further, or ended.
 */
void
peg_connection_take_progress (PegConnection        *self,
                              const PegWireMessage *progress)
{
  PegWorkState state = PEG_WORK_RUNNING;

  if (progress->done)
    state = progress->code != NULL ? PEG_WORK_FAILED : PEG_WORK_DONE;

  peg_connection_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_PROGRESS,
    .progress = {
      .id = progress->job,
      .file = progress->file,
      .text = progress->text,
      .percent = progress->progress,
      .eta_s = progress->eta_s,
      .state = state,
    },
  });
}

static void
take_notice (PegConnection  *self,
             PegNoticeLevel  level,
             const char     *text)
{
  g_autoptr (PegNotice) notice = NULL;

  if (text == NULL || *text == '\0')
    return;

  notice = peg_notice_new (&(PegNotice) { .level = level, .text = (char *) text });
  peg_connection_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
}

/*
 * peg_connection_take_notification:
 *
 * The server has something to say to everybody.
 */
void
peg_connection_take_notification (PegConnection        *self,
                                  const PegWireMessage *notification)
{
  /* The words of the servers there are (docs/protocol.md). */
  const gboolean is_error = g_strcmp0 (notification->code, "error") == 0 ||
                            g_strcmp0 (notification->code, "critical") == 0;

  take_notice (self, is_error ? PEG_NOTICE_ERROR : PEG_NOTICE_INFO, notification->text);
}
