package berth.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PackageSourcesTest {
    private static final String TARGETS = """
            https://tools.invalid/apt tools main
            http://mirror.invalid/debian/ bookworm main
            http://mirror.invalid/debian/ bookworm-updates main
            http://mirror.invalid/debian-security/ bookworm-security main
            """;
    private static final String SIGNED = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ";

    @Test
    void fetches_from_where_this_host_fetches() {
        var sources = PackageSources.of(Distribution.of("debian/13"), null, TARGETS, "");
        assertThat(sources.lines())
                .containsExactly(
                        SIGNED + "http://mirror.invalid/debian/ trixie main",
                        SIGNED + "http://mirror.invalid/debian/ trixie-updates main",
                        SIGNED + "http://mirror.invalid/debian-security/ trixie-security main");
    }

    @Test
    void a_named_mirror_is_enough() {
        var sources = PackageSources.of(Distribution.of("debian/bookworm"), "http://near.invalid/debian", "", "");
        assertThat(sources.lines()).containsExactly(SIGNED + "http://near.invalid/debian bookworm main");
    }

    @Test
    void passes_a_proxy_on_and_nothing_that_could_run() {
        var sources = PackageSources.of(Distribution.of("debian/12"), null, TARGETS, """
                Acquire=
                Acquire::http::Proxy=http://proxy.invalid:3128/
                Acquire::http::Proxy-Auto-Detect=/usr/bin/detect
                Acquire::Check-Valid-Until=false
                Acquire::https::Proxy=http://x/"; DPkg::Pre-Invoke {"id
                """);
        assertThat(sources.settings())
                .containsExactly(
                        "Acquire::http::Proxy \"http://proxy.invalid:3128/\"", "Acquire::Check-Valid-Until \"false\"");
    }

    @Test
    void says_what_to_do_where_no_debian_is_known() {
        assertThatThrownBy(() -> PackageSources.of(
                        Distribution.of("debian/12"), null, "http://other.invalid/ubuntu jammy main", ""))
                .hasMessageContaining("BERTH_DEBIAN_MIRROR");
        assertThatThrownBy(() -> PackageSources.of(Distribution.of("debian/12"), "http://a b] c", "", ""))
                .hasMessageContaining("odd address");
    }

    @Test
    void knows_which_releases_can_be_built() {
        assertThat(Distribution.of("debian/12")).isEqualTo(Distribution.of("debian/bookworm"));
        assertThatThrownBy(() -> Distribution.of("debian/99")).hasMessageContaining("debian/12 and debian/13");
    }
}
