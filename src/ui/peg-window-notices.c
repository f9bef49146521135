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

/* How many toasts may wait before what only informs is not queued any more: at
 * five seconds each, it would be old news. */
#define MAX_WAITING 3

/* How many may wait at all. A server that says something else went wrong with every
 * message must not fill the window with widgets; all of it is behind the bell, where the
 * last ones are kept. */
#define MAX_SAID 8

/* How long an error stays at least while something else waits to be said, µs: it
 * can be read again behind the bell. */
#define ERROR_AT_LEAST_US (5 * (gint64) G_USEC_PER_SEC)

/* Longer texts than this do not fit on the one line of a toast, letters; and how
 * wide they are then. */
#define LONG_TEXT 56
#define LINE_CHARS 50

/* How the text of a toast is kept with it: one that takes several lines has no
 * title. */
#define TEXT_KEY "peg-text"

static GtkWidget *
create_lines (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LINE_CHARS);
  gtk_label_set_lines (GTK_LABEL (label), 4);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "heading");

  return label;
}

static const char *
get_text (AdwToast *toast)
{
  return g_object_get_data (G_OBJECT (toast), TEXT_KEY);
}

static AdwToast *
create_toast (const PegNotice *notice)
{
  /* The title of a toast is markup; what a notice says is not. */
  g_autofree char *escaped = g_markup_escape_text (notice->text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  g_object_set_data_full (G_OBJECT (toast), TEXT_KEY, g_strdup (notice->text), g_free);
  if (g_utf8_strlen (notice->text, -1) > LONG_TEXT)
    adw_toast_set_custom_title (toast, create_lines (notice->text));

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

static void
name_close_buttons (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), "window-close-symbolic") == 0) {
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close"),
                                    -1);
    gtk_widget_set_tooltip_text (widget, _("Close"));
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_close_buttons (child);
}

static void
toasts_changed_cb (GListModel *children,
                   guint       position,
                   guint       removed,
                   guint       added)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (GtkWidget) child = g_list_model_get_item (children, i);

    if (g_str_equal (G_OBJECT_TYPE_NAME (child), "AdwToastWidget"))
      name_close_buttons (child);
  }
}

/*
 * peg_window_name_toasts:
 *
 * Gives the button that closes a toast the name that libadwaita 1.2 does not
 * give it, so that a screen reader says more than “button”.
 */
void
peg_window_name_toasts (PegWindow *self)
{
  self->toast_widgets = gtk_widget_observe_children (GTK_WIDGET (self->toasts));
  g_signal_connect (self->toast_widgets, "items-changed", G_CALLBACK (toasts_changed_cb), NULL);
  self->said = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
note_since (PegWindow *self)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);
  self->said_since_us = now.mono_us;
}

static void
dismissed_cb (PegWindow *self,
              AdwToast  *toast)
{
  if (self->said == NULL)
    return;

  g_ptr_array_remove (self->said, toast);
  note_since (self);
}

/*
 * peg_window_toasts_change_us:
 *
 * Returns: when peg_window_hurry_toasts() has something to do, µs of the
 *   monotonic clock; 0: never
 */
gint64
peg_window_toasts_change_us (PegWindow *self)
{
  AdwToast *shown;

  if (self->said == NULL || self->said->len < 2)
    return 0;

  shown = g_ptr_array_index (self->said, 0);

  return adw_toast_get_priority (shown) == ADW_TOAST_PRIORITY_HIGH
           ? self->said_since_us + ERROR_AT_LEAST_US : 0;
}

/*
 * peg_window_hurry_toasts:
 * @now: the clocks
 *
 * An error that was there for a while makes room for what waits behind it, so
 * that “Checked in” is not said a quarter of a minute later.
 */
void
peg_window_hurry_toasts (PegWindow           *self,
                         const PegDisplayNow *now)
{
  const gint64 change_us = peg_window_toasts_change_us (self);
  g_autoptr (AdwToast) shown = NULL;

  if (change_us == 0 || now->mono_us < change_us)
    return;

  shown = g_object_ref (g_ptr_array_index (self->said, 0));
  adw_toast_dismiss (shown);
}

/* Whether they say and offer the same. */
static gboolean
same_toast (AdwToast *a,
            AdwToast *b)
{
  GVariant *a_target = adw_toast_get_action_target_value (a);
  GVariant *b_target = adw_toast_get_action_target_value (b);

  return g_str_equal (get_text (a), get_text (b)) &&
         adw_toast_get_priority (a) == adw_toast_get_priority (b) &&
         g_strcmp0 (adw_toast_get_action_name (a), adw_toast_get_action_name (b)) == 0 &&
         (a_target == NULL) == (b_target == NULL) &&
         (a_target == NULL || g_variant_equal (a_target, b_target));
}

/* The first is the one that is shown: an error takes its place at once, and what
 * was there comes back behind it. */
static void
put_in_line (PegWindow *self,
             AdwToast  *toast)
{
  if (self->said->len > 0 && adw_toast_get_priority (toast) == ADW_TOAST_PRIORITY_HIGH) {
    g_ptr_array_insert (self->said, 0, g_object_ref (toast));
    note_since (self);
  } else {
    g_ptr_array_add (self->said, g_object_ref (toast));
  }
}

/* Says it, unless it stands there already, or could only be said too late. */
static void
say (PegWindow       *self,
     const PegNotice *notice)
{
  g_autoptr (AdwToast) toast = NULL;

  /* The first of them is the one that is shown. */
  if (self->said->len >= MAX_SAID ||
      (notice->level == PEG_NOTICE_INFO && self->said->len > MAX_WAITING))
    return;

  toast = create_toast (notice);
  for (guint i = 0; i < self->said->len; i++) {
    if (same_toast (g_ptr_array_index (self->said, i), toast))
      return;
  }

  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
  if (self->said->len == 0)
    note_since (self);
  put_in_line (self, toast);
  adw_toast_overlay_add_toast (self->toasts, g_steal_pointer (&toast));
}

/*
 * peg_window_say_notices:
 * @notices: (element-type PegNotice): the last ones, oldest first
 * @after: the serial of the last one that was said
 *
 * Says what was not said yet. What is dropped here is in the notices still.
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

    say (self, notice);
    after = notice->serial;
  }

  return after;
}
