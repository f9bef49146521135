/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-banner"

#include "peg-config.h"

#include "peg-banner.h"

#include "peg-accessible.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegBanner:
 *
 * Says above the list that there is no live connection, once that is worth
 * saying, and offers what a person can do about it. It takes its own room and
 * covers nothing.
 *
 * ## CSS nodes
 *
 * `PegBanner` has a box with the style class `.peg-banner`, with `.bad` where
 * trying again is no use or has been for long, and `.calm` where nothing is
 * wrong.
 *
 * ## Accessibility
 *
 * The box uses the alert role. Its label is what the banner said when the
 * outage began: an outage is announced once, not with every second.
 */
struct _PegBanner
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkWidget *box;
  GtkImage *image;
  GtkLabel *label;
  GtkButton *button;

  char *announcement;      /* (owned) (nullable) */
  gint64 announced_outage; /* of which outage, µs of the monotonic clock */
  gboolean announced_needed;
};

G_DEFINE_FINAL_TYPE (PegBanner, peg_banner, ADW_TYPE_BIN)

static void
peg_banner_dispose (GObject *object)
{
  PegBanner *self = PEG_BANNER (object);

  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_BANNER);
  g_clear_pointer (&self->announcement, g_free);

  G_OBJECT_CLASS (peg_banner_parent_class)->dispose (object);
}

static void
peg_banner_class_init (PegBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_banner_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, PegBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, PegBanner, box);
  gtk_widget_class_bind_template_child (widget_class, PegBanner, image);
  gtk_widget_class_bind_template_child (widget_class, PegBanner, label);
  gtk_widget_class_bind_template_child (widget_class, PegBanner, button);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
peg_banner_init (PegBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_button (PegBanner           *self,
            const PegLinkStatus *link,
            guint                max_attempts)
{
  const gboolean waits = link->state == PEG_LINK_WAITING || link->state == PEG_LINK_SUSPENDED;
  const char *label, *action;

  if (link->state == PEG_LINK_STOPPED) {
    label = _("_Connect");
    action = "app.reconnect";
  } else if (link->state == PEG_LINK_ACTION_NEEDED && link->reason == PEG_LINK_REASON_SIGN_IN) {
    label = _("_Sign In…");
    action = "win.sign-in";
  } else if (waits) {
    label = _("Reconnect _Now");
    action = "app.reconnect";
  } else {
    label = _("_Reconnect");
    action = "app.reconnect";
  }

  /* It goes on by itself, but by now somebody may know better. */
  if (link->state == PEG_LINK_SUSPENDED || (waits && link->attempt >= max_attempts))
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "suggested-action");

  gtk_button_set_use_underline (self->button, TRUE);
  if (g_strcmp0 (gtk_button_get_label (self->button), label) != 0) {
    gtk_button_set_label (self->button, label);
    peg_accessible_clean_names (GTK_WIDGET (self->button));
  }
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
}

/* What a person asked for, and what has only begun, is no warning. */
static void
set_tone (PegBanner    *self,
          PegLinkState  state)
{
  const gboolean bad = state == PEG_LINK_ACTION_NEEDED || state == PEG_LINK_SUSPENDED;
  const gboolean calm = state == PEG_LINK_STOPPED || state == PEG_LINK_CONNECTING ||
                        state == PEG_LINK_AUTHENTICATING;
  const char *classes[] = { "peg-banner", bad ? "bad" : calm ? "calm" : NULL, NULL };

  gtk_widget_set_css_classes (self->box, classes);
}

static void
announce (PegBanner   *self,
          const char  *words,
          gint64       outage_us,
          gboolean     needed)
{
  if (self->announcement != NULL && self->announced_outage == outage_us &&
      self->announced_needed == needed)
    return;

  g_free (self->announcement);
  self->announcement = g_strdup (words);
  self->announced_outage = outage_us;
  self->announced_needed = needed;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
}

/**
 * peg_banner_update:
 * @self: a banner
 * @snapshot: what is known
 * @now: the clocks
 * @max_attempts: see peg_display_banner()
 *
 * Shows the banner when peg_display_banner() has something to say.
 */
void
peg_banner_update (PegBanner           *self,
                   PegSnapshot         *snapshot,
                   const PegDisplayNow *now,
                   guint                max_attempts)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  g_autofree char *words = NULL;
  gboolean needed;

  g_return_if_fail (PEG_IS_BANNER (self));

  words = peg_display_banner (snapshot, now, max_attempts);

  if (words == NULL) {
    gtk_revealer_set_reveal_child (self->revealer, FALSE);
    g_clear_pointer (&self->announcement, g_free);
    return;
  }

  needed = link->state == PEG_LINK_ACTION_NEEDED;

  peg_quiet_set_label (self->label, words);
  peg_quiet_set_icon (self->image, peg_display_dot_icon (peg_display_dot (link->state)));
  set_button (self, link, max_attempts);
  set_tone (self, link->state);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  announce (self, words, peg_snapshot_get_outage_us (snapshot), needed);
}

gboolean
peg_banner_get_revealed (PegBanner *self)
{
  g_return_val_if_fail (PEG_IS_BANNER (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}

/**
 * peg_banner_get_announcement:
 * @self: a banner
 *
 * Returns: (transfer none) (nullable): what a screen reader was told of this
 *   outage
 */
const char *
peg_banner_get_announcement (PegBanner *self)
{
  g_return_val_if_fail (PEG_IS_BANNER (self), NULL);

  return self->announcement;
}
