package berth.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code berth help}, {@code --help}, and a group's name alone. */
final class Help implements Command {
    private static final String FIRST =
            "launch create list info start stop restart pause resume wait delete rename copy move export restore publish"
                    + " exec shell attach sessions console";

    @Override
    public int run(Call call) throws IOException {
        var entry = call.entry().path().equals("help")
                ? Catalogue.find(call.words(0)).entry()
                : call.entry();
        call.terminal().out().print(of(entry));
        return 0;
    }

    /** The help of a command or a group. */
    static String of(Entry entry) {
        return entry.path().isEmpty() || Catalogue.groups().containsKey(entry.path())
                ? group(entry.path())
                : command(entry);
    }

    private static String group(String group) {
        var out = new StringBuilder();
        String prefix = group.isEmpty() ? "berth" : "berth " + group;
        out.append(Catalogue.overview(group).summary())
                .append("\n\nUsage: ")
                .append(prefix)
                .append(" <command>\n");
        if (group.isEmpty()) {
            section(out, "Instances", named(FIRST));
            section(
                    out,
                    "Declared",
                    named(
                            "check show plan explain apply update remove status generations rollback reset drift detach purge migrate doctor"));
            section(out, "More", rest());
        } else {
            section(out, "Commands", inside(group));
        }
        if (group.isEmpty()) {
            out.append("\nOptions of every command\n");
            flags(out, Arguments.GLOBAL);
        }
        return out.append("\nSee ")
                .append(prefix)
                .append(" <command> --help for more.\n")
                .toString();
    }

    private static List<String[]> named(String names) {
        var lines = new ArrayList<String[]>();
        for (String name : names.split(" ")) {
            for (Entry entry : Catalogue.all()) {
                if (entry.path().equals(name)) {
                    lines.add(new String[] {name, brief(entry)});
                }
            }
        }
        return lines;
    }

    private static List<String[]> rest() {
        var lines = new ArrayList<String[]>();
        for (var group : Catalogue.groups().entrySet()) {
            if (group.getKey().indexOf(' ') < 0) {
                lines.add(new String[] {group.getKey(), group.getValue()});
            }
        }
        lines.addAll(named("monitor query version completion help"));
        return lines;
    }

    private static List<String[]> inside(String group) {
        var lines = new ArrayList<String[]>();
        for (Entry entry : Catalogue.all()) {
            if (entry.group().equals(group)) {
                lines.add(new String[] {entry.verb(), brief(entry)});
            }
        }
        for (var deeper : Catalogue.groups().entrySet()) {
            if (deeper.getKey().startsWith(group + " ")) {
                lines.add(new String[] {deeper.getKey().substring(group.length() + 1), deeper.getValue()});
            }
        }
        return lines;
    }

    private static String brief(Entry entry) {
        int stop = entry.summary().indexOf(". ");
        return stop < 0 ? entry.summary() : entry.summary().substring(0, stop);
    }

    private static void section(StringBuilder out, String title, List<String[]> lines) {
        out.append('\n').append(title).append('\n');
        for (String[] line : lines) {
            out.append("  ").append(line[0]).repeat(' ', Math.max(1, 18 - line[0].length()));
            out.append(line[1]).append('\n');
        }
    }

    /** The help of a command of a program that is called otherwise. */
    static String of(Entry entry, String program) {
        return command(entry, program);
    }

    private static String command(Entry entry) {
        return command(entry, "berth");
    }

    private static String command(Entry entry, String program) {
        var out = new StringBuilder(entry.summary())
                .append("\n\nUsage: ")
                .append(program)
                .append(usage(entry).substring("berth".length()))
                .append('\n');
        if (!entry.aliases().isEmpty()) {
            out.append("Also: ").append(String.join(", ", entry.aliases())).append('\n');
        }
        out.append("\nExamples\n  ")
                .append(entry.example().replace("\n", "\n  "))
                .append('\n');
        if (!entry.flags().isEmpty()) {
            out.append("\nOptions\n");
            flags(out, entry.flags());
        }
        if (program.equals("berth")) {
            out.append(notes(entry.path()));
        }
        out.append("\nOptions of every command\n");
        flags(out, Arguments.GLOBAL);
        return out.toString();
    }

    /** One line: how the command is called. */
    static String usage(Entry entry) {
        return "berth " + entry.path()
                + (entry.flags().isEmpty() ? "" : " [options]")
                + (entry.arguments().isEmpty() ? "" : " " + entry.arguments());
    }

    /** How an option is spelled. */
    static String spelled(Flag flag) {
        String value = flag.isSwitch() ? "" : flag.optional() ? "[=" + flag.value() + "]" : " " + flag.value();
        return (flag.letter() == '\0' ? "    " : "-" + flag.letter() + ", ") + "--" + flag.name() + value;
    }

    private static void flags(StringBuilder out, List<Flag> flags) {
        int widest = 0;
        for (Flag flag : flags) {
            widest = Math.max(widest, spelled(flag).length());
        }
        for (Flag flag : flags) {
            String spelled = spelled(flag);
            out.append("  ").append(spelled).repeat(' ', widest + 2 - spelled.length());
            out.append(flag.help())
                    .append(flag.repeated() ? " (may be repeated)" : "")
                    .append('\n');
        }
    }

    /** What some commands have to say beyond the table. */
    static String notes(String path) {
        return switch (path) {
            case "list" -> """

                    Columns
                      n name  s state  4 6 addresses  t type  S snapshots  a architecture  b storage pool
                      c created  d description  D disk usage  e project  f F base image  l last used
                      m memory  M memory in percent  N processes  p pid  P profiles  u cpu seconds  L location
                      A key is a column too: user.owner, config:NAME:HEADER:WIDTH, devices:eth0.parent

                    Filters
                      A word is the beginning of a name, or a regular expression for it. key=value compares type,
                      status, architecture, ipv4, ipv6 (with a network, as 10.0.0.0/24) or a configuration key,
                      whose parts may be shortened: u.owner=kim
                    """;
            case "image list" -> """

                    Columns
                      l shortest alias  L all aliases  f F fingerprint  p public  d description  a architecture
                      t type  s size  u upload date
                    """;
            case "launch", "create" -> """

                    YAML on the input, with the keys that berth config show prints, is taken as a start.
                    """;
            case "exec" -> """

                    The exit code is that of the command; 127 if there is no such command. It gets a terminal if input
                    and output both are one. Options of the command itself are its own, with or without -- before it.
                    """;
            case "file push" -> """

                    A target that ends with a slash, or is a directory, is a directory to put files into. New files get owner,
                    group and permissions of their sources (of the input: 0, 0 and 0600); those that are there keep theirs.
                    With -r a directory is put into the target under its own name, links as links.
                    """;
            case "file pull" -> """

                    A target of - is the output. Links are followed; with -r they are pulled as links. Permissions go along,
                    owners do not.
                    """;
            case "config set" -> """

                    Without an instance the keys are the server's. A value of - is read from the input.
                    """;
            default -> "";
        };
    }
}
