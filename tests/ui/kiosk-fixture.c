/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-fixture"

#include "peg-config.h"

#include "kiosk-fixture.h"

#include "peg-ui.h"
#include "stage.h"

#include <string.h>

static const StageAction actions[] = {
  { "history", "s" }, { "kiosk-sign-out", NULL }, { "kiosk-stay", NULL },
  { "kiosk-ask-pin", "s" }, { "kiosk-pin", "s" }, { "kiosk-pin-cancel", NULL },
  { "kiosk-wipe", NULL }, { "kiosk-rest", NULL }, { "kiosk-wake", NULL },
  { "kiosk-answer", "s" }, { "kiosk-act", "(sssbs)" }, { "kiosk-admin", "s" },
  { "kiosk-calibrated", "d" }, { "copy-answer", "(sb)" },
};

static void
refused_cb (KioskFixture *self,
            const char   *why)
{
  g_free (self->refused);
  self->refused = g_strdup (why);
}

static void
activity_cb (KioskFixture *self)
{
  self->n_activities++;
}

/* There is a working folder, and nothing in it yet. */
static void
set_up_folder (KioskFixture *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = peg_copies_new ("/machine", NULL, none, NULL);

  fake_shop_dispatch (self->store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
}

/*
 * kiosk_fixture_new:
 *
 * Returns: (transfer full): a window of the given size over the shop in @state, where
 *   nobody is signed in, drawn at least once
 */
KioskFixture *
kiosk_fixture_new (FakeShopState state,
                   int           width,
                   int           height,
                   double        pixels_per_mm)
{
  KioskFixture *self = g_new0 (KioskFixture, 1);
  PegDisplayNow now;

  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->application = stage_dup_application ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_DARK);
  stage_add_actions (G_ACTION_MAP (self->application), actions, G_N_ELEMENTS (actions), self->asked);

  fake_shop_now (&now);
  self->now = peg_now_new_fixed (&now);
  self->store = fake_shop_new (state);
  set_up_folder (self);
  fake_shop_show (self->store);
  self->model = peg_kiosk_model_new ();
  self->views = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_view_unref);
  peg_kiosk_model_set_view (self->model, peg_kiosk_view_new (&(PegKioskView) { .station = (char *) "VF-4" }));
  self->physical = peg_physical_new ();
  peg_physical_set_calibrated (self->physical, pixels_per_mm);

  self->window = g_object_new (PEG_TYPE_KIOSK_WINDOW,
                               "application", self->application,
                               "store", self->store,
                               "model", self->model,
                               "now", self->now,
                               "physical", self->physical,
                               NULL);
  g_signal_connect_swapped (self->window, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect_swapped (self->window, "activity", G_CALLBACK (activity_cb), self);
  gtk_window_unfullscreen (GTK_WINDOW (self->window));
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  gtk_window_present (GTK_WINDOW (self->window));
  kiosk_fixture_settle (self);

  return self;
}

static gboolean
is_gone (KioskFixture *self)
{
  return self->window == NULL;
}

/*
 * kiosk_fixture_free:
 *
 * Closes the window, and makes sure that nothing keeps it.
 */
void
kiosk_fixture_free (KioskFixture *self)
{
  PegKioskWindow *window = self->window;

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &self->window);
  gtk_window_destroy (GTK_WINDOW (window));
  kiosk_fixture_wait (self, is_gone);

  g_assert_finalize_object (self->model);
  g_assert_finalize_object (self->store);
  g_assert_finalize_object (self->now);
  g_object_unref (self->physical);
  g_object_unref (self->application);
  g_ptr_array_unref (self->asked);
  g_ptr_array_unref (self->views);
  g_free (self->refused);
  g_free (self);
}

/*
 * kiosk_fixture_wait:
 *
 * Runs the main loop until @condition holds.
 */
void
kiosk_fixture_wait (KioskFixture   *self,
                    KioskCondition  condition)
{
  stage_wait ((StageCondition) condition, self);
}

/*
 * kiosk_fixture_settle:
 *
 * Runs the main loop for a few frames: what was changed is laid out and drawn.
 */
void
kiosk_fixture_settle (KioskFixture *self)
{
  stage_settle (GTK_WIDGET (self->window));
}

/*
 * kiosk_fixture_show:
 *
 * Shows all that the store was told.
 */
void
kiosk_fixture_show (KioskFixture *self)
{
  fake_shop_show (self->store);
  kiosk_fixture_settle (self);
}

/*
 * kiosk_fixture_pass_us:
 *
 * Moves the clocks on, and lets the window notice.
 */
void
kiosk_fixture_pass_us (KioskFixture *self,
                       gint64        us)
{
  stage_pass_us (self->now, us);
  peg_kiosk_window_tick (self->window);
  kiosk_fixture_settle (self);
}

/*
 * kiosk_fixture_get_view:
 *
 * Gets what the terminal shows, borrowed, to change some of it.
 */
void
kiosk_fixture_get_view (KioskFixture *self,
                        PegKioskView *values)
{
  *values = *peg_kiosk_model_get_view (self->model);
}

void
kiosk_fixture_set_view (KioskFixture       *self,
                        const PegKioskView *values)
{
  g_ptr_array_add (self->views, peg_kiosk_view_ref (peg_kiosk_model_get_view (self->model)));
  peg_kiosk_model_set_view (self->model, peg_kiosk_view_new (values));
  kiosk_fixture_settle (self);
}

/*
 * kiosk_fixture_sign_in:
 * @id: (nullable): who; %NULL: nobody
 * @name: (nullable): their name
 *
 * What the client does when somebody showed a badge.
 */
void
kiosk_fixture_sign_in (KioskFixture *self,
                       const char   *id,
                       const char   *name)
{
  PegKioskView values;
  PegDisplayNow now;

  peg_now_read (self->now, &now);
  kiosk_fixture_get_view (self, &values);
  values.phase = id != NULL ? PEG_KIOSK_SIGNED_IN : PEG_KIOSK_LOOK;
  values.person_id = (char *) id;
  values.person = (char *) name;
  /* The made-up shop knows people by their names. */
  values.user = (char *) name;
  values.role = (char *) (id != NULL ? "Machinist" : NULL);
  values.sign_out_us = id != NULL ? now.mono_us + 120 * G_USEC_PER_SEC : 0;
  values.may = id != NULL ? PEG_KIOSK_MAY_CHECK_OUT | PEG_KIOSK_MAY_CHECK_IN |
                            PEG_KIOSK_MAY_RELEASE | PEG_KIOSK_MAY_COPY : 0;
  kiosk_fixture_set_view (self, &values);
}

/*
 * kiosk_fixture_do:
 * @parameter: (nullable): a string
 *
 * Activates an action, and waits for what follows.
 */
void
kiosk_fixture_do (KioskFixture *self,
                  const char   *action,
                  const char   *parameter)
{
  GVariant *variant = parameter != NULL ? g_variant_new_string (parameter) : NULL;

  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (self->window), action, variant));
  kiosk_fixture_settle (self);
}

gboolean
kiosk_fixture_was_asked (KioskFixture *self,
                         const char   *what)
{
  return stage_was_asked (self->asked, what);
}

static gboolean
has_text (GtkWidget  *widget,
          const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (has_text (child, text))
      return TRUE;
  }

  return FALSE;
}

static GtkWidget *
find_in (GtkWidget  *widget,
         GType       type,
         const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (text == NULL || has_text (widget, text)))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_in (child, type, text);

    if (found != NULL)
      return found;
  }

  return NULL;
}

/*
 * kiosk_fixture_find:
 * @text: (nullable): what it says somewhere in it
 *
 * Returns: (transfer none) (nullable): the first of what is on the screen of @type
 */
GtkWidget *
kiosk_fixture_find (KioskFixture *self,
                    GType         type,
                    const char   *text)
{
  return find_in (GTK_WIDGET (self->window), type, text);
}

/*
 * kiosk_fixture_press:
 * @title: of a button that is on the screen
 *
 * Presses it.
 */
void
kiosk_fixture_press (KioskFixture *self,
                     const char   *title)
{
  GtkWidget *button = kiosk_fixture_find (self, GTK_TYPE_BUTTON, title);

  if (button == NULL)
    g_error ("No button says “%s”", title);
  g_signal_emit_by_name (button, "clicked");
  kiosk_fixture_settle (self);
}

/*
 * kiosk_fixture_sees:
 *
 * Returns: whether @words are on the screen
 */
gboolean
kiosk_fixture_sees (KioskFixture *self,
                    const char   *words)
{
  return has_text (GTK_WIDGET (self->window), words);
}

/*
 * kiosk_fixture_find_row:
 * @name: of a file, or of a group
 *
 * Returns: (transfer none) (nullable): the row that shows it
 */
PegFileRow *
kiosk_fixture_find_row (KioskFixture *self,
                        const char   *name)
{
  return stage_find_row (GTK_WIDGET (self->window), name);
}
