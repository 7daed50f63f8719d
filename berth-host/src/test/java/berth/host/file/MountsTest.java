package berth.host.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountsTest {
    @Test
    void a_line_of_mountinfo_is_read_with_its_optional_fields_and_escapes() {
        var mount = Mounts.parse(
                "36 35 98:0 /my\\040root /mnt\\011tab rw,noatime,idmapped master:1 shared:7 - ext3 /dev/root\\134x rw,errors=continue");
        assertThat(mount)
                .isEqualTo(new Mounts.Mounted(
                        Path.of("/mnt\ttab"), "/my root", "ext3", "/dev/root\\x", "rw,noatime,idmapped"));
        assertThat(Mounts.parse("22 1 0:20 / /proc rw - proc proc rw").type()).isEqualTo("proc");
    }

    @Test
    void what_is_mounted_is_known_without_reading_all_mounts() {
        assertThat(Mounts.isMounted(Path.of("/proc"))).isTrue();
        assertThat(Mounts.isMounted(Path.of("/proc/self"))).isFalse();
        assertThat(Mounts.isMounted(Path.of("/no/such/place"))).isFalse();
        assertThat(Mounts.all()).anyMatch(it -> it.type().equals("proc"));
    }
}
