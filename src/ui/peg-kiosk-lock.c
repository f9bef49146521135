/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-lock"

#include "peg-config.h"

#include "peg-kiosk-lock.h"

#include "peg-kiosk-door.h"
#include "peg-saver.h"

/* A lock names what may pass, and not what may not: a toolkit has more ways out than
 * anybody can list, and the next one has more. What follows the list closes the ways
 * that are not keys. */

/* A glove that rests on the glass must not make the terminal deaf for ever. */
#define REST_MS 5000

#define LOCK_KEY "peg-kiosk-lock"
#define GUARDED_KEY "peg-kiosk-guarded"

/* Held by the window. */
typedef struct {
  GtkWindow *window;          /* not owned: it owns this */
  PegKioskDoor door;
  GdkEventSequence *sequence; /* not owned, only compared (nullable): the one finger */
  guint32 sequence_ms;        /* when it was last seen */
  GPtrArray *strangers;       /* (element-type GtkWindow) (owned): to be destroyed */
  guint stranger_source;      /* 0: none */
  guint map_signal;
  gulong map_hook;
} Lock;

static void
lock_free (Lock *lock)
{
  g_signal_remove_emission_hook (lock->map_signal, lock->map_hook);
  g_clear_handle_id (&lock->stranger_source, g_source_remove);
  g_ptr_array_unref (lock->strangers);
  g_free (lock);
}

static Lock *
get_lock (GtkWindow *window)
{
  return g_object_get_data (G_OBJECT (window), LOCK_KEY);
}

/* Those that write nothing, and those that a text is edited with. */
static gboolean
is_plain_key (guint keyval)
{
  static const guint keys[] = {
    GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_ISO_Enter, GDK_KEY_Tab, GDK_KEY_KP_Tab,
    GDK_KEY_ISO_Left_Tab, GDK_KEY_BackSpace, GDK_KEY_Delete, GDK_KEY_KP_Delete,
    GDK_KEY_Up, GDK_KEY_Down, GDK_KEY_Left, GDK_KEY_Right, GDK_KEY_Home, GDK_KEY_End,
    GDK_KEY_Page_Up, GDK_KEY_Page_Down, GDK_KEY_KP_Up, GDK_KEY_KP_Down, GDK_KEY_KP_Left,
    GDK_KEY_KP_Right, GDK_KEY_KP_Home, GDK_KEY_KP_End, GDK_KEY_KP_Page_Up,
    GDK_KEY_KP_Page_Down, GDK_KEY_Shift_L, GDK_KEY_Shift_R, GDK_KEY_Control_L,
    GDK_KEY_Control_R, GDK_KEY_Caps_Lock, GDK_KEY_Num_Lock, GDK_KEY_ISO_Level3_Shift,
    GDK_KEY_ISO_Level5_Shift, GDK_KEY_Mode_switch, GDK_KEY_Multi_key,
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (keyval == keys[i])
      return TRUE;
  }

  /* Dead accents, and the next group of a keyboard with two alphabets. */
  return (keyval >= GDK_KEY_dead_grave && keyval <= GDK_KEY_dead_greek) ||
         (keyval >= GDK_KEY_ISO_Next_Group && keyval <= GDK_KEY_ISO_Last_Group_Lock);
}

/* Whole words, and the whole text; none of them reaches further than the field, or
 * than the list. */
static gboolean
is_control_key (guint keyval)
{
  static const guint keys[] = {
    GDK_KEY_a, GDK_KEY_A, GDK_KEY_Left, GDK_KEY_Right, GDK_KEY_Home, GDK_KEY_End,
    GDK_KEY_BackSpace, GDK_KEY_Delete, GDK_KEY_Tab, GDK_KEY_ISO_Left_Tab, GDK_KEY_Shift_L,
    GDK_KEY_Shift_R, GDK_KEY_Control_L, GDK_KEY_Control_R,
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (keyval == keys[i])
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_kiosk_lock_prepare:
 *
 * Forgets what GTK would be told by the environment: to open its inspector, to load
 * other people’s modules and files, to ask portals. To be called before GTK is
 * initialized, and before there is a second thread.
 */
void
peg_kiosk_lock_prepare (void)
{
  static const char * const names[] = {
    "GTK_DEBUG", "GTK_MODULES", "GTK_PATH", "GTK_EXE_PREFIX", "GTK_DATA_PREFIX", "GTK_THEME",
    "GTK_USE_PORTAL", "GTK_IM_MODULE_FILE", "ADW_DEBUG_COLOR_SCHEME",
    "ADW_DEBUG_HIGH_CONTRAST",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_unsetenv (names[i]);
}

/**
 * peg_kiosk_lock_judge:
 * @keyval: a key, as `GDK_KEY_…`
 * @state: what is held with it
 *
 * Says what a terminal makes of a key. What writes a character passes, and a short
 * list of what edits, moves and chooses; with Ctrl fewer, and with Alt or Super none
 * at all.
 *
 * Returns: what becomes of it
 */
PegKioskKey
peg_kiosk_lock_judge (guint           keyval,
                      GdkModifierType state)
{
  const GdkModifierType held = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK |
                                        GDK_SUPER_MASK | GDK_HYPER_MASK | GDK_META_MASK);

  if (keyval == GDK_KEY_End && held == (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK))
    return PEG_KIOSK_KEY_DOOR;

  if ((held & (GDK_ALT_MASK | GDK_SUPER_MASK | GDK_HYPER_MASK | GDK_META_MASK)) != 0)
    return PEG_KIOSK_KEY_SWALLOW;

  if ((held & GDK_CONTROL_MASK) != 0) {
    /* With Shift it would be one more list; selecting by words is not worth it. */
    if ((held & GDK_SHIFT_MASK) != 0 && (keyval == GDK_KEY_a || keyval == GDK_KEY_A ||
                                         keyval == GDK_KEY_Delete))
      return PEG_KIOSK_KEY_SWALLOW;

    return is_control_key (keyval) ? PEG_KIOSK_KEY_PASS : PEG_KIOSK_KEY_SWALLOW;
  }

  if (keyval == GDK_KEY_Escape)
    return held == 0 ? PEG_KIOSK_KEY_BACK : PEG_KIOSK_KEY_SWALLOW;

  /* It cuts a selection in some fields. */
  if ((held & GDK_SHIFT_MASK) != 0 && (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete))
    return PEG_KIOSK_KEY_SWALLOW;

  if (is_plain_key (keyval))
    return PEG_KIOSK_KEY_PASS;

  return g_unichar_isprint (gdk_keyval_to_unicode (keyval)) ? PEG_KIOSK_KEY_PASS
                                                             : PEG_KIOSK_KEY_SWALLOW;
}

static gboolean
filter_key (Lock     *lock,
            GdkEvent *event)
{
  switch (peg_kiosk_lock_judge (gdk_key_event_get_keyval (event),
                                gdk_event_get_modifier_state (event))) {
  case PEG_KIOSK_KEY_PASS:
    return GDK_EVENT_PROPAGATE;
  case PEG_KIOSK_KEY_SWALLOW:
    break;
  case PEG_KIOSK_KEY_BACK:
    /* To the status board it is a key like any other: it wakes, and does nothing else. */
    if (PEG_IS_SAVER (gtk_window_get_focus (lock->window)))
      return GDK_EVENT_PROPAGATE;
    gtk_widget_activate_action (GTK_WIDGET (lock->window), "win.kiosk-command", "s", "cancel");
    break;
  case PEG_KIOSK_KEY_DOOR:
    gtk_widget_activate_action (GTK_WIDGET (lock->window), "app.kiosk-ask-pin", "s", "");
    break;
  default:
    g_assert_not_reached ();
  }

  return GDK_EVENT_STOP;
}

static void
find_place (Lock     *lock,
            GdkEvent *event,
            double   *x,
            double   *y)
{
  double dx, dy;

  gdk_event_get_position (event, x, y);
  gtk_native_get_surface_transform (GTK_NATIVE (lock->window), &dx, &dy);
  *x -= dx;
  *y -= dy;
}

/* A press that finds a selection could drag it away, or open the menu of the touch
 * screen about it. */
static void
drop_selection (Lock *lock)
{
  GtkWidget *focus = gtk_window_get_focus (lock->window);

  if (GTK_IS_EDITABLE (focus)) {
    const int position = gtk_editable_get_position (GTK_EDITABLE (focus));

    gtk_editable_select_region (GTK_EDITABLE (focus), position, position);
  }
}

static void
press (Lock     *lock,
       GdkEvent *event)
{
  double x, y;

  find_place (lock, event, &x, &y);
  drop_selection (lock);
  peg_kiosk_door_press (&lock->door, x, y, gdk_event_get_time (event));
}

static void
release (Lock     *lock,
         GdkEvent *event)
{
  GtkWidget *widget = GTK_WIDGET (lock->window);
  double x, y;

  find_place (lock, event, &x, &y);
  if (peg_kiosk_door_release (&lock->door, x, y, gtk_widget_get_width (widget),
                              gtk_widget_get_height (widget), gdk_event_get_time (event)))
    gtk_widget_activate_action (widget, "app.kiosk-ask-pin", "s", "");
}

/* One finger works here; what further ones do is what gestures are made of. */
static gboolean
filter_touch (Lock     *lock,
              GdkEvent *event)
{
  GdkEventSequence *sequence = gdk_event_get_event_sequence (event);
  const GdkEventType type = gdk_event_get_event_type (event);
  const guint32 now_ms = gdk_event_get_time (event);

  if (type == GDK_TOUCH_BEGIN) {
    /* The same one again has ended, whoever took the end of it. */
    if (lock->sequence != NULL && lock->sequence != sequence &&
        now_ms - lock->sequence_ms < REST_MS)
      return GDK_EVENT_STOP;
    lock->sequence = sequence;
    press (lock, event);
  } else if (sequence != lock->sequence) {
    /* An end goes on: who saw a beginning waits for it. */
    return type == GDK_TOUCH_UPDATE;
  } else if (type == GDK_TOUCH_END) {
    release (lock, event);
    lock->sequence = NULL;
  } else if (type == GDK_TOUCH_CANCEL) {
    lock->sequence = NULL;
  }

  lock->sequence_ms = now_ms;

  return GDK_EVENT_PROPAGATE;
}

static gboolean
filter_button (Lock     *lock,
               GdkEvent *event)
{
  /* The others paste, open menus, and go back. */
  if (gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_STOP;

  if (gdk_event_get_event_type (event) == GDK_BUTTON_PRESS)
    press (lock, event);
  else
    release (lock, event);

  return GDK_EVENT_PROPAGATE;
}

static gboolean
event_cb (GtkEventControllerLegacy *controller,
          GdkEvent                 *event,
          Lock                     *lock)
{
  switch ((guint) gdk_event_get_event_type (event)) {
  case GDK_KEY_PRESS:
    return filter_key (lock, event);
  case GDK_BUTTON_PRESS:
  case GDK_BUTTON_RELEASE:
    return filter_button (lock, event);
  case GDK_TOUCH_BEGIN:
  case GDK_TOUCH_UPDATE:
  case GDK_TOUCH_END:
  case GDK_TOUCH_CANCEL:
    return filter_touch (lock, event);
  case GDK_SCROLL:
    return (gdk_event_get_modifier_state (event) &
            (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0;
  case GDK_DRAG_ENTER:
  case GDK_DRAG_MOTION:
  case GDK_DROP_START:
  case GDK_TOUCHPAD_SWIPE:
  case GDK_TOUCHPAD_PINCH:
  case GDK_PAD_BUTTON_PRESS:
  case GDK_PAD_BUTTON_RELEASE:
  case GDK_PAD_RING:
  case GDK_PAD_STRIP:
  case GDK_PAD_GROUP_MODE:
    return GDK_EVENT_STOP;
  /* Also the release of a key whose press was swallowed: who holds a button pressed
   * with a key must be seen to let it go. */
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

static gboolean
close_request_cb (GtkWindow *window)
{
  return GDK_EVENT_STOP;
}

/* The inspector, which GTK 4.8 has on two keys unless a setting says otherwise. */
static gboolean
enable_debugging_cb (GtkWindow *window,
                     gboolean   toggle,
                     Lock      *lock)
{
  g_signal_stop_emission_by_name (window, "enable-debugging");

  return TRUE;
}

static void
fullscreened_cb (GtkWindow  *window,
                 GParamSpec *pspec,
                 Lock       *lock)
{
  if (!gtk_window_is_fullscreen (window))
    gtk_window_fullscreen (window);
}

static void
surface_state_cb (GdkToplevel *surface,
                  GParamSpec  *pspec,
                  Lock        *lock)
{
  if ((gdk_toplevel_get_state (surface) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0)
    gtk_window_present (lock->window);
}

static void
realize_cb (GtkWindow *window,
            Lock      *lock)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));

  g_signal_connect_data (surface, "notify::state", G_CALLBACK (surface_state_cb), lock, NULL, 0);
}

static void
unrealize_cb (GtkWindow *window,
              Lock      *lock)
{
  g_signal_handlers_disconnect_by_data (gtk_native_get_surface (GTK_NATIVE (window)), lock);
}

static void
stop_signal (gpointer    instance,
             const char *name)
{
  g_signal_stop_emission_by_name (instance, name);
}

static void
stop_copy_cb (gpointer widget)
{
  stop_signal (widget, "copy-clipboard");
}

static void
stop_cut_cb (gpointer widget)
{
  stop_signal (widget, "cut-clipboard");
}

static void
stop_paste_cb (gpointer widget)
{
  stop_signal (widget, "paste-clipboard");
}

static void
stop_emoji_cb (gpointer widget)
{
  stop_signal (widget, "insert-emoji");
}

/* The clipboard outlives the person who signed out, and a menu over a text is made of
 * it. */
static void
guard_text (GtkWidget *widget)
{
  if (g_object_get_data (G_OBJECT (widget), GUARDED_KEY) != NULL)
    return;

  g_object_set_data (G_OBJECT (widget), GUARDED_KEY, GINT_TO_POINTER (TRUE));
  g_signal_connect (widget, "copy-clipboard", G_CALLBACK (stop_copy_cb), NULL);
  g_signal_connect (widget, "cut-clipboard", G_CALLBACK (stop_cut_cb), NULL);
  g_signal_connect (widget, "paste-clipboard", G_CALLBACK (stop_paste_cb), NULL);
  g_signal_connect (widget, "insert-emoji", G_CALLBACK (stop_emoji_cb), NULL);
  gtk_widget_action_set_enabled (widget, "menu.popup", FALSE);
  gtk_widget_action_set_enabled (widget, "misc.insert-emoji", FALSE);

  if (GTK_IS_TEXT (widget))
    gtk_text_set_enable_emoji_completion (GTK_TEXT (widget), FALSE);
}

static void
focus_widget_cb (GtkWindow  *window,
                 GParamSpec *pspec,
                 Lock       *lock)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  if (GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus))
    guard_text (focus);
}

static gboolean
destroy_strangers_cb (gpointer user_data)
{
  Lock *lock = user_data;

  lock->stranger_source = 0;
  while (lock->strangers->len > 0) {
    g_autoptr (GtkWindow) stranger =
      g_ptr_array_steal_index (lock->strangers, lock->strangers->len - 1);

    gtk_window_destroy (stranger);
  }

  return G_SOURCE_REMOVE;
}

/* Also the handles that a touch puts below a text, which are surfaces of their own: what
 * they select could only be copied. */
static gboolean
is_menu (GtkWidget *widget)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkTextHandle"))
    return TRUE;

  return GTK_IS_POPOVER (widget) &&
         (GTK_IS_POPOVER_MENU (widget) || GTK_IS_EMOJI_CHOOSER (widget) ||
          gtk_widget_has_css_class (widget, "touch-selection"));
}

static void
close_stranger (Lock      *lock,
                GtkWidget *widget)
{
  g_debug ("A window of the kind %s is closed", G_OBJECT_TYPE_NAME (widget));
  g_ptr_array_add (lock->strangers, g_object_ref (widget));
  if (lock->stranger_source == 0)
    lock->stranger_source = g_idle_add_full (G_PRIORITY_HIGH, destroy_strangers_cb, lock, NULL);
}

/* What opens although nothing should have been able to open it is closed again: another
 * window, or a menu. */
static gboolean
map_hook (GSignalInvocationHint *hint,
          guint                  n_values,
          const GValue          *values,
          gpointer               user_data)
{
  Lock *lock = user_data;
  GtkWidget *widget = g_value_get_object (values);

  if (GTK_IS_WINDOW (widget) && GTK_WINDOW (widget) != lock->window) {
    close_stranger (lock, widget);
  } else if (is_menu (widget)) {
    g_debug ("A menu of the kind %s is closed", G_OBJECT_TYPE_NAME (widget));
    gtk_widget_set_visible (widget, FALSE);
  }

  return TRUE;
}

/* Keys of actions belong to the desktop. */
static void
application_cb (GtkWindow  *window,
                GParamSpec *pspec,
                Lock       *lock)
{
  static const char * const none[] = { NULL };
  GtkApplication *application = gtk_window_get_application (window);
  g_auto (GStrv) actions = NULL;

  if (application == NULL)
    return;

  actions = gtk_application_list_action_descriptions (application);
  for (guint i = 0; actions[i] != NULL; i++)
    gtk_application_set_accels_for_action (application, actions[i], none);
}

static void
attach_filter (GtkWindow *window,
               Lock      *lock)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_name (controller, "peg-kiosk-lock");
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (event_cb), lock);
  gtk_widget_add_controller (GTK_WIDGET (window), controller);

  lock->map_signal = g_signal_lookup ("map", GTK_TYPE_WIDGET);
  lock->map_hook = g_signal_add_emission_hook (lock->map_signal, 0, map_hook, lock, NULL);
}

static void
attach_signals (GtkWindow *window,
                Lock      *lock)
{
  g_signal_connect (window, "close-request", G_CALLBACK (close_request_cb), NULL);
  g_signal_connect (window, "enable-debugging", G_CALLBACK (enable_debugging_cb), lock);
  g_signal_connect (window, "notify::fullscreened", G_CALLBACK (fullscreened_cb), lock);
  g_signal_connect (window, "notify::focus-widget", G_CALLBACK (focus_widget_cb), lock);
  g_signal_connect (window, "notify::application", G_CALLBACK (application_cb), lock);
  g_signal_connect (window, "realize", G_CALLBACK (realize_cb), lock);
  g_signal_connect (window, "unrealize", G_CALLBACK (unrealize_cb), lock);
}

/**
 * peg_kiosk_lock_attach:
 * @window: the one window of a terminal, not realized yet
 *
 * Leaves no way out of a window but the end of the program: it stays fullscreen and
 * alone, it is not closed, and of keys, buttons and fingers only those pass that work
 * in it (docs/kiosk-escapes.md lists what was tried). Escape becomes
 * `win.kiosk-command` “cancel”; the five taps of a #PegKioskDoor, and Ctrl+Alt+Shift+End
 * where there is no touch screen, become `app.kiosk-ask-pin` “”.
 *
 * Controllers that are added to the window after this see events before it does: that
 * is where the scanner belongs.
 */
void
peg_kiosk_lock_attach (GtkWindow *window)
{
  Lock *lock;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (get_lock (window) == NULL);

  lock = g_new0 (Lock, 1);
  lock->window = window;
  lock->strangers = g_ptr_array_new_with_free_func (g_object_unref);
  g_object_set_data_full (G_OBJECT (window), LOCK_KEY, lock, (GDestroyNotify) lock_free);

  gtk_window_set_decorated (window, FALSE);
  gtk_window_set_deletable (window, FALSE);
  gtk_window_set_handle_menubar_accel (window, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "window.close", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "window.minimize", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "window.toggle-maximized", FALSE);
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (window)), "gtk-enable-primary-paste", FALSE,
                NULL);

  attach_filter (window, lock);
  attach_signals (window, lock);
  application_cb (window, NULL, lock);
  gtk_window_fullscreen (window);
}
