/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-people"

#include "peg-config.h"

#include "peg-kiosk-session-private.h"

#include "peg-code.h"
#include "peg-part.h"
#include "peg-pin.h"
#include "peg-search.h"

#include <glib/gi18n.h>
#include <string.h>

/* More files than this that fit a label are many. */
#define MANY 1000

/* A number with fewer digits is on no badge. */
#define MIN_BADGE 4

/* The token of the terminal is a line. */
#define MAX_TOKEN 65536

/* What comes from people: badges, codes, PINs; and in whose name the server is asked. */

static guint
may (PegSite    *site,
     const char *role)
{
  static const struct {
    PegSiteKey key;
    PegKioskMay may;
  } policies[] = {
    { PEG_SITE_POLICY_CHECK_OUT, PEG_KIOSK_MAY_CHECK_OUT },
    { PEG_SITE_POLICY_CHECK_IN, PEG_KIOSK_MAY_CHECK_IN },
    { PEG_SITE_POLICY_RELEASE, PEG_KIOSK_MAY_RELEASE },
    { PEG_SITE_POLICY_COPY, PEG_KIOSK_MAY_COPY },
    { PEG_SITE_POLICY_ADMIN, PEG_KIOSK_MAY_ADMIN },
  };
  guint set = 0;

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++) {
    const char * const *roles = peg_site_get_strv (site, policies[i].key);

    if (roles != NULL && g_strv_contains (roles, role))
      set |= policies[i].may;
  }

  return set;
}

/*
 * peg_kiosk_session_list_members:
 *
 * Returns: (transfer full) (element-type PegKioskMember): who can sign in
 */
GPtrArray *
peg_kiosk_session_list_members (PegKioskSession *self)
{
  GPtrArray *people = peg_roster_get_people (peg_roster_watch_get_roster (self->watch));
  GPtrArray *members = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_kiosk_member_free);

  for (guint i = 0; i < people->len; i++) {
    const PegRosterPerson *person = g_ptr_array_index (people, i);

    g_ptr_array_add (members, peg_kiosk_member_new (&(PegKioskMember) {
      .id = person->id,
      .name = person->name,
      .user = person->user,
      .role = (char *) peg_roster_role_word (person->role),
      .may = may (self->site, person->role),
      .has_pin = person->pin != NULL,
      .has_badge = person->badges != NULL && *person->badges != NULL,
    }));
  }

  return members;
}

/*
 * peg_kiosk_session_tell_names:
 *
 * Lets the board show what people are called, and not only what the server calls them.
 * Of two who share an account there it shows the account.
 */
void
peg_kiosk_session_tell_names (PegKioskSession *self)
{
  GPtrArray *people = peg_roster_get_people (peg_roster_watch_get_roster (self->watch));
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < people->len; i++) {
    const PegRosterPerson *person = g_ptr_array_index (people, i);
    const gboolean shared = g_hash_table_contains (names, person->user);

    g_hash_table_insert (names, g_strdup (person->user),
                         g_strdup (shared ? person->user : person->name));
  }

  peg_store_dispatch (self->store, &(PegEvent) { .kind = PEG_EVENT_NAMES, .names = names });
}

static void
see_badge (PegKioskSession *self,
           const char      *badge)
{
  const PegRosterPerson *person = NULL;
  g_autofree char *hash = NULL;

  if (self->has_key) {
    hash = peg_badge_hash (self->key, sizeof self->key, badge);
    person = peg_roster_find_badge (peg_roster_watch_get_roster (self->watch), hash);
  }

  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_BADGE, .person = person != NULL ? person->id : NULL,
  });
}

static void
see_file (PegKioskSession *self,
          const char      *key)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  PegEntry *entry = peg_snapshot_find (snapshot, key);

  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_FILE,
    .key = entry != NULL ? peg_entry_get_key (entry) : NULL,
    .text = entry != NULL ? peg_entry_get_filename (entry) : key,
  });
}

/* Counts the files that fit, and gives one of them. */
static guint
count (const PegSnapshot  *snapshot,
       const PegSearch    *search,
       gboolean            exact,
       PegEntry          **found)
{
  guint n = 0;

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot) && n < MANY; i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group) && n < MANY; j++) {
      PegEntry *entry = peg_group_get (group, j);

      if (exact ? peg_search_is_exact (search, entry) : peg_search_matches (search, entry)) {
        *found = entry;
        n++;
      }
    }
  }

  return n;
}

/* Whether a reader may have typed that: a number, of digits or hexadecimal ones, that is
 * no part’s. */
static gboolean
is_like_badge (const char *text)
{
  const gsize length = strlen (text);

  return length >= MIN_BADGE && length != PEG_PART_DIGITS &&
         strspn (text, "0123456789abcdefABCDEF") == length && strpbrk (text, "0123456789") != NULL;
}

/* A label has the name of a part, or of a file, on it. */
static void
see_label (PegKioskSession *self,
           const char      *text)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  g_autoptr (PegSearch) search = peg_search_new (text);
  PegEntry *found = NULL;
  guint n = 0;

  if (!peg_search_is_empty (search)) {
    n = count (snapshot, search, TRUE, &found);
    if (n == 0)
      n = count (snapshot, search, FALSE, &found);
  }

  /* It is not shown: whose badge it is elsewhere is nobody’s business here. */
  if (n == 0 && self->has_key && is_like_badge (text)) {
    peg_kiosk_session_step (self, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_UNREADABLE,
      .text = _("This does not look like a badge or a code of this shop, and no file has it in its name. Ask your lead."),
    });
    return;
  }

  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_LABEL,
    .key = n == 1 ? peg_entry_get_key (found) : NULL,
    .text = n == 1 ? peg_entry_get_filename (found) : text,
    .n = n,
  });
}

/*
 * peg_kiosk_session_see:
 * @text: what was scanned
 */
void
peg_kiosk_session_see (PegKioskSession *self,
                       const char      *text)
{
  const PegCodeFormat format = {
    .badge = peg_site_get_string (self->site, PEG_SITE_BADGES_FORMAT),
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PegCode) code = peg_code_parse (text, &format, &error);

  if (code == NULL) {
    peg_kiosk_session_step (self, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_UNREADABLE, .text = error->message,
    });
    return;
  }

  switch (code->kind) {
  case PEG_CODE_FILE:
    see_file (self, code->value);
    break;
  case PEG_CODE_COMMAND:
    peg_kiosk_session_step (self, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_COMMAND, .text = code->value,
    });
    break;
  case PEG_CODE_PERSON:
    peg_kiosk_session_step (self, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_PERSON, .person = code->value,
    });
    break;
  case PEG_CODE_BADGE:
    see_badge (self, code->value);
    break;
  case PEG_CODE_LABEL:
    see_label (self, code->value);
    break;
  default:
    g_assert_not_reached ();
  }
}

/*
 * peg_kiosk_session_load_wrong:
 *
 * Goes on with what is remembered of wrong PINs.
 */
void
peg_kiosk_session_load_wrong (PegKioskSession *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GVariant) wrong = NULL;

  if (self->wrong_path == NULL || !g_file_get_contents (self->wrong_path, &text, NULL, NULL))
    return;

  wrong = g_variant_parse (G_VARIANT_TYPE ("(ua{su})"), text, NULL, NULL, NULL);
  if (wrong != NULL)
    peg_kiosk_machine_restore_wrong (self->machine, wrong, peg_clock_get_mono_us (self->clock));
}

/* What is remembered of wrong PINs: a restart must not make guessing faster. */
static void
save_wrong (PegKioskSession *self)
{
  g_autoptr (GVariant) wrong = peg_kiosk_machine_dup_wrong (self->machine);
  g_autofree char *text = g_variant_print (wrong, FALSE);
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  if (self->wrong_path == NULL)
    return;

  folder = g_path_get_dirname (self->wrong_path);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (self->wrong_path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_info ("Wrong PINs are forgotten at the next start: %s", error->message);
}

/* A PIN that is being looked at. */
typedef struct {
  PegKioskSession *session; /* (owned) */
  guint serial;
} Checking;

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree Checking *checking = user_data;
  g_autoptr (PegKioskSession) self = checking->session;
  g_autoptr (GError) error = NULL;
  const gboolean right = peg_pin_check_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  peg_kiosk_session_step (self, &(PegKioskInput) {
    .kind = PEG_KIOSK_INPUT_PIN_RESULT, .serial = checking->serial, .yes = right,
  });
  save_wrong (self);
}

static char *
dup_hash (PegKioskSession  *self,
          const char       *id,
          GError          **error)
{
  const PegRosterPerson *person;
  const char *path = peg_site_get_string (self->site, PEG_SITE_KIOSK_ADMIN_PIN_FILE);

  if (*id != '\0') {
    person = peg_roster_find (peg_roster_watch_get_roster (self->watch), id);
    if (person != NULL && person->pin != NULL)
      return g_strdup (person->pin);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("Nobody here has a PIN under this name any more."));
    return NULL;
  }

  if (path != NULL && *path != '\0')
    return peg_pin_read_file (path, error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("There is no PIN for the settings of this terminal. Use the badge of somebody who may open them."));

  return NULL;
}

/*
 * peg_kiosk_session_check_pin:
 * @id: whose it is, or that of the admin door
 * @serial: for the answer
 *
 * Looks at what was typed, in another thread.
 */
void
peg_kiosk_session_check_pin (PegKioskSession *self,
                             const char      *id,
                             guint            serial)
{
  g_autofree char *pin = g_steal_pointer (&self->pin);
  g_autofree char *hash = NULL;
  g_autoptr (GError) error = NULL;
  Checking *checking;

  hash = dup_hash (self, id, &error);
  if (hash == NULL || pin == NULL) {
    peg_kiosk_session_step (self, &(PegKioskInput) {
      .kind = PEG_KIOSK_INPUT_PIN_RESULT, .serial = serial,
      .text = error != NULL ? error->message : NULL,
    });
    return;
  }

  checking = g_new0 (Checking, 1);
  checking->session = g_object_ref (self);
  checking->serial = serial;
  peg_pin_check_async (hash, pin, self->cancellable, checked_cb, checking);
  explicit_bzero (pin, strlen (pin));
}

static char *
read_station_token (PegKioskSession *self)
{
  const char *path = peg_site_get_string (self->site, PEG_SITE_SERVER_TOKEN_FILE);
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (path == NULL || *path == '\0')
    return NULL;

  if (!g_file_get_contents (path, &token, &length, &error) || length > MAX_TOKEN) {
    g_info ("The terminal has no token: %s", error != NULL ? error->message : "it is too long");
    return NULL;
  }

  return g_strdup (g_strstrip (token));
}

static PegAuthMode
get_auth_mode (PegSite *site)
{
  static const char * const words[] = {
    [PEG_AUTH_HEADER] = "header",
    [PEG_AUTH_MESSAGE] = "message",
    [PEG_AUTH_QUERY] = "query",
    [PEG_AUTH_COOKIE] = "cookie",
  };
  const char *mode = peg_site_get_string (site, PEG_SITE_SERVER_AUTH_MODE);

  for (guint i = 0; mode != NULL && i < G_N_ELEMENTS (words); i++) {
    if (g_strcmp0 (words[i], mode) == 0)
      return (PegAuthMode) i;
  }

  return PEG_AUTH_HEADER;
}

/* Whoever was there before must not stay connected because of what is wrong with the
 * token of the next. */
static void
connect_without_token (PegKioskSession *self,
                       PegLinkConfig   *config,
                       const GError    *why)
{
  g_message ("“%s” is connected without a token: %s", config->user, why->message);
  config->token = NULL;
  if (!peg_link_connect (self->link, config, NULL))
    peg_link_disconnect (self->link);
}

/*
 * peg_kiosk_session_fill_config:
 * @config: (inout): gets everything that is the same for everybody
 */
void
peg_kiosk_session_fill_config (PegKioskSession *self,
                               PegLinkConfig   *config)
{
  config->url = self->server;
  config->station = self->station;
  config->shared = TRUE;
  config->transient = self->demo;
  config->auth_mode = get_auth_mode (self->site);
  config->ca_file = peg_site_get_string (self->site, PEG_SITE_SERVER_CA_FILE);
  config->client_cert = peg_site_get_string (self->site, PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE);
  config->client_key = peg_site_get_string (self->site, PEG_SITE_SERVER_CLIENT_KEY_FILE);
}

/*
 * peg_kiosk_session_connect:
 * @id: (nullable): whose name the server is asked in from now on; %NULL: the terminal’s
 *
 * What is posted to the link after this is done in that name, and nothing before is.
 */
void
peg_kiosk_session_connect (PegKioskSession *self,
                           const char      *id)
{
  const PegRosterPerson *person =
    peg_roster_find (peg_roster_watch_get_roster (self->watch), id);
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;
  PegLinkConfig config = { 0 };

  if (!self->started)
    return;

  /* The demo shop knows nobody here, and is to know no secret of anybody. */
  if (!self->demo)
    token = person != NULL ? peg_roster_person_read_token (person, &error)
                           : read_station_token (self);
  if (error != NULL)
    g_info ("There is no token of that person: %s", error->message);

  g_free (self->user);
  self->user = g_strdup (person != NULL ? person->user : self->station);
  self->told_identity = FALSE;
  peg_kiosk_session_fill_config (self, &config);
  config.user = self->user;
  config.token = token;

  g_clear_error (&error);
  if (self->server == NULL)
    g_info ("The terminal is not connected: no server is named");
  else if (!peg_link_connect (self->link, &config, &error))
    connect_without_token (self, &config, error);
  if (token != NULL)
    explicit_bzero (token, strlen (token));
}
