package berth.tests.declared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import berth.tests.host.Checkout;
import berth.tests.host.Daemon;
import berth.tests.host.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A site that is written in Nix, by the command line against a real daemon. */
@Tag("host")
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NixSiteTest {
    private static final String SITE = """
            { lib, ... }:
            {
              berth = 1;
              site = "nixed";
              pools.p.driver = "dir";
              networks.br0.config = { "ipv4.address" = "10.79.0.1/24"; "ipv6.address" = "none"; };
              instances = lib.genAttrs [ "a" "b" ] (name: {
                image = "bb";
                memory = import ./memory.nix;
                guest.files."/etc/who".content = "I am ${name}\\n";
              });
            }
            """;

    private static String berth(Daemon daemon, String... words) {
        var run = daemon.command("berth", words);
        return run.out() + run.err();
    }

    private static String example(String name, String spelling) {
        return Checkout.root().resolve("examples/" + name + "/site." + spelling).toString();
    }

    @Test
    void is_applied_changed_and_gone_back_to() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/nix-instantiate")), "nix-bin is not installed");
        try (Daemon daemon = Daemon.start("nix-site")) {
            Ground.image(daemon);
            Path folder = Files.createDirectories(daemon.host().directory().resolve("site"));
            String file = Files.writeString(folder.resolve("berth.nix"), SITE).toString();
            Files.writeString(folder.resolve("memory.nix"), "\"64MiB\"");

            for (String example : List.of("rfc-basics", "macvlan", "classic", "athens-rome", "lxd")) {
                String digest = berth(daemon, "show", "--digest", example(example, "yaml"));
                assertThat(digest).matches("[0-9a-f]{64}\n");
                assertThat(berth(daemon, "show", "--digest", example(example, "json")))
                        .isEqualTo(digest);
                assertThat(berth(daemon, "show", "--digest", example(example, "nix")))
                        .isEqualTo(digest);
            }
            assertThat(berth(daemon, "show", example("athens-rome", "nix")))
                    .contains("    kind: virtual-machine\n", "\nhosts:\n  athens:\n");

            assertThat(berth(daemon, "apply", file)).contains("done.   generation 1");
            assertThat(berth(daemon, "exec", "b", "--", "cat", "/etc/who")).isEqualTo("I am b\n");
            assertThat(berth(daemon, "plan", file)).contains("no changes");

            Files.writeString(folder.resolve("memory.nix"), "\"80MiB\"");
            assertThat(berth(daemon, "plan", "--nix", file)).contains("limits.memory", "64MiB -> 80MiB", "live");
            assertThat(berth(daemon, "apply", file)).contains("done.   generation 2");
            assertThat(berth(daemon, "config", "get", "a", "limits.memory")).isEqualTo("80MiB\n");

            assertThat(berth(daemon, "config", "set", "a", "limits.memory=96MiB"))
                    .contains("limits.memory of instance a is declared in site nixed (")
                    .contains("berth.nix:7)");
            berth(daemon, "config", "set", "a", "limits.memory=96MiB", "--override");
            assertThat(berth(daemon, "drift", "a", "limits.memory", "--adopt", "-f", file))
                    .contains("cannot be written in place; write it yourself at")
                    .contains("berth.nix:9");
            assertThat(Files.readString(folder.resolve("berth.nix"))).isEqualTo(SITE);

            assertThat(berth(daemon, "rollback", "1")).contains("generation 3");
            assertThat(berth(daemon, "config", "get", "a", "limits.memory")).isEqualTo("64MiB\n");

            Files.writeString(folder.resolve("memory.nix"), "builtins.readFile /etc/hostname");
            assertThat(berth(daemon, "plan", file)).contains("access to absolute path '/etc/hostname' is forbidden");
        }
    }
}
