package berth.driver.lxc;

import berth.host.cgroup.Accounts;
import berth.host.cgroup.Cgroup;
import berth.host.net.CardCounters;
import berth.host.net.Link;
import berth.spi.Readings;
import berth.spi.Usage;
import java.util.List;
import java.util.Map;

/** From the accounts of a control group to what monitoring asks for. */
final class Measure {
    private Measure() {}

    /**
     * All of it.
     *
     * @param hostMemory bytes that the host has: what a guest without a limit may use
     */
    static Readings of(Cgroup group, List<CardCounters.Card> cards, long hostMemory) {
        Accounts accounts = group.accounts();
        return new Readings(
                accounts.processors().stream()
                        .map(it -> new Readings.Processor(it.number(), it.user(), it.system()))
                        .toList(),
                memory(accounts, hostMemory),
                accounts.disks().stream()
                        .map(it -> new Readings.Disk(
                                it.device(), it.readBytes(), it.reads(), it.writtenBytes(), it.writes()))
                        .toList(),
                cards.stream()
                        .map(it -> new Readings.Card(it.name(), counters(it.counters())))
                        .toList(),
                accounts.processes());
    }

    private static Readings.Memory memory(Accounts accounts, long hostMemory) {
        Map<String, Long> stat = accounts.memory();
        long limit = accounts.memoryLimit();
        var hugePages = accounts.hugePages();
        return new Readings.Memory(
                limit < 0 ? hostMemory : Math.min(limit, hostMemory),
                accounts.memoryInUse(),
                stat.getOrDefault("active_anon", -1L),
                stat.getOrDefault("active_file", -1L),
                stat.getOrDefault("inactive_anon", -1L),
                stat.getOrDefault("inactive_file", -1L),
                stat.getOrDefault("file", -1L),
                stat.getOrDefault("file_dirty", -1L),
                hugePages.free(),
                hugePages.total(),
                stat.getOrDefault("file_mapped", -1L),
                stat.getOrDefault("anon", -1L),
                stat.getOrDefault("shmem", -1L),
                accounts.swap(stat),
                stat.getOrDefault("unevictable", -1L),
                stat.getOrDefault("file_writeback", -1L),
                accounts.outOfMemoryKills());
    }

    static Usage.Counters counters(Link.Counters it) {
        return new Usage.Counters(
                it.bytesReceived(),
                it.bytesSent(),
                it.packetsReceived(),
                it.packetsSent(),
                it.errorsReceived(),
                it.errorsSent(),
                it.droppedReceived(),
                it.droppedSent());
    }
}
