/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-code.h"

#include <string.h>

static const PegCodeFormat badges = { .badge = "[0-9]{8,12}" };

static const struct {
  PegCodeKind kind;
  const char *value;
  const char *code;
} codes[] = {
  { PEG_CODE_COMMAND, "check-out", "PB1/C/CHECKOUT/H8" },
  { PEG_CODE_COMMAND, "check-in", "PB1/C/CHECKIN/CX" },
  { PEG_CODE_COMMAND, "release", "PB1/C/RELEASE/GS" },
  { PEG_CODE_COMMAND, "cancel", "PB1/C/CANCEL/HT" },
  { PEG_CODE_COMMAND, "yes", "PB1/C/YES/6O" },
  { PEG_CODE_COMMAND, "no", "PB1/C/NO/IY" },
  { PEG_CODE_PERSON, "dana", "PB1/P/+DANA/KM" },
  { PEG_CODE_PERSON, "4711", "PB1/P/4711/7T" },
  { PEG_CODE_FILE, "VF-4/1234567_AB12.nc", "PB1/F/VF-4%1234567$UAB12.+NC/FE" },
  { PEG_CODE_FILE, "Lathe/Düse_Ø12.nc", "PB1/F/L+ATHE%+D$C3$BC+SE$U$C3$9812.NC/VT" },
  { PEG_CODE_FILE, "Fixtures/soft jaws 6 inch.nc", "PB1/F/F+IXTURES%SOFT$SJAWS$S6$SINCH.NC/PF" },
  { PEG_CODE_FILE, "<&\">.nc", "PB1/F/$3C$26$22$3E.+NC/C7" },
};

static PegCode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  PegCode *code = peg_code_parse (text, &badges, &error);

  g_assert_no_error (error);
  g_assert_nonnull (code);

  return code;
}

/* There and back; the checks are from another program, written for that. */
static void
test_codes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autofree char *written = peg_code_format (codes[i].kind, codes[i].value);
    g_autofree char *lower = NULL;
    g_autoptr (PegCode) code = NULL;
    g_autoptr (PegCode) folded = NULL;

    g_assert_cmpstr (written, ==, codes[i].code);

    code = parse (codes[i].code);
    g_assert_cmpint (code->kind, ==, codes[i].kind);
    g_assert_cmpstr (code->value, ==, codes[i].value);

    /* Caps Lock, or a scanner that is set up to write small letters. */
    lower = g_ascii_strdown (codes[i].code, -1);
    folded = parse (lower);
    g_assert_cmpint (folded->kind, ==, codes[i].kind);
    g_assert_cmpstr (folded->value, ==, codes[i].value);
  }
}

/* What has the right check is not damaged, but of a later version. */
static void
test_later (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_code_parse ("PB1/C/LATER/E0", NULL, &error));
  g_assert_error (error, PEG_CODE_ERROR, PEG_CODE_ERROR_UNKNOWN);
}

static const struct {
  const char *text;
  PegCodeKind kind;
  const char *value;
} others[] = {
  { "12345678", PEG_CODE_BADGE, "12345678" },
  { " 123456789012\r\n", PEG_CODE_BADGE, "123456789012" },
  { "1234567", PEG_CODE_LABEL, "1234567" },
  { "1234567890123", PEG_CODE_LABEL, "1234567890123" },
  { "1234567 Rev b", PEG_CODE_LABEL, "1234567 Rev b" },
  { "\t1234567\x1d" "21\n", PEG_CODE_LABEL, "1234567 21" },
  { "PB1", PEG_CODE_LABEL, "PB1" },
  { "PB1234", PEG_CODE_LABEL, "PB1234" },
  { "PB12/5", PEG_CODE_LABEL, "PB12/5" },
  { "PB1234/5/6", PEG_CODE_LABEL, "PB1234/5/6" },
  { "pb-17/F/2", PEG_CODE_LABEL, "pb-17/F/2" },
  { "A/F/B/12", PEG_CODE_LABEL, "A/F/B/12" },
  { "Düse 12", PEG_CODE_LABEL, "Düse 12" },
  { "https://example.org/part/12", PEG_CODE_LABEL, "https://example.org/part/12" },
};

static void
test_others (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (PegCode) code = parse (others[i].text);

    g_test_message ("%s", others[i].text);
    g_assert_cmpint (code->kind, ==, others[i].kind);
    g_assert_cmpstr (code->value, ==, others[i].value);
  }
}

static const struct {
  const char *text;
  PegCodeError why;
} bad[] = {
  { "", PEG_CODE_ERROR_EMPTY },
  { " \r\n", PEG_CODE_ERROR_EMPTY },
  { "PB1/C/YES/6P", PEG_CODE_ERROR_DAMAGED },
  { "PB1/C/YES/6", PEG_CODE_ERROR_DAMAGED },
  { "PB1/C/YES/6OO", PEG_CODE_ERROR_DAMAGED },
  { "PB1/C/YES", PEG_CODE_ERROR_DAMAGED },
  { "PB1/C//YES/6O", PEG_CODE_ERROR_DAMAGED },
  { "PB1/C/Y*S/6O", PEG_CODE_ERROR_DAMAGED },
  { "PB1//", PEG_CODE_ERROR_DAMAGED },
  { "PB1/C/YéS/6O", PEG_CODE_ERROR_DAMAGED },
  { "\xff\xfe", PEG_CODE_ERROR_DAMAGED },
  { "PB2/F/A/B/C", PEG_CODE_ERROR_UNKNOWN },
  { "PB2/C/YES/2C", PEG_CODE_ERROR_UNKNOWN },
  { "PB1/X/YES/00", PEG_CODE_ERROR_DAMAGED },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PegCode) code = peg_code_parse (bad[i].text, &badges, &error);

    g_test_message ("%u: %s", (guint) i, error != NULL ? error->message : "read");
    g_assert_null (code);
    g_assert_error (error, PEG_CODE_ERROR, (int) bad[i].why);
  }
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (PEG_CODE_MAX_LENGTH + 1, 'A');
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_code_parse (text, &badges, &error));
  g_assert_error (error, PEG_CODE_ERROR, PEG_CODE_ERROR_TOO_LONG);
  g_assert_null (peg_code_format (PEG_CODE_FILE, text));

  text[PEG_CODE_MAX_LENGTH - strlen ("PB1/F//00")] = '\0';
  {
    g_autofree char *code = peg_code_format (PEG_CODE_FILE, text);

    g_assert_cmpuint (strlen (code), ==, PEG_CODE_MAX_LENGTH);
  }
}

static void
test_no_code (void)
{
  g_assert_null (peg_code_format (PEG_CODE_FILE, ""));
  g_assert_null (peg_code_format (PEG_CODE_FILE, "a\nb"));
  g_assert_null (peg_code_format (PEG_CODE_FILE, "a\xff"));
  g_assert_null (peg_code_format (PEG_CODE_COMMAND, "CHECKOUT"));
  g_assert_null (peg_code_format (PEG_CODE_BADGE, "12345678"));
  g_assert_null (peg_code_format (PEG_CODE_LABEL, "12345678"));
}

static void
test_badge_format (void)
{
  static const struct {
    const char *format;
    const char *text;
    PegCodeKind kind;
  } cases[] = {
    { "[A-F0-9]{10}", "04a2b3c4d5", PEG_CODE_BADGE },
    { "[a-f0-9]{10}", "04A2B3C4D5", PEG_CODE_BADGE },
    { "1|22", "22", PEG_CODE_BADGE },
    { "1|22", "221", PEG_CODE_LABEL },
    { "[0-9]{4}", "1234\n", PEG_CODE_BADGE },
    { "", "1234", PEG_CODE_LABEL },
    { "(", "(", PEG_CODE_LABEL },
    { ".*", "PB1/C/NO/IY", PEG_CODE_COMMAND },
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const PegCodeFormat format = { .badge = cases[i].format };
    g_autoptr (PegCode) code = peg_code_parse (cases[i].text, &format, NULL);

    g_test_message ("%s: %s", cases[i].format, cases[i].text);
    g_assert_cmpint (code->kind, ==, cases[i].kind);
  }

  g_assert_true (peg_code_check_badge_format ("[0-9]{8,12}", &error));
  g_assert_no_error (error);
  g_assert_false (peg_code_check_badge_format ("[0-9", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (peg_code_check_badge_format ("a)(b", &error));
  g_assert_nonnull (error);
}

static char *
make_value (GRand *rand)
{
  static const char * const pieces[] = {
    "A", "Z", "a", "nc", "0", "42", "-", ".", "/", "_", " ", "ü", "日本", "%", "$", "+", "VF-4", "OP20", "\"",
  };
  GString *value = g_string_new (NULL);
  const int n = g_rand_int_range (rand, 1, 12);

  for (int i = 0; i < n; i++)
    g_string_append (value, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);

  return g_string_free (value, FALSE);
}

static void
assert_refused (const char *text,
                const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegCode) read = peg_code_parse (text, &badges, &error);

  if (read != NULL)
    g_error ("“%s”, which was “%s”, is %d, “%s”", text, code, read->kind, read->value);
}

/* Of 1,000 codes each comes back as it was, and none with one character replaced by any
 * other that a scanner can write, or with two neighbours swapped. */
static void
test_damage (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7064);
  guint tried = 0;

  for (guint i = 0; i < 1000; i++) {
    const PegCodeKind kind = i % 3 == 0 ? PEG_CODE_PERSON : PEG_CODE_FILE;
    g_autofree char *value = i % 10 == 9 ? g_strdup ("check-in") : make_value (rand);
    g_autofree char *code = peg_code_format (i % 10 == 9 ? PEG_CODE_COMMAND : kind, value);
    g_autoptr (PegCode) whole = parse (code);
    const gsize length = strlen (code);

    g_assert_cmpstr (whole->value, ==, value);

    for (gsize k = 0; k < length; k++) {
      g_autofree char *damaged = g_strdup (code);

      for (char c = ' '; c <= '~'; c++) {
        if (g_ascii_toupper (c) == code[k])
          continue;
        damaged[k] = c;
        assert_refused (damaged, code);
        tried++;
      }

      damaged[k] = code[k];
      if (k + 1 < length && code[k] != code[k + 1]) {
        damaged[k] = code[k + 1];
        damaged[k + 1] = code[k];
        assert_refused (damaged, code);
        tried++;
      }
    }
  }

  g_test_message ("%u damaged codes were refused", tried);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/code/codes", test_codes);
  g_test_add_func ("/code/later", test_later);
  g_test_add_func ("/code/others", test_others);
  g_test_add_func ("/code/bad", test_bad);
  g_test_add_func ("/code/too-long", test_too_long);
  g_test_add_func ("/code/no-code", test_no_code);
  g_test_add_func ("/code/badge-format", test_badge_format);
  g_test_add_func ("/code/damage", test_damage);

  return g_test_run ();
}
