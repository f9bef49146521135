/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-pin-page"

#include "peg-config.h"

#include "peg-pin-page.h"

#include "peg-keypad.h"
#include "peg-people-page.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>
#include <string.h>

/* Nobody has a longer PIN (docs/kiosk.md). */
#define MOST_DIGITS 12

/* A dot of the PIN, and the room between two, mm. */
#define DOT_MM 4.0
#define DOT_GAP_MM 3.0

/* How much room a heading and a hint have beside the keypad at least, mm. */
#define WORDS_MM 90.0

/**
 * PegPinPage:
 *
 * Signs somebody in without a badge: first the people of the shop, then a keypad for
 * the PIN of the one that was chosen. Also asks for the PIN of the admin door.
 *
 * It renders a #PegKioskModel, and answers with the actions `app.kiosk-ask-pin`,
 * `app.kiosk-pin` and `app.kiosk-pin-cancel`. A PIN is never shown, only how long it
 * is, and is wiped from memory when it was sent, or given up.
 *
 * ## Accessibility
 *
 * The keypad says how many digits there are; what was wrong is a status.
 */
struct _PegPinPage
{
  GtkWidget parent_instance;

  PegKioskModel *model;   /* (owned) */
  PegNow *now;            /* (owned) */
  PegPhysical *physical;  /* (owned) */

  GtkWidget *stack;       /* the only child */
  GtkWidget *people;
  GtkWidget *pad;
  GtkLabel *title;
  GtkWidget *dots;
  GtkLabel *words;
  GtkWidget *keypad;

  char digits[MOST_DIGITS + 1];
  char *pin_id;           /* (owned) (nullable): for which they are */
  gboolean badges;        /* the terminal knows them */
  gboolean badge_will_do; /* instead of a PIN */
  gboolean refused;       /* the last PIN was wrong, and no digit came since */
  guint pin_wrong;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (PegPinPage, peg_pin_page, GTK_TYPE_WIDGET)

enum {
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Overwrites what was typed. Calls of memset() for memory that is not read again may
 * be left out by a compiler; explicit_bzero() may not. */
static void
forget_digits (PegPinPage *self)
{
  explicit_bzero (self->digits, sizeof self->digits);
}

static gint64
wait_us (PegPinPage   *self,
         PegKioskView *view)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return MAX (0, view->pin_after_us - now.mono_us);
}

/* What there is to say below the dots, and whether it is about something wrong. */
static char *
make_words (PegPinPage   *self,
            PegKioskView *view,
            gboolean     *bad)
{
  const guint wait_s = (guint) ((wait_us (self, view) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);

  *bad = FALSE;
  if (view->pin_busy)
    return g_strdup (_("Checking…"));

  *bad = wait_s > 0 || self->refused;
  if (wait_s > 0)
    /* Translators: after a wrong PIN. */
    return g_strdup_printf (ngettext ("Wrong PIN. Try again in %u second.",
                                      "Wrong PIN. Try again in %u seconds.", wait_s), wait_s);
  if (self->refused)
    return g_strdup (_("Wrong PIN. Try again."));

  return g_strdup (self->badge_will_do && view->has_badges
                     ? _("Hold your badge to the reader, or enter the PIN.")
                     : _("Enter the PIN, then press OK."));
}

static void
set_class (GtkWidget  *widget,
           const char *name,
           gboolean    set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static gboolean
tick_cb (gpointer user_data)
{
  peg_pin_page_tick (user_data);

  return G_SOURCE_CONTINUE;
}

/* Only a delay needs a clock. */
static void
set_ticking (PegPinPage *self,
             gboolean    ticking)
{
  if (ticking && self->tick_id == 0) {
    self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
    g_source_set_name_by_id (self->tick_id, "[pegboard] delay after a wrong PIN");
  } else if (!ticking) {
    g_clear_handle_id (&self->tick_id, g_source_remove);
  }
}

static void
render_pad (PegPinPage   *self,
            PegKioskView *view)
{
  const guint n = (guint) strlen (self->digits);
  const gboolean can_type = !view->pin_busy && wait_us (self, view) == 0;
  g_autofree char *count = NULL;
  g_autofree char *words = NULL;
  gboolean bad;

  words = make_words (self, view, &bad);
  /* Translators: a screen reader says how much of a PIN was typed. */
  count = g_strdup_printf (ngettext ("PIN, %u digit", "PIN, %u digits", n), n);

  if (*view->pin_id == '\0')
    peg_quiet_set_label (self->title, _("Admin door"));
  else
    peg_quiet_set_label (self->title, view->pin_name != NULL ? view->pin_name : view->pin_id);
  peg_quiet_set_label (self->words, words);
  set_class (GTK_WIDGET (self->words), "kiosk-bad", bad);
  if (gtk_widget_get_sensitive (self->keypad) != can_type) {
    gtk_widget_set_sensitive (self->keypad, can_type);
    /* It lost the focus when it could not be used. */
    if (can_type && gtk_widget_get_mapped (self->keypad))
      gtk_widget_grab_focus (self->keypad);
  }
  peg_keypad_set_can_ok (PEG_KEYPAD (self->keypad), n > 0);
  peg_quiet_set_name (GTK_ACCESSIBLE (self->keypad), count);
  gtk_widget_queue_draw (self->dots);
  set_ticking (self, wait_us (self, view) > 0);
}

static void
render (PegPinPage *self)
{
  PegKioskView *view = peg_kiosk_model_get_view (self->model);
  const gboolean other = g_strcmp0 (self->pin_id, view->pin_id) != 0;

  if (other) {
    g_free (self->pin_id);
    self->pin_id = g_strdup (view->pin_id);
    self->refused = FALSE;
    self->pin_wrong = view->pin_wrong;
    forget_digits (self);
  }
  if (view->pin_wrong != self->pin_wrong) {
    self->refused = view->pin_wrong > self->pin_wrong;
    self->pin_wrong = view->pin_wrong;
    forget_digits (self);
  }

  peg_people_page_set_people (PEG_PEOPLE_PAGE (self->people), view->people);
  peg_people_page_set_badges (PEG_PEOPLE_PAGE (self->people), self->badges && view->has_badges);

  if (view->pin_id == NULL) {
    set_ticking (self, FALSE);
    gtk_stack_set_visible_child (GTK_STACK (self->stack), self->people);
    return;
  }

  render_pad (self, view);
  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) != self->pad)
    gtk_stack_set_visible_child (GTK_STACK (self->stack), self->pad);
  /* Only when it opens: what else happens to the terminal takes nobody’s place. */
  if (other && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (self->keypad);
}

static void
key_cb (PegPinPage *self,
        const char *key)
{
  const gsize n = strlen (self->digits);
  PegKioskView *view = peg_kiosk_model_get_view (self->model);

  if (view->pin_id == NULL)
    return;

  if (g_str_equal (key, PEG_KEYPAD_CLEAR)) {
    if (n > 0)
      self->digits[n - 1] = '\0';
  } else if (g_str_equal (key, PEG_KEYPAD_OK)) {
    if (n > 0) {
      gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-pin", "s", self->digits);
      forget_digits (self);
    }
  } else if (n < MOST_DIGITS) {
    self->digits[n] = *key;
    self->digits[n + 1] = '\0';
    self->refused = FALSE;
  }

  /* The answer may have been there at once. */
  view = peg_kiosk_model_get_view (self->model);
  if (view->pin_id != NULL)
    render_pad (self, view);
}

static void
chosen_cb (PegPinPage *self,
           const char *id)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-ask-pin", "s", id);
}

static void
cancel_cb (PegPinPage *self)
{
  forget_digits (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-pin-cancel", NULL);
}

static void
closed_cb (PegPinPage *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
draw_dots (GtkDrawingArea *area,
           cairo_t        *cr,
           int             width,
           int             height,
           gpointer        user_data)
{
  PegPinPage *self = user_data;
  const int dot = peg_physical_px (self->physical, DOT_MM);
  const int step = dot + peg_physical_px (self->physical, DOT_GAP_MM);
  const int n = (int) strlen (self->digits);
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &color);
  gdk_cairo_set_source_rgba (cr, &color);
  for (int i = 0; i < n; i++) {
    cairo_arc (cr, (width - n * step + step) / 2.0 + i * step, height / 2.0, dot / 2.0, 0,
               2 * G_PI);
    cairo_fill (cr);
  }
  /* Where the next one comes. */
  if (n == 0) {
    cairo_rectangle (cr, (width - step) / 2.0, height / 2.0 + dot / 2.0, step, MAX (2, dot / 6));
    cairo_fill (cr);
  }
}

static void
size_dots (PegPinPage *self)
{
  const int step = peg_physical_px (self->physical, DOT_MM) +
                   peg_physical_px (self->physical, DOT_GAP_MM);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->dots), 8 * step);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->dots), 2 * step);
}

/* Beside each other where it is wide, above each other where it is not. */
static void
peg_pin_page_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  PegPinPage *self = PEG_PIN_PAGE (widget);
  GtkOrientation orientation = GTK_ORIENTATION_VERTICAL;
  int keypad;

  gtk_widget_measure (self->keypad, GTK_ORIENTATION_HORIZONTAL, -1, &keypad, NULL, NULL, NULL);
  if (width > height && width >= keypad + peg_physical_px (self->physical, WORDS_MM))
    orientation = GTK_ORIENTATION_HORIZONTAL;
  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->pad)) != orientation)
    gtk_orientable_set_orientation (GTK_ORIENTABLE (self->pad), orientation);

  gtk_widget_measure (self->stack, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->stack, &(GtkAllocation) { 0, 0, width, height }, -1);
}

static void
peg_pin_page_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  PegPinPage *self = PEG_PIN_PAGE (widget);

  gtk_widget_measure (self->stack, orientation, -1, minimum, natural, NULL, NULL);
}

static void
peg_pin_page_map (GtkWidget *widget)
{
  PegPinPage *self = PEG_PIN_PAGE (widget);

  GTK_WIDGET_CLASS (peg_pin_page_parent_class)->map (widget);

  if (self->pin_id != NULL)
    gtk_widget_grab_focus (self->keypad);
}

/* What was typed is not there for whoever comes next. */
static void
peg_pin_page_unmap (GtkWidget *widget)
{
  peg_pin_page_reset (PEG_PIN_PAGE (widget));

  GTK_WIDGET_CLASS (peg_pin_page_parent_class)->unmap (widget);
}

static void
peg_pin_page_dispose (GObject *object)
{
  PegPinPage *self = PEG_PIN_PAGE (object);

  forget_digits (self);
  set_ticking (self, FALSE);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->model);
  g_clear_object (&self->now);
  g_clear_object (&self->physical);
  g_clear_pointer (&self->pin_id, g_free);

  G_OBJECT_CLASS (peg_pin_page_parent_class)->dispose (object);
}

static void
peg_pin_page_class_init (PegPinPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_pin_page_dispose;
  widget_class->measure = peg_pin_page_measure;
  widget_class->size_allocate = peg_pin_page_size_allocate;
  widget_class->map = peg_pin_page_map;
  widget_class->unmap = peg_pin_page_unmap;

  /**
   * PegPinPage::closed:
   *
   * Nobody wants to sign in after all: the page of people is to be closed.
   */
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "pin-page");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_pin_page_init (PegPinPage *self)
{
}

static GtkWidget *
make_words_side (PegPinPage *self)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *cancel_button = gtk_button_new ();

  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->words = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, NULL);
  self->dots = gtk_drawing_area_new ();

  /* A button of GTK 4.8 that has a label of its own has no name for a screen reader. */
  gtk_button_set_child (GTK_BUTTON (cancel_button), gtk_label_new (_("Cancel")));
  peg_quiet_set_name (GTK_ACCESSIBLE (cancel_button), _("Cancel"));
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-word");
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "kiosk-text");
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_justify (self->words, GTK_JUSTIFY_CENTER);
  /* Room for two lines, so that a second one does not move the cancel button. */
  gtk_label_set_lines (self->words, 3);
  gtk_label_set_width_chars (self->words, 14);
  gtk_label_set_max_width_chars (self->words, 24);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->dots), draw_dots, self, NULL);
  size_dots (self);

  gtk_widget_add_css_class (side, "kiosk-gaps");
  gtk_widget_set_valign (side, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (side, TRUE);
  gtk_widget_set_vexpand (side, TRUE);
  gtk_widget_set_halign (cancel_button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (side), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (side), self->dots);
  gtk_box_append (GTK_BOX (side), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (side), cancel_button);
  g_signal_connect_swapped (cancel_button, "clicked", G_CALLBACK (cancel_cb), self);

  return side;
}

static void
make_children (PegPinPage *self)
{
  self->people = peg_people_page_new (self->physical);
  g_signal_connect_swapped (self->people, "chosen", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->people, "closed", G_CALLBACK (closed_cb), self);

  self->keypad = peg_keypad_new (self->physical);
  gtk_widget_set_hexpand (self->keypad, TRUE);
  gtk_widget_set_vexpand (self->keypad, TRUE);
  g_signal_connect_swapped (self->keypad, "key", G_CALLBACK (key_cb), self);

  self->pad = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->pad, "kiosk-gaps");
  gtk_widget_add_css_class (self->pad, "kiosk-page");
  gtk_box_append (GTK_BOX (self->pad), make_words_side (self));
  gtk_box_append (GTK_BOX (self->pad), self->keypad);

  self->stack = gtk_stack_new ();
  gtk_stack_add_child (GTK_STACK (self->stack), self->people);
  gtk_stack_add_child (GTK_STACK (self->stack), self->pad);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

/**
 * peg_pin_page_new:
 * @model: what the terminal shows
 * @now: the clocks
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a page to sign in on
 */
GtkWidget *
peg_pin_page_new (PegKioskModel *model,
                  PegNow        *now,
                  PegPhysical   *physical)
{
  PegPinPage *self = g_object_new (PEG_TYPE_PIN_PAGE, NULL);

  self->model = g_object_ref (model);
  self->now = g_object_ref (now);
  self->physical = g_object_ref (physical);
  make_children (self);

  g_signal_connect_object (model, "changed", G_CALLBACK (render), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (physical, "notify::pixels-per-mm", G_CALLBACK (size_dots), self,
                           G_CONNECT_SWAPPED);
  render (self);

  return GTK_WIDGET (self);
}

/**
 * peg_pin_page_set_badges:
 * @self: a page to sign in on
 * @badges: whether one can begin with a badge, too
 * @pin_too: whether a badge is not enough, and needs the PIN
 *
 * Whoever signs in is told so, as soon as anybody has a badge.
 */
void
peg_pin_page_set_badges (PegPinPage *self,
                         gboolean    badges,
                         gboolean    pin_too)
{
  g_return_if_fail (PEG_IS_PIN_PAGE (self));

  self->badges = badges;
  self->badge_will_do = badges && !pin_too;
  render (self);
}

/**
 * peg_pin_page_reset:
 * @self: a page to sign in on
 *
 * Forgets what was typed, and shows all people from the beginning.
 */
void
peg_pin_page_reset (PegPinPage *self)
{
  PegKioskView *view;

  g_return_if_fail (PEG_IS_PIN_PAGE (self));

  forget_digits (self);
  self->refused = FALSE;
  peg_people_page_reset (PEG_PEOPLE_PAGE (self->people));
  view = peg_kiosk_model_get_view (self->model);
  if (view->pin_id != NULL)
    render_pad (self, view);
}

/**
 * peg_pin_page_tick:
 * @self: a page to sign in on
 *
 * Reads the clocks. It does so by itself, once a second, while somebody has to wait.
 */
void
peg_pin_page_tick (PegPinPage *self)
{
  PegKioskView *view;

  g_return_if_fail (PEG_IS_PIN_PAGE (self));

  view = peg_kiosk_model_get_view (self->model);
  if (view->pin_id != NULL)
    render_pad (self, view);
}
