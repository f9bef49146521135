/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-notice"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-beep.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/* What is said above everything, and what is heard. */

/* After so many attempts in vain the seconds to the next are no news any more. */
#define MAX_ATTEMPTS 1

/* Of how many people it is said above everything that work of theirs waits; the page of
 * the terminal says it of all. */
#define MAX_WAITING 2

/* What is wrong, the most urgent first. */
static char *
get_wrong (PegKioskWindow      *self,
            PegSnapshot         *snapshot,
            PegKioskView        *view,
            const PegDisplayNow *now)
{
  if (self->refused != NULL)
    return g_strdup (self->refused);

  if (view->safe_code != NULL)
    /* Translators: %s is a short code. */
    return g_strdup_printf (_("Safe mode. Call your lead and say the code %s."), view->safe_code);

  if (self->page == PEG_PAGE_FILES || self->page == PEG_PAGE_EMPTY) {
    char *banner = peg_display_banner (snapshot, now, MAX_ATTEMPTS);

    if (banner != NULL)
      return banner;
  }

  if (view->missing != NULL && view->missing[0] != NULL)
    return g_strdup_printf (_("This terminal is not locked down: %s"), view->missing[0]);

  return self->place == PEG_KIOSK_PLACE_BOARD
           ? peg_kiosk_window_dup_machine_trouble (self, snapshot) : NULL;
}

/* Whoever has left finds out that what they did is not lost, and everybody else why
 * the list does not show it yet. What waits, waits when something is wrong, so neither
 * may hide the other. */
static char *
get_notice (PegKioskWindow      *self,
            PegSnapshot         *snapshot,
            PegKioskView        *view,
            const PegDisplayNow *now)
{
  g_autofree char *wrong = get_wrong (self, snapshot, view, now);
  g_autoptr (GString) words = g_string_new (wrong);
  const guint n = view->waiting != NULL ? g_strv_length (view->waiting) : 0;

  for (guint i = 0; i < MIN (n, MAX_WAITING); i++)
    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "", view->waiting[i]);
  if (n > MAX_WAITING) {
    g_string_append_c (words, '\n');
    /* Translators: after lines like “1 check-in of Dana waits for the server”. */
    g_string_append_printf (words, ngettext ("And of %u more person", "And of %u more people",
                                             n - MAX_WAITING), n - MAX_WAITING);
  }

  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

/*
 * peg_kiosk_window_render_notice:
 *
 * Says what is wrong, and what waits.
 */
void
peg_kiosk_window_render_notice (PegKioskWindow      *self,
                                PegSnapshot         *snapshot,
                                PegKioskView        *view,
                                const PegDisplayNow *now)
{
  g_autofree char *notice = get_notice (self, snapshot, view, now);

  peg_quiet_set_label (self->notice_words, notice != NULL ? notice : "");
  peg_quiet_set_name (GTK_ACCESSIBLE (self->notice), notice != NULL ? notice : "");
  gtk_widget_set_visible (self->notice, notice != NULL);
}

/*
 * peg_kiosk_window_sound:
 *
 * Makes an answer heard that was not heard yet.
 */
void
peg_kiosk_window_sound (PegKioskWindow *self,
                        PegKioskView   *view)
{
  if (view->signal_serial == self->heard)
    return;

  self->heard = view->signal_serial;
  if (self->silent || view->signal == PEG_KIOSK_SIGNAL_NONE)
    return;

  peg_beep (GTK_WIDGET (self), view->signal == PEG_KIOSK_SIGNAL_NO ? PEG_BEEP_NO : PEG_BEEP_YES);
}
