package berth.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Knocks at a port of a machine that the host can reach. */
public final class Reach {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");
    private static final int LONGEST_LINE = 1024;

    private Reach() {}

    /**
     * Opens a connection and closes it again.
     *
     * @param address of numbers, never a name
     */
    public static void tcp(String address, int port, int millis) throws IOException {
        open(address, port, millis).close();
    }

    /**
     * Asks for a page.
     *
     * @return the status that the server answers with
     */
    public static int http(String address, int port, String path, String host, int millis) throws IOException {
        try (Socket socket = open(address, port, millis)) {
            socket.setSoTimeout(millis);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\nUser-Agent: berth\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            long end = System.nanoTime() + millis * 1_000_000L; // for all of it, not for each byte
            var line = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\n' && line.length() < LONGEST_LINE && System.nanoTime() < end;
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            var status = STATUS.matcher(line.toString().strip());
            if (!status.matches()) {
                throw new IOException("what answers does not speak HTTP");
            }
            return Integer.parseInt(status.group(1));
        }
    }

    private static Socket open(String address, int port, int millis) throws IOException {
        if (!address.matches("[0-9.]+|[0-9a-fA-F:]+")) {
            throw new IllegalArgumentException("not an address: " + address);
        }
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), millis);
            return socket;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }
}
