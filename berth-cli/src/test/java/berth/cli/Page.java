package berth.cli;

/** The page {@code docs/cli.md}, made from the table. */
final class Page {
    private static final String HEAD = """
            # The command line

            Made from the table of commands; do not edit (CatalogueTest says how to make it anew). `berth COMMAND --help` shows
            the same, with the options that every command has. Names, options, exit codes and the look of tables are those of
            `lxc` where it has the command. The declared half (`check`, `plan`, `apply`, `status`) is Berth's own.

            - **Where the daemon is**: `--dir`, else `BERTH_SOCKET` (the socket itself), else `BERTH_DIR`, else `/var/lib/berth`.
            - **Exit codes**: 0 done, 1 refused or failed (the reason is on the error output), `exec` passes on the command's own,
              `plan` and `apply` have more (below).
            - **Output**: results on the standard output, progress and errors on the error output. Lists take `--format`.
              Colours only on a terminal, and never with `NO_COLOR`. Progress is one line on a terminal, else a line now and then.
            - **Ctrl-C** while an operation runs asks the daemon to cancel it; once more leaves it to itself.
            - **YAML on the input** is taken by `launch`, `create`, `profile create` and every `edit`. An empty input changes nothing.
            """;

    private Page() {}

    static String text() {
        var out = new StringBuilder(HEAD);
        String group = "-";
        for (Entry entry : Catalogue.all()) {
            String top = entry.path().indexOf(' ') < 0
                    ? ""
                    : entry.path().substring(0, entry.path().indexOf(' '));
            if (!top.equals(group) && !(top.isEmpty() && group.equals("-"))) {
                out.append("\n## ")
                        .append(top.isEmpty() ? "Others" : Catalogue.groups().get(top))
                        .append('\n');
            } else if (group.equals("-")) {
                out.append("\n## Instances\n");
            }
            group = top;
            entry(out, entry);
        }
        return out.toString();
    }

    private static void entry(StringBuilder out, Entry entry) {
        out.append("\n### berth ")
                .append(entry.path())
                .append("\n\n")
                .append(entry.summary())
                .append(".\n\n```\n");
        out.append(Help.usage(entry)).append("\n```\n");
        if (!entry.aliases().isEmpty()) {
            out.append("\nAlso: `").append(String.join("`, `", entry.aliases())).append("`.\n");
        }
        if (!entry.flags().isEmpty()) {
            out.append("\n| option | meaning |\n|---|---|\n");
            for (Flag flag : entry.flags()) {
                out.append("| `")
                        .append(Help.spelled(flag).strip())
                        .append("` | ")
                        .append(flag.help());
                out.append(flag.repeated() ? " (may be repeated)" : "").append(" |\n");
            }
        }
        String notes = Help.notes(entry.path());
        if (!notes.isEmpty()) {
            out.append("\n```\n").append(notes.strip()).append("\n```\n");
        }
        out.append("\n```console\n$ ")
                .append(entry.example().replace("\n", "\n$ "))
                .append("\n```\n");
    }
}
