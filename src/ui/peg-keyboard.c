/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-keyboard"

#include "peg-config.h"

#include "peg-keyboard.h"

#include "peg-key-label.h"
#include "peg-keyboard-layout.h"

#include <glib/gi18n.h>

/* A key is not made higher than this, mm; what is left is above. */
#define MOST_MM 28.0

typedef enum {
  SHIFT_OFF,
  SHIFT_ONCE,
  SHIFT_LOCKED,
} Shift;

/**
 * PegKeyboard:
 *
 * An on-screen keyboard: writes into a #GtkEditable where its cursor is, and never
 * takes the focus from it. Needs no keyboard of the computer, no input method and no
 * help of the compositor.
 *
 * Keys are never smaller than %PEG_PHYSICAL_TARGET_MM: where a row of letters does
 * not fit, there are more pages (see #PegKeyboardLayout).
 *
 * ## CSS nodes
 *
 * `keyboard.peg-keys` with a `button` for each key.
 *
 * ## Accessibility
 *
 * A group of buttons. They are no stops for the keyboard of the computer: whoever
 * has one types on it.
 */
struct _PegKeyboard
{
  GtkWidget parent_instance;

  PegPhysical *physical;        /* (owned) */
  char *language;               /* (owned) (nullable) */
  GtkEditable *target;          /* (nullable): a weak pointer */

  PegKeyboardLayout *layout;    /* (owned) (nullable): until there is room */
  guint page;
  gboolean digits_first;
  Shift shift;
};

G_DEFINE_FINAL_TYPE (PegKeyboard, peg_keyboard, GTK_TYPE_WIDGET)

#define KEY_DATA "peg-key"

static const PegKey *
key_of (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), KEY_DATA);
}

static void
remove_keys (PegKeyboard *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

static const char *
name_of (const PegKey *key)
{
  static const struct {
    const char *text;
    const char *name;
  } names[] = {
    { " ", N_("Space") }, { "-", N_("Hyphen") }, { "_", N_("Underscore") },
    { ".", N_("Full stop") }, { "/", N_("Slash") }, { "\\", N_("Backslash") },
    { ",", N_("Comma") }, { "'", N_("Apostrophe") }, { "\"", N_("Quotation mark") },
    { ":", N_("Colon") }, { ";", N_("Semicolon") }, { "!", N_("Exclamation mark") },
    { "?", N_("Question mark") }, { "(", N_("Opening bracket") },
    { ")", N_("Closing bracket") }, { "<", N_("Less than") }, { ">", N_("Greater than") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (names[i].text, key->text))
      return _(names[i].name);
  }

  return NULL;
}

static void
label_text (PegKeyboard  *self,
            GtkButton    *button,
            const PegKey *key)
{
  const char *name = name_of (key);
  g_autofree char *text = self->shift == SHIFT_OFF ? g_strdup (key->text)
                                                   : g_utf8_strup (key->text, -1);

  peg_key_label_set (button, g_str_equal (key->text, " ") ? _("Space") : text,
                     name != NULL ? name : text);
}

static void
label_key (PegKeyboard  *self,
           GtkButton    *button,
           const PegKey *key)
{
  static const char * const shift_icons[] = {
    "peg-shift-symbolic", "peg-shift-once-symbolic", "peg-shift-lock-symbolic",
  };

  switch (key->kind) {
  case PEG_KEY_TEXT:
    label_text (self, button, key);
    break;
  case PEG_KEY_SHIFT:
    gtk_button_set_icon_name (button, shift_icons[self->shift]);
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    self->shift == SHIFT_OFF ? _("Capital letter")
                                    : self->shift == SHIFT_ONCE ? _("Capital letter, on")
                                                                : _("Capital letters, locked"),
                                    -1);
    break;
  case PEG_KEY_BACKSPACE:
    gtk_button_set_icon_name (button, "peg-backspace-symbolic");
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _("Delete what is before the cursor"), -1);
    break;
  case PEG_KEY_PAGE: {
    /* Translators: a key of the on-screen keyboard that shows other keys, such as
     * “Keys 123”. */
    g_autofree char *name = g_strdup_printf (_("Keys %s"), key->text);

    peg_key_label_set (button, key->text, name);
    break;
  }
  default:
    g_assert_not_reached ();
  }
}

static void
label_keys (PegKeyboard *self)
{
  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self)); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    label_key (self, GTK_BUTTON (button), key_of (button));
}

static gboolean
has_digits (PegKeyboard *self,
            guint        page)
{
  for (guint i = 0; i < peg_keyboard_layout_get_n_keys (self->layout, page); i++) {
    if (g_str_equal (peg_keyboard_layout_get_key (self->layout, page, i)->text, "1"))
      return TRUE;
  }

  return FALSE;
}

/* The page with which it begins. Where there is room for them, the digits are on the first
 * one, and on none but one where there is not. */
static guint
find_first_page (PegKeyboard *self)
{
  for (guint page = 0; self->digits_first && page < peg_keyboard_layout_get_n_pages (self->layout);
       page++) {
    if (has_digits (self, page))
      return page;
  }

  return 0;
}

static void
set_shift (PegKeyboard *self,
           Shift        shift)
{
  if (self->shift == shift)
    return;

  self->shift = shift;
  label_keys (self);
}

static void
write_text (PegKeyboard *self,
            const char  *text)
{
  g_autofree char *written = self->shift == SHIFT_OFF ? g_strdup (text)
                                                      : g_utf8_strup (text, -1);
  int position;

  if (self->target != NULL && gtk_editable_get_editable (self->target)) {
    gtk_editable_delete_selection (self->target);
    position = gtk_editable_get_position (self->target);
    gtk_editable_insert_text (self->target, written, -1, &position);
    gtk_editable_set_position (self->target, position);
  }

  if (self->shift == SHIFT_ONCE && g_unichar_isalpha (g_utf8_get_char (text)))
    set_shift (self, SHIFT_OFF);
}

static void
delete_before (PegKeyboard *self)
{
  int position;

  if (self->target == NULL || !gtk_editable_get_editable (self->target))
    return;

  if (gtk_editable_get_selection_bounds (self->target, NULL, NULL)) {
    gtk_editable_delete_selection (self->target);
    return;
  }

  position = gtk_editable_get_position (self->target);
  if (position > 0)
    gtk_editable_delete_text (self->target, position - 1, position);
}

static void make_keys (PegKeyboard *self);

static void
clicked_cb (PegKeyboard *self,
            GtkButton   *button)
{
  const PegKey *key = key_of (GTK_WIDGET (button));

  switch (key->kind) {
  case PEG_KEY_TEXT:
    write_text (self, key->text);
    break;
  case PEG_KEY_SHIFT:
    set_shift (self, self->shift == SHIFT_LOCKED ? SHIFT_OFF : self->shift + 1);
    break;
  case PEG_KEY_BACKSPACE:
    delete_before (self);
    break;
  case PEG_KEY_PAGE:
    self->page = key->page;
    make_keys (self);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
make_keys (PegKeyboard *self)
{
  const guint n = peg_keyboard_layout_get_n_keys (self->layout, self->page);

  remove_keys (self);
  for (guint i = 0; i < n; i++) {
    GtkWidget *button = gtk_button_new ();

    g_object_set_data (G_OBJECT (button), KEY_DATA,
                       (gpointer) peg_keyboard_layout_get_key (self->layout, self->page, i));
    gtk_widget_set_focusable (button, FALSE);
    gtk_widget_set_focus_on_click (button, FALSE);
    gtk_widget_set_parent (button, GTK_WIDGET (self));
    g_signal_connect_swapped (button, "clicked", G_CALLBACK (clicked_cb), self);
  }
  label_keys (self);
}

static int
px (PegKeyboard *self,
    guint        n)
{
  const int target = peg_physical_px (self->physical, PEG_PHYSICAL_TARGET_MM);
  const int gap = peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);

  return (int) n * (target + gap) - gap;
}

static void
peg_keyboard_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  PegKeyboard *self = PEG_KEYBOARD (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = px (self, PEG_KEYBOARD_MIN_COLUMNS);
    *natural = px (self, peg_keyboard_layout_full_columns (self->language));
  } else {
    *minimum = px (self, PEG_KEYBOARD_MIN_ROWS);
    *natural = px (self, PEG_KEYBOARD_MOST_ROWS);
  }
}

/* Which keys there are depends on the room. */
static void
ensure_layout (PegKeyboard *self,
               int          width,
               int          height)
{
  const int step = peg_physical_px (self->physical, PEG_PHYSICAL_TARGET_MM) +
                   peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);
  const int gap = peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);
  PegKeyboardLayout *layout =
    peg_keyboard_layout_new (self->language, (guint) MAX (0, (width + gap) / step),
                             (guint) MAX (0, (height + gap) / step));

  if (self->layout != NULL &&
      peg_keyboard_layout_get_columns (self->layout) == peg_keyboard_layout_get_columns (layout) &&
      peg_keyboard_layout_get_rows (self->layout) == peg_keyboard_layout_get_rows (layout)) {
    peg_keyboard_layout_free (layout);
    return;
  }

  remove_keys (self);
  g_clear_pointer (&self->layout, peg_keyboard_layout_free);
  self->layout = layout;
  self->page = find_first_page (self);
  make_keys (self);
}

static void
peg_keyboard_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  PegKeyboard *self = PEG_KEYBOARD (widget);
  const int gap = peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);
  int columns, rows, half, row_height, top;

  ensure_layout (self, width, height);
  columns = (int) peg_keyboard_layout_get_columns (self->layout);
  rows = (int) peg_keyboard_layout_get_rows (self->layout);
  half = (width + gap) / columns;
  row_height = MIN ((height + gap) / rows, peg_physical_px (self->physical, MOST_MM) + gap);
  top = height + gap - rows * row_height;

  for (GtkWidget *button = gtk_widget_get_first_child (widget); button != NULL;
       button = gtk_widget_get_next_sibling (button)) {
    const PegKey *key = key_of (button);
    const int x = (int) key->start * half / 2;
    const int end = (int) (key->start + key->span) * half / 2;

    gtk_widget_measure (button, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
    gtk_widget_size_allocate (button,
                              &(GtkAllocation) { x, top + (int) key->row * row_height,
                                                 end - x - gap, row_height - gap },
                              -1);
  }
}

static void
forget (PegKeyboard *self)
{
  remove_keys (self);
  g_clear_pointer (&self->layout, peg_keyboard_layout_free);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
peg_keyboard_dispose (GObject *object)
{
  PegKeyboard *self = PEG_KEYBOARD (object);

  remove_keys (self);
  g_clear_pointer (&self->layout, peg_keyboard_layout_free);
  g_clear_weak_pointer (&self->target);
  g_clear_object (&self->physical);
  g_clear_pointer (&self->language, g_free);

  G_OBJECT_CLASS (peg_keyboard_parent_class)->dispose (object);
}

static void
peg_keyboard_class_init (PegKeyboardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_keyboard_dispose;
  widget_class->measure = peg_keyboard_measure;
  widget_class->size_allocate = peg_keyboard_size_allocate;

  gtk_widget_class_set_css_name (widget_class, "keyboard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_keyboard_init (PegKeyboard *self)
{
  self->language = g_strdup (g_get_language_names ()[0]);
  gtk_widget_add_css_class (GTK_WIDGET (self), "peg-keys");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("On-screen keyboard"), -1);
}

/**
 * peg_keyboard_new:
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a keyboard of the language of the program, which
 *   writes nowhere yet
 */
GtkWidget *
peg_keyboard_new (PegPhysical *physical)
{
  PegKeyboard *self = g_object_new (PEG_TYPE_KEYBOARD, NULL);

  self->physical = g_object_ref (physical);
  g_signal_connect_object (physical, "notify::pixels-per-mm", G_CALLBACK (forget), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/* Shows the page with which it begins, if there is room for any. */
static void
begin_anew (PegKeyboard *self)
{
  guint page;

  set_shift (self, SHIFT_OFF);
  if (self->layout == NULL)
    return;

  page = find_first_page (self);
  if (page == self->page)
    return;

  self->page = page;
  make_keys (self);
}

/**
 * peg_keyboard_set_target:
 * @self: a keyboard
 * @target: (nullable): where it writes; %NULL: nowhere
 *
 * The keyboard keeps no reference. It begins with small letters of its first page.
 */
void
peg_keyboard_set_target (PegKeyboard *self,
                         GtkEditable *target)
{
  g_return_if_fail (PEG_IS_KEYBOARD (self));
  g_return_if_fail (target == NULL || GTK_IS_EDITABLE (target));

  g_set_weak_pointer (&self->target, target);
  begin_anew (self);
}

/**
 * peg_keyboard_begin:
 * @self: a keyboard
 * @digits: whether digits are typed first
 *
 * Begins anew: with a page that has digits, or with the first one.
 */
void
peg_keyboard_begin (PegKeyboard *self,
                    gboolean     digits)
{
  g_return_if_fail (PEG_IS_KEYBOARD (self));

  self->digits_first = digits;
  begin_anew (self);
}

/**
 * peg_keyboard_get_target:
 * @self: a keyboard
 *
 * Returns: (transfer none) (nullable): where it writes
 */
GtkEditable *
peg_keyboard_get_target (PegKeyboard *self)
{
  g_return_val_if_fail (PEG_IS_KEYBOARD (self), NULL);

  return self->target;
}

/**
 * peg_keyboard_set_language:
 * @self: a keyboard
 * @language: (nullable): the name of a locale, such as “uk_UA.UTF-8”
 */
void
peg_keyboard_set_language (PegKeyboard *self,
                           const char  *language)
{
  g_return_if_fail (PEG_IS_KEYBOARD (self));

  if (g_strcmp0 (self->language, language) == 0)
    return;

  g_free (self->language);
  self->language = g_strdup (language);
  forget (self);
}
