package berth.rest;

import berth.engine.instance.InstanceView;
import berth.engine.instance.StopInstance.Manner;
import berth.engine.instance.UpdateInstance;
import berth.model.Instance;
import berth.model.ProfileName;
import berth.model.Refused;
import berth.model.Settings;
import berth.rest.http.HttpRefused;
import berth.wire.InstanceBackup;
import berth.wire.InstanceFull;
import berth.wire.InstancePut;
import berth.wire.InstanceSnapshot;
import berth.wire.InstanceState;
import berth.wire.InstanceStatePut;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Instances in LXD's words, and what is wanted of them in ours. */
final class InstanceTranslation {
    private InstanceTranslation() {}

    static berth.wire.Instance toWire(InstanceView view) {
        Instance it = view.instance();
        return new berth.wire.Instance(
                it.architecture(),
                it.config(),
                devices(it.devices()),
                it.ephemeral(),
                it.profiles().stream().map(ProfileName::text).toList(),
                false,
                it.description(),
                it.createdAt(),
                view.effective().config(),
                devices(view.effective().devices()),
                it.name().text(),
                view.status().text(),
                view.status().code(),
                it.lastUsedAt(),
                "none",
                it.kind().text(),
                it.project().text());
    }

    static InstanceFull toFull(
            InstanceView view, InstanceState state, List<InstanceSnapshot> snapshots, List<InstanceBackup> backups) {
        var it = toWire(view);
        return new InstanceFull(
                it.architecture(),
                it.config(),
                it.devices(),
                it.ephemeral(),
                it.profiles(),
                it.stateful(),
                it.description(),
                it.createdAt(),
                it.expandedConfig(),
                it.expandedDevices(),
                it.name(),
                it.status(),
                it.statusCode(),
                it.lastUsedAt(),
                it.location(),
                it.type(),
                it.project(),
                backups.isEmpty() ? null : backups,
                state,
                snapshots.isEmpty() ? null : snapshots);
    }

    /** What a change of it is checked against: all that a PUT sets but the description. */
    static Etag etag(Instance it) {
        return Etag.of(
                it.architecture(),
                it.config(),
                it.devices(),
                it.ephemeral(),
                it.profiles().stream().map(ProfileName::text).toList());
    }

    /** The whole of it: what is absent is empty. */
    static UpdateInstance.Wanted toPut(Instance before, InstancePut body) {
        return new UpdateInstance.Wanted(
                Given.text(body.description()),
                body.ephemeral() == null ? Boolean.FALSE : body.ephemeral(),
                profiles(Given.list(body.profiles())),
                Given.keys(body.config()),
                Given.devices(body.devices()));
    }

    /** A part of it: keys are laid over those there are, an empty value unsets one, a device is replaced whole. */
    static UpdateInstance.Wanted toPatch(Instance before, InstancePut body) {
        if (!Given.text(body.restore()).isEmpty()) {
            throw new HttpRefused(400, "Restore is not a part that can be patched; use PUT");
        }
        SortedMap<String, SortedMap<String, String>> devices = new TreeMap<>(before.devices());
        devices.putAll(Given.devices(body.devices()));
        return new UpdateInstance.Wanted(
                body.description() == null ? before.description() : body.description(),
                body.ephemeral(),
                body.profiles() == null ? null : profiles(Given.list(body.profiles())),
                Settings.merge(before.config(), Given.keys(body.config())),
                devices);
    }

    static List<ProfileName> profiles(List<String> names) {
        return names.stream().map(ProfileName::new).toList();
    }

    /** How to stop: a missing time-out waits for ever, 0 or force kills. */
    static Manner manner(InstanceStatePut body) {
        int timeout = body.timeout() == null ? -1 : body.timeout();
        if (body.force() || timeout == 0) {
            return new Manner.Force();
        }
        return new Manner.Ask(timeout < 0 ? null : Duration.ofSeconds(timeout));
    }

    /** Which kind of instance {@code type} asks for; empty is a container. */
    static berth.model.Kind kind(String type) {
        if (type.isEmpty()) {
            return berth.model.Kind.CONTAINER;
        }
        try {
            return berth.model.Kind.of(type);
        } catch (Refused unknown) {
            throw new HttpRefused(400, "Invalid instance type");
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static java.util.Map<String, java.util.Map<String, String>> devices(
            SortedMap<String, SortedMap<String, String>> devices) {
        return (java.util.Map) devices;
    }
}
