/**
 * Devices of instances: one class for each type, all in the table of {@link berth.engine.device.DeviceTypes}. A type knows how
 * a device of it is checked, what it brings to a guest's start, and how it comes, changes and goes while the guest runs.
 */
@NullMarked
package berth.engine.device;

import org.jspecify.annotations.NullMarked;
