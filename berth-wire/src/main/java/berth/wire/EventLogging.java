package berth.wire;

import java.util.Map;

/** Metadata of a {@code logging} event. */
public record EventLogging(String message, String level, Map<String, String> context) {}
