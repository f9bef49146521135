/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-sign-in-page.h"
#include "ui-fixture.h"

#include <string.h>

static const char *
page_of (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (fixture_part (fixture, "pages"));
}

static gpointer
child_of (Fixture    *fixture,
          const char *name)
{
  return fixture_child (fixture_part (fixture, "sign_in_page"), PEG_TYPE_SIGN_IN_PAGE, name);
}

static void
tell (Fixture    *fixture,
      gboolean    held,
      gboolean    busy,
      const char *error)
{
  fake_shop_dispatch (fixture->store, (PegEvent) {
                        .kind = PEG_EVENT_SIGN_IN,
                        .sign_in = { .held = held, .busy = busy, .error = error },
                      });
  fixture_show (fixture);
}

/* Says that the server takes the token, or another one. */
static void
link_is (Fixture       *fixture,
         PegLinkState   state,
         PegLinkReason  reason)
{
  PegLinkStatus status = PEG_LINK_STATUS_INIT;

  status.state = state;
  status.reason = reason;
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
  fixture_show (fixture);
}

static void
test_page (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_SIGN_IN, 900, 700);
  GtkEditable *user = child_of (fixture, "user");
  GtkEditable *password = child_of (fixture, "password");
  GtkWidget *button = child_of (fixture, "sign_in");
  GtkWidget *problem = child_of (fixture, "problem_box");

  g_assert_cmpstr (page_of (fixture), ==, "sign-in");
  g_assert_cmpstr (gtk_editable_get_text (user), !=, "");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)),
                                         GTK_WIDGET (password)));
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_nonnull (gtk_widget_get_tooltip_text (button));
  g_assert_false (gtk_widget_get_visible (problem));

  /* Enter goes where something is missing, and then on. */
  gtk_editable_set_text (user, "Lena");
  g_signal_emit_by_name (user, "entry-activated");
  g_assert_false (fixture_was_asked (fixture, "sign-in ('Lena', '')"));
  gtk_editable_set_text (password, "pa ss");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (password, "entry-activated");
  g_assert_true (fixture_was_asked (fixture, "sign-in ('Lena', 'pa ss')"));

  tell (fixture, FALSE, TRUE, NULL);
  g_assert_false (gtk_widget_get_sensitive (button));
  tell (fixture, FALSE, FALSE, "The name or <b>the password</b> is wrong.");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_assert_true (gtk_widget_get_visible (problem));
  g_assert_cmpstr (gtk_label_get_text (child_of (fixture, "problem")), ==,
                   "The name or <b>the password</b> is wrong.");
  g_assert_true (gtk_editable_get_selection_bounds (password, NULL, NULL));

  /* What was typed does not stay for whoever comes by. */
  tell (fixture, TRUE, FALSE, NULL);
  link_is (fixture, PEG_LINK_CONNECTING, PEG_LINK_REASON_NONE);
  g_assert_cmpstr (page_of (fixture), !=, "sign-in");
  g_assert_cmpstr (gtk_editable_get_text (password), ==, "");
}

/* With a list to look at, the page comes when it is asked for. */
static void
test_banner (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_SIGN_IN_CACHED, 900, 700);

  g_assert_cmpstr (page_of (fixture), ==, "files");
  fixture_do (fixture, "win.sign-in");
  g_assert_cmpstr (page_of (fixture), ==, "sign-in");
  fixture_do (fixture, "win.back");
  g_assert_cmpstr (page_of (fixture), ==, "files");

  fixture_do (fixture, "win.sign-in");
  link_is (fixture, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  g_assert_cmpstr (page_of (fixture), ==, "files");
}

static void
test_sign_out (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 900, 700);
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (fixture->window), "sign-out");
  AdwStatusPage *page = fixture_part (fixture, "sign_out_page");

  /* Where there is no sign-in there is nothing to sign out of. */
  g_assert_false (g_action_get_enabled (action));
  tell (fixture, TRUE, FALSE, NULL);
  g_assert_true (g_action_get_enabled (action));

  /* Who has nothing to lose is not asked. */
  fixture_do (fixture, "win.sign-out");
  g_assert_true (fixture_was_asked (fixture, "sign-out"));
  g_assert_cmpstr (page_of (fixture), ==, "files");

  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) "00000000-0000-4000-8000-000000000001",
    .action = PEG_ACTION_CHECK_IN,
    .state = PEG_DRAFT_QUEUED,
    .key = (char *) FAKE_SHOP_OWN,
    .filename = (char *) "1234567_C1.nc",
    .created_us = G_USEC_PER_SEC,
  }));
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
  fixture_show (fixture);
  fixture_do (fixture, "win.sign-out");
  g_assert_cmpstr (page_of (fixture), ==, "sign-out");
  g_assert_nonnull (strstr (adw_status_page_get_description (page), "1 file"));
  fixture_do (fixture, "win.back");
  g_assert_cmpstr (page_of (fixture), ==, "files");

  fixture_do (fixture, "win.sign-out");
  tell (fixture, FALSE, FALSE, NULL);
  g_assert_cmpstr (page_of (fixture), ==, "files");
}

static void
test_certificates (void)
{
  static const struct {
    PegLinkReason reason;
    const char *title;
    gboolean choose;
  } cases[] = {
    { PEG_LINK_REASON_CERTIFICATE, "Certificate Not Trusted", TRUE },
    { PEG_LINK_REASON_CERTIFICATE_ISSUER, "Certificate Not Trusted", TRUE },
    { PEG_LINK_REASON_CERTIFICATE_HOST, "Certificate of Another Server", FALSE },
    { PEG_LINK_REASON_CERTIFICATE_EXPIRED, "Certificate Expired", FALSE },
    { PEG_LINK_REASON_OWN_CERTIFICATE, "Certificate Needed", FALSE },
    { PEG_LINK_REASON_CA_FILE, "CA File Cannot Be Used", TRUE },
  };
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_CERTIFICATE, 900, 700);
  AdwStatusPage *page = fixture_part (fixture, "certificate_page");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %u", i);
    link_is (fixture, PEG_LINK_ACTION_NEEDED, cases[i].reason);
    g_assert_cmpstr (page_of (fixture), ==, "certificate");
    g_assert_cmpstr (adw_status_page_get_title (page), ==, cases[i].title);
    g_assert_nonnull (adw_status_page_get_description (page));
    g_assert_true (gtk_widget_get_visible (fixture_part (fixture, "choose_ca")) ==
                   cases[i].choose);
  }

  fixture->pick = g_file_new_for_path ("/shop/ca.pem");
  fixture_do (fixture, "win.choose-ca");
  g_assert_true (fixture_was_asked (fixture, "trust-ca '/shop/ca.pem'"));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sign-in/page", test_page);
  g_test_add_func ("/sign-in/banner", test_banner);
  g_test_add_func ("/sign-in/sign-out", test_sign_out);
  g_test_add_func ("/sign-in/certificates", test_certificates);

  return g_test_run ();
}
