/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-status-dot"

#include "peg-config.h"

#include "peg-status-dot.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>
#include <string.h>

#define MINUTE_US (60 * G_USEC_PER_SEC)

/* What the words of a live connection are made from. Every change of a file comes
 * by here, and most of them change none of it: the last change is told to the
 * minute. Working it out each time, above all the time of day, was a tenth of what
 * the window worked for a change (40 µs, measured). */
typedef struct {
  gboolean valid;
  PegLinkStatus link;   /* (owned) */
  char *name;           /* (owned) (nullable) */
  char *url;            /* (owned) (nullable) */
  char *by;             /* (owned) (nullable) */
  gint64 change_minute;
  gint64 minute;
} Shown;

/**
 * PegStatusDot:
 *
 * Says how the connection is, in shape, colour and words; opens what else is
 * known of it.
 *
 * ## Accessibility
 *
 * The button is labelled with the words; they change with the state, and with
 * every second that counts down, so nothing is announced. The banner does that.
 */
struct _PegStatusDot
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkImage *image;
  GtkLabel *words;
  GtkLabel *server;
  GtkPopover *popover;
  GtkLabel *heading;
  GtkLabel *facts;
  GtkLabel *detail;
  GtkWidget *reconnect;
  GtkWidget *disconnect;

  const char *dot_class; /* (nullable): a constant */
  Shown shown;
};

G_DEFINE_FINAL_TYPE (PegStatusDot, peg_status_dot, ADW_TYPE_BIN)

static void
shown_clear (Shown *self)
{
  peg_link_status_clear (&self->link);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->by, g_free);
  self->valid = FALSE;
}

/* Makes @self what is shown of @snapshot. Returns: whether it has been that before */
static gboolean
shown_set (Shown               *self,
           const PegSnapshot   *snapshot,
           const PegDisplayNow *now)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  const char *name = peg_snapshot_get_server_name (snapshot);
  const char *url = peg_snapshot_get_server_url (snapshot);
  const char *by = peg_snapshot_get_last_by (snapshot);
  const gint64 change_minute = peg_snapshot_get_last_change_us (snapshot) / MINUTE_US;
  const gint64 minute = now->wall_us / MINUTE_US;

  if (self->valid && peg_link_status_equal (&self->link, link) &&
      g_strcmp0 (self->name, name) == 0 && g_strcmp0 (self->url, url) == 0 &&
      g_strcmp0 (self->by, by) == 0 &&
      self->change_minute == change_minute && self->minute == minute)
    return TRUE;

  shown_clear (self);
  peg_link_status_copy (link, &self->link);
  self->name = g_strdup (name);
  self->url = g_strdup (url);
  self->by = g_strdup (by);
  self->change_minute = change_minute;
  self->minute = minute;
  /* Other states count down. */
  self->valid = peg_link_state_is_live (link->state);

  return FALSE;
}

/* Whoever chose something has no more use for the choice, and would find what
 * it opened behind it. */
static void
done_cb (PegStatusDot *self)
{
  gtk_popover_popdown (self->popover);
}

static void
peg_status_dot_dispose (GObject *object)
{
  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PEG_TYPE_STATUS_DOT);

  G_OBJECT_CLASS (peg_status_dot_parent_class)->dispose (object);
}

static void
peg_status_dot_finalize (GObject *object)
{
  shown_clear (&PEG_STATUS_DOT (object)->shown);

  G_OBJECT_CLASS (peg_status_dot_parent_class)->finalize (object);
}

static void
peg_status_dot_class_init (PegStatusDotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_status_dot_dispose;
  object_class->finalize = peg_status_dot_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-status-dot.ui");
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, button);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, image);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, words);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, server);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, popover);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, heading);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, facts);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, detail);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, reconnect);
  gtk_widget_class_bind_template_child (widget_class, PegStatusDot, disconnect);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
}

static void
peg_status_dot_init (PegStatusDot *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_dot (PegStatusDot *self,
         PegDot        dot)
{
  const char *dot_class = peg_display_dot_class (dot);

  peg_quiet_set_icon (self->image, peg_display_dot_icon (dot));

  if (self->dot_class == dot_class)
    return;

  if (self->dot_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->image), self->dot_class);
  gtk_widget_add_css_class (GTK_WIDGET (self->image), dot_class);
  self->dot_class = dot_class;
}

/**
 * peg_status_dot_update:
 * @self: a status dot
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows the connection of @snapshot. Without a server there is nothing to show.
 */
void
peg_status_dot_update (PegStatusDot        *self,
                       PegSnapshot         *snapshot,
                       const PegDisplayNow *now)
{
  const PegLinkStatus *link = peg_snapshot_get_link (snapshot);
  const char *name = peg_snapshot_get_server_name (snapshot);
  const char *url = peg_snapshot_get_server_url (snapshot);
  g_autofree char *words = NULL;
  g_autofree char *tip = NULL;
  const char *facts;

  g_return_if_fail (PEG_IS_STATUS_DOT (self));

  gtk_widget_set_visible (GTK_WIDGET (self), url != NULL);
  if (url == NULL || shown_set (&self->shown, snapshot, now))
    return;

  words = peg_display_link_words (snapshot, now);
  tip = peg_display_link_tip (snapshot, now);

  set_dot (self, peg_display_dot (link->state));
  peg_quiet_set_label (self->words, words);
  peg_quiet_set_label (self->server, name != NULL ? name : url);
  peg_quiet_set_tooltip (GTK_WIDGET (self->button), tip);
  peg_quiet_set_name (GTK_ACCESSIBLE (self->button), words);

  /* The tip begins with the words, which are the heading here. */
  facts = g_str_has_prefix (tip, words) ? tip + strlen (words) : tip;
  while (*facts == '\n')
    facts++;
  peg_quiet_set_label (self->heading, words);
  peg_quiet_set_label (self->facts, facts);
  peg_quiet_set_label (self->detail, link->detail != NULL ? link->detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail), link->detail != NULL);
  gtk_widget_set_visible (self->disconnect, link->state != PEG_LINK_STOPPED);
}

/**
 * peg_status_dot_set_narrow:
 * @self: a status dot
 * @narrow: whether there is no room for the name of the server
 */
void
peg_status_dot_set_narrow (PegStatusDot *self,
                           gboolean      narrow)
{
  g_return_if_fail (PEG_IS_STATUS_DOT (self));

  gtk_widget_set_visible (GTK_WIDGET (self->server), !narrow);
}
