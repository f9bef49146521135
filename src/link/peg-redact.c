/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-redact"

#include "peg-config.h"

#include "peg-redact.h"

#include <string.h>

#define REDACTED "…"

/* Headers of which nothing but the name belongs in a log. */
static const char * const secret_headers[] = {
  "Authorization",
  "Cookie",
  "Proxy-Authorization",
  "Set-Cookie",
};

/* What stands before a secret in an address or a form. */
static const char * const secret_members[] = {
  "token=",
  "password=",
};

static gboolean
is_secret_header (const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_headers); i++) {
    const gsize length = strlen (secret_headers[i]);

    if (g_ascii_strncasecmp (line, secret_headers[i], length) == 0 && line[length] == ':')
      return TRUE;
  }

  return FALSE;
}

static gsize
secret_member_length (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_members); i++) {
    const gsize length = strlen (secret_members[i]);

    if (g_ascii_strncasecmp (text, secret_members[i], length) == 0)
      return length;
  }

  return 0;
}

/**
 * peg_redact_line: (skip)
 * @line: a request line, a header, or anything else that is to be logged
 *
 * Returns: (transfer full): @line without the values of `Authorization`,
 *   `Cookie` and their like, and without what follows `token=` or `password=`
 */
char *
peg_redact_line (const char *line)
{
  GString *clean = g_string_new (NULL);

  g_return_val_if_fail (line != NULL, NULL);

  if (is_secret_header (line)) {
    g_string_append_len (clean, line, strchr (line, ':') + 1 - line);
    g_string_append (clean, " " REDACTED);
    return g_string_free (clean, FALSE);
  }

  while (*line != '\0') {
    const gsize length = secret_member_length (line);

    if (length == 0) {
      g_string_append_c (clean, *line);
      line++;
    } else {
      g_string_append_len (clean, line, (gssize) length);
      g_string_append (clean, REDACTED);
      line += length;
      line += strcspn (line, "& \t\r\n\"'#;");
    }
  }

  return g_string_free (clean, FALSE);
}

static void
print_cb (SoupLogger         *logger,
          SoupLoggerLogLevel  level,
          char                direction,
          const char         *data,
          gpointer            user_data)
{
  g_autofree char *clean = peg_redact_line (data);

  g_debug ("%c %s", direction, clean);
}

/**
 * peg_redact_log_session: (skip)
 * @session: a session
 *
 * Logs the requests of @session and the headers of both sides, redacted, when
 * `PEGBOARD_HTTP_LOG` is set; never a body. libsoup’s own printer would show
 * tokens to whoever reads the log.
 */
void
peg_redact_log_session (SoupSession *session)
{
  g_autoptr (SoupLogger) logger = NULL;

  g_return_if_fail (SOUP_IS_SESSION (session));

  if (g_getenv ("PEGBOARD_HTTP_LOG") == NULL)
    return;

  logger = soup_logger_new (SOUP_LOGGER_LOG_HEADERS);
  soup_logger_set_printer (logger, print_cb, NULL, NULL);
  soup_session_add_feature (session, SOUP_SESSION_FEATURE (logger));
}
