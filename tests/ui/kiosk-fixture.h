/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-shop.h"
#include "peg-file-row.h"
#include "peg-kiosk-window.h"

G_BEGIN_DECLS

/* The person that the view of a terminal names when somebody is signed in: the one
 * whom the made-up shop knows. */
#define KIOSK_PERSON "lena"

/* What whoever opens the admin door is told of somebody who is gone, sentences. */
#define KIOSK_LOST \
  "2 check-ins of Dana Whitfield, who is no longer in the people file, are kept in " \
  "/var/lib/pegboard-kiosk/.local/state/pegboard/outbox/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.", \
  "To send, save or discard it, as the user of this terminal: " \
  "pegctl --server http://shop-north:8420 --user dana drafts list", \
  "Until then this terminal does not update itself."

/* The window of a shared terminal over a made-up shop, in an application that only
 * writes down what is asked of it. */
typedef struct {
  AdwApplication *application;
  GPtrArray *asked;      /* (element-type utf8): “name parameter”, in order */
  PegStore *store;
  PegNow *now;
  PegKioskModel *model;
  GPtrArray *views;      /* (element-type PegKioskView): of before, whose words tests borrow */
  PegPhysical *physical;
  PegKioskWindow *window;
  char *refused;         /* (nullable): what was last refused, and why */
  guint n_activities;
} KioskFixture;

typedef gboolean (*KioskCondition) (KioskFixture *fixture);

KioskFixture *kiosk_fixture_new  (FakeShopState  state,
                                  int            width,
                                  int            height,
                                  double         pixels_per_mm) G_GNUC_WARN_UNUSED_RESULT;
void          kiosk_fixture_free (KioskFixture  *self);

void kiosk_fixture_settle (KioskFixture   *self);
void kiosk_fixture_show   (KioskFixture   *self);
void kiosk_fixture_wait   (KioskFixture   *self,
                           KioskCondition  condition);
void kiosk_fixture_pass_us (KioskFixture  *self,
                            gint64         us);

void kiosk_fixture_sign_in   (KioskFixture       *self,
                              const char         *id,
                              const char         *name);
void kiosk_fixture_set_view  (KioskFixture       *self,
                              const PegKioskView *values);
void kiosk_fixture_get_view  (KioskFixture       *self,
                              PegKioskView       *values);

void     kiosk_fixture_do        (KioskFixture *self,
                                  const char   *action,
                                  const char   *parameter);
gboolean kiosk_fixture_was_asked (KioskFixture *self,
                                  const char   *what);

GtkWidget *kiosk_fixture_find  (KioskFixture *self,
                                GType         type,
                                const char   *text);
PegFileRow *kiosk_fixture_find_row (KioskFixture *self,
                                    const char   *name);
void       kiosk_fixture_press (KioskFixture *self,
                                const char   *title);
gboolean   kiosk_fixture_sees  (KioskFixture *self,
                                const char   *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFixture, kiosk_fixture_free)

G_END_DECLS
