package berth.wire;

import java.util.List;

/** A trusted client certificate. */
public record Certificate(
        String name, String type, boolean restricted, List<String> projects, String certificate, String fingerprint) {}
