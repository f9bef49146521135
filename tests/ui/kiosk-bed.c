/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-bed"

#include "peg-config.h"

#include "kiosk-bed.h"

#include "peg-calibrate-page.h"
#include "peg-hold-button.h"
#include "peg-keyboard.h"
#include "peg-keypad.h"
#include "peg-pin-page.h"
#include "peg-saver.h"
#include "peg-wipe-page.h"
#include "stage.h"

static void
add_actions (Bed *self)
{
  static const StageAction actions[] = {
    { "kiosk-ask-pin", "s" }, { "kiosk-pin", "s" }, { "kiosk-pin-cancel", NULL },
    { "kiosk-wake", NULL }, { "kiosk-calibrated", "d" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  stage_add_actions (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self->asked);
  gtk_widget_insert_action_group (self->window, "app", G_ACTION_GROUP (group));
}

/*
 * bed_new:
 *
 * Returns: (transfer full): an empty window as large as @panel; the display must have
 *   room for it
 */
Bed *
bed_new (const KioskPanel *panel)
{
  Bed *self = g_new0 (Bed, 1);
  PegDisplayNow now;

  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_DARK);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/pegboard/Pegboard/icons");

  fake_shop_now (&now);
  self->panel = panel;
  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->physical = peg_physical_new ();
  peg_physical_set_calibrated (self->physical, kiosk_panel_pixels_per_mm (panel));
  self->model = peg_kiosk_model_new ();
  self->now = peg_now_new_fixed (&now);
  self->store = fake_shop_new (FAKE_SHOP_LIVE);

  self->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (self->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (self->window), panel->width_px, panel->height_px);
  self->overlay = gtk_overlay_new ();
  gtk_window_set_child (GTK_WINDOW (self->window), self->overlay);
  self->style = peg_kiosk_style_new (self->window, self->physical);
  add_actions (self);

  return self;
}

/*
 * bed_free:
 *
 * Closes the window, and makes sure that nothing keeps what was in it.
 */
void
bed_free (Bed *self)
{
  GtkWidget *page = self->page;

  if (page != NULL)
    g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  gtk_window_destroy (GTK_WINDOW (self->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (page);

  g_assert_finalize_object (self->style);
  g_assert_finalize_object (self->physical);
  g_assert_finalize_object (self->model);
  g_assert_finalize_object (self->now);
  g_assert_finalize_object (self->store);
  g_ptr_array_unref (self->asked);
  g_free (self);
}

/*
 * bed_put:
 *
 * Shows a widget, and no other.
 */
void
bed_put (Bed       *self,
         GtkWidget *page)
{
  self->page = page;
  if (PEG_IS_FEEDBACK (page) || PEG_IS_SAVER (page))
    gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), page);
  else
    gtk_overlay_set_child (GTK_OVERLAY (self->overlay), page);
  gtk_window_present (GTK_WINDOW (self->window));
  bed_settle (self);
}

/*
 * bed_settle:
 *
 * Runs the main loop for a few frames: what was changed is laid out and drawn.
 */
void
bed_settle (Bed *self)
{
  stage_settle (self->window);
}

/*
 * bed_pass_us:
 *
 * Moves the clocks on.
 */
void
bed_pass_us (Bed    *self,
             gint64  us)
{
  stage_pass_us (self->now, us);
}

gint64
bed_mono_us (Bed *self)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  return now.mono_us;
}

void
bed_set_view (Bed                *self,
              const PegKioskView *view)
{
  peg_kiosk_model_set_view (self->model, peg_kiosk_view_new (view));
}

/*
 * bed_find:
 *
 * Returns: (transfer none): the first widget of a type below @root, with a text or
 *   not, that is mapped
 */
gpointer
bed_find (GtkWidget  *root,
          GType       type,
          const char *text)
{
  const char *label = NULL;

  if (GTK_IS_BUTTON (root) && GTK_IS_LABEL (gtk_button_get_child (GTK_BUTTON (root))))
    label = gtk_label_get_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (root))));
  else if (GTK_IS_LABEL (root))
    label = gtk_label_get_text (GTK_LABEL (root));

  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && gtk_widget_get_mapped (root) &&
      (text == NULL || g_strcmp0 (label, text) == 0))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    gpointer found = bed_find (child, type, text);

    if (found != NULL)
      return found;
  }

  return NULL;
}

static GPtrArray *
make_people (guint n)
{
  static const char * const names[] = {
    "Dana Whitfield", "Lena Brandt", "Marek Kowalczyk", "Олена Шевченко", "Ümit Yılmaz",
    "José García", "Ann O’Neill", "Björn Åkesson",
    "Maximilian-Alexander von Hohenberg-Süßenbach", "Tom",
  };
  GPtrArray *people = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    PegKioskPerson *person = g_new0 (PegKioskPerson, 1);

    person->id = (char *) names[i % G_N_ELEMENTS (names)];
    person->name = (char *) names[i % G_N_ELEMENTS (names)];
    g_ptr_array_add (people, person);
  }

  return people;
}

static void
show_people (Bed     *self,
             BedState state)
{
  g_autoptr (GPtrArray) people =
    make_people (state == BED_PEOPLE_NONE ? 0 : state == BED_PEOPLE ? 9 : 60);

  bed_set_view (self, &(PegKioskView) { .people = people });
  bed_put (self, peg_pin_page_new (self->model, self->now, self->physical));
  if (state == BED_PEOPLE_LETTER)
    g_signal_emit_by_name (bed_find (self->page, GTK_TYPE_BUTTON, "M"), "clicked");
}

static void
press (Bed        *self,
       const char *digits)
{
  gpointer keypad = bed_find (self->page, PEG_TYPE_KEYPAD, NULL);

  for (const char *c = digits; *c != '\0'; c++) {
    const char key[] = { *c, '\0' };

    g_signal_emit_by_name (keypad, "key", key);
  }
}

static void
show_pin (Bed     *self,
          BedState state)
{
  PegKioskView view = {
    .pin_id = (char *) (state == BED_PIN_ADMIN ? "" : "dana"),
    .pin_name = (char *) (state == BED_PIN_ADMIN ? NULL : "Dana Whitfield"),
  };

  bed_set_view (self, &view);
  bed_put (self, peg_pin_page_new (self->model, self->now, self->physical));

  if (state == BED_PIN_TYPED || state == BED_PIN_BUSY)
    press (self, "4711");
  view.pin_busy = state == BED_PIN_BUSY;
  if (state == BED_PIN_WRONG || state == BED_PIN_WAIT)
    view.pin_wrong = 3;
  if (state == BED_PIN_WAIT)
    view.pin_after_us = bed_mono_us (self) + 12 * G_USEC_PER_SEC;
  bed_set_view (self, &view);
}

/* A keyboard as it is used: below what it writes into, and a button. */
static void
show_keyboard (Bed     *self,
               BedState state)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *keyboard = peg_keyboard_new (self->physical);

  gtk_widget_add_css_class (box, "kiosk-gaps");
  gtk_widget_add_css_class (box, "kiosk-page");
  gtk_editable_set_text (GTK_EDITABLE (entry), "1234567_AB12");
  gtk_widget_set_vexpand (keyboard, TRUE);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), keyboard);
  peg_keyboard_set_language (PEG_KEYBOARD (keyboard),
                             state == BED_KEYBOARD_GERMAN ? "de_DE.UTF-8"
                             : state == BED_KEYBOARD_UKRAINIAN ? "uk_UA.UTF-8" : "en_US.UTF-8");
  peg_keyboard_set_target (PEG_KEYBOARD (keyboard), GTK_EDITABLE (entry));
  bed_put (self, box);
  gtk_widget_grab_focus (entry);

  if (state == BED_KEYBOARD_SYMBOLS) {
    gpointer page = bed_find (keyboard, GTK_TYPE_BUTTON, "123");

    /* Where there is no whole keyboard the next page has another name. */
    if (page == NULL)
      page = gtk_widget_get_prev_sibling (gtk_widget_get_prev_sibling (
               gtk_widget_get_last_child (keyboard)));
    g_signal_emit_by_name (page, "clicked");
  }
  if (state == BED_KEYBOARD_SHIFT) {
    GtkWidget *key = gtk_widget_get_first_child (keyboard);

    while (key != NULL && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (key)),
                                     "peg-shift-symbolic") != 0)
      key = gtk_widget_get_next_sibling (key);
    g_assert_nonnull (key);
    g_signal_emit_by_name (key, "clicked");
  }
}

static void
show_hold (Bed     *self,
           BedState state)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = peg_hold_button_new (self->now, "Release without check-in");

  gtk_widget_add_css_class (box, "kiosk-page");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (button, TRUE);
  gtk_box_append (GTK_BOX (box), button);
  bed_put (self, box);

  if (state == BED_HOLD_HALF) {
    g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (button);

    for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller))
        g_signal_emit_by_name (controller, "pressed", 1, 5.0, 5.0);
    }
    bed_pass_us (self, PEG_HOLD_BUTTON_HOLD_US * 6 / 10);
  } else if (state == BED_HOLD_ASKED) {
    gtk_widget_activate (button);
  }
}

static void
show_feedback (Bed     *self,
               BedState state)
{
  PegKioskView view = { .signal_serial = 1 };
  GtkWidget *button = gtk_button_new_with_label ("What lies below");

  if (state == BED_YES) {
    view.signal = PEG_KIOSK_SIGNAL_YES;
    view.signal_word = (char *) "Checked out";
    view.signal_detail = (char *) "1234567_AB12.nc is yours.";
  } else if (state == BED_NO) {
    view.signal = PEG_KIOSK_SIGNAL_NO;
    view.signal_word = (char *) "Unknown code";
    view.signal_detail = (char *) "“PB1/F/12345” is no code of this shop. Scan it again, or ask your lead.";
  } else {
    view.signal = PEG_KIOSK_SIGNAL_ASK;
    view.signal_word = (char *) "Who are you?";
    view.signal_detail = (char *) "Hold your badge to the reader, then scan again.";
  }

  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), button);
  bed_put (self, peg_feedback_new (self->model, self->now, self->physical));
  bed_set_view (self, &view);
}

static void
show_saver (Bed     *self,
            BedState state)
{
  GtkWidget *saver = peg_saver_new (self->model, self->now, self->physical);

  if (state == BED_SAVER_STALE) {
    g_object_unref (self->store);
    self->store = fake_shop_new (FAKE_SHOP_SUSPENDED);
  } else if (state == BED_SAVER_UNKNOWN) {
    g_object_unref (self->store);
    self->store = fake_shop_new (FAKE_SHOP_CONNECTING);
  } else {
    fake_shop_add_present (self->store);
    fake_shop_show (self->store);
  }

  peg_saver_set_snapshot (PEG_SAVER (saver), peg_store_get_shown (self->store));
  bed_put (self, saver);
  bed_set_view (self, &(PegKioskView) { .phase = PEG_KIOSK_ASLEEP, .station = (char *) "VF-4" });
}

/*
 * bed_show:
 *
 * Shows a widget in one of its states.
 */
void
bed_show (Bed      *self,
          BedState  state)
{
  switch (state) {
  case BED_PEOPLE:
  case BED_PEOPLE_MANY:
  case BED_PEOPLE_LETTER:
  case BED_PEOPLE_NONE:
    show_people (self, state);
    break;
  case BED_PIN:
  case BED_PIN_TYPED:
  case BED_PIN_WRONG:
  case BED_PIN_WAIT:
  case BED_PIN_BUSY:
  case BED_PIN_ADMIN:
    show_pin (self, state);
    break;
  case BED_KEYBOARD:
  case BED_KEYBOARD_SHIFT:
  case BED_KEYBOARD_SYMBOLS:
  case BED_KEYBOARD_GERMAN:
  case BED_KEYBOARD_UKRAINIAN:
    show_keyboard (self, state);
    break;
  case BED_HOLD:
  case BED_HOLD_HALF:
  case BED_HOLD_ASKED:
    show_hold (self, state);
    break;
  case BED_YES:
  case BED_NO:
  case BED_ASK:
    show_feedback (self, state);
    break;
  case BED_SAVER:
  case BED_SAVER_STALE:
  case BED_SAVER_UNKNOWN:
    show_saver (self, state);
    break;
  case BED_WIPE:
    bed_set_view (self, &(PegKioskView) { .phase = PEG_KIOSK_WIPE,
                                          .phase_until_us = bed_mono_us (self) +
                                                            28 * G_USEC_PER_SEC });
    bed_put (self, peg_wipe_page_new (self->model, self->now, self->physical));
    break;
  case BED_CALIBRATE:
    bed_put (self, peg_calibrate_page_new (self->physical));
    break;
  case BED_N_STATES:
  default:
    g_assert_not_reached ();
  }

  bed_settle (self);
}

/*
 * bed_state_name:
 *
 * Returns: the name of a state, for files and messages
 */
const char *
bed_state_name (BedState state)
{
  static const char * const names[BED_N_STATES] = {
    "people", "people-many", "people-letter", "people-none",
    "pin", "pin-typed", "pin-wrong", "pin-wait", "pin-busy", "pin-admin",
    "keyboard", "keyboard-shift", "keyboard-symbols", "keyboard-german", "keyboard-ukrainian",
    "hold", "hold-half", "hold-asked",
    "answer-yes", "answer-no", "answer-ask",
    "saver", "saver-stale", "saver-unknown",
    "wipe", "calibrate",
  };

  return names[state];
}
