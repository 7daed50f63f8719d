package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which configurations our own program for commands inside may be used with. */
final class UsualConfTest {
    private static final String CONF = """
            lxc.arch = x86_64
            lxc.uts.name = web1
            lxc.cgroup.dir.container = berth.payload.web1
            lxc.idmap = u 0 1000000 65536
            lxc.idmap = g 0 1000001 65536
            lxc.seccomp.profile = /s/seccomp
            lxc.mount.auto = proc:rw sys:rw cgroup:mixed
            lxc.cgroup.memory.limit_in_bytes = -1
            lxc.net.0.type = empty
            """;
    private static final String POLICY = SeccompPolicy.of(Map.of());

    private static Optional<UsualConf> of(String conf, String policy) {
        return UsualConf.of(conf, policy, "/s/seccomp", "berth.payload.web1");
    }

    @Test
    void knows_the_ids_of_a_container_of_the_usual_kind_and_its_variables() {
        assertThat(of(CONF, POLICY)).contains(new UsualConf(1_000_000, 1_000_001, Map.of()));
        assertThat(of(CONF + "lxc.environment = A=b=c\n", POLICY))
                .contains(new UsualConf(1_000_000, 1_000_001, Map.of("A", "b=c")));
    }

    @Test
    void leaves_a_container_with_a_policy_of_its_own_to_lxc() {
        for (var key : Map.of(
                        "security.syscalls.deny", "mount errno 1",
                        "security.syscalls.deny_default", "false",
                        "security.syscalls.allow", "read",
                        "raw.seccomp", "2\nallowlist\nread\n")
                .entrySet()) {
            assertThat(of(CONF, SeccompPolicy.of(Map.of(key.getKey(), key.getValue()))))
                    .as(key.getKey())
                    .isEmpty();
        }
    }

    @Test
    void leaves_a_container_without_ids_of_its_own_to_lxc() {
        assertThat(of(CONF.replaceAll("lxc.idmap.*\n", ""), POLICY)).isEmpty();
        assertThat(of(CONF.replaceAll("lxc.idmap = g.*\n", ""), POLICY)).isEmpty();
        assertThat(of(CONF.replace("u 0 1000000", "u 0 0"), POLICY)).isEmpty();
        assertThat(of(CONF + "lxc.idmap = u 1000 1000 1\n", POLICY)).isEmpty();
        assertThat(of(CONF + "lxc.idmap =\n", POLICY)).isEmpty();
    }

    @Test
    void leaves_whatever_it_does_not_know_to_lxc() {
        for (String line : new String[] {
            "lxc.prlimit.nofile = 100",
            "lxc.cap.drop = sys_admin",
            "lxc.cap.keep = none",
            "lxc.no_new_privs = 1",
            "lxc.apparmor.profile = generated",
            "lxc.selinux.context = x",
            "lxc.namespace.share.net = 1",
            "lxc.namespace.keep = user",
            "lxc.time.offset.boot = 1h",
            "lxc.keyring.session = 0",
            "lxc.sched.core = 1",
            "lxc.seccomp.profile = /other",
            "lxc.cgroup.dir.container = other",
            "lxc.cgroup.dir.container.inner = inner",
            "lxc.cgroup.relative = 1",
            "lxc.arch = i686",
            "lxc.init.uid = 5",
            "lxc.environment.runtime = A=b",
            "lxc.future = 1"
        }) {
            assertThat(of(CONF + line + "\n", POLICY)).as(line).isEmpty();
        }
        assertThat(of(CONF.replace("x86_64", "i686"), POLICY)).isEmpty();
        assertThat(of(CONF.replace("/s/seccomp", "/t"), POLICY)).isEmpty();
        assertThat(of(CONF.replace("payload.web1", "payload.web2"), POLICY)).isEmpty();
    }
}
