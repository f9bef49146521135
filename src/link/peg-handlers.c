/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-handlers"

#include "peg-config.h"

#include "peg-handlers.h"

typedef struct {
  guint id;
  PegHandlerFunc func;
  gpointer user_data;
} Handler;

struct _PegHandlers
{
  GHashTable *by_type; /* (owned) (element-type utf8 GArray): of Handler, oldest first */
  guint last_id;
};

/**
 * peg_handlers_new:
 *
 * Returns: (transfer full): a table in which nobody wants to hear anything
 */
PegHandlers *
peg_handlers_new (void)
{
  PegHandlers *self = g_new0 (PegHandlers, 1);

  self->by_type = g_hash_table_new_full (g_str_hash, g_str_equal,
                                         g_free, (GDestroyNotify) g_array_unref);

  return self;
}

/**
 * peg_handlers_free:
 * @self: (nullable) (transfer full): a table
 */
void
peg_handlers_free (PegHandlers *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_type);
  g_free (self);
}

/**
 * peg_handlers_add:
 * @self: a table
 * @type: a type of message, as it stands on the wire
 * @func: what to call for every message of that type
 * @user_data: for @func
 *
 * Several may want to hear of one type; all of them do.
 *
 * Returns: a number for peg_handlers_remove(), never 0
 */
guint
peg_handlers_add (PegHandlers    *self,
                  const char     *type,
                  PegHandlerFunc  func,
                  gpointer        user_data)
{
  const Handler handler = { ++self->last_id, func, user_data };
  GArray *handlers;

  g_return_val_if_fail (type != NULL, 0);
  g_return_val_if_fail (func != NULL, 0);

  handlers = g_hash_table_lookup (self->by_type, type);
  if (handlers == NULL) {
    handlers = g_array_new (FALSE, FALSE, sizeof (Handler));
    g_hash_table_insert (self->by_type, g_strdup (type), handlers);
  }

  g_array_append_val (handlers, handler);

  return handler.id;
}

/**
 * peg_handlers_remove:
 * @self: a table
 * @id: what peg_handlers_add() returned
 *
 * Also from within a function that is just being called.
 *
 * Returns: whether it was there
 */
gboolean
peg_handlers_remove (PegHandlers *self,
                     guint        id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_type);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GArray *handlers = value;

    for (guint i = 0; i < handlers->len; i++) {
      if (g_array_index (handlers, Handler, i).id != id)
        continue;

      g_array_remove_index (handlers, i);
      if (handlers->len == 0)
        g_hash_table_iter_remove (&iter);
      return TRUE;
    }
  }

  return FALSE;
}

/* The last of those that were added before @below. */
static gboolean
find_before (PegHandlers *self,
             const char  *type,
             guint        below,
             Handler     *found)
{
  const GArray *handlers = g_hash_table_lookup (self->by_type, type);

  for (guint i = handlers != NULL ? handlers->len : 0; i > 0; i--) {
    *found = g_array_index (handlers, Handler, i - 1);
    if (found->id < below)
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_handlers_dispatch:
 * @self: a table
 * @message: what came
 * @text: the same as it came
 *
 * Calls everybody who wants to hear of @message, whoever came last first: the
 * connection, which was there before everybody else, may take the message for
 * itself when it comes to its turn. Who is added meanwhile hears of the next.
 *
 * Returns: how many were called
 */
guint
peg_handlers_dispatch (PegHandlers          *self,
                       const PegWireMessage *message,
                       GBytes               *text)
{
  g_autofree char *type = g_strdup (message->type);
  Handler handler = { .id = self->last_id + 1 };
  guint n = 0;

  /* The table is looked into anew each time: whoever is called may change it. */
  while (type != NULL && find_before (self, type, handler.id, &handler)) {
    handler.func (message, text, handler.user_data);
    n++;
  }

  return n;
}
