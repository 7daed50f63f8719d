package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CriuTest {
    @Test
    void says_what_was_wrong_first_and_not_what_followed_from_it() {
        assertThat(Criu.complaint("""
                        Error (criu/util.c:642): exited, status=1
                        Error (criu/vdso.c:381): vdso: Unexpected rt vDSO area bounds
                        Error (criu/vdso.c:613): vdso: Failed to fill self vdso symtable
                        """)).isEqualTo("vdso: Unexpected rt vDSO area bounds");
        assertThat(Criu.complaint("error while loading shared libraries: libnet.so.1\nmore"))
                .isEqualTo("error while loading shared libraries: libnet.so.1");
        assertThat(Criu.complaint("")).isEqualTo("nothing");
    }

    @Test
    void knows_whether_it_is_here_or_why_not() {
        new Criu()
                .obstacle()
                .ifPresent(it -> assertThat(it)
                        .containsAnyOf(
                                "is not installed (apt install", "criu check says: ", "criu check could not be run: "));
    }
}
