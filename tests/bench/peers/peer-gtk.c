/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peer-probe.h"
#include "plain-item.h"

#include <libsoup/soup.h>
#include <string.h>

/* peer-gtk [URL]: the list as GTK's own documentation leads one to write it, for
 * run-peers.py. A tree model of list stores, sorted and filtered by GTK's models,
 * in a list view with rows of a handful of labels that are bound to properties;
 * json-glib and libsoup on the main loop. A list replaces what was there, a change
 * is applied to the one item that it is about. */

#define N_SHOWN 12

/* Nothing that a server sends is longer. */
#define MAX_MESSAGE (256 * 1024 * 1024)

typedef struct {
  GtkWidget *window;
  GtkWidget *scrolled;
  GListStore *groups;       /* (owned): the root of the tree */
  GHashTable *by_key;       /* (owned): key → PlainItem, borrowed from the groups */
  GtkSelectionModel *rows;  /* (unowned): of the view */
  GtkCustomFilter *filter;  /* (unowned): of the model */
  char *search;             /* (owned) (nullable) */
  SoupSession *session;     /* (owned) */
  SoupWebsocketConnection *socket; /* (owned) (nullable) */
  char *url;                /* (owned) */
} Plain;

/* The model */

static GListModel *
create_children (gpointer item,
                 gpointer user_data)
{
  GListStore *files = plain_item_get_files (item);

  return files != NULL ? G_LIST_MODEL (g_object_ref (files)) : NULL;
}

static gboolean
match (gpointer item,
       gpointer user_data)
{
  Plain *self = user_data;
  PlainItem *of_row;

  if (self->search == NULL)
    return TRUE;
  of_row = gtk_tree_list_row_get_item (item);
  g_object_unref (of_row);

  return strstr (plain_item_get_name (of_row), self->search) != NULL;
}

static GtkSelectionModel *
create_rows (Plain *self)
{
  GtkTreeListModel *tree =
    gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (self->groups)), FALSE, TRUE,
                             create_children, NULL, NULL);
  GtkExpression *name = gtk_property_expression_new (PLAIN_TYPE_ITEM, NULL, "name");
  GtkSorter *sorter = GTK_SORTER (gtk_string_sorter_new (name));
  GtkSorter *by_row = GTK_SORTER (gtk_tree_list_row_sorter_new (sorter));
  GtkSortListModel *sorted = gtk_sort_list_model_new (G_LIST_MODEL (tree), by_row);

  self->filter = gtk_custom_filter_new (match, self, NULL);

  return GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (
    gtk_filter_list_model_new (G_LIST_MODEL (sorted), GTK_FILTER (self->filter)))));
}

/* The rows */

static const struct {
  const char *property;
  int width;
} columns[] = {
  { "name", 24 },
  { "description", 30 },
  { "revision", 6 },
  { "size", 9 },
  { "modified", 20 },
  { "holder", 14 },
  { "since", 20 },
};

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *list_item,
          gpointer            user_data)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    GtkWidget *label = gtk_label_new (NULL);

    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars (GTK_LABEL (label), columns[i].width);
    gtk_label_set_max_width_chars (GTK_LABEL (label), columns[i].width);
    gtk_box_append (GTK_BOX (box), label);
  }

  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (list_item, expander);
}

static void
bind_cb (GtkListItemFactory *factory,
         GtkListItem        *list_item,
         gpointer            user_data)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  GtkWidget *label = gtk_widget_get_first_child (gtk_tree_expander_get_child (expander));
  g_autoptr (PlainItem) item = gtk_tree_list_row_get_item (row);
  GPtrArray *bindings = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_tree_expander_set_list_row (expander, row);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    GBinding *binding = g_object_bind_property (item, columns[i].property, label, "label",
                                                G_BINDING_SYNC_CREATE);

    g_ptr_array_add (bindings, g_object_ref (binding));
    label = gtk_widget_get_next_sibling (label);
  }
  g_object_set_data_full (G_OBJECT (list_item), "bindings", bindings,
                          (GDestroyNotify) g_ptr_array_unref);
}

static void
unbind_cb (GtkListItemFactory *factory,
           GtkListItem        *list_item,
           gpointer            user_data)
{
  GPtrArray *bindings = g_object_get_data (G_OBJECT (list_item), "bindings");

  for (guint i = 0; i < bindings->len; i++)
    g_binding_unbind (g_ptr_array_index (bindings, i));
  g_object_set_data (G_OBJECT (list_item), "bindings", NULL);
  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item)), NULL);
}

static void
create_window (Plain *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *view;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);

  self->rows = create_rows (self);
  view = gtk_list_view_new (self->rows, factory);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), view);
  self->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (self->window), self->scrolled);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* The messages */

static void
replace_list (Plain      *self,
              JsonObject *payload)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_object_unref);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_hash_table_remove_all (self->by_key);
  json_object_iter_init (&iter, payload);
  while (json_object_iter_next (&iter, &name, &node)) {
    PlainItem *group = plain_item_new_group (name);
    g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      PlainItem *file = plain_item_new_file (json_array_get_object_element (array, i));

      g_ptr_array_add (files, file);
      g_hash_table_insert (self->by_key, (gpointer) plain_item_get_key (file), file);
    }
    g_list_store_splice (plain_item_get_files (group), 0, 0, files->pdata, files->len);
    g_ptr_array_add (groups, group);
  }

  g_list_store_splice (self->groups, 0, g_list_model_get_n_items (G_LIST_MODEL (self->groups)),
                       groups->pdata, groups->len);
}

static void
apply_change (Plain      *self,
              JsonObject *message)
{
  JsonArray *changed = json_object_get_array_member (message, "changed");

  for (guint i = 0; i < json_array_get_length (changed); i++) {
    JsonObject *file = json_array_get_object_element (changed, i);
    PlainItem *item = g_hash_table_lookup (self->by_key,
                                           json_object_get_string_member (file, "id"));

    if (item != NULL)
      plain_item_update (item, file);
  }
}

static JsonObject *
parse (JsonParser *parser,
       GBytes     *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (!json_parser_load_from_data (parser, text, (gssize) length, &error))
    g_error ("%s", error->message);

  return json_node_get_object (json_parser_get_root (parser));
}

static void
files_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
    soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);

  if (bytes == NULL)
    g_error ("%s", error->message);
  replace_list (user_data, parse (parser, bytes));
}

static void
fetch_list (Plain *self)
{
  g_autofree char *url = g_strconcat (self->url, "/files", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Prefer",
                                "return=minimal");
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, files_cb,
                                    self);
}

static void
message_cb (SoupWebsocketConnection *socket,
            SoupWebsocketDataType    data_type,
            GBytes                  *bytes,
            Plain                   *self)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *message = parse (parser, bytes);
  const char *type = json_object_get_string_member (message, "type");

  if (g_str_equal (type, "FILE_LIST_UPDATED"))
    replace_list (self, json_object_get_object_member (message, "payload"));
  else if (g_str_equal (type, "FILES_CHANGED"))
    apply_change (self, message);
  else if (g_str_equal (type, "update_requested"))
    fetch_list (self);
}

static void
socket_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Plain *self = user_data;
  g_autoptr (GError) error = NULL;

  self->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (self->socket == NULL)
    g_error ("%s", error->message);

  soup_websocket_connection_set_max_incoming_payload_size (self->socket, MAX_MESSAGE);
  g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
  soup_websocket_connection_send_text (self->socket, "{\"type\":\"hello\",\"client\":\"peer-gtk\","
                                       "\"user\":\"bench\",\"topics\":[\"files\"]}");
}

static void
connect_to (gpointer    data,
            const char *url)
{
  Plain *self = data;
  g_autofree char *address = g_strconcat (url, "/ws?user=bench", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
  char *protocols[] = { (char *) "pegboard.1", NULL };

  self->url = g_strdup (url);
  soup_session_websocket_connect_async (self->session, message, NULL, protocols,
                                        G_PRIORITY_DEFAULT, NULL, socket_cb, self);
}

/* For the probe */

static gboolean
is_listed (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Plain *) data)->rows)) > 0;
}

static gboolean
is_locked (gpointer    data,
           const char *key)
{
  PlainItem *item = g_hash_table_lookup (((Plain *) data)->by_key, key);

  return item != NULL && plain_item_get_holder (item) != NULL;
}

static void
add_shown (gpointer  data,
           GString  *json)
{
  GListModel *rows = G_LIST_MODEL (((Plain *) data)->rows);
  gboolean comma = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (rows) && i < N_SHOWN; i++) {
    g_autoptr (GtkTreeListRow) row = g_list_model_get_item (rows, i);
    g_autoptr (PlainItem) item = gtk_tree_list_row_get_item (row);

    if (plain_item_get_key (item) == NULL)
      continue;
    g_string_append_printf (json, "%s[\"%s\",\"%s\"]", comma ? "," : "",
                            plain_item_get_path (item), plain_item_get_key (item));
    comma = TRUE;
  }
}

int
main (int   argc,
      char *argv[])
{
  Plain self = { 0 };

  gtk_init ();
  self.groups = g_list_store_new (PLAIN_TYPE_ITEM);
  self.by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self.session = soup_session_new ();
  create_window (&self);

  peer_run (&(Peer) {
    .connect = connect_to,
    .is_listed = is_listed,
    .is_locked = is_locked,
    .add_shown = add_shown,
    .window = self.window,
    .scrolled = self.scrolled,
    .data = &self,
  }, argc > 1 ? argv[1] : NULL);

  return 0;
}
