package berth.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** What the server runs on. */
public record ServerEnvironment(
        List<String> addresses,
        List<String> architectures,
        String certificate,
        String certificateFingerprint,
        String driver,
        String driverVersion,
        String firewall,
        String kernel,
        String kernelArchitecture,
        Map<String, String> kernelFeatures,
        String kernelVersion,
        Map<String, String> lxcFeatures,
        String osName,
        String osVersion,
        String project,
        String server,
        boolean serverClustered,
        String serverEventMode,
        String serverName,
        int serverPid,
        String serverVersion,
        String storage,
        String storageVersion,
        List<StorageDriverInfo> storageSupportedDrivers) {
    /** A storage driver that this host can use. The keys are capitalised. */
    public record StorageDriverInfo(
            @JsonProperty("Name") String name,
            @JsonProperty("Version") String version,
            @JsonProperty("Remote") boolean remote) {}
}
