/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-keypad"

#include "peg-config.h"

#include "peg-keypad.h"

#include "peg-quiet.h"
#include "peg-scanner.h"

#include <glib/gi18n.h>

#define COLUMNS 3
#define ROWS 4
#define N_KEYS (COLUMNS * ROWS)

/* A key is not made wider than this, mm: the thumb of a glove would have to walk. */
#define MOST_MM 32.0

/**
 * PegKeypad:
 *
 * Twelve keys as on a telephone: digits, clear and OK. It keeps nothing of what was
 * pressed.
 *
 * It is one stop for the keyboard, on which digits, Backspace, Delete and Enter do
 * what the keys do.
 *
 * ## CSS nodes
 *
 * `keypad.peg-keys` with twelve `button`s.
 *
 * ## Accessibility
 *
 * A group of buttons.
 */
struct _PegKeypad
{
  GtkWidget parent_instance;

  PegPhysical *physical;      /* (owned) */
  GtkWidget *keys[N_KEYS];    /* of this widget */
};

G_DEFINE_FINAL_TYPE (PegKeypad, peg_keypad, GTK_TYPE_WIDGET)

enum {
  KEY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char * const names[N_KEYS] = {
  "1", "2", "3",
  "4", "5", "6",
  "7", "8", "9",
  PEG_KEYPAD_CLEAR, "0", PEG_KEYPAD_OK,
};

#define OK_KEY (N_KEYS - 1)

static void
clicked_cb (PegKeypad *self,
            GtkButton *button)
{
  g_signal_emit (self, signals[KEY], 0,
                 (const char *) g_object_get_data (G_OBJECT (button), "peg-key"));
}

static const char *
key_of (guint keyval)
{
  static const char * const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
  /* What a number block sends whose lamp is off: nobody looks at it first. */
  static const guint unlocked[] = {
    GDK_KEY_KP_Insert, GDK_KEY_KP_End, GDK_KEY_KP_Down, GDK_KEY_KP_Next, GDK_KEY_KP_Left,
    GDK_KEY_KP_Begin, GDK_KEY_KP_Right, GDK_KEY_KP_Home, GDK_KEY_KP_Up, GDK_KEY_KP_Prior,
  };

  for (guint i = 0; i < G_N_ELEMENTS (unlocked); i++) {
    if (keyval == unlocked[i])
      return digits[i];
  }

  if (keyval >= GDK_KEY_0 && keyval <= GDK_KEY_9)
    return digits[keyval - GDK_KEY_0];
  if (keyval >= GDK_KEY_KP_0 && keyval <= GDK_KEY_KP_9)
    return digits[keyval - GDK_KEY_KP_0];
  if (keyval == GDK_KEY_BackSpace || keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    return PEG_KEYPAD_CLEAR;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter)
    return PEG_KEYPAD_OK;

  return NULL;
}

static void
press_key (PegKeypad  *self,
           const char *name)
{
  for (guint i = 0; i < N_KEYS; i++) {
    if (g_str_equal (names[i], name) && gtk_widget_is_sensitive (self->keys[i])) {
      g_signal_emit (self, signals[KEY], 0, names[i]);
      break;
    }
  }
}

static gboolean
key_pressed_cb (PegKeypad       *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  const char *name = key_of (keyval);

  if (name == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  press_key (self, name);

  return GDK_EVENT_STOP;
}

/* What a keyboard types while scanners are listened to comes late, and as text. */
static void
insert_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  for (const char *c = g_variant_get_string (parameter, NULL); *c != '\0'; c++) {
    const char digit[] = { *c, '\0' };

    if (g_ascii_isdigit (*c))
      press_key (PEG_KEYPAD (widget), digit);
  }
}

static void
peg_keypad_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  PegKeypad *self = PEG_KEYPAD (widget);
  const int n = orientation == GTK_ORIENTATION_HORIZONTAL ? COLUMNS : ROWS;
  int least = peg_physical_px (self->physical, PEG_PHYSICAL_TARGET_MM);

  for (guint i = 0; i < N_KEYS; i++) {
    int key;

    gtk_widget_measure (self->keys[i], orientation, -1, &key, NULL, NULL, NULL);
    least = MAX (least, key);
  }

  *minimum = *natural = n * least +
                        (n - 1) * peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);
}

static void
peg_keypad_size_allocate (GtkWidget *widget,
                          int        width,
                          int        height,
                          int        baseline)
{
  PegKeypad *self = PEG_KEYPAD (widget);
  const int gap = peg_physical_px (self->physical, PEG_PHYSICAL_GAP_MM);
  const int most = peg_physical_px (self->physical, MOST_MM);
  const int key_width = MIN ((width - (COLUMNS - 1) * gap) / COLUMNS, most);
  const int key_height = MIN ((height - (ROWS - 1) * gap) / ROWS, most);
  const int x = (width - COLUMNS * key_width - (COLUMNS - 1) * gap) / 2;
  const int y = (height - ROWS * key_height - (ROWS - 1) * gap) / 2;

  /* Digits are laid out from the left in every language. */
  for (int i = 0; i < N_KEYS; i++)
    gtk_widget_size_allocate (self->keys[i],
                              &(GtkAllocation) {
                                x + i % COLUMNS * (key_width + gap),
                                y + i / COLUMNS * (key_height + gap), key_width, key_height },
                              -1);
}

static void
peg_keypad_dispose (GObject *object)
{
  PegKeypad *self = PEG_KEYPAD (object);

  for (guint i = 0; i < N_KEYS; i++)
    g_clear_pointer (&self->keys[i], gtk_widget_unparent);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_keypad_parent_class)->dispose (object);
}

static void
peg_keypad_class_init (PegKeypadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_keypad_dispose;
  widget_class->measure = peg_keypad_measure;
  widget_class->size_allocate = peg_keypad_size_allocate;

  /**
   * PegKeypad::key:
   * @self: a keypad
   * @key: a digit, %PEG_KEYPAD_CLEAR or %PEG_KEYPAD_OK
   *
   * A key was pressed.
   */
  signals[KEY] = g_signal_new ("key", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                               NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, PEG_SCANNER_TYPE_ACTION, "s", insert_cb);
  gtk_widget_class_set_css_name (widget_class, "keypad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

/* A button of GTK 4.8 that has a label of its own has no name for a screen reader. */
static void
set_label (GtkWidget  *key,
           const char *text)
{
  gtk_button_set_child (GTK_BUTTON (key), gtk_label_new (text));
  peg_quiet_set_name (GTK_ACCESSIBLE (key), text);
}

static GtkWidget *
make_key (PegKeypad  *self,
          const char *name)
{
  GtkWidget *key = gtk_button_new ();

  if (g_str_equal (name, PEG_KEYPAD_CLEAR)) {
    gtk_button_set_icon_name (GTK_BUTTON (key), "peg-backspace-symbolic");
    gtk_accessible_update_property (GTK_ACCESSIBLE (key),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, _("Delete the last digit"), -1);
  } else if (g_str_equal (name, PEG_KEYPAD_OK)) {
    /* Translators: a key that says that the number is complete. At most 4 letters. */
    set_label (key, _("OK"));
    gtk_widget_add_css_class (key, "suggested-action");
  } else {
    set_label (key, name);
  }

  g_object_set_data (G_OBJECT (key), "peg-key", (gpointer) name);
  gtk_widget_set_focusable (key, FALSE);
  gtk_widget_set_focus_on_click (key, FALSE);
  gtk_widget_set_parent (key, GTK_WIDGET (self));
  g_signal_connect_swapped (key, "clicked", G_CALLBACK (clicked_cb), self);

  return key;
}

static void
peg_keypad_init (PegKeypad *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  for (guint i = 0; i < N_KEYS; i++)
    self->keys[i] = make_key (self, names[i]);

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_css_class (GTK_WIDGET (self), "peg-keys");
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Digits"), -1);
}

/**
 * peg_keypad_new:
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a keypad
 */
GtkWidget *
peg_keypad_new (PegPhysical *physical)
{
  PegKeypad *self = g_object_new (PEG_TYPE_KEYPAD, NULL);

  self->physical = g_object_ref (physical);
  g_signal_connect_object (physical, "notify::pixels-per-mm",
                           G_CALLBACK (gtk_widget_queue_resize), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * peg_keypad_set_can_ok:
 * @self: a keypad
 * @can_ok: whether what was pressed so far can be complete
 */
void
peg_keypad_set_can_ok (PegKeypad *self,
                       gboolean   can_ok)
{
  g_return_if_fail (PEG_IS_KEYPAD (self));

  gtk_widget_set_sensitive (self->keys[OK_KEY], can_ok);
}
