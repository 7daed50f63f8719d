package berth.driver.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

final class LineEndsTest {
    @Property
    void what_a_terminal_did_to_line_ends_is_undone(
            @ForAll @StringLength(max = 40) @CharRange(from = '\n', to = '\r') String written,
            @ForAll @IntRange(min = 1, max = 5) int step)
            throws IOException {
        byte[] seen = written.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        var dripping = new ByteArrayInputStream(seen) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, step));
            }
        };

        byte[] decoded = new LineEnds(dripping).readAllBytes();

        assertThat(new String(decoded, StandardCharsets.US_ASCII)).isEqualTo(written);
    }
}
