package berth.driver.lxc;

import berth.host.process.PidFd;
import berth.spi.Life;

/**
 * A run that is watched.
 *
 * @param init hold on its PID 1
 * @param monitor process id of LXC's monitor, its parent
 */
record Run(Life life, PidFd init, long monitor) {}
