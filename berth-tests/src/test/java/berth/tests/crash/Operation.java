package berth.tests.crash;

import java.util.List;
import java.util.stream.Stream;

/**
 * Something a user asks for, from a world it starts in back to that world.
 *
 * @param before what must be there first
 * @param act what is broken at each of its steps
 * @param after what brings the world back, whether it was done or not; what is not there does not matter
 */
record Operation(String name, List<Ask> before, Ask act, List<Ask> after) {
    static Operation of(String name, List<String> before, String act, List<String> after) {
        return new Operation(
                name,
                before.stream().map(Ask::of).toList(),
                Ask.of(act),
                after.stream().map(Ask::of).toList());
    }

    @Override
    public String toString() {
        return name;
    }

    private static final String START = "PUT /1.0/instances/i1/state {\"action\":\"start\"}";
    private static final String STOP =
            "PUT /1.0/instances/i1/state {\"action\":\"stop\",\"force\":true,\"timeout\":10}";
    private static final String DELETE = "DELETE /1.0/instances/i1";
    private static final String SNAPSHOT = "POST /1.0/instances/i1/snapshots {\"name\":\"s1\"}";

    private static final String BACKUP =
            "POST /1.0/instances/i1/backups {\"name\":\"b1\",\"compression_algorithm\":\"none\"}";

    private static final String OF_A_SYSTEM = "POST /1.0/instances {\"name\":\"i1\",\"source\":{\"type\":\"none\"},"
            + "\"config\":{\"user.berth.system\":\"$one\"}}";
    private static final List<String> GONE = List.of(STOP, DELETE + "?override=1");

    private static String site(String system) {
        return "POST /1.0/sites/apply {\"files\":[{\"name\":\"s.yaml\",\"text\":\"{berth: 1, site: s, instances:"
                + " {i1: {path: " + system
                + ", network: none, devices: {root: {type: disk, path: /, pool: dir}}}}}\"}]}";
    }

    /** All there are; {@link CrashTest} sees to it that every kind of run occurs in one of them. */
    static Stream<Operation> all() {
        return Stream.concat(
                Stream.of("dir", "btrfs").flatMap(it -> Stream.concat(ofInstances(it), ofVolumes(it))),
                Stream.of(
                        of("create instance of a system", List.of(), OF_A_SYSTEM, GONE),
                        of("start instance of a system", List.of(OF_A_SYSTEM), START, GONE),
                        of(
                                "give instance another system",
                                List.of(OF_A_SYSTEM),
                                "PATCH /1.0/instances/i1 {\"config\":{\"user.berth.system\":\"$two\"}}",
                                GONE),
                        of("switch system of running instance", List.of(site("$one")), site("$two"), GONE),
                        of(
                                "create profile",
                                List.of(),
                                "POST /1.0/profiles {\"name\":\"q1\"}",
                                List.of("DELETE /1.0/profiles/q1")),
                        of(
                                "update profile",
                                List.of("POST /1.0/profiles {\"name\":\"q1\"}"),
                                "PUT /1.0/profiles/q1 {\"config\":{\"limits.memory\":\"64MiB\"},\"devices\":{}}",
                                List.of("DELETE /1.0/profiles/q1")),
                        of(
                                "create network",
                                List.of(),
                                "POST /1.0/networks"
                                        + " {\"name\":\"n1\",\"config\":{\"ipv4.address\":\"10.79.0.1/24\",\"ipv6.address\":\"fd42:9::1/64\"}}",
                                List.of("DELETE /1.0/networks/n1", "DELETE /1.0/networks/n2")),
                        of(
                                "update network",
                                List.of(
                                        "POST /1.0/networks"
                                                + " {\"name\":\"n1\",\"config\":{\"ipv4.address\":\"10.79.0.1/24\",\"ipv6.address\":\"none\"}}"),
                                "PATCH /1.0/networks/n1"
                                        + " {\"config\":{\"ipv4.address\":\"10.80.0.1/24\",\"ipv4.nat\":\"true\"}}",
                                List.of("DELETE /1.0/networks/n1")),
                        of(
                                "rename network",
                                List.of(
                                        "POST /1.0/networks"
                                                + " {\"name\":\"n1\",\"config\":{\"ipv4.address\":\"10.79.0.1/24\",\"ipv6.address\":\"none\"}}"),
                                "POST /1.0/networks/n1 {\"name\":\"n2\"}",
                                List.of("DELETE /1.0/networks/n1", "DELETE /1.0/networks/n2")),
                        of(
                                "delete network",
                                List.of(
                                        "POST /1.0/networks"
                                                + " {\"name\":\"n1\",\"config\":{\"ipv4.address\":\"10.79.0.1/24\",\"ipv6.address\":\"none\"}}"),
                                "DELETE /1.0/networks/n1",
                                List.of("DELETE /1.0/networks/n1")),
                        of(
                                "create storage pool dir",
                                List.of(),
                                "POST /1.0/storage-pools {\"name\":\"p9\",\"driver\":\"dir\"}",
                                List.of("DELETE /1.0/storage-pools/p9")),
                        of(
                                "create storage pool btrfs",
                                List.of(),
                                "POST /1.0/storage-pools"
                                        + " {\"name\":\"p9\",\"driver\":\"btrfs\",\"config\":{\"size\":\"256MiB\"}}",
                                List.of("DELETE /1.0/storage-pools/p9")),
                        of(
                                "update storage pool",
                                List.of("POST /1.0/storage-pools {\"name\":\"p9\",\"driver\":\"dir\"}"),
                                "PATCH /1.0/storage-pools/p9 {\"description\":\"changed\"}",
                                List.of("DELETE /1.0/storage-pools/p9")),
                        of(
                                "delete storage pool",
                                List.of("POST /1.0/storage-pools"
                                        + " {\"name\":\"p9\",\"driver\":\"btrfs\",\"config\":{\"size\":\"256MiB\"}}"),
                                "DELETE /1.0/storage-pools/p9",
                                List.of("DELETE /1.0/storage-pools/p9")),
                        of("import image", List.of("DELETE /1.0/images/$image"), "IMPORT", List.of("IMPORT")),
                        of("delete image", List.of(), "DELETE /1.0/images/$image", List.of("IMPORT"))));
    }

    private static Stream<Operation> ofVolumes(String pool) {
        String all = "/1.0/storage-pools/" + pool + "/volumes/custom";
        String one = all + "/v1";
        String create = "POST " + all + " {\"name\":\"v1\",\"config\":{\"user.x\":\"1\"}}";
        String snapshot = "POST " + one + "/snapshots {\"name\":\"s1\"}";
        String backup = "POST " + one + "/backups {\"name\":\"b1\",\"compression_algorithm\":\"none\"}";
        String other = pool.equals("dir") ? "btrfs" : "dir";
        String there = all.replace("/" + pool + "/", "/" + other + "/");
        var gone = List.of("DELETE " + one, "DELETE " + all + "/v2", "DELETE " + there + "/v1");
        return Stream.of(
                of("create volume on " + pool, List.of(), create, gone),
                of(
                        "copy volume on " + pool,
                        List.of(create, snapshot),
                        "POST " + all + " {\"name\":\"v2\",\"source\":{\"type\":\"copy\",\"name\":\"v1\",\"pool\":\""
                                + pool + "\"}}",
                        gone),
                of(
                        "move volume on " + pool,
                        List.of(create, snapshot),
                        "POST " + one + " {\"name\":\"v1\",\"pool\":\"" + other + "\"}",
                        gone),
                of(
                        "refresh volume on " + pool,
                        List.of(create, snapshot, "POST " + all + " {\"name\":\"v2\"}"),
                        "POST " + all
                                + " {\"name\":\"v2\",\"source\":{\"type\":\"copy\",\"name\":\"v1\",\"refresh\":true,\"pool\":\""
                                + pool + "\"}}",
                        gone),
                of(
                        "update volume on " + pool,
                        List.of(create),
                        "PATCH " + one + " {\"config\":{\"size\":\"64MiB\"}}",
                        gone),
                of("rename volume on " + pool, List.of(create, snapshot), "POST " + one + " {\"name\":\"v2\"}", gone),
                of("create volume snapshot on " + pool, List.of(create), snapshot, gone),
                of(
                        "rename volume snapshot on " + pool,
                        List.of(create, snapshot),
                        "POST " + one + "/snapshots/s1 {\"name\":\"s2\"}",
                        gone),
                of(
                        "restore volume on " + pool,
                        List.of(create, snapshot),
                        "PUT " + one + " {\"restore\":\"s1\"}",
                        gone),
                of(
                        "delete volume snapshot on " + pool,
                        List.of(create, snapshot),
                        "DELETE " + one + "/snapshots/s1",
                        gone),
                of("create volume backup on " + pool, List.of(create, snapshot), backup, gone),
                of("delete volume on " + pool, List.of(create, snapshot, backup), "DELETE " + one, gone));
    }

    /** An interface of the host that goes into the guest: {@link CrashTest} makes it. */
    private static final String OWN =
            "{\"type\":\"nic\",\"nictype\":\"physical\",\"parent\":\"own0\",\"name\":\"lan0\","
                    + "\"hwaddr\":\"02:00:00:00:00:aa\",\"mtu\":\"1300\"}";

    private static final String PUT_OWN = "PATCH /1.0/instances/i1 {\"devices\":{\"own\":" + OWN + "}}";
    private static final String TAKE_OWN = "PATCH /1.0/instances/i1 {\"devices\":{\"own\":{\"type\":\"none\"}}}";

    private static final String OWN_CARDS = "PATCH /1.0/instances/i1"
            + " {\"devices\":{\"eth2\":{\"type\":\"nic\",\"name\":\"eth2\",\"nictype\":\"routed\",\"parent\":\"n0\",\"ipv4.address\":\"192.0.2.9\"},\"eth3\":{\"type\":\"nic\",\"name\":\"eth3\",\"nictype\":\"p2p\",\"ipv4.address\":\"10.99.0.2/24\",\"ipv4.host_address\":\"10.99.0.1/24\",\"ipv4.nat\":\"true\"},\"eth4\":{\"type\":\"nic\",\"name\":\"eth4\",\"nictype\":\"macvlan\",\"parent\":\"n0\",\"host_name\":\"mv-n0-host\",\"ipv4.host_address\":\"10.98.0.1/24\"},\"own\":"
            + OWN + "}}";

    private static String publish(String type, String name) {
        return "POST /1.0/images {\"source\":{\"type\":\"" + type + "\",\"name\":\"" + name
                + "\"},\"compression_algorithm\":\"none\",\"aliases\":[{\"name\":\"published\"}]}";
    }

    private static Stream<Operation> ofInstances(String pool) {
        String create =
                "POST /1.0/instances {\"name\":\"i1\",\"source\":{\"type\":\"image\",\"fingerprint\":\"$image\"},\"devices\":{\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\""
                        + pool + "\"}}}";
        var gone = List.of(STOP, DELETE, "DELETE /1.0/instances/i2");
        // A pair of ends that came into a running guest would end with the guest's network, unlike a real interface.
        var outFirst = List.of(TAKE_OWN, STOP, DELETE);
        var unpublished = List.of("DELETE /1.0/images/$published", DELETE);
        return Stream.of(
                of("create instance on " + pool, List.of(), create, gone),
                // Those that hold an interface of the host come first: of equal steps the first one is broken.
                of("start instance with cards of its own on " + pool, List.of(create, OWN_CARDS), START, gone),
                of("stop instance with cards of its own on " + pool, List.of(create, OWN_CARDS, START), STOP, gone),
                of(
                        "restart instance with cards of its own on " + pool,
                        List.of(create, OWN_CARDS, START),
                        "PUT /1.0/instances/i1/state {\"action\":\"restart\",\"force\":true,\"timeout\":10}",
                        gone),
                of("start instance on " + pool, List.of(create), START, gone),
                of(
                        "start instance with templates on " + pool,
                        List.of(
                                create,
                                "PUT /1.0/instances/i1/metadata"
                                        + " {\"architecture\":\"x86_64\",\"creation_date\":1,\"templates\":{\"/etc/hostname\":{\"when\":[\"create\"],\"template\":\"t\"}}}",
                                "POST /1.0/instances/i1/metadata/templates?path=t {{container.name}}"),
                        START,
                        gone),
                of("stop instance on " + pool, List.of(create, START), STOP, gone),
                of(
                        "restart instance on " + pool,
                        List.of(create, START),
                        "PUT /1.0/instances/i1/state {\"action\":\"restart\",\"force\":true,\"timeout\":10}",
                        gone),
                of(
                        "update running instance on " + pool,
                        List.of(create, START),
                        "PATCH /1.0/instances/i1 {\"config\":{\"limits.memory\":\"64MiB\"}}",
                        gone),
                of(
                        "put devices into running instance on " + pool,
                        List.of(create, START),
                        "PATCH /1.0/instances/i1"
                                + " {\"devices\":{\"etc\":{\"type\":\"disk\",\"source\":\"/etc\",\"path\":\"/mnt\"},\"eth1\":{\"type\":\"nic\",\"network\":\"n0\"},\"eth2\":{\"type\":\"nic\",\"nictype\":\"routed\",\"ipv4.address\":\"192.0.2.9\"},\"eth3\":{\"type\":\"nic\",\"nictype\":\"p2p\",\"ipv4.address\":\"10.99.0.2/24\",\"ipv4.host_address\":\"10.99.0.1/24\",\"ipv4.nat\":\"true\"},\"eth4\":{\"type\":\"nic\",\"name\":\"eth4\",\"nictype\":\"macvlan\",\"parent\":\"n0\",\"host_name\":\"mv-n0-host\",\"ipv4.host_address\":\"10.98.0.1/24\"},\"null\":{\"type\":\"unix-char\",\"source\":\"/dev/null\",\"path\":\"/dev/nothing\"}}}",
                        gone),
                of(
                        "put interface of the host into running instance on " + pool,
                        List.of(create, START),
                        PUT_OWN,
                        outFirst),
                of(
                        "take interface of the host out of running instance on " + pool,
                        List.of(create, START, PUT_OWN),
                        TAKE_OWN,
                        outFirst),
                of("rename instance on " + pool, List.of(create), "POST /1.0/instances/i1 {\"name\":\"i2\"}", gone),
                of("create snapshot on " + pool, List.of(create), SNAPSHOT, gone),
                of(
                        "rename snapshot on " + pool,
                        List.of(create, SNAPSHOT),
                        "POST /1.0/instances/i1/snapshots/s1 {\"name\":\"s2\"}",
                        gone),
                of(
                        "restore snapshot on " + pool,
                        List.of(create, SNAPSHOT),
                        "PUT /1.0/instances/i1 {\"restore\":\"s1\"}",
                        gone),
                of(
                        "rebuild instance on " + pool,
                        List.of(create),
                        "POST /1.0/instances/i1/rebuild"
                                + " {\"source\":{\"type\":\"image\",\"fingerprint\":\"$image\"}}",
                        gone),
                of(
                        "delete snapshot on " + pool,
                        List.of(create, SNAPSHOT),
                        "DELETE /1.0/instances/i1/snapshots/s1",
                        gone),
                of(
                        "copy instance on " + pool,
                        List.of(create, SNAPSHOT),
                        "POST /1.0/instances {\"name\":\"i2\",\"source\":{\"type\":\"copy\",\"source\":\"i1\"}}",
                        gone),
                of(
                        "move instance on " + pool,
                        List.of(create, SNAPSHOT),
                        "POST /1.0/instances/i1 {\"name\":\"i2\",\"migration\":true,\"pool\":\""
                                + (pool.equals("dir") ? "btrfs" : "dir") + "\"}",
                        gone),
                of(
                        "refresh instance on " + pool,
                        List.of(
                                create,
                                "POST /1.0/instances {\"name\":\"i2\",\"source\":{\"type\":\"copy\",\"source\":\"i1\"}}",
                                SNAPSHOT),
                        "POST /1.0/instances"
                                + " {\"name\":\"i2\",\"source\":{\"type\":\"copy\",\"source\":\"i1\",\"refresh\":true}}",
                        gone),
                of(
                        "create backup on " + pool,
                        List.of(create, SNAPSHOT),
                        "POST /1.0/instances/i1/backups {\"name\":\"b1\"}",
                        gone),
                of(
                        "rename backup on " + pool,
                        List.of(create, BACKUP),
                        "POST /1.0/instances/i1/backups/b1 {\"name\":\"b2\"}",
                        gone),
                of("delete backup on " + pool, List.of(create, BACKUP), "DELETE /1.0/instances/i1/backups/b1", gone),
                of("publish instance on " + pool, List.of(create), publish("instance", "i1"), unpublished),
                of("publish snapshot on " + pool, List.of(create, SNAPSHOT), publish("snapshot", "i1/s1"), unpublished),
                of("delete instance on " + pool, List.of(create, SNAPSHOT, BACKUP), DELETE, gone));
    }
}
