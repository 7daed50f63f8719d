package berth.model.wanted;

/**
 * A file that is put into a guest, or into an image.
 *
 * @param path inside, absolute and without {@code .} or {@code ..}
 * @param mode permission bits, 0 to 07777
 * @param uid owner inside, from 0
 * @param gid group inside, from 0
 */
public record GuestFile(String path, Content content, int mode, long uid, long gid) implements Comparable<GuestFile> {
    /** What is in it. */
    public sealed interface Content {
        /** Written in the site's file. */
        record Text(String text) implements Content {}

        /** A file of the host, absolute; read when it is applied. */
        record FromHost(String path) implements Content {}

        /** Nothing: a file that was there is taken away. No site can write it. */
        record Gone() implements Content {}
    }

    /** The file of that path, to be taken away. */
    public static GuestFile gone(String path) {
        return new GuestFile(path, new Content.Gone(), 0, 0, 0);
    }

    @Override
    public int compareTo(GuestFile other) {
        return path.compareTo(other.path);
    }
}
