/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ledger"

#include "peg-config.h"

#include "peg-ledger-private.h"

#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The file beside the database that tells how far it was once, and how many
 * clients come back after a restart, in one line: EPOCH SEQ CLIENTS. Older servers
 * wrote no CLIENTS. It is not part of a backup of the ledger. */
#define MARKER "epoch.state"

/* An epoch has 36 characters, a position 20, and a number of clients 10. */
#define MARKER_BYTES 96

static char *
dup_marker_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_build_filename (folder, MARKER, NULL);
}

/* What the marker beside the database at @path says. A marker that is not there,
 * or that a power cut left empty, says nothing. */
PegMarker
peg_ledger_read_marker (const char *path)
{
  g_autofree char *name = dup_marker_path (path);
  g_autofree char *text = NULL;
  PegMarker marker = { .epoch = NULL };
  char *blank, *end = NULL;

  if (!g_file_get_contents (name, &text, NULL, NULL) || text[0] == '\0')
    return marker;

  blank = strchr (text, ' ');
  if (blank != NULL)
    *blank = '\0';
  marker.epoch = g_strdup (text);
  marker.seq = blank != NULL ? g_ascii_strtoull (blank + 1, &end, 10) : 0;
  if (end != NULL && *end == ' ')
    marker.n_clients = (guint) MIN (g_ascii_strtoull (end + 1, NULL, 10), PEG_LEDGER_MAX_CLIENTS);

  return marker;
}

/* Whether the database knows everything that it knew when the marker was written.
 * One that was copied over by an older one does not, although it is the same
 * file. The marker is never ahead of a database that was not: it is written after
 * a commit that survives a power cut. */
gboolean
peg_ledger_agrees (PegLedger       *self,
                   const PegMarker *marker)
{
  return marker->epoch == NULL ||
         (strcmp (marker->epoch, self->epoch) == 0 && marker->seq <= self->seq);
}

/* Writes down how far the database is. It need not survive a power cut: an older
 * marker only notices less. */
void
peg_ledger_write_marker (PegLedger *self)
{
  char line[MARKER_BYTES];
  int length = g_snprintf (line, sizeof line, "%s %020" G_GUINT64_FORMAT " %u\n", self->epoch,
                           self->seq, self->n_clients);

  if (self->marker_fd < 0)
    return;

  if (pwrite (self->marker_fd, line, (gsize) length, 0) != length ||
      ftruncate (self->marker_fd, length) < 0)
    g_debug ("Cannot note the position: %s", g_strerror (errno));
}

/* A folder that cannot be written to goes without a marker: the database itself
 * says so soon enough. */
void
peg_ledger_open_marker (PegLedger  *self,
                        const char *path)
{
  g_autofree char *name = dup_marker_path (path);

  self->marker_fd = open (name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  peg_ledger_write_marker (self);
}

void
peg_ledger_close_marker (PegLedger *self)
{
  peg_fd_clear (&self->marker_fd);
}

/**
 * peg_ledger_get_n_clients:
 * @self: a ledger
 *
 * Returns: how many clients come back when the server was away; 0: it is not known
 */
guint
peg_ledger_get_n_clients (PegLedger *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_clients;
}

/**
 * peg_ledger_note_n_clients:
 * @self: a ledger
 * @n_clients: how many clients come back when the server was away
 *
 * Remembers it for the next server. It is a hint, and written like one: a power cut
 * may take it back for half a minute.
 */
void
peg_ledger_note_n_clients (PegLedger *self,
                           guint      n_clients)
{
  g_return_if_fail (self != NULL);

  if (self->n_clients == n_clients)
    return;

  self->n_clients = MIN (n_clients, PEG_LEDGER_MAX_CLIENTS);
  peg_ledger_write_marker (self);
}
