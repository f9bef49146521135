/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-options"

#include "peg-config.h"

#include "peg-options.h"

#include <glib/gi18n.h>

static const GOptionEntry entries[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, NULL, N_("Where the server is"), N_("ADDRESS") },
  { "user", 'u', 0, G_OPTION_ARG_STRING, NULL, N_("Who you are"), N_("NAME") },
  { "station", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Where you are, for example a machine"), N_("NAME") },
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the demo shop"), NULL },
  { "kiosk", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_("Be the only program of a terminal that a shift shares"), NULL },
  { "site", 0, 0, G_OPTION_ARG_FILENAME, NULL,
    N_("The shop’s configuration, where /etc/pegboard/site.conf is not"), N_("FILE") },
  { "check-config", 0, 0, G_OPTION_ARG_FILENAME, NULL,
    N_("Say what is wrong in a configuration, and end"), N_("FILE") },
  { "standalone", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_("Do not join a Pegboard that runs already"), NULL },
  /* Of no use to people: what starts a terminal again and again says it. */
  { "safe-mode", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, NULL,
    N_("Start carefully, after it ended several times"), N_("CODE") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL },
  G_OPTION_ENTRY_NULL
};

/**
 * peg_options_add:
 * @application: the application
 *
 * Lets @application understand the options.
 */
void
peg_options_add (GApplication *application)
{
  g_return_if_fail (G_IS_APPLICATION (application));

  g_application_add_main_option_entries (application, entries);
  g_application_set_option_context_summary (application,
    _("Shows who has which file checked out."));
}

/**
 * peg_options_new:
 * @dict: what was on the command line
 *
 * Returns: (transfer full): the options
 */
PegOptions *
peg_options_new (GVariantDict *dict)
{
  PegOptions *self = g_new0 (PegOptions, 1);

  g_return_val_if_fail (dict != NULL, self);

  g_variant_dict_lookup (dict, "server", "s", &self->server);
  g_variant_dict_lookup (dict, "user", "s", &self->user);
  g_variant_dict_lookup (dict, "station", "s", &self->station);
  g_variant_dict_lookup (dict, "site", "^ay", &self->site);
  g_variant_dict_lookup (dict, "safe-mode", "s", &self->safe_code);
  self->demo = g_variant_dict_contains (dict, "demo");
  self->standalone = g_variant_dict_contains (dict, "standalone");
  self->kiosk = g_variant_dict_contains (dict, "kiosk");

  return self;
}

void
peg_options_free (PegOptions *self)
{
  g_free (self->server);
  g_free (self->user);
  g_free (self->station);
  g_free (self->site);
  g_free (self->safe_code);
  g_free (self);
}

static void
refuse (GStrvBuilder *refusals,
        PegSite      *site,
        const char   *option,
        const char   *what)
{
  g_autofree char *words =
    /* Translators: an option, what it would change, and the path of a file. */
    g_strdup_printf (_("“%s” is not used: %s is set by the shop in “%s”."),
                     option, what, peg_site_get_path (site));

  g_strv_builder_add (refusals, words);
}

/**
 * peg_options_obey:
 * @self: what the command line says
 * @site: what the shop laid down
 *
 * Takes back what @site has locked, as if it had not been said.
 *
 * Returns: (transfer full) (array zero-terminated=1): what was taken back, and why;
 *   sentences for people
 */
char **
peg_options_obey (PegOptions *self,
                  PegSite    *site)
{
  g_autoptr (GStrvBuilder) refusals = g_strv_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (site != NULL, NULL);

  if (self->server != NULL && peg_site_is_locked (site, PEG_SITE_SERVER_ADDRESS)) {
    refuse (refusals, site, "--server", _("the address of the server"));
    g_clear_pointer (&self->server, g_free);
  }
  /* The demo shop is another server, too. */
  if (self->demo && peg_site_is_locked (site, PEG_SITE_SERVER_ADDRESS)) {
    refuse (refusals, site, "--demo", _("the address of the server"));
    self->demo = FALSE;
  }
  if (self->station != NULL && peg_site_is_locked (site, PEG_SITE_STATION_NAME)) {
    refuse (refusals, site, "--station", _("the name of the station"));
    g_clear_pointer (&self->station, g_free);
  }
  if (self->kiosk && peg_site_is_locked (site, PEG_SITE_KIOSK_ENABLED) &&
      !peg_site_get_boolean (site, PEG_SITE_KIOSK_ENABLED)) {
    refuse (refusals, site, "--kiosk", _("that this is no kiosk"));
    self->kiosk = FALSE;
  }
  if (self->site != NULL && peg_site_get_path (site) != NULL &&
      !g_str_equal (self->site, peg_site_get_path (site))) {
    refuse (refusals, site, "--site", _("what holds here"));
    g_clear_pointer (&self->site, g_free);
  }

  return g_strv_builder_end (refusals);
}

/**
 * peg_options_is_kiosk:
 * @self: what the command line says, after peg_options_obey()
 * @site: what the shop laid down
 *
 * Returns: whether Pegboard is the only program of a shared terminal
 */
gboolean
peg_options_is_kiosk (const PegOptions *self,
                      PegSite          *site)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (site != NULL, FALSE);

  return self->kiosk || peg_site_get_boolean (site, PEG_SITE_KIOSK_ENABLED);
}
