/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-beep.h"
#include "peg-keypad.h"
#include "peg-physical.h"
#include "peg-scanner.h"
#include "tests/await.h"

#include <adwaita.h>
#include <gdk/x11/gdkx.h>
#include <linux/input-event-codes.h>
#include <X11/extensions/XTest.h>

/* Real keys, which the X server makes up: they come the way that those of a scanner and
 * of a keyboard come. */

/* The X server makes up the times of its keys, too: if it was away for so long in the
 * middle of a scan, it is not one that a scanner makes. How long its answer took tells
 * that. What came of such a one is over after a while; no run has many of them. */
#define QUICK_US (15 * G_TIME_SPAN_MILLISECOND)
#define OVER_MS 300
#define MAX_SLOW 200
#define HANDS_MS 70
#define CODE "PB1/F/VF-4%1234567$UAB12.+NC/X0"

typedef struct {
  Display *x;
  GtkWidget *window;
  GtkWidget *entry;
  GtkWidget *view;
  GtkWidget *button;
  PegScanner *scanner;
  GPtrArray *scans;
  GPtrArray *cut;
  GString *typed;
  guint clicked;
  guint slow; /* scans that were none */
} Fixture;

static void
scanned_cb (PegScanner *scanner,
            const char *text,
            Fixture    *fixture)
{
  g_ptr_array_add (fixture->scans, g_strdup (text));
}

static void
incomplete_cb (PegScanner *scanner,
               const char *text,
               Fixture    *fixture)
{
  g_ptr_array_add (fixture->cut, g_strdup (text));
}

static void
typed_cb (PegScanner *scanner,
          const char *text,
          Fixture    *fixture)
{
  g_string_append (fixture->typed, text);
}

static void
clicked_cb (GtkButton *button,
            Fixture   *fixture)
{
  fixture->clicked++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  const PegWedgeFormat format = { .suffix = PEG_WEDGE_SUFFIX_ENTER };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  fixture->x = XOpenDisplay (NULL);
  g_assert_nonnull (fixture->x);
  fixture->scans = g_ptr_array_new_with_free_func (g_free);
  fixture->cut = g_ptr_array_new_with_free_func (g_free);
  fixture->typed = g_string_new (NULL);

  fixture->window = gtk_window_new ();
  fixture->entry = gtk_entry_new ();
  fixture->view = gtk_text_view_new ();
  fixture->button = gtk_button_new_with_label ("Do it");
  gtk_box_append (GTK_BOX (box), fixture->entry);
  gtk_box_append (GTK_BOX (box), fixture->view);
  gtk_box_append (GTK_BOX (box), fixture->button);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  g_signal_connect (fixture->button, "clicked", G_CALLBACK (clicked_cb), fixture);

  fixture->scanner = peg_scanner_new (&format);
  peg_scanner_attach (fixture->scanner, fixture->window);
  g_signal_connect (fixture->scanner, "scanned", G_CALLBACK (scanned_cb), fixture);
  g_signal_connect (fixture->scanner, "incomplete", G_CALLBACK (incomplete_cb), fixture);
  g_signal_connect (fixture->scanner, "typed", G_CALLBACK (typed_cb), fixture);

  gtk_window_present (GTK_WINDOW (fixture->window));
  AWAIT (gtk_widget_get_mapped (fixture->window));
  XSync (gdk_x11_display_get_xdisplay (gtk_widget_get_display (fixture->window)), False);
  AWAIT (gdk_surface_get_mapped (gtk_native_get_surface (GTK_NATIVE (fixture->window))));

  /* Nobody else would: there is no window manager. */
  XSetInputFocus (fixture->x,
                  gdk_x11_surface_get_xid (gtk_native_get_surface (GTK_NATIVE (fixture->window))),
                  RevertToParent, CurrentTime);
  XSync (fixture->x, False);
  AWAIT (gtk_window_is_active (GTK_WINDOW (fixture->window)));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->scanner);
  g_ptr_array_unref (fixture->scans);
  g_ptr_array_unref (fixture->cut);
  g_string_free (fixture->typed, TRUE);
  XCloseDisplay (fixture->x);
}

/* @after_ms behind the one before. The server waits, not we. */
static void
key (Fixture  *fixture,
     guint     code,
     gboolean  pressed,
     gulong    after_ms)
{
  XTestFakeKeyEvent (fixture->x, code + 8, pressed, after_ms);
}

/* What a key is on a US keyboard. */
static guint
find_code (char      character,
           gboolean *shift)
{
  for (guint code = 1; code <= KEY_SPACE; code++) {
    for (guint level = 0; level < 2; level++) {
      if (code != KEY_KPASTERISK && peg_wedge_decode (code, level == 1) == (gunichar) character) {
        *shift = level == 1;
        return code;
      }
    }
  }

  g_assert_not_reached ();
}

static const char *
get_text (Fixture *fixture)
{
  return gtk_editable_get_text (GTK_EDITABLE (fixture->entry));
}

static gboolean
over_cb (gpointer user_data)
{
  gboolean *over = user_data;

  *over = TRUE;

  return G_SOURCE_REMOVE;
}

static char *
get_view_text (Fixture *fixture)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* Lets all that a scan has become come, and makes it undone. */
static void
forget (Fixture    *fixture,
        const char *entry,
        const char *view,
        guint       scans,
        guint       cut,
        gsize       typed)
{
  gboolean over = FALSE;

  g_timeout_add (OVER_MS, over_cb, &over);
  AWAIT (over);

  gtk_editable_set_text (GTK_EDITABLE (fixture->entry), entry);
  gtk_editable_set_position (GTK_EDITABLE (fixture->entry), -1);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view)), view, -1);
  g_ptr_array_set_size (fixture->scans, (int) scans);
  g_ptr_array_set_size (fixture->cut, (int) cut);
  g_string_truncate (fixture->typed, typed);
}

static void
press_scan (Fixture    *fixture,
            const char *text,
            gboolean    ends)
{
  for (const char *c = text; *c != '\0'; c++) {
    gboolean shift;
    const guint code = find_code (*c, &shift);

    if (shift)
      key (fixture, KEY_LEFTSHIFT, TRUE, 0);
    key (fixture, code, TRUE, 0);
    key (fixture, code, FALSE, 0);
    if (shift)
      key (fixture, KEY_LEFTSHIFT, FALSE, 0);
  }

  if (ends) {
    key (fixture, KEY_ENTER, TRUE, 0);
    key (fixture, KEY_ENTER, FALSE, 0);
  }
}

/* As a scanner does: the keys of a US keyboard. */
static void
scan (Fixture    *fixture,
      const char *text,
      gboolean    ends)
{
  const guint scans = fixture->scans->len;
  const guint cut = fixture->cut->len;
  const gsize typed = fixture->typed->len;
  g_autofree char *entry = g_strdup (get_text (fixture));
  g_autofree char *view = get_view_text (fixture);

  for (;;) {
    gint64 sent_us;

    /* Hands need time, from the keyboard to the scanner. */
    XTestFakeRelativeMotionEvent (fixture->x, 0, 0, HANDS_MS);
    XSync (fixture->x, False);

    press_scan (fixture, text, ends);
    sent_us = g_get_monotonic_time ();
    XSync (fixture->x, False);
    if (g_get_monotonic_time () - sent_us < QUICK_US)
      return;

    g_assert_cmpuint (++fixture->slow, <, MAX_SLOW);
    forget (fixture, entry, view, scans, cut, typed);
  }
}

/* What is scanned first arrives as it was scanned. */
static void
scan_one (Fixture    *fixture,
          const char *text,
          gboolean    ends)
{
  scan (fixture, text, ends);
  AWAIT (fixture->scans->len == 1);
  g_assert_cmpstr (g_ptr_array_index (fixture->scans, 0), ==, text);
}


/* As a human does, by the places of the keys. */
static void
type (Fixture *fixture,
      guint    code,
      gboolean shift)
{
  if (shift)
    key (fixture, KEY_LEFTSHIFT, TRUE, 20);
  key (fixture, code, TRUE, 20);
  key (fixture, code, FALSE, 40);
  if (shift)
    key (fixture, KEY_LEFTSHIFT, FALSE, 5);
  XFlush (fixture->x);
}

static void
type_text (Fixture    *fixture,
           const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    gboolean shift;
    const guint code = find_code (*c, &shift);

    type (fixture, code, shift);
  }
}

static void
set_layout (Fixture    *fixture,
            const char *layout,
            guint       code,
            guint       keyval)
{
  const char *command[] = { "setxkbmap", layout, NULL };
  GdkDisplay *display = gtk_widget_get_display (fixture->window);
  g_autoptr (GError) error = NULL;
  guint found = 0;
  int status;

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);

  while (found != keyval) {
    gdk_display_translate_key (display, code + 8, 0, 0, &found, NULL, NULL, NULL);
    g_main_context_iteration (NULL, FALSE);
  }
}

/* Nothing has the focus. */
static void
test_without_focus (Fixture       *fixture,
                    gconstpointer  user_data)
{
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);

  for (guint i = 0; i < 50; i++) {
    scan (fixture, CODE, TRUE);
    AWAIT (fixture->scans->len == i + 1);
    g_assert_cmpstr (g_ptr_array_index (fixture->scans, i), ==, CODE);
  }

  g_assert_cmpstr (fixture->typed->str, ==, "");
  g_assert_cmpuint (fixture->cut->len, ==, 0);
}

static void
key_cb (PegKeypad  *keypad,
        const char *key,
        GString    *keys)
{
  g_string_append (keys, key);
}

static void
leave_cb (Fixture *fixture)
{
  gtk_widget_set_visible (gtk_widget_get_last_child (gtk_window_get_child (GTK_WINDOW (fixture->window))),
                          FALSE);
  gtk_widget_grab_focus (fixture->entry);
}

/* What is typed belongs to what had the focus, also when the key itself makes that go: a
 * key that wakes a terminal is not the first letter of a search. */
static void
test_left (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (GString) keys = g_string_new (NULL);
  g_autoptr (PegPhysical) physical = peg_physical_new ();
  GtkWidget *keypad = peg_keypad_new (physical);

  gtk_box_append (GTK_BOX (gtk_window_get_child (GTK_WINDOW (fixture->window))), keypad);
  g_signal_connect (keypad, "key", G_CALLBACK (key_cb), keys);
  g_signal_connect_swapped (fixture->scanner, "kept", G_CALLBACK (leave_cb), fixture);
  gtk_widget_child_focus (keypad, GTK_DIR_TAB_FORWARD);

  type_text (fixture, "5");
  AWAIT (keys->len > 0 || *get_text (fixture) != '\0');
  g_assert_cmpstr (keys->str, ==, "5");
  g_assert_cmpstr (get_text (fixture), ==, "");
}

/* As fast as the server takes them, over a text field, and one right after the other. */
static void
test_over_entry (Fixture       *fixture,
                 gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);

  for (guint i = 0; i < 50; i++) {
    scan (fixture, "00471100", TRUE);
    AWAIT (fixture->scans->len == i + 1);
  }

  for (guint i = 0; i < 50; i++)
    g_assert_cmpstr (g_ptr_array_index (fixture->scans, i), ==, "00471100");
  g_assert_cmpstr (get_text (fixture), ==, "");
  g_assert_cmpuint (fixture->cut->len, ==, 0);
}

/* What others test with. It sends key by key, so that nobody can tell how long that took:
 * one that was not read may have been slow. */
static void
test_xdotool (Fixture       *fixture,
              gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);

  for (guint i = 0; i < 50; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "xdotool", "type", "--delay", "0",
                        "PB1/C/YES/AB\n", NULL);

    g_assert_no_error (error);
    AWAIT (fixture->scans->len == i + 1 || fixture->cut->len > 0 || *get_text (fixture) != '\0');
    g_assert_true (g_subprocess_wait_check (process, NULL, &error));
    g_assert_no_error (error);

    if (fixture->scans->len == i + 1 && fixture->cut->len == 0 && *get_text (fixture) == '\0') {
      g_assert_cmpstr (g_ptr_array_index (fixture->scans, i), ==, "PB1/C/YES/AB");
    } else {
      g_assert_cmpuint (++fixture->slow, <, MAX_SLOW);
      forget (fixture, "", "", i, 0, 0);
      i--;
    }
  }

  g_test_message ("%u were too slow", fixture->slow);
}

static void
test_typing (Fixture       *fixture,
             gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);

  type_text (fixture, "Feed -20% (T12), ok?");
  AWAIT (g_str_equal (get_text (fixture), "Feed -20% (T12), ok?"));

  /* Over the selection. */
  gtk_editable_select_region (GTK_EDITABLE (fixture->entry), 5, 9);
  type_text (fixture, "up");
  AWAIT (g_str_equal (get_text (fixture), "Feed up (T12), ok?"));
  g_assert_cmpint (gtk_editable_get_position (GTK_EDITABLE (fixture->entry)), ==, 7);

  /* Two fingers that are faster than a scanner. */
  key (fixture, KEY_O, TRUE, 30);
  key (fixture, KEY_P, TRUE, 3);
  key (fixture, KEY_O, FALSE, 60);
  key (fixture, KEY_P, FALSE, 5);
  XFlush (fixture->x);
  AWAIT (g_str_equal (get_text (fixture), "Feed upop (T12), ok?"));

  /* What is held is there before the cursor moves. */
  key (fixture, KEY_X, TRUE, 30);
  key (fixture, KEY_HOME, TRUE, 2);
  key (fixture, KEY_X, FALSE, 50);
  key (fixture, KEY_HOME, FALSE, 5);
  type_text (fixture, "1");
  AWAIT (g_str_equal (get_text (fixture), "1Feed upopx (T12), ok?"));

  g_assert_cmpuint (fixture->scans->len, ==, 0);
  g_assert_cmpuint (fixture->cut->len, ==, 0);
  g_assert_cmpstr (fixture->typed->str, ==, "");
}

static void
test_text_view (Fixture       *fixture,
                gconstpointer  user_data)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  g_autofree char *text = NULL;

  gtk_widget_grab_focus (fixture->view);
  type_text (fixture, "why");
  type (fixture, KEY_ENTER, FALSE);
  type_text (fixture, "not");
  AWAIT (gtk_text_buffer_get_char_count (buffer) == 7);
  scan (fixture, "00471100", TRUE);
  AWAIT (fixture->scans->len == 1);

  text = get_view_text (fixture);
  g_assert_cmpstr (text, ==, "why\nnot");
}

/* A human's Enter and space bar press what has the focus; a scanner's do not. */
static void
test_buttons (Fixture       *fixture,
              gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->button);

  type (fixture, KEY_ENTER, FALSE);
  AWAIT (fixture->clicked == 1);
  type (fixture, KEY_SPACE, FALSE);
  AWAIT (fixture->clicked == 2);

  scan_one (fixture, "00 47 11", TRUE);

  type_text (fixture, "a1");
  AWAIT (g_str_equal (fixture->typed->str, "a1"));
  type (fixture, KEY_TAB, FALSE);
  AWAIT (gtk_window_get_focus (GTK_WINDOW (fixture->window)) != fixture->button);
  g_assert_cmpuint (fixture->clicked, ==, 2);
}

static void
search_cb (PegScanner *scanner,
           const char *text,
           Fixture    *fixture)
{
  gtk_widget_grab_focus (fixture->entry);
  gtk_editable_set_text (GTK_EDITABLE (fixture->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (fixture->entry), -1);
}

/* The first letter opens a search while the next ones are held already. */
static void
test_search (Fixture       *fixture,
             gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->button);
  g_signal_connect (fixture->scanner, "typed", G_CALLBACK (search_cb), fixture);
  type_text (fixture, "1234567");
  AWAIT (g_str_equal (get_text (fixture), "1234567"));
  g_assert_cmpstr (fixture->typed->str, ==, "1");
}

static void
digit_cb (PegKeypad  *keypad,
          const char *digit,
          GString    *digits)
{
  g_string_append (digits, digit);
}

static void
kept_cb (PegScanner *scanner,
         guint      *kept)
{
  (*kept)++;
}

/* A PIN on a keyboard; a badge over it is none of its digits. */
static void
test_keypad (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (PegPhysical) physical = peg_physical_new ();
  g_autoptr (GString) digits = g_string_new (NULL);
  GtkWidget *keypad = peg_keypad_new (physical);
  guint kept = 0;

  gtk_box_append (GTK_BOX (gtk_window_get_child (GTK_WINDOW (fixture->window))), keypad);
  g_signal_connect (keypad, "key", G_CALLBACK (digit_cb), digits);
  g_signal_connect (fixture->scanner, "kept", G_CALLBACK (kept_cb), &kept);
  gtk_widget_grab_focus (keypad);

  type_text (fixture, "4a7");
  AWAIT (g_str_equal (digits->str, "47"));
  g_assert_cmpuint (kept, ==, 3);
  scan (fixture, "00112233", TRUE);
  AWAIT (fixture->scans->len == 1);
  type_text (fixture, "11");
  AWAIT (g_str_equal (digits->str, "4711"));
  g_assert_cmpstr (fixture->typed->str, ==, "");
}

static void
test_incomplete (Fixture       *fixture,
                 gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);
  scan (fixture, "004711", FALSE);
  AWAIT (fixture->cut->len == 1);

  g_assert_cmpstr (g_ptr_array_index (fixture->cut, 0), ==, "004711");
  g_assert_cmpstr (get_text (fixture), ==, "");
  g_assert_cmpuint (fixture->scans->len, ==, 0);
}

/* Its checksum says that nothing is missing but Enter; and what is missing if not. */
static void
test_proved (Fixture       *fixture,
             gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);
  scan_one (fixture, "PB1/C/YES/6O", FALSE);
  g_assert_cmpuint (fixture->cut->len, ==, 0);

  scan (fixture, "PB1/C/YES/6", FALSE);
  AWAIT (fixture->cut->len == 1);
  g_assert_cmpuint (fixture->scans->len, ==, 1);
}

static void
test_enabled (Fixture       *fixture,
              gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);
  g_object_set (fixture->scanner, "enabled", FALSE, NULL);
  scan (fixture, "004711", FALSE);
  AWAIT (g_str_equal (get_text (fixture), "004711"));

  g_object_set (fixture->scanner, "enabled", TRUE, NULL);
  scan (fixture, "1147", TRUE);
  AWAIT (fixture->scans->len == 1);
  g_assert_cmpstr (get_text (fixture), ==, "004711");
}

/* The scanner's keys mean the same, a human's what is printed on them. */
static void
test_german (Fixture       *fixture,
             gconstpointer  user_data)
{
  set_layout (fixture, "de", KEY_Y, GDK_KEY_z);
  gtk_widget_grab_focus (fixture->entry);

  scan_one (fixture, "PB1/F/XYZ-%$+./Z0", TRUE);

  /* “Zü/ßé”: Shift Y, the left bracket, Shift 7, minus, the accent and E. */
  type (fixture, KEY_Y, TRUE);
  type (fixture, KEY_LEFTBRACE, FALSE);
  type (fixture, KEY_7, TRUE);
  type (fixture, KEY_MINUS, FALSE);
  type (fixture, KEY_EQUAL, FALSE);
  type (fixture, KEY_E, FALSE);
  AWAIT (g_str_equal (get_text (fixture), "Zü/ßé"));

  set_layout (fixture, "us", KEY_Y, GDK_KEY_y);
}

static void
test_french (Fixture       *fixture,
             gconstpointer  user_data)
{
  set_layout (fixture, "fr", KEY_Q, GDK_KEY_a);
  gtk_widget_grab_focus (fixture->entry);

  scan_one (fixture, "0123456789AQWZM;,", TRUE);

  /* “aé1ê”: Q, 2, Shift 1, the accent on the left bracket and E. */
  type (fixture, KEY_Q, FALSE);
  type (fixture, KEY_2, FALSE);
  type (fixture, KEY_1, TRUE);
  type (fixture, KEY_LEFTBRACE, FALSE);
  type (fixture, KEY_E, FALSE);
  AWAIT (g_str_equal (get_text (fixture), "aé1ê"));

  set_layout (fixture, "us", KEY_Q, GDK_KEY_q);
}

/* Caps Lock is a human's. */
static void
test_caps_lock (Fixture       *fixture,
                gconstpointer  user_data)
{
  gtk_widget_grab_focus (fixture->entry);

  type (fixture, KEY_CAPSLOCK, FALSE);
  type_text (fixture, "ab");
  AWAIT (g_str_equal (get_text (fixture), "AB"));
  scan_one (fixture, "PB1/xY", TRUE);

  type (fixture, KEY_CAPSLOCK, FALSE);
  type_text (fixture, "ab");
  AWAIT (g_str_equal (get_text (fixture), "ABab"));
}

static void
beep_cb (GtkWidget *widget,
         gpointer   user_data)
{
  guint *beeps = user_data;

  g_assert_true (GTK_IS_WIDGET (widget));
  (*beeps)++;
}

static void
test_beep (Fixture       *fixture,
           gconstpointer  user_data)
{
  guint beeps = 0;

  /* The computer's own can be heard by nobody here, but must not fail. */
  peg_beep (fixture->window, PEG_BEEP_YES);

  peg_beep_set_func (beep_cb, &beeps);
  peg_beep (fixture->window, PEG_BEEP_YES);
  g_assert_cmpuint (beeps, ==, 1);
  peg_beep (fixture->window, PEG_BEEP_NO);
  g_assert_cmpuint (beeps, ==, 2);
  AWAIT (beeps == 3);
  peg_beep_set_func (NULL, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

#define add(name, function) \
  g_test_add ("/scanner/" name, Fixture, NULL, set_up, function, tear_down)

  add ("without-focus", test_without_focus);
  add ("left", test_left);
  add ("over-entry", test_over_entry);
  add ("xdotool", test_xdotool);
  add ("typing", test_typing);
  add ("text-view", test_text_view);
  add ("buttons", test_buttons);
  add ("search", test_search);
  add ("keypad", test_keypad);
  add ("incomplete", test_incomplete);
  add ("proved", test_proved);
  add ("enabled", test_enabled);
  add ("german", test_german);
  add ("french", test_french);
  add ("caps-lock", test_caps_lock);
  add ("beep", test_beep);

  return g_test_run ();
}
