/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-shop.h"
#include "peg-window.h"

G_BEGIN_DECLS

/* A window over a made-up shop, in an application that only writes down what is
 * asked of it. */
typedef struct {
  AdwApplication *application;
  GPtrArray *asked;       /* (element-type utf8): “name parameter”, in order */
  PegStore *store;
  PegNow *now;
  GSettings *settings;
  PegWindow *window;
  GFile *pick;            /* (nullable): what the file picker answers */
  char *pick_suggestion;  /* (nullable): what it was last asked to save as */
} Fixture;

typedef gboolean (*FixtureCondition) (Fixture *fixture);

Fixture *fixture_new   (FakeShopState  state,
                        int            width,
                        int            height) G_GNUC_WARN_UNUSED_RESULT;
void     fixture_free  (Fixture       *self);

void     fixture_settle (Fixture          *self);
void     fixture_show   (Fixture          *self);
void     fixture_wait   (Fixture          *self,
                         FixtureCondition  condition);
gboolean fixture_was_asked (Fixture       *self,
                            const char    *what);
void     fixture_pass_us   (Fixture       *self,
                            gint64         us);

gpointer fixture_child (gpointer    widget,
                        GType       type,
                        const char *name);

gpointer fixture_part       (Fixture        *self,
                             const char     *name);
gpointer fixture_detail     (Fixture        *self,
                             const char     *name);
void     fixture_do         (Fixture        *self,
                             const char     *action);
void     fixture_get_fields (Fixture        *self,
                             const char     *key,
                             PegEntryFields *fields);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

G_END_DECLS
