package berth.spi;

import java.util.List;

/**
 * What a running instance has used since its start, for monitoring. Times are nanoseconds, sizes bytes; -1 where the kernel
 * does not say.
 *
 * @param disks by block device; one that was never used may be missing
 * @param cards of the network, the loopback among them
 * @param processes number of processes and threads as the pids controller counts them
 */
public record Readings(List<Processor> processors, Memory memory, List<Disk> disks, List<Card> cards, long processes) {
    public Readings {
        processors = List.copyOf(processors);
        disks = List.copyOf(disks);
        cards = List.copyOf(cards);
    }

    /**
     * Time on one processor.
     *
     * @param number of the processor; 0 for the sum of all where the kernel keeps only that (cgroup v2)
     */
    public record Processor(int number, long user, long system) {}

    /**
     * Memory, as the memory controller counts it, groups within the guest included.
     *
     * @param limit the instance's own, or all that the host has
     * @param inUse page cache included
     * @param resident anonymous memory
     * @param cached page cache
     * @param hugePagesTotal bytes of huge pages it may use
     * @param outOfMemoryKills processes killed for want of memory
     */
    public record Memory(
            long limit,
            long inUse,
            long activeAnonymous,
            long activeFile,
            long inactiveAnonymous,
            long inactiveFile,
            long cached,
            long dirty,
            long hugePagesFree,
            long hugePagesTotal,
            long mapped,
            long resident,
            long shared,
            long swap,
            long unevictable,
            long writeback,
            long outOfMemoryKills) {}

    /** What went from and to a block device of the host, by its name below {@code /dev}. */
    public record Disk(String device, long readBytes, long reads, long writtenBytes, long writes) {}

    /** What went through a card, by its name inside. */
    public record Card(String name, Usage.Counters counters) {}
}
