/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-eater"

#include "peg-config.h"

#include "peg-eater.h"

struct _PegEater
{
  GHashTable *fingers;    /* (owned): a set of sequences, borrowed and never looked into */
  GHashTable *buttons;    /* (owned): a set of numbers */
  GHashTable *keys;       /* (owned): a set of key codes */
};

/**
 * peg_eater_new:
 *
 * Returns: (transfer full): one that has eaten nothing
 */
PegEater *
peg_eater_new (void)
{
  PegEater *self = g_new0 (PegEater, 1);

  self->fingers = g_hash_table_new (NULL, NULL);
  self->buttons = g_hash_table_new (NULL, NULL);
  self->keys = g_hash_table_new (NULL, NULL);

  return self;
}

/**
 * peg_eater_free:
 * @self: (transfer full): an eater
 */
void
peg_eater_free (PegEater *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->fingers);
  g_hash_table_unref (self->buttons);
  g_hash_table_unref (self->keys);
  g_free (self);
}

/**
 * peg_eater_eat:
 * @self: an eater
 * @type: of the event
 * @finger: of a touch, which one
 * @number: of a button its number, of a key its code
 *
 * Follows what is pressed and let go.
 *
 * Returns: whether somebody meant something by it: pressed something, or turned a
 *   wheel. A mouse that moves on a table that shakes means nothing.
 */
gboolean
peg_eater_eat (PegEater      *self,
               GdkEventType   type,
               gconstpointer  finger,
               guint          number)
{
  if (type == GDK_TOUCH_BEGIN)
    g_hash_table_add (self->fingers, (gpointer) finger);
  else if (type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL)
    g_hash_table_remove (self->fingers, finger);
  else if (type == GDK_BUTTON_PRESS)
    g_hash_table_add (self->buttons, GUINT_TO_POINTER (number));
  else if (type == GDK_BUTTON_RELEASE)
    g_hash_table_remove (self->buttons, GUINT_TO_POINTER (number));
  else if (type == GDK_KEY_PRESS)
    g_hash_table_add (self->keys, GUINT_TO_POINTER (number));
  else if (type == GDK_KEY_RELEASE)
    g_hash_table_remove (self->keys, GUINT_TO_POINTER (number));
  else if (type == GDK_GRAB_BROKEN)
    peg_eater_drop (self);

  return type == GDK_TOUCH_BEGIN || type == GDK_BUTTON_PRESS || type == GDK_KEY_PRESS ||
         type == GDK_SCROLL;
}

/**
 * peg_eater_is_eating:
 * @self: an eater
 *
 * Returns: whether anything is still pressed
 */
gboolean
peg_eater_is_eating (PegEater *self)
{
  return g_hash_table_size (self->fingers) > 0 || g_hash_table_size (self->buttons) > 0 ||
         g_hash_table_size (self->keys) > 0;
}

/**
 * peg_eater_drop_keys:
 * @self: an eater
 *
 * Forgets keys: the focus is elsewhere, and so is the end of a press.
 */
void
peg_eater_drop_keys (PegEater *self)
{
  g_hash_table_remove_all (self->keys);
}

/**
 * peg_eater_drop:
 * @self: an eater
 *
 * Forgets everything.
 */
void
peg_eater_drop (PegEater *self)
{
  g_hash_table_remove_all (self->fingers);
  g_hash_table_remove_all (self->buttons);
  g_hash_table_remove_all (self->keys);
}
