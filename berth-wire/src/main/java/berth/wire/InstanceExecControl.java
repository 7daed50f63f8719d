package berth.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message on the control socket of an exec or console session. Numbers in {@code args} are texts. */
public record InstanceExecControl(
        @Nullable String command, @Nullable Map<String, @Nullable String> args, int signal) {}
