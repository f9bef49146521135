/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_SITE_PATH:
 *
 * Where the shop’s configuration of a computer is.
 */
#define PEG_SITE_PATH "/etc/pegboard/site.conf"

/**
 * PEG_SITE_PATH_SANDBOX:
 *
 * Where it is inside the sandbox of a Flatpak: in the extension
 * `io.github.pegboard.Pegboard.SiteConfig`.
 */
#define PEG_SITE_PATH_SANDBOX "/app/site/site.conf"

/**
 * PegSiteKey:
 *
 * Every key of site.conf, named by its group and its name. What each is for is in
 * the table, see peg_site_key_get_info(), and in pegboard-site.conf(5).
 */
typedef enum {
  PEG_SITE_SERVER_ADDRESS,
  PEG_SITE_SERVER_CA_FILE,
  PEG_SITE_SERVER_TOKEN_FILE,
  PEG_SITE_SERVER_AUTH_MODE,
  PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE,
  PEG_SITE_SERVER_CLIENT_KEY_FILE,
  PEG_SITE_STATION_NAME,
  PEG_SITE_STATION_MACHINE,
  PEG_SITE_STATION_WORKING_FOLDER,
  PEG_SITE_STATION_DISTANCE_MM,
  PEG_SITE_STATION_PIXELS_PER_MM,
  PEG_SITE_STATION_TOUCH,
  PEG_SITE_KIOSK_ENABLED,
  PEG_SITE_KIOSK_SIGN_OUT_SECONDS,
  PEG_SITE_KIOSK_WARNING_SECONDS,
  PEG_SITE_KIOSK_SCREENSAVER_SECONDS,
  PEG_SITE_KIOSK_WIPE_SECONDS,
  PEG_SITE_KIOSK_UPDATE_IDLE_SECONDS,
  PEG_SITE_KIOSK_ADMIN_PIN_FILE,
  PEG_SITE_KIOSK_COLOR_SCHEME,
  PEG_SITE_KIOSK_SOUND,
  PEG_SITE_KIOSK_BURN_IN_SECONDS,
  PEG_SITE_BADGES_PEOPLE_FILE,
  PEG_SITE_BADGES_KEY_FILE,
  PEG_SITE_BADGES_FORMAT,
  PEG_SITE_BADGES_PREFIX,
  PEG_SITE_BADGES_SUFFIX,
  PEG_SITE_BADGES_MAX_GAP_MS,
  PEG_SITE_BADGES_MIN_LENGTH,
  PEG_SITE_POLICY_CHECK_OUT,
  PEG_SITE_POLICY_CHECK_IN,
  PEG_SITE_POLICY_RELEASE,
  PEG_SITE_POLICY_COPY,
  PEG_SITE_POLICY_ADMIN,
  PEG_SITE_POLICY_PIN_WITH_BADGE,
  PEG_SITE_LOCK_KEYS,
} PegSiteKey;

/**
 * PEG_SITE_N_KEYS:
 *
 * How many keys there are.
 */
#define PEG_SITE_N_KEYS (PEG_SITE_LOCK_KEYS + 1)

/**
 * PegSiteType:
 * @PEG_SITE_TYPE_TEXT: a line of text
 * @PEG_SITE_TYPE_ADDRESS: where a server is
 * @PEG_SITE_TYPE_FILE: the absolute path of a file
 * @PEG_SITE_TYPE_SECRET: likewise, of one that others must not read
 * @PEG_SITE_TYPE_FOLDER: the absolute path of a folder that can be written to
 * @PEG_SITE_TYPE_CHOICE: one of several words
 * @PEG_SITE_TYPE_NUMBER: a whole number
 * @PEG_SITE_TYPE_DECIMAL: a number that may have a decimal point
 * @PEG_SITE_TYPE_SWITCH: true or false
 * @PEG_SITE_TYPE_PATTERN: a regular expression, as GRegex understands them
 * @PEG_SITE_TYPE_STROKES: what a reader types before a code: characters that are on
 *   every keyboard
 * @PEG_SITE_TYPE_WORDS: a list of words out of several, separated by `;`
 * @PEG_SITE_TYPE_KEYS: a list of keys of the file, each written Group/key
 *
 * What can be the value of a key.
 */
typedef enum {
  PEG_SITE_TYPE_TEXT,
  PEG_SITE_TYPE_ADDRESS,
  PEG_SITE_TYPE_FILE,
  PEG_SITE_TYPE_SECRET,
  PEG_SITE_TYPE_FOLDER,
  PEG_SITE_TYPE_CHOICE,
  PEG_SITE_TYPE_NUMBER,
  PEG_SITE_TYPE_DECIMAL,
  PEG_SITE_TYPE_SWITCH,
  PEG_SITE_TYPE_PATTERN,
  PEG_SITE_TYPE_STROKES,
  PEG_SITE_TYPE_WORDS,
  PEG_SITE_TYPE_KEYS,
} PegSiteType;

/**
 * PegSiteKeyInfo:
 * @group: the group, without brackets
 * @name: the name in it
 * @type: what can be its value
 * @usual: what holds when the file says nothing, written as in the file
 * @min: of a number, the smallest
 * @max: of a number, the largest; of a text, its length in characters
 * @unit: (nullable): of a number, its unit
 * @words: (nullable): of a choice or a list of words, all there are, separated by `;`
 * @setting: (nullable): the GSettings key of the desktop window that it governs
 * @meaning: one sentence, to be translated
 *
 * A line of the table of keys. Everything that checks, reads, writes or describes
 * site.conf goes by it.
 */
typedef struct {
  const char *group;
  const char *name;
  PegSiteType type;
  const char *usual;
  double min;
  double max;
  const char *unit;
  const char *words;
  const char *setting;
  const char *meaning;
} PegSiteKeyInfo;

const PegSiteKeyInfo *peg_site_key_get_info (PegSiteKey  key);
gboolean              peg_site_key_find     (const char *group,
                                             const char *name,
                                             PegSiteKey *key);

/**
 * PegSiteMistake:
 * @line: the line, counted from 1; 0: the file as a whole
 * @what: what is wrong, a sentence
 * @right: what would be right, a sentence
 *
 * Something in site.conf that is not as it should be. Immutable.
 */
typedef struct {
  guint line;
  char *what;
  char *right;
} PegSiteMistake;

char *peg_site_mistake_dup_text (const PegSiteMistake *self,
                                 const char           *path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PegSite:
 *
 * What the shop has laid down for this computer. Immutable, reference counted.
 */
typedef struct _PegSite PegSite;

PegSite *peg_site_new_empty (void) G_GNUC_WARN_UNUSED_RESULT;
PegSite *peg_site_new_unreadable (const char *path,
                                  const char *why) G_GNUC_WARN_UNUSED_RESULT;
PegSite *peg_site_parse     (const char  *path,
                             const char  *data,
                             gsize        length,
                             GPtrArray  **mistakes) G_GNUC_WARN_UNUSED_RESULT;
PegSite *peg_site_load      (const char  *path,
                             GPtrArray  **mistakes,
                             GError     **error) G_GNUC_WARN_UNUSED_RESULT;
PegSite *peg_site_ref       (PegSite     *self);
void     peg_site_unref     (PegSite     *self);

GPtrArray *peg_site_check_files (PegSite *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegSite, peg_site_unref)

const char         *peg_site_get_path    (PegSite    *self);
const char         *peg_site_get_string  (PegSite    *self,
                                          PegSiteKey  key);
gint64              peg_site_get_int     (PegSite    *self,
                                          PegSiteKey  key);
double              peg_site_get_double  (PegSite    *self,
                                          PegSiteKey  key);
gboolean            peg_site_get_boolean (PegSite    *self,
                                          PegSiteKey  key);
const char * const *peg_site_get_strv    (PegSite    *self,
                                          PegSiteKey  key);
const char * const *peg_site_get_wrong   (PegSite    *self);
guint               peg_site_get_line    (PegSite    *self,
                                          PegSiteKey  key);
gboolean            peg_site_is_set      (PegSite    *self,
                                          PegSiteKey  key);
gboolean            peg_site_is_locked   (PegSite    *self,
                                          PegSiteKey  key);

G_END_DECLS
