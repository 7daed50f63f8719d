package berth.host.net;

import berth.host.Errno;
import berth.host.net.Netlink.Body;
import berth.host.net.Netlink.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What has gone through the cards of other processes, for many processes by one socket: two requests for each, without
 * addresses. For one thread.
 */
public final class CardCounters implements AutoCloseable {
    private final Netlink netlink = new Netlink();

    /** A card of that name inside, and its counters as those inside see them. */
    public record Card(String name, Link.Counters counters) {}

    /** The cards of the network namespace a process lives in; none when it has gone. */
    public List<Card> of(long pid) {
        var found = new ArrayList<Card>();
        try {
            byte[] ask = new Body(Links.LINK_PART)
                    .attribute(Links.IFLA_TARGET, Links.namespaceId(netlink, pid))
                    .attribute(Links.IFLA_EXT_MASK, Links.WITHOUT_PROTOCOLS)
                    .bytes();
            for (Message message : netlink.ask("list interfaces", Links.GET_LINK, Netlink.DUMP, ask)) {
                if (message.type() == Links.NEW_LINK) {
                    found.add(new Card(
                            Links.text(message.attribute(Links.LINK_PART, Links.IFLA_NAME)),
                            Links.counters(message.attribute(Links.LINK_PART, Links.IFLA_STATS64))));
                }
            }
        } catch (Errno failed) {
            if (failed.number() != Errno.ESRCH) {
                throw failed;
            }
        }
        return found;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
