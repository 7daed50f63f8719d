package berth.driver.bridge;

import berth.model.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HexFormat;

/** The DHCP message by which a client gives its address back (RFC 2131 section 4.4.6), sent in its stead. */
final class Release {
    private static final int SERVER_PORT = 67;
    private static final int RELEASE = 7;

    private Release() {}

    /** Sends it to the server on the bridge; there is no answer. */
    static void send(InetAddress server, InetAddress leased, String hwaddr) {
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(hwaddr);
        ByteBuffer packet = ByteBuffer.allocate(300);
        packet.put((byte) 1).put((byte) 1).put((byte) mac.length).put((byte) 0);
        packet.putInt(0x42657274).putInt(0);
        packet.put(leased.getAddress());
        packet.position(28);
        packet.put(mac);
        packet.position(236);
        packet.putInt(0x63825363);
        packet.put((byte) 53).put((byte) 1).put((byte) RELEASE);
        packet.put((byte) 54).put((byte) 4).put(server.getAddress());
        packet.put((byte) 255);
        packet.rewind();
        try (var channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(server, 0));
            channel.send(packet, new InetSocketAddress(server, SERVER_PORT));
        } catch (IOException failed) {
            throw Refused.driver("bridge", "release the address " + Cidr.text(leased), failed.toString());
        }
    }
}
