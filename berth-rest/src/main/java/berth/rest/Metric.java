package berth.rest;

/** The metrics of instances, in the order and with the words of LXD's. */
enum Metric {
    CPU_SECONDS("cpu_seconds_total", "counter", "The total number of CPU time used in seconds."),
    DISK_READ_BYTES("disk_read_bytes_total", "counter", "The total number of bytes read."),
    DISK_READS("disk_reads_completed_total", "counter", "The total number of completed reads."),
    DISK_WRITTEN_BYTES("disk_written_bytes_total", "counter", "The total number of bytes written."),
    DISK_WRITES("disk_writes_completed_total", "counter", "The total number of completed writes."),
    FILESYSTEM_AVAILABLE("filesystem_avail_bytes", "gauge", "The number of available space in bytes."),
    FILESYSTEM_FREE("filesystem_free_bytes", "gauge", "The number of free space in bytes."),
    FILESYSTEM_SIZE("filesystem_size_bytes", "gauge", "The size of the filesystem in bytes."),
    ACTIVE_ANONYMOUS("memory_Active_anon_bytes", "gauge", "The amount of anonymous memory on active LRU list."),
    ACTIVE_FILE("memory_Active_file_bytes", "gauge", "The amount of file-backed memory on active LRU list."),
    ACTIVE("memory_Active_bytes", "gauge", "The amount of memory on active LRU list."),
    CACHED("memory_Cached_bytes", "gauge", "The amount of cached memory."),
    DIRTY("memory_Dirty_bytes", "gauge", "The amount of memory waiting to get written back to the disk."),
    HUGE_PAGES_FREE("memory_HugepagesFree_bytes", "gauge", "The amount of free memory for hugetlb."),
    HUGE_PAGES_TOTAL("memory_HugepagesTotal_bytes", "gauge", "The amount of used memory for hugetlb."),
    INACTIVE_ANONYMOUS("memory_Inactive_anon_bytes", "gauge", "The amount of file-backed memory on inactive LRU list."),
    INACTIVE_FILE("memory_Inactive_file_bytes", "gauge", "The amount of file-backed memory on inactive LRU list."),
    INACTIVE("memory_Inactive_bytes", "gauge", "The amount of memory on inactive LRU list."),
    MAPPED("memory_Mapped_bytes", "gauge", "The amount of mapped memory."),
    AVAILABLE("memory_MemAvailable_bytes", "gauge", "The amount of available memory."),
    FREE("memory_MemFree_bytes", "gauge", "The amount of free memory."),
    TOTAL("memory_MemTotal_bytes", "gauge", "The amount of used memory."),
    RESIDENT("memory_RSS_bytes", "gauge", "The amount of anonymous and swap cache memory."),
    SHARED("memory_Shmem_bytes", "gauge", "The amount of cached filesystem data that is swap-backed."),
    SWAP("memory_Swap_bytes", "gauge", "The amount of used swap memory."),
    UNEVICTABLE("memory_Unevictable_bytes", "gauge", "The amount of unevictable memory."),
    WRITEBACK("memory_Writeback_bytes", "gauge", "The amount of memory queued for syncing to disk."),
    OUT_OF_MEMORY_KILLS("memory_OOM_kills_total", "counter", "The number of out of memory kills."),
    RECEIVED_BYTES("network_receive_bytes_total", "counter", "The amount of received bytes on a given interface."),
    RECEIVED_DROPS(
            "network_receive_drop_total", "counter", "The amount of received dropped bytes on a given interface."),
    RECEIVED_ERRORS("network_receive_errs_total", "counter", "The amount of received errors on a given interface."),
    RECEIVED_PACKETS(
            "network_receive_packets_total", "counter", "The amount of received packets on a given interface."),
    SENT_BYTES("network_transmit_bytes_total", "counter", "The amount of transmitted bytes on a given interface."),
    SENT_DROPS(
            "network_transmit_drop_total", "counter", "The amount of transmitted dropped bytes on a given interface."),
    SENT_ERRORS("network_transmit_errs_total", "counter", "The amount of transmitted errors on a given interface."),
    SENT_PACKETS(
            "network_transmit_packets_total", "counter", "The amount of transmitted packets on a given interface."),
    PROCESSES("procs_total", "gauge", "The number of running processes.");

    private final String name;
    private final String kind;
    private final String help;

    Metric(String name, String kind, String help) {
        this.name = "lxd_" + name;
        this.kind = kind;
        this.help = help;
    }

    /** As it stands in the text. */
    String text() {
        return name;
    }

    String kind() {
        return kind;
    }

    String help() {
        return help;
    }
}
