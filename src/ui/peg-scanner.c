/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-scanner"

#include "peg-config.h"

#include "peg-scanner.h"

#include "peg-code.h"

#include <string.h>

/* X and GDK number the keys of the kernel from 8 on (xkeyboard-config, “evdev”). */
#define KEYCODE_OFFSET 8

/* A cookie has the layout group above the state of the modifiers. */
#define GROUP_SHIFT 32

/**
 * PegScanner:
 *
 * Hears the scanners and badge readers of a window, which are keyboards to the computer,
 * whatever has the focus, and keeps what they type from everything in the window.
 *
 * A key that writes something is held until it is known whether a human typed it, for
 * hardly ever longer than 65 ms (#PegWedge). Then it is given to what had the focus when
 * it was typed, if that is a text field, has an action %PEG_SCANNER_TYPE_ACTION, or is in
 * something that has; else likewise to what has the focus by then; else to
 * [signal@Peg.Scanner::typed]. Shortcuts, Tab, arrows, Escape and the like are never held; nor is Enter, but
 * behind a code; nor the space bar where it would press something.
 */
struct _PegScanner
{
  GObject parent_instance;

  PegWedge *wedge;         /* (owned) */
  gboolean enabled;
  GtkWidget *window;       /* (unowned) (nullable): where it is attached; that keeps it */
  GtkWidget *focus;        /* (weak) (nullable): had the focus when what is held was typed */
  GtkIMContext *im;        /* (owned): puts accents and letters together */
  gint64 offset_us;        /* what the clock of the events is behind the monotonic one */
  gint64 wraps_us;         /* what the clock of the events has lost by starting over */
  guint32 last_time;       /* ms, of the last event */
  guint deadline_id;
};

G_DEFINE_FINAL_TYPE (PegScanner, peg_scanner, G_TYPE_OBJECT)

typedef enum {
  PROP_ENABLED = 1,
} PegScannerProperty;

static GParamSpec *props[PROP_ENABLED + 1];

enum {
  SIGNAL_SCANNED,
  SIGNAL_INCOMPLETE,
  SIGNAL_TYPED,
  SIGNAL_KEPT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_text_field (GtkWidget *widget)
{
  if (GTK_IS_EDITABLE (widget))
    return gtk_editable_get_editable (GTK_EDITABLE (widget));

  return GTK_IS_TEXT_VIEW (widget) && gtk_text_view_get_editable (GTK_TEXT_VIEW (widget));
}

/* The text field with the focus, if one has it. */
static GtkWidget *
get_field (PegScanner *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self->window));

  return focus != NULL && is_text_field (focus) ? focus : NULL;
}

/* As if it had been typed: over the selection, else at the cursor. */
static void
write_text (GtkWidget  *field,
            const char *text)
{
  if (GTK_IS_EDITABLE (field)) {
    GtkEditable *editable = GTK_EDITABLE (field);
    int place;

    gtk_editable_delete_selection (editable);
    place = gtk_editable_get_position (editable);
    gtk_editable_insert_text (editable, text, -1, &place);
    gtk_editable_set_position (editable, place);
  } else {
    GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (field));

    gtk_text_buffer_begin_user_action (buffer);
    gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
    gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, TRUE);
    gtk_text_buffer_end_user_action (buffer);
    gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (field), gtk_text_buffer_get_insert (buffer));
  }
}

/* Something that is no text field and takes what is typed all the same, such as a keypad,
 * has an action for it. */
static gboolean
offer_text (PegScanner *self,
            const char *text)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self->window));

  return focus != NULL && gtk_widget_activate_action (focus, PEG_SCANNER_TYPE_ACTION, "s", text);
}

static void
commit_cb (GtkIMContext *im,
           const char   *text,
           PegScanner   *self)
{
  GtkWidget *field = self->focus;

  if (self->window == NULL)
    return;

  /* What is no text field and takes it had it when it was typed, whatever came up since. */
  if (field != NULL && !is_text_field (field) &&
      gtk_widget_activate_action (field, PEG_SCANNER_TYPE_ACTION, "s", text))
    return;

  /* If there was none, there may be one now: what was typed first opens a search. */
  if (field == NULL || !is_text_field (field) ||
      gtk_widget_get_root (field) != GTK_ROOT (self->window))
    field = get_field (self);

  if (field != NULL)
    write_text (field, text);
  else if (!offer_text (self, text))
    g_signal_emit (self, signals[SIGNAL_TYPED], 0, text);
}

/* A key is typed after all. Not by the text field's own input method, which has not seen
 * it; one of ours puts accents and letters together. */
static void
give_back (PegScanner        *self,
           const PegWedgeKey *key)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self->window));
  GdkDisplay *display = gtk_widget_get_display (self->window);
  GdkDevice *keyboard = gdk_seat_get_keyboard (gdk_display_get_default_seat (display));
  const guint keycode = key->code + KEYCODE_OFFSET;
  const GdkModifierType state = (GdkModifierType) (key->cookie & G_MAXUINT32);
  const int group = (int) (key->cookie >> GROUP_SHIFT);
  char text[7] = { 0 };
  guint keyval;

  if (surface != NULL &&
      gtk_im_context_filter_key (self->im, TRUE, surface, keyboard,
                                 (guint32) (key->time_us / G_TIME_SPAN_MILLISECOND),
                                 keycode, state, group))
    return;

  if (gdk_display_translate_key (display, keycode, state, group, &keyval, NULL, NULL, NULL)) {
    g_unichar_to_utf8 (gdk_keyval_to_unicode (keyval), text);
    if (*text != '\0')
      commit_cb (self->im, text, self);
  }
}

/* Whether a code has a checksum, which says that it is whole. */
static gboolean
is_proved (const char *scan)
{
  g_autoptr (PegCode) code = peg_code_parse (scan, NULL, NULL);

  return code != NULL && code->kind != PEG_CODE_LABEL;
}

static void
take_step (PegScanner         *self,
           const PegWedgeStep *step)
{
  /* The step is good until the next key, and a handler may turn us off. */
  const guint n_back = step->n_back;
  g_autofree PegWedgeKey *back = g_memdup2 (step->back, n_back * sizeof (PegWedgeKey));
  g_autofree char *scan = g_strdup (step->scan);
  const gboolean whole = scan != NULL && (step->complete || is_proved (scan));

  for (guint i = 0; self->window != NULL && i < n_back; i++)
    give_back (self, &back[i]);

  if (scan == NULL)
    return;

  g_signal_emit (self, signals[whole ? SIGNAL_SCANNED : SIGNAL_INCOMPLETE], 0, scan);
  /* It may be a badge. */
  explicit_bzero (scan, strlen (scan));
}

static void await_deadline (PegScanner *self);

static gboolean
deadline_cb (gpointer user_data)
{
  PegScanner *self = user_data;
  g_autoptr (PegScanner) kept G_GNUC_UNUSED = g_object_ref (self);

  self->deadline_id = 0;
  take_step (self, peg_wedge_expire (self->wedge, peg_wedge_get_deadline_us (self->wedge)));
  await_deadline (self);

  return G_SOURCE_REMOVE;
}

/* Behind the keys that have arrived (GDK_PRIORITY_EVENTS), for when the program was busy
 * their own times tell when they were pressed; but before anything is drawn. */
#define DEADLINE_PRIORITY (GDK_PRIORITY_REDRAW - 10)


static void
await_deadline (PegScanner *self)
{
  const gint64 deadline_us = peg_wedge_get_deadline_us (self->wedge);
  gint64 left_us;

  g_clear_handle_id (&self->deadline_id, g_source_remove);
  if (deadline_us == G_MAXINT64)
    return;

  left_us = deadline_us + self->offset_us - g_get_monotonic_time ();
  self->deadline_id =
    g_timeout_add_full (DEADLINE_PRIORITY,
                        (guint) (MAX (left_us, 0) / G_TIME_SPAN_MILLISECOND + 1),
                        deadline_cb, self, NULL);
  g_source_set_name_by_id (self->deadline_id, "[peg] held keys");
}

/* The time of an event, which is in milliseconds and starts over every 49 days. */
static gint64
get_time_us (PegScanner         *self,
             GtkEventController *controller)
{
  const guint32 time = gtk_event_controller_get_current_event_time (controller);
  gint64 time_us;

  if (time == GDK_CURRENT_TIME)
    return g_get_monotonic_time () - self->offset_us;

  if (time < self->last_time && self->last_time - time > G_MAXINT32)
    self->wraps_us += (G_GINT64_CONSTANT (1) << 32) * G_TIME_SPAN_MILLISECOND;
  self->last_time = time;
  time_us = self->wraps_us + (gint64) time * G_TIME_SPAN_MILLISECOND;
  self->offset_us = g_get_monotonic_time () - time_us;

  return time_us;
}

/* Whether the key writes something, or is an accent of something that will be written. */
static gboolean
writes (PegScanner *self,
        guint       keyval)
{
  const gunichar character = gdk_keyval_to_unicode (keyval);

  if (keyval >= GDK_KEY_dead_grave && keyval <= GDK_KEY_dead_greek)
    return TRUE;
  if (character == ' ')
    return get_field (self) != NULL;

  return character != 0 && !g_unichar_iscntrl (character);
}

static gboolean
tell (PegScanner         *self,
      GtkEventController *controller,
      guint               keycode,
      guint               keyval,
      GdkModifierType     state,
      gboolean            pressed)
{
  GdkEvent *event = gtk_event_controller_get_current_event (controller);
  const gboolean command = (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0;
  PegWedgeKey key = { .pressed = pressed, .command = command };
  PegWedgeVerdict verdict;
  const PegWedgeStep *step;

  if (!self->enabled || keycode < KEYCODE_OFFSET || event == NULL)
    return FALSE;

  key.code = keycode - KEYCODE_OFFSET;
  key.types = !command && writes (self, keyval);
  key.time_us = get_time_us (self, controller);
  key.cookie = (guint64) gdk_key_event_get_layout (event) << GROUP_SHIFT | (guint32) state;

  step = peg_wedge_key (self->wedge, &key);
  verdict = step->verdict;
  take_step (self, step);
  if (verdict == PEG_WEDGE_HOLD && self->window != NULL)
    g_set_weak_pointer (&self->focus, gtk_root_get_focus (GTK_ROOT (self->window)));
  if (pressed && verdict != PEG_WEDGE_PASS)
    g_signal_emit (self, signals[SIGNAL_KEPT], 0);
  await_deadline (self);

  return verdict != PEG_WEDGE_PASS;
}

static gboolean
key_pressed_cb (GtkEventController *controller,
                guint               keyval,
                guint               keycode,
                GdkModifierType     state,
                PegScanner         *self)
{
  g_autoptr (PegScanner) kept G_GNUC_UNUSED = g_object_ref (self);

  return tell (self, controller, keycode, keyval, state, TRUE) ? GDK_EVENT_STOP
                                                               : GDK_EVENT_PROPAGATE;
}

/* GtkEventControllerKey itself stops the release of what was stopped. */
static void
key_released_cb (GtkEventController *controller,
                 guint               keyval,
                 guint               keycode,
                 GdkModifierType     state,
                 PegScanner         *self)
{
  g_autoptr (PegScanner) kept G_GNUC_UNUSED = g_object_ref (self);

  tell (self, controller, keycode, keyval, state, FALSE);
}

/* Keys go elsewhere, and come up there. */
static void
forget (PegScanner *self)
{
  if (self->window == NULL)
    return;

  take_step (self, peg_wedge_reset (self->wedge));
  gtk_im_context_reset (self->im);
  await_deadline (self);
}

static void
active_cb (GtkWindow  *window,
           GParamSpec *pspec,
           PegScanner *self)
{
  if (!gtk_window_is_active (window))
    forget (self);
}

static void
peg_scanner_dispose (GObject *object)
{
  PegScanner *self = PEG_SCANNER (object);

  g_clear_handle_id (&self->deadline_id, g_source_remove);
  g_clear_weak_pointer (&self->focus);
  if (self->im != NULL)
    gtk_im_context_set_client_widget (self->im, NULL);
  g_clear_object (&self->im);
  self->window = NULL;

  G_OBJECT_CLASS (peg_scanner_parent_class)->dispose (object);
}

static void
peg_scanner_finalize (GObject *object)
{
  PegScanner *self = PEG_SCANNER (object);

  g_clear_pointer (&self->wedge, peg_wedge_free);

  G_OBJECT_CLASS (peg_scanner_parent_class)->finalize (object);
}

static void
peg_scanner_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  PegScanner *self = PEG_SCANNER (object);

  switch ((PegScannerProperty) prop_id) {
    case PROP_ENABLED:
      g_value_set_boolean (value, self->enabled);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
peg_scanner_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  PegScanner *self = PEG_SCANNER (object);

  switch ((PegScannerProperty) prop_id) {
    case PROP_ENABLED:
      peg_scanner_set_enabled (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
install_signals (void)
{
  /**
   * PegScanner::scanned:
   * @self: the scanner
   * @text: what was read, for peg_code_parse(); it may be a badge: never log it
   *
   * A code was read.
   */
  signals[SIGNAL_SCANNED] =
    g_signal_new ("scanned", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegScanner::incomplete:
   * @self: the scanner
   * @text: what came of it; it may be a part of a badge: never log it
   *
   * A code was read, but the scanner did not press its last key (site.conf, [Badges]
   * suffix): it was cut off, or is set up otherwise. What is left of a badge can be
   * another one's: it must not be taken for what was scanned, but be refused. A code that
   * has a checksum and is right was scanned.
   */
  signals[SIGNAL_INCOMPLETE] =
    g_signal_new ("incomplete", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegScanner::typed:
   * @self: the scanner
   * @text: what a human typed, as the computer's keyboard layout has it
   *
   * Somebody typed and nothing that has the focus takes it.
   */
  signals[SIGNAL_TYPED] =
    g_signal_new ("typed", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegScanner::kept:
   * @self: the scanner
   *
   * A key went down that nothing in the window will see: for whoever wants to know that
   * somebody is there.
   */
  signals[SIGNAL_KEPT] =
    g_signal_new ("kept", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
peg_scanner_class_init (PegScannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_scanner_dispose;
  object_class->finalize = peg_scanner_finalize;
  object_class->get_property = peg_scanner_get_property;
  object_class->set_property = peg_scanner_set_property;

  /**
   * PegScanner:enabled:
   *
   * Whether it listens. All keys go where they would go without it if not.
   */
  props[PROP_ENABLED] =
    g_param_spec_boolean ("enabled", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  install_signals ();
}

static void
peg_scanner_init (PegScanner *self)
{
  self->enabled = TRUE;
  self->im = gtk_im_context_simple_new ();
  g_signal_connect_object (self->im, "commit", G_CALLBACK (commit_cb), self, 0);
}

/**
 * peg_scanner_new:
 * @format: how the scanners are set up; copied
 *
 * Returns: (transfer full): a scanner that is attached to nothing
 */
PegScanner *
peg_scanner_new (const PegWedgeFormat *format)
{
  PegScanner *self;

  g_return_val_if_fail (format != NULL, NULL);

  self = g_object_new (PEG_TYPE_SCANNER, NULL);
  self->wedge = peg_wedge_new (format);

  return self;
}

/**
 * peg_scanner_attach:
 * @self: a scanner that is attached to nothing
 * @window: a window; it keeps the scanner
 *
 * Listens to the keys of a window, before anything in it does.
 */
void
peg_scanner_attach (PegScanner *self,
                    GtkWidget  *window)
{
  GtkEventController *controller;

  g_return_if_fail (PEG_IS_SCANNER (self));
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (self->window == NULL);

  self->window = window;
  gtk_im_context_set_client_widget (self->im, window);

  controller = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_name (controller, "peg-scanner");
  g_signal_connect_object (controller, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  g_signal_connect_object (controller, "key-released", G_CALLBACK (key_released_cb), self, 0);
  gtk_widget_add_controller (window, controller);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_cb), self, 0);

  g_object_set_data_full (G_OBJECT (window), "peg-scanner", g_object_ref (self), g_object_unref);
}

/**
 * peg_scanner_set_enabled:
 * @self: a scanner
 * @enabled: whether it is to listen
 */
void
peg_scanner_set_enabled (PegScanner *self,
                         gboolean    enabled)
{
  g_return_if_fail (PEG_IS_SCANNER (self));

  enabled = enabled != FALSE;
  if (self->enabled == enabled)
    return;

  if (!enabled)
    forget (self);
  self->enabled = enabled;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENABLED]);
}
