package berth.engine;

import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.doctor.Doctor;
import berth.engine.doctor.Doctor.Diagnosis;
import berth.engine.doctor.Doctor.Grade;
import berth.model.Network;
import berth.model.NetworkName;
import berth.model.Settings;
import berth.model.WarningKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor says what stands in the way, and only that is bad. */
class DoctorTest {
    @TempDir
    Path root;

    private final TestHost host = new TestHost();

    private Doctor doctor() {
        var use = host.use();
        return new Doctor(use.drivers(), use.shelves(), use.warnings(), root, root);
    }

    private void set(String path, String value) throws IOException {
        Path file = root.resolve("proc/sys").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    @Test
    void sees_that_packets_of_a_network_are_not_forwarded() throws IOException {
        host.use()
                .networks()
                .create(new Network(
                        new NetworkName("br0"),
                        "bridge",
                        "",
                        Settings.copyOf(Map.of("ipv4.address", "10.9.8.1/24", "ipv6.address", "none")),
                        null));
        set("net/ipv4/ip_forward", "0");
        set("net/ipv6/conf/all/forwarding", "1");
        assertThat(doctor().look())
                .filteredOn(it -> it.about().startsWith("network "))
                .anySatisfy(it -> {
                    assertThat(it.grade()).isEqualTo(Grade.BAD);
                    assertThat(it.text()).contains("sysctl -w net.ipv4.ip_forward=1");
                });
        set("net/ipv4/ip_forward", "1");
        assertThat(doctor().look())
                .filteredOn(it -> it.grade() == Grade.BAD)
                .filteredOn(it -> it.about().startsWith("network "))
                .isEmpty();
    }

    @Test
    void advises_on_a_kernel_that_is_set_for_few_guests() throws IOException {
        set("fs/inotify/max_user_instances", "128");
        assertThat(doctor().look())
                .filteredOn(it -> it.about().equals("kernel"))
                .contains(new Diagnosis(
                        "kernel",
                        Grade.ADVICE,
                        "for many guests: fs.inotify.max_user_instances is 128, better 1048576"
                                + " (packaging/sysctl.d/60-berth.conf sets them)"));
    }

    @Test
    void tells_what_nobody_was_there_to_be_told() {
        host.use().warnings().raise(WarningKind.values()[0], null, "x", "something is wrong");
        assertThat(doctor().look()).anySatisfy(it -> assertThat(it.text()).startsWith("something is wrong"));
    }
}
