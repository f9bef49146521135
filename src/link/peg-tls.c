/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-tls"

#include "peg-config.h"

#include "peg-tls.h"

#include "peg-http.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * PegTlsOwn:
 *
 * The certificate of this computer, for servers that ask for one.
 *
 * A PIN is given to a card once. A card locks itself after a few wrong ones, and
 * a program that reconnects for ever would see to that over lunch.
 */
struct _PegTlsOwn
{
  GObject parent_instance;

  GTlsCertificate *certificate; /* (owned) (not nullable) */
  char *pin;                    /* (owned) (nullable): %NULL: there is none to give */
  gboolean pin_works;
  gboolean pin_refused;
  guint doubts;                 /* servers that asked for it and hung up, in a row */
};

/* A server may hang up for many reasons; when one does so again right after it
 * has seen our certificate, it does not take it. */
#define MAX_DOUBTS 1

G_DEFINE_FINAL_TYPE (PegTlsOwn, peg_tls_own, G_TYPE_OBJECT)

/* What one request learned. */
typedef struct {
  PegTlsOwn *own;              /* (owned) (nullable) */
  GTlsCertificateFlags errors; /* of the server’s certificate */
  char *description;           /* (owned) (nullable): of the server’s certificate */
  gboolean asked;              /* the server asked for ours */
  gboolean pin_given;
  gboolean pin_missing;
} Watch;

static void
watch_free (Watch *watch)
{
  g_clear_object (&watch->own);
  g_clear_pointer (&watch->description, g_free);
  g_free (watch);
}

static GQuark
watch_quark (void)
{
  return g_quark_from_static_string ("peg-tls-watch");
}

static void
peg_tls_own_finalize (GObject *object)
{
  PegTlsOwn *self = PEG_TLS_OWN (object);

  g_clear_object (&self->certificate);
  g_clear_pointer (&self->pin, g_free);

  G_OBJECT_CLASS (peg_tls_own_parent_class)->finalize (object);
}

static void
peg_tls_own_class_init (PegTlsOwnClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_tls_own_finalize;
}

static void
peg_tls_own_init (PegTlsOwn *self)
{
}

/**
 * peg_tls_own_new_from_files: (skip)
 * @certificate: path of the certificate, and of those between it and its CA, PEM
 * @key: (nullable): path of the private key, PEM; %NULL: it is in the same file
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the certificate
 */
PegTlsOwn *
peg_tls_own_new_from_files (const char  *certificate,
                            const char  *key,
                            GError     **error)
{
  g_autoptr (GTlsCertificate) loaded = NULL;
  PegTlsOwn *self;

  g_return_val_if_fail (certificate != NULL, NULL);

  loaded = g_tls_certificate_new_from_files (certificate, key != NULL ? key : certificate, error);
  if (loaded == NULL) {
    g_prefix_error (error, "The certificate of this computer, “%s”, cannot be used: ", certificate);
    return NULL;
  }

  self = g_object_new (PEG_TYPE_TLS_OWN, NULL);
  self->certificate = g_steal_pointer (&loaded);

  return self;
}

/* Settings and command lines are read by others. */
static gboolean
has_pin (const char *uri)
{
  return uri != NULL && (strstr (uri, "pin-value=") != NULL || strstr (uri, "pin-source=") != NULL);
}

/**
 * peg_tls_own_new_from_pkcs11: (skip)
 * @certificate: PKCS#11 URI (RFC 7512) of the certificate
 * @key: (nullable): PKCS#11 URI of the private key; %NULL: @certificate finds it,
 *   too
 * @pin: (nullable): what the card or token asks for
 * @error: return location
 *
 * A PIN in a URI is refused.
 *
 * Returns: (transfer full) (nullable): the certificate
 */
PegTlsOwn *
peg_tls_own_new_from_pkcs11 (const char  *certificate,
                             const char  *key,
                             const char  *pin,
                             GError     **error)
{
  g_autoptr (GTlsCertificate) found = NULL;
  PegTlsOwn *self;

  g_return_val_if_fail (certificate != NULL, NULL);

  if (has_pin (certificate) || has_pin (key)) {
    g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
                         "The PIN of a card does not belong in its address, where others can "
                         "read it; keep it in the keyring");
    return NULL;
  }

  found = g_tls_certificate_new_from_pkcs11_uris (certificate, key, error);
  if (found == NULL) {
    g_prefix_error (error, "The certificate “%s” cannot be used: ", certificate);
    return NULL;
  }

  self = g_object_new (PEG_TYPE_TLS_OWN, NULL);
  self->certificate = g_steal_pointer (&found);
  self->pin = g_strdup (pin);

  return self;
}

static char *
get_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *hex = NULL;
  GString *fingerprint = g_string_new (NULL);

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL)
    return g_string_free (fingerprint, FALSE);

  hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  for (const char *c = hex; *c != '\0'; c += 2)
    g_string_append_printf (fingerprint, "%s%c%c", c == hex ? "" : ":",
                            g_ascii_toupper (c[0]), g_ascii_toupper (c[1]));

  return g_string_free (fingerprint, FALSE);
}

static char *
get_date (GDateTime *date)
{
  g_autoptr (GDateTime) local = date != NULL ? g_date_time_to_local (date) : NULL;

  return local != NULL ? g_date_time_format (local, "%x") : g_strdup ("?");
}

/* Whose it is, who signed it, how long it holds, and by what to tell it from a
 * forged one: that is what somebody can compare on the telephone. */
static char *
describe (GTlsCertificate *certificate)
{
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);
  g_autoptr (GDateTime) before = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) after = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *from = get_date (before);
  g_autofree char *to = get_date (after);
  g_autofree char *fingerprint = get_fingerprint (certificate);

  /* Translators: a certificate: whose it is, who signed it, from when, until
   * when, and its fingerprint. */
  return g_strdup_printf (_("Issued to: %s\nSigned by: %s\nValid from %s to %s\nSHA-256: %s"),
                          subject != NULL ? subject : "?", issuer != NULL ? issuer : "?",
                          from, to, fingerprint);
}

/* Called only for a certificate with which something is wrong. */
static gboolean
accept_certificate_cb (SoupMessage          *message,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       Watch                *watch)
{
  watch->errors = errors;
  g_free (watch->description);
  watch->description = describe (certificate);

  return FALSE;
}

static gboolean
request_certificate_cb (SoupMessage          *message,
                        GTlsClientConnection *connection,
                        Watch                *watch)
{
  watch->asked = TRUE;

  /* Without one the handshake goes on: the server may only have been asking. */
  soup_message_set_tls_client_certificate (message,
                                           watch->own != NULL ? watch->own->certificate : NULL);

  return TRUE;
}

static gboolean
request_password_cb (SoupMessage  *message,
                     GTlsPassword *password,
                     Watch        *watch)
{
  PegTlsOwn *own = watch->own;

  if (own == NULL || own->pin == NULL || own->pin_refused ||
      (watch->pin_given && !own->pin_works)) {
    watch->pin_missing = TRUE;
    if (own != NULL && watch->pin_given)
      own->pin_refused = TRUE;
    return FALSE;
  }

  watch->pin_given = TRUE;
  g_tls_password_set_value (password, (const guchar *) own->pin, -1);
  soup_message_tls_client_certificate_password_request_complete (message);

  return TRUE;
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  Watch              *watch)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && watch->own != NULL && watch->pin_given)
    watch->own->pin_works = TRUE;
}

static void
answered_cb (SoupMessage *message,
             Watch       *watch)
{
  if (watch->own != NULL)
    watch->own->doubts = 0;
}

/**
 * peg_tls_watch: (skip)
 * @message: a request that is not yet sent
 * @own: (nullable): the certificate of this computer
 *
 * Sees to the certificates of a request, and remembers for peg_tls_judge() what
 * was wrong with them.
 */
void
peg_tls_watch (SoupMessage *message,
               PegTlsOwn   *own)
{
  Watch *watch;

  g_return_if_fail (SOUP_IS_MESSAGE (message));

  watch = g_new0 (Watch, 1);
  watch->own = own != NULL ? g_object_ref (own) : NULL;
  g_object_set_qdata_full (G_OBJECT (message), watch_quark (), watch, (GDestroyNotify) watch_free);

  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), watch);
  g_signal_connect (message, "request-certificate", G_CALLBACK (request_certificate_cb), watch);
  g_signal_connect (message, "request-certificate-password", G_CALLBACK (request_password_cb),
                    watch);
  g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), watch);
  g_signal_connect (message, "got-informational", G_CALLBACK (answered_cb), watch);
  g_signal_connect (message, "got-headers", G_CALLBACK (answered_cb), watch);
}

/* When nobody who is trusted has signed it, nothing else in it can be believed. */
static PegLinkReason
judge_errors (GTlsCertificateFlags errors)
{
  if (errors & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return PEG_LINK_REASON_CERTIFICATE_ISSUER;
  if (errors & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return PEG_LINK_REASON_CERTIFICATE_HOST;
  if (errors & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
    return PEG_LINK_REASON_CERTIFICATE_EXPIRED;

  return PEG_LINK_REASON_CERTIFICATE;
}

static char *
describe_own (const Watch  *watch,
              const GError *error)
{
  if (watch->own == NULL)
    return g_strdup (_("No certificate of this computer is set up."));
  if (watch->own->pin_refused)
    return g_strdup (_("The card refused the PIN. It is not tried again, because cards lock themselves after a few wrong ones."));
  if (watch->pin_missing)
    return g_strdup (_("The card with the certificate asks for a PIN, and none is in the keyring."));

  return g_strdup (error->message);
}

/* A server that refuses our certificate says so in an alert, of which GnuTLS
 * makes several kinds of error; and in TLS 1.3 the end of the connection mostly
 * overtakes the alert (measured). */
static gboolean
is_about_own (const Watch  *watch,
              const GError *error)
{
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    return TRUE;
  if (watch == NULL || !watch->asked)
    return FALSE;
  if (error->domain == G_TLS_ERROR)
    return TRUE;

  return watch->own != NULL &&
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) &&
         watch->own->doubts++ >= MAX_DOUBTS;
}

/**
 * peg_tls_judge: (skip)
 * @message: a request that was given to peg_tls_watch()
 * @error: why there is no answer to it
 * @detail: (out) (optional) (nullable) (transfer full): more about it, for people
 *
 * Like peg_http_reason(), with what only the request knows: what exactly was
 * wrong with which certificate.
 *
 * Returns: what @error means
 */
PegLinkReason
peg_tls_judge (SoupMessage   *message,
               const GError  *error,
               char         **detail)
{
  Watch *watch;

  g_return_val_if_fail (SOUP_IS_MESSAGE (message), PEG_LINK_REASON_LOST);
  g_return_val_if_fail (error != NULL, PEG_LINK_REASON_LOST);

  watch = g_object_get_qdata (G_OBJECT (message), watch_quark ());

  if (watch != NULL && watch->errors != 0) {
    if (detail != NULL)
      *detail = g_strdup (watch->description);
    return judge_errors (watch->errors);
  }

  if (is_about_own (watch, error)) {
    if (watch != NULL && watch->own != NULL && watch->pin_given && !watch->own->pin_works)
      watch->own->pin_refused = TRUE;
    if (detail != NULL)
      *detail = watch != NULL ? describe_own (watch, error) : g_strdup (error->message);
    return PEG_LINK_REASON_OWN_CERTIFICATE;
  }

  if (detail != NULL)
    *detail = g_strdup (error->message);

  return peg_http_reason (error);
}
