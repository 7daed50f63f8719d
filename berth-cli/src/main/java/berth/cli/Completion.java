package berth.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code berth completion}: scripts for the shells, made from the table. */
final class Completion implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    @Override
    public int run(Call call) throws IOException {
        String shell = call.word(0);
        call.terminal()
                .out()
                .print(
                        switch (shell) {
                            case "bash" -> bash();
                            case "zsh" -> "#compdef berth\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
                            case "fish" -> fish();
                            default ->
                                throw new Usage("no completion for \"" + shell + "\"" + Nearest.hint(shell, SHELLS, "")
                                        + "\nKnown are bash, zsh, fish");
                        });
        return 0;
    }

    /** How the names of each kind of argument are listed. */
    private static Map<String, String> sources() {
        var sources = new LinkedHashMap<String, String>();
        sources.put("instance", "berth list --fast -c n -f csv");
        sources.put("profile", "berth profile list -f csv");
        sources.put("network", "berth network list -f csv");
        sources.put("pool", "berth storage list -f csv");
        sources.put("image", "berth image alias list -f csv");
        sources.put("alias", "berth image alias list -f csv");
        sources.put("operation", "berth operation list -f csv");
        return sources;
    }

    /** What the first argument of a command is: a key of {@link #sources}, {@code file}, or empty. */
    static String kind(Entry entry) {
        if (entry.tokens().isEmpty()) {
            return "";
        }
        String token = entry.tokens().get(0);
        if (token.contains("<file>") || token.contains("<tarball>")) {
            return "file";
        }
        for (String kind : sources().keySet()) {
            if (token.contains("<" + kind + ">")) {
                return kind;
            }
        }
        return "";
    }

    private static Map<String, List<String>> words() {
        var words = new LinkedHashMap<String, List<String>>();
        for (Entry entry : Catalogue.all()) {
            words.computeIfAbsent(entry.group(), _ -> new ArrayList<>()).add(entry.verb());
        }
        for (String group : Catalogue.groups().keySet()) {
            int space = group.lastIndexOf(' ');
            words.computeIfAbsent(space < 0 ? "" : group.substring(0, space), _ -> new ArrayList<>())
                    .add(group.substring(space + 1));
        }
        return words;
    }

    private static String options(Entry entry) {
        var out = new StringBuilder();
        for (Flag flag : entry.flags()) {
            out.append("--").append(flag.name()).append(flag.isSwitch() ? " " : "= ");
        }
        return out.append("--help --project= --quiet").toString();
    }

    private static String bash() {
        var out = new StringBuilder("""
                # Completion of berth, made by: berth completion
                _berth_names() {
                    command $1 2>/dev/null </dev/null | cut -d, -f1
                }
                _berth() {
                    local current=${COMP_WORDS[COMP_CWORD]} path= word words= options= names= i
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        word=${COMP_WORDS[i]}
                        case $word in -*|=) continue ;; esac
                        case "$path${path:+ }$word" in
                """);
        var paths = new ArrayList<String>();
        Catalogue.all().forEach(it -> paths.add(it.path()));
        paths.addAll(Catalogue.groups().keySet());
        out.append("            ");
        for (int i = 0; i < paths.size(); i++) {
            out.append(i == 0 ? "" : "|").append('"').append(paths.get(i)).append('"');
        }
        out.append(") path=\"$path${path:+ }$word\" ;;\n");
        out.append("            *) break ;;\n        esac\n    done\n    case $path in\n");
        for (var group : words().entrySet()) {
            out.append("        \"").append(group.getKey()).append("\") words='");
            out.append(String.join(" ", group.getValue())).append("' ;;\n");
        }
        for (Entry entry : Catalogue.all()) {
            String source = sources().get(kind(entry));
            out.append("        \"")
                    .append(entry.path())
                    .append("\") options='")
                    .append(options(entry))
                    .append('\'');
            out.append(source == null ? "" : " names='" + source + "'");
            out.append(entry.path().equals("completion") ? " words='bash zsh fish'" : "")
                    .append(" ;;\n");
        }
        return out.append("""
                    esac
                    case $current in
                        -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
                        *)
                            [ -z "$names" ] || words=$(_berth_names "$names")
                            COMPREPLY=($(compgen -W "$words" -- "$current"))
                            ;;
                    esac
                    case ${COMPREPLY[0]-} in *=) compopt -o nospace ;; esac
                }
                complete -o default -F _berth berth
                """).toString();
    }

    private static String fish() {
        var out = new StringBuilder("""
                # Completion of berth, made by: berth completion fish
                function __berth_at
                    set -l words (commandline -opc | string match -v -- '-*')
                    test "$words[2..-1]" = "$argv"
                end
                function __berth_in
                    set -l words (commandline -opc | string match -v -- '-*')
                    string match -q -- "$argv*" "$words[2..-1]"
                end
                complete -c berth -f
                """);
        for (var group : Catalogue.groups().entrySet()) {
            fishWord(out, group.getKey(), group.getValue());
        }
        for (Entry entry : Catalogue.all()) {
            fishWord(out, entry.path(), entry.summary());
            String source = sources().get(kind(entry));
            String in = "complete -c berth -n '__berth_in " + entry.path() + "'";
            if (source != null) {
                out.append(in)
                        .append(" -a '(")
                        .append(source)
                        .append(" 2>/dev/null | string replace -r \",.*\" \"\")'\n");
            } else if (kind(entry).equals("file")) {
                out.append(in).append(" -F\n");
            }
            for (Flag flag : entry.flags()) {
                out.append(in).append(" -l ").append(flag.name());
                out.append(flag.letter() == '\0' ? "" : " -s " + flag.letter());
                out.append(flag.isSwitch() ? "" : " -r")
                        .append(" -d ")
                        .append(fishQuoted(flag.help()))
                        .append('\n');
            }
        }
        return out.append("complete -c berth -n '__berth_at completion' -a 'bash zsh fish'\n")
                .toString();
    }

    private static void fishWord(StringBuilder out, String path, String summary) {
        int space = path.lastIndexOf(' ');
        out.append("complete -c berth -n '__berth_at").append(space < 0 ? "" : " " + path.substring(0, space));
        out.append("' -a ")
                .append(path.substring(space + 1))
                .append(" -d ")
                .append(fishQuoted(summary))
                .append('\n');
    }

    private static String fishQuoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
