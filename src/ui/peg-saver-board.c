/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-saver-board"

#include "peg-config.h"

#include "peg-saver-board.h"

#include "peg-kiosk-label.h"
#include "peg-quiet.h"
#include "peg-saver-facts.h"
#include "peg-words.h"

#include <glib/gi18n.h>

/**
 * PegSaverBoard:
 *
 * The picture of the status board: the connection, how many files are out, which one
 * for the longest time, what is not as it should be, the place, and the time. What is
 * not live has a broken edge, and says of when it is.
 *
 * ## Accessibility
 *
 * A group of labels.
 */
struct _PegSaverBoard
{
  GtkWidget parent_instance;

  GtkWidget *content;     /* the only child */
  GtkImage *dot;
  GtkLabel *link;
  GtkLabel *number;
  GtkLabel *out;
  GtkLabel *age;
  GtkWidget *unattended;  /* a shape, and words */
  GtkWidget *trouble;     /* the same */
  GtkWidget *longest;
  GtkLabel *longest_name;
  GtkLabel *longest_words;
  GtkLabel *station;
  GtkLabel *clock;
};

G_DEFINE_FINAL_TYPE (PegSaverBoard, peg_saver_board, GTK_TYPE_WIDGET)

/* What is not as it should be has a shape before its words. */
static void
set_abnormal (GtkWidget  *box,
              const char *words)
{
  gtk_widget_set_visible (box, words != NULL);
  if (words != NULL)
    peg_quiet_set_label (GTK_LABEL (gtk_widget_get_last_child (box)), words);
}

static void
render_abnormal (PegSaverBoard       *self,
                 const PegSaverFacts *facts)
{
  g_autofree char *unattended = NULL;
  g_autofree char *trouble = NULL;

  if (facts->unattended > 0)
    /* Translators: files that are out, and whose holder is not connected. */
    unattended = g_strdup_printf (ngettext ("%u unattended", "%u unattended", facts->unattended),
                                  facts->unattended);
  if (facts->trouble > 0)
    /* Translators: files that are out, and were changed by others meanwhile. */
    trouble = g_strdup_printf (ngettext ("%u changed on disk", "%u changed on disk",
                                         facts->trouble), facts->trouble);

  set_abnormal (self->unattended, unattended);
  set_abnormal (self->trouble, trouble);
}

static void
render_out (PegSaverBoard       *self,
            PegSnapshot         *snapshot,
            const PegDisplayNow *now)
{
  PegSaverFacts facts;
  g_autofree char *number = NULL;
  g_autofree char *age = peg_display_age (snapshot, now);
  g_autofree char *words = NULL;

  peg_saver_facts_read (&facts, snapshot);
  number = g_strdup_printf ("%u", facts.out);

  peg_quiet_set_label (self->number, number);
  peg_quiet_set_label (self->out, ngettext ("file is out", "files are out", facts.out));
  peg_quiet_set_label (self->age, age != NULL ? age : "");
  gtk_widget_set_visible (GTK_WIDGET (self->age), age != NULL);
  if (age != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->number), "kiosk-stale");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->number), "kiosk-stale");

  gtk_widget_set_visible (self->longest, facts.longest != NULL);
  if (facts.longest != NULL) {
    words = peg_display_lock_words (snapshot, facts.longest, now);
    peg_quiet_set_label (self->longest_name, peg_entry_get_filename (facts.longest));
    peg_quiet_set_label (self->longest_words, words);
  }

  render_abnormal (self, &facts);
}

static void
render_link (PegSaverBoard       *self,
             PegSnapshot         *snapshot,
             const PegDisplayNow *now)
{
  const PegDot dot = peg_display_dot (peg_snapshot_get_link (snapshot)->state);
  g_autofree char *words = peg_display_link_words (snapshot, now);

  peg_quiet_set_icon (self->dot, peg_display_dot_icon (dot));
  peg_quiet_set_label (self->link, words);
}

static void
peg_saver_board_dispose (GObject *object)
{
  PegSaverBoard *self = PEG_SAVER_BOARD (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (peg_saver_board_parent_class)->dispose (object);
}

static void
peg_saver_board_class_init (PegSaverBoardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_saver_board_dispose;

  gtk_widget_class_set_css_name (widget_class, "saver-board");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_box (GtkWidget      *parent,
         GtkOrientation  orientation)
{
  GtkWidget *box = gtk_box_new (orientation, 0);

  gtk_widget_add_css_class (box, "kiosk-gaps");
  gtk_box_append (GTK_BOX (parent), box);

  return box;
}

static GtkImage *
add_shape (GtkWidget  *parent,
           const char *icon)
{
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION, "icon-name", icon, NULL);

  gtk_box_append (GTK_BOX (parent), image);

  return GTK_IMAGE (image);
}

static GtkWidget *
add_abnormal (GtkWidget *parent)
{
  GtkWidget *box = add_box (parent, GTK_ORIENTATION_HORIZONTAL);

  gtk_widget_add_css_class (box, "kiosk-ask");
  add_shape (box, "peg-status-waiting-symbolic");
  peg_kiosk_label_append (box, "kiosk-word");

  return box;
}

static void
make_number (PegSaverBoard *self,
             GtkWidget     *middle)
{
  GtkWidget *row = add_box (middle, GTK_ORIENTATION_HORIZONTAL);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->number = peg_kiosk_label_append (row, "kiosk-huge");
  gtk_label_set_ellipsize (self->number, PANGO_ELLIPSIZE_NONE);

  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), words);
  self->out = peg_kiosk_label_append (words, "kiosk-word");
  self->age = peg_kiosk_label_append (words, "kiosk-word");
  gtk_widget_add_css_class (GTK_WIDGET (self->age), "kiosk-ask");
  self->unattended = add_abnormal (words);
  self->trouble = add_abnormal (words);
}

static void
make_longest (PegSaverBoard *self,
              GtkWidget     *middle)
{
  self->longest = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (middle), self->longest);
  gtk_label_set_label (peg_kiosk_label_append (self->longest, "kiosk-caption"), _("Out the longest"));
  self->longest_name = peg_kiosk_label_append (self->longest, "kiosk-word");
  gtk_label_set_ellipsize (self->longest_name, PANGO_ELLIPSIZE_MIDDLE);
  self->longest_words = peg_kiosk_label_append (self->longest, "kiosk-word");
}

static void
make_children (PegSaverBoard *self)
{
  GtkWidget *row, *middle;
  GtkLabel *version;

  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  row = add_box (self->content, GTK_ORIENTATION_HORIZONTAL);
  self->dot = add_shape (row, NULL);
  self->link = peg_kiosk_label_append (row, "kiosk-word");
  gtk_label_set_wrap (self->link, TRUE);
  gtk_label_set_lines (self->link, 2);

  middle = add_box (self->content, GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_vexpand (middle, TRUE);
  gtk_widget_set_valign (middle, GTK_ALIGN_CENTER);
  make_number (self, middle);
  make_longest (self, middle);

  row = add_box (self->content, GTK_ORIENTATION_HORIZONTAL);
  self->station = peg_kiosk_label_append (row, "kiosk-word");
  gtk_widget_set_hexpand (GTK_WIDGET (self->station), TRUE);
  version = peg_kiosk_label_append (row, "kiosk-caption");
  gtk_label_set_label (version, "Pegboard " PACKAGE_VERSION);
  gtk_label_set_ellipsize (version, PANGO_ELLIPSIZE_NONE);
  self->clock = peg_kiosk_label_append (row, "kiosk-word");
  gtk_label_set_ellipsize (self->clock, PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->clock), "numeric");

  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
}

static void
peg_saver_board_init (PegSaverBoard *self)
{
  make_children (self);
}

/**
 * peg_saver_board_new:
 *
 * Returns: (transfer floating): a board on which nothing is written
 */
GtkWidget *
peg_saver_board_new (void)
{
  return g_object_new (PEG_TYPE_SAVER_BOARD, NULL);
}

/**
 * peg_saver_board_update:
 * @self: a board
 * @snapshot: (nullable): what is known
 * @station: (nullable): the name of this place
 * @now: the clocks
 *
 * Writes on it what has become another.
 */
void
peg_saver_board_update (PegSaverBoard       *self,
                        PegSnapshot         *snapshot,
                        const char          *station,
                        const PegDisplayNow *now)
{
  const gboolean known = snapshot != NULL && peg_snapshot_has_list (snapshot);
  g_autofree char *clock = NULL;

  g_return_if_fail (PEG_IS_SAVER_BOARD (self));
  g_return_if_fail (now != NULL);

  clock = peg_words_clock (now->wall_us, now->wall_us);
  peg_quiet_set_label (self->clock, clock);
  peg_quiet_set_label (self->station, station != NULL ? station : "");

  gtk_widget_set_visible (GTK_WIDGET (self->number), known);
  gtk_widget_set_visible (GTK_WIDGET (self->out), known);
  if (snapshot != NULL)
    render_link (self, snapshot, now);
  if (known) {
    render_out (self, snapshot, now);
  } else {
    gtk_widget_set_visible (GTK_WIDGET (self->age), FALSE);
    gtk_widget_set_visible (self->longest, FALSE);
    set_abnormal (self->unattended, NULL);
    set_abnormal (self->trouble, NULL);
  }
}
