package berth.host.archive;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Archives made by chance out of all that is awkward: mostly an image, with a few entries that should not be in one. */
final class RandomTar {
    private static final List<String> NAMES = List.of(
            "metadata.yaml",
            "rootfs",
            "rootfs/",
            "rootfs/etc",
            "rootfs/etc/passwd",
            "rootfs/link/inner",
            "rootfs/link",
            "rootfs/../../canary/file",
            "../canary/file",
            "../../canary/file",
            "/tmp/berth-fuzz-absolute",
            "./rootfs/./etc",
            "rootfs//etc//x",
            "templates",
            "templates/a.tpl",
            "templates/../../canary/file",
            "rootfs.img",
            "",
            ".",
            "..",
            "rootfs/a\nb",
            "rootfs/\u00e9\u00ff",
            "rootfs/-rf",
            "rootfs/--to-command=touch canary",
            "rootfs/" + "d/".repeat(40) + "x",
            "rootfs/.wh.etc");
    private static final List<String> LINKS = List.of(
            "../../canary",
            "../canary/file",
            "/etc/passwd",
            "rootfs/etc/passwd",
            "metadata.yaml",
            "..",
            "",
            "rootfs/link",
            "a\nb");
    private static final String KINDS = "0000000011222255555634SLKxg7Zv";

    private RandomTar() {}

    /** The archive of that seed: always the same. */
    static byte[] of(long seed) {
        var chance = new Random(seed);
        var tar = chance.nextInt(10) > 0 ? TarMaker.image() : new TarMaker();
        for (int left = chance.nextInt(12); left > 0; left--) {
            add(tar, chance);
        }
        byte[] bytes = chance.nextInt(8) > 0 ? tar.bytes() : tar.unended();
        return switch (chance.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, chance.nextInt(bytes.length + 1));
            case 1 -> bytes.length < 512 ? bytes : flipped(bytes, chance);
            default -> bytes;
        };
    }

    private static void add(TarMaker tar, Random chance) {
        String name = one(NAMES, chance);
        String link = one(LINKS, chance);
        char kind = KINDS.charAt(chance.nextInt(KINDS.length()));
        switch (kind) {
            case '0' -> tar.file(cut(name), "x".repeat(chance.nextInt(2000)));
            case 'x' ->
                tar.pax(
                                one(
                                        List.of(
                                                "path",
                                                "linkpath",
                                                "size",
                                                "GNU.sparse.name",
                                                "GNU.sparse.realsize",
                                                "SCHILY.xattr.user.x"),
                                        chance),
                                one(List.of(name, link, "-1", "99999999999999", ""), chance))
                        .file("rootfs/after", "y");
            case 'L' -> tar.longName(name.repeat(1 + chance.nextInt(3))).file("rootfs/after", "y");
            case '1', '2' -> tar.entry(cut(name), kind, chance.nextInt(9) == 0 ? 7 : 0, cut(link));
            default -> {
                long size = one(List.of(0L, 0L, 0L, 5L, 1L << 33, 1L << 50), chance);
                tar.entry(cut(name), kind, size, cut(link));
                if (size == 5) {
                    tar.body(new byte[5]);
                }
            }
        }
    }

    private static byte[] flipped(byte[] bytes, Random chance) {
        byte[] bad = bytes.clone();
        for (int left = 1 + chance.nextInt(4); left > 0; left--) {
            int block = chance.nextInt(Math.max(1, bad.length / 512)) * 512;
            bad[Math.min(bad.length - 1, block + chance.nextInt(512))] = (byte) chance.nextInt();
            if (chance.nextBoolean() && block + 512 <= bad.length) {
                // As if it were meant: the check sum is right.
                byte[] header = TarMaker.sum(Arrays.copyOfRange(bad, block, block + 512));
                System.arraycopy(header, 0, bad, block, 512);
            }
        }
        return bad;
    }

    private static String cut(String name) {
        return name.length() > 100 ? name.substring(0, 100) : name;
    }

    private static <T> T one(List<T> all, Random chance) {
        return all.get(chance.nextInt(all.size()));
    }
}
