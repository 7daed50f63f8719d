package berth.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScrollbackTest {
    private static void add(Scrollback to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.add(bytes, 0, bytes.length);
    }

    private static String text(Scrollback.Part part) {
        return new String(part.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void replays_the_last_bytes_to_whoever_comes_later() throws Exception {
        var scrollback = new Scrollback(8);
        add(scrollback, "one two three");

        assertThat(text(scrollback.fromOldest().next(100))).isEqualTo("wo three");
        var reader = scrollback.fromNow();
        add(scrollback, "four");
        assertThat(text(reader.next(100))).isEqualTo("four");
    }

    @Test
    void tells_a_slow_reader_how_much_it_has_lost() throws Exception {
        var scrollback = new Scrollback(4);
        var reader = scrollback.fromOldest();
        add(scrollback, "abcdefghij");

        var part = reader.next(100);

        assertThat(text(part)).isEqualTo("ghij");
        assertThat(part.lost()).isEqualTo(6);
        scrollback.end();
        assertThat(reader.next(100).isEnd()).isTrue();
    }

    @Test
    void gives_every_reader_the_same_bytes() throws Exception {
        var bytes = new byte[1 << 20];
        new Random(7).nextBytes(bytes);
        var scrollback = new Scrollback(bytes.length);
        var readers = new java.util.ArrayList<CompletableFuture<byte[]>>();
        for (int i = 0; i < 4; i++) {
            int most = 100 + 7_777 * i;
            var reader = scrollback.fromOldest();
            readers.add(CompletableFuture.supplyAsync(() -> all(reader, most)));
        }
        var random = new Random(8);
        for (int at = 0; at < bytes.length; ) {
            int part = Math.min(bytes.length - at, 1 + random.nextInt(50_000));
            scrollback.add(bytes, at, part);
            at += part;
        }
        scrollback.end();
        for (var reader : readers) {
            assertThat(reader.get()).isEqualTo(bytes);
        }
    }

    private static byte[] all(Scrollback.Reader reader, int most) {
        var all = new ByteArrayOutputStream();
        try {
            for (var part = reader.next(most); !part.isEnd(); part = reader.next(most)) {
                assertThat(part.lost()).isZero();
                all.writeBytes(part.bytes());
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return all.toByteArray();
    }
}
