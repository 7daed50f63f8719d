package berth.rest;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the door is to be opened.
 *
 * @param socket path of the unix socket
 * @param group that may use it beside root; null: none
 * @param inherited the socket is our standard input already (socket activation); {@code socket} is then left alone
 * @param stopping whether the daemon is going down: nothing new is begun then
 * @param onShutdown begins to take the daemon down; returns at once
 */
public record DoorSettings(
        Path socket, @Nullable String group, boolean inherited, BooleanSupplier stopping, Runnable onShutdown) {}
