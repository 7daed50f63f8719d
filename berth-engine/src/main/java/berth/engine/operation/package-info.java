/** Long work that a caller follows: LXD's operations. They live in memory only and vanish five seconds after their end. */
package berth.engine.operation;
