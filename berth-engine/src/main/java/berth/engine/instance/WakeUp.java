package berth.engine.instance;

import berth.engine.driver.Drivers;
import berth.engine.record.Runs;
import berth.engine.record.ServerSettings;
import berth.engine.record.Shelves;
import berth.engine.warning.Warnings;
import berth.model.Instance;
import berth.model.Settings;
import berth.model.Status;
import berth.model.WarningKind;
import berth.spi.Recovery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the daemon does before its door opens: finds every guest as it truly is, finishes or undoes what the last daemon
 * left half done, and, once per boot of the host, starts what is to be started.
 */
public final class WakeUp {
    private static final System.Logger LOG = System.getLogger(WakeUp.class.getName());

    private final Shelves shelves;
    private final Drivers drivers;
    private final Instances instances;
    private final Pulses pulses;
    private final Setups setups;
    private final Runs runs;
    private final NoticeExit noticeExit;
    private final StartInstance startInstance;
    private final Warnings warnings;
    private final String bootId;

    /**
     * Wakes up those.
     *
     * @param bootId of the host's present boot
     */
    public WakeUp(
            Shelves shelves,
            Drivers drivers,
            Instances instances,
            Pulses pulses,
            Setups setups,
            Runs runs,
            NoticeExit noticeExit,
            StartInstance startInstance,
            Warnings warnings,
            String bootId) {
        this.shelves = shelves;
        this.drivers = drivers;
        this.instances = instances;
        this.pulses = pulses;
        this.setups = setups;
        this.runs = runs;
        this.noticeExit = noticeExit;
        this.startInstance = startInstance;
        this.warnings = warnings;
        this.bootId = bootId;
    }

    /** Finds guests and finishes open runs; returns those to be started: the host has booted, or they were being restarted. */
    public List<Instance> recover() {
        boolean booted = !shelves.settings().bootId().equals(bootId);
        drivers.instances().values().forEach(it -> it.onExit(noticeExit));
        for (Instance instance : shelves.instances().all()) {
            find(instance);
        }
        warnings.only(
                Set.of(WarningKind.UNFINISHED),
                runs.resumeAll().stream()
                        .map(it -> new Warnings.Found(
                                WarningKind.UNFINISHED,
                                it.run().id().toString(),
                                it.run().kind() + " of " + it.run().subject() + ": " + it.why()
                                        + "; it is tried again when the daemon starts"))
                        .toList());
        var toStart = new ArrayList<Instance>();
        for (Instance instance : shelves.instances().all()) {
            boolean wasRunning = "RUNNING".equals(instance.config().get("volatile.last_state.power"));
            if (pulses.of(instance.id()).isPresent()) {
                noticeExit.keptRestarts().settle(instance);
                mendDevices(instance);
                continue;
            }
            boolean restarting = noticeExit.keptRestarts().takeOver(instance);
            if (wasRunning) {
                noticeExit.foundGone(instance);
            }
            if (restarting || booted && autostart(instance, wasRunning)) {
                toStart.add(instance);
            }
        }
        if (booted) {
            ServerSettings settings = shelves.settings();
            shelves.keep(new ServerSettings(settings.config(), bootId, settings.declared()));
        }
        toStart.sort(Comparator.comparingLong(this::priority).reversed());
        return toStart;
    }

    /** What the host has for a guest's devices and what died or was removed meanwhile is there again. */
    private void mendDevices(Instance instance) {
        try {
            var owner = setups.owner(instance);
            setups.devices().prepare(owner);
            pulses.of(instance.id()).ifPresent(it -> setups.devices().attach(owner, it.life()));
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "devices of " + instance.name() + ": " + failure.getMessage());
        }
    }

    /** Starts the guests that a boot brings up, highest priority first, with their delays; failures are logged. */
    public void autostart(List<Instance> toStart) {
        for (Instance instance : toStart) {
            try {
                startInstance.startNow(instance.project(), instance.name());
                TimeUnit.SECONDS.sleep(number(instance, "boot.autostart.delay"));
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException failure) {
                warnings.raise(
                        WarningKind.AUTOSTART, instance.project(), Instances.url(instance), failure.getMessage() + "");
                LOG.log(
                        System.Logger.Level.ERROR,
                        "autostart of " + instance.name() + " failed: " + failure.getMessage());
            }
        }
    }

    private void find(Instance instance) {
        switch (instances.driver(instance).recover(Instances.handle(instance))) {
            case Recovery.Alive(var life, var frozen) -> {
                pulses.running(instance.id(), life);
                if (frozen) {
                    pulses.become(instance.id(), Status.FROZEN);
                }
            }
            case Recovery.Gone() -> pulses.stopped(instance.id());
            case Recovery.Unknown(var why) ->
                LOG.log(System.Logger.Level.WARNING, "{0}: its state cannot be told: {1}", instance.name(), why);
        }
    }

    private boolean autostart(Instance instance, boolean wasRunning) {
        String wish = instances.effective(instance).config().getOrDefault("boot.autostart", "");
        boolean retired = instance.declared() != null && instance.declared().retired();
        return !retired && (wish.isEmpty() ? wasRunning : Settings.truthy(wish, false));
    }

    private long priority(Instance instance) {
        return number(instance, "boot.autostart.priority");
    }

    private long number(Instance instance, String key) {
        String text = instances.effective(instance).config().getOrDefault(key, "");
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
