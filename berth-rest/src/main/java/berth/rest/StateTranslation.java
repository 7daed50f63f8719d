package berth.rest;

import berth.engine.instance.InstanceView;
import berth.engine.instance.Instances;
import berth.model.Status;
import berth.spi.Usage;
import berth.wire.InstanceState;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an instance uses, in LXD's words: what cannot be told is 0, and its network is null while it is stopped. */
final class StateTranslation {
    private StateTranslation() {}

    static InstanceState toWire(Instances instances, InstanceView view) {
        return toWire(
                view,
                instances.usage(view.instance()).orElse(null),
                view.status() == Status.STOPPED ? -1 : instances.diskUsage(view.instance()));
    }

    static InstanceState toWire(InstanceView view, @Nullable Usage usage, long diskBytes) {
        Map<String, InstanceState.Disk> disk =
                diskBytes < 0 ? Map.of() : Map.of(rootDevice(view), new InstanceState.Disk(diskBytes));
        if (usage == null) {
            return new InstanceState(
                    view.status().text(),
                    view.status().code(),
                    disk,
                    new InstanceState.Memory(0, 0, 0, 0),
                    null,
                    0,
                    0,
                    new InstanceState.Cpu(0));
        }
        var network = new TreeMap<String, InstanceState.Network>();
        usage.interfaces().forEach(it -> network.put(it.name(), network(it)));
        return new InstanceState(
                view.status().text(),
                view.status().code(),
                disk,
                new InstanceState.Memory(
                        known(usage.memory()), known(usage.memoryPeak()), known(usage.swap()), known(usage.swapPeak())),
                network,
                usage.pid(),
                usage.processes(),
                new InstanceState.Cpu(known(usage.cpuNanoseconds())));
    }

    private static InstanceState.Network network(Usage.Interface it) {
        var counters = it.counters();
        return new InstanceState.Network(
                it.addresses().stream()
                        .map(address -> new InstanceState.Address(
                                address.family(),
                                address.address(),
                                Integer.toString(address.prefix()),
                                address.scope()))
                        .toList(),
                new InstanceState.Counters(
                        counters.bytesReceived(),
                        counters.bytesSent(),
                        counters.packetsReceived(),
                        counters.packetsSent(),
                        counters.errorsReceived(),
                        counters.errorsSent(),
                        counters.droppedOutbound(),
                        counters.droppedInbound()),
                it.hwaddr(),
                it.hostName() == null ? "" : it.hostName(),
                it.mtu(),
                it.up() ? "up" : "down",
                it.type());
    }

    private static String rootDevice(InstanceView view) {
        return view.effective().devices().entrySet().stream()
                .filter(it -> "disk".equals(it.getValue().get("type"))
                        && "/".equals(it.getValue().get("path")))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("root");
    }

    private static long known(long value) {
        return Math.max(0, value);
    }
}
