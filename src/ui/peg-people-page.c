/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-people-page"

#include "peg-config.h"

#include "peg-people-page.h"

#include "peg-key-label.h"
#include "peg-quiet.h"
#include "peg-tile-layout.h"

#include <glib/gi18n.h>

/* How wide a name is at least, mm. */
#define NAME_MM 64.0

/**
 * PegPeoplePage:
 *
 * The people who can sign in, each as a big button, by the alphabet; of many first
 * the letters with which they begin.
 *
 * ## Accessibility
 *
 * A group of buttons that are named as the people are.
 */
struct _PegPeoplePage
{
  GtkWidget parent_instance;

  PegPhysical *physical;  /* (owned) */
  GPtrArray *people;      /* (owned) (element-type PegKioskPerson): sorted copies */
  char *letter;           /* (owned) (nullable): whose people are shown; %NULL: all, or the letters */

  GtkWidget *box;         /* the only child */
  GtkLabel *title;
  GtkLabel *badge;
  GtkLabel *nobody;
  GtkWidget *scroller;
  GtkWidget *tiles;
  GtkWidget *letters;
  GtkWidget *back;
};

G_DEFINE_FINAL_TYPE (PegPeoplePage, peg_people_page, GTK_TYPE_WIDGET)

enum {
  CHOSEN,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
person_free (gpointer data)
{
  PegKioskPerson *person = data;

  g_free (person->id);
  g_free (person->name);
  g_free (person);
}

static int
compare_people (gconstpointer a,
                gconstpointer b)
{
  const PegKioskPerson *one = *(PegKioskPerson * const *) a;
  const PegKioskPerson *other = *(PegKioskPerson * const *) b;
  const int order = g_utf8_collate (one->name, other->name);

  return order != 0 ? order : g_strcmp0 (one->id, other->id);
}

/* The letter under which a name is looked for: without its accent, so that “Émile” is
 * with “Eva”. */
static char *
letter_of (const char *name)
{
  g_autofree char *decomposed = g_utf8_normalize (name, -1, G_NORMALIZE_NFD);
  char letter[8] = "";

  if (decomposed == NULL || *decomposed == '\0')
    return g_strdup ("?");

  letter[g_unichar_to_utf8 (g_unichar_toupper (g_utf8_get_char (decomposed)), letter)] = '\0';

  return g_strdup (letter);
}

static gboolean
is_by_letter (PegPeoplePage *self)
{
  return self->people->len > PEG_PEOPLE_PAGE_MANY;
}

static void
remove_children (GtkWidget *widget)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

static void
name_clicked_cb (PegPeoplePage *self,
                 GtkWidget     *button)
{
  g_signal_emit (self, signals[CHOSEN], 0,
                 (const char *) g_object_get_data (G_OBJECT (button), "peg-person"));
}

static void fill (PegPeoplePage *self);

static void
letter_clicked_cb (PegPeoplePage *self,
                   GtkWidget     *button)
{
  g_free (self->letter);
  self->letter = g_strdup (g_object_get_data (G_OBJECT (button), "peg-letter"));
  fill (self);
  gtk_widget_child_focus (self->tiles, GTK_DIR_TAB_FORWARD);
}

static void
back_cb (PegPeoplePage *self)
{
  if (self->letter == NULL) {
    g_signal_emit (self, signals[CLOSED], 0);
    return;
  }

  g_clear_pointer (&self->letter, g_free);
  fill (self);
  gtk_widget_child_focus (self->letters, GTK_DIR_TAB_FORWARD);
}

static void
add_name (PegPeoplePage        *self,
          const PegKioskPerson *person)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = gtk_label_new (person->name);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 2);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_width_chars (GTK_LABEL (label), 4);
  gtk_widget_add_css_class (label, "kiosk-text");
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, person->name, -1);
  g_object_set_data_full (G_OBJECT (button), "peg-person", g_strdup (person->id), g_free);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (name_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->tiles), button);
}

static void
add_letter (PegPeoplePage *self,
            const char    *letter)
{
  GtkWidget *button = gtk_button_new ();
  /* Translators: a button that shows the people whose names begin with a letter. */
  g_autofree char *name = g_strdup_printf (_("Names with %s"), letter);

  peg_key_label_set (GTK_BUTTON (button), letter, name);
  g_object_set_data_full (G_OBJECT (button), "peg-letter", g_strdup (letter), g_free);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (letter_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->letters), button);
}

static void
fill_letters (PegPeoplePage *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->people->len; i++) {
    const PegKioskPerson *person = g_ptr_array_index (self->people, i);
    char *letter = letter_of (person->name);

    if (!g_hash_table_contains (seen, letter))
      add_letter (self, letter);
    g_hash_table_add (seen, letter);
  }
}

static void
fill (PegPeoplePage *self)
{
  const gboolean letters = is_by_letter (self) && self->letter == NULL;

  remove_children (self->tiles);
  remove_children (self->letters);
  gtk_widget_set_visible (self->tiles, !letters);
  gtk_widget_set_visible (self->letters, letters);
  gtk_widget_set_visible (GTK_WIDGET (self->nobody), self->people->len == 0);
  peg_quiet_set_label (self->title, letters ? _("Who are you? The first letter of your name")
                                            : _("Who are you?"));
  peg_key_label_set (GTK_BUTTON (self->back), self->letter != NULL ? _("Back") : _("Cancel"), NULL);

  if (letters) {
    fill_letters (self);
    return;
  }

  for (guint i = 0; i < self->people->len; i++) {
    const PegKioskPerson *person = g_ptr_array_index (self->people, i);
    g_autofree char *letter = letter_of (person->name);

    if (self->letter == NULL || g_str_equal (letter, self->letter))
      add_name (self, person);
  }
}

static gboolean
same_people (GPtrArray *sorted,
             GPtrArray *people)
{
  if (people == NULL || sorted->len != people->len)
    return FALSE;

  for (guint i = 0; i < people->len; i++) {
    const PegKioskPerson *one = g_ptr_array_index (sorted, i);
    const PegKioskPerson *other = g_ptr_array_index (people, i);

    if (g_strcmp0 (one->id, other->id) != 0 || g_strcmp0 (one->name, other->name) != 0)
      return FALSE;
  }

  return TRUE;
}

static void
peg_people_page_dispose (GObject *object)
{
  PegPeoplePage *self = PEG_PEOPLE_PAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->physical);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_clear_pointer (&self->letter, g_free);

  G_OBJECT_CLASS (peg_people_page_parent_class)->dispose (object);
}

static void
peg_people_page_class_init (PegPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_people_page_dispose;

  /**
   * PegPeoplePage::chosen:
   * @self: the page
   * @id: of a person
   *
   * Somebody says who they are.
   */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegPeoplePage::closed:
   *
   * Nobody wants to say it.
   */
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "people-page");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_people_page_init (PegPeoplePage *self)
{
  self->people = g_ptr_array_new_with_free_func (person_free);
}

static GtkWidget *
make_tiles (PegPeoplePage *self,
            double         width_mm)
{
  GtkWidget *tiles = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_layout_manager (tiles, peg_tile_layout_new (self->physical, width_mm));

  return tiles;
}

static void
make_children (PegPeoplePage *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-text");
  gtk_label_set_wrap (self->title, TRUE);
  gtk_label_set_xalign (self->title, 0);

  self->badge = GTK_LABEL (gtk_label_new (_("Hold your badge to the reader, or choose your name.")));
  gtk_widget_add_css_class (GTK_WIDGET (self->badge), "kiosk-near");
  gtk_label_set_wrap (self->badge, TRUE);
  gtk_label_set_xalign (self->badge, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), FALSE);

  self->nobody = GTK_LABEL (gtk_label_new (_("Nobody has a PIN here. Sign in with a badge, or ask "
                                             "your lead.")));
  gtk_widget_add_css_class (GTK_WIDGET (self->nobody), "kiosk-text");
  gtk_label_set_wrap (self->nobody, TRUE);
  gtk_label_set_xalign (self->nobody, 0);

  self->tiles = make_tiles (self, NAME_MM);
  self->letters = make_tiles (self, PEG_PHYSICAL_TARGET_MM);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->nobody));
  gtk_box_append (GTK_BOX (content), self->letters);
  gtk_box_append (GTK_BOX (content), self->tiles);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), content);
  gtk_widget_set_vexpand (self->scroller, TRUE);

  self->back = gtk_button_new ();
  gtk_widget_set_halign (self->back, GTK_ALIGN_START);
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (back_cb), self);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->box, "kiosk-gaps");
  gtk_widget_add_css_class (self->box, "kiosk-page");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->badge));
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_box_append (GTK_BOX (self->box), self->back);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/**
 * peg_people_page_new:
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a page without people
 */
GtkWidget *
peg_people_page_new (PegPhysical *physical)
{
  PegPeoplePage *self = g_object_new (PEG_TYPE_PEOPLE_PAGE, NULL);

  self->physical = g_object_ref (physical);
  make_children (self);
  fill (self);

  return GTK_WIDGET (self);
}

/**
 * peg_people_page_set_people:
 * @self: the page
 * @people: (nullable) (element-type PegKioskPerson): who can sign in, in any order;
 *   copied
 */
void
peg_people_page_set_people (PegPeoplePage *self,
                            GPtrArray     *people)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (person_free);

  g_return_if_fail (PEG_IS_PEOPLE_PAGE (self));

  for (guint i = 0; people != NULL && i < people->len; i++) {
    const PegKioskPerson *from = g_ptr_array_index (people, i);
    PegKioskPerson *person = g_new0 (PegKioskPerson, 1);

    person->id = g_strdup (from->id);
    person->name = g_strdup (from->name != NULL ? from->name : from->id);
    g_ptr_array_add (sorted, person);
  }
  g_ptr_array_sort (sorted, compare_people);

  if (same_people (self->people, sorted))
    return;

  g_clear_pointer (&self->people, g_ptr_array_unref);
  self->people = g_steal_pointer (&sorted);
  g_clear_pointer (&self->letter, g_free);
  fill (self);
}

/**
 * peg_people_page_set_badges:
 * @self: the page
 * @badges: whether one can sign in with a badge, too
 */
void
peg_people_page_set_badges (PegPeoplePage *self,
                            gboolean       badges)
{
  g_return_if_fail (PEG_IS_PEOPLE_PAGE (self));

  gtk_widget_set_visible (GTK_WIDGET (self->badge), badges);
}

/**
 * peg_people_page_reset:
 * @self: the page
 *
 * Shows it from the beginning.
 */
void
peg_people_page_reset (PegPeoplePage *self)
{
  g_return_if_fail (PEG_IS_PEOPLE_PAGE (self));

  gtk_adjustment_set_value (
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
  if (self->letter == NULL)
    return;

  g_clear_pointer (&self->letter, g_free);
  fill (self);
}
