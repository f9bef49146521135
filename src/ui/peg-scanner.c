/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-scanner"

#include "peg-config.h"

#include "peg-scanner.h"

/**
 * PegScanner:
 *
 * Hears the scanners and badge readers of a window, which are keyboards to the
 * computer, whatever has the focus.
 */
struct _PegScanner
{
  GObject parent_instance;

  PegWedge *wedge;  /* (owned) */
  gboolean enabled;
};

G_DEFINE_FINAL_TYPE (PegScanner, peg_scanner, G_TYPE_OBJECT)

typedef enum {
  PROP_ENABLED = 1,
} PegScannerProperty;

static GParamSpec *props[PROP_ENABLED + 1];

enum {
  SIGNAL_SCANNED,
  SIGNAL_INCOMPLETE,
  SIGNAL_TYPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
peg_scanner_finalize (GObject *object)
{
  PegScanner *self = PEG_SCANNER (object);

  g_clear_pointer (&self->wedge, peg_wedge_free);

  G_OBJECT_CLASS (peg_scanner_parent_class)->finalize (object);
}

static void
peg_scanner_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  PegScanner *self = PEG_SCANNER (object);

  switch ((PegScannerProperty) prop_id) {
    case PROP_ENABLED:
      g_value_set_boolean (value, self->enabled);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
peg_scanner_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  PegScanner *self = PEG_SCANNER (object);

  switch ((PegScannerProperty) prop_id) {
    case PROP_ENABLED:
      peg_scanner_set_enabled (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
peg_scanner_class_init (PegScannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = peg_scanner_finalize;
  object_class->get_property = peg_scanner_get_property;
  object_class->set_property = peg_scanner_set_property;

  /**
   * PegScanner:enabled:
   *
   * Whether it listens. All keys go where they would go without it if not.
   */
  props[PROP_ENABLED] =
    g_param_spec_boolean ("enabled", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * PegScanner::scanned:
   * @self: the scanner
   * @text: what was read, for peg_code_parse(); it may be a badge: never log it
   *
   * A code was read.
   */
  signals[SIGNAL_SCANNED] =
    g_signal_new ("scanned", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegScanner::incomplete:
   * @self: the scanner
   * @text: what came of it; it may be a part of a badge: never log it
   *
   * A code was read, but the scanner did not press its last key (site.conf, [Badges]
   * suffix): it was cut off, or is set up otherwise. What peg_code_parse() says is a
   * file, a command or a person is whole all the same, since those have a checksum.
   */
  signals[SIGNAL_INCOMPLETE] =
    g_signal_new ("incomplete", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegScanner::typed:
   * @self: the scanner
   * @text: what a human typed, as the computer's keyboard layout has it
   *
   * Somebody typed and no text field has the focus.
   */
  signals[SIGNAL_TYPED] =
    g_signal_new ("typed", PEG_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
peg_scanner_init (PegScanner *self)
{
  self->enabled = TRUE;
}

/**
 * peg_scanner_new:
 * @format: how the scanners are set up; copied
 *
 * Returns: (transfer full): a scanner that is attached to nothing
 */
PegScanner *
peg_scanner_new (const PegWedgeFormat *format)
{
  PegScanner *self;

  g_return_val_if_fail (format != NULL, NULL);

  self = g_object_new (PEG_TYPE_SCANNER, NULL);
  self->wedge = peg_wedge_new (format);

  return self;
}

/**
 * peg_scanner_attach:
 * @self: a scanner that is attached to nothing
 * @window: a window; it keeps the scanner
 *
 * Listens to the keys of a window, before anything in it does.
 */
void
peg_scanner_attach (PegScanner *self,
                    GtkWidget  *window)
{
  g_return_if_fail (PEG_IS_SCANNER (self));
  g_return_if_fail (GTK_IS_ROOT (window));

  g_object_set_data_full (G_OBJECT (window), "peg-scanner", g_object_ref (self), g_object_unref);
}

/**
 * peg_scanner_get_enabled:
 * @self: a scanner
 *
 * Returns: whether it listens
 */
gboolean
peg_scanner_get_enabled (PegScanner *self)
{
  g_return_val_if_fail (PEG_IS_SCANNER (self), FALSE);

  return self->enabled;
}

/**
 * peg_scanner_set_enabled:
 * @self: a scanner
 * @enabled: whether it is to listen
 */
void
peg_scanner_set_enabled (PegScanner *self,
                         gboolean    enabled)
{
  g_return_if_fail (PEG_IS_SCANNER (self));

  enabled = enabled != FALSE;
  if (self->enabled == enabled)
    return;

  self->enabled = enabled;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENABLED]);
}
