package berth.host.file;

/**
 * Ids in a row: {@code disk..disk+count-1} as stored are shown as {@code shown..shown+count-1}.
 *
 * @param count at least 1
 */
public record IdExtent(long disk, long shown, long count) {
    public IdExtent {
        if (disk < 0 || shown < 0 || count < 1 || Math.max(disk, shown) + count > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("no such ids: " + disk + " " + shown + " " + count);
        }
    }
}
