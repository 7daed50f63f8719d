package berth.engine.instance;

import berth.engine.device.Device;
import berth.model.Instance;
import berth.model.Problem;
import berth.model.Refused;
import berth.model.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The running state of a guest: its memory, processes and connections. It is not saved yet; whoever asks for it is told all
 * that stands in the way, before anything is touched.
 */
public final class RunningState {
    private final Instances instances;
    private final Pulses pulses;

    /** The state of those. */
    public RunningState(Instances instances, Pulses pulses) {
        this.instances = instances;
        this.pulses = pulses;
    }

    /** Refuses to save it, with each reason. */
    public Refused refusal(Instance instance) {
        return new Refused(new Problem.Unsupported("The running state of " + instance.name() + " cannot be saved: "
                + String.join("; ", obstacles(instance)) + ". Nothing was touched; do it without the running state"));
    }

    /** Refuses to restore a snapshot with a running state. */
    public Refused refusal(Instance instance, String snapshot) {
        return new Refused(new Problem.Unsupported("The snapshot " + snapshot + " of " + instance.name()
                + " holds no running state: restore it without. Nothing was touched"));
    }

    /** All that stands in the way, the host's before the guest's; never empty. */
    List<String> obstacles(Instance instance) {
        var all = new ArrayList<String>();
        if (!instances.status(instance).alive()) {
            all.add("it is not running");
        }
        instances.driver(instance).stateObstacle().ifPresent(all::add);
        var effective = instances.effective(instance);
        boolean privileged = Settings.truthy(effective.config().get("security.privileged"), false);
        List<String> cards = Device.all(effective.devices()).stream()
                .filter(it -> it.type().equals("nic"))
                .map(Device::name)
                .toList();
        if (!privileged && !cards.isEmpty()) {
            all.add("CRIU cannot make network cards again in an unprivileged guest (" + String.join(", ", cards)
                    + "): take them out first");
        }
        if (init(instance).equals("systemd")) {
            all.add("its init is systemd, and CRIU cannot make its watches on control groups again");
        }
        if (all.isEmpty()) {
            all.add("CRIU could, but Berth does not save running states yet");
        }
        return all;
    }

    /** The name of the guest's first process. */
    private String init(Instance instance) {
        return pulses.of(instance.id())
                .map(it -> {
                    try {
                        return Files.readString(Path.of("/proc/" + it.life().pid() + "/comm"))
                                .strip();
                    } catch (IOException gone) {
                        return "";
                    }
                })
                .orElse("");
    }
}
