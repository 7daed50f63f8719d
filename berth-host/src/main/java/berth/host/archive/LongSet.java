package berth.host.archive;

/** A set of longs in 16 bytes each: archives may hold a million links, and our heap is small. */
final class LongSet {
    private long[] slots = new long[1024];
    private boolean holdsZero;
    private int size;

    int size() {
        return size;
    }

    boolean contains(long value) {
        return value == 0 ? holdsZero : slots[slot(slots, value)] == value;
    }

    void add(long value) {
        if (contains(value)) {
            return;
        }
        size++;
        if (value == 0) {
            holdsZero = true;
            return;
        }
        if (size * 2L > slots.length) {
            long[] larger = new long[slots.length * 2];
            for (long old : slots) {
                if (old != 0) {
                    larger[slot(larger, old)] = old;
                }
            }
            slots = larger;
        }
        slots[slot(slots, value)] = value;
    }

    private static int slot(long[] slots, long value) {
        int at = (int) ((value ^ value >>> 32) * 0x9e3779b97f4a7c15L >>> 40) & slots.length - 1;
        while (slots[at] != 0 && slots[at] != value) {
            at = at + 1 & slots.length - 1;
        }
        return at;
    }
}
