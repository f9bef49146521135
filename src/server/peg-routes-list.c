/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-hub.h"

#include <string.h>

/* `GET /files`: the list of every file, in two forms, compressed or not. It is kept
 * as text (peg-listing.h). What is missing of that is written in slices, between
 * which others are answered; it is compressed in another thread. */

/* How long a slice may be, µs: a check-out waits behind no more. */
#define SLICE_US 4000

/* Up to how many chunks are compressed at once here, because the shop changes faster
 * than a thread could be asked for them: two ms. */
#define FEW_CHUNKS 4

/* Below how many files nothing is gained by compressing. */
#define MIN_PACKED 32

/* A request that waits for the list. */
typedef struct {
  SoupServerMessage *message; /* (owned) */
  PegFileForm form;
  gboolean packed;
} Wait;

/* Outlives the routes while a thread works. */
typedef struct {
  PegRoutesList *list; /* (unowned) (nullable) */
} Pack;

struct _PegRoutesList
{
  PegShop *shop;    /* (unowned): the routes own it */
  GQueue waits;     /* (owned) (element-type Wait) */
  guint slice_id;   /* source id; 0: nothing is to be written */
  Pack *pack;       /* (unowned) (nullable): what is compressed now */
};

static void
wait_free (Wait *self)
{
  g_object_unref (self->message);
  g_free (self);
}

/* Returns: (transfer full): a new list */
PegRoutesList *
peg_routes_list_new (PegShop *shop)
{
  PegRoutesList *self = g_new0 (PegRoutesList, 1);

  self->shop = shop;
  g_queue_init (&self->waits);

  return self;
}

void
peg_routes_list_free (PegRoutesList *self)
{
  g_clear_handle_id (&self->slice_id, g_source_remove);
  if (self->pack != NULL)
    self->pack->list = NULL;
  g_queue_clear_full (&self->waits, (GDestroyNotify) wait_free);
  g_free (self);
}

/* Whether a client prefers the short form (RFC 7240, 4.2). */
static gboolean
prefers_minimal (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_list (headers, "Prefer");
  g_auto (GStrv) items = value != NULL ? g_strsplit (value, ",", -1) : NULL;

  for (guint i = 0; items != NULL && items[i] != NULL; i++) {
    items[i][strcspn (items[i], ";")] = '\0';
    g_strstrip (items[i]);
    if (g_ascii_strcasecmp (items[i], "return=minimal") == 0 ||
        g_ascii_strcasecmp (items[i], "return=\"minimal\"") == 0)
      return TRUE;
  }

  return FALSE;
}

static gboolean
takes_gzip (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_list (headers, "Accept-Encoding");
  GSList *items = value != NULL ? soup_header_parse_quality_list (value, NULL) : NULL;
  gboolean takes = g_slist_find_custom (items, "gzip", (GCompareFunc) g_ascii_strcasecmp) != NULL;

  soup_header_free_list (items);

  return takes;
}

/* Each form and each encoding is a text of its own (RFC 9110, 8.8.3.3). */
static char *
make_etag (PegRoutesList *self,
           PegFileForm    form,
           gboolean       packed)
{
  PegLedger *ledger = peg_shop_get_ledger (self->shop);

  return g_strdup_printf ("\"%s-%" G_GUINT64_FORMAT "%s%s\"", peg_ledger_get_epoch (ledger),
                          peg_ledger_get_seq (ledger), form == PEG_FILE_SHORT ? "-short" : "",
                          packed ? "-gzip" : "");
}

static void
set_headers (PegRoutesList *self,
             const Wait    *wait)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (wait->message);
  const char *vary = soup_message_headers_get_one (headers, "Vary");
  PegLedger *ledger = peg_shop_get_ledger (self->shop);
  g_autofree char *seq = g_strdup_printf ("%" G_GUINT64_FORMAT, peg_ledger_get_seq (ledger));
  g_autofree char *etag = make_etag (self, wait->form, wait->packed);

  soup_message_headers_replace (headers, "Pegboard-Epoch", peg_ledger_get_epoch (ledger));
  soup_message_headers_replace (headers, "Pegboard-Seq", seq);
  soup_message_headers_replace (headers, "ETag", etag);
  soup_message_headers_replace (headers, "Vary", vary != NULL ? "Origin, Prefer, Accept-Encoding"
                                                              : "Prefer, Accept-Encoding");
  if (wait->form == PEG_FILE_SHORT)
    soup_message_headers_replace (headers, "Preference-Applied", "return=minimal");
}

/* What the client has, in whatever encoding it came, is so still. */
static gboolean
is_known (PegRoutesList *self,
          const Wait    *wait)
{
  const char *known = soup_message_headers_get_list (soup_server_message_get_request_headers (wait->message),
                                                     "If-None-Match");
  g_autofree char *plain = make_etag (self, wait->form, FALSE);
  g_autofree char *packed = make_etag (self, wait->form, TRUE);

  return known != NULL && (strstr (known, plain) != NULL || strstr (known, packed) != NULL);
}

/* All of it is there. */
static void
answer (PegRoutesList *self,
        const Wait    *wait)
{
  SoupMessageBody *body = soup_server_message_get_response_body (wait->message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (wait->message);
  PegListing *listing = peg_shop_get_listing (self->shop);
  g_autoptr (GPtrArray) pieces =
    wait->packed ? peg_listing_get_packed_pieces (listing, wait->form)
                 : peg_listing_get_pieces (listing, wait->form);

  set_headers (self, wait);
  if (wait->packed)
    soup_message_headers_replace (headers, "Content-Encoding", "gzip");
  soup_server_message_set_status (wait->message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, "application/json", NULL);
  for (guint i = 0; i < pieces->len; i++)
    soup_message_body_append_bytes (body, g_ptr_array_index (pieces, i));
}

static void schedule (PegRoutesList *self);

static void
packed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree Pack *pack = user_data;
  PegRoutesList *self = pack->list;

  peg_listing_pack_finish (self != NULL ? peg_shop_get_listing (self->shop) : NULL, result);
  if (self == NULL)
    return;

  self->pack = NULL;
  schedule (self);
}

/* Whether a request can be answered now; does what is to be done for it, for the
 * length of a slice. */
static gboolean
is_ready (PegRoutesList *self,
          const Wait    *wait)
{
  PegListing *listing = peg_shop_get_listing (self->shop);
  guint n_unpacked;

  if (!peg_listing_write (listing, peg_ledger_get_prefix (peg_shop_get_ledger (self->shop)),
                          wait->form, SLICE_US)) {
    schedule (self);
    return FALSE;
  }
  if (!wait->packed)
    return TRUE;

  n_unpacked = peg_listing_count_unpacked (listing, wait->form);
  if (n_unpacked <= FEW_CHUNKS) {
    peg_listing_pack (listing, wait->form);
    return TRUE;
  }
  if (self->pack == NULL) {
    self->pack = g_new0 (Pack, 1);
    self->pack->list = self;
    peg_listing_pack_async (listing, wait->form, packed_cb, self->pack);
  }

  return FALSE;
}

static gboolean
slice_cb (gpointer user_data)
{
  PegRoutesList *self = user_data;
  GList *next;

  self->slice_id = 0;
  for (GList *link = self->waits.head; link != NULL && self->slice_id == 0; link = next) {
    Wait *wait = link->data;

    next = link->next;
    if (!is_ready (self, wait))
      continue;
    answer (self, wait);
    soup_server_message_unpause (wait->message);
    wait_free (wait);
    g_queue_delete_link (&self->waits, link);
  }

  return G_SOURCE_REMOVE;
}

static void
schedule (PegRoutesList *self)
{
  if (self->slice_id != 0)
    return;

  self->slice_id = g_idle_add_full (G_PRIORITY_DEFAULT, slice_cb, self, NULL);
  g_source_set_name_by_id (self->slice_id, "[pegboard] slice_cb");
}

void
peg_route_files (PegRoutes    *self,
                 const PegAsk *ask)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (ask->message);
  Wait wait = {
    .message = ask->message,
    .form = prefers_minimal (headers) ? PEG_FILE_SHORT : PEG_FILE_LONG,
    .packed = peg_shop_get_n_files (self->shop) >= MIN_PACKED && takes_gzip (headers),
  };

  if (is_known (self->list, &wait)) {
    set_headers (self->list, &wait);
    soup_server_message_set_status (ask->message, SOUP_STATUS_NOT_MODIFIED, NULL);
  } else if (is_ready (self->list, &wait)) {
    answer (self->list, &wait);
  } else {
    g_object_ref (wait.message);
    soup_server_message_pause (wait.message);
    g_queue_push_tail (&self->list->waits, g_memdup2 (&wait, sizeof wait));
  }
}
