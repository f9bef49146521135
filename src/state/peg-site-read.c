/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site"

#include "peg-config.h"

#include "peg-site-private.h"

#include "peg-address.h"

#include <glib/gi18n.h>
#include <string.h>

/* A hundred times what a whole file needs. */
#define MAX_LENGTH (256 * 1024)

/* What is needed only while a file is read. */
typedef struct {
  PegSite *site;
  GPtrArray *mistakes;   /* (owned) (element-type PegSiteMistake) */
  char *group;           /* (owned) (nullable): where the line is */
  gboolean known;        /* there is such a group */
  gboolean misnamed;     /* some key or group has a name that is none */
  GHashTable *groups;    /* (owned): their lines, by their names */
  guint seen[PEG_SITE_N_KEYS];  /* the lines of the keys, good or not */
} Reading;

/* Takes both texts. */
static void
complain (Reading *reading,
          guint    line,
          char    *what,
          char    *right)
{
  g_ptr_array_add (reading->mistakes, peg_site_mistake_new (line, what, right));
}

/* The words that can be in a place: the names of the groups, or of the keys of one. */
static const char **
list_names (const char *group)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (i);
    const char *name = group == NULL ? info->group : info->name;

    if (group != NULL ? g_str_equal (info->group, group)
                      : names->len == 0 || !g_str_equal (names->pdata[names->len - 1], name))
      g_ptr_array_add (names, (gpointer) name);
  }
  g_ptr_array_add (names, NULL);

  return (const char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static char *
dup_suggestion (const char *word,
                const char *group)
{
  g_autofree const char **names = list_names (group);
  const char *near = peg_site_find_near (word, names);
  g_autofree char *all = NULL;

  if (near != NULL)
    return g_strdup_printf (_("Did you mean “%s”?"), near);

  all = g_strjoinv (", ", (char **) names);

  return group == NULL ? g_strdup_printf (_("The groups are: %s."), all)
                       /* Translators: the name of a group, and the keys in it. */
                       : g_strdup_printf (_("The keys of [%s] are: %s."), group, all);
}

static void
take_group (Reading           *reading,
            const PegSiteLine *line)
{
  g_autofree const char **names = list_names (NULL);
  g_autofree char *shown = peg_site_dup_shown (line->name);
  gpointer first;

  g_free (reading->group);
  reading->group = g_strdup (line->name);
  reading->known = g_strv_contains (names, line->name);

  reading->misnamed = reading->misnamed || !reading->known;
  if (!reading->known)
    complain (reading, line->number, g_strdup_printf (_("There is no group [%s]."), shown),
              dup_suggestion (line->name, NULL));

  first = g_hash_table_lookup (reading->groups, line->name);
  if (first != NULL)
    complain (reading, line->number,
              /* Translators: a group, and the number of a line. */
              g_strdup_printf (_("The group [%s] is there twice; it begins in line %u."), shown,
                               GPOINTER_TO_UINT (first)),
              g_strdup (_("Put its keys there.")));
  else
    g_hash_table_insert (reading->groups, g_strdup (line->name), GUINT_TO_POINTER (line->number));
}

/* The name may be right, and the place wrong. */
static void
complain_unknown (Reading           *reading,
                  const PegSiteLine *line)
{
  g_autofree char *shown = peg_site_dup_shown (line->name);

  reading->misnamed = TRUE;
  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (i);

    if (g_str_equal (info->name, line->name)) {
      complain (reading, line->number,
                g_strdup_printf (_("The group [%s] has no key “%s”."), reading->group, shown),
                g_strdup_printf (_("Put it into the group [%s]."), info->group));
      return;
    }
  }

  complain (reading, line->number,
            g_strdup_printf (_("The group [%s] has no key “%s”."), reading->group, shown),
            dup_suggestion (line->name, reading->group));
}

static void
take_key (Reading           *reading,
          const PegSiteLine *line)
{
  g_autofree char *shown = peg_site_dup_shown (line->name);
  g_auto (PegSiteValue) value = { 0 };
  g_autofree char *what = NULL;
  g_autofree char *right = NULL;
  PegSiteKey key;

  if (reading->group == NULL) {
    complain (reading, line->number,
              g_strdup_printf (_("“%s” stands before the first group."), shown),
              g_strdup (_("Write the name of its group above it, for example [Server].")));
    return;
  }
  /* That has been said about the group. */
  if (!reading->known)
    return;
  if (!peg_site_key_find (reading->group, line->name, &key)) {
    complain_unknown (reading, line);
    return;
  }

  if (reading->seen[key] != 0)
    complain (reading, line->number,
              g_strdup_printf (_("“%s” is there twice; the first is in line %u."), shown,
                               reading->seen[key]),
              g_strdup (_("Leave one of them out; the last one holds.")));
  reading->seen[key] = line->number;

  if (!peg_site_value_read (&value, key, line->value, &what, &right)) {
    complain (reading, line->number, g_steal_pointer (&what), g_steal_pointer (&right));
    return;
  }

  peg_site_value_clear (&reading->site->entries[key].value);
  reading->site->entries[key].value = value;
  reading->site->entries[key].line = line->number;
  value = (PegSiteValue) { 0 };
}

static void
complain_line (Reading           *reading,
               const PegSiteLine *line)
{
  g_autofree char *shown = line->text != NULL ? peg_site_dup_shown (line->text) : NULL;
  char *what, *right;

  switch (line->kind) {
  case PEG_SITE_LINE_NOT_UTF8:
    what = g_strdup (_("The line is not UTF-8."));
    right = g_strdup (_("Save the file as UTF-8."));
    break;
  case PEG_SITE_LINE_NUL:
    what = g_strdup (_("The line has a NUL byte in it."));
    right = g_strdup (_("Save the file as plain text, as UTF-8."));
    break;
  case PEG_SITE_LINE_OPEN_GROUP:
    what = g_strdup_printf (_("“%s” has no “]”."), shown);
    right = g_strdup (_("Write the name of a group in brackets, for example [Server]."));
    break;
  case PEG_SITE_LINE_AFTER_GROUP:
    what = g_strdup_printf (_("“%s” has something behind the “]”."), shown);
    right = g_strdup (_("Give a group a line of its own."));
    break;
  case PEG_SITE_LINE_BAD_GROUP:
    what = g_strdup_printf (_("“%s” is not the name of a group."), shown);
    right = g_strdup (_("Write the name of a group in brackets, for example [Server]."));
    break;
  case PEG_SITE_LINE_NO_NAME:
    what = g_strdup_printf (_("“%s” has nothing in front of the “=”."), shown);
    right = g_strdup (_("Write key=value."));
    break;
  case PEG_SITE_LINE_BAD_NAME:
    what = g_strdup_printf (_("“%s” has brackets in the name of a key."), shown);
    right = g_strdup (_("Write key=value; no key of this file has languages."));
    break;
  case PEG_SITE_LINE_NO_EQUALS:
  case PEG_SITE_LINE_NOTHING:
  case PEG_SITE_LINE_GROUP:
  case PEG_SITE_LINE_KEY:
  default:
    what = g_strdup_printf (_("“%s” is neither a group, nor a key, nor a comment."), shown);
    right = g_strdup (_("Write [Group], key=value, or begin the line with “#”."));
    break;
  }

  complain (reading, line->number, what, right);
}

/* What says something only together. */
static void
check_together (Reading *reading)
{
  PegSite *site = reading->site;
  PegSiteEntry *warning = &site->entries[PEG_SITE_KIOSK_WARNING_SECONDS];
  PegSiteEntry *sign_out = &site->entries[PEG_SITE_KIOSK_SIGN_OUT_SECONDS];

  if (warning->value.number >= sign_out->value.number) {
    complain (reading, MAX (warning->line, sign_out->line),
              g_strdup_printf (_("warning-seconds=%s is not less than sign-out-seconds=%s."),
                               warning->value.text, sign_out->value.text),
              g_strdup (_("The warning comes before the end: make it shorter.")));
    /* A sixth of the time, as usual. */
    warning->value.number = MAX (1, (int) (sign_out->value.number / 6));
  }
}

/* A token in an address is read by whoever sees the address on its way. */
static void
check_sending (Reading *reading)
{
  PegSite *site = reading->site;
  const char *address = peg_site_get_string (site, PEG_SITE_SERVER_ADDRESS);
  const char *mode = peg_site_get_string (site, PEG_SITE_SERVER_AUTH_MODE);
  g_auto (PegAddress) parsed = { 0 };

  if (address == NULL || g_strcmp0 (mode, "query") != 0 ||
      !peg_address_parse (&parsed, address, NULL) || g_str_has_prefix (parsed.socket, "wss:"))
    return;

  complain (reading, site->entries[PEG_SITE_SERVER_AUTH_MODE].line,
            g_strdup (_("auth-mode=query would send the token in an address that is not encrypted.")),
            g_strdup (_("Write an address that begins with https://, or auth-mode=header.")));
}

/* Where a name is wrong, it may be that of the certificate: then it has been said. */
static void
check_own_key (Reading *reading)
{
  const PegSiteEntry *key = &reading->site->entries[PEG_SITE_SERVER_CLIENT_KEY_FILE];

  if (key->line > 0 && !reading->misnamed &&
      reading->seen[PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE] == 0)
    complain (reading, key->line, g_strdup (_("client-key-file is the key of no certificate.")),
              g_strdup (_("Write client-certificate-file, too.")));
}

/* Then a badge alone does not open the admin door, and it takes its own PIN. */
static void
check_door (Reading *reading)
{
  const PegSiteEntry *both = &reading->site->entries[PEG_SITE_POLICY_PIN_WITH_BADGE];

  if (both->line > 0 && peg_site_get_boolean (reading->site, PEG_SITE_POLICY_PIN_WITH_BADGE) &&
      !reading->misnamed && reading->seen[PEG_SITE_KIOSK_ADMIN_PIN_FILE] == 0)
    complain (reading, both->line,
              g_strdup (_("With pin-with-badge=true no badge alone opens the admin door, and no PIN is set up for it: nobody can open it.")),
              g_strdup (_("Write admin-pin-file below [Kiosk], and run: pegctl people admin-pin")));
}

static void
take_locks (PegSite *self)
{
  char **words = self->entries[PEG_SITE_LOCK_KEYS].value.words;

  for (guint i = 0; words[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (words[i], "/", 2);
    PegSiteKey key;

    if (peg_site_key_find (parts[0], parts[1], &key))
      self->entries[key].locked = TRUE;
  }
}

static void
keep_words (PegSite   *self,
            GPtrArray *mistakes)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; i < mistakes->len; i++) {
    g_autofree char *text = peg_site_mistake_dup_text (mistakes->pdata[i], self->path);

    g_strv_builder_add (words, text);
  }

  g_strfreev (self->wrong);
  self->wrong = g_strv_builder_end (words);
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  const PegSiteMistake *one = *(const PegSiteMistake * const *) a;
  const PegSiteMistake *other = *(const PegSiteMistake * const *) b;

  return one->line < other->line ? -1 : one->line > other->line;
}

/**
 * peg_site_new_unreadable:
 * @path: where the file is
 * @why: why it cannot be read, a sentence
 *
 * Returns: (transfer full): what holds meanwhile: what is usual
 */
PegSite *
peg_site_new_unreadable (const char *path,
                         const char *why)
{
  PegSite *self = peg_site_new (path);

  g_strfreev (self->wrong);
  self->wrong = g_new0 (char *, 2);
  self->wrong[0] = g_strdup (why);
  peg_site_fill_usual (self);

  return self;
}

static void
read_lines (Reading    *reading,
            const char *data,
            gsize       length)
{
  PegSiteScanner scanner = { .at = data, .end = data + length };

  for (;;) {
    g_auto (PegSiteLine) line = { 0 };

    if (!peg_site_scanner_next (&scanner, &line))
      return;

    if (line.marked)
      complain (reading, line.number, g_strdup (_("The file begins with a byte order mark.")),
                g_strdup (_("Save it as UTF-8 without one.")));
    if (line.kind == PEG_SITE_LINE_GROUP)
      take_group (reading, &line);
    else if (line.kind == PEG_SITE_LINE_KEY)
      take_key (reading, &line);
    else if (line.kind != PEG_SITE_LINE_NOTHING)
      complain_line (reading, &line);
  }
}

/**
 * peg_site_parse:
 * @path: where the file is
 * @data: (array length=length): what is in it, any bytes
 * @length: how many
 * @mistakes: (out) (transfer full) (optional) (element-type PegSiteMistake): everything
 *   that is not as it should be, in the order of the lines; empty: nothing
 *
 * Reads what a shop laid down. What is right is taken, whatever else is wrong: a
 * terminal has to come up. A pure function; it looks at no file that @data names.
 *
 * Returns: (transfer full): the configuration
 */
PegSite *
peg_site_parse (const char  *path,
                const char  *data,
                gsize        length,
                GPtrArray  **mistakes)
{
  Reading reading = { 0 };

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (data != NULL || length == 0, NULL);

  reading.site = peg_site_new (path);
  reading.mistakes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_site_mistake_free);
  reading.groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (length > MAX_LENGTH)
    complain (&reading, 0, g_strdup_printf (_("The file has more than %u KiB."), MAX_LENGTH / 1024),
              g_strdup (_("Is it another file?")));
  else if (length > 0)
    read_lines (&reading, data, length);

  peg_site_fill_usual (reading.site);
  take_locks (reading.site);
  check_together (&reading);
  check_sending (&reading);
  check_own_key (&reading);
  check_door (&reading);
  g_ptr_array_sort (reading.mistakes, compare_lines);
  keep_words (reading.site, reading.mistakes);

  g_free (reading.group);
  g_hash_table_unref (reading.groups);
  if (mistakes != NULL)
    *mistakes = g_steal_pointer (&reading.mistakes);
  g_clear_pointer (&reading.mistakes, g_ptr_array_unref);

  return reading.site;
}
