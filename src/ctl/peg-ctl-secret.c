/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-secret.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_SECRET_BYTES 16384

/**
 * peg_ctl_read_secret:
 * @prompt: what to ask for, when somebody is there
 *
 * A secret is typed, unseen, or comes from a pipe; it is never an argument, which
 * everybody on the computer can read.
 *
 * Returns: (transfer full) (nullable): one line, which is not empty
 */
char *
peg_ctl_read_secret (const char *prompt)
{
  struct termios before;
  gboolean hidden = FALSE;
  char line[MAX_SECRET_BYTES];
  char *got, *secret = NULL;

  if (isatty (STDIN_FILENO)) {
    /* Before it is asked for: what comes between the two would be seen, or lost. */
    if (tcgetattr (STDIN_FILENO, &before) == 0) {
      struct termios quiet = before;

      quiet.c_lflag &= ~(tcflag_t) ECHO;
      hidden = tcsetattr (STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    g_printerr ("%s", prompt);
  }

  got = fgets (line, sizeof line, stdin);

  if (hidden) {
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
    g_printerr ("\n");
  }

  if (got != NULL) {
    line[strcspn (line, "\r\n")] = '\0';
    secret = *line != '\0' ? g_strdup (line) : NULL;
  }
  explicit_bzero (line, sizeof line);

  return secret;
}

/**
 * peg_ctl_free_secret:
 * @secret: (transfer full) (nullable): a secret
 *
 * Leaves nothing of it in memory.
 */
void
peg_ctl_free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}
