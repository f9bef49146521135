/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-self-check"

#include "peg-config.h"

#include "peg-self-check.h"

#include "peg-site-look.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Whether a terminal is one. The program can hold its own window fast, and does; that
 * nobody walks around it is for the compositor, the session and the computer. What of
 * that can be seen from here is looked at, and what is missing is said, so that nobody
 * relies on a lock that is not there. */

#define SANDBOX_INFO "/.flatpak-info"

/* Of what is in the environment of a process, more would be a mistake. */
#define MAX_ENVIRON 262144

static void
take (GStrvBuilder *builder,
      char         *text)
{
  g_autofree char *owned = text;

  g_strv_builder_add (builder, owned);
}

/* Whether an option of one letter is given, before the program that is to be shown. */
static gboolean
has_option (const char *command,
            char        letter)
{
  g_auto (GStrv) words = g_strsplit (command, " ", -1);

  for (guint i = 1; words[i] != NULL && *words[i] == '-' && !g_str_equal (words[i], "--"); i++) {
    if (strchr (words[i], letter) != NULL)
      return TRUE;
  }

  return FALSE;
}

static gboolean
is_program (const char *command,
            const char *name)
{
  g_auto (GStrv) words = g_strsplit (command, " ", 2);
  g_autofree char *base = words[0] != NULL ? g_path_get_basename (words[0]) : NULL;

  return g_strcmp0 (base, name) == 0;
}

static void
judge_compositor (const PegSelfCheckFacts *facts,
                  GStrvBuilder            *missing)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *name = NULL;

  if (!facts->wayland)
    g_strv_builder_add (missing,
      _("The window is shown over X11, where every other program can read what is typed. "
        "Start it in cage or gnome-kiosk."));

  if (facts->compositor == NULL) {
    if (!facts->session)
      g_strv_builder_add (missing,
        _("It cannot be seen what shows the window. Start it with pegboard-kiosk-session, in "
          "cage or gnome-kiosk."));
    return;
  }

  if (is_program (facts->compositor, "gnome-kiosk"))
    return;

  if (is_program (facts->compositor, "cage")) {
    if (has_option (facts->compositor, 's'))
      g_strv_builder_add (missing,
        _("Ctrl+Alt and a function key leads to another console. Start cage without “-s”."));
    return;
  }

  if (is_program (facts->compositor, "weston") && strstr (facts->compositor, "kiosk") != NULL)
    return;

  words = g_strsplit (facts->compositor, " ", 2);
  name = g_path_get_basename (words[0]);
  take (missing, g_strdup_printf (
    /* Translators: the name of a program, such as gnome-shell. */
    _("The window is shown by “%s”, which shows other programs, too. Start it in cage or "
      "gnome-kiosk."), name));
}

/* gnome-kiosk calls itself that of GNOME Shell, for those who ask it about windows. */
static gboolean
is_desktop (const char              *name,
            const PegSelfCheckFacts *facts)
{
  static const char * const starts[] = {
    "org.gnome.Shell", "org.gnome.Nautilus", "org.gnome.SettingsDaemon", "org.kde.plasmashell",
    "org.kde.KWin", "org.xfce.", "org.Cinnamon", "org.mate.", "org.lxqt.", "com.canonical.Unity",
  };

  if (facts->compositor != NULL && is_program (facts->compositor, "gnome-kiosk") &&
      g_str_has_prefix (name, "org.gnome.S"))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    if (g_str_has_prefix (name, starts[i]))
      return TRUE;
  }

  return FALSE;
}

static void
judge_session (const PegSelfCheckFacts *facts,
               GStrvBuilder            *missing)
{
  for (guint i = 0; facts->bus_names != NULL && facts->bus_names[i] != NULL; i++) {
    if (is_desktop (facts->bus_names[i], facts)) {
      take (missing, g_strdup_printf (
        /* Translators: the name of a program on the session bus, such as org.gnome.Shell. */
        _("A desktop is running beside this window (%s). Sign in to a session that starts "
          "nothing but Pegboard."), facts->bus_names[i]));
      return;
    }
  }

  if (facts->desktop != NULL && *facts->desktop != '\0' && !facts->session &&
      strstr (facts->desktop, "Kiosk") == NULL)
    take (missing, g_strdup_printf (
      /* Translators: the name of a desktop, such as GNOME. */
      _("This is a session of the desktop %s. Sign in to one that starts nothing but Pegboard."),
      facts->desktop));
}

static void
judge_start (const PegSelfCheckFacts *facts,
             GStrvBuilder            *missing)
{
  static const char * const names[] = { "LD_PRELOAD", "LD_LIBRARY_PATH", "GTK_DEBUG",
                                        "GTK_MODULES", "GTK_PATH" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (facts->environment != NULL && g_strv_contains (facts->environment, names[i]))
      take (missing, g_strdup_printf (
        /* Translators: the name of an environment variable, such as GTK_DEBUG. */
        _("The program was started with %s, which lets others into it. Remove that from the "
          "session."), names[i]));
  }
}

static void
judge_rights (const PegSelfCheckFacts *facts,
              GStrvBuilder            *missing)
{
  if (facts->root)
    g_strv_builder_add (missing,
      _("The program runs as root. Give the terminal a user who has no rights."));
  else if (facts->site_writable)
    take (missing, g_strdup_printf (
      /* Translators: the path of a file. */
      _("The user of the terminal can change %s. Give that file to root, and let nobody else "
        "write to it."), facts->site_path));

  if (facts->site_path == NULL)
    g_strv_builder_add (missing,
      _("There is no /etc/pegboard/site.conf. Write one that says who may do what here."));

  if (!facts->admin_pin)
    g_strv_builder_add (missing,
      _("No PIN opens the admin door. Name a file with one as “admin-pin-file” in site.conf."));
}

/**
 * peg_self_check_judge:
 * @facts: what can be seen
 *
 * Says what is missing for a terminal that cannot be left: a sentence about what is so,
 * and one about what to do, for each.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the sentences; %NULL:
 *   nothing that could be seen is missing
 */
char **
peg_self_check_judge (const PegSelfCheckFacts *facts)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;

  g_return_val_if_fail (facts != NULL, NULL);

  judge_compositor (facts, missing);
  judge_session (facts, missing);
  judge_start (facts, missing);
  judge_rights (facts, missing);
  /* Whoever looks after the terminal sees it where they look. */
  if (facts->wrong != NULL)
    g_strv_builder_addv (missing, (const char **) facts->wrong);

  sentences = g_strv_builder_end (missing);

  return sentences[0] != NULL ? g_steal_pointer (&sentences) : NULL;
}

/* Who listens on the socket of the display: that is the compositor, whatever a variable
 * says. In a sandbox it is somebody whom one cannot see. */
static pid_t
find_compositor (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct ucred peer = { 0 };
  socklen_t size = sizeof peer;
  const char *name = g_getenv ("WAYLAND_DISPLAY");
  g_autofree char *path = NULL;
  int fd;

  if (name == NULL || *name == '\0')
    return 0;

  path = g_path_is_absolute (name) ? g_strdup (name)
                                   : g_build_filename (g_get_user_runtime_dir (), name, NULL);
  if (strlen (path) >= sizeof address.sun_path)
    return 0;

  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return 0;

  strcpy (address.sun_path, path);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) < 0 ||
      getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
    peer.pid = 0;
  close (fd);

  return peer.pid;
}

static char *
read_words (const char *path,
            char        separator)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL) || length > MAX_ENVIRON)
    return NULL;

  for (gsize i = 0; i + 1 < length; i++) {
    if (text[i] == '\0')
      text[i] = separator;
  }

  return g_steal_pointer (&text);
}

/* Whether a variable is one that Flatpak sets itself: where a runtime has no cache of
 * its libraries, it names folders of the sandbox, in which nobody can write. */
static gboolean
is_of_sandbox (const char *line)
{
  g_auto (GStrv) folders = NULL;

  if (!g_str_has_prefix (line, "LD_LIBRARY_PATH=") || strstr (line, "..") != NULL)
    return FALSE;

  folders = g_strsplit (strchr (line, '=') + 1, ":", -1);
  for (guint i = 0; folders[i] != NULL; i++) {
    if (!g_str_has_prefix (folders[i], "/app/") && !g_str_has_prefix (folders[i], "/usr/"))
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_self_check_list_environment:
 * @text: lines `NAME=VALUE`
 * @sandboxed: whether this is in a Flatpak
 *
 * Returns: (transfer full): the names of the variables that somebody set
 */
char **
peg_self_check_list_environment (const char *text,
                                 gboolean    sandboxed)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (!sandboxed || !is_of_sandbox (lines[i]))
      take (names, g_strndup (lines[i], strcspn (lines[i], "=")));
  }

  return g_strv_builder_end (names);
}

/* As it was when the program started: what it forgot since then was there. */
static char **
read_environment (gboolean sandboxed)
{
  g_autofree char *text = read_words ("/proc/self/environ", '\n');

  return peg_self_check_list_environment (text != NULL ? text : "", sandboxed);
}

static char **
look_around (PegSite            *site,
             const char * const *wrong,
             const char * const *bus_names)
{
  const gboolean sandboxed = g_file_test (SANDBOX_INFO, G_FILE_TEST_EXISTS);
  g_auto (GStrv) environment = read_environment (sandboxed);
  g_autofree char *compositor = NULL;
  const char *display = g_getenv ("WAYLAND_DISPLAY");
  const char *path = peg_site_get_path (site);
  const pid_t pid = find_compositor ();
  PegSelfCheckFacts facts = {
    .desktop = g_getenv ("XDG_CURRENT_DESKTOP"),
    .session = g_strcmp0 (g_getenv ("PEGBOARD_KIOSK_SESSION"), "1") == 0,
    .sandboxed = sandboxed,
    .wayland = display != NULL && *display != '\0',
    .root = geteuid () == 0,
    .site_path = path,
    .site_writable = path != NULL && access (path, W_OK) == 0,
    .admin_pin = peg_site_is_set (site, PEG_SITE_KIOSK_ADMIN_PIN_FILE),
    .environment = (const char * const *) environment,
    .bus_names = bus_names,
    .wrong = wrong,
  };

  if (pid > 0) {
    g_autofree char *place = g_strdup_printf ("/proc/%d/cmdline", (int) pid);

    compositor = read_words (place, ' ');
    facts.compositor = compositor;
  }

  return peg_self_check_judge (&facts);
}

/* The files come last: they may take their time. */
static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) wrong = peg_site_look_finish (result, &error);
  const char * const *names = g_object_get_data (G_OBJECT (task), "names");

  if (error != NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  g_task_return_pointer (task, look_around (g_task_get_task_data (task),
                                            (const char * const *) wrong, names),
                         (GDestroyNotify) g_strfreev);
}

static void
look (GTask              *task,
      const char * const *names)
{
  g_object_set_data_full (G_OBJECT (task), "names", g_strdupv ((char **) names),
                          (GDestroyNotify) g_strfreev);
  peg_site_look_async (g_task_get_task_data (task), PEG_SITE_LOOK_PATIENCE_MS,
                       g_task_get_cancellable (task), looked_cb, g_object_ref (task));
}

static void
names_listed_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree const char **names = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (answer != NULL)
    g_variant_get (answer, "(^a&s)", &names);
  look (task, names);
}

static void
bus_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;

  bus = g_bus_get_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  /* Where there is no bus, nobody is on it. */
  if (bus == NULL) {
    look (task, NULL);
    return;
  }

  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "ListNames", NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task),
                          names_listed_cb, g_object_ref (task));
}

/**
 * peg_self_check_run_async:
 * @site: what the shop laid down
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks around, and judges with peg_self_check_judge().
 */
void
peg_self_check_run_async (PegSite             *site,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (site != NULL);

  g_task_set_source_tag (task, peg_self_check_run_async);
  g_task_set_task_data (task, peg_site_ref (site), (GDestroyNotify) peg_site_unref);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_cb, g_object_ref (task));
}

/**
 * peg_self_check_run_finish:
 * @result: what the callback got
 * @error: return location for an error: only that it was cancelled
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): what is missing, as
 *   from peg_self_check_judge()
 */
char **
peg_self_check_run_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
