/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-looks"

#include "peg-config.h"

#include "kiosk-looks.h"

#include "kiosk-sizes.h"
#include "peg-file-list.h"
#include "peg-file-row.h"
#include "stage.h"

#include <math.h>

/* What tests/tools/check-looks.py looks at: in FOLDER/row one row of the board in each
 * state that a file can have, with everything around it as it is; in FOLDER/terminal
 * the states of the terminal itself. For each there is STATE.png; STATE.words, which
 * says where the words are that say how something is; and STATE.rest, where all other
 * words are. */

/* One panel is enough: the colours are the same on all. That of 1024×768 is the
 * smallest that is promised. */
#define PANEL 0

/* Nothing makes the window as large as the screen here: it has a frame. */
#define FRAME (2 * 5)

/* Where the lines of a row are, as parts of its height: the letters of the first end
 * above its middle, those of the second begin below it. */
#define MIDDLE 0.57

#define HOUR_US (60 * 60 * (gint64) G_USEC_PER_SEC)

#define SHA256 "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define OTHER_SHA256 "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"

typedef struct {
  const char *name;
  FakeShopState state;
  void (*prepare) (KioskFixture *fixture);
} Look;

static void
get_file (KioskFixture   *fixture,
          PegEntryFields *fields)
{
  PegEntry *entry = peg_snapshot_find (peg_store_get_shown (fixture->store), FAKE_SHOP_FREE);

  g_assert_nonnull (entry);
  peg_entry_get_fields (entry, fields);
}

static void
take_file (KioskFixture  *fixture,
           const char    *holder,
           PegEntryFlags  flags)
{
  PegEntryFields fields;
  PegDisplayNow now;

  peg_now_read (fixture->now, &now);
  get_file (fixture, &fields);
  fields.holder = holder;
  fields.station = g_str_equal (holder, FAKE_SHOP_USER) ? "VF-4" : "LB3000";
  fields.flags |= PEG_ENTRY_LOCKED | flags;
  fields.since_us = now.wall_us - 2 * HOUR_US;
  fields.last_seen_us = now.wall_us;
  fake_shop_change (fixture->store, &fields);
}

static void
prepare_yours (KioskFixture *fixture)
{
  take_file (fixture, FAKE_SHOP_USER, PEG_ENTRY_PLAIN);
}

static void
prepare_others (KioskFixture *fixture)
{
  take_file (fixture, "Dana", PEG_ENTRY_PLAIN);
}

static void
prepare_trouble (KioskFixture *fixture)
{
  take_file (fixture, "Dana", PEG_ENTRY_CHANGED_OUTSIDE);
}

static void
prepare_stale (KioskFixture *fixture)
{
  take_file (fixture, "Dana", PEG_ENTRY_PLAIN);
  fake_shop_link (fixture->store, PEG_LINK_SUSPENDED, PEG_LINK_REASON_NONE);
}

static void
prepare_pending (KioskFixture *fixture)
{
  fake_shop_pending (fixture->store, FAKE_SHOP_FREE, PEG_ACTION_CHECK_OUT);
}

/* What was written into the working folder, of this revision or an older one, and what
 * is found there. */
static void
tell_copy (KioskFixture *fixture,
           PegCopyThere  there,
           const char   *written,
           const char   *found,
           int           older)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = NULL;
  g_autofree char *name = g_path_get_basename (FAKE_SHOP_FREE);
  PegEntryFields fields;
  PegCopyRecord record = { (char *) FAKE_SHOP_FREE, name, (char *) written, 10, 0, 0 };
  const PegCopyFacts facts = { there, (char *) found, 10, 5 };

  get_file (fixture, &fields);
  record.major = fields.major;
  record.minor = fields.minor - older;
  g_ptr_array_add (all, peg_copy_new (&record, &facts));
  copies = peg_copies_new ("/machine", NULL, all, NULL);
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
}

static void
prepare_changed_copy (KioskFixture *fixture)
{
  tell_copy (fixture, PEG_COPY_THERE_FILE, SHA256, OTHER_SHA256, 0);
}

static void
prepare_old_copy (KioskFixture *fixture)
{
  tell_copy (fixture, PEG_COPY_THERE_FILE, OTHER_SHA256, OTHER_SHA256, 1);
}

static void
prepare_missing_copy (KioskFixture *fixture)
{
  tell_copy (fixture, PEG_COPY_THERE_NOTHING, SHA256, NULL, 0);
}

static const Look rows[] = {
  { "free", FAKE_SHOP_LIVE, NULL },
  { "yours", FAKE_SHOP_LIVE, prepare_yours },
  { "others", FAKE_SHOP_LIVE, prepare_others },
  { "trouble", FAKE_SHOP_LIVE, prepare_trouble },
  { "stale", FAKE_SHOP_LIVE, prepare_stale },
  { "pending", FAKE_SHOP_LIVE, prepare_pending },
  { "changed-copy", FAKE_SHOP_LIVE, prepare_changed_copy },
  { "old-copy", FAKE_SHOP_LIVE, prepare_old_copy },
  { "missing-copy", FAKE_SHOP_LIVE, prepare_missing_copy },
};

static void
prepare_signed_in (KioskFixture *fixture)
{
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, "Lena");
}

static void
prepare_warning (KioskFixture *fixture)
{
  PegKioskView values;
  PegDisplayNow now;

  prepare_signed_in (fixture);
  peg_now_read (fixture->now, &now);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_WARNING;
  values.sign_out_us = values.phase_until_us = now.mono_us + 17 * G_USEC_PER_SEC;
  kiosk_fixture_set_view (fixture, &values);
}

static void
prepare_refused (KioskFixture *fixture)
{
  prepare_signed_in (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  kiosk_fixture_do (fixture, "win.kiosk-command", "check-out");
}

static void
prepare_selected (KioskFixture *fixture)
{
  prepare_signed_in (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
}

static void
prepare_details (KioskFixture *fixture)
{
  prepare_selected (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-page", "details");
}

/* Whether whoever has the file can be asked. */
static void
show_holder (KioskFixture *fixture,
             const char   *present)
{
  const char *names[] = { FAKE_SHOP_USER, present, NULL };

  fake_shop_dispatch (fixture->store, (PegEvent) {
                        .kind = PEG_EVENT_PRESENCE,
                        .presence.all = names,
                      });
  prepare_signed_in (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  kiosk_fixture_do (fixture, "win.kiosk-page", "details");
}

static void
prepare_attended (KioskFixture *fixture)
{
  show_holder (fixture, "Dana");
}

static void
prepare_unattended (KioskFixture *fixture)
{
  show_holder (fixture, NULL);
}

static void
prepare_check_in (KioskFixture *fixture)
{
  prepare_selected (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-command", "check-in");
}

static void
prepare_release (KioskFixture *fixture)
{
  prepare_selected (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-command", "release");
}

static void
prepare_kept (KioskFixture *fixture)
{
  fake_shop_add_drafts (fixture->store);
  kiosk_fixture_show (fixture);
  prepare_signed_in (fixture);
}

static void
prepare_unsent (KioskFixture *fixture)
{
  prepare_kept (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-page", "unsent");
}

static void
prepare_out (KioskFixture *fixture)
{
  kiosk_fixture_do (fixture, "win.kiosk-page", "out");
}

static void
prepare_safe (KioskFixture *fixture)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.safe_code = (char *) "K7P2";
  kiosk_fixture_set_view (fixture, &values);
}

static void
show_answer (KioskFixture   *fixture,
             PegKioskSignal  kind)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.signal = kind;
  values.signal_serial++;
  kiosk_fixture_set_view (fixture, &values);
}

static void
prepare_yes (KioskFixture *fixture)
{
  show_answer (fixture, PEG_KIOSK_SIGNAL_YES);
}

static void
prepare_no (KioskFixture *fixture)
{
  show_answer (fixture, PEG_KIOSK_SIGNAL_NO);
}

static const Look terminals[] = {
  { "live", FAKE_SHOP_LIVE, NULL },
  { "signed-in", FAKE_SHOP_LIVE, prepare_signed_in },
  { "selected", FAKE_SHOP_LIVE, prepare_selected },
  { "warning", FAKE_SHOP_LIVE, prepare_warning },
  { "refused", FAKE_SHOP_LIVE, prepare_refused },
  { "details", FAKE_SHOP_LIVE, prepare_details },
  { "attended", FAKE_SHOP_LIVE, prepare_attended },
  { "unattended", FAKE_SHOP_LIVE, prepare_unattended },
  { "check-in", FAKE_SHOP_LIVE, prepare_check_in },
  { "release", FAKE_SHOP_LIVE, prepare_release },
  { "kept", FAKE_SHOP_LIVE, prepare_kept },
  { "unsent", FAKE_SHOP_LIVE, prepare_unsent },
  { "out", FAKE_SHOP_LIVE, prepare_out },
  { "safe-mode", FAKE_SHOP_LIVE, prepare_safe },
  { "yes", FAKE_SHOP_LIVE, prepare_yes },
  { "no", FAKE_SHOP_LIVE, prepare_no },
  { "reconnecting", FAKE_SHOP_WAITING, NULL },
  { "suspended", FAKE_SHOP_SUSPENDED, NULL },
  { "connecting", FAKE_SHOP_CONNECTING, NULL },
  { "offline", FAKE_SHOP_OFFLINE, NULL },
  { "not-trusted", FAKE_SHOP_CERTIFICATE, NULL },
  { "not-allowed", FAKE_SHOP_SIGN_IN, NULL },
};

typedef struct {
  GtkWidget *window;
  GtkWidget *list;         /* (nullable): where the rows are cut off */
  GHashTable *states;      /* (element-type GtkWidget): labels of the words about states */
  GString *words;
  GString *rest;
} Lists;

/* Whether it is what one sees there, and not what lies over it. */
static gboolean
is_seen (Lists     *lists,
         GtkWidget *widget,
         double     x,
         double     y)
{
  GtkWidget *top = gtk_widget_pick (lists->window, x, y,
                                    GTK_PICK_INSENSITIVE | GTK_PICK_NON_TARGETABLE);

  return top != NULL && (top == widget || gtk_widget_is_ancestor (top, widget));
}

static void
append (GString    *list,
        double      x,
        double      y,
        double      width,
        double      height,
        const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\n", ' ');

  g_string_append_printf (list, "%d %d %d %d %s\n", (int) ceil (x), (int) ceil (y), (int) width,
                          (int) height, line);
}

/* The words of a row are drawn, and no labels. */
static void
add_row (Lists     *lists,
         GtkWidget *widget)
{
  PegFileRow *row = PEG_FILE_ROW (widget);
  graphene_rect_t bounds, room;
  PegLargeGeometry at;
  const char *name;
  double height;

  if (peg_file_row_get_row (row) == NULL ||
      !gtk_widget_compute_bounds (widget, lists->window, &bounds) ||
      !gtk_widget_compute_bounds (lists->list, lists->window, &room) ||
      !graphene_rect_contains_rect (&room, &bounds) ||
      !is_seen (lists, widget, bounds.origin.x + bounds.size.width / 2,
                bounds.origin.y + bounds.size.height / 2))
    return;

  peg_file_row_get_large_geometry (row, &at);
  name = peg_row_get_name (peg_file_row_get_row (row));
  height = bounds.size.height;
  if (at.more.width > 0)
    append (lists->words, bounds.origin.x + at.more.x, bounds.origin.y + height * MIDDLE,
            at.more.width, height * (1 - MIDDLE), name);
  if (at.words.width > 0)
    append (lists->words, bounds.origin.x + at.words.x, bounds.origin.y, at.words.width,
            at.more.width > 0 ? height * MIDDLE : height, peg_file_row_get_words (row));
  if (at.name.width > 0)
    append (lists->words, bounds.origin.x + at.name.x, bounds.origin.y, at.name.width,
            height * MIDDLE, name);
  if (at.description.width > 0)
    append (lists->rest, bounds.origin.x + at.description.x, bounds.origin.y + height * MIDDLE,
            at.description.width, height * (1 - MIDDLE), name);
  if (at.revision.width > 0)
    append (lists->rest, bounds.origin.x + at.revision.x, bounds.origin.y + height * MIDDLE,
            at.revision.width, height * (1 - MIDDLE), name);
}

static void
add_label (Lists     *lists,
           GtkWidget *widget)
{
  const char *text = gtk_label_get_text (GTK_LABEL (widget));
  graphene_rect_t bounds;

  if (*text == '\0' || !gtk_widget_compute_bounds (widget, lists->window, &bounds) ||
      !is_seen (lists, widget, bounds.origin.x + bounds.size.width / 2,
                bounds.origin.y + bounds.size.height / 2))
    return;

  append (g_hash_table_contains (lists->states, widget) ? lists->words : lists->rest,
          bounds.origin.x, bounds.origin.y, bounds.size.width, bounds.size.height, text);
}

static void
add_all (Lists     *lists,
         GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return;

  if (PEG_IS_FILE_LIST (widget))
    lists->list = widget;
  if (PEG_IS_FILE_ROW (widget))
    add_row (lists, widget);
  else if (GTK_IS_LABEL (widget))
    add_label (lists, widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    add_all (lists, child);
}

static void
note_state (GtkWidget             *label,
            const graphene_rect_t *bounds,
            gpointer               user_data)
{
  g_hash_table_add (user_data, label);
}

static void
write_down (const char *folder,
            const char *name,
            const char *ending,
            GString    *list)
{
  g_autofree char *file = g_strconcat (name, ending, NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, list->str, (gssize) list->len, &error))
    g_printerr ("%s\n", error->message);
}

static void
write_lists (KioskFixture *fixture,
             const char   *folder,
             const char   *name)
{
  g_autoptr (GHashTable) states = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) rest = g_string_new (NULL);
  Lists lists = { GTK_WIDGET (fixture->window), NULL, states, words, rest };

  kiosk_sizes_foreach_word (lists.window, note_state, states);
  add_all (&lists, lists.window);
  write_down (folder, name, ".words", words);
  write_down (folder, name, ".rest", rest);
}

static void
take (const char *folder,
      const Look *look,
      gboolean    row)
{
  const KioskPanel *panel = &kiosk_panels[PANEL];
  g_autoptr (KioskFixture) fixture =
    kiosk_fixture_new (look->state, panel->width_px + FRAME, panel->height_px + FRAME,
                       kiosk_panel_pixels_per_mm (panel));
  g_autofree char *file = g_strconcat (look->name, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  /* Where the row is in view, and not selected. */
  if (row) {
    kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
    kiosk_fixture_do (fixture, "win.kiosk-reset", NULL);
  }
  if (look->prepare != NULL)
    look->prepare (fixture);
  kiosk_fixture_show (fixture);
  stage_save_picture (GTK_WIDGET (fixture->window), path);
  write_lists (fixture, folder, look->name);
}

/*
 * kiosk_looks_take:
 * @folder: where to
 */
void
kiosk_looks_take (const char *folder)
{
  g_autofree char *row_folder = g_build_filename (folder, "row", NULL);
  g_autofree char *terminal_folder = g_build_filename (folder, "terminal", NULL);

  g_mkdir_with_parents (row_folder, 0755);
  g_mkdir_with_parents (terminal_folder, 0755);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    take (row_folder, &rows[i], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (terminals); i++)
    take (terminal_folder, &terminals[i], FALSE);
}
