package berth.model;

/**
 * Which host ids the ids of a guest are: {@code 0..size-1} inside are {@code base..base+size-1} outside. A privileged
 * guest has none.
 *
 * @param base first host id
 * @param size how many ids, at least 1
 */
public record IdMap(long base, long size) {
    public IdMap {
        if (base < 0 || size < 1 || base + size > 0xFFFF_FFFFL) {
            throw Refused.invalid("Invalid id map: base " + base + " size " + size);
        }
    }
}
