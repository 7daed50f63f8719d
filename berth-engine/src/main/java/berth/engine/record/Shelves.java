package berth.engine.record;

import berth.model.Backup;
import berth.model.Image;
import berth.model.ImageAlias;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Network;
import berth.model.Pool;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Snapshot;
import berth.model.Volume;
import berth.model.Warning;
import berth.spi.Store;
import java.util.List;
import java.util.Optional;

/** All that is wanted and known, by kind. */
public final class Shelves {
    private final Store store;
    private final Shelf<Instance> instances;
    private final Shelf<Snapshot> snapshots;
    private final Shelf<Backup> backups;
    private final Shelf<Profile> profiles;
    private final Shelf<Network> networks;
    private final Shelf<Pool> pools;
    private final Shelf<Volume> volumes;
    private final Shelf<Image> images;
    private final Shelf<ImageAlias> aliases;
    private final Shelf<Warning> warnings;
    private final Shelf<ServerSettings> server;
    private final Shelf<LastLook> clock;
    private final Shelf<Restarting> restarts;

    /** Reads everything from the store. */
    public Shelves(Store store, Codec codec) {
        this.store = store;
        instances = new Shelf<>(store, codec, "/instances/", Instance.class, it -> key(it.project(), it.name()));
        snapshots = new Shelf<>(store, codec, "/snapshots/", Snapshot.class, it -> it.of() + "/" + it.name());
        backups = new Shelf<>(store, codec, "/backups/", Backup.class, it -> it.of() + "/" + it.name());
        profiles = new Shelf<>(store, codec, "/profiles/", Profile.class, it -> key(it.project(), it.name()));
        networks = new Shelf<>(
                store, codec, "/networks/", Network.class, it -> it.name().text());
        pools = new Shelf<>(store, codec, "/pools/", Pool.class, it -> it.name().text());
        volumes = new Shelf<>(store, codec, "/volumes/", Volume.class, Shelves::key);
        images = new Shelf<>(
                store,
                codec,
                "/images/",
                Image.class,
                it -> it.project().text() + "/" + it.fingerprint().text());
        aliases = new Shelf<>(
                store, codec, "/aliases/", ImageAlias.class, it -> it.project().text() + "/" + it.name());
        warnings = new Shelf<>(
                store, codec, "/warnings/", Warning.class, it -> it.id().toString());
        server = new Shelf<>(store, codec, "/server/", ServerSettings.class, it -> "settings");
        clock = new Shelf<>(store, codec, "/clock/", LastLook.class, it -> "snapshots");
        restarts = new Shelf<>(
                store, codec, "/restarts/", Restarting.class, it -> it.id().toString());
    }

    /** A number that is higher after anything was written. */
    public long revision() {
        return store.revision();
    }

    /** Instances by {@code project/name}. */
    public Shelf<Instance> instances() {
        return instances;
    }

    /** Snapshots by {@code id of the instance/name}. */
    public Shelf<Snapshot> snapshots() {
        return snapshots;
    }

    /** Backups by {@code id of the instance/name}. */
    public Shelf<Backup> backups() {
        return backups;
    }

    /** Profiles by {@code project/name}. */
    public Shelf<Profile> profiles() {
        return profiles;
    }

    /** Networks by name. */
    public Shelf<Network> networks() {
        return networks;
    }

    /** Pools by name. */
    public Shelf<Pool> pools() {
        return pools;
    }

    /** Image and custom volumes by {@code pool/kind/project/name}; roots of instances follow from the instances. */
    public Shelf<Volume> volumes() {
        return volumes;
    }

    /** Images by {@code project/fingerprint}. */
    public Shelf<Image> images() {
        return images;
    }

    /** Aliases by {@code project/name}. */
    public Shelf<ImageAlias> aliases() {
        return aliases;
    }

    /** Warnings by id. */
    public Shelf<Warning> warnings() {
        return warnings;
    }

    /** The daemon's own settings: one document. */
    public ServerSettings settings() {
        return server.find("settings").orElse(ServerSettings.EMPTY);
    }

    /** Keeps the daemon's own settings. */
    public void keep(ServerSettings settings) {
        server.put(settings);
    }

    /** Instances that are being restarted, by their ids. */
    public Shelf<Restarting> restarts() {
        return restarts;
    }

    /** When the clock of snapshots was looked at last. */
    public Optional<LastLook> lastLook() {
        return clock.find("snapshots");
    }

    /** Keeps when the clock of snapshots was looked at. */
    public void keep(LastLook look) {
        clock.put(look);
    }

    /** The instance of that name. */
    public Optional<Instance> instance(ProjectName project, InstanceName name) {
        return instances.find(key(project, name));
    }

    /** The profiles of an instance, in order; those that are gone are left out. */
    public List<Profile> profilesOf(Instance instance) {
        return profiles(instance.project(), instance.profiles());
    }

    /** Profiles by name, in order; those that are not there are left out. */
    public List<Profile> profiles(ProjectName project, List<ProfileName> names) {
        return names.stream()
                .map(it -> profiles.find(key(project, it)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Where an instance or profile is on its shelf. */
    public static String key(ProjectName project, Comparable<?> name) {
        return project.text() + "/" + name;
    }

    /** Where a volume is on its shelf. */
    public static String key(Volume volume) {
        return volume.pool().text() + "/" + volume.kind().text() + "/"
                + volume.project().text() + "/" + volume.name();
    }
}
