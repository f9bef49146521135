/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-link-target"

#include "peg-config.h"

#include "peg-link-private.h"

/* An empty line in a form is as good as none. */
static char *
dup_unless_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static char *
dup_path (const char *path)
{
  return path != NULL && *path != '\0' ? g_canonicalize_filename (path, NULL) : NULL;
}

/*
 * peg_link_target_new:
 * @config: what to connect to, and as whom
 *
 * Copies all of @config but the address, which may be none.
 *
 * Returns: (transfer full): a target
 */
PegLinkTarget *
peg_link_target_new (const PegLinkConfig *config)
{
  PegLinkTarget *self = g_atomic_rc_box_new0 (PegLinkTarget);
  char **texts = self->texts;

  self->user = g_strdup (config->user);
  self->station = dup_unless_empty (config->station);
  self->policy = config->policy;
  self->topics = g_strdupv ((char **) config->topics);
  self->transient = config->transient;
  self->shared = config->shared;

  texts[0] = dup_unless_empty (config->token);
  texts[1] = dup_path (config->ca_file);
  texts[2] = dup_path (config->client_cert);
  texts[3] = dup_path (config->client_key);
  texts[4] = dup_unless_empty (config->client_pkcs11);
  texts[5] = dup_unless_empty (config->client_pkcs11_key);
  texts[6] = dup_unless_empty (config->client_pin);

  self->identity = (PegIdentityConfig) {
    .mode = config->auth_mode,
    .token = texts[0],
    .ca_file = texts[1],
    .client_cert = texts[2],
    .client_key = texts[3],
    .client_pkcs11 = texts[4],
    .client_pkcs11_key = texts[5],
    .client_pin = texts[6],
  };

  return self;
}

PegLinkTarget *
peg_link_target_ref (PegLinkTarget *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  PegLinkTarget *self = data;

  peg_address_clear (&self->address);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->topics, g_strfreev);
  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_clear_pointer (&self->texts[i], g_free);
}

void
peg_link_target_unref (PegLinkTarget *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
