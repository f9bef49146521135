/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-window-notices"

#include "peg-config.h"

#include "peg-window-private.h"

#include <glib/gi18n.h>

/* How long an error stays, seconds: long enough to be read twice from a machine
 * away. What was done stays as long as libadwaita has it, five seconds. */
#define ERROR_TIMEOUT_S 15

static AdwToast *
create_toast (const PegNotice *notice)
{
  /* The title of a toast is markup; what a notice says is not. */
  g_autofree char *escaped = g_markup_escape_text (notice->text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  if (notice->action != NULL && notice->action_label != NULL) {
    adw_toast_set_button_label (toast, notice->action_label);
    adw_toast_set_detailed_action_name (toast, notice->action);
  }

  if (notice->level != PEG_NOTICE_ERROR)
    return toast;

  adw_toast_set_timeout (toast, ERROR_TIMEOUT_S);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  if (notice->detail != NULL && notice->action == NULL) {
    adw_toast_set_button_label (toast, _("_Details"));
    adw_toast_set_action_name (toast, "win.show-notes");
  }

  return toast;
}

/*
 * peg_window_say_notices:
 * @notices: (element-type PegNotice): the last ones, oldest first
 * @after: the serial of the last one that was said
 *
 * Says what was not said yet.
 *
 * Returns: the serial of the last one
 */
guint64
peg_window_say_notices (PegWindow *self,
                        GPtrArray *notices,
                        guint64    after)
{
  for (guint i = 0; i < notices->len; i++) {
    const PegNotice *notice = g_ptr_array_index (notices, i);

    if (notice->serial <= after)
      continue;

    adw_toast_overlay_add_toast (self->toasts, create_toast (notice));
    after = notice->serial;
  }

  return after;
}
