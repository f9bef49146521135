/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-update-words"

#include "peg-config.h"

#include "peg-update.h"

#include <glib/gi18n.h>

/* So much of a commit tells it from any other to a person. */
#define SHORT_COMMIT 10

/**
 * peg_update_dup_words:
 * @self: an update
 *
 * Says which version runs, and what there is about a newer one.
 *
 * Returns: (transfer full): a line for people
 */
char *
peg_update_dup_words (PegUpdate *self)
{
  const char *running;
  g_autofree char *version = NULL;
  guint percent;

  g_return_val_if_fail (PEG_IS_UPDATE (self), NULL);

  running = peg_update_get_running_commit (self);
  if (running != NULL)
    version = g_strdup_printf ("%s (%.*s)", PACKAGE_VERSION, SHORT_COMMIT, running);
  else
    version = g_strdup (PACKAGE_VERSION);

  switch (peg_update_get_state (self)) {
  case PEG_UPDATE_AVAILABLE:
    /* Translators: %s is a version, %.*s the beginning of the name of another. */
    return g_strdup_printf (_("Version %s; %.*s is available and will be installed when nobody "
                              "is signed in"),
                            version, SHORT_COMMIT, peg_update_get_available_commit (self));

  case PEG_UPDATE_INSTALLING:
    g_object_get (self, "percent", &percent, NULL);
    /* Translators: %s is a version, %u a percentage. */
    return g_strdup_printf (_("Version %s; an update is being installed, %u %%"), version, percent);

  case PEG_UPDATE_READY:
    /* Translators: %s is a version. */
    return g_strdup_printf (_("Version %s; the next start will be the new version"), version);

  case PEG_UPDATE_FAILED:
    /* Translators: the first %s is a version, the second says what went wrong. */
    return g_strdup_printf (_("Version %s; an update could not be installed: %s"), version,
                            peg_update_get_error (self));

  case PEG_UPDATE_OUTSIDE:
  case PEG_UPDATE_CURRENT:
  default:
    /* Translators: %s is a version. */
    return g_strdup_printf (_("Version %s"), version);
  }
}
