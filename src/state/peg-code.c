/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-code"

#include "peg-config.h"

#include "peg-code.h"

#include "peg-badge.h"

#include <glib/gi18n.h>
#include <string.h>

/* A code of ours is PB1/KIND/VALUE/CHECK (docs/scanning.md). */
#define VERSION "PB1"

/* What a check is a remainder of, and the weight of a character: the pure system
 * MOD 1271-36 of ISO/IEC 7064. */
#define CHECK_MODULUS 1271
#define CHECK_RADIX 36
#define CHECK_LENGTH 2

/* The characters of Code 39 (ISO/IEC 16388), in its order, so that every scanner and
 * every symbology can read them. The first 36 are the digits of the check. */
static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

static const struct {
  char letter;
  PegCodeKind kind;
} kinds[] = {
  { 'F', PEG_CODE_FILE },
  { 'C', PEG_CODE_COMMAND },
  { 'P', PEG_CODE_PERSON },
};

static const struct {
  const char *word;
  const char *value;
} commands[] = {
  { "CHECKOUT", "check-out" },
  { "CHECKIN", "check-in" },
  { "RELEASE", "release" },
  { "CANCEL", "cancel" },
  { "YES", "yes" },
  { "NO", "no" },
};

G_DEFINE_QUARK (peg-code-error-quark, peg_code_error)

/* Because 36 and 35 have no divisor in common with 1271, and no two characters are 1271
 * apart, no single wrong character and no two swapped neighbours keep the check: it
 * may be taken over more characters than the 36 of the standard, which it is here. */
static gboolean
compute_check (const char *text,
               gsize       length,
               char        check[CHECK_LENGTH + 1])
{
  guint sum = 0;
  guint value;

  for (gsize i = 0; i < length; i++) {
    const char *place = text[i] != '\0' ? strchr (alphabet, text[i]) : NULL;

    if (place == NULL)
      return FALSE;

    sum = (sum + (guint) (place - alphabet)) * CHECK_RADIX % CHECK_MODULUS;
  }

  value = (CHECK_MODULUS + 1 - sum * CHECK_RADIX % CHECK_MODULUS) % CHECK_MODULUS;
  check[0] = alphabet[value / CHECK_RADIX];
  check[1] = alphabet[value % CHECK_RADIX];
  check[2] = '\0';

  return TRUE;
}

/* Upper-case letters, digits, “-” and “.” are themselves. “+” goes over to lower-case
 * letters and back, “%” is “/”, “$U” is “_”, “$S” a space, and “$XX” the byte XX: what
 * is in the names of files most is short, and what comes out is upper case. */
static void
escape (GString    *out,
        const char *value)
{
  gboolean lower = FALSE;

  for (const char *c = value; *c != '\0'; c++) {
    if (g_ascii_isalpha (*c)) {
      if (lower != (g_ascii_islower (*c) != FALSE)) {
        lower = !lower;
        g_string_append_c (out, '+');
      }
      g_string_append_c (out, g_ascii_toupper (*c));
    } else if (g_ascii_isdigit (*c) || *c == '-' || *c == '.') {
      g_string_append_c (out, *c);
    } else if (*c == '/') {
      g_string_append_c (out, '%');
    } else if (*c == '_') {
      g_string_append (out, "$U");
    } else if (*c == ' ') {
      g_string_append (out, "$S");
    } else {
      g_string_append_printf (out, "$%02X", (guint) (guint8) *c);
    }
  }
}

/* Reads what is behind a “$”; gives how many characters that was, 0: nonsense. */
static gsize
unescape_one (const char *c,
              char       *byte)
{
  if (*c == 'U' || *c == 'S') {
    *byte = *c == 'U' ? '_' : ' ';
    return 1;
  }

  if (g_ascii_isxdigit (c[0]) && g_ascii_isxdigit (c[1])) {
    *byte = (char) (g_ascii_xdigit_value (c[0]) << 4 | g_ascii_xdigit_value (c[1]));
    return 2;
  }

  return 0;
}

static gboolean
is_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (const char *c = text; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      return FALSE;
  }

  return TRUE;
}

/* Gives NULL for what escape() would never write. */
static char *
unescape (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean lower = FALSE;

  for (const char *c = text; *c != '\0'; c++) {
    char byte = '\0';
    gsize length;

    switch (*c) {
      case '+':
        lower = !lower;
        break;

      case '%':
        g_string_append_c (out, '/');
        break;

      case '$':
        length = unescape_one (c + 1, &byte);
        if (length == 0 || byte == '\0')
          return NULL;
        g_string_append_c (out, byte);
        c += length;
        break;

      case '/':
      case ' ':
        return NULL;

      default:
        g_string_append_c (out, lower ? g_ascii_tolower (*c) : *c);
        break;
    }
  }

  if (out->len == 0 || !is_plain (out->str))
    return NULL;

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
is_kind (char letter)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (kinds[i].letter == letter)
      return TRUE;
  }

  return FALSE;
}

/* Whether it is a code of ours, or was one before a character was read wrong or two
 * were swapped: then it must not pass for the label of a part. */
static gboolean
looks_ours (const char *text,
            gsize       length)
{
  if (length < strlen (VERSION "/F"))
    return FALSE;

  /* One of the first three, or none, is wrong. */
  if (length >= strlen (VERSION "/F/V/CC") && text[3] == '/' && is_kind (text[4]) &&
      text[5] == '/' && text[length - CHECK_LENGTH - 1] == '/')
    return TRUE;

  if (g_str_has_prefix (text, VERSION))
    return text[3] == '/' || /* what follows is wrong */
           (is_kind (text[4]) && text[5] == '/') || /* the slash is */
           (is_kind (text[3]) && text[4] == '/'); /* or is behind the kind */

  /* The first one was not read, which happens. */
  if (g_str_has_prefix (text, "B1/") && is_kind (text[3]) && text[4] == '/')
    return TRUE;

  return g_str_has_prefix (text, "PB/1") || /* the slash is before the version */
         (g_str_has_prefix (text, "PB") && g_ascii_isdigit (text[2]) && text[3] == '/');
}

static PegCode *
new_code (PegCodeKind  kind,
          char        *value)
{
  PegCode *code = g_new0 (PegCode, 1);

  code->kind = kind;
  code->value = value;

  return code;
}

static PegCode *
fail_damaged (GError **error)
{
  g_set_error_literal (error, PEG_CODE_ERROR, PEG_CODE_ERROR_DAMAGED,
                       _("The code is damaged or was misread: scan it again."));

  return NULL;
}

static PegCode *
fail_unknown (GError **error)
{
  g_set_error_literal (error, PEG_CODE_ERROR, PEG_CODE_ERROR_UNKNOWN,
                       _("This code is for another program or a newer version of Pegboard."));

  return NULL;
}

static PegCode *
parse_command (const char  *word,
               GError     **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i].word, word))
      return new_code (PEG_CODE_COMMAND, g_strdup (commands[i].value));
  }

  return fail_unknown (error);
}

static PegCode *
parse_ours (const char  *text,
            gsize        length,
            GError     **error)
{
  char check[CHECK_LENGTH + 1];
  g_auto (GStrv) fields = g_strsplit (text, "/", -1);
  g_autofree char *value = NULL;

  /* A later version may have other fields. */
  if (g_strv_length (fields) != 4 || strlen (fields[3]) != CHECK_LENGTH)
    return g_str_has_prefix (text, "PB") && text[2] != VERSION[2] && text[3] == '/'
             ? fail_unknown (error)
             : fail_damaged (error);

  if (!compute_check (text, length - CHECK_LENGTH, check) || !g_str_equal (check, fields[3]))
    return fail_damaged (error);

  if (!g_str_equal (fields[0], VERSION))
    return fail_unknown (error);

  value = unescape (fields[2]);
  if (value == NULL)
    return fail_unknown (error);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (fields[1][0] != kinds[i].letter || fields[1][1] != '\0')
      continue;
    if (kinds[i].kind == PEG_CODE_COMMAND)
      return parse_command (value, error);

    return new_code (kinds[i].kind, g_steal_pointer (&value));
  }

  return fail_unknown (error);
}

static GRegex *
compile_badge (const char  *badge,
               GError     **error)
{
  g_autofree char *whole = g_strdup_printf ("\\A(?:%s)\\z", badge);

  return g_regex_new (whole, G_REGEX_CASELESS, 0, error);
}

static gboolean
fits_badge (const PegCodeFormat *format,
            const char          *normalised)
{
  g_autoptr (GRegex) regex = NULL;

  if (format == NULL || format->badge == NULL || *format->badge == '\0')
    return FALSE;

  regex = compile_badge (format->badge, NULL);

  return regex != NULL && g_regex_match (regex, normalised, 0, NULL);
}

/**
 * peg_code_check_badge_format:
 * @badge: what a badge looks like, as in #PegCodeFormat
 * @error: return location
 *
 * For whoever reads the configuration: peg_code_parse() takes nothing for a badge if the
 * format cannot be understood.
 *
 * Returns: whether it can be understood
 */
gboolean
peg_code_check_badge_format (const char  *badge,
                             GError     **error)
{
  g_autoptr (GRegex) regex = NULL;

  g_return_val_if_fail (badge != NULL, FALSE);

  /* By itself first: “a)(b” must not be whole because of the brackets around it. */
  regex = g_regex_new (badge, G_REGEX_CASELESS, 0, error);
  if (regex == NULL)
    return FALSE;

  g_clear_pointer (&regex, g_regex_unref);
  regex = compile_badge (badge, error);

  return regex != NULL;
}

/**
 * peg_code_parse:
 * @text: what was scanned
 * @format: (nullable): what else than our own codes the site has
 * @error: return location
 *
 * Reads a code. Of our own codes and of badges a–z are A–Z, because scanners and Caps
 * Lock change one to the other; a label keeps its case.
 *
 * Returns: (transfer full) (nullable): what it stands for
 */
PegCode *
peg_code_parse (const char           *text,
                const PegCodeFormat  *format,
                GError              **error)
{
  g_autofree char *stripped = NULL;
  g_autofree char *normalised = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > PEG_CODE_MAX_LENGTH) {
    g_set_error_literal (error, PEG_CODE_ERROR, PEG_CODE_ERROR_TOO_LONG,
                         _("The code is too long for Pegboard: scan another one of the label."));
    return NULL;
  }

  if (!g_utf8_validate (text, -1, NULL))
    return fail_damaged (error);

  /* What parts the fields of a GS1 label is a control character. */
  stripped = g_strdup (text);
  for (char *c = stripped; *c != '\0'; c++)
    *c = g_ascii_iscntrl (*c) ? ' ' : *c;
  g_strstrip (stripped);

  if (*stripped == '\0') {
    g_set_error_literal (error, PEG_CODE_ERROR, PEG_CODE_ERROR_EMPTY,
                         _("The code is empty: scan it again."));
    return NULL;
  }

  normalised = peg_badge_normalise (stripped);
  if (looks_ours (normalised, strlen (normalised)))
    return parse_ours (normalised, strlen (normalised), error);

  if (fits_badge (format, normalised))
    return new_code (PEG_CODE_BADGE, g_steal_pointer (&normalised));

  return new_code (PEG_CODE_LABEL, g_steal_pointer (&stripped));
}

/**
 * peg_code_format:
 * @kind: %PEG_CODE_FILE, %PEG_CODE_COMMAND or %PEG_CODE_PERSON: the others are not ours
 * @value: what peg_code_parse() is to give
 *
 * Makes a code to be printed.
 *
 * Returns: (transfer full) (nullable): the code, of upper-case letters, digits and
 *   `-.$/+%`; %NULL: there is no code for that: it is empty, too long, no such command, or
 *   has control characters
 */
char *
peg_code_format (PegCodeKind  kind,
                 const char  *value)
{
  g_autoptr (GString) code = g_string_new (VERSION "/");
  char check[CHECK_LENGTH + 1];
  char letter = '\0';

  g_return_val_if_fail (value != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (kinds[i].kind == kind)
      letter = kinds[i].letter;
  }

  if (letter == '\0' || *value == '\0' || !is_plain (value))
    return NULL;

  g_string_append_printf (code, "%c/", letter);

  if (kind == PEG_CODE_COMMAND) {
    const gsize before = code->len;

    for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
      if (g_str_equal (commands[i].value, value))
        g_string_append (code, commands[i].word);
    }
    if (code->len == before)
      return NULL;
  } else {
    escape (code, value);
  }

  g_string_append_c (code, '/');
  if (!compute_check (code->str, code->len, check))
    return NULL;
  g_string_append (code, check);

  return code->len <= PEG_CODE_MAX_LENGTH ? g_string_free (g_steal_pointer (&code), FALSE) : NULL;
}

/**
 * peg_code_free:
 * @self: a code
 */
void
peg_code_free (PegCode *self)
{
  /* It may be a badge. */
  explicit_bzero (self->value, strlen (self->value));
  g_free (self->value);
  g_free (self);
}
