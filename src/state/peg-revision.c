/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-revision.h"

G_DEFINE_BOXED_TYPE (PegRevision, peg_revision, peg_revision_ref, peg_revision_unref)

static void
revision_clear (PegRevision *self)
{
  g_clear_pointer (&self->hash, g_free);
  g_clear_pointer (&self->who, g_free);
  g_clear_pointer (&self->comment, g_free);
}

/**
 * peg_revision_new:
 * @values: what to copy
 *
 * Returns: (transfer full): a new revision
 */
PegRevision *
peg_revision_new (const PegRevision *values)
{
  PegRevision *self;

  g_return_val_if_fail (values != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegRevision);
  *self = *values;
  self->hash = g_strdup (values->hash != NULL ? values->hash : "");
  self->who = g_strdup (values->who);
  self->comment = g_strdup (values->comment);

  return self;
}

PegRevision *
peg_revision_ref (PegRevision *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_revision_unref (PegRevision *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) revision_clear);
}

static gboolean
parse_number (const char **text,
              int         *number)
{
  const char *c = *text;
  gint64 value = 0;

  if (!g_ascii_isdigit (*c))
    return FALSE;

  for (; g_ascii_isdigit (*c); c++) {
    value = value * 10 + (*c - '0');
    if (value > G_MAXINT)
      return FALSE;
  }

  *text = c;
  *number = (int) value;

  return TRUE;
}

/**
 * peg_revision_parse:
 * @text: (nullable): for example `1.10`
 * @major: (out): the first number
 * @minor: (out): the second number
 *
 * Reads the number of a revision: two whole numbers with a point between them,
 * so that 1.10 is later than 1.9 (docs/protocol.md, “FILE”). A single number is
 * taken as one with `.0` behind it.
 *
 * Returns: whether @text is one; if not, @major and @minor are -1
 */
gboolean
peg_revision_parse (const char *text,
                    int        *major,
                    int        *minor)
{
  int first, second = 0;

  g_return_val_if_fail (major != NULL, FALSE);
  g_return_val_if_fail (minor != NULL, FALSE);

  *major = *minor = -1;

  if (text == NULL || !parse_number (&text, &first))
    return FALSE;

  if (*text == '.') {
    text++;
    if (!parse_number (&text, &second))
      return FALSE;
  }

  if (*text != '\0')
    return FALSE;

  *major = first;
  *minor = second;

  return TRUE;
}
