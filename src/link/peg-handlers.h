/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/**
 * PegHandlerFunc:
 * @message: what came; of a type that the wire does not know, only its type is
 *   there
 * @text: the same as it came, for whoever knows more about it
 * @user_data: what was given with the function
 *
 * Called for one message from a server. Both are borrowed: what is to be kept
 * is copied.
 */
typedef void (*PegHandlerFunc) (const PegWireMessage *message,
                                GBytes               *text,
                                gpointer              user_data);

/**
 * PegHandlers:
 *
 * Who wants to hear of which type of message. For one thread.
 */
typedef struct _PegHandlers PegHandlers;

PegHandlers *peg_handlers_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void         peg_handlers_free (PegHandlers *self);

guint    peg_handlers_add      (PegHandlers          *self,
                                const char           *type,
                                PegHandlerFunc        func,
                                gpointer              user_data);
gboolean peg_handlers_remove   (PegHandlers          *self,
                                guint                 id);
guint    peg_handlers_dispatch (PegHandlers          *self,
                                const PegWireMessage *message,
                                GBytes               *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegHandlers, peg_handlers_free)

G_END_DECLS
