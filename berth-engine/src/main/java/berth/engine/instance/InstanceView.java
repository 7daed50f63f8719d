package berth.engine.instance;

import berth.model.Effective;
import berth.model.Instance;
import berth.model.Status;

/** An instance with what holds for it and how it is now: everything that a list or a show needs, from memory. */
public record InstanceView(Instance instance, Effective effective, Status status) {}
