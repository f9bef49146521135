/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ctl-cards"

#include "peg-config.h"

#include "peg-ctl.h"

#include "peg-code.h"
#include "peg-code128.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* Paper, in mm (ISO 216, ANSI/ASME Y14.1), and what printers leave white. */
#define A4_WIDTH 210.0
#define A4_HEIGHT 297.0
#define LETTER_WIDTH 215.9
#define LETTER_HEIGHT 279.4
#define MARGIN 10.0
#define PADDING 2.0

/* A module is a whole number of dots of 600 dpi, so that all bars come out alike, and
 * eight at the least: 0.339 mm. Below a third of a millimetre a scanner has to be good,
 * and the card clean. */
#define DOT (25.4 / 600)
#define MIN_DOTS 8
#define MAX_DOTS 12

#define COMMAND_ROWS 3
#define LABEL_ROWS 6
#define SHAPE 20.0
#define MAX_WORDS_SIZE 10.0
#define CODE_SIZE 3.0

/* How wide a letter is at most, in sizes of its font: bold capitals of DejaVu Sans, which
 * is a wide font, are 0.77 on average. */
#define LETTER_RATIO 0.8

/* Of a text that does not fit, so much is kept at least. */
#define MIN_WORDS_SIZE 4.0

/* What is on a card; shapes are drawn in a square of 24, and differ in outline, for nobody
 * reads a card that is on the other side of the machine. */
typedef struct {
  const char *value;
  const char *words;
  const char *shape;
} Command;

static const Command commands[] = {
  { "check-out", N_("CHECK OUT"),
    "M2 4h11v3h-8v10h8v3h-11zM10 10h6v-4l7 6l-7 6v-4h-6z" },
  { "check-in", N_("CHECK IN"),
    "M22 4h-11v3h8v10h-8v3h11zM1 10h6v-4l7 6l-7 6v-4h-6z" },
  { "release", N_("RELEASE"),
    "M4 11h16v11h-16zM4 11v-4a5 5 0 0 1 10 0h-3a2 2 0 0 0-4 0v4z" },
  { "cancel", N_("CANCEL"),
    "M7.5 1h9l6.500 6.500v9l-6.500 6.500h-9l-6.500-6.500v-9zM6 10.500v3h12v-3z" },
  { "yes", N_("YES"),
    "M12 1a11 11 0 0 1 0 22a11 11 0 0 1 0-22z"
    "M5.500 12.500l4.500 4.500l8.500-8.500l-2-2l-6.500 6.500l-2.500-2.500z" },
  { "no", N_("NO"),
    "M2 2h20v20h-20zM6 8l4 4l-4 4l2 2l4-4l4 4l2-2l-4-4l4-4l-2-2l-4 4l-4-4z" },
};

typedef struct {
  const char *shape; /* (nullable) */
  char *words;       /* (owned) */
  char *code;        /* (owned) */
  char *widths;      /* (owned) */
} Card;

typedef struct {
  double width;
  double height;
  guint columns;
  guint rows;
} Sheet;

static void
card_free (gpointer data)
{
  Card *card = data;

  g_free (card->words);
  g_free (card->code);
  g_free (card->widths);
  g_free (card);
}

/* Numbers in SVG have a point in every language. */
static void
append (GString    *svg,
        const char *before,
        double      number,
        const char *after)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.4f", number);
  g_string_append_printf (svg, "%s%s%s", before, text, after);
}

static double
get_cell_width (const Sheet *sheet)
{
  return (sheet->width - 2 * MARGIN) / sheet->columns;
}

/* How many dots wide the modules of a card can be; less than MIN_DOTS: it is too long. */
static guint
count_dots (const Sheet *sheet,
            const Card  *card)
{
  const guint modules = peg_code128_width (card->widths) + 2 * PEG_CODE128_QUIET;
  const double space = get_cell_width (sheet) - 2 * PADDING;

  return MIN ((guint) (space / DOT / modules), MAX_DOTS);
}

static void
append_text (GString    *svg,
             const char *text,
             double      x,
             double      y,
             double      size,
             const char *style)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  append (svg, "<text x=\"", x, "\"");
  append (svg, " y=\"", y, "\"");
  append (svg, " font-size=\"", size, "\"");
  g_string_append_printf (svg, " %s>%s</text>\n", style, escaped);
}

/* The words beside the shape, in letters that fit; of a long name the end is kept, which
 * tells names apart. */
static void
append_words (GString    *svg,
              const Card *card,
              double      x,
              double      y,
              double      height,
              double      space)
{
  const glong n = g_utf8_strlen (card->words, -1);
  const double size = CLAMP (space / (LETTER_RATIO * (double) n), MIN_WORDS_SIZE,
                             MIN (MAX_WORDS_SIZE, 0.8 * height));
  const glong fits = MAX ((glong) (space / (LETTER_RATIO * size)), 4);
  g_autofree char *words = NULL;

  words = n <= fits ? g_strdup (card->words)
                    : g_strconcat ("…", g_utf8_offset_to_pointer (card->words, n - fits + 1), NULL);
  append_text (svg, words, x, y + (height + 0.7 * size) / 2, size,
               "font-family=\"sans-serif\" font-weight=\"bold\"");
}

static void
append_bars (GString    *svg,
             const char *widths,
             double      x,
             double      y,
             double      height,
             double      module)
{
  guint place = 0;

  append (svg, "<g transform=\"translate(", x, " ");
  append (svg, "", y, ") ");
  append (svg, "scale(", module, " ");
  append (svg, "", height, ")\" shape-rendering=\"crispEdges\"><path d=\"");

  for (guint i = 0; widths[i] != '\0'; i++) {
    const guint width = (guint) (widths[i] - '0');

    if (i % 2 == 0)
      g_string_append_printf (svg, "M%u 0h%uv1h-%uz", place, width, width);
    place += width;
  }

  g_string_append (svg, "\"/></g>\n");
}

static void
append_card (GString     *svg,
             const Sheet *sheet,
             const Card  *card,
             guint        i)
{
  const double width = get_cell_width (sheet);
  const double height = (sheet->height - 2 * MARGIN) / sheet->rows;
  const double x = MARGIN + width * (i % sheet->columns);
  const double y = MARGIN + height * (i / sheet->columns);
  const double head = card->shape != NULL ? SHAPE : MAX_WORDS_SIZE;
  const double indent = card->shape != NULL ? SHAPE + 4 : 0;
  const double module = DOT * count_dots (sheet, card);
  const double bars = peg_code128_width (card->widths) * module;
  const double top = y + 2 * PADDING + head;

  /* Where to cut. */
  append (svg, "<rect x=\"", x, "\"");
  append (svg, " y=\"", y, "\"");
  append (svg, " width=\"", width, "\"");
  append (svg, " height=\"", height,
          "\" fill=\"none\" stroke=\"#999\" stroke-width=\"0.1\" stroke-dasharray=\"1 1\"/>\n");

  if (card->shape != NULL) {
    append (svg, "<g transform=\"translate(", x + 2 * PADDING, " ");
    append (svg, "", y + 2 * PADDING, ") ");
    append (svg, "scale(", SHAPE / 24, ")\">");
    g_string_append_printf (svg, "<path fill-rule=\"evenodd\" d=\"%s\"/></g>\n", card->shape);
  }

  append_words (svg, card, x + 2 * PADDING + indent, y + 2 * PADDING, head,
                width - 4 * PADDING - indent);
  append_bars (svg, card->widths, x + (width - bars) / 2, top + PADDING,
               height - (top - y) - 3 * PADDING - 2 * CODE_SIZE, module);
  append_text (svg, card->code, x + width / 2, y + height - PADDING - CODE_SIZE / 2, CODE_SIZE,
               "font-family=\"monospace\" text-anchor=\"middle\"");
}

/* A page, with all measures in mm. */
static char *
draw_page (const Sheet *sheet,
           GPtrArray   *cards,
           guint        first)
{
  const guint n = MIN (sheet->columns * sheet->rows, cards->len - first);
  GString *svg = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  append (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", sheet->width, "mm\"");
  append (svg, " height=\"", sheet->height, "mm\"");
  append (svg, " viewBox=\"0 0 ", sheet->width, "");
  append (svg, " ", sheet->height, "\">\n");
  g_string_append (svg, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");

  for (guint i = 0; i < n; i++)
    append_card (svg, sheet, g_ptr_array_index (cards, first + i), i);

  g_string_append (svg, "</svg>\n");

  return g_string_free (svg, FALSE);
}

static gboolean
add_card (PegCtl      *ctl,
          GPtrArray   *cards,
          PegCodeKind  kind,
          const char  *value,
          const char  *words,
          const char  *shape)
{
  Card *card = g_new0 (Card, 1);

  g_ptr_array_add (cards, card);
  card->shape = shape;
  card->words = g_strdup (words);
  card->code = g_utf8_validate (value, -1, NULL) ? peg_code_format (kind, value) : NULL;
  card->widths = card->code != NULL ? peg_code128_encode (card->code) : NULL;

  if (card->widths == NULL) {
    g_autofree char *shown = g_utf8_make_valid (value, -1);
    /* Translators: %s is the name of a file or the id of a person. */
    g_autofree char *why = g_strdup_printf (_("There is no code for “%s”: it is empty, too long, "
                                              "or has characters that cannot be printed."), shown);

    peg_ctl_complain (ctl, "failed", why);
    return FALSE;
  }

  return TRUE;
}

/* Two columns if all cards fit, else one. */
static gboolean
choose_columns (PegCtl    *ctl,
                Sheet     *sheet,
                GPtrArray *cards)
{
  for (sheet->columns = 2; sheet->columns > 0; sheet->columns--) {
    const Card *longest = NULL;

    for (guint i = 0; i < cards->len; i++) {
      const Card *card = g_ptr_array_index (cards, i);

      if (count_dots (sheet, card) < MIN_DOTS)
        longest = card;
    }

    if (longest == NULL)
      return TRUE;

    if (sheet->columns == 1) {
      /* Translators: %s is the name of a file or the id of a person. */
      g_autofree char *why = g_strdup_printf (_("“%s” is too long for a bar code on this paper. "
                                                "Give it a shorter name, or scan the part’s own label."),
                                              longest->words);

      peg_ctl_complain (ctl, "failed", why);
    }
  }

  return FALSE;
}

/* “cards.svg”, “cards-2.svg” and so on. */
static char *
name_page (const char *output,
           guint       page)
{
  const gsize stem = strlen (output) - (g_str_has_suffix (output, ".svg") ? strlen (".svg") : 0);

  if (page == 0)
    return g_strdup (output);

  return g_strdup_printf ("%.*s-%u%s", (int) stem, output, page + 1, output + stem);
}

static PegCtlExit
write_pages (PegCtl      *ctl,
             const Sheet *sheet,
             GPtrArray   *cards,
             const char  *output)
{
  const guint per_page = sheet->columns * sheet->rows;

  if (output == NULL && cards->len > per_page) {
    peg_ctl_complain (ctl, "usage",
                      _("That is more than one page. Say where to write them: --output cards.svg"));
    return PEG_CTL_USAGE;
  }

  for (guint first = 0; first < cards->len; first += per_page) {
    g_autofree char *svg = draw_page (sheet, cards, first);
    g_autofree char *name = output != NULL ? name_page (output, first / per_page) : NULL;
    g_autoptr (GError) error = NULL;

    if (name == NULL) {
      if (fputs (svg, stdout) < 0 || fflush (stdout) != 0) {
        peg_ctl_complain (ctl, "failed", g_strerror (errno));
        return PEG_CTL_REFUSED;
      }
    } else if (!g_file_set_contents (name, svg, -1, &error)) {
      peg_ctl_complain (ctl, "failed", error->message);
      return PEG_CTL_REFUSED;
    }
  }

  return PEG_CTL_DONE;
}

static PegCtlExit
run_cards (PegCtl  *ctl,
           int      argc,
           char   **argv)
{
  gboolean letter = FALSE;
  gboolean files = FALSE;
  gboolean persons = FALSE;
  g_autofree char *output = NULL;
  const GOptionEntry options[] = {
    { "letter", 0, 0, G_OPTION_ARG_NONE, &letter, NULL, NULL },
    { "file", 0, 0, G_OPTION_ARG_NONE, &files, NULL, NULL },
    { "person", 0, 0, G_OPTION_ARG_NONE, &persons, NULL, NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func (card_free);
  Sheet sheet;

  if (!peg_ctl_parse (&peg_ctl_cards, options, &argc, &argv))
    return PEG_CTL_USAGE;
  if (files && persons)
    return peg_ctl_usage (&peg_ctl_cards, _("Cards are for files or for persons, not for both"));
  if ((files || persons) != (argc > 1))
    return peg_ctl_usage (&peg_ctl_cards,
                          argc > 1 ? _("Say whether these are files or persons")
                                   : _("Say which: --file and --person take names"));

  sheet = (Sheet) {
    .width = letter ? LETTER_WIDTH : A4_WIDTH,
    .height = letter ? LETTER_HEIGHT : A4_HEIGHT,
    .rows = argc > 1 ? LABEL_ROWS : COMMAND_ROWS,
  };

  for (int i = 1; i < argc; i++) {
    if (!add_card (ctl, cards, files ? PEG_CODE_FILE : PEG_CODE_PERSON, argv[i], argv[i], NULL))
      return PEG_CTL_REFUSED;
  }
  for (guint i = 0; argc == 1 && i < G_N_ELEMENTS (commands); i++) {
    if (!add_card (ctl, cards, PEG_CODE_COMMAND, commands[i].value, _(commands[i].words),
                   commands[i].shape))
      return PEG_CTL_REFUSED;
  }

  if (!choose_columns (ctl, &sheet, cards))
    return PEG_CTL_REFUSED;

  return write_pages (ctl, &sheet, cards, output);
}

const PegCtlCommand peg_ctl_cards = {
  "cards",
  "[--letter] [--output FILE] [--file NAME… | --person ID…]",
  N_("Prints cards for a scanner: commands, files or persons, as SVG"),
  run_cards, NULL,
};
