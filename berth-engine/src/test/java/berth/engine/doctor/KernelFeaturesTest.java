package berth.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import berth.engine.doctor.Doctor.Diagnosis;
import berth.engine.doctor.Doctor.Grade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kernel lacks is named, each with what does not work without it (S4-22 to S4-37). */
class KernelFeaturesTest {
    private static final List<String> WHOLE = Stream.of(
                    "BRIDGE VETH MACVLAN VXLAN DUMMY CHECKPOINT_RESTORE UNIX98_PTYS EPOLL EVENTFD FHANDLE INOTIFY_USER",
                    "IA32_EMULATION INET_DIAG INET_TCP_DIAG INET_UDP_DIAG PACKET_DIAG UNIX_DIAG NETLINK_DIAG",
                    "NF_TABLES NF_TABLES_INET NF_NAT NFT_NAT NFT_MASQ IPV6 NET_IPGRE NET_IPGRE_DEMUX NET_IPIP",
                    "NETFILTER_XT_MATCH_COMMENT NETFILTER_XT_TARGET_MASQUERADE POSIX_MQUEUE")
            .flatMap(it -> Stream.of(it.split(" ")))
            .toList();

    @TempDir
    Path root;

    @BeforeEach
    void wholeKernel() throws IOException {
        for (String name : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
            set("proc/self/ns/" + name, "");
        }
        set(
                "proc/cgroups",
                "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
                        + Stream.of("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids")
                                .map(it -> it + "\t1\t1\t1\n")
                                .reduce("", String::concat));
        set("proc/sys/kernel/osrelease", "6.1.0-test\n");
        built(WHOLE, "=m");
    }

    @Test
    void a_kernel_with_all_of_it_is_good() {
        assertThat(look()).isNotEmpty().allSatisfy(it -> assertThat(it.grade()).isEqualTo(Grade.GOOD));
        assertThat(texts())
                .contains("network cards of guests: BRIDGE, VETH", "namespaces: cgroup, ipc, mnt, net, pid, user, uts");
    }

    @Test
    void each_option_that_is_missing_has_a_line_that_says_what_does_not_work() throws IOException {
        for (String option : WHOLE) {
            built(WHOLE.stream().filter(it -> !it.equals(option)).toList(), "=y");
            assertThat(look())
                    .filteredOn(it -> it.grade() != Grade.GOOD)
                    .as(option)
                    .isNotEmpty()
                    .allSatisfy(it ->
                            assertThat(it.text()).contains("built without").contains(option));
        }
    }

    @Test
    void without_bridges_nothing_works_and_without_checkpoints_only_they_do_not() throws IOException {
        built(
                WHOLE.stream()
                        .filter(it -> !it.equals("BRIDGE") && !it.equals("CHECKPOINT_RESTORE"))
                        .toList(),
                "=y");
        assertThat(look())
                .contains(
                        new Diagnosis(
                                "kernel",
                                Grade.BAD,
                                "network cards of guests: it was built without BRIDGE: no guest has a network"),
                        new Diagnosis(
                                "kernel",
                                Grade.ADVICE,
                                "checkpoints: it was built without CHECKPOINT_RESTORE: running guests cannot be stored"
                                        + " (stateful)"));
    }

    @Test
    void reads_the_configuration_that_the_distribution_keeps_where_the_kernel_does_not_tell() throws IOException {
        Files.delete(root.resolve("proc/config.gz"));
        assertThat(texts())
                .anySatisfy(it -> assertThat(it).contains("cannot be read").contains("6.1.0-test"));
        set("boot/config-6.1.0-test", "CONFIG_BRIDGE=m\n# CONFIG_VETH is not set\n");
        assertThat(texts())
                .contains(
                        "network cards of guests: BRIDGE",
                        "network cards of guests: it was built without VETH: no guest has a network");
    }

    @Test
    void control_groups_of_version_2_freeze_and_count_by_themselves() throws IOException {
        Files.delete(root.resolve("proc/cgroups"));
        set("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
        assertThat(look()).allSatisfy(it -> assertThat(it.grade()).isEqualTo(Grade.GOOD));
        set("sys/fs/cgroup/cgroup.controllers", "cpu\n");
        assertThat(texts()).contains("control groups: there is no memory: what rests on it has no effect");
    }

    @Test
    void each_restriction_of_a_hardened_kernel_is_named_with_its_remedy() throws IOException {
        set("proc/sys/kernel/grsecurity/chroot_deny_mount", "1\n");
        set("proc/sys/kernel/grsecurity/chroot_caps", "0\n");
        set("proc/sys/user/max_user_namespaces", "0\n");
        set("proc/self/mounts", "cgroup /sys/fs/cgroup/net_cls cgroup rw,net_cls,net_prio 0 0\n");
        assertThat(look())
                .filteredOn(it -> it.grade() != Grade.GOOD)
                .extracting(Diagnosis::text)
                .satisfiesExactlyInAnyOrder(
                        it -> assertThat(it).contains("sysctl -w kernel.grsecurity.chroot_deny_mount=0"),
                        it -> assertThat(it).contains("sysctl -w user.max_user_namespaces=65536"),
                        it -> assertThat(it).contains("cgroup_no_v1=net_prio"));
    }

    private List<Diagnosis> look() {
        return new KernelFeatures(root).look();
    }

    private List<String> texts() {
        return look().stream().map(Diagnosis::text).toList();
    }

    private void built(List<String> options, String how) throws IOException {
        var text = new StringBuilder("# CONFIG_NOTHING is not set\n");
        options.forEach(it -> text.append("CONFIG_").append(it).append(how).append('\n'));
        try (var out = new GZIPOutputStream(Files.newOutputStream(root.resolve("proc/config.gz")))) {
            out.write(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private void set(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
