/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-pin"

#include "peg-config.h"

#include "peg-pin.h"

#include <crypt.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/* yescrypt takes memory as well as time, so that a graphics processor is of little
 * use; and a PIN is short. See crypt(5). */
#define PREFIX "$y$"

/* Of a file with one hash in it. */
#define MAX_FILE 4096

/* The PINs that are tried first. */
static gboolean
is_plain (const char *pin)
{
  gboolean same = TRUE, up = TRUE, down = TRUE;

  for (const char *p = pin + 1; *p != '\0'; p++) {
    same = same && p[0] == p[-1];
    up = up && p[0] == p[-1] + 1;
    down = down && p[0] == p[-1] - 1;
  }

  return same || up || down;
}

/**
 * peg_pin_is_good:
 * @pin: what somebody wants to sign in with
 * @error: return location
 *
 * Returns: whether it can be a PIN: digits, not too few, and not all the same or one
 *   after the other
 */
gboolean
peg_pin_is_good (const char  *pin,
                 GError     **error)
{
  const gsize length = strlen (pin);

  if (length < PEG_PIN_MIN || length > PEG_PIN_MAX ||
      strspn (pin, "0123456789") != length) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 /* Translators: the least and the greatest number of digits. */
                 _("A PIN has %d to %d digits, and nothing else."), PEG_PIN_MIN, PEG_PIN_MAX);
    return FALSE;
  }

  if (is_plain (pin)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _("This PIN is one of the first that anybody tries. Choose another one."));
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_pin_is_hash:
 * @text: a text
 *
 * Returns: whether it looks like what peg_pin_hash() makes
 */
gboolean
peg_pin_is_hash (const char *text)
{
  return g_str_has_prefix (text, PREFIX) &&
         crypt_checksalt (text) == CRYPT_SALT_OK;
}

static char *
run_crypt (const char *pin,
           const char *setting)
{
  void *data = NULL;
  int size = 0;
  const char *hash = crypt_ra (pin, setting, &data, &size);
  char *copy = hash != NULL && *hash != '*' ? g_strdup (hash) : NULL;

  /* Of what the hash was made of nothing stays in memory. */
  if (data != NULL)
    explicit_bzero (data, (gsize) size);
  free (data);

  return copy;
}

/**
 * peg_pin_hash:
 * @pin: a PIN
 * @error: return location
 *
 * Takes some tens of milliseconds, which is the point.
 *
 * Returns: (transfer full) (nullable): what can be kept instead of the PIN
 */
char *
peg_pin_hash (const char  *pin,
              GError     **error)
{
  char *setting = crypt_gensalt_ra (PREFIX, 0, NULL, 0);
  char *hash = setting != NULL ? run_crypt (pin, setting) : NULL;

  free (setting);
  if (hash == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 /* Translators: %s is why, as the system says it. */
                 _("The PIN cannot be hashed: %s."), g_strerror (errno));

  return hash;
}

/**
 * peg_pin_check:
 * @hash: what is kept
 * @pin: what was typed
 *
 * Takes as long as peg_pin_hash(); see peg_pin_check_async().
 *
 * Returns: whether it is that PIN
 */
gboolean
peg_pin_check (const char *hash,
               const char *pin)
{
  g_autofree char *again = NULL;
  gsize length;
  guchar differs = 0;

  g_return_val_if_fail (hash != NULL && pin != NULL, FALSE);

  if (!peg_pin_is_hash (hash))
    return FALSE;

  again = run_crypt (pin, hash);
  length = strlen (hash);
  if (again == NULL || strlen (again) != length)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    differs |= (guchar) (again[i] ^ hash[i]);

  return differs == 0;
}

/**
 * peg_pin_read_file:
 * @path: a file with one hash in it, such as that of the admin door
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the hash
 */
char *
peg_pin_read_file (const char  *path,
                   GError     **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;

  if (length > MAX_FILE || strlen (text) != length || !peg_pin_is_hash (g_strstrip (text))) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 /* Translators: %s is the path of a file. */
                 _("There is no hash of a PIN in “%s”. “pegctl people admin-pin” makes one."), path);
    return NULL;
  }

  return g_steal_pointer (&text);
}

/* A PIN on its way to a thread. */
typedef struct {
  char *hash; /* (owned) */
  char *pin;  /* (owned) */
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  explicit_bzero (check->pin, strlen (check->pin));
  g_free (check->pin);
  g_free (check->hash);
  g_free (check);
}

static void
check_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  const Check *check = task_data;

  g_task_return_boolean (task, peg_pin_check (check->hash, check->pin));
}

/**
 * peg_pin_check_async:
 * @hash: what is kept
 * @pin: what was typed
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Like peg_pin_check(), without holding anything up.
 */
void
peg_pin_check_async (const char          *hash,
                     const char          *pin,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Check *check = g_new0 (Check, 1);

  check->hash = g_strdup (hash);
  check->pin = g_strdup (pin);
  g_task_set_source_tag (task, peg_pin_check_async);
  g_task_set_task_data (task, check, check_free);
  g_task_run_in_thread (task, check_in_thread);
}

/**
 * peg_pin_check_finish:
 * @result: the result
 * @error: return location
 *
 * Returns: whether it is that PIN; %FALSE with @error set: nobody knows
 */
gboolean
peg_pin_check_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
