package berth.rest;

import berth.engine.instance.ReadMetrics.FileSystem;
import berth.engine.instance.ReadMetrics.Measured;
import berth.spi.Readings;
import berth.spi.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Measured instances as the text that a monitoring system collects. What cannot be told has no sample. */
final class MetricsText {
    private record Sample(String labels, double value) {}

    private final Map<Metric, List<Sample>> samples = new EnumMap<>(Metric.class);

    private MetricsText() {}

    static void write(List<Measured> instances, OutputStream out) throws IOException {
        var collected = new MetricsText();
        instances.forEach(collected::add);
        var text = new OpenMetrics(out);
        for (var family : collected.samples.entrySet()) {
            Metric metric = family.getKey();
            text.family(metric.text(), metric.kind(), metric.help());
            family.getValue().forEach(it -> text.sample(metric.text(), it.labels(), it.value()));
        }
        text.finish();
    }

    private void add(Measured measured) {
        var base = new TreeMap<String, String>();
        base.put("name", measured.instance().name().text());
        base.put("project", measured.instance().project().text());
        measured.fileSystems().forEach(it -> fileSystem(base, it)); // these alone without a type, as LXD has it
        add(with(base, "type", measured.instance().kind().text()), measured.readings());
    }

    private void add(SortedMap<String, String> base, Readings readings) {
        readings.processors().forEach(it -> {
            String cpu = Integer.toString(it.number());
            put(Metric.CPU_SECONDS, text(with(with(base, "cpu", cpu), "mode", "system")), it.system() / 1e9);
            put(Metric.CPU_SECONDS, text(with(with(base, "cpu", cpu), "mode", "user")), it.user() / 1e9);
        });
        readings.disks().forEach(it -> {
            String labels = text(with(base, "device", it.device()));
            put(Metric.DISK_READ_BYTES, labels, it.readBytes());
            put(Metric.DISK_READS, labels, it.reads());
            put(Metric.DISK_WRITTEN_BYTES, labels, it.writtenBytes());
            put(Metric.DISK_WRITES, labels, it.writes());
        });
        String plain = text(base);
        memory(plain, readings.memory());
        readings.cards().forEach(it -> network(text(with(base, "device", it.name())), it.counters()));
        put(Metric.PROCESSES, plain, readings.processes());
    }

    private void fileSystem(SortedMap<String, String> base, FileSystem it) {
        String labels =
                text(with(with(with(base, "device", it.device()), "mountpoint", it.mountPoint()), "fstype", it.type()));
        put(Metric.FILESYSTEM_AVAILABLE, labels, it.available());
        put(Metric.FILESYSTEM_FREE, labels, it.free());
        put(Metric.FILESYSTEM_SIZE, labels, it.size());
    }

    private void memory(String labels, Readings.Memory it) {
        put(Metric.ACTIVE_ANONYMOUS, labels, it.activeAnonymous());
        put(Metric.ACTIVE_FILE, labels, it.activeFile());
        put(Metric.ACTIVE, labels, sum(it.activeAnonymous(), it.activeFile()));
        put(Metric.CACHED, labels, it.cached());
        put(Metric.DIRTY, labels, it.dirty());
        put(Metric.HUGE_PAGES_FREE, labels, it.hugePagesFree());
        put(Metric.HUGE_PAGES_TOTAL, labels, it.hugePagesTotal());
        put(Metric.INACTIVE_ANONYMOUS, labels, it.inactiveAnonymous());
        put(Metric.INACTIVE_FILE, labels, it.inactiveFile());
        put(Metric.INACTIVE, labels, sum(it.inactiveAnonymous(), it.inactiveFile()));
        put(Metric.MAPPED, labels, it.mapped());
        if (it.limit() >= 0 && it.inUse() >= 0) {
            long free = Math.max(0, it.limit() - it.inUse());
            put(Metric.AVAILABLE, labels, free + Math.max(0, it.cached()));
            put(Metric.FREE, labels, free);
        }
        put(Metric.TOTAL, labels, it.limit());
        put(Metric.RESIDENT, labels, it.resident());
        put(Metric.SHARED, labels, it.shared());
        put(Metric.SWAP, labels, it.swap());
        put(Metric.UNEVICTABLE, labels, it.unevictable());
        put(Metric.WRITEBACK, labels, it.writeback());
        put(Metric.OUT_OF_MEMORY_KILLS, labels, it.outOfMemoryKills());
    }

    private static long sum(long one, long other) {
        return one < 0 || other < 0 ? -1 : one + other;
    }

    private void network(String labels, Usage.Counters it) {
        put(Metric.RECEIVED_BYTES, labels, it.bytesReceived());
        put(Metric.RECEIVED_DROPS, labels, it.droppedInbound());
        put(Metric.RECEIVED_ERRORS, labels, it.errorsReceived());
        put(Metric.RECEIVED_PACKETS, labels, it.packetsReceived());
        put(Metric.SENT_BYTES, labels, it.bytesSent());
        put(Metric.SENT_DROPS, labels, it.droppedOutbound());
        put(Metric.SENT_ERRORS, labels, it.errorsSent());
        put(Metric.SENT_PACKETS, labels, it.packetsSent());
    }

    private void put(Metric metric, String labels, long value) {
        put(metric, labels, (double) value); // counters beyond 2^53 lose their last digits, in the peer's text too
    }

    private void put(Metric metric, String labels, double value) {
        if (value >= 0) {
            samples.computeIfAbsent(metric, _ -> new ArrayList<>()).add(new Sample(labels, value));
        }
    }

    private static String text(SortedMap<String, String> labels) {
        return OpenMetrics.labels(labels);
    }

    private static SortedMap<String, String> with(SortedMap<String, String> labels, String name, String value) {
        var more = new TreeMap<>(labels);
        more.put(name, value);
        return more;
    }
}
