/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-once"

#include "peg-config.h"

#include "peg-once.h"

PegOnce *
peg_once_new (const char *key,
              const char *request)
{
  PegOnce *self = g_new0 (PegOnce, 1);

  self->key = g_strdup (key);
  self->request = g_strdup (request);

  return self;
}

PegOnce *
peg_once_copy (const PegOnce *self)
{
  return self != NULL ? peg_once_new (self->key, self->request) : NULL;
}

void
peg_once_free (PegOnce *self)
{
  g_free (self->key);
  g_free (self->request);
  g_free (self);
}

/**
 * peg_once_make_headers:
 * @version: of the record after the change; 0: nothing is said of the file
 * @token: the fencing token; 0: nobody has the file
 *
 * Returns: (transfer full): the headers that belong to the answer to a change, a
 *   line each
 */
char *
peg_once_make_headers (guint64 version,
                       guint64 token)
{
  GString *text = g_string_new (NULL);

  if (version != 0)
    g_string_append_printf (text, "Pegboard-Version: %" G_GUINT64_FORMAT "\n", version);
  if (version != 0 && token != 0)
    g_string_append_printf (text, "Pegboard-Token: %" G_GUINT64_FORMAT "\n", token);

  return g_string_free (text, FALSE);
}

/**
 * peg_once_keep:
 * @self: (nullable): %NULL: it was not asked with a key
 * @ledger: a ledger, in the change
 * @file: (nullable): what the file is after it; %NULL: nothing is said of it
 * @error: return location for an error of %G_IO_ERROR
 *
 * Keeps the answer to a change with the change itself: after a power cut either
 * both are there or none.
 *
 * Returns: whether it is written
 */
gboolean
peg_once_keep (const PegOnce  *self,
               PegLedger      *ledger,
               const PegFile  *file,
               GError        **error)
{
  g_autofree char *headers = NULL;

  if (self == NULL)
    return TRUE;

  headers = peg_once_make_headers (file != NULL ? file->version : 0,
                                   file != NULL && file->hold != NULL ? file->hold->token : 0);

  return peg_ledger_add_answer (ledger, self->key, self->request, 200, PEG_ONCE_BODY, headers, error);
}
