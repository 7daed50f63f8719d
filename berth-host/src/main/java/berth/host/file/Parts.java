package berth.host.file;

import berth.host.Errno;
import java.util.List;

/** Makes a directory of ours again of one that was filled with what came from outside. */
public final class Parts {
    private Parts() {}

    /**
     * Deletes all that has none of those names, and sees to it that the directory is root's alone. The first of them must be
     * a directory.
     */
    public static void keep(Beneath top, String directory, List<String> parts) {
        for (String name : top.list(directory)) {
            if (!parts.contains(name)) {
                top.deleteTree(directory + "/" + name);
            }
        }
        top.chown(directory, 0, 0);
        top.chmod(directory, 0700);
        String first = directory + "/" + parts.getFirst();
        if (top.lstat(first).filter(Stat::isDirectory).isEmpty()) {
            throw new Errno("look for the directory " + first + " beneath " + top, Errno.ENOTDIR);
        }
    }
}
