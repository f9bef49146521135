/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "ui-fixture"

#include "peg-config.h"

#include "ui-fixture.h"

#include "peg-details.h"
#include "peg-ui.h"
#include "stage.h"

#define FAKE_TYPE_PICKER (fake_picker_get_type ())

G_DECLARE_FINAL_TYPE (FakePicker, fake_picker, FAKE, PICKER, GObject)

struct _FakePicker
{
  GObject parent_instance;

  Fixture *fixture;
};

static void fake_picker_iface_init (PegFilePickerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakePicker, fake_picker, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_FILE_PICKER,
                                                      fake_picker_iface_init))

static void
fake_picker_pick_async (PegFilePicker       *picker,
                        GtkWindow           *parent,
                        const char          *title,
                        const char          *save_as,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  Fixture *fixture = FAKE_PICKER (picker)->fixture;
  g_autoptr (GTask) task = g_task_new (picker, cancellable, callback, user_data);

  g_free (fixture->pick_suggestion);
  fixture->pick_suggestion = g_strdup (save_as);

  if (fixture->pick != NULL)
    g_task_return_pointer (task, g_object_ref (fixture->pick), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nothing was picked");
}

static GFile *
fake_picker_pick_finish (PegFilePicker  *picker,
                         GAsyncResult   *result,
                         GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_picker_iface_init (PegFilePickerInterface *iface)
{
  iface->pick_async = fake_picker_pick_async;
  iface->pick_finish = fake_picker_pick_finish;
}

static void
fake_picker_class_init (FakePickerClass *klass)
{
}

static void
fake_picker_init (FakePicker *self)
{
}

static const StageAction actions[] = {
  { "connect", "(ss)" }, { "sign-in", "(ss)" }, { "sign-out", NULL }, { "trust-ca", "s" },
  { "disconnect", NULL }, { "reconnect", NULL }, { "demo-shop", NULL },
  { "check-out", "(ss)" }, { "check-in", "(sssb)" }, { "release", "s" },
  { "save-copy", "(ss)" }, { "open", "s" }, { "history", "s" },
  { "download-revision", "(sss)" }, { "draft-send", "s" }, { "draft-arrived", "s" },
  { "draft-save", "(ss)" }, { "draft-discard", "s" }, { "acknowledge", "s" },
  { "hide-work", "(sb)" }, { "copy-here", "s" }, { "copy-answer", "(sb)" },
  { "about", NULL }, { "shortcuts", NULL }, { "quit", NULL },
};

/*
 * fixture_new:
 *
 * Returns: (transfer full): a window of the given size over the shop in @state,
 *   drawn at least once
 */
Fixture *
fixture_new (FakeShopState state,
             int           width,
             int           height)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (FakePicker) picker = g_object_new (FAKE_TYPE_PICKER, NULL);
  PegDisplayNow now;

  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->application = stage_dup_application ();
  peg_ui_set_accels (GTK_APPLICATION (self->application));
  stage_add_actions (G_ACTION_MAP (self->application), actions, G_N_ELEMENTS (actions), self->asked);

  fake_shop_now (&now);
  self->now = peg_now_new_fixed (&now);
  self->store = fake_shop_new (state);
  self->settings = g_settings_new (APPLICATION_ID);
  picker->fixture = self;

  self->window = g_object_new (PEG_TYPE_WINDOW,
                               "application", self->application,
                               "store", self->store,
                               "settings", self->settings,
                               "now", self->now,
                               "file-picker", picker,
                               NULL);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  gtk_window_present (GTK_WINDOW (self->window));
  fixture_settle (self);

  return self;
}

static gboolean
is_gone (Fixture *self)
{
  return self->window == NULL;
}

/*
 * fixture_free:
 *
 * Closes the window, and makes sure that nothing keeps it.
 */
void
fixture_free (Fixture *self)
{
  PegWindow *window = self->window;

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &self->window);
  gtk_window_destroy (GTK_WINDOW (window));
  fixture_wait (self, is_gone);

  g_assert_finalize_object (self->store);
  g_assert_finalize_object (self->now);
  g_assert_finalize_object (self->settings);
  g_object_unref (self->application);
  g_ptr_array_unref (self->asked);
  g_clear_object (&self->pick);
  g_free (self->pick_suggestion);
  g_free (self);
}

/*
 * fixture_wait:
 *
 * Runs the main loop until @condition holds.
 */
void
fixture_wait (Fixture          *self,
              FixtureCondition  condition)
{
  stage_wait ((StageCondition) condition, self);
}

/*
 * fixture_settle:
 *
 * Runs the main loop for a few frames: what was changed is laid out and drawn.
 */
void
fixture_settle (Fixture *self)
{
  stage_settle (GTK_WIDGET (self->window));
}

/*
 * fixture_show:
 *
 * Shows all that the store was told.
 */
void
fixture_show (Fixture *self)
{
  fake_shop_show (self->store);
  fixture_settle (self);
}

gboolean
fixture_was_asked (Fixture    *self,
                   const char *what)
{
  return stage_was_asked (self->asked, what);
}

/*
 * fixture_pass_us:
 *
 * Moves the clocks on, and lets the window notice.
 */
void
fixture_pass_us (Fixture *self,
                 gint64   us)
{
  stage_pass_us (self->now, us);
  peg_window_tick (self->window);
  fixture_settle (self);
}

/*
 * fixture_child:
 *
 * Returns: (transfer none): the child @name of the template of @widget
 */
gpointer
fixture_child (gpointer    widget,
               GType       type,
               const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, type, name);

  g_assert_nonnull (child);

  return child;
}

/*
 * fixture_part:
 *
 * Returns: (transfer none): the part @name of the window
 */
gpointer
fixture_part (Fixture    *self,
              const char *name)
{
  return fixture_child (self->window, PEG_TYPE_WINDOW, name);
}

/*
 * fixture_detail:
 *
 * Returns: (transfer none): the part @name of the details
 */
gpointer
fixture_detail (Fixture    *self,
                const char *name)
{
  return fixture_child (fixture_part (self, "details"), PEG_TYPE_DETAILS, name);
}

/*
 * fixture_do:
 *
 * Activates an action without a parameter, and waits for what follows.
 */
void
fixture_do (Fixture    *self,
            const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL));
  fixture_settle (self);
}

/*
 * fixture_get_fields:
 *
 * Gets the values of a file, borrowed, to change some of them.
 */
void
fixture_get_fields (Fixture        *self,
                    const char     *key,
                    PegEntryFields *fields)
{
  PegEntry *entry = peg_snapshot_find (peg_store_get_shown (self->store), key);

  g_assert_nonnull (entry);
  peg_entry_get_fields (entry, fields);
}
