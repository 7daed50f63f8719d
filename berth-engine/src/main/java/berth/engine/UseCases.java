package berth.engine;

import berth.engine.apply.Sites;
import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.image.ImageUseCases;
import berth.engine.instance.AwaitReady;
import berth.engine.instance.CreateInstance;
import berth.engine.instance.DeleteInstance;
import berth.engine.instance.ExecInstance;
import berth.engine.instance.FreezeInstance;
import berth.engine.instance.InstanceFiles;
import berth.engine.instance.Instances;
import berth.engine.instance.ReadMetadata;
import berth.engine.instance.ReadMetrics;
import berth.engine.instance.RenameInstance;
import berth.engine.instance.RestartInstance;
import berth.engine.instance.Snapshots;
import berth.engine.instance.StartInstance;
import berth.engine.instance.StopInstance;
import berth.engine.instance.UpdateInstance;
import berth.engine.network.Networks;
import berth.engine.operation.Operations;
import berth.engine.profile.Profiles;
import berth.engine.record.Shelves;
import berth.engine.storage.Pools;
import berth.engine.warning.Warnings;

/** Everything that can be asked of the engine: what the door is given. */
public record UseCases(
        Drivers drivers,
        Shelves shelves,
        Events events,
        Operations operations,
        Instances instances,
        CreateInstance createInstance,
        StartInstance startInstance,
        StopInstance stopInstance,
        RestartInstance restartInstance,
        FreezeInstance freezeInstance,
        DeleteInstance deleteInstance,
        RenameInstance renameInstance,
        UpdateInstance updateInstance,
        ExecInstance execInstance,
        AwaitReady awaitReady,
        Snapshots snapshots,
        Profiles profiles,
        Networks networks,
        Pools pools,
        ImageUseCases images,
        Sites sites,
        InstanceFiles instanceFiles,
        ReadMetadata readMetadata,
        ReadMetrics readMetrics,
        Warnings warnings) {}
