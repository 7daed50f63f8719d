package berth.engine.instance;

import berth.model.Status;
import berth.spi.Life;

/** How a running instance is: which run of it, and whether it is frozen. */
public record Pulse(Life life, Status status) {}
