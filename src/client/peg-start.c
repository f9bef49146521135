/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-start"

#include "peg-config.h"

#include "peg-start.h"

#include "peg-sole.h"

/* What the shop laid down for this computer: in the sandbox of a Flatpak, in /etc, or,
 * where it is in neither, in the file that the command line names. */
static void
load_site (PegStart *self)
{
  const char *places[] = { PEG_SITE_PATH_SANDBOX, PEG_SITE_PATH, self->options->site };
  g_autoptr (GError) error = NULL;
  const char *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places) && path == NULL; i++) {
    if (places[i] != NULL &&
        (places[i] == self->options->site || g_file_test (places[i], G_FILE_TEST_EXISTS)))
      path = places[i];
  }

  if (path == NULL) {
    self->site = peg_site_new_empty ();
    return;
  }

  self->site = peg_site_load (path, NULL, &error);
  if (self->site == NULL) {
    g_autofree char *why =
      g_strdup_printf (_("What the shop laid down for this computer cannot be read: %s"),
                       error->message);

    self->site = peg_site_new_unreadable (path, why);
  }
}

/**
 * peg_start_new:
 * @dict: what is on the command line
 *
 * Finds out what this process was started for. Whatever is wrong with the shop’s
 * configuration is logged, and what is right in it holds.
 *
 * Returns: (transfer full): it
 */
PegStart *
peg_start_new (GVariantDict *dict)
{
  PegStart *self = g_new0 (PegStart, 1);
  const char * const *wrong;

  self->options = peg_options_new (dict);
  load_site (self);
  self->refusals = peg_options_obey (self->options, self->site);
  self->is_kiosk = peg_options_is_kiosk (self->options, self->site);

  wrong = peg_site_get_wrong (self->site);
  for (guint i = 0; wrong[i] != NULL; i++)
    g_message ("%s", wrong[i]);

  return self;
}

void
peg_start_free (PegStart *self)
{
  peg_options_free (self->options);
  g_strfreev (self->refusals);
  peg_site_unref (self->site);
  g_free (self);
}

/**
 * peg_start_claim:
 * @self: a start
 * @error: return location; for people
 *
 * There is one terminal in a session, and beside it nothing: makes this process the
 * terminal, if it is to be one.
 *
 * Returns: whether it may open a window
 */
gboolean
peg_start_claim (const PegStart  *self,
                 GError         **error)
{
  g_autofree char *path = peg_sole_dup_path ();
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->is_kiosk) {
    if (!peg_sole_is_taken (path))
      return TRUE;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, PEG_SOLE_TAKEN);
    return FALSE;
  }

  if (peg_sole_claim (path, &problem))
    return TRUE;

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }

  /* A terminal comes up, if need be without the lock. */
  g_message ("Nothing keeps a second Pegboard from being started: %s", problem->message);

  return TRUE;
}

static void
add_notice (GPtrArray      *notices,
            PegNoticeLevel  level,
            const char     *text,
            const char     *detail)
{
  g_ptr_array_add (notices, peg_notice_new (&(PegNotice) { .level = level,
                                                           .text = (char *) text,
                                                           .detail = (char *) detail }));
}

/**
 * peg_start_dup_notices:
 * @self: a start
 * @wrong: (array zero-terminated=1): what is wrong with the shop’s configuration
 *
 * Returns: (transfer container) (element-type PegNotice): what a window says about it
 */
GPtrArray *
peg_start_dup_notices (const PegStart     *self,
                       const char * const *wrong)
{
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_notice_unref);
  g_autofree char *detail = NULL;
  g_autofree char *text = NULL;
  guint n;

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; self->refusals[i] != NULL; i++)
    add_notice (notices, PEG_NOTICE_INFO, self->refusals[i], NULL);

  n = g_strv_length ((char **) wrong);
  if (n == 0)
    return g_steal_pointer (&notices);

  detail = g_strjoinv ("\n", (char **) wrong);
  /* Translators: a number, and the path of a file. */
  text = g_strdup_printf (ngettext ("There is %u mistake in “%s”; the rest of it holds.",
                                    "There are %u mistakes in “%s”; the rest of it holds.", n),
                          n, peg_site_get_path (self->site));
  add_notice (notices, PEG_NOTICE_ERROR, text, detail);

  return g_steal_pointer (&notices);
}
