package berth.wire;

/** A name and what it stands for. */
public record ImageAlias(String description, String target, String name, String type) {}
