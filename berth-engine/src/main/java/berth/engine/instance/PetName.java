package berth.engine.instance;

import berth.model.InstanceName;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Two-word names for those who do not care. */
final class PetName {
    private static final List<String> HOW = List.of(
            "able", "brave", "calm", "clear", "dear", "eager", "early", "fair", "fine", "firm", "fond", "glad", "good",
            "keen", "kind", "large", "light", "loyal", "merry", "mild", "neat", "noble", "open", "proud", "quick",
            "quiet", "rapid", "ready", "sharp", "sound", "stable", "steady", "strong", "swift", "true", "warm");
    private static final List<String> WHAT = List.of(
            "anchor", "auk", "barge", "bass", "beacon", "bream", "buoy", "cod", "coot", "crane", "cutter", "dory",
            "eel", "ferry", "gannet", "gull", "harbor", "heron", "jetty", "kelp", "ketch", "lark", "loon", "marlin",
            "mooring", "otter", "pelican", "pike", "plover", "puffin", "quay", "sail", "seal", "skiff", "sloop",
            "tern");

    private PetName() {}

    static InstanceName choose(RandomGenerator random, Predicate<InstanceName> taken) {
        for (int attempt = 0; ; attempt++) {
            String text = HOW.get(random.nextInt(HOW.size())) + "-" + WHAT.get(random.nextInt(WHAT.size()));
            var name = new InstanceName(attempt < 50 ? text : text + "-" + random.nextInt(1_000_000));
            if (!taken.test(name)) {
                return name;
            }
        }
    }
}
