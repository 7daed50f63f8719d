package berth.plan;

import berth.model.Declared;
import berth.model.Network;
import berth.model.Pool;
import berth.model.Profile;
import berth.model.Settings;
import berth.model.wanted.WantedImage;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What happens to one object, and the whole object as it is to be afterwards. */
public sealed interface Change {
    /** Which object. */
    Target target();

    /** What happens to it. */
    Action action();

    /** Each key that changes; empty for one that is made or retired. */
    List<KeyChange> keys();

    /** The strongest of the keys' verdicts. */
    default Verdict verdict() {
        return keys().stream().map(KeyChange::verdict).reduce(Verdict.NONE, Verdict::and);
    }

    /**
     * The daemon's own settings.
     *
     * @param config as they are to be, defaults left out
     * @param declared null when they are let go
     */
    record OfServer(
            Action action,
            SortedMap<String, String> config,
            @Nullable Declared declared,
            List<KeyChange> keys) implements Change {
        public OfServer {
            config = Settings.copyOf(config);
            keys = List.copyOf(keys);
        }

        @Override
        public Target target() {
            return new Target("server", "settings");
        }
    }

    /** A pool; {@code config} as asked for, not yet normalised by its driver when it is new. */
    record OfPool(Action action, Pool pool, List<KeyChange> keys) implements Change {
        public OfPool {
            keys = List.copyOf(keys);
        }

        @Override
        public Target target() {
            return new Target("pool", pool.name().text());
        }
    }

    /** A network; {@code auto} stands only where nothing has been picked yet. */
    record OfNetwork(Action action, Network network, List<KeyChange> keys, List<Touched> touches) implements Change {
        public OfNetwork {
            keys = List.copyOf(keys);
            touches = List.copyOf(touches);
        }

        @Override
        public Target target() {
            return new Target("network", network.name().text());
        }
    }

    /**
     * An image and its alias.
     *
     * @param image null when it is retired
     */
    record OfImage(Action action, String alias, @Nullable WantedImage image, Declared declared, List<KeyChange> keys)
            implements Change {
        public OfImage {
            keys = List.copyOf(keys);
        }

        /** Whether it is made, and not only noted otherwise. */
        public boolean making() {
            return image != null
                    && (action == Action.CREATE
                            || keys.isEmpty()
                            || keys.stream().anyMatch(it -> !it.rule().equals("A31")));
        }

        @Override
        public Target target() {
            return new Target("image", alias);
        }
    }

    /** A profile, with the guests that feel it. */
    record OfProfile(Action action, Profile profile, List<KeyChange> keys, List<Touched> touches) implements Change {
        public OfProfile {
            keys = List.copyOf(keys);
            touches = List.copyOf(touches);
        }

        @Override
        public Target target() {
            return new Target("profile", profile.name().text());
        }
    }

    /** A guest. */
    record OfInstance(Action action, InstanceDraft draft, List<KeyChange> keys, Power power) implements Change {
        public OfInstance {
            keys = List.copyOf(keys);
        }

        @Override
        public Target target() {
            return new Target("instance", draft.name().text());
        }
    }
}
