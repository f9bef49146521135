/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window"

#include "peg-config.h"

#include "peg-kiosk-window.h"

#include "peg-feedback.h"
#include "peg-kiosk-lock.h"
#include "peg-kiosk-window-private.h"

#include <glib/gi18n.h>

/**
 * PegKioskWindow:
 *
 * The one window of a terminal that a shift shares: the board, read from a distance
 * and touched with gloves.
 *
 * It has two ways in, the snapshot of the shop and the view of the terminal, and one
 * function that shows both; and one way out, the actions of the application. Who may
 * do what is not decided here. A page that begins an action remembers who opened it,
 * and all of them are closed when that person goes.
 */

G_DEFINE_FINAL_TYPE (PegKioskWindow, peg_kiosk_window, ADW_TYPE_APPLICATION_WINDOW)

typedef enum {
  PROP_STORE = 1,
  PROP_MODEL,
  PROP_SETTINGS,
  PROP_NOW,
  PROP_PHYSICAL,
} PegKioskWindowProperty;

static GParamSpec *props[PROP_PHYSICAL + 1];

enum {
  SIGNAL_ACTIVITY,
  SIGNAL_SCANNED,
  SIGNAL_REFUSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Whoever holds Enter until something is done goes on holding it for a moment: that is
 * for nothing that takes the focus meanwhile. */
static gboolean
is_held_enter (PegKioskWindow *self,
               GdkEvent       *event)
{
  const GdkEventType type = gdk_event_get_event_type (event);
  guint keyval, keycode, before = self->held_enter;

  if (type != GDK_KEY_PRESS && type != GDK_KEY_RELEASE)
    return FALSE;

  keyval = gdk_key_event_get_keyval (event);
  keycode = gdk_key_event_get_keycode (event);
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return FALSE;

  self->held_enter = type == GDK_KEY_PRESS ? keycode : 0;

  return type == GDK_KEY_PRESS && before == keycode;
}

static gboolean
is_press (GdkEvent *event)
{
  const GdkEventType type = gdk_event_get_event_type (event);

  return type == GDK_TOUCH_BEGIN || type == GDK_BUTTON_PRESS || type == GDK_KEY_PRESS;
}

/* Somebody is there. What only moves by itself, as a mouse on a machine that shakes
 * does, is nobody. */
static gboolean
event_cb (GtkEventControllerLegacy *controller,
          GdkEvent                 *event,
          PegKioskWindow           *self)
{
  const GdkModifierType buttons = GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK;

  switch ((guint) gdk_event_get_event_type (event)) {
  case GDK_MOTION_NOTIFY:
    if ((gdk_event_get_modifier_state (event) & buttons) == 0)
      break;
    G_GNUC_FALLTHROUGH;
  case GDK_TOUCH_BEGIN:
  case GDK_TOUCH_UPDATE:
  case GDK_TOUCH_END:
  case GDK_BUTTON_PRESS:
  case GDK_BUTTON_RELEASE:
  case GDK_KEY_PRESS:
  case GDK_SCROLL:
    g_signal_emit (self, signals[SIGNAL_ACTIVITY], 0);
    break;
  default:
    break;
  }

  if (is_held_enter (self, event))
    return GDK_EVENT_STOP;
  /* It was about what they did before this. */
  if (is_press (event))
    peg_feedback_seen (PEG_FEEDBACK (self->feedback));

  return GDK_EVENT_PROPAGATE;
}

static void
watch_activity (PegKioskWindow *self)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
selected_cb (PegKioskWindow *self)
{
  peg_kiosk_window_tick (self);
}

static void
file_activated_cb (PegKioskWindow *self,
                   PegRow         *row)
{
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_DETAILS);
}

static void
peg_kiosk_window_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (widget);

  GTK_WIDGET_CLASS (peg_kiosk_window_parent_class)->size_allocate (widget, width, height, baseline);

  if (self->width == width && self->height == height)
    return;

  self->width = width;
  self->height = height;
  peg_kiosk_window_schedule_arrange (self);
}

/* The program is ended by the admin door and by whoever started it, by nothing that
 * can be pressed. */
static gboolean
peg_kiosk_window_close_request (GtkWindow *window)
{
  return GDK_EVENT_STOP;
}

/* The screen that it is on says how large a millimetre is. */
static void
monitor_cb (GdkSurface     *surface,
            GdkMonitor     *monitor,
            PegKioskWindow *self)
{
  peg_physical_set_monitor (self->physical, monitor);
}

static void
peg_kiosk_window_realize (GtkWidget *widget)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (widget);
  GdkSurface *surface;
  GdkMonitor *monitor;

  GTK_WIDGET_CLASS (peg_kiosk_window_parent_class)->realize (widget);

  surface = gtk_native_get_surface (GTK_NATIVE (self));
  g_signal_connect_object (surface, "enter-monitor", G_CALLBACK (monitor_cb), self, 0);
  monitor = gdk_display_get_monitor_at_surface (gtk_widget_get_display (widget), surface);
  if (monitor != NULL)
    monitor_cb (surface, monitor, self);
}

/* The whole screen, also where no window manager understands what that is. */
static void
fill_screen (PegKioskWindow *self)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, 0);
  GdkRectangle geometry;

  if (monitor != NULL) {
    gdk_monitor_get_geometry (monitor, &geometry);
    gtk_window_set_default_size (GTK_WINDOW (self), geometry.width, geometry.height);
  }

  gtk_window_fullscreen (GTK_WINDOW (self));
}

/* GTK takes the selection away when Space is pressed on the row that an arrow has just
 * selected. Whoever presses it wants that row. */
static gboolean
list_key_cb (GtkEventControllerKey *controller,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        state,
             PegKioskWindow        *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (keyval != GDK_KEY_space && keyval != GDK_KEY_KP_Space)
    return GDK_EVENT_PROPAGATE;

  return focus != NULL &&
         gtk_widget_activate_action (focus, "listitem.select", "(bb)", FALSE, FALSE);
}

static void
watch_list (PegKioskWindow *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_event_controller_set_name (controller, "peg-kiosk-list");
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "key-pressed", G_CALLBACK (list_key_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->list), controller);
}

static void
peg_kiosk_window_constructed (GObject *object)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (object);

  G_OBJECT_CLASS (peg_kiosk_window_parent_class)->constructed (object);

  if (self->now == NULL)
    self->now = peg_now_new ();
  if (self->physical == NULL)
    self->physical = peg_physical_new ();

  self->style = peg_kiosk_style_new (GTK_WIDGET (self), self->physical);
  self->heard = peg_kiosk_model_get_view (self->model)->signal_serial;
  peg_kiosk_window_load_style (self);
  peg_kiosk_window_build (self);
  peg_file_list_set_model (self->list, self->rows, self->selection, self->now);
  peg_kiosk_window_measure (self);
  watch_activity (self);
  watch_list (self);
  peg_kiosk_lock_attach (GTK_WINDOW (self));

  g_signal_connect_object (self->list, "file-activated", G_CALLBACK (file_activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::row", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "settled", G_CALLBACK (peg_kiosk_window_render_found), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->physical, "notify::pixels-per-mm",
                           G_CALLBACK (peg_kiosk_window_measure), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->physical, "notify::distance-mm",
                           G_CALLBACK (peg_kiosk_window_measure), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "changed", G_CALLBACK (peg_kiosk_window_render), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "notify::snapshot", G_CALLBACK (peg_kiosk_window_render), self,
                           G_CONNECT_SWAPPED);

  gtk_window_set_title (GTK_WINDOW (self), _("Pegboard"));
  fill_screen (self);
  peg_kiosk_window_render (self);
}

static void
peg_kiosk_window_dispose (GObject *object)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (object);

  peg_kiosk_window_drop_style (self);
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->refused_id, g_source_remove);
  g_clear_handle_id (&self->arrange_id, g_source_remove);
  g_clear_handle_id (&self->focus_id, g_source_remove);

  g_clear_pointer (&self->person, g_free);
  g_clear_pointer (&self->act_person, g_free);
  g_clear_pointer (&self->act_key, g_free);
  g_clear_pointer (&self->act_draft, g_free);
  g_clear_pointer (&self->copier, g_free);
  g_clear_pointer (&self->refused, g_free);
  g_clear_pointer (&self->history_of, g_free);
  g_clear_pointer (&self->kept_key, g_free);
  g_clear_pointer (&self->kept_search, g_free);

  G_OBJECT_CLASS (peg_kiosk_window_parent_class)->dispose (object);
}

static void
peg_kiosk_window_finalize (GObject *object)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (object);

  g_clear_pointer (&self->searched, g_free);
  g_clear_pointer (&self->machine, g_free);
  g_clear_object (&self->style);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->store);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_object (&self->now);
  g_clear_object (&self->physical);

  G_OBJECT_CLASS (peg_kiosk_window_parent_class)->finalize (object);
}

static void
peg_kiosk_window_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  PegKioskWindow *self = PEG_KIOSK_WINDOW (object);

  switch ((PegKioskWindowProperty) prop_id) {
  case PROP_STORE:
    self->store = g_value_dup_object (value);
    break;
  case PROP_MODEL:
    self->model = g_value_dup_object (value);
    break;
  case PROP_SETTINGS:
    self->settings = g_value_dup_object (value);
    break;
  case PROP_NOW:
    self->now = g_value_dup_object (value);
    break;
  case PROP_PHYSICAL:
    self->physical = g_value_dup_object (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
    G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  /**
   * PegKioskWindow:store:
   *
   * What it shows.
   */
  props[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, PEG_TYPE_STORE, flags);

  /**
   * PegKioskWindow:model:
   *
   * What it shows besides the board.
   */
  props[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, PEG_TYPE_KIOSK_MODEL, flags);

  /**
   * PegKioskWindow:settings:
   *
   * The settings of the program; a terminal remembers nothing of a person in them.
   */
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);

  /**
   * PegKioskWindow:now:
   *
   * The clocks; without, those of this computer.
   */
  props[PROP_NOW] = g_param_spec_object ("now", NULL, NULL, PEG_TYPE_NOW, flags);

  /**
   * PegKioskWindow:physical:
   *
   * How large a millimetre is; without, as the monitor says.
   */
  props[PROP_PHYSICAL] = g_param_spec_object ("physical", NULL, NULL, PEG_TYPE_PHYSICAL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
install_signals (void)
{
  /**
   * PegKioskWindow::activity:
   * @self: the window
   *
   * Somebody touched, pressed or typed something.
   */
  signals[SIGNAL_ACTIVITY] =
    g_signal_new ("activity", PEG_TYPE_KIOSK_WINDOW, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * PegKioskWindow::scanned:
   * @self: the window
   * @text: what was read
   *
   * A scanner or a badge reader has read something.
   */
  signals[SIGNAL_SCANNED] =
    g_signal_new ("scanned", PEG_TYPE_KIOSK_WINDOW, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegKioskWindow::refused:
   * @self: the window
   * @why: why not
   *
   * Something that somebody asked for is not done. The window says why; whoever
   * answers scans may, too.
   */
  signals[SIGNAL_REFUSED] =
    g_signal_new ("refused", PEG_TYPE_KIOSK_WINDOW, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
peg_kiosk_window_class_init (PegKioskWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = peg_kiosk_window_constructed;
  object_class->dispose = peg_kiosk_window_dispose;
  object_class->finalize = peg_kiosk_window_finalize;
  object_class->set_property = peg_kiosk_window_set_property;
  GTK_WIDGET_CLASS (klass)->realize = peg_kiosk_window_realize;
  GTK_WIDGET_CLASS (klass)->size_allocate = peg_kiosk_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = peg_kiosk_window_close_request;

  install_properties (object_class);
  install_signals ();
}

static void
peg_kiosk_window_init (PegKioskWindow *self)
{
  self->rows = peg_rows_new ();
  self->selection = peg_selection_new (self->rows);
  self->searched = g_strdup ("");

  peg_kiosk_window_add_actions (self);
}

/**
 * peg_kiosk_window_new:
 * @application: whose actions it activates
 * @store: what it shows
 * @model: what it shows besides the board
 * @settings: (nullable): the settings of the program
 * @physical: (nullable): how large a millimetre is; %NULL: as the monitor says
 *
 * Returns: (transfer none): a new window, owned by GTK until it is destroyed
 */
PegKioskWindow *
peg_kiosk_window_new (GtkApplication *application,
                      PegStore       *store,
                      PegKioskModel  *model,
                      GSettings      *settings,
                      PegPhysical    *physical)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PEG_IS_STORE (store), NULL);
  g_return_val_if_fail (PEG_IS_KIOSK_MODEL (model), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (physical == NULL || PEG_IS_PHYSICAL (physical), NULL);

  return g_object_new (PEG_TYPE_KIOSK_WINDOW,
                       "application", application,
                       "store", store,
                       "model", model,
                       "settings", settings,
                       "physical", physical,
                       NULL);
}

static void
scanned_cb (PegKioskWindow *self,
            const char     *text)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVITY], 0);
  g_signal_emit (self, signals[SIGNAL_SCANNED], 0, text);
}

/* What is left of a badge can be somebody else's. */
static void
incomplete_cb (PegKioskWindow *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVITY], 0);
  g_signal_emit (self, signals[SIGNAL_REFUSED], 0, _("The scan was cut off: scan it again."));
}

/* The window does not see the key itself. */
static void
kept_cb (PegKioskWindow *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVITY], 0);
}

/* Who types while nothing takes it looks for something. */
static void
typed_cb (PegKioskWindow *self,
          const char     *text)
{
  if (self->page != PEG_PAGE_FILES || self->place != PEG_KIOSK_PLACE_BOARD ||
      g_strcmp0 (gtk_stack_get_visible_child_name (self->screens), "frame") != 0 ||
      !g_unichar_isprint (g_utf8_get_char (text)) || g_ascii_isspace (*text))
    return;

  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_FIND);
  peg_kiosk_find_set_words (self->find, text);
}

/**
 * peg_kiosk_window_listen:
 * @self: a window
 * @format: how the scanners and badge readers are set up
 *
 * Hears them from now on, whatever has the focus. To be called once.
 */
void
peg_kiosk_window_listen (PegKioskWindow       *self,
                         const PegWedgeFormat *format)
{
  g_autoptr (PegScanner) scanner = NULL;

  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));
  g_return_if_fail (format != NULL);

  scanner = peg_scanner_new (format);
  g_signal_connect_object (scanner, "scanned", G_CALLBACK (scanned_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (scanner, "incomplete", G_CALLBACK (incomplete_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (scanner, "kept", G_CALLBACK (kept_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (scanner, "typed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  peg_scanner_attach (scanner, GTK_WIDGET (self));
}

/**
 * peg_kiosk_window_dup_view_state:
 * @self: a window
 *
 * What somebody would have to find again if the program ended now. It holds nothing
 * that was typed for an action.
 *
 * Returns: (transfer full): a vardict, not floating
 */
GVariant *
peg_kiosk_window_dup_view_state (PegKioskWindow *self)
{
  g_autoptr (GVariant) filter = NULL;
  GVariantDict dict;
  PegEntry *entry;

  g_return_val_if_fail (PEG_IS_KIOSK_WINDOW (self), NULL);

  entry = peg_kiosk_window_get_entry (self);
  filter = g_action_group_get_action_state (G_ACTION_GROUP (self), "filter");
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "filter", filter);
  g_variant_dict_insert (&dict, "search", "s", self->searched);
  if (entry != NULL)
    g_variant_dict_insert (&dict, "selected", "s", peg_entry_get_key (entry));

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/**
 * peg_kiosk_window_restore_view_state:
 * @self: a window
 * @state: a vardict of peg_kiosk_window_dup_view_state(), which may come from
 *   anywhere
 *
 * Shows again what was shown, as far as it is still there, and open to everybody.
 */
void
peg_kiosk_window_restore_view_state (PegKioskWindow *self,
                                     GVariant       *state)
{
  const char *filter, *search, *key;
  guint position;

  g_return_if_fail (PEG_IS_KIOSK_WINDOW (self));
  g_return_if_fail (g_variant_is_of_type (state, G_VARIANT_TYPE_VARDICT));

  if (g_variant_lookup (state, "filter", "&s", &filter) && !g_str_equal (filter, "mine"))
    g_action_group_change_action_state (G_ACTION_GROUP (self), "filter",
                                        g_variant_new_string (filter));
  if (g_variant_lookup (state, "search", "&s", &search))
    peg_kiosk_find_set_words (self->find, search);
  if (g_variant_lookup (state, "selected", "&s", &key) && peg_rows_reveal (self->rows, key) &&
      peg_rows_find (self->rows, key, &position)) {
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
    peg_file_list_scroll_to (self->list, position);
  }
}
