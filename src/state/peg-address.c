/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-address.h"

#include <glib/gi18n.h>
#include <string.h>

/* What somebody types: a scheme or none, and what the rest means then. */
static const struct {
  const char *prefix;
  gboolean tls;
} schemes[] = {
  { "http://", FALSE },
  { "https://", TRUE },
  { "ws://", FALSE },
  { "wss://", TRUE },
};

/* The socket's own path: an address that names it means the same server. */
#define SOCKET_PATH "/ws"

static gboolean
set_error (GError     **error,
           const char  *text)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               /* Translators: %s is what somebody typed as an address. */
               _("“%s” is not an address. Type a name or a number, and a port, like “shop:8420”."),
               text);

  return FALSE;
}

static gboolean
is_host_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '.' || c == '_';
}

/* A name as it goes over the wire: ASCII, or made so (RFC 5891). */
static char *
check_host (const char *host)
{
  g_autofree char *ascii = g_hostname_to_ascii (host);

  if (ascii == NULL || *ascii == '\0' || strlen (ascii) > 253 ||
      *ascii == '.' || *ascii == '-' || strstr (ascii, "..") != NULL)
    return NULL;

  for (const char *c = ascii; *c != '\0'; c++) {
    if (!is_host_char (*c))
      return NULL;
  }

  /* Digits and dots only: an IPv4 address, or a slip. */
  if (strspn (ascii, "0123456789.") == strlen (ascii) && !g_hostname_is_ip_address (ascii))
    return NULL;

  return g_steal_pointer (&ascii);
}

/* Splits “host:port”, “[address]:port” or a bare IPv6 address. */
static gboolean
split_authority (const char  *authority,
                 char       **host,
                 guint       *port)
{
  const char *colon = strrchr (authority, ':');
  const char *end = NULL;
  g_autofree char *name = NULL;
  guint64 number;

  *port = 0;

  if (*authority == '[') {
    end = strchr (authority, ']');
    if (end == NULL || (end[1] != '\0' && end[1] != ':'))
      return FALSE;
    name = g_strndup (authority + 1, (gsize) (end - authority - 1));
    colon = end[1] == ':' ? end + 1 : NULL;
  } else if (strchr (authority, ':') != colon) {
    name = g_strdup (authority);
    colon = NULL;
    end = authority;
  } else {
    name = colon != NULL ? g_strndup (authority, (gsize) (colon - authority))
                         : g_strdup (authority);
  }

  if (colon != NULL) {
    if (!g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
      return FALSE;
    *port = (guint) number;
  }

  if (end != NULL) {
    if (!g_hostname_is_ip_address (name) || strchr (name, ':') == NULL)
      return FALSE;
    *host = g_strdup_printf ("[%s]", name);
  } else {
    *host = check_host (name);
  }

  return *host != NULL;
}

/* The path in front of everything that the server serves: without the socket’s
 * own part and without a slash at the end. */
static char *
clean_path (const char *path)
{
  g_autofree char *clean = g_strdup (path);
  gsize length = strlen (clean);

  for (;;) {
    while (length > 0 && clean[length - 1] == '/')
      clean[--length] = '\0';
    if (!g_str_has_suffix (clean, SOCKET_PATH))
      break;
    length -= strlen (SOCKET_PATH);
    clean[length] = '\0';
  }

  return g_uri_escape_string (clean, "/%:@!$&'()*+,;=~", FALSE);
}

/* Takes what an address begins with, or nothing.
 *
 * @tls: (out): whether that says TLS */
static gboolean
take_scheme (const char **rest,
             gboolean    *tls)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    const gsize length = strlen (schemes[i].prefix);

    if (g_ascii_strncasecmp (*rest, schemes[i].prefix, length) == 0) {
      *rest += length;
      *tls = schemes[i].tls;
      return TRUE;
    }
  }

  *tls = FALSE;

  return FALSE;
}

/**
 * peg_address_parse:
 * @self: (out caller-allocates): where the server is, if it can be told
 * @text: what somebody typed: “shop”, “shop:8420”, “https://shop.example/pdm”,
 *   “[fe80::1]:8420”
 * @error: return location; the message is for people
 *
 * Makes sense of an address. Without a scheme and without a port, the port is
 * %PEG_ADDRESS_PORT; with a scheme it is the scheme’s own. A pure function.
 *
 * Returns: whether @text is an address
 */
gboolean
peg_address_parse (PegAddress  *self,
                   const char  *text,
                   GError     **error)
{
  g_autofree char *stripped = NULL;
  g_autofree char *authority = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  g_autofree char *port_text = NULL;
  const char *rest;
  const char *slash;
  gboolean has_scheme;
  gboolean tls;
  guint port;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  *self = (PegAddress) { 0 };

  stripped = g_strstrip (g_strdup (text));
  rest = stripped;

  if (!g_utf8_validate (stripped, -1, NULL))
    return set_error (error, "?");

  has_scheme = take_scheme (&rest, &tls);

  /* Neither names and passwords nor questions belong into an address. */
  if (strpbrk (rest, "@?#\\ \t\r\n\"<>") != NULL || strstr (rest, "://") != NULL)
    return set_error (error, stripped);

  slash = strchr (rest, '/');
  authority = slash != NULL ? g_strndup (rest, (gsize) (slash - rest)) : g_strdup (rest);
  if (!split_authority (authority, &host, &port))
    return set_error (error, stripped);

  if (port == 0 && !has_scheme)
    port = PEG_ADDRESS_PORT;
  if (port == (tls ? 443 : 80))
    port = 0;

  path = clean_path (slash != NULL ? slash : "");
  port_text = port != 0 ? g_strdup_printf (":%u", port) : g_strdup ("");

  self->http = g_strconcat (tls ? "https://" : "http://", host, port_text, path, NULL);
  self->socket = g_strconcat (tls ? "wss://" : "ws://", host, port_text, path,
                              SOCKET_PATH, NULL);
  /* What was typed without a scheme is shown without one. */
  self->label = !tls && port != 0 ? g_strconcat (host, port_text, path, NULL)
                                  : g_strdup (self->http);

  /* A path may hold an escape that stands for no character. */
  if (!g_uri_is_valid (self->http, G_URI_FLAGS_NONE, NULL)) {
    peg_address_clear (self);
    return set_error (error, stripped);
  }

  return TRUE;
}

/**
 * peg_address_clear:
 * @self: an address
 *
 * Frees what belongs to @self.
 */
void
peg_address_clear (PegAddress *self)
{
  g_clear_pointer (&self->http, g_free);
  g_clear_pointer (&self->socket, g_free);
  g_clear_pointer (&self->label, g_free);
}

/**
 * peg_address_dup_file_name:
 * @server: the address of a server
 * @user: a person
 * @suffix: what the name ends with
 *
 * What is kept for a person of a server has a file, or a folder, of its own. Its
 * name says neither, and no part of them becomes part of a path.
 *
 * Returns: (transfer full): the name
 */
char *
peg_address_dup_file_name (const char *server,
                           const char *user,
                           const char *suffix)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  /* With the NUL between them, so that no two pairs are alike. */
  g_checksum_update (sum, (const guchar *) server, (gssize) strlen (server) + 1);
  g_checksum_update (sum, (const guchar *) user, (gssize) strlen (user));

  return g_strconcat (g_checksum_get_string (sum), suffix, NULL);
}
