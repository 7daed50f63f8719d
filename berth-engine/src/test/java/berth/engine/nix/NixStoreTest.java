package berth.engine.nix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import berth.model.Refused;
import berth.model.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NixStoreTest {
    private static final StorePath ONE = new StorePath("/nix/store/" + "1".repeat(32) + "-nixos");
    private static final StorePath TWO = new StorePath("/nix/store/" + "2".repeat(32) + "-nixos");
    private static final UUID GUEST = new UUID(1, 2);

    @TempDir
    private Path root;

    private NixStore store;

    @BeforeEach
    void two_systems_are_there() throws IOException {
        for (StorePath system : new StorePath[] {ONE, TWO}) {
            Files.createDirectories(root.resolve(system.text().substring(1)));
            Files.writeString(root.resolve(system.text().substring(1)).resolve("init"), "");
        }
        store = new NixStore(root);
    }

    private Path link(String path, String target) throws IOException {
        Path link = path.startsWith("/nix") ? root.resolve(path.substring(1)) : Path.of(path);
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, Path.of(target));
    }

    private String profile(String name) throws IOException {
        return Files.readSymbolicLink(root.resolve("nix/var/nix/profiles/berth/" + GUEST + "/" + name))
                .toString();
    }

    @Test
    void finds_a_system_by_its_path_by_a_profile_and_by_a_link_from_elsewhere() throws IOException {
        link("/nix/var/nix/profiles/web", "web-1-link");
        link("/nix/var/nix/profiles/web-1-link", ONE.text());
        link(root.resolve("result").toString(), "/nix/var/nix/profiles/../profiles/web");
        assertThat(store.resolve(ONE.text())).isEqualTo(ONE);
        assertThat(store.resolve("/nix/var/nix/profiles/web")).isEqualTo(ONE);
        assertThat(store.resolve(root.resolve("result").toString())).isEqualTo(ONE);
    }

    @Test
    void says_what_is_wrong_with_what_leads_to_no_system() throws IOException {
        link("/nix/var/nix/profiles/round", "round");
        link("/nix/var/nix/profiles/gone", "/nix/store/" + "3".repeat(32) + "-nixos");
        Files.createDirectories(root.resolve("nix/store/" + "4".repeat(32) + "-hello"));
        assertThatThrownBy(() -> store.resolve("/nix/var/nix/profiles/none"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("leads to nothing: there is no /nix/var/nix/profiles/none");
        assertThatThrownBy(() -> store.resolve("/nix/var/nix/profiles/round")).hasMessageContaining("40 links");
        assertThatThrownBy(() -> store.resolve("/nix/var/nix/profiles/gone"))
                .hasMessageContaining("is not in the Nix store of this host");
        assertThatThrownBy(() -> store.resolve("/nix/store/" + "4".repeat(32) + "-hello"))
                .hasMessageContaining("is no system of NixOS: it has no init");
        assertThatThrownBy(() -> store.resolve("/etc")).hasMessageContaining("does not lead to a thing of /nix/store");
        assertThatThrownBy(() -> store.resolve(ONE + "/init")).hasMessageContaining("does not lead to a thing");
    }

    @Test
    void keeps_all_that_a_guest_was_given_until_it_is_forgotten() throws IOException {
        store.keep(GUEST, ONE);
        store.keep(GUEST, ONE);
        assertThat(profile("system")).isEqualTo("system-1-link");
        store.run(GUEST, TWO);
        assertThat(profile("system")).isEqualTo("system-2-link");
        assertThat(profile("system-1-link")).isEqualTo(ONE.text());
        assertThat(store.running(GUEST)).contains(TWO);
        store.keep(GUEST, ONE);
        assertThat(profile("system")).isEqualTo("system-3-link");
        store.takeBack(GUEST, ONE, TWO);
        store.takeBack(GUEST, ONE, TWO);
        assertThat(profile("system")).isEqualTo("system-2-link");
        assertThat(root.resolve("nix/var/nix/profiles/berth/" + GUEST + "/system-3-link"))
                .doesNotExist();
        assertThat(store.running(GUEST)).contains(TWO);
        store.rest(GUEST);
        assertThat(store.running(GUEST)).isEmpty();
        store.forget(GUEST);
        store.forget(GUEST);
        assertThat(root.resolve("nix/var/nix/profiles/berth")).isEmptyDirectory();
        assertThat(root.resolve("nix/var/nix/gcroots/berth")).isEmptyDirectory();
    }

    @Test
    void lets_nobody_but_root_come_near_what_guests_may_write() throws IOException {
        store.keep(GUEST, ONE);
        for (String tree : new String[] {"profiles", "gcroots"}) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(root.resolve("nix/var/nix/" + tree + "/berth"))))
                    .isEqualTo("rwx------");
        }
    }
}
