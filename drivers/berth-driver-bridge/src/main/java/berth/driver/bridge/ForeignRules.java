package berth.driver.bridge;

import berth.host.Program;
import java.util.ArrayList;
import java.util.List;

/** Rules of others on this host that guests would suffer from. Only looked at, never touched. */
final class ForeignRules {
    private ForeignRules() {}

    static List<String> warnings() {
        var result = Program.of("nft", "list", "chains").run();
        return result.exit() == 0 ? warnings(result.out()) : List.of();
    }

    /** Reads what {@code nft list chains} prints. */
    static List<String> warnings(String chains) {
        var warnings = new ArrayList<String>();
        String table = "";
        String chain = "";
        for (String line : chains.lines().map(String::strip).toList()) {
            if (line.startsWith("table ")) {
                table = line.substring(6).replace(" {", "");
            } else if (line.startsWith("chain ")) {
                chain = line.substring(6).replace(" {", "");
            } else if (line.contains("hook forward")
                    && line.contains("policy drop")
                    && !table.startsWith("inet berth-")) {
                warnings.add("The chain " + chain + " of the nftables table " + table
                        + " drops forwarded packets that it does not know: guests on managed bridges reach nothing beyond"
                        + " this host until it accepts packets from and to those bridges" + remedy(table, chain));
            }
        }
        return warnings;
    }

    private static String remedy(String table, String chain) {
        boolean docker = chain.equals("FORWARD") && (table.equals("ip filter") || table.equals("ip6 filter"));
        return docker
                ? " (Docker does so; rules of one's own belong into its chain DOCKER-USER: iptables -I DOCKER-USER -i BRIDGE"
                        + " -j ACCEPT, and the same with -o BRIDGE)"
                : "";
    }
}
