/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "stage"

#include "peg-config.h"

#include "stage.h"

/* How many frames it takes until what was changed is laid out and drawn. */
#define N_FRAMES 4

/*
 * stage_dup_application:
 *
 * Returns: (transfer full): the one application of this program, as there is one for a
 *   process
 */
AdwApplication *
stage_dup_application (void)
{
  static AdwApplication *application = NULL;
  g_autoptr (GError) error = NULL;

  if (application == NULL) {
    application = adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
    g_application_register (G_APPLICATION (application), NULL, &error);
    g_assert_no_error (error);
    g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  }

  return g_object_ref (application);
}

static void
asked_cb (GSimpleAction *action,
          GVariant      *parameter,
          GPtrArray     *asked)
{
  g_autofree char *words = parameter != NULL ? g_variant_print (parameter, FALSE) : g_strdup ("");

  g_ptr_array_add (asked, g_strdup_printf ("%s%s%s", g_action_get_name (G_ACTION (action)),
                                           *words != '\0' ? " " : "", words));
}

/*
 * stage_add_actions:
 * @asked: (element-type utf8): outlives what @map does; frees what is in it
 *
 * Adds actions that do nothing but write “name parameter” at the end of @asked.
 */
void
stage_add_actions (GActionMap        *map,
                   const StageAction *actions,
                   guint              n_actions,
                   GPtrArray         *asked)
{
  for (guint i = 0; i < n_actions; i++) {
    g_autoptr (GSimpleAction) action =
      g_simple_action_new (actions[i].name,
                           actions[i].type != NULL ? G_VARIANT_TYPE (actions[i].type) : NULL);

    g_signal_connect (action, "activate", G_CALLBACK (asked_cb), asked);
    g_action_map_add_action (map, G_ACTION (action));
  }
}

gboolean
stage_was_asked (GPtrArray  *asked,
                 const char *what)
{
  return g_ptr_array_find_with_equal_func (asked, what, g_str_equal, NULL);
}

static gboolean
impatient_cb (gpointer user_data)
{
  g_error ("What the test waits for does not come");

  return G_SOURCE_REMOVE;
}

/*
 * stage_wait:
 *
 * Runs the main loop until @condition holds.
 */
void
stage_wait (StageCondition condition,
            gpointer       user_data)
{
  const guint cap = g_timeout_add_seconds (STAGE_PATIENCE_S, impatient_cb, NULL);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (cap);
}

static gboolean
count_frame_cb (GtkWidget     *widget,
                GdkFrameClock *clock,
                gpointer       user_data)
{
  guint *left = user_data;

  (*left)--;

  return *left > 0;
}

static gboolean
is_zero (gpointer user_data)
{
  const guint *left = user_data;

  return *left == 0;
}

/*
 * stage_settle:
 * @window: on the screen
 *
 * Runs the main loop for a few frames: what was changed is laid out and drawn.
 */
void
stage_settle (GtkWidget *window)
{
  guint left = N_FRAMES;

  gtk_widget_add_tick_callback (window, count_frame_cb, &left, NULL);
  stage_wait (is_zero, &left);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/*
 * stage_pass_us:
 *
 * Moves both clocks on.
 */
void
stage_pass_us (PegNow *now,
               gint64  us)
{
  PegDisplayNow clocks;

  peg_now_read (now, &clocks);
  clocks.mono_us += us;
  clocks.wall_us += us;
  peg_now_fix (now, &clocks);
}

/*
 * stage_find_row:
 * @widget: where to look
 * @name: what stands in the row first
 *
 * Returns: (transfer none) (nullable): the live row with that name
 */
PegFileRow *
stage_find_row (GtkWidget  *widget,
                const char *name)
{
  if (PEG_IS_FILE_ROW (widget)) {
    PegRow *row = peg_file_row_get_row (PEG_FILE_ROW (widget));

    return row != NULL && g_strcmp0 (peg_row_get_name (row), name) == 0 ? PEG_FILE_ROW (widget)
                                                                       : NULL;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    PegFileRow *found = stage_find_row (child, name);

    if (found != NULL)
      return found;
  }

  return NULL;
}

/* A window that was just told to draw itself again has nothing to show for a moment. */
static GskRenderNode *
draw (GtkWidget    *widget,
      GdkPaintable *paintable)
{
  GskRenderNode *node = NULL;

  while (node == NULL) {
    GtkSnapshot *snapshot = gtk_snapshot_new ();

    gtk_widget_queue_draw (widget);
    stage_settle (widget);
    gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                            gdk_paintable_get_intrinsic_height (paintable));
    node = gtk_snapshot_free_to_node (snapshot);
  }

  return node;
}

/*
 * stage_save_picture:
 * @widget: a window or a popover on the screen
 * @path: of a PNG
 *
 * Takes a picture, without the frame, which is that of a display without a window
 * manager.
 */
void
stage_save_picture (GtkWidget  *widget,
                    const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GskRenderNode) node = draw (widget, paintable);
  g_autoptr (GskRenderer) renderer = gsk_cairo_renderer_new ();
  g_autoptr (GdkTexture) texture = NULL;
  const int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const graphene_rect_t content =
    GRAPHENE_RECT_INIT ((float) (gdk_paintable_get_intrinsic_width (paintable) - width) / 2,
                        (float) (gdk_paintable_get_intrinsic_height (paintable) - height) / 2,
                        (float) width, (float) height);

  gsk_renderer_realize (renderer, NULL, NULL);
  texture = gsk_renderer_render_texture (renderer, node, &content);
  if (!gdk_texture_save_to_png (texture, path))
    g_printerr ("%s: cannot be written\n", path);
  gsk_renderer_unrealize (renderer);
}
