/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-view"

#include "peg-config.h"

#include "peg-kiosk-view.h"

static void
person_free (gpointer data)
{
  PegKioskPerson *person = data;

  g_free (person->id);
  g_free (person->name);
  g_free (person);
}

static PegKioskPerson *
person_copy (const PegKioskPerson *from)
{
  PegKioskPerson *person = g_new0 (PegKioskPerson, 1);

  person->id = g_strdup (from->id);
  person->name = g_strdup (from->name);

  return person;
}

/**
 * peg_kiosk_view_new:
 * @from: (nullable): what is to be in it; everything is copied. %NULL: nobody is
 *   signed in, and nothing was scanned
 *
 * Returns: (transfer full): a view that never changes
 */
PegKioskView *
peg_kiosk_view_new (const PegKioskView *from)
{
  PegKioskView *self = g_new0 (PegKioskView, 1);

  if (from != NULL) {
    *self = *from;
    self->person_id = g_strdup (from->person_id);
    self->person = g_strdup (from->person);
    self->user = g_strdup (from->user);
    self->role = g_strdup (from->role);
    self->pin_id = g_strdup (from->pin_id);
    self->pin_name = g_strdup (from->pin_name);
    self->signal_word = g_strdup (from->signal_word);
    self->signal_detail = g_strdup (from->signal_detail);
    self->safe_code = g_strdup (from->safe_code);
    self->missing = g_strdupv (from->missing);
    self->station = g_strdup (from->station);
    self->version = g_strdup (from->version);
    self->waiting = g_strdupv (from->waiting);
    self->lost = g_strdupv (from->lost);
  }

  self->people = g_ptr_array_new_with_free_func (person_free);
  for (guint i = 0; from != NULL && from->people != NULL && i < from->people->len; i++)
    g_ptr_array_add (self->people, person_copy (g_ptr_array_index (from->people, i)));
  g_atomic_ref_count_init (&self->ref_count);

  return self;
}

/**
 * peg_kiosk_view_ref:
 * @self: a view
 *
 * Returns: (transfer full): @self
 */
PegKioskView *
peg_kiosk_view_ref (PegKioskView *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * peg_kiosk_view_unref:
 * @self: (transfer full): a view
 */
void
peg_kiosk_view_unref (PegKioskView *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->person_id);
  g_free (self->person);
  g_free (self->user);
  g_free (self->role);
  g_free (self->pin_id);
  g_free (self->pin_name);
  g_ptr_array_unref (self->people);
  g_free (self->signal_word);
  g_free (self->signal_detail);
  g_free (self->safe_code);
  g_strfreev (self->missing);
  g_free (self->station);
  g_free (self->version);
  g_strfreev (self->waiting);
  g_strfreev (self->lost);
  g_free (self);
}

static gboolean
same_people (GPtrArray *a,
             GPtrArray *b)
{
  gboolean same = a->len == b->len;

  for (guint i = 0; same && i < a->len; i++) {
    const PegKioskPerson *one = g_ptr_array_index (a, i);
    const PegKioskPerson *other = g_ptr_array_index (b, i);

    same = g_str_equal (one->id, other->id) && g_str_equal (one->name, other->name);
  }

  return same;
}

static gboolean
same_strv (char **a,
           char **b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return g_strv_equal ((const char * const *) a, (const char * const *) b);
}

/**
 * peg_kiosk_view_equal:
 * @a: a view
 * @b: another
 * @slack_us: by how much a time may differ, µs
 *
 * Every touch puts off the time at which somebody is signed out; not every touch
 * need be rendered.
 *
 * Returns: whether the same is to be shown
 */
gboolean
peg_kiosk_view_equal (const PegKioskView *a,
                      const PegKioskView *b,
                      gint64              slack_us)
{
  return a->phase == b->phase && a->may == b->may && a->signing_in == b->signing_in &&
         a->has_badges == b->has_badges &&
         a->pin_wrong == b->pin_wrong && a->pin_busy == b->pin_busy && a->signal == b->signal &&
         a->signal_serial == b->signal_serial && a->pin_after_us == b->pin_after_us &&
         ABS (a->phase_until_us - b->phase_until_us) <= slack_us &&
         ABS (a->sign_out_us - b->sign_out_us) <= slack_us &&
         g_strcmp0 (a->person_id, b->person_id) == 0 && g_strcmp0 (a->person, b->person) == 0 &&
         g_strcmp0 (a->user, b->user) == 0 && g_strcmp0 (a->role, b->role) == 0 &&
         g_strcmp0 (a->pin_id, b->pin_id) == 0 &&
         g_strcmp0 (a->pin_name, b->pin_name) == 0 &&
         g_strcmp0 (a->signal_word, b->signal_word) == 0 &&
         g_strcmp0 (a->signal_detail, b->signal_detail) == 0 &&
         g_strcmp0 (a->safe_code, b->safe_code) == 0 &&
         g_strcmp0 (a->station, b->station) == 0 &&
         g_strcmp0 (a->version, b->version) == 0 && same_strv (a->missing, b->missing) &&
         same_strv (a->waiting, b->waiting) && same_strv (a->lost, b->lost) &&
         same_people (a->people, b->people);
}

/**
 * PegKioskModel:
 *
 * Holds the view of a shared terminal. The client writes it, the window renders it,
 * as a #PegStore does it for the board.
 */
struct _PegKioskModel
{
  GObject parent_instance;

  PegKioskView *view; /* (owned) (not nullable) */
};

G_DEFINE_FINAL_TYPE (PegKioskModel, peg_kiosk_model, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
peg_kiosk_model_finalize (GObject *object)
{
  PegKioskModel *self = PEG_KIOSK_MODEL (object);

  g_clear_pointer (&self->view, peg_kiosk_view_unref);

  G_OBJECT_CLASS (peg_kiosk_model_parent_class)->finalize (object);
}

static void
peg_kiosk_model_class_init (PegKioskModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_kiosk_model_finalize;

  /**
   * PegKioskModel::changed:
   *
   * There is another view.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_kiosk_model_init (PegKioskModel *self)
{
  self->view = peg_kiosk_view_new (NULL);
}

/**
 * peg_kiosk_model_new:
 *
 * Returns: (transfer full): a model with an empty view
 */
PegKioskModel *
peg_kiosk_model_new (void)
{
  return g_object_new (PEG_TYPE_KIOSK_MODEL, NULL);
}

/**
 * peg_kiosk_model_get_view:
 * @self: a model
 *
 * Returns: (transfer none): what is to be shown; good until the next one is set
 */
PegKioskView *
peg_kiosk_model_get_view (PegKioskModel *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_MODEL (self), NULL);

  return self->view;
}

/**
 * peg_kiosk_model_set_view:
 * @self: a model
 * @view: (transfer full): what is to be shown from now on
 */
void
peg_kiosk_model_set_view (PegKioskModel *self,
                          PegKioskView  *view)
{
  g_return_if_fail (PEG_IS_KIOSK_MODEL (self));
  g_return_if_fail (view != NULL);

  peg_kiosk_view_unref (self->view);
  self->view = view;
  g_signal_emit (self, signals[CHANGED], 0);
}
