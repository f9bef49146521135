/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site"

#include "peg-config.h"

#include "peg-site.h"

#include <glib/gi18n.h>

/* The roles that pegboardd knows (docs/protocol.md, “Roles”). */
#define ROLES "viewer;machinist;lead;admin"

/* Lengths in characters: what fits on a tag of the board, and what a path can be. */
#define NAME_LENGTH 64
#define PATH_LENGTH 4095
#define PATTERN_LENGTH 200
#define STROKES_LENGTH 16

#define DAY 86400

static const PegSiteKeyInfo table[PEG_SITE_N_KEYS] = {
  [PEG_SITE_SERVER_ADDRESS] = {
    "Server", "address", PEG_SITE_TYPE_ADDRESS, "", 0, 2048, NULL, NULL, "server-address",
    N_("Where the shop server is: a name, NAME:PORT, or an http, https, ws or wss address.") },
  [PEG_SITE_SERVER_CA_FILE] = {
    "Server", "ca-file", PEG_SITE_TYPE_FILE, "", 0, PATH_LENGTH, NULL, NULL, "shop-ca-file",
    N_("The certificates, in PEM form, that the shop signs its servers with; without it those that the system trusts.") },
  [PEG_SITE_SERVER_TOKEN_FILE] = {
    "Server", "token-file", PEG_SITE_TYPE_SECRET, "", 0, PATH_LENGTH, NULL, NULL, NULL,
    N_("The token that the station itself signs in to the server with while nobody is signed in at it.") },
  [PEG_SITE_SERVER_AUTH_MODE] = {
    "Server", "auth-mode", PEG_SITE_TYPE_CHOICE, "header", 0, 0, NULL,
    "header;message;query;cookie", "auth-mode",
    N_("How the sign-in token is sent to the server.") },
  [PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE] = {
    "Server", "client-certificate-file", PEG_SITE_TYPE_FILE, "", 0, PATH_LENGTH, NULL, NULL,
    "client-certificate-file",
    N_("The certificate of this computer, in PEM form, for servers that ask for one.") },
  [PEG_SITE_SERVER_CLIENT_KEY_FILE] = {
    "Server", "client-key-file", PEG_SITE_TYPE_SECRET, "", 0, PATH_LENGTH, NULL, NULL,
    "client-key-file",
    N_("The private key of this computer, in PEM form; without it, it is in the file of the certificate.") },

  [PEG_SITE_STATION_NAME] = {
    "Station", "name", PEG_SITE_TYPE_TEXT, "", 0, NAME_LENGTH, NULL, NULL, "station-name",
    N_("What this place is called on the tags of the board; without it the name of the computer.") },
  [PEG_SITE_STATION_MACHINE] = {
    "Station", "machine", PEG_SITE_TYPE_TEXT, "", 0, NAME_LENGTH, NULL, NULL, NULL,
    N_("The machine that stands here: the group of that name is open when the board appears.") },
  [PEG_SITE_STATION_WORKING_FOLDER] = {
    "Station", "working-folder", PEG_SITE_TYPE_FOLDER, "", 0, PATH_LENGTH, NULL, NULL, NULL,
    N_("Where a check-out puts its copy and a check-in takes it from, for example the folder that the machine’s DNC reads.") },
  [PEG_SITE_STATION_DISTANCE_MM] = {
    "Station", "distance-mm", PEG_SITE_TYPE_NUMBER, "1500", 300, 10000, "mm", NULL, NULL,
    N_("How far the eyes of people are from the screen; the status words are made large enough for it.") },
  [PEG_SITE_STATION_PIXELS_PER_MM] = {
    "Station", "pixels-per-mm", PEG_SITE_TYPE_DECIMAL, "0", 0, 50, NULL, NULL, NULL,
    N_("How many pixels of the screen are one millimetre; 0 takes it from the monitor.") },
  [PEG_SITE_STATION_TOUCH] = {
    "Station", "touch", PEG_SITE_TYPE_SWITCH, "true", 0, 0, NULL, NULL, NULL,
    N_("Whether the screen can be touched, so that a keyboard is shown on it.") },

  [PEG_SITE_KIOSK_ENABLED] = {
    "Kiosk", "enabled", PEG_SITE_TYPE_SWITCH, "false", 0, 0, NULL, NULL, NULL,
    N_("Whether Pegboard is the only program of this computer, full screen, and shared by a shift.") },
  [PEG_SITE_KIOSK_SIGN_OUT_SECONDS] = {
    "Kiosk", "sign-out-seconds", PEG_SITE_TYPE_NUMBER, "120", 10, 3600, "s", NULL, NULL,
    N_("After how long without a touch, a key or a scan a person is signed out.") },
  [PEG_SITE_KIOSK_WARNING_SECONDS] = {
    "Kiosk", "warning-seconds", PEG_SITE_TYPE_NUMBER, "20", 5, 600, "s", NULL, NULL,
    N_("How long before that the countdown is shown.") },
  [PEG_SITE_KIOSK_SCREENSAVER_SECONDS] = {
    "Kiosk", "screensaver-seconds", PEG_SITE_TYPE_NUMBER, "300", 10, DAY, "s", NULL, NULL,
    N_("After how long with nobody signed in the dark status board is shown.") },
  [PEG_SITE_KIOSK_WIPE_SECONDS] = {
    "Kiosk", "wipe-seconds", PEG_SITE_TYPE_NUMBER, "30", 5, 600, "s", NULL, NULL,
    N_("How long touches do nothing while the glass is being cleaned.") },
  [PEG_SITE_KIOSK_UPDATE_IDLE_SECONDS] = {
    "Kiosk", "update-idle-seconds", PEG_SITE_TYPE_NUMBER, "300", 60, DAY, "s", NULL, NULL,
    N_("How long nobody must have been signed in before the program updates itself.") },
  [PEG_SITE_KIOSK_ADMIN_PIN_FILE] = {
    "Kiosk", "admin-pin-file", PEG_SITE_TYPE_SECRET, "", 0, PATH_LENGTH, NULL, NULL, NULL,
    N_("The file with the hashed PIN of the admin door; without it only the badge of an administrator opens it.") },
  [PEG_SITE_KIOSK_COLOR_SCHEME] = {
    "Kiosk", "color-scheme", PEG_SITE_TYPE_CHOICE, "dark", 0, 0, NULL, "dark;light", NULL,
    N_("Whether the board is dark or light.") },
  [PEG_SITE_KIOSK_SOUND] = {
    "Kiosk", "sound", PEG_SITE_TYPE_SWITCH, "true", 0, 0, NULL, NULL, NULL,
    N_("Whether scans and badges are answered with a sound, too.") },
  [PEG_SITE_KIOSK_BURN_IN_SECONDS] = {
    "Kiosk", "burn-in-seconds", PEG_SITE_TYPE_NUMBER, "60", 10, 3600, "s", NULL, NULL,
    N_("How often the status board moves a little, so that it does not burn into the screen.") },

  [PEG_SITE_BADGES_PEOPLE_FILE] = {
    "Badges", "people-file", PEG_SITE_TYPE_FILE, "/etc/pegboard/people.conf", 0, PATH_LENGTH,
    NULL, NULL, NULL,
    N_("The people of the shop with their hashed badges and PINs, written by pegctl.") },
  [PEG_SITE_BADGES_KEY_FILE] = {
    "Badges", "key-file", PEG_SITE_TYPE_SECRET, "/etc/pegboard/badge.key", 0, PATH_LENGTH,
    NULL, NULL, NULL,
    N_("The key that badges are hashed with.") },
  [PEG_SITE_BADGES_FORMAT] = {
    "Badges", "format", PEG_SITE_TYPE_PATTERN, "[0-9]{8,12}", 0, PATTERN_LENGTH, NULL, NULL, NULL,
    N_("What the number of a badge looks like: a regular expression that the whole number fits.") },
  [PEG_SITE_BADGES_PREFIX] = {
    "Badges", "prefix", PEG_SITE_TYPE_STROKES, "", 0, STROKES_LENGTH, NULL, NULL, NULL,
    N_("What the reader types before every code.") },
  [PEG_SITE_BADGES_SUFFIX] = {
    "Badges", "suffix", PEG_SITE_TYPE_CHOICE, "Enter", 0, 0, NULL, "Enter;Tab;none", NULL,
    N_("The key that the reader presses after every code.") },
  [PEG_SITE_BADGES_MAX_GAP_MS] = {
    "Badges", "max-gap-ms", PEG_SITE_TYPE_NUMBER, "30", 1, 500, "ms", NULL, NULL,
    N_("The longest pause between two characters of a code; slower ones are typed by a person.") },
  [PEG_SITE_BADGES_MIN_LENGTH] = {
    "Badges", "min-length", PEG_SITE_TYPE_NUMBER, "4", 1, 64, NULL, NULL, NULL,
    N_("How many characters a code has at least; fewer are typed by a person.") },

  [PEG_SITE_POLICY_CHECK_OUT] = {
    "Policy", "check-out", PEG_SITE_TYPE_WORDS, "machinist;lead;admin", 0, 0, NULL, ROLES, NULL,
    N_("Which roles may check out here.") },
  [PEG_SITE_POLICY_CHECK_IN] = {
    "Policy", "check-in", PEG_SITE_TYPE_WORDS, "machinist;lead;admin", 0, 0, NULL, ROLES, NULL,
    N_("Which roles may check in here.") },
  [PEG_SITE_POLICY_RELEASE] = {
    "Policy", "release", PEG_SITE_TYPE_WORDS, "machinist;lead;admin", 0, 0, NULL, ROLES, NULL,
    N_("Which roles may release what they have checked out.") },
  [PEG_SITE_POLICY_COPY] = {
    "Policy", "copy", PEG_SITE_TYPE_WORDS, "machinist;lead;admin", 0, 0, NULL, ROLES, NULL,
    N_("Which roles may put a copy into the working folder.") },
  [PEG_SITE_POLICY_ADMIN] = {
    "Policy", "admin", PEG_SITE_TYPE_WORDS, "lead;admin", 0, 0, NULL, ROLES, NULL,
    N_("Which roles may open the admin door.") },
  [PEG_SITE_POLICY_PIN_WITH_BADGE] = {
    "Policy", "pin-with-badge", PEG_SITE_TYPE_SWITCH, "false", 0, 0, NULL, NULL, NULL,
    N_("Whether a badge alone is not enough, and its PIN is asked for, too.") },

  [PEG_SITE_LOCK_KEYS] = {
    "Lock", "keys", PEG_SITE_TYPE_KEYS, "", 0, 0, NULL, NULL, NULL,
    N_("The keys of this file that neither the command line nor the settings of a person override.") },
};

/**
 * peg_site_key_get_info:
 * @key: a key
 *
 * Returns: its line of the table
 */
const PegSiteKeyInfo *
peg_site_key_get_info (PegSiteKey key)
{
  g_return_val_if_fail ((guint) key < PEG_SITE_N_KEYS, NULL);

  return &table[key];
}

/**
 * peg_site_key_find:
 * @group: a group
 * @name: a name in it
 * @key: (out): the key, when there is one
 *
 * Returns: whether there is such a key
 */
gboolean
peg_site_key_find (const char *group,
                   const char *name,
                   PegSiteKey *key)
{
  g_return_val_if_fail (group != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    if (g_str_equal (table[i].group, group) && g_str_equal (table[i].name, name)) {
      *key = i;
      return TRUE;
    }
  }

  return FALSE;
}
