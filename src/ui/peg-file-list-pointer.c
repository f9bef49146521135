/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-list-pointer"

#include "peg-config.h"

#include "peg-file-list-private.h"

/* What a mouse, a pen and a finger do to the list. */

static guint file_tapped;
static guint file_dropped;

static PegFileRow *
pick_row (PegFileList *self,
          double       x,
          double       y,
          double      *row_x)
{
  GtkWidget *view = GTK_WIDGET (self->view);
  GtkWidget *picked = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);
  GtkWidget *row = NULL;
  double row_y;

  if (picked == NULL)
    return NULL;

  if (PEG_IS_FILE_ROW (picked))
    row = picked;
  else if (PEG_IS_FILE_ROW (gtk_widget_get_first_child (picked)))
    row = gtk_widget_get_first_child (picked);

  if (row == NULL || peg_file_row_get_row (PEG_FILE_ROW (row)) == NULL ||
      !gtk_widget_translate_coordinates (view, row, x, y, row_x, &row_y))
    return NULL;

  return PEG_FILE_ROW (row);
}

static void
pressed_cb (GtkGestureClick *click,
            int              n_press,
            double           x,
            double           y,
            PegFileList     *self)
{
  double row_x;
  PegFileRow *row = pick_row (self, x, y, &row_x);

  if (row == NULL || !peg_file_row_is_arrow (row, row_x))
    return;

  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  peg_file_list_toggle (self, peg_file_row_get_row (row));
}

static gboolean
is_touch (GtkGestureClick *click)
{
  GdkDevice *device = gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (click));

  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

static void
released_cb (GtkGestureClick *click,
             int              n_press,
             double           x,
             double           y,
             PegFileList     *self)
{
  double row_x;
  PegFileRow *row = pick_row (self, x, y, &row_x);

  if (row == NULL || n_press != 1 || peg_file_row_is_arrow (row, row_x))
    return;

  if (peg_row_get_kind (peg_file_row_get_row (row)) == PEG_ROW_FILE)
    g_signal_emit (self, file_tapped, 0, peg_file_row_get_row (row));
  else if (self->sizes != NULL || is_touch (click))
    peg_file_list_toggle (self, peg_file_row_get_row (row));
}

/*
 * peg_file_list_pop_up_at:
 * @row: (nullable): whose menu; it is selected
 * @x: where, in the list view
 * @y: likewise
 */
void
peg_file_list_pop_up_at (PegFileList *self,
                         PegFileRow  *row,
                         double       x,
                         double       y)
{
  GdkRectangle at = { 0, 0, 1, 1 };
  double list_x, list_y;

  if (self->menu == NULL || row == NULL)
    return;

  peg_selection_set_row (self->selection, peg_file_row_get_row (row));
  if (peg_row_get_kind (peg_file_row_get_row (row)) != PEG_ROW_FILE)
    return;

  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (self), x, y,
                                    &list_x, &list_y);
  at.x = (int) list_x;
  at.y = (int) list_y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_pressed_cb (GtkGestureClick *click,
                 int              n_press,
                 double           x,
                 double           y,
                 PegFileList     *self)
{
  double row_x;

  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  peg_file_list_pop_up_at (self, pick_row (self, x, y, &row_x), x, y);
}

static void
long_pressed_cb (GtkGestureLongPress *press,
                 double               x,
                 double               y,
                 PegFileList         *self)
{
  double row_x;

  gtk_gesture_set_state (GTK_GESTURE (press), GTK_EVENT_SEQUENCE_CLAIMED);
  peg_file_list_pop_up_at (self, pick_row (self, x, y, &row_x), x, y);
}

static gboolean
drop_cb (GtkDropTarget *drop,
         const GValue  *value,
         double         x,
         double         y,
         PegFileList   *self)
{
  double row_x;
  PegFileRow *row = pick_row (self, x, y, &row_x);

  if (row == NULL || !G_VALUE_HOLDS (value, G_TYPE_FILE) ||
      peg_row_get_kind (peg_file_row_get_row (row)) != PEG_ROW_FILE)
    return FALSE;

  g_signal_emit (self, file_dropped, 0, peg_file_row_get_row (row),
                 g_value_get_object (value));

  return TRUE;
}

/*
 * peg_file_list_bind_pointer:
 * @widget_class: the class of the list, while it is made
 *
 * Adds the signals of what is done with a pointer, and lets the template find what
 * emits them.
 */
void
peg_file_list_bind_pointer (GtkWidgetClass *widget_class)
{
  /**
   * PegFileList::file-tapped:
   * @self: the list
   * @row: the row of a file
   *
   * A file was clicked or tapped once.
   */
  file_tapped =
    g_signal_new ("file-tapped", PEG_TYPE_FILE_LIST, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, PEG_TYPE_ROW);

  /**
   * PegFileList::file-dropped:
   * @self: the list
   * @row: the row of a file
   * @file: a file of this computer
   *
   * A file of this computer was dropped onto one of the list.
   */
  file_dropped =
    g_signal_new ("file-dropped", PEG_TYPE_FILE_LIST, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 2, PEG_TYPE_ROW, G_TYPE_FILE);

  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, drop_cb);
}
