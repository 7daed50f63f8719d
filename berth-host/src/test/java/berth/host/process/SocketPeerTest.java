package berth.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SocketPeerTest {
    @TempDir
    Path dir;

    @Test
    void is_the_process_that_connected() throws IOException {
        var address = UnixDomainSocketAddress.of(dir.resolve("s"));
        try (var listening =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
                var client = SocketChannel.open(address);
                var accepted = listening.accept();
                var peer = SocketPeer.of(accepted).orElseThrow()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(peer.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(peer.ended()).isFalse();
        }
    }
}
