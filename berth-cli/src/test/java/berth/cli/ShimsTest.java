package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The commands of others know the verbs and flags that they always had. */
class ShimsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(Shim shim, String... words) {
        out.reset();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return shim.run(
                List.of(words),
                new Terminal(new ByteArrayInputStream(new byte[0]), stream, stream, false, false, false, Map.of()));
    }

    private static Set<String> flags(Shim shim, String verb) {
        return shim.entries().stream()
                .filter(it -> it.path().equals(verb))
                .flatMap(it -> it.flags().stream())
                .map(Flag::name)
                .collect(Collectors.toSet());
    }

    @Test
    void nixos_container_has_all_of_its_own() {
        Shim shim = NixosContainer.shim();
        assertThat(shim.entries().stream().map(Entry::path))
                .containsExactlyInAnyOrder(
                        "list",
                        "create",
                        "destroy",
                        "restart",
                        "start",
                        "stop",
                        "terminate",
                        "status",
                        "update",
                        "login",
                        "root-login",
                        "run",
                        "show-ip",
                        "show-host-key");
        assertThat(flags(shim, "create"))
                .contains(
                        "config",
                        "config-file",
                        "flake",
                        "nixos-path",
                        "system-path",
                        "auto-start",
                        "ensure-unique-name",
                        "bridge",
                        "port",
                        "host-address",
                        "local-address");
        assertThat(flags(shim, "update")).contains("config", "config-file", "flake", "nixos-path");
    }

    @Test
    void nixos_nspawn_has_all_of_its_own() {
        Shim shim = NixosNspawn.shim();
        assertThat(shim.entries().stream().map(Entry::path))
                .containsExactlyInAnyOrder(
                        "create", "update", "list", "list-generations", "rollback", "remove", "autostart");
        assertThat(flags(shim, "update")).contains("config", "reload", "restart");
        assertThat(flags(shim, "remove")).contains("delete-state");
        assertThat(flags(shim, "autostart")).contains("dry-run");
    }

    @Test
    void they_say_what_they_can_and_what_was_meant() {
        assertThat(run(NixosNspawn.shim())).isOne();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("nixos-nspawn <command>", "list-generations <name>");
        assertThat(run(NixosContainer.shim(), "create", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Usage: nixos-container create [options] <name>", "--ensure-unique-name");
        assertThat(run(NixosContainer.shim(), "destory", "x")).isOne();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Did you mean nixos-container destroy?");
        assertThat(run(NixosContainer.shim(), "create", "x", "--config", "{ }")).isOne();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--config-file FILE");
        assertThat(run(NixosContainer.shim(), "create", "x", "--image", "i", "--port", "sctp:1"))
                .isOne();
        assertThat(run(NixosNspawn.shim(), "update", "x", "--reload", "--restart"))
                .isOne();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("at once cannot be");
    }
}
